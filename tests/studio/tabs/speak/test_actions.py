from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
import soundfile

from indextts.config import Config
from indextts.errors import StudioError
from indextts.service.service import SpeechService
from indextts.studio.session import Session
from indextts.studio.strings import STRINGS
from indextts.studio.tabs.edit.tab import Editor
from indextts.studio.tabs.speak.actions import Actions, Update, file_stem, request_of
from indextts.studio.tabs.speak.fixing import Fixing
from indextts.studio.tabs.speak.takes import TakeStore
from indextts.utterance.model import Settings
from tests.support.services import HeldEngine, make_service

TEXT = "今天天气很好，我们去公园。"


def run(actions: Actions, text: str, session: Session, language: Any = "zh", **settings: Any) -> list[Update]:
    async def collect() -> list[Update]:
        length = len(text)
        return [update async for update in actions.generate(text, length, settings, session, language)]

    return asyncio.run(collect())


def run_and(actions: Actions, text: str, session: Session, during: Callable[[], None]) -> list[Update]:
    """Generate, and call ``during`` once in another thread while it goes on."""

    async def collect() -> list[Update]:
        updates: list[Update] = []
        helper: asyncio.Future[None] | None = None
        async for update in actions.generate(text, len(text), {}, session, "en", "tab"):
            updates.append(update)
            helper = helper or asyncio.ensure_future(asyncio.to_thread(during))
        assert helper is not None
        await helper
        return updates

    return asyncio.run(collect())


def test_a_run_ends_with_a_playable_result(actions: Actions) -> None:
    session = Session()
    updates = run(actions, TEXT, session, speed=1.5)
    assert "busy" in updates[0]["notice"] and updates[0]["running"] is True
    assert updates[-1] == {"running": False}
    result = updates[-2]
    info = soundfile.info(result["player"])
    assert (info.samplerate, info.channels, info.format) == (24000, 1, "WAV")
    assert f'data-duration="{info.duration:.3f}"' in result["reading"]
    assert "<ruby>天<rt>tiān</rt></ruby>" in result["reading"]
    assert "声学" in result["timings"] and TEXT in result["takes"] and "完成" in result["notice"]


@pytest.mark.parametrize(
    ("text", "settings", "said"),
    [
        ("", {}, "还没有要朗读的文字"),
        ("？！", {}, "没有能读出来的内容"),
        ("你好", {"emotion": "joy"}, "没有名为“joy”的情感"),
        ("你好", {"speed": 9}, "语速应在 0.5 到 2 之间"),
        ("你好", {"pitch": float("nan")}, "音高应在"),
        ("你好", {"seed": -1}, "种子应在"),
        ("你好", {"seed": "abc"}, "种子应在"),
        ("你\0好", {}, "无效字符"),
        ("好" * 2001, {}, "共 2001 个字符，一次最多 2000 个"),
    ],
)
def test_mistakes_are_told_in_place_and_change_nothing_else(
    actions: Actions, text: str, settings: dict[str, Any], said: str
) -> None:
    updates = run(actions, text, Session(), **settings)
    assert said in updates[1]["notice"] and 'role="alert"' in updates[1]["notice"]
    assert set(updates[1]) == {"notice"} and updates[2] == {"running": False}


def test_a_text_that_was_too_long_to_send_is_told_with_its_length(actions: Actions) -> None:
    async def collect() -> list[Update]:
        return [update async for update in actions.generate("", 3_000_000, {}, Session(), "en")]

    assert "3000000 characters" in asyncio.run(collect())[1]["notice"]


def test_cancel_reaches_the_synthesis_and_leaves_the_page_as_it_was(actions: Actions, engine: HeldEngine) -> None:
    session = Session()
    engine.hold()
    spoken = len(engine.spoken)

    def cancel() -> None:
        engine.started.acquire(timeout=10)
        actions.cancel(session)

    updates = run_and(actions, TEXT * 20, session, cancel)
    assert "Cancelled" in updates[-2]["notice"] and set(updates[-2]) == {"notice"}
    assert updates[-1] == {"running": False} and session.takes == [] and session.cancel is None
    assert len(engine.spoken) == spoken
    actions.cancel(session)  # nothing is going on: nothing happens


def test_a_page_that_is_closed_stops_its_run(actions: Actions, engine: HeldEngine) -> None:
    engine.hold()

    def leave() -> None:
        engine.started.acquire(timeout=10)
        actions.leave("somebody else")
        actions.leave("tab")

    updates = run_and(actions, TEXT, Session(), leave)
    assert "Cancelled" in updates[-2]["notice"]


def test_closing_the_page_ends_its_newest_run_where_an_older_one_has_just_ended(
    actions: Actions, engine: HeldEngine
) -> None:
    session = Session()

    async def press(text: str) -> list[Update]:
        return [update async for update in actions.generate(text, len(text), {}, session, "en", "tab")]

    async def twice() -> list[Update]:
        engine.hold()
        older = asyncio.create_task(press(TEXT))
        await asyncio.to_thread(engine.started.acquire, timeout=30)
        newer = asyncio.create_task(press("别的文字。"))
        assert "Cancelled" in (await older)[-2]["notice"]
        await asyncio.to_thread(engine.started.acquire, timeout=30)
        actions.leave("tab")
        return await newer

    assert "Cancelled" in asyncio.run(asyncio.wait_for(twice(), 60))[-2]["notice"]


def test_what_was_not_foreseen_is_logged_under_the_id_that_is_shown(
    actions: Actions, service: SpeechService, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(service, "speak", broken)
    with caplog.at_level(logging.ERROR):
        notice = run(actions, TEXT, Session(), "en")[1]["notice"]
    assert "Something went wrong" in notice and "secret" not in notice and "Traceback" not in notice
    record = caplog.records[-1]
    assert record.exc_info is not None and "secret detail" in str(record.exc_info[1])
    assert record.getMessage().split()[1] in notice
    with pytest.raises(gr.Error, match="Something went wrong"):
        asyncio.run(actions.synthesize(TEXT, {}, "en"))


@pytest.mark.parametrize(("kind", "container"), [("wav", "WAV"), ("flac", "FLAC"), ("mp3", "MP3"), ("opus", "OGG")])
def test_a_take_downloads_in_each_format_with_its_length(actions: Actions, kind: str, container: str) -> None:
    session = Session()
    run(actions, TEXT, session)
    update = actions.download(kind, "", session, "zh")
    info = soundfile.info(io.BytesIO(Path(update["file"]).read_bytes()))
    wav = soundfile.info(actions.download("wav", session.shown, session, "zh")["file"])
    assert info.format == container and abs(info.duration - wav.duration) < 0.1
    assert update["file_name"] == f"今天天气很好-我们去公园.{kind}"


@pytest.mark.parametrize(("kind", "begins"), [("srt", "1\n00:"), ("vtt", "WEBVTT"), ("lrc", "[00:"), ("json", '{"sen')])
def test_a_take_has_subtitles(actions: Actions, kind: str, begins: str) -> None:
    session = Session()
    run(actions, TEXT, session)
    update = actions.download(kind, "", session, "zh")
    text = Path(update["file"]).read_text(encoding="utf-8")
    assert text.startswith(begins) and "今天天气很好" in text
    assert update["file_name"] == f"今天天气很好-我们去公园.{kind}"


def test_nobody_reaches_another_sessions_takes(actions: Actions) -> None:
    mine, theirs = Session(), Session()
    run(actions, TEXT, mine)
    for update in (
        actions.download("wav", mine.shown, theirs, "en"),
        actions.take("play", mine.shown, theirs, "en"),
        actions.take("restore", "nothing", theirs, "en"),
    ):
        assert set(update) == {"notice"} and "cleared" in update["notice"]


def test_takes_come_back_after_a_reload_in_the_language_of_the_page(actions: Actions) -> None:
    session = Session()
    run(actions, TEXT, session)
    run(actions, "你好。", session)
    first = session.takes[1]
    again = Session()
    update = actions.restore_session(session.takes, first, again, "en")
    assert again.takes == session.takes and again.shown == first
    assert "How it was read" in update["reading"] and "Last takes" in update["takes"]
    assert actions.restore_session(["x", 3], "x", Session(), "en") == {}
    assert actions.restore_session(None, None, Session(), "en") == {}
    assert actions.take("restore", first, again, "en") == {"text": TEXT}


def test_a_take_whose_audio_was_cleaned_says_so(actions: Actions) -> None:
    session = Session()
    run(actions, TEXT, session)
    Path(actions.download("wav", "", session, "en")["file"]).unlink()
    played = actions.take("play", session.shown, session, "en")
    assert played["player"] is None and "cleared" in played["notice"] and "<ruby>" in played["reading"]
    assert "cleared" in actions.download("mp3", "", session, "en")["notice"]


def test_voices_are_named_in_the_readers_language(actions: Actions) -> None:
    def names(language: str) -> dict[str, str]:
        return {row["id"]: row["name"] for row in actions.voices("zh" if language == "zh" else "en")["lists"]["voice"]}

    assert names("zh")["default"] == STRINGS["voice_default"].zh == "内置女声", "one name for one voice"
    assert names("en")["default"] == STRINGS["voice_default"].en == "Default (female)"
    assert names("zh")["deep_man"] == "低沉男声"


def test_while_loading_the_voices_are_left_for_later(
    actions: Actions, service: SpeechService, monkeypatch: pytest.MonkeyPatch
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


def test_the_page_and_its_clients_keep_to_the_rate(config: Config, engine: HeldEngine) -> None:
    limited = make_service(config, engine, rate_limit="2/minute")
    actions = Actions(limited, TakeStore())

    async def notice() -> str:
        updates = [update async for update in actions.generate(TEXT, 5, {}, Session(), "en", "tab", "1.2.3.4")]
        return str(updates[-2]["notice"])

    assert "Too many requests" not in asyncio.run(notice())
    asyncio.run(actions.synthesize(TEXT, {}, "en", "1.2.3.4"))
    assert "Too many requests" in asyncio.run(notice())
    with pytest.raises(gr.Error, match="Too many requests"):
        asyncio.run(actions.synthesize(TEXT, {}, "en", "1.2.3.4"))
    asyncio.run(actions.synthesize(TEXT, {}, "en", "5.6.7.8"))
    limited.close()


def test_fixes_and_assembling_keep_to_the_rate_as_well(config: Config, engine: HeldEngine) -> None:
    limited = make_service(config, engine, rate_limit="2/minute")
    actions, session, client = Actions(limited, TakeStore()), Session(), "1.2.3.4"
    editor, fixing = Editor(actions), Fixing(actions)
    run(actions, TEXT, session)
    plan = editor.load({"take": session.shown}, "en")

    async def fix(value: float) -> Any:
        sent = {"take": session.shown, "action": "pitch", "segment": 0, "token": 0, "value": value}
        updates = [update async for update in fixing.fix(sent, session, "en", "tab", client)]
        return [update["fixed"] for update in updates if "fixed" in update][-1]

    async def assemble(caller: str) -> str:
        sent = {"id": plan["id"], "action": "assemble"}
        updates = [update async for update in editor.assemble(sent, session, "en", "tab", caller)]
        return str([update["edit_notice"] for update in updates if "edit_notice" in update][-1])

    async def open_text() -> str:
        sent = {"action": "text", "text": TEXT, "settings": {}}
        updates = [update async for update in editor.open(sent, session, "en", "tab", client)]
        return str([update["edit_notice"] for update in updates if "edit_notice" in update][-1])

    async def everything() -> None:
        assert "error" not in await fix(1.0)
        assert "Too many requests" not in await assemble(client)
        takes = list(session.takes)
        assert "Too many requests" in (await fix(2.0))["error"]
        assert "Too many requests" in await assemble(client)
        assert "Too many requests" in await open_text()
        assert session.takes == takes, "nothing was made"
        assert "Too many requests" not in await assemble("5.6.7.8")

    asyncio.run(everything())
    limited.close()


def test_a_page_that_waits_for_an_answer_hears_whether_it_is_worked_on(actions: Actions, engine: HeldEngine) -> None:
    session, heard = Session(), list[Update]()

    def asked(lost: bool) -> Update:
        return actions.alive({"number": 7, "lost": lost}, session, "en", "tab")

    def during() -> None:
        heard.append(asked(lost=True))

    assert asked(lost=False) == {"alive": {"number": 7, "working": False}}
    run_and(actions, TEXT, session, during)
    assert heard == [{"alive": {"number": 7, "working": True}}]
    assert "running" not in asked(lost=False)
    given = asked(lost=True)
    assert given["running"] is False and "connection" in given["notice"] and given["alive"]["working"] is False
    assert given["player"] and "<ruby>" in given["reading"], "what was made meanwhile is there"
