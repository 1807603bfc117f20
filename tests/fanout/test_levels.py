"""Nets that one level of metal cannot embed use the next, with vias; what is drawn passes the real deck."""

import dataclasses
import json
import os
import time

import numpy as np
import pya
import pytest

from postpass import tech as technologies
from postpass.draw import drawing
from postpass.fanout import batch, netlist
from postpass.fanout import command as fanout
from postpass.routing import Cancelled, Level, LevelNet, LevelProblem, LevelTerminal, Obstacle, ProblemError, Via, route_levels
from postpass.tech import metal_levels

from .drawn import ROOT, errors_of, outline

TWO_LEVEL = technologies.load("wlcsp_two_level")


def square(x, y, size):
    return np.array([(x - size / 2, y - size / 2), (x + size / 2, y - size / 2), (x + size / 2, y + size / 2), (x - size / 2, y + size / 2)])


def crossing(count=2, levels=2, pad_level=0, room=True):
    """Contact points in a row and their pads in the opposite order, in a die too low to go around them."""
    nets = [LevelNet("n%d" % k, [LevelTerminal("c%d" % k, "contact", {0: [square(40 + 80 * k, 80, 50)]}),
                                 LevelTerminal("p%d" % k, "pad", {pad_level: [square(40 + 80 * (count - 1 - k), 520, 60)]})]) for k in range(count)]
    die = (0, 40, 80 * count, 560)
    vias = [Via("v%d" % k, 20, 40 if room else 700, 40, [], {k: 10}) for k in range(levels - 1)]
    return LevelProblem([Level("m%d" % k, die, 10, 10) for k in range(levels)], vias, nets)


def test_of_two_crossing_nets_one_moves_up():
    result = route_levels(crossing())
    assert result.complete and sorted(result.home.values()) == [0, 1]
    moved = next(net for net, level in result.home.items() if level == 1)
    assert [via.net for via in result.vias] == [moved, moved]
    assert {level for net, level, _, _ in result.routes if net == moved} == {1}  # the vias are inside its terminals


def test_what_the_second_level_cannot_embed_moves_to_the_third():
    problem = crossing(2, 3)
    problem.levels[0].obstacles.append(Obstacle(square(80, 300, 300)))  # a wall, and one with a gap for one trace
    problem.levels[1].obstacles += [Obstacle(square(-20, 300, 160)), Obstacle(square(180, 300, 160))]
    result = route_levels(problem)
    assert result.complete and sorted(result.home.values()) == [1, 2]
    two_levels = LevelProblem(problem.levels[:2], problem.vias[:1], problem.nets)
    short = route_levels(two_levels)
    assert len(short.failures) == 1 and short.failures[0].net in ("n0", "n1") and "on level m1" in short.failures[0].reason


@pytest.mark.parametrize("number", [0, 1, 2])
def test_nets_run_on_the_chosen_level_alone(number):
    problem = crossing(2, 3, pad_level=1)
    for level in problem.levels:
        level.traces = level.name == "m%d" % number
    problem.nets = problem.nets[:1]
    result = route_levels(problem)
    assert result.complete and result.home == {"n0": number}
    assert sorted(via.via for via in result.vias) == {0: [0], 1: [0], 2: [0, 1, 1]}[number]  # up from the contact point on m0, down to the pad on m1
    assert {level for _, level, _, _ in result.routes} == {number}


def test_a_level_without_traces_is_passed_over():
    problem = crossing(2, 3)
    problem.levels[1].traces = False
    result = route_levels(problem)
    assert result.complete and sorted(result.home.values()) == [0, 2]
    assert sorted(via.via for via in result.vias) == [0, 0, 1, 1]


def test_of_crossing_nets_one_stays_open_on_one_level_of_two():
    problem = crossing()
    problem.levels[1].traces = False
    result = route_levels(problem)
    assert len({failure.net for failure in result.failures}) == 1 and set(result.home.values()) == {0}


def test_some_level_has_traces():
    problem = crossing()
    with pytest.raises(ProblemError, match="no level may have traces"):
        LevelProblem([dataclasses.replace(level, traces=False) for level in problem.levels], problem.vias, problem.nets)


def test_pads_on_the_upper_level_get_one_via_each():
    result = route_levels(crossing(2, 2, pad_level=1))
    assert result.complete and sorted(via.net for via in result.vias) == ["n0", "n1"]


def test_traces_of_a_level_keep_their_space_and_miss_foreign_vias():
    """Brute force on the metal of each level: different nets are at least the spacing apart."""
    problem = crossing(3, 2)
    result = route_levels(problem)
    for level in range(2):
        metal = {}
        for net in problem.nets:
            region = metal.setdefault(net.name, pya.Region())
            for terminal in net.terminals:
                for polygon in terminal.shapes.get(level, ()):
                    region.insert(pya.Polygon([pya.Point(int(x * 1000), int(y * 1000)) for x, y in polygon]))
        for net, number, width, path in result.routes:
            if number == level:
                metal[net].insert(pya.Path([pya.Point(int(round(x * 1000)), int(round(y * 1000))) for x, y in path], int(width * 1000)).polygon())
        for via in result.vias:
            metal[via.net].insert(pya.DBox(via.x - 20, via.y - 20, via.x + 20, via.y + 20).to_itype(0.001))
        names = sorted(metal)
        for k, one in enumerate(names):
            for other in names[k + 1:]:
                near = metal[one].separation_check(metal[other], 9500)  # mitred corners reach past the router's round ones
                assert near.count() == 0 and (metal[one] & metal[other]).is_empty(), (level, one, other)


def test_a_via_without_a_place_is_named():
    result = route_levels(crossing(room=False))
    assert not result.complete and len(result.failures) == 1 and result.failures[0].net in ("n0", "n1")


def test_capture_pads_wider_than_the_die_are_not_searched_for():
    """Rings of places around a pad 0.2 m wide would take minutes."""
    problem = crossing(room=False)
    problem.vias[0].lower = problem.vias[0].upper = 200000.0
    start = time.process_time()
    result = route_levels(problem)
    assert not result.complete and time.process_time() - start < 10


def test_a_pad_that_no_via_can_reach_is_named_with_its_place():
    result = route_levels(crossing(2, 2, pad_level=1, room=False))
    assert not result.complete
    assert any("no legal place for a via between m0 and m1 near" in failure.reason for failure in result.failures)


def test_several_levels_are_routed_the_same_every_time():
    one, other = (route_levels(crossing()) for _ in range(2))
    assert one.routes == other.routes and one.vias == other.vias


def test_several_levels_can_be_cancelled_and_tell_the_level():
    class Impatient:
        stages = []

        def progress(self, stage, done, total):
            self.stages.append(stage)

        def cancelled(self):
            return len(self.stages) > 2
    with pytest.raises(Cancelled):
        route_levels(crossing(4), Impatient())
    assert Impatient.stages[0] == "placing vias" and Impatient.stages[1].startswith("m0, ")


def test_levels_and_vias_must_fit():
    with pytest.raises(ProblemError, match="2 levels need 1 kinds of vias between them, not 0"):
        LevelProblem([Level("a", (0, 0, 1, 1), 1, 1), Level("b", (0, 0, 1, 1), 1, 1)], [], [])
    with pytest.raises(ProblemError, match="terminal 'p' is on no level"):
        LevelProblem([Level("a", (0, 0, 1, 1), 1, 1)], [], [LevelNet("n", [LevelTerminal("p", "pad", {3: []})])])


def test_levels_follow_from_the_connectivity():
    assert [level.trace for level in metal_levels.levels(technologies.load("wlcsp"))] == ["rdl"]
    assert metal_levels.levels(TWO_LEVEL) == [("rdl", "rdl", "pi12"), ("metal", "rdl2", None)]
    assert metal_levels.cut_distances_um(TWO_LEVEL, "pi12") == {"pi1": 25.0, "pi2": 25.0, "pi12": 10.0}
    assert metal_levels.keepouts_of(TWO_LEVEL, metal_levels.levels(TWO_LEVEL)[0]) == ["keepout"]


def bumps(tech, count=3):
    """Chip pads in a row, their balls in the opposite order; on the first level traces cannot go around the balls' vias."""
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    cell = layout.create_cell("TOP")
    for k in range(count):
        drawing.draw_via(cell, tech, "pi1", 35, 500 * k, 60, contact=True)
        drawing.draw_pad(cell, tech, "signal", "octagon", 270, 500 * (count - 1 - k), 800, openings=True)
        drawing.draw_label(cell, tech, "n%d" % k, 500 * k, 60)
        drawing.draw_label(cell, tech, "n%d" % k, 500 * (count - 1 - k), 800)
    right = 500 * (count - 1) + 200
    outline(cell, tech, "die", -200, 0, right, 1000)
    outline(cell, tech, "keepout", -200, 560, right, 1000)
    return layout, cell


def test_crossing_nets_of_a_bumped_chip_pass_the_deck(tmp_path):
    layout, cell = bumps(TWO_LEVEL)
    report = fanout.fan_out(cell, TWO_LEVEL, width_um=60.0, teardrops=True)
    assert report.severity is None and "traces and 3 vias between levels; on rdl2: n" in report.messages[0], report
    assert report.counts["pi12"] == 3
    errors, summary = errors_of(layout, TWO_LEVEL, tmp_path)
    assert errors == []
    assert [net["function"] for net in summary["nets"]] == ["one to one"] * 3


def postpass_with(folder, extra_levels):
    """A variant of postpass with further metals above its pads, each with a via: written to a file, loaded."""
    layers, connectivity, rules = [], [["contact", "via", "metal"]], []
    below = "metal"
    for number in range(2, 2 + extra_levels):
        cut, metal = "via%d" % number, "rdl%d" % number
        layers += [{"name": cut, "gds": [100 + number, 0], "title": cut, "kind": "cut", "cuts": ["polymer"]},
                   {"name": metal, "gds": [200 + number, 0], "title": metal, "kind": "metal"}]
        connectivity.append([below, cut, metal])
        rules += [{"id": cut + ".W", "check": "width_min", "layer": cut, "value_um": 2.0}, {"id": cut + ".S", "check": "space", "layer": cut, "value_um": 2.0},
                  {"id": cut + ".E1", "check": "enclosure", "layer": cut, "by": below, "value_um": 1.0},
                  {"id": cut + ".E2", "check": "enclosure", "layer": cut, "by": metal, "value_um": 1.0},
                  {"id": metal + ".W", "check": "width_min", "layer": metal, "value_um": 2.0}, {"id": metal + ".S", "check": "space", "layer": metal, "value_um": 2.0, "notch_deg": 45},
                  {"id": metal + ".A", "check": "corner_min", "layer": metal, "value_deg": 90}, {"id": metal + ".D", "check": "die_clearance", "layer": metal, "to": "die", "value_um": 10.0}]
        below = metal
    record = {"schema": 1, "based_on": os.path.join(ROOT, "tech", "postpass", "postpass.json"), "name": "taller", "title": "Taller", "layers": layers,
              "connectivity": connectivity, "rules": [dict(rule, title=rule["id"], source="test") for rule in rules]}
    path = os.path.join(str(folder), "taller.json")
    with open(path, "w") as file:
        json.dump(record, file)
    return technologies.load(path)


@pytest.mark.parametrize("extra_levels, complete", [(0, False), (1, True), (2, True)])
def test_jumpers_above_the_pads_pass_the_deck(tmp_path, extra_levels, complete):
    """Pads and contact points on the first level: a moved net goes up by a via and down by another, whatever the technology's levels are."""
    tech = postpass_with(tmp_path, extra_levels)
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    cell = layout.create_cell("TOP")
    for k in range(3):
        for x, y, draw in ((20 * k, 0, lambda x, y: drawing.draw_via(cell, tech, "via", 2.0, x, y)),
                           (40 * (1 - k) + 20, 70, lambda x, y: drawing.draw_pad(cell, tech, "signal", "octagon", 19.0, x, y))):
            draw(x, y)
            drawing.draw_label(cell, tech, "n%d" % k, x, y)
    outline(cell, tech, "die", -40, -12.5, 80, 89.6)
    report = fanout.fan_out(cell, tech, width_um=3.0)
    assert (report.severity is None) == complete, report
    if complete:
        errors, _ = errors_of(layout, tech, tmp_path)
        assert errors == []
        assert report.counts["via2"] >= 2 and "vias between levels" in report.messages[0]


def test_what_is_joined_over_two_levels_stays(tmp_path):
    layout, cell = bumps(TWO_LEVEL, 2)
    fanout.fan_out(cell, TWO_LEVEL, width_um=20.0)
    with pytest.raises(fanout.CommandError, match="Nothing to fan out"):
        fanout.fan_out(cell, TWO_LEVEL, width_um=20.0)

def test_a_via_cost_of_the_command_line_reaches_the_router(tmp_path, capsys):
    """Contact point and pad on the first level, with metal between them: over it by two vias, or around it where these cost more than the way."""
    tech = postpass_with(tmp_path, 1)
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    cell = layout.create_cell("TOP")
    drawing.draw_via(cell, tech, "via", 2.0, 0, 0)
    drawing.draw_pad(cell, tech, "signal", "octagon", 19.0, 140, 0)
    for x in (0, 140):
        drawing.draw_label(cell, tech, "n", x, 0)
    cell.shapes(drawing.ensure_layer(layout, tech, "rdl")).insert(pya.DBox(60, -50, 70, 50))
    outline(cell, tech, "die", -40, -120, 200, 120)
    layout.write(str(tmp_path / "in.gds"))

    def run(cost, name):
        code = batch.main({"input": str(tmp_path / "in.gds"), "output": str(tmp_path / name), "tech": str(tmp_path / "taller.json"), "width": "3", "via_cost": cost})
        return code, capsys.readouterr()
    cheap, dear, wrong = run("0", "cheap.gds"), run("500", "dear.gds"), run("-1", "wrong.gds")
    assert cheap[0] == 0 and "2 vias between levels; on rdl2: n" in cheap[1].out
    assert dear[0] == 0 and "between levels" not in dear[1].out
    assert wrong[0] == 1 and "via_cost must be a length in um, 0 or from" in wrong[1].err and not (tmp_path / "wrong.gds").exists()


@pytest.mark.parametrize("level", ["rdl", "rdl2"])
def test_level_of_the_command_line_says_where_the_traces_run(tmp_path, capsys, level):
    """Contact points on the first level, pads on the second: one via each, at the contact point or at the pad."""
    layout, cell = bumps(TWO_LEVEL, 2)
    cell.shapes(layout.layer(*TWO_LEVEL.layers["keepout"]["gds"])).clear()
    layout.write(str(tmp_path / "in.gds"))
    code = batch.main({"input": str(tmp_path / "in.gds"), "output": str(tmp_path / "out.gds"), "tech": "wlcsp_two_level", "width": "20", "level": level})
    assert code == 0 and "2 vias between levels; all on %s" % level in capsys.readouterr().out
    found = pya.Layout()
    found.read(str(tmp_path / "out.gds"))
    long = {name: [shape for shape in found.top_cell().shapes(found.layer(*TWO_LEVEL.layers[name]["gds"])).each() if max(shape.bbox().width(), shape.bbox().height()) > 150000]
            for name in ("rdl", "rdl2")}
    assert [name for name, shapes in long.items() if shapes] == [level]
    errors, _ = errors_of(found, TWO_LEVEL, tmp_path)
    assert errors == []


def test_an_unknown_level_is_refused(tmp_path, capsys):
    layout, _ = bumps(TWO_LEVEL, 2)
    layout.write(str(tmp_path / "in.gds"))
    code = batch.main({"input": str(tmp_path / "in.gds"), "output": str(tmp_path / "out.gds"), "tech": "wlcsp_two_level", "level": "rdl, m9"})
    assert code == 1 and capsys.readouterr().err == "ERROR: technology wlcsp_two_level has no level of traces 'm9': known are rdl, rdl2\n"
    assert not (tmp_path / "out.gds").exists()


def test_a_pair_is_side_by_side_on_the_level_that_is_chosen(tmp_path):
    tech = postpass_with(tmp_path, 1)
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    cell = layout.create_cell("TOP")
    lines = ["net,x_um,y_um,pair"]
    for number, y in enumerate((0, 24)):
        drawing.draw_via(cell, tech, "via", 2.0, 0, y)
        drawing.draw_pad(cell, tech, "signal", "octagon", 19.0, 240, y)
        lines += ["n%d,%d,%d,clk" % (number, x, y) for x in (0, 240)]
    outline(cell, tech, "die", -40, -120, 300, 120)
    (tmp_path / "nets.csv").write_text("\n".join(lines) + "\n")
    entries = netlist.read(str(tmp_path / "nets.csv"))
    with pytest.raises(fanout.CommandError, match="choose the level that all contact points and pads are on"):
        fanout.fan_out(cell, tech, width_um=3.0, entries=entries)
    report = fanout.fan_out(cell, tech, width_um=3.0, entries=entries, levels=["rdl"])
    assert report.severity is None and any("Pair 'clk': side by side" in message for message in report.messages)
