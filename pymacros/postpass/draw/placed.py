"""Pads, vias and contact points as instances of PCells (pcells.py): placing, recognising, changing, naming and flattening them.

Nothing here opens a transaction: what is drawn belongs to the caller's undo step. Instances inside other cells are left to those cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pya

from .. import steps, strings
from ..messages import counted
from . import drawing, pcells, shapes
from .choices import CommandError

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .choices import Choices, Place

MOST_NAMED = 1000  # names that are made cells of their own in one step; more are drawn as labels (docs/klayout-facts.md tells what a cell takes)
MOST_SINGLE = 20_000  # instances of one step that are in no array: KLayout's Undo takes the square of their number, 5 s for these
_WORDS = {pcells.PAD: "pad", pcells.VIA: "via", pcells.CONTACT: "contact point"}


class Element(NamedTuple):
    """What an instance shows: the name of a PCell and the values of its parameters."""

    name: str
    values: dict[str, Any]

    def words(self, count: int) -> str:
        """'1 pad'"""
        return counted(count, _WORDS[self.name])


# placing


class Prepared(NamedTuple):
    """Instances that `draw` inserts. own: cells of the library, with the instances of each, whose cell is still that of no layout; counts: of what
    they show, by layer; labels: to draw beside them, [(text, x_um, y_um)]."""

    library: pcells.Library
    own: list[tuple[int, list[pya.CellInstArray]]]
    counts: Counter[str]
    labels: list[tuple[str | bytes, float, float]]


def prepared(tech: Technology, dbu_um: float, choices: Choices, places: Sequence[Place], names: Sequence[str]) -> Prepared:
    """What the choices describe at each of the places, for a layout of that unit: an array whose members are alike as one instance array. names: of
    the nets, by place. In steps (steps.py).

    A name lies in the instance, so that it moves with it; where labels in cells below do not count, or where there are too many, beside it.
    """
    library = pcells.library(tech)
    inside = _names_inside(tech, choices, names)
    counts: Counter[str] = Counter()
    groups: dict[tuple[str, str], list[int]] = {}
    for index, (place, net) in enumerate(steps.each(zip(places, names))):
        groups.setdefault((place.function, net if inside else ""), []).append(index)
    wanted = []
    for function, net in groups:
        name, values = pcells.values_of(choices, tech, function)
        wanted.append((name, {**values, "net": net}))
    own = []
    for variant, (name, values), indexes in zip(library.own(wanted), wanted, groups.values()):
        counts += _counts(library, name, values, len(indexes))
        points = [shapes.grid_point(*places[index][:2], dbu_um, tech.grid_um) for index in steps.each(indexes)]
        arrays = _arrays(choices, points) if len(groups) == 1 else _singles(points)
        own.append((variant, [pya.CellInstArray(0, *array) for array in steps.each(arrays)]))
    if inside:
        return Prepared(library, own, counts + Counter({tech.of_kind("label")[0]: sum(map(bool, names))} if any(names) else {}), [])
    return Prepared(library, own, counts, [(strings.raw(name), *place[:2]) for name, place in zip(names, places) if name])


def draw(cell: pya.Cell, tech: Technology, ready: Prepared) -> Counter[str]:
    """Inserts what is prepared. Returns the Counter of what it shows, by layer."""
    for variant, (_, arrays) in zip(ready.library.shown_in(cell.layout(), [one for one, _ in ready.own]), ready.own):
        for array in arrays:
            array.cell_index = variant
            cell.insert(array)
    return ready.counts + drawing.draw_labels(cell, tech, ready.labels)


def too_many(number: int) -> str | None:
    """Why so many single ones are not to be instances, where they are too many."""
    return None if number <= MOST_SINGLE else "drawn as shapes, not as live pads and vias: KLayout's Undo takes too long for %d of them (%d at most are live)" % (number, MOST_SINGLE)


def insert_cuts(cell: pya.Cell, tech: Technology, choices: Choices, points: Sequence[tuple[float, float]]) -> Counter[str]:
    """Places vias without capture pads, as inside a pad, at points [(x_um, y_um)]: rows and columns of them as instance arrays."""
    library, layout = pcells.library(tech), cell.layout()
    name, values = pcells.values_of(choices, tech, capture=False)
    variant = library.variants(layout, [(name, values)])[0]
    for array in _lattices([shapes.grid_point(x, y, layout.dbu, tech.grid_um) for x, y in points]):
        cell.insert(pya.CellInstArray(variant, *array))
    return _counts(library, name, values, len(points))


def _lattices(points: Sequence[pya.Point]) -> list[tuple[Any, ...]]:
    """Arguments of CellInstArrays for points: each row cut where its pitch changes, and rows that are alike and evenly apart as one array."""
    rows: dict[int, list[int]] = {}
    for point in points:
        rows.setdefault(point.y, []).append(point.x)
    runs: dict[tuple[int, int, int], list[int]] = {}  # (first x, pitch, number): y
    for y in sorted(rows):
        for run in _runs(sorted(rows[y])):
            runs.setdefault(run, []).append(y)
    return [(pya.Trans(x, y), pya.Vector(pitch, 0), pya.Vector(0, apart), number, count)
            for (x, pitch, number), lines in runs.items() for y, apart, count in _runs(lines)]


def _runs(places: Sequence[int]) -> list[tuple[int, int, int]]:
    """Sorted numbers as runs of equal steps: [(first, step, number)]."""
    found, first = [], 0
    while first < len(places):
        step = places[first + 1] - places[first] if first + 1 < len(places) else 0
        last = first
        while step and last + 1 < len(places) and places[last + 1] - places[last] == step:
            last += 1
        found.append((places[first], step, last - first + 1))
        first = last + 1
    return found


def _names_inside(tech: Technology, choices: Choices, names: Sequence[str]) -> bool:
    name, _ = pcells.values_of(choices, tech)
    return tech.counts_labels(name, False) and len(set(names)) <= MOST_NAMED


def _counts(library: pcells.Library, name: str, values: pcells.Values, number: int) -> Counter[str]:
    return Counter({layer: len(polygons) * number for layer, polygons in library.declarations[name].polygons(values).items()})


def _singles(points: Sequence[pya.Point]) -> list[tuple[Any, ...]]:
    return [(pya.Trans(point.x, point.y),) for point in steps.each(points)]


def _arrays(choices: Choices, points: Sequence[pya.Point]) -> list[tuple[Any, ...]]:
    """Arguments of CellInstArrays after the cell: one for an array, two for a staggered one, one for each place of a list."""
    columns, rows = choices.columns, choices.rows
    if choices.places or columns * rows == 1:
        return _singles(points)
    found = []
    for first in range(2 if choices.staggered and rows > 1 else 1):
        step = 2 if choices.staggered and rows > 1 else 1
        own = [points[row * columns:(row + 1) * columns] for row in range(first, rows, step)]
        across = own[0][1] - own[0][0] if columns > 1 else pya.Vector()
        up = own[1][0] - own[0][0] if len(own) > 1 else pya.Vector()
        found.append((pya.Trans(own[0][0].x, own[0][0].y), across, up, columns, len(own)))
    return found


# recognising


def element_of(instance: pya.Instance) -> Element | None:
    """What an instance is, or None where it is none of these."""
    cell = instance.cell
    if not (cell.is_pcell_variant() and cell.is_library_cell()) or not pcells.is_ours(cell.library().name()):
        return None
    return Element(cell.basic_name(), cell.pcell_parameters_by_name())


def members(instance: pya.Instance) -> list[pya.ICplxTrans]:
    """Where an instance shows its cell: the transformation of each member of an array."""
    array = instance.cell_inst
    return [pya.ICplxTrans(array.a * column + array.b * row) * array.cplx_trans for row in range(max(array.nb, 1)) for column in range(max(array.na, 1))]


def number(instance: pya.Instance) -> int:
    """How many members an instance has."""
    return max(instance.na, 1) * max(instance.nb, 1)


def is_array(instance: pya.Instance) -> bool:
    """Whether an instance has several members."""
    return number(instance) > 1


def at(cell: pya.Cell, x: int, y: int, net: str) -> pya.Instance | None:
    """The instance of these in a cell that shows something of that net name at a point (dbu), or None."""
    box = pya.Box(x, y, x, y)
    return next((one for one in cell.each_touching_inst(box) for element in [element_of(one)] if element is not None and element.values["net"] == net), None)


# changing


def change(cell: pya.Cell, tech: Technology, instances: Iterable[pya.Instance], values: Mapping[str, Any]) -> Counter[str]:
    """Gives instances of one kind other values of some parameters (those they have not are left out). Returns the Counter of what they show then."""
    return _changed(cell, tech, [(one, values) for one in instances])


class Named(NamedTuple):
    """An instance, the point (x, y in dbu) where its label lies (that of a member of an array), and the net name it gets, "" for none."""

    instance: pya.Instance
    point: tuple[int, int]
    net: str


def name(cell: pya.Cell, tech: Technology, names: Sequence[Named]) -> None:
    """Gives instances net names. An array whose members do not all get one name becomes single instances."""
    by_array: dict[pya.CellInstArray, list[Named]] = {}
    for one in names:
        by_array.setdefault(one.instance.cell_inst, []).append(one)
    wanted: list[tuple[pya.Instance, Mapping[str, Any]]] = []
    for same in by_array.values():
        first = same[0].instance
        if is_array(first) and (len({one.point for one in same}) < number(first) or len({one.net for one in same}) > 1):
            singles = {(one.trans.disp.x, one.trans.disp.y): one for one in split(cell, first)}
            wanted += [(singles[one.point], {"net": one.net}) for one in same]
        else:
            wanted.append((first, {"net": same[0].net}))
    _changed(cell, tech, wanted)


def name_at(cell: pya.Cell, tech: Technology, names: Sequence[tuple[str, float, float]]) -> None:
    """Names nets at places [(name, x_um, y_um)]: a single instance there without a name gets it, else a label is drawn in the cell."""
    dbu = cell.layout().dbu
    wanted: list[Named] = []
    labels: list[tuple[str | bytes, float, float]] = []
    for net, x_um, y_um in names:
        point = shapes.grid_point(x_um, y_um, dbu, tech.grid_um)
        one = at(cell, point.x, point.y, "")
        if one is None or is_array(one) or not tech.counts_labels(_name_of(one), False) or any(one == other.instance for other in wanted):
            labels.append((strings.raw(net), x_um, y_um))
        else:
            wanted.append(Named(one, (point.x, point.y), net))
    name(cell, tech, wanted)
    drawing.draw_labels(cell, tech, labels)


def _name_of(instance: pya.Instance) -> str:
    return strings.cell_name(instance.cell)


def _changed(cell: pya.Cell, tech: Technology, wanted: Sequence[tuple[pya.Instance, Mapping[str, Any]]]) -> Counter[str]:
    library, layout = pcells.library(tech), cell.layout()
    found = [(one, element, values) for one, values in wanted for element in [element_of(one)] if element is not None]
    counts: Counter[str] = Counter()
    before = [one.cell_index for one, _, _ in found]
    for _, element, _ in found:
        if element.name not in library.declarations:
            raise CommandError("technology %s has nothing to draw a %s on" % (tech.name, _WORDS[element.name]))
    meant = [(element.name, library.declarations[element.name].possible({**element.values, **{key: values[key] for key in values if key in element.values}}))
             for _, element, values in found]
    for (one, _, _), variant, (name, values) in zip(found, library.variants(layout, meant), meant):
        one.cell_index = variant
        counts += _counts(library, name, values, number(one)) + Counter({tech.of_kind("label")[0]: 1} if values["net"] else {})
    _tidy(layout, before)
    return counts


def _tidy(layout: pya.Layout, indexes: Iterable[int]) -> None:
    """Deletes those of some cells that nothing shows any more: they would be top cells."""
    layout.update()  # else a cell that was shown is no top cell yet
    for index in set(indexes):
        if layout.cell(index).is_top():
            layout.delete_cell(index)


def split(cell: pya.Cell, instance: pya.Instance) -> list[pya.Instance]:
    """An array as single instances."""
    index, places = instance.cell_index, members(instance)
    instance.delete()
    return [cell.insert(pya.CellInstArray(index, place)) for place in places]


def flatten(cell: pya.Cell, instances: Iterable[pya.Instance]) -> int:
    """Turns instances into shapes of the cell. Returns how many pads, vias and contact points that were."""
    count, before = 0, []
    for one in instances:
        count += number(one)
        before.append(one.cell_index)
        one.flatten()
    _tidy(cell.layout(), before)
    return count
