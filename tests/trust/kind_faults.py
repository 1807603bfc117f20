"""Faults for kinds of rules that no technology here has: a small technology with these rules, clean pieces of it, and changes put into them one at a time.

Shapes are those of outlines.py, in dbu; a piece is {layer: [shape]}: one die with its seal ring, pads, traces and fill. The oracle
tells which changes are faults.
"""

import json
import os
from collections import Counter, namedtuple

import numpy as np

from postpass import tech as technologies
from tests.deck.support import draw, markers, new_layout, run_deck

from . import faults, net_oracle, oracle
from .outlines import is_box
from .random_layouts import arc, circle_ring, moved, octagon
from .test_oracle import drawn, missed_and_false

TILE, COLUMNS, UM, GRID = 1_000_000, 20, 1000, 5
DIE = 300 * UM
NAMES = ("seal", "core", "pad", "metal", "contact", "via", "fill", "plane", "solid", "curve", "cover", "strap", "link", "gate", "active", "plate", "plug", "land")
KINDS_OF_LAYERS = {"die": "outline", "pad": "pad", "metal": "metal", "contact": "contact", "via": "cut"}
TABLE = (10, 10, 4), (20, 40, 8)  # wider than, run longer than, limit (um)
RULES = {
    "RING": {"check": "ring", "layer": "seal", "to": "core"}, "COUNT": {"check": "count", "layer": "pad", "to": "die", "least": 2, "most": 3},
    "CIRCLE.MIN": {"check": "width_min", "layer": "pad", "value_um": 40.0, "nominal": True}, "CIRCLE.MAX": {"check": "width_max", "layer": "pad", "value_um": 44.0, "nominal": True},
    "NEAR": {"check": "distance_max", "layer": "via", "to": "pad", "value_um": 140.0}, "LENGTH": {"check": "trace_length_max", "layer": "metal", "value_um": 150.0},
    "AREA.MIN": {"check": "area_min", "layer": "fill", "value_um2": 100.0}, "AREA.MAX": {"check": "area_max", "layer": "fill", "value_um2": 400.0},
    "EDGE": {"check": "edge_length_min", "layer": "fill", "value_um": 2.0}, "HOLE.MIN": {"check": "area_min", "layer": "plane", "value_um2": 25.0, "of": "holes"},
    "HOLE.MAX": {"check": "area_max", "layer": "plane", "value_um2": 100.0, "of": "holes"}, "HOLES": {"check": "no_holes", "layer": "solid"},
    "ANGLE": {"check": "angle", "layer": "curve", "value_deg": 45, "round": "arcs"},
    "DENSITY.MIN": {"check": "density_min", "layer": "cover", "to": "die", "value": 0.2}, "DENSITY.MAX": {"check": "density_max", "layer": "cover", "to": "die", "value": 0.4},
    "OVERLAP": {"check": "overlap_min", "layer": "strap", "to": "link", "value_um": 2.0}, "EXTENSION": {"check": "extension", "layer": "gate", "to": "active", "value_um": 2.0},
    "TABLE": {"check": "space_table", "layer": "plate", "limits": [{"wider_than_um": wider, "run_longer_than_um": run, "value_um": value} for wider, run, value in TABLE]},
    "SIDES": {"check": "enclosure", "layer": "plug", "by": "land", "value_um": 3.0, "other_sides_um": 1.0}}
STACK = net_oracle.Stack({"contact": ("contact",), "metal": ("metal",)}, [("contact", "via", "metal")])
#: what the definitions say of a piece, by rule
JUDGES = {
    "RING": lambda s: oracle.ring(s, "seal", "core"), "COUNT": lambda s: oracle.count(s, "pad", "die", 2, 3),
    "CIRCLE.MIN": lambda s: oracle.nominal(s, "pad", 40 * UM, 1, lambda s: oracle.width_min_closed(s, "pad", 40 * UM, 5)),
    "CIRCLE.MAX": lambda s: oracle.nominal(s, "pad", 44 * UM, -1, lambda s: oracle.width_max_closed(s, "pad", 44 * UM, 5)),
    "NEAR": lambda s: oracle.distance_max(s, "via", "pad", 140 * UM),
    "LENGTH": lambda s: oracle.Verdicts([box for box, _ in net_oracle.trace_length_max(net_oracle.read_nets(s, (), STACK)[0], 150 * UM)], []),
    "AREA.MIN": lambda s: oracle.area(s, "fill", lambda found: found < 100 * UM**2 - 1e-3), "AREA.MAX": lambda s: oracle.area(s, "fill", lambda found: found > 400 * UM**2 + 1e-3),
    "EDGE": lambda s: oracle.edge_length_min(s, "fill", 2 * UM), "HOLE.MIN": lambda s: oracle.hole_areas(s, "plane", lambda found: found < 25 * UM**2),
    "HOLE.MAX": lambda s: oracle.hole_areas(s, "plane", lambda found: found > 100 * UM**2), "HOLES": lambda s: oracle.no_holes(s, "solid"),
    "ANGLE": lambda s: oracle.angle_but_for_arcs(s, "curve", 45),
    "DENSITY.MIN": lambda s: oracle.density_min(s, "cover", s["die"], 0.2, 10**9, 10**9), "DENSITY.MAX": lambda s: oracle.density_max(s, "cover", s["die"], 0.4, 10**9, 10**9),
    "OVERLAP": lambda s: oracle.overlap_min(s, "strap", "link", 2 * UM, GRID), "EXTENSION": lambda s: oracle.extension(s, "gate", "active", 2 * UM),
    "TABLE": lambda s: oracle.space_table(s, "plate", [[length * UM for length in row] for row in TABLE]),
    "SIDES": lambda s: oracle.enclosure_by_sides(s, "plug", "land", 3 * UM, UM, GRID)}

#: counts by kind of change: injected, faults by the definition, found; broken: pieces by the rule that they break; said: sentences on what was missed or wrongly marked
Outcome = namedtuple("Outcome", "injected faults found broken said clean_markers")


def technology(folder):
    """The small technology, written to a folder and loaded."""
    layers = [{"name": name, "gds": [number, 0], "title": name, **({"kind": KINDS_OF_LAYERS[name]} if name in KINDS_OF_LAYERS else {})} for number, name in enumerate(("die", *NAMES), 1)]
    record = {"schema": 1, "name": "kinds", "title": "Kinds of rules that no technology here has", "dbu_um": 0.001, "grid_um": 0.005, "layers": layers,
              "connectivity": [["contact", "via", "metal"]], "rules": [dict(rule, id=name, title=rule["check"], source="test") for name, rule in RULES.items()]}
    path = os.path.join(folder, "kinds.json")
    with open(path, "w") as file:
        json.dump(record, file)
    return technologies.load(path)


# clean pieces

def clean_piece(rng):
    """One die, at or within every limit."""
    def between(low, high):
        """A length (um, in dbu on the grid): one of the limits, or anything between."""
        return int(rng.choice([low * UM, high * UM, 5 * rng.integers(low * UM // 5, high * UM // 5)]))
    piece = {name: [] for name in ("die", *NAMES)}
    piece["die"].append((0, 0, DIE, DIE))
    piece["seal"] += framed((5 * UM, 5 * UM, DIE - 5 * UM, DIE - 5 * UM), 10 * UM)
    piece["core"].append((20 * UM, 20 * UM, DIE - 20 * UM, DIE - 20 * UM))
    for number in range(int(rng.integers(2, 4))):
        x, size = (70 + 80 * number) * UM, between(40, 44) // 10 * 10
        piece["pad"].append(moved(circle_ring(size, 64, 0), x, 200 * UM + size // 2))
        foot = 200 * UM - between(44, 144)
        piece["metal"].append((x - 2 * UM, foot, x + 2 * UM, min(foot + between(100, 150), 230 * UM)))
        for layer in ("contact", "via"):
            piece[layer].append((x - 2 * UM, foot, x + 2 * UM, foot + 4 * UM))
    for number in range(6):
        side = between(10, 20)
        piece["fill"].append((number * 40 * UM, 0, number * 40 * UM + side, side))
    hole = between(5, 10)
    piece["plane"] += framed((0, 0, hole + 20 * UM, hole + 20 * UM), 10 * UM)
    piece["solid"] += [(0, 0, 60 * UM, 10 * UM), (50 * UM, 10 * UM, 60 * UM, 60 * UM), (0, 10 * UM, 10 * UM, 60 * UM)]
    pad = [(int(round(x)), int(round(y))) for x, y in arc(8000, 32, 2, 30)]
    piece["curve"] += [[*pad, (30 * UM, pad[-1][1]), (30 * UM, pad[0][1])], moved(octagon(20 * UM), 50 * UM, 0)]
    piece["cover"].append((10 * UM, 10 * UM, 210 * UM, 10 * UM + between(90, 180)))
    height, shared = between(2, 6), between(2, 6)
    piece["strap"].append((0, 0, 20 * UM, height))
    piece["link"].append((20 * UM - shared, -between(0, 4), 40 * UM, height + between(0, 4)))
    for x in (0, 40 * UM):
        piece["active"].append((x, 0, x + 20 * UM, 10 * UM))
        piece["gate"].append((x + 8 * UM, -between(2, 4), x + 12 * UM, 10 * UM + between(2, 4)))
    pairs = [(between(4, 10), 60, between(1, 10)), (between(11, 20), 60, between(4, 10)), (between(21, 30), 40, between(4, 10)), (between(21, 30), 60, between(8, 10))]
    for number, (width, length, gap) in enumerate(pairs):
        x, y = number % 2 * 100 * UM, number // 2 * 100 * UM
        piece["plate"] += [(left, y, left + width, y + length * UM) for left in (x, x + width + gap)]
    for x, (dx, dy) in ((0, (between(3, 4), between(1, 4))), (40 * UM, (between(1, 4), between(3, 4)))):
        piece["plug"].append((x, 0, x + 10 * UM, 10 * UM))
        piece["land"].append((x - dx, -dy, x + 10 * UM + dx, 10 * UM + dy))
    return piece


def framed(box, width):
    """Four boxes that touch, around the hole of a frame."""
    left, bottom, right, top = box
    return [(left, bottom, left + width, top), (right - width, bottom, right, top), (left + width, bottom, right - width, bottom + width), (left + width, top - width, right - width, top)]


# faults: each takes (rng, tech, layers, layer, number of the shape) and returns the shapes that replace it: {layer: [shape]}, or None

def only_boxes(change):
    def changed(rng, tech, layers, layer, number):
        return {layer: change(rng, layers[layer][number])} if is_box(layers[layer][number]) else None
    changed.__name__ = change.__name__
    return changed


@only_boxes
def cut_in_two(rng, box):
    left, bottom, right, top = box
    gap, middle = 5 * int(rng.choice([1, 2, 100])), (left + right) // 2 // 5 * 5
    return [(left, bottom, middle, top), (middle + gap, bottom, right, top)]


@only_boxes
def pierce(rng, box):
    """A hole in its middle."""
    width = 5 * ((min(box[2] - box[0], box[3] - box[1]) // 2 - 50) // 5) // int(rng.choice([1, 2]))
    return framed(box, width // 5 * 5)


@only_boxes
def jog(rng, box):
    """A part of one side moves out by some steps."""
    left, bottom, right, top = box
    return [box, (left, top, (left + right) // 2 // 5 * 5, top + 5 * int(rng.choice([1, 10, 399, 400, 1000])))]


@only_boxes
def longer(rng, box):
    left, bottom, right, top = box
    step = 5 * int(rng.choice([1, 10, 1000, 8000]))
    return [(left, bottom, right + step, top) if right - left > top - bottom else (left, bottom, right, top + step)]


def copy(rng, tech, layers, layer, number):
    """One more, beside the first."""
    shape = layers[layer][number]
    left, _, right, _ = oracle.box_of(shape)
    return {layer: [shape, moved(shape, right - left + 5 * int(rng.choice([0, 1, 100])), 0)]} if is_box(shape) else {layer: [shape, moved(shape, 0, 60 * UM)]}


def slant(rng, tech, layers, layer, number):
    """One corner of a curve moves; on a round pad it would make a tip, whose width the oracle does not judge."""
    ring = layers[layer][number]
    if is_box(ring) or layer == "pad":
        return None
    ring, corner = list(ring), int(rng.integers(len(ring)))
    ring[corner] = (ring[corner][0] + 5 * int(rng.choice([-400, -2, 2, 400])), ring[corner][1])
    return {layer: [ring]}


CHANGES = (faults.shift, faults.grow, faults.shrink, faults.delete, cut_in_two, pierce, jog, longer, copy, slant)


def changed_piece(rng, tech, change):
    """A clean piece with one change that the oracle can judge; None where it does not fit."""
    layers = clean_piece(rng)
    layer = str(rng.choice(NAMES))
    number = int(rng.integers(len(layers[layer])))
    instead = change(rng, tech, layers, layer, number)
    if instead is None:
        return None
    layers[layer] = layers[layer][:number] + layers[layer][number + 1:] + instead.get(layer, [])
    return layers if faults.judgeable(tech, layers) else None


def changed_pieces(rng, tech, per_kind):
    """[(name of the change, piece)]"""
    found = []
    for change in CHANGES:
        while sum(name == change.__name__ for name, _ in found) < per_kind:
            piece = changed_piece(rng, tech, change)
            found += [(change.__name__, piece)] if piece else []
    return found


# the deck's answers

def boxes_by_piece(tech, pieces, folder, **variables):
    """One deck run with a tile for each piece: [{rule id: [box]}]"""
    layout, report = new_layout(tech, {}), os.path.join(folder, "kinds.lyrdb")
    for number, layers in enumerate(pieces):
        draw(layout.top_cell(), tech, drawn(layers), number % COLUMNS * TILE, number // COLUMNS * TILE)
    layout.write(os.path.join(folder, "kinds.gds"))
    run = run_deck(input=os.path.join(folder, "kinds.gds"), report=report, tech=tech.path, **variables)
    assert run.code in (0, 2), run.err
    found = [{} for _ in pieces]
    for marker in markers(report):
        column, row = (round((middle - DIE / 2) / TILE) for middle in (marker.box.center().x, marker.box.center().y))
        box = marker.box.moved(-column * TILE, -row * TILE)
        found[column + COLUMNS * row].setdefault(marker.rule, []).append((box.left, box.bottom, box.right, box.top))
    return found


def run(per_kind, seed, folder, **variables):
    """variables: of the deck, as mode."""
    rng, tech = np.random.default_rng(seed), technology(folder)
    clean = [clean_piece(rng) for _ in range(max(20, per_kind))]
    clean_markers = ["%s in %s" % (one, piece) for one, piece in zip(boxes_by_piece(tech, clean, folder, **variables), clean) if one]
    pieces = changed_pieces(rng, tech, per_kind)
    outcome = Outcome(Counter(), Counter(), Counter(), Counter(), [], clean_markers)
    for (name, layers), found in zip(pieces, boxes_by_piece(tech, [layers for _, layers in pieces], folder, **variables)):
        guilty, wrong = [], []
        for rule, judge in JUDGES.items():
            verdicts = judge(layers)
            missed, false = missed_and_false(verdicts, found.get(rule, []), False)
            guilty += [rule] if verdicts.guilty else []
            wrong += ["%s, seed %d: %s: missed %s, wrongly marked %s\n  %s" % (name, seed, rule, missed, false, layers)] if missed or false else []
        outcome.injected[name] += 1
        outcome.broken.update(guilty)
        outcome.faults[name] += bool(guilty)
        outcome.found[name] += bool(guilty) and not wrong
        outcome.said.extend(wrong)
    return outcome
