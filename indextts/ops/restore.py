"""Brings a backup back: all of it is read and checked first, then it takes the place of what is there, which is kept.

    restored = restore(config, Path("studio.tar.gz"))
    restored.aside      # what was there before

An archive may come from anybody: it can name nothing outside of ``cache_hub``, no links, no devices, and nothing in
there that a program would run.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indextts.model.errors import StudioError
from indextts.ops.backup import ABOUT, ASIDE, DATABASES, FORM, LINKS, Backup, belongs, unit_of
from indextts.platform.storage import copies
from indextts.platform.storage.archive import Member, check_name, damaged, read_archive
from indextts.platform.storage.database import migrations
from indextts.platform.storage.files import PART, writing
from indextts.platform.storage.in_use import EXCHANGE, alone, complete, exchange
from indextts.works.db.migrations import MIGRATIONS

if TYPE_CHECKING:
    from indextts.platform.config import Config

_MOST_ABOUT: Final = 64 * 1024
_MOST_LINE: Final = 1024
_MOST_NAMES: Final = 10_000
"""Of files and folders that are exchanged as one each: all sounds are one of them."""
_EACH: Final = 4096
"""What a file takes on the disk beside its bytes, about."""
_DATABASE: Final = ".sqlite3"
_MAGIC: Final = b"SQLite format 3\0"
_FORM_AT: Final = 60
"""Where SQLite keeps ``user_version`` in a file."""


def restore(config: Config, path: Path) -> Backup:
    """Let the archive at ``path`` take the place of what is there.

    Raises :class:`StudioError` ``folder_in_use`` while a server holds the folder, ``bad_backup``, ``backup_newer``,
    ``disk_full``, ``not_writable``; then nothing is changed.
    """
    folder = config.cache_path
    _check(path, folder, stage=None)  # all of it, before anything is written
    with alone(folder), writing(folder):
        if (folder / EXCHANGE).exists():
            complete(folder)
        for left_over in folder.glob(f".restore-*{PART}"):
            shutil.rmtree(left_over, ignore_errors=True)
        stage = folder / f".restore-{secrets.token_hex(4)}{PART}"
        try:
            stage.mkdir(mode=0o700)
            restored, come = _check(path, folder, stage=stage)
            _check_databases(stage)
            go = [name for name in _there(folder, restored) if name not in come]
            aside = folder / f"{ASIDE}{datetime.now():%Y%m%d-%H%M%S-%f}"
            exchange(folder, stage, aside, come=come, go=go)
        except BaseException:
            if not (folder / EXCHANGE).exists():
                shutil.rmtree(stage, ignore_errors=True)
            raise
        if not any(aside.iterdir()):
            aside.rmdir()
            return restored
        return replace(restored, aside=str(aside))


def _check(path: Path, folder: Path, *, stage: Path | None) -> tuple[Backup, list[str]]:
    """What an archive holds and the names to exchange, all hashes right; with ``stage`` it is unpacked there."""
    members = read_archive(path)
    first = next(members, None)
    if first is None or first.name != ABOUT:
        raise damaged("it is not a backup of this program", "不是本程序的备份")
    told = _about(path, first)
    come: dict[str, None] = {}
    files = size = 0
    ended = False
    for member in members:
        if ended:
            raise damaged("something follows its end", "结尾之后仍有内容")
        if member.name == LINKS:
            ended = True
            for name, target in _links(member.pieces):
                _accept(name, told)
                if unit_of(name) not in come:
                    raise damaged("a list in it names what is not there", "其中的清单指向不存在的文件")
                files += 1
                if stage is not None:
                    _link(stage, name, target)
            continue
        size += member.size
        _accept(member.name, told)
        come[unit_of(member.name)] = None
        if len(come) > _MOST_NAMES:
            raise damaged(f"it holds more than {_MOST_NAMES} names", f"其中的名称超过 {_MOST_NAMES} 个")
        files += 1
        pieces = _of_known_form(path, member)
        if stage is None:
            for _ in pieces:
                pass
        else:
            _unpack(stage / member.name, member.mode, pieces, folder)
    if not ended or not files:
        raise damaged("it is cut off or damaged", "文件不完整或已损坏")
    if stage is None and folder.exists() and shutil.disk_usage(folder).free < size + _EACH * files:
        raise StudioError("disk_full", path=folder)
    return replace(told, files=files, bytes=size), list(come)


def _about(path: Path, member: Member) -> Backup:
    if member.size > _MOST_ABOUT:
        raise damaged("it is not a backup of this program", "不是本程序的备份")
    try:
        about = json.loads(b"".join(member.pieces))
        form, version = int(about["form"]), str(about["version"])
        told = Backup(path, str(about["made"])[:40], version[:40], 0, 0, bool(about["sounds"]), bool(about["models"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged("it does not say what it holds", "缺少内容说明") from error
    if form > FORM:
        raise StudioError("backup_newer", version=told.version)
    return told


def _accept(name: str, told: Backup) -> None:
    """Raise :class:`StudioError` for what no backup of this program holds."""
    own_model = name.startswith("models/") and name.count("/") > 1
    if not belongs(name, sounds=told.sounds, models=told.models or own_model) or name in ("works", "models", ABOUT):
        raise damaged(f"it holds {name[:80]}, which no backup has", f"其中的 {name[:80]} 不属于备份内容")


def _of_known_form(path: Path, member: Member) -> Iterator[bytes]:
    """The pieces of a file; of a database that a newer version has written, none. Raises ``backup_newer``."""
    known = _known_forms().get(member.name)
    for number, piece in enumerate(member.pieces):
        if number == 0 and known is not None:
            if not piece.startswith(_MAGIC):
                raise damaged(f"{member.name} is not a database", f"{member.name} 不是数据库")
            form = int.from_bytes(piece[_FORM_AT : _FORM_AT + 4], "big")
            if form > known:
                raise StudioError("backup_newer", version=f"{member.name} {form} > {known}")
        yield piece


def _known_forms() -> dict[str, int]:
    return dict(zip(DATABASES, (len(migrations()), len(MIGRATIONS)), strict=True))


def _unpack(target: Path, mode: int, pieces: Iterator[bytes], folder: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        own = mode & 0o077 == 0 or target.suffix == _DATABASE
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if own else 0o644)
    except (FileExistsError, NotADirectoryError) as error:
        raise damaged("it holds a name twice", "其中有重复的名称") from error
    with open(handle, "wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    _give(target, folder)


def _links(pieces: Iterator[bytes]) -> Iterator[tuple[str, str]]:
    """The lines of :data:`LINKS`."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > _MOST_LINE:
            break
        for line in lines:
            try:
                name, target = line.decode().split("\t")
            except (UnicodeDecodeError, ValueError) as error:
                raise damaged("a list in it cannot be read", "其中的清单无法读取") from error
            check_name(name)
            check_name(target)
            yield name, target
    if rest:
        raise damaged("a list in it cannot be read", "其中的清单无法读取")


def _link(stage: Path, name: str, target: str) -> None:
    source, place = stage / target, stage / name
    if not source.is_file():  # nothing in the stage is a symbolic link
        raise damaged("a list in it names what is not there", "其中的清单指向不存在的文件")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        os.link(source, place)
    except (FileExistsError, NotADirectoryError) as error:
        raise damaged("it holds a name twice", "其中有重复的名称") from error
    except OSError:
        shutil.copyfile(source, place)  # a disk without further names


def _give(path: Path, folder: Path) -> None:
    """Restored files get the folder's owner: the restoring user may be root while the server is not."""
    if os.geteuid() == 0:
        whose = folder.stat()
        for one in (path, *path.parents):
            if one == folder or one.stat().st_uid == whose.st_uid:
                return
            os.chown(one, whose.st_uid, whose.st_gid)


def _check_databases(stage: Path) -> None:
    for name in DATABASES:
        if (stage / name).exists():
            try:
                reason = copies.damage(stage / name)
            except sqlite3.Error as error:
                reason = str(error)
            if reason:
                raise damaged(f"{name} in it is damaged ({reason})", f"其中的 {name} 已损坏（{reason}）")


def _there(folder: Path, restored: Backup) -> Iterator[str]:
    """What is in place of a backup's content, by the names to exchange; databases with all that lies beside them."""
    for path in sorted(folder.iterdir()):
        below = sorted(path.iterdir()) if path.name in ("works", "models") and path.is_dir() else [path]
        for one in below:
            name = one.relative_to(folder).as_posix()
            beside = any(name.startswith(f"{database}-") or name.startswith(f"{database}.") for database in DATABASES)
            if beside or belongs(name, sounds=restored.sounds, models=restored.models):
                yield name
