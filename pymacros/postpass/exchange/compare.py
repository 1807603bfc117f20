"""`postpass compare`: a list beside a drawing. Needs KLayout and numpy; lengths are um."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pya

from .. import files, layout_file, strings
from ..messages import printable
from ..tech.sources import sources
from . import compare_report, drawing, formats
from .commands import MOST_TOLD, TOLERANCE_UM, options_of, placed_as, tolerance_um, unused
from .matching import Comparison, compared
from .record import Options, PadList, Summary, require_places, sized

if TYPE_CHECKING:
    from ..tech.answers import Technology

DATABASE = "Compared"


class Compared(NamedTuple):
    """A list beside a cell. where: the name of its layout; about: what was compared, and how; left: what of the list was not understood."""

    name: str
    cell_name: str
    where: str
    about: list[str]
    left: list[str]
    found: Comparison

    def sentences(self, where_all_are: str = "") -> list[str]:
        """What it found, the differences last, and where there are more."""
        return [*self._of_list(MOST_TOLD), *self._of_differences(MOST_TOLD, "and %%d more differences%s" % where_all_are)]

    def in_short(self, most: int) -> list[str]:
        """The same, what it found first, with so many differences."""
        return [*self._of_differences(most, "and %d more; the marker browser has them all"), *self._of_list(most)]

    def _of_list(self, most: int) -> list[str]:
        return self.about + ["Not understood: " + one for one in self.left[:most]]

    def _of_differences(self, most: int, rest: str) -> list[str]:
        """rest: words on those that are not told, with their number."""
        more = len(self.found.differences) - most
        lines = [self.found.summary(), *self.found.notes, *("%s: %s" % (one.state, one.sentence) for one in self.found.differences[:most])]
        return lines + ([rest % more] if more > 0 else [])

    def database(self) -> pya.ReportDatabase:
        """Markers on what differs."""
        return compare_report.fill(pya.ReportDatabase(DATABASE), self.cell_name, self.found, " ".join(self.about[:2]))

    def page(self) -> str:
        """The page that is signed."""
        return compare_report.page(self.found, "Pad list and drawing: %s" % self.name, self.about)

    def save_page(self, path: str, inputs: Sequence[files.Input] = ()) -> None:
        """Writes the page, whole or not at all. Raises FileError."""
        files.Outputs([files.Output("html", path)], inputs).write({"html": files.page(self.page())})


def beside(listed: PadList, summary: Summary, name: str, cell: pya.Cell, where: str, tech: Technology, tolerance_um: float) -> Compared:
    """A list of that name beside what is drawn below a cell of a layout (where: its name), compared in steps (steps.py). Raises ExchangeError, CommandError."""
    drawn, cell_name = drawing.pads_of(cell, tech), strings.cell_name(cell)
    require_places("cell %s of %s" % (cell_name, where), drawn.places, ["by %s" % tech.identity(tech.file_name())])
    found = compared(listed, drawn, tolerance_um, [tech.function_of(layer) for layer in tech.of_kind("pad")])
    about = ["List %s%s." % (name, _beside(cell_name, where)), "By %s, within %g um." % (tech.identity(), tolerance_um), *summary.read]
    return Compared(os.path.basename(name), cell_name, where, about, summary.left, found)


def _beside(cell_name: str, where: str) -> str:
    return " beside cell %s of %s" % (cell_name, where)


def is_of(database: pya.ReportDatabase, cell_name: str, where: str) -> bool:
    """Does a database hold the differences of a cell of a layout of that name?"""
    return database.name().split("[")[0] == DATABASE and database.top_cell_name == cell_name and _beside(cell_name, where) + ". By " in database.description


def compare(texts: Mapping[str, str], lefs: Sequence[str] = (), cells: Sequence[str] = (), columns: Sequence[str] = ()) -> int:
    """Compares as the texts say (input, layout, tech, tolerance_um, report, html and those of convert). Returns 0 for the same, 2 for differences. Raises Refusal."""
    options, tolerance = options_of(texts, lefs, cells, columns), tolerance_um(texts.get("tolerance_um", str(TOLERANCE_UM)))
    tech = drawing.technology_of(options)
    reader = formats.to_read(texts["input"], texts.get("from"))
    outputs = _announced(texts, options)
    with outputs.older_aside():
        listed, summary = reader.read(texts["input"], options._replace(topcell=None))
        summary.left.extend(unused(reader, {**texts, "topcell": ""}, lefs, columns))
        listed = placed_as(sized(listed, options), texts)
        cell = layout_file.top_cell(layout := layout_file.read(texts["layout"]), texts.get("topcell"))  # noqa: F841  (a cell lives as long as its layout)
        found = beside(listed, summary, texts["input"], cell, strings.path(texts["layout"]), tech, tolerance)
        _write(outputs, found)
    for line in found.sentences("" if texts.get("report") else " (--report FILE.lyrdb has them all)"):
        print(printable(line))
    return 2 if found.found.differences else 0


def _announced(texts: Mapping[str, str], options: Options) -> files.Outputs:
    outputs = [files.Output(role, texts[role], True) for role in ("report", "html") if texts.get(role)]
    inputs = [files.Input("list", texts["input"]), files.Input("layout", texts["layout"]), *(files.Input("LEF file", name) for name in options.lefs)]
    return files.Outputs(outputs, inputs + [files.Input("technology file", path) for path in sources(options.tech or "")])


def _write(outputs: files.Outputs, found: Compared) -> None:
    writers = {}
    if "report" in outputs.outputs:
        writers["report"] = (found.database().save, files.require_ending(b"</report-database>"))
    if "html" in outputs.outputs:
        writers["html"] = files.page(found.page())
    outputs.write(writers)
