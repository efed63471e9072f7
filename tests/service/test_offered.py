"""What the page's lists are told of engines and of voices that nothing can speak."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from indextts.engines.base import Voice
from indextts.model import settings
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.config import Config
from indextts.service import offered
from indextts.service.service import SpeechService
from tests.support.services import make_service
from tests.support.tiny_voice import make_tiny_voice


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpeechService]:
    folder: Path = tmp_path_factory.mktemp("offered")
    make_tiny_voice(Config(cache_dir=folder).models_path)
    service = make_service(Config(cache_dir=folder))
    yield service
    service.close()


@pytest.fixture
def four(running: SpeechService, monkeypatch: pytest.MonkeyPatch) -> SpeechService:
    """One that is ready, one that lacks packages, one that is not installed, one that nobody can fetch."""
    states = {"embedded": "ready", "sambert": "error", "indextts2": "absent", "switched off": "absent"}
    reasons = {"sambert": Bilingual("It broke.", "坏了。")}
    health = replace(running.health(), engines=states, reasons=reasons)
    monkeypatch.setattr(settings, "ENGINES", tuple(states))
    monkeypatch.setattr(running, "health", lambda: health)
    monkeypatch.setattr(offered, "missing_packages", lambda name: ["torch"] if name == "sambert" else [])
    return running


def test_each_engine_tells_its_state_what_it_lacks_and_where_it_comes_from(four: SpeechService) -> None:
    told = {row["id"]: row for row in offered.engines(four, "en")}
    assert list(told) == ["embedded", "sambert", "indextts2", "switched off"]
    assert [row["state"] for row in told.values()] == ["ready", "error", "absent", "absent"]
    assert [row["lacks"] for row in told.values()] == [[], ["torch"], [], []]
    assert [row["in_store"] for row in told.values()] == [False, True, True, False]
    assert told["embedded"]["accented"] == ["en"] and told["switched off"]["name"] == "switched off"
    assert told["sambert"]["reason"] == "It broke." and "reason" not in told["embedded"]
    [chinese] = [row for row in offered.engines(four, "zh") if row["id"] == "sambert"]
    assert chinese["reason"] == "坏了。"


def test_the_pace_is_told_of_what_can_speak_alone(four: SpeechService, monkeypatch: pytest.MonkeyPatch) -> None:
    paces = {"embedded": 0.123456, "indextts2": 4.0}
    router = SimpleNamespace(
        pool=SimpleNamespace(registry=paces), forecast=SimpleNamespace(rtf=lambda name: paces[name])
    )
    monkeypatch.setattr(four, "router", router)
    told = {row["id"]: row.get("pace") for row in offered.engines(four, "en")}
    assert told == {"embedded": 0.1235, "sambert": None, "indextts2": None, "switched off": None}


def test_a_cloned_voice_is_silent_until_an_engine_speaks_it(
    running: SpeechService, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone, known = SimpleNamespace(id="clone-1", name="老王"), running.voices()
    monkeypatch.setattr(running.clones, "voices", lambda: [clone])
    assert offered.silent(running) == [{"id": "clone-1", "name": "老王"}]
    there = Voice("clone-1", "老王", "老王", "indextts2", ("zh",), "", group="own")
    monkeypatch.setattr(running, "voices", lambda: [*known, there])
    assert offered.silent(running) == []


def test_a_library_that_cannot_be_read_leaves_the_list_without_its_voices(
    running: SpeechService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise StudioError("not_found")

    monkeypatch.setattr(running.clones, "voices", broken)
    assert offered.silent(running) == []
