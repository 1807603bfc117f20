"""The nets of what is drawn in a cell as a list: names, contact points, pads, whether they are joined, lengths, places. Needs numpy.

Nets and names are those that the deck finds (conductors/). A line of the list is a name with all metal that carries it, or one
nameless piece of metal, or one piece that carries several names. Lengths are um.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pya

from .. import files, layout_file
from ..conductors import net_states
from ..conductors.net_table import lengths_of
from ..conductors.nets import Nets
from ..draw import shapes
from ..draw.choices import CommandError
from ..draw.commands import require_layout
from ..geometry.derived import layers_of
from ..geometry.regions import region_of
from ..messages import counted

if TYPE_CHECKING:
    from ..tech.answers import Technology

OPEN, JOINED, SHORT, SPLIT = STATES = ("open", "joined", "short", "split")
_NUMBERS = re.compile(r"(\d+)")
_NOWHERE = pya.Point(2**30, 2**30)  # the corner of a shape without corners


class Row(NamedTuple):
    """A line of the list. nets: indexes of the pieces of metal; name: None where it has none; pads: {function: number}."""

    nets: tuple[int, ...]
    name: str | None
    contacts: int
    pads: dict[str, int]
    state: str
    length_um: float

    @property
    def title(self) -> str:
        """The name, or a number in brackets: that of the deck's list of nets."""
        return self.name if self.name is not None else "[#%d]" % (self.nets[0] + 1)

    def texts(self) -> tuple[str, ...]:
        """Name, contact points, pads, state, length in um."""
        pads = ", ".join("%d %s" % (number, function) for function, number in self.pads.items())
        return self.title, str(self.contacts), pads or "0", self.state, "%.1f" % self.length_um

    def key(self, column: int) -> tuple:
        """By which a column is sorted: numbers in names count as numbers, nameless ones come last."""
        by_name = (self.name is None, natural(self.name or ""), self.nets)
        number_of_pads = sum(self.pads.values())
        return ((), (self.contacts,), (number_of_pads, sorted(self.pads)), (STATES.index(self.state),), (self.length_um,))[column] + by_name


def natural(name: str) -> list[tuple[bool, int, str]]:
    """A key by which io2 comes before io10."""
    return [(True, int(part), part) if part.isdecimal() else (False, 0, part.lower()) for part in _NUMBERS.split(name) if part]


def nets_of(cell: pya.Cell, tech: Technology, step: Callable[[], None] = lambda: None) -> Nets:
    """The nets of a cell. step: called again and again meanwhile, may raise what ends it. Raises CommandError for a layout that cannot be computed with."""
    require_layout(cell.layout(), tech)
    try:
        layout_file.require_sound(cell, tech)
    except files.FileError as error:
        raise CommandError("Cannot read the nets: %s." % error) from None
    step()
    return Nets(layers_of(cell, tech, (), step))


class DrawnNets:
    """The list of a cell, as it was drawn then. rows: by name, nameless ones from left to right."""

    def __init__(self, cell: pya.Cell, tech: Technology, step: Callable[[], None] = lambda: None) -> None:
        """step: see nets_of. Raises CommandError."""
        self.tech, self.dbu = tech, cell.layout().dbu
        self._ids: dict[int, list[int]] = {}
        self.nets = nets_of(cell, tech, step)
        step()
        self.rows = sorted(self._rows(), key=lambda row: row.key(0))
        self._row_of = {net: number for number, row in enumerate(self.rows) for net in row.nets}

    def _rows(self) -> Iterator[Row]:
        nets, groups = self.nets, {}
        for index in range(nets.size):
            names = nets.names_of(index)
            groups.setdefault((names[0], 1) if len(names) == 1 else (" + ".join(names) or None, index), []).append(index)
        contacts = nets.contacts.counts().tolist()
        lengths = (lengths_of(nets) * self.dbu).tolist()
        shorts, splits, opens = set().union(*net_states.shorts(nets)), net_states.splits(nets), net_states.opens(nets).tolist()
        by_layer = [(nets.function_of_layer(layer), nets.pads.counts([layer]).tolist()) for layer in nets.drawn if nets.technology.kind_of(layer) in ("pad", "ubm")]
        for (name, _), some in groups.items():
            functions: dict[str, int] = {}
            for function, counts in by_layer:
                number = sum(counts[net] for net in some)
                if number:
                    functions[function] = functions.get(function, 0) + number
            state = SHORT if not shorts.isdisjoint(some) else OPEN if all(opens[net] for net in some) else SPLIT if name in splits else JOINED
            yield Row(tuple(some), name, sum(contacts[net] for net in some), functions, state, sum(lengths[net] for net in some))

    def summary(self) -> str:
        """How many nets there are, by state."""
        states = [row.state for row in self.rows]
        return counted(len(states), "net") + "".join(", %d %s" % (states.count(state), state) for state in STATES if state in states)

    def chosen(self, text: str, column: int, falling: bool) -> list[Row]:
        """The rows whose name or state has a text, sorted by a column."""
        wanted = text.strip().lower()
        some = [row for row in self.rows if wanted in row.title.lower() or wanted == row.state]
        return sorted(some, key=lambda row: row.key(column), reverse=falling)

    # places

    def row_of(self, net: int) -> Row:
        """The row of a piece of metal."""
        return self.rows[self._row_of[net]]

    def nets_at(self, places_um: Sequence[tuple[float, float]]) -> list[set[int]]:
        """Indexes of the pieces of metal at each place, one above the other."""
        points = [pya.DPoint(*place).to_itype(self.dbu) for place in places_um]
        columns = [self.nets.indexes_at(layer, np.array([(point.x, point.y) for point in points], dtype=np.int64).reshape(-1, 2)).tolist() for layer in self.nets.drawn]
        return [set(found) - {-1} for found in zip(*columns)]

    def somewhere(self, nets: Iterable[int]) -> list[tuple[float, float]]:
        """A place (um) on each of some pieces of metal: a corner of its first figure."""
        ids = np.array([self.ids(net)[0] for net in nets], dtype=np.int64)
        numbers = self.nets.outline_numbers(ids).tolist()
        corner_of = {number: self.nets.outlines.first_corner(number) for number in set(numbers)}
        corners = self.nets.boxes(ids)[:, :2] + np.array([corner_of[number] for number in numbers], dtype=np.int64).reshape(-1, 2)
        return [(x * self.dbu, y * self.dbu) for x, y in corners.tolist()]

    def rows_at(self, places_um: Sequence[tuple[float, float]]) -> list[Row]:
        """The rows of all metal at these places."""
        return [self.rows[number] for number in dict.fromkeys(self._row_of[net] for nets in self.nets_at(places_um) for net in nets)]

    def ids(self, net: int) -> list[int]:
        """Ids of the figures of a piece of metal, where a label may stand first: pads, contact points, vias, traces."""
        if net not in self._ids:
            one = self.nets.net(net)
            self._ids[net] = list(dict.fromkeys(one.pads + one.contacts + one.vias + one.traces))
        return self._ids[net]

    def polygons(self, nets: Iterable[int]) -> list[pya.DPolygon]:
        """The outlines of pieces of metal, um."""
        return [self.nets.polygon(id_).to_dtype(self.dbu) for net in nets for id_ in self.ids(net)]

    def shapes(self, cell: pya.Cell, nets: Iterable[int]) -> Iterator[pya.RecursiveShapeIterator]:
        """The shapes in the cell, and below it, that pieces of metal are drawn with: an iterator that stands at each, once."""
        by_layer: dict[int, list[tuple[int, np.ndarray]]] = {}  # of each layer of the layout: figures drawn on it
        wanted = set(nets)
        ids = np.array([id_ for net in wanted for id_ in self.ids(net)], dtype=np.int64)
        slots = self.nets.slots_of(ids)
        for slot in np.unique(slots).tolist():
            for part in self.tech.drawn_from(self.nets.drawn[slot]):
                for index in layout_file.layer_indexes(cell.layout(), self.tech.layers[part]["gds"]):
                    by_layer.setdefault(index, []).append((slot, ids[slots == slot]))
        for index, figures in by_layer.items():
            yield from self._drawn_with(cell, index, figures, wanted)

    def _drawn_with(self, cell: pya.Cell, index: int, figures: Sequence[tuple[int, np.ndarray]], wanted: set[int]) -> Iterator[pya.RecursiveShapeIterator]:
        """The shapes of a layer that figures of layers (numbers in nets.drawn) are drawn with. Where the layer is theirs, one corner tells; a
        shape that another layer is derived from is asked about each figure."""
        boxes = self.nets.boxes(np.concatenate([ids for _, ids in figures]))
        box = pya.Box(*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
        shapes = [one.shape().polygon.transformed(one.trans()) for one in _standing(cell, index, box)]
        if not shapes:
            return
        met = np.zeros(len(shapes), dtype=bool)
        corners = np.array([(corner.x, corner.y) for corner in (next(polygon.each_point_hull(), _NOWHERE) for polygon in shapes)], dtype=np.int64)
        for slot, ids in figures:
            name = self.nets.drawn[slot]
            if self.tech.drawn_from(name) == [name]:
                met |= np.isin(self.nets.indexes_at(name, corners), list(wanted))
            else:
                outlines = region_of(self.nets.polygon(id_) for id_ in ids.tolist())
                met |= np.array([not region_of([polygon]).interacting(outlines).is_empty() for polygon in shapes])
        for one, is_met in zip(_standing(cell, index, box), met.tolist()):
            if is_met:
                yield one

    def box(self, nets: Iterable[int]) -> pya.DBox:
        """The box around pieces of metal, um."""
        found = self.boxes(nets)
        left, bottom = found[:, :2].min(axis=0).tolist()
        right, top = found[:, 2:].max(axis=0).tolist()
        return pya.Box(left, bottom, right, top).to_dtype(self.dbu)

    def each_box(self, nets: Iterable[int]) -> list[pya.DBox]:
        """The box around each of some pieces of metal, um."""
        return [pya.Box(*box).to_dtype(self.dbu) for box in self.boxes(nets).tolist()]

    def boxes(self, nets: Iterable[int]) -> np.ndarray:
        """The box around each of some pieces of metal, dbu: shape (n, 4)."""
        ids = [self.ids(net) for net in nets]
        if not ids:
            return np.zeros((0, 4), dtype=np.int64)
        starts = np.cumsum([0] + [len(some) for some in ids[:-1]])
        figures = self.nets.boxes(np.array(list(chain.from_iterable(ids)), dtype=np.int64))
        return np.concatenate([np.minimum.reduceat(figures[:, :2], starts), np.maximum.reduceat(figures[:, 2:], starts)], axis=1)

    def from_left(self, nets: Iterable[int]) -> list[int]:
        """Pieces of metal from left to right, those in a column from top to bottom."""
        some = list(nets)
        boxes = self.boxes(some)
        middles = (boxes[:, :2] + boxes[:, 2:]).tolist()
        return [net for _, _, net in sorted((x, -y, net) for (x, y), net in zip(middles, some))]

    def label_places(self, nets: Iterable[int], wanted_um: Mapping[int, tuple[float, float]] = MappingProxyType({})) -> dict[int, pya.Point]:
        """{piece of metal: a place on the technology's grid (dbu) where a label names it}: the wanted one, or the middle of a pad where
        there is one. Raises CommandError where there is none."""
        found: dict[int, pya.Point] = {}
        left = list(nets)
        for candidates in (lambda some: [[self.on_grid(*wanted_um[net])] if net in wanted_um else [] for net in some], self._first_middles, self._all_candidates):
            tried = [(net, point) for net, points in zip(left, candidates(left)) for point in points]
            for (net, point), named in zip(tried, self.labelled_at([(point.x, point.y) for _, point in tried])):
                if named == net:
                    found.setdefault(net, point)
            left = [net for net in left if net not in found]
        if left:
            center = self.box(left[:1]).center()
            raise CommandError("No label can name the metal at %g, %g um: other metal lies above it, or it holds no point of the grid." % (center.x, center.y))
        return found

    def labelled_at(self, points: Sequence[tuple[int, int]]) -> list[int]:
        """The piece of metal that a label at each point (dbu) names; -1 where it names none."""
        return self.nets.labelled_at(np.array(points, dtype=np.int64).reshape(-1, 2)).tolist()

    def terminal_places(self, nets: Iterable[int]) -> list[tuple[float, float]]:
        """A place (um) on each of some pieces of metal with contact points or pads; none where there are neither."""
        ids = [id_ for one in map(self.nets.net, nets) for id_ in (one.pads + one.contacts)[:1]]
        return [(x * self.dbu, y * self.dbu) for x, y in self.nets.middles(np.array(ids, dtype=np.int64)).tolist()]

    def ends_of(self, nets: Iterable[int]) -> dict[int, list[pya.Point]]:
        """{piece of metal that joins contact points and pads: a place on each of them that names it}; other metal is left out."""
        joined = [one for one in map(self.nets.net, nets) if one.pads and one.contacts]
        tried = [(one.index, point) for one, points in zip(joined, self._middles([one.pads + one.contacts for one in joined])) for point in points]
        found: dict[int, list[pya.Point]] = {}
        for (net, point), named in zip(tried, self.labelled_at([(point.x, point.y) for _, point in tried])):
            if named == net:
                found.setdefault(net, []).append(point)
        return found

    def _first_middles(self, nets: Sequence[int]) -> list[list[pya.Point]]:
        return self._middles([self.ids(net)[:1] for net in nets])

    def _all_candidates(self, nets: Sequence[int]) -> list[list[pya.Point]]:
        corners = [[self.on_grid(corner.x * self.dbu, corner.y * self.dbu) for id_ in self.ids(net) for corner in self.nets.polygon(id_).each_point_hull()] for net in nets]
        return [middles + some for middles, some in zip(self._middles([self.ids(net) for net in nets]), corners)]

    def _middles(self, ids: Sequence[Sequence[int]]) -> list[list[pya.Point]]:
        """The middles of figures, in groups, on the grid."""
        points = iter(self.nets.middles(np.array(list(chain.from_iterable(ids)), dtype=np.int64)).tolist())
        return [[self.on_grid(x * self.dbu, y * self.dbu) for x, y in islice(points, len(some))] for some in ids]

    def on_grid(self, x_um: float, y_um: float) -> pya.Point:
        """The nearest place on the technology's grid, dbu."""
        return shapes.grid_point(x_um, y_um, self.dbu, self.tech.grid_um)


def _standing(cell: pya.Cell, index: int, box: pya.Box) -> Iterator[pya.RecursiveShapeIterator]:
    """An iterator at each shape of a layer that may be metal, in a box."""
    there = cell.begin_shapes_rec_touching(index, box)
    there.shape_flags = pya.Shapes.SBoxes | pya.Shapes.SPolygons | pya.Shapes.SPaths
    while not there.at_end():
        yield there
        there.next()
