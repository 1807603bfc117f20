"""Generated files are what the technology files say, and KLayout reads them."""

import os

import pya
import pytest

from postpass import documents
from postpass import tech as technologies
from tests.kits import KITS

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAMES = sorted(technologies.installed())


def test_generated_files_have_not_drifted():
    assert list(documents.drifted(ROOT)) == [], "run ./run docs"


def lyt(name):
    technology = pya.Technology()
    technology.load(technologies.installed()[name][:-5] + ".lyt")
    return technology


@pytest.mark.parametrize("name", NAMES)
def test_klayout_reads_the_technology(name):
    technology, ours = lyt(name), technologies.load(name)
    assert (technology.name, technology.description, technology.dbu) == (ours.name, ours.title, ours.dbu_um)
    assert os.path.exists(technology.eff_layer_properties_file())


@pytest.mark.parametrize("name", NAMES)
def test_reading_a_layout_names_its_layers(name, tmp_path):
    ours = technologies.load(name)
    plain = pya.Layout()
    cell = plain.create_cell("TOP")
    for layer in ours.drawn_layers():
        cell.shapes(plain.layer(*layer["gds"])).insert(pya.Box(0, 0, 10, 10))
    plain.write(str(tmp_path / "a.gds"))
    read = pya.Layout()
    read.read(str(tmp_path / "a.gds"), lyt(name).load_layout_options)
    assert {(info.layer, info.datatype): info.name for info in read.layer_infos()} == {tuple(layer["gds"]): layer["name"] for layer in ours.drawn_layers()}


@pytest.mark.parametrize("name", NAMES)
def test_layer_properties_show_every_layer(name):
    view = pya.LayoutView()
    view.load_layer_props(technologies.installed()[name][:-5] + ".lyp")
    shown = {}
    for layer in view.each_layer():
        shown[layer.source_layer, layer.source_datatype] = (layer.name, layer.fill_color, layer.dither_pattern)
    ours = technologies.load(name)
    assert set(shown) == {tuple(layer["gds"]) for layer in ours.drawn_layers()}
    pads = [shown[tuple(ours.layers[layer]["gds"])] for layer in ours.of_kind("pad")]
    assert len({look[1:] for look in pads}) == (4 if name in KITS else 0), "functions of pads must be told apart"
    assert all(ours.layers[layer]["title"] in look[0] for layer, look in zip(ours.of_kind("pad"), pads))


def traced(name, shapes, start):
    """Number of shapes the net tracer finds from a point on a layer: shapes = {layer: box}."""
    ours, layout = technologies.load(name), pya.Layout()
    layout.technology_name = name
    cell = layout.create_cell("TOP")
    for layer, box in shapes.items():
        cell.shapes(layout.layer(*ours.layers[layer]["gds"])).insert(box)
    registered = pya.Technology.create_technology(name) if not pya.Technology.has_technology(name) else pya.Technology.technology_by_name(name)
    registered.load_xml(lyt(name).to_xml()) if hasattr(registered, "load_xml") else registered.load(technologies.installed()[name][:-5] + ".lyt")
    tracer = pya.NetTracer()
    tracer.trace(name, layout, cell, pya.Point(5, 5), layout.layer(*ours.layers[start]["gds"]))
    return tracer.num_elements()


def test_the_net_tracer_follows_contact_via_metal_and_pad():
    box = pya.Box(0, 0, 10, 10)
    assert traced("postpass", {"contact": box, "via": box, "rdl": box, "pad_power": pya.Box(10, 0, 20, 10)}, "contact") == 4
    assert traced("postpass", {"contact": box, "rdl": box}, "contact") == 1


def test_the_net_tracer_follows_a_bump():
    box = pya.Box(0, 0, 10, 10)
    assert traced("wlcsp", {"contact": box, "pi1": box, "pad_signal": box, "pi2": box, "ubm": box}, "contact") == 5


def test_the_net_tracer_follows_drawn_layers_beside_derived_ones():
    box = pya.Box(0, 0, 10, 10)
    assert traced("skywater_deca400", {"pad": box, "cpbo": box, "rdl": box, "cpmm2": box, "ubm": box, "bump": box}, "pad") == 6


def test_a_section_needs_its_marks():
    assert documents.with_section("a <!-- x -->old<!-- /x --> b", "x", "new") == "a <!-- x -->\nnew\n<!-- /x --> b"
    with pytest.raises(ValueError, match="the marks"):
        documents.with_section("no marks", "x", "new")


def test_the_rule_table_has_every_rule():
    for name in NAMES:
        table = documents.rule_table(technologies.load(name))
        assert all("| %s |" % rule["id"] in table and rule["source"] in table for rule in technologies.load(name).rules)
