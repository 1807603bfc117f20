"""The technology in KLayout itself: its stack in the 2.5D view, and what is left when the technology manager has written the .lyt anew."""

import json
import os
import xml.etree.ElementTree as xml
from collections import namedtuple

import pya
import pytest

from postpass import tech as technologies
from postpass.__main__ import main
from postpass.tech import stack_view
from tests.panel.application import Application, once

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "klayout_technology_script.py")
NAMES = sorted(technologies.installed())
Ran = namedtuple("Ran", "folder told")


def start(folder):
    """One start of the application with a copy of the package: where its technologies are now, and what the script told."""
    layout, told = pya.Layout(), os.path.join(str(folder), "told.json")
    cell = layout.create_cell("TOP")
    for layer in technologies.load("wlcsp").drawn_layers():
        cell.shapes(layout.layer(*layer["gds"])).insert(pya.Box(0, 0, 100000, 100000))
    cell.shapes(layout.layer(70, 0)).insert(pya.Box(-100000, -100000, 300000, 300000))
    layout.write(os.path.join(str(folder), "in.gds"))
    done = Application(folder).start(SCRIPT, "home", "-e", TOLD=told, LAYOUT=os.path.join(str(folder), "in.gds"))
    assert done.returncode == 0 and os.path.exists(told), done.stdout + done.stderr
    with open(told, encoding="utf-8") as file:
        return Ran(os.path.join(str(folder), "package", "tech"), json.load(file))


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    return once(tmp_path_factory, "klayout-technology", start)


def beside(name, folder, ending):
    """(file of this checkout, the same in the application's copy)"""
    path = os.path.splitext(technologies.installed()[name])[0] + ending
    return path, os.path.join(folder, os.path.relpath(path, os.path.join(ROOT, "tech")))


def read(path):
    with open(path, "rb") as file:
        return file.read()


def loaded(path):
    technology = pya.Technology()
    technology.load(path)
    return technology


# the 2.5D view

def test_the_view_shows_the_stack(ran):
    assert ran.told["materials"] == [slab.name for slab in stack_view.slabs(technologies.load("wlcsp"))] and "polymer_1" in ran.told["materials"]
    assert {"Stack of wlcsp", "Stack of wlcsp400", "Stack of wlcsp_two_level"} <= set(ran.told["items"])


# the technology manager writes every .lyt anew

@pytest.mark.parametrize("name", NAMES)
def test_the_technology_manager_loses_nothing_of_ours(name, ran):
    before, after = beside(name, ran.folder, ".lyt")
    assert "tech_setup_dialog" in ran.told["dialogs"] and b"<original-base-path>/" in read(after), "the manager wrote nothing"
    one, other = loaded(before), loaded(after)
    assert other.base_path() == os.path.dirname(os.path.realpath(after)) and other.layer_properties_file == name + ".lyp" and os.path.exists(other.eff_layer_properties_file())
    assert (other.name, other.dbu, other.group) == (one.name, one.dbu, one.group) and other.add_other_layers == one.add_other_layers
    assert other.description == ("Changed by its user" if name == "wlcsp400" else one.description)
    options = [technology.load_layout_options for technology in (one, other)]
    assert len({found.layer_map.to_string() for found in options}) == 1 and ": %s" % technologies.load(name).drawn_layers()[0]["name"] in options[0].layer_map.to_string()
    assert len({(found.create_other_layers, found.properties_enabled, found.text_enabled) for found in options}) == 1
    assert stack_of(before) == stack_of(after) and stack_of(before)
    for ending in (".json", ".lyp"):
        assert read(beside(name, ran.folder, ending)[0]) == read(beside(name, ran.folder, ending)[1])
    assert technologies.load(beside(name, ran.folder, ".json")[1]).full_checksum() == technologies.load(name).full_checksum()


def stack_of(path):
    """The lines of a technology's connectivity."""
    return [(line.tag, line.text) for line in xml.parse(path).find("connectivity/stack")]


def test_what_the_manager_wrote_can_be_handed_on(ran, tmp_path, capsys):
    """It notes where the .lyt lies on this machine, which no archive takes along."""
    path = beside("wlcsp", ran.folder, ".json")[1]
    assert main(["tech", "export", path, str(tmp_path / "a.zip")]) == 0 and main(["tech", "import", str(tmp_path / "a.zip"), str(tmp_path / "new")]) == 0
    assert b"<original-base-path/>" in read(tmp_path / "new" / "wlcsp.lyt") and ran.folder.encode() not in read(tmp_path / "new" / "wlcsp.lyt")
