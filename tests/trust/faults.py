"""Clean random layouts drawn with the package's own drawing code, and faults put into them one at a time.

Shapes are those of outlines.py, in dbu; a piece is {layer: [shape]}, one tile of a run. The oracle tells which changes are
faults: a via moved by one grid step inside a roomy capture pad is none.
"""

import math
from collections import namedtuple

import pya

from postpass.draw import drawing, traces

from . import oracle
from .outlines import is_box, touch
from .random_layouts import as_ring, moved

#: kind: of fault; layers: the piece after it
Fault = namedtuple("Fault", "kind layers")

TILE = 3000 * 1000
DBU = 1000  # per um


# clean pieces

def clean_piece(tech, rng):
    """Two pads, some vias and a trace, as tight as the rules allow or a little wider, around the origin."""
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    draw_pads(cell, tech, rng)
    reach = cell.bbox().height() / 2 / DBU
    metal = tech.limit("space", "metal")
    draw_vias(cell, tech, rng, -reach - metal)
    draw_trace(cell, tech, rng, reach + metal + tech.limit("space", tech.of_kind("pad")[0]))
    return shapes_in(cell, tech)


def wider(rng, tech):
    """Nothing, or some grid steps."""
    return 2 * tech.grid_um * int(rng.choice([0, 0, 1, 10, 400]))


def draw_pads(cell, tech, rng):
    functions = [function for function in ("flip-chip", "power", "ground", "signal") if rng.random() < 0.8] or ["signal"]
    drawn, x = functions[:2], 0.0
    layers = [tech.pad_layer(function) for function in drawn]
    sizes = [tech.even_up(tech.pad_size_min_um(layer) + wider(rng, tech)) for layer in layers]
    openings = bool(tech.pad_stack(layers[0]))
    for number, (function, size) in enumerate(zip(drawn, sizes)):
        if number:
            apart = max(tech.limit("space", layers[0]), tech.limit("separation", layers[0], layers[1]) or 0.0)
            x += max((sizes[0] + size) / 2 + apart, pitch_needed(tech, layers[0])) + wider(rng, tech)
        shapes = [shape for shape in ("square", "octagon", "round") if drawing.shape_on(tech, layers[number], shape) == shape]
        drawing.draw_pad(cell, tech, function, str(rng.choice(shapes)), size, x, 0.0, openings)


def pitch_needed(tech, pad):
    return max(tech.limit("pitch_min", layer) or 0.0 for layer in [pad] + [layer for layer, _ in tech.pad_stack(pad)])


def draw_vias(cell, tech, rng, top_um):
    """A row of vias whose capture pads stay apart or overlap, below `top_um`."""
    cut = tech.connected_cut("contact")
    sizes = tech.via_sizes(cut, recommended=True)
    size = tech.even_up(min(sizes.smallest_um + wider(rng, tech), 3 * sizes.smallest_um))
    size = size if size <= sizes.largest_um else sizes.smallest_um
    shapes = [shape for shape in ("square", "octagon", "round") if drawing.shape_on(tech, cut, shape) == shape]
    capture = tech.capture_pad_um(cut, size)
    contact = tech.even_up(size + 2 * (tech.limit("enclosure", cut, "contact") or 0.0))
    apart = capture + tech.limit("space", "metal") if rng.random() < 0.6 else max(size + tech.limit("space", cut), contact + 1.0)
    shape = str(rng.choice(shapes))
    for number in range(int(rng.integers(1, 4))):
        drawing.draw_via(cell, tech, cut, size, number * tech.even_up(apart), top_um - capture, shape, True)


def draw_trace(cell, tech, rng, bottom_um):
    """A trace with 45 degree bends, or a straight one, above `bottom_um`."""
    width = tech.even_up(tech.limit("width_min", tech.trace_layer()) + wider(rng, tech))
    bottom, step = bottom_um + width, tech.even_up(3 * width)
    points = [(0.0, bottom), (4 * step, bottom)]
    if rng.random() < 0.6:
        points += [(5 * step, bottom + step), (5 * step, bottom + 2 * step)]
    index = drawing.ensure_layer(cell.layout(), tech, tech.trace_layer())
    cell.shapes(index).insert(traces.outline(points, width, cell.layout().dbu, tech.grid_um))


def shapes_in(cell, tech):
    """{layer: [shape]} of a cell."""
    found = {}
    for layer in tech.drawn_layers():
        index = cell.layout().find_layer(*layer["gds"])
        some = [shape.polygon for shape in cell.shapes(index).each() if not shape.is_text()] if index is not None else []
        if some:
            found[layer["name"]] = [as_shape(polygon) for polygon in some]
    return found


def as_shape(polygon):
    box = polygon.bbox()
    return (box.left, box.bottom, box.right, box.top) if polygon.is_box() else [(p.x, p.y) for p in polygon.each_point_hull()]


# faults: each takes (rng, tech, layers, layer, number of the shape) and returns the shapes that replace it: {layer: [shape]}

def shift(rng, tech, layers, layer, number):
    step = int(round(tech.grid_um * DBU)) * int(rng.choice([1, 2, 10, 100, 1000]))
    dx, dy = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1)][rng.integers(6)]
    return {layer: [moved(layers[layer][number], dx * step, dy * step)]}


def off_grid(rng, tech, layers, layer, number):
    return {layer: [moved(layers[layer][number], int(rng.integers(1, 5)), int(rng.integers(0, 5)))]}


def scaled(shape, by, step):
    """The shape with every side moved outwards by `by` dbu, corners on the step."""
    left, bottom, right, top = oracle.box_of(shape)
    if is_box(shape):
        return (left - by, bottom - by, right + by, top + by)
    middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
    part_x, part_y = 1 + 2 * by / (right - left), 1 + 2 * by / (top - bottom)
    return [(step * round((middle_x + (x - middle_x) * part_x) / step), step * round((middle_y + (y - middle_y) * part_y) / step)) for x, y in shape]


def grow(rng, tech, layers, layer, number):
    step = int(round(tech.grid_um * DBU))
    return {layer: [scaled(layers[layer][number], step * int(rng.choice([1, 10, 100, 1000])), step)]}


def shrink(rng, tech, layers, layer, number):
    step = int(round(tech.grid_um * DBU))
    left, bottom, right, top = oracle.box_of(layers[layer][number])
    room = min(right - left, top - bottom) // 2 // step - 1
    return {layer: [scaled(layers[layer][number], -step * min(room, int(rng.choice([1, 2, 10, 100]))), step)]}


def delete(rng, tech, layers, layer, number):
    return {}


def wrong_layer(rng, tech, layers, layer, number):
    others = [other["name"] for other in tech.drawn_layers() if other["kind"] not in ("outline", "label", "marker") and other["name"] != layer]
    return {str(rng.choice(others)): [layers[layer][number]]}


def rotate(rng, tech, layers, layer, number):
    """About its middle by 10 to 80 degrees, corners on whole dbu."""
    shape = layers[layer][number]
    left, bottom, right, top = oracle.box_of(shape)
    angle, x0, y0 = math.radians(float(rng.integers(10, 81))), (left + right) / 2, (bottom + top) / 2
    return {layer: [[(int(round(x0 + (x - x0) * math.cos(angle) - (y - y0) * math.sin(angle))),
                      int(round(y0 + (x - x0) * math.sin(angle) + (y - y0) * math.cos(angle)))) for x, y in as_ring(shape)]]}


def merge(rng, tech, layers, layer, number):
    """A bridge from a square pad to the next one: both become one shape."""
    pads = [shape for name in tech.of_kind("pad") for shape in layers.get(name, [])]
    if tech.layers[layer]["kind"] != "pad" or len(pads) != 2 or not all(map(is_box, pads)):
        return None
    left, right = sorted(pads)
    middle = (left[1] + left[3]) // 2
    width = int(round(tech.limit("width_min", tech.trace_layer()) * DBU))
    return {layer: [layers[layer][number], (left[2] - 100, middle - width // 2, right[0] + 100, middle + width // 2)]}


def out_of_the_die(rng, tech, layers, layer, number):
    """Moved to the lower left, where the die of the run ends; see DIE_EDGE."""
    left, bottom, _, _ = oracle.box_of(layers[layer][number])
    limit = int(round(tech.limit("die_clearance", "metal") * DBU))
    return {layer: [moved(layers[layer][number], DIE_EDGE + int(rng.choice([-limit, 0, limit - 5, limit])) - left, 0)]}


DIE_EDGE = -TILE // 2  # left edge of the die, seen from the first column of tiles
KINDS = (shift, shrink, grow, delete, wrong_layer, off_grid, merge, rotate, out_of_the_die)


def put_fault(rng, tech, layers, kind):
    """Fault on a random shape of the piece, or None when that kind does not fit that shape or the oracle cannot judge it."""
    layer = str(rng.choice(sorted(layers)))
    number = int(rng.integers(len(layers[layer])))
    instead = kind(rng, tech, layers, layer, number)
    if instead is None:
        return None
    changed = {name: list(shapes) for name, shapes in layers.items()}
    del changed[layer][number]
    for name, shapes in instead.items():
        changed.setdefault(name, []).extend(shapes)
    changed = {name: shapes for name, shapes in changed.items() if shapes}
    return Fault(kind.__name__.replace("_", " "), changed) if judgeable(tech, changed) else None


def judgeable(tech, layers):
    """Rings stand clear of every other shape of their layer and of each union of layers."""
    for name in tech.layers:
        if name == "drawn":
            continue
        together = [shape for part in tech.parts(name) for shape in layers.get(part, [])]
        if any(touch(a, b) for i, a in enumerate(together) for b in together[i + 1:] if not (is_box(a) and is_box(b))):
            return False
    return True


# the definition's answer

def verdicts(tech, rule, layers, die):
    """The oracle's Verdicts on a rule of the technology."""
    grid = int(round(tech.grid_um * DBU))
    layer, check = rule["layer"], rule["check"]
    layers = dict(layers, **{name: [shape for part in tech.parts(name) for shape in layers.get(part, [])] for name in tech.layers})
    value = int(round(rule["value_um"] * DBU)) if "value_um" in rule else rule.get("value", rule.get("value_deg"))
    closed = all(tech.layers[part]["kind"] in ("contact", "cut", "pad", "ubm") for part in tech.parts(layer))
    if check in ("width_min", "width_max"):
        return getattr(oracle, check + ("_closed" if closed else "_traces"))(layers, layer, value, grid)
    if check in ("aspect_ratio_min", "aspect_ratio_max"):
        return getattr(oracle, check)(layers, layer, value, tech.depth_um(layer) * DBU)
    if check == "enclosure":
        return oracle.enclosure(layers, layer, rule["by"], value, grid)
    if check == "separation":
        return oracle.separation(layers, layer, rule["to"], value, grid)
    if check == "die_clearance":
        return oracle.die_clearance(layers, layer, [die], value, rule.get("measure", "edge"))
    if check == "shape":
        return oracle.shape(layers, layer, rule["shapes"], int(round(rule["tolerance_um"] * DBU)))
    if check == "grid":
        return oracle.grid(layers, tech.parts(layer), grid)
    if check == "space":
        return oracle.space(layers, layer, value, grid, rule.get("notch_deg", 90))
    return getattr(oracle, check)(layers, layer, value)
