"""What the voices' tab asks for about cloned voices."""

from __future__ import annotations

from typing import Any

import pytest

from indextts.i18n.messages import Language
from indextts.service.service import SpeechService
from indextts.studio.tabs.voices.tab import Voices
from indextts.voices.cloning.library import CloneLibrary
from tests.support.recordings import prepared


@pytest.fixture
def library(service: SpeechService) -> CloneLibrary:
    for voice in service.clones.voices():
        service.clones.remove(voice.id)
    return service.clones


@pytest.fixture
def tab(service: SpeechService, library: CloneLibrary) -> Voices:
    return Voices(service)


def ask(tab: Voices, language: Language = "zh", **sent: Any) -> dict[str, Any]:
    return tab.answer({"number": 3, **sent}, language)


def test_rows_say_what_a_voice_is_made_of_the_newest_first(tab: Voices, library: CloneLibrary) -> None:
    library.add("老王", [prepared(4.0, 120.0), prepared(4.0, 118.0, 1)], consent="本人", tags=["讲师"])
    library.add("Anna", [prepared(4.0, 220.0)], consent="Mine", consent_date="2026-01-31")
    anna, wang = ask(tab, action="clones")["clones"]
    assert (anna["name"], wang["name"], wang["tags"]) == ("Anna", "老王", ["讲师"])
    assert wang["about"].startswith("男声 · 2 个录音 · ") and wang["about"].endswith("Hz")
    assert anna["consent"] == "同意：Mine（2026-01-31）"
    english = ask(tab, "en", action="clones")["clones"]
    assert english[0]["about"].startswith("Woman · 1 recording · ")


def test_whether_the_engine_is_there_is_told(tab: Voices) -> None:
    assert ask(tab, action="clones")["installed"] is False


def test_renamed_removed_and_taken_back(tab: Voices, library: CloneLibrary) -> None:
    voice = library.add("老王", [prepared()], consent="本人")
    renamed = ask(tab, action="clone_rename", id=voice.id, name="王老师")
    assert [one["name"] for one in renamed["clones"]] == ["王老师"] and "王老师" in renamed["said"]
    gone = ask(tab, action="clone_remove", id=voice.id)
    assert gone["clones"] == [] and gone["undo_s"] == 10 and library.voices() == []
    ask(tab, action="undo", undo=gone["undo"])
    assert [one.name for one in library.voices()] == ["王老师"]
    ask(tab, action="undo", undo=renamed["undo"])
    assert library.voices() == [voice]
    assert ask(tab, action="undo", undo=gone["undo"])["code"] == "undo_gone"


def test_what_is_refused_says_why(tab: Voices, library: CloneLibrary) -> None:
    voice = library.add("老王", [prepared()], consent="本人")
    assert ask(tab, action="clone_rename", id=voice.id, name="")["code"] == "bad_voice"
    assert ask(tab, action="clone_rename", id=voice.id, name="低沉男声")["code"] == "voice_exists"
    assert ask(tab, action="clone_remove", id="clone-99")["code"] == "no_voice"
    assert library.voices()[0].name == "老王"
