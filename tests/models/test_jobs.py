"""Models fetched in the background: watched, stopped, gone on with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from indextts.model.errors import StudioError
from indextts.models import store
from indextts.models.jobs import Fetches, Fetching, _Pace
from indextts.models.pull import Fetched
from indextts.platform.config import Config
from tests.support.hub import Hub, says, waits


def until(fetches: Fetches, holds: Callable[[Fetching], bool]) -> Fetching:
    """The state once it ``holds``."""
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        state = fetches.state("voice")
        assert state is not None
        if holds(state):
            return state
        time.sleep(0.01)
    raise AssertionError(f"still {fetches.state('voice')}")


def test_a_fetch_is_watched_to_its_end(config: Config, hub: Hub) -> None:
    go_on = threading.Event()
    hub.faults["gpt.pth"] = [waits(go_on)]
    fetches = Fetches(config)
    assert fetches.state("voice") is None
    fetches.start("voice")
    fetches.start("voice")  # A second press of the button changes nothing.
    state = until(fetches, lambda state: state.fetched is not None and state.fetched.done > 1_000_000)
    assert state.running and state.fetched is not None and state.fetched.total > state.fetched.done
    go_on.set()
    state = until(fetches, lambda state: not state.running)
    assert state.error is None
    assert store.list_models(config)[1].installed
    assert [path for path, _ in hub.asked].count("gpt.pth") == 1


def test_a_stopped_fetch_is_no_error_and_goes_on(config: Config, hub: Hub) -> None:
    go_on = threading.Event()
    hub.faults["gpt.pth"] = [waits(go_on)]
    fetches = Fetches(config)
    fetches.start("voice")
    until(fetches, lambda state: state.fetched is not None and state.fetched.done > 1_000_000)
    fetches.close()
    go_on.set()
    assert until(fetches, lambda state: not state.running).error is None
    assert not store.list_models(config)[1].installed
    fetches.start("voice")
    assert until(fetches, lambda state: not state.running).error is None
    assert store.list_models(config)[1].installed
    assert ("gpt.pth", "") in hub.asked and any(asked for path, asked in hub.asked if path == "gpt.pth")


def test_why_it_failed_is_kept_until_the_next_start(config: Config, hub: Hub) -> None:
    hub.faults["codec.bin"] = [says(403), says(403)]
    fetches = Fetches(config)
    fetches.start("voice")
    error = until(fetches, lambda state: not state.running).error
    assert error is not None and error.code == "pull_failed" and "codec.bin" in str(error)
    fetches.start("voice")
    assert until(fetches, lambda state: not state.running).error is None


def test_only_known_models(config: Config) -> None:
    with pytest.raises(StudioError) as caught:
        Fetches(config).start("../voice")
    assert caught.value.code == "unknown_choice"


def test_a_rate_is_that_of_what_comes_not_of_what_was_there(config: Config, hub: Hub) -> None:
    go_on = threading.Event()
    hub.faults["gpt.pth"] = [waits(go_on), waits(go_on)]
    fetches = Fetches(config)
    fetches.start("voice")
    until(fetches, lambda state: state.fetched is not None and state.fetched.done > 1_000_000)
    fetches.stop("voice")
    go_on.set()
    assert until(fetches, lambda state: not state.running).stopped
    pace = _Pace()
    pace.told(Fetched("a", 5_000_000_000, 9_000_000_000))  # A part of it was there.
    pace.told(Fetched("b", 6_000_000_000, 9_000_000_000))
    assert pace.rate() == 0.0
    time.sleep(0.11)
    pace.told(Fetched("b", 6_000_001_000, 9_000_000_000))
    assert 0 < pace.rate() < 10_000


def test_a_model_is_verified_in_the_background(config: Config, hub: Hub) -> None:
    fetches = Fetches(config)
    fetches.verify("voice")
    assert getattr(until(fetches, lambda state: not state.running).error, "code", "") == "model_missing"
    store.ensure("voice", config)
    fetches.verify("voice")
    state = until(fetches, lambda state: not state.running)
    assert state.error is None and [one.state for one in state.states] == ["ok"] * 4
    assert state.fetched is not None and 0 < state.fetched.done < state.fetched.total


def test_what_is_removed_can_come_back_until_it_is_forgotten(config: Config, hub: Hub) -> None:
    fetches = Fetches(config, forget_s=0.2)
    store.ensure("voice", config)
    assert fetches.remove("voice") > 3_000_000
    assert not (config.models_path / "voice").exists()
    fetches.restore("voice")
    assert store.list_models(config)[1].installed
    fetches.remove("voice")
    ends = time.monotonic() + 10
    while any(config.models_path.iterdir()):
        assert time.monotonic() < ends
        time.sleep(0.02)
    with pytest.raises(StudioError) as caught:
        fetches.restore("voice")
    assert caught.value.code == "undo_gone"


def test_closing_forgets_what_was_removed(config: Config, hub: Hub) -> None:
    fetches = Fetches(config)
    store.ensure("voice", config)
    fetches.remove("voice")
    fetches.close()
    assert not any(config.models_path.iterdir())
