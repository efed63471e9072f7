from __future__ import annotations

import asyncio
import logging
from typing import Any

import gradio as gr
import pytest

from indextts.model.errors import StudioError
from indextts.model.utterance import Settings
from indextts.platform.config import Config
from indextts.service.owner import LOCAL
from indextts.studio.strings import STRINGS
from indextts.studio.tabs.edit.tab import Editor
from indextts.studio.tabs.speak.actions import Actions, Update, file_stem, request_of
from indextts.studio.tabs.speak.fixing import TakeFixing
from indextts.studio.tabs.speak.takes import SHOWN
from tests.support.services import HeldEngine, make_service
from tests.support.takes import ended, generate
from tests.support.whole import WholeService

TEXT = "今天天气很好，我们去公园。"


def shown(actions: Actions, take: str, owner: str = LOCAL, language: Any = "zh", **sent: Any) -> Update:
    return actions.taken({"action": "show", "number": 1, "take": take, **sent}, owner, language)


def test_a_take_is_shown_with_its_reading_its_times_and_the_list(actions: Actions) -> None:
    take = generate(actions, TEXT, speed=1.5)
    update = shown(actions, take.id)
    assert update["taken"] == {"number": 1, "take": take.id} and update["shown"] == take.id
    assert (
        f'data-duration="{take.duration_s:.3f}"' in update["reading"] and f'data-take="{take.id}"' in update["reading"]
    )
    assert "<ruby>天<rt>tiān</rt></ruby>" in update["reading"]
    assert "声学" in update["timings"] and TEXT in update["takes"] and 'aria-current="true"' in update["takes"]
    assert take.sound().size == round(take.duration_s * take.job.sample_rate)


def test_what_was_cut_is_shown_as_far_as_it_can_be_heard(actions: Actions, engine: HeldEngine, somebody: str) -> None:
    text = "第一句话说到这里。第二句话也说到这里。第三句话还没有说。"
    engine.hold()
    job = actions.works.jobs.start(somebody, request_of(text, {}), live=True)
    engine.let_through(2)
    for now in actions.works.jobs.follow(somebody, job.id):
        if now.segments_done == 2:
            actions.works.jobs.cancel(somebody, job.id)
    engine.release()
    take = actions.store.asked(job.id, somebody)
    assert [segment.text for segment in take.utterance.segments] == ["第一句话说到这里。", "第二句话也说到这里。"]
    update = shown(actions, job.id, somebody)
    assert "二" in update["reading"] and "还" not in update["reading"] and "2/3 段" in update["takes"]


@pytest.mark.night
def test_a_long_reading_stops_until_the_rest_is_asked_for(actions: Actions, somebody: str) -> None:
    take = generate(actions, "今天天气很好，我们去公园散步。" * 120, somebody)
    update = shown(actions, take.id, somebody)
    assert 'data-action="whole"' in update["reading"] and "全部显示" in update["reading"]
    rest = shown(actions, take.id, somebody, action="whole")
    assert 'data-action="whole"' not in rest["reading"]
    assert rest["reading"].count('class="segment"') == len(take.utterance.segments)
    assert update["reading"].count('class="segment"') < len(take.utterance.segments)


@pytest.mark.night
def test_the_list_has_more_takes_for_those_who_ask(actions: Actions, somebody: str) -> None:
    takes = [generate(actions, f"第{number}个。", somebody).id for number in range(SHOWN + 2)]
    few = actions.taken({"action": "list", "number": 2}, somebody, "en")
    assert set(few) == {"takes", "taken"} and few["taken"] == {"number": 2}
    assert few["takes"].count('class="take"') == SHOWN and 'data-action="more"' in few["takes"]
    all_of_them = actions.taken({"action": "list", "rows": 24}, somebody, "en")["takes"]
    assert [all_of_them.index(take) for take in reversed(takes)] == sorted(all_of_them.index(take) for take in takes)
    assert 'data-action="more"' not in all_of_them


def test_nobody_reaches_another_persons_takes(actions: Actions, somebody: str) -> None:
    take = generate(actions, TEXT, somebody)
    for sent in ({"action": "show"}, {"action": "whole"}, {"action": "restore"}):
        answer = actions.taken({**sent, "number": 3, "take": take.id}, "somebody else", "en")
        assert set(answer) == {"taken"} and answer["taken"]["code"] == "take_gone" and answer["taken"]["number"] == 3
    assert take.id not in actions.taken({"action": "list"}, "somebody else", "en")["takes"]
    assert set(shown(actions, "nothing")) == set(shown(actions, "")) == {"taken"}


def test_takes_come_back_after_a_reload_in_the_language_of_the_page(actions: Actions, somebody: str) -> None:
    first, second = generate(actions, TEXT, somebody), generate(actions, "你好。", somebody)
    update = actions.taken({"action": "list", "take": first.id, "first": True}, somebody, "en")
    assert update["taken"]["take"] == first.id and first.id in update["takes"] and second.id in update["takes"]
    assert "Readings" in update["reading"] and "Recent" in update["takes"]
    lost = actions.taken({"action": "list", "take": "x", "first": True}, somebody, "en")
    assert set(lost) == {"takes", "taken"} and first.id in lost["takes"]
    restored = actions.taken({"action": "restore", "take": first.id}, somebody, "en")
    assert restored == {"taken": {"number": None, "text": TEXT}}


def test_what_was_not_foreseen_is_logged_under_the_id_that_is_shown(
    actions: Actions, service: WholeService, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    take = generate(actions, TEXT)
    monkeypatch.setattr("indextts.studio.tabs.speak.actions.reading_html", broken)
    monkeypatch.setattr(service, "speak", broken)
    with caplog.at_level(logging.ERROR):
        answer = shown(actions, take.id, language="en")["taken"]
    assert "An internal error occurred" in answer["message"] and "secret" not in answer["error"]
    record = caplog.records[-1]
    assert record.exc_info is not None and "secret detail" in str(record.exc_info[1])
    assert record.getMessage().split()[1] in answer["error"]
    with pytest.raises(gr.Error, match="An internal error occurred"):
        asyncio.run(actions.synthesize(TEXT, {}, "en"))


def test_voices_are_named_in_the_readers_language(actions: Actions) -> None:
    def names(language: str) -> dict[str, str]:
        return {row["id"]: row["name"] for row in actions.voices("zh" if language == "zh" else "en")["lists"]["voice"]}

    assert (names("zh")["default"], names("en")["default"]) == ("内置女声", "Built-in (female)")
    # What stands there until the lists have come names no speaker: which one is the default is not known yet.
    assert (STRINGS["voice_default"].zh, STRINGS["voice_default"].en) == ("默认音色", "Default voice")
    assert names("zh")["deep_man"] == "低沉男声"


def test_while_loading_the_voices_are_left_for_later(
    actions: Actions, service: WholeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loading() -> None:
        raise StudioError("loading", retry_after_s=2)

    monkeypatch.setattr(service, "voices", loading)
    assert actions.voices("zh") == {}


def test_the_pages_values_become_a_request() -> None:
    request = request_of("你好", {"emotion": "sad", "seed": 3.0, "voice": None})
    assert request.settings == Settings(emotion="sad", seed=3) and isinstance(request.settings.seed, int)
    assert request_of(None, {}).text == ""


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("下载<行|hang2>业[pause 500ms]新闻", "下载行业新闻"),
        ("你好，世界！", "你好-世界"),
        ("？！", "speech"),
        ("a\n\0b" + "字" * 90, "a-b" + "字" * 21),
    ],
    ids=["path", "markup", "marks", "nothing", "long"],
)
def test_file_names_are_safe(text: str, stem: str) -> None:
    assert file_stem(text) == stem


def test_clients_fixes_and_takes_of_the_whole_keep_to_the_rate(config: Config, engine: HeldEngine) -> None:
    limited = make_service(config, engine, rate_limit="2/minute")
    actions, client = Actions(limited, limited.works), "1.2.3.4"
    editor, fixing = Editor(actions), TakeFixing(actions)
    take = generate(actions, TEXT)
    plan = editor.load({"take": take.id}, "en")

    def fix(value: float, caller: str) -> Any:
        sent = {"take": take.id, "action": "pitch", "segment": 0, "token": 0, "value": value}
        return fixing.fix(sent, LOCAL, "en", caller)

    def whole(caller: str) -> Any:
        return editor.whole({"id": plan["id"]}, LOCAL, "en", caller)

    asyncio.run(actions.synthesize(TEXT, {}, "en", client))
    ended(actions, fix(1.0, client)["job"])
    jobs = limited.works.jobs.listed(LOCAL)[1]
    assert "Too many requests" in fix(2.0, client)["error"] and "Too many requests" in whole(client)["error"]
    with pytest.raises(gr.Error, match="Too many requests"):
        asyncio.run(actions.synthesize(TEXT, {}, "en", client))
    assert limited.works.jobs.listed(LOCAL)[1] == jobs, "nothing was begun"
    ended(actions, whole("5.6.7.8")["job"])
    asyncio.run(actions.synthesize(TEXT, {}, "en", "5.6.7.8"))
    limited.close()
