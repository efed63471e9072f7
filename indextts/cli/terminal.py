"""Reading and writing where the command line was called: files, stdin, stdout and stderr."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual

STANDARD: Final = "-"
"""The name of stdin and stdout."""


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
    from indextts.storage.files import write_file, writing

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


def say(line: str) -> None:
    """One line on stdout."""
    sys.stdout.write(line + "\n")


def tell(line: str) -> None:
    """One line on stderr, at once."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def report(data: dict[str, Any], line: str, *, as_json: bool) -> None:
    """A result, for programs or for people."""
    say(json.dumps(data, ensure_ascii=False) if as_json else line)
