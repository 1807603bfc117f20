"""The command: exit status, messages, and a result file that is whole or absent."""
import json
import os
import subprocess
import sys

import pytest
from planted import planted_case, square

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run(tmp_path, text):
    """Write a case, run the command: (exit status, output, errors, result or None)."""
    source, target = tmp_path / "case.json", tmp_path / "result.json"
    source.write_text(text)
    done = subprocess.run([sys.executable, "-m", "postpass.routing", str(source), str(target)], text=True,
                          capture_output=True, env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "pymacros"),
                                                    "PYTHONHASHSEED": "7"}, check=False)
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


@pytest.mark.parametrize("text", ["", "{", "[]", '{"nets": []}', '{"die": [0,0,1,1], "nets": 3, "rules": {}}'])
def test_bad_case(tmp_path, text):
    code, _, errors, result = run(tmp_path, text)
    assert code == 1 and result is None
    assert len(errors.strip().splitlines()) == 1 and "Traceback" not in errors
