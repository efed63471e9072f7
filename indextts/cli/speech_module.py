"""What Speech Dispatcher starts to speak with the studio: its protocol for output modules, on stdin and stdout.

    Module(Address("http://127.0.0.1:7860"), sys.stdin.buffer, sys.stdout.buffer).serve()

Sound goes to the server of Speech Dispatcher (from its version 0.11 on), sentence by sentence as the studio makes it,
with the marks of the text at their words. That server reads no faster than it plays, so that pausing and stopping find
the module at most a pipe ahead of what is heard. What goes wrong is told on stderr, which is the module's log there.
"""

from __future__ import annotations

import array
import base64
import fcntl
import functools
import http.client
import json
import re
import socket
import sys
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit
from xml.parsers import expat
from xml.sax.saxutils import escape

from indextts.cli.terminal import tell
from indextts.model.errors import StudioError
from indextts.server.doors.azure_ssml import read_ssml

RATE: Final = 24_000
"""Of the sound, in Hz: 16 bit, mono."""
_PIECE_BYTES: Final = 2 * RATE // 10
"""Sound that is sent at once: where it is to stop, nobody waits for more."""
_PIPE_BYTES: Final = 16_384
_CONNECT_S: Final = 3.0
_ANSWER_S: Final = 60.0
_QUIT_S: Final = 1.0
_MOST_ROWS: Final = 250
"""Of voices: Speech Dispatcher reads 256 lines."""
_ESCAPE: Final = 0x7D
_ESCAPED: Final = re.compile(rb"[\n\x7d]")
_PAUSING: Final = "__spd_"
"""How the marks begin that Speech Dispatcher itself has put into a text: it goes on from there after a pause."""
_GROUPS: Final = {"female": "women", "child": "children", "male2": "men", "male3": "men"}
"""Groups of voices by the beginnings of symbolic names; ``male1`` is sent where nobody has chosen."""
_TAGS: Final = {"zh": "zh-CN", "en": "en-US"}
"""Languages as readers of screens name them."""


@dataclass(frozen=True)
class Address:
    """Where the studio answers, and how it is asked."""

    url: str
    key: str = ""
    voice: str = "default"
    """The voice where none is chosen."""

    def open(self) -> http.client.HTTPConnection:
        """A connection. Raises :class:`OSError`."""
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=_CONNECT_S)
        connection.connect()
        connection.sock.settimeout(_ANSWER_S)
        return connection

    def ask(self, connection: http.client.HTTPConnection, path: str, body: object = None) -> http.client.HTTPResponse:
        """The answer to a GET, or to a POST of ``body``.

        Raises :class:`OSError`, :class:`http.client.HTTPException`, and :class:`ValueError` with what the studio said
        where that is no success.
        """
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        method = "GET" if data is None else "POST"
        connection.request(method, urlsplit(self.url).path.rstrip("/") + path, data, headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise ValueError(_said(answer))
        return answer


@dataclass
class SpokenMessage:
    """A message as it is spoken."""

    text: str
    """For the studio, in its SSML."""
    plain: str
    """What is to be heard."""
    marks: list[tuple[int, str]] = field(default_factory=list)
    """Places in ``plain``, and names."""


def read_message(message: str) -> SpokenMessage:
    """A message in SSML; what is no well-formed one is spoken without its tags."""
    pieces: list[str] = []
    found = SpokenMessage("", "")
    others = set[str]()

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "mark":
            found.marks.append((sum(map(len, pieces)), attributes.get("name", "")))
        elif name != "speak":
            others.add(name)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.CharacterDataHandler = pieces.append
    try:
        parser.Parse(message.encode("utf-8", "replace"), True)
        found.plain = "".join(pieces)
        found.text = read_ssml(message.encode("utf-8", "replace"), lambda _: "").text if others else ""
    except (expat.ExpatError, StudioError, ValueError):
        return SpokenMessage(_document(plain := unescape(re.sub(r"<[^<>]*>", "", message))), plain)
    found.text = found.text or _document(found.plain)
    return found


def _document(plain: str) -> str:
    """``plain`` in SSML, where nothing in it is a mark."""
    return f"<speak>{escape(plain, {'[': '&#91;'})}</speak>"


class _Output:
    """Lines and events to Speech Dispatcher, each whole. Thread-safe."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        with suppress(OSError, AttributeError):  # a smaller pipe: less is ahead of what is heard
            fcntl.fcntl(stream.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)

    def line(self, *lines: str) -> None:
        self.write("".join(f"{line}\n" for line in lines).encode())

    def sound(self, pcm: bytes) -> None:
        about = (("bits", 16), ("num_channels", 1), ("sample_rate", RATE), ("num_samples", len(pcm) // 2))
        head = "".join(f"705-{name}={value}\n" for name, value in (*about, ("big_endian", 0)))
        data = _ESCAPED.sub(lambda one: bytes((_ESCAPE, one[0][0] ^ 0x20)), pcm)
        self.write(b"".join((head.encode(), b"705-AUDIO\0", data, b"\n705 AUDIO\n")))

    def write(self, data: bytes) -> None:
        with self._lock:
            self._stream.write(data)
            self._stream.flush()


class _Message:
    """One message that is spoken, in a thread of its own."""

    def __init__(self, address: Address, marked: SpokenMessage) -> None:
        self._address = address
        self._marked = marked
        self._connection: http.client.HTTPConnection | None = None
        self._stopped = threading.Event()
        self._pauses = False

    def stop(self) -> None:
        """Let go of the studio, which ends its work then; the thread tells the end."""
        self._stopped.set()
        with suppress(OSError, AttributeError):
            if self._connection is not None:
                self._connection.sock.shutdown(socket.SHUT_RDWR)

    def pause(self) -> None:
        """End at the next mark that it can be gone on from."""
        self._pauses = True

    def speak(self, output: _Output, body: Mapping[str, Any], gain: float) -> None:
        """Speak all of it, and tell how it ended.

        What was not spoken is told as stopped: after an error, Speech Dispatcher would let its client wait.
        """
        output.line("701 BEGIN")
        end = "703 STOP"
        try:
            self._connection = self._address.open()
            end = self._speak(output, self._connection, body, gain)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if not self._stopped.is_set():
                running = "" if isinstance(error, ValueError) else " Is it running?"
                tell(f"indextts: a message was not spoken by the studio at {self._address.url}: {error}{running}")
        finally:
            if self._connection is not None:
                self._connection.close()
            output.line(end)

    def _speak(
        self, output: _Output, connection: http.client.HTTPConnection, body: Mapping[str, Any], gain: float
    ) -> str:
        marks, at = _Marks(self._marked), 0
        if self._stopped.is_set():
            return "703 STOP"
        for sound, words in _events(self._address.ask(connection, "/v1/audio/speech", body)):
            pcm = _louder(sound, gain)
            for place, name in (*marks.reached(words), (at + len(pcm) // 2, "")):
                end = min(max(2 * (place - at), 0), len(pcm))
                for begin in range(0, end, _PIECE_BYTES):
                    if self._stopped.is_set():
                        return "703 STOP"
                    output.sound(pcm[begin : min(begin + _PIECE_BYTES, end)])
                pcm, at = pcm[end:], at + end // 2
                if name and self._passes(output, name):
                    return "704 PAUSE"
        for name in marks.rest():
            if self._passes(output, name):
                return "704 PAUSE"
        return "703 STOP" if self._stopped.is_set() else "702 END"

    def _passes(self, output: _Output, name: str) -> bool:
        """Tell a mark; whether to pause there."""
        if not self._stopped.is_set():
            output.line(f"700-{name}", "700 INDEX MARK")
        return self._pauses and name.startswith(_PAUSING)


class _Marks:
    """The marks of a message that were not reached yet."""

    def __init__(self, marked: SpokenMessage) -> None:
        self._plain = marked.plain
        self._left = deque(marked.marks)
        self._cursor = 0

    def reached(self, words: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
        """Those before some of the following ``words``: the sample at which that word begins, and the name."""
        for word in words:
            place = self._plain.find(str(word["word"]), self._cursor)
            if place < 0:
                continue
            self._cursor = place + len(str(word["word"]))
            while self._left and self._left[0][0] <= place:
                yield round(float(word["start_time"]) * RATE), self._left.popleft()[1]

    def rest(self) -> Iterator[str]:
        """The others, after everything."""
        while self._left:
            yield self._left.popleft()[1]


def _events(answer: http.client.HTTPResponse) -> Iterator[tuple[bytes, list[Mapping[str, Any]]]]:
    """Pieces of the sound with the words in them, as they come. Raises :class:`ValueError` with what went wrong."""
    while line := answer.readline():
        if line.startswith(b"data: "):
            event = json.loads(line[6:])
            if event["type"] == "error":
                raise ValueError(str(event.get("error", {}).get("message", event)))
            yield base64.b64decode(event.get("audio", "")), event.get("timestamps", [])


def _said(answer: http.client.HTTPResponse) -> str:
    """What the studio says where it does not speak."""
    try:
        error = json.loads(answer.read(65_536))["error"]
        return " ".join(filter(None, (error["message"], error.get("hint"))))
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status}"


def _louder(pcm: bytes, gain: float) -> bytes:
    """``pcm`` times ``gain``, which is at most 1."""
    if gain == 1:
        return pcm
    samples = array.array("h", pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    changed = array.array("h", (int(sample * gain) for sample in samples))
    if sys.byteorder == "big":
        changed.byteswap()
    return changed.tobytes()


class Module:
    """A conversation with Speech Dispatcher."""

    def __init__(self, address: Address, commands: BinaryIO, answers: BinaryIO) -> None:
        self._address = address
        self._commands = commands
        self._output = _Output(answers)
        self._settings: dict[str, str] = {}
        self._message: _Message | None = None
        self._thread: threading.Thread | None = None

    def serve(self) -> None:
        """Answer until Speech Dispatcher is done."""
        while line := self._commands.readline():
            words = line.decode("utf-8", "replace").split()
            match words:
                case []:
                    continue
                case ["INIT"]:
                    self._output.line(f"299-IndexTTS Studio at {self._address.url}", "299 OK LOADED SUCCESSFULLY")
                case ["AUDIO"]:
                    self._audio()
                case ["SET"]:
                    self._output.line("203 OK RECEIVING SETTINGS")
                    self._settings |= self._parameters()
                    self._output.line("203 OK SETTINGS RECEIVED")
                case ["LOGLEVEL"]:
                    self._output.line("207 OK RECEIVING LOGLEVEL SETTINGS")
                    self._parameters()
                    self._output.line("203 OK LOGLEVEL SET")
                case ["SPEAK" | "CHAR" | "KEY" | "SOUND_ICON" as kind]:
                    self._output.line("202 OK RECEIVING MESSAGE")
                    self._speak(kind, self._text())
                case ["STOP"]:
                    self._stop()
                case ["PAUSE"]:
                    if self._message is not None:
                        self._message.pause()
                case ["LIST", "VOICES"]:
                    self._list_voices()
                case ["DEBUG", "ON" | "OFF" as state, *_]:
                    self._output.line(f"200 OK DEBUGGING {state}")
                case ["QUIT"]:
                    self._stop()
                    if self._thread is not None:
                        self._thread.join(_QUIT_S)
                    self._output.line("210 OK QUIT")
                    return
                case _:
                    self._output.line("300 ERR UNKNOWN COMMAND")
        self._stop()

    # ------------------------------------------------------------------ what is read

    def _lines(self) -> Iterator[str]:
        """Up to the line with a dot alone."""
        while (line := self._commands.readline()) and line.rstrip(b"\r\n") != b".":
            yield line.decode("utf-8", "replace").rstrip("\r\n")

    def _text(self) -> str:
        return "\n".join(line[1:] if line.startswith(".") else line for line in self._lines())

    def _parameters(self) -> dict[str, str]:
        pairs = (line.partition("=") for line in self._lines())
        return {name: value for name, _, value in pairs}

    def _audio(self) -> None:
        self._output.line("207 OK RECEIVING AUDIO SETTINGS")
        wanted = self._parameters().get("audio_output_method", "")
        if wanted == "server":
            self._output.line("203 OK AUDIO INITIALIZED")
        else:
            self._output.line(
                "300-It plays through Speech Dispatcher itself, from version 0.11 on.", "300 MODULE ERROR"
            )

    # ------------------------------------------------------------------ what is done

    def _speak(self, kind: str, message: str) -> None:
        if self._thread is not None:
            self._thread.join()  # its end was told
        marked = read_message(message if kind == "SPEAK" else f"<speak>{escape(_named(kind, message))}</speak>")
        if self._settings.get("spelling_mode") == "on":
            spelt = " ".join(marked.plain.replace(" ", ""))
            marked = SpokenMessage(_document(spelt), spelt)
        if not any(map(str.isalnum, marked.plain)):
            marks = (line for _, name in marked.marks for line in (f"700-{name}", "700 INDEX MARK"))
            self._output.line("200 OK SPEAKING", "701 BEGIN", *marks, "702 END")
            return
        self._output.line("200 OK SPEAKING")
        self._message = _Message(self._address, marked)
        gain = (min(max(self._number("volume", 100), -100), 100) + 100) / 200
        speak = functools.partial(self._message.speak, self._output, self._body(marked.text), gain)
        self._thread = threading.Thread(target=speak, name="speak", daemon=True)
        self._thread.start()

    def _stop(self) -> None:
        if self._message is not None:
            self._message.stop()

    def _body(self, text: str) -> dict[str, Any]:
        """The request for a message, with the settings in force."""
        pitch = 6 * self._number("pitch", 0) / 100
        if pitch:
            inner = text.removeprefix("<speak>").removesuffix("</speak>")
            text = f'<speak><prosody pitch="{pitch:+.2f}st">{inner}</prosody></speak>'
        return {
            "input": text,
            "voice": self._voice(),
            "speed": round(min(max(2 ** (self._number("rate", 0) / 100), 0.5), 2), 3),
            "response_format": "pcm",
            "stream_format": "sse",
            "return_timing": True,
            "speakers": {},  # nothing that is read from a screen is the label of a speaker
        }

    def _number(self, name: str, default: float) -> float:
        try:
            return float(self._settings.get(name, default))
        except ValueError:
            return default

    def _voice(self) -> str:
        """The voice that was chosen by its name, else by its kind."""
        chosen = self._settings.get("synthesis_voice", "NULL")
        if chosen != "NULL":
            return chosen.partition(" ")[0]
        kind = self._settings.get("voice", "").lower()
        group = next((one for begin, one in _GROUPS.items() if kind.startswith(begin)), "")
        if not group:
            return self._address.voice
        language = self._settings.get("language", "")[:2].lower()
        suited = [one for one in self._voices() if one.get("group") == group]
        best = [one for one in suited if one["languages"][:1] == [language]] or suited
        return str(best[0]["id"]) if best else self._address.voice

    @functools.cached_property
    def _known(self) -> list[Mapping[str, Any]]:
        connection = self._address.open()
        try:
            found = json.loads(self._address.ask(connection, "/v1/audio/voices").read())["voices"]
        finally:
            connection.close()
        return list(found)

    def _voices(self) -> list[Mapping[str, Any]]:
        """The studio's voices; none where it does not tell."""
        try:
            return self._known
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            tell(f"indextts: the studio at {self._address.url} does not tell its voices: {error}. Is it running?")
            return []

    def _list_voices(self) -> None:
        """Each voice in each of its languages; the default one while the studio does not run, because Speech Dispatcher
        asks once, when it starts, and does without a module that has none.
        """
        vars(self).pop("_known", None)
        rows = [
            f"200-{voice['id']}\t{_TAGS.get(language, language)}\tnone"
            for voice in self._voices()
            for language in voice["languages"]
        ]
        rows = rows or [f"200-{self._address.voice}\t{tag}\tnone" for tag in _TAGS.values()]
        self._output.line(*rows[:_MOST_ROWS], "200 OK VOICE LIST SENT")


def _named(kind: str, message: str) -> str:
    """What is said for a character, a key or an icon."""
    message = message.strip("\n")
    if kind == "CHAR":
        return " " if message == "space" else message
    return message.replace("_", " ").replace("-", " ") if len(message) > 1 else message
