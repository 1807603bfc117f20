"""Groups of nets that are declared to perform a function, and the order of their contact points and pads."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pya

from ..geometry.outlines import holds
from ..tech.functions import FUNCTIONS, ORDERED
from .order import Orders, orders

if TYPE_CHECKING:
    from ..geometry.layers import Layers
    from .nets import Nets



class Group:
    """function: the declared one, or None and a problem; area: the polygon that declares it; members: nets of the contact points inside."""

    def __init__(self, nets: Nets, function: "str | None", area: pya.Polygon, members: "list[int]", problem: "str | None") -> None:
        self.nets, self.function, self.area, self.members, self.problem = nets, function, area, members, problem

    @cached_property
    def one_to_one(self) -> np.ndarray:
        """Indexes of the members with one contact point and one pad, ascending."""
        members = np.array(self.members, dtype=np.int64)
        return members[np.isin(members, self.nets.one_to_one())]

    @cached_property
    def _orders(self) -> Orders:
        members = self.one_to_one
        return orders(self.nets.middles(self.nets.contact_ids[members]), self.nets.middles(self.nets.pad_ids[members]))

    @cached_property
    def by_contact(self) -> "list[int]":
        """One-to-one members by contact point: along the main axis of a row, else by angle around the middle."""
        return self.one_to_one[self._orders.contacts].tolist()

    @cached_property
    def by_pad(self) -> "list[int]":
        """The same nets in the order of their pads."""
        return self.one_to_one[self._orders.pads].tolist()

    @property
    def is_row(self) -> bool:
        """A row is a group of contact points at most a tenth as wide as it is long."""
        return not self._orders.cyclic

    def neighbours(self) -> "list[tuple[int, int]]":
        """Pairs of nets whose contact points are next to each other; a cyclic group closes."""
        order = self.by_contact
        pairs = list(zip(order, order[1:]))
        return pairs if self.is_row or len(order) < 3 else pairs + [(order[-1], order[0])]

    def steps(self) -> "list[int]":
        """How many places each pad lies behind its contact point: all the same in a fan-out (0 in a row)."""
        return self._orders.steps().tolist()

    def record(self) -> "dict[str, Any]":
        return {"function": self.function, "order": "row" if self.is_row else "cyclic", "contact_points": [self.nets.net(index).title for index in self.by_contact],
                "pads": [self.nets.net(index).title for index in self.by_pad], "same_order": len(set(self.steps())) <= 1}


class Groups:
    """Reads the groups that are declared on the marker layers of a technology."""

    def __init__(self, layers: Layers, nets: Nets) -> None:
        self._layers, self._nets = layers, nets
        self._on: dict[str, list[Group]] = {}

    def all(self) -> "list[Group]":
        """Of every marker layer."""
        return [group for name in self._layers.technology.read_as("marker") for group in self.on(name)]

    def on(self, layer: str) -> "list[Group]":
        if layer not in self._on:
            texts, areas = self._layers.labels_on(layer), self._nets.figures(layer)
            self._on[layer] = [self._group(areas.polygon(number), texts) for number in range(len(areas))]
        return self._on[layer]

    def table(self) -> "list[dict[str, Any]]":
        """One record for each group whose order matters, for the summary."""
        return [group.record() for group in self.all() if group.function in ORDERED]

    def lines(self) -> Iterable[str]:
        """The same for the screen."""
        for group in self.table():
            yield "%s (%s): contact points %s -> pads %s%s" % (group["function"], group["order"], " ".join(group["contact_points"]), " ".join(group["pads"]),
                                                              ", in the same order" if group["same_order"] else "")

    def _group(self, area: pya.Polygon, texts: "list[Any]") -> Group:
        inside = sorted({text for text, point in texts if holds(area, point)})
        if len(inside) == 1 and inside[0] in FUNCTIONS:
            return Group(self._nets, inside[0], area, self._nets_with_contacts_in(area), None)
        return Group(self._nets, None, area, [], _undeclared(inside))

    def _nets_with_contacts_in(self, area: pya.Polygon) -> "list[int]":
        box, (xs, ys, nets) = area.bbox(), self._contacts_by_x
        near = slice(int(np.searchsorted(xs, box.left)), int(np.searchsorted(xs, box.right, side="right")))
        chosen = near.start + np.flatnonzero((ys[near] >= box.bottom) & (ys[near] <= box.top))
        if not area.is_box():
            chosen = [number for number in chosen.tolist() if holds(area, pya.Point(int(xs[number]), int(ys[number])))]
        return np.unique(nets[chosen]).tolist()

    @cached_property
    def _contacts_by_x(self) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
        """Middles of all contact points from left to right: (x, y, index of the net)."""
        points, nets = self._nets.all_contacts()
        points = np.floor(points).astype(np.int64)
        order = np.argsort(points[:, 0], kind="stable")
        return points[order, 0], points[order, 1], nets[order]


def _undeclared(texts: "list[str]") -> str:
    known = ", ".join(FUNCTIONS)
    if not texts:
        return "a declared function needs one text: " + known
    return "unknown function %s: known are %s" % (texts[0], known) if len(texts) == 1 else "two functions declared: " + ", ".join(texts)
