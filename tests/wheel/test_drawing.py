"""What the kit draws at its tightest keeps the technology's limits; layers carry the technology's numbers and names."""

import pya
import pytest

from postpass import tech
from postpass.draw import drawing, shapes


@pytest.fixture
def cell():
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    cell.keep_layout = layout  # a cell dies with its layout
    return cell


def polygons(cell, technology, name):
    index = cell.layout().find_layer(*technology.layers[name]["gds"])
    return [] if index is None else [shape.polygon for shape in cell.shapes(index).each() if not shape.is_text()]


def test_a_missing_layer_is_added_with_its_name_and_only_once(cell):
    technology = tech.load("postpass")
    index = drawing.ensure_layer(cell.layout(), technology, "pad_power")
    assert cell.layout().get_info(index).is_equivalent(pya.LayerInfo(53, 2, "pad_power"))
    assert drawing.ensure_layer(cell.layout(), technology, "pad_power") == index


def test_a_layer_the_layout_has_under_another_name_is_used(cell):
    index = cell.layout().insert_layer(pya.LayerInfo(51, 0, "MyVia"))
    assert drawing.ensure_layer(cell.layout(), tech.load("postpass"), "via") == index


def test_a_new_layer_never_takes_the_index_of_one_that_was_there_before(cell):
    layout = cell.layout()
    layout.delete_layer(layout.insert_layer(pya.LayerInfo(1, 0)))
    assert drawing.ensure_layer(layout, tech.load("postpass"), "via") == 1 and list(layout.layer_indexes()) == [1]


@pytest.mark.parametrize("name", ["postpass", "wlcsp_two_level"])
def test_all_layers_are_prepared_unless_one_was_deleted(cell, name):
    technology, layout = tech.load(name), cell.layout()
    layout.guiding_shape_layer()  # an index without a layer of the user
    drawing.prepare_layers(layout, technology)
    found = {(info.layer, info.datatype): info.name for info in layout.layer_infos()}
    assert found == {tuple(layer["gds"]): key for key, layer in technology.layers.items() if "gds" in layer}
    layout.delete_layer(layout.find_layer(*technology.layers["die"]["gds"]))
    drawing.prepare_layers(layout, technology)
    assert layout.find_layer(*technology.layers["die"]["gds"]) is None


@pytest.mark.parametrize("function", tech.PAD_FUNCTIONS)
def test_a_pad_lies_on_the_layer_of_its_function_alone(cell, function):
    technology = tech.load("postpass")
    assert drawing.draw_pad(cell, technology, function, "octagon", 10.0, 0.0, 0.0) == {technology.pad_layer(function): 1}
    assert polygons(cell, technology, technology.pad_layer(function))[0].bbox() == pya.Box(-5000, -5000, 5000, 5000)
    assert len(list(cell.layout().layer_indexes())) == 1


@pytest.mark.parametrize("size_um", [0.5, 0.505, 1.18, 3.0])
@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_a_via_has_its_own_pattern_below_and_its_capture_pad_above(cell, shape, size_um):
    technology = tech.load("postpass")
    counts = drawing.draw_via(cell, technology, "via", size_um, 7.0, 8.0, shape)
    assert counts == {"via": 1, "contact": 1, "rdl": 1}
    via, contact, capture = (polygons(cell, technology, name)[0] for name in ("via", "contact", "rdl"))
    assert via == contact
    assert shapes.enclosure_dbu(capture, via) == 1000  # VIA.E.2
    assert capture.bbox().width() <= via.bbox().width() + 2000 + 5


def test_contact_points_are_left_out_on_request(cell):
    assert drawing.draw_via(cell, tech.load("postpass"), "via", 1.0, 0.0, 0.0, contact=False) == {"via": 1, "rdl": 1}


def test_the_chip_pad_of_a_wafer_level_package_is_drawn_on_request_only(cell):
    technology = tech.load("wlcsp")
    assert drawing.draw_via(cell, technology, "pi1", 35.0, 0.0, 0.0, "round") == {"pi1": 1, "rdl": 1}
    drawing.draw_via(cell, technology, "pi1", 35.0, 200.0, 0.0, "round", True)
    opening, chip_pad = polygons(cell, technology, "pi1")[1], polygons(cell, technology, "contact")[0]
    assert chip_pad.is_box() and shapes.enclosure_dbu(chip_pad, opening) == 7500  # PI1.E.1


@pytest.mark.parametrize("name", ["wlcsp", "wlcsp400"])
@pytest.mark.parametrize("shape", ["octagon", "round"])
def test_the_smallest_landing_pad_keeps_every_enclosure_of_its_openings(cell, name, shape):
    technology = tech.load(name)
    smallest = technology.pad_size_min_um("pad_flip_chip")
    counts = drawing.draw_pad(cell, technology, "flip-chip", shape, smallest, 0.0, 0.0, True)
    assert counts == {"pad_flip_chip": 1, "pi2": 1, "ubm": 1}
    pad, ubm, opening = (polygons(cell, technology, part)[0] for part in ("pad_flip_chip", "ubm", "pi2"))
    assert opening.bbox().width() == technology.limit("width_min", "pi2") / 0.001
    assert shapes.enclosure_dbu(ubm, opening) >= 15000 - 1e-6  # PI2.E.1
    assert shapes.enclosure_dbu(pad, ubm) >= 10000 - 1e-6  # UBM.E.1
    assert shapes.enclosure_dbu(pad, opening) >= 25000 - 1e-6  # PI2.E.2


def test_openings_take_an_allowed_shape_where_the_pad_s_own_is_not(cell):
    technology = tech.load("wlcsp")
    drawing.draw_pad(cell, technology, "power", "square", 270.0, 0.0, 0.0, True)
    assert polygons(cell, technology, "pad_power")[0].is_box()
    assert polygons(cell, technology, "ubm")[0].num_points() == 8


def test_a_label_lies_on_the_label_layer_on_the_grid(cell):
    technology = tech.load("postpass")
    assert drawing.draw_label(cell, technology, "VDD", 1.2345, 2.0) == {"label": 1}
    text = next(cell.shapes(cell.layout().find_layer(52, 10)).each()).text
    assert text.string == "VDD" and (text.x, text.y) == (1235, 2000)


def test_arrays_are_centred_and_keep_their_pitch_on_the_grid(cell):
    assert drawing.positions(1.0, 2.0, 3, 2, 10.0, 4.0) == [(-9.0, 0.0), (1.0, 0.0), (11.0, 0.0), (-9.0, 4.0), (1.0, 4.0), (11.0, 4.0)]
    technology = tech.load("postpass")
    for x_um, y_um in drawing.positions(0.0, 0.0, 4, 4, 1.505, 1.505):
        drawing.draw_via(cell, technology, "via", 0.5, x_um, y_um)
    lefts = sorted({via.bbox().left for via in polygons(cell, technology, "via")})
    assert [right - left for left, right in zip(lefts, lefts[1:])] == [1505] * 3


@pytest.mark.parametrize("dbu_um", [0.001, 0.005, 0.0005])
def test_any_database_unit_that_divides_the_grid_will_do(dbu_um):
    layout = pya.Layout()
    layout.dbu = dbu_um
    cell = layout.create_cell("TOP")
    technology = tech.load("postpass")
    drawing.draw_via(cell, technology, "via", 0.5, 1.0, 1.0)
    assert polygons(cell, technology, "via")[0].to_dtype(dbu_um).bbox() == pya.DBox(0.75, 0.75, 1.25, 1.25)


def test_what_a_technology_does_not_have_is_refused(cell):
    technology = tech.load("postpass")
    with pytest.raises(KeyError, match="no layer for clock pads"):
        drawing.draw_pad(cell, technology, "clock", "octagon", 10.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="no via layer 'rdl'"):
        drawing.draw_via(cell, technology, "rdl", 1.0, 0.0, 0.0)
