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
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from indextts.cli.speech_message import RATE, MarksLeft, SpokenMessage, document, named, read_message
from indextts.cli.terminal import tell

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
        marks, at = MarksLeft(self._marked), 0
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
        marked = read_message(message if kind == "SPEAK" else f"<speak>{escape(named(kind, message))}</speak>")
        if self._settings.get("spelling_mode") == "on":
            spelt = " ".join(marked.plain.replace(" ", ""))
            marked = SpokenMessage(document(spelt), spelt)
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
