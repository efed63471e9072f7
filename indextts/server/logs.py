"""What goes to the log: lines for people, or objects for programs.

A line for programs, and those that the diagnostic bundle has, hold nothing that a person wrote or named. That does not
hang on what each message happens to say: of a message's details only numbers, codes and plain words are kept, and of
an error what it is and where it was, but not what it says.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
import traceback
from collections import deque
from pathlib import Path
from typing import Any, Final

from indextts.model.errors import StudioError
from indextts.platform import paths as places
from indextts.platform.asking import asking
from indextts.platform.serving_config import LogConfig

_LINES: Final = 1000
_MOST: Final = 2000
"""Characters of a kept line."""
_FRAMES: Final = 15
_LEFT_OUT: Final = "…"
_WORD: Final = re.compile(r"[A-Za-z0-9_.:+-]{1,64}")
"""Names of engines, codes, methods, ids: no message has a person's own word in such a place."""
_MORE: Final = ("caller", "method", "route", "status", "seconds", "code", "engine")
"""What a message may bring along beside its sentence (``extra=``)."""
_KNOWN: Final = 2
"""``cache_hub/works`` and the like."""
_OWN: Final = "indextts."
_TRUSTED: Final = ("uvicorn", "uvicorn.error")
"""Loggers that only report their own addresses and states of connections."""
_NOISY: Final = {"httpx": logging.WARNING, "opentelemetry": logging.WARNING, "urllib3": logging.ERROR}
"""They tell of every request that Gradio makes to this very server, of every span that finds no collector, and of every
try to reach a store that is away, which :mod:`indextts.works.db.presence` says once a minute."""


def set_up(settings: LogConfig) -> None:
    """Log to standard error, in the form that the configuration asks for."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if settings.format == "json" else TextLines())
    logging.basicConfig(level=settings.level, handlers=[handler])
    for name, least in _NOISY.items():
        logging.getLogger(name).setLevel(max(least, logging.getLogger().level))


class TextLines(logging.Formatter):
    """For people: the request's id stands at the end of the line."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the standard library's name
        who = asking()
        caller = who.caller or getattr(record, "caller", "")
        named = " ".join(one for one in (who.request_id, caller) if one)
        line = super().formatMessage(record)
        return f"{line} [{named}]" if named else line


class JsonLines(logging.Formatter):
    """For programs: an object a line, without what may be a person's."""

    def format(self, record: logging.LogRecord) -> str:
        who = asking()
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        told: dict[str, Any] = {
            "time": f"{at}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": _sentence(record),
        }
        for name, value in (("request_id", who.request_id), ("caller", who.caller)):
            if value:
                told[name] = value
        told |= {name: value for name in _MORE if (value := getattr(record, name, "")) != ""}
        for arg in record.args if isinstance(record.args, tuple) else ():
            if isinstance(arg, StudioError):
                told.setdefault("code", arg.code)
        if record.exc_info and record.exc_info[1] is not None:
            told["exception"] = _fault(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False)


class LogRing(logging.Handler):
    """The last lines, in the form for programs, for the diagnostic bundle. Thread-safe."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self._lines: deque[str] = deque(maxlen=_LINES)
        self._guard = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        with self._guard:
            self._lines.append(line if len(line) <= _MOST else json.dumps({"message": _LEFT_OUT}))

    def lines(self) -> list[str]:
        """The oldest first."""
        with self._guard:
            return list(self._lines)


def _sentence(record: logging.LogRecord) -> str:
    """What the message says, its details as far as they can be kept; ``extra={"plain": True}`` says that all can."""
    if not isinstance(record.msg, str):
        return _plain(record.msg)
    if record.name in _TRUSTED:
        return record.getMessage()
    if getattr(record, "plain", False):
        return record.getMessage()
    if not record.args and not record.name.startswith(_OWN):
        return _LEFT_OUT  # a sentence that is put together already
    if not isinstance(record.args, tuple) or not record.args:
        return record.msg
    try:
        return record.msg % tuple(one if isinstance(one, (int, float)) else _plain(one) for one in record.args)
    except (TypeError, ValueError):  # a detail that should have been a number
        return record.msg


def _plain(value: object) -> str:
    if isinstance(value, StudioError):
        return value.code
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, Path):
        return _place(value)
    text = str(value)
    return text if not text or _WORD.fullmatch(text) else _LEFT_OUT


def _place(path: Path) -> str:
    """The folder of the program's own in which a file is; below that, names may be a person's."""
    try:
        parts = path.absolute().relative_to(places.home()).parts
    except ValueError:
        return _LEFT_OUT
    return "/".join((*parts[:_KNOWN], *((_LEFT_OUT,) if len(parts) > _KNOWN else ())))


def _fault(error: BaseException) -> dict[str, Any]:
    """What it is and where it was: what it says may have a person's words in."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    told: dict[str, Any] = {
        "type": type(error).__name__,
        "at": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(error, StudioError):
        told["code"] = error.code
    if error.__cause__ is not None:
        told["cause"] = type(error.__cause__).__name__
    return told


def _short(name: str) -> str:
    """A source file without the folders before its package."""
    for mark in ("/site-packages/", f"{places.ROOT}/"):
        _, found, after = name.rpartition(mark)
        if found:
            return after
    return Path(name).name
