"""The tour of docs/tour.md is what is done in the real application, at two sizes of the window, in a light and a dark style."""

import ast
import os
import re

import pytest

from .application import HERE, ROOT, Application, once

#: a macro that runs before the panel is made, as a dark style of the desktop is there before it
DARK = """<?xml version="1.0" encoding="utf-8"?>
<klayout-macro><autorun-early>true</autorun-early><interpreter>python</interpreter><text>import pya
palette = pya.QApplication.palette
palette = palette() if callable(palette) else palette
for role, colour in (("Window", "#2b2b2b"), ("WindowText", "#e0e0e0"), ("Base", "#1e1e1e"), ("AlternateBase", "#2b2b2b"), ("Text", "#e0e0e0"),
                     ("Button", "#3a3a3a"), ("ButtonText", "#e0e0e0"), ("Highlight", "#2f65ca"), ("HighlightedText", "#ffffff")):
    palette.setColor(getattr(pya.QPalette, role), pya.QColor(colour))
pya.QApplication.setPalette(palette)
</text></klayout-macro>
"""
LOOKS = [("1280x800", ""), ("1920x1080", ""), ("1280x800", "1"), ("1920x1080", "1")]


@pytest.mark.parametrize("size, dark", LOOKS)
def test_the_tour(tmp_path_factory, size, dark):
    pictures = os.path.join(ROOT, "build", "tour", size + "-dark" * bool(dark))
    os.makedirs(pictures, exist_ok=True)
    ran = once(tmp_path_factory, "tour" + size + dark, lambda folder: started(folder, dark).run("scenario_tour.py", "home", POSTPASS_SIZE=size, POSTPASS_PICTURES=pictures))
    ran.judge("test_the_tour")
    assert ran.complaints("ERROR", "destroyed") == [] and ran.code == 0
    assert len([name for name in os.listdir(pictures) if os.path.getsize(os.path.join(pictures, name)) > 20000]) == 10


def started(folder, dark):
    """The application, perhaps in a dark style."""
    application = Application(folder)
    if dark:
        with open(os.path.join(application.folder, "package", "pymacros", "dark.lym"), "w", encoding="utf-8") as file:
            file.write(DARK)
    return application


def steps():
    """What the scenario's steps say."""
    with open(os.path.join(HERE, "scenario_tour.py"), encoding="utf-8") as file:
        return [ast.get_docstring(node) for node in ast.parse(file.read()).body if isinstance(node, ast.FunctionDef) and node.name.startswith("step_")]


def test_the_text_has_exactly_these_steps():
    with open(os.path.join(ROOT, "docs", "tour.md"), encoding="utf-8") as file:
        text = re.sub(r"\s+", " ", file.read())
    found = re.findall(r"## \d+\. [^#]*?\s(?=## |$)", text + " ")
    said = steps()
    assert len(said) == 10 and text.count("## ") == 10
    for number, step in enumerate(said, 1):
        assert step in text, "step %d of the scenario is not in docs/tour.md: %s" % (number, step)
    assert [text.index(step) for step in said] == sorted(text.index(step) for step in said), found
