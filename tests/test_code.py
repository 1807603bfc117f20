"""The rules of ruff and the types of mypy (pyproject.toml) hold for everything that is committed."""

import os
import subprocess
import sys

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
