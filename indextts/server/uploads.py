"""Recordings that come with a form."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeVar

import anyio
import anyio.to_thread
from pydantic import BaseModel
from starlette.datastructures import Headers, UploadFile
from starlette.requests import Request

from indextts.config import ServerConfig
from indextts.errors import StudioError, printable
from indextts.i18n.language import caller_language
from indextts.i18n.messages import Bilingual
from indextts.run import Cancel
from indextts.runtime.memory import release
from indextts.server.calls import T, cancel_on_leave
from indextts.server.parsing import read_form
from indextts.service.queue import Admission
from indextts.service.rate_limit import client_of
from indextts.voices.cloning.fields import MAX_REFERENCES

if TYPE_CHECKING:
    from indextts.voices.cloning.prepare import Checked
    from indextts.voices.cloning.voice import Finding, Prepared

FILES: Final = "reference"
"""The field that holds them."""

Made = TypeVar("Made")


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
async def recordings(request: Request) -> AsyncIterator[tuple[dict[str, list[str]], list[UploadFile]]]:
    """The form's fields, each with its values, and its recordings; open within the block."""
    form = await read_form(request)
    try:
        fields: dict[str, list[str]] = {}
        files: list[UploadFile] = []
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                if name != FILES:
                    reason = Bilingual(f"files are sent as “{FILES}”.", f"文件应放在“{FILES}”字段。")
                    raise StudioError("invalid_value", field=printable(name, 60), reason=reason)
                # A browser sends a field without a choice as a file without a name.
                if value.filename or value.size:
                    files.append(value)
            elif name != FILES:
                fields.setdefault(name, []).append(value)
            elif value:
                reason = Bilingual("it should be a file.", "应是文件。")
                raise StudioError("invalid_value", field=FILES, reason=reason)
        yield fields, files
    finally:
        await form.close()


class RecordingTurns:
    """Recordings are looked at one form after the other: each takes seconds of a core and tens of megabytes.

    A short queue, so that they cannot pile up, and a thread of their own, so that they keep none from speech.
    """

    def __init__(self, limits: ServerConfig) -> None:
        self.admission = Admission(1, limits.queue_waiting)
        self._deadline_s = limits.deadline_s
        # As many as may wait at most, and some to refuse the next ones in.
        self._threads = anyio.CapacityLimiter(2 * limits.queue_waiting + 4)

    async def do(self, request: Request, work: Callable[[Cancel], T]) -> T:
        """Run ``work(cancel)`` when its turn comes; ``cancel`` is pulled when the client goes, and at the deadline.

        Raises :class:`StudioError` ``queue_full``, ``deadline``, ``cancelled``, and what ``work`` raises.
        """
        limit = Cancel(self._deadline_s, client=client_of(request))

        def in_turn() -> T:
            try:
                with self.admission.turn(limit):
                    return work(limit)
            finally:
                if not self.admission.busy:
                    release()

        async with cancel_on_leave(request) as left:
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


async def _each(
    request: Request, files: Sequence[UploadFile], work: Callable[[UploadFile, Cancel], Made]
) -> list[Made]:
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
