"""Floorplans of many kinds, each known to be routable: complete, legal and near the lower bound."""
import math

import pytest
from channels import channel_case
from checker import violations
from strange import KINDS

from postpass.routing import Problem, route

# Highest exposed length over lower bound.  Channels of one or two traces force detours on any router; the bound knows
# nothing of the other nets and is loose there.
RATIO = {"edge1": 1.15, "edge2": 1.08}
SMALL = ["edge4_90", "near_pitch", "round", "classes", "lost", "each", "scatter_90", "edge2"]


@pytest.mark.parametrize("kind", ["chains", "classes", "scatter_walls"])
def test_planted_floorplan_is_legal_by_the_checker(kind):
    case, routes = KINDS[kind](3)
    assert violations(case, routes) == []


@pytest.mark.parametrize("kind", SMALL)
def test_planted_floorplan_is_routed(kind):
    case, routes = KINDS[kind](11)
    result = route(Problem.from_json(case))
    assert result.failures == []
    assert violations(case, result.to_json()["routes"]) == []
    planted = sum(math.dist(a, b) for r in routes for a, b in zip(r["path"], r["path"][1:]))
    assert result.length < planted
    assert result.exposed >= result.forced - 1e-6 and (result.forced > result.bound or kind == "scatter_90")
    if not kind.startswith("scatter"):
        assert result.exposed <= RATIO.get(kind, 1.03) * result.bound


def test_contact_points_at_the_least_distance_are_routed():
    # 35 nets whose contact points stand in one block per side: every trace has one place in the order only.
    case, _ = channel_case(side=6, tracks=2, spread=1.0)
    result = route(Problem.from_json(case))
    assert result.failures == []
    assert violations(case, result.to_json()["routes"]) == []
