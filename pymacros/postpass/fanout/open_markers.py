"""Open nets as markers: where the nets are that a fan-out could not join, for KLayout's marker browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pya

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .result import Routed

_ON = " on "

#: descriptions of the kinds of reasons (see routing.Failure)
WORDS = {"walled in": "a terminal is walled in by fixed metal", "cut": "a cut has less room than traces", "crossing": "two nets must cross",
         "crowded": "no path was found that leaves the others complete",
         "apart": "the traces do not join what they should", "touching": "the net touches other metal", "terminals": "a contact point or pad is missing", "via": "no place for a via between levels",
         "long": "longer than the net list allows", "short": "shorter than another net of its group",
         "alone": "not side by side with the other net of its pair"}


#: name of the database in a view; KLayout adds [1], [2] to that of a second one
DATABASE = "Fan-out, open nets"


def of_same_cell(database: pya.ReportDatabase, cell_name: str, source: str) -> bool:
    """Whether a database holds the open nets of this cell of this layout, by whatever technology."""
    return database.name().split("[")[0] == DATABASE and database.top_cell_name == cell_name and database.description.endswith(_ON + source)


def fill(database: pya.ReportDatabase, cell_name: str, routed: Routed, tech: Technology, source: str) -> pya.ReportDatabase:
    """Writes the open nets of a result.Routed into a pya.ReportDatabase (0.28 calls only). Returns it.

    One category for each kind of reason; an item holds the net's terminals as polygons, the place of the trouble, and the sentence.
    tech: the technology they were routed by; source: the name of the layout.
    """
    database.description = "Nets that the fan-out left open by " + tech.identity() + _ON + source
    database.top_cell_name = cell_name
    cell = database.create_cell(cell_name)
    categories = {}
    for one in routed.open:
        if one.kind not in categories:
            categories[one.kind] = database.create_category({"long": "Length: ", "short": "Length: ", "alone": "Pair: "}.get(one.kind, "Open net: ") + one.kind)
            categories[one.kind].description = WORDS.get(one.kind, one.kind)
        item = database.create_item(cell.rdb_id(), categories[one.kind].rdb_id())
        item.add_value("net %s: %s" % (one.net, one.reason))
        for polygon in one.polygons:
            item.add_value(polygon)
        if one.place is not None:
            x_um, y_um = (float(value) for value in one.place)
            item.add_value(pya.DBox(x_um - 1.0, y_um - 1.0, x_um + 1.0, y_um + 1.0))
    return database
