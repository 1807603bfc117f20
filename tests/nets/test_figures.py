"""The columns of figures.rb against KLayout's own answers on random shapes."""

import os
import subprocess

import pytest

from tests.deck.support import DECK, application

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "figures_script.rb")


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_are_what_klayout_merges_and_finds(seed):
    command = [application(), "-b", "-r", SCRIPT, "-rd", "seed=%d" % seed, "-rd", "deck=%s" % DECK]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["compared"], done.stdout[:2000]
