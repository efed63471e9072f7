"""Tensors in files, mapped into memory: a file is never read as a whole, and what was read can be let go again.

The format is safetensors: eight bytes for the length of a JSON header, the header, the tensors one behind the other.
Reading and writing it here, and not through its library, keeps both flat: writing takes no second copy of what is
written, and :meth:`Mapped.forget` gives the pages of a file back while its tensors live on.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import struct
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import torch

from indextts.engines.indextts2.checkpoint.config import NAME
from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.storage.files import new_file

_TYPES: Final = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64,
    "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool,
}  # fmt: skip
_NAMES: Final = {kind: name for name, kind in _TYPES.items()}
_LONGEST_HEADER: Final = 100_000_000
_ALIGNMENT: Final = 64


class Mapped(Mapping[str, torch.Tensor]):
    """A safetensors file. Its tensors are views of the file; nobody may write into them."""

    def __init__(self, path: Path) -> None:
        """Raises :class:`StudioError` ``model_unreadable`` for what is no such file, or is cut off."""
        self.path = path
        try:
            with path.open("rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                header, begin = _header(stream.read(8), stream.read, size)
                # Private: whoever writes by mistake writes into a copy of the page.
                self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY)
        except (OSError, ValueError) as error:
            reason = Bilingual("it is no file of tensors, or it is cut off.", "它不是张量文件，或已被截断。")
            raise _unusable(path, reason) from error
        self.metadata: dict[str, str] = header.pop("__metadata__", {})
        try:
            # Plain tensors wherever it is opened: those made for inference alone cannot become a module's elsewhere.
            with torch.inference_mode(False):
                self._tensors = {name: self._tensor(entry, begin, size) for name, entry in header.items()}
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise _unusable(path, Bilingual("it is cut off or damaged.", "文件被截断或已损坏。")) from error

    def __getitem__(self, name: str) -> torch.Tensor:
        return self._tensors[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def forget(self) -> None:
        """Give back the memory of what was read; it is read again when it is needed again."""
        if hasattr(mmap, "MADV_DONTNEED"):  # where the system has no such call, it gives them back by itself
            self._map.madvise(mmap.MADV_DONTNEED)

    def _tensor(self, entry: Mapping[str, Any], begin: int, size: int) -> torch.Tensor:
        kind, shape = _TYPES[entry["dtype"]], [int(length) for length in entry["shape"]]
        first, last = (begin + int(offset) for offset in entry["data_offsets"])
        count = 1
        for length in shape:
            count *= length
        if not begin <= first <= last <= size or last - first != count * kind.itemsize:
            raise ValueError("a tensor lies outside the file")
        if not count:
            return torch.empty(shape, dtype=kind)
        if first % kind.itemsize:  # an odd place: allowed, and rare
            return torch.frombuffer(bytearray(self._map[first:last]), dtype=kind).reshape(shape)
        return torch.frombuffer(self._map, dtype=kind, count=count, offset=first).reshape(shape)


def _header(length: bytes, read: Callable[[int], bytes], size: int) -> tuple[dict[str, Any], int]:
    if len(length) < 8:
        raise ValueError("too short")
    (count,) = struct.unpack("<Q", length)
    if not 2 <= count <= min(_LONGEST_HEADER, size - 8):
        raise ValueError("no header")
    header = json.loads(read(count))
    if not isinstance(header, dict):
        raise ValueError("no header")
    return header, 8 + count


def write(path: Path, tensors: Mapping[str, torch.Tensor], metadata: Mapping[str, str]) -> str:
    """Write tensors so that ``path`` is there whole or not at all, one tensor in memory at a time; its SHA-256."""
    header = _without_gaps(tensors, metadata)
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-(len(text) + 8) % _ALIGNMENT)
    digest = hashlib.sha256()
    with new_file(path) as stream:
        for piece in _pieces(text, header, tensors):
            digest.update(piece)
            stream.write(piece)
    return digest.hexdigest()


def _pieces(
    text: bytes, header: Mapping[str, Any], tensors: Mapping[str, torch.Tensor]
) -> Iterator[bytes | memoryview]:
    yield struct.pack("<Q", len(text)) + text
    for name in header:
        if name != "__metadata__":
            yield _bytes(tensors[name])


def _without_gaps(tensors: Mapping[str, torch.Tensor], metadata: Mapping[str, str]) -> dict[str, Any]:
    """The header, wide types first, so that each tensor begins at a multiple of its values' size."""
    header: dict[str, Any] = {"__metadata__": dict(metadata)}
    at = 0
    for name, tensor in sorted(tensors.items(), key=lambda item: -item[1].element_size()):
        end = at + tensor.numel() * tensor.element_size()
        header[name] = {"dtype": _NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, end]}
        at = end
    return header


def _bytes(tensor: torch.Tensor) -> memoryview:
    plain = tensor.detach().cpu().contiguous().reshape(-1)
    return plain.view(torch.uint8).numpy().data if plain.numel() else memoryview(b"")


def _unusable(path: Path, reason: Bilingual) -> StudioError:
    return StudioError("model_unreadable", model=NAME, path=path, reason=reason)
