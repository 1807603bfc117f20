"""A small part of the fuzz campaign with fixed seeds, and proofs that its judges and its minimiser see what is wrong."""

import json

import pya
import pytest

from tests.fuzz import campaign, cases, judges, known, minimise, trials
from tests.fuzz.trials import TECHNOLOGIES, Outcome
from tests.resident import Ended

SEEDS = {"layout": (1000, 1001, 1002), "fan-out": (500, 501, 1003), "technology": (500, 501), "net list": (500, 171), "broken file": (500, 501), "routing case": (500, 501, 503)}


def test_odd_inputs_are_a_result_or_one_sentence(tmp_path):
    some = [trials.made(kind, seed, str(tmp_path / ("%s %d" % (kind, seed)))) for kind, seeds in SEEDS.items() for seed in seeds]
    found = campaign.run(some)
    assert {(trial.kind, trial.seed): one for trial, one in zip(some, found) if one.kind not in trials.FINE} == {}
    assert {one.kind for one in found} == set(trials.FINE)


def test_the_same_seed_makes_the_same_input(tmp_path):
    for kind in trials.KINDS:
        one, other = (trials.made(kind, 7, str(tmp_path / ("%s %d" % (kind, number)))) for number in (1, 2))
        assert one.jobs == other.jobs
        if one.main and one.main != "in.gds":
            assert open(one.path(one.main), "rb").read() == open(other.path(other.main), "rb").read()


def solved():
    """A case of two nets side by side with straight traces."""
    nets = [{"name": name, "mode": "connect_all", "contacts": [{"name": "c", "shape": [cases.box(0, y, 10)]}], "pads": [{"name": "p", "shape": [cases.box(90, y, 10)]}]}
            for name, y in (("a", 0), ("b", 40))]
    routes = [{"net": name, "width": 4, "path": [[5, y], [95, y]]} for name, y in (("a", 5), ("b", 45))]
    return {"die": [0, 0, 100, 100], "rules": {"width": 4, "spacing": 5}, "nets": nets, "obstacles": []}, {"routes": routes, "failures": []}


def test_the_judge_of_routes():
    case, result = solved()
    assert judges.route_fault(case, result) is None
    result["routes"][0]["path"] = [[5, 5], [60, 5]]
    assert judges.route_fault(case, result) == "open and called complete: net in 2 pieces"
    result["failures"] = [{"net": "a"}]
    assert judges.route_fault(case, result) is None
    result["routes"][1]["path"] = [[5, 45], [60, 45], [60, 7], [95, 7], [95, 45]]
    assert judges.route_fault(case, result) == "touches another net"
    case, result = solved()
    result["routes"][1]["path"] = [[5, 45], [50, 45], [50, 12], [53, 12], [53, 45], [95, 45]]
    assert judges.route_fault(case, result) == "too near to another net"


def test_a_contact_in_the_notch_of_a_pad_is_not_joined():
    case, result = solved()
    case["nets"] = case["nets"][:1]
    case["nets"][0].update(mode="each_pad_to_own_contact", contacts=[{"name": "c", "shape": [cases.box(40, 40, 4)]}],
                           pads=[{"name": "p", "shape": [[[0, 0], [60, 0], [60, 8], [8, 8], [8, 60], [0, 60]]]}])
    assert judges.route_fault(case, dict(result, routes=[])) == "open and called complete: pad without contact"


def drawn(folder, name, *traces):
    """Two named contact points with their pads, and traces."""
    tech = TECHNOLOGIES["postpass"]
    layout = pya.Layout()
    cell = layout.create_cell("TOP")

    def put(layer, *shapes):
        for shape in shapes:
            cell.shapes(layout.layer(*tech.layers[layer]["gds"])).insert(shape)
    put("die", pya.Box(-50000, -50000, 150000, 150000))
    for x, words in ((0, "a"), (50000, "b")):
        put("via", pya.Box(x - 600, -600, x + 600, 600))
        put("rdl", pya.Box(x - 3000, -3000, x + 3000, 3000))
        put("pad_signal", pya.Box(x - 8000, 72000, x + 8000, 88000))
        put("label", pya.Text(words, pya.Trans(x, 0)), pya.Text(words, pya.Trans(x, 80000)))
    put("rdl", *traces)
    layout.write(str(folder / name))
    return str(folder / name)


def test_the_judge_of_fan_outs(tmp_path):
    before, tech = drawn(tmp_path, "in.gds"), TECHNOLOGIES["postpass"]
    good = [pya.Box(x - 2000, 0, x + 2000, 80000) for x in (0, 50000)]
    assert judges.fan_out_fault(before, drawn(tmp_path, "good.gds", *good), tech, "", True) is None
    assert judges.fan_out_fault(before, drawn(tmp_path, "open.gds", good[0]), tech, "", True) == "open and called complete"
    assert judges.fan_out_fault(before, drawn(tmp_path, "open.gds", good[0]), tech, "", False) is None
    assert judges.fan_out_fault(before, drawn(tmp_path, "short.gds", *good, pya.Box(0, 30000, 50000, 34000)), tech, "", True) == "joins metal of different names"


def ended(code, signal):
    return Ended(code, signal, 0.0, "", "")


@pytest.mark.parametrize("said, result, kind", [
    ("ERROR: a sentence", ended(1, None), "refusal"), ("ERROR: a\nb", ended(1, None), "odd words"), ("", ended(1, None), "odd words"),
    ("Traceback (most recent call last):", ended(1, None), "traceback"), ("ERROR: the program failed on this input (KeyError in x.py, line 1)", ended(1, None), "traceback"),
    ("", ended(None, 24), "hang"), ("", ended(None, 11), "crash"), ("ERROR: out of memory: x", ended(1, None), "memory"),
    ("", ended(0, None), "file missing"), ("", ended(97, None), "traceback")])
def test_what_a_run_says_is_understood(tmp_path, said, result, kind):
    trial = trials.Trial("routing case", 1, str(tmp_path / "trial"))
    trial.add("route", "route", {"case": "case.json", "result": "result.json"})
    trial.write("route.err", said)
    assert trials.run_outcome(trial, trial.jobs[0], result).kind == kind


def report(path, texts):
    """A marker database with a marker of rule X.1 for each text, and none of X.2."""
    database = pya.ReportDatabase("test")
    cell = database.create_cell("TOP")
    rule = database.create_category("X.1")
    database.create_category("X.2")
    for text in texts:
        item = database.create_item(cell.rdb_id(), rule.rdb_id())
        item.add_value(pya.DPolygon(pya.DBox(0, 0, 1, 1)))
        item.add_value(text)
    database.save(path)


@pytest.mark.parametrize("deep, outcome", [(["size 1 um"], Outcome("result", 2)), (["size 1 um"] * 2, Outcome("mode differs", "X.1")), (["size 1.01 um"], Outcome("mode differs", "X.1"))])
def test_modes_that_mark_differently_are_seen(tmp_path, deep, outcome):
    trial = trials.Trial("layout", 1, str(tmp_path / "trial"))
    trial.deck()
    for mode, texts in (("flat", ["size 1 um"]), ("tiled", ["size 1 um"]), ("deep", deep)):
        trial.write(mode + ".json", json.dumps({"rules": [{"id": "X.1", "count": len(texts)}, {"id": "X.2", "count": 0}]}))
        report(trial.path(mode + ".lyrdb"), texts)
    assert trials.outcome(trial, [ended(2, None)] * 3) == outcome


def test_a_failing_layout_is_made_small(tmp_path):
    """The fault: two boxes at certain places, among fifty; a runner stands in for the deck."""
    layout = pya.Layout()
    shapes = layout.create_cell("TOP").shapes(layout.layer(1, 0))
    for number in range(50):
        shapes.insert(pya.Box(number * 10, 0, number * 10 + 5, 5))
    trial = trials.Trial("layout", 1, str(tmp_path / "trial"))
    trial.main = "in.gds"
    layout.write(trial.path("in.gds"))

    def boxes(one):
        read = pya.Layout()
        read.read(one.path("in.gds"))
        return sorted(shape.box.left for shape in read.top_cell().shapes(read.layer(1, 0)).each())

    def run(some):
        return [Outcome("hang" if {110, 420} <= set(boxes(one)) else "result", "deck") for one in some]
    small = minimise.smaller(trial, Outcome("hang", "deck"), run, str(tmp_path / "smaller"))
    assert boxes(small) == [110, 420]


@pytest.mark.parametrize("kind, crashes, found", [("crash", True, known.READS), ("crash", False, None), ("mode differs", True, None)])
def test_only_a_crash_of_the_reader_alone_is_excused(kind, crashes, found, tmp_path, monkeypatch):
    trial = trials.Trial("broken file", 1, str(tmp_path / "trial"))
    monkeypatch.setattr(known, "crashes_when_read", lambda path: crashes)
    assert known.known(trial, Outcome(kind, "deck")) is None
    trial.write("in.gds", "")
    assert known.known(trial, Outcome(kind, "deck")) == found
