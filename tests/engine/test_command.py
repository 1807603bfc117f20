"""The command: exit status, messages, and a result file that is whole or absent."""
import json
import os
import subprocess
import sys

import pytest
from planted import planted_case, square

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run(tmp_path, text, hash_seed="7"):
    """Write a case, run the command: (exit status, output, errors, result or None)."""
    source, target = tmp_path / "case.json", tmp_path / "result.json"
    source.write_text(text)
    done = subprocess.run([sys.executable, "-m", "postpass.routing", str(source), str(target)], text=True,
                          capture_output=True, env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "pymacros"),
                                                    "PYTHONHASHSEED": hash_seed}, check=False)
    result = json.loads(target.read_text()) if target.exists() else None
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".tmp"] == []
    return done.returncode, done.stdout, done.stderr, result


def test_complete_case(tmp_path):
    code, out, _, result = run(tmp_path, json.dumps(planted_case(10, 1)[0]))
    assert code == 0 and "complete" in out and result["complete"] and len(result["routes"]) == 10


def test_incomplete_case_names_the_net(tmp_path):
    case, _ = planted_case(5, 1)
    case["nets"].append({"name": "lost", "mode": "each_pad_to_own_contact", "contacts": [],
                         "pads": [{"name": "p", "shape": [square(3, 3, 4)]}]})
    code, out, _, result = run(tmp_path, json.dumps(case))
    assert code == 2 and "lost" in out and not result["complete"]


@pytest.mark.parametrize("text", ['{"die": [0, 0, %s, 1]}' % ("1" * 5000), '{"die": [0, 0, 1, 1], "die": [0, 0, 1, 2]}', '{"die": [0, 0, Infinity, 1]}', "[" * 9999,
                                  "", "{", "[]", '{"nets": []}', '{"die": [0,0,1,1], "nets": 3, "rules": {}}'])
def test_bad_case(tmp_path, text):
    code, _, errors, result = run(tmp_path, text)
    assert code == 1 and result is None
    assert len(errors.strip().splitlines()) == 1 and "Traceback" not in errors


def _first(case, **changes):
    """The case with other entries in its first net."""
    case["nets"][0].update(changes)
    return case


def _pad(case, shape):
    """The case with another shape of its first pad."""
    case["nets"][0]["pads"][0]["shape"] = shape
    return case


BAD = {
    "obstacles is a number": (lambda c: {**c, "obstacles": 5}, "obstacles"),
    "an obstacle of a list": (lambda c: {**c, "obstacles": [{"net": ["a"], "shape": square(9, 9, 4)}]}, "obstacle 0"),
    "pads is a number": (lambda c: {**c, "pads": 7}, "pads"),
    "not a number": (lambda c: _first(c, width=float("nan")), "not finite"),
    "no width": (lambda c: _first(c, width=0), "width of net"),
    "a die of metres": (lambda c: {**c, "die": [0, 0, 1e300, 1e300]}, "die"),
    "a huge integer": (lambda c: {**c, "die": [0, 0, 10 ** 400, 3]}, "too large"),
    "a coarse grid": (lambda c: {**c, "dbu": 1e5}, "grid unit"),
    "angles unclear": (lambda c: {**c, "rules": {**c["rules"], "allow45": "no"}}, "allow45"),
    "crossing itself": (lambda c: _pad(c, [[[10, 10], [30, 30], [30, 10], [10, 30]]]), "crosses itself"),
    "a polygon without area": (lambda c: _pad(c, [[[10, 10], [20, 20], [30, 30]]]), "without area"),
    "outside the die": (lambda c: _pad(c, [square(-500, -500, 14)]), "outside the die"),
    "a short": (lambda c: _pad(c, c["nets"][1]["pads"][0]["shape"]), "overlaps"),
    "a short with an obstacle": (lambda c: {**c, "obstacles": [{"net": c["nets"][1]["name"], "shape":
                                                                c["nets"][0]["pads"][0]["shape"][0]}]}, "overlaps"),
    "a mode of a list": (lambda c: _first(c, mode=["each"]), "unknown mode"),
    "a name of a list": (lambda c: {**c, "name": [1]}, "not a text"),
    "half a character": (lambda c: {**c, "name": "\ud800"}, "half a character"),
    "a line break in a name": (lambda c: _first(c, name="a\nb"), "line break"),
    "traces of a nanometre": (lambda c: _first({**c, "die": [0, 0, 2000, 2000]}, width=0.001, spacing=0.001), "too many to route at once"),
    "traces thinner than an atom": (lambda c: _first(c, width=1e-5), "from 0.0001 to 100000"),
    "true for a number": (lambda c: _first(c, width=True), "holds true where a number is expected"),
    "a grid of nothing": (lambda c: {**c, "dbu": 0}, "grid unit"),
    "a point of lists": (lambda c: _pad(c, [[[[1], 2], [3, 4], [5, 6]]]), "where a number is expected"),
    "a polygon of very many points": (lambda c: _pad(c, [[[k, k * k % 97] for k in range(20000)]]), "more than 10000"),
    "an empty net": (lambda c: _first(c, contacts=[], pads=[]), "neither contacts nor pads"),
    "a name twice": (lambda c: _first(c, name="n1"), "twice"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_values_are_named_in_one_sentence(tmp_path, what):
    change, words = BAD[what]
    code, _, errors, result = run(tmp_path, json.dumps(change(planted_case(4, 1)[0])))
    assert code == 1 and result is None
    assert len(errors.strip().splitlines()) == 1 and words in errors and "Traceback" not in errors


def test_the_order_of_hashes_does_not_matter(tmp_path):
    case = json.dumps(planted_case(40, 3, fill=0.6)[0])
    found = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        found.append(run(folder, case, seed)[3])
    assert found[0] == found[1]
