"""What differs between a list and a drawing, as markers (.lyrdb) and as a page of HTML with a picture. Lengths are um."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

from .. import steps
from .matching import EXTRA, MISSING, MOVED, OTHER_FUNCTION, OTHER_NET, STATES, Comparison, Difference
from .record import Place

if TYPE_CHECKING:
    import pya

MOST_SAME = 5000   # places in the picture
MOST_SHOWN = 2000  # differences in the picture
MOST_ROWS = 500    # of the table
_LEAST_UM = 1.0    # side of a marker
_WORDS = {MISSING: "in the list, not drawn", EXTRA: "drawn, not in the list", MOVED: "drawn at another place",
          OTHER_NET: "of another net than in the list", OTHER_FUNCTION: "a pad of another function than in the list"}
_COLOURS = {MISSING: "#c62828", EXTRA: "#6a1b9a", MOVED: "#ef6c00", OTHER_NET: "#1565c0", OTHER_FUNCTION: "#00838f"}
_SAME = "#9e9e9e"
_WIDTH = 900.0


def _box(place: Place) -> tuple[float, float, float, float]:
    half_x, half_y = max(place.width_um, _LEAST_UM) / 2, max(place.height_um, _LEAST_UM) / 2
    return place.x_um - half_x, place.y_um - half_y, place.x_um + half_x, place.y_um + half_y


def fill(database: pya.ReportDatabase, cell_name: str, found: Comparison, about: str) -> pya.ReportDatabase:
    """Writes the differences into a database: a category for each state. Returns it."""
    import pya
    database.description = about
    database.top_cell_name = cell_name
    cell = database.create_cell(cell_name)
    categories = {}
    for one in steps.each(found.differences):
        if one.state not in categories:
            categories[one.state] = database.create_category(one.state)
            categories[one.state].description = _WORDS[one.state]
        item = database.create_item(cell.rdb_id(), categories[one.state].rdb_id())
        item.add_value(one.sentence)
        item.add_value(pya.DBox(*_box(one.drawn or one.place)))
        if one.state == MOVED and one.listed is not None and one.drawn is not None:
            item.add_value(pya.DBox(*_box(one.listed)))
            item.add_value(pya.DEdge(pya.DPoint(one.listed.x_um, one.listed.y_um), pya.DPoint(one.drawn.x_um, one.drawn.y_um)))
    return database


def page(found: Comparison, title: str, about: Sequence[str]) -> str:
    """A page that needs no other file. Its length is bounded; it says what it leaves out."""
    rows = "".join("<tr><td style='color:%s'>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n" % (
        _COLOURS[one.state], one.state, escape(one.place.name or "-"), escape((one.listed or one.place).net or "-"), escape(one.sentence)) for one in found.differences[:MOST_ROWS])
    table = "<table>\n<tr><th>State</th><th>Name</th><th>Net</th><th>What</th></tr>\n%s</table>" % rows if rows else "<p>Nothing differs.</p>"
    left = len(found.differences) - MOST_ROWS
    more = "<p>Left out of the table: %d more differences.</p>" % left if left > 0 else ""
    lines = "".join("<p>%s</p>\n" % escape(line) for line in [*about, found.summary(), *found.notes])
    picture, said = _picture(found)
    return _PAGE % {"title": escape(title), "lines": lines, "legend": _legend(found), "picture": picture, "said": said, "table": table, "more": more}


def _legend(found: Comparison) -> str:
    counts = [(_SAME, "same", len(found.same))] + [(_COLOURS[state], state, sum(one.state == state for one in found.differences)) for state in STATES]
    return " &nbsp; ".join("<span style='color:%s'>&#9632;</span> %d %s" % (colour, many, state) for colour, state, many in counts if many)


def _picture(found: Comparison) -> tuple[str, str]:
    """(the picture as SVG, what it leaves out)."""
    same, shown = found.same[:MOST_SAME], found.differences[:MOST_SHOWN]
    places = same + [place for one in shown for place in (one.listed, one.drawn) if place is not None]
    if not places:
        return "", ""
    boxes = [_box(place) for place in places]
    left, bottom, right, top = min(box[0] for box in boxes), min(box[1] for box in boxes), max(box[2] for box in boxes), max(box[3] for box in boxes)
    scale = _WIDTH / max(right - left, top - bottom)
    least = 4.0 / scale

    def rectangle(place: Place, style: str, words: str) -> str:
        wide, high = max(place.width_um, least), max(place.height_um, least)
        return '<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" %s>%s</rect>' % (
            scale * (place.x_um - wide / 2 - left), scale * (top - place.y_um - high / 2), scale * wide, scale * high, style, "<title>%s</title>" % escape(words) if words else "")
    lines = [rectangle(place, 'fill="%s"' % _SAME, "") for place in same]
    for one in shown:
        lines += _drawn(one, rectangle)
        if one.state == MOVED and one.listed is not None and one.drawn is not None:
            lines.append('<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>' % (
                scale * (one.listed.x_um - left), scale * (top - one.listed.y_um), scale * (one.drawn.x_um - left), scale * (top - one.drawn.y_um), _COLOURS[MOVED]))
    hidden = [("%d places that are the same", len(found.same) - len(same)), ("%d differences", len(found.differences) - len(shown))]
    said = "".join("<p>Left out of the picture: %s.</p>" % (words % many) for words, many in hidden if many > 0)
    size = scale * (right - left), scale * (top - bottom)
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="-8 -8 %.0f %.0f">' % (2 * (size[0] + 16, size[1] + 16))
    return "\n".join([head, *lines, "</svg>"]), said


def _drawn(one: Difference, rectangle: Callable[[Place, str, str], str]) -> list[str]:
    colour = _COLOURS[one.state]
    outline = 'fill="none" stroke="%s" stroke-width="1.5"' % colour
    if one.state == MOVED:
        return [rectangle(one.listed, outline + ' stroke-dasharray="3 2"', ""), rectangle(one.drawn, 'fill="%s"' % colour, one.sentence)]
    return [rectangle(one.place, outline if one.state == MISSING else 'fill="%s"' % colour, one.sentence)]


_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>%(title)s</title>
<style>body{font:14px Helvetica,Arial,sans-serif;margin:24px;color:#222}table{border-collapse:collapse}
td,th{border:1px solid #ccc;padding:3px 8px;text-align:left}svg{border:1px solid #ddd;max-width:100%%}</style></head>
<body><h1>%(title)s</h1>
%(lines)s<p>%(legend)s</p>
%(picture)s
%(said)s
%(table)s
%(more)s
</body></html>
"""
