"""Codes for phones: what programs there are told, whose characters read to them, and what is spoken ahead."""

from __future__ import annotations

import io
import ipaddress
import logging
import queue
import socket
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from indextts.model.errors import StudioError
from indextts.plan.request import SpeechRequest
from indextts.platform import importing
from indextts.platform.config import Config, load_kept
from indextts.platform.storage.files import write_file
from indextts.platform.storage.shared_file import SharedFile, file_state
from indextts.service.owner import is_loopback

log = logging.getLogger(__name__)
segno = importing.lazy("segno")

FILE: Final = "phones.yaml"
"""In ``cache_dir``: which key reads which book or project."""
PARAGRAPHS: Final = 6
"""So many paragraphs before one tell who speaks in it."""
_MOST_READERS: Final = 64
_MOST_BOUND: Final = 1_000
_MOST_AHEAD: Final = 8


class BoundWork(BaseModel):
    """The book or the project whose characters speak for a key: one of both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: str
    book: str = ""
    project: str = ""


_FORM: Final = TypeAdapter(Mapping[str, BoundWork])


class Phones:
    """Those of one server. Thread-safe."""

    def __init__(self, config: Config, speak_ahead: Callable[[SpeechRequest], None]) -> None:
        """``speak_ahead`` prepares what will soon be asked for, behind all other work."""
        self._file = SharedFile[Mapping[str, BoundWork]](config.cache_path / FILE, _read, without={})
        self._speak_ahead = speak_ahead
        self._lock = threading.Lock()
        self._read: dict[str, deque[str]] = {}
        self._ahead: queue.Queue[SpeechRequest] = queue.Queue(_MOST_AHEAD)
        self._thread: threading.Thread | None = None

    @property
    def problem(self) -> StudioError | None:
        """Why nothing is bound, or not what the file says."""
        return self._file.problem

    def bind(self, key: str, work: BoundWork) -> None:
        """From now on the characters of ``work`` speak for the key of that name."""
        with self._file.changing():
            kept = {**_read(self._file.path), key: work}
            while len(kept) > _MOST_BOUND:
                kept.pop(next(iter(kept)))
            text = yaml.safe_dump(
                {name: one.model_dump(exclude_defaults=True) for name, one in kept.items()}, allow_unicode=True
            )
            write_file(self._file.path, text.encode(), mode=0o600)

    def work_of(self, key: str) -> BoundWork | None:
        """The book or project of a key."""
        return self._file.value.get(key)

    def before(self, reader: str, paragraph: str) -> list[str]:
        """The paragraphs that ``reader`` asked for before this one, which is remembered."""
        with self._lock:
            read = self._read.pop(reader, deque(maxlen=PARAGRAPHS))
            before = [one for one in read if one != paragraph]
            read.append(paragraph)
            self._read[reader] = read
            while len(self._read) > _MOST_READERS:
                self._read.pop(next(iter(self._read)))
        return before

    def prepare(self, requests: Sequence[SpeechRequest]) -> None:
        """Speak these ahead, in the background; where others wait for that already, they are left out."""
        for request in requests:
            try:
                self._ahead.put_nowait(request)
            except queue.Full:
                return
        with self._lock:
            if self._thread is None and requests:
                self._thread = threading.Thread(target=self._live, name="ahead of readers", daemon=True)
                self._thread.start()

    def _live(self) -> None:
        while True:
            try:
                self._speak_ahead(self._ahead.get())
            except StudioError as error:
                log.debug("A paragraph was not spoken ahead: %s", error)
            except Exception:  # the next paragraph may be well
                log.exception("A paragraph could not be spoken ahead")


def qr_code(text: str) -> str:
    """``text`` as a QR code: SVG of black squares on white, with its quiet zone."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False, omitsize=True
    )
    return drawn.getvalue().decode("utf-8")


def reachable(host: str, asked: str, port: int) -> str:
    """``host:port`` under which a phone in the same network reaches this server.

    ``host`` is what it is bound to and ``asked`` the name that its page was opened by. Raises :class:`StudioError`
    ``only_here`` where it listens on this machine alone.
    """
    if not is_loopback(asked.strip("[]")):
        return ""
    bare = host.strip("[]")
    if is_loopback(bare):
        raise StudioError("only_here")
    address = bare if _is_address(bare) and not ipaddress.ip_address(bare).is_unspecified else _own_address()
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _own_address() -> str:
    """This machine's address in its network. Nothing is sent. Raises :class:`StudioError` ``only_here``."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address that nobody has: the route to it begins at ours
        except OSError as error:
            raise StudioError("only_here") from error
        return str(probe.getsockname()[0])


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _read(path: Path) -> Mapping[str, BoundWork]:
    return {} if file_state(path) is None else load_kept(path, _FORM)
