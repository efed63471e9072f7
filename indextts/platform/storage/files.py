"""Atomic writes: aside, fsync, rename; and the removal of what a killed process has left half-written.

Unfinished downloads are none of that: they wait in a folder of their own and are gone on with.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import logging
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from indextts.model.errors import StudioError, reason_of

PART: Final = ".part"
"""Ends the names of what is being written."""

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The system's numbers for a disk that has too little room."""
DISK_ERRORS: Final = frozenset(
    {
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST),
        # A disk that was taken out, or a network disk that does not answer.
        *(errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.ENOTCONN, errno.ETIMEDOUT, errno.EHOSTDOWN),
    }
)
"""The system's numbers for a disk or a folder that cannot be written for another reason than too little room."""

_LONGEST: Final = 240
"""Bytes of a name that leave room for what :func:`aside_of` adds, of the 255 that disks take."""
_PROBE_BYTES: Final = 2**20
"""More than a sentence of speech takes: where so much can be written, it is worth going on."""
_PIECE: Final = 4 * 1024**2
_FILE: Final = re.compile(r"\..+\.[0-9a-f]{8}" + re.escape(PART))
"""The names of what :func:`write_file` and its like are writing."""
_YOUNG_S: Final = 2.0
"""A file that has just been made may not be held yet."""
_OLD_S: Final = 600.0
"""A folder untouched for this long is abandoned; so is a file, where locks are not available."""

log = logging.getLogger(__name__)


def sha256_file(path: Path, beat: Callable[[], None] = lambda: None) -> str:
    """Hexadecimal digest of a file's content; ``beat`` is called every few megabytes, and raises to stop."""
    whole = hashlib.sha256()
    with path.open("rb", buffering=0) as stream:
        while piece := stream.read(_PIECE):
            whole.update(piece)
            beat()
    return whole.hexdigest()


def hold(stream: IO[bytes]) -> bool | None:
    """Mark a file as being written until it is closed, also by the process's death.

    False where another holds it; ``None`` where the system or the disk has no such marks.
    """
    try:
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):
        return None
    return True


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns the operating system's refusals to write into errors that say what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StudioError("disk_full", path=path) from error
        if error.errno in DISK_ERRORS or error.errno == errno.EISDIR:
            raise StudioError("not_writable", path=path, reason=reason_of(error)) from error
        raise


def own_folder(path: Path) -> None:
    """Make a folder of this program's data, and what is missing above it, for its own account alone.

    Raises :class:`OSError`.
    """
    if path.is_dir():
        return
    own_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    if not path.is_dir():
        path.mkdir()  # says what is in the way


def own_file(path: Path) -> None:
    """Make a file that holds what a person wrote, or take it and all that lies beside it under its name from others.

    What belongs to another account stays as it is. Raises :class:`OSError` where it cannot be made, or written.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    for one in (path, *path.parent.glob(f"{glob.escape(path.name)}[-.]*")):
        close_to_others(one)
    # SQLite opens such a file all the same, and would never try again; opening it here would take SQLite's locks away.
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "it can only be read", str(path))


def close_to_others(path: Path) -> None:
    """Take a file or a folder of this account from all others; a folder that is everybody's stays as it is."""
    with contextlib.suppress(OSError):
        about = path.lstat()
        shared = stat.S_ISLNK(about.st_mode) or about.st_mode & stat.S_ISVTX
        if about.st_mode & 0o077 and about.st_uid == os.geteuid() and not shared:
            path.chmod(stat.S_IMODE(about.st_mode) & 0o700)


def temporary(folder: Path, *, elsewhere: bool = False) -> BinaryIO:
    """A file without a name, on the disk that ``folder`` is on; with ``elsewhere``, where that one can only be read,
    among the system's temporary files: what is there is to be fetched before it is too late.
    """
    with writing(folder):
        own_folder(folder)
        try:
            return cast(BinaryIO, tempfile.TemporaryFile(dir=folder))
        except OSError as error:
            if not elsewhere or error.errno not in (errno.EROFS, errno.EACCES):
                raise
            return cast(BinaryIO, tempfile.TemporaryFile())


def write_file(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Put ``data`` at ``path`` so that a reader sees the old file or the whole new one, even after a power cut.

    ``mode`` holds the permissions, less what the process's umask takes away.
    """
    with new_file(path, mode=mode) as stream:
        stream.write(data)


def probe(folder: Path) -> None:
    """Write a megabyte in ``folder`` and remove it again. Raises :class:`StudioError` while that cannot be done."""
    aside = folder / f".probe.{secrets.token_hex(4)}{PART}"
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with aside.open("wb") as stream:
                hold(stream)
                stream.write(bytes(_PROBE_BYTES))
                stream.flush()
                os.fsync(stream.fileno())
        finally:
            aside.unlink(missing_ok=True)


def aside_of(path: Path) -> Path:
    """A new name beside ``path`` for what is to take its place, or has to give it up."""
    name = path.name
    while len(os.fsencode(name)) > _LONGEST:
        name = name[:-1]
    return path.with_name(f".{name}.{secrets.token_hex(4)}{PART}")


@contextlib.contextmanager
def new_file(path: Path, *, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """Give a file to write; when the block ends well, it takes the place of ``path`` at once and durably."""
    aside = aside_of(path)
    with writing(path):
        own_folder(path.parent)
        try:
            with open(aside, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as stream:
                hold(stream)
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


@contextlib.contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give a folder to fill; when the block ends well, it takes the place of ``path`` at once.

    Left-overs of builds that were killed are removed first.
    """
    with writing(path):
        own_folder(path.parent)
        for left_over in path.parent.glob(f".{path.name}.*{PART}"):
            shutil.rmtree(left_over, ignore_errors=True)
        aside = aside_of(path)
        aside.mkdir()
        try:
            yield aside
            for file in aside.iterdir():
                with file.open("rb") as stream:
                    os.fsync(stream.fileno())
            replace_folder(aside, path)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def replace_folder(aside: Path, path: Path) -> None:
    """Let the folder ``aside`` take the place of ``path``, which may be there, at once and durably."""
    if path.exists():
        old = aside_of(path)
        path.rename(old)
        aside.rename(path)
        shutil.rmtree(old, ignore_errors=True)
    else:
        aside.rename(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make a rename inside ``path`` durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(root: Path) -> list[Path]:
    """Remove left-overs below ``root`` that no process writes any more; returns what was removed."""
    removed: list[Path] = []
    for place, folders, files in os.walk(root):
        for name in [name for name in folders if name.startswith(".") and name.endswith(PART)]:
            folders.remove(name)
            if time.time() - _newest(Path(place, name)) > _OLD_S:
                shutil.rmtree(Path(place, name), ignore_errors=True)
                removed.append(Path(place, name))
        removed += [Path(place, name) for name in files if _FILE.fullmatch(name) and dropped(Path(place, name))]
    if removed:
        log.info("Removed what was left half-written: %s", ", ".join(map(str, removed)))
    return removed


def dropped(path: Path) -> bool:
    """Remove a half-written file that no process holds any more; whether it is gone."""
    with contextlib.suppress(OSError):
        age = time.time() - path.lstat().st_mtime
        if abs(age) < _YOUNG_S or path.is_symlink():  # of the future: the clock was set back
            return False
        with path.open("r+b") as stream:
            free = hold(stream)
        if free or (free is None and age > _OLD_S):
            path.unlink()
            return True
    return False


def _newest(folder: Path) -> float:
    """When something came to a folder or below it last."""
    newest = 0.0
    for path in (folder, *folder.rglob("*")):
        with contextlib.suppress(OSError):
            about = path.lstat()
            newest = max(newest, about.st_mtime, about.st_ctime)
    return newest
