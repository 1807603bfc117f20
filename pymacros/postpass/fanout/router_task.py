"""From pieces of drawn metal to what the router is asked: nets, free contact points and pads, obstacles, levels.

Needs numpy (package routing); the panel imports it only when it routes. Lengths are um.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import numpy as np
import pya

from ..draw.choices import AllJoined, CommandError
from ..messages import counted
from ..routing import Level, LevelTerminal, Obstacle, Via
from ..routing.problem import TOLERANCE, of_a_pair, of_two, of_widths
from ..tech import metal_levels
from . import confirm, netlist
from .connected_metal import DrawnMetal

if TYPE_CHECKING:
    from ..draw.choices import FanOutChoices
    from ..tech.answers import Technology
    from .connected_metal import ConnectedMetal

#: grid steps by which two diagonal traces, each wider by up to 1.4 on either side (draw/traces.py), come nearer than the router reckons with
NEARER_STEPS = 3


class Task(NamedTuple):
    """What the router is asked."""

    named: dict[str, list[LevelTerminal]]  # by net
    contacts: list[LevelTerminal]  # without name
    pads: list[LevelTerminal]
    one_sided: dict[str, str]  # {net: sentence part}
    levels: list[Level]  # with their obstacles
    vias: list[Via]
    rules: dict[str, list[tuple[float, float]]]  # {net: (width, spacing) on each level}, of nets with rules of their own
    lengths: dict[str, tuple[float | None, str | None]]  # {net: (the most it may have, group)}
    pairs: dict[str, str]  # {net: the pair it is of}
    tolerance: float  # within which lengths of a group are equal
    left: dict[str, list[str]]  # {net: [kind]} of contact points and pads that no trace leads to; they are obstacles
    via_cost: float | None  # um of trace; None: as the router has it
    places: dict[int | None, list[confirm.Place]]  # on each piece of metal, by the id of its LevelTerminal; None: on what is no terminal

    @property
    def only_level(self) -> int | None:
        """The number of the level that all traces run on and all terminals are on, where there is such a one."""
        homes = [number for number, level in enumerate(self.levels) if level.traces]
        terminals = [terminal for some in (*self.named.values(), self.contacts, self.pads) for terminal in some]
        return homes[0] if len(homes) == 1 and all(homes[0] in terminal.shapes for terminal in terminals) else None


def task(cell: pya.Cell, tech: Technology, choices: FanOutChoices, may_be_empty: bool = False, corners: Sequence[tuple[int, float, float]] | None = None) -> Task:
    """The Task of what is drawn in a cell. corners: (level, x_um, y_um) on the metal that is to be joined, all other metal being in the way;
    None: all is. Raises CommandError when something is missing, or there is nothing to join and that may not be."""
    metal = DrawnMetal(cell, tech)
    pieces, nets = metal.pieces(choices.entries), _nets_at(metal, corners)
    named, free, fixed, one_sided = sorted_pieces(pieces, nets)
    dbu, left = cell.layout().dbu, {}
    places: dict = {None: [_place(piece, dbu) for piece in fixed]}
    for piece in fixed:
        if piece.left:
            left.setdefault(piece.name, []).append("contact" if piece.has_contact else "pad")

    def terminal(piece: ConnectedMetal) -> LevelTerminal:
        made = terminal_of(piece, dbu)
        places[id(made)] = [_place(piece, dbu)]
        return made

    def asked(of_nets: dict[str, Any]) -> dict[str, Any]:  # what the list says of nets that stay as they are is for another time
        return of_nets if nets is None else {name: said for name, said in of_nets.items() if name in mine}
    mine = {piece.name for piece in pieces if nets is None or piece.net in nets}
    result = Task({name: [terminal(piece) for piece in group] for name, group in sorted(named.items())},
                  [terminal(piece) for piece in free if piece.has_contact], [terminal(piece) for piece in free if piece.has_pad],
                  one_sided, _levels(metal, tech, choices, fixed), _vias(metal.layers, tech, choices), _rules(tech, choices),
                  asked(netlist.lengths_of(choices.entries)), asked(netlist.pair_of(choices.entries)), choices.match_tolerance_um or TOLERANCE, dict(sorted(left.items())), choices.via_cost_um, places)
    _require_measurable(result, choices.entries)
    _require_pairs(result, choices.entries)
    if not may_be_empty and not result.named and not (result.contacts and result.pads):
        _refuse_nothing([piece for piece in pieces if nets is None or piece.net in nets])
    return result


def _refuse_nothing(there: Sequence[ConnectedMetal]) -> NoReturn:
    """A CommandError that says why there is nothing to join of what is there."""
    contacts, pads = sum(piece.has_contact for piece in there), sum(piece.has_pad for piece in there)
    joined = sum(piece.has_contact and piece.has_pad for piece in there)
    if not contacts or not pads:
        what = "no contact point with a via and no pad is" if not contacts and not pads else "no contact point with a via is" if not contacts else "no pad is"
        raise CommandError("Nothing to fan out: %s drawn." % what)
    alone = sum(piece.has_contact != piece.has_pad for piece in there if not piece.left)
    if not alone:
        raise AllJoined("Nothing to fan out: all is joined already, %s." % counted(joined, "net"))
    raise CommandError("Nothing to fan out: of what is not joined yet, nothing goes together (%d contact points or pads): name contact points and pads alike, or leave both nameless." % alone)


def _require_measurable(task: Task, entries: Sequence[netlist.Entry]) -> None:
    """Refuses lengths of nets that are not drawn here, and groups of nets that are more than a trace from here to there."""
    for net, (_, group) in task.lengths.items():
        where = next(entry.where for entry in entries if entry.net == net)
        if net not in task.named and net not in task.one_sided:
            raise CommandError("%s: net %s has a length to keep, but no trace is to be drawn for it: it is joined already, or left to a power grid." % (where, net))
        if group is not None and net in task.named and len(task.named[net]) != 2:
            raise CommandError("%s: %s." % (where, of_two(net, group, len(task.named[net]))))


def _require_pairs(task: Task, entries: Sequence[netlist.Entry]) -> None:
    """Refuses pairs of nets that are not drawn here, that are more than a trace from here to there, or that are not equally wide."""
    for net, pair in task.pairs.items():
        where = next(entry.where for entry in entries if entry.net == net)
        if task.only_level is None:
            raise CommandError("%s: net %s is in pair %s, but nets are kept side by side on one level of metal only, and the technology has %d: choose the level "
                               "that all contact points and pads are on, where there is one." % (where, net, pair, len(task.levels)))
        if net not in task.named and net not in task.one_sided:
            raise CommandError("%s: net %s is in pair %s, but no trace is to be drawn for it: it is joined already, or left to a power grid." % (where, net, pair))
        if net in task.named and len(task.named[net]) != 2:
            raise CommandError("%s: %s." % (where, of_a_pair(net, pair, len(task.named[net]))))
    for pair, nets in netlist.pairs_of(entries).items():
        if nets[0] not in task.pairs:
            continue
        level = task.only_level
        widths = [(net, task.rules[net][level][0] if net in task.rules else task.levels[level].width) for net in nets]
        if widths[0][1] != widths[1][1]:
            raise CommandError("%s: %s." % (next(entry.where for entry in entries if entry.pair == pair), of_widths(pair, widths)))


def _nets_at(metal: DrawnMetal, corners: Sequence[tuple[int, float, float]] | None) -> set[int | None] | None:
    return None if corners is None else {metal.nets_at(level, [(x_um, y_um)])[0] for level, x_um, y_um in corners}


def sorted_pieces(found: Sequence[ConnectedMetal], nets: set[int | None] | None = None) -> tuple[dict[str, list[ConnectedMetal]], list[ConnectedMetal], list[ConnectedMetal], dict[str, str]]:
    """({name: [pieces to join]}, [one-sided pieces without name], [fixed metal], {name: what is missing}); nets: those to join, or None for all."""
    groups, free, fixed, one_sided = {}, [], [], {}
    for piece in found:
        if nets is not None and piece.net not in nets:
            fixed.append(piece)
        elif piece.name:
            groups.setdefault(piece.name, []).append(piece)
        else:
            (free if piece.has_contact != piece.has_pad else fixed).append(piece)
    named = {}
    for name, group in groups.items():
        left = [piece for piece in group if piece.left]
        group = [piece for piece in group if not piece.left]
        fixed += left
        contact, pad = any(piece.has_contact for piece in group), any(piece.has_pad for piece in group)
        if contact and pad and len(group) > 1:
            named[name] = sorted(group, key=lambda piece: not piece.has_contact)
            continue
        fixed += group
        if contact != pad:
            one_sided[name] = "no %s carries its name%s" % ("pad" if contact else "contact point", " but what is left to a power grid" if left else "")
    return named, free, fixed, one_sided


def _place(piece: ConnectedMetal, dbu: float) -> confirm.Place:
    """A corner of a piece, still of no net but where no trace leads to it."""
    level = min(piece.shapes)
    point = next(piece.shapes[level][0].each_point_hull())
    return confirm.Place(piece.name if piece.left else None, level, point.x * dbu, point.y * dbu, piece.left)


def terminal_of(piece: ConnectedMetal, dbu: float) -> LevelTerminal:
    box = pya.Box()
    for polygons in piece.shapes.values():
        for polygon in polygons:
            box += polygon.bbox()
    kind = "contact" if piece.has_contact else "pad" if piece.has_pad else "trace"
    name = "%s at %g, %g" % (piece.name or kind, box.center().x * dbu, box.center().y * dbu)
    return LevelTerminal(name, "contact" if piece.has_contact else "pad",
                         {level: [points for polygon in polygons for points in outlines(polygon, dbu)] for level, polygons in piece.shapes.items()})


def outlines(polygon: pya.Polygon, dbu: float) -> list[np.ndarray]:
    """A pya.Polygon as arrays of points (um): its outline, or convex parts of it when it has holes."""
    parts = [polygon] if polygon.holes() == 0 else [pya.Polygon(part) for part in polygon.decompose_convex()]
    return [np.array([(point.x * dbu, point.y * dbu) for point in part.each_point_hull()]) for part in parts]


def _width(tech: Technology, level: metal_levels.Level, choices: FanOutChoices) -> float:
    return tech.even_up(choices.width_um or tech.limit("width_min", level.trace) or 2 * tech.grid_um)


def space_um(tech: Technology, level: metal_levels.Level, width_um: float, wanted_um: Any = None) -> float:
    """The edge-to-edge distance the technology asks of traces of that width (beside wide metal, too), or the wanted one."""
    wide = [rule["value_um"] for rule in tech.rules if rule["check"] == "space_wide" and rule["layer"] in tech.holders(level.trace)
            and width_um > rule["wider_than_um"]]
    return wanted_um or max([tech.limit("space", level.trace) or 0.0] + wide)


def _spacing(tech: Technology, space: float) -> float:
    """The spacing the router must keep so that the drawn traces keep `space`."""
    return tech.grid_up(space + NEARER_STEPS * tech.grid_um)


def _rules(tech: Technology, choices: FanOutChoices) -> dict[Any, Any]:
    """{net: [(width, spacing) on each level]} of the nets for which the list has rules of their own."""
    given = {net: rule for net, rule in netlist.rules_of(choices.entries).items() if rule != (None, None)}
    levels = metal_levels.levels(tech)
    rules = {}
    for net, (width, space) in given.items():
        rules[net] = []
        for level in levels:
            own = tech.even_up(width or _width(tech, level, choices))
            rules[net].append((own, _spacing(tech, space_um(tech, level, own, space or choices.space_um))))
    return rules


def _levels(metal: Any, tech: Technology, choices: FanOutChoices, fixed: Sequence[ConnectedMetal]) -> list[Level]:
    levels, layers, rules, traces = [], metal.layers, _rules(tech, choices), metal_levels.chosen(tech, choices.levels)
    for number, level in enumerate(metal_levels.levels(tech)):
        width = _width(tech, level, choices)
        asked = {name: spacings[number][1] for name, spacings in rules.items()}
        obstacles = [Obstacle(points, piece.name, "", asked.get(piece.name, 0.0) if piece.left else 0.0)
                     for piece in fixed for polygon in piece.shapes.get(number, ()) for points in outlines(polygon, layers.dbu)]
        keepouts = layers.together(metal_levels.keepouts_of(tech, level)).merged()
        obstacles += [Obstacle(points, None, "keep-out") for polygon in keepouts.each() for points in outlines(polygon, layers.dbu)]
        spacing = _spacing(tech, space_um(tech, level, width, choices.space_um))
        obstacles += [Obstacle(points, None, "die edge") for points in _outside(layers, tech, level, spacing)]
        neck = tech.even_up(tech.limit("width_min", level.trace) or 2 * tech.grid_um) if choices.necks else None
        levels.append(Level(level.trace, _die(layers, tech, level), width, spacing, obstacles, neck, traces[number]))
    if len(levels) > 1:
        _keep_labels(metal, levels, tech.grid_um)
    return levels


def _keep_labels(metal: Any, levels: Sequence[Level], step: Any) -> None:
    """A label names the metal under it: on every level its place is free for the metal that is there, and for no other trace."""
    points = np.array([(label.point.x, label.point.y) for label in metal.layers.labels], dtype=np.int64).reshape(-1, 2)
    for number, level in enumerate(levels):
        for x, y in (points[~metal.holds(number, points)] * metal.layers.dbu).tolist():
            level.obstacles.append(Obstacle(np.array([(x - step, y - step), (x + step, y - step), (x + step, y + step), (x - step, y + step)]), None, "label"))


def _die(layers: Any, tech: Technology, level: metal_levels.Level) -> tuple[float, float, float, float]:
    """(left, bottom, right, top) in um that traces of a level may use: the die outline less the rule's clearance."""
    outline = tech.of_kind("outline")
    box = layers.together(outline).bbox().to_dtype(layers.dbu)
    if box.empty():
        raise CommandError("The die outline is missing: draw it on layer %s." % (outline[0] if outline else "of kind outline"))
    clearance = tech.limit("die_clearance", level.trace) or 0.0
    return box.left + clearance, box.bottom + clearance, box.right - clearance, box.top - clearance


def _outside(layers: Any, tech: Technology, level: metal_levels.Level, spacing: float) -> list[Any]:
    """What of the box around a die that is no box lies outside it, as arrays of points (um), grown by what the rule's clearance
    asks for beyond the spacing."""
    die = layers.together(tech.of_kind("outline")).merged().hulls()
    beyond = max((tech.limit("die_clearance", level.trace) or 0.0) - spacing, 0.0)
    outside = (pya.Region(die.bbox()) - die).sized(int(round(beyond / layers.dbu)), 2)
    return [points for polygon in outside.merged().each() for points in outlines(polygon, layers.dbu)]


def _vias(layers: Any, tech: Technology, choices: FanOutChoices) -> list[Via]:
    """The Via between each level and the next; its capture pads are as wide as the traces, so that these end well in them."""
    levels = metal_levels.levels(tech)
    cuts, found = [level.cut for level in levels[:-1]], []
    for number, cut in enumerate(cuts):
        size = metal_levels.cut_size_um(tech, cut)
        distances = metal_levels.cut_distances_um(tech, cut)
        keep = [(points, distance) for other, distance in distances.items() for polygon in layers.merged(other).each()
                for points in outlines(polygon, layers.dbu)]
        pads = [max(tech.capture_pad_um(cut, size, level.trace), _width(tech, level, choices)) for level in levels[number:number + 2]]
        found.append(Via(cut, size, pads[0], pads[1], keep, {cuts.index(other): distance for other, distance in distances.items() if other in cuts}))
    return found
