"""What was removed and can be put back for a while."""

from __future__ import annotations

import pytest

from indextts.model.errors import StudioError
from indextts.server.calls import Removed


def test_it_is_put_back_once_and_only_for_a_while() -> None:
    back: list[str] = []
    removed = Removed()
    removed.add("own-1", lambda: back.append("own-1"))
    removed.put_back("own-1")
    with pytest.raises(StudioError) as caught:
        removed.put_back("own-1")
    assert back == ["own-1"] and caught.value.code == "undo_gone"
    late = Removed(kept_s=-1.0)
    late.add("own-1", lambda: back.append("late"))
    with pytest.raises(StudioError):
        late.put_back("own-1")
    assert back == ["own-1"]


def test_the_oldest_are_forgotten() -> None:
    removed = Removed()
    for number in range(300):
        removed.add(f"own-{number}", lambda: None)
    with pytest.raises(StudioError):
        removed.put_back("own-0")
    removed.put_back("own-299")
