"""Many layouts in one call: a line for each, and what changed since the last table."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pya
import pytest

from postpass import tech as technologies
from postpass.__main__ import main
from postpass.draw import commands
from postpass.draw.choices import PadChoices
from postpass.drc import cluster, table
from tests.deck.support import ROOT

HEAD = "layout,cell,technology,version,rules,errors,warnings,violations,drawn_under,problem"


def write(path, size_um=12.0, pitch_um=40.0):
    tech = technologies.load("postpass")
    layout = pya.Layout()
    layout.dbu = tech.dbu_um
    commands.place(layout.create_cell("TOP"), tech, PadChoices("signal", "octagon", size_um, columns=3, pitch_x_um=pitch_um))
    layout.write(str(path))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(4):
        write(tmp_path / ("l%d.gds" % number))
    write(tmp_path / "small.gds", 9.0)
    (tmp_path / "bad.gds").write_text("no layout")
    return tmp_path


def rows(path):
    lines = open(path, encoding="utf-8").read().splitlines()
    assert lines[0] == HEAD
    return lines[1:]


def test_each_layout_is_a_line_and_the_worst_tells_the_exit_code(folder, capsys):
    assert main(["check", "l0.gds", "l1.gds", "--tech", "postpass"]) == 2
    assert main(["check", "l0.gds", "small.gds", "bad.gds", "--tech", "postpass", "--table", "t.csv"]) == 1
    said = capsys.readouterr().out
    assert "NOT CHECKED: bad.gds: cannot be read" in said and "PAD.W.1 3" in said and "total: 3 layouts, 2 with errors, 1 not checked" in said
    found = rows("t.csv")
    assert [line.split(",")[0] for line in found] == ["l0.gds", "small.gds", "bad.gds"]
    assert "PAD.W.1=3" in found[1] and "PAD.W.1" not in found[0]


def test_what_is_new_and_gone_since_the_last_table_is_told(folder, capsys):
    paths = ["l0.gds", "l1.gds", "small.gds"]
    assert main(["check", *paths, "--table", "t.csv"]) == 2
    first = open("t.csv", encoding="utf-8").read()
    assert main(["check", *paths, "--table", "t.csv"]) == 2
    assert open("t.csv", encoding="utf-8").read() == first and "new: " not in capsys.readouterr().out
    write(folder / "l1.gds", 9.0)
    write(folder / "small.gds")
    assert main(["check", "l1.gds", "small.gds", "l2.gds", "--table", "t.csv"]) == 2
    said = capsys.readouterr().out
    assert "new: 3 of PAD.W.1" in said and "gone: 3 of PAD.W.1" in said and "new in the table" in said and "of the last table was not checked" in said


def test_a_new_version_of_the_technology_says_which_rule_changed(folder, capsys, monkeypatch):
    monkeypatch.setenv("POSTPASS_TECH_PATH", str(folder / "techs"))
    for version, space in (("1", 10.0), ("2", 30.0)):
        (folder / "techs" / version).mkdir(parents=True)
        (folder / "techs" / version / "team.json").write_text(json.dumps(team(version, space)))
    assert main(["check", "l0.gds", "l1.gds", "--tech", "team@1", "--table", "t.csv"]) == 2
    capsys.readouterr()
    assert main(["check", "l0.gds", "l1.gds", "--tech", "team@2", "--table", "t.csv"]) == 2
    said = capsys.readouterr().out
    assert "The last table was made by team 1, rules " in said and ": PAD.S.1 space 10 -> 30 um" in said and "new: 2 of PAD.S.1" in said
    under = "drawn under technology postpass 1.0, rules %s" % technologies.load("postpass").checksum()  # team 1 has its values
    assert said.count("; %s; new: " % under) == 2 and "2 layouts %s: PAD.S.1 space 10 -> 30 um" % under in said.splitlines()
    assert all('"%s: PAD.S.1 space 10 -> 30 um"' % under.replace("drawn under ", "") in line for line in rows("t.csv"))


def team(version, space_um):
    """postpass with another space of pads."""
    base = technologies.load("postpass")
    record = json.loads(open(base.path, encoding="utf-8").read())
    record.update(name="team", version=version)
    for rule in record["rules"]:
        if rule["id"] == "PAD.S.1":
            rule["value_um"] = space_um
    return record


def test_a_table_alone_is_printed_and_not_written(folder, capsys):
    """`postpass check layouts/*.gds --workers N --table`: the name of a file may be left out."""
    before = sorted(os.listdir())
    assert main(["check", "l0.gds", "--table"]) == main(["check", "l0.gds", "l1.gds", "--tech", "postpass", "--table", "--workers", "1"]) == 2
    said = capsys.readouterr().out
    assert "total: 1 layout, 1 with errors, 0 not checked" in said and "total: 2 layouts" in said and "table: " not in said and sorted(os.listdir()) == before


def test_the_same_file_by_another_path_is_no_new_one_and_one_name_in_two_folders_is_two(folder, capsys):
    for name in ("x", "y"):
        (folder / name).mkdir()
    write(folder / "x" / "a.gds")
    write(folder / "y" / "a.gds", 9.0)
    main(["check", "x/a.gds", "y/a.gds", "--table", "t.csv"])
    capsys.readouterr()
    main(["check", "./x/a.gds", "y/../y/a.gds", "--table", "t.csv"])
    said = capsys.readouterr().out
    assert "new" not in said and "gone" not in said and "of the last table" not in said


def test_a_layout_that_was_checked_before_and_no_longer_can_be_is_told(folder, capsys):
    main(["check", "l0.gds", "l1.gds", "--table", "t.csv"])
    (folder / "l1.gds").write_text("no layout")
    assert main(["check", "l0.gds", "l1.gds", "--table", "t.csv"]) == 1
    assert "; it was checked before" in capsys.readouterr().out
    write(folder / "l1.gds")
    assert main(["check", "l0.gds", "l1.gds", "--table", "t.csv"]) == 2
    assert "could not be checked before" in capsys.readouterr().out


def test_what_nobody_foresaw_in_one_layout_is_its_line_and_not_the_end(folder, capsys, monkeypatch):
    real = table.checked_report

    def fails(cell, technology, source, wishes):
        if source.endswith("l1.gds"):
            raise KeyError("odd")
        return real(cell, technology, source, wishes)
    monkeypatch.setattr(table, "checked_report", fails)
    assert main(["check", "l0.gds", "l1.gds", "l2.gds", "--table", "t.csv"]) == 1
    assert "l1.gds  NOT CHECKED: the program failed on this input (KeyError in test_table.py" in capsys.readouterr().out
    assert [line.split(",")[0] for line in rows("t.csv")] == ["l0.gds", "l1.gds", "l2.gds"]


def test_what_is_wrong_about_a_layout_itself_is_counted(folder, capsys):
    layout = pya.Layout()
    layout.read("l0.gds")
    layout.top_cell().shapes(layout.layer(51, 0)).insert(pya.Box(0, 0, 0, 5000))
    layout.write("flat.gds")
    main(["check", "flat.gds", "--table", "t.csv"])
    assert "LAYOUT=1" in rows("t.csv")[0] and "LAYOUT 1" in capsys.readouterr().out


def test_rules_of_any_id_are_read_again(folder, capsys, monkeypatch):
    record = team("1", 30.0)
    for rule in record["rules"]:
        rule["id"] = "%s; a=2 |" % rule["id"]
    (folder / "odd.json").write_text(json.dumps(record))
    for _ in range(2):
        assert main(["check", "l0.gds", "--tech", "odd.json", "--table", "t.csv"]) == 2
    assert "new: " not in capsys.readouterr().out


def test_workers_make_the_same_table(folder):
    names = sorted(name for name in os.listdir() if name.endswith(".gds"))
    assert main(["check", *names, "--table", "one.csv"]) == main(["check", "*.gds", "--workers", "2", "--table", "two.csv"]) == 1
    assert rows("one.csv") == rows("two.csv")


def test_there_are_no_more_processes_than_layouts():
    """Each takes its time to start."""
    assert [table._workers(3, {"workers": number}).workers for number in ("2", "100")] == [2, 3]
    assert table._workers(3, {}) is None and table._workers(3, {"scheduler": "tcp://a:1"}).workers is None


@pytest.mark.parametrize("wrong, words", [(["--report", "r.lyrdb"], "report= is for one layout"), (["--workers", "0"], "workers=0"), (["--workers", "1", "--side", "9"], "side="),
                                          (["--table", "l0.gds"], "l0.gds"), (["--table", "no/t.csv"], "no/t.csv"),
                                          (["--tech", "nothing"], "nothing")])
def test_what_cannot_be_is_refused_and_changes_nothing(folder, capsys, wrong, words):
    before = {name: open(name, "rb").read() for name in os.listdir()}
    assert main(["check", "l0.gds", "l1.gds", *wrong]) == 1
    said = capsys.readouterr()
    assert words in said.err and said.out == ""
    assert {name: open(name, "rb").read() for name in os.listdir()} == before


@pytest.mark.parametrize("line, words", [("l0.gds,TOP", "line 2 has 2 values, not 10"), ("", "line 2 has 0 values, not 10"), ("l0.gds,T,p,1,aa,many,0,,,", "invalid literal"),
                                         ('l0.gds,"T,p,1,aa,1,0,,,', "unexpected end of data")])
def test_a_table_that_is_damaged_is_refused_and_stays(line, words, folder, capsys):
    text = "%s\n%s\n" % (HEAD, line)
    (folder / "t.csv").write_text(text)
    assert main(["check", "l0.gds", "--table", "t.csv"]) == 1
    said = capsys.readouterr()
    assert "t.csv is no table of an earlier check (" in said.err and words in said.err and said.out == "" and (folder / "t.csv").read_text() == text


def test_a_table_that_a_spreadsheet_has_written_is_read(folder, capsys):
    main(["check", "l0.gds", "--table", "t.csv"])
    (folder / "t.csv").write_bytes(b"\xef\xbb\xbf" + (folder / "t.csv").read_bytes().replace(b"\n", b"\r\n"))
    assert main(["check", "l0.gds", "--table", "t.csv"]) == 2 and "new" not in capsys.readouterr().out


def test_another_file_is_not_taken_for_a_table(folder, capsys):
    (folder / "list.csv").write_text("a,b\n1,2\n")
    assert main(["check", "l0.gds", "--table", "list.csv"]) == 1
    assert "list.csv is no table of an earlier check" in capsys.readouterr().err and (folder / "list.csv").read_text() == "a,b\n1,2\n"


# workers that die, runs that are ended

DYING = """import os, sys
try:
    import postpass.drc.table as table
    real = table.row_of
    def row_of(path, *more):
        if "deadly" in path:
            os._exit(9)
        if "slow" in path:
            import time
            time.sleep(60)
        return real(path, *more)
    table.row_of = row_of
except ImportError:
    pass
"""


def begun(folder, *words):
    """A check in a process whose workers, too, die of layouts that are called deadly."""
    (folder / "site").mkdir(exist_ok=True)
    (folder / "site" / "sitecustomize.py").write_text(DYING)
    path = os.pathsep.join([str(folder / "site"), os.path.join(ROOT, "pymacros")])
    return subprocess.Popen([sys.executable, "-B", "-m", "postpass", "check", *words], env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_layout_that_workers_die_of_is_a_line_and_those_behind_it_are_checked(folder):
    """With one worker, too: what waited behind the deadly one counted as its cause once."""
    write(folder / "a_deadly.gds")
    run = begun(folder, "a_deadly.gds", "l0.gds", "l1.gds", "l2.gds", "l3.gds", "--workers", "1", "--table", "t.csv")
    out, err = run.communicate(timeout=200)
    assert run.returncode == 1 and "a_deadly.gds  NOT CHECKED: a_deadly.gds: its worker died, 4 times one after the other" in out, (out, err)
    assert "total: 5 layouts, 4 with errors, 1 not checked" in out
    assert [line.split(",")[-1] == "" for line in rows("t.csv")] == [False, True, True, True, True]


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("options", [[], ["--workers", "1"]])
def test_a_run_that_is_ended_leaves_the_last_table(options, folder):
    write(folder / "slow.gds")
    (folder / "t.csv").write_text(HEAD + "\n")
    run = begun(folder, "l0.gds", "slow.gds", "--table", "t.csv", *options)
    assert run.stdout.readline().startswith("Post-passivation DRC of 2 layouts") and run.stdout.readline().startswith("l0.gds")
    before = sorted(os.listdir())
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=60)
    assert run.returncode not in (0, 2) and sorted(os.listdir()) == before and (folder / "t.csv").read_text() == HEAD + "\n"


def test_a_scheduler_that_lost_its_workers_is_told(folder, capsys, monkeypatch):
    from distributed import LocalCluster
    monkeypatch.setattr(cluster, "PATIENCE", 2)
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as some:
        monkeypatch.setattr(table, "_on_worker", lambda *ignored: time.sleep(5))
        monkeypatch.setattr(cluster, "result_of", lambda client, future, real=cluster.result_of: real(_Deserted(client), future))
        assert main(["check", "l0.gds", "l1.gds", "--table", "t.csv", "--scheduler", some.scheduler_address]) == 1
    assert "no worker is left for 2 s" in capsys.readouterr().err and not os.path.exists("t.csv")


@pytest.mark.parametrize("seconds", [0.0, 2.0])
def test_a_scheduler_that_ends_is_one_sentence(seconds, folder, capsys, monkeypatch):
    """As a layout is sent, and while it is checked."""
    from distributed import LocalCluster
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as ending:
        monkeypatch.setattr(table, "_on_worker", lambda *ignored: __import__("time").sleep(60))
        killer = threading.Timer(seconds, ending.close)
        real = cluster.result_of
        monkeypatch.setattr(cluster, "result_of", lambda client, future: killer.start() or real(client, future))
        assert main(["check", "l0.gds", "l1.gds", "--table", "t.csv", "--scheduler", ending.scheduler_address]) == 1
        killer.join()
    assert capsys.readouterr().err.endswith("ERROR: the connection to the scheduler was lost: nothing is written\n") and not os.path.exists("t.csv")


class _Deserted:
    """A client whose workers are gone."""

    def __init__(self, client):
        self.client = client

    def nthreads(self):
        return {}


def test_a_worker_that_sees_another_file_is_told_in_its_line(folder, capsys, monkeypatch):
    from distributed import LocalCluster
    real = cluster.content
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as some:
        here = [real(path) for path in ("l0.gds", "small.gds")]
        monkeypatch.setattr(cluster, "content", lambda path: here.pop(0) if here else "of another file" if path.endswith("small.gds") else real(path))
        assert main(["check", "l0.gds", "small.gds", "--scheduler", some.scheduler_address]) == 1
    said = capsys.readouterr()
    assert "small.gds  NOT CHECKED: the worker on" in said.out and "has another file" in said.out and "total: 2 layouts, 1 with errors, 1 not checked" in said.out, said


def test_workers_are_not_watched_while_they_work():
    """Dask looks at the stack of a worker a hundred times a second, which takes a tenth of its time."""
    with cluster.client(cluster.Wanted(workers=1)) as client:
        assert list(client.run(lambda dask_worker: [name for name in dask_worker.periodic_callbacks if "profile" in name]).values()) == [[]]
