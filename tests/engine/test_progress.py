"""Progress and cancel: how long the router can be silent, and what a cancelled run leaves behind.

Time is counted in function calls (Python's and the libraries'), which are the same on every run and machine where seconds
are not. A call takes 1 to 10 µs here, a whole-array operation of a search some ms at most, and every round of a search reports.
"""
import copy
import sys

import pytest
from planted import planted_case, square
from test_scenarios import case_of, free, net, ring, row_with_a_wide_net

from postpass.fanout.assignment import assign
from postpass.fanout.reassignment import route_free
from postpass.routing import Cancelled, Level, LevelNet, LevelProblem, LevelTerminal, Problem, Via, diagnosis, engine, grid, progress, route, route_levels, sweep, tracks
from postpass.routing.wires import build_board

MOST_CALLS = 15000  # 0.15 s at 10 µs, the pause of 0.1 s between reports included; twice a second is asked
SECONDS_PER_CALL = 1e-5


class Calls:
    """A clock that goes on by a fixed time with every function call."""

    def __init__(self):
        self.count = 0

    def __enter__(self):
        sys.setprofile(self._tick)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)

    def _tick(self, _, event, __):
        self.count += event in ("call", "c_call")

    def monotonic(self):
        return self.count * SECONDS_PER_CALL


class Recorder:
    """A reporter that notes when it was called, and cancels at a given call."""

    def __init__(self, clock=None, stop_at=None):
        self.clock, self.stop_at, self.times, self.stages = clock, stop_at, [], []

    def progress(self, stage, done, total):
        self.times.append(self.clock.monotonic() if self.clock else 0.0)
        self.stages.append(stage)
        assert 0 <= done <= total

    def cancelled(self):
        return self.stop_at is not None and len(self.stages) >= self.stop_at


def cut(count):
    """A gate with room for two traces, and more nets than that."""
    walls = [{"net": None, "shape": [[0, 480], [470, 480], [470, 520], [0, 520]]},
             {"net": None, "shape": [[530, 480], [1000, 480], [1000, 520], [530, 520]]}]
    return case_of([net(f"n{k}", [square(200 + 80 * k, 200, 14)], [square(200 + 80 * k, 800, 40)]) for k in range(count)], obstacles=walls)


def many_obstacles():
    blocks = [{"net": None, "shape": [square(40 * i + 3 * (j % 5), 40 * j + 3 * (i % 7), 10)][0]} for i in range(1, 40) for j in range(1, 24)]
    return case_of([net("a", [square(25, 25, 8)], [square(1610, 985, 8)])], die=(0, 0, 1640, 1000), width=4, spacing=4, obstacles=blocks)


def trees():
    points = [(100 + 97 * k % 800, 100 + 211 * k % 800) for k in range(8)]
    return case_of([net(f"t{n}", [square(*points[n], 14)], [square(*p, 20) for p in points[n + 2::2]]) for n in range(2)], width=4, spacing=4)


def crossing():
    levels = [Level(f"m{k}", (0, 0, 400, 400), 4, 4) for k in range(2)]
    ends = [((40, 100 + 60 * k), (360, 100 + 60 * (3 - k))) for k in range(4)]
    nets = [LevelNet(f"n{k}", [LevelTerminal(f"c{k}", "contact", {0: [square(*one, 10)]}), LevelTerminal(f"p{k}", "pad", {0: [square(*two, 20)]})])
            for k, (one, two) in enumerate(ends)]
    return LevelProblem(levels, [Via("v", 4, 8, 8)], nets)


def of(case):
    """Function from a reporter to the routing of a case."""
    problem = Problem.from_json(case)
    return lambda reporter: route(problem, reporter=reporter)


def of_levels():
    problem = crossing()
    return lambda reporter: route_levels(problem, reporter)


def of_free():
    problem = Problem.from_json(case_of([], contacts=free("c", ring(12, 150), 14), pads=free("p", ring(15, 420, turn=0.3), 40)))
    assignment = assign(problem, "fan-out")
    return lambda reporter: route_free(problem, assignment, reporter)


def alternating():
    """Drivers along the die's edge, two nets by turns in each four of them."""
    nets = [net(f"n{k}", [square(60 + 60 * (4 * (k // 2) + k % 2), 25, 50)], [square(60 + 60 * (4 * (k // 2) + k % 2 + 2), 25, 50)]) for k in range(8)]
    return case_of(nets, obstacles=[{"net": None, "shape": [[x, 0], [x + 34, 0], [x + 34, 50], [x, 50]]} for x in (0, 1006)], die=(0, 0, 1040, 500))


def in_groups():
    case, _ = planted_case(40, 3)
    for k, one in enumerate(case["nets"]):
        one.update({"match": f"g{k % 8}"} if k % 3 else {"max_length": 120.0})
    return case


def in_pairs():
    case, _ = planted_case(40, 3)
    for k, one in enumerate(case["nets"][:20]):
        one["pair"] = f"p{k // 2}"
    return case


RUNS = {"planted": lambda: of(planted_case(40, 3)[0]), "more nets": lambda: of(planted_case(70, 5)[0]), "cut": lambda: of(cut(3)),
        "obstacles": lambda: of(many_obstacles()), "trees": lambda: of(trees()), "levels": of_levels, "free": of_free,
        "necks": lambda: of(row_with_a_wide_net()), "lengths": lambda: of(in_groups()), "pairs": lambda: of(in_pairs()),
        "alternating": lambda: of(alternating())}


@pytest.mark.parametrize("name", RUNS)
def test_the_router_is_never_silent_for_long(name, monkeypatch):
    clock = Calls()
    monkeypatch.setattr(progress, "time", clock)
    recorder, work = Recorder(clock), RUNS[name]()
    with clock:
        work(recorder)
        end = clock.monotonic()
    times = [0.0] + recorder.times + [end]
    gaps = [later - earlier for earlier, later in zip(times, times[1:])]
    assert len(recorder.times) > 2
    assert max(gaps) <= MOST_CALLS * SECONDS_PER_CALL, (max(gaps), (["start"] + recorder.stages)[gaps.index(max(gaps))])


def test_reports_come_at_most_ten_times_a_second(monkeypatch):
    clock = Calls()
    monkeypatch.setattr(progress, "time", clock)
    recorder, work = Recorder(clock), RUNS["planted"]()
    with clock:
        work(recorder)
    assert min(round(later - earlier, 9) for earlier, later in zip(recorder.times, recorder.times[1:])) >= 0.1


def test_every_round_of_a_search_reports():
    """The longest work between two reports is one operation on a whole array, not a whole search."""
    class Counted(progress.Progress):
        beats = 0

        def beat(self):
            self.beats += 1
    counted, rounds = Counted(), []
    before = sweep.Sweep.run, tracks.Tracks.search

    def counting(function):
        def counted_run(self, *given, **named):
            effort, beats = self.effort, counted.beats
            found = function(self, *given, **named)
            size = self.row.size if isinstance(self, sweep.Sweep) else len(self.x)
            rounds.append(((self.effort - effort) / size, counted.beats - beats))
            return found
        return counted_run
    try:
        sweep.Sweep.run, tracks.Tracks.search = map(counting, before)
        engine._best_attempt(Problem.from_json(planted_case(40, 3)[0]), None, counted).improve()
    finally:
        sweep.Sweep.run, tracks.Tracks.search = before
    assert len(rounds) > 20 and sum(count for count, _ in rounds) > 100
    assert all(beats >= count for count, beats in rounds)


def test_building_the_grid_and_looking_for_reasons_can_be_cancelled():
    stages = Recorder()
    always = progress.Progress(stages, pause=0.0)
    always.tick("begin", 0, 1)
    board = build_board(Problem.from_json(cut(5)), None, always.beat)
    mark = len(stages.stages)
    grid.Grid(board, 2.0, always.beat)
    assert len(stages.stages) - mark >= len(board.fixed)
    mark = len(stages.stages)
    diagnosis.Reasons(board, always).explain(board.wires)
    assert len(stages.stages) - mark >= len(board.wires) * len(board.fixed) and "looking for reasons" in stages.stages
    stages.stop_at = len(stages.stages) + 3
    with pytest.raises(Cancelled):
        grid.Grid(board, 2.0, always.beat)
    stages.stop_at = len(stages.stages) + 3
    with pytest.raises(Cancelled):
        diagnosis.Reasons(board, always).explain(board.wires)


def test_an_assignment_in_order_can_be_cancelled(monkeypatch):
    problem = Problem.from_json(case_of([], contacts=free("c", ring(12, 150), 14), pads=free("p", ring(20, 420), 40)))
    monkeypatch.setattr(progress.Progress.__init__, "__defaults__", (None, 0.0))
    whole = Recorder()
    assign(problem, "fan-out", reporter=whole)
    assert len(whole.stages) > 24 and set(whole.stages) == {"assigning"}  # every row of both passes
    with pytest.raises(Cancelled):
        assign(problem, "fan-out", reporter=Recorder(stop_at=10))


@pytest.mark.parametrize("name", ["cut", "levels"])
def test_a_cancelled_run_leaves_the_problem_as_it_was(name, monkeypatch):
    """Cancelled at any moment: Cancelled is raised, the problem is unchanged, and routing it again gives the same as ever."""
    problem, router = (Problem.from_json(cut(3)), route) if name == "cut" else (crossing(), route_levels)
    monkeypatch.setattr(progress.Progress.__init__, "__defaults__", (None, 0.0))  # every beat is reported
    everything, untouched = Recorder(), copy.deepcopy(problem)
    whole = router(problem, reporter=everything)
    for share in (0.0, 0.2, 0.5, 0.97):
        stopped = Recorder(stop_at=1 + int(share * len(everything.stages)))
        with pytest.raises(Cancelled):
            router(problem, reporter=stopped)
        assert len(stopped.stages) == stopped.stop_at
        assert repr(problem) == repr(untouched)
    assert repr(router(problem)) == repr(whole)
