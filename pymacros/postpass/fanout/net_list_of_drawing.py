"""The nets of what is drawn in a cell as a list: names, contact points, pads, whether they are joined, lengths, places. Needs numpy.

Nets and names are those that the deck finds (conductors/). A line of the list is a name with all metal that carries it, or one
nameless piece of metal, or one piece that carries several names. Lengths are um.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pya

from .. import files, layout_file
from ..conductors.net_table import lengths_of
from ..conductors.nets import Nets
from ..draw import shapes
from ..draw.choices import CommandError
from ..draw.commands import require_layout
from ..geometry.derived import layers_of
from ..messages import counted

if TYPE_CHECKING:
    from ..tech.answers import Technology

OPEN, JOINED, SHORT, SPLIT = STATES = ("open", "joined", "short", "split")
_NUMBERS = re.compile(r"(\d+)")


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


class DrawnNets:
    """The list of a cell, as it was drawn then. rows: by name, nameless ones from left to right."""

    def __init__(self, cell: pya.Cell, tech: Technology) -> None:
        """Raises CommandError for a layout that cannot be computed with."""
        require_layout(cell.layout(), tech)
        try:
            layout_file.require_sound(cell, tech)
        except files.FileError as error:
            raise CommandError("Cannot read the nets: %s." % error) from None
        self.tech, self.dbu = tech, cell.layout().dbu
        self.nets = Nets(layers_of(cell, tech))
        self.rows = sorted(self._rows(), key=lambda row: row.key(0))
        self._row_of = {net: number for number, row in enumerate(self.rows) for net in row.nets}

    def _rows(self) -> Iterator[Row]:
        nets, groups = self.nets, {}
        for index in range(nets.size):
            names = nets.names_of(index)
            groups.setdefault((names[0], 1) if len(names) == 1 else (" + ".join(names) or None, index), []).append(index)
        contacts, pads = nets.contacts.counts().tolist(), nets.pads.counts().tolist()
        lengths = (lengths_of(nets) * self.dbu).tolist()
        by_layer = [(nets.function_of_layer(layer), nets.pads.counts([layer]).tolist()) for layer in nets.drawn if nets.technology.kind_of(layer) in ("pad", "ubm")]
        for (name, _), some in groups.items():
            functions: dict[str, int] = {}
            for function, counts in by_layer:
                number = sum(counts[net] for net in some)
                if number:
                    functions[function] = functions.get(function, 0) + number
            joined = sum(contacts[net] > 0 and pads[net] > 0 for net in some)
            state = SHORT if len(nets.names_of(some[0])) > 1 else OPEN if not joined else JOINED if len(some) == 1 else SPLIT
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
        corners = [next(self.nets.polygon(self.ids(net)[0]).each_point_hull()).to_dtype(self.dbu) for net in nets]
        return [(corner.x, corner.y) for corner in corners]

    def rows_at(self, places_um: Sequence[tuple[float, float]]) -> list[Row]:
        """The rows of all metal at these places."""
        return [self.rows[number] for number in dict.fromkeys(self._row_of[net] for nets in self.nets_at(places_um) for net in nets)]

    def ids(self, net: int) -> list[int]:
        """Ids of the figures of a piece of metal, where a label may stand first: pads, contact points, vias, traces."""
        one = self.nets.net(net)
        return list(dict.fromkeys(one.pads + one.contacts + one.vias + one.traces))

    def polygons(self, nets: Iterable[int]) -> list[pya.DPolygon]:
        """The outlines of pieces of metal, um."""
        return [self.nets.polygon(id_).to_dtype(self.dbu) for net in nets for id_ in self.ids(net)]

    def box(self, nets: Iterable[int]) -> pya.DBox:
        """The box around pieces of metal, um."""
        found = np.concatenate([self.nets.boxes(np.array(self.ids(net), dtype=np.int64)) for net in nets])
        left, bottom = found[:, :2].min(axis=0).tolist()
        right, top = found[:, 2:].max(axis=0).tolist()
        return pya.Box(left, bottom, right, top).to_dtype(self.dbu)

    def from_left(self, nets: Iterable[int]) -> list[int]:
        """Pieces of metal from left to right, those in a column from top to bottom."""
        def middle(net: int) -> tuple[float, float]:
            center = self.box([net]).center()
            return round(center.x, 6), -round(center.y, 6)
        return sorted(nets, key=middle)

    def label_places(self, nets: Iterable[int], wanted_um: Mapping[int, tuple[float, float]] = MappingProxyType({})) -> dict[int, pya.Point]:
        """{piece of metal: a place on the technology's grid (dbu) where a label names it}: the wanted one, or the middle of a pad where
        there is one. Raises CommandError where there is none."""
        found: dict[int, pya.Point] = {}
        left = list(nets)
        for candidates in (lambda net: [self.on_grid(*wanted_um[net])] if net in wanted_um else [], self._first_middle, self._all_candidates):
            tried = [(net, point) for net in left for point in candidates(net)]
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

    def terminal_places(self, net: int) -> list[tuple[float, float]]:
        """A place (um) on a piece of metal with contact points or pads; empty where it has none."""
        one = self.nets.net(net)
        return [(middle[0] * self.dbu, middle[1] * self.dbu) for middle in self.nets.middles(np.array((one.pads + one.contacts)[:1], dtype=np.int64)).tolist()]

    def ends_of(self, net: int) -> list[pya.Point]:
        """Of metal that joins contact points and pads a place on each of them that names it; empty for other metal."""
        one = self.nets.net(net)
        points = self._middles(one.pads + one.contacts) if one.pads and one.contacts else []
        return [point for point, named in zip(points, self.labelled_at([(point.x, point.y) for point in points])) if named == net] if points else []

    def _first_middle(self, net: int) -> list[pya.Point]:
        return self._middles(self.ids(net)[:1])

    def _all_candidates(self, net: int) -> list[pya.Point]:
        corners = [self.on_grid(corner.x * self.dbu, corner.y * self.dbu) for id_ in self.ids(net) for corner in self.nets.polygon(id_).each_point_hull()]
        return self._middles(self.ids(net)) + corners

    def _middles(self, ids: Sequence[int]) -> list[pya.Point]:
        return [self.on_grid(x * self.dbu, y * self.dbu) for x, y in self.nets.middles(np.array(ids, dtype=np.int64)).tolist()]

    def on_grid(self, x_um: float, y_um: float) -> pya.Point:
        """The nearest place on the technology's grid, dbu."""
        return shapes.grid_point(x_um, y_um, self.dbu, self.tech.grid_um)
