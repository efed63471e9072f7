"""The module for Speech Dispatcher, asked over its pipes as that server asks it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.cli.speech_message import RATE, read_message
from indextts.platform.config import Config
from indextts.reading.markup.parser import parse
from tests.support.services import application, held_voice, make_service, serving
from tests.support.waiting import until

LONG = "<speak>今天天气很好。我们去公园吧。明天可能会下雨。记得带伞。后天就晴了。</speak>"


@dataclass
class Heard:
    """What the module told of a message."""

    events: list[str] = field(default_factory=list)
    """In order: ``BEGIN``, ``AUDIO``, the marks by their names, and how it ended."""
    pcm: bytes = b""
    marks: dict[str, float] = field(default_factory=dict)
    """Seconds of sound before each mark."""

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / RATE

    @property
    def peak(self) -> int:
        return int(np.abs(np.frombuffer(self.pcm, "<i2").astype(int)).max(initial=0))


class Dispatcher:
    """Speech Dispatcher's side of the conversation, with the program that ``install`` has written."""

    def __init__(self, home: Path, url: str, *more: str) -> None:
        environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": "", "LC_ALL": "C.UTF-8"}
        install = [sys.executable, "-m", "indextts", "speech-dispatcher", "install", "--url", url, *more]
        subprocess.run(install, env=environment, check=True, capture_output=True)
        program = home / ".local" / "libexec" / "speech-dispatcher-modules" / "sd_indextts"
        self.log = home / "indextts.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [program, "ignored.conf"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
            )
        assert self._process.stdin is not None and self._process.stdout is not None
        self.to: IO[bytes] = self._process.stdin
        self.back: IO[bytes] = self._process.stdout
        assert self.ask("INIT") == "299 OK LOADED SUCCESSFULLY"

    def send(self, *lines: str) -> None:
        self.to.write("".join(f"{line}\n" for line in lines).encode())
        self.to.flush()

    def answer(self) -> list[bytes]:
        """One answer or event; the last line has no dash."""
        lines = []
        while line := self.back.readline():
            lines.append(line.removesuffix(b"\n"))
            if line[3:4] == b" ":
                return lines
        raise AssertionError(f"it ended: {self.log.read_text()}")

    def ask(self, *lines: str) -> str:
        self.send(*lines)
        return self.answer()[-1].decode()

    def set(self, **values: object) -> None:
        assert self.ask("SET") == "203 OK RECEIVING SETTINGS"
        assert self.ask(*(f"{name}={value}" for name, value in values.items()), ".") == "203 OK SETTINGS RECEIVED"

    def say(self, message: str, kind: str = "SPEAK") -> str:
        assert self.ask(kind).startswith("202 ")
        return self.ask(*(f".{line}" if line.startswith(".") else line for line in message.split("\n")), ".")

    def hear(self, heard: Heard | None = None, *, until_sound: bool = False) -> Heard:
        """What is told until the message ends, or until its first sound."""
        heard = heard or Heard()
        while True:
            lines = self.answer()
            match lines[-1].split(b" ", 1):
                case [b"705", b"AUDIO"]:
                    about = dict(line[4:].split(b"=") for line in lines[:-2])
                    assert about[b"bits"] == b"16" and about[b"sample_rate"] == b"24000", about
                    data = lines[-2].removeprefix(b"705-AUDIO\0")
                    pcm = re.sub(rb"\x7d(.)", lambda one: bytes((one[1][0] ^ 0x20,)), data, flags=re.DOTALL)
                    assert len(pcm) == 2 * int(about[b"num_samples"])
                    heard.pcm += pcm
                    if heard.events[-1] != "AUDIO":
                        heard.events.append("AUDIO")
                    if until_sound:
                        return heard
                case [b"700", b"INDEX MARK"]:
                    name = lines[0][4:].decode()
                    heard.events.append(name)
                    heard.marks[name] = heard.seconds
                case [_, event]:
                    heard.events.append(event.decode())
                    if event != b"BEGIN":
                        return heard

    def spoken(self, message: str, kind: str = "SPEAK") -> Heard:
        assert self.say(message, kind) == "200 OK SPEAKING"
        return self.hear()

    def close(self) -> None:
        if self._process.poll() is None:
            assert self.ask("QUIT") == "210 OK QUIT"
        assert self._process.wait(20) == 0
        self.to.close()
        self.back.close()


@pytest.fixture(scope="module")
def studio(config: Config) -> Iterator[str]:
    service = make_service(config, rate_limit="100000/minute")
    with serving(application(service, page=False)) as address:
        yield address
    service.close()


@pytest.fixture(scope="module")
def dispatcher(studio: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dispatcher]:
    dispatcher = Dispatcher(tmp_path_factory.mktemp("home"), studio)
    yield dispatcher
    dispatcher.close()


@pytest.fixture(autouse=True)
def usual(request: pytest.FixtureRequest) -> None:
    """What Speech Dispatcher sends before each message."""
    if "dispatcher" in request.fixturenames:
        request.getfixturevalue("dispatcher").set(
            pitch=0, rate=0, volume=100, spelling_mode="off", language="zh", synthesis_voice="NULL", voice="male1"
        )


def own_words(studio: str, text: str, **more: object) -> bytes:
    """The studio's own sound of a text."""
    body = {"input": text, "response_format": "pcm", "speakers": {}, **more}
    return httpx.post(f"{studio}/v1/audio/speech", json=body, timeout=60, trust_env=False).content


@pytest.mark.parametrize(
    "text", ["今天天气很好，我们去公园吧。", "The weather is nice, so we walk.", "A < B & C：[happy] 好"]
)
def test_a_message_is_the_studios_sound(dispatcher: Dispatcher, studio: str, text: str) -> None:
    written = text.replace("&", "&amp;").replace("<", "&lt;")
    heard = dispatcher.spoken(f"<speak>{written}</speak>")
    assert heard.events == ["BEGIN", "AUDIO", "END"]
    assert heard.pcm == own_words(studio, f"<speak>{written.replace('[', '&#91;')}</speak>")


def test_the_sound_goes_to_the_server_and_nowhere_else(dispatcher: Dispatcher) -> None:
    assert dispatcher.ask("AUDIO").startswith("207 ")
    assert dispatcher.ask("audio_output_method=server", ".") == "203 OK AUDIO INITIALIZED"
    assert dispatcher.ask("AUDIO").startswith("207 ")
    assert dispatcher.ask("audio_output_method=pulse", ".") == "300 MODULE ERROR"
    assert dispatcher.ask("LOGLEVEL").startswith("207 ")
    assert dispatcher.ask("log_level=3", ".") == "203 OK LOGLEVEL SET"
    assert dispatcher.ask("DEBUG ON /tmp/x") == "200 OK DEBUGGING ON"
    assert dispatcher.ask("WHAT") == "300 ERR UNKNOWN COMMAND"


def test_voices_are_listed_in_both_languages_and_chosen_by_name(dispatcher: Dispatcher, studio: str) -> None:
    dispatcher.send("LIST VOICES")
    *rows, last = [line.decode() for line in dispatcher.answer()]
    assert last == "200 OK VOICE LIST SENT" and len(rows) < 256
    voices = [tuple(row.removeprefix("200-").split("\t")) for row in rows]
    assert {language for _, language, _ in voices} >= {"zh-CN", "en-US"} and {len(one) for one in voices} == {3}
    name = next(name for name, language, _ in voices if language == "zh-CN" and name != voices[0][0])
    dispatcher.set(synthesis_voice=name)
    assert dispatcher.spoken("<speak>你好。</speak>").pcm == own_words(studio, "你好。", voice=name)


def test_a_kind_of_voice_is_one_of_that_kind(dispatcher: Dispatcher, studio: str) -> None:
    groups = {
        one["id"]: one["group"]
        for one in httpx.get(f"{studio}/v1/audio/voices", trust_env=False).json()["voices"]
        if one["languages"][0] == "zh"
    }
    for kind, group in (("female1", "women"), ("child_male", "children"), ("male2", "men")):
        dispatcher.set(voice=kind)
        heard = dispatcher.spoken("<speak>你好。</speak>").pcm
        assert heard in [own_words(studio, "你好。", voice=name) for name, one in groups.items() if one == group]


def test_rate_pitch_and_volume_are_the_studios(dispatcher: Dispatcher) -> None:
    text = "<speak>今天天气很好，我们去公园吧。</speak>"
    plain = dispatcher.spoken(text)
    dispatcher.set(rate=100)
    assert dispatcher.spoken(text).seconds < 0.65 * plain.seconds
    dispatcher.set(rate=-100)
    assert dispatcher.spoken(text).seconds > 1.6 * plain.seconds
    dispatcher.set(rate=0, volume=0)
    assert dispatcher.spoken(text).peak == pytest.approx(plain.peak / 2, rel=0.01)
    dispatcher.set(volume=100, pitch=100)
    higher = dispatcher.spoken(text)
    assert higher.pcm != plain.pcm and higher.seconds == pytest.approx(plain.seconds, rel=0.1)


def test_marks_come_at_their_words(dispatcher: Dispatcher) -> None:
    text = '<speak><mark name="a"/>今天天气很好。<mark name="__spd_0"/> 我们去公园吧。<mark name="__spd_1"/></speak>'
    heard = dispatcher.spoken(text)
    assert heard.events == ["BEGIN", "AUDIO", "a", "AUDIO", "__spd_0", "AUDIO", "__spd_1", "END"]
    assert heard.marks["a"] < 0.3 * heard.seconds < heard.marks["__spd_0"] < 0.7 * heard.seconds
    assert heard.marks["__spd_1"] == heard.seconds


@pytest.mark.parametrize(
    ("message", "kind", "same"),
    [
        ("你", "CHAR", "你"), ("a", "CHAR", "a"), ("control_alt_x", "KEY", "control alt x"),
        ("new-mail", "SOUND_ICON", "new mail"),
        ("<speak>坏了 <b 的 &amp; SSML。</speak>", "SPEAK", "坏了 <b 的 & SSML。"),
        ("<speak>第一行。\n.第二行。\n..</speak>", "SPEAK", "第一行。\n.第二行。\n.."),
        ('<speak>一<break time="1s"/><emphasis>二</emphasis></speak>', "SPEAK",
         '<speak>一<break time="1s"/><emphasis>二</emphasis></speak>'),
    ],
)  # fmt: skip
def test_whatever_is_sent_is_spoken(dispatcher: Dispatcher, studio: str, message: str, kind: str, same: str) -> None:
    document = (
        same if same.startswith("<speak>") else f"<speak>{same.replace('&', '&amp;').replace('<', '&lt;')}</speak>"
    )
    heard = dispatcher.spoken(message, kind)
    assert heard.events == ["BEGIN", "AUDIO", "END"] and heard.pcm == own_words(studio, document)


@pytest.mark.parametrize("message", ["<speak></speak>", "<speak>……</speak>", "<speak> \n </speak>"])
def test_what_has_no_words_ends_at_once(dispatcher: Dispatcher, message: str) -> None:
    assert dispatcher.spoken(message).events == ["BEGIN", "END"]


def test_letters_are_spelt_where_that_is_wanted(dispatcher: Dispatcher, studio: str) -> None:
    dispatcher.set(spelling_mode="on")
    assert dispatcher.spoken("<speak>abc</speak>").pcm == own_words(studio, "<speak>a b c</speak>")


# ---------------------------------------------------------------------- stopping, pausing, the studio away


def test_it_speaks_the_first_sentence_at_once_and_stops_at_once(tmp_path: Path) -> None:
    engine = held_voice(tmp_path / "cache_hub")
    service = make_service(engine.config, engine, rate_limit="100000/minute")  # type: ignore[attr-defined]
    with serving(application(service, page=False)) as address:
        dispatcher = Dispatcher(tmp_path, address)
        engine.hold()
        engine.let_through(1)
        assert dispatcher.say(LONG) == "200 OK SPEAKING"
        heard = dispatcher.hear(until_sound=True)  # the second sentence is not spoken yet
        assert heard.events == ["BEGIN", "AUDIO"]
        dispatcher.send("STOP")
        assert dispatcher.hear(heard).events == ["BEGIN", "AUDIO", "STOP"]
        until(lambda: service.admission.busy == 0)  # the studio has let go of it
        engine.release()
        dispatcher.send("STOP")  # nothing to stop, nothing to be told
        assert dispatcher.spoken("<speak>还在。</speak>").events == ["BEGIN", "AUDIO", "END"]
        dispatcher.close()
    service.close()


def test_stopping_finds_less_than_a_moment_ahead(dispatcher: Dispatcher) -> None:
    assert dispatcher.say(LONG) == "200 OK SPEAKING"
    heard = dispatcher.hear(until_sound=True)
    dispatcher.send("STOP")  # nobody reads meanwhile, as where all before it is still to be played
    stopped = dispatcher.hear(heard)
    # A pipe holds 1.4 s, and whoever writes to it has a piece in hand.
    assert stopped.events[-1] == "STOP" and stopped.seconds < 2.0


def test_a_pause_is_at_a_mark_of_the_servers(dispatcher: Dispatcher) -> None:
    marked = LONG.replace("。", '。<mark name="mine"/><mark name="__spd_1"/>')
    assert dispatcher.say(marked) == "200 OK SPEAKING"
    heard = dispatcher.hear(until_sound=True)
    dispatcher.send("PAUSE")
    events = dispatcher.hear(heard).events
    assert events[-2:] == ["__spd_1", "PAUSE"] and events.count("__spd_1") == 1
    assert dispatcher.spoken("<speak>继续。</speak>").events[-1] == "END"


@pytest.mark.night
def test_a_studio_that_does_not_run_is_told_and_nothing_hangs(config: Config, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    dispatcher = Dispatcher(tmp_path, f"http://127.0.0.1:{port}")
    dispatcher.send("LIST VOICES")
    assert dispatcher.answer() == [b"200-default\tzh-CN\tnone", b"200-default\ten-US\tnone", b"200 OK VOICE LIST SENT"]
    assert dispatcher.spoken(LONG).events == ["BEGIN", "STOP"]  # an error would let clients wait
    assert f"http://127.0.0.1:{port}" in dispatcher.log.read_text() and "Is it running?" in dispatcher.log.read_text()
    dispatcher.send("STOP", "PAUSE")
    dispatcher.close()


@pytest.mark.night
def test_what_the_studio_says_is_in_the_log(config: Config, tmp_path: Path) -> None:
    service = make_service(
        config.model_copy(update={"access": config.access.model_copy(update={"local_needs_key": True})})
    )
    secret = service.keys.add("orca")[1]
    with serving(application(service, page=False)) as address:
        dispatcher = Dispatcher(tmp_path, address)
        assert dispatcher.spoken(LONG).events == ["BEGIN", "STOP"]
        assert "key" in dispatcher.log.read_text()
        dispatcher.close()
        dispatcher = Dispatcher(tmp_path, address, "--key", secret)
        assert dispatcher.spoken("<speak>好。</speak>").events == ["BEGIN", "AUDIO", "END"]
        dispatcher.close()
    service.keys.remove("orca")
    service.close()


# ---------------------------------------------------------------------- what is read


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_a_plain_message_is_read_as_it_stands(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    found = read_message(f"<speak>{escaped}</speak>")
    assert found.plain == text and found.marks == []
    marked = parse(found.text)
    assert marked.emotion_spans == [] and marked.pauses == {} and marked.voices == []


@given(st.text())
def test_no_message_is_too_strange(message: str) -> None:
    found = read_message(message)
    assert found.text.startswith("<speak>") and all(0 <= place <= len(found.plain) for place, _ in found.marks)


@given(st.lists(st.tuples(st.sampled_from("天气好。a b"), st.integers(0, 9)), max_size=20))
def test_marks_stand_where_they_are(pieces: list[tuple[str, int]]) -> None:
    message = "".join(f'{text}<mark name="{number}"/>' for text, number in pieces)
    found = read_message(f"<speak>{message}</speak>")
    assert [name for _, name in found.marks] == [str(number) for _, number in pieces]
    assert [found.plain[:place] for place, _ in found.marks] == [
        "".join(text for text, _ in pieces[: end + 1]) for end in range(len(pieces))
    ]
