"""Files that a command reads and writes, among them stdin and stdout."""

from __future__ import annotations

import argparse
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Final

from indextts.cli.terminal import STANDARD, standard_output
from indextts.model.errors import StudioError, reason_of
from indextts.model.i18n.messages import Bilingual
from indextts.platform.storage.files import new_file, probe, writing

_READ: Final = ("file", "plan", "cast", "emotion_reference", "config")
"""Options of all commands that name a file to be read, beside ``music``."""
_OPEN: Final = Path("/dev/fd")
"""Where the system names the open files of a process."""
_MOST_LINKS: Final = 40
"""Links that lead from one to the next."""


@contextmanager
def reading(name: str) -> Iterator[BinaryIO]:
    """A file to read. Raises :class:`StudioError` ``bad_file``, also where reading fails later."""
    try:
        with open(name, "rb") as stream:
            yield stream
    except OSError as error:
        raise StudioError("bad_file", path=name, reason=reason_of(error)) from error


def read_file(name: str) -> bytes:
    """All of a file, or of stdin. Raises :class:`StudioError` ``bad_file``."""
    if name == STANDARD:
        return sys.stdin.buffer.read()
    with reading(name) as stream:
        return stream.read()


def read_text(name: str) -> str:
    """The same as text, without its byte-order mark. Raises also :class:`StudioError` ``not_utf8``."""
    data = read_file(name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StudioError("not_utf8", line=data.count(b"\n", 0, error.start) + 1) from error


@contextmanager
def output_to(name: str) -> Iterator[IO[bytes]]:
    """What is written goes into a file, aside first, or to stdout; what is no file (a pipe, a device) is written to."""
    if name == STANDARD:
        with standard_output() as out:
            yield out.buffer
            out.buffer.flush()
    elif is_stream(name):
        number = _descriptor(name)
        with writing(Path(name)), open(name if number is None else os.dup(number), "wb") as stream:
            yield stream
    else:
        with new_file(Path(name).resolve()) as stream:  # a link stays a link
            yield stream


def write_bytes(name: str, data: bytes) -> None:
    """Put ``data`` where :func:`output_to` says."""
    with output_to(name) as stream:
        stream.write(data)


def check_target(name: str, options: argparse.Namespace, *others: str) -> str:
    """Whether a file could be written there, before any work is done, and is none that the command of these ``options``
    reads, and none of its ``others`` that it writes. Returns its name, which is ``-`` for whatever name stdout was
    given. Raises :class:`StudioError`.
    """
    if (number := _descriptor(name)) == 1:
        name = STANDARD
    if any(_is_same_target(name, one) for one in others):
        english = "two outputs would go there; give each a name of its own."
        raise bad_file(name, english, "两项输出会写到同一处；请分别命名。")
    if name == STANDARD:
        return name
    path = Path(name).resolve()
    try:
        if number is not None:
            os.write(number, b"")  # it is open, for writing
        if is_stream(name):
            return name
    except OSError as error:
        raise StudioError("bad_file", path=name, reason=reason_of(error)) from error
    if not path.parent.is_dir():
        raise StudioError("no_folder", folder=path.parent)
    if path.is_dir():
        raise bad_file(name, "it is a folder.", "它是一个文件夹。")
    if any(_is_same(path, one) for one in _read_by(options)):
        english = "this command reads it, and would replace it; choose another output name."
        raise bad_file(name, english, "这条命令要读取它，写入会将其覆盖；请换一个输出文件名。")
    probe(path.parent)
    return name


def bad_file(name: str, english: str, chinese: str) -> StudioError:
    """The refusal of a file, with what is wrong with it."""
    return StudioError("bad_file", path=name, reason=Bilingual(english, chinese))


def is_stream(name: str) -> bool:
    """Whether it is no file (a pipe, a device, what the shell has opened), and is written to as it is."""
    path = Path(name)
    return _descriptor(name) is not None or (path.exists() and not path.is_file() and not path.is_dir())


def _descriptor(name: str) -> int | None:
    """The number of the open file of this process that a name stands for, such as ``/dev/stdout`` and ``/dev/fd/3``.

    What the shell has opened is written to as it is: its name may lead nowhere, or to a file that is to be added to.
    """
    path = Path(name)
    try:
        for _ in range(_MOST_LINKS):
            folder = path.parent.resolve()
            if path.name.isdigit() and folder.samefile(_OPEN):
                return int(path.name)
            path = folder / path.readlink()
    except OSError:
        pass  # no link any more, or nothing there
    return None


def _read_by(options: argparse.Namespace) -> list[str]:
    named = [getattr(options, name, None) for name in _READ]
    if getattr(options, "text", None) == STANDARD:
        named.append(STANDARD)
    named += [one.partition("=")[2] for one in getattr(options, "music", ())]
    return [str(one) for one in named if one]


def _is_same_target(first: str, second: str) -> bool:
    """Whether two outputs are one file, or one pipe; of a device that takes anything there may be two."""
    if STANDARD in (first, second):
        return first == second
    path = Path(first).resolve()
    return (path == Path(second).resolve() and not path.is_char_device()) or _is_same(path, second)


def _is_same(path: Path, other: str) -> bool:
    """Whether both are one file, by whatever names; what is no file (a terminal, a pipe) loses nothing."""
    try:
        there, read = path.stat(), os.stat(0 if other == STANDARD else other)
    except (OSError, ValueError):
        return False  # one of them is not there, or is a content hash
    return stat.S_ISREG(there.st_mode) and os.path.samestat(there, read)


def extension(name: str) -> str:
    """What it ends in, in small letters and without the dot; of a link without an ending, what it leads to ends in."""
    return (Path(name).suffix or Path(name).resolve().suffix).removeprefix(".").lower()
