"""Stopping a run."""

from __future__ import annotations

import pytest

from indextts.model.errors import StudioError
from indextts.platform.run import Cancel


def test_what_stops_a_parent_stops_its_children_and_not_the_reverse() -> None:
    parent = Cancel(client="1.2.3.4")
    child, other = Cancel(parent=parent), Cancel(parent=parent)
    assert child.client == "1.2.3.4"
    child.cancel()
    assert [child.cancelled, parent.cancelled, other.cancelled] == [True, False, False]
    other.check()
    parent.cancel()
    with pytest.raises(StudioError) as raised:
        other.check()
    assert raised.value.code == "cancelled"


def test_of_two_deadlines_the_earlier_one_holds() -> None:
    early, late = Cancel(0.0), Cancel(3600.0)
    for child in (Cancel(3600.0, parent=early), Cancel(0.0, parent=late), Cancel(parent=early)):
        assert child.remaining_s is not None
        assert child.remaining_s <= 0.0
        with pytest.raises(StudioError) as raised:
            child.check()
        assert raised.value.code == "deadline"
    assert Cancel(parent=Cancel()).remaining_s is None


def test_a_prolonged_run_prolongs_what_it_is_part_of() -> None:
    parent = Cancel(0.0)
    child = Cancel(0.0, parent=parent)
    child.prolong(60.0)
    child.check()
    assert parent.remaining_s is not None
    assert parent.remaining_s > 50.0
