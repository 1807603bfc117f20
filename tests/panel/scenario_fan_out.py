"""The options of the page Fan out: levels of metal, what folds away, net lists."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, differs, equal, holds
from inside import dock, events, fan_out, message, mouse, new_layout, panel, redo, run_cases, shapes, show_fan_out, undo, window

from postpass import tech
from postpass.draw import drawing
from postpass.panel import kept

FOLDER = os.environ["POSTPASS_FOLDER"]
more = fan_out.more


def nets(count=2, technology="postpass", via=1.2, pad=16.0, pitch=30.0, far=150.0, names=False, cut="via"):
    """Contact points in a column, and a pad beside each."""
    dock.technology.currentText = technology
    view = new_layout()
    cell, used = view.active_cellview().cell, tech.load(technology)
    for number in range(count):
        drawing.draw_via(cell, used, cut, via, 0.0, pitch * number, contact=True)
        drawing.draw_pad(cell, used, "signal", "octagon", pad, far, pitch * number, openings=technology != "postpass")
        for x in (0.0, far) if names else ():
            drawing.draw_label(cell, used, "n%d" % number, x, pitch * number)
    room = 3 * pitch
    cell.shapes(drawing.ensure_layer(cell.layout(), used, "die")).insert(pya.DBox(-room, -room, far + room, pitch * count + room))
    view.add_missing_layers()
    view.zoom_fit()
    show_fan_out()
    events()
    return view


def two_levels():
    return nets(2, "wlcsp_two_level", 35.0, 270.0, 600.0, 900.0, True, "pi1")


def net_list(name, lines):
    path = os.path.join(FOLDER, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path


PAIR = ["net,x_um,y_um,pair", "a,0,0,clk", "a,150,0,clk", "b,0,30,clk", "b,150,30,clk"]


def unfold():
    """By the mouse."""
    for kind in ("MouseButtonPress", "MouseButtonRelease"):
        mouse(more.unfold, kind, 8, 8, pya.Qt.LeftButton)
    events()


def test_levels_are_offered_where_there_are_several():
    show_fan_out()
    equal([box.isVisible() for box in fan_out.level_boxes], [False] * len(fan_out.level_boxes))
    two_levels()
    equal([(box.text, box.isVisible(), box.checked) for box in fan_out.level_boxes[:2]], [("rdl", True, True), ("rdl2", True, True)])
    equal(["rdl: width" in fan_out.limits.text, "rdl2: width" in fan_out.limits.text], [True, True])
    fan_out.level_boxes[0].click()
    equal(["rdl: width" in fan_out.limits.text, "rdl2: width" in fan_out.limits.text], [False, True])


def test_traces_run_on_the_chosen_level_in_one_step():
    view = two_levels()
    before = shapes(view)
    fan_out.width.text = "20"
    for number, words in ((0, "all on rdl2"), (1, "all on rdl.")):
        for box in fan_out.level_boxes[:2]:
            box.checked = True
        fan_out.level_boxes[number].click()
        fan_out.go.click()
        holds(message().split("\n")[0].replace(words[:-1] + ". Length", words + " Length"), words)
        differs(shapes(view), before)
        drawn = shapes(view)
        undo()
        equal(shapes(view), before)
        redo()
        equal(shapes(view), drawn)
        undo()


def test_some_level_must_be_chosen():
    view = two_levels()
    before = shapes(view)
    for box in fan_out.level_boxes[:2]:
        box.click()
    holds(fan_out.limits.text, "Choose at least one level of metal for the traces.")
    fan_out.go.click()
    equal([message(), shapes(view)], ["Choose at least one level of metal for the traces.", before])


def test_what_is_rare_folds_away():
    nets()
    equal([more.page.isVisible(), more.unfold.isVisible()], [False, True])
    unfold()
    equal([more.page.isVisible(), more.tolerance.isVisible(), more.via_cost.isVisible()], [True, True, False])
    two_levels()
    equal(more.page.isVisible(), False)  # kept for each technology
    unfold()
    equal([more.via_cost.isVisible(), more.via_cost.placeholderText], [True, "20"])
    dock.technology.currentText = "postpass"
    equal(more.page.isVisible(), True)


def test_wrong_values_are_one_sentence_and_colour_their_field_alone():
    two_levels()
    unfold()
    fan_out.width.text = "20"
    for edit, text, words in ((more.tolerance, "0", "Match ± must be a length in um from 0.0001 to 100000, not 0."), (more.tolerance, "much", "Match ± must be a number in um, not 'much'."),
                              (more.via_cost, "-1", "Via cost must be a length in um, 0 or from 0.0001 to 100000, not -1.")):
        edit.text = text
        holds(fan_out.limits.text, words)
        equal([edit.styleSheet != "", fan_out.width.styleSheet], [True, fan_out.width.styleSheet])
        fan_out.go.click()
        equal(message(), words)
        edit.text = ""
        equal(edit.styleSheet, "")


def test_values_are_kept_by_technology():
    two_levels()
    unfold()
    more.tolerance.text, more.via_cost.text, more.necks.checked = "2.5", "40", True
    fan_out.level_boxes[0].click()
    dock.technology.currentText = "wlcsp"
    equal([more.tolerance.text, more.necks.checked], ["", False])
    again = kept.Kept(window).of("wlcsp_two_level", "fan_out")
    equal([again[name] for name in ("without", "necks", "tolerance", "via_cost")], ["rdl", True, "2.5", "40"])
    dock.technology.currentText = "wlcsp_two_level"
    equal([box.checked for box in fan_out.level_boxes[:2]], [False, True])
    choices = fan_out.choices()
    equal([choices.levels, choices.necks, choices.match_tolerance_um, choices.via_cost_um], [["rdl2"], True, 2.5, 40.0])


def test_a_net_list_names_pairs():
    view = nets()
    unfold()
    fan_out.width.text = "3"
    equal([more.choose.text, more.remove.isVisible()], ["Choose …", False])
    panel.guarded(more.use_list, net_list("pairs.csv", PAIR))
    equal(message(), "Net list pairs.csv is used for this layout: 2 nets at 4 places, pair clk.")
    equal([more.choose.text, more.remove.isVisible(), more.listed.text], ["pairs.csv", True, "2 nets at 4 places, pair clk"])
    fan_out.go.click()
    holds(message(), "Pair 'clk': side by side over")
    undo()
    more.remove.click()
    equal([message(), more.choose.text, more.remove.isVisible(), more.listed.isVisible()], ["No net list is used any more.", "Choose …", False, False])
    fan_out.go.click()
    equal("Pair" in message(), False)
    equal("52/0" in shapes(view), True)


def test_a_net_list_belongs_to_its_layout():
    nets()
    panel.guarded(more.use_list, net_list("pairs.csv", PAIR))
    equal(more.unfold.text, "&More: pairs.csv")
    nets()
    equal([more.path(), more.unfold.text], ["", "&More"])
    window.select_view(0)
    events()
    equal(os.path.basename(more.path()), "pairs.csv")
    window.close_current_view()
    events()
    equal(more.path(), "")


def test_what_a_list_holds_follows_its_file():
    nets()
    unfold()
    panel.guarded(more.use_list, net_list("changing.csv", PAIR))
    equal(more.listed.text, "2 nets at 4 places, pair clk")
    net_list("changing.csv", PAIR[:3] + ["c,0,30,clk"])
    fan_out.follow()
    equal(more.listed.text, "2 nets at 3 places, pair clk")
    net_list("changing.csv", ["net,x_um"])
    fan_out.follow()
    holds(more.listed.text.replace("\u200b", ""), "changing.csv: the first line must name the columns")


def test_names_that_nothing_is_drawn_for_are_told():
    nets()
    path = net_list("lost.csv", ["net,x_um,y_um", "a,0,0", "a,150,0", "ghost,75,15", "spook,75,16"])
    panel.guarded(more.use_list, path)
    begins(message(), "Net list lost.csv is used for this layout: 3 nets at 4 places.\nNot in the drawing, so that a fan-out is refused: ghost at 75, 15 um: there is no metal")
    holds(message(), "spook at 75, 16 um")
    fan_out.go.click()
    holds(message(), "net ghost: at 75, 15 um there is no metal")


def test_a_wrong_list_is_one_sentence():
    nets()
    wrong = net_list("wrong.csv", ["net,x_um", "a,0"])
    panel.guarded(more.use_list, wrong)
    holds(message(), "wrong.csv: the first line must name the columns; missing: y_um.")
    equal(more.path(), "")
    path = net_list("gone.csv", PAIR)
    panel.guarded(more.use_list, path)
    os.remove(path)
    fan_out.go.click()
    holds(message(), "gone.csv: cannot read the net list")


def test_of_a_pair_one_selected_net_brings_the_other():
    view = nets(3)
    fan_out.width.text = "3"
    panel.guarded(more.use_list, net_list("pairs.csv", PAIR))
    layout = view.active_cellview().layout()
    index = layout.find_layer(*tech.load("postpass").layers["pad_signal"]["gds"])
    pad = next(shape for shape in view.active_cellview().cell.shapes(index).each() if shape.dbbox().center().y < 1)
    path = pya.ObjectInstPath()
    path.cv_index, path.top, path.layer, path.shape = 0, view.active_cellview().cell.cell_index(), index, pad
    view.object_selection = [path]
    fan_out.selected.click()
    holds(message(), "Drew 2 traces.")
    holds(message(), "Pair 'clk': side by side over")


run_cases(globals())
