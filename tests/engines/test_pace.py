"""How fast an engine speaks here: measured, kept for this machine and model, and what may be the default one."""

from __future__ import annotations

import errno
import json
import logging
from pathlib import Path

import pytest

from indextts.engines import pace
from indextts.platform.config import Config


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(cache_dir=tmp_path / "not there yet")


def at_pace(monkeypatch: pytest.MonkeyPatch, *tries: tuple[float, float]) -> None:
    """Let each call of the measured function take so long by the clock, and of the processor's time."""
    clock = [mark for one, _ in tries for mark in (0.0, one)]
    worked = [mark for _, one in tries for mark in (0.0, one)]
    monkeypatch.setattr("indextts.engines.pace.time.perf_counter", lambda: clock.pop(0))
    monkeypatch.setattr("indextts.engines.pace.time.process_time", lambda: worked.pop(0))


def test_the_best_of_the_tries_is_kept(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pace.known(config, "kokoro", "a model") == 0.0
    at_pace(monkeypatch, (9.0, 9.0), (1.8, 1.9), (1.2, 1.3), (1.5, 1.6))
    assert pace.measure(config, "kokoro", "a model", lambda: 2.0) == pytest.approx(0.6)
    assert pace.known(config, "kokoro", "a model") == pytest.approx(0.6)


def test_the_work_of_others_does_not_make_it_slow(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    at_pace(monkeypatch, *[(9.0, 4.0)] * 4)
    assert pace.measure(config, "kokoro", "a model", lambda: 2.0, threads=2) == pytest.approx(1.25)


def test_a_slow_machine_is_not_kept_waiting(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    at_pace(monkeypatch, (20.0, 20.0))
    now = [0.0, 20.0]
    monkeypatch.setattr("indextts.engines.pace.time.monotonic", lambda: now.pop(0))
    assert pace.measure(config, "kokoro", "a model", lambda: 2.0) == pytest.approx(10.0)


def test_another_model_engine_or_processor_was_not_measured(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    pace.measure(config, "kokoro", "a model", lambda: 1.0)
    assert pace.known(config, "kokoro", "another model") == 0.0
    assert pace.known(config, "embedded", "a model") == 0.0
    monkeypatch.setattr(pace, "_processor", lambda: "model name : another")
    assert pace.known(config, "kokoro", "a model") == 0.0


@pytest.mark.parametrize("written", ["", "[1]", "{", '{"kokoro": {}}'])
def test_a_damaged_file_is_as_good_as_none(config: Config, written: str) -> None:
    pace.measure(config, "kokoro", "a model", lambda: 1.0)
    (config.cache_path / "paces.json").write_text(written)
    assert pace.known(config, "kokoro", "a model") == 0.0
    pace.measure(config, "kokoro", "a model", lambda: 1.0)
    assert pace.known(config, "kokoro", "a model") > 0


@pytest.mark.parametrize("value", [-1, 0, "0.5", None, [1]])
def test_a_value_that_is_no_pace_is_none(config: Config, value: object) -> None:
    pace.measure(config, "kokoro", "a model", lambda: 1.0)
    file = config.cache_path / "paces.json"
    file.write_text(json.dumps(dict.fromkeys(json.loads(file.read_text()), value)))
    assert pace.known(config, "kokoro", "a model") == 0.0


def test_several_engines_keep_theirs_beside_each_other(config: Config) -> None:
    pace.measure(config, "kokoro", "a model", lambda: 1.0)
    pace.measure(config, "embedded", "a model", lambda: 1.0)
    assert min(pace.known(config, "kokoro", "a model"), pace.known(config, "embedded", "a model")) > 0


def test_the_default_engine_has_to_be_1_4_times_faster_than_real_time() -> None:
    assert pace.quick(0.0), "one that was not measured"
    assert pace.quick(1 / 1.4)
    assert not pace.quick(1 / 1.39)


def test_a_file_of_paces_is_read_again_only_where_it_has_changed(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_pace(monkeypatch, *[(1.0, 1.0)] * 4)
    pace.measure(config, "kokoro", "a model", lambda: 2.0)
    read: list[str] = []
    usual = json.loads

    def counted(text: str) -> object:
        read.append(text)
        return usual(text)

    monkeypatch.setattr("indextts.engines.pace.json.loads", counted)
    assert [pace.known(config, "kokoro", "a model") for _ in range(3)] == [pytest.approx(0.5)] * 3
    assert len(read) == 1
    at_pace(monkeypatch, *[(2.0, 2.0)] * 4)
    pace.measure(config, "kokoro", "a model", lambda: 2.0)
    assert pace.known(config, "kokoro", "a model") == pytest.approx(1.0)


def test_what_cannot_be_kept_is_no_reason_not_to_speak(
    config: Config, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pace, "write_file", full)
    with caplog.at_level(logging.WARNING, "indextts.engines.pace"):
        assert pace.measure(config, "kokoro", "a model", lambda: 1.0) > 0
    assert "not kept" in caplog.text and pace.known(config, "kokoro", "a model") == 0.0
