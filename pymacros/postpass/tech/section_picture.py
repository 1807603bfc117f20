"""A section as a picture: rectangles, lines and texts in pixels, for SVG and for the panel. Pure Python.

Films and metals are labelled at the right, with leaders; parts have letters above and lines in a list below. Widths are to scale, heights, too;
where the heights would not be seen they are exaggerated by a round factor, which the picture states beside its scale bar.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from .section import BUMP, CAPTURE, CHIP, CONTACT, FILL, FILM, PAD, TRACE, UBM, VIA, Box, Section
from .words import as_text

BACKGROUND, INK, FAINT = "#ffffff", "#202428", "#808890"  # on an own background, so that the surroundings do not matter
_DARK, _SHADE = {BACKGROUND: "#1c2024", INK: "#e8ecf0", FAINT: "#98a0a8"}, 0.5  # in dark surroundings; of the brightness of fills
FILMS = ("#f2e3b0", "#cfe3f2", "#d5ecd2", "#eadcf0", "#f5d9cf")
_COLOURS = {CHIP: "#c9ced4", CONTACT: "#5f6b7a", VIA: "#c9763a", CAPTURE: "#dd8d4f", TRACE: "#e8a870", PAD: "#d9823f", UBM: "#8f98a3", BUMP: "#b4bcc6"}
_LEAST_HEIGHT, _WANTED_HEIGHT, _MOST_HEIGHT = 0.3, 0.5, 0.9  # of the drawing, as shares of its width; wanted where the labels need it
_SLACK = 1e-9  # of a length that is a round one up to rounding
_FACTORS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_LABELS = 0.5  # largest share of the labels beside the drawing
_BETWEEN = 0.3  # between two labels, in lines
_LINE = 1.3  # of a line of text, in heights of letters
_APART = 4.0  # pixels between the lines of two letters
_ANCHORS = {CONTACT: 0.8, VIA: 0.5, CAPTURE: 0.12, TRACE: 0.5, PAD: 0.06, UBM: 0.9, BUMP: 0.5}  # where a letter points to, as a share of the width of its part


class Rectangle(NamedTuple):
    """A filled rectangle; `dashed`: its height is not to scale."""

    left: float
    top: float
    width: float
    height: float
    colour: str
    outline: "str | None"
    dashed: bool
    name: str


class Line(NamedTuple):
    """A line."""

    x: float
    y: float
    to_x: float
    to_y: float
    colour: str
    width: float


class Text(NamedTuple):
    """A text from its left end, on its base line."""

    x: float
    y: float
    text: str
    colour: str


class Picture(NamedTuple):
    """A picture, in pixels; `letters`: height of its letters."""

    width: float
    height: float
    letters: float
    rectangles: list[Rectangle]
    lines: list[Line]
    texts: list[Text]
    factor: int  # by how much heights are exaggerated
    background: str = BACKGROUND


def in_the_dark(picture: Picture) -> Picture:
    """The same picture for dark surroundings: light letters and lines on a dark ground, and darker fills."""
    return picture._replace(rectangles=[one._replace(colour=darker(one.colour), outline=one.outline and darker(one.outline)) for one in picture.rectangles],
                            lines=[one._replace(colour=darker(one.colour)) for one in picture.lines],
                            texts=[one._replace(colour=darker(one.colour)) for one in picture.texts], background=darker(picture.background))


def darker(colour: str) -> str:
    """A colour for dark surroundings: those of ground and letters change, fills keep their hue."""
    if colour in _DARK:
        return _DARK[colour]
    return "#%02x%02x%02x" % tuple(int(_SHADE * int(colour[at:at + 2], 16)) for at in (1, 3, 5))


Measure = Callable[[str], float]


def picture(section: Section, width: float, letters: float, measure: Measure, heading: Sequence[str] = (), notes: Sequence[str] = (), brief: bool = False) -> Picture:
    """The picture of a section, so wide. measure: the width of a text; heading, notes: lines above and below, which are wrapped; brief: parts
    are listed by the names of their layers alone, in two columns where there is room."""
    return _Layout(section, width, letters, measure, brief).picture(heading, notes)


class _Layout:
    def __init__(self, section: Section, width: float, letters: float, measure: Measure, brief: bool) -> None:
        self.section, self.width, self.letters, self.measure, self.brief = section, width, letters, measure, brief
        self.step, self.gap = _LINE * letters, 0.6 * letters
        self.rectangles: list[Rectangle] = []
        self.lines: list[Line] = []
        self.texts: list[Text] = []
        self._scale()

    def _scale(self) -> None:
        """Pixels for a um, across and up."""
        left, bottom, right, top = self.section.bounds()
        labels = [_film_lines(box) for box in self._layers()]
        self.labels_height = sum((len(lines) + _BETWEEN) * self.step for lines in labels)
        self.labels_width = min(max((self.measure(line) for lines in labels for line in lines), default=0.0) + 2.5 * self.gap, _LABELS * self.width)
        room = self.width - self.labels_width - 2 * self.gap
        self.across = min(room / (right - left), _MOST_HEIGHT * room / (top - bottom))
        self.factor = next((one for one in _FACTORS if self._is_seen(one, room)), _FACTORS[-1])
        self.up = self.across * self.factor
        self.left = self.gap + (room - self.across * (right - left)) / 2
        self.drawing_right = self.left + self.across * (right - left)

    def _is_seen(self, factor: int, room: float) -> bool:
        _, bottom, _, top = self.section.bounds()
        return self.across * factor * (top - bottom) >= max(_LEAST_HEIGHT * room, min(self.labels_height, _WANTED_HEIGHT * room))

    def _layers(self) -> list[Box]:
        """What has a label at the right: films, and one part of each level of metal."""
        found = {}
        for box in self.section.boxes:
            if box.role in (FILM, CHIP, TRACE, UBM, BUMP, CONTACT) or (box.role in (CAPTURE, PAD) and (box.bottom_um, box.top_um) not in {(one.bottom_um, one.top_um) for one in found.values()}):
                found.setdefault((box.role in (FILM, CHIP), box.bottom_um, box.top_um), box)
        return sorted(found.values(), key=lambda box: -(box.bottom_um + box.top_um))

    def _parts(self) -> list[Box]:
        """What has a letter, from left to right: the parts whose width is said, and vias."""
        found = [box for box in self.section.boxes if box.width_um is not None or box.role == VIA]
        return sorted(found, key=_anchor)

    def picture(self, heading: Sequence[str], notes: Sequence[str]) -> Picture:
        y = self._paragraph(heading, self.gap)
        y = self._drawing(y)
        y = self._scale_bar(y)
        y = self._list(y)
        y = self._paragraph(notes, y)
        return Picture(self.width, math.ceil(y + self.gap), self.letters, self.rectangles, self.lines, self.texts, self.factor)

    def _drawing(self, y: float) -> float:
        """The section with its labels. Returns where the next thing begins."""
        left_um, bottom_um, _, top_um = self.section.bounds()
        labels = [(box, _film_lines(box)) for box in self._layers()]
        parts = self._parts()
        letters_y = y + self.letters
        high = self.up * (top_um - bottom_um)
        top = y + 1.8 * self.step + max(0.0, (self.labels_height - high) / 2)
        self.x_of = lambda um: self.left + self.across * (um - left_um)
        self.y_of = lambda um: top + self.up * (top_um - um)
        films = list(dict.fromkeys(box.name for box in self.section.of_role(FILM)))
        for box in self.section.boxes:
            colour = FILMS[films.index(box.name) % len(FILMS)] if box.role in (FILM, FILL) else _COLOURS[box.role]
            self.rectangles.append(Rectangle(self.x_of(box.left_um), self.y_of(box.top_um), self.across * (box.right_um - box.left_um), self.up * box.height_um(),
                                             colour, None if box.role == FILL else INK if box.stated else FAINT, not box.stated, "%s %s" % (box.role, box.name)))
        self._letter(parts, letters_y)
        bottom = self._label(labels, y + 1.8 * self.step)
        return max(top + high, bottom) + self.step

    def _letter(self, parts: Sequence[Box], y: float) -> None:
        """Letters in a row above, each with a line down to its part."""
        points: list[tuple[float, float]] = []
        for box in parts:
            x = self.x_of(_anchor(box))
            while any(abs(x - other) < _APART for other, _ in points):
                x += _APART  # two lines would be one
            points.append((x, self.y_of((box.bottom_um + box.top_um) / 2)))
        width, bend = 1.4 * self.letters, y + 0.9 * self.step
        places = _stacked([x for x, _ in points], [width] * len(parts), self.gap, self.width - self.gap)
        for number, (x, (at_x, at_y)) in enumerate(zip(places, points)):
            self.texts.append(Text(x - self.measure(_letter_of(number)) / 2, y, _letter_of(number), INK))
            self.lines += [Line(x, y + 0.25 * self.letters, at_x, bend, FAINT, 1.0), Line(at_x, bend, at_x, at_y, INK, 0.8)]
            self.rectangles.append(Rectangle(at_x - 1.5, at_y - 1.5, 3.0, 3.0, INK, None, False, "mark"))

    def _label(self, labels: Sequence[tuple[Box, list[str]]], top: float) -> float:
        """Labels at the right, each with a line to its layer. Returns where they end."""
        middles = [self.y_of((box.bottom_um + box.top_um) / 2) for box, _ in labels]
        heights = [(len(lines) + _BETWEEN) * self.step for _, lines in labels]
        places = _stacked(middles, heights, top, top + max(self.labels_height, self.y_of(self.section.bounds()[1]) - top))
        x = self.drawing_right + 2 * self.gap
        for (box, lines), middle, place, height in zip(labels, middles, places, heights):
            edge = self.drawing_right if box.role in (FILM, CHIP) else self.x_of(box.right_um)
            if box.role not in (FILM, CHIP):
                edge = max(self.x_of(other.right_um) for other in self.section.boxes if (other.bottom_um, other.top_um) == (box.bottom_um, box.top_um) and other.role not in (FILM, FILL))
                self.lines.append(Line(edge, middle, self.drawing_right, middle, FAINT, 0.8))
            self.lines.append(Line(self.drawing_right, middle, x - 0.3 * self.gap, place, FAINT, 0.8))
            for number, line in enumerate(lines):
                y = place - height / 2 + (number + _BETWEEN / 2) * self.step + self.letters
                self.texts.append(Text(x, y, self._fitting(line, self.width - x), INK if number == 0 else FAINT))
        return (places[-1] + heights[-1] / 2) if places else top

    def _fitting(self, text: str, room: float) -> str:
        if self.measure(text) <= room:
            return text
        while text and self.measure(text + "…") > room:
            text = text[:-1]
        return text + "…"

    def _scale_bar(self, y: float) -> float:
        length_um = _round_length(0.3 * (self.drawing_right - self.left) / self.across)
        bar = self.across * length_um
        x, middle = self.gap, y + 0.5 * self.letters
        self.lines += [Line(x, middle, x + bar, middle, INK, 2.0), Line(x, middle - 4, x, middle + 4, INK, 1.0), Line(x + bar, middle - 4, x + bar, middle + 4, INK, 1.0)]
        words = "%s µm, heights %s" % (as_text(length_um), "to the same scale" if self.factor == 1 else "× %d" % self.factor)
        self.texts.append(Text(x + bar + self.gap, middle + 0.35 * self.letters, words, INK))
        return y + 1.6 * self.step

    def _list(self, y: float) -> float:
        """A line for each letter, or half of one."""
        parts = self._parts()
        columns = 2 if self.brief and all(self.measure(_brief_words(box)) <= (self.width - self.gap) / 2 - 3.0 * self.letters for box in parts) else 1
        rows = -(-len(parts) // columns)
        below, room = y, (self.width - self.gap) / columns
        for number, box in enumerate(parts):
            x, at = self.gap + number // rows * room, y + number % rows * self.step if self.brief else below
            swatch = 0.8 * self.letters
            self.rectangles.append(Rectangle(x, at + 0.1 * self.letters, swatch, swatch, _COLOURS[box.role], INK, False, "mark"))
            self.texts.append(Text(x + 1.3 * self.letters, at + 0.85 * self.letters, _letter_of(number), INK))
            if self.brief:
                self.texts.append(Text(x + 2.6 * self.letters, at + 0.85 * self.letters, self._fitting(_brief_words(box), room - 3.0 * self.letters), INK))
            else:
                below = self._paragraph([_part_words(box)], at, 2.6 * self.letters)
        return (y + rows * self.step if self.brief else below) + 0.3 * self.step

    def _paragraph(self, lines: Sequence[str], y: float, indent: float = 0.0) -> float:
        """Lines of text, wrapped. Returns where the next one begins."""
        for line in lines:
            for piece in self._wrapped(line, self.width - 2 * self.gap - indent):
                self.texts.append(Text(self.gap + indent, y + 0.85 * self.letters, piece, INK))
                y += self.step
        return y

    def _wrapped(self, text: str, room: float) -> list[str]:
        pieces = [""]
        for word in text.split(" "):
            longer = (pieces[-1] + " " + word).strip()
            if self.measure(longer) <= room or not pieces[-1]:
                pieces[-1] = longer
            else:
                pieces.append(word)
        return pieces


def _film_lines(box: Box) -> list[str]:
    """The label of a layer: name and thickness, material."""
    if box.role == CHIP:
        return ["chip"]
    if not box.stated:
        return [box.name, "not stated"]
    return ["%s %s µm" % (box.name, as_text(box.height_um()))] + [box.material] * bool(box.material)


def _part_words(box: Box) -> str:
    """What the list says of a part: its layer in words, its name, sizes."""
    width = "size not stated" if box.width_um is None else "%s µm wide" % as_text(box.width_um)
    depth = ", %s µm deep" % as_text(box.height_um()) if box.role == VIA and box.stated else ""
    return "%s (%s): %s%s" % ("Capture pad" if box.role == CAPTURE else box.title, box.name, width, depth)


def _brief_words(box: Box) -> str:
    """The same in short: capture pads and pads by what they are."""
    name = {CAPTURE: "capture", PAD: "pad"}.get(box.role, box.name)
    return "%s: %s" % (name, "?" if box.width_um is None else as_text(box.width_um) + " µm")


def _anchor(box: Box) -> float:
    """Where the letter of a part points to, um from the left."""
    return box.left_um + _ANCHORS[box.role] * (box.right_um - box.left_um)


def _letter_of(number: int) -> str:
    return chr(ord("a") + number) if number < 26 else _letter_of(number // 26 - 1) + _letter_of(number % 26)


def _stacked(wanted: Sequence[float], sizes: Sequence[float], first: float, last: float) -> list[float]:
    """Middles in order that do not overlap: as wanted, pushed on by those before, then back from the end."""
    places, free = [], first
    for middle, size in zip(wanted, sizes):
        places.append(max(middle, free + size / 2))
        free = places[-1] + size / 2
    free = last
    for number in range(len(places) - 1, -1, -1):
        places[number] = min(places[number], free - sizes[number] / 2)
        free = places[number] - sizes[number] / 2
    return places


def _round_length(length_um: float) -> float:
    """1, 2 or 5 times a power of ten, not longer."""
    power = 10.0 ** math.floor(math.log10(length_um))
    return next(digit * power for digit in (5, 2, 1) if digit * power <= length_um * (1 + _SLACK))
