"""Undo and Redo between every pair of actions of the panel, on a new layout and on an opened file; what KLayout does with layers meanwhile."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from inside import click, dock, escape, events, listed, message, new_layout, place, redo, run, shapes, state, undo, window

from postpass import tech
from postpass.draw import drawing

POSTPASS = tech.load("postpass")
FILE = os.environ["POSTPASS_SEEN"] + ".gds"


def scenario(seen):
    write_file()
    dock.technology.currentText = "postpass"
    placing = {"pad " + function: pad(function) for function in tech.PAD_FUNCTIONS}
    placing.update({"via": via, "array": array, "mouse": mouse})
    seen["new layout"] = pairs(new_layout, placing)
    seen["opened file"] = pairs(opened, dict(placing, lock=lock, **{"fan out": fan_out}))
    for part in (foreign_layers, deleted_layer, deleted_before, other_name, second_layout, refused, saved):
        part(seen)


# the actions


def pad(function):
    def draw(view):
        dock.pages.currentIndex = 0
        dock.pads.function.currentText = function
        return place("40, 100")
    return draw


def via(view):
    dock.pages.currentIndex = 1
    return place("20, 90")


def array(view):
    dock.pages.currentIndex = 1
    dock.vias.columns.value, dock.vias.row_count.value = 3, 2
    place("-20, 90")
    dock.vias.columns.value, dock.vias.row_count.value = 1, 1


def mouse(view):
    dock.pages.currentIndex = 0
    dock.pads.function.currentText = "flip-chip"
    dock.tool.click()
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
    dock.fan_out.lock.click()


def fan_out(view):
    dock.pages.currentIndex = 2
    dock.fan_out.go.click()


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


def opened():
    window.load_layout(FILE, 1)
    events()
    return pya.LayoutView.current()


def pairs(start, actions):
    """Every pair of actions with Undo and Redo after each, compared with the same pair without."""
    wrong, drawn, count = [], set(), 0
    for first in actions:
        for second in actions:
            plain, back = [follow(start, (actions[first], actions[second]), between) for between in (False, True)]
            drawn |= set(plain[-1]["shapes"])
            wrong += [[first, second, number] for number, (one, other) in enumerate(zip(plain, back)) if one != other]
            count += 1
    return {"pairs": count, "wrong": wrong, "layers": sorted(drawn)}


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


def foreign_layers(seen):
    """New layers of the user before, between and after actions, undone and redone: the package's shapes stay where they are."""
    view = new_layout()
    found = seen["foreign layers"] = {}
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
    found["layers"] = {key: len(found_) for key, found_ in shapes(view).items()}
    for _ in range(5):
        undo()
    found["undone"] = [shapes(view), numbers_of(view)]
    for _ in range(5):
        redo()
    found["redone"] = {key: len(found_) for key, found_ in shapes(view).items()}
    window.close_current_view()


def hidden(view):
    """Numbers of the layers that hold shapes where the layer list shows another, empty layer of the same numbers."""
    layout, cell = view.active_cellview().layout(), view.active_cellview().cell
    entries, shown = view.begin_layers(), {}
    while not entries.at_end():
        shown[(entries.current().source_layer, entries.current().source_datatype)] = entries.current().layer_index()
        entries.next()
    return [layout.get_info(index).to_s() for index in layout.layer_indexes() if not cell.shapes(index).is_empty()
            and shown.get((layout.get_info(index).layer, layout.get_info(index).datatype), index) != index]


def deleted_layer(seen):
    """The user deletes a layer with what the panel drew on it and draws anew; both are undone, redone and undone again."""
    view = new_layout()
    via(view)
    before = state(view)
    user(view, "Delete layer", delete_layer((52, 0)))
    via(view)
    after = state(view)
    back_and_forth(seen.setdefault("deleted layer", {}), view, before, after)


def deleted_before(seen):
    """The same with a layer of the file, deleted before the panel draws at all."""
    view = opened()
    before = state(view)
    user(view, "Delete layer", delete_layer((52, 0)))
    via(view)
    after = state(view)
    back_and_forth(seen.setdefault("deleted before", {}), view, before, after)


def back_and_forth(found, view, before, after):
    undo()
    undo()
    found["undone"], found["hidden"] = state(view) == before, hidden(view)
    redo()
    redo()
    found["redone"] = state(view) == after
    undo()
    undo()
    found["undone again"] = state(view) == before
    via(view)
    found["drawn"], found["hidden at the end"] = len(shapes(view)["52/0"]) == len(before["shapes"]["52/0"]) + 1, hidden(view)
    window.close_current_view()


def other_name(seen):
    """A layer of the same numbers and another name is used as it is."""
    view = new_layout()
    layout = view.active_cellview().layout()
    layout.insert_layer(pya.LayerInfo(53, 1, "BUMP"))
    pad("flip-chip")(view)
    undo()
    redo()
    via(view)
    found = sorted(layout.get_info(index).to_s() for index in layout.layer_indexes())
    seen["other name"] = [[text for text in found if "53/1" in text], sorted(shapes(view)), [source for _, source, _ in listed(view)]]
    window.close_current_view()


def second_layout(seen):
    """Two layouts in one view: what is drawn into one never reaches the other."""
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
    first_layers = {first.layout().get_info(index).to_s(): first.cell.shapes(index).size() for index in first.layout().layer_indexes()}
    seen["second layout"] = {"second": len(shapes(view)["53/1"]), "first": {key: size for key, size in first_layers.items() if size},
                             "listed": [source for _, source, _ in listed(view) if source.endswith("@2")]}
    window.close_current_view()


def refused(seen):
    """What is refused leaves the layout as it is, without layers or a need to save."""
    view = new_layout()
    view.active_cellview().layout()
    dirty = view.active_cellview().is_dirty()
    place("nowhere")
    dock.fan_out.lock.click()
    dock.fan_out.go.click()
    seen["refused"] = [message(), list(view.active_cellview().layout().layer_indexes()), view.active_cellview().is_dirty() == dirty]
    window.close_current_view()


def saved(seen):
    """What a file holds after one pad was placed."""
    view = new_layout()
    pad("flip-chip")(view)
    found = seen["saved"] = {}
    for ending in ("gds", "oas"):
        path = "%s.saved.%s" % (os.environ["POSTPASS_SEEN"], ending)
        view.active_cellview().layout().write(path)
        read = pya.Layout()
        read.read(path)
        found[ending] = [read.get_info(index).to_s() for index in read.layer_indexes() if not read.top_cell().shapes(index).is_empty()]
        found["layers in " + ending] = len(list(read.layer_indexes()))
    window.close_current_view()


run(scenario)
