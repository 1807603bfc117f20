"""Pads, vias and contact points as instances of PCells: they show the very shapes that are drawn as plain ones."""

import pya
import pytest

from postpass import tech as technologies
from postpass.draw import commands, drawing, naming, pcells, placed
from postpass.draw.choices import CommandError, ContactChoices, PadChoices, Place, ViaChoices
from postpass.drawn_under import drawn_under

KITS = [name for name in technologies.installed() if technologies.load(name).is_kit()]
ARRAY = {"columns": 3, "rows": 4, "pitch_x_um": 500.0, "pitch_y_um": 505.0}


def of_kind(tech):
    """Choices of everything that can be placed."""
    functions = [tech.function_of(name) for name in tech.of_kind("pad")]
    found = [PadChoices(function, shape, 280.0, bool(tech.pad_stack(tech.pad_layer(function)))) for function in functions for shape in ("square", "octagon", "round")]
    found += [ViaChoices(cut, "octagon", 40.0) for cut in tech.of_kind("cut")]
    return found + [ContactChoices(layer, "square", 50.0) for layer in tech.of_kind("contact")]


def layout_of(tech):
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    return layout, layout.create_cell("TOP")


def seen(cell, tech):
    """{layer: polygons, texts} below a cell."""
    found = {}
    for name, layer in tech.layers.items():
        index = cell.layout().find_layer(*layer["gds"]) if "gds" in layer else None
        if index is not None:
            texts = sorted(text.to_s() for text in pya.Texts(cell.begin_shapes_rec(index)).each())
            region = pya.Region(cell.begin_shapes_rec(index))
            region.merged_semantics = False
            found[name] = sorted(polygon.to_s() for polygon in region.each()), texts
    return {name: shapes for name, shapes in found.items() if any(shapes)}


@pytest.mark.parametrize("name", KITS)
def test_instances_show_what_plain_shapes_are(name):
    tech = technologies.load(name)
    for choices in of_kind(tech):
        for pattern in ({}, ARRAY, {**ARRAY, "staggered": True}, {"places": [Place(0.0, 0.0), Place(777.0, 13.0, "b")], "net": "a"}, {**ARRAY, "net": "io[#]"}, {**ARRAY, "net": "vdd"}):
            both = []
            for as_instances in (False, True):
                layout, cell = layout_of(tech)
                report = commands.place(cell, tech, choices._replace(x_um=5.0, **pattern), as_instances)
                both.append((seen(cell, tech), report))
                assert len(layout.top_cells()) == 1
            assert both[0] == both[1]


def placed_pads(net="", **pattern):
    tech = technologies.load("wlcsp")
    layout, cell = layout_of(tech)
    commands.place(cell, tech, PadChoices("signal", "octagon", 280.0, net=net, **pattern), as_instances=True)
    return tech, layout, cell


def test_an_array_is_one_instance_array_and_a_staggered_one_two():
    for pattern, arrays in ((ARRAY, [(3, 4)]), ({**ARRAY, "staggered": True}, [(3, 2), (3, 2)]), ({}, [(0, 0)])):
        _, _, cell = placed_pads(**pattern)
        assert [(one.na, one.nb) if one.is_regular_array() else (0, 0) for one in cell.each_inst()] == arrays


def test_a_list_of_too_many_places_is_drawn_as_shapes_which_is_said(monkeypatch):
    tech, choices = technologies.load("wlcsp"), PadChoices("signal", "octagon", 280.0, places=[Place(500.0 * number, 0.0, "n%d" % number) for number in range(4)])
    plain = layout_of(tech)
    first = commands.place(plain[1], tech, choices).messages
    for most, live in ((4, 4), (3, 0)):
        monkeypatch.setattr(placed, "MOST_SINGLE", most)
        _, cell = layout_of(tech)
        messages = commands.place(cell, tech, choices, as_instances=True).messages
        assert sum(1 for _ in cell.each_inst()) == live and seen(cell, tech) == seen(plain[1], tech)
        assert messages == first + ["Drawn as shapes, not as live pads and vias: KLayout's Undo takes too long for 4 of them (3 at most are live)."] * (not live)
    _, layout, cell = placed_pads(**ARRAY)
    assert sum(1 for _ in cell.each_inst()) == 1 and len(layout.top_cells()) == 1  # an array of twelve


def test_a_file_keeps_geometry_names_and_note_without_the_package(tmp_path):
    tech, layout, cell = placed_pads("io[#]", **ARRAY)
    for ending in ("gds", "oas"):
        path = str(tmp_path / ("pads." + ending))
        layout.write(path)
        read = pya.Layout()
        read.read(path)  # no technology: no library
        assert seen(read.top_cell(), tech) == seen(cell, tech)
        assert not any(one.cell.is_library_cell() for one in read.top_cell().each_inst())
        assert {(note.name, note.checksum) for note in drawn_under(read)} == {("wlcsp", tech.checksum())}
        read.technology_name = tech.name
        assert {placed.element_of(one).name for one in read.top_cell().each_inst()} == {pcells.PAD}


def test_other_values_leave_no_cell_behind():
    tech, layout, cell = placed_pads("io[#]", **ARRAY)
    counts = placed.change(cell, tech, list(cell.each_inst()), {"size": 290.0, "function": "power", "cut": "none of its parameters"})
    assert counts["pad_power"] == 12 and counts["label"] == 12
    assert [one.name for one in layout.top_cells()] == ["TOP"] and len(list(layout.each_cell())) == 13
    assert set(seen(cell, tech)) == {"pad_power", "label"}


def test_a_member_of_an_array_gets_another_name_and_all_get_one():
    tech, layout, cell = placed_pads("vdd", **ARRAY)
    array = next(cell.each_inst())
    points = [(member.disp.x, member.disp.y) for member in placed.members(array)]
    placed.name(cell, tech, [placed.Named(array, point, "vss") for point in points])
    assert naming.taken(cell, tech) == {"vss"} and len(list(cell.each_inst())) == 1
    placed.name(cell, tech, [placed.Named(next(cell.each_inst()), points[3], "clk")])
    assert sorted(placed.element_of(one).values["net"] for one in cell.each_inst()) == ["clk"] + ["vss"] * 11
    clk = next(one for one in cell.each_inst() if placed.element_of(one).values["net"] == "clk")
    assert (clk.trans.disp.x, clk.trans.disp.y) == points[3]


def test_a_name_at_a_place_goes_into_a_single_instance_and_else_beside_it():
    tech, layout, cell = placed_pads()
    placed.name_at(cell, tech, [("clk", 3.0, -4.0), ("far", 900.0, 0.0)])
    assert placed.element_of(next(cell.each_inst())).values["net"] == "clk"
    label = layout.find_layer(*tech.layers["label"]["gds"])
    assert [shape.text.string for shape in cell.shapes(label).each()] == ["far"]
    tech, layout, cell = placed_pads(**ARRAY)
    placed.name_at(cell, tech, [("clk", -500.0, -757.5)])
    assert next(cell.each_inst()).is_regular_array() and naming.taken(cell, tech) == {"clk"}


def test_flattened_ones_are_shapes_of_the_cell():
    tech, layout, cell = placed_pads("vdd", **ARRAY)
    before = seen(cell, tech)
    assert placed.flatten(cell, list(cell.each_inst())) == 12
    assert seen(cell, tech) == before and len(list(layout.each_cell())) == 1


def test_more_names_than_cells_are_made_of_are_labels_of_the_cell(monkeypatch):
    monkeypatch.setattr(placed, "MOST_NAMED", 11)
    tech, layout, cell = placed_pads("io[#]", **ARRAY)
    assert len(list(layout.each_cell())) == 2 and len(naming.taken(cell, tech)) == 12


def test_where_labels_below_do_not_count_they_lie_in_the_cell():
    record = technologies.load("wlcsp")
    tech = type(record)({**record.record, "labels": "top"}, record.path) if not hasattr(record, "_replace") else record._replace(record={**record.record, "labels": "top"})
    layout, cell = layout_of(tech)
    commands.place(cell, tech, PadChoices("signal", "octagon", 280.0, net="clk"), as_instances=True)
    assert placed.element_of(next(cell.each_inst())).values["net"] == ""
    assert naming.taken(cell, tech) == {"clk"}


def test_rows_and_columns_of_cuts_are_arrays():
    points = [pya.Point(x, y) for y in (0, 10, 20, 35) for x in (0, 7, 14, 30)]
    arrays = placed._lattices(points)
    made = sorted((cut.x, cut.y) for trans, a, b, columns, rows in arrays for cut in [trans * (pya.Point() + a * column + b * row) for column in range(columns) for row in range(rows)])
    assert made == sorted((point.x, point.y) for point in points) and len(arrays) < len(points) / 2


def test_values_that_cannot_be_drawn_become_some_that_can():
    tech = technologies.load("wlcsp")
    declaration = pcells.library(tech).declarations[pcells.PAD]
    assert declaration.coerce_parameters(pya.Layout(), ["nothing", "star", -3.0, False, " two\nlines"]) == ["flip-chip", "octagon", tech.grid_um, False, ""]
    assert declaration.display_text(["signal", "round", 280.0, False, "clk"]) == "Pad signal round 280 um clk"


def test_a_pcell_of_another_technology_is_refused():
    tech, layout, cell = placed_pads()
    other = technologies.load("skywater_amkor400")
    with pytest.raises(CommandError, match="nothing to draw a pad on"):
        placed.change(cell, other, list(cell.each_inst()), {"size": 300.0})


@pytest.mark.skipif(not hasattr(pya, "ViaType"), reason="KLayout has via types from 0.30.4 on")
def test_the_path_tool_gets_vias_between_metals():
    tech = technologies.load("wlcsp_two_level")
    found = pcells.library(tech).declarations[pcells.VIA].via_types()
    assert {one.name for one in found} <= set(tech.of_kind("cut")) and found
    for one in found:
        assert one.cut.is_equivalent(pya.LayerInfo(*tech.layers[one.name]["gds"])) and one.wbmin == tech.limit("width_min", one.name)


def test_drawing_a_cut_is_drawing_a_via_without_its_capture_pad():
    tech = technologies.load("wlcsp")
    (_one, via), (_other, cut) = layout_of(tech), layout_of(tech)  # a cell does not keep its layout alive
    drawing.draw_via(via, tech, "pi1", 40.0, 0.0, 0.0)
    drawing.draw_cut(cut, tech, "pi1", 40.0, 0.0, 0.0)
    assert {key: value for key, value in seen(via, tech).items() if key != "rdl"} == seen(cut, tech)
