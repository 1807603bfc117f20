"""The rules of ruff and the types of mypy (pyproject.toml) hold for everything that is committed."""

import io
import os
import subprocess
import sys
import tokenize

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def said_by(tool, *options):
    done = subprocess.run([sys.executable, "-m", tool, *options], cwd=ROOT, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def test_ruff_finds_nothing():
    code, words = said_by("ruff", "check", "--output-format", "concise")
    assert code == 0, words


def test_mypy_finds_nothing():
    code, words = said_by("mypy")
    assert code == 0 and words.startswith("Success"), words


def bare_tolerances(text):
    """Small numbers of a source, as they are written, with their lines."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [(token.string, token.start[0]) for token in tokens if token.type == tokenize.NUMBER and not token.string.lower().startswith("0x")
            and 0 < abs(complex(token.string.replace("_", ""))) < (1e-2 if "e" in token.string.lower() else 1e-3)]


def test_the_tolerances_of_the_router_are_in_one_place():
    folder = os.path.join(ROOT, "pymacros", "postpass", "routing")
    names = sorted(name for name in os.listdir(folder) if name.endswith(".py"))
    found = {}
    for name in names:
        with open(os.path.join(folder, name), encoding="utf-8") as source:
            found[name] = bare_tolerances(source.read())
    assert len(found.pop("tolerance.py")) > 5
    assert {name: numbers for name, numbers in found.items() if numbers} == {}


def test_a_bare_tolerance_is_seen():
    assert bare_tolerances("x = 0.5 + 0.001 + 1e9 + 2\ny = a < 1E-9 or b > 0.0004  # 1e-7\n") == [("1E-9", 2), ("0.0004", 2)]
