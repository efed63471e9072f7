from __future__ import annotations

import asyncio
import logging
from typing import Any

import gradio as gr
import pytest

from indextts.model.utterance import Settings
from indextts.platform.config import Config
from indextts.service.owner import LOCAL
from indextts.service.rate_limit import client_at
from indextts.studio.tabs.edit.tab import Editor
from indextts.studio.tabs.speak.actions import Actions, Update, file_stem, request_of
from tests.support.services import HeldEngine, make_service
from tests.support.takes import begin_edit, ended, generate, local_client
from tests.support.whole import WholeService

TEXT = "今天天气很好，我们去公园。"


def shown(actions: Actions, take: str, owner: str = LOCAL, language: Any = "zh", **sent: Any) -> Update:
    return actions.taken({"action": "show", "number": 1, "take": take, **sent}, owner, language)


def test_a_take_is_shown_with_its_reading_and_its_times(actions: Actions) -> None:
    take = generate(actions, TEXT, speed=1.5)
    update = shown(actions, take.id)
    assert update["taken"] == {"number": 1, "take": take.id} and update["shown"] == take.id
    assert (
        f'data-duration="{take.duration_s:.3f}"' in update["reading"] and f'data-take="{take.id}"' in update["reading"]
    )
    assert "<ruby>天<rt>tiān</rt></ruby>" in update["reading"]
    assert "声学" in update["timings"]
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
    assert "二" in update["reading"] and "还" not in update["reading"]


@pytest.mark.night
def test_a_long_reading_stops_until_the_rest_is_asked_for(actions: Actions, somebody: str) -> None:
    take = generate(actions, "今天天气很好，我们去公园散步。" * 120, somebody)
    update = shown(actions, take.id, somebody)
    assert 'data-action="whole"' in update["reading"] and "全部显示" in update["reading"]
    rest = shown(actions, take.id, somebody, action="whole")
    assert 'data-action="whole"' not in rest["reading"]
    assert rest["reading"].count('class="segment"') == len(take.utterance.segments)
    assert update["reading"].count('class="segment"') < len(take.utterance.segments)


def test_nobody_reaches_another_persons_takes(actions: Actions, somebody: str) -> None:
    take = generate(actions, TEXT, somebody)
    for sent in ({"action": "show"}, {"action": "whole"}):
        answer = actions.taken({**sent, "number": 3, "take": take.id}, "somebody else", "en")
        assert set(answer) == {"taken"} and answer["taken"]["code"] == "take_gone" and answer["taken"]["number"] == 3
    assert set(shown(actions, "nothing")) == set(shown(actions, "")) == {"taken"}


def test_a_take_comes_back_after_a_reload_in_the_language_of_the_page(actions: Actions, somebody: str) -> None:
    take = generate(actions, TEXT, somebody)
    update = actions.taken({"action": "first", "take": take.id}, somebody, "en")
    assert update["taken"]["take"] == take.id and "Readings" in update["reading"]
    assert actions.taken({"action": "first", "take": "x"}, somebody, "en") == {"taken": {"number": None}}


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
    actions, client = Actions(limited, limited.works), client_at("127.0.0.1")
    editor, api = Editor(actions), local_client(actions)
    take = generate(actions, TEXT)
    plan = editor.load({"take": take.id}, "en")

    def fix(value: float) -> Any:
        return begin_edit(api, take.id, action="pitch", segment=0, token=0, value=value)

    def whole(caller: str) -> Any:
        return editor.whole({"id": plan["id"]}, LOCAL, "en", caller)

    asyncio.run(actions.synthesize(TEXT, {}, "en", client))
    ended(actions, fix(1.0)["id"])
    jobs = limited.works.jobs.listed(LOCAL)[1]
    assert "Too many requests" in fix(2.0)["error"] and "Too many requests" in whole(client)["error"]
    with pytest.raises(gr.Error, match="Too many requests"):
        asyncio.run(actions.synthesize(TEXT, {}, "en", client))
    assert limited.works.jobs.listed(LOCAL)[1] == jobs, "nothing was begun"
    ended(actions, whole("5.6.7.8")["job"])
    asyncio.run(actions.synthesize(TEXT, {}, "en", "5.6.7.8"))
    limited.close()
