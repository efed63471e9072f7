"""Files that a command reads and writes, among them stdin and stdout."""

from __future__ import annotations

import sys
from pathlib import Path

from indextts.cli.terminal import STANDARD
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.storage.files import write_file, writing


def read_file(name: str) -> bytes:
    """All of a file, or of stdin. Raises :class:`StudioError` ``bad_file``."""
    if name == STANDARD:
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise StudioError("bad_file", path=name, reason=error.strerror or str(error)) from error


def write_bytes(name: str, data: bytes) -> None:
    """Put ``data`` into a file, aside first, or on stdout; what is no file (a pipe, a device) is written to."""
    if name == STANDARD:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    path = Path(name).resolve()
    if path.exists() and not path.is_file():
        with writing(path):
            path.write_bytes(data)
    else:
        write_file(path, data)


def check_target(name: str) -> None:
    """Whether a file could be written there, before any work is done. Raises :class:`StudioError`."""
    # A link stays a link.
    path = Path(name).resolve()
    if name == STANDARD:
        return
    if not path.parent.is_dir():
        raise StudioError("no_folder", folder=path.parent)
    if path.is_dir():
        raise StudioError("bad_file", path=name, reason=Bilingual("it is a folder.", "它是一个文件夹。"))


def extension(name: str) -> str:
    """What it ends in, in small letters and without the dot."""
    return Path(name).resolve().suffix.removeprefix(".").lower()
