"""Joins the contact points and pads of a cell by traces: reads the cell, has it routed, draws the result.

The router (package routing) knows neither KLayout nor technologies; router_task.py is the bridge to it. Commands like those
in draw/commands.py: impossible choices raise CommandError before anything is drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pya

from .. import files, layout_file
from ..draw import drawing, shapes, teardrops, traces
from ..draw.choices import CommandError, FanOutChoices, require_drawn, require_levels
from ..draw.commands import Report, require_layout
from ..drawn_under import note_technology
from ..geometry.derived import layers_of
from ..geometry.layers import Layers
from ..messages import compared, counted, how_to_install
from ..tech import metal_levels
from ..tech.functions import FUNCTIONS
from . import netlist
from .reading import Reading
from .result import Open

if TYPE_CHECKING:
    from ..tech.answers import Technology
    from .result import Routed


CANCELLED = "The fan-out was cancelled; nothing was drawn."


class PrintedStages:
    """A reporter for batch runs: prints each stage of the router when it begins for the first time."""

    def __init__(self) -> None:
        self.seen = set()

    def progress(self, stage: str, done: int, total: int) -> None:
        if stage not in self.seen:
            self.seen.add(stage)
            print("routing: %s ..." % stage, flush=True)


def fan_out(cell: pya.Cell, tech: Technology, width_um: float | None = None, space_um: float | None = None, function: str = "relocation",
            reporter: Any = None, entries: Sequence[Any] = (), teardrops: bool = False, anew: bool = False, reroute: Sequence[str] = (),
            necks: bool = False, match_tolerance_um: float | None = None, levels: Sequence[str] = ()) -> Report:
    """Joins the contact points and pads of the cell by traces: `route_cell`, then `draw_result`. Returns a Report."""
    choices = FanOutChoices(width_um, space_um, function, entries, teardrops, anew, reroute, necks, match_tolerance_um, levels=levels)
    return draw_result(cell, tech, route_cell(cell, tech, choices, reporter), choices)


def route_cell(cell: pya.Cell, tech: Technology, choices: FanOutChoices, reporter: Any = None) -> Routed:
    """Routes what is drawn in the cell, without changing it. Returns a result.Routed.

    Contact points are the metal pieces with a via from the chip on them, pads those with a pad shape. Pieces of one name
    (label or list entry) become one net; what is drawn of it by hand stays and is continued. What an earlier fan-out drew stays where
    it is still right, and goes as a whole where it is not (own_traces.py). Nameless ones are paired by the
    function: "fan-out" keeps their cyclic order (with the pairs that names fix), "relocation" takes the shortest pairs,
    "addition", "reduction". All other metal is an obstacle. reporter: see routing.progress.
    Raises CommandError for impossible input and when the reporter cancels.
    """
    require_layout(cell.layout(), tech)
    if choices.function not in FUNCTIONS:
        raise CommandError("unknown function '%s': known are %s" % (choices.function, ", ".join(FUNCTIONS)))
    require_levels(tech, choices.levels)
    require_drawn(tech, [name for level in metal_levels.levels(tech) for name in (level.trace, level.cut)])
    read = Reading(None if isinstance(reporter, PrintedStages) else reporter, CANCELLED)
    routing, own_traces, router_task, solve = _router(read)
    try:
        layout_file.require_sound(cell, tech)
    except files.FileError as error:
        raise CommandError("Cannot fan out: %s." % error) from None
    measured = [*netlist.lengths_of(choices.entries), *netlist.pair_of(choices.entries)]  # what is there has another length, perhaps, or lies elsewhere
    read.step()
    there = own_traces.Reading(cell, tech)
    chosen = own_traces.chosen(there, choices.only, choices.entries) if choices.only is not None else None
    split = own_traces.split(there, choices.entries, [*choices.reroute, *measured], choices.anew, chosen and chosen.own)
    del there  # the layout may be closed while it is routed

    def attempt(part: Any) -> Routed:
        read.step()
        task = router_task.task(part.cell, tech, choices, bool(part.gone), chosen and chosen.corners)
        read.step()
        return solve.routed(task, choices.function, tech.grid_um, reporter)._replace(gone=part.gone, kept=len(part.kept))
    try:
        result = attempt(split)
        if split.kept and chosen is None and any(one.kind != "terminals" for one in result.open):  # what stayed may be in the way
            whole = attempt(own_traces.split(own_traces.Reading(cell, tech), choices.entries, anew=True))
            result = min(result, whole, key=lambda one: len({open_net.net for open_net in one.open}))
        return result
    except routing.ProblemError as error:
        raise CommandError("Cannot fan out: %s." % error) from None
    except routing.Cancelled:
        raise CommandError(CANCELLED) from None


def rip_up(cell: pya.Cell, tech: Technology, places_um: Sequence[tuple[float, float]]) -> Report:
    """Takes away what fan-outs drew of the nets at the places. Returns a Report; raises CommandError where there is nothing of the kind."""
    require_layout(cell.layout(), tech)
    _, own_traces, _, _ = _router()
    gone = own_traces.drawn_at(cell, tech, places_um)
    if not gone:
        raise CommandError("Nothing to rip up: no fan-out drew a trace of what is selected; what is drawn by hand is deleted by hand.")
    own_traces.erase(cell, gone)
    return Report(["Ripped up %s of earlier fan-outs." % counted(len(gone), "shape")], dict(Counter(one.layer for one in gone)), None)


#: what takes long to import, for the first fan-out of a session
LARGE = ("numpy", "scipy.linalg", "scipy.sparse", "scipy.spatial", "scipy.ndimage", "scipy.optimize")


def _router(read: Reading | None = None) -> tuple[Any, Any, Any, Any]:
    """(package routing, modules own_traces, router_task and solve); they need numpy and scipy, which the panel does without."""
    try:
        if read is not None:
            read.modules(LARGE)
        from .. import routing
        from . import own_traces, router_task, solve
    except ImportError as error:
        raise CommandError("The router needs numpy and scipy (%s): %s." % (error, how_to_install("numpy", "scipy"))) from None
    return routing, own_traces, router_task, solve


def draw_result(cell: pya.Cell, tech: Technology, routed: Routed, choices: FanOutChoices = FanOutChoices()) -> Report:
    """Draws a result.Routed. The Report marks a result with open nets as incomplete and names each with the reason (severity "error").

    What is drawn is looked at once more (see confirm.py): nets that are not one piece, or touch others, are added to routed.open.
    """
    from ..routing.lengths import WORDS  # they need numpy, which was there for the router
    from . import confirm, own_traces
    said, counts = [], Counter()
    terminals = Counter(place.net for place in routed.places if not place.left)
    own_traces.erase(cell, routed.gone)
    for number, x_um, y_um, lower_um, upper_um, net in routed.vias:  # first: their capture pads may get teardrops
        counts += draw_level_via(cell, tech, number, x_um, y_um, lower_um, upper_um, terminals[net])
    counts += draw_routes(cell, tech, routed.routes, choices.teardrops, said, terminals)
    note_technology(cell, tech)
    routed.open.extend(Open(fault.net, fault.kind, fault.reason, fault.place, [])
                       for fault in confirm.faults(cell, tech, routed.places, {one.net for one in routed.open if one.kind not in WORDS}))
    drawn = counted(sum(not route.get("neck") for route in routed.routes), "trace")
    first = "Drew %s." % drawn
    if routed.vias:
        first = "Drew %s and %s between levels; %s." % (drawn, counted(len(routed.vias), "via"), _moved(tech, routed, choices))
    told = "Length of what is drawn %.1f um" % routed.exposed if routed.open else "Length %.1f um%s" % (routed.exposed, _compared(routed))
    first += " %s, %s." % (told, counted(routed.bends, "bend"))
    if routed.open:
        first = "INCOMPLETE, %s. " % _incomplete(routed.open) + first
    said += _earlier(routed) + _necks(routed)
    said = [first] + said + [_sentence(one) for one in routed.open]
    broken = _broken(tech, routed, choices)
    return Report(said + broken + routed.notes, dict(counts), "error" if routed.open else "warning" if broken else None)


def _sentence(one: Open) -> str:
    """What is wrong with a net, or with a pair."""
    from ..routing.lengths import ALONE, WORDS
    if one.kind == ALONE:
        return one.reason[:1].upper() + one.reason[1:]
    return "Net %s is %s: %s" % (one.net, {"touching": "shorted", **WORDS}.get(one.kind, "open"), one.reason.replace("net '%s': " % one.net, "", 1))


def _incomplete(found: Sequence[Open]) -> str:
    """How many nets are open, or not as long as asked, and which."""
    from ..routing.lengths import ALONE, WORDS
    said = []
    apart, measured = [one for one in found if one.kind not in WORDS], [one for one in found if one.kind in WORDS and one.kind != ALONE]
    alone = sum(one.kind == ALONE for one in found)
    state = "open or shorted" if any(one.kind == "touching" for one in found) else "open"
    for some, words in ((apart, state), (measured, "not as long as asked")):
        nets = sorted({one.net for one in some})
        said += ["%s %s: %s" % (counted(len(nets), "net"), words, ", ".join(nets))] if nets else []
    return "; ".join(said + (["%s not side by side" % counted(alone, "pair")] if alone else []))


def _earlier(routed: Routed) -> list[str]:
    """A sentence on what earlier fan-outs drew."""
    if not routed.gone and not routed.kept:
        return []
    return ["Of earlier fan-outs: %d stay, %d replaced." % (routed.kept, len(routed.gone))]


def _necks(routed: Routed) -> list[str]:
    """Sentences on necks."""
    from ..routing.necks import sentence  # it needs numpy
    widths: dict[str, list[float]] = {}
    for route in routed.routes:
        if route.get("neck"):
            widths.setdefault(route["net"], []).append(route["width"])
    return [sentence(net, len(some) // 2, min(some), max(some)) for net, some in sorted(widths.items())]


def _broken(tech: Technology, routed: Routed, choices: FanOutChoices) -> list[Any]:
    """Sentences on chosen widths and spaces below the technology's limits; they are drawn all the same."""
    said = []
    for number, level in enumerate(metal_levels.levels(tech)):
        widths = [route["width"] for route in routed.routes if route["level"] == number]
        limit = tech.limit("width_min", level.trace) or 0.0
        if widths and min(widths) < limit - tech.grid_um / 2:
            said.append("Traces of %g um on %s are narrower than the rule's %g um." % (min(widths), level.trace, limit))
        limit, spaces = tech.limit("space", level.trace) or 0.0, [choices.space_um] + [entry.space_um for entry in choices.entries]
        if widths and min([space for space in spaces if space] + [limit]) < limit:
            said.append("A space of %g um on %s is less than the rule's %g um." % (min(space for space in spaces if space), level.trace, limit))
    return said


def _compared(routed: Routed) -> str:
    """The bound beside the length; it holds for a complete result only."""
    return ", " + compared(routed.exposed, routed.bound, routed.bound + routed.detours)


def _moved(tech: Technology, routed: Routed, choices: FanOutChoices) -> str:
    levels, by_level = metal_levels.levels(tech), {}
    if len(set(choices.levels)) == 1:
        return "all on %s" % choices.levels[0]
    for net, number in sorted(routed.moved.items()):
        by_level.setdefault(number, []).append(net)
    return "; ".join("on %s: %s" % (levels[number].trace, ", ".join(nets)) for number, nets in sorted(by_level.items())) or "all on %s" % levels[0].trace


def draw_routes(cell: pya.Cell, tech: Technology, routes: Sequence[dict[str, Any]], with_teardrops: bool = False, said: list[Any] | None = None,
                terminals: Mapping[str, int] = MappingProxyType({})) -> dict[str, int]:
    """Draws routes ([{"net", "level", "width", "path"}], um) as traces on the levels' trace layers. Returns a Counter by layer.

    Where two traces of a net meet at an acute angle, the wedge is filled by a small triangle. Sentences on teardrops go to `said`.
    terminals: {net: how many contact points and pads it joins}, to be known by later fan-outs.
    """
    from . import own_traces
    counts = Counter()
    for number, level in enumerate(metal_levels.levels(tech)):
        mine = [route for route in routes if route["level"] == number]
        if not mine:
            continue
        mine = _settled(cell, tech, level, mine)
        outlines = [traces.outline(route["path"], route["width"], cell.layout().dbu, tech.grid_um) for route in mine]
        drops = _teardrops(cell, tech, level, mine, outlines, said) if with_teardrops else []
        smallest_um = min(route["width"] for route in mine)
        there = Layers(cell.layout(), cell, tech).raw(level.trace) + pya.Region(outlines + drops)
        fills = traces.wedge_fills(there, tech.grid_down(smallest_um / 4), cell.layout().dbu)
        for outline, route in zip(outlines, mine):
            counts += own_traces.insert(cell, tech, level.trace, outline, terminals.get(route["net"], 0))
        for outline in drops + fills:
            counts += own_traces.insert(cell, tech, level.trace, outline, 0)
    return counts


def _settled(cell: pya.Cell, tech: Technology, level: metal_levels.Level, routes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Routes whose ends reach into their pads far enough to be nowhere narrower than a trace may be."""
    layers = layers_of(cell, tech)
    metal = layers.index(level.conductor)
    least = tech.limit("width_min", level.trace) or 0.0

    def inside(x_um: float, y_um: float) -> bool:
        return bool(metal.holding(layers.point(x_um, y_um)))
    return [dict(route, path=traces.lengthened(route["path"], route["width"], least, tech.grid_um, inside)) for route in routes]


def _teardrops(cell: pya.Cell, tech: Technology, level: metal_levels.Level, routes: Sequence[dict[str, Any]], outlines: Sequence[pya.Polygon], said: list[str]) -> list[pya.Polygon]:
    drawn, ends, tight = teardrops.drawn(cell, tech, level, routes, outlines)
    left_out = "; left out at %d" % (ends - len(drawn)) if len(drawn) < ends else ""
    reason = " (%d would break a rule, %d for want of room)" % (tight, ends - len(drawn) - tight) if left_out else ""
    if said is not None:
        said.append("Teardrops on %s at %d of %d trace ends%s%s." % (level.trace, len(drawn), ends, left_out, reason))
    return [polygon for polygons in drawn for polygon in polygons]


def draw_level_via(cell: pya.Cell, tech: Technology, number: int, x_um: float, y_um: float, lower_um: float, upper_um: float, terminals: int = 0) -> dict[str, int]:
    """The via between level `number` and the next, with square capture pads of these sizes on both, of a net that joins so many
    terminals. Returns a Counter by layer.
    """
    from . import own_traces
    below, above = metal_levels.levels(tech)[number:number + 2]
    size = metal_levels.cut_size_um(tech, below.cut)
    counts = Counter()
    shape = drawing.shape_on(tech, below.cut, "square")
    for layer, form, layer_size in ((below.trace, "square", lower_um), (below.cut, shape, size), (above.trace, "square", upper_um)):
        counts += own_traces.insert(cell, tech, layer, shapes.polygon(form, layer_size, x_um, y_um, cell.layout().dbu, tech.grid_um), terminals)
    return counts
