"""The pages a stranger reads first: short, true, and of commands that exist."""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys

import pytest

from postpass import __main__ as product
from tests.resident import application

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCREEN = 25  # rows of a table
PAGES = ["README.md", *(os.path.join("docs", name) for name in sorted(os.listdir(os.path.join(ROOT, "docs"))) if name.endswith(".md")),
         os.path.join("docs", "headless", "README.md"), os.path.join("layouts", "README.md")]


def text(page):
    with open(os.path.join(ROOT, page), encoding="utf-8") as file:
        return file.read()


def commands(page):
    """The commands in a page's blocks of code and in its lines, as words; what follows # is a remark."""
    blocks = re.findall(r"^```(?:sh)?\n(.*?)^```", text(page), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", text(page))
    for line in lines:
        if re.match(r"(\./run|postpass)( [a-z-]+)( |$)", line) and "|" not in line and "..." not in line:
            yield shlex.split(line, comments=True)


ALL = sorted({(words[0], " ".join(words[1:])) for page in PAGES for words in commands(page)})


def test_there_are_commands():
    assert {("./run", "demo"), ("./run", "package"), ("postpass", "check chip.gds --tech wlcsp")} <= set(ALL)


@pytest.mark.parametrize("rest", [rest for program, rest in ALL if program == "postpass"])
def test_the_installed_package_understands(rest, monkeypatch):
    words, said = shlex.split(rest), io.StringIO()
    if len(words) < 3 and words[:1] != ["docs"]:  # a command that is named, not shown
        words = [*words[:2 if words[0] == "tech" else 1], "--help"]
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        try:
            product._parser().parse_args(words)
        except SystemExit as end:
            assert end.code == 0, said.getvalue()


@pytest.mark.parametrize("rest", [rest for program, rest in ALL if program == "./run"])
def test_the_checkout_understands(rest):
    """Up to the first word that is no command's: what ./run does then is seen by running it."""
    words = rest.split()
    names = words[:2] if words[0] in ("bench", "tech") else words[:1]
    done = subprocess.run([sys.executable, os.path.join(ROOT, "tests", "commands.py"), *names, "--help"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    options = [word.split("=")[0] for word in words if word.startswith("--")]
    assert all(option in done.stdout for option in options) or words[0] == "test", (options, done.stdout)


def test_the_readme_is_for_a_stranger():
    lines = text("README.md").splitlines()
    first = lines.index(next(line for line in lines if line.startswith("![")))
    assert len([line for line in lines[1:first] if line]) == 5 and len(lines) < 120
    rows = [len(table.splitlines()) for table in re.findall(r"(?:^\|.*\n)+", text("README.md"), re.MULTILINE)]
    assert rows and max(rows) <= SCREEN
    assert max(len(block.splitlines()) for block in re.findall(r"^```.*?\n(.*?)^```", text("README.md"), re.MULTILINE | re.DOTALL)) <= SCREEN


def test_the_readme_shows_what_the_demo_prints(tmp_path):
    """Of its second layout; the first one takes a minute."""
    path = str(tmp_path / "submicron.gds")
    drawn = subprocess.run([application(), "-b", "-r", os.path.join(ROOT, "layouts", "submicron.py"), "-rd", "output=" + path], capture_output=True, text=True, timeout=120)
    checked = subprocess.run([application(), "-b", "-r", os.path.join(ROOT, "drc", "postpass.lydrc"), "-rd", "input=" + path, "-rd", "tech=postpass"],
                             capture_output=True, text=True, timeout=120)
    said = [re.sub(r" in [0-9.]+ s$", "", line) for line in (drawn.stdout + checked.stdout).splitlines() if re.match("Drew|total", line)]
    shown = re.search(r"^== submicron.*?```", text("README.md"), re.MULTILINE | re.DOTALL).group().splitlines()
    assert len(said) == 2 and [line for line in shown if re.match("Drew|total", line)] == said


def test_the_readme_leads_to_every_page():
    pages = [name for name in os.listdir(os.path.join(ROOT, "docs")) if name.endswith(".md") and name != "klayout-facts.md"]  # which CONTRIBUTING.md names
    assert [name for name in pages if "](docs/%s)" % name not in text("README.md")] == []


def test_the_page_of_layouts_names_every_file_and_no_other():
    named = re.findall(r"^\| `([^`]+)` \| \S", text(os.path.join("layouts", "README.md")), re.MULTILINE)
    assert sorted(named) == sorted(name for name in os.listdir(os.path.join(ROOT, "layouts")) if name not in ("README.md", "__pycache__"))
    for path in re.findall(r"\]\(([^)#]+)", text(os.path.join("layouts", "README.md"))):
        assert os.path.exists(os.path.join(ROOT, "layouts", path)), path
