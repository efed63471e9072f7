r"""Events of the Wyoming protocol on the wire: a line of JSON, then its data as JSON, then its sound.

    {"type": "synthesize", "data_length": 24}\n{"text": "Good morning."}

``data`` may stand in the line as well; what comes behind the line counts before it. Nothing here speaks.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from indextts.model.errors import StudioError, because

MOST_TYPE: Final = 64
"""Characters of an event's type."""
_PIECE: Final = 64 * 1024
_HTTP: Final = re.compile(rb"[A-Z]{3,10} \S+ HTTP/\d")


@dataclass(frozen=True)
class WyomingEvent:
    """One event, as far as a server that speaks needs it: the sound that a client sends along is thrown away."""

    type: str
    data: dict[str, Any] = field(default_factory=dict)


class EventError(Exception):
    """What was sent is no event. Where it is not ``whole``, nobody knows where the next one begins."""

    def __init__(self, error: StudioError, *, whole: bool) -> None:
        self.error = error
        self.whole = whole
        super().__init__(str(error))


def packed(kind: str, data: dict[str, Any] | None = None, payload: bytes = b"") -> bytes:
    """An event as it is sent."""
    about = json.dumps(data).encode() if data else b""
    head: dict[str, Any] = {"type": kind}
    if about:
        head["data_length"] = len(about)
    if payload:
        head["payload_length"] = len(payload)
    return b"".join((json.dumps(head).encode(), b"\n", about, payload))


class EventReader:
    """Reads events from ``stream``, whose limit of bytes bounds a line; ``most_bytes`` bounds data and sound each.

    An event has ``message_s`` seconds from its first byte on, so that half of one does not wait for ever.
    """

    def __init__(self, stream: asyncio.StreamReader, *, most_bytes: int, message_s: float) -> None:
        self._stream = stream
        self._most = most_bytes
        self._message_s = message_s
        self._begun = b""

    async def wait(self) -> bool:
        """Wait for the first byte of the next event, as long as it takes; false where none comes any more."""
        while not self._begun.strip():
            await asyncio.sleep(0)  # what has come already is read without waiting: others have their turn between
            self._begun = await self._stream.read(1)
            if not self._begun:
                return False
        return True

    async def event(self) -> WyomingEvent | None:
        """The next event; ``None`` at the end of the stream, also in the middle of one. Raises :class:`EventError`."""
        if not await self.wait():
            return None
        begun, self._begun = self._begun, b""
        try:
            async with asyncio.timeout(self._message_s):
                return await self._rest(begun)
        except asyncio.IncompleteReadError:
            return None
        except asyncio.LimitOverrunError as error:
            raise _broken("its line is too long", "首行过长", whole=False) from error
        except TimeoutError as error:
            raise _broken("the rest of it did not come in time", "其余部分没有及时到达", whole=False) from error

    async def _rest(self, begun: bytes) -> WyomingEvent:
        line = begun + await self._stream.readuntil(b"\n")
        if _HTTP.match(line):  # a browser that a page has sent here; what follows may be made to look like events
            raise _broken("this port speaks Wyoming, not HTTP", "此端口使用 Wyoming 协议，不是 HTTP", whole=False)
        head = _mapping(line)
        if head is None:
            raise _broken("its line is no JSON object", "首行不是 JSON 对象", whole=True)
        sizes = [head.get(name) for name in ("data_length", "payload_length")]
        if any(size is not None and (type(size) is not int or not 0 <= size <= self._most) for size in sizes):
            english = f"a length should be a whole number up to {self._most}"
            raise _broken(english, f"长度应是不超过 {self._most} 的整数", whole=False)
        about = await self._stream.readexactly(sizes[0] or 0)
        left = sizes[1] or 0
        while left:
            left -= len(await self._stream.readexactly(min(left, _PIECE)))
        kind, data = head.get("type"), head.get("data")
        if not isinstance(kind, str) or not 0 < len(kind) <= MOST_TYPE:
            raise _broken("it names no type", "没有类型", whole=True)
        more = _mapping(about) if about else {}
        if more is None or not isinstance(data, dict | None):
            raise _broken("its data is no JSON object", "数据不是 JSON 对象", whole=True)
        return WyomingEvent(kind, {**(data or {}), **more})


def bad_event(english: str, chinese: str) -> StudioError:
    """The refusal of an event, with what is wrong with it."""
    return because("wyoming_event", english, chinese)


def _broken(english: str, chinese: str, *, whole: bool) -> EventError:
    return EventError(bad_event(english, chinese), whole=whole)


def _mapping(text: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
