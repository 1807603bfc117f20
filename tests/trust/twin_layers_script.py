"""Runs inside the application: checks layouts from the menu, as they are and with every second shape on a twin of its layer.

A twin has the numbers of a layer and a name of its own: a layout in a window can hold that, a file cannot.
Variables of the command line: `paths`, layout files joined by commas; the reports are written beside them.
"""

import pya


def check(view, report):
    menu = pya.Application.instance().main_window().menu()
    action = next(menu.action(item) for item in menu.items("tools_menu.drc") if menu.action(item).title == "Post-passivation DRC")
    action.trigger()
    view.rdb(view.num_rdbs() - 1).save(report)


def deal_to_twins(layout):
    for index in layout.layer_indexes():
        info = layout.get_info(index)
        twin = layout.insert_layer(pya.LayerInfo(info.layer, info.datatype, "twin"))
        for cell in layout.each_cell():
            for shape in list(cell.shapes(index).each())[::2]:
                cell.shapes(twin).insert(shape)
                cell.shapes(index).erase(shape)


def run(path):
    window = pya.Application.instance().main_window()
    view = window.view(window.create_view())
    index = view.load_layout(path, "postpass", True)
    check(view, path + ".plain.lyrdb")
    deal_to_twins(view.cellview(index).layout())
    check(view, path + ".twins.lyrdb")


pya.Application.instance().process_events()  # macros enter the menu when the event loop first turns
for one in paths.split(","):  # noqa: F821 (a variable of the command line)
    run(one)
pya.Application.instance().exit(0)
