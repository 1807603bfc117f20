"""What a net list asks of single nets and places: layout in, layout out, in the real application."""

import pya
import pytest

from postpass.draw import drawing
from postpass.draw.choices import CommandError
from postpass.fanout import command as fanout
from postpass.fanout import netlist

from .drawn import FAN_OUT, POSTPASS, check, outline, run_script

WIDTH = 3.2


def new_cell(vias, pads, die=(-60, -60, 260, 160)):
    """Contact points and pads [(x_um, y_um)]."""
    layout = pya.Layout()
    layout.dbu = POSTPASS.dbu_um
    cell = layout.create_cell("TOP")
    for x_um, y_um in vias:
        drawing.draw_via(cell, POSTPASS, "via", 1.2, x_um, y_um)
    for x_um, y_um in pads:
        drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, x_um, y_um)
    outline(cell, POSTPASS, "die", *die)
    return layout, cell


def batch(folder, layout, lines, **more):
    """A batch run with this net list."""
    layout.write(str(folder / "in.gds"))
    (folder / "nets.csv").write_text("\n".join(lines) + "\n")
    return run_script(FAN_OUT, folder=folder, **{"input": "in.gds", "output": "out.gds", "tech": "postpass", "width": str(WIDTH), "nets": "nets.csv", **more})


def entries_of(folder, lines):
    (folder / "nets.csv").write_text("\n".join(lines) + "\n")
    return netlist.read(str(folder / "nets.csv"))


def rules_broken(folder, name="out.gds"):
    """Ids of the error rules that the deck finds broken."""
    layout = pya.Layout()
    layout.read(str(folder / name))
    _, found, summary = check(layout, POSTPASS.path, folder)
    severe = {rule["id"] for rule in summary["rules"] if rule["severity"] == "error"}
    return sorted(marker.rule for marker in found if marker.rule in severe)


def keep_away(layout, x_um, y_um, space_um):
    """Whether traces keep so far away from the pad at a place (less the grid steps of slanted traces)."""
    traces, pads = (pya.Region(layout.top_cell().begin_shapes_rec(layout.layer(*POSTPASS.layers[name]["gds"]))) for name in ("rdl", "pad_signal"))
    pad = pads.interacting(pya.Region(pya.DBox(x_um - 1, y_um - 1, x_um + 1, y_um + 1).to_itype(layout.dbu)))
    assert pad.count() == 1 and not traces.is_empty()
    return traces.separation_check(pad, int((space_um - 0.1) / layout.dbu)).count() == 0


LEFT = ["net,x_um,y_um,space_um,route", "vdd,0,0,,", "vdd,100,0,,yes", "vdd,100,50,20,no", "a,0,50,,", "a,200,50,,"]


def test_a_bump_left_to_a_power_grid_is_its_nets_but_gets_no_trace(tmp_path):
    layout, _ = new_cell([(0, 0), (0, 50)], [(100, 0), (100, 50), (200, 50)])
    run = batch(tmp_path, layout, LEFT)
    assert run.code == 0 and "Drew 2 traces." in run.out and "1 pad of net vdd is left to a power grid." in run.out, run.out + run.err
    assert rules_broken(tmp_path) == ["NET.O.1"]  # the deck is not told: the pad has no contact point
    out = pya.Layout()
    out.read(str(tmp_path / "out.gds"))
    assert keep_away(out, 100, 50, 20)
    entries, cell = entries_of(tmp_path, LEFT), out.top_cell()
    with pytest.raises(CommandError, match="Nothing to fan out"):  # a second fan-out finds everything as it is to be
        fanout.fan_out(cell, POSTPASS, WIDTH, entries=entries)
    report = fanout.fan_out(cell, POSTPASS, WIDTH, entries=entries_of(tmp_path, [line.replace(",no", ",yes") for line in LEFT]))
    assert report.severity is None and "Of earlier fan-outs: 1 stay, 1 replaced." in report.messages, report
    report = fanout.fan_out(cell, POSTPASS, WIDTH, entries=entries)  # the bump is left again: its trace goes
    assert report.severity is None and "1 pad of net vdd is left to a power grid." in report.messages, report
    assert any(message.startswith("Drew 1 trace") for message in report.messages), report


def test_a_net_may_be_left_as_a_whole_but_not_by_half(tmp_path):
    layout, cell = new_cell([(0, 0), (0, 50)], [(100, 50), (200, 50)])
    whole = entries_of(tmp_path, ["net,x_um,y_um,space_um,route", "vdd,0,0,,no", "vdd,100,50,20,no", "a,0,50,,", "a,200,50,,"])
    report = fanout.fan_out(cell, POSTPASS, WIDTH, entries=whole)
    assert report.severity is None and "1 pad and 1 contact point of net vdd are left to a power grid." in report.messages, report
    assert keep_away(layout, 100, 50, 20)
    layout, cell = new_cell([(0, 0), (0, 50)], [(100, 0), (200, 50)])
    half = entries_of(tmp_path, ["net,x_um,y_um,route", "vdd,0,0,", "vdd,100,0,no", "a,0,50,", "a,200,50,"])
    report = fanout.fan_out(cell, POSTPASS, WIDTH, entries=half)
    assert report.severity == "error" and "Net vdd is open: no pad carries its name but what is left to a power grid" in report.messages, report


def row(pitch=6.0, count=5):
    """Contact points in a row, pads far above and below in turn; the middle one's net is wide."""
    vias = [(pitch * k, 0.0) for k in range(count)]
    pads = [(30.0 * (k - count // 2) + pitch * (count // 2), 100.0 if k % 2 else -100.0) for k in range(count)]
    lines = ["net,x_um,y_um,width_um"]
    for k, ends in enumerate(zip(vias, pads)):
        lines += ["n%d,%g,%g,%s" % (k, x_um, y_um, "9" if k == count // 2 else "") for x_um, y_um in ends]
    return new_cell(vias, pads, (-120, -160, 140, 160)) + (lines,)


def test_a_wide_trace_ends_in_a_neck_that_the_deck_accepts(tmp_path):
    layout, _, lines = row()
    run = batch(tmp_path, layout, lines, width="2")
    assert run.code == 2 and "INCOMPLETE, 1 net open: n2." in run.out, run.out + run.err
    run = batch(tmp_path, layout, lines, width="2", necks="1", teardrops="1")
    assert run.code == 0 and "Drew 5 traces." in run.out, run.out + run.err
    assert "1 trace end of net n2 is a neck: " in run.out and " um wide for 9 um." in run.out, run.out
    assert rules_broken(tmp_path) == []
    out = pya.Layout()
    out.read(str(tmp_path / "out.gds"))
    with pytest.raises(CommandError, match="Nothing to fan out"):  # what is drawn is right, and known as such
        fanout.fan_out(out.top_cell(), POSTPASS, 2.0, entries=entries_of(tmp_path, lines), necks=True)


def bus(turned=False, count=4, group="bus"):
    """Nets of very different lengths side by side, and the lines of a list that asks for equal ones."""
    ends = [((0.0, 40.0 * k), (260.0 - 55.0 * k, 40.0 * k)) for k in range(count)]
    if turned:
        ends = [((0.0, 40.0 * k), (y + 20.0, 40.0 * k + x + 20.0)) for k, (x, y) in enumerate(((90.0, 240.0), (80.0, 170.0), (60.0, 110.0), (60.0, 60.0)))]
    lines = ["net,x_um,y_um,match"] + ["b%d,%g,%g,%s" % (k, *at, group) for k, both in enumerate(ends) for at in both]
    return new_cell([one for one, _ in ends], [other for _, other in ends], (-100, -100, 400, 320)) + (lines,)


@pytest.mark.parametrize("turned", [False, True])
def test_equal_lengths_in_a_group_that_the_deck_accepts(tmp_path, turned):
    layout, _, lines = bus(turned)
    run = batch(tmp_path, layout, lines, match_tolerance="0.1")
    assert run.code == 0 and "Lengths in group bus: " in run.out, run.out + run.err
    low, high = map(float, run.out.split("Lengths in group bus: ")[1].split(" um")[0].split(" to "))
    assert high - low < 0.11 and high > 200
    assert rules_broken(tmp_path) == []
    out = pya.Layout()
    out.read(str(tmp_path / "out.gds"))
    report = fanout.fan_out(out.top_cell(), POSTPASS, WIDTH, entries=entries_of(tmp_path, lines))  # they are measured anew
    assert report.severity is None and any(message.startswith("Lengths in group bus: ") for message in report.messages), report


def test_lengths_that_cannot_be_kept_are_named(tmp_path):
    layout, cell, lines = bus()
    lines = ["net,x_um,y_um,match,max_length_um"] + [line + "," for line in lines[1:]]
    lines[1] += "230"
    keepout = pya.DBox(5, 111, 80, 115), pya.DBox(5, 125, 80, 129)  # the shortest has no room beside it
    cell.shapes(drawing.ensure_layer(layout, POSTPASS, "keepout")).insert(pya.Region([box.to_itype(layout.dbu) for box in keepout]))
    run = batch(tmp_path, layout, lines, report="open.lyrdb")
    assert run.code == 2 and "INCOMPLETE, 2 nets not as long as asked: b0, b3. Drew 4 traces." in run.out, run.out + run.err
    assert "Net b0 is too long: 250.4 um long, 230 um are allowed; from terminal to terminal it is 250.4 um the straight way" in run.out, run.out
    assert "Net b3 is too short: " in run.out and "as net b0 of its group" in run.out.replace("'", "") and "um are missing, for which there is no room beside its trace" in run.out, run.out
    assert rules_broken(tmp_path) == []
    database = pya.ReportDatabase("open")
    database.load(str(tmp_path / "open.lyrdb"))
    assert sorted(category.name() for category in database.each_category()) == ["Length: long", "Length: short"]


def test_lengths_that_mean_nothing_are_refused(tmp_path):
    layout, cell, lines = bus()
    fanout.draw_routes(cell, POSTPASS, [{"net": "b0", "level": 0, "width": WIDTH, "path": [(0, 0), (260, 0)]}])
    for own in fanout_shapes(cell):
        own.delete_property(6005)  # drawn by hand
    with pytest.raises(CommandError, match="net b0 has a length to keep, but no trace is to be drawn for it: it is joined already"):
        fanout.fan_out(cell, POSTPASS, WIDTH, entries=entries_of(tmp_path, lines))
    layout, cell, lines = bus()
    with pytest.raises(CommandError, match="net 'b0' of group 'bus' joins 4 contact points and pads"):
        fanout.fan_out(cell, POSTPASS, WIDTH, entries=entries_of(tmp_path, [line.replace("b1,", "b0,") for line in lines]))


def fanout_shapes(cell):
    layer = cell.layout().layer(*POSTPASS.layers["rdl"]["gds"])
    return [shape for shape in cell.shapes(layer).each() if shape.property(6005)]


def pair(pads, *extra, columns=""):
    """Two nets between contact points and pads, and the lines of a list that keeps them together."""
    vias = [(0.0, 0.0), (0.0, 40.0)]
    lines = ["net,x_um,y_um,pair" + columns] + ["d%s,%g,%g,clk%s" % (name, *at, "".join(extra)) for name, both in zip("pn", zip(vias, pads)) for at in both]
    return new_cell(vias, pads, (-100, -100, 500, 400)) + (lines,)


@pytest.mark.parametrize("pads", [[(300.0, 100.0), (300.0, 160.0)], [(300.0, 160.0), (300.0, 100.0)]], ids=["same order", "other order"])
def test_two_nets_side_by_side_that_the_deck_accepts(tmp_path, pads):
    layout, _, lines = pair(pads)
    run = batch(tmp_path, layout, lines, space="5")
    assert run.code == 0 and "Pair 'clk': side by side over " in run.out, run.out + run.err
    said = run.out.split("Pair 'clk': side by side over ")[1]
    one, other = map(float, said.split("lengths ")[1].split(" um")[0].split(" and "))
    assert int(said.split(" %")[0]) > 55 and abs(one - other) <= 1.0 and one > 300
    assert rules_broken(tmp_path) == []
    out = pya.Layout()
    out.read(str(tmp_path / "out.gds"))
    traces = pya.Region(out.top_cell().begin_shapes_rec(out.layer(*POSTPASS.layers["rdl"]["gds"])))
    near = traces.isolated_check(int(5.1 / POSTPASS.dbu_um), False, pya.Region.Projection).polygons()  # where the other trace is as near as asked
    assert near.area() * POSTPASS.dbu_um ** 2 > 5 * 150
    report = fanout.fan_out(out.top_cell(), POSTPASS, WIDTH, 5.0, entries=entries_of(tmp_path, lines))  # they are drawn anew together
    assert report.severity is None and any(message.startswith("Pair 'clk': side by side over ") for message in report.messages), report


def test_a_pair_that_finds_no_way_is_named(tmp_path):
    layout, cell, lines = pair([(300.0, -10.0), (300.0, 50.0)])
    walls = [pya.DBox(100, low, 104, high) for low, high in ((-90, -4), (14, 26), (44, 390))]
    cell.shapes(drawing.ensure_layer(layout, POSTPASS, "keepout")).insert(pya.Region([box.to_itype(layout.dbu) for box in walls]))
    run = batch(tmp_path, layout, lines, space="5", report="open.lyrdb")
    assert run.code == 2 and "INCOMPLETE, 1 pair not side by side. Drew 2 traces." in run.out, run.out + run.err
    assert "Pair 'clk' is not side by side: the two find no way together: " in run.out
    assert rules_broken(tmp_path) == []
    database = pya.ReportDatabase("open")
    database.load(str(tmp_path / "open.lyrdb"))
    assert [category.name() for category in database.each_category()] == ["Pair: alone"]


def test_pairs_that_mean_nothing_are_refused(tmp_path):
    _, cell, lines = pair([(300.0, 100.0), (300.0, 160.0)])
    wide = ["net,x_um,y_um,pair,width_um"] + [line + (",4" if line.startswith("dp") else ",") for line in lines[1:]]
    with pytest.raises(CommandError, match=r"the nets of pair 'clk' have different widths, 4 \(dp\) and 3.2 \(dn\): give them the same"):
        fanout.fan_out(cell, POSTPASS, WIDTH, entries=entries_of(tmp_path, wide))
    drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, 400, 300)
    with pytest.raises(CommandError, match="net 'dp' of pair 'clk' joins 3 contact points and pads: nets are kept side by side that join two"):
        fanout.fan_out(cell, POSTPASS, WIDTH, entries=entries_of(tmp_path, lines + ["dp,400,300,"]))
