"""A section as SVG text, and the command that writes it. Pure Python."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from .. import files
from ..messages import printable
from . import section
from .loader import load
from .markup import clean, escaped, text_width
from .section_picture import BACKGROUND, Picture, picture
from .sources import sources
from .words import as_text, via_intervals

if TYPE_CHECKING:
    from .answers import Technology

WIDTH, LETTERS = 760.0, 13.0


def write_section(name_or_path: str, path: str) -> int:
    """Writes the section of a technology as SVG and prints the figures of its vias. Returns 0. Raises Refusal."""
    tech = load(name_or_path)
    drawn = section.drawn(tech)
    inputs = [files.Input("technology", source) for source in sources(name_or_path)]
    text = svg(tech, drawn)
    files.Outputs([files.Output("svg", path)], inputs).write({"svg": (lambda part: files.write_text(part, text), files.require_ending(b"</svg>"))})
    for line in [*figures(tech, drawn), *drawn.notes, "written: %s" % path]:
        print(printable(line))
    return 0


def figures(tech: Technology, drawn: section.Section) -> list[str]:
    """For each via one line: size, depth, ratio, legal and recommended sizes, broken limits."""
    lines = []
    for via in drawn.vias:
        words = "%s: size %s µm, depth %s µm, aspect ratio %.2f; %s" % (
            via.cut, as_text(via.size_um), as_text(via.verdict.depth_um), via.verdict.ratio, _lower(via_intervals(tech, via.cut).replace("\n", "; ")))
        lines += [words, *via.verdict.reasons]
    return lines


def _lower(text: str) -> str:
    return "; ".join(part[:1].lower() + part[1:] for part in text.split("; "))


def svg(tech: Technology, drawn: section.Section, named: bool = True) -> str:
    """The section as a self-contained SVG file; named: each rectangle tells what it is."""
    shown = picture(drawn, WIDTH, LETTERS, _width, ["%s: %s" % (tech.name, tech.title)], [*figures(tech, drawn), *drawn.notes])
    return "\n".join(_lines(tech, shown, named)) + "\n"


def _lines(tech: Technology, shown: Picture, named: bool) -> list[str]:
    lines = ['<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%g" viewBox="0 0 %g %g" font-family="Helvetica, Arial, sans-serif" font-size="%g">'
             % (shown.width, shown.height, shown.width, shown.height, shown.letters),
             "<title>%s</title>" % escaped("Section of technology %s" % tech.name),
             '<rect width="%g" height="%g" fill="%s"/>' % (shown.width, shown.height, BACKGROUND)]
    for one in shown.rectangles:
        outline = ' stroke="%s" stroke-width="0.6"%s' % (one.outline, ' stroke-dasharray="4 2"' if one.dashed else "") if one.outline else ""
        name = " data-name=%s" % quoteattr(clean(one.name)) if named and one.name != "mark" else ""
        lines.append('<rect x="%.2f" y="%.2f" width="%.2f" height="%.2f" fill="%s"%s%s/>' % (one.left, one.top, one.width, one.height, one.colour, outline, name))
    lines += ['<line x1="%.2f" y1="%.2f" x2="%.2f" y2="%.2f" stroke="%s" stroke-width="%g"/>' % (one.x, one.y, one.to_x, one.to_y, one.colour, one.width) for one in shown.lines]
    lines += ['<text x="%.2f" y="%.2f" fill="%s">%s</text>' % (one.x, one.y, one.colour, escaped(one.text)) for one in shown.texts]
    return lines + ["</svg>"]


def _width(text: str) -> float:
    return text_width(text, LETTERS)
