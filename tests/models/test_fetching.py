"""Models fetched in the background: watched, stopped, gone on with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from indextts.config import Config
from indextts.errors import StudioError
from indextts.models import store
from indextts.models.fetching import Fetches, Fetching
from tests.models.hub import Answer, Handler, Hub, says


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


def half(go_on: threading.Event) -> Answer:
    """Half of the file, the rest when it may ``go_on``."""

    def answer(handler: Handler, data: bytes) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[: len(data) // 2])
        handler.wfile.flush()
        go_on.wait(30)
        handler.wfile.write(data[len(data) // 2 :])
        return True

    return answer


def test_a_fetch_is_watched_to_its_end(config: Config, hub: Hub) -> None:
    go_on = threading.Event()
    hub.faults["gpt.pth"] = [half(go_on)]
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
    hub.faults["gpt.pth"] = [half(go_on)]
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
