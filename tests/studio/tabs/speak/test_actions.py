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
from indextts.studio.tabs.speak.actions import Actions, file_stem, request_of
from tests.support.services import HeldEngine, make_service
from tests.support.takes import begin_edit, ended, generate, local_client
from tests.support.whole import WholeService

TEXT = "今天天气很好，我们去公园。"


def test_what_was_not_foreseen_is_logged_under_the_id_that_is_shown(
    actions: Actions, service: WholeService, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    editor = Editor(actions)
    plan = editor.load({"take": generate(actions, TEXT).id}, "en")
    monkeypatch.setattr(actions, "speak_plan", broken)
    monkeypatch.setattr(service, "speak", broken)
    with caplog.at_level(logging.ERROR):
        answer = editor.whole({"id": plan["id"]}, LOCAL, "en")
    assert "An internal error occurred" in answer["error"] and "secret" not in answer["error"]
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
