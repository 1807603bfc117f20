"""The tour of docs/tour.md is what is done in the real application, at two sizes of the window, in a light and a dark style."""

import ast
import os
import re

import pytest

from .application import HERE, ROOT, Application, once

LOOKS = [("1280x800", ""), ("1920x1080", ""), ("1280x800", "1"), ("1920x1080", "1")]


@pytest.mark.parametrize("size, dark", LOOKS)
def test_the_tour(tmp_path_factory, size, dark):
    pictures = os.path.join(ROOT, "build", "tour", size + "-dark" * bool(dark))
    os.makedirs(pictures, exist_ok=True)
    ran = once(tmp_path_factory, "tour" + size + dark, lambda folder: Application(folder).run(
        "scenario_tour.py", "home", POSTPASS_SIZE=size, POSTPASS_DARK=dark, POSTPASS_PICTURES=pictures))
    ran.judge("test_the_tour")
    assert ran.complaints("ERROR", "destroyed") == [] and ran.code == 0
    assert len([name for name in os.listdir(pictures) if os.path.getsize(os.path.join(pictures, name)) > 20000]) == 10


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
