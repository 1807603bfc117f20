"""From a cell with contact points and pads to a routing problem, and from routes to traces in the cell.

The router (package routing) knows neither KLayout nor technologies; this module is the bridge. A command like those in
commands.py: impossible choices raise CommandError before anything is drawn.
"""

import math
from collections import namedtuple

import pya

from . import drawing, traces
from .commands import CommandError, Report, require_layout

#: the mitred outside of a 45 degree bend reaches past the round join the router reckons with, by this part of the width
MITRE = 0.5 / math.cos(math.pi / 8) - 0.5

#: a piece of connected metal: its pya.Polygon in dbu, the name on it or None, whether a via from the chip and a pad are on it
Piece = namedtuple("Piece", "polygon name has_contact has_pad")


class PrintedStages:
    """A reporter for batch runs: prints each stage of the router when it begins for the first time."""

    def __init__(self):
        self.seen = set()

    def progress(self, stage, done, total):
        if stage not in self.seen:
            self.seen.add(stage)
            print("routing: %s ..." % stage, flush=True)


def read_case(cell, tech, width_um=None, space_um=None):
    """The routing case (a dict in the neutral form of routing.Problem.from_json) of what is drawn in the cell.

    Contact points are the metal pieces with a via from the chip on them, pads those with a pad shape; a piece with both is
    joined already and stays as it is, one with neither is an obstacle. Names come from labels: pieces of one name are
    one net; pieces without name are left for the assignment. width_um, space_um: the rules' limits by default.
    Raises CommandError when there is nothing to join, no die outline, or a via without metal.
    """
    require_layout(cell.layout(), tech)
    width_um, space_um = _rules(tech, width_um, space_um)
    pieces = _pieces(cell, tech)
    named, free, fixed = _sorted_pieces(pieces)
    to_um = cell.layout().dbu
    nets = [{"name": name, "width": width_um, "spacing": space_um, "mode": "connect_all",
             "contacts": [_terminal(piece, to_um) for piece in group if piece.has_contact],
             "pads": [_terminal(piece, to_um) for piece in group if piece.has_pad]} for name, group in sorted(named.items())]
    case = {"name": cell.name, "units": "um", "dbu": tech.grid_um, "die": _die(cell, tech),
            "rules": {"width": width_um, "spacing": space_um, "allow45": True}, "nets": nets,
            "contacts": [_terminal(piece, to_um) for piece in free if piece.has_contact],
            "pads": [_terminal(piece, to_um) for piece in free if piece.has_pad],
            "obstacles": [{"net": piece.name, "name": "", "shape": points} for piece in fixed for points in _terminal(piece, to_um)["shape"]]}
    if not any(net["contacts"] and net["pads"] for net in nets) and not (case["contacts"] and case["pads"]):
        raise CommandError("Nothing to fan out: no contact point with a via and no pad that are not joined yet.")
    return case


def fan_out(cell, tech, width_um=None, space_um=None, function="relocation", reporter=None):
    """Joins the contact points and pads of the cell by traces on the trace layer: `route_cell`, then `draw_result`."""
    return draw_result(cell, tech, route_cell(cell, tech, width_um, space_um, function, reporter))


def route_cell(cell, tech, width_um=None, space_um=None, function="relocation", reporter=None):
    """Routes what is drawn in the cell, without changing it. Returns a routing.RouteResult.

    Pieces of one name are joined as one net; nameless ones are paired by `function` ("fan-out" keeps their cyclic order,
    "relocation" takes the shortest pairs, "addition", "reduction"). reporter: see routing.progress.
    Raises CommandError for impossible input and when the reporter cancels.
    """
    routing, assignment = _router()
    case = read_case(cell, tech, width_um, space_um)
    try:
        problem = routing.Problem.from_json(case)
        assigned = assignment.assign(problem, function) if case["contacts"] and case["pads"] else None
        return routing.route(problem, assigned, reporter)
    except routing.ProblemError as error:
        raise CommandError("Cannot fan out: %s." % error) from None
    except routing.Cancelled:
        raise CommandError("The fan-out was cancelled; nothing was drawn.") from None


def draw_result(cell, tech, result):
    """Draws a RouteResult. The Report names what could not be routed with the reason (severity "error")."""
    drawn = draw_routes(cell, tech, result.to_json()["routes"])
    said = ["%s Length %.1f um, lower bound %.1f um (gap %.1f %%), %d bends." % (
        drawn.messages[0], result.exposed, result.bound, 100 * result.gap, result.bends)]
    said += ["Net %s is open: %s" % (failure.net, failure.reason) for failure in result.failures]
    return Report(said, drawn.counts, "error" if result.failures else None)


def _router():
    """(package routing, module assignment); they need numpy and scipy, which the panel does without."""
    try:
        from . import assignment, routing
    except ImportError as error:
        raise CommandError("The router needs numpy and scipy (%s): install python3-numpy and python3-scipy, or pip install numpy scipy "
                           "into the Python that KLayout uses." % error) from None
    return routing, assignment


def draw_routes(cell, tech, routes):
    """Draws routes ([{"net", "width", "path"}], um) as traces on the technology's trace layer. Returns a Report.

    Where two traces of a net meet at an acute angle, the wedge is filled by a small triangle.
    """
    layer = tech.trace_layer()
    outlines = [traces.outline(route["path"], route["width"], cell.layout().dbu, tech.grid_um) for route in routes]
    width_um = min([route["width"] for route in routes] or [tech.grid_um])
    fills = traces.wedge_fills(_region(cell, tech, [layer]) + pya.Region(outlines), tech.grid_down(width_um / 4), cell.layout().dbu)
    for outline in outlines + fills:
        drawing.insert(cell, tech, layer, outline)
    return Report(["Drew %d traces." % len(outlines)], {layer: len(outlines) + len(fills)}, None)


def _rules(tech, width_um, space_um):
    """Width, and the spacing the router must keep so that the drawn, mitred traces keep the rule's."""
    layer = tech.trace_layer()
    width_um = width_um or tech.limit("width_min", layer) or 2 * tech.grid_um
    width_um = tech.even_up(width_um)
    space_um = space_um or tech.limit("space", layer) or 0.0
    return width_um, tech.grid_up(space_um + 2 * MITRE * width_um + 2 * tech.grid_um)


def _die(cell, tech):
    """[left, bottom, right, top] in um that traces may use: the die outline less the rule's clearance."""
    outline = tech.of_kind("outline")
    box = _region(cell, tech, outline).bbox().to_dtype(cell.layout().dbu)
    if box.empty():
        raise CommandError("The die outline is missing: draw it on layer %s." % (outline[0] if outline else "of kind outline"))
    clearance = tech.limit("die_clearance", tech.trace_layer()) or 0.0
    return [box.left + clearance, box.bottom + clearance, box.right - clearance, box.top - clearance]


def _indexes(cell, tech, layers):
    """Indexes of those layers that the layout has."""
    found = [cell.layout().find_layer(*tech.layers[layer]["gds"]) for layer in layers]
    return [index for index in found if index is not None]


def _region(cell, tech, layers):
    region = pya.Region()
    for index in _indexes(cell, tech, layers):
        region.insert(cell.begin_shapes_rec(index))
    return region


def _pieces(cell, tech):
    """Connected metal of traces and pads: [Piece]."""
    cut = tech.connected_cut("contact")
    metal = _region(cell, tech, [tech.trace_layer()] + tech.of_kind("pad")).merged()
    vias, pads = _region(cell, tech, [cut]).merged(), _region(cell, tech, tech.of_kind("pad")).merged()
    bare = vias.not_inside(metal)
    if not bare.is_empty():
        x, y = bare.bbox().center().x * cell.layout().dbu, bare.bbox().center().y * cell.layout().dbu
        raise CommandError("%d vias have no capture pad, one at %g, %g um: draw vias with the panel, which adds it." % (bare.count(), x, y))
    labels = _labels(cell, tech)
    with_via, with_pad = _texts(metal.interacting(vias)), _texts(metal.interacting(pads))
    return [_piece(polygon, labels, str(polygon) in with_via, str(polygon) in with_pad) for polygon in metal.each()]


def _texts(region):
    return {str(polygon) for polygon in region.each()}


def _piece(polygon, labels, has_contact, has_pad):
    names = sorted({text for text, point in labels if polygon.bbox().contains(point) and polygon.inside(point)})
    if len(names) > 1:
        raise CommandError("One piece of metal carries two names, %s." % " and ".join(names))
    return Piece(polygon, names[0] if names else None, has_contact, has_pad)


def _labels(cell, tech):
    """[(text, point in dbu)] of the label layers."""
    found = []
    for index in _indexes(cell, tech, tech.of_kind("label")):
        shapes = cell.begin_shapes_rec(index)
        while not shapes.at_end():
            if shapes.shape().is_text():
                text = shapes.shape().text
                found.append((text.string, shapes.trans() * pya.Point(text.x, text.y)))
            shapes.next()
    return found


def _sorted_pieces(pieces):
    """({name: [terminals]}, [terminals without name], [obstacles])."""
    named, free, fixed = {}, [], []
    for piece in pieces:
        if piece.has_contact == piece.has_pad:
            fixed.append(piece)
        elif piece.name:
            named.setdefault(piece.name, []).append(piece)
        else:
            free.append(piece)
    return named, free, fixed


def _terminal(piece, to_um):
    points = [[point.x * to_um, point.y * to_um] for point in piece.polygon.each_point_hull()]
    box = piece.polygon.bbox()
    return {"name": "%s at %g, %g" % (piece.name or "", box.center().x * to_um, box.center().y * to_um), "shape": [points]}
