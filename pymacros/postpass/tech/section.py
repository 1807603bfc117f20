"""A cross-section of a technology: its films and conductors as rectangles, and the figures of its vias. Pure Python; lengths are um.

It follows the connectivity from the contact points upwards: each cut goes through its films, each level of metal has a capture
pad around the via below, a trace, and what the next via or the pad needs; a second trace beside it shows least width and space.
y = 0 is the surface of the chip. A film lies above the metal below it and fills the room beside that metal, so that the depth of a
via is the sum of the films it cuts. Thicknesses and sizes that the technology does not state are drawn as UNSTATED_UM.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..messages import Refusal
from . import metal_levels, vias

if TYPE_CHECKING:
    from .answers import Technology, Verdict

CHIP, FILM, FILL, CONTACT, VIA, CAPTURE, TRACE, PAD, UBM, BUMP = "chip", "film", "fill", "contact", "via", "capture pad", "trace", "pad", "UBM", "bump"
CONDUCTORS = CONTACT, CAPTURE, TRACE, PAD, UBM, BUMP
UNSTATED_UM = 1.0  # what a length that is not stated is drawn as
_MARGIN = 0.06  # beside what is drawn, as a share of its width


class Sizes(NamedTuple):
    """What is chosen on the Draw page; None: the smallest that keeps limits and recommendations."""

    via_um: float | None = None  # of the first cut
    pad: str | None = None  # the layer of the pad
    pad_um: float | None = None


class Box(NamedTuple):
    """A rectangle of the section."""

    left_um: float
    bottom_um: float
    right_um: float
    top_um: float
    role: str
    name: str  # of the film or layer
    title: str
    material: str  # "" where the technology does not say
    stated: bool  # whether the technology states its height
    width_um: float | None = None  # what is said of its width; None: nothing, or not stated

    def height_um(self) -> float:
        """Its height."""
        return round(self.top_um - self.bottom_um, 9)


class Via(NamedTuple):
    """The figures of a cut whose films are stated."""

    cut: str
    title: str
    films: list[str]
    size_um: float
    verdict: Verdict


class Section(NamedTuple):
    """Rectangles, each painted over those before it; sentences on what is not stated."""

    boxes: list[Box]
    vias: list[Via]
    notes: list[str]

    def of_role(self, *roles: str) -> list[Box]:
        """The rectangles of these roles, in their order."""
        return [box for box in self.boxes if box.role in roles]

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top."""
        return (min(box.left_um for box in self.boxes), min(box.bottom_um for box in self.boxes),
                max(box.right_um for box in self.boxes), max(box.top_um for box in self.boxes))


class Link(NamedTuple):
    """A conductor, and how the one below is joined to it: through a cut, or (None) by lying on it."""

    cut: str | None
    conductor: str


class _Piece(NamedTuple):
    """A part of a conductor, around its middle."""

    role: str
    layer: str
    x_um: float
    size_um: float
    stated: bool


def chain(tech: Technology) -> list[Link]:
    """The conductors from the contact points (or the lowest layer of the connectivity) upwards."""
    connectivity = tech.record["connectivity"]
    if not connectivity:
        raise Refusal("Technology %s has no connectivity, which says what lies on what: there is no section to draw." % tech.name)
    uppers = {part for connection in connectivity for part in tech.parts(connection[-1])}
    starts = [lower for lower, *_ in connectivity if "contact" in tech.kinds_of(lower)] + [lower for lower, *_ in connectivity if not uppers & set(tech.parts(lower))]
    found = [Link(None, (starts or [connectivity[0][0]])[0])]
    while True:
        link = _next(tech, found)
        if link is None:
            return found
        found.append(link)


def _next(tech: Technology, found: Sequence[Link]) -> Link | None:
    parts = set(tech.parts(found[-1].conductor))
    seen = {part for link in found for part in tech.parts(link.conductor)}
    for connection in tech.record["connectivity"]:
        if parts & set(tech.parts(connection[0])) and not seen & set(tech.parts(connection[-1])):
            return Link(connection[1] if len(connection) == 3 else None, connection[-1])
    return None


def films_of(tech: Technology) -> list[str]:
    """The films that the vias of the section pass, bottom up."""
    return list(dict.fromkeys(film for link in chain(tech) if link.cut for film in tech.layers[link.cut].get("cuts", ())))


def first_cut(tech: Technology) -> str | None:
    """The lowest cut of the section, whose size can be chosen."""
    return next((link.cut for link in chain(tech) if link.cut), None)


def drawn(tech: Technology, sizes: Sizes = Sizes()) -> Section:
    """The section of a technology. Raises Refusal when there is nothing to draw."""
    return _Drawing(tech, sizes).section()


class _Drawing:
    """Places what is drawn from left to right, then stacks it."""

    def __init__(self, tech: Technology, sizes: Sizes) -> None:
        self.tech, self.sizes, self.links = tech, sizes, chain(tech)
        self.cut_sizes = [self._cut_size(number) for number in range(len(self.links))]
        self.pieces: list[list[_Piece]] = []
        self.boxes: list[Box] = []
        self.unstated_heights: list[str] = []
        self.unstated_sizes: list[str] = []

    def section(self) -> Section:
        x_um = 0.0
        for number in range(len(self.links)):
            self.pieces.append(self._pieces(number, x_um))
            x_um = self.pieces[-1][-1].x_um if self.pieces[-1] else x_um
        self._neighbours()
        edges = [piece.x_um + side * piece.size_um / 2 for level in self.pieces for piece in level for side in (-1, 1)]
        margin_um = _MARGIN * (max(edges) - min(edges))
        self.left_um, self.right_um = min(edges) - margin_um, max(edges) + margin_um
        self._stack()
        found = [Via(link.cut, self._title(link.cut), list(self.tech.layers[link.cut]["cuts"]), size[0], self.tech.via_verdict(link.cut, size[0]))
                 for link, size in zip(self.links, self.cut_sizes) if link.cut and self.tech.layers[link.cut].get("cuts")]
        return Section(self.boxes, found, self._notes())

    def _notes(self) -> list[str]:
        notes = []
        for names, what in ((self.unstated_heights, "thickness"), (self.unstated_sizes, "size")):
            if names:
                notes.append("Not stated, drawn as %g µm: %s of %s." % (UNSTATED_UM, what, ", ".join(dict.fromkeys(names))))
        return notes

    # sizes

    def _cut_size(self, number: int) -> tuple[float, bool]:
        """(size of the cut below a conductor, whether the technology or the user states it)"""
        cut = self.links[number].cut
        if cut is None:
            return 0.0, True
        if self.sizes.via_um is not None and cut == next(link.cut for link in self.links if link.cut):
            return self.sizes.via_um, True
        opening = dict(self.tech.pad_stack(self._pad())).get(cut) if self._pad() else None
        if opening:
            return opening, True
        stated = self.tech.limit("width_min", cut, None, None) or (self.tech.depth_um(cut) and self.tech.limit("aspect_ratio_max", cut, None, None))
        return (metal_levels.cut_size_um(self.tech, cut), True) if stated else (UNSTATED_UM, False)

    def _pad(self) -> str | None:
        pads = self.tech.of_kind("pad")
        return self.sizes.pad if self.sizes.pad in pads else next(iter(pads), None)

    def _around(self, number: int, cut_number: int) -> tuple[float, bool]:
        """(size, stated) of a conductor around a cut below or above it."""
        cut, conductor = self.links[cut_number].cut, self.links[number].conductor
        cut_um, stated = self.cut_sizes[cut_number]
        least = self.tech.limit("width_min", conductor)
        if cut is None:
            return (self.tech.even_up(least), True) if least else (UNSTATED_UM, False)
        if number == 0 and "contact" in self.tech.kinds_of(conductor):
            return vias.contact_size_um(self.tech, cut, cut_um), stated
        enclosure = max([self.tech.limit("enclosure", cut, part) or 0.0 for part in self.tech.parts(conductor)] + [self.tech.limit("enclosure", cut, conductor) or 0.0])
        return max(self.tech.even_up(cut_um + 2 * enclosure), least or 0.0, cut_um), stated

    # from left to right

    def _pieces(self, number: int, x_um: float) -> list[_Piece]:
        """The parts of a conductor, from the one around the cut below to what the next cut needs; traces lie between them."""
        conductor = self.links[number].conductor
        trace = self._trace(conductor)
        own = self._first_piece(number, x_um, trace)
        if trace is None or number == 0:
            return [own]
        after = self._last_piece(number, own)
        return [own, after] if after else [own]

    def _first_piece(self, number: int, x_um: float, trace: str | None) -> _Piece:
        conductor = self.links[number].conductor
        kinds = self.tech.kinds_of(conductor)
        above = number + 1 < len(self.links) and number == 0
        size_um, stated = self._around(number, number + 1 if above else number)
        if number == 0:
            return self._noted(_Piece(CONTACT, self.tech.parts(conductor)[0], x_um, size_um, stated))
        role = UBM if "ubm" in kinds else CAPTURE if trace else BUMP
        return self._noted(_Piece(role, trace or self.tech.parts(conductor)[0], x_um, size_um, stated))

    def _last_piece(self, number: int, own: _Piece) -> _Piece | None:
        """What the next cut, or the pad, needs; None where the conductor goes no farther."""
        tech, conductor = self.tech, self.links[number].conductor
        pad = self._pad() if self._pad() in tech.parts(conductor) else None
        is_last = number + 1 == len(self.links)
        if is_last and not pad:
            return None
        next_um = 0.0 if is_last else self.cut_sizes[number + 1][0]
        if pad:
            size_um, stated = (self.sizes.pad_um or tech.pad_size_min_um(pad)), True
        else:
            size_um, stated = self._around(number, number + 1)
        trace_um = max(self._limit("width_min", own.layer), self._limit("space", own.layer))
        cuts = self.links[number].cut, None if is_last else self.links[number + 1].cut
        apart_um = tech.limit("separation", *cuts) if all(cuts) else None
        least_um = (apart_um or 0.0) + (self.cut_sizes[number][0] + next_um) / 2
        distance_um = max((own.size_um + size_um) / 2 + trace_um, least_um)
        return self._noted(_Piece(PAD if pad else CAPTURE, pad or own.layer, own.x_um + distance_um, size_um, stated))

    def _noted(self, piece: _Piece) -> _Piece:
        if not piece.stated:
            self.unstated_sizes.append(piece.layer)
        return piece

    def _limit(self, check: str, layer: str) -> float:
        return self.tech.limit(check, layer) or UNSTATED_UM

    def _trace(self, conductor: str) -> str | None:
        return next((part for part in self.tech.parts(conductor) if self.tech.kind_of(part) == "metal"), None)

    def _neighbours(self) -> None:
        """On each level with traces a second one, beside the last piece, across the section."""
        for number, level in enumerate(self.pieces):
            trace = self._trace(self.links[number].conductor)
            if trace and number:
                stated = self.tech.limit("width_min", trace) is not None
                width_um = self._limit("width_min", trace)
                left_um = level[-1].x_um + level[-1].size_um / 2 + self._limit("space", trace)
                level.append(self._noted(_Piece(TRACE, trace, left_um + width_um / 2, width_um, stated)))

    # bottom up

    def _stack(self) -> None:
        heights = [self._height(link.conductor) for link in self.links]
        self._add(CHIP, "chip", self.left_um, self.right_um, -2.0 * max(heights[0][0], UNSTATED_UM), 0.0, "Chip", "", True, None)
        y_um = 0.0
        for number, link in enumerate(self.links):
            bottom_um = y_um
            y_um = self._films(link, y_um)
            height_um, stated = heights[number]
            if number == 0:
                self._conductor(number, -height_um, 0.0, stated)
                continue
            above = self.links[number + 1].cut if number + 1 < len(self.links) else None
            if above:
                self._film_box(FILL, self._film_names(above)[0], y_um, y_um + height_um)
            if link.cut:
                self._via(number, bottom_um, y_um)
            self._conductor(number, y_um, y_um + height_um, stated)
            y_um = round(y_um + height_um, 9)

    def _height(self, conductor: str) -> tuple[float, bool]:
        """(thickness, whether it is stated) of a conductor: that of its metal, on which pads are drawn, too."""
        found = [self.tech.layers[part]["thickness_um"] for part in [conductor, *self.tech.parts(conductor)] if "thickness_um" in self.tech.layers[part]]
        if not found:
            self.unstated_heights.append(self._trace(conductor) or self.tech.parts(conductor)[0])
        return (found[0], True) if found else (UNSTATED_UM, False)

    def _film_names(self, cut: str) -> list[str]:
        """The films that a cut passes; one without a name stands for those that the technology does not state."""
        return list(self.tech.layers[cut].get("cuts") or ["around %s" % cut])

    def _films(self, link: Link, y_um: float) -> float:
        for name in self._film_names(link.cut) if link.cut else ():
            film = self.tech.films.get(name)
            if film is None:
                self.unstated_heights.append("the film " + name)
            top_um = round(y_um + (film["thickness_um"] if film else UNSTATED_UM), 9)
            self._film_box(FILM, name, y_um, top_um)
            y_um = top_um
        return y_um

    def _film_box(self, role: str, name: str, bottom_um: float, top_um: float) -> None:
        film = self.tech.films.get(name, {})
        self._add(role, name, self.left_um, self.right_um, bottom_um, top_um, name, film.get("material", ""), bool(film), None)

    def _via(self, number: int, bottom_um: float, top_um: float) -> None:
        cut, (size_um, stated) = self.links[number].cut, self.cut_sizes[number]
        x_um = self.pieces[number][0].x_um
        if not stated:
            self.unstated_sizes.append(cut)
        self._add(VIA, cut, x_um - size_um / 2, x_um + size_um / 2, bottom_um, top_um, self._title(cut), self.tech.layers[cut].get("fill", ""),
                  bool(self.tech.layers[cut].get("cuts")), size_um if stated else None)

    def _conductor(self, number: int, bottom_um: float, top_um: float, stated: bool) -> None:
        level = [piece for piece in self.pieces[number] if piece.role != TRACE]
        for one, other in zip(level, level[1:]):  # the trace between them
            self._metal(_Piece(TRACE, self.pieces[number][0].layer, 0.0, 0.0, False), one.x_um + one.size_um / 2, other.x_um - other.size_um / 2, bottom_um, top_um, stated)
        for piece in self.pieces[number]:
            self._metal(piece, piece.x_um - piece.size_um / 2, piece.x_um + piece.size_um / 2, bottom_um, top_um, stated)

    def _metal(self, piece: _Piece, left_um: float, right_um: float, bottom_um: float, top_um: float, stated: bool) -> None:
        layer = self.tech.layers[piece.layer]
        of_trace = self.tech.layers[self._trace_beside(piece.layer)].get("material", "")
        self._add(piece.role, piece.layer, left_um, right_um, bottom_um, top_um, layer["title"], layer.get("material", of_trace), stated,
                  piece.size_um if piece.stated else None)

    def _trace_beside(self, layer: str) -> str:
        """The metal of the level that a layer is drawn on; the layer itself where there is none."""
        mine = next((link.conductor for link in self.links if layer in self.tech.parts(link.conductor)), layer)
        return self._trace(mine) or layer

    def _title(self, layer: str) -> str:
        return self.tech.layers[layer]["title"]

    def _add(self, role: str, name: str, left_um: float, right_um: float, bottom_um: float, top_um: float, title: str, material: str, stated: bool, width_um: float | None) -> None:
        self.boxes.append(Box(round(left_um, 9), round(bottom_um, 9), round(right_um, 9), round(top_um, 9), role, name, title, material, stated, width_um))
