"""Nets from the technology's connectivity: which contact points, vias, traces and pads are one conductor.

Any number of levels: each record of the connectivity joins two conductors, through a cut or directly.

    nets = Nets(Layers(layout, cell, technology))
    nets.size, nets.net(0).title, nets.net(0).contacts     one net; figures have ids, one row of numbers for all layers
    nets.pads.counts(), nets.functions()                   the same for all nets at once
    nets.index_at("metal", x, y), nets.figures_at(x, y)    what lies at a place (dbu)
    nets.figures("rdl"), nets.nets_of("rdl")               the figures of a layer and the net of each
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pya

from ..geometry.layers import Layers
from .blocks import Block, Blocks
from .components import components
from .distances import distance
from .figures import Columns, Figures, Source, read_closed_shapes, read_traces, turned_boxes
from .outlines import Outlines

if TYPE_CHECKING:
    from .groups import Groups
    from .stitching import Stitched

OPEN, ONE_TO_ONE, ADDITION, REDUCTION, BOTH = range(5)
FUNCTIONS = ("open", "one to one", "addition", "reduction", "addition and reduction")
_LABEL_ORDER = ("metal", "ubm", "contact")


class Net(NamedTuple):
    """A view on one net, made when it is asked for. contacts, vias, traces, pads: ids of figures."""

    nets: Nets
    index: int  # type: ignore[assignment]  # hides tuple.index

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def title(self) -> str:
        """The label, or a number where there is none."""
        return " + ".join(self.names) or "#%d" % self.number

    @property
    def names(self) -> "list[str]":
        return self.nets.names_of(self.index)

    @property
    def contacts(self) -> "list[int]":
        return self.nets.contacts.of(self.index)

    @property
    def vias(self) -> "list[int]":
        return self.nets.vias.of(self.index)

    @property
    def traces(self) -> "list[int]":
        return self.nets.traces.of(self.index)

    @property
    def pads(self) -> "list[int]":
        return self.nets.pads.of(self.index)

    @property
    def metal(self) -> "list[int]":
        """Traces and pads; contact points where there are none."""
        return self.traces + self.pads or self.contacts

    @property
    def function(self) -> str:
        """What the net performs, told from its counts alone."""
        return FUNCTIONS[self.nets.functions()[self.index]]

    def polygons(self, ids: Iterable[int]) -> "list[pya.Polygon]":
        return [self.nets.polygon(number) for number in ids]


class _PlacedNets:
    """The nets of a block's cell at each of its places. number: of the block; first: number of its first net."""

    def __init__(self, block: Block, inside: Nets, number: int, first: int) -> None:
        self.block, self.inside, self.number, self.first = block, inside, number, first

    @property
    def following(self) -> int:
        return self.first + self.inside.size * len(self.block.places)

    def corner_keys(self) -> np.ndarray:
        """Corners of all nets, as _corner_keys gives them: they move with their places."""
        shifts = (self.block.places[:, 0] << 31) + self.block.places[:, 1]
        return (shifts[:, None] + self.inside.corner_keys(self.block.turn)[None, :]).reshape(-1)


class Members:
    """Ids of figures by net: the contact points, vias, traces or pads of each. name: of the same role in the nets inside of blocks."""

    def __init__(self, nets: Nets, name: str, layers: "list[tuple[str, np.ndarray]]") -> None:
        """layers: names of drawn layers, and numbers of those loose figures that play the role."""
        self._nets, self._name, self._slots = nets, name, [nets.slot_of[layer] for layer, _ in layers]
        ids = _concatenated([nets.starts[nets.slot_of[layer]] + numbers for layer, numbers in layers])
        owners = _concatenated([nets.loose_nets[nets.slot_of[layer]][numbers] for layer, numbers in layers])
        order = np.argsort(owners, kind="stable")
        self._ids, self._starts = ids[order], np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=nets.loose_count))])

    def of(self, index: int) -> "list[int]":
        """Ids of the figures of one net."""
        number = int(self._nets.numbers[index])
        if number < self._nets.loose_count:
            return self._ids[self._starts[number]:self._starts[number + 1]].tolist()
        placed, place, inside = self._nets.placement(number)
        return [self._nets.id_there(placed, place, id_) for id_ in self._there(placed.inside).of(inside)]

    def counts(self, layers: "Iterable[str] | None" = None) -> np.ndarray:
        """How many each net has, of these drawn layers or of all."""
        return self._nets.by_index(self._sums(layers, None), lambda inside: self._there(inside).counts(layers))

    def sums(self, values: Callable[[Outlines], np.ndarray], layers: "Iterable[str] | None" = None) -> np.ndarray:
        """For each net the sum of values of outlines (columns of Outlines)."""
        return self._nets.by_index(self._sums(layers, values), lambda inside: self._there(inside).sums(values, layers))

    def _sums(self, layers: "Iterable[str] | None", values: "Callable[[Outlines], np.ndarray] | None") -> np.ndarray:
        if layers is None and values is None:
            return np.diff(self._starts)
        slots = self._nets.slots_of(self._ids)
        keep = np.ones(len(self._ids), dtype=bool) if layers is None else np.isin(slots, [self._nets.slot_of[layer] for layer in layers])
        worth = np.ones(len(self._ids), dtype=np.int64) if values is None else values(self._nets.outlines)[self._nets.outline_numbers(self._ids)]
        sums = np.concatenate([[0], np.cumsum(np.where(keep, worth, 0))])
        return sums[self._starts[1:]] - sums[self._starts[:-1]]

    def firsts(self) -> np.ndarray:
        """Id of the first figure of each net, -1 where it has none."""
        nets = self._nets
        some = np.diff(self._starts) > 0
        column = [np.full(nets.loose_count, -1, dtype=np.int64)]
        column[0][some] = self._ids[self._starts[:-1][some]]
        for placed in nets.placed:
            ids = self._there(placed.inside).firsts()
            places = np.arange(len(placed.block.places))
            column.append(np.stack([nets.id_there(placed, places, id_) if id_ >= 0 else np.full(len(places), -1) for id_ in ids.tolist()], axis=1).reshape(-1)
                          if len(ids) else np.zeros(0, dtype=np.int64))
        return np.concatenate(column)[nets.numbers]

    def all_loose(self) -> "tuple[np.ndarray, np.ndarray]":
        """(ids, numbers of their nets) of all that lie outside of blocks."""
        return self._ids, np.repeat(np.arange(len(self._starts) - 1), np.diff(self._starts))

    def _there(self, inside: Nets) -> Members:
        return getattr(inside, self._name)



class Nets:
    """Nets have indexes in the order of their lowest left corners, and numbers: first those outside of blocks, then those of
    each block, place by place (see blocks.py)."""

    def __init__(self, layers: Layers, outlines: "Outlines | None" = None, stitched: "Stitched | None" = None) -> None:
        """`stitched`: figures that were extracted window by window; they are not read from the layout."""
        self._layers, self.technology, self._stitched = layers, layers.technology, stitched
        self.outlines = stitched.outlines if stitched else Outlines() if outlines is None else outlines
        connections = self.technology.record["connectivity"]
        self.conductors = _once(name for connection in connections for name in (connection[0], connection[-1]))
        self._cuts = _once(connection[1] for connection in connections if len(connection) == 3)
        self.drawn = _once(part for name in self.conductors + self._cuts for part in self.technology.parts(name))
        self.slot_of = {name: slot for slot, name in enumerate(self.drawn)}
        self._figures: dict[str, Figures] = {}
        self._nets_of: dict[str, np.ndarray] = {}
        self._blocks = Blocks(layers, self.drawn)
        self._read()
        self._standing: dict[tuple[str, str], np.ndarray] = {}
        self._join(connections)
        self._place_blocks()
        self._layers.pause()
        self._put_in_order()
        self._collect(connections)
        for slot in self._slots:
            slot.columns.__dict__.pop("index", None)  # large, and quickly made once more

    # nets

    @property
    def layers(self) -> Layers:
        """What the nets were read from."""
        return self._layers

    def net(self, index: int) -> Net:
        return Net(self, int(index))

    def __iter__(self) -> "Iterable[Net]":
        return (Net(self, index) for index in range(self.size))

    def functions(self) -> np.ndarray:
        """What each net performs, as a number in FUNCTIONS."""
        return self._functions

    @cached_property
    def _functions(self) -> np.ndarray:
        contacts, pads = self.contacts.counts(), self.pads.counts()
        many = np.where(contacts == 1, np.where(pads == 1, ONE_TO_ONE, ADDITION), np.where(pads == 1, REDUCTION, BOTH))
        return np.where((contacts == 0) | (pads == 0), OPEN, many).astype(np.int8)

    def one_to_one(self) -> np.ndarray:
        """Indexes of the nets with one contact point and one pad."""
        return np.flatnonzero(self.functions() == ONE_TO_ONE)

    @cached_property
    def contact_ids(self) -> np.ndarray:
        """Id of the first contact point of each net, -1 where it has none."""
        return self.contacts.firsts()

    @cached_property
    def pad_ids(self) -> np.ndarray:
        """Id of the first pad of each net, -1 where it has none."""
        return self.pads.firsts()

    def all_contacts(self) -> "tuple[np.ndarray, np.ndarray]":
        """Middles of all contact points (shape (n, 2), dbu) and the indexes of their nets."""
        ids, owners = self.contacts.all_loose()
        points, nets = [self.middles(ids)], [self._indexes[owners]]
        for placed in self.placed:
            ids, owners = placed.inside.contacts.all_loose()
            boxes = turned_boxes(placed.inside.boxes(ids), placed.block.turn)[None, :, :] + placed.block.shifts(np.arange(len(placed.block.places)))[:, None, :]
            boxes = boxes.reshape(-1, 4)
            points.append(0.5 * (boxes[:, :2] + boxes[:, 2:]))
            nets.append(self.index_there(placed, np.arange(len(placed.block.places))[:, None], placed.inside.indexes_by_number(owners)[None, :]).reshape(-1))
        return np.concatenate(points), np.concatenate(nets)

    def indexes_by_number(self, numbers: np.ndarray) -> np.ndarray:
        return self._indexes[numbers]

    def names_of(self, index: int) -> "list[str]":
        return self._names.get(index, [])

    def named(self) -> "list[int]":
        """Indexes of the nets with a name."""
        return sorted(self._names)

    def by_name(self) -> "dict[str, list[int]]":
        """{name: indexes of the nets that carry it}"""
        carriers: dict[str, list[int]] = {}
        for index in sorted(self._names):
            for name in self._names[index]:
                carriers.setdefault(name, []).append(index)
        return carriers

    @cached_property
    def groups(self) -> Groups:
        """The groups that are declared to perform a function."""
        from .groups import Groups
        return Groups(self._layers, self)

    # figures

    def figures(self, name: str) -> Figures:
        """Figures of any layer of the technology; a union of which one part alone has shapes is that part."""
        if name not in self._figures:
            sole = self._sole_part(name)
            if sole:
                self._figures[name] = self.figures(sole)
            else:
                self._figures[name] = self._joint_figures(name) if self.is_conducting(name) else self._read_layer(name, self._whole)
        return self._figures[name]

    def is_conducting(self, name: str) -> bool:
        """Is every part of the layer a part of the connectivity?"""
        return all(part in self.slot_of for part in self.technology.parts(name))

    def slots_of(self, ids: np.ndarray) -> np.ndarray:
        """Numbers of the drawn layers (in `drawn`) that ids belong to."""
        return np.searchsorted(self.starts, ids, side="right") - 1

    def layer_of(self, id_: int) -> str:
        """Name of the layer of a figure."""
        return self.drawn[int(self.slots_of(np.array([id_]))[0])]

    def pad_function(self, id_: int) -> str:
        """flip-chip, power, ground, signal, or the layer's name where it is no pad layer (UBM)."""
        return self.function_of_layer(self.layer_of(id_))

    def function_of_layer(self, layer: str) -> str:
        return self.technology.function_of(layer)

    def polygon(self, id_: int) -> pya.Polygon:
        figures, number = self._with_number(id_)
        return figures.polygon(number)

    def boxes(self, ids: np.ndarray) -> np.ndarray:
        """Boxes of figures by their ids: shape (n, 4)."""
        found = np.zeros((len(ids), 4), dtype=np.int64)
        self._by_slot(ids, found, Figures.boxes)
        return found

    def outline_numbers(self, ids: np.ndarray) -> np.ndarray:
        found = np.zeros(len(ids), dtype=np.int32)
        self._by_slot(ids, found, Figures.outline_numbers)
        return found

    def _by_slot(self, ids: np.ndarray, found: np.ndarray, ask: "Callable[[Figures, np.ndarray], np.ndarray]") -> None:
        slots = self.slots_of(ids)
        for slot in np.unique(slots).tolist():
            some = np.flatnonzero(slots == slot)
            found[some] = ask(self._slots[slot], ids[some] - self.starts[slot])

    def columns(self, ids: np.ndarray) -> Columns:
        """Figures of any layers as columns."""
        return Columns(self.outlines, self.boxes(ids), self.outline_numbers(ids))

    def middles(self, ids: np.ndarray) -> np.ndarray:
        """Middles of boxes: shape (n, 2), in dbu."""
        boxes = self.boxes(ids)
        return 0.5 * (boxes[:, :2] + boxes[:, 2:])

    def distance(self, one: int, other: int) -> float:
        """Smallest distance of two figures, in dbu."""
        both = self.columns(np.array([one, other]))
        return distance(both, 0, both, 1)

    def _with_number(self, id_: int) -> "tuple[Figures, int]":
        slot = int(self.slots_of(np.array([id_]))[0])
        return self._slots[slot], id_ - int(self.starts[slot])

    # places

    def index_at(self, name: str, x: int, y: int) -> "int | None":
        """Index of the net of the metal of a layer at a place; layer: a conductor, or a part or union of parts of one."""
        index = int(self.indexes_at(name, np.array([[x, y]], dtype=np.int64))[0])
        return None if index < 0 else index

    def indexes_at(self, name: str, points: np.ndarray) -> np.ndarray:
        """The same for many points (shape (n, 2)); -1 where there is no metal."""
        found = np.full(len(points), -1, dtype=np.int64)
        for part in self.technology.parts(name):
            left = np.flatnonzero(found < 0)
            if part in self.slot_of and len(left):
                numbers = self.figures(part).at(points[left])
                met = numbers >= 0
                found[left[met]] = self.indexes_of(part, numbers[met])
        return found

    def labelled_at(self, points: np.ndarray) -> np.ndarray:
        """Index of the net that a label at each point (shape (n, 2), dbu) names; -1 where it names none."""
        rank = {name: min([_LABEL_ORDER.index(kind) for kind in self.technology.kinds_of(name) if kind in _LABEL_ORDER], default=9) for name in self.conductors}
        found = np.full(len(points), -1, dtype=np.int64)
        for name in sorted(self.conductors, key=rank.__getitem__):
            left = np.flatnonzero(found < 0)
            found[left] = self.indexes_at(name, points[left])
        return found

    def figures_at(self, x: int, y: int) -> "list[tuple[str, int, int]]":
        """[(drawn layer, id, index of the net)] of all that conducts at a place, edges and corners included."""
        found = []
        for slot, name in enumerate(self.drawn):
            number = int(self._slots[slot].at(np.array([[x, y]], dtype=np.int64))[0])
            if number >= 0:
                found.append((name, int(self.starts[slot]) + number, int(self.indexes_of(name, np.array([number]))[0])))
        return found

    def indexes_of(self, layer: str, numbers: np.ndarray) -> np.ndarray:
        """Indexes of the nets of figures of a drawn layer."""
        figures, slot = self.figures(layer), self.slot_of[layer]
        found, loose = np.zeros(len(numbers), dtype=np.int64), numbers < figures.loose
        found[loose] = self._indexes[self.loose_nets[slot][numbers[loose]]]
        for placed in self.placed:
            there = figures.placed[placed.number]
            some = np.flatnonzero((numbers >= there.first) & (numbers < there.following))
            if len(some):
                places, insides = np.divmod(numbers[some] - there.first, len(there.inside))
                found[some] = self.index_there(placed, places, placed.inside.indexes_of(layer, insides))
        return found

    def nets_of(self, name: str) -> np.ndarray:
        """Index of the net of each figure of a conducting layer."""
        if name not in self._nets_of:
            layer = name if name in self.slot_of else self._sole_part(name)
            figures = self.figures(name)
            if layer in self.slot_of:
                self._nets_of[name] = self.indexes_of(layer, np.arange(len(figures)))
            else:
                numbers = figures.outline_numbers()
                corners = {number: self.outlines.first_corner(number) for number in np.unique(numbers).tolist()}
                points = figures.boxes()[:, :2] + np.array([corners[number] for number in numbers.tolist()], dtype=np.int64).reshape(-1, 2)
                self._nets_of[name] = self.indexes_at(name, points)
        return self._nets_of[name]

    def titles_at(self, layers: Iterable[str], polygons: "list[pya.Polygon]") -> "list[str]":
        """For each place "net a" or "nets a and b": those whose metal on the layers touches it."""
        if not polygons:
            return []
        boxes = np.array([(box.left, box.bottom, box.right, box.top) for box in (polygon.bbox() for polygon in polygons)], dtype=np.int64)
        touching: list[set[int]] = [set() for _ in polygons]
        for layer in layers:
            figures, nets = self.figures(layer), self.nets_of(layer)
            for place, number in zip(*(column.tolist() for column in figures.near(boxes))):
                if figures.polygon(number).touches(polygons[place]):
                    touching[place].add(int(nets[number]))
        titles = [[self.net(index).title for index in sorted(some)] for some in touching]
        return ["net " + some[0] if len(some) == 1 else "nets " + " and ".join(some) for some in titles]

    # nets of repeated cells

    def placement(self, number: int) -> "tuple[_PlacedNets, int, int]":
        """(PlacedNets, place, index of the net inside) of a net of a block, by its number."""
        placed = next(nets for nets in self.placed if number < nets.following)
        return (placed, *divmod(number - placed.first, placed.inside.size))

    def index_there(self, placed: _PlacedNets, place: Any, inside: Any) -> Any:
        """Index of a net inside of a block at one of its places; arrays are welcome."""
        return self._indexes[placed.first + place * placed.inside.size + inside]

    def id_there(self, placed: _PlacedNets, place: Any, id_: int) -> Any:
        """Id, at one of the places of a block or at several, of a figure inside."""
        slot = int(placed.inside.slots_of(np.array([id_]))[0])
        return int(self.starts[slot]) + self._slots[slot].placed[placed.number].numbers(place, id_ - int(placed.inside.starts[slot]))

    def is_loose(self, indexes: np.ndarray) -> np.ndarray:
        """Do these nets lie outside of blocks?"""
        return self.numbers[indexes] < self.loose_count

    def by_index(self, loose: np.ndarray, inside: "Callable[[Nets], np.ndarray]") -> np.ndarray:
        """A column of all nets from that of those outside of blocks and those of the nets inside (both there by index)."""
        known = {id(placed.inside): inside(placed.inside) for placed in self.placed}
        return np.concatenate([loose] + [np.tile(known[id(placed.inside)], len(placed.block.places)) for placed in self.placed])[self.numbers]

    def corner_keys(self, turn: pya.Trans) -> np.ndarray:
        """Lowest left corners of the nets of a cell when all is turned about (0, 0), as one whole number each."""
        return self._loose_corner_keys(turn)[self.numbers]

    # making of

    def _read(self) -> None:
        self._slots = []
        for name in self.drawn:
            self._figures[name] = self._read_layer(name, self._blocks.source)
            self._slots.append(self._figures[name])
        self._lay_out()

    def _read_layer(self, name: str, source: "Callable[[int], Source]") -> Figures:
        if self._stitched and name in self._stitched.columns:
            return Figures(self._stitched.columns[name])
        self._layers.pause()
        parts = [part for index in self._layers.indexes_of(name) for part in source(index).parts]
        return Figures(read_figures(self._layers, name, Source(parts), self.outlines))

    def _whole(self, index: int) -> Source:
        return Source([(self._layers.cell.begin_shapes_rec(index), None)])

    def _sole_part(self, name: str) -> "str | None":
        """The drawn part that has all the shapes of a union."""
        parts = self.technology.parts(name)
        if parts == [name]:
            return None
        drawn = [part for part in parts if not self._layers.is_empty(part)]
        return drawn[0] if len(drawn) == 1 else None

    def _joint_figures(self, name: str) -> Figures:
        """A union of drawn parts."""
        figures = self._read_layer(name, self._blocks.source)
        for placed in self.placed:
            figures.append(placed.inside.figures(name).columns, placed.block)
        return figures

    def _lay_out(self) -> None:
        """The ids of a layer begin where those of the layer before end."""
        self.starts = np.concatenate([[0], np.cumsum([len(figures) for figures in self._slots], dtype=np.int64)]).astype(np.int64)

    def _join(self, connections: "list[list[str]]") -> None:
        """Joins what touches outside of blocks, and numbers these nets."""
        joints: list[tuple[np.ndarray, np.ndarray]] = []
        for name in self.conductors:
            for one, other in combinations(self.technology.parts(name), 2):
                joints += self._touching(one, other)
        for connection in connections:
            lower, upper = (self.technology.parts(name) for name in (connection[0], connection[-1]))
            if len(connection) == 3:
                for vias in self.technology.parts(connection[1]):
                    joints += [joint for part in upper for joint in self._touching(vias, part)]
                    below = [joint for part in lower for joint in self._touching(vias, part)]
                    self._standing[connection[0], vias] = _marked(self.figures(vias).loose, [ones - self.starts[self.slot_of[vias]] for ones, _ in below])
                    joints += below
            else:
                joints += [joint for one in lower for other in upper for joint in self._touching(one, other)]
        labels = components(int(self.starts[-1]), _concatenated([ones for ones, _ in joints]), _concatenated([others for _, others in joints]))
        roots = np.flatnonzero(labels == np.arange(len(labels)))
        numbers = np.zeros(len(labels), dtype=np.int32)
        numbers[roots] = np.arange(len(roots))
        self.loose_nets = np.split(numbers[labels], self.starts[1:-1])
        self.loose_count = len(roots)

    def _touching(self, one: str, other: str) -> "list[tuple[np.ndarray, np.ndarray]]":
        """Ids of the figures of two drawn layers that touch, in several parts."""
        self._layers.pause()
        starts = [self.starts[self.slot_of[name]] for name in (one, other)]
        return [((ones + starts[0]).astype(np.int32), (others + starts[1]).astype(np.int32)) for ones, others in self._met(one, other)]

    def _met(self, one: str, other: str) -> "Iterable[tuple[np.ndarray, np.ndarray]]":
        """(numbers of one layer, numbers of the other) of figures outside of blocks that touch, in several parts."""
        if self._stitched and (one, other) in self._stitched.touching:
            return [self._stitched.touching[one, other]]
        return self.figures(one).columns.touching(self.figures(other).columns)

    def _place_blocks(self) -> None:
        """Adds the nets of blocks. Nothing outside touches them."""
        known: dict[int, Nets] = {}
        self.placed: list[_PlacedNets] = []
        for block in self._blocks.blocks:
            index = block.cell.cell_index()
            if index not in known:
                known[index] = Nets(self._layers.of(block.cell), self.outlines)
            first = self.placed[-1].following if self.placed else self.loose_count
            self.placed.append(_PlacedNets(block, known[index], len(self.placed), first))
            for name in self.drawn:
                self.figures(name).append(known[index].figures(name).columns, block)
        self._lay_out()

    def _put_in_order(self) -> None:
        """Indexes go from left to right, so that every way to read the layout gives the same."""
        keys = np.concatenate([self._loose_corner_keys(pya.Trans())] + [placed.corner_keys() for placed in self.placed])
        self.size = len(keys)
        self.numbers = np.argsort(keys, kind="stable").astype(np.int32)
        self._indexes = np.zeros(self.size, dtype=np.int32)
        self._indexes[self.numbers] = np.arange(self.size)

    def _loose_corner_keys(self, turn: pya.Trans) -> np.ndarray:
        keys = np.full(self.loose_count, np.iinfo(np.int64).max)
        for figures, nets in zip(self._slots, self.loose_nets):
            boxes = figures.columns.boxes if turn == pya.Trans() else turned_boxes(figures.columns.boxes, turn)
            corners = ((boxes[:, 0] + 2**30) << 31) + boxes[:, 1] + 2**30
            here = np.full(self.loose_count, np.iinfo(np.int64).max)
            falling = np.argsort(-corners, kind="stable")
            here[nets[falling]] = corners[falling]  # the smallest is written last
            np.minimum(keys, here, out=keys)
        return keys

    # roles

    def _collect(self, connections: "list[list[str]]") -> None:
        everything = lambda names: [(part, np.arange(self.figures(part).loose)) for part in names]  # noqa: E731
        self.vias = Members(self, "vias", everything(self._parts_of(self._cuts)))
        self.contacts = Members(self, "contacts", everything(self._parts_of(self._only("contact"))) + self._vias_on_nothing(connections))
        pads = [name for name in self.technology.read_as("pad") if name in self.slot_of]
        self.pads = Members(self, "pads", everything(pads) + self._ubm_on_nothing(pads))
        metal = [part for part in self._parts_of(self.conductors) if self.technology.kind_of(part) == "metal"]
        self.traces = Members(self, "traces", everything(metal))
        self._collect_names()

    def _parts_of(self, names: "list[str]") -> "list[str]":
        return _once(part for name in names for part in self.technology.parts(name))

    def _only(self, kind: str) -> "list[str]":
        """Conductors whose parts are all of a kind."""
        return [name for name in self.conductors if self.technology.kinds_of(name) == {kind}]

    def _vias_on_nothing(self, connections: "list[list[str]]") -> "list[tuple[str, np.ndarray]]":
        """Contact points are the shapes of contact layers; a via that stands on none is taken for one."""
        return [(vias, np.flatnonzero(~self._standing[connection[0], vias])) for connection in connections
                if len(connection) == 3 and self.technology.kinds_of(connection[0]) == {"contact"} for vias in self.technology.parts(connection[1])]

    def _ubm_on_nothing(self, pads: "list[str]") -> "list[tuple[str, np.ndarray]]":
        """Pads are the shapes of pad layers; a UBM that stands on none is taken for one."""
        found = []
        for name in self._parts_of(self._only("ubm")):
            columns = self.figures(name).columns
            met = [ones for pad in pads for ones, _ in self._met(name, pad)]
            found.append((name, np.flatnonzero(~_marked(len(columns), met))))
        return found

    def _collect_names(self) -> None:
        """A label belongs to the first conductor under it: top metal before UBM before contact points."""
        self._layers.pause()
        labels = list(dict.fromkeys(self._layers.labels)) if self.conductors else []  # a cell may lie twice at one place
        self._layers.pause()
        found = self.labelled_at(np.array([(point.x, point.y) for _, point in labels], dtype=np.int64).reshape(-1, 2))
        self._layers.pause()
        names: dict[int, set[str]] = {}
        self.loose_labels = []
        for label, index in zip(labels, found.tolist()):
            if index < 0:
                self.loose_labels.append(label)
            else:
                names.setdefault(index, set()).add(label.text)
        self._names = {index: sorted(some) for index, some in names.items()}


def read_figures(layers: Layers, name: str, source: Source, outlines: Outlines) -> Columns:
    """The figures of a layer, or of a union of layers."""
    return (read_traces if layers.technology.kinds_of(name) & {"metal", None} else read_closed_shapes)(source, outlines, layers.dbu, layers.threads)


class Wanted(NamedTuple):
    """What nets need of every window: figures of these layers, and which of these pairs of layers touch."""

    layers: "list[str]"
    pairs: "list[tuple[str, str]]"


def wanted(technology: Any, named: Iterable[str]) -> Wanted:
    """`named`: layers that rules on nets name. What is left out here is read from the whole layout."""
    parts, connections = technology.parts, technology.record["connectivity"]
    pairs = [pair for connection in connections for name in (connection[0], connection[-1]) for pair in combinations(parts(name), 2)]
    for connection in connections:
        steps = [(connection[1], connection[-1]), (connection[1], connection[0])] if len(connection) == 3 else [(connection[0], connection[-1])]
        pairs += [(one, other) for first, second in steps for one in parts(first) for other in parts(second)]
    conducting = _once(part for connection in connections for name in connection for part in parts(name))
    kind_of = technology.kind_of
    pairs += [(ubm, pad) for ubm in conducting if kind_of(ubm) == "ubm" for pad in conducting if kind_of(pad) == "pad"]
    return Wanted(_once([*conducting, *named]), list(dict.fromkeys(pairs)))


def _once(names: Iterable[str]) -> "list[str]":
    return list(dict.fromkeys(names))


def _concatenated(parts: "list[np.ndarray]") -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)


def _marked(count: int, parts: "list[np.ndarray]") -> np.ndarray:
    """Which of `count` things occur in these lists of numbers."""
    marks = np.zeros(count, dtype=bool)
    for part in parts:
        marks[part] = True
    return marks
