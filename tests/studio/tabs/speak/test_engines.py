from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from indextts.engines.base import Voice
from indextts.models import store
from indextts.models.store import ModelState
from indextts.service.service import SpeechService
from indextts.studio.tabs.speak import engines
from indextts.studio.tabs.speak.actions import Actions
from indextts.utterance import settings

OTHER = Voice("zhitian", "Zhitian", "知甜", "sambert", ("zh",), "As published")


@pytest.fixture(autouse=True)
def four(service: SpeechService, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is ready, one that waits to be opened, one that is not installed, one that nobody can fetch."""
    health, voices = service.health(), service.voices
    states = {"embedded": "ready", "sambert": "idle", "indextts2": "absent", "switched off": "absent"}
    monkeypatch.setattr(settings, "ENGINES", tuple(states))
    monkeypatch.setattr(service, "health", lambda: replace(health, engines=states))
    monkeypatch.setattr(service, "voices", lambda: [*voices(), OTHER])


def test_an_engine_that_is_not_installed_is_listed_as_such(service: SpeechService) -> None:
    listed = {name: shown for shown, name in engines.listed(service, "en")}
    assert list(listed) == [name for name in engines.choices() if name != "switched off"]
    assert listed["indextts2"] == "IndexTTS-2 (not installed)" and "installed" not in listed["sambert"]


def test_what_is_missing_is_told_with_the_way_to_it(service: SpeechService) -> None:
    note = engines.note("indextts2", service, "en")
    assert "8.7 GB" in note and "bilibili" in note and 'href="#/models"' in note
    assert "未安装" not in note and "还没有安装" in engines.note("indextts2", service, "zh")
    assert "<p" not in engines.note("embedded", service, "en", service.voices()[0])
    assert "first used" in engines.note("sambert", service, "en", OTHER)
    assert 'href="#/voices"' in engines.note("sambert", service, "en"), "it has no voice"


def test_packages_that_are_missing_are_named_with_the_command(
    service: SpeechService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "missing_packages", lambda name: ["torch"] if name == "sambert" else [])
    note = engines.note("sambert", service, "en")
    assert "torch" in note and "./start_app.sh --with sambert" in note


def test_a_model_that_waits_for_its_packages_is_not_fetched_again(
    service: SpeechService, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = [ModelState("indextts2", True, 9, "MIT", "ready")]
    monkeypatch.setattr(store, "list_models", lambda config, hashes: here)
    monkeypatch.setattr(engines, "missing_packages", lambda name: ["torch"])
    note = engines.note("indextts2", service, "en")
    assert "--with indextts2" in note and "to fetch" not in note


def test_the_pace_of_an_engine_is_told_to_the_script(service: SpeechService, monkeypatch: pytest.MonkeyPatch) -> None:
    paces = {"sambert": 0.25, "embedded": 0.1}
    router = SimpleNamespace(
        pool=SimpleNamespace(registry=paces),
        forecast=SimpleNamespace(rtf=paces.__getitem__),
        settings=SimpleNamespace(patience_s=3600.0),
        is_auto=lambda asked: asked.engine not in settings.ENGINES,
    )
    monkeypatch.setattr(service, "router", router, raising=False)
    assert 'data-pace="0.25" data-patience="3600"' in engines.note("sambert", service, "en")
    auto = engines.note("auto", service, "en", OTHER)
    assert 'data-engine="sambert" data-pace="0.25">' in auto


def test_voices_follow_the_engine(actions: Actions) -> None:
    update = actions.voices("en", "deep_man", "sambert")
    assert update["voices"] == {"choices": [("Zhitian", "default")], "value": "default"}
    assert "As published" in update["licence"] and 'data-engine="sambert"' in update["engine_note"]
    none = actions.voices("en", "default", "indextts2")
    assert none["voices"]["choices"] == [("No voice yet", "default")] and none["licence"] == ""
    everybody = actions.voices("en", OTHER.id, "auto")
    assert ("Zhitian, Sambert · Alibaba", OTHER.id) in everybody["voices"]["choices"], "as another engine's"
    assert "value" not in everybody["voices"]
    assert 'data-engine="sambert"' in everybody["engine_note"]
