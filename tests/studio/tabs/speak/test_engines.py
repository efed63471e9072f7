from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from indextts.engines.base import Voice
from indextts.model import settings
from indextts.models import store
from indextts.models.store import ModelState
from indextts.service.service import SpeechService
from indextts.studio.tabs.speak import engines
from indextts.studio.tabs.speak.actions import Actions

OTHER = Voice("zhitian", "Zhitian", "知甜", "sambert", ("zh",), "As published")


@pytest.fixture(autouse=True)
def four(service: SpeechService, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is ready, one that waits to be opened, one that is not installed, one that nobody can fetch."""
    health, voices = service.health(), service.voices
    states = {"embedded": "ready", "sambert": "idle", "indextts2": "absent", "switched off": "absent"}
    monkeypatch.setattr(settings, "ENGINES", tuple(states))
    monkeypatch.setattr(service, "health", lambda: replace(health, engines=states))
    monkeypatch.setattr(service, "voices", lambda: [*voices(), OTHER])


@pytest.fixture(autouse=True)
def packages(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What each engine lacks; nothing at first."""
    lacking: dict[str, list[str]] = {}
    monkeypatch.setattr(engines, "missing_packages", lambda name: lacking.get(name, []))
    return lacking


def test_what_is_not_installed_is_listed_with_what_it_lacks(
    service: SpeechService, packages: dict[str, list[str]]
) -> None:
    packages["sambert"] = ["torch"]
    listed = {row["id"]: row for row in engines.listed(service, "en")}
    assert list(listed) == [name for name in engines.choices() if name != "switched off"]
    assert "install it" in listed["indextts2"]["lacks"] and "install it" in listed["sambert"]["lacks"]
    assert listed["auto"]["lacks"] == listed["embedded"]["lacks"] == ""
    packages.clear()
    assert [row["lacks"] for row in engines.listed(service, "en") if row["id"] == "sambert"] == [""]


def test_what_is_missing_is_told_with_the_way_to_it(service: SpeechService) -> None:
    note = engines.note("indextts2", service, "en")
    assert "8.7 GB" in note and "bilibili" in note and 'href="#/models"' in note
    assert "未安装" not in note and "还没有安装" in engines.note("indextts2", service, "zh")
    assert "<p" not in engines.note("embedded", service, "en", service.voices()[0])
    assert "first use" in engines.note("sambert", service, "en", OTHER)
    assert 'href="#/voices"' in engines.note("sambert", service, "en"), "it has no voice"


def test_packages_that_are_missing_are_named_with_the_way_to_them(
    service: SpeechService, packages: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    packages.update(sambert=["torch"], indextts2=["torch"])
    note = engines.note("sambert", service, "en")
    assert "torch" in note and 'href="#/models"' in note
    here = [ModelState("indextts2", True, 9, "MIT", "ready")]
    monkeypatch.setattr(store, "list_models", lambda config, hashes: here)
    note = engines.note("indextts2", service, "en")
    assert "torch" in note and "to download" not in note, "the model is here"


def test_the_pace_of_an_engine_is_told_to_the_script(service: SpeechService, monkeypatch: pytest.MonkeyPatch) -> None:
    paces = {"sambert": 0.25, "embedded": 0.1}
    router = SimpleNamespace(
        pool=SimpleNamespace(registry=paces),
        forecast=SimpleNamespace(rtf=paces.__getitem__),
    )
    monkeypatch.setattr(service, "router", router, raising=False)
    assert 'data-pace="0.25">' in engines.note("sambert", service, "en")
    auto = engines.note("auto", service, "en", OTHER)
    assert 'data-engine="sambert" data-pace="0.25">' in auto


def test_voices_follow_the_engine(actions: Actions) -> None:
    update = actions.voices("en", "deep_man", "sambert")
    assert [(row["name"], row["id"]) for row in update["lists"]["voice"]] == [("Zhitian", "default")]
    assert update["voice"] == "default"
    assert "As published" in update["licence"] and 'data-engine="sambert"' in update["engine_note"]
    everybody = actions.voices("en", OTHER.id, "auto")
    names = {row["id"]: row["name"] for row in everybody["lists"]["voice"]}
    assert names[OTHER.id] == "Zhitian, Sambert · Alibaba", "as another engine's"
    assert "voice" not in everybody and "engine" not in everybody
    assert 'data-engine="sambert"' in everybody["engine_note"]


def test_an_engine_that_cannot_speak_gives_way_to_the_recommended_one(
    actions: Actions, packages: dict[str, list[str]]
) -> None:
    assert actions.voices("en", "default", "indextts2")["engine"] == "auto", "its model is not here"
    packages["sambert"] = ["torch"]
    assert actions.voices("en", "default", "sambert")["engine"] == "auto", "its packages are not here"


def test_a_cloned_voice_is_listed_at_once_and_is_grey_until_its_engine_can_speak(
    actions: Actions, service: SpeechService, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = SimpleNamespace(id="clone-1", name="老王")
    monkeypatch.setattr(service.clones, "voices", lambda: [clone])
    row = actions.voices("zh", "clone-1", "auto")["lists"]["voice"][-1]
    assert row["name"] == "我的 · 老王" and "去安装" in row["lacks"] and row["sample"] == "/v1/clones/clone-1/preview"
    assert actions.voices("zh", "clone-1", "auto")["voice"] == "default", "it cannot be chosen yet"
    there = Voice("clone-1", "老王", "老王", "indextts2", ("zh",), "", group="own")
    known = service.voices
    monkeypatch.setattr(service, "voices", lambda: [*known(), there])
    rows = [row for row in actions.voices("zh", "clone-1", "auto")["lists"]["voice"] if row["id"] == "clone-1"]
    assert [row["lacks"] for row in rows] == [""]
