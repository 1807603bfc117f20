"""The deck and a brute-force reader of nets find the same guilty shapes in thousands of seeded random layouts of each kind.

Each layout stands in a tile of its own; one deck run checks thousands of them. Names carry the number of their tile,
because one name in two tiles would be a split net.
"""

import json
from collections import Counter, namedtuple

import numpy as np
import pya

from postpass import tech as technologies
from tests.deck.support import draw, markers, new_layout, run_deck

from . import net_oracle, random_nets
from .random_layouts import bars_beside, moved, scattered_boxes
from .test_oracle import PART, drawn, missed_and_false, seed_of

POSTPASS = technologies.load("postpass")
COLUMNS = 50

#: how many layouts, the kinds of rules that judge them
Trial = namedtuple("Trial", "count kinds")
TRIALS = {
    "nets": Trial(2400, ("net_open", "net_short", "net_split", "net_names", "label_on_metal", "count_match", "vias_min", "pad_spacing")),
    "feeds": Trial(2000, ("current_vias", "current_width")),
    "space by net": Trial(2000, ("space_different_net", "space_same_net")),
    "wide space by net": Trial(2000, ("space_different_net", "space_same_net")),
    "pads by net": Trial(2000, ("pad_spacing",)),
    "teardrops": Trial(2000, ("teardrop",)),
    "trace lengths": Trial(2000, ("trace_length_max",)),
    "groups": Trial(2400, ("function_claims", "fan_out_distance")),
}


def technology(folder, rules, wires=0):
    """postpass with these rules alone; with wires: direct connections from contact points over wire layers to pads."""
    record = json.load(open(POSTPASS.path))
    if wires:
        names = ["wire%d" % number for number in range(wires)]
        record["layers"] += [{"name": name, "gds": [100 + number, 0], "title": name, "kind": "metal"} for number, name in enumerate(names)]
        record["connectivity"] = [["contact", name] for name in names] + [[name, "pad"] for name in names]
    record["rules"] = [dict(rule, id=name, title=name, source="test") for name, rule in rules.items()]
    path = folder / "rules.json"
    path.write_text(json.dumps(dict(record, name="rules")))
    return str(path)


def in_tile(drawing, number, tile):
    """The drawing where it stands in the layout of all, its names made its own."""
    dx, dy = number % COLUMNS * tile, number // COLUMNS * tile
    layers = {name: [moved(shape, dx, dy) for shape in shapes] for name, shapes in drawing.layers.items()}
    labels = [("%d_%s" % (number, text), x + dx, y + dy) for text, x, y in drawing.labels]
    return random_nets.Drawing(layers, labels, [(function, moved(area, dx, dy)) for function, area in drawing.declared])


def tiles(name, draw_one, rules, tile):
    """The layouts of a trial, whose kinds are those of the rules."""
    assert {rule["check"] for rule in rules.values()} == set(TRIALS[name].kinds)
    rng = np.random.default_rng(seed_of(name))
    return [in_tile(draw_one(rng), number, tile) for number in range(int(TRIALS[name].count * PART))]


def deck_markers(drawings, rules, folder, wires=0):
    """{rule id: [(box, text)]}"""
    path = technology(folder, rules, wires)
    tech = technologies.load(path)
    layout = new_layout(tech, {})
    for drawing in drawings:
        draw(layout.top_cell(), tech, drawn(drawing.layers))
        draw(layout.top_cell(), tech, {"label": [pya.Text(text, pya.Trans(int(x), int(y))) for text, x, y in drawing.labels]})
        for function, area in drawing.declared:
            draw(layout.top_cell(), tech, {"function": [pya.Box(*area), pya.Text(function, pya.Trans(area[0] + 10, area[1] + 10))]})
    layout.write(str(folder / "nets.gds"))
    run = run_deck(input=folder / "nets.gds", report=folder / "nets.lyrdb", tech=path)
    assert run.code in (0, 2), run.err
    found = {name: [] for name in rules}
    for marker in markers(str(folder / "nets.lyrdb")):
        box = marker.box
        found[marker.rule].append(((box.left, box.bottom, box.right, box.top), marker.text))
    return found


def differences(expected, found):
    """Expectations (box, part of the text) without a marker, markers without an expectation; boxes may miss by a dbu."""
    at = {}
    for box, text in found:
        at.setdefault((round(box[0], -1), round(box[1], -1)), []).append((box, text))
    missed, used = [], Counter()
    for box, part in expected:
        near = [marker for dx in (-10, 0, 10) for dy in (-10, 0, 10) for marker in at.get((round(box[0], -1) + dx, round(box[1], -1) + dy), [])]
        hit = next((m for m in near if used[m] < found.count(m) and part in m[1] and max(abs(p - q) for p, q in zip(box, m[0])) <= 1), None)
        if hit is None:
            missed.append((box, part))
        else:
            used[hit] += 1
    return missed, list((Counter(found) - used).elements())


def compare(name, expected, found, count, broken):
    """broken: how many of the layouts have an expectation."""
    missed, false = differences(expected, found)
    print("%s: %d layouts, %d broken, %d markers" % (name, count, broken, len(found)))
    assert not missed and not false, "%s: missed by the deck: %s, only in the deck: %s" % (name, missed[:5], false[:5])
    assert count / 50 < broken < count * 49 / 50, "too few or too many of the layouts are broken"


NET_RULES = {
    "net_open": {"check": "net_open"}, "net_short": {"check": "net_short"}, "net_split": {"check": "net_split"}, "net_names": {"check": "net_names"},
    "label_on_metal": {"check": "label_on_metal"}, "count_match": {"check": "count_match", "layer": "contact", "to": "via"},
    "vias_min": {"check": "vias_min", "layer": "pad_power", "value": 2},
    "pad_spacing": {"check": "pad_spacing", "layer": "pad", "value_um": 8.0},
}


def answers(drawing):
    """{rule: expectations}"""
    nets, loose = net_oracle.read_nets(drawing.layers, drawing.labels)
    return {"net_open": net_oracle.net_open(nets), "net_short": net_oracle.net_short(nets), "net_split": net_oracle.net_split(nets),
            "net_names": net_oracle.net_names(drawing.labels), "label_on_metal": net_oracle.label_on_metal(loose),
            "count_match": net_oracle.count_match(drawing.layers, "contact", "via"), "vias_min": net_oracle.vias_min(nets, "pad_power", 2),
            "pad_spacing": net_oracle.pad_spacing(drawing.layers, nets, 8000, 0)}


def test_deck_and_oracle_read_the_same_nets(tmp_path):
    drawings = tiles("nets", random_nets.draw_nets, NET_RULES, 400_000)
    expected, broken = {name: [] for name in NET_RULES}, Counter()
    for drawing in drawings:
        for name, some in answers(drawing).items():
            expected[name] += some
            broken[name] += bool(some)
    found = deck_markers(drawings, NET_RULES, tmp_path)
    for name in NET_RULES:
        compare(name, expected[name], found[name], len(drawings), broken[name])


def test_deck_and_oracle_agree_on_currents(tmp_path):
    rules = {"vias": {"check": "current_vias", "layer": "pad_power", "to": "via", "current_ma": 20.0, "per_um2_ma": 5.0},
             "cuts": {"check": "current_vias", "layer": "pad_power", "to": "via", "current_ma": 20.0, "per_cut_ma": 10.0},
             "width": {"check": "current_width", "layer": "pad_power", "current_ma": 48.0, "per_um_ma": 16.0}}
    drawings = tiles("feeds", random_nets.draw_feeds, rules, 400_000)
    found = deck_markers(drawings, rules, tmp_path)
    vias, cuts, broken, few, narrow = [], [], 0, 0, 0
    by_tile = by_place(found["width"], 400_000)
    for number, drawing in enumerate(drawings):
        nets, _ = net_oracle.read_nets(drawing.layers)
        some = net_oracle.current_vias(nets, "pad_power", 20.0, 5.0)
        vias, broken = vias + some, broken + bool(some)
        some = net_oracle.current_cuts(nets, "pad_power", 20.0, 10.0)
        cuts, few = cuts + some, few + bool(some)
        verdicts = net_oracle.current_width(nets, "pad_power", 3000, 5)
        narrow += bool(verdicts.guilty)
        missed, false = missed_and_false(verdicts, by_tile.get(number, []), False)
        assert not missed and not false, (number, drawing, missed, false)
    compare("current_vias", vias, found["vias"], len(drawings), broken)
    compare("current_vias per cut", cuts, found["cuts"], len(drawings), few)
    print("current_width: %d layouts, %d broken" % (len(drawings), narrow))
    assert len(drawings) / 50 < narrow < len(drawings) * 49 / 50


def by_place(found, tile):
    """{number of the tile: [box]}"""
    places = {}
    for box, _ in found:
        number = round((box[0] + box[2]) / 2 / tile) + COLUMNS * round((box[1] + box[3]) / 2 / tile)
        places.setdefault(number, []).append(box)
    return places


def test_deck_and_oracle_agree_on_space_by_net(tmp_path):
    rules = {"different": {"check": "space_different_net", "layer": "metal", "value_um": 2.0}, "same": {"check": "space_same_net", "layer": "metal", "value_um": 2.0}}
    drawings = tiles("space by net", random_nets.draw_spaces(lambda rng: scattered_boxes(rng, 2000, 4)), rules, 200_000)
    found = deck_markers(drawings, rules, tmp_path)
    for name, same in (("different", False), ("same", True)):
        agree_by_tile(name, drawings, by_place(found[name], 200_000), lambda drawing, nets: net_oracle.space_by_net(
            drawing.layers, ("rdl",) + net_oracle.PADS, nets, 2000, 5, same))


def test_deck_and_oracle_agree_on_wide_space_by_net(tmp_path):
    wide = {"layer": "metal", "value_um": 2.0, "wider_than_um": 3.0, "run_longer_than_um": 6.0}
    rules = {"different": dict(wide, check="space_different_net"), "same": dict(wide, check="space_same_net")}
    drawings = tiles("wide space by net", random_nets.draw_spaces(lambda rng: bars_beside(rng, 2000, 3000, 6000)), rules, 200_000)
    found = deck_markers(drawings, rules, tmp_path)
    for name, same in (("different", False), ("same", True)):
        agree_by_tile(name, drawings, by_place(found[name], 200_000), lambda drawing, nets: net_oracle.wide_space_by_net(
            drawing.layers, ("rdl",) + net_oracle.PADS, nets, 2000, 3000, 6000, same))


def agree_by_tile(name, drawings, by_tile, judge):
    """The markers' boxes by tile are what judge(drawing, nets) says."""
    broken = 0
    for number, drawing in enumerate(drawings):
        verdicts = judge(drawing, net_oracle.read_nets(drawing.layers, drawing.labels)[0])
        broken += bool(verdicts.guilty)
        missed, false = missed_and_false(verdicts, by_tile.get(number, []), False)
        assert not missed and not false, (name, number, drawing, verdicts, by_tile.get(number), missed, false)
    print("%s: %d layouts, %d broken" % (name, len(drawings), broken))
    assert len(drawings) / 50 < broken < len(drawings) * 49 / 50


def test_deck_and_oracle_agree_on_pads_by_net(tmp_path):
    rules = {"pads": {"check": "pad_spacing", "layer": "pad", "value_um": 10.0, "pitch_um": 26.0}}
    drawings = tiles("pads by net", random_nets.draw_pads(10_000, 26_000), rules, 400_000)
    expected, broken = [], 0
    for drawing in drawings:
        some = net_oracle.pad_spacing(drawing.layers, net_oracle.read_nets(drawing.layers)[0], 10_000, 26_000)
        expected, broken = expected + some, broken + bool(some)
    compare("pad_spacing", expected, deck_markers(drawings, rules, tmp_path)["pads"], len(drawings), broken)


def test_deck_and_oracle_agree_on_teardrops(tmp_path):
    rules = {"drops": {"check": "teardrop", "layer": "rdl", "to": "pad", "value": 1.5, "length_um": 10.0}}
    drawings = tiles("teardrops", random_nets.draw_drops(1.5, 10_000), rules, 400_000)
    agree_by_tile("teardrop", drawings, by_place(deck_markers(drawings, rules, tmp_path)["drops"], 400_000), lambda drawing, nets: net_oracle.teardrop(
        drawing.layers, ("rdl",), net_oracle.PADS, 1.5, 10_000))


def test_deck_and_oracle_agree_on_trace_lengths(tmp_path):
    rules = {"length": {"check": "trace_length_max", "layer": "metal", "value_um": 150.0}}
    drawings = tiles("trace lengths", random_nets.draw_lengths(150_000), rules, 400_000)
    expected, broken = [], 0
    for drawing in drawings:
        some = net_oracle.trace_length_max(net_oracle.read_nets(drawing.layers)[0], 150_000)
        expected, broken = expected + some, broken + bool(some)
    compare("trace_length_max", expected, deck_markers(drawings, rules, tmp_path)["length"], len(drawings), broken)


def test_deck_and_oracle_agree_on_functions(tmp_path):
    """A net that is alone and undeclared in its tile has its nearest neighbour in another tile: such far pairs are left out."""
    rules = {"claims": {"check": "function_claims", "layer": "function"}, "distance": {"check": "fan_out_distance", "value_um": 5.0}}
    drawings = tiles("groups", random_nets.draw_group, rules, 4_000_000)
    wires = ["wire%d" % number for number in range(random_nets.WIRES)]
    stack = net_oracle.Stack(dict({"contact": ("contact",), "pad": net_oracle.PADS}, **{wire: (wire,) for wire in wires}),
                             [("contact", None, wire) for wire in wires] + [(wire, None, "pad") for wire in wires])
    expected, broken = {name: [] for name in rules}, Counter()
    for drawing in drawings:
        nets, _ = net_oracle.read_nets(drawing.layers, (), stack)
        for name, some in (("claims", net_oracle.function_claims(nets, drawing.declared)), ("distance", net_oracle.fan_out_distance(nets, drawing.declared, 5000))):
            expected[name] += some
            broken[name] += bool(some)
    found = deck_markers(drawings, rules, tmp_path, random_nets.WIRES)
    for name in rules:
        near = [(box, text) for box, text in found[name] if max(box[2] - box[0], box[3] - box[1]) < 2_000_000]
        compare(name, expected[name], near, len(drawings), broken[name])
