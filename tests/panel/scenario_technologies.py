"""The technologies of the user in header and window: folders, versions, archives, comparison, rule manual. Each click is one of the mouse."""

import json
import os
import shutil
import sys
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pya
from expect import begins, differs, ends, equal, holds
from inside import all_below, alone, answer, asked, check, dock, draw, events, message, mouse, new_layout, panel, place, run_cases, shapes, window

from postpass import documents, tech
from postpass.archive import packing
from postpass.panel import ask, deck
from postpass.tech import places, stack_view

FOLDER = os.environ["POSTPASS_FOLDER"]
SPACE = "RDL.S.1"


def here(*names):
    return os.path.join(FOLDER, *names)


def put(folder, version="1.0", name="line", file=None, space_um=None):
    """Writes a variant of wlcsp. Returns its path."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "%s.json" % (file or "%s_%s" % (name, version)))
    rules = {"rules": [{"id": SPACE, "value_um": space_um}]} if space_um else {}
    with open(path, "w", encoding="utf-8") as there:
        json.dump({"schema": 1, "based_on": tech.load("wlcsp").path, "name": name, "title": "Line", "version": version, "owner": "Fab", **rules}, there)
    return path


def press(widget):
    for kind in ("MouseButtonPress", "MouseButtonRelease"):
        mouse(widget, kind, 5, 5, pya.Qt.LeftButton)
    events()


def begin():
    """No folder is set, the window is open."""
    for folder in panel.tech_folders.folders():
        panel.tech_folders.remove(folder)
    places._told.clear()
    press(dock.more)
    panel.technologies.words.setPlainText("")
    return panel.technologies


def add(folder):
    asked("folder", folder)
    press(panel.technologies.add)


def labels():
    return [one.label for one in panel.technologies.shown]


def header():
    return [dock.technology.itemText(number) for number in range(dock.technology.count)]


def select(*wanted):
    """Selects rows as clicks with Ctrl do."""
    table, control = panel.technologies.table, pya.Qt_QFlags_KeyboardModifier(pya.Qt.ControlModifier)
    table.clearSelection()
    port = table.viewport if not callable(table.viewport) else table.viewport()
    for label in wanted:
        row = labels().index(label)
        table.scrollToItem(table.item(row, 0))
        at = pya.QPointF(table.visualItemRect(table.item(row, 0)).center())
        for kind, held in (("MouseButtonPress", pya.Qt.LeftButton), ("MouseButtonRelease", pya.Qt.NoButton)):
            pya.QApplication.sendEvent(port, pya.QMouseEvent(getattr(pya.QEvent, kind), at, pya.Qt.LeftButton, pya.Qt_QFlags_MouseButton(held), control))
    events()
    equal([one.label for one in panel.technologies._selected()], sorted(wanted, key=labels().index))


def said():
    return panel.technologies.status.text.replace("\u200b", "")


def below(folder):
    return sorted(os.path.relpath(os.path.join(where, name), folder) for where, _, names in os.walk(folder) for name in names)


def test_a_folder_that_is_added_brings_its_technologies_without_a_restart():
    put(here("a"))
    begin()
    equal(["line" in labels(), "line" in header()], [False, False])
    add(here("a"))
    equal(["line" in labels(), "line" in header(), said()], [True, True, "Found in %s: line." % here("a")])
    equal(window.get_config("postpass-tech-folders"), here("a"))
    put(here("a"), name="later")
    equal("later" in header(), False)
    press(dock.technology)  # opens the list
    dock.technology.hidePopup()
    equal([name in header() for name in ("later", "line")], [True, True])
    equal("later" in labels(), True)
    panel.technologies.folder_list.setCurrentRow(0)
    press(panel.technologies.remove)
    equal(["line" in labels(), "line" in header(), os.path.exists(here("a", "line_1.0.json"))], [False, False, True])


def test_two_versions_are_told_apart_and_each_can_be_applied():
    old, new = put(here("b"), "1.0"), put(here("b"), "1.1", space_um=8)
    begin()
    add(here("b"))
    equal([label for label in header() if label.startswith("line")], ["line@1.1", "line@1.0"])
    for label, path in (("line@1.0", old), ("line@1.1", new)):
        view = new_layout()
        dock.technology.currentText = label
        equal([panel.tech.path, panel.tech.version, dock.technology.currentText, dock.technology.toolTip], [path, label[-3:], label, path])
        equal(window.get_config("postpass-technology"), path)
        press(dock.apply)
        equal([message(), view.active_cellview().technology], ["The layout is of technology line now; 13 layers have its names and colours.", "line"])
        equal(place("0, 0"), "Placed 1 pad.")
        check.go.click()
        holds(message(), "technology line %s, Line (%s, rules %s)" % (label[-3:], os.path.basename(path), tech.load(path).checksum()))
        holds(view.rdb(0).description, "technology line %s, Line (" % label[-3:])
        holds(view.rdb(0).description, tech.load(path).checksum())
        equal(deck._technology(view.active_cellview())[0], path)  # Tools > DRC takes the same
        window.close_current_view()
        events()
    tip = dock.technology.itemData(header().index("line@1.0"), pya.Qt.ToolTipRole.to_i())
    begins(tip, old + "\nfound in %s" % here("b"))
    select("line@1.0")
    press(panel.technologies.use)
    equal([panel.tech.path, dock.technology.currentText, said()], [old, "line@1.0", "The panel draws and checks by line@1.0."])


def lyt(path, name, note):
    """Writes a .lyt that somebody has changed."""
    text = documents.technology_xml(tech.load(path)).replace(">Line<", ">%s<" % note)
    with open(os.path.splitext(path)[0] + ".lyt", "w", encoding="utf-8") as there:
        there.write(text.replace("<name>%s<" % tech.load(path).name, "<name>%s<" % name))


def menus():
    return {window.menu().action(item).title for item in window.menu().items("tools_menu.d25")}


def test_klayout_knows_the_technology_of_a_layout_until_it_ends_and_its_pads_are_live():
    path = put(here("known"), name="known")
    lyt(path, "known", "by hand")
    written = stack_view.path_in_folder(tech.load(path))
    os.makedirs(os.path.dirname(here("known", written)))
    with open(here("known", written), "w", encoding="utf-8") as there:
        there.write(stack_view.macro(tech.load(path)))
    begin()
    add(here("known"))
    dock.technology.currentText = "known"
    panel.guarded(panel.new_layout_clicked)
    view = pya.LayoutView.current()
    cellview = view.active_cellview()
    equal([cellview.technology, pya.Technology.technology_by_name("known").description], ["known", "by hand"])
    equal(place("0, 0"), "Placed 1 pad.")
    cellview.layout().write(here("known.gds"))
    events()
    equal("Stack of known" in menus(), "0.28." in pya.Application.instance().version())  # 0.30.0 looks for them at its start alone
    opened = window.load_layout(here("known.gds"), "known", 1)
    events()
    equal([cell.is_pcell_variant() for cell in opened.layout().each_cell() if not cell.is_top()], [True])
    panel.tech_folders.remove(here("known"))
    equal([one for one in header() if one == "known"], ["known"])  # in use
    dock.technology.currentText = "wlcsp"
    press(dock.technology)
    dock.technology.hidePopup()
    equal([one for one in header() if one == "known"], [])  # KLayout's knowing it is no place to find it


def test_macros_beside_a_technology_do_not_run_unasked():
    path = put(here("macros"), name="macros")
    lyt(path, "macros", "by hand")
    os.makedirs(here("macros", "pymacros"))
    with open(here("macros", "pymacros", "ran.lym"), "w", encoding="utf-8") as there:
        there.write("<klayout-macro><autorun>true</autorun><interpreter>python</interpreter><text>open(%r, 'w').close()</text></klayout-macro>" % here("ran"))
    begin()
    add(here("macros"))
    dock.technology.currentText = "macros"
    new_layout()
    press(dock.apply)
    equal(message(), "The layout is of technology macros now; 13 layers have its names and colours.\nBeside the technology lie macros, in pymacros, which are not run: "
          "Tools > Manage Technologies > Import of its .lyt lets KLayout run them.")
    events()
    equal([os.path.exists(here("ran")), pya.Technology.technology_by_name("macros").description, pya.Technology.technology_by_name("macros").dbu], [False, "Line", 0.001])


def test_a_lyt_of_another_technology_or_a_damaged_one_is_left_aside():
    for name, write in (("other", lambda path: lyt(path, "elsewhere", "by hand")), ("damaged", lambda path: open(os.path.splitext(path)[0] + ".lyt", "w").close())):
        path = put(here("w"), name=name)
        write(path)
        begin()
        add(here("w"))
        dock.technology.currentText = name
        new_layout()
        press(dock.apply)
        begins(message(), "The layout is of technology %s now;" % name)
        equal([pya.Technology.technology_by_name(name).description, "elsewhere" in pya.Technology.technology_names()], ["Line", False])


def test_a_layout_that_was_drawn_under_one_of_the_user_offers_it():
    path = put(here("n"), "2.0", name="noted")
    begin()
    add(here("n"))
    dock.technology.currentText = "noted"
    new_layout()
    equal(place("0, 0"), "Placed 1 pad.")
    pya.LayoutView.current().active_cellview().layout().write(here("noted.gds"))
    window.close_current_view()
    dock.technology.currentText = "wlcsp"
    window.load_layout(here("noted.gds"), 1)
    events()
    begins(dock.mismatch.text.replace("\u200b", ""), "This layout is of technology noted; the panel draws and checks by wlcsp.")
    press(dock.change[0])
    equal([panel.tech.path, dock.mismatch.isVisible()], [path, False])


def test_two_places_of_one_version_are_told_apart():
    one, other = put(here("c", "first"), "1.0"), put(here("c", "second"), "1.0")
    begin()
    add(here("c", "first"))
    add(here("c", "second"))
    for label, path in (("line@1.0 (second)", other), ("line@1.0 (first)", one)):
        dock.technology.currentText = label
        equal([panel.tech.path, dock.technology.currentText], [path, label])
    dock.technology.currentText = "line@1.0 (second)"
    equal(window.get_config("postpass-technology"), other)


def test_a_technology_that_cannot_be_used_is_listed_and_says_why():
    os.makedirs(here("d"), exist_ok=True)
    with open(here("d", "broken.json"), "w", encoding="utf-8") as file:
        file.write('{"based_on": 5, "name": "broken"}')
    begin()
    add(here("d"))
    dock.technology.currentText = "broken: cannot be used"
    holds(message().replace("\u200b", ""), "broken.json: based_on must be the path of a technology file.")
    equal([panel.tech.name, dock.technology.currentText], ["postpass", "postpass"])
    select("broken")
    for button in (panel.technologies.use, panel.technologies.export, panel.technologies.manual):
        press(button)
        ends(said(), "broken.json: based_on must be the path of a technology file.")


def test_a_folder_that_is_not_there_is_said():
    put(here("e"))
    window_of_all = begin()
    add(here("e"))
    shutil.rmtree(here("e"))
    panel.say("")
    press(dock.technology)
    dock.technology.hidePopup()
    equal(message().replace("\u200b", ""), "%s of the folders of the setting is no folder: no technologies are found there." % here("e"))
    equal(window_of_all.folder_list.item(0).text, "%s: is no folder" % here("e"))


def test_a_technology_in_use_whose_file_changes_or_goes_stays_in_use():
    path = put(here("f"), "1.0")
    begin()
    add(here("f"))
    dock.technology.currentText = "line"
    before = panel.tech.checksum()
    put(here("f"), "1.0", space_um=8)
    press(dock.technology)
    dock.technology.hidePopup()
    differs(panel.tech.checksum(), before)
    equal(message(), "The file of technology line 1.0 has changed: rules %s were %s." % (panel.tech.checksum(), before))
    os.remove(path)
    press(dock.technology)
    dock.technology.hidePopup()
    equal([dock.technology.currentText, panel.tech.path], ["line@1.0", path])
    dock.technology.currentText = "wlcsp"
    press(dock.technology)
    dock.technology.hidePopup()
    equal([label for label in header() if label.startswith("line")], [])


def test_the_technology_of_a_layout_is_taken_with_its_version():
    """A technology of KLayout, whose base folder holds one of ours; another version is in a folder of the setting."""
    ours = put(here("g", "klayout"), "1.0", name="attached")
    made = pya.Technology.create_technology("attached")
    made.explicit_base_path = here("g", "klayout")
    begin()
    new_layout(technology="attached")
    equal([panel.tech.path, dock.technology.currentText], [ours, "attached"])
    window.close_current_view()
    newer = put(here("g", "setting"), "2.0", name="attached")
    add(here("g", "setting"))
    dock.technology.currentText = "attached@1.0"
    view = new_layout(technology="attached")
    equal([panel.tech.path, message()], [ours, ""])  # the version that is in use stays
    equal(deck._technology(view.active_cellview()), (ours, "the layout's own, of which the panel shows this version"))
    window.close_current_view()
    events()
    dock.technology.currentText = "postpass"
    view = new_layout(technology="attached")
    equal([panel.tech.path, deck._technology(view.active_cellview())[1]], [newer, "the layout's own, of which the panel shows this version"])
    dock.technology.currentText = "postpass"
    equal(deck._technology(view.active_cellview()), (newer, "the layout's own"))
    panel.followed = None
    panel.follow_layout()
    begins(message().replace("\u200b", ""), "2 technologies are called attached: taken is attached@2.0 of the folders of the setting")
    pya.Technology.remove_technology("attached")


def imported(archive, into=None, name=None):
    """Import up to the press of its button; a folder that is none of the setting is chosen by Another. Returns the dialog."""
    asked("open_file", archive)
    press(panel.technologies.import_)
    dialog = panel.technologies.importing
    if into is not None:
        asked("folder", into)
        press(dialog_button("another"))
    if name is not None:
        dialog.name.text = name
    return dialog


def dialog_button(name):
    widget = panel.technologies.importing.widget
    return next(child for child in all_below(widget) if child.objectName == "postpass_import_" + name)


def test_export_and_import_into_another_folder_give_the_same_rules():
    path = put(here("h", "from"), "1.2", space_um=9)
    checksum = tech.load(path).full_checksum()
    begin()
    add(here("h", "from"))
    select("line")
    questions = asked("save_file", here("h", "line.zip"))
    press(panel.technologies.export)
    equal([said(), os.path.basename(questions[0][3])], ["Written: %s: technology line 1.2, rules %s, 6 files." % (here("h", "line.zip"), checksum[:12]), "line-1.2.zip"])
    os.makedirs(here("h", "to"))
    dialog = imported(here("h", "line.zip"), here("h", "to"))
    holds(dialog.words.toPlainText(), "6 files would be written")
    holds(dialog.words.toPlainText(), "bases/wlcsp.json, ")
    equal([dialog.name.text, os.listdir(here("h", "to"))], ["line-1.2", []])
    press(dialog_button("go"))
    target = here("h", "to", "line-1.2", "line_1.2.json")
    equal([dialog.widget.isVisible(), said()], [False, "Imported: line 1.2, rules %s, %s." % (checksum[:12], target)])
    equal([one.tech.full_checksum() for one in panel.technologies.shown if one.path == target], [checksum])
    equal(panel.tech_folders.folders(), [here("h", "from"), here("h", "to")])
    equal([one.path for one in panel.technologies._selected()], [target])
    holds(header(), "line@1.2 (line-1.2)")


def test_what_an_import_would_replace_is_asked_for():
    path = put(here("i", "from"), "1.0")
    packing.exported(path, here("i", "line.zip"))
    os.makedirs(here("i", "to"))
    begin()
    add(here("i", "to"))
    imported(here("i", "line.zip"))
    press(dialog_button("go"))
    put(here("i", "from"), "1.0", space_um=8)
    packing.exported(path, here("i", "line.zip"))
    was, now = tech.load(here("i", "to", "line-1.0", "line_1.0.json")).checksum(), tech.load(path).checksum()
    differs(was, now)
    for button, expected in (("No", was), ("Yes", now)):
        dialog = imported(here("i", "line.zip"))
        answer(button)
        press(dialog_button("go"))
        equal([button, tech.load(here("i", "to", "line-1.0", "line_1.0.json")).checksum(), dialog.widget.isVisible()], [button, expected, button == "No"])
    os.makedirs(here("i", "to", "mine"))
    dialog = imported(here("i", "line.zip"), name="mine")
    press(dialog_button("go"))
    ends(dialog.status.text, "mine is no folder that an import made, and is not replaced: give another one.")
    equal([dialog.widget.isVisible(), os.listdir(here("i", "to", "mine")), sorted(os.listdir(here("i", "to")))], [True, [], ["line-1.0", "mine"]])
    press(dialog_button("cancel"))


def test_an_archive_that_leaves_its_folder_is_refused_and_nothing_is_written():
    path = put(here("j", "from"), "1.0")
    packing.exported(path, here("j", "line.zip"))
    with zipfile.ZipFile(here("j", "line.zip"), "a") as archive:
        archive.writestr("../outside.json", "{}")
    os.makedirs(here("j", "to"))
    begin()
    add(here("j", "to"))
    before = below(here("j"))
    dialog = imported(here("j", "line.zip"))
    equal([said(), dialog.widget.isVisible()], ['%s: not imported: file "../outside.json" of the archive leaves its folder.' % here("j", "line.zip"), False])
    holds(panel.technologies.status.styleSheet, "#e04848")
    equal(below(here("j")), before)


def test_a_folder_that_cannot_be_written_is_one_sentence():
    path = put(here("k"), "1.0")
    packing.exported(path, here("k", "line.zip"))
    begin()
    add(here("k"))
    dialog = imported(here("k", "line.zip"), "/proc")  # where root cannot write either
    press(dialog_button("go"))
    begins(dialog.status.text.replace("\u200b", ""), "%s: not imported: cannot write /proc/line-1.0: " % here("k", "line.zip"))
    equal([dialog.widget.isVisible(), panel.tech_folders.folders()], [True, [here("k")]])
    press(dialog_button("cancel"))
    select("line")
    for button, name in ((panel.technologies.export, "x.zip"), (panel.technologies.manual, "x.html")):
        asked("save_file", os.path.join("/proc", name))
        press(button)
        begins(said(), "Cannot write /proc/%s: " % name)


def test_what_differs_is_told_in_words_that_can_be_copied():
    old, new = put(here("l"), "1.0"), put(here("l"), "1.1", space_um=8)
    all_of_them = begin()
    add(here("l"))
    select("line@1.1")
    equal(all_of_them.compare.enabled, False)
    select("line@1.1", "line@1.0")
    equal([all_of_them.use.enabled, all_of_them.export.enabled, all_of_them.manual.enabled], [False, False, False])
    press(all_of_them.compare)
    expected = ["from line 1.0 (%s, rules %s)" % (old, tech.load(old).checksum()), "to   line 1.1 (%s, rules %s)" % (new, tech.load(new).checksum()),
                "version 1.0 -> 1.1", "RDL.S.1 space 10 -> 8 um", "2 differences, 1 of them in values"]
    equal(all_of_them.words.toPlainText().split("\n"), expected)
    all_of_them.words.selectAll()
    all_of_them.words.copy()
    clipboard = pya.QApplication.clipboard().text
    equal((clipboard() if callable(clipboard) else clipboard).split("\n"), expected)


def test_the_rule_manual_is_written_where_the_user_says():
    put(here("m"), "1.0")
    all_of_them = begin()
    add(here("m"))
    select("line")
    asked("save_file", None)
    press(all_of_them.manual)
    equal([said(), all_of_them.open_page.isVisible()], ["", False])
    asked("save_file", here("m", "line.html"))
    press(all_of_them.manual)
    with open(here("m", "line.html"), encoding="utf-8") as file:
        page = file.read()
    holds(page, "<title>Rule manual line 1.0</title>")
    begins(said(), "Written: %s: technology line 1.0, rules " % here("m", "line.html"))
    equal([all_of_them.open_page.isVisible(), below(here("m"))], [True, ["line.html", "line_1.0.json"]])
    select("wlcsp")
    asked("save_file", tech.load("wlcsp").path)  # a file that is read stays
    press(all_of_them.manual)
    begins(said(), "Html is the technology, %s: give another name" % tech.load("wlcsp").path)
    equal([tech.load("wlcsp").name, all_of_them.open_page.isVisible()], ["wlcsp", False])


def test_the_menu_opens_the_window():
    begin().widget.close()
    window.menu().action("postpass_menu.technologies").trigger()
    events()
    equal([panel.technologies.widget.isVisible(), "postpass" in labels()], [True, True])
    panel.technologies.widget.close()


def test_a_file_that_is_there_is_written_over_when_the_user_says_so():
    """Through the dialog of Qt: the name is typed without its ending, which the dialog does not ask about."""
    put(here("n"), "1.0")
    begin()
    add(here("n"))
    for button, expected in (("No", "old"), ("Yes", None)):
        with open(here("n", "there.zip"), "w", encoding="utf-8") as file:
            file.write("old")
        select("line")
        timer = pya.QTimer(window)

        def save(timer=timer, button=button):
            modal = pya.QApplication.activeModalWidget()
            if modal is not None:
                timer.stop()
                next(one for one in all_below(modal) if one.inherits("QLineEdit")).setText(here("n", "there"))
                again(button)
                next(one for one in all_below(modal) if one.inherits("QPushButton") and one.text.replace("&", "") == "Save").click()
        timer.timeout = save
        timer.start(50)
        press(panel.technologies.export)
        with open(here("n", "there.zip"), "rb") as file:
            equal([button, file.read(3) == b"old"], [button, expected == "old"])


def again(button):
    """Answers the question that comes when the present dialog is gone."""
    timer = pya.QTimer(window)

    def press_it():
        modal = pya.QApplication.activeModalWidget()
        found = [one for one in all_below(modal) if one.inherits("QPushButton") and one.text.replace("&", "") == button] if modal is not None else []
        if found:
            timer.stop()
            found[0].click()
    timer.timeout = press_it
    timer.start(50)


def test_what_is_used_exported_and_compared_is_the_file_as_it_is_now():
    path = put(here("o"), "1.0")
    all_of_them = begin()
    add(here("o"))
    put(here("o"), "1.0", space_um=8)
    select("line")
    asked("save_file", here("o", "line.zip"))
    press(all_of_them.export)
    now = tech.load(path).checksum()
    holds(said(), "rules %s, " % now)
    equal([one.tech.checksum() for one in all_of_them.shown if one.label == "line"], [now])
    put(here("p"), "1.0", space_um=8)
    add(here("p"))
    select("line@1.0 (o)", "line@1.0 (p)")
    press(all_of_them.compare)
    ends(all_of_them.words.toPlainText(), "\nno differences")
    os.remove(path)
    questions = asked("save_file", here("o", "gone.zip"))
    select("line@1.0 (o)")
    press(all_of_them.export)
    equal([said(), questions, os.path.exists(here("o", "gone.zip"))], ["%s is no longer there." % path, [], False])
    ask.save_file()  # the answer that was not wanted


def test_an_import_over_the_technology_in_use_changes_it():
    path = put(here("q", "from"), "1.0")
    packing.exported(path, here("q", "line.zip"))
    os.makedirs(here("q", "to"))
    begin()
    add(here("q", "to"))
    imported(here("q", "line.zip"))
    press(dialog_button("go"))
    dock.technology.currentText = "line"
    before = panel.tech.checksum()
    put(here("q", "from"), "1.0", space_um=8)
    packing.exported(path, here("q", "line.zip"))
    imported(here("q", "line.zip"))
    answer("Yes")
    press(dialog_button("go"))
    equal(message(), "The file of technology line 1.0 has changed: rules %s were %s." % (panel.tech.checksum(), before))
    equal([panel.tech.checksum(), panel.tech.path], [tech.load(path).checksum(), here("q", "to", "line-1.0", "line_1.0.json")])


def test_many_technologies_and_long_names_are_told_in_a_few_words():
    for number in range(50):
        put(here("r"), name="many_%02d" % number)
    put(here("r"), name="a" * 200, file="long")
    begin()
    wide = dock.narrowest()
    add(here("r"))
    equal(said(), "Found in %s: %s, %s and 43 more." % (here("r"), "%s ... %s" % ("a" * 30, "a" * 30), ", ".join("many_%02d" % number for number in range(7))))
    dock.technology.currentText = "a" * 200
    events()
    equal([panel.tech.name, dock.narrowest()], ["a" * 200, wide])


@alone
def test_folders_and_version_are_set_in_a_first_session():
    put(here("kept"), "1.0", space_um=7)
    put(here("kept"), "1.1", space_um=8)
    begin()
    add(here("kept"))
    dock.technology.currentText = "line@1.0"
    equal([draw.panel.tech.version, window.get_config("postpass-tech-folders")], ["1.0", here("kept")])


@alone
def test_folders_and_version_survive_a_restart():
    equal([panel.tech_folders.folders(), panel.tech.version, dock.technology.currentText], [[here("kept")], "1.0", "line@1.0"])
    holds(header(), "line@1.1")
    equal([shapes(new_layout()), message()], [{}, ""])
    panel.technologies_clicked()
    equal([text.text for text in [panel.technologies.folder_list.item(0)]], [here("kept")])


run_cases(globals())
