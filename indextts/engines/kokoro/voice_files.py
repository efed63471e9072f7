"""Published files of voices: one file each with its style vectors, or one container with all of them.

The container is that of kokoro-onnx's releases, ``voices-v1.0.bin``: a ZIP archive of numpy arrays, ``af_heart.npy``
and so on. It comes from elsewhere, so its table of contents is checked before it is read, an array is read only up to
the size that a voice has, and nothing in it is unpacked onto the disk under a name of its own.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.engines.kokoro.voices import ROWS, WIDTH
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.storage.bounded import BoundsError, check_table

MAX_PARTS: Final = 1024
"""Voices that a container may have, whatever they are called."""
_CONTAINER: Final = "voices"
"""How the name of a container begins."""
_VALUES: Final = ROWS * WIDTH
_BYTES: Final = _VALUES * np.dtype(np.float32).itemsize
_HEADER_BYTES: Final = 4096
"""Before the values of an array."""
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What :mod:`zipfile` and numpy raise for what they cannot read."""


def read_voices(source: Path, names: Collection[str]) -> dict[str, bytes]:
    """The style vectors of those of ``names`` that a folder has, wherever they lie in it, as little-endian float32.

    A voice's own file goes before a container. Raises :class:`StudioError` ``voices_unusable``.
    """
    found: dict[str, bytes] = {}
    own: dict[str, bytes] = {}
    for path in sorted(source.rglob("*.bin")):
        if path.name.startswith(_CONTAINER):
            found |= _unpacked(path, names)
        elif path.stem in names:
            if path.stat().st_size != _BYTES:
                raise _unusable(path, path.stem)
            own[path.stem] = _checked(path, path.stem, np.fromfile(path, "<f4"))
    return found | own


def _unpacked(path: Path, names: Collection[str]) -> dict[str, bytes]:
    try:
        with path.open("rb") as file:
            check_table(file, parts=MAX_PARTS)
        with zipfile.ZipFile(path) as archive:
            return dict(_members(path, archive, names))
    except (BoundsError, *_BROKEN) as error:
        raise _unusable(path, "") from error


def _members(path: Path, archive: zipfile.ZipFile, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Each voice of ``names`` in a container; others of its arrays are not read."""
    for about in archive.infolist():
        name = about.orig_filename.removesuffix(".npy")
        if name not in names or not about.orig_filename.endswith(".npy"):
            continue
        if not _BYTES < about.file_size <= _BYTES + _HEADER_BYTES:
            raise _unusable(path, name)
        with archive.open(about) as stream:
            data = stream.read(about.file_size + 1)
        yield name, _checked(path, name, _array(data, path, name))


def _array(data: bytes, path: Path, name: str) -> npt.NDArray[np.float32]:
    """The values of a numpy array that says that it has as many as a voice, in the order of their rows."""
    stream = io.BytesIO(data)
    known: Mapping[Any, Any] = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    read = known.get(np.lib.format.read_magic(stream))
    if read is None:
        raise _unusable(path, name)
    shape, by_columns, kind = read(stream, max_header_size=_HEADER_BYTES)
    rest = data[stream.tell() :]
    if by_columns or kind != np.dtype("<f4") or shape not in ((ROWS, WIDTH), (ROWS, 1, WIDTH)) or len(rest) != _BYTES:
        raise _unusable(path, name)
    return np.frombuffer(rest, "<f4")


def _checked(path: Path, name: str, values: npt.NDArray[np.float32]) -> bytes:
    if values.size != _VALUES or not np.isfinite(values).all():
        raise _unusable(path, name)
    return values.tobytes()


def _unusable(path: Path, name: str) -> StudioError:
    """``name`` is empty where the container itself cannot be read."""
    reason = Bilingual("it is not a whole ZIP archive", "它不是完整的 ZIP 压缩包")
    if name:
        reason = Bilingual(
            f"“{name}” in it is not {ROWS} × {WIDTH} finite numbers of 32 bits",
            f"其中的“{name}”不是 {ROWS} × {WIDTH} 个有限的 32 位浮点数",
        )
    return StudioError("voices_unusable", file=path.name, reason=reason)
