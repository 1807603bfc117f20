"""The direction of imports, and who may know Qt, views and the application."""

import ast
import os
import subprocess
import sys

import pytest

PACKAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "pymacros", "postpass")

#: each room may import the rooms to its left, and modules of its own. The table of the kinds of checks stands left of the
#: technology, which reads keys from it: what the kinds declare loads nothing of the deck.
ORDER = [("messages", "bounds", "console", "steps", "version"), ("records", "files", "strings"),
         ("drc.kinds", "layout_file"), ("klayout_technologies", "drawn_under"), "tech", "geometry", "conductors", ("drc", "documents", "routing"), "archive",
         "draw", "fanout", "exchange", "api", ("panel", "__init__", "__main__")]
PURE = ("console", "version", "files", "messages", "bounds", "steps", "records", "tech", "documents", "archive", "routing", os.path.join("draw", "choices"), os.path.join("draw", "findings"),
        os.path.join("draw", "padlist"), os.path.join("draw", "pointlist"), os.path.join("draw", "coordinates"), os.path.join("draw", "patterns"),
        os.path.join("fanout", "netlist"), os.path.join("fanout", "pad_order"), os.path.join("fanout", "assignment"),
        os.path.join("fanout", "reassignment"),
        *(os.path.join("exchange", name) for name in ("__init__", "record", "outlines", "csv_list", "aif", "bmap", "lef", "def_file", "kicad", "formats", "commands")),
        os.path.join("panel", "form"), os.path.join("panel", "defaults"), os.path.join("panel", "stack_look"),
        os.path.join("panel", "rule_tips"), os.path.join("panel", "manual"), os.path.join("panel", "tech_folders"), os.path.join("panel", "technology_list"))
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
            parts |= {"drc.kinds" if node.module == "drc.kinds" else node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level < depth, "%s imports from outside the package" % module
    return parts, outside


@pytest.mark.parametrize("module", sorted(SOURCES))
def test_imports_go_in_one_direction(module):
    if module == "__init__":  # what it names is imported when it is asked for
        assert imported(module, SOURCES[module]) == ({"api"}, {"__future__", "typing"})
        return
    parts, outside = imported(module, SOURCES[module])
    assert all(name == part(module) or level(name) < level(part(module)) for name in parts), (module, parts)
    assert not any(name.split(".")[0] == "klayout" for name in outside), "%s must import pya, not klayout" % module


def loaded_with(module):
    """Modules of this package (as named in SOURCES), and names of others, that come with a module when it is imported."""
    found, outside = set(), set()
    for node in SOURCES[module].body:  # what functions import, and what types alone need, comes later or never
        if isinstance(node, ast.Import):
            outside |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            outside.add(node.module)
        elif isinstance(node, ast.ImportFrom):
            path = module.split(os.sep)[:-node.level] + (node.module.split(".") if node.module else [])
            named = [path] + [path + [alias.name] for alias in node.names]
            found |= {os.path.join(*one, *end) for one in named if one for end in ((), ("__init__",))}
    return found & set(SOURCES), outside


@pytest.mark.parametrize("module", sorted(name for name in SOURCES if name.startswith(PURE)))
def test_pure_modules_do_not_know_klayout(module):
    """Nor does anything that comes with them, whatever room it is in."""
    assert "pya" not in imported(module, SOURCES[module])[1]
    seen, left = set(), {module}
    while left:
        one = left.pop()
        more, outside = loaded_with(one)
        assert "pya" not in outside, one
        seen.add(one)
        left |= more - seen


@pytest.mark.parametrize("module", sorted(name for name in SOURCES if part(name) != "panel"))
def test_only_the_panel_knows_qt_and_the_application(module):
    names = [node.attr for node in ast.walk(SOURCES[module])
             if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "pya"]
    assert not [name for name in names if name in APPLICATION or (name.startswith("Q") and name[1:2].isupper())]


def test_the_package_alone_brings_neither_klayout_nor_numpy():
    code = "import sys, postpass, postpass.tech; sys.exit(bool({'pya', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": os.path.dirname(PACKAGE)}, timeout=60).returncode == 0


def test_widgets_do_not_compute_and_forms_do_not_draw():
    """dock and fields talk to form alone; only session, deck, layer_list, guard, tool, canvas and highlight talk to views."""
    views = {module for module, tree in SOURCES.items() for node in ast.walk(tree)
             if isinstance(node, ast.Attribute) and node.attr in ("LayoutView", "Marker", "add_missing_layers", "transaction", "Macro")}
    assert views <= {os.path.join("panel", name) for name in ("session", "deck", "layer_list", "guard", "tool", "canvas", "highlight")}


#: calls that Qt 5 has and Qt 6 lacks, or the other way round, among what a panel needs (read in the bindings of KLayout 0.30 for both)
NOT_IN_EVERY_QT = {"width", "horizontalAdvance", "exec_", "desktop", "setMargin", "globalPos", "delta"}


@pytest.mark.parametrize("module", sorted(name for name in SOURCES if part(name) == "panel"))
def test_the_panel_keeps_to_what_qt_5_and_qt_6_share(module):
    called = {node.func.attr for node in ast.walk(SOURCES[module]) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)}
    assert not called & NOT_IN_EVERY_QT


@pytest.mark.parametrize("module", sorted(SOURCES))
def test_every_text_file_is_opened_with_its_encoding(module):
    for node in ast.walk(SOURCES[module]):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
            modes = [argument.value for argument in node.args[1:2] + [word.value for word in node.keywords if word.arg == "mode"]]
            assert any("b" in mode for mode in modes) or "encoding" in {word.arg for word in node.keywords}, (module, node.lineno)


@pytest.mark.parametrize("module", sorted(SOURCES))
def test_no_shell_is_started(module):
    names = {node.attr for node in ast.walk(SOURCES[module]) if isinstance(node, ast.Attribute)} | set().union(*imported(module, SOURCES[module]))
    assert not names & {"system", "popen", "subprocess", "startfile"}


def test_the_doorbell_is_short_and_defines_nothing():
    text = open(os.path.join(os.path.dirname(PACKAGE), "postpass.lym"), encoding="utf-8").read()
    code = text[text.index("<text>") + 6:text.index("</text>")]
    assert len(text.splitlines()) < 15
    assert not [node for node in ast.walk(ast.parse(code))
                if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Assign))]
