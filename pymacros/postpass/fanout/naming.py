"""Gives nets names and takes them away: labels in the cell that is shown. What is drawn belongs to the caller's undo step.

Everything is looked at before anything is drawn: a CommandError leaves the cell as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pya

from .. import strings
from ..draw import placed
from ..draw.choices import CommandError
from ..draw.commands import Report
from ..draw.naming import numbered
from ..layout_file import layer_indexes
from ..messages import counted, is_one_line, named

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .net_list_of_drawing import DrawnNets

MOST_LETTERS = 200


class Label(NamedTuple):
    """A label that names a piece of metal. shape: its pya.Shape in the shown cell; holder: the pad, via or contact point of the shown cell whose
    net name it is (a pya.Instance); both are None where it lies in another cell below."""

    text: str
    net: int
    shape: pya.Shape | None
    holder: pya.Instance | None = None
    point: tuple[int, int] = (0, 0)  # of a holder's, dbu

    @property
    def is_here(self) -> bool:
        """Whether it can be changed in the shown cell."""
        return self.shape is not None or self.holder is not None


class Naming(NamedTuple):
    """What is to be drawn: labels that get a text, and new ones [(text, x_um, y_um)]."""

    changed: list[tuple[Label, str]]
    added: list[tuple[str, float, float]]


def names_by(pattern: str, count: int, first: int = 0) -> list[str]:
    """So many names by a pattern (draw/naming.py) that counts from `first` on. Raises CommandError."""
    pattern = pattern.strip()
    if not pattern:
        raise CommandError("Write a name for the nets, like clk, or io[#] for several: # counts.")
    if not is_one_line(pattern) or len(pattern) > MOST_LETTERS:
        raise CommandError("A name of a net has one line of at most %d letters." % MOST_LETTERS)
    return [numbered(pattern, number) for number in range(first, first + count)]


def labels_of(cell: pya.Cell, tech: Technology, drawn: DrawnNets) -> dict[int, list[Label]]:
    """{index of the piece of metal: its labels}."""
    own = [shape for name in tech.of_kind("label") for index in layer_indexes(cell.layout(), tech.layers[name]["gds"])
           for shape in cell.shapes(index).each(pya.Shapes.STexts)] if tech.counts_labels(strings.cell_name(cell), True) else []
    places = [(shape.text.x, shape.text.y) for shape in own]
    found = [Label(strings.label(shape.text), net, shape) for shape, net in zip(own, drawn.labelled_at(places)) if net >= 0]
    here = {(strings.label(shape.text), place) for shape, place in zip(own, places)}
    below = [label for label in drawn.nets.layers.labels if (label.text, (label.point.x, label.point.y)) not in here]
    points = [(label.point.x, label.point.y) for label in below]
    found += [Label(label.text, net, None, placed.at(cell, *point, label.text), point) for label, point, net in zip(below, points, drawn.labelled_at(points)) if net >= 0]
    by_net: dict[int, list[Label]] = {}
    for one in found:
        by_net.setdefault(one.net, []).append(one)
    return by_net


def prepared(cell: pya.Cell, tech: Technology, drawn: DrawnNets, names: Mapping[int, str], places_um: Mapping[int, tuple[float, float]] | None = None,
             step: Callable[[], None] = lambda: None) -> Naming:
    """How pieces of metal get names {index: name}: labels that are there get the name, a piece without label gets one (at its place
    in places_um, where there is one that names it), and one that joins contact points and pads gets one on each of them, so that each keeps
    its name when it is moved. step: called between the parts of the work. Raises CommandError."""
    if not tech.of_kind("label"):
        raise CommandError("technology %s has no label layer to name nets on" % tech.name)
    if not tech.counts_labels(strings.cell_name(cell), True):
        raise CommandError("By technology %s labels in cell %s name no net: show a cell whose labels count." % (tech.name, strings.cell_name(cell)))
    labels = labels_of(cell, tech, drawn)
    step()
    _require_here([label for net, name in names.items() for label in labels.get(net, []) if label.text != name])
    changed = [(label, name) for net, name in names.items() for label in labels.get(net, []) if label.text != name]
    bare = [net for net in names if not labels.get(net)]
    ends = drawn.ends_of(net for net in bare if net not in (places_um or {}))
    step()
    found = drawn.label_places([net for net in bare if net not in ends], places_um or {})
    places = [(names[net], point.to_dtype(drawn.dbu)) for net in bare for point in ends.get(net) or [found[net]]]
    return Naming(changed, [(name, point.x, point.y) for name, point in places])


def _require_here(labels: Sequence[Label]) -> None:
    below = sorted({label.text for label in labels if not label.is_here})
    if below:
        raise CommandError("The label %s lies in a cell below the shown one: show that cell to change it." % named(below) if len(below) == 1 else
                           "The labels %s lie in cells below the shown one: show these cells to change them." % named(below))


def draw(cell: pya.Cell, tech: Technology, naming: Naming) -> dict[str, int]:
    """Draws a Naming. Returns the counts of labels by layer."""
    for label, name in naming.changed:
        if label.shape is not None:
            text = label.shape.text
            text.string = strings.raw(name)
            label.shape.text = text
    placed.name(cell, tech, [placed.Named(label.holder, label.point, name) for label, name in naming.changed if label.holder is not None])
    placed.name_at(cell, tech, naming.added)
    return {tech.of_kind("label")[0]: len(naming.changed) + len(naming.added)}


def report(drawn: DrawnNets, names: Mapping[int, str], counts: dict[str, int]) -> Report:
    """What a Report says of nets that got names: also which of these others have, too."""
    given = list(dict.fromkeys(names.values()))
    words = ["Named %s %s." % (counted(len({drawn.row_of(net).nets for net in names}), "net"), _span(given))]
    wanted, nets = set(given), set(names)
    others = sorted({row.name for row in drawn.rows if row.name in wanted and not nets.issuperset(row.nets)})
    if others:
        words.append("%s: more metal carries %s; it is one net now, to be joined by the fan-out." % (named(others), "this name" if len(others) == 1 else "these names"))
    return Report(words, counts, None)


def _span(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) < 4 else "%s to %s" % (names[0], names[-1])


class Unlocking(NamedTuple):
    """Labels that are to be taken away; stay: texts of those on the same metal in cells below."""

    labels: list[Label]
    stay: list[str]


def to_unlock(cell: pya.Cell, tech: Technology, drawn: DrawnNets, nets: Collection[int]) -> Unlocking:
    """The labels of pieces of metal. Raises CommandError where there are none in the shown cell."""
    labels = [label for net, some in labels_of(cell, tech, drawn).items() if net in nets for label in some]
    mine = [label for label in labels if label.is_here]
    if not mine:
        _require_here(labels)
        raise CommandError("Nothing to unlock: what is selected carries no label.")
    return Unlocking(mine, sorted({label.text for label in labels if not label.is_here}))


def unlock(cell: pya.Cell, tech: Technology, unlocking: Unlocking) -> Report:
    """Takes the labels away."""
    for label in unlocking.labels:
        if label.shape is not None:
            label.shape.delete()
    placed.name(cell, tech, [placed.Named(label.holder, label.point, "") for label in unlocking.labels if label.holder is not None])
    words = ["Unlocked %s: took %s away." % (named(sorted({label.text for label in unlocking.labels})), counted(len(unlocking.labels), "label"))]
    if unlocking.stay:
        words.append("%s stay: their labels lie in cells below the shown one." % named(unlocking.stay))
    return Report(words, {tech.of_kind("label")[0]: len(unlocking.labels)}, "warning" if unlocking.stay else None)
