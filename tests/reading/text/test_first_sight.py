"""The fresh sets of sentences: every line is read right by the plan, or listed as a known mistake."""

from __future__ import annotations

import pytest

from benchmarks.first_sight import SETS, Plan, judge, planner
from tests.support.known_mistakes import only_known


@pytest.fixture(scope="module")
def plan() -> Plan:
    return planner()


@pytest.mark.parametrize("name", SETS)
def test_fresh_sentences_are_read_right_but_for_the_known_mistakes(name: str, plan: Plan) -> None:
    count, wrong = judge(name, plan)
    assert count >= 100
    only_known(
        f"first_sight_{name}",
        {one.text: one.said for one in wrong},
        {one.text: one.wanted for one in wrong},
    )
