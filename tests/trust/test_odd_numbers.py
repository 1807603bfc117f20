"""Numbers that the deck and the fan-out cannot compute with: one sentence before the work begins, and no file."""

import json
import os

import pya
import pytest

from postpass import tech as technologies
from tests.deck.support import FAN_OUT, new_layout, run_deck, run_script, square

POSTPASS = technologies.load("postpass")


def variant(folder, **changes):
    """A technology with other numbers in its density rules."""
    record = json.loads(json.dumps(POSTPASS.record))
    for rule in record["rules"]:
        if rule["check"].startswith("density"):
            rule.update(changes)
    (folder / "t.json").write_text(json.dumps(record))
    return folder / "t.json"


def layout_file(folder, dbu=0.001):
    path = str(folder / "in.gds")
    new_layout(POSTPASS, {"die": [pya.Box(0, 0, 400000, 400000)], "rdl": [square(20000)], "via": [square(1180)]}, dbu).write(path)
    return path


def expect_one_line(folder, run, code, words):
    lines = run.strip().splitlines()
    assert code == 1 and len(lines) == 1 and lines[0].startswith("ERROR: ") and words in lines[0] and len(lines[0]) < 1000, run
    assert sorted(os.listdir(folder)) in (["in.gds"], ["in.gds", "t.json"])


@pytest.mark.parametrize("dbu, changes, words", [(0.001, {"step_um": 0.1, "window_um": 100}, "rule RDL.D.1: windows of 100 um in steps of 0.1 um are too many on 400 by 400 um"),
                                                (1e-9, {}, "is more than KLayout can compute with at the layout's database unit of 1e-09 um"),
                                                (0.005, {"step_um": 0.001, "window_um": 0.002}, "windows of 0 um in steps of 0 um are too many")])
def test_what_the_deck_cannot_compute(tmp_path, dbu, changes, words):
    run = run_deck(input=layout_file(tmp_path, dbu), tech=variant(tmp_path, **changes), report=tmp_path / "r.lyrdb")
    expect_one_line(tmp_path, run.err, run.code, words)


@pytest.mark.parametrize("variables, words", [({"tile": "1e400"}, "tile=1e400: give the side of a tile"), ({"mode": "fl\nat\x01"}, "mode=fl\\nat\\x01: known are"),
                                             ({"threads": "9" * 5000}, "threads=9999"), ({"window": "NaN,0,1,1"}, "window=NaN,0,1,1: give left,bottom")])
def test_odd_wishes(tmp_path, variables, words):
    run = run_deck(input=layout_file(tmp_path), report=tmp_path / "r.lyrdb", **variables)
    expect_one_line(tmp_path, "\n".join(line for line in run.err.splitlines() if "out of range" not in line), run.code, words)  # Ruby's own warning


@pytest.mark.parametrize("variables, words", [({"width": "1e-9"}, "width must be a length in um from 0.0001 to 100000, not '1e-9'"), ({"space": "nan"}, "space must be a length"),
                                             ({"width": "0.0001", "space": "0.0001"}, "too many to route at once"), ({"teardrops": "maybe\n"}, "teardrops must be 1 or 0, not 'maybe\\n'")])
def test_odd_lengths_of_a_fan_out(tmp_path, variables, words):
    path = str(tmp_path / "in.gds")
    contacts = [square(1200, x, 2000) for x in (10000, 300000)]
    new_layout(POSTPASS, {"die": [pya.Box(0, 0, 400000, 400000)], "contact": contacts, "via": contacts, "rdl": [square(5000, 8000, 0), square(5000, 298000, 0)],
                          "pad_signal": [square(20000, 200000, 200000), square(20000, 100000, 200000)]}).write(path)
    done = run_script(FAN_OUT, input=path, output=tmp_path / "out.gds", tech="postpass", **variables)
    expect_one_line(tmp_path, done.err, done.code, words)
