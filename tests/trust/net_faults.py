"""Clean random layouts of every function, and faults on their nets, one at a time: python tests/trust/net_faults.py [FAULTS PER KIND]

The layouts are drawn with the package's own drawing code in technologies postpass and wlcsp; each contact point and each pad is
labelled. net_oracle.py tells what a change makes guilty: a net rule of the technology must say so, and no other marker. Where one
shape is changed, oracle.py tells what the geometry rules must say, too.
"""

import os
import sys
import tempfile
from collections import Counter, namedtuple

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [path for path in (ROOT, os.path.join(ROOT, "pymacros")) if path not in sys.path]

import numpy as np  # noqa: E402
import pya  # noqa: E402

from postpass import tech as technologies  # noqa: E402
from postpass.draw import drawing, traces  # noqa: E402
from tests.deck.support import draw, markers, new_layout, run_deck  # noqa: E402
from tests.trust import faults, net_oracle  # noqa: E402
from tests.trust.random_layouts import moved  # noqa: E402
from tests.trust.random_nets import Drawing, fresh  # noqa: E402
from tests.trust.test_oracle import GEOMETRY, drawn, missed_and_false  # noqa: E402

UM = 1000
COLUMNS = 20
AT_ONCE = 400  # drawings in a layout: more of the large ones would reach farther than KLayout computes
#: tech; scale: of all lengths, 1 in postpass; via_um, trace_um: drawn sizes; cut: layer of the vias on contact points; stack: for the
#: oracle; spacing: space and pitch of pads of different nets, in dbu
Kit = namedtuple("Kit", "tech scale via_um trace_um cut stack spacing")
KITS = (Kit(technologies.load("postpass"), 1, 1.2, 3.2, "via", net_oracle.POSTPASS, (10 * UM, 25 * UM)),
        Kit(technologies.load("wlcsp"), 20, 35.0, 20.0, "pi1", net_oracle.WLCSP, (40 * UM, 0)))
RULES = ("NET.O.1", "NET.S.1", "NET.P.1", "NET.L.1", "NET.N.1", "NET.D.1", "NET.V.1", "NET.U.1", "FN.1", "FN.D.1")

#: function that drew the layout, kind of the change; the drawing after it
Fault = namedtuple("Fault", "function kind drawing")
#: counts by (function, kind) of change: injected, faults by the definition, found; said: what was missed or wrongly marked
Outcome = namedtuple("Outcome", "injected faults found said clean_markers")


# clean layouts

class Sheet:
    """A cell of its own for each layout; lengths are um of postpass, larger by the scale of the kit."""

    def __init__(self, rng, kit):
        self.rng, self.kit = rng, kit
        self.layout = pya.Layout()
        self.cell = self.layout.create_cell("TOP")
        self.labels = []

    def label(self, name, x, y):
        self.labels.append((name, *(int(round(c * self.kit.scale * UM)) for c in (x, y))))

    def contact(self, name, x, y):
        shape = str(self.rng.choice(["square", "round", "octagon"]))
        drawing.draw_via(self.cell, self.kit.tech, self.kit.cut, self.kit.via_um, x * self.kit.scale, y * self.kit.scale, shape, True)
        self.label(name, x, y)

    def pad(self, name, x, y, function="signal", size=16.0):
        shape = str(self.rng.choice(["square", "octagon", "round"]))
        drawing.draw_pad(self.cell, self.kit.tech, function, shape, *(length * self.kit.scale for length in (size, x, y)), openings=True)
        self.label(name, x, y)

    def trace(self, *points):
        points = [(x * self.kit.scale, y * self.kit.scale) for x, y in points]
        drawing.insert(self.cell, self.kit.tech, "rdl", traces.outline(points, self.kit.trace_um, self.layout.dbu, self.kit.tech.grid_um))

    def drawing(self, function, left, bottom, right, top):
        layers = {name: [fresh(shape) for shape in shapes] for name, shapes in faults.shapes_in(self.cell, self.kit.tech).items()}
        area = tuple(int(round(c * self.kit.scale * UM)) for c in (left, bottom, right, top))
        return Drawing(layers, self.labels, [(function, area)])


def names(rng, count):
    return ["%s%d" % (rng.choice(["io", "d", "net"]), number) for number in range(count)]


def row_of_fan_out(rng, kit):
    """Contact points in a row, pads in a wider one, the outer traces leaving first."""
    sheet, count = Sheet(rng, kit), int(rng.integers(3, 8))
    pitch, pad_pitch = 6.0 + int(rng.integers(0, 5)), 30.0 + 2 * int(rng.integers(0, 10))
    for number, name in enumerate(names(rng, count)):
        offset = number - (count - 1) / 2
        x, pad_x = offset * pitch, offset * pad_pitch
        bend = 150.0 - abs(pad_x - x)
        sheet.contact(name, x, -60.0)
        sheet.pad(name, pad_x, 200.0)
        sheet.trace((x, -60.0), (x, bend), (pad_x, 150.0), (pad_x, 200.0))
    reach = count * pitch
    return sheet.drawing("fan-out", -reach, -65, reach, -55)


def ring_of_fan_out(rng, kit):
    """Contact points around a middle, pads farther out in the same directions."""
    sheet, radius, far = Sheet(rng, kit), 20.0 + int(rng.integers(0, 8)), 80.0 + 2 * int(rng.integers(0, 20))
    directions = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)]
    for name, (dx, dy) in zip(names(rng, 8), directions):
        sheet.contact(name, radius * dx, radius * dy)
        sheet.pad(name, far * dx, far * dy)
        sheet.trace((radius * dx, radius * dy), (far * dx, far * dy))
    return sheet.drawing("fan-out", -40, -40, 40, 40)


def relocation(rng, kit):
    """A row of contact points whose pads lie above and below in another order: left ones lead outwards first."""
    sheet, count = Sheet(rng, kit), int(rng.integers(3, 7))
    for side in (1, -1):
        sheet_side = [number for number in range(count) if (number % 2 == 0) == (side == 1)]
        for place, number in enumerate(sheet_side):
            name, x = "r%d" % number, 10.0 * number
            level = side * (30.0 + 12.0 * (len(sheet_side) - place))
            pad_x = 120.0 + 40.0 * place + (200.0 if side < 0 else 0.0)
            sheet.contact(name, x, 0.0)
            sheet.pad(name, pad_x, side * 150.0)
            sheet.trace((x, 0.0), (x, level), (pad_x, level), (pad_x, side * 150.0))
    return sheet.drawing("relocation", -5, -5, 10.0 * count, 5)


def addition(rng, kit):
    sheet = Sheet(rng, kit)
    for number in range(int(rng.integers(1, 4))):
        y, name = number * 60.0, "a%d" % number
        sheet.contact(name, 0.0, y)
        for place in range(int(rng.integers(2, 4))):
            sheet.pad(name, 60.0 + 40.0 * place, y)
        sheet.trace((0.0, y), (60.0, y), (60.0 + 40.0 * place, y)) if place == 0 else sheet.trace((0.0, y), (60.0 + 40.0 * place, y))
    return sheet.drawing("addition", -5, -5, 5, 125)


def reduction(rng, kit):
    sheet = Sheet(rng, kit)
    for number, function in enumerate(("power", "ground", "signal")[:int(rng.integers(1, 4))]):
        y, name = number * 80.0, "s%d" % number
        count = int(rng.integers(2, 5))
        for place in range(count):
            sheet.contact(name, 8.0 * place, y)
            sheet.trace((8.0 * place, y), (100.0, y))
        sheet.pad(name, 100.0, y, function, 20.0)
    return sheet.drawing("reduction", -5, -5, 40, 165)


FUNCTIONS = (row_of_fan_out, ring_of_fan_out, relocation, addition, reduction)


# faults: each takes (rng, drawing, kit) and returns the changed drawing, or None when it does not fit

def with_shapes(before, layer, shapes):
    layers = dict(before.layers, **{layer: shapes})
    return Drawing({name: some for name, some in layers.items() if some}, before.labels, before.declared)


def any_of(rng, before, *layers):
    """(layer, number) of a random shape on one of the layers."""
    there = [(layer, number) for layer in layers for number in range(len(before.layers.get(layer, ())))]
    return there[rng.integers(len(there))] if there else None


def without(rng, before, *layers):
    layer, number = any_of(rng, before, *layers)
    return with_shapes(before, layer, before.layers[layer][:number] + before.layers[layer][number + 1:])


def pad_layers(before):
    return [layer for layer in net_oracle.PADS if layer in before.layers]


def upper_layers(before):
    """What stands on pads."""
    return [layer for layer in ("pi2", "ubm") if layer in before.layers]


def delete_upper(rng, before, kit):
    """An opening or a UBM; none in a technology without."""
    return without(rng, before, *upper_layers(before)) if upper_layers(before) else None


def delete_pad(rng, before, kit):
    return without(rng, before, *pad_layers(before))


def delete_via(rng, before, kit):
    return without(rng, before, kit.cut)


def delete_contact(rng, before, kit):
    return without(rng, before, "contact")


def delete_trace(rng, before, kit):
    """One of the longer shapes of the trace layer: not a capture pad."""
    long = [n for n, shape in enumerate(before.layers["rdl"]) if max(span(shape)) > 6 * UM * kit.scale]
    number = long[rng.integers(len(long))]
    return with_shapes(before, "rdl", before.layers["rdl"][:number] + before.layers["rdl"][number + 1:])


def span(shape):
    box = net_oracle.box_of(shape)
    return box[2] - box[0], box[3] - box[1]


def relabelled(before, labels):
    return Drawing(before.layers, labels, before.declared)


def delete_label(rng, before, kit):
    number = int(rng.integers(len(before.labels)))
    return relabelled(before, before.labels[:number] + before.labels[number + 1:])


def rename(rng, before, kit):
    """In capitals, with a trailing colon, or as another net."""
    number = int(rng.integers(len(before.labels)))
    name, x, y = before.labels[number]
    new = [name.upper(), name + ":", before.labels[rng.integers(len(before.labels))][0], "new"][rng.integers(4)]
    return relabelled(before, before.labels[:number] + [(new, x, y)] + before.labels[number + 1:])


def swap_labels(rng, before, kit):
    one, other = rng.integers(0, len(before.labels), 2)
    labels = list(before.labels)
    labels[one], labels[other] = (labels[other][0],) + labels[one][1:], (labels[one][0],) + labels[other][1:]
    return relabelled(before, labels)


def move_label(rng, before, kit):
    number = int(rng.integers(len(before.labels)))
    name, x, y = before.labels[number]
    return relabelled(before, before.labels[:number] + [(name, x + int(rng.choice([-1, 1])) * 9 * UM * kit.scale, y + 8 * UM * kit.scale)] + before.labels[number + 1:])


def swap_pads(rng, before, kit):
    """Two pads with their labels change places; the traces stay."""
    pads = [(layer, number) for layer in pad_layers(before) for number in range(len(before.layers[layer]))]
    if len(pads) < 2:
        return None
    one, other = (pads[i] for i in rng.choice(len(pads), 2, replace=False))
    places = [middle_of(before.layers[layer][number]) for layer, number in (one, other)]
    layers = {name: list(shapes) for name, shapes in before.layers.items()}
    for (layer, number), there, here in ((one, places[1], places[0]), (other, places[0], places[1])):
        layers[layer][number] = fresh(moved(layers[layer][number], there[0] - here[0], there[1] - here[1]))
    labels = [(name,) + (places[1] if (x, y) == places[0] else places[0] if (x, y) == places[1] else (x, y)) for name, x, y in before.labels]
    return Drawing(layers, labels, before.declared)


def middle_of(shape):
    left, bottom, right, top = net_oracle.box_of(shape)
    return (left + right) // 2, (bottom + top) // 2


def merge_nets(rng, before, kit):
    """A bridge from one pad or contact point to another."""
    a, b = (middle_of(before.layers[layer][number]) for layer, number in (any_of(rng, before, kit.cut, *pad_layers(before)) for _ in range(2)))
    if a == b:
        return None
    half = int(kit.trace_um * UM / 2)
    lying = (min(a[0], b[0]) - half, a[1] - half, max(a[0], b[0]) + half, a[1] + half)
    standing = (b[0] - half, min(a[1], b[1]) - half, b[0] + half, max(a[1], b[1]) + half)
    return with_shapes(before, "rdl", before.layers["rdl"] + [lying, standing])


def with_one_changed(rng, before, kit, change):
    """change(shape) instead of one shape of any layer."""
    layer, number = any_of(rng, before, kit.cut, "rdl", "contact", *upper_layers(before), *pad_layers(before))
    shapes = list(before.layers[layer])
    shapes[number] = fresh(change(shapes[number]))
    return with_shapes(before, layer, shapes)


def shift(rng, before, kit):
    step = grid_of(kit) * kit.scale * int(rng.choice([1, 200, 1000, 2000, 8000]))
    dx, dy = AXES[rng.integers(4)]
    return with_one_changed(rng, before, kit, lambda shape: moved(shape, dx * step, dy * step))


def off_grid(rng, before, kit):
    """By 1 dbu: every vertex off the grid is a fault."""
    return with_one_changed(rng, before, kit, lambda shape: moved(shape, *AXES[rng.integers(4)]))


def grow(rng, before, kit):
    by = grid_of(kit) * int(rng.choice([1, 10, 100, 1000])) * kit.scale
    return with_one_changed(rng, before, kit, lambda shape: faults.scaled(shape, by, grid_of(kit)))


def shrink(rng, before, kit):
    def smaller(shape):
        room = min(span(shape)) // 2 // grid_of(kit) - 1
        return faults.scaled(shape, -grid_of(kit) * min(room, int(rng.choice([1, 10, 100])) * kit.scale), grid_of(kit))
    return with_one_changed(rng, before, kit, smaller)


def grid_of(kit):
    return int(round(kit.tech.grid_um * UM))


def wrong_layer(rng, before, kit):
    layer, number = any_of(rng, before, kit.cut, "rdl", "contact", *upper_layers(before), *pad_layers(before))
    shape = before.layers[layer][number]
    rest = with_shapes(before, layer, before.layers[layer][:number] + before.layers[layer][number + 1:])
    other = str(rng.choice([name for name in (kit.cut, "rdl", "contact", "pad_power", "pad_ground", *upper_layers(before)) if name != layer]))
    return with_shapes(rest, other, list(rest.layers.get(other, [])) + [fresh(shape)])


def second_contact(rng, before, kit):
    """One more contact point with its via somewhere under a pad."""
    layer, number = any_of(rng, before, *pad_layers(before))
    x, y = middle_of(before.layers[layer][number])
    foot = tuple(c + by * UM * kit.scale for c, by in ((x, 3), (y, 3), (x, 4), (y, 4)))
    return with_shapes(with_shapes(before, kit.cut, before.layers[kit.cut] + [fresh(foot)]), "contact", before.layers["contact"] + [fresh(foot)])


def other_function(rng, before, kit):
    function, area = before.declared[0]
    others = [name for name in net_oracle.RIGHT_COUNTS if name != function]
    return Drawing(before.layers, before.labels, [(str(rng.choice(others)), area)])


AXES = ((1, 0), (-1, 0), (0, 1), (0, -1))
KINDS = (delete_pad, delete_upper, delete_via, delete_contact, delete_trace, delete_label, rename, swap_labels, move_label, swap_pads, merge_nets, shift, shrink, grow,
         off_grid, wrong_layer, second_contact, other_function)
ON_ONE_SHAPE = (shift, shrink, grow, off_grid)  # what the geometry rules say of these is compared, too


# the definition's answer

def expectations(drawing, kit):
    """[(rule, box, part of the text)] by net_oracle.py."""
    nets, loose = net_oracle.read_nets(drawing.layers, drawing.labels, kit.stack)
    together = dict(drawing.layers, pad=[shape for layer in pad_layers(drawing) for shape in drawing.layers[layer]])
    by_rule = {"NET.O.1": net_oracle.net_open(nets), "NET.S.1": net_oracle.net_short(nets), "NET.P.1": net_oracle.net_split(nets), "NET.L.1": net_oracle.label_on_metal(loose),
               "NET.N.1": net_oracle.net_names(drawing.labels), "NET.D.1": net_oracle.pad_spacing(drawing.layers, nets, *kit.spacing),
               "NET.V.1": net_oracle.vias_min(nets, "pad_power", 2), "NET.U.1": net_oracle.count_match(together, "pad", "ubm"), "FN.1": net_oracle.function_claims(nets, drawing.declared),
               "FN.D.1": net_oracle.fan_out_distance(nets, drawing.declared, UM)}
    mine = [rule["id"] for rule in kit.tech.rules]
    return [(rule, box, part) for rule, some in by_rule.items() if rule in mine for box, part in some]


def geometry_rules(kit):
    """Rules of single places; there is no die, and beside wide metal the oracle judges boxes alone."""
    return [rule for rule in kit.tech.rules if rule["check"] in GEOMETRY and rule["check"] not in ("die_clearance", "density_min", "density_max", "space_wide")]


def deck_answers(drawings, kit, folder, first=0):
    """For each drawing [(rule, box, text)], in its own coordinates; first: number of the first drawing; far pairs between drawings are left out."""
    if len(drawings) > AT_ONCE:
        return deck_answers(drawings[:AT_ONCE], kit, folder, first) + deck_answers(drawings[AT_ONCE:], kit, folder, first + AT_ONCE)
    rules = RULES + tuple(rule["id"] for rule in geometry_rules(kit))
    tile = 2_000_000 * kit.scale
    layout, path, report = new_layout(kit.tech, {}), os.path.join(folder, "faults.gds"), os.path.join(folder, "faults.lyrdb")
    for number, one in enumerate(drawings):
        dx, dy = number % COLUMNS * tile, number // COLUMNS * tile
        draw(layout.top_cell(), kit.tech, drawn(one.layers), dx, dy)
        draw(layout.top_cell(), kit.tech, {"label": [pya.Text(tagged(first + number, text), pya.Trans(x, y)) for text, x, y in one.labels]}, dx, dy)
        for function, area in one.declared:
            draw(layout.top_cell(), kit.tech, {"function": [pya.Box(*area), pya.Text(function, pya.Trans(area[0] + 10, area[1] + 10))]}, dx, dy)
    layout.write(path)
    run = run_deck(input=path, report=report, tech=kit.tech.name, family="geometry,nets")
    assert run.code in (0, 2), run.err
    found = [[] for _ in drawings]
    for marker in markers(report):
        if marker.rule not in rules or max(marker.box.width(), marker.box.height()) > tile // 2:
            continue
        centre = marker.box.center()
        number = round(centre.x / tile) + COLUMNS * round(centre.y / tile)
        x, y = number % COLUMNS * tile, number // COLUMNS * tile
        found[number].append((marker.rule, (marker.box.left - x, marker.box.bottom - y, marker.box.right - x, marker.box.top - y), marker.text))
    return found


def tagged(number, text):
    """Names are one drawing's own; the tag stands before the name, where no trap is looked for."""
    return "%d_%s" % (number, text)


def compared(number, drawing, found, kit):
    """(is it a fault?, what was missed or wrongly marked)"""
    expected = expectations(Drawing(drawing.layers, [(tagged(number, text), x, y) for text, x, y in drawing.labels], drawing.declared), kit)
    rest, missed = list(found), []
    for rule, box, part in expected:
        hit = next((m for m in rest if m[0] == rule and part in m[2] and max(abs(p - q) for p, q in zip(box, m[1])) <= 2), None)
        rest.remove(hit) if hit else missed.append((rule, box, part))
    return bool(expected), ["missed %s" % (m,) for m in missed] + ["wrongly marked %s" % (m,) for m in rest if m[0] in RULES]


def compared_shapes(drawing, found, kit):
    """The same by the geometry rules."""
    guilty, wrong = False, []
    for rule in geometry_rules(kit):
        verdicts = faults.verdicts(kit.tech, rule, drawing.layers, None)
        missed, false = missed_and_false(verdicts, [box for name, box, _ in found if name == rule["id"]], rule["check"] == "grid")
        guilty = guilty or bool(verdicts.guilty)
        wrong += ["%s: missed %s, wrongly marked %s" % (rule["id"], missed, false)] if missed or false else []
    return guilty, wrong


def run(kit, per_kind, seed, folder):
    rng = np.random.default_rng(seed)
    clean = [function(rng, kit) for function in FUNCTIONS for _ in range(max(4, per_kind))]
    clean_markers = [marker for found in deck_answers(clean, kit, folder) for marker in found]
    changed = [Fault(function, kind, put(rng, function, kind, kit)) for function in FUNCTIONS for kind in kinds_of(kit) for _ in range(per_kind)]
    injected, faulty, hits, said = Counter(), Counter(), Counter(), []
    for number, (fault, found) in enumerate(zip(changed, deck_answers([fault.drawing for fault in changed], kit, folder))):
        guilty, wrong = compared(number, fault.drawing, found, kit)
        if fault.kind in ON_ONE_SHAPE:
            guilty_shapes, wrong_shapes = compared_shapes(fault.drawing, found, kit)
            guilty, wrong = guilty or guilty_shapes, wrong + wrong_shapes
        name = "%s: %s" % (in_words(fault.function), in_words(fault.kind))
        injected[name] += 1
        faulty[name] += guilty
        hits[name] += guilty and not wrong
        said += ["seed %d, drawing %d (%s): %s\n  %s" % (seed, number, name, sentence, fault.drawing) for sentence in wrong]
    return Outcome(injected, faulty, hits, said, clean_markers)


def in_words(function):
    return function.__name__.replace("_", " ")


def kinds_of(kit):
    """Changes that fit the technology."""
    return [kind for kind in KINDS if kind is not delete_upper or kit.tech.of_kind("ubm")]


def put(rng, function, kind, kit):
    for _ in range(100):
        changed = kind(rng, function(rng, kit), kit)
        if changed:
            return changed
    raise AssertionError("no %s fits a %s" % (kind.__name__, function.__name__))


def main(per_kind):
    wrong = sum(table_of(kit, per_kind) for kit in KITS)
    print("every fault found, no false marker" if not wrong else "%d answers disagree with the definition" % wrong)
    return 1 if wrong else 0


def table_of(kit, per_kind):
    """Prints the table of one technology; returns how many answers are wrong."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(kit, per_kind, 1, folder)
    print("%-44s %9s %7s %7s" % ("layout: change on its nets (%s)" % kit.tech.name, "injected", "faults", "found"))
    for kind in outcome.injected:
        print("%-44s %9d %7d %7d" % (kind, outcome.injected[kind], outcome.faults[kind], outcome.found[kind]))
    print("%-44s %9d %7s %7d markers" % ("clean", len(FUNCTIONS) * max(4, per_kind), "-", len(outcome.clean_markers)))
    print("\n".join(outcome.said[:10] + [str(marker) for marker in outcome.clean_markers[:10]]), flush=True)
    return len(outcome.said) + len(outcome.clean_markers)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
