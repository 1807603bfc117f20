"""Pads, vias and contact points as instances of PCells: editing, naming, flattening, files, in one start of the application."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, equal, holds
from inside import centres, dock, draw, events, flat, message, new_layout, panel, place, redo, run_cases, select, shapes, show_pads, state, undo, window

from postpass import tech
from postpass.draw import pcells, placed
from postpass.fanout import naming, net_list_of_drawing

FOLDER = os.environ["POSTPASS_FOLDER"]


def labels(view):
    return sorted(shape.text.string for shape in flat(view, (52, 10)).each())


def pads(view, net="", pattern="Array", columns=1):
    show_pads()
    draw.pattern.currentText = pattern
    draw.pads.columns.value = columns
    draw.pads.function.currentText = "signal"
    draw.pads.pitch_x.text = "30"
    draw.net.text = net
    said = place("0, 0")
    draw.net.text = ""
    draw.pads.columns.value = 1
    return said


def instances(view):
    return list(view.active_cellview().cell.each_inst())


def select_all(view):
    view.zoom_box(pya.DBox(-100, -100, 100, 100))
    select(view, -90, -90, 90, 90)


def changed(view, *edits):
    """Selects the placed ones, edits fields, presses Change; returns the message."""
    select_all(view)
    for edit in edits:
        edit()
    draw.selected.button.click()
    events()
    return message()


def test_an_array_is_one_instance_array_and_a_name_travels_with_it():
    view = new_layout()
    begins(pads(view, "vdd", columns=3), "Placed 3 pads, net vdd.")
    equal([(one.na, one.nb) for one in instances(view)], [(3, 1)])
    equal(labels(view), ["vdd"] * 3)
    view.transaction("Move")
    instances(view)[0].transform(pya.Trans(5000, 0))
    view.commit()
    equal(sorted(x for x, _ in centres(view, (53, 4))), sorted(shape.text.x * 0.001 for shape in flat(view, (52, 10)).each()))


def test_names_that_count_make_one_instance_each():
    view = new_layout()
    begins(pads(view, "io[#]", columns=4), "Placed 4 pads, nets io[1] to io[4].")
    equal(len(instances(view)), 4)
    equal(labels(view), ["io[%d]" % number for number in range(1, 5)])


def test_the_selected_pad_is_shown_and_changed_as_one_undo_step():
    view = new_layout()
    draw.pads.size.text = "10"
    pads(view)
    before = state(view)
    draw.pads.size.text = "12"  # for the next ones
    equal(draw.selected.button.enabled, False)
    select_all(view)
    equal(draw.selected.button.enabled, True)
    equal(draw.selected.words.text, "Selected: 1 pad")
    equal(draw.pads.size.text, "10")
    draw.pads.size.text = "20"
    draw.pads.shape.currentText = "square"
    draw.net.text = "clk"
    draw.selected.button.click()
    begins(message(), "Changed 1 pad: ")
    equal([shape.bbox().to_s() for shape in flat(view, (53, 4)).each()], ["(-10000,-10000;10000,10000)"])
    equal(labels(view), ["clk"])
    equal([cell.name for cell in view.active_cellview().layout().top_cells()], ["TOP"])
    after = state(view)
    undo()
    equal(state(view)["shapes"], before["shapes"])
    redo()
    equal(state(view)["shapes"], after["shapes"])
    view.clear_object_selection()
    events()
    equal(draw.pads.size.text, "12")
    equal(draw.selected.button.enabled, False)


def test_of_several_only_what_was_edited_changes():
    view = new_layout()
    draw.pads.size.text = "10"
    pads(view, "io[#]", columns=3)
    holds(changed(view, lambda: setattr(draw.pads.size, "text", "11")), "Changed 3 pads: size 11 um.")
    equal(labels(view), ["io[1]", "io[2]", "io[3]"])
    equal({shape.bbox().to_s().split(";")[0].split(",")[1] for shape in flat(view, (53, 4)).each()}, {"-5500"})
    begins(changed(view), "Nothing to change")
    begins(changed(view, lambda: setattr(draw.net, "text", "a#")), "Names that count")
    before = state(view)
    begins(changed(view, lambda: setattr(draw.pads.size, "text", "wide")), "Size")
    equal(state(view), before)


def test_nothing_selected_changes_nothing():
    view = new_layout()
    pads(view)
    view.clear_object_selection()
    panel.guarded(draw.selected.change_clicked)
    begins(message(), "Select pads, vias or contact points")
    panel.guarded(draw.selected.flatten)
    begins(message(), "Select pads, vias or contact points")


def test_flattened_pads_are_shapes_of_the_cell():
    view = new_layout()
    pads(view, "vdd", columns=3)
    before = state(view)
    select_all(view)
    draw.selected.flatten()
    begins(message(), "Flattened 3 pads")
    equal(instances(view), [])
    equal(sorted(shape.to_s().split(" prop")[0] for shape in view.active_cellview().cell.shapes(view.active_cellview().layout().find_layer(53, 4)).each()),
          sorted(before["shapes"]["53/4"]))
    equal(labels(view), ["vdd"] * 3)
    undo()
    equal(state(view)["shapes"], before["shapes"])


def test_one_member_of_an_array_is_renamed_alone():
    view = new_layout()
    pads(view, "vdd", columns=3)
    technology = tech.load("postpass")
    cell = view.active_cellview().cell
    drawn = net_list_of_drawing.DrawnNets(cell, technology)
    first = min(naming.labels_of(cell, technology, drawn).values(), key=lambda some: some[0].point)[0]
    view.transaction("Rename")
    placed.name(cell, technology, [placed.Named(first.holder, first.point, "clk")])
    view.commit()
    equal(labels(view), ["clk", "vdd", "vdd"])
    equal(len(instances(view)), 3)
    undo()
    equal(labels(view), ["vdd"] * 3)
    equal(len(instances(view)), 1)


def test_a_file_opened_without_a_technology_is_edited_after_apply():
    view = new_layout()
    pads(view, "clk")
    path = os.path.join(FOLDER, "pads.gds")
    view.active_cellview().layout().write(path)
    window.load_layout(path, 1)
    events()
    view = pya.LayoutView.current()
    drawn = shapes(view)
    view.active_cellview().technology = ""
    panel.apply_clicked()
    events()
    equal([placed.element_of(one).name for one in instances(view)], [pcells.PAD])
    equal(shapes(view), drawn)
    dock.turn_to(draw)
    begins(changed(view, lambda: setattr(draw.net, "text", "rst")), "Changed 1 pad: net rst.")
    equal(labels(view), ["rst"])


def test_the_property_dialog_offers_the_parameters():
    """KLayout's dialog shows what the declaration tells; a value that cannot be drawn becomes one that can."""
    declaration = pcells.library(tech.load("postpass")).declarations[pcells.PAD]
    equal([one.name for one in declaration.get_parameters()], ["function", "shape", "size", "openings", "net"])
    holds(declaration.get_parameters()[0].choice_values(), "flip-chip")
    equal(declaration.coerce_parameters(pya.Layout(), ["nothing", "round", -3.0, False, " a "])[:3], ["flip-chip", "round", 0.005])


def test_a_view_of_the_top_level_alone_shows_what_is_placed():
    view = new_layout()
    view.max_hier_levels = 1
    pads(view)
    equal(view.max_hier_levels, 2)


run_cases(globals())
