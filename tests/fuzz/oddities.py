"""What makes a layout odd, beside odd shapes: functions (drawing) by name."""

import random

import pya

from .layouts import SHAPES, TEXTS, Drawing

ODD = {}


def odd(function):
    ODD[function.__name__] = function
    return function


@odd
def odd_shapes(d):
    for _ in range(d.rng.randint(1, 4)):
        layer = d.rng.choice(d.metals + d.metals + [d.cut, "contact", "die", "keepout"])
        d.put(d.top, layer if layer in d.tech.layers else "rdl", SHAPES[d.rng.choice(list(SHAPES))](d.rng, *d.place()))


@odd
def odd_texts(d):
    for _ in range(d.rng.randint(1, 3)):
        d.text(*d.place(), d.rng.choice(TEXTS))


@odd
def turned_instances(d):
    cell = d.child()
    for _ in range(d.rng.randint(1, 4)):
        x, y = d.place()
        d.top.insert(pya.CellInstArray(cell.cell_index(), pya.Trans(d.rng.randrange(8), x, y)))


@odd
def slanted_instance(d):
    d.top.insert(pya.CellInstArray(d.child().cell_index(), pya.ICplxTrans(d.rng.choice([1, 1, 0.37, 3]), d.rng.choice([45, 30, 17.3]), d.rng.random() < 0.5, *d.place())))


@odd
def arrays(d):
    x, y = d.place()
    step = d.rng.choice([9000, 40000, 0])
    d.top.insert(pya.CellInstArray(d.child().cell_index(), pya.Trans(x, y), pya.Vector(step, d.rng.choice([0, 1000])), pya.Vector(0, 40000), d.rng.randint(1, 6), d.rng.randint(1, 6)))


@odd
def instance_on_itself(d):
    cell, place = d.child(), pya.Trans(*d.place())
    for _ in range(2):
        d.top.insert(pya.CellInstArray(cell.cell_index(), place))


@odd
def deep_hierarchy(d):
    below = d.child(1)
    for _ in range(d.rng.choice([3, 60])):
        above = d.layout.create_cell("LEVEL")
        above.insert(pya.CellInstArray(below.cell_index(), pya.Trans(d.rng.randrange(8), d.rng.randrange(-500, 500), 0)))
        below = above
    d.top.insert(pya.CellInstArray(below.cell_index(), pya.Trans(*d.place())))


@odd
def several_tops(d):
    d.layout.create_cell(d.rng.choice(["OTHER", "", "a b"])).shapes(d.on("rdl")).insert(pya.Box(0, 0, 5000, 5000))


@odd
def ghost(d):
    cell = d.layout.create_cell("GHOST")
    cell.ghost_cell = True
    d.top.insert(pya.CellInstArray(cell.cell_index(), pya.Trans(*d.place())))


@odd
def empty_cells(d):
    d.top.insert(pya.CellInstArray(d.layout.create_cell("EMPTY").cell_index(), pya.Trans(*d.place())))


@odd
def properties(d):
    number = d.layout.properties_id({1: "a", 2: "b"}) if _takes_dict(d.layout) else d.layout.properties_id([[1, "a"], [2, "b"]])
    for shape in d.top.shapes(d.on("rdl")).each():
        shape.prop_id = number
        break


def _takes_dict(layout):
    try:
        return layout.properties_id({1: "a"}) is not None
    except (TypeError, RuntimeError):
        return False


@odd
def copies(d):
    """Shapes drawn twice, and a little beside themselves."""
    for layer in (d.cut, "rdl"):
        shapes = d.top.shapes(d.on(layer))
        for one in [shape.box for shape in shapes.each() if shape.is_box()][:2]:
            shapes.insert(one)
            shapes.insert(one.moved(d.rng.choice([1, 5, 1000]), 0))


@odd
def twin_layers(d):
    """Two layers of one number and different names."""
    gds = d.tech.layers["rdl"]["gds"]
    other = d.layout.insert_layer(pya.LayerInfo(gds[0], gds[1], "twin"))
    d.top.shapes(other).insert(pya.Box(0, 0, 9000, 4000).moved(*d.place()))


@odd
def unknown_layers(d):
    d.top.shapes(d.layout.layer(d.rng.choice([0, 255, 40000]), 0)).insert(pya.Box(0, 0, 9000, 9000))


@odd
def another_unit(d):
    d.layout.dbu = d.rng.choice([0.001, 0.0005, 0.005, 0.002, 0.01, 1e-5, 1.0])


@odd
def functions(d):
    marker = d.tech.of_kind("marker")
    for layer in marker[:1]:
        x, y = d.place()
        d.put(d.top, layer, [pya.Box(x, y, x + 60000, y + 60000)])
        d.top.shapes(d.on(layer)).insert(pya.Text(d.rng.choice(["fan-out", "relocation", "addition", "reduction", "dance", ""]), pya.Trans(x + 1000, y + 1000)))


@odd
def no_metal(d):
    d.top.shapes(d.on("rdl")).clear()


@odd
def staircase(d):
    """A landing pad of steps, as grid-based editors paint circles."""
    x, y = d.place()
    d.put(d.top, d.rng.choice(d.tech.of_kind("pad")), [pya.Box(x - h, y + k * 500, x + h, y + k * 500 + 500) for k in range(-24, 24) for h in [int((144e6 - (k * 500) ** 2) ** .5) // 500 * 500 + 500]])


def drawn(seed, tech):
    """(Drawing, names of its oddities) of a seed."""
    rng = random.Random("layout %s" % seed)
    drawing = Drawing(rng, tech)
    drawing.chip()
    names = rng.sample(sorted(ODD), rng.choice([0, 1, 1, 2, 3]))
    if rng.random() < 0.85:  # these end in a refusal, or take their time
        names = [name for name in names if name not in ("several_tops", "ghost", "no_metal", "another_unit", "staircase")]
    for name in names:
        ODD[name](drawing)
    return drawing, names
