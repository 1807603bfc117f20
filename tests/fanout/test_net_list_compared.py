"""A net list beside a drawing: what differs, and its names written as labels."""

import pytest

from postpass.draw import drawing
from postpass.draw.choices import CommandError
from postpass.fanout import net_list_compared, netlist
from postpass.fanout.net_list_of_drawing import DrawnNets

from .drawn import POSTPASS, place, ring
from .test_naming import texts

RADII = {"chip_pad": 30.0, "ball": 110.0}


def entries(folder, *lines, header="net,x_um,y_um,kind"):
    path = folder / "nets.csv"
    path.write_text("\n".join([header, *lines]) + "\n")
    return netlist.read(str(path))


def lines(count=4, names="n%d"):
    return ["%s,%g,%g,%s" % ((names % number, *place(number, count, radius), kind)) for kind, radius in RADII.items() for number in range(count)]


def compared(cell, listed):
    return [(one.kind, one.name) for one in net_list_compared.compared(cell, POSTPASS, DrawnNets(cell, POSTPASS), listed)]


def test_what_agrees_has_no_difference(tmp_path):
    layout, cell = ring(count=4)
    listed = entries(tmp_path, *lines())
    assert compared(cell, listed) == []
    assert net_list_compared.summary([], listed) == "The drawing has the names of the list, 8 lines."


def test_missing_extra_and_other_names_are_told_with_their_place(tmp_path):
    layout, cell = ring(count=4)
    drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, 0.0, 140.0)
    drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, 40.0, 140.0)
    drawing.draw_label(cell, POSTPASS, "more", 40.0, 140.0)
    own = lines()
    listed = entries(tmp_path, own[0].replace("n0", "other"), *own[1:7], "new,0,140,ball", "gone,140,140,ball", "n1,20,0,chip_pad")
    found = net_list_compared.compared(cell, POSTPASS, DrawnNets(cell, POSTPASS), listed)
    x_um, y_um = place(0, 4, 30.0)
    pad_x, pad_y = place(3, 4, 110.0)
    assert [one.sentence for one in found] == [
        "Other name: n0 at %g, %g um, the list says other" % (x_um, y_um), "Missing: new at 0, 140 um, the pad there has no name",
        "Missing: gone at 140, 140 um there is no metal", "Missing: n1 at 20, 0 um there is no metal",
        "Extra: more at 40, 140 um, the list has no such net", "Extra: n3 at %g, %g um, the list has no pad here" % (pad_x, pad_y)]
    assert net_list_compared.summary(found, listed) == "Compared: 3 missing, 2 extra, 1 other name."
    assert all(one.box.contains(one.box.center()) and not one.box.empty() for one in found)


def test_a_list_of_one_kind_says_nothing_of_the_other(tmp_path):
    layout, cell = ring(count=4)
    assert compared(cell, entries(tmp_path, *lines()[4:])) == []


def test_names_of_a_list_become_labels_at_their_places(tmp_path):
    layout, cell = ring(count=4, named=False)
    listed = entries(tmp_path, *lines(), "gone,140,140,ball")
    wanted = net_list_compared.to_import(cell, POSTPASS, DrawnNets(cell, POSTPASS), listed)
    assert texts(cell) == []
    report = net_list_compared.draw(cell, POSTPASS, wanted)
    assert report.messages[0] == "Imported: 8 labels written." and report.severity == "warning"
    assert report.messages[1].endswith("nets.csv, line 10: net gone got no label: at 140, 140 um there is no metal.")
    assert sorted(text for text, _, _ in texts(cell)) == sorted(["n%d" % number for number in range(4)] * 2)
    dbu = layout.dbu
    assert {(x, y) for _, x, y in texts(cell)} == {tuple(int(round(value / dbu)) for value in place(number, 4, radius)) for radius in RADII.values() for number in range(4)}
    assert compared(cell, listed[:-1]) == []
    with pytest.raises(CommandError, match=r"^Nothing to import: the drawing has the names"):
        net_list_compared.to_import(cell, POSTPASS, DrawnNets(cell, POSTPASS), listed[:-1])


def test_other_names_are_replaced_and_told(tmp_path):
    layout, cell = ring(count=4)
    listed = entries(tmp_path, lines(names="x%d")[0])
    report = net_list_compared.draw(cell, POSTPASS, net_list_compared.to_import(cell, POSTPASS, DrawnNets(cell, POSTPASS), listed))
    assert report.messages == ["Imported: 0 labels written, 1 label replaced (n0)."]
    assert sorted(text for text, _, _ in texts(cell)).count("n0") == 1 and "x0" in [text for text, _, _ in texts(cell)]
