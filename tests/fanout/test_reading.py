"""What the cell reader takes for nets, obstacles and keep-outs; the drawn answers are proved by the real deck."""

import re

import pya
import pytest

from postpass.draw import drawing
from postpass.draw.choices import CommandError, FanOutChoices
from postpass.fanout import command as fanout
from postpass.fanout import netlist
from postpass.messages import gap_percent

from .drawn import POSTPASS, errors_of, outline, place, ring


def new_cell(pads=(), vias=(), die=(-100, -100, 200, 200)):
    """pads and vias: [(x_um, y_um, name or None)]."""
    layout = pya.Layout()
    layout.dbu = POSTPASS.dbu_um
    cell = layout.create_cell("TOP")
    for places, draw in ((pads, lambda x, y: drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, x, y)),
                         (vias, lambda x, y: drawing.draw_via(cell, POSTPASS, "via", 1.2, x, y))):
        for x_um, y_um, name in places:
            draw(x_um, y_um)
            if name:
                drawing.draw_label(cell, POSTPASS, name, x_um, y_um)
    outline(cell, POSTPASS, "die", *die)
    return layout, cell


def entry(net, x_um, y_um, kind=None, width_um=None, space_um=None, line=2):
    return netlist.Entry(net, x_um, y_um, kind, None, width_um, space_um, "nets.csv, line %d" % line)


def traces_of(cell):
    """Merged trace metal, without capture pads and pads."""
    region = pya.Region(cell.begin_shapes_rec(cell.layout().layer(52, 0)))
    return region.merged()


def crosses(cell, box):
    return not (traces_of(cell) & pya.Region(box.to_itype(0.001))).is_empty()


def test_a_trace_goes_around_a_keep_out(tmp_path):
    layout, cell = new_cell([(100, 0, "a")], [(0, 0, "a")])
    forbidden = pya.DBox(40, -40, 60, 30)
    cell.shapes(drawing.ensure_layer(layout, POSTPASS, "keepout")).insert(forbidden)
    assert fanout.fan_out(cell, POSTPASS, 3.2).severity is None
    assert not crosses(cell, forbidden)
    errors, summary = errors_of(layout, POSTPASS, tmp_path)
    assert errors == [] and "KO.S.1" in {rule["id"] for rule in summary["rules"]}


def test_metal_in_a_keep_out_is_an_error(tmp_path):
    layout, cell = new_cell([(100, 0, "a")], [(0, 0, "a")])
    fanout.fan_out(cell, POSTPASS, 3.2)
    cell.shapes(drawing.ensure_layer(layout, POSTPASS, "keepout")).insert(pya.DBox(40, -40, 60, 30))
    errors, _ = errors_of(layout, POSTPASS, tmp_path)
    assert [marker.rule for marker in errors] == ["KO.S.1"]


def test_drawn_metal_of_any_shape_is_an_obstacle(tmp_path):
    """An L, a ring with everything inside it, and a bent path: a hull or box around them would cover terminals."""
    layout, cell = new_cell([(100, 0, "a"), (100, 80, "b")], [(0, 0, "a"), (0, 60, "b")])
    rdl = cell.shapes(drawing.ensure_layer(layout, POSTPASS, "rdl"))
    ring_ = pya.Region(pya.DBox(-80, -80, 180, 180).to_itype(0.001)) - pya.Region(pya.DBox(-75, -75, 175, 175).to_itype(0.001))
    rdl.insert(ring_)
    rdl.insert(pya.DPath([pya.DPoint(50, 30), pya.DPoint(50, -40), pya.DPoint(130, -40)], 4.0))
    report = fanout.fan_out(cell, POSTPASS, 3.2)
    assert report.severity is None, report
    errors, summary = errors_of(layout, POSTPASS, tmp_path)
    assert [marker.rule for marker in errors if marker.rule != "NET.O.1"] == []  # the obstacles belong to no net
    assert sorted(net["net"] for net in summary["nets"] if net["function"] == "one to one") == ["a", "b"]


def test_unassigned_pads_and_contact_points_are_obstacles(tmp_path):
    """A free pad stands straight between contact point and pad, and there is no free contact point for it."""
    layout, cell = new_cell([(100, 0, "a"), (50, 0, None)], [(0, 0, "a")])
    assert fanout.fan_out(cell, POSTPASS, 3.2).severity is None
    errors, summary = errors_of(layout, POSTPASS, tmp_path)
    assert [marker.rule for marker in errors] == ["NET.O.1"]  # the free pad stays open
    assert {net["net"]: net["function"] for net in summary["nets"]}["a"] == "one to one"


def test_a_spare_pad_of_a_relocation_is_an_obstacle(tmp_path):
    layout, cell = new_cell([(100, 0, None), (0, 50, None), (50, 3, None)], [(0, 0, None), (5, 5, None)])
    report = fanout.fan_out(cell, POSTPASS, 2.0)
    assert report.severity is None and report.messages[0].startswith("Drew 2 traces.")
    errors, _ = errors_of(layout, POSTPASS, tmp_path)
    assert [marker.rule for marker in errors] == ["NET.O.1"]


def test_a_partly_drawn_net_is_continued_not_doubled(tmp_path):
    """A stub on the contact point, a loose piece with the net's name, and a pad: two traces join them, the drawn stays."""
    layout, cell = new_cell([(150, 0, "a")], [(0, 0, "a")])
    rdl = cell.shapes(drawing.ensure_layer(layout, POSTPASS, "rdl"))
    rdl.insert(pya.DPath([pya.DPoint(0, 0), pya.DPoint(40, 0)], 3.2))
    rdl.insert(pya.DPath([pya.DPoint(70, 20), pya.DPoint(100, 20)], 3.2))
    drawing.draw_label(cell, POSTPASS, "a", 85, 20)
    before = traces_of(cell)
    report = fanout.fan_out(cell, POSTPASS, 3.2)
    assert report.severity is None and report.messages[0].startswith("Drew 2 traces.")
    assert (before - traces_of(cell)).is_empty()
    errors, summary = errors_of(layout, POSTPASS, tmp_path)
    assert errors == [] and [net["function"] for net in summary["nets"]] == ["one to one"]


def test_a_net_that_is_joined_in_part_gets_the_rest(tmp_path):
    """Contact point and pad are joined already; a second pad of the same name is joined to them, and nothing else is drawn."""
    layout, cell = new_cell([(100, 0, "a"), (100, 60, "a")], [(0, 0, "a")])
    cell.shapes(drawing.ensure_layer(layout, POSTPASS, "rdl")).insert(pya.DPath([pya.DPoint(0, 0), pya.DPoint(100, 0)], 3.2))
    report = fanout.fan_out(cell, POSTPASS, 3.2)
    assert report.severity is None and report.messages[0].startswith("Drew 1 trace.")
    errors, summary = errors_of(layout, POSTPASS, tmp_path)
    assert errors == [] and [net["function"] for net in summary["nets"]] == ["addition"]


def test_a_name_with_one_terminal_is_open_and_named():
    _, cell = new_cell([(100, 0, "a"), (100, 60, "b")], [(0, 0, "a"), (0, 60, "c")])
    report = fanout.fan_out(cell, POSTPASS, 3.2)
    assert report.severity == "error" and report.messages[0].startswith("INCOMPLETE, 2 nets open: b, c. Drew 1 trace.")
    assert "Net b is open: no contact point carries its name" in report.messages
    assert "Net c is open: no pad carries its name" in report.messages


def test_a_spare_pad_takes_the_place_of_one_that_cannot_be_reached(tmp_path):
    """The nearer pad stands in a closed ring; the free contact point gets the farther one, and the report says what that costs."""
    layout, cell = new_cell([(60, 0, None), (0, 100, None)], [(0, 0, None)])
    rdl = cell.shapes(drawing.ensure_layer(layout, POSTPASS, "rdl"))
    rdl.insert(pya.Region(pya.DBox(40, -20, 80, 20).to_itype(0.001)) - pya.Region(pya.DBox(45, -15, 75, 15).to_itype(0.001)))
    report = fanout.fan_out(cell, POSTPASS, 2.0)
    assert report.severity is None and report.messages[0].startswith("Drew 1 trace."), report
    said = re.search(r"Assigned 1 pairs? \(relocation\): ([0-9.]+) um apart in sum, at least ([0-9.]+) um", " ".join(report.messages))
    first, second = (float(word) for word in said.groups())
    assert first == pytest.approx(second + 40.0, abs=0.2)
    assert "lower bound %.1f um" % second in report.messages[0]
    errors, summary = errors_of(layout, POSTPASS, tmp_path)
    assert [net["function"] for net in summary["nets"]].count("one to one") == 1


def test_what_stays_unconnected_is_said():
    _, cell = new_cell([(100, 0, None), (0, 50, None)], [(0, 0, None)])
    report = fanout.fan_out(cell, POSTPASS, 2.0)
    assert report.severity is None and report.messages[-1] == "1 pad without name stays unconnected."
    _, cell = new_cell([(100, 0, "a")], [(0, 0, "a"), (0, 20, None), (0, 40, None)])
    assert fanout.fan_out(cell, POSTPASS, 2.0).messages[-1] == "2 contact points without name stay unconnected."


def test_widths_and_spaces_below_the_rules_are_drawn_with_a_warning():
    _, cell = new_cell([(100, 0, "a")], [(0, 0, "a")])
    report = fanout.fan_out(cell, POSTPASS, 1.0, 1.5)
    assert report.severity == "warning" and report.messages[0].startswith("Drew 1 trace.")
    assert report.messages[1:] == ["Traces of 1 um on rdl are narrower than the rule's 2 um.", "A space of 1.5 um on rdl is less than the rule's 2 um."]


def test_a_die_that_is_no_box_is_not_left(tmp_path):
    """An L: the shortest way would cross the corner that is cut out."""
    layout, cell = new_cell([(120, 120, "a")], [(-60, -60, "a")], die=(-90, -90, 150, -30))
    outline(cell, POSTPASS, "die", 90, -90, 150, 150)
    assert fanout.fan_out(cell, POSTPASS, 3.2).severity is None
    assert not crosses(cell, pya.DBox(-90, -40, 80, 150))
    errors, _ = errors_of(layout, POSTPASS, tmp_path)
    assert errors == []


def test_a_die_drawn_as_a_ring_is_its_outer_edge():
    layout, cell = new_cell([(100, 0, "a")], [(0, 0, "a")])
    die = cell.shapes(layout.layer(*POSTPASS.layers["die"]["gds"]))
    die.clear()
    die.insert(pya.Region(pya.Box(-100000, -100000, 200000, 200000)) - pya.Region(pya.Box(-95000, -95000, 195000, 195000)))
    assert fanout.fan_out(cell, POSTPASS, 3.2).severity is None


# names from a list


def listed(entries, function="relocation", **kwargs):
    layout, cell = ring(count=4, named=False, **kwargs)
    return layout, cell, fanout.route_cell(cell, POSTPASS, FanOutChoices(3.2, None, function, entries))


def pairs(routed):
    """{number of the contact point: number of the pad} on the ring."""
    found = {}
    for route in routed.routes:
        ends = sorted((route["path"][0], route["path"][-1]), key=lambda point: point[0] ** 2 + point[1] ** 2)
        numbers = [min(range(4), key=lambda k: (place(k, 4, radius)[0] - point[0]) ** 2 + (place(k, 4, radius)[1] - point[1]) ** 2)
                   for radius, point in zip((30.0, 110.0), ends)]
        found[numbers[0]] = numbers[1]
    return found


def test_a_name_locks_a_pair_and_the_others_give_way():
    _, _, free = listed(())
    assert pairs(free) == {0: 0, 1: 1, 2: 2, 3: 3}
    lock = [entry("fixed", *place(0, 4, 30.0)), entry("fixed", *place(1, 4, 110.0), line=3)]
    _, _, locked = listed(lock)
    assert pairs(locked)[0] == 1 and sorted(pairs(locked).values()) == [0, 1, 2, 3]


def test_a_locked_pair_turns_the_whole_order_of_a_fan_out():
    lock = [entry("fixed", *place(0, 4, 30.0)), entry("fixed", *place(1, 4, 110.0), line=3)]
    _, _, locked = listed(lock, "fan-out")
    assert pairs(locked) == {0: 1, 1: 2, 2: 3, 3: 0}


def test_locks_that_break_the_order_of_a_fan_out_are_refused():
    locks = [entry("a", *place(0, 4, 30.0)), entry("a", *place(1, 4, 110.0)), entry("b", *place(1, 4, 30.0)), entry("b", *place(0, 4, 110.0))]
    with pytest.raises(CommandError, match="the locks contradict the order a fan-out must keep"):
        listed(locks, "fan-out")


def test_width_and_space_of_a_net(tmp_path):
    """The net's own width is drawn, and its own space is kept to a net that would come nearer."""
    layout, cell = new_cell([(100, 0, None), (100, 40, None)], [(0, 0, None), (0, 18, None)])
    wide = [entry("a", 0, 0, None, 6.0, 12.0), entry("a", 100, 0, None, None, None, 3), entry("b", 0, 18, line=4), entry("b", 100, 40, line=5)]
    routed = fanout.route_cell(cell, POSTPASS, FanOutChoices(2.0, None, "relocation", wide))
    assert {route["net"]: route["width"] for route in routed.routes} == {"a": 6.0, "b": 2.0}
    fanout.draw_result(cell, POSTPASS, routed)
    errors, _ = errors_of(layout, POSTPASS, tmp_path)
    assert errors == []
    drawn = {route["net"]: pya.Region(pya.DPath([pya.DPoint(*point) for point in route["path"]], route["width"]).polygon().to_itype(0.001)) for route in routed.routes}
    middle = pya.Region(pya.DBox(20, -60, 80, 90).to_itype(0.001))
    assert (drawn["a"] & middle).separation_check(drawn["b"] & middle, 12000).count() == 0


@pytest.mark.parametrize("entries, sentence", [
    ([entry("a", 5, 90)], "nets.csv, line 2: net a: at 5, 90 um there is no metal"),
    ([entry("a", 0, 0, "ball")], "net a: at 0, 0 um there is no pad"), ([entry("a", 100, 0, "chip_pad")], "at 100, 0 um there is no contact point"),
    ([entry("a", 0, 40)], "at 0, 40 um there is neither a contact point nor a pad"),
    ([entry("a", 100, 0), entry("a", 101, 1, line=3)], "nets.csv, line 3: names the same contact point or pad as nets.csv, line 2"),
    ([entry("a", 0, 20)], "nets.csv, line 2: the metal at 0, 20 um carries the label named, not a")])
def test_a_list_that_does_not_fit_the_layout_is_refused(entries, sentence):
    layout, cell = new_cell([(100, 0, None)], [(0, 0, None), (0, 20, "named")])
    cell.shapes(drawing.ensure_layer(layout, POSTPASS, "rdl")).insert(pya.DBox(-5, 38, 5, 42))
    with pytest.raises(CommandError, match=sentence.replace("(", r"\(")):
        fanout.route_cell(cell, POSTPASS, FanOutChoices(entries=entries))


def test_a_pad_list_names_the_nets_of_the_bumps_it_drew():
    """The real chip: without labels and with its pad list as net list, the same nets are found."""
    import os

    from postpass import tech as technologies
    from postpass.draw import bumping, padlist
    from postpass.fanout import router_task

    from .drawn import ROOT
    tech = technologies.load("wlcsp")
    path = os.path.join(ROOT, "layouts", "caravel_pads.csv")
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    cell = layout.create_cell("caravel")
    bumping.draw_pad_list(cell, tech, padlist.read(path), die_um=(0, 0, 3588, 5188))
    labelled = router_task.task(cell, tech, FanOutChoices())
    cell.shapes(layout.layer(*tech.layers["label"]["gds"])).clear()
    by_list = router_task.task(cell, tech, FanOutChoices(entries=netlist.read(path)))
    names = lambda task: {net: sorted(terminal.name for terminal in items) for net, items in task.named.items()}  # noqa: E731
    assert len(names(labelled)) == 57 and names(by_list) == names(labelled) and by_list.one_sided == labelled.one_sided


def figures_of(report):
    """(length, lower bound, gap) of what is drawn and (sum, least, gap) of the pairs, as printed."""
    number = r"(-?[0-9.]+)"
    drawn = re.search(rf"Length {number} um, lower bound {number} um \(gap {number} %\)", report.messages[0])
    assigned = re.search(rf"{number} um apart in sum, at least {number} um \(gap {number} %\)", " ".join(report.messages))
    return [tuple(float(word) for word in found.groups()) for found in (drawn, assigned)]


@pytest.mark.parametrize("function", ["relocation", "fan-out", "addition", "reduction"])
def test_printed_figures_agree_with_each_other(function):
    """Large pads; the gaps are those of the figures beside them, and where no trace is shared, none is shorter than its pair is apart."""
    many, few = [(150, 0), (150, 40), (-60, 100), (150, -40)], [(0, 0), (0, 80)]
    places = {"addition": (many, few), "reduction": (few, many)}.get(function, (many, [*few, (0, 40)]))
    _, cell = new_cell(*([(x, y, None) for x, y in group] for group in places))
    drawn, assigned = figures_of(fanout.fan_out(cell, POSTPASS, 3.2, function=function))
    for length, bound, gap in (drawn, assigned):
        assert "%.1f" % gap == "%.1f" % (100 * (length / bound - 1)) and bound <= length
    if function in ("relocation", "fan-out"):
        assert assigned[0] <= drawn[0] and assigned[1] == drawn[1]
    else:
        assert drawn[0] < assigned[0]  # pairs of a net share their way: no length, and not told as one


def test_the_gap_is_that_of_the_figures_as_they_are_printed():
    assert gap_percent(0.44, 0.36) == 0.0 and gap_percent(1.06, 1.0) == pytest.approx(10.0) and gap_percent(0.02, 0.01) == 0.0


def test_figures_of_a_further_fan_out_are_those_of_what_is_new():
    _, cell = new_cell([(100, 60, None), (100, 90, None)], [(0, 60, None), (0, 90, None)])
    fanout.fan_out(cell, POSTPASS, 3.2)
    drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 30.0, 60, -80)
    drawing.draw_via(cell, POSTPASS, "via", 1.2, 0, -80)
    report = fanout.fan_out(cell, POSTPASS, 3.2)
    drawn, assigned = figures_of(report)
    assert drawn == assigned and "Of earlier fan-outs: 2 stay, 0 replaced." in report.messages


def test_the_length_of_an_incomplete_result_is_told_as_that_of_what_is_drawn():
    _, cell = new_cell([(60, 0, None), (0, 100, None)], [(0, 0, None), (0, 40, None)])
    rdl = cell.shapes(drawing.ensure_layer(cell.layout(), POSTPASS, "rdl"))
    rdl.insert(pya.Region(pya.DBox(40, -20, 80, 20).to_itype(0.001)) - pya.Region(pya.DBox(45, -15, 75, 15).to_itype(0.001)))
    report = fanout.fan_out(cell, POSTPASS, 3.2)
    assert report.severity == "error" and re.search(r"Drew 1 trace\. Length of what is drawn [0-9.]+ um, 0 bends\.", report.messages[0])
