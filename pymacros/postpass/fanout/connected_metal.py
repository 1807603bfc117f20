"""What is drawn in a cell as pieces of connected metal, over all levels of the technology, each with the name on it.

Nets and names are those that the deck finds (conductors/). Needs numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pya

from ..conductors.figures import Columns
from ..conductors.nets import Nets
from ..draw.choices import CommandError
from ..geometry.derived import layers_of
from ..geometry.regions import region_of
from ..tech import Technology, metal_levels

if TYPE_CHECKING:
    from .netlist import Entry


class ConnectedMetal(NamedTuple):
    """Metal that is one net. shapes: {level number: [polygons in dbu]}; name: None where it has none; has_contact: a via from the
    chip ends in it; has_pad: a pad is drawn on it; net: index of its net; left: a net list says that no trace leads to it."""

    shapes: "dict[int, list[pya.Polygon]]"
    name: "str | None"
    has_contact: bool
    has_pad: bool
    net: int
    left: bool = False


class _LevelMetal:
    """The merged metal of one level, bottom up and from left to right. nets: index of the net of each polygon; contacts, pads:
    does a via from the chip, or a pad, touch it?"""

    def __init__(self, nets: Nets, conductor: str, pads: "list[str]") -> None:
        self._figures = nets.figures(conductor)
        boxes = self._figures.boxes()
        order = np.lexsort((boxes[:, 0], boxes[:, 3]))
        self._numbers = np.append(np.argsort(order), -1)
        self.columns = self._figures.all().some(order)
        self.nets = nets.nets_of(conductor)[order]
        self.contacts = np.zeros(len(self.columns), dtype=bool)
        self.pads = np.zeros(len(self.columns), dtype=bool)
        for layer in pads:
            for mine, _ in self.columns.touching(nets.figures(layer).all()):
                self.pads[mine] = True

    def at(self, points: np.ndarray) -> np.ndarray:
        """Number of the polygon at each point (shape (n, 2), dbu), its outline included; -1 where there is none."""
        return self._numbers[self._figures.at(points)]


class DrawnMetal:
    """All metal that is drawn below a cell. Raises CommandError for a via without metal."""

    def __init__(self, cell: pya.Cell, tech: Technology, nets: "Nets | None" = None, step: "Callable[[], None]" = lambda: None) -> None:
        """nets: those of the cell, where they are there already; step: called between the parts of the work."""
        self.tech, self.levels = tech, metal_levels.levels(tech)
        self._nets = nets or Nets(layers_of(cell, tech))
        self.layers = self._nets.layers
        self._metal: "list[_LevelMetal]" = []
        for level in self.levels:
            step()
            self._metal.append(_LevelMetal(self._nets, level.conductor, metal_levels.pads_of(tech, level)))
        step()
        contact_cut = tech.connected_cut("contact")
        if contact_cut and self._metal:
            self._metal[0].contacts[self._ends_of(contact_cut, self._metal[0], "capture pad")] = True
        for number, level in enumerate(self.levels[:-1]):
            step()
            for side in (number, number + 1):
                self._ends_of(level.cut, self._metal[side], "metal on level %s" % self.levels[side].trace)

    def _ends_of(self, cut: str, metal: _LevelMetal, what: str) -> np.ndarray:
        """Numbers of the polygons that vias of a cut touch. Each via must lie in the metal."""
        vias = self._nets.figures(cut).all()
        touched, sure = [np.zeros(0, dtype=np.int64)], np.zeros(len(vias), dtype=bool)
        for mine, theirs in metal.columns.touching(vias):
            touched.append(mine)
            one, other = metal.columns.boxes[mine], vias.boxes[theirs]
            within = (one[:, :2] <= other[:, :2]).all(axis=1) & (one[:, 2:] >= other[:, 2:]).all(axis=1)
            sure[theirs[within & metal.columns.outlines.is_box[metal.columns.numbers[mine]]]] = True
        ends = np.unique(np.concatenate(touched))
        self._require_inside(vias.some(np.flatnonzero(~sure)), metal.columns.some(ends), what)
        return ends

    def _require_inside(self, vias: Columns, metal: Columns, what: str) -> None:
        if not len(vias):
            return
        bare = region_of(vias.polygon(number) for number in range(len(vias))).not_inside(region_of(metal.polygon(number) for number in range(len(metal))))
        if not bare.is_empty():
            centre = bare.bbox().center().to_dtype(self.layers.dbu)
            raise CommandError("%d vias have no %s, one at %g, %g um: draw vias with the panel, which adds it." % (bare.count(), what, centre.x, centre.y))

    def holds(self, level: int, points: np.ndarray) -> np.ndarray:
        """Which of the points (shape (n, 2), dbu) lie in metal of a level?"""
        return self._metal[level].at(points) >= 0

    def nets_at(self, level: int, points_um: "Sequence[tuple[float, float]]") -> "list[int | None]":
        """Index of the net of the metal at each point of a level, None where there is no metal."""
        metal = self._metal[level]
        return [None if number < 0 else int(metal.nets[number]) for number in metal.at(self._in_dbu(points_um)).tolist()]

    def _in_dbu(self, points_um: "Sequence[tuple[float, float]]") -> np.ndarray:
        return np.array([(point.x, point.y) for point in (self.layers.point(*place) for place in points_um)], dtype=np.int64).reshape(-1, 2)

    def names(self) -> "set[str]":
        """All names that nets carry."""
        return set(self._nets.by_name())

    def pieces(self, entries: "Iterable[Entry]" = (), among: "Collection[int] | None" = None) -> "list[ConnectedMetal]":
        """Every net that has metal, see `read`; those of `among` (their indexes) alone where it is given."""
        members: "dict[int, list[tuple[int, int]]]" = {}
        for level, metal in enumerate(self._metal):
            for number, net in enumerate(metal.nets.tolist()):
                if among is None or net in among:
                    members.setdefault(net, []).append((level, number))
        names = {net: self._label(net) for net in members}
        left = self._add_listed(names, list(entries))
        return [self._piece(net, figures, names[net])._replace(left=net in left) for net, figures in members.items()]

    def _label(self, net: int) -> "str | None":
        found = self._nets.names_of(net)
        if len(found) > 1:
            raise CommandError("One piece of metal carries two names, %s." % " and ".join(found))
        return found[0] if found else None

    def _piece(self, net: int, figures: "list[tuple[int, int]]", name: "str | None") -> ConnectedMetal:
        shapes: "dict[int, list[pya.Polygon]]" = {}
        for level, number in figures:
            shapes.setdefault(level, []).append(self._metal[level].columns.polygon(number))
        return ConnectedMetal(shapes, name, any(self._metal[level].contacts[number] for level, number in figures),
                              any(self._metal[level].pads[number] for level, number in figures), net)

    def _add_listed(self, names: "dict[int, str | None]", entries: "list[Entry]") -> "set[int]":
        """Adds the names of the list; each entry must name a contact point or pad that has no other name. Returns the nets that no
        entry wants traces to; those of metal that joins entries of both kinds are joined, and not among them."""
        taken: "dict[int, Entry]" = {}
        wanted: "set[int]" = set()
        for entry, found in zip(entries, self.terminals_at(entries)):
            wrong = no_terminal(entry, found)
            if wrong:
                raise CommandError("%s: net %s: at %g, %g um %s." % (entry.where, entry.net, entry.x_um, entry.y_um, wrong))
            net = next(iter(found or ()))
            if net in taken and not (taken[net].net == entry.net and self._joins(net)):
                raise CommandError("%s: names the same contact point or pad as %s." % (entry.where, taken[net].where))
            if names[net] not in (None, entry.net):
                raise CommandError("%s: the metal at %g, %g um carries the label %s, not %s." % (entry.where, entry.x_um, entry.y_um, names[net], entry.net))
            taken[net], names[net] = entry, entry.net
            wanted |= {net} if entry.route else set()
        return set(taken) - wanted

    def _joins(self, net: int) -> bool:
        """Does a net join a contact point and a pad already? Both may be listed then."""
        return all(any(bool(flags[metal.nets == net].any()) for metal, flags in some)
                   for some in ([(metal, metal.contacts) for metal in self._metal], [(metal, metal.pads) for metal in self._metal]))

    def terminals_at(self, entries: "Sequence[Entry]") -> "list[set[int] | None]":
        """For each entry the nets whose contact point or pad it may mean: of that kind, at its place; None where there is no metal."""
        points = self._in_dbu([(entry.x_um, entry.y_um) for entry in entries])
        under = [metal.at(points).tolist() for metal in self._metal]
        found: "list[set[int] | None]" = []
        for entry, numbers in zip(entries, zip(*under)):
            here = [(metal, number) for metal, number in zip(self._metal, numbers) if number >= 0]
            found.append({int(metal.nets[number]) for metal, number in here
                          if (entry.kind != "ball" and metal.contacts[number]) or (entry.kind != "chip_pad" and metal.pads[number])} if here else None)
        return found


def no_terminal(entry: "Entry", found: "set[int] | None") -> "str | None":
    """What is wrong where an entry means these nets (see `terminals_at`); None where it means one."""
    if found is None:
        return "there is no metal"
    if not found:
        return "there is %s" % {"chip_pad": "no contact point", "ball": "no pad"}.get(entry.kind, "neither a contact point nor a pad")
    return "there are several, one above the other: give the column kind (chip_pad or ball)" if len(found) > 1 else None


def read(cell: pya.Cell, tech: Technology, entries: "Iterable[Entry]" = ()) -> "list[ConnectedMetal]":
    """The metal of a cell, net by net. Names come from labels and from the entries of a net list (netlist.Entry).

    Raises CommandError for a via without metal, two names on a piece, and entries that meet no contact point or pad.
    """
    return DrawnMetal(cell, tech).pieces(entries)
