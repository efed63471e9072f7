"""What the voices' tab asks for, over a tiny voice."""

from __future__ import annotations

from typing import Any

import pytest

from indextts.i18n.messages import Language
from indextts.service.service import SpeechService
from indextts.studio.tabs.speak.actions import Actions
from indextts.studio.tabs.voices.tab import Voices


@pytest.fixture
def tab(service: SpeechService) -> Voices:
    for voice in service.family.own():
        service.family.remove(voice.id)
    return Voices(service)


def ask(tab: Voices, language: Language = "zh", **sent: Any) -> dict[str, Any]:
    return tab.answer({"number": 3, **sent}, language)


def names(answer: dict[str, Any]) -> list[str]:
    return [voice["name"] for voice in answer["voices"] if voice["own"]]


def test_the_list_is_in_the_readers_language(tab: Voices) -> None:
    chinese, english = ask(tab, action="list"), ask(tab, "en", action="list")
    assert chinese["number"] == 3 and "低沉男声" in [voice["name"] for voice in chinese["voices"]]
    assert "Deep man" in [voice["name"] for voice in english["voices"]]
    assert names(chinese) == []


def test_saved_changed_removed_and_taken_back(tab: Voices, actions: Actions) -> None:
    made = ask(tab, action="add", name="老船长", tract=0.86, pitch=-9, range=1, rate=1, tilt=0)
    assert names(made) == ["老船长"] and "老船长" in made["said"] and made["undo_s"] == 10
    choices = actions.voices("zh")["voices"]["choices"]
    assert choices[-1] == ("我的 · 老船长", made["id"])
    changed = ask(tab, action="change", id=made["id"], name="大副", pitch=-7)
    assert names(changed) == ["大副"] and changed["voices"][-1]["pitch"] == -7
    assert names(ask(tab, action="undo", undo=changed["undo"])) == ["老船长"]
    gone = ask(tab, action="remove", id=made["id"])
    assert names(gone) == []
    back = ask(tab, action="undo", undo=gone["undo"])
    assert names(back) == ["老船长"] and back["voices"][-1]["id"] == made["id"]
    assert ask(tab, action="undo", undo=gone["undo"])["code"] == "undo_gone"
    assert names(ask(tab, action="undo", undo=made["undo"])) == []


def test_what_is_refused_says_why_in_the_readers_language(tab: Voices) -> None:
    ask(tab, action="add", name="老船长")
    assert "老船长" in ask(tab, action="add", name="老船长")["error"]
    assert "already" in ask(tab, "en", action="add", name="老船长")["error"]
    assert ask(tab, action="add", name="")["code"] == "bad_voice"
    assert ask(tab, action="add", name="x", tract=9)["code"] == "bad_voice"
    assert ask(tab, action="change", id="baker", name="x")["code"] == "voice_fixed"
    assert ask(tab, action="fly")["code"] == "not_found"


def test_a_sample_of_a_voice_and_of_a_design(tab: Voices, service: SpeechService) -> None:
    heard = [ask(tab, action="hear", id="deep_man"), ask(tab, action="hear", tract=0.9, pitch=-3, range=1.2)]
    for answer in heard:
        assert answer["audio"].startswith("/audio/")
        assert (service.outputs.folder / answer["audio"].removeprefix("/audio/")).stat().st_size > 1000
    assert ask(tab, action="hear", id="nobody")["code"] == "unknown_choice"


def test_who_speaks_which_lines(tab: Voices) -> None:
    found = ask(tab, action="cast", text="A：你好\nB：你好", voice="default")["cast"]
    assert found == [{"label": "A", "voice": "baker"}, {"label": "B", "voice": "young_man"}]
    assert ask(tab, action="cast", text="你好", voice="default")["cast"] == []


def test_a_voice_that_is_gone_gives_way_to_the_default(actions: Actions) -> None:
    assert actions.voices("zh", "own-99")["voices"]["value"] == "default"
    assert "value" not in actions.voices("zh", "deep_man")["voices"]
    assert "value" not in actions.voices("zh", "default")["voices"]
