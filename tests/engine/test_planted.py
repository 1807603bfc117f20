"""Properties on random problems that have a planted solution."""
import pytest
from checker import violations
from planted import planted_case

from postpass.routing import Problem, route


@pytest.mark.parametrize("seed", range(6))
def test_planted_solution_is_legal_by_the_checker(seed):
    case, routes = planted_case(25, seed, allow45=bool(seed % 2))
    assert violations(case, routes) == []


@pytest.mark.parametrize("seed", range(10))
def test_planted_problem_is_routed_legally(seed):
    case, _ = planted_case(30, seed, allow45=bool(seed % 2))
    result = route(Problem.from_json(case))
    assert result.failures == []
    assert violations(case, result.to_json()["routes"]) == []
    assert result.exposed >= result.forced - 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_judge_agrees_with_the_checker(seed, judge):
    case, _ = planted_case(40, 100 + seed)
    result = route(Problem.from_json(case))
    got = judge.judge(case, result.to_json()["routes"])
    assert result.complete and got["open"] == 0 and not got["violations"]
    assert result.exposed == pytest.approx(got["exposed_um"], abs=0.5)
    assert result.bends == got["bends"]


def test_denser_than_planted_reports_what_is_missing():
    case, _ = planted_case(60, 5, fill=0.8)
    result = route(Problem.from_json(case))
    missing = {f.net for f in result.failures}
    rest = dict(case, nets=[n for n in case["nets"] if n["name"] not in missing])
    rest["obstacles"] = [{"net": n["name"], "shape": p} for n in case["nets"] if n["name"] in missing
                         for kind in ("contacts", "pads") for t in n[kind] for p in t["shape"]]
    routes = [r for r in result.to_json()["routes"] if r["net"] not in missing]
    assert violations(rest, routes) == []
