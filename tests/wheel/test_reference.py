"""docs/technology.md: its tutorial is performed as it stands there, and its tables name every key."""

import json
import os
import re
import runpy

import pytest

from postpass import tech
from postpass.__main__ import main
from postpass.tech import reference, schema

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = open(os.path.join(ROOT, "docs", "technology.md"), encoding="utf-8").read()


def blocks(section):
    """[(language, text)] of the code blocks of a section of the page."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", PAGE.split("\n## %s\n" % section)[1].split("\n## ")[0], re.MULTILINE | re.DOTALL)


def perform(command):
    """Runs a line of the page. Returns its exit code."""
    program, *words = command.split()
    if program == "klayout":
        script, variable = words[words.index("-r") + 1], words[words.index("-rd") + 1].split("=")
        runpy.run_path(os.path.join(ROOT, script), {variable[0]: variable[1]}, "__main__")
        return 0
    assert program == "postpass"
    return main(words)


def test_the_tutorial_ends_with_ten_rules_that_find_the_mistakes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    said, tables = "", 0
    for language, text in blocks("In fifteen minutes"):
        if language == "sh":
            codes = [perform(line) for line in text.splitlines()]
            assert set(codes) <= {0, 2} and codes[0] == (2 if text.startswith("postpass check") else 0)
            said = capsys.readouterr().out
        elif language == "json":
            record = json.loads((tmp_path / "bumps.json").read_text())
            record.update(json.loads("{%s}" % text))
            (tmp_path / "bumps.json").write_text(json.dumps(record))
        else:
            tables += 1
            assert [line for line in text.splitlines() if not re.search("^%s" % re.escape(line), said, re.MULTILINE)] == [], said
    assert tables == 2 and len(json.loads((tmp_path / "bumps.json").read_text())["rules"]) == 10
    assert main(["tech", "validate", "bumps.json"]) == 0
    assert "no mistakes, 1 warning\n" in capsys.readouterr().out  # no sources


@pytest.mark.parametrize("group", reference.MEANS)
def test_every_key_has_its_meaning_and_an_example(group):
    techs = [tech.load(name) for name in tech.installed()]
    assert sorted(reference.MEANS[group]) == sorted(reference.keys_of(group))
    assert [key for key in reference.keys_of(group) if reference.example(group, key, techs) is None] == []


def test_the_schema_knows_the_same_keys():
    record = schema.schema()
    assert set(record["properties"]) == set(reference.keys_of("technology"))
    for group in ("films", "layers", "rules"):
        assert set(record["$defs"]["changed " + group]["properties"]) == set(reference.keys_of(group))
