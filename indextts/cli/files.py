"""Files that a command reads and writes, among them stdin and stdout."""

from __future__ import annotations

import argparse
import os
import stat
import sys
from pathlib import Path
from typing import Final

from indextts.cli.terminal import STANDARD
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.storage.files import write_file, writing

_READ: Final = ("file", "plan", "cast", "emotion_reference", "config")
"""Options of all commands that name a file to be read, beside ``music``."""


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


def check_target(name: str, options: argparse.Namespace) -> None:
    """Whether a file could be written there, before any work is done, and is none that the command of these ``options``
    reads. Raises :class:`StudioError`.
    """
    # A link stays a link.
    path = Path(name).resolve()
    if name == STANDARD:
        return
    if not path.parent.is_dir():
        raise StudioError("no_folder", folder=path.parent)
    if path.is_dir():
        raise StudioError("bad_file", path=name, reason=Bilingual("it is a folder.", "它是一个文件夹。"))
    if any(_is_same(path, one) for one in _read_by(options)):
        reason = Bilingual(
            "this command reads it, and would replace it; choose another output name.",
            "这条命令要读取它，写入会将其覆盖；请换一个输出文件名。",
        )
        raise StudioError("bad_file", path=name, reason=reason)


def _read_by(options: argparse.Namespace) -> list[str]:
    named = [getattr(options, name, None) for name in _READ]
    if getattr(options, "text", None) == STANDARD:
        named.append(STANDARD)
    named += [one.partition("=")[2] for one in getattr(options, "music", ())]
    return [str(one) for one in named if one]


def _is_same(path: Path, other: str) -> bool:
    """Whether both are one file, by whatever names; what is no file (a terminal, a pipe) loses nothing."""
    try:
        there, read = path.stat(), os.stat(0 if other == STANDARD else other)
    except (OSError, ValueError):
        return False  # one of them is not there, or is a content hash
    return stat.S_ISREG(there.st_mode) and os.path.samestat(there, read)


def extension(name: str) -> str:
    """What it ends in, in small letters and without the dot."""
    return Path(name).resolve().suffix.removeprefix(".").lower()
