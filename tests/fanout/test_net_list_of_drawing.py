"""The nets of a drawing as a list: names, states, figures, places."""

import pya
import pytest

from postpass.draw import drawing
from postpass.draw.choices import CommandError
from postpass.drc.drawing import Drawing
from postpass.drc.kinds import KINDS
from postpass.fanout import command as fanout
from postpass.fanout.net_list_of_drawing import DrawnNets, natural

from .drawn import POSTPASS, place, ring


def rows(cell):
    return [(row.title, row.contacts, row.pads, row.state, len(row.nets)) for row in DrawnNets(cell, POSTPASS).rows]


def trace(cell, points, width=3.2):
    fanout.draw_routes(cell, POSTPASS, [{"net": "", "level": 0, "width": width, "path": points}])


def pair(cell, x_um, name=None, joined=False):
    """A contact point and a pad above it, 40 um apart."""
    drawing.draw_via(cell, POSTPASS, "via", 1.2, x_um, 0.0)
    drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, x_um, 40.0)
    for y_um in (0.0, 40.0) if name else ():
        drawing.draw_label(cell, POSTPASS, name, x_um, y_um)
    if joined:
        trace(cell, [(x_um, 0.0), (x_um, 40.0)])


def drawing_of_states():
    layout = pya.Layout()
    layout.dbu = POSTPASS.dbu_um
    cell = layout.create_cell("TOP")
    pair(cell, 0.0, "a")
    pair(cell, 50.0, "b", joined=True)
    pair(cell, 100.0, "c", joined=True)
    drawing.draw_label(cell, POSTPASS, "d", 100.0, 20.0)
    pair(cell, 150.0, "e10", joined=True)
    drawing.draw_pad(cell, POSTPASS, "power", "octagon", 16.0, 200.0, 40.0)
    drawing.draw_label(cell, POSTPASS, "e10", 200.0, 40.0)
    pair(cell, 250.0, "e9", joined=False)
    pair(cell, 300.0, joined=True)
    pair(cell, 350.0)
    return layout, cell


def test_each_net_has_its_state_and_figures():
    layout, cell = drawing_of_states()
    signal = {"signal": 1}
    assert rows(cell) == [("a", 1, signal, "open", 2), ("b", 1, signal, "joined", 1), ("c + d", 1, signal, "short", 1), ("e9", 1, signal, "open", 2),
                          ("e10", 1, {**signal, "power": 1}, "split", 2), ("[#9]", 1, signal, "joined", 1), ("[#10]", 0, signal, "open", 1), ("[#11]", 1, {}, "open", 1)]
    found = DrawnNets(cell, POSTPASS)
    assert found.summary() == "8 nets, 4 open, 2 joined, 1 short, 1 split"
    assert found.rows[0].length_um < 5.0 and 35.0 < found.rows[1].length_um < 45.0


def wrong_for_the_deck(found):
    """{kind of rule: indexes of the pieces of metal that it finds something wrong with}."""
    wrong = {}
    for kind in ("net_open", "net_short", "net_split"):
        rule = next(rule for rule in POSTPASS.rules if rule["check"] == kind)
        outlines = [shape for one in KINDS[kind].findings(rule, Drawing(found.nets.layers)) for shape in one.shapes]
        wrong[kind] = {net for net in range(found.nets.size) if any(found.nets.polygon(id_) in outlines for id_ in found.ids(net))}
    return wrong


def test_states_agree_with_the_deck():
    """Also of power and ground pads on one piece, and of a name that stands on a short and elsewhere."""
    layout, cell = drawing_of_states()
    pair(cell, 400.0, joined=True)
    for function, y_um in (("power", 60.0), ("ground", 80.0)):
        drawing.draw_pad(cell, POSTPASS, function, "octagon", 24.0, 400.0, y_um)
    pair(cell, 450.0, "c", joined=True)
    found = DrawnNets(cell, POSTPASS)
    wrong = wrong_for_the_deck(found)
    states = [(row.state, set(row.nets)) for row in found.rows]
    assert {net for state, nets in states if state == "short" for net in nets} == wrong["net_short"] and len(wrong["net_short"]) == 2
    assert {net for state, nets in states if state == "joined" for net in nets}.isdisjoint(set().union(*wrong.values()))
    assert {net for state, nets in states if state == "open" for net in nets} <= wrong["net_open"]
    assert all(nets <= wrong["net_split"] for state, nets in states if state == "split")
    assert {row.title: row.state for row in found.rows if row.title in ("c", "c + d", "e10")} == {"c": "split", "c + d": "short", "e10": "split"}
    assert [row.state for row in found.rows if "ground" in row.pads] == ["short"]


def test_the_shapes_of_nets_are_those_drawn_in_all_cells():
    """Also of a pad in a cell below, at one of its two places, and none twice."""
    layout, cell = drawing_of_states()
    below = layout.create_cell("PAD")
    drawing.draw_pad(below, POSTPASS, "signal", "square", 16.0, 0.0, 0.0)
    for y_um in (300.0, 400.0):
        cell.insert(pya.CellInstArray(below.cell_index(), pya.Trans(0, int(round(y_um / layout.dbu)))))
    found = DrawnNets(cell, POSTPASS)
    ((net,), ) = {tuple(nets) for nets in found.nets_at([(0.0, 300.0)])}
    assert [(one.shape().dbbox().to_s(), one.dtrans().disp.y) for one in found.shapes(cell, [net])] == [("(-8,-8;8,8)", 300.0)]
    drawn = sum(cell.shapes(index).size() for index in layout.layer_indexes()) - cell.shapes(layout.layer(*POSTPASS.layers["label"]["gds"])).size()
    assert sum(1 for _ in found.shapes(cell, range(found.nets.size))) == drawn + 2
    b = next(row for row in found.rows if row.title == "b")
    assert sorted(one.shape().dbbox().center().to_s() for one in found.shapes(cell, b.nets)) == ["50,0", "50,0", "50,0", "50,20", "50,40"]


def test_rows_are_sorted_by_each_column_and_filtered_by_name_or_state():
    layout, cell = drawing_of_states()
    found = DrawnNets(cell, POSTPASS)

    def titles(*arguments):
        return [row.title for row in found.chosen(*arguments)]
    assert titles("e", 0, False) == ["e9", "e10"] and titles("E", 0, True) == ["e10", "e9"]
    assert titles("Short", 0, False) == ["c + d"] and titles("[", 0, False) == ["[#9]", "[#10]", "[#11]"]
    assert titles("", 1, False)[0] == "[#10]" and titles("", 2, True)[0] == "e10" and titles("", 3, True)[0] == "e10"
    assert titles("", 4, False)[0] == "[#10]"
    assert sorted(["io10", "io2", "IO1"], key=natural) == ["IO1", "io2", "io10"]


def test_a_label_at_the_place_of_a_net_names_it():
    layout, cell = ring(named=False)
    found = DrawnNets(cell, POSTPASS)
    for net, point in found.label_places(range(found.nets.size)).items():
        drawing.draw_label(cell, POSTPASS, "x%d" % net, point.x * found.dbu, point.y * found.dbu)
    again = DrawnNets(cell, POSTPASS)
    assert sorted((row.title, row.nets) for row in again.rows) == sorted(("x%d" % net, (net,)) for net in range(found.nets.size))


def test_a_label_stands_on_metal_whose_middle_is_bare_and_is_refused_where_other_metal_lies_above():
    layout = pya.Layout()
    layout.dbu = POSTPASS.dbu_um
    cell = layout.create_cell("TOP")
    trace(cell, [(0.0, 0.0), (60.0, 0.0), (60.0, 60.0)])
    found = DrawnNets(cell, POSTPASS)
    point = found.label_places([0])[0]
    assert found.labelled_at([(point.x, point.y)]) == [0] and not found.nets.polygon(found.ids(0)[0]).inside(found.nets.polygon(found.ids(0)[0]).bbox().center())
    assert found.label_places([0], {0: (30.0, 0.0)}) == {0: pya.Point(int(round(30 / layout.dbu)), 0)}
    assert found.label_places([0], {0: (30.0, 30.0)}) == {0: point}
    covered = next(connection for connection in POSTPASS.record["connectivity"])[0]
    assert POSTPASS.kind_of(covered) == "contact"
    drawing.insert(cell, POSTPASS, covered, pya.DBox(29.5, -0.5, 30.5, 0.5).to_itype(layout.dbu))
    found = DrawnNets(cell, POSTPASS)
    under = next(iter(found.nets_at([(30.0, 0.0)])[0] - set(next(row for row in found.rows if row.length_um > 9).nets)))
    with pytest.raises(CommandError, match=r"^No label can name the metal at 30, 0 um: "):
        found.label_places([under])


def test_places_boxes_and_order():
    layout, cell = ring()
    found = DrawnNets(cell, POSTPASS)
    row = found.rows[2]
    pad = place(2, 8, 110.0)
    assert found.nets_at([pad, (0.0, 0.0)])[1] == set() and found.rows_at([pad]) == [row]
    assert found.box(row.nets).contains(pya.DPoint(*pad)) and found.box(row.nets).contains(pya.DPoint(*place(2, 8, 30.0)))
    assert sum((polygon.bbox() for polygon in found.polygons(row.nets)), pya.DBox()) == found.box(row.nets)
    assert [place for place in found.terminal_places(row.nets) if abs(place[0] - pad[0]) < 0.1 and abs(place[1] - pad[1]) < 0.1]
    order = found.from_left(range(found.nets.size))
    lefts = [found.box([net]).center().x for net in order]
    assert lefts == sorted(lefts)


def test_a_layout_that_cannot_be_computed_with_is_refused():
    layout, cell = ring()
    cell.shapes(layout.layer(*POSTPASS.layers["rdl"]["gds"])).insert(pya.Box(0, 0, 1000, 0))
    with pytest.raises(CommandError, match=r"^Cannot read the nets: "):
        DrawnNets(cell, POSTPASS)


def test_an_empty_cell_has_no_nets():
    layout = pya.Layout()
    layout.dbu = POSTPASS.dbu_um
    found = DrawnNets(layout.create_cell("TOP"), POSTPASS)
    assert found.rows == [] and found.summary() == "0 nets"
