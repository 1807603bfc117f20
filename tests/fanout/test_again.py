"""A second fan-out: what is still right stays to the dbu, the rest is drawn anew as a whole."""

import pya
import pytest

from postpass import tech as technologies
from postpass.draw import drawing
from postpass.draw.choices import AllJoined, FanOutChoices
from postpass.draw.commands import CommandError
from postpass.fanout import command as fanout
from postpass.fanout import netlist, own_traces

from .drawn import FAN_OUT, POSTPASS, errors_of, outline, place, ring, run_script

WIDTH = 3.2


def traces_of(cell):
    return sorted(str(pya.Polygon(list(own.polygon.each_point_hull()))) for own in own_traces.drawn(cell, POSTPASS))


def layer(cell, name):
    return cell.shapes(cell.layout().layer(*POSTPASS.layers[name]["gds"]))


def move(cell, names, x_um, y_um, dx_um, dy_um):
    """Moves the shapes and labels at a place."""
    dbu = cell.layout().dbu
    box, by = pya.DBox(x_um - 9, y_um - 9, x_um + 9, y_um + 9).to_itype(dbu), pya.Vector(int(round(dx_um / dbu)), int(round(dy_um / dbu)))
    for name in names:
        shapes = layer(cell, name)
        for shape in [shape for shape in shapes.each_touching(box) if not own_traces.is_own(shape)]:
            shape.transform(pya.Trans(by))


def fan_out(cell, **more):
    return fanout.fan_out(cell, POSTPASS, width_um=WIDTH, **more)


def ring_fanned_out(**more):
    layout, cell = ring(**more)
    assert fan_out(cell).severity is None
    return layout, cell


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("by", [(20.0, 10.0), (7.0, 1.0), (-1.0, 0.5)])
def test_a_pad_that_was_moved_gets_a_new_trace_and_all_others_stay(tmp_path, named, by):
    layout, cell = ring_fanned_out(named=named)
    before = traces_of(cell)
    move(cell, ["pad_signal", "label"], *place(0, 8, 110.0), *by)
    if by == (-1.0, 0.5):  # the trace still ends deep in the pad
        with pytest.raises(CommandError, match="Nothing to fan out"):
            fan_out(cell)
        assert traces_of(cell) == before
        return
    report = fan_out(cell)
    assert report.severity is None and "Of earlier fan-outs: 7 stay, 1 replaced." in report.messages, report
    after = traces_of(cell)
    assert len(after) == 8 and len(set(before) & set(after)) == 7
    errors, _ = errors_of(layout, POSTPASS, tmp_path)
    assert errors == []


def test_a_trace_that_leads_nowhere_is_taken_away():
    _, cell = ring_fanned_out(named=False)
    before = traces_of(cell)
    x_um, y_um = place(3, 8, 110.0)
    box = pya.DBox(x_um - 9, y_um - 9, x_um + 9, y_um + 9).to_itype(cell.layout().dbu)
    for shape in list(layer(cell, "pad_signal").each_touching(box)):
        shape.delete()
    report = fan_out(cell)
    assert report.messages[0].startswith("Drew 0 traces.") and set(traces_of(cell)) < set(before) and len(traces_of(cell)) == 7
    assert "1 contact point without name stays unconnected." in report.messages


def test_a_net_with_another_pad_is_drawn_anew_as_a_whole(tmp_path):
    layout, cell = ring_fanned_out()
    before = traces_of(cell)
    x_um, y_um = place(0.5, 8, 140.0)
    drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, x_um, y_um)
    drawing.draw_label(cell, POSTPASS, "n0", x_um, y_um)
    report = fan_out(cell)
    assert report.severity is None and "Of earlier fan-outs: 7 stay, 1 replaced." in report.messages
    assert len(set(before) & set(traces_of(cell))) == 7 and errors_of(layout, POSTPASS, tmp_path)[0] == []


@pytest.mark.parametrize("name, away_um", [("rdl", 1.0), ("pad_signal", 1.0), ("keepout", -2.0)])
def test_a_trace_with_something_in_its_way_is_drawn_anew(tmp_path, name, away_um):
    """Away from the middle of its longest straight flank."""
    layout, cell = ring_fanned_out()
    before, dbu = traces_of(cell), layout.dbu
    edges = [edge.to_dtype(dbu) for own in own_traces.drawn(cell, POSTPASS) for edge in own.polygon.each_edge() if edge.dx() == 0 or edge.dy() == 0]
    edge = max(edges, key=lambda edge: edge.length())
    centre = edge.bbox().center() + pya.DVector(-edge.dy(), edge.dx()) * ((away_um + 3.0) / edge.length())
    drawing.insert(cell, POSTPASS, name, pya.Polygon(pya.DBox(centre.x - 3, centre.y - 3, centre.x + 3, centre.y + 3).to_itype(dbu)))
    report = fan_out(cell)
    assert report.severity is None and len(set(before) & set(traces_of(cell))) == 7, report
    assert {marker.rule for marker in errors_of(layout, POSTPASS, tmp_path)[0]} <= {"NET.O.1", "PAD.W.1"}


def test_traces_drawn_by_hand_stay():
    _, cell = ring_fanned_out()
    first = own_traces.drawn(cell, POSTPASS)[0]
    own_traces.erase(cell, [first])
    layer(cell, "rdl").insert(first.polygon)
    with pytest.raises(CommandError, match="Nothing to fan out"):
        fan_out(cell)
    assert fan_out(cell, anew=True).messages[0].startswith("Drew 7 traces.")
    assert first.polygon in [shape.polygon for shape in layer(cell, "rdl").each() if not own_traces.is_own(shape)]


def test_named_nets_and_all_of_them_can_be_drawn_anew():
    _, cell = ring_fanned_out()
    before = traces_of(cell)
    report = fan_out(cell, reroute=["n1", "n4"])
    assert report.messages[0].startswith("Drew 2 traces.") and len(set(before) & set(traces_of(cell))) >= 6
    report = fan_out(cell, anew=True)
    assert report.messages[0].startswith("Drew 8 traces.") and traces_of(cell) == before
    with pytest.raises(CommandError, match="no net is named n9, nx"):
        fan_out(cell, reroute=["nx", "n9", "n1"])


def test_a_net_list_may_be_given_again():
    _, cell = ring(named=False)
    places = {number: [place(number, 8, 30.0), place(number, 8, 110.0)] for number in range(8)}

    def listed():
        return [netlist.Entry("n%d" % number, x_um, y_um, None, None, None, None, "line %d" % (2 * number + end)) for number, both in places.items() for end, (x_um, y_um) in enumerate(both)]
    fan_out(cell, entries=listed())
    before = traces_of(cell)
    move(cell, ["pad_signal"], *places[2][1], 6.0, 15.0)
    places[2][1] = (places[2][1][0] + 6.0, places[2][1][1] + 15.0)
    report = fan_out(cell, entries=listed())
    assert report.severity is None and "Of earlier fan-outs: 7 stay, 1 replaced." in report.messages and len(set(before) & set(traces_of(cell))) == 7
    assert fan_out(cell, entries=listed(), reroute=["n5"]).messages[0].startswith("Drew 1 trace.")


@pytest.mark.parametrize("ending", ["gds", "oas"])
def test_files_know_what_a_fan_out_drew(tmp_path, ending):
    layout, cell = ring_fanned_out()
    layout.write(str(tmp_path / ("again." + ending)))
    read = pya.Layout()
    read.read(str(tmp_path / ("again." + ending)))
    assert traces_of(read.top_cell()) == traces_of(cell)


def test_traces_and_vias_of_two_levels_are_known_again(tmp_path):
    technology = technologies.load("wlcsp_two_level")
    layout = pya.Layout()
    layout.dbu = technology.dbu_um
    cell = layout.create_cell("TOP")
    places = {"a": [(0, 0), (600, 600)], "b": [(600, 0), (0, 600)], "c": [(1200, 0), (1200, 600)]}
    for name, (contact, pad) in places.items():
        drawing.draw_via(cell, technology, technology.connected_cut("contact"), 40.0, *contact)
        drawing.draw_pad(cell, technology, "signal", "octagon", 250.0, *pad)
        for x_um, y_um in (contact, pad):
            drawing.draw_label(cell, technology, name, x_um, y_um)
    outline(cell, technology, "die", -400, -400, 1700, 1000)
    report = fanout.fan_out(cell, technology)
    assert report.severity is None and "between levels" in report.messages[0], report
    rules = {marker.rule for marker in errors_of(layout, technology, tmp_path)[0]}  # of the pads and vias, which are none of a fan-out's
    first = own_traces.drawn(cell, technology)
    shapes_now = {(own.layer, own.polygon) for own in first}
    with pytest.raises(CommandError, match="Nothing to fan out"):
        fanout.fan_out(cell, technology)
    box = pya.DBox(1190, 590, 1210, 610).to_itype(layout.dbu)
    for name in (technology.pad_layer("signal"), technology.of_kind("label")[0]):
        for shape in list(cell.shapes(layout.layer(*technology.layers[name]["gds"])).each_touching(box)):
            shape.transform(pya.Trans(pya.Vector(int(150 / layout.dbu), 0)))
    report = fanout.fan_out(cell, technology)
    assert report.severity is None and "Of earlier fan-outs: 10 stay, 5 replaced." in report.messages, report  # traces on both levels, a via and its capture pads
    again = {(own.layer, own.polygon) for own in own_traces.drawn(cell, technology)}
    assert len(shapes_now & again) >= 10 and {marker.rule for marker in errors_of(layout, technology, tmp_path)[0]} <= rules


def test_batch_keeps_and_replaces_as_it_is_told(tmp_path):
    layout, _ = ring()
    layout.write(str(tmp_path / "ring.gds"))

    def run(name, other, **more):
        done = run_script(FAN_OUT, input=str(tmp_path / name), output=str(tmp_path / other), tech="postpass", width="3.2", **more)
        read = pya.Layout()
        if done.code == 0:
            read.read(str(tmp_path / other))
        return done, [] if done.code else traces_of(read.top_cell())
    done, first = run("ring.gds", "first.gds")
    assert done.code == 0 and len(first) == 8, done
    done, again = run("first.gds", "again.gds", anew="1")
    assert done.code == 0 and again == first and "Drew 8 traces." in done.out
    done, again = run("first.gds", "again.gds", reroute="n1, n2")
    assert done.code == 0 and "Of earlier fan-outs: 6 stay, 2 replaced." in done.out and len(again) == 8
    done, _ = run("first.gds", "again.gds", reroute="n1,other")
    assert done.code == 1 and "no net is named other" in done.err


def spot(number):
    """The middle of a pad of the ring."""
    return place(number, 8, 110.0)


def test_only_what_is_chosen_is_routed():
    layout, cell = ring()
    report = fan_out_of(cell, [spot(0), spot(3)])
    assert report.messages[0].startswith("Drew 2 traces.") and report.severity is None, report
    first = traces_of(cell)
    with pytest.raises(AllJoined, match="all is joined already, 2 nets"):
        fan_out_of(cell, [spot(0), spot(3)])
    report = fan_out(cell)
    assert report.messages[0].startswith("Drew 6 traces.") and set(first) <= set(traces_of(cell))


def test_what_is_not_chosen_stays_though_it_is_wrong():
    layout, cell = ring_fanned_out()
    before = traces_of(cell)
    for number in (0, 4):
        move(cell, ["pad_signal", "label"], *spot(number), 20.0, 10.0)
    x_um, y_um = spot(0)
    report = fan_out_of(cell, [(x_um + 20.0, y_um + 10.0)])
    assert "Of earlier fan-outs: 7 stay, 1 replaced." in report.messages, report
    assert len(set(before) & set(traces_of(cell))) == 7


def test_a_trace_stands_for_its_net():
    layout, cell = ring_fanned_out()
    own = own_traces.drawn(cell, POSTPASS)[0]
    middle = own.polygon.bbox().center()
    points = [(p.x * cell.layout().dbu, p.y * cell.layout().dbu) for p in own.polygon.each_point_hull()]
    report = fanout.rip_up(cell, POSTPASS, points[:1])
    assert report.messages == ["Ripped up 1 shape of earlier fan-outs."] and len(traces_of(cell)) == 7, (report, middle)
    with pytest.raises(CommandError, match="Nothing to rip up"):
        fanout.rip_up(cell, POSTPASS, [spot(n) for n in range(8) if not any(one.polygon.inside(dbu_point(cell, spot(n))) for one in own_traces.drawn(cell, POSTPASS))][:1])
    with pytest.raises(CommandError, match="There is no metal of a net at 500, 500 um"):
        fanout.rip_up(cell, POSTPASS, [(500.0, 500.0)])


def dbu_point(cell, place_um):
    return pya.DPoint(*place_um).to_itype(cell.layout().dbu)


def test_ripped_up_and_routed_again_it_is_as_before():
    layout, cell = ring_fanned_out()
    before = traces_of(cell)
    fanout.rip_up(cell, POSTPASS, [spot(n) for n in range(8)])
    assert traces_of(cell) == []
    fan_out(cell)
    assert traces_of(cell) == before


def fan_out_of(cell, places):
    choices = FanOutChoices(width_um=WIDTH, only=places)
    return fanout.draw_result(cell, POSTPASS, fanout.route_cell(cell, POSTPASS, choices), choices)


def test_for_nets_that_were_chosen_the_drawing_is_read_once(monkeypatch):
    """With what fan-outs drew and without."""
    layout, cell = ring_fanned_out()
    read, usual = [], own_traces.DrawnMetal
    monkeypatch.setattr(own_traces, "DrawnMetal", lambda *arguments: (read.append(arguments), usual(*arguments))[1])
    with pytest.raises(AllJoined):
        fan_out_of(cell, [spot(0)])
    assert len(read) == 2


def test_why_there_is_nothing_to_fan_out():
    for names, words in ((["pad_signal"], "no pad is drawn"), (["via"], "no contact point with a via is drawn"), (["pad_signal", "via"], "no contact point with a via and no pad is drawn")):
        layout, cell = ring()
        for name in names:
            layer(cell, name).clear()
        with pytest.raises(CommandError, match="Nothing to fan out: " + words):
            fan_out(cell)
    layout, cell = ring()
    for number in range(1, 8):
        for shape in list(layer(cell, "pad_signal").each_touching(pya.DBox(*spot(number), *spot(number)).to_itype(cell.layout().dbu))):
            shape.delete()
    fan_out_of(cell, [spot(0)])
    with pytest.raises(CommandError, match=r"nothing goes together \(\d+ contact points or pads\)"):
        fan_out(cell)
