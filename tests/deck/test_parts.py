"""A layout checked in windows, many layouts at once: the same result as in one run, or one clear sentence."""

import json
import os
import shutil
import subprocess
from collections import Counter

import pya
import pytest

from tests.bench import layouts

from .support import ROOT, application, markers, run_deck

DRC = os.path.join(ROOT, "drc")


def run_script(name, **variables):
    command = [application(), "-b", "-r", os.path.join(DRC, name)]
    for key, value in variables.items():
        command += ["-rd", "%s=%s" % (key, value)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def make(*words):
    assert shutil.which("make"), "make is not installed: run ./run test, which installs it"
    return subprocess.run(["make", "-f", os.path.join(DRC, "parts.mk"), "-j2", *words], capture_output=True, text=True, timeout=600)


def found(report):
    """Counter of (rule, box, text)"""
    return Counter((marker.rule, str(marker.box), marker.text) for marker in markers(str(report)))


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """Path of a layout with faults of every kind, some of them at the borders of windows."""
    path = tmp_path_factory.mktemp("faulty") / "faulty.gds"
    layouts.build(str(path), 1600, "flat", seed=8, faults=0.1)
    return path


@pytest.fixture(scope="module")
def in_one_run(faulty):
    report, summary = faulty.with_suffix(".lyrdb"), faulty.with_suffix(".json")
    run = run_deck(input=faulty, report=report, summary=summary)
    assert run.code == 2, run.err
    return found(report), json.load(open(summary))


@pytest.fixture(scope="module")
def in_windows(faulty, in_one_run):
    done = make("INPUT=%s" % faulty, "SIDE=600", "OUT=%s" % (faulty.parent / "out"))
    return done, faulty.parent / "out"


def test_windows_find_what_one_run_finds(in_windows, in_one_run):
    done, out = in_windows
    whole, parts = in_one_run[0], found(out / "whole.lyrdb")
    assert len([name for name in os.listdir(out / "parts") if name.endswith(".json")]) >= 9
    assert sum(whole.values()) > 100 and len({rule for rule, _, _ in whole}) > 8
    assert parts == whole, (list((parts - whole).items())[:5], list((whole - parts).items())[:5])


def test_the_merged_summary_is_that_of_one_run(in_windows, in_one_run):
    one, merged = in_one_run[1], json.load(open(in_windows[1] / "whole.json"))
    assert {rule["id"]: rule["count"] for rule in merged["rules"]} == {rule["id"]: rule["count"] for rule in one["rules"]}
    assert (merged["errors"], merged["warnings"]) == (one["errors"], one["warnings"])
    assert len(merged["nets"]) == len(one["nets"])


def test_violations_fail_the_merge(in_windows):
    assert in_windows[0].returncode == 2 and "Error 2" in in_windows[0].stderr


@pytest.mark.parametrize("mode", ["tiled", "deep"])
def test_windows_in_other_modes(mode, faulty, in_one_run, tmp_path):
    windows = run_script("postpass_windows.py", input=faulty, side=900).stdout.split()
    total = Counter()
    for number, window in enumerate(windows):
        report = tmp_path / ("%d.lyrdb" % number)
        assert run_deck(input=faulty, report=report, window=window, mode=mode).code in (0, 2)
        total += found(report)
    geometry = Counter({key: count for key, count in in_one_run[0].items() if not key[0].startswith(("NET", "FN", "TECH"))})
    assert total == geometry, (list((total - geometry).items())[:5], list((geometry - total).items())[:5])


def copy_of_the_parts(in_windows, folder):
    return shutil.copytree(in_windows[1] / "parts", folder / "parts")


def merged(folder):
    return run_script("postpass_merge.py", parts="%s/parts/*.json" % folder, report=folder / "all.lyrdb")


def test_a_missing_window_is_told(in_windows, tmp_path):
    parts = copy_of_the_parts(in_windows, tmp_path)
    window = sorted(name for name in os.listdir(parts) if name.startswith("window") and name.endswith(".json"))[1]
    os.remove(os.path.join(parts, window))
    done = merged(tmp_path)
    assert done.returncode == 1 and "a window is missing: the parts cover" in done.stderr and not (tmp_path / "all.lyrdb").exists()


def test_a_doubled_window_is_told(in_windows, tmp_path):
    parts = copy_of_the_parts(in_windows, tmp_path)
    window = sorted(name for name in os.listdir(parts) if name.startswith("window") and name.endswith(".json"))[1]
    shutil.copy(os.path.join(parts, window), os.path.join(parts, "again.json"))
    done = merged(tmp_path)
    assert done.returncode == 1 and "overlap: their findings would count twice" in done.stderr


@pytest.mark.parametrize("key, value", [("technology", "wlcsp"), ("technology_checksum", "00000000")])
def test_parts_of_different_runs_are_told(in_windows, tmp_path, key, value):
    parts = copy_of_the_parts(in_windows, tmp_path)
    path = os.path.join(parts, "nets.json")
    summary = json.load(open(path))
    json.dump(dict(summary, **{key: value}), open(path, "w"))
    done = merged(tmp_path)
    assert done.returncode == 1 and "the parts are of different runs: %s is" % key in done.stderr


def test_the_whole_names_the_technology_as_its_parts_do(in_windows, in_one_run):
    done, out = in_windows
    one, whole = in_one_run[1], json.load(open(out / "whole.json"))
    for key in ("technology", "technology_title", "technology_file", "technology_checksum"):
        assert whole[key] == one[key]
    database = pya.ReportDatabase("")
    database.load(str(out / "whole.lyrdb"))
    assert "rules %s) on " % one["technology_checksum"] in database.description and one["technology_file"] in database.description
    assert "rules %s of technology postpass, " % one["technology_checksum"] in done.stdout


def test_nothing_to_merge(tmp_path):
    done = merged(tmp_path)
    assert done.returncode == 1 and "no part to merge" in done.stderr


def test_a_window_needs_a_side(faulty):
    done = run_script("postpass_windows.py", input=faulty, side="wide")
    assert done.returncode == 1 and "side=wide: give the side of a window in um" in done.stderr


def test_many_layouts(faulty, tmp_path):
    names = [tmp_path / name for name in ("one.gds", "two.gds", "three.gds")]
    for name in names:
        shutil.copy(faulty, name)
    done = make("many", "INPUTS=%s" % " ".join(map(str, names)), "OUT=%s" % (tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert len({json.dumps(json.load(open(tmp_path / "out" / name))["errors"]) for name in ("one.json", "two.json", "three.json")}) == 1


def test_a_layout_that_cannot_be_read_fails_the_run(tmp_path):
    (tmp_path / "broken.gds").write_text("no layout")
    done = make("many", "INPUTS=%s" % (tmp_path / "broken.gds"), "OUT=%s" % (tmp_path / "out"))
    assert done.returncode != 0 and "cannot be read" in done.stderr
