"""Workers that die, that see another file, that are not there: a window is done again, or the run ends with one sentence."""

import os
import re
import signal
import subprocess
import sys
import threading

import pytest

from postpass import layout_file, messages
from postpass import tech as technologies
from postpass.drc import batch, cluster
from postpass.drc.batch import checked_report
from postpass.drc.plan import Wishes
from tests.bench import layouts
from tests.deck.support import ROOT

POSTPASS = technologies.load("postpass")
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.path.join(ROOT, "pymacros")}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    path = tmp_path_factory.mktemp("faulty") / "in.gds"
    layouts.build(str(path), 400, "flat", seed=8, faults=0.1)
    return path


def begun(path, folder, *options):
    return subprocess.Popen([sys.executable, "-m", "postpass", "check", str(path), "--report", str(folder / "r.lyrdb"), "--summary", str(folder / "s.json"), *options],
                            env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def one_run(path, folder):
    layout = layout_file.read(str(path))
    report = checked_report(layout_file.top_cell(layout), POSTPASS, str(path), Wishes(threads=1))
    report.database().save(str(folder / "one.lyrdb"))
    return (folder / "one.lyrdb").read_bytes()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_worker_is_replaced_and_its_window_done_again(workers, faulty, tmp_path):
    """The only one takes all that it was sent with it."""
    run = begun(faulty, tmp_path, "--workers", str(workers), "--side", "270")
    said = []
    while not said or "window" not in said[-1] or "process" not in said[-1]:
        said.append(run.stderr.readline())
        assert said[-1], said
    victim = int(re.search(r"process (\d+)", said[-1])[1])
    os.kill(victim, signal.SIGKILL)
    _, rest = run.communicate(timeout=300)
    processes = set(re.findall(r"process (\d+)", "".join(said) + rest))
    assert run.returncode == 2, rest
    assert len(processes) == workers + 1 and str(victim) in processes, processes
    assert (tmp_path / "r.lyrdb").read_bytes() == one_run(faulty, tmp_path)
    assert sorted(os.listdir(tmp_path)) == ["one.lyrdb", "r.lyrdb", "s.json"]


def test_too_many_losses_end_the_run_with_one_sentence(faulty, tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(cluster, "extracted", lambda job, window: __import__("os").kill(__import__("os").getpid(), 9))
    (tmp_path / "r.lyrdb").write_text("of an earlier run")
    code = batch.main({"input": str(faulty), "report": str(tmp_path / "r.lyrdb"), "summary": str(tmp_path / "s.json")}, {"workers": "2"})
    out, err = capfd.readouterr()
    errors = [line for line in err.splitlines() if line.startswith("ERROR: ")]
    assert code == 1 and len(errors) == 1 and "nets: 4 workers died of it" in errors[0], err
    assert not (tmp_path / "r.lyrdb").exists() and not (tmp_path / "s.json").exists() and "total:" not in out


def test_no_worker_that_is_left_ends_the_run_with_one_sentence(faulty, monkeypatch):
    from distributed import LocalCluster
    monkeypatch.setattr(cluster, "PATIENCE", 3)
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as leaving:
        monkeypatch.setattr(cluster, "extracted", lambda job, window: __import__("time").sleep(60))
        killer = threading.Timer(3.0, lambda: leaving.scale(0))
        killer.start()
        assert "no worker is left for 3 s" in refusal(faulty, leaving.scheduler_address)
        killer.join()


def test_a_scheduler_that_ends_is_one_sentence(faulty, monkeypatch):
    """A client cancels what it had asked for, and its value cannot be asked for."""
    from distributed import LocalCluster
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as ending:
        monkeypatch.setattr(cluster, "extracted", lambda job, window: __import__("time").sleep(60))
        killer = threading.Timer(3.0, ending.close)
        killer.start()
        assert "the connection to the scheduler was lost" in refusal(faulty, ending.scheduler_address)
        killer.join()


def refusal(path, scheduler, **how):
    with pytest.raises(messages.Refusal) as refused:
        cluster.checked_report(str(path), how.pop("topcell", None), POSTPASS, how.pop("wishes", Wishes()), cluster.Wanted(scheduler=scheduler, **how))
    return str(refused.value)


def test_a_worker_with_another_file_is_told(faulty, scheduler, monkeypatch):
    monkeypatch.setattr(cluster, "content", lambda path: "of another file")
    assert "has another file %s than this machine" % faulty in refusal(faulty, scheduler)


def test_a_worker_with_another_program_is_told(faulty, scheduler, monkeypatch):
    monkeypatch.setattr(cluster, "code", lambda: "of another version")
    assert "runs another version of this program or of KLayout" in refusal(faulty, scheduler)


def test_a_scheduler_that_is_not_there(faulty, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 2)
    assert "scheduler=tcp://127.0.0.1:1: no worker within 2 s" in refusal(faulty, "tcp://127.0.0.1:1")


def test_a_scheduler_without_workers(faulty, monkeypatch):
    from distributed import LocalCluster
    monkeypatch.setattr(cluster, "PATIENCE", 2)
    with LocalCluster(n_workers=0, processes=False, dashboard_address=None) as empty:
        assert "no worker within 2 s" in refusal(faulty, empty.scheduler_address)


def test_an_address_that_is_none(faulty):
    assert "scheduler=nonsense://x" in refusal(faulty, "nonsense://x")


@pytest.mark.parametrize("options, sentence", [
    (["--workers", "0"], "workers=0: give a whole number from 1 to 1024"), (["--workers", "many"], "workers=many: give a whole number"),
    (["--workers", "2", "--scheduler", "tcp://a:1"], "not both"), (["--side", "500"], "give one of these"),
    (["--workers", "2", "--side", "wide"], "side=wide: give the side of a window in um"), (["--workers", "2", "--window", "0,0,9,9"], "checks a part of the layout in one run"),
    (["--workers", "2", "--side", "0.001"], "windows: give a larger side"),
])
def test_wrong_choices_are_one_sentence(options, sentence, faulty, tmp_path):
    run = begun(faulty, tmp_path, *options)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 1 and sentence in err and err.count("ERROR: ") == 1 and not os.listdir(tmp_path), (out, err)


def test_without_distributed_one_sentence_says_how_to_get_it(faulty):
    code = "import sys\nsys.modules['distributed'] = None\nfrom postpass.__main__ import main\nsys.exit(main(sys.argv[1:]))"
    run = subprocess.run([sys.executable, "-c", code, "check", str(faulty), "--workers", "2"], env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert run.returncode == 1 and run.stderr == "ERROR: workers= and scheduler= need distributed: pip install 'postpass[cluster]'\n", run.stderr


def test_the_command_line_says_what_one_run_says(faulty, tmp_path):
    """Standard output is that of one run; what every window took is on the standard error."""
    outputs = []
    for folder, options in ((tmp_path / "one", ["--threads", "1"]), (tmp_path / "spread", ["--workers", "2"])):
        folder.mkdir()
        run = begun(faulty, folder, *options)
        out, err = run.communicate(timeout=300)
        assert run.returncode == 2 and "ERROR" not in err, err
        assert ("geometry: " in err and "nets: " in err) == (options[0] == "--workers")
        outputs.append([re.sub(r" +\d+\.\d+$|in \d+\.\d+ s$", "", line) for line in out.splitlines() if not line.startswith("report: ")])
    assert outputs[0] == outputs[1]


def test_what_is_refused_in_one_run_is_refused(tmp_path, scheduler):
    (tmp_path / "in.gds").write_text("no layout")
    assert "cannot be read" in refusal(tmp_path / "in.gds", scheduler)
    assert "no such file" in refusal(tmp_path / "none.gds", scheduler)
