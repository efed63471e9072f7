"""What goes between the server and an engine's process: a line of JSON, and for sound the samples behind it.

Nothing that arrives can be more than data: no pickles. A process that has gone wrong may write anything, so that all
that it sends is measured and looked at before it is used.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.utterance import Segment, Settings, Utterance

_HEAD: Final = struct.Struct("<4sII")
_MARK: Final = b"ITS1"
_MOST_TEXT: Final = 64 * 2**20
_MOST_SOUND: Final = 256 * 2**20
"""Bytes: more than 20 minutes of one segment."""
_PIECE: Final = 2**18


class WireError(Exception):
    """The other side is gone, or what it sent is no message."""


class Wire:
    """One end of the connection. Any thread may send; one at a time receives, limited in time while none sends."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._came = bytearray()
        self._sending = threading.Lock()

    def send(self, message: Mapping[str, Any], sound: bytes = b"", *, within_s: float | None = None) -> None:
        """Raises :class:`WireError` where the other side does not take it."""
        text = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
        try:
            with self._sending:
                self._end.settimeout(within_s)
                self._end.sendall(_HEAD.pack(_MARK, len(text), len(sound)) + text + sound)
        except OSError as error:
            raise WireError(str(error)) from error

    def receive(self, within_s: float | None = None) -> tuple[dict[str, Any], bytes] | None:
        """The next message and its sound; ``None`` where it is not whole in time. Raises :class:`WireError`."""
        ends = None if within_s is None else time.monotonic() + within_s
        while (found := self._whole()) is None:
            try:
                self._end.settimeout(None if ends is None else max(0.001, ends - time.monotonic()))
                piece = self._end.recv(_PIECE)
            except TimeoutError:
                return None
            except OSError as error:
                raise WireError(str(error)) from error
            if not piece:
                raise WireError("the other side is gone")
            self._came += piece
            if ends is not None and time.monotonic() > ends and self._whole_bytes() > len(self._came):
                return None  # whoever trickles keeps nobody from looking around
        return found

    def _whole_bytes(self) -> int:
        if len(self._came) < _HEAD.size:
            return _HEAD.size
        mark, text, sound = _HEAD.unpack_from(self._came)
        if mark != _MARK or text > _MOST_TEXT or sound > _MOST_SOUND:
            raise WireError("that is no message")
        return _HEAD.size + int(text) + int(sound)

    def _whole(self) -> tuple[dict[str, Any], bytes] | None:
        size = self._whole_bytes()
        if len(self._came) < max(size, _HEAD.size) or size == _HEAD.size:
            return None
        text_ends = _HEAD.size + int(_HEAD.unpack_from(self._came)[1])
        text, sound = bytes(self._came[_HEAD.size : text_ends]), bytes(self._came[text_ends:size])
        del self._came[:size]
        try:
            message = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise WireError("that is no JSON") from error
        if not isinstance(message, dict):
            raise WireError("that is no object")
        return message, sound

    def close(self) -> None:
        self._end.close()


def written(segment: Segment, settings: Settings) -> str:
    """One segment with its settings."""
    return Utterance(segment.text, settings, [segment]).to_json()


def read(text: str) -> tuple[Segment, Settings]:
    """What :func:`written` wrote."""
    whole = Utterance.from_json(text)
    return whole.segments[0], whole.settings


def filled(segment: Segment) -> list[Any]:
    """What an engine has filled in: for each token its times, and for each phone what was predicted."""
    return [
        [_number(token.start_s), _number(token.end_s),
         [[_number(phone.frames), _number(phone.f0), _number(phone.energy)] for phone in token.phones]]
        for token in segment.tokens
    ]  # fmt: skip


def fill_in(segment: Segment, told: object) -> None:
    """Write what :func:`filled` tells into ``segment``. Raises :class:`WireError` where it does not fit."""
    try:
        for token, (start_s, end_s, phones) in zip(segment.tokens, told, strict=True):  # type: ignore[call-overload]
            token.start_s, token.end_s = _number(start_s), _number(end_s)
            for phone, (frames, f0, energy) in zip(token.phones, phones, strict=True):
                phone.frames, phone.f0, phone.energy = _number(frames), _number(f0), _number(energy)
    except (TypeError, ValueError) as error:
        raise WireError("its times do not fit the segment") from error


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def told(error: StudioError) -> dict[str, Any]:
    """An error as data."""
    details = {
        name: [value.en, value.zh] if isinstance(value, Bilingual) else value if _is_plain(value) else str(value)
        for name, value in error.details.items()
    }
    return {"code": error.code, "retry_after_s": error.retry_after_s, "details": details}


def error_of(told: object) -> StudioError | None:
    """The error that :func:`told` wrote; ``None`` where there is no such error."""
    try:
        code, retry_after_s, given = told["code"], told["retry_after_s"], told["details"]  # type: ignore[index]
        details = {name: Bilingual(*map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str)
                   else value for name, value in given.items()}  # fmt: skip
        return StudioError(str(code), None if retry_after_s is None else int(retry_after_s), **details)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return None


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, (str, int, float))
