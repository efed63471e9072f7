"""Text that is spoken while it is written: over WebSocket and as a long body, by a real server with a tiny voice."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import http.client
import json
import random
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from indextts.engines.embedded import engine as embedded
from indextts.model.errors import StudioError
from indextts.pipeline.pipeline import SegmentAudio
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.serving_config import AccessConfig, DoorsConfig, OpenAIConfig
from indextts.server.access.sessions import COOKIE
from indextts.server.connections import options
from indextts.server.doors import speech_socket
from indextts.server.doors.speech_socket import MOST_WAITING
from indextts.server.doors.text_stream import PATH
from indextts.server.doors.written import MOST_OF_ONE, Served, WrittenPart, WrittenText, spoken
from tests.support.services import HeldEngine, application, make_service, serving
from tests.support.waiting import until
from tests.support.whole import WholeService

MOST_CHARS = 2_000
FIRST, SECOND, THIRD = "今天天气很好。", "我们去公园吧！", "The light is on."
TEXT = (
    "你好，圆周率是3.14。**重点：**Dr. Smith came at 3 p.m. on Friday. He left.\n"
    "- 第一项：`a=1`，好。还有*一*句……\n- 第二项[链接。](http://a.b/c?d=1)吧！“走吧。”他说。\n\n"
    "| 列 | 值 |\n|---|---|\n| 甲 | 1。2 |\n\n```python\nprint('你好。')\n```\n代码完了。\n"
    "[happy 0.8]真的<行|xing2>。走吧。[/happy]你[pause 500ms]说。"
    "2026年3月，3.5万。👨‍👩‍👧好！(。・ω・。)对。AT&amp;T很好。"
)
FRAGMENTS = [
    *(FIRST, SECOND, "他去<行|xing2>了。", "停[pause 300ms]一下。", "[happy]真好！走吧。[/happy]", "**重点。**好。"),
    *(
        "- 项：`x=1`。好。\n",
        "| 列 | 值 |\n|---|---|\n| 一 | 二。三 |\n",
        "```\nx = 1。\n```\n",
        "见[链接。](http://a.b)吧。",
    ),
    *(
        "> 引。再引。\n",
        "## 标题\n",
        "<b>粗。</b>好。",
        "真的……算了。",
        "👍🏽好！",
        "3.14是π。",
        "见第3.",
        "5节。",
        "~~错。~~对。",
    ),
    *(
        "Dr. Wang came at 5 p.m. and left. ",
        "The U.S. Open began. ",
        "2 * 3 = 6。",
        "他说：“好！”",
        "e.g. this one. ",
        "\n",
        "\n\n",
    ),
    *("[高兴]", "[链接][一]", "a_b。", "*", "`", "(", "|", "<", "[", "——！"),
]


@pytest.fixture(scope="module")
def held_service(config: Config) -> Iterator[tuple[WholeService, HeldEngine]]:
    engine = HeldEngine(embedded.load(config))
    service = make_service(config, engine, rate_limit="100000/minute", max_text_chars=MOST_CHARS)
    yield service, engine
    engine.release()
    service.close()


@pytest.fixture(scope="module")
def address(held_service: tuple[WholeService, HeldEngine]) -> Iterator[str]:
    with opened(held_service[0]) as address:
        yield address


@pytest.fixture
def engine(held_service: tuple[WholeService, HeldEngine]) -> Iterator[HeldEngine]:
    """The engine that speaks, with nothing spoken yet."""
    engine = held_service[1]
    engine.release()
    engine.spoken.clear()
    while engine.started.acquire(blocking=False):
        pass
    yield engine
    engine.release()


@contextmanager
def opened(service: WholeService, **changes: Any) -> Iterator[str]:
    """The address of a server over ``service``, its connections bounded as the real one's."""
    app = application(service, service.config.model_copy(update=changes), page=False)
    with serving(app, **options(service.config.server)) as address:
        yield address


def talk(address: str, query: str = "", **more: Any) -> ClientConnection:
    client: ClientConnection = connect(
        f"ws{address.removeprefix('http')}{PATH}{query}", proxy=None, max_size=2**20, **more
    )
    return client


def send(client: ClientConnection, kind: str, **fields: Any) -> None:
    client.send(json.dumps({"type": kind, **fields}))


def heard(client: ClientConnection, last: str) -> list[dict[str, Any]]:
    """All messages up to the first of the kind ``last``; sound in binary frames counts as ``audio``."""
    found: list[dict[str, Any]] = []
    while not found or found[-1]["type"] != last:
        message = client.recv(60)
        found.append(json.loads(message) if isinstance(message, str) else {"type": "audio", "bytes": message})
        assert last == "error" or found[-1]["type"] != "error", found[-1]
    return found


def said(client: ClientConnection, *pieces: str) -> list[dict[str, Any]]:
    for piece in pieces:
        send(client, "text", text=piece)
    send(client, "end")
    return heard(client, "done")


def sound(messages: list[dict[str, Any]]) -> bytes:
    audio = [one for one in messages if one["type"] == "audio"]
    return b"".join(one.get("bytes") or base64.b64decode(one["audio"]) for one in audio)


def of_kind(messages: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in messages if one["type"] == kind]


def code_of(message: dict[str, Any]) -> str:
    assert message["error"]["message"].endswith((".", "。"))
    return str(message["error"]["code"])


def cut(text: str, dice: random.Random) -> list[str]:
    cuts = sorted(dice.sample(range(1, len(text)), dice.randint(1, len(text) - 1)))
    return [text[begin:end] for begin, end in pairwise([0, *cuts, len(text)])]


# ---------------------------------------------------------------------- the same as the finished text


def in_pieces(service: WholeService, pieces: list[str]) -> list[WrittenPart]:
    """What is spoken of a text that came in these pieces."""

    async def work() -> list[WrittenPart]:
        import anyio

        served = Served(service.config, service, service.rate, anyio.CapacityLimiter(4))
        text = WrittenText("")
        for piece in pieces:
            text.add(piece, most_chars=MOST_CHARS)
        text.finish()
        return [part async for part in spoken(served, text, SpeechRequest("", speakers={}, language="zh"))]

    return asyncio.run(work())


def tokens(segments: list[SegmentAudio]) -> list[tuple[str, str, str]]:
    """What is said, and how it is read."""
    plans = [segment.plan.segments[0] for segment in segments if segment.plan is not None]
    every = (token for plan in plans for token in plan.tokens if token.kind != "punctuation")
    return [(token.text, token.lang, token.reading) for token in every]


def finished(service: WholeService, text: str) -> list[SegmentAudio]:
    return list(service.stream(SpeechRequest(text, speakers={}, language="zh"), timed=True))


def test_words_and_sound_are_those_of_the_finished_text(service: WholeService) -> None:
    dice = random.Random(38)
    whole = finished(service, TEXT)
    parts = in_pieces(service, cut(TEXT, dice))
    assert tokens([part.segment for part in parts]) == tokens(whole)
    assert len(parts) == len(whole)
    alike = 0
    for part, segment in zip(parts, whole, strict=True):
        assert part.segment.sound is not None and segment.sound is not None
        if part.segment.sound.contents == segment.sound.contents:
            np.testing.assert_array_equal(part.segment.sound.pcm, segment.sound.pcm)
            alike += 1
    assert alike >= len(whole) - 2, "what stands behind a sentence may move a break before it"
    lengths = [sum(one.samples.size for one in some) for some in (parts, whole)]
    assert lengths[0] == pytest.approx(lengths[1], rel=0.02), "the pauses between them are those of the whole text"


def test_in_200_random_cuts_the_same_stretches_are_spoken() -> None:
    async def stretches(pieces: list[str]) -> list[str]:
        text = WrittenText("")
        for piece in pieces:
            text.add(piece, most_chars=MOST_CHARS)
        text.finish()
        return [stretch async for stretch in text.pieces()]

    async def work() -> None:
        dice = random.Random(38)
        whole = await stretches([TEXT])
        assert "".join(whole) == TEXT and len(whole) > 12
        for _ in range(200):
            assert await stretches(cut(TEXT, dice)) == whole
        halves = TEXT.encode("utf-16-le")
        units = [halves[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(halves), 2)]
        assert await stretches(units) == whole, "also where the halves of an emoji come one by one"

    asyncio.run(work())


@given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_whatever_is_written_is_read_as_the_finished_text_is(
    service: WholeService, fragments: list[str], dice: random.Random
) -> None:
    text = FIRST + "".join(fragments) + "再见。"
    try:
        whole = tokens(finished(service, text))
    except StudioError as error:
        with pytest.raises(StudioError, match=error.code if error.code == "bad_markup" else ""):
            in_pieces(service, cut(text, dice))
        return
    assert tokens([part.segment for part in in_pieces(service, cut(text, dice))]) == whole


# ---------------------------------------------------------------------- the WebSocket


def test_a_text_in_pieces_is_spoken_with_its_words(address: str, engine: HeldEngine) -> None:
    text = f"{FIRST}他去<行|xing2>了。{THIRD}"
    with talk(address) as client:
        send(client, "start", words=True, sample_rate=16_000, emotion="happy", voice="nova", speed=9)
        assert code_of(heard(client, "error")[0]) == "out_of_range"
        send(client, "start", words=True, sample_rate=16_000, emotion="happy", voice="nobody")
        (ready,) = heard(client, "ready")
        assert (ready["response_format"], ready["sample_rate"]) == ("pcm", 16_000)
        assert "nobody" in ready["replaced"]["voice"]
        messages = said(client, *text)
    clauses = of_kind(messages, "clause")
    assert "".join(one["text"] for one in clauses) == text
    assert [text[one["start"] : one["end"]] for one in clauses] == [one["text"] for one in clauses]
    words = [word for one in of_kind(messages, "words") for word in one["words"]]
    assert [text[word["start"] : word["end"]] for word in words][:3] == ["今天天气", "很", "好"]
    assert any(word["start"] <= text.index("行") < word["end"] for word in words)
    times = [time for word in words for time in (word["start_time"], word["end_time"])]
    done = messages[-1]
    assert times == sorted(times) and times[-1] <= done["duration"] and done["engine"] == "embedded"
    assert len(sound(messages)) / 2 / 16_000 == pytest.approx(done["duration"], abs=0.01)


def test_sound_comes_before_the_text_has_ended_and_turns_follow_each_other(address: str, engine: HeldEngine) -> None:
    with talk(address) as client:
        send(client, "start", audio="binary")
        heard(client, "ready")
        send(client, "text", text=f"{FIRST}我")
        assert sound(heard(client, "audio"))
        assert engine.spoken == [FIRST]
        assert of_kind(said(client, "们走吧。"), "done")[0]["turn"] == 1
        first, second = said(client, FIRST), said(client, FIRST)
        assert (first[-1]["turn"], second[-1]["turn"]) == (2, 3) and sound(first) == sound(second) != b""


def test_a_long_first_sentence_is_heard_before_its_end(address: str, engine: HeldEngine) -> None:
    clauses = "今天下午我们要去城外的公园，", "然后一起吃饭，再看电影。"
    with talk(address) as client:
        send(client, "text", text=clauses[0] + clauses[1][:5])
        assert heard(client, "clause")[-1]["text"] == clauses[0]
        assert [one["text"] for one in of_kind(said(client, clauses[1][5:]), "clause")] == [clauses[1]]
        said(client, "".join(clauses))
    assert engine.spoken == [clauses[0][:-1] + "，", clauses[1]] * 2


def test_a_full_stop_waits_for_what_may_follow_it(address: str, engine: HeldEngine) -> None:
    with talk(address) as client:
        send(client, "text", text="The light is on. ")
        assert heard(client, "clause")[-1]["text"] == "The light is on."
        send(client, "text", text="It was 5 p.m. ")
        assert [one["text"] for one in of_kind(said(client, "EST today."), "clause")] == [" It was 5 p.m. EST today."]


def test_flush_says_what_is_there_but_no_half_mark(address: str, engine: HeldEngine) -> None:
    with talk(address) as client:
        send(client, "text", text="我们走")
        send(client, "flush")
        heard(client, "clause")
        send(client, "text", text="吧。[happy 0.8]好")
        send(client, "flush")
        send(client, "text", text="啊。[/happy]")
        send(client, "flush")
        clauses = of_kind(said(client), "clause")
    assert [one["text"] for one in clauses] == ["吧。", "[happy 0.8]好啊。[/happy]"]
    assert engine.spoken == ["我们走", "吧。", "好啊。"]


def test_after_a_time_without_text_what_is_there_is_said(address: str, engine: HeldEngine) -> None:
    with talk(address) as client:
        send(client, "start", flush_after_s=0.05)
        send(client, "text", text="我们走")
        assert heard(client, "clause")[-1]["text"] == "我们走"
        assert of_kind(said(client, "吧。"), "clause")[0]["text"] == "吧。"


def test_an_interruption_tells_what_was_heard_and_the_next_turn_begins(
    address: str, engine: HeldEngine, held_service: tuple[WholeService, HeldEngine]
) -> None:
    text = FIRST + SECOND + THIRD
    with talk(address) as client:
        send(client, "start", words=True)
        engine.hold()
        engine.let_through(1)
        send(client, "text", text=text)
        messages = heard(client, "audio")
        word = of_kind(messages, "words")[0]["words"][1]
        engine.begun()
        engine.begun()  # the second sentence is being spoken
        send(client, "interrupt", played_ms=1000 * word["start_time"] + 1)
        told = heard(client, "interrupted")[-1]
        assert (told["turn"], told["heard"], told["unheard"]) == (1, text[: word["start"]], text[word["start"] :])
        assert told["sent_to"] <= len(FIRST)
        until(lambda: not held_service[0].admission.busy)
        engine.release()
        after = said(client, SECOND)
        assert {one["turn"] for one in after} == {2}, "nothing of the first turn comes any more"
        send(client, "interrupt")
        told = heard(client, "interrupted")[-1]
        assert (told["turn"], told["heard"], told["unheard"]) == (2, SECOND, ""), "the client may still be playing it"
        send(client, "interrupt", turn=1, played_ms=0)
        assert heard(client, "interrupted")[-1]["unheard"] == text
        assert engine.spoken == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("played", "code"),
    [
        ("NaN", "invalid_value"),
        ("-Infinity", "invalid_value"),
        ("1e999", "invalid_value"),
        ('"12"', "invalid_value"),
        ("[7]", "invalid_value"),
        ("false", "invalid_value"),
        ("-0.5", None),
        ("-4", None),
    ],
)
def test_an_interruption_stops_the_voice_whatever_was_played(
    address: str, engine: HeldEngine, held_service: tuple[WholeService, HeldEngine], played: str, code: str | None
) -> None:
    with talk(address) as client:
        engine.hold()
        engine.let_through(1)
        send(client, "text", text=FIRST + SECOND + THIRD)
        send(client, "end")
        heard(client, "audio")
        client.send(f'{{"type": "interrupt", "played_ms": {played}}}')
        told = heard(client, "interrupted" if code is None else "error")[-1]
        if code is None:
            assert (told["heard"], told["unheard"]) == ("", FIRST + SECOND + THIRD)
        else:
            assert code_of(told) == code
        until(lambda: not held_service[0].admission.busy)
        engine.release()
        assert {one["turn"] for one in said(client, SECOND)} == {2}, "nothing of the first turn comes any more"
        assert THIRD not in engine.spoken


def test_an_interruption_of_nothing_is_answered(address: str, engine: HeldEngine) -> None:
    with talk(address) as client:
        send(client, "interrupt", played_ms=10)
        assert heard(client, "interrupted")[-1]["heard"] == ""
        send(client, "flush")
        assert sound(said(client, FIRST))


def test_a_fault_within_is_told_with_the_request_that_the_log_names(
    address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> AsyncIterator[WrittenPart]:
        raise RuntimeError("out of order")

    with monkeypatch.context() as patch, talk(address) as client:
        patch.setattr(speech_socket, "spoken", broken)
        send(client, "text", text=FIRST)
        send(client, "end")
        error = heard(client, "error")[-1]["error"]
    assert error["code"] == "internal"
    name = re.search(r"look for (\S{8,}) in the log", error["hint"])
    assert name and f"Request {name[1]}:" in caplog.text


@pytest.mark.parametrize(
    "before",
    [
        [],
        [("start", {})],
        [("start", {}), ("flush", {})],
        [("text", {"text": ""})],
        [("interrupt", {})],
        [("text", {"text": FIRST[:4]}), ("interrupt", {})],
        [("text", {"text": FIRST}), ("end", {})],
    ],
)
def test_every_end_is_answered_also_where_there_is_no_text(
    address: str, engine: HeldEngine, before: list[tuple[str, dict[str, str]]]
) -> None:
    with talk(address) as client:
        for kind, fields in before:
            send(client, kind, **fields)
        send(client, "end")
        if ("end", {}) in before:
            assert sound(heard(client, "done"))
        done = heard(client, "done")
        assert not sound(done) and done[-1]["duration"] == 0
        after = said(client, SECOND)
        assert sound(after) and after[-1]["turn"] == done[-1]["turn"] + 1


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("garbage", "malformed"),
        ("[]", "malformed"),
        ('{"type": "sing"}', "malformed"),
        ("[" * 5000, "malformed"),
        ('{"type": "text"}', "invalid_value"),
        ('{"type": "text", "text": 5}', "invalid_value"),
        ('{"type": "interrupt", "played_ms": true}', "invalid_value"),
        (f'{{"type": "interrupt", "played_ms": {10**400}}}', "invalid_value"),
        ('{"type": "start", "sample_rate": 22050.5}', "invalid_value"),
        ('{"type": "start", "response_format": "midi"}', "invalid_value"),
        ('{"type": "start", "sample_rate": 7}', "invalid_value"),
        ('{"type": "start", "audio": "loud"}', "invalid_value"),
        ('{"type": "start", "words": 1}', "invalid_value"),
        ('{"type": "start", "language": "fr"}', "invalid_value"),
        ('{"type": "start", "flush_after_s": 1e9}', "invalid_value"),
        ('{"type": "start", "emotion": "hungry"}', "unknown_choice"),
        ('{"type": "start", "pitch": 99}', "out_of_range"),
    ],
)
def test_what_cannot_be_used_is_told_and_the_connection_goes_on(
    address: str, engine: HeldEngine, message: str, code: str
) -> None:
    with talk(address, additional_headers={"Accept-Language": "en"}) as client:
        client.send(message)
        assert code_of(heard(client, "error")[-1]) == code
        send(client, "start", audio=None)
        assert sound(said(client, FIRST))


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("wish", [{"sample_rate": 11_025}, {"pitch": 40}, {"audio": "video", "words": True}])
def test_nothing_is_spoken_in_the_place_of_settings_that_were_refused(
    address: str, engine: HeldEngine, wish: dict[str, Any], before: bool
) -> None:
    with talk(address) as client:
        if before:
            send(client, "start", response_format="mp3")
            assert sound(said(client, FIRST))
        send(client, "start", **wish)
        for _ in range(2):
            for piece in (FIRST, SECOND):
                send(client, "text", text=piece)
            send(client, "flush")
            send(client, "end")
        send(client, "start", audio="binary")
        send(client, "text", text=THIRD)
        send(client, "end")
        messages: list[dict[str, Any]] = []
        while not (messages and messages[-1]["type"] == "done" and messages[-1]["duration"]):
            one = client.recv(60)
            messages.append(json.loads(one) if isinstance(one, str) else {"type": "binary"})
    first = 1 + before
    refused = [(one["type"], one.get("turn")) for one in messages if one["type"] in ("error", "done")]
    assert refused == [("error", None), ("error", first), ("done", first), ("error", first + 1), ("done", first + 1),
                       ("done", first + 2)]  # fmt: skip
    assert [one["text"] for one in of_kind(messages, "clause")] == [THIRD] and of_kind(messages, "binary")
    assert len({code_of(one) for one in of_kind(messages, "error")}) == 1


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        pytest.param(["字" * MOST_CHARS, "字"], "text_too_long", marks=pytest.mark.night),
        (["，[pause 99s]"], "bad_markup"),
        (["[/happy]你好。"], "bad_markup"),
        (["好\ud83d"], "text_invalid"),
    ],
)
def test_what_cannot_be_spoken_ends_its_turn_alone(
    address: str, engine: HeldEngine, pieces: list[str], code: str
) -> None:
    with talk(address) as client:
        for piece in pieces:
            send(client, "text", text=piece)
        send(client, "end")
        assert code_of(heard(client, "error")[-1]) == code
        heard(client, "done")
        assert sound(said(client, FIRST))


@pytest.mark.parametrize("pieces", [["👍"], ["——", "！"], ["…\n", "\n🎉", " * "]])
def test_a_reply_without_a_word_is_a_short_silence(
    address: str, service: WholeService, engine: HeldEngine, pieces: list[str]
) -> None:
    with talk(address) as client:
        found = said(client, *pieces)
        assert found[-1]["duration"] == 0.3 and sound(found) == bytes(14_400)
        assert sound(said(client, FIRST))
    engine.spoken.clear()
    for kind in ("mp3", "pcm"):
        posted = {"content": "".join(pieces).encode(), "headers": {"Content-Type": "text/plain"}}
        answer = httpx.post(f"{address}{PATH}?response_format={kind}", **posted, trust_env=False)  # type: ignore[arg-type]
        assert answer.status_code == 200 and answer.content and "no word" in answer.headers["X-IndexTTS-Warning"]
    assert answer.content == bytes(14_400) and engine.spoken == []
    with opened(service, openai=OpenAIConfig(strict=True)) as strict:
        answer = httpx.post(f"{strict}{PATH}", **posted, trust_env=False)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "text_unspeakable")


def test_turns_that_wait_are_bounded(address: str, engine: HeldEngine) -> None:
    with talk(address) as client:
        engine.hold()
        send(client, "text", text=FIRST)
        send(client, "end")
        engine.begun()
        for _ in range(MOST_WAITING + 1):
            send(client, "text", text=FIRST)
            send(client, "end")
        assert code_of(heard(client, "error")[-1]) == "queue_full"


def test_a_turn_that_is_refused_is_refused_to_its_end(address: str, engine: HeldEngine) -> None:
    with talk(address) as client:
        engine.hold()
        send(client, "text", text=FIRST)
        send(client, "end")
        engine.begun()
        for _ in range(MOST_WAITING):
            send(client, "text", text=FIRST)
            send(client, "end")
        send(client, "text", text="密码")
        refusal = heard(client, "error")[-1]
        engine.release()
        done = [heard(client, "done")[-1]["turn"] for _ in range(MOST_WAITING + 1)]
        late = said(client, "不是秘密。")  # there is a place again, and still it is that turn's end
        assert code_of(refusal) == "queue_full" and refusal["turn"] == late[-1]["turn"] == done[-1] + 1
        assert [one["type"] for one in late] == ["done"] and late[-1]["duration"] == 0
        after = said(client, SECOND)
        assert sound(after) and after[-1]["turn"] == refusal["turn"] + 1


def test_every_end_gets_one_done_also_where_the_queue_is_full(address: str, engine: HeldEngine) -> None:
    with talk(address) as client:
        engine.hold()
        for number in range(12):
            send(client, "text", text=FIRST)
            send(client, "end")
            if not number:
                engine.begun()
        messages: list[dict[str, Any]] = []
        while len(of_kind(messages, "done")) < 11 - MOST_WAITING:
            messages.append(json.loads(client.recv(60)))
        engine.release()
        while len(of_kind(messages, "done")) < 12:
            messages.append(json.loads(client.recv(60)))
        assert [one["turn"] for one in of_kind(messages, "error")] == list(range(MOST_WAITING + 2, 13))
        assert sorted(one["turn"] for one in of_kind(messages, "done")) == list(range(1, 13))
        assert {one["turn"] for one in of_kind(messages, "clause")} == set(range(1, MOST_WAITING + 2))


def test_an_interruption_ends_a_turn_that_was_refused(address: str, engine: HeldEngine) -> None:
    with talk(address) as client:
        send(client, "start", language="fr")
        send(client, "text", text=FIRST)
        send(client, "interrupt")
        heard(client, "error")
        assert heard(client, "error")[-1]["turn"] == heard(client, "interrupted")[-1]["turn"] == 1
        send(client, "start")
        assert sound(said(client, SECOND))


def test_a_message_that_is_too_large_ends_its_connection_alone(address: str, engine: HeldEngine) -> None:
    with talk(address) as client, pytest.raises(ConnectionClosed):
        client.send("x" * (2**20))
        client.recv(60)
    with talk(address) as client:
        assert sound(said(client, FIRST))


@pytest.mark.parametrize("politely", [True, False])
def test_a_client_that_goes_takes_its_work_with_it(
    address: str, engine: HeldEngine, held_service: tuple[WholeService, HeldEngine], politely: bool
) -> None:
    service = held_service[0]
    engine.hold()
    client = talk(address)
    send(client, "text", text=FIRST + SECOND)
    engine.begun()
    if politely:
        client.close()
    else:
        client.socket.close()
    until(lambda: not service.admission.busy and not service.streams._open)
    assert engine.spoken == []


def test_one_client_has_a_bounded_number_of_connections(address: str) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(MOST_OF_ONE):
            stack.enter_context(talk(address))
        with pytest.raises(InvalidStatus) as refused:
            talk(address)
        assert refused.value.response.status_code == 503
        assert json.loads(refused.value.response.body or b"")["error"]["code"] == "too_many_connections"
    until(lambda: _opens(address))


def _opens(address: str) -> bool:
    try:
        with talk(address):
            return True
    except InvalidStatus:
        return False


def test_a_turn_counts_towards_the_rate_of_its_client(config: Config) -> None:
    service = make_service(config, rate_limit="2/minute")
    with opened(service) as address, talk(address) as client:
        assert sound(said(client, FIRST, SECOND)) and sound(said(client, FIRST))
        send(client, "text", text=FIRST)
        send(client, "end")
        assert code_of(heard(client, "error")[-1]) == "rate_limited"
        answer = httpx.post(f"{address}/v1/audio/speech", json={"input": FIRST}, trust_env=False)
        assert answer.status_code == 429, "over HTTP it is the same client"
        answer = httpx.post(f"{address}{PATH}", content=FIRST, headers={"Content-Type": "text/plain"}, trust_env=False)
        assert answer.status_code == 429


def test_a_server_that_stops_ends_its_connections(config: Config, held: HeldEngine) -> None:
    service = make_service(config, held)
    held.hold()
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(opened(service))
        client = talk(address)
        send(client, "text", text=FIRST + SECOND)
        held.begun()
        stack.close()
        with pytest.raises(ConnectionClosed):
            while True:
                client.recv(60)
    until(lambda: not service.admission.busy)


# ---------------------------------------------------------------------- who may ask


CHAT, OTHER = "https://chat.example", "https://other.example"


def refusal(address: str, query: str = "", origin: str | None = None, **headers: str) -> str:
    """The code with which a connection is refused; empty where it opens and speaks."""
    try:
        with talk(address, query, origin=origin, additional_headers={"Accept-Language": "en", **headers}) as client:
            assert sound(said(client, FIRST))
            return ""
    except InvalidStatus as error:
        return str(json.loads(error.response.body or b"")["error"]["code"])


def test_foreign_pages_need_an_allowed_origin_and_a_key(config: Config) -> None:
    service = make_service(config, rate_limit="100000/minute")
    key = service.keys.add("stream-reader")[1]
    try:
        with opened(service, openai=OpenAIConfig(origins=(CHAT,)), access=AccessConfig(keys="never")) as address:
            own = address.replace("http://", "http://")
            login = httpx.post(f"{address}/login", data={"key": key}, trust_env=False, follow_redirects=False)
            cookie = "; ".join(f"{name}={value}" for name, value in login.cookies.items())
            assert refusal(address) == "" and refusal(address, origin=own) == "", "no page, and the studio's own"
            for origin in (OTHER, "null", "http://127.0.0.1:1"):
                assert refusal(address, origin=origin) == "origin_not_allowed"
                assert refusal(address, f"?key={key}", origin=origin) == "origin_not_allowed"
            assert refusal(address, origin=CHAT) == "key_needed"
            assert refusal(address, origin=CHAT, Cookie=cookie) == "key_needed", "a login is for the studio's own pages"
            assert refusal(address, "?key=wrong", origin=CHAT) == "key_wrong"
            assert refusal(address, f"?key={key}", origin=CHAT) == ""
            assert refusal(address, origin=CHAT, Authorization=f"Bearer {key}") == ""
    finally:
        service.keys.remove("stream-reader")


def test_where_keys_are_needed_the_socket_needs_one(config: Config) -> None:
    service = make_service(config, rate_limit="100000/minute")
    key = service.keys.add("stream-reader")[1]
    try:
        with opened(service, access=AccessConfig(keys="always", local_needs_key=True)) as address:
            login = httpx.post(f"{address}/login", data={"key": key}, trust_env=False, follow_redirects=False)
            assert refusal(address) == "key_needed"
            assert refusal(address, "?key=wrong") == "key_wrong"
            assert refusal(address, f"?key={key}") == "" and refusal(address, **{"X-API-Key": key}) == ""
            (name,) = [name for name in login.cookies if name.startswith(COOKIE)]
            assert refusal(address, Cookie=f"{name}={login.cookies[name]}", origin=address) == ""
            with talk(address, f"?key={key}") as client:
                assert sound(said(client, FIRST))
                service.keys.remove("stream-reader")
                send(client, "text", text=FIRST)
                assert code_of(heard(client, "error")[-1]) == "key_wrong", "a key that is gone opens no more turns"
    finally:
        with contextlib.suppress(StudioError):
            service.keys.remove("stream-reader")


def test_under_another_name_nothing_opens(address: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        talk("http://evil.test", sock=socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))))
    assert json.loads(refused.value.response.body or b"")["error"]["code"] == "host_not_allowed"


def test_it_can_be_closed_and_other_addresses_take_no_sockets(config: Config) -> None:
    service = make_service(config)
    with opened(service, doors=DoorsConfig(text_stream=False)) as address:
        assert refusal(address) == "not_found"
        answer = httpx.post(f"{address}{PATH}", content=FIRST, headers={"Content-Type": "text/plain"}, trust_env=False)
        assert answer.status_code == 404
        for path in ("/gradio_api/queue/join", "/v1/audio/no", "/v1/text-to-speech/x/stream-input", "/tts", "/"):
            with pytest.raises(InvalidStatus) as refused:
                connect(f"ws{address.removeprefix('http')}{path}", proxy=None)
            assert refused.value.response.status_code == 404
            assert json.loads(refused.value.response.body or b"")["error"]["code"] == "not_found"


def test_behind_a_prefix_it_opens_too(config: Config) -> None:
    service = make_service(config, root_path="/studio")
    with opened(service) as address:
        assert refusal(address) == "" and refusal(f"{address}/studio") == ""


# ---------------------------------------------------------------------- the call with a long body


class Body:
    """A call whose body is written while its answer is read."""

    def __init__(self, address: str, query: str = "", kind: str = "text/plain") -> None:
        self._socket = socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=60)
        head = f"POST {PATH}{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\nContent-Type: {kind}\r\n"
        self._socket.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())

    def write(self, data: str | bytes) -> None:
        raw = data.encode() if isinstance(data, str) else data
        self._socket.sendall(b"%x\r\n%s\r\n" % (len(raw), raw))

    def end(self) -> None:
        self._socket.sendall(b"0\r\n\r\n")

    def answer(self) -> http.client.HTTPResponse:
        """The answer, as soon as it has begun."""
        answer = http.client.HTTPResponse(self._socket, method="POST")
        answer.begin()
        return answer

    def leave(self) -> None:
        self._socket.close()

    def __enter__(self) -> Body:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()


def events(answer: http.client.HTTPResponse) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix(b"data: ")) for line in answer.read().splitlines() if line]


def test_the_answer_begins_while_the_body_arrives(address: str, engine: HeldEngine) -> None:
    with Body(address, "?response_format=pcm&sample_rate=16000.0") as body:
        raw = f"{FIRST}我们".encode()
        body.write(raw[:-1])  # also where a character is cut in two
        answer = body.answer()
        assert (answer.status, answer.headers["Content-Type"]) == (200, "audio/pcm")
        assert any(answer.read(2_000)) and engine.spoken == [FIRST]
        body.write(raw[-1:] + "走吧。".encode())
        body.end()
        assert any(answer.read())
        assert engine.spoken == [FIRST, "我们走吧。"]


def test_a_line_of_json_is_a_piece_and_events_have_the_words(address: str, engine: HeldEngine) -> None:
    with Body(address, "?stream_format=sse&words=true&emotion=happy", "application/x-ndjson") as body:
        body.write('{"text": "今天"}\n{"text":')
        body.write('"天气很好。我们"}\n\n{"type": "flush"}\n{"text": "走吧。"}')
        body.end()
        *deltas, done = events(body.answer())
    assert done["type"] == "speech.audio.done" and done["engine"] == "embedded"
    words = [word for one in [*deltas, done] for word in one.get("timestamps", ())]
    text = "今天天气很好。我们走吧。"
    assert [text[word["start"] : word["end"]] for word in words] == ["今天天气", "很", "好", "我们", "走", "吧"]
    assert engine.spoken == [FIRST, "我们", "走吧。"]


@pytest.mark.parametrize("as_events", [True, False])
def test_what_goes_wrong_after_the_first_sound_is_told_or_breaks_the_answer(
    address: str, engine: HeldEngine, as_events: bool
) -> None:
    with Body(address, "?stream_format=sse" if as_events else "") as body:
        body.write(FIRST + "我")
        answer = body.answer()
        body.write(b"\xff\xfe")
        body.end()
        if as_events:
            assert code_of(events(answer)[-1]) == "malformed"
        else:
            # Where the rest of the body comes to the closed connection, the client's system hears a reset.
            with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
                answer.read()


@pytest.mark.parametrize(
    ("query", "kind", "data", "status", "code"),
    [
        ("", "text/plain", b"\xff", 400, "malformed"),
        ("", "text/plain", "好".encode()[:2], 400, "malformed"),
        ("", "text/plain", b"", 422, "text_empty"),
        ("", "text/plain", ("字" * (MOST_CHARS + 1)).encode(), 413, "text_too_long"),
        ("", "application/json", b'{"input": "a"}', 415, "wrong_type"),
        ("", "application/jsonl", b"no", 400, "malformed"),
        ("", "application/jsonl", b'{"text": 1}', 422, "invalid_value"),
        ("?emotion=hungry", "text/plain", b"a", 422, "unknown_choice"),
        ("?words=maybe", "text/plain", b"a", 422, "invalid_value"),
        ("?stream_format=x", "text/plain", b"a", 422, "invalid_value"),
    ],
)
def test_what_cannot_be_used_gets_its_status(
    address: str, engine: HeldEngine, query: str, kind: str, data: bytes, status: int, code: str
) -> None:
    headers = {"Content-Type": kind, "Accept-Language": "en"}
    answer = httpx.post(f"{address}{PATH}{query}", content=data, headers=headers, trust_env=False)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert engine.spoken == []


@pytest.mark.parametrize("spoken_first", [False, True])
def test_a_body_that_stalls_ends_in_time(config: Config, spoken_first: bool) -> None:
    service = make_service(config, body_idle_s=0.3)
    with opened(service) as address, Body(address, "?stream_format=sse") as body:
        body.write(FIRST + "我" if spoken_first else "今天")
        answer = body.answer()
        if spoken_first:
            assert code_of(events(answer)[-1]) == "too_slow"
        else:
            assert (answer.status, code_of(json.loads(answer.read()))) == (408, "too_slow")
        until(lambda: not service.streams._open and not service.admission.busy)


def test_a_client_that_leaves_its_call_takes_the_work_with_it(
    address: str, engine: HeldEngine, held_service: tuple[WholeService, HeldEngine]
) -> None:
    service = held_service[0]
    engine.hold()
    with Body(address) as body:
        body.write(FIRST + SECOND)
        engine.begun()
    until(lambda: not service.admission.busy and not service.streams._open)
    assert engine.spoken == []
