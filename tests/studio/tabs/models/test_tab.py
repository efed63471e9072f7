"""What the tab with the models is told, and what its buttons do; the hub is that of tests/models."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from indextts.config import Config
from indextts.engines import registry
from indextts.service.preload import Preloader
from indextts.service.service import SpeechService
from indextts.studio.answers import Answer
from indextts.studio.tabs.models.tab import Models
from tests.models.conftest import config as config
from tests.models.conftest import hub as hub
from tests.support.hub import Hub, says, waits


@pytest.fixture
def service(config: Config) -> Iterator[SpeechService]:
    service = SpeechService(config, preloader=Preloader(config))
    yield service
    service.close()


@pytest.fixture
def models(service: SpeechService) -> Models:
    return Models(service)


def ask(models: Models, action: str = "list", language: Any = "en", **sent: Any) -> Answer:
    return models.answer({"action": action, "number": 7, **sent}, language)


def row(answer: Answer, name: str = "voice") -> Answer:
    return next(one for one in answer["models"] if one["name"] == name)


def until(models: Models, holds: Callable[[Answer], bool], language: Any = "en") -> Answer:
    ends = time.monotonic() + 30
    while not holds(found := row(ask(models, language=language))):
        assert time.monotonic() < ends, found
        time.sleep(0.02)
    return found


def test_what_there_is_and_what_it_takes(models: Models) -> None:
    answer = ask(models)
    assert answer["number"] == 7 and answer["free"] > 0 and answer["folder"].endswith("models")
    voice = row(answer)
    assert (voice["state"], voice["bytes"], voice["licence"]) == ("absent", 5, "MIT")
    assert voice["title"] == "voice" and voice["about"] == "A voice"
    assert voice["sources"] == "team/voice, team/codec"
    assert voice["files"] == ["config.yaml", "gpt.pth", "qwen/*", "codec/codec.bin"]
    assert row(answer, "embedded")["title"] == "Built-in engine" and row(answer, "embedded")["files"] == []
    assert row(ask(models, language="zh"), "embedded")["title"] == "内置引擎"


def test_it_is_fetched_stopped_gone_on_with_and_verified(models: Models, hub: Hub) -> None:
    go_on = threading.Event()
    hub.faults["gpt.pth"] = [waits(go_on)]
    assert row(ask(models, "fetch", name="voice"))["state"] == "fetching"
    running = until(models, lambda row: row.get("done", 0) > 1_000_000)
    assert running["total"] > running["done"] and running["rate"] >= 0
    ask(models, "stop", name="voice")
    assert row(ask(models))["state"] == "stopping"
    go_on.set()
    stopped = until(models, lambda row: row["state"] not in ("fetching", "stopping"))
    assert stopped["state"] == "stopped" and stopped["kept"] > 1_000_000 and stopped["error"] == ""
    ask(models, "fetch", name="voice")
    assert until(models, lambda row: row["state"] != "fetching")["state"] == "installed"
    ask(models, "verify", name="voice")
    assert until(models, lambda row: row["state"] != "checking")["whole"] == 4


def test_why_it_cannot_be_had_is_a_sentence(models: Models, hub: Hub) -> None:
    hub.faults["codec.bin"] = [says(200, bytes(70_000))] * 4
    ask(models, "fetch", name="voice")
    failed = until(models, lambda row: row["state"] != "fetching", "zh")
    assert failed["state"] == "failed" and "无法获取模型“voice”" in failed["error"] and "codec.bin" in failed["error"]
    assert "hash" in failed["error"] and failed["kept"] > 0


def test_a_damaged_model_is_told_and_mended_with_what_is_whole(models: Models, hub: Hub, config: Config) -> None:
    ask(models, "fetch", name="voice")
    until(models, lambda row: row["state"] == "installed")
    weights = config.models_path / "voice" / "gpt.pth"
    data = bytearray(weights.read_bytes())
    data[5] ^= 1
    weights.write_bytes(data)
    assert row(ask(models))["state"] == "installed", "of the right size: only its hash can tell"
    ask(models, "verify", name="voice")
    damaged = until(models, lambda row: row["state"] != "checking")
    assert damaged["state"] == "damaged" and damaged["wrong"] == ["gpt.pth"] and "whole" not in damaged
    hub.asked.clear()
    ask(models, "fetch", name="voice")
    until(models, lambda row: row["state"] == "installed")
    assert [path for path, _ in hub.asked] == ["gpt.pth"]


def test_removing_can_be_undone_for_a_while(models: Models, config: Config) -> None:
    ask(models, "fetch", name="voice")
    until(models, lambda row: row["state"] == "installed")
    removed = ask(models, "remove", name="voice")
    assert removed["removed"] == "voice" and removed["freed"] > 3_000_000 and row(removed)["state"] == "absent"
    back = ask(models, "undo", undo=removed["undo"])
    assert back["said"] == "“voice” is back." and row(back)["state"] == "installed"
    assert "error" in ask(models, "undo", undo=removed["undo"])


def test_what_cannot_be_done_is_told(models: Models, hub: Hub) -> None:
    assert ask(models, "remove", name="embedded")["code"] == "model_stays"
    assert ask(models, "remove", name="voice")["code"] == "model_missing"
    assert ask(models, "fetch", name="../voice")["code"] == "unknown_choice"
    assert ask(models, "dance")["code"] == "not_found"
    go_on = threading.Event()
    hub.faults["gpt.pth"] = [waits(go_on)]
    ask(models, "fetch", name="voice")
    assert ask(models, "remove", name="voice")["code"] == "model_busy"
    assert ask(models, "verify", name="voice")["code"] == "model_busy"
    go_on.set()


def test_packages_that_are_missing_are_named(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda name: None)
    assert registry.missing_packages("sambert") == ["torch"] and registry.missing_packages("x") == []
