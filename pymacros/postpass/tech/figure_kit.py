"""What figures of rules are drawn with: shapes of layers, dimensions and words, as SVG. Pure Python; lengths are pixels, y grows downwards.

Shapes have the colours of their layers and lines across them, of the kind of KLayout's pattern, so that they are told apart without colours, too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from . import looks
from .looks import Look
from .markup import escaped, text_width

if TYPE_CHECKING:
    from .answers import Technology

WIDTH, HEIGHT, LETTERS = 264.0, 132.0, 10.5
INK, PAPER, GREY = "#202428", "#ffffff", "#9aa2aa"
_LINE = 1.3 * LETTERS
_HEAD = 5.0  # length of an arrow head
_BETWEEN = 26.0  # what arrows need to lie inside of what they measure
_CORNERS = 32  # of a circle

Point = tuple[float, float]


class Hatch(NamedTuple):
    """Lines across a shape: their direction (degrees, anticlockwise), distance, width and dashes ("": whole lines)."""

    degrees: float
    apart: float
    width: float
    dashes: str = ""


_HATCHES: "dict[str, Hatch | None]" = {
    "I1": None, "I2": Hatch(0, 4, 1.0, "1 3"), "I3": Hatch(0, 7, 1.6, "1.6 6"), "I4": Hatch(135, 6, 0.8), "I5": Hatch(135, 9, 0.6), "I6": Hatch(135, 3.5, 1.0),
    "I7": Hatch(135, 11, 1.6), "I9": Hatch(45, 8, 0.6), "I10": Hatch(45, 4, 1.0), "I11": Hatch(45, 11, 1.6)}
_SPARE = ("I10", "I4", "I9", "I3", "I1", "I11", "I2")  # of a layer that looks like another one of its figure


class Figure:
    """One figure: shapes lie below dimensions and words; below all is a list of its layers, and notes.

    A layer is a name of the technology, or "" for a shape of none.
    """

    def __init__(self, tech: Technology) -> None:
        self.tech = tech
        self._shapes: list[str] = []
        self._lines: list[str] = []
        self._notes: list[str] = []
        self._looks: dict[str, Look] = {}

    # shapes

    def polygon(self, layer: str, points: Sequence[Point]) -> None:
        """A shape of a layer."""
        self._shapes.append(_shape(points, self._look(layer)))

    def box(self, layer: str, left: float, top: float, right: float, bottom: float) -> None:
        """A rectangle of a layer."""
        self.polygon(layer, [(left, top), (right, top), (right, bottom), (left, bottom)])

    def disc(self, layer: str, x: float, y: float, radius: float, corners: int = _CORNERS) -> None:
        """A round shape of a layer, or one of some corners."""
        turn = math.pi / corners
        self.polygon(layer, [(x + radius * math.cos((2 * n + 1) * turn) / math.cos(turn), y + radius * math.sin((2 * n + 1) * turn) / math.cos(turn)) for n in range(corners)])

    def hole(self, points: Sequence[Point], layer: "str | None" = None) -> None:
        """Paper in a shape; layer: whose hole it is."""
        frame = self._look(layer).colour if layer else "none"
        self._shapes.append('<polygon points="%s" fill="%s" stroke="%s"/>' % (_points(points), PAPER, frame))

    def film(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        """A film of a section."""
        self._shapes.append('<rect x="%s" y="%s" width="%s" height="%s" fill="%s" stroke="%s" stroke-width="0.6"/>' % (*map(_n, (left, top, right - left, bottom - top)), colour, GREY))

    def _look(self, layer: str) -> Look:
        if layer not in self._looks:
            look, taken = looks.of_layer(self.tech, layer) if layer else looks.PLAIN, set(self._looks.values())
            free = [look, *(look._replace(pattern=pattern) for pattern in _SPARE)]
            self._looks[layer] = next((one for one in free if one not in taken), look)
        return self._looks[layer]

    # lines and words

    def line(self, points: Sequence[Point], colour: str = INK, dashed: bool = False, width: float = 0.8) -> None:
        """A line through points."""
        self._lines.append('<polyline points="%s" fill="none" stroke="%s" stroke-width="%s"%s/>' % (_points(points), colour, _n(width), ' stroke-dasharray="3 2"' if dashed else ""))

    def words(self, x: float, y: float, text: str, middle: bool = True) -> None:
        """A line of text on paper; (x, y): its middle, or the middle of its left side. It is kept inside of the figure."""
        if not text:
            return
        wide = text_width(text, LETTERS)
        left = min(max(x - wide / 2 if middle else x, 3.0), max(WIDTH - wide - 3.0, 3.0))
        self._lines.append('<rect x="%s" y="%s" width="%s" height="%s" fill="%s" fill-opacity="0.86"/>' % (*map(_n, (left - 2, y - 0.56 * LETTERS, wide + 4, 1.12 * LETTERS)), PAPER))
        self._lines.append('<text x="%s" y="%s" fill="%s">%s</text>' % (_n(left), _n(y + 0.36 * LETTERS), INK, escaped(text)))

    def across(self, left: float, right: float, y: float, text: str, of: Sequence[float] = ()) -> None:
        """A dimension from left to right at a height; of: the heights of what it measures, where that is elsewhere."""
        for x in (left, right):
            for height in of:
                self.line([(x, height), (x, y + math.copysign(3.0, y - height))], GREY)
        self._arrows((left, y), (right, y))
        self.words((left + right) / 2, y - 0.75 * LETTERS, text)

    def upright(self, top: float, bottom: float, x: float, text: str, of: Sequence[float] = ()) -> None:
        """A dimension from top to bottom, its words at the right; of: where along x that lies which it measures."""
        for y in (top, bottom):
            for place in of:
                self.line([(place, y), (x + math.copysign(3.0, x - place), y)], GREY)
        self._arrows((x, top), (x, bottom))
        self.words(x + 6.0, (top + bottom) / 2, text, middle=False)

    def _arrows(self, one: Point, other: Point) -> None:
        """A line with a head at each end: heads lie outside where there is no room between them."""
        dx, dy = other[0] - one[0], other[1] - one[1]
        length = math.hypot(dx, dy)
        ux, uy = dx / length, dy / length
        inside = length >= _BETWEEN
        beyond = 0.0 if inside else 2.6 * _HEAD
        self.line([(one[0] - beyond * ux, one[1] - beyond * uy), (other[0] + beyond * ux, other[1] + beyond * uy)])
        for (x, y), sign in ((one, 1.0 if inside else -1.0), (other, -1.0 if inside else 1.0)):
            back = x + sign * _HEAD * ux, y + sign * _HEAD * uy
            wide_x, wide_y = 0.4 * _HEAD * uy, 0.4 * _HEAD * ux
            self._lines.append('<polygon points="%s" fill="%s"/>' % (_points([(x, y), (back[0] - wide_x, back[1] + wide_y), (back[0] + wide_x, back[1] - wide_y)]), INK))

    def dimension(self, one: Point, other: Point, text: str, words_at: Point) -> None:
        """A dimension of any direction, its words around a point."""
        self._arrows(one, other)
        self.words(*words_at, text)

    def arc(self, x: float, y: float, radius: float, start: float, end: float) -> None:
        """A part of a circle, angles in degrees anticlockwise from the right."""
        steps = max(2, int(abs(end - start) / 6))
        angles = [math.radians(start + (end - start) * number / steps) for number in range(steps + 1)]
        self.line([(x + radius * math.cos(angle), y - radius * math.sin(angle)) for angle in angles])

    def centre(self, x: float, y: float) -> None:
        """The mark of a middle."""
        self.line([(x - 4, y), (x + 4, y)])
        self.line([(x, y - 4), (x, y + 4)])

    def dot(self, x: float, y: float) -> None:
        """A point that is meant."""
        self._lines.append('<circle cx="%s" cy="%s" r="2.4" fill="%s"/>' % (_n(x), _n(y), INK))

    def wrong(self, x: float, y: float, size: float = 7.0) -> None:
        """A cross: what is not allowed."""
        for sign in (-1, 1):
            self.line([(x - size, y - sign * size), (x + size, y + sign * size)], PAPER, width=5.0)
        for sign in (-1, 1):
            self.line([(x - size, y - sign * size), (x + size, y + sign * size)], width=2.2)

    def right(self, x: float, y: float) -> None:
        """A tick: what is meant."""
        tick = [(x - 6, y), (x - 1, y + 5), (x + 7, y - 7)]
        self.line(tick, PAPER, width=5.0)
        self.line(tick, width=2.2)

    def note(self, text: str) -> None:
        """A line below the figure, wrapped where it is too long."""
        line = ""
        for word in text.split(" "):
            if line and text_width(line + " " + word, LETTERS) > WIDTH - 8:
                self._notes.append(line)
                line = word
            else:
                line = (line + " " + word).strip()
        self._notes.append(line)

    # the whole

    def svg(self, title: str) -> str:
        """The figure as an SVG element."""
        legend, height = self._legend()
        for number, text in enumerate(self._notes):
            legend.append('<text x="4" y="%s" fill="%s">%s</text>' % (_n(height + (number + 0.8) * _LINE), INK, escaped(text)))
        height += len(self._notes) * _LINE + 4
        head = '<svg xmlns="http://www.w3.org/2000/svg" class="figure" width="%s" height="%s" viewBox="0 0 %s %s" font-family="Helvetica, Arial, sans-serif" font-size="%s">' % (
            *map(_n, (WIDTH, height, WIDTH, height, LETTERS)),)
        return "\n".join([head, "<title>%s</title>" % escaped(title), *self._shapes, *self._lines, *legend, "</svg>"])

    def _legend(self) -> tuple[list[str], float]:
        """(swatches and names of the layers, where they end)"""
        lines: list[str] = []
        x, y = 4.0, HEIGHT + 2
        for name, look in ((name, look) for name, look in self._looks.items() if name):
            wide = 22 + text_width(name, LETTERS)
            if x > 4.0 and x + wide > WIDTH:
                x, y = 4.0, y + _LINE + 2
            lines.append(_shape([(x, y), (x + 16, y), (x + 16, y + 10), (x, y + 10)], look))
            lines.append('<text x="%s" y="%s" fill="%s">%s</text>' % (_n(x + 20), _n(y + 9), INK, escaped(name)))
            x += wide + 10
        return lines, y + (_LINE + 2 if self._looks else 0)


def swatch(look: Look) -> str:
    """A small picture of a layer's look."""
    return '<svg xmlns="http://www.w3.org/2000/svg" class="swatch" width="30" height="16" viewBox="0 0 30 16">%s</svg>' % _shape([(1, 1), (29, 1), (29, 15), (1, 15)], look)


def _shape(points: Sequence[Point], look: Look) -> str:
    drawn = '<polygon points="%s" fill="%s" fill-opacity="0.25" stroke="%s" stroke-width="1.2"/>' % (_points(points), look.colour, look.colour)
    hatch = _HATCHES.get(look.pattern)
    lines = _hatched(points, hatch) if hatch else ""
    if not hatch or not lines:
        return drawn
    return drawn + '<path d="%s" fill="none" stroke="%s" stroke-width="%s"%s/>' % (lines, look.colour, _n(hatch.width), ' stroke-dasharray="%s"' % hatch.dashes if hatch.dashes else "")


def _hatched(points: Sequence[Point], hatch: Hatch) -> str:
    """The lines across a polygon, as data of a path."""
    cos, sin = math.cos(math.radians(hatch.degrees)), -math.sin(math.radians(hatch.degrees))
    turned = [(x * cos + y * sin, y * cos - x * sin) for x, y in points]
    low, high = min(y for _, y in turned), max(y for _, y in turned)
    parts = []
    for number in range(math.floor(low / hatch.apart), math.ceil(high / hatch.apart) + 1):
        y = (number + 0.5) * hatch.apart
        crossings = sorted(_crossing(one, other, y) for one, other in zip(turned, [*turned[1:], turned[0]]) if (one[1] <= y) != (other[1] <= y))
        for start, end in zip(crossings[::2], crossings[1::2]):
            parts.append("M%s %sL%s %s" % (_n(start * cos - y * sin), _n(start * sin + y * cos), _n(end * cos - y * sin), _n(end * sin + y * cos)))
    return "".join(parts)


def _crossing(one: Point, other: Point, y: float) -> float:
    return one[0] + (other[0] - one[0]) * (y - one[1]) / (other[1] - one[1])


def _points(points: Sequence[Point]) -> str:
    return " ".join("%s,%s" % (_n(x), _n(y)) for x, y in points)


def _n(value: float) -> str:
    """A number of at most one digit behind the point."""
    return "%g" % (round(value, 1) + 0.0)
