"""One reader with one set of refusals; every refusal is one sentence."""

import os
import sys

import pya
import pytest

from postpass import layout_file
from postpass import tech as technologies
from postpass.files import FileError
from tests.files.records import array_at, boundary, gds, label, path_element, reference, reference_at, ring

POSTPASS = technologies.load("postpass")
SQUARE = boundary(51, *ring(1180))


def stored(folder, content, name="in.gds"):
    (folder / name).write_bytes(content)
    return str(folder / name)


def refused(words):
    return pytest.raises(FileError, match=words)


def test_what_cannot_be_read(tmp_path):
    for path, words in (("", "no input: give the layout file"), (str(tmp_path / "no.gds"), "no.gds: no such file"), (str(tmp_path), "is a folder, not"),
                        (stored(tmp_path, b""), "in.gds: cannot be read"), (stored(tmp_path, b"words"), "in.gds: cannot be read"),
                        (stored(tmp_path, gds(("A", [reference("B")]), ("B", [reference("A")]))), "a cell contains itself"),
                        (str(tmp_path / "\ufffd.gds"), "no such file .*run with LC_ALL=C.UTF-8"), ("a\0b", "no such file")):
        with refused(words) as caught:
            layout_file.read(path)
        assert len(str(caught.value).splitlines()) == 1


def test_a_cell_that_is_not_in_the_file(tmp_path):
    """KLayout's writer drops a cell without records of its own; the instance stays."""
    layout = pya.Layout()
    child, top = layout.create_cell("CHILD"), layout.create_cell("TOP")
    top.shapes(layout.layer(51, 0)).insert(pya.Box(0, 0, 9, 9))
    top.insert(pya.CellInstArray(child.cell_index(), pya.Trans()))
    options = pya.SaveLayoutOptions()
    options.add_this_cell(top.cell_index())
    options.keep_instances = True
    layout.write(str(tmp_path / "ghost.gds"), options)
    with refused("ghost.gds: cell CHILD is placed but not in the file"):
        layout_file.read(str(tmp_path / "ghost.gds"))


@pytest.mark.parametrize("shapes, words", [([boundary(51, (0, 0), (9, 9))], r"cannot be read as drawn \(BOUNDARY with less than 3 points ignored"),
                                           ([boundary(51, (0, 0), (9, 9))] * 3, "and 2 more")], ids=["one", "three"])
def test_shapes_that_klayout_leaves_out(tmp_path, shapes, words, capfd):
    with refused(words):
        layout_file.read(stored(tmp_path, gds(("TOP", [SQUARE] + shapes))))
    assert capfd.readouterr().out == ""


def test_a_sound_layout(tmp_path):
    layout = layout_file.read(stored(tmp_path, gds(("TOP", [SQUARE, reference_at("B", 2 ** 29, 0)]), ("B", [SQUARE]))))
    layout_file.require_sound(layout_file.top_cell(layout), POSTPASS)


@pytest.mark.parametrize("shape, place", [(boundary(52, (0, 0), (2000, 0), (0, 0), (0, 0)), "1, 0"), (path_element(52, 0, (0, 0), (0, 8000)), "0, 4"),
                                          (boundary(52, (0, 0), (20000, 20000), (20000, 0), (0, 20000), (0, 0)), "10, 10")])
@pytest.mark.parametrize("inside", [False, True])
def test_shapes_without_area(tmp_path, shape, place, inside):
    cells = [("TOP", [SQUARE, reference("B")]), ("B", [shape])] if inside else [("TOP", [SQUARE, shape])]
    layout = layout_file.read(stored(tmp_path, gds(*cells)))
    with refused("layer rdl holds a shape without area at %s um .1 in cell %s" % (place, cells[-1][0])):
        layout_file.require_sound(layout.top_cell(), POSTPASS)


def test_shapes_without_area_elsewhere_do_not_matter(tmp_path):
    layout = layout_file.read(stored(tmp_path, gds(("TOP", [SQUARE, path_element(99, 0, (0, 0), (0, 8000))]))))
    layout_file.require_sound(layout.top_cell(), POSTPASS)


@pytest.mark.parametrize("placed", [[reference_at("B", 2 ** 31 - 1, 0)], [reference_at("B", 0, -2 ** 31), reference_at("B", 0, 0)], [array_at("B", 2, 2 ** 30 - 1)],
                                    [boundary(52, *ring(3000, 2 ** 30, 0))], [label(52, 10, "far", 2 ** 30 + 5, 0), reference_at("B", 0, 0)]])
def test_places_out_of_reach(tmp_path, placed):
    layout = layout_file.read(stored(tmp_path, gds(("TOP", placed + [SQUARE]), ("B", [boundary(51, *ring(5000))]))))
    with refused("too far to compute with .1.07374e.06 um at its database unit of 0.001 um"):
        layout_file.require_sound(layout_file.top_cell(layout, "TOP"), POSTPASS)


def test_top_cells(tmp_path):
    with refused("the layout holds no cell"):
        layout_file.top_cell(pya.Layout())
    layout = layout_file.read(stored(tmp_path, gds(("A", [SQUARE]), (b"B\xb5", [SQUARE]))))
    with refused(r"2 top cells \(A, B\\xb5\): choose one with topcell=NAME"):
        layout_file.top_cell(layout)
    assert layout_file.top_cell(layout, "B\\xb5").cell_index() != layout_file.top_cell(layout, "A").cell_index()
    with refused(r"no cell named C; top cells are A, B\\xb5"):
        layout_file.top_cell(layout, "C")


def test_twin_layers_are_found():
    layout = pya.Layout()
    one, two = layout.insert_layer(pya.LayerInfo(51, 0)), layout.insert_layer(pya.LayerInfo(51, 0, "twin"))
    layout.insert_layer(pya.LayerInfo(51, 1))
    assert layout_file.layer_indexes(layout, [51, 0]) == [one, two]


def test_a_path_outside_ascii(tmp_path):
    assert layout_file.read(stored(tmp_path, gds(("TOP", [SQUARE])), "µ.gds")).top_cell().name == "TOP"
    assert os.path.exists(tmp_path / "µ.gds")


def test_without_a_standard_output(tmp_path, monkeypatch):
    """A program in a window, klayout.exe, may have none."""
    monkeypatch.setattr(sys, "stdout", None)
    path = stored(tmp_path, gds(("TOP", [SQUARE])))
    assert layout_file.read(path).top_cell().name == "TOP"
    with refused("cannot be read as drawn"):
        layout_file.read(stored(tmp_path, gds(("TOP", [SQUARE, boundary(51, (0, 0), (9, 9))]))))
