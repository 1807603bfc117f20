"""The direction of imports, and who may know Qt, views and the application."""

import ast
import os

import pytest

PACKAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "pymacros", "postpass")

#: each part may import the parts to its left, and modules of its own folder
ORDER = [("tech", "geometry"), "conductors", "drc", ("documents", "choices", "vias", "padlist", "shapes", "routing"),
         "sequence", ("findings", "traces", "assignment", "stack", "netlist"), ("drawing", "pieces", "reassign"), ("commands", "terminals", "teardrops"), "joining",
         ("bumping", "fanout", "opens", "locks"), "panel"]
PURE = ("tech", "documents", "choices", "vias", "stack", "padlist", "netlist", "routing", "sequence", "assignment", "reassign", "findings", os.path.join("panel", "form"), os.path.join("panel", "defaults"))
APPLICATION = ("Application", "MainWindow", "LayoutView", "Plugin", "PluginFactory", "Marker", "Macro", "Interpreter", "Action")


def sources():
    found = {}
    for folder, _, files in os.walk(PACKAGE):
        for file in files:
            if file.endswith(".py"):
                path = os.path.join(folder, file)
                found[os.path.relpath(path, PACKAGE)[:-3]] = ast.parse(open(path, encoding="utf-8").read(), path)
    return found


SOURCES = sources()


def part(module):
    return module.split(os.sep)[0]


def level(name):
    for number, names in enumerate(ORDER):
        if name in ([names] if isinstance(names, str) else names):
            return number
    raise AssertionError("part '%s' has no place in the order of imports: add it to ORDER" % name)


def imported(module, tree):
    """Parts of this package, and names of outside modules, that a module imports: (parts, outside)."""
    parts, outside = set(), set()
    depth = module.count(os.sep) + 1
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            outside |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            outside.add(node.module)
        elif isinstance(node, ast.ImportFrom) and node.level == depth:
            parts |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level < depth, "%s imports from outside the package" % module
    return parts, outside


@pytest.mark.parametrize("module", sorted(SOURCES))
def test_imports_go_in_one_direction(module):
    if module == "__init__":
        assert imported(module, SOURCES[module]) == (set(), set())
        return
    parts, outside = imported(module, SOURCES[module])
    assert all(name == part(module) or level(name) < level(part(module)) for name in parts), (module, parts)
    assert not any(name.split(".")[0] == "klayout" for name in outside), "%s must import pya, not klayout" % module


@pytest.mark.parametrize("module", sorted(name for name in SOURCES if name.startswith(PURE)))
def test_pure_modules_do_not_know_klayout(module):
    parts, outside = imported(module, SOURCES[module])
    assert "pya" not in outside
    assert not parts & {"shapes", "drawing", "commands"}


@pytest.mark.parametrize("module", sorted(name for name in SOURCES if part(name) != "panel"))
def test_only_the_panel_knows_qt_and_the_application(module):
    names = [node.attr for node in ast.walk(SOURCES[module])
             if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "pya"]
    assert not [name for name in names if name in APPLICATION or (name.startswith("Q") and name[1:2].isupper())]


def test_widgets_do_not_compute_and_forms_do_not_draw():
    """dock and fields talk to form alone; only session, looks and tool talk to views."""
    views = {module for module, tree in SOURCES.items() for node in ast.walk(tree)
             if isinstance(node, ast.Attribute) and node.attr in ("LayoutView", "Marker", "add_missing_layers", "transaction", "Macro")}
    assert views <= {os.path.join("panel", name) for name in ("session", "looks", "tool")}


def test_the_doorbell_is_short_and_defines_nothing():
    text = open(os.path.join(os.path.dirname(PACKAGE), "postpass.lym"), encoding="utf-8").read()
    code = text[text.index("<text>") + 6:text.index("</text>")]
    assert len(text.splitlines()) < 15
    assert not [node for node in ast.walk(ast.parse(code))
                if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Assign))]
