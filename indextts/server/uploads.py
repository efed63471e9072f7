"""What comes with a form: recordings; and the files of the page, bounded in all and gone after a while."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import re
import secrets
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import anyio
import anyio.to_thread
from pydantic import BaseModel
from starlette.datastructures import Headers, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import caller_language
from indextts.platform.clock import believed
from indextts.platform.memory import release
from indextts.platform.run import Cancel
from indextts.platform.serving_config import ServerConfig
from indextts.platform.storage.files import temporary, writing
from indextts.server.calls import T, cancel_on_leave, in_thread
from indextts.server.middleware import drain
from indextts.server.parsing import FORM_TYPES, content_type, invalid, read_form
from indextts.service.queue import Admission
from indextts.service.rate_limit import client_of
from indextts.voices.names import MAX_REFERENCES

if TYPE_CHECKING:
    from indextts.voices.cloning.prepare import Checked
    from indextts.voices.cloning.voice import Finding, Prepared

log = logging.getLogger(__name__)

FILES: Final = "reference"
"""The field that holds them."""
LONG_BYTES: Final = 2 * 1024 * 1024
"""From this size on, about 700,000 Chinese characters, a book takes many seconds to read."""
_LATE_S: Final = 60


_PIECE: Final = 1024 * 1024


class FindingAnswer(BaseModel):
    """What is wrong with a recording, and how to record better."""

    file: str
    code: str
    """Stable name, for programs."""
    message: str
    hint: str
    refused: bool
    """Whether the recording cannot be used."""


@asynccontextmanager
async def sent_file(
    request: Request, types: Sequence[str], folder: Path, begins: tuple[bytes, StudioError]
) -> AsyncIterator[BinaryIO]:
    """The file that was sent, kept on ``folder``'s disk while it is read: the body, or the form's one file.

    ``begins`` are the bytes that every such file begins with, and what is raised for another as soon as they are there.
    Raises :class:`StudioError` ``wrong_type`` for a body of none of ``types``.
    """
    beginning, refusal = begins
    received = content_type(request)
    if received == FORM_TYPES[0]:
        try:
            form = await read_form(request, begins)
        except StudioError as error:
            if error is refusal:
                await _rest(request)
            raise
        try:
            files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
            if len(files) != 1:
                raise invalid("file", "it should be one file.", "应是一个文件。")
            yield files[0].file
        finally:
            await form.close()
        return
    if received not in types:
        await request.body()
        expected = " or ".join((*types, FORM_TYPES[0]))
        raise StudioError("wrong_type", expected=expected, received=printable(received) or "nothing")
    with temporary(folder) as file:

        def write(data: bytes) -> None:
            with writing(folder):
                file.write(data)
                file.flush()

        pending = bytearray()
        known = False
        async for piece in request.stream():
            pending += piece
            if not known and len(pending) >= len(beginning):
                known = pending.startswith(beginning)
                if not known:
                    await _rest(request)
                    raise refusal
            if len(pending) >= _PIECE:
                await in_thread(request, lambda data=bytes(pending): write(data))  # type: ignore[misc]
                pending.clear()
        await in_thread(request, lambda: write(bytes(pending)))
        file.seek(0)
        yield file


async def _rest(request: Request) -> None:
    with contextlib.suppress(StudioError):  # more than may be sent: what is told already counts
        await drain(request.receive)


@asynccontextmanager
async def recordings(request: Request) -> AsyncIterator[tuple[dict[str, list[str]], list[UploadFile]]]:
    """The form's fields, each with its values, and its recordings; open within the block."""
    form = await read_form(request)
    try:
        fields: dict[str, list[str]] = {}
        files: list[UploadFile] = []
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                if name != FILES:
                    raise invalid(printable(name, 60), f"files are sent as “{FILES}”.", f"文件应放在“{FILES}”字段。")
                # A browser sends a field without a choice as a file without a name.
                if value.filename or value.size:
                    files.append(value)
            elif name != FILES:
                fields.setdefault(name, []).append(value)
            elif value:
                raise invalid(FILES, "it should be a file.", "应是文件。")
        yield fields, files
    finally:
        await form.close()


class RecordingTurns:
    """Recordings are looked at one form after the other: each takes seconds of a core and tens of megabytes.

    A short queue, so that they cannot pile up, and a thread of their own, so that they keep none from speech.
    """

    def __init__(self, limits: ServerConfig) -> None:
        self.admission = Admission(1, limits.queue_waiting)
        self.long = Admission(1, limits.queue_waiting)
        """Of what takes minutes, beside all the rest: a novel of millions of characters keeps nobody's page waiting."""
        self._deadline_s = limits.deadline_s
        # As many as may wait at most, and some to refuse the next ones in.
        self._threads = anyio.CapacityLimiter(2 * (2 * limits.queue_waiting + 4))

    async def do(self, request: Request, work: Callable[[Cancel], T], *, is_long: bool = False) -> T:
        """Run ``work(cancel)`` when its turn comes; ``cancel`` is pulled when the client goes, and at the deadline.

        One that ``is_long`` waits for such others alone. Raises :class:`StudioError` ``queue_full``, ``files_late``
        where its turn did not come in time, ``deadline``, ``cancelled``, and what ``work`` raises.
        """
        limit = Cancel(self._deadline_s, client=client_of(request))
        admission = self.long if is_long else self.admission

        def in_turn() -> T:
            begun = False
            try:
                with admission.turn(limit):
                    begun = True
                    return work(limit)
            except StudioError as error:
                if begun or error.code != "deadline":
                    raise
                raise StudioError("files_late", seconds=f"{self._deadline_s:g}", retry_after_s=_LATE_S) from error
            finally:
                if not (self.admission.busy or self.long.busy):
                    release()

        with cancel_on_leave(request) as left:
            left.on_cancel(limit.cancel)
            return await anyio.to_thread.run_sync(in_turn, limiter=self._threads, abandon_on_cancel=True)


async def prepared(request: Request, files: Sequence[UploadFile]) -> list[Prepared]:
    """The recordings as they are kept. Raises :class:`StudioError` with what the first bad one is refused for."""

    def work(file: UploadFile, cancel: Cancel) -> Prepared:
        from indextts.voices.cloning.prepare import prepare

        return prepare(file.file, file.filename or "", cancel)

    return await _each(request, files, work)


async def looked_at(request: Request, files: Sequence[UploadFile]) -> list[Checked]:
    """What is found in them. Raises :class:`StudioError` where one cannot be read."""

    def work(file: UploadFile, cancel: Cancel) -> Checked:
        from indextts.voices.cloning.prepare import look

        return look(file.file, file.filename or "", cancel).without_samples()

    return await _each(request, files, work)


async def _each(request: Request, files: Sequence[UploadFile], work: Callable[[UploadFile, Cancel], T]) -> list[T]:
    if not files:
        raise StudioError("recording_none")
    if len(files) > MAX_REFERENCES:
        raise StudioError("recording_many", limit=MAX_REFERENCES)
    turns: RecordingTurns = request.app.state.recordings
    return await turns.do(request, lambda cancel: [work(file, cancel) for file in files])


def findings(request: Request, found: Sequence[tuple[str, Finding]], *, named: bool = True) -> list[FindingAnswer]:
    """Findings, each with its file's name, in the caller's language; in the sentences it stands where ``named``."""
    language = caller_language(Headers(scope=request.scope))
    answers: list[FindingAnswer] = []
    for file, one in found:
        message, hint = one.localise(language, named=named)
        answers.append(FindingAnswer(file=file, code=one.code, message=message, hint=hint, refused=one.refused))
    return answers


GRADIO_FIELD: Final = "files"
"""The field that holds files where the page sends them."""

_UNSAFE: Final = re.compile(r"[^\w.,() -]")
_LONGEST_NAME: Final = 80


@dataclass(frozen=True)
class _Kept:
    path: Path
    size: int
    age_s: float


class UploadFolder:
    """A folder of uploaded files. All methods block, and are thread-safe.

    ``max_bytes`` is what they may take in all, ``max_age_s`` how long they stay; younger than ``in_use_s`` nothing goes
    for another's sake: a request that still runs may need it.
    """

    def __init__(self, folder: Path, *, max_bytes: int, max_age_s: float, in_use_s: float) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self._max_age_s = max_age_s
        self._in_use_s = in_use_s
        self._lock = threading.Lock()

    def save(self, source: BinaryIO, size: int, name: str) -> Path:
        """Store ``size`` bytes under a name that cannot be guessed, with the file extension of ``name``.

        Raises :class:`StudioError` ``uploads_full``, ``disk_full`` or ``not_writable``; nothing is left then.
        """
        safe = _UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2])[-_LONGEST_NAME:].lstrip(". ")
        path = self.folder / secrets.token_hex(32) / (safe or "file")
        with self._lock:
            self._make_room(size)
            try:
                with writing(path):
                    path.parent.mkdir(parents=True)
                    with path.open("xb") as target:
                        shutil.copyfileobj(source, target, 1 << 20)
            except BaseException:
                shutil.rmtree(path.parent, ignore_errors=True)
                raise
        return path

    def sweep(self) -> None:
        """Remove what is too old, what was broken off by a process that died, and the oldest beyond the bound."""
        with self._lock:
            for one in self._listing():
                broken_off = one.path.parent == self.folder and one.path.name.startswith("tmp")
                if one.age_s > (min(self._in_use_s, self._max_age_s) if broken_off else self._max_age_s):
                    self._remove(one)
            with contextlib.suppress(StudioError):  # what is too much may still be in use
                self._make_room(0)

    def _make_room(self, size: int) -> None:
        kept = sorted(self._listing(), key=lambda one: one.age_s)
        total = sum(one.size for one in kept) + size
        while total > self._max_bytes and kept and kept[-1].age_s > self._in_use_s:
            oldest = kept.pop()
            self._remove(oldest)
            total -= oldest.size
        if total > self._max_bytes:
            wait_s = math.ceil(self._in_use_s - kept[-1].age_s) if kept else self._in_use_s
            raise StudioError("uploads_full", retry_after_s=max(1, int(wait_s)), limit=self._max_bytes)

    def _listing(self) -> list[_Kept]:
        found: list[_Kept] = []
        now = believed()
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = Path(folder, name)
                # Another process may sweep the same folder: what is gone is no error.
                with contextlib.suppress(OSError):
                    stat = path.lstat()
                    # By when it came here: a copy may bear its original's other times.
                    found.append(_Kept(path, stat.st_size, now - stat.st_ctime))
        return found

    def _remove(self, one: _Kept) -> None:
        try:
            one.path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("Cannot remove %s: %s", one.path, error)
            return
        for folder in one.path.parents:
            if folder == self.folder:
                return
            try:
                folder.rmdir()
            except OSError:  # not empty
                return


async def take_upload(request: Request, uploads: UploadFolder) -> Response:
    """The form's files, kept: the list of their paths.

    Until the form is whole its files lie in the system's temporary folder without a name, so that nothing of them
    outlives this request, however it ends. Raises :class:`StudioError`: ``wrong_type``, ``malformed``,
    ``invalid_value``, ``body_too_large``, and what :meth:`UploadFolder.save` raises.
    """
    if content_type(request) != FORM_TYPES[0]:
        await request.body()
        raise StudioError("wrong_type", expected=FORM_TYPES[0], received=content_type(request) or "nothing")
    form = await read_form(request)
    try:
        files = [value for value in form.getlist(GRADIO_FIELD) if isinstance(value, UploadFile)]
        if not files:
            raise invalid(GRADIO_FIELD, "it should be a file.", "应是文件。")
        paths: list[str] = []
        for file in files:
            size = file.size or 0
            path = await anyio.to_thread.run_sync(uploads.save, file.file, size, file.filename or "")
            paths.append(str(path))
    finally:
        await form.close()
    return JSONResponse(paths)
