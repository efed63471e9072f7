"""The preloader: in the background, once, with times, and again after a failure."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest

from indextts.engines.base import Engine
from indextts.engines.embedded import engine as embedded
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.service.preload import Preloader
from tests.support.services import HeldEngine
from tests.support.tiny_voice import make_tiny_voice


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    config = Config(cache_dir=tmp_path_factory.mktemp("cache_hub"))
    make_tiny_voice(config.models_path)
    return config


def test_says_each_part_and_its_seconds(config: Config, caplog: pytest.LogCaptureFixture) -> None:
    preloader = Preloader(config)
    assert preloader.load_times == {}
    with caplog.at_level(logging.INFO, logger="indextts.service.preload"):
        preloader.wait(60)
    assert preloader.state == "ok"
    assert list(preloader.load_times) == ["runtime", "text", "voice", "prosody", "warm-up"]
    for name in preloader.load_times:
        assert f"Loaded {name} in" in caplog.text


def test_is_ready_only_after_a_warm_up_sentence(config: Config) -> None:
    engine = HeldEngine(embedded.load(config))
    engine.hold()
    preloader = Preloader(config, load_engine=lambda _: engine)
    preloader.start()
    engine.begun()
    with pytest.raises(StudioError) as caught:
        preloader.pipeline()
    assert (caught.value.code, preloader.state) == ("loading", "loading")
    assert caught.value.retry_after_s
    engine.release()
    preloader.wait(60)
    assert engine.spoken


def test_loads_once_for_many_callers(config: Config) -> None:
    loads = 0

    def load(config: Config) -> Engine:
        nonlocal loads
        loads += 1
        return embedded.load(config)

    preloader = Preloader(config, load_engine=load)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(preloader.wait(60))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads == 1
    assert len(found) == 8 and len({id(pipeline) for pipeline in found}) == 1


def test_tries_again_after_a_failure_but_not_at_once(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path)
    patient = Preloader(config)
    with pytest.raises(StudioError) as caught:
        patient.wait(60)
    assert (caught.value.code, patient.state) == ("model_missing", "error")
    assert caught.value.retry_after_s is not None and 0 < caught.value.retry_after_s <= 30
    make_tiny_voice(config.models_path)
    with pytest.raises(StudioError, match="not installed"):
        patient.wait(60)

    eager = Preloader(Config(cache_dir=tmp_path / "other"), retry_s=0.0)
    with pytest.raises(StudioError):
        eager.wait(60)
    make_tiny_voice(eager.config.models_path)
    assert eager.wait(60) is eager.pipeline()
    assert eager.error is None


def test_a_damaged_voice_is_named(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path)
    make_tiny_voice(config.models_path)
    victim = max(config.models_path.rglob("*.onnx"), key=lambda path: path.stat().st_size)
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    with pytest.raises(StudioError) as caught:
        Preloader(config).wait(60)
    assert caught.value.code == "model_corrupt"
    assert victim.name in str(caught.value)


def test_whatever_a_loader_raises_becomes_an_answer(config: Config) -> None:
    def load(_: Config) -> Engine:
        raise RuntimeError("no such luck")

    preloader = Preloader(config, load_engine=load)
    with pytest.raises(StudioError) as caught:
        preloader.wait(60)
    assert caught.value.code == "engine_failed"
    assert "no such luck" in str(caught.value)


def test_one_for_the_process(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Preloader, "_shared", None)
    assert Preloader.shared(config) is Preloader.shared(config)
    with pytest.raises(ValueError, match="another configuration"):
        Preloader.shared(config.model_copy(update={"prosody": "other"}))


def test_a_load_that_fails_is_tried_once_more_by_itself(config: Config) -> None:
    calls: list[int] = []

    def load(config: Config) -> Engine:
        calls.append(len(calls))
        if len(calls) == 1:
            raise ImportError("half of a package")
        return embedded.load(config)

    preloader = Preloader(config, load_engine=load)
    preloader.wait(60)
    assert (preloader.state, calls) == ("ok", [0, 1])
    assert list(preloader.load_times) == ["runtime", "text", "voice", "prosody", "warm-up"]


def test_a_load_that_fails_twice_has_failed(config: Config) -> None:
    calls: list[int] = []

    def load(_: Config) -> Engine:
        calls.append(len(calls))
        raise OSError("the disk did not answer")

    preloader = Preloader(config, load_engine=load)
    with pytest.raises(StudioError, match="did not answer"):
        preloader.wait(60)
    assert calls == [0, 1]


def test_what_is_missing_is_not_looked_for_twice(config: Config) -> None:
    calls: list[int] = []

    def load(_: Config) -> Engine:
        calls.append(len(calls))
        raise ModuleNotFoundError("No module named 'onnxruntime'", name="onnxruntime")

    with pytest.raises(StudioError) as caught:
        Preloader(config, load_engine=load).wait(60)
    assert (caught.value.code, calls) == ("dependency_missing", [0])
