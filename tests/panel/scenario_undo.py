"""Undo and Redo between every pair of actions of the panel, on a new layout and on an opened file; what KLayout does with layers meanwhile."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, equal, holds
from inside import click, draw, escape, events, fan_out, listed, message, new_layout, place, redo, run_cases, shapes, show_fan_out, show_pads, show_vias, state, undo, window

from postpass import tech
from postpass.draw import drawing

POSTPASS = tech.load("postpass")
NUMBERS_OF_POSTPASS = {"50/0", "51/0", "52/0", "53/1", "53/2", "53/3", "53/4"}
FOLDER = os.environ["POSTPASS_FOLDER"]
FILE = os.path.join(FOLDER, "opened.gds")


# the actions


def pad(function):
    def placed(view):
        show_pads()
        draw.pads.function.currentText = function
        return place("40, 100")
    return placed


def via(view):
    show_vias()
    return place("20, 90")


def array(view):
    show_vias()
    draw.vias.columns.value, draw.vias.row_count.value = 3, 2
    place("-20, 90")
    draw.vias.columns.value, draw.vias.row_count.value = 1, 1


def mouse(view):
    show_pads()
    draw.pads.function.currentText = "flip-chip"
    draw.tool.click()
    view.zoom_box(pya.DBox(-60, -80, 140, 140))
    click(view, 20.0, 120.0)
    escape(view)


def lock(view):
    """The first contact point and the second pad."""
    cellview = view.active_cellview()
    chosen = []
    for name, middle in (("rdl", (0, 0)), ("pad_signal", (80000, 20000))):
        index = cellview.layout().find_layer(*POSTPASS.layers[name]["gds"])
        shape = next(shape for shape in cellview.cell.shapes(index).each() if shape.bbox().center() == pya.Point(*middle))
        path = pya.ObjectInstPath()
        path.cv_index, path.top, path.layer, path.shape = cellview.index(), cellview.cell.cell_index(), index, shape
        chosen.append(path)
    view.object_selection = chosen
    fan_out.lock.click()


def routed(view):
    show_fan_out()
    fan_out.go.click()


# the table


def write_file():
    """Two contact points and two pads in a die, without names for layers, and a layer that is none of the technology."""
    layout = pya.Layout()
    cell = layout.create_cell("TOP")
    for number in range(2):
        drawing.draw_via(cell, POSTPASS, "via", 1.2, 0.0, 20.0 * number)
        drawing.draw_pad(cell, POSTPASS, "signal", "octagon", 16.0, 80.0, 40.0 * number - 20.0)
    cell.shapes(drawing.ensure_layer(layout, POSTPASS, "die")).insert(pya.Box(-60000, -80000, 140000, 140000))
    cell.shapes(layout.layer(7, 0)).insert(pya.Box(0, 0, 1000, 1000))
    layout.write(FILE)


write_file()


def opened():
    window.load_layout(FILE, 1)
    events()
    return pya.LayoutView.current()


def placing():
    return dict({"pad " + function: pad(function) for function in tech.PAD_FUNCTIONS}, via=via, array=array, mouse=mouse)


def pairs(start, actions):
    """Every pair of actions with Undo and Redo after each, compared with the same pair without."""
    wrong, drawn, count = [], set(), 0
    for first in actions:
        for second in actions:
            plain, back = [follow(start, (actions[first], actions[second]), between) for between in (False, True)]
            drawn |= set(plain[-1]["shapes"])
            wrong += [[first, second, number] for number, (one, other) in enumerate(zip(plain, back)) if one != other]
            count += 1
    return count, wrong, drawn


def follow(start, actions, between):
    """The states after each action: with `between`, after undoing and redoing it, and at the end after undoing and redoing all."""
    view = start()
    base, states = state(view), []
    for action in actions:
        action(view)
        if between:
            window.cm_undo()
            window.cm_redo()
        states.append(state(view))
    for _ in actions:
        window.cm_undo()
    states.append(base if state(view) == base else state(view))
    for _ in actions:
        window.cm_redo()
    states.append(state(view))
    window.close_current_view()
    return [base] + states + [states[1]]


def test_undo_and_redo_between_every_pair_of_actions_change_nothing_in_a_new_layout():
    count, wrong, drawn = pairs(new_layout, placing())
    equal(count, 7 * 7)
    equal(drawn, NUMBERS_OF_POSTPASS)
    equal(wrong, [])


def test_undo_and_redo_between_every_pair_of_actions_change_nothing_in_an_opened_file():
    count, wrong, drawn = pairs(opened, dict(placing(), lock=lock, **{"fan out": routed}))
    equal(count, 9 * 9)
    equal(drawn, NUMBERS_OF_POSTPASS | {"7/0", "60/0", "52/10"})
    equal(wrong, [])


# what KLayout and the user do with layers meanwhile


def user(view, title, do):
    """A command of the application: one transaction."""
    events()  # between two commands there is a redraw; the first one takes indexes for layers of KLayout's own
    view.transaction(title)
    do(view.active_cellview().layout())
    view.commit()


def new_layer(number):
    return lambda layout: layout.insert_layer(pya.LayerInfo(number, 0))


def delete_layer(numbers):
    """As Edit > Layer > Delete Layer does it."""
    def delete(layout):
        index = layout.find_layer(*numbers)
        for cell in layout.each_cell():
            cell.shapes(index).clear()
        layout.delete_layer(index)
    return delete


def numbers_of(view):
    layout = view.active_cellview().layout()
    return sorted(layout.get_info(index).layer for index in layout.layer_indexes() if layout.get_info(index).layer >= 90)


def test_layers_made_by_the_user_meanwhile_do_not_mix_with_those_of_the_technology():
    """New layers of the user before, between and after actions, undone and redone: the package's shapes stay where they are."""
    view = new_layout()
    user(view, "New layer", new_layer(91))
    undo()
    redo()
    via(view)
    undo()
    redo()
    user(view, "New layer", new_layer(92))
    pad("flip-chip")(view)
    undo()
    redo()
    user(view, "New layer", new_layer(93))
    drawn = {"50/0": 1, "51/0": 1, "52/0": 1, "53/1": 1}
    equal({key: len(found) for key, found in shapes(view).items()}, drawn)
    for _ in range(5):
        undo()
    equal([shapes(view), numbers_of(view)], [{}, []])
    for _ in range(5):
        redo()
    equal({key: len(found) for key, found in shapes(view).items()}, drawn)


def hidden(view):
    """Numbers of the layers that hold shapes where the layer list shows another, empty layer of the same numbers."""
    layout, cell = view.active_cellview().layout(), view.active_cellview().cell
    entries, shown = view.begin_layers(), {}
    while not entries.at_end():
        shown[(entries.current().source_layer, entries.current().source_datatype)] = entries.current().layer_index()
        entries.next()
    return [layout.get_info(index).to_s() for index in layout.layer_indexes() if not cell.shapes(index).is_empty()
            and shown.get((layout.get_info(index).layer, layout.get_info(index).datatype), index) != index]


def test_a_deleted_layer_comes_back_in_sight_by_undo():
    """The user deletes a layer with what the panel drew on it and draws anew; both are undone, redone and undone again."""
    view = new_layout()
    via(view)
    deleted_and_back(view)


def test_a_layer_of_the_file_deleted_before_the_panel_draws_comes_back_in_sight_by_undo():
    deleted_and_back(opened())


def deleted_and_back(view):
    before = state(view)
    user(view, "Delete layer", delete_layer((52, 0)))
    via(view)
    after = state(view)
    undo()
    undo()
    equal(state(view), before)
    equal(hidden(view), [])
    redo()
    redo()
    equal(state(view), after)
    undo()
    undo()
    equal(state(view), before)
    via(view)
    equal(len(shapes(view)["52/0"]), len(before["shapes"]["52/0"]) + 1)
    equal(hidden(view), [])


def test_a_layer_of_the_same_numbers_keeps_its_name():
    """It is used as it is."""
    view = new_layout()
    layout = view.active_cellview().layout()
    layout.insert_layer(pya.LayerInfo(53, 1, "BUMP"))
    pad("flip-chip")(view)
    undo()
    redo()
    via(view)
    names = sorted(layout.get_info(index).to_s() for index in layout.layer_indexes())
    equal([text for text in names if "53/1" in text], ["BUMP (53/1)"])
    equal(sorted(shapes(view)), ["50/0", "51/0", "52/0", "53/1"])
    holds([source for _, source, _ in listed(view)], "BUMP 53/1@1")


def test_two_layouts_in_one_view_are_kept_apart():
    """What is drawn into one never reaches the other."""
    view = new_layout()
    first = view.active_cellview()
    via(view)
    window.load_layout(FILE, 2)
    events()
    view.active_cellview_index = 1
    events()
    undo()
    redo()
    pad("flip-chip")(view)
    undo()
    redo()
    equal(len(shapes(view)["53/1"]), 1)
    sizes = {first.layout().get_info(index).to_s(): pya.Region(first.cell.begin_shapes_rec(index)).count() for index in first.layout().layer_indexes()}
    equal({key: size for key, size in sizes.items() if size}, {"contact (50/0)": 1, "via (51/0)": 1, "rdl (52/0)": 1})
    sources = [source for _, source, _ in listed(view) if source.endswith("@2")]
    equal(sources.count("pad_flip_chip 53/1@2"), 1)
    equal(len(sources), 7)


def test_a_refused_action_adds_no_layer():
    """Nor a need to save."""
    view = new_layout()
    view.active_cellview().layout()
    dirty = view.active_cellview().is_dirty()
    place("nowhere")
    fan_out.lock.click()
    fan_out.go.click()
    begins(message(), "The die outline is missing")
    equal(list(view.active_cellview().layout().layer_indexes()), [])
    equal(view.active_cellview().is_dirty(), dirty)


def test_a_saved_file_holds_what_was_drawn():
    view = new_layout()
    pad("flip-chip")(view)
    for ending, names in (("gds", ["53/1"]), ("oas", ["pad_flip_chip (53/1)"])):
        path = os.path.join(FOLDER, "saved." + ending)
        view.active_cellview().layout().write(path)
        read = pya.Layout()
        read.read(path)
        equal([read.get_info(index).to_s() for index in read.layer_indexes() if not pya.Region(read.top_cell().begin_shapes_rec(index)).is_empty()], names)
        if ending == "gds":
            equal(len(list(read.layer_indexes())), 1)


run_cases(globals())
