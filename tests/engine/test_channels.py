"""A pad array with channels of four traces, from a planted solution."""
import pytest
from channels import channel_case
from checker import violations

from postpass.routing import Problem, route


@pytest.mark.parametrize("spread", [0, 1.0, 2.0])
def test_planted_channels_are_legal_by_the_checker(spread):
    case, routes = channel_case(spread=spread)
    assert len(routes) == 143
    assert violations(case, routes) == []


def test_143_nets_with_four_traces_per_channel_are_routed():
    case, _ = channel_case(spread=0)
    result = route(Problem.from_json(case))
    assert result.failures == []
    assert violations(case, result.to_json()["routes"]) == []


def test_small_array_with_spread_contacts_is_routed():
    case, _ = channel_case(side=6, tracks=2, spread=2.0)
    result = route(Problem.from_json(case))
    assert result.failures == []
    assert violations(case, result.to_json()["routes"]) == []
