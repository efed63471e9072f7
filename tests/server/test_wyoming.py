"""Home Assistant's protocol: by its real client, over TCP, against a real server with a tiny voice."""

from __future__ import annotations

import asyncio
import json
import random
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeVar

import httpx
import psutil
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indextts import __version__
from indextts.engines.embedded import engine as embedded
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.platform.serving_config import AccessConfig, WyomingConfig
from indextts.server.doors.announcing import KIND, Announcement, reachable
from indextts.server.doors.connection import MOST_WAITING
from indextts.server.doors.framing import EventError, EventReader, WyomingEvent, packed
from indextts.server.doors.sentence_feed import SentenceFeed
from indextts.server.doors.written import MOST_OF_ONE
from tests.support.ports import free_port
from tests.support.services import HeldEngine, application, make_service, serving
from tests.support.waiting import until
from tests.support.whole import WholeService

pytest.importorskip("wyoming")

from wyoming.audio import AudioChunk, AudioStart
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeVoice,
)

T = TypeVar("T")

MOST_CHARS = 300
CHINESE, ENGLISH = "今天天气很好。", "The light is on."
LONG = (
    "Dr. Smith turned on the light at 3 p.m. on Friday. The door is closed! 现在是晚上八点。“你好吗？”她问道。\n"
    "It is 21.5 degrees in the kitchen… Good night, everybody. See you tomorrow."
)
WORDS = [
    *("Mr. ", "J.R.R. Tolkien ", "3.14", "p.m. ", "Jr. Boulevard", "U.S. ", "你好", "。", "！", "？", "”", "“", "\n"),
    *(" ", "The ", "a", ". ", "...", "…", "; ", "1. ", "[happy]", "<", "! = ", "word " * 90, "字" * 410, "，"),
]


@dataclass
class Heard:
    """What came until the sound of one text had ended."""

    sound: bytes = b""
    rate: int = 0
    kinds: list[str] = field(default_factory=list)
    errors: list[Error] = field(default_factory=list)

    def take(self, event: Event) -> None:
        self.kinds.append(event.type)
        if AudioStart.is_type(event.type):
            start = AudioStart.from_event(event)
            assert (start.width, start.channels) == (2, 1)
            self.rate = start.rate
        if AudioChunk.is_type(event.type):
            chunk = AudioChunk.from_event(event)
            assert (chunk.rate, chunk.width, chunk.channels) == (self.rate, 2, 1)
            self.sound += chunk.audio
        if Error.is_type(event.type):
            self.errors.append(Error.from_event(event))

    @property
    def order(self) -> list[str]:
        """The kinds of events, equal ones in a row told once."""
        return [kind for before, kind in pairwise(["", *self.kinds]) if kind != before]


@contextmanager
def door(service: WholeService, *, access: AccessConfig | None = None, **wyoming: Any) -> Iterator[tuple[int, str]]:
    """The port for Wyoming and the address of HTTP's, of an application over ``service``, once both are decided."""
    port = wyoming.pop("port", None) or free_port()
    changes = {"wyoming": WyomingConfig(port=port, **wyoming), "access": access or AccessConfig()}
    app = application(service, service.config.model_copy(update=changes), page=False)

    def decided() -> bool:
        if app.state.warnings:
            return True
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    with serving(app) as address:
        until(decided)
        yield port, address


@pytest.fixture(scope="module")
def held_service(config: Config) -> Iterator[tuple[WholeService, HeldEngine]]:
    engine = HeldEngine(embedded.load(config))
    service = make_service(config, engine, workers=2, rate_limit="100000/minute", max_text_chars=MOST_CHARS)
    yield service, engine
    engine.release()
    service.close()


@pytest.fixture(scope="module")
def opened(held_service: tuple[WholeService, HeldEngine]) -> Iterator[tuple[int, str]]:
    with door(held_service[0]) as places:
        yield places


@pytest.fixture
def port(opened: tuple[int, str]) -> int:
    return opened[0]


@pytest.fixture
def engine(held_service: tuple[WholeService, HeldEngine]) -> Iterator[HeldEngine]:
    """The engine that speaks, with nothing spoken yet."""
    engine = held_service[1]
    engine.release()
    engine.spoken.clear()
    yield engine
    engine.release()


def talk(port: int, work: Callable[[AsyncTcpClient], Awaitable[T]]) -> T:
    async def whole() -> T:
        async with AsyncTcpClient("127.0.0.1", port, read_timeout=60) as client:
            return await work(client)

    return asyncio.run(whole())


async def heard(client: AsyncTcpClient, last: str, found: Heard | None = None) -> Heard:
    """Everything up to the next event of the kind ``last``, after what was ``found`` before."""
    found = found or Heard()
    while True:
        event = await client.read_event()
        assert event is not None, found.kinds
        found.take(event)
        if event.type == last:
            return found


async def said(client: AsyncTcpClient, text: str, voice: SynthesizeVoice | None = None) -> Heard:
    await client.write_event(Synthesize(text, voice).event())
    return await heard(client, "audio-stop")


async def written(client: AsyncTcpClient, *pieces: str) -> Heard:
    await client.write_event(SynthesizeStart().event())
    for piece in pieces:
        await client.write_event(SynthesizeChunk(piece).event())
    await client.write_event(SynthesizeStop().event())
    return await heard(client, "synthesize-stopped")


async def raw(port: int, data: bytes, *, source: str = "", ends: bool = False) -> bytes:
    """What the server answers to these bytes, until it closes the connection; ``ends`` says that no more will come."""
    local = (source, 0) if source else None
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=local)
    try:
        writer.write(data)
        if ends:
            writer.write_eof()
        return await asyncio.wait_for(reader.read(), 60)
    except TimeoutError:
        raise
    except OSError:  # the server may have closed it before a byte was written: "not connected" is no ConnectionError
        return b""
    finally:
        writer.close()


# ---------------------------------------------------------------------- what is asked for is spoken


def test_the_studio_describes_itself_with_its_voices(port: int, engine: HeldEngine) -> None:
    async def work(client: AsyncTcpClient) -> Info:
        await client.write_event(Describe().event())
        event = await client.read_event()
        assert event is not None and Info.is_type(event.type)
        return Info.from_event(event)

    info = talk(port, work)
    assert not (info.asr or info.handle or info.intent or info.wake or info.mic or info.snd)
    (program,) = info.tts
    assert program.installed and program.version == __version__ and program.supports_synthesize_streaming
    assert [voice.name for voice in program.voices] == [voice.id for voice in engine.voices()]
    assert all(voice.installed and voice.description and voice.languages for voice in program.voices)


@pytest.mark.parametrize("text", [CHINESE, ENGLISH])
def test_a_sentence_is_spoken(port: int, engine: HeldEngine, text: str) -> None:
    found = talk(port, lambda client: said(client, text))
    assert found.order == ["audio-start", "audio-chunk", "audio-stop"]
    assert found.rate == engine.sample_rate and len(found.sound) / 2 / found.rate > 0.2
    assert any(found.sound) and engine.spoken == [text]


def test_a_voice_is_taken_by_its_name_and_an_unknown_one_is_the_default_one(
    port: int, engine: HeldEngine, caplog: pytest.LogCaptureFixture
) -> None:
    other = engine.voices()[1].id

    async def work(client: AsyncTcpClient) -> list[bytes]:
        names = [None, other, "nobody"]
        voices = [None if name is None else SynthesizeVoice(name=name) for name in names]
        return [(await said(client, CHINESE, voice)).sound for voice in voices]

    with caplog.at_level("INFO"):
        default, chosen, unknown = talk(port, work)
    assert chosen != default and unknown == default
    assert 'voice "nobody" is not here' in caplog.text


def test_texts_of_one_connection_are_spoken_one_after_the_other(port: int, engine: HeldEngine) -> None:
    async def work(client: AsyncTcpClient) -> list[Heard]:
        await client.write_event(Synthesize(CHINESE).event())
        await client.write_event(Ping("here").event())
        await client.write_event(Synthesize(ENGLISH).event())
        return [await heard(client, "audio-stop"), await heard(client, "audio-stop")]

    first, second = talk(port, work)
    assert engine.spoken == [CHINESE, ENGLISH] and len(first.sound) > 0 and len(second.sound) > 0
    assert first.kinds.count("pong") + second.kinds.count("pong") == 1


def test_a_ping_is_answered(port: int) -> None:
    async def work(client: AsyncTcpClient) -> str | None:
        await client.write_event(Ping("here").event())
        event = await client.read_event()
        assert event is not None
        return Pong.from_event(event).text

    assert talk(port, work) == "here"


# ---------------------------------------------------------------------- a text that is written while it is spoken


def test_a_text_in_pieces_is_spoken_whole_however_it_is_cut(port: int, engine: HeldEngine) -> None:
    dice, tellings = random.Random(3), []
    for _ in range(2):
        cuts = sorted(dice.sample(range(1, len(LONG)), 12))
        pieces = [LONG[begin:end] for begin, end in pairwise([0, *cuts, len(LONG)])]
        engine.spoken.clear()
        found = talk(port, lambda client, pieces=pieces: written(client, *pieces))  # type: ignore[misc]
        assert found.order == ["audio-start", "audio-chunk", "audio-stop", "synthesize-stopped"]
        tellings.append(([*engine.spoken], found.sound))
    engine.spoken.clear()
    whole = talk(port, lambda client: said(client, LONG))
    assert all(telling == tellings[0] for telling in tellings)
    assert tellings[0][0] == engine.spoken, "the same sentences as in one piece"
    # The pauses between them are those of the whole text: the voice alone may be some frames longer or shorter.
    seconds = [len(sound) / 2 / whole.rate for sound in (tellings[0][1], whole.sound)]
    assert seconds[0] == pytest.approx(seconds[1], rel=0.05)


def test_sound_begins_before_the_text_has_ended(port: int, engine: HeldEngine) -> None:
    async def work(client: AsyncTcpClient) -> Heard:
        await client.write_event(SynthesizeStart().event())
        await client.write_event(SynthesizeChunk(f"{CHINESE}明").event())
        begun = await heard(client, "audio-chunk")
        assert engine.spoken == [CHINESE]
        await client.write_event(SynthesizeChunk("天呢？").event())
        await client.write_event(SynthesizeStop().event())
        return await heard(client, "synthesize-stopped", begun)

    found = talk(port, work)
    assert engine.spoken == [CHINESE, "明天呢？"]
    assert found.order == ["audio-start", "audio-chunk", "audio-stop", "synthesize-stopped"]


def test_the_whole_text_that_home_assistant_sends_along_is_not_spoken_twice(port: int, engine: HeldEngine) -> None:
    async def work(client: AsyncTcpClient) -> Heard:
        await client.write_event(SynthesizeStart().event())
        await client.write_event(SynthesizeChunk(CHINESE).event())
        await client.write_event(Synthesize(CHINESE).event())
        await client.write_event(SynthesizeStop().event())
        return await heard(client, "synthesize-stopped")

    assert not talk(port, work).errors
    assert engine.spoken == [CHINESE]


def test_a_text_begun_anew_takes_the_place_of_the_one_before(port: int, engine: HeldEngine) -> None:
    async def work(client: AsyncTcpClient) -> Heard:
        await client.write_event(SynthesizeStart().event())
        await client.write_event(SynthesizeChunk("这句话没有").event())
        return await written(client, ENGLISH)

    found = talk(port, work)
    assert found.kinds.count("synthesize-stopped") == 1 and not found.errors
    assert engine.spoken == [ENGLISH]


def test_a_piece_of_marks_alone_does_not_stop_the_rest(port: int, engine: HeldEngine) -> None:
    found = talk(port, lambda client: written(client, "——！", CHINESE, "\n", "……"))
    assert found.sound and not found.errors and engine.spoken == [CHINESE]


@pytest.mark.parametrize("pieces", [["👍"], ["……"], ["——", "！\n", "🎉 ~ 🎉"]])
def test_a_reply_without_a_word_is_a_short_silence(port: int, engine: HeldEngine, pieces: list[str]) -> None:
    def quiet(found: Heard) -> bool:
        return not found.errors and "audio-start" in found.kinds and not any(found.sound) and len(found.sound) > 10_000

    assert quiet(talk(port, lambda client: said(client, "".join(pieces))))
    assert quiet(talk(port, lambda client: written(client, *pieces)))
    assert engine.spoken == []


def test_marks_keep_their_meaning_across_pieces(port: int, engine: HeldEngine) -> None:
    found = talk(port, lambda client: written(client, f"{CHINESE}[hap", f"py]{CHINESE}{CHINESE}", "[/happy]"))
    assert found.sound and not found.errors and engine.spoken == [CHINESE] * 3


def test_the_label_of_a_line_is_spoken_whether_a_text_comes_whole_or_in_pieces(port: int, engine: HeldEngine) -> None:
    text = "A：你吃了吗？\nB：还没有。"
    talk(port, lambda client: written(client, *text))
    in_pieces = [*engine.spoken]
    engine.spoken.clear()
    talk(port, lambda client: said(client, text))
    assert in_pieces == engine.spoken and engine.spoken[0].startswith("A")


@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join), st.data())
@example(LONG, None)
@example("Mr. Smith lives in Martin Luther King Jr. Boulevard with his cat. He is old.", None)
def test_where_a_text_is_cut_depends_on_the_text_alone(text: str, data: Any) -> None:
    def cut(pieces: list[str]) -> list[str]:
        feed = SentenceFeed()
        found = [sentence for piece in pieces for sentence in feed.add(piece)]
        return [*found, feed.finish()]

    if data is None:
        cuts = list(range(1, len(text)))
    else:
        cuts = sorted(set(data.draw(st.lists(st.integers(0, len(text)), max_size=20))))
    pieces = [text[begin:end] for begin, end in pairwise([0, *cuts, len(text)])]
    sentences = cut(pieces)
    assert "".join(sentences) == text
    assert sentences == cut([text])


# ---------------------------------------------------------------------- what is wrong is told, and the connection lives


def test_an_error_is_a_sentence_and_the_connection_goes_on(port: int, engine: HeldEngine) -> None:
    most = MOST_CHARS

    async def work(client: AsyncTcpClient) -> list[str]:
        codes = []
        for text in ("", "字" * (most + 1)):
            found = await said(client, text)
            assert found.order == ["error", "audio-stop"], "Home Assistant waits for the end of the sound"
            codes += [error.code for error in found.errors]
            assert found.errors[0].text.endswith(".")
        found = await written(client, "字" * most, "字", "字")
        codes += [error.code for error in found.errors]
        for event in (
            SynthesizeChunk("Hello.").event(),
            SynthesizeStop().event(),
            Event("synthesize", {"text": 7}),
            Event("synthesize", {"text": "Hello.", "voice": "baker"}),
            Event("synthesize"),
        ):
            await client.write_event(event)
            codes += [error.code for error in (await heard(client, "error")).errors]
        await client.write_event(Event("no-such-event", {"a": 1}))
        assert (await said(client, CHINESE)).sound
        return [str(code) for code in codes]

    codes = talk(port, work)
    assert codes == ["text_empty", *["text_too_long"] * 2, *["wyoming_event"] * 5]


def test_more_texts_than_may_wait_are_refused(port: int, engine: HeldEngine) -> None:
    engine.hold()

    async def work(client: AsyncTcpClient) -> Heard:
        await client.write_event(Synthesize(CHINESE).event())
        await asyncio.to_thread(engine.begun)
        for _ in range(MOST_WAITING + 1):
            await client.write_event(Synthesize(CHINESE).event())
        return await heard(client, "error")

    while engine.started.acquire(blocking=False):
        pass
    assert [error.code for error in talk(port, work).errors] == ["queue_full"]


@pytest.mark.parametrize(
    "line", [b"garbage", b"[]", b"\xff\xfe", b"[" * 5000, b'{"type": 3}', b'{"type": ""}', b'{"type":"a","data":[]}']
)
def test_a_line_that_is_no_event_is_told_and_the_next_one_is_heard(port: int, line: bytes) -> None:
    async def work() -> list[dict[str, Any]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(line + b'\n\n{"type": "ping"}\n')
        head = json.loads(await reader.readline())
        error = json.loads(await reader.readexactly(head["data_length"]))
        pong = json.loads(await reader.readline())
        writer.close()
        return [head, error, pong]

    head, error, pong = asyncio.run(work())
    assert (head["type"], error["code"], pong["type"]) == ("error", "wyoming_event", "pong")


@pytest.mark.parametrize(
    "data",
    [
        b"x" * 600_000,
        b'{"type": "synthesize", "data_length": 99999999999}\n',
        b'{"type": "synthesize", "data_length": -1}\n',
        b'{"type": "synthesize", "payload_length": true}\n',
        b'{"type": "audio-chunk", "payload_length": 1e3}\n',
        b'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n{"type": "synthesize", "data": {"text": "Hello."}}\n',
    ],
)
def test_what_cannot_be_followed_ends_its_connection_alone(port: int, engine: HeldEngine, data: bytes) -> None:
    answer = asyncio.run(raw(port, data))
    assert answer.count(b"\n") <= 1 and (b'"error"' in answer or not answer)
    assert engine.spoken == []
    assert talk(port, lambda client: said(client, CHINESE)).sound


def test_half_an_event_ends_in_time(config: Config) -> None:
    service = make_service(config, header_s=0.2)
    with door(service) as (port, _):
        assert b"did not come in time" in asyncio.run(raw(port, b'{"type": "synthesize", "data_length": 9}\n{"te'))


LIMIT = 4096
HEADS = st.dictionaries(
    st.sampled_from(["type", "data", "data_length", "payload_length", "version", "x"]),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-9, 2 * LIMIT), st.floats(), st.text(max_size=20)),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
        max_leaves=4,
    ),
)
STUFF = st.one_of(
    st.binary(max_size=200),
    HEADS.map(lambda head: json.dumps(head).encode() + b"\n"),
    st.builds(
        packed, st.text(max_size=70), st.dictionaries(st.text(max_size=5), st.text(max_size=9)), st.binary(max_size=99)
    ),
    st.integers(0, 3 * LIMIT).map(lambda size: b"a" * size),
)


@given(st.lists(STUFF, max_size=12).map(b"".join), st.integers(1, 999))
@settings(max_examples=300)
def test_whatever_comes_is_an_event_or_an_error_and_little_of_it_is_kept(data: bytes, step: int) -> None:
    async def work() -> None:
        stream = asyncio.StreamReader(limit=LIMIT)
        stream.set_transport(_Pausing())
        events = EventReader(stream, most_bytes=LIMIT, message_s=60)

        async def feed() -> None:
            for at in range(0, len(data), step):
                while getattr(stream, "_paused", False):  # a socket would wait
                    await asyncio.sleep(0)
                stream.feed_data(data[at : at + step])
                assert len(stream._buffer) <= 2 * LIMIT + step  # type: ignore[attr-defined]
                await asyncio.sleep(0)
            stream.feed_eof()

        feeding = asyncio.create_task(feed())
        try:
            while True:
                try:
                    event = await events.event()
                except EventError as error:
                    assert error.error.code == "wyoming_event"
                    if not error.whole:
                        return
                    continue
                if event is None:
                    return
                assert isinstance(event, WyomingEvent) and event.type and isinstance(event.data, dict)
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)

    asyncio.run(work())


class _Pausing(asyncio.Transport):
    """A transport that does nothing but to let its reader pause it."""

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


# ---------------------------------------------------------------------- who may ask, and how much


def test_an_address_that_is_not_listed_is_closed_at_once(config: Config) -> None:
    service = make_service(config)
    guarded = AccessConfig(local_needs_key=True)
    with door(service, access=guarded, clients=("127.0.0.2", "10.1.0.0/16")) as (port, _):
        describe = packed("describe")
        assert asyncio.run(raw(port, describe, source="127.0.0.3", ends=True)) == b""
        assert b'"info"' in asyncio.run(raw(port, describe, source="127.0.0.2", ends=True))


@pytest.mark.parametrize(
    ("host", "access"),
    [("0.0.0.0", AccessConfig()), ("", AccessConfig(local_needs_key=True))],
    ids=["beyond this machine", "this machine needs a key"],
)
def test_where_a_key_would_be_needed_the_port_stays_closed_until_clients_are_listed(
    config: Config, host: str, access: AccessConfig, caplog: pytest.LogCaptureFixture
) -> None:
    with door(make_service(config), access=access, host=host) as (port, address):
        health = httpx.get(f"{address}/healthz", trust_env=False).json()
        assert health["status"] == "degraded"
        assert [warning["code"] for warning in health["warnings"]] == ["wyoming_closed"]
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert "wyoming.clients lists nobody" in caplog.text


@pytest.mark.parametrize(
    ("access", "clients"), [(AccessConfig(), ("192.168.1.0/24",)), (AccessConfig(keys="never"), ())]
)
def test_beyond_this_machine_it_opens_for_listed_clients_or_where_no_key_is_needed(
    config: Config, access: AccessConfig, clients: tuple[str, ...]
) -> None:
    with door(make_service(config), access=access, host="0.0.0.0", clients=clients) as (port, address):
        assert "warnings" not in httpx.get(f"{address}/healthz", trust_env=False).json()
        assert talk(port, lambda client: said(client, CHINESE)).sound, "this machine needs no key"


def test_a_text_counts_towards_the_rate_of_its_address(config: Config) -> None:
    with door(make_service(config, rate_limit="2/minute")) as (port, address):

        async def work(client: AsyncTcpClient) -> list[list[str]]:
            found = [await said(client, CHINESE), await written(client, CHINESE, CHINESE), await said(client, CHINESE)]
            return [[str(error.code) for error in one.errors] for one in found]

        assert talk(port, work) == [[], [], ["rate_limited"]]
        answer = httpx.post(f"{address}/v1/audio/speech", json={"input": CHINESE}, trust_env=False)
        assert answer.status_code == 429, "over HTTP it is the same client"


def test_one_address_has_a_bounded_number_of_connections(config: Config) -> None:
    async def taken(port: int) -> asyncio.StreamWriter:
        """One that is answered: whoever asked whether the port is open may still be counted."""
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(packed("ping"))
            if b"pong" in await asyncio.wait_for(reader.readline(), 60):
                return writer
            writer.close()

    async def work(port: int) -> bytes:
        places = [await taken(port) for _ in range(MOST_OF_ONE)]
        try:
            return await raw(port, b"")
        finally:
            for writer in places:
                writer.close()

    # With a port of its own: others' connections may still be open, and the last of these when the next test comes.
    with door(make_service(config)) as (port, _):
        assert b"too_many_connections" in asyncio.run(work(port))


def test_a_client_that_goes_takes_its_work_with_it(
    port: int, engine: HeldEngine, held_service: tuple[WholeService, HeldEngine]
) -> None:
    engine.hold()
    while engine.started.acquire(blocking=False):
        pass

    async def work(client: AsyncTcpClient) -> None:
        await client.write_event(Synthesize(CHINESE).event())
        await asyncio.to_thread(engine.begun)

    talk(port, work)
    until(lambda: not held_service[0].admission.busy)
    assert engine.spoken == []


# ---------------------------------------------------------------------- the port


def listening() -> set[int]:
    found = psutil.Process().net_connections("tcp")
    return {one.laddr.port for one in found if one.status == psutil.CONN_LISTEN}


def test_it_is_off_by_default(config: Config) -> None:
    before = listening()
    app = application(make_service(config), page=False)
    with serving(app) as address:
        assert listening() - before == {int(address.rpartition(":")[2])}
        assert app.state.wyoming is None


def test_a_port_that_is_taken_is_told_and_http_is_served(config: Config, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        service = make_service(config)
        app_port = {"wyoming": WyomingConfig(port=number)}
        app = application(service, service.config.model_copy(update=app_port), page=False)
        with serving(app) as address:
            until(lambda: app.state.warnings)
            health = httpx.get(f"{address}/healthz", trust_env=False).json()
            assert [one["code"] for one in health["warnings"]] == ["wyoming_closed"]
            assert str(number) in health["warnings"][0]["message"]
            assert httpx.post(f"{address}/tts", json={"text": CHINESE}, trust_env=False).status_code == 200
    assert [record.levelname for record in caplog.records if "Home Assistant" in record.message] == ["ERROR"]


def test_a_server_that_stops_ends_its_connections_and_its_port(config: Config, held: HeldEngine) -> None:
    service = make_service(config, held)
    held.hold()
    while held.started.acquire(blocking=False):
        pass

    async def work(port: int, stop: Callable[[], None]) -> None:
        async with AsyncTcpClient("127.0.0.1", port, read_timeout=60) as client:
            await client.write_event(Synthesize(CHINESE).event())
            await asyncio.to_thread(held.begun)
            await asyncio.to_thread(stop)
            while (event := await client.read_event()) is not None:
                assert event.type == "error"

    with ExitStack() as stack:
        port, _ = stack.enter_context(door(service))
        asyncio.run(work(port, stack.close))
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    until(lambda: not service.admission.busy)


# ---------------------------------------------------------------------- the announcement


def test_what_listens_everywhere_is_reached_by_addresses_that_are_not_loopback() -> None:
    assert reachable(["127.0.0.1", "::1"]) == []
    assert reachable(["10.1.2.3", "10.1.2.3", "fe80::1"]) == ["10.1.2.3"]
    assert not {"127.0.0.1", "0.0.0.0"} & set(reachable(["0.0.0.0"]))


def test_an_announcement_of_what_only_this_machine_reaches_is_told(config: Config) -> None:
    with door(make_service(config), announce=True) as (port, address):
        until(lambda: "warnings" in httpx.get(f"{address}/healthz", trust_env=False).json())
        health = httpx.get(f"{address}/healthz", trust_env=False).json()
        assert [one["code"] for one in health["warnings"]] == ["wyoming_silent"]
        assert talk(port, lambda client: said(client, CHINESE)).sound


@pytest.mark.night
def test_home_assistant_finds_what_is_announced_until_it_is_taken_back() -> None:
    """At night, as it takes a network that carries multicast; packets may be lost, so it is asked until it answers."""
    pytest.importorskip("zeroconf")
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

    if not reachable(["0.0.0.0"]):
        with pytest.raises(StudioError, match="cannot be reached"):
            asyncio.run(Announcement().begin(["0.0.0.0"], 10200))
        return

    async def work() -> tuple[int | None, list[str]]:
        found: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

        def changed(zeroconf: Any, service_type: str, name: str, state_change: Any) -> None:
            found.put_nowait((state_change.name, name))

        announcement = Announcement()
        async with AsyncZeroconf() as listener:
            browser = AsyncServiceBrowser(listener.zeroconf, KIND, handlers=[changed])
            await announcement.begin(["0.0.0.0"], 10200)
            try:
                state, name = await asyncio.wait_for(found.get(), 60)
                info = AsyncServiceInfo(KIND, name)
                assert state == "Added"
                async with asyncio.timeout(60):
                    while not await info.async_request(listener.zeroconf, 3_000):
                        pass
            finally:
                await announcement.end()
            while state != "Removed":
                state, _ = await asyncio.wait_for(found.get(), 60)
            await browser.async_cancel()
            return info.port, info.parsed_addresses()

    port, addresses = asyncio.run(work())
    assert port == 10200 and addresses == reachable(["0.0.0.0"])
