"""What is uploaded through Gradio: bounded in all, gone after a while, and nothing left of what broke off."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import re
import secrets
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import anyio.to_thread
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.server.parsing import FORM_TYPES, content_type, read_form
from indextts.storage.files import writing

log = logging.getLogger(__name__)

FIELD: Final = "files"
"""The form's field that holds them, as Gradio's clients name it."""

_UNSAFE: Final = re.compile(r"[^\w.,() -]")
_LONGEST_NAME: Final = 80


@dataclass(frozen=True)
class _Kept:
    path: Path
    size: int
    age_s: float


class UploadFolder:
    """A folder of files that somebody uploaded. All methods block, and are thread-safe.

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
        """Keep ``size`` bytes under a name that nobody can guess, which ends as ``name`` does.

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
            total = 0
            for one in sorted(self._listing(), key=lambda kept: kept.age_s):
                total += one.size
                too_much = total > self._max_bytes and one.age_s > self._in_use_s
                broken_off = one.path.parent == self.folder and one.path.name.startswith("tmp")
                if one.age_s > self._max_age_s or too_much or (broken_off and one.age_s > self._in_use_s):
                    self._remove(one)
                    total -= one.size

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
        now = time.time()
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
        files = [value for value in form.getlist(FIELD) if isinstance(value, UploadFile)]
        if not files:
            raise StudioError("invalid_value", field=FIELD, reason=Bilingual("it should be a file.", "应是文件。"))
        paths: list[str] = []
        for file in files:
            size = file.size or 0
            path = await anyio.to_thread.run_sync(uploads.save, file.file, size, file.filename or "")
            paths.append(str(path))
    finally:
        await form.close()
    return JSONResponse(paths)
