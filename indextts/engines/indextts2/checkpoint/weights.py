"""Weights: files of tensors mapped into memory, and modules that take them without copying.

The files are safetensors: eight bytes for the length of a JSON header, the header, the tensors one after another.
Reading and writing them here, and not through the format's library, keeps both flat: writing takes no second copy of
what is written, and :meth:`Mapped.forget` gives the pages of a file back while its tensors live on.

A module is laid out empty and takes the tensors it is given. Checkpoints hold weight-normalised layers in two parts, a
length and a direction; :func:`fold` multiplies them once, so that the modules know plain weights alone.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import mmap
import os
import re
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from indextts.engines.indextts2.checkpoint.config import model_of
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.storage.files import new_file

State = Mapping[str, Tensor]
Module = TypeVar("Module", bound=nn.Module)

_LOG: Final = logging.getLogger(__name__)
_NAMED: Final = 6
"""Keys of each kind that an error names; a wrong checkpoint has hundreds."""
_TYPES: Final = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64,
    "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool,
}  # fmt: skip
_NAMES: Final = {kind: name for name, kind in _TYPES.items()}
_LONGEST_HEADER: Final = 100_000_000
_ALIGNMENT: Final = 64


def tensors(arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, Tensor]:
    """Arrays as tensors of their own memory; float16 becomes float32."""
    return {
        name: torch.from_numpy(np.array(array, np.float32 if array.dtype == np.float16 else array.dtype))
        for name, array in arrays.items()
    }


def fold(state: State) -> dict[str, Tensor]:
    """``state`` with each pair ``weight_g``, ``weight_v`` as one ``weight`` = g · v / ‖v‖, over all axes but 0."""
    folded: dict[str, Tensor] = {}
    for name, tensor in state.items():
        if name.endswith("weight_v") and f"{name[:-1]}g" in state:
            length = tensor.flatten(1).norm(dim=1).reshape(-1, *[1] * (tensor.ndim - 1))
            folded[name[:-2]] = tensor * (state[f"{name[:-1]}g"] / length)
        elif not (name.endswith("weight_g") and f"{name[:-1]}v" in state):
            folded[name] = tensor
    return folded


def part(state: State, prefix: str) -> dict[str, Tensor]:
    """The entries under ``prefix``, which their names lose."""
    return {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}


def unwrapped(state: State) -> dict[str, Tensor]:
    """``state`` without the ``module.`` that training on several devices leaves in front of names."""
    return {name.removeprefix("module."): tensor for name, tensor in state.items()}


def build(
    make: Callable[[], Module], state: State, *, source: str, unused: Sequence[str] = (), strict: bool = True
) -> Module:
    """A module, ready for inference, that holds the tensors of ``state`` themselves (floats as float32).

    ``unused`` are patterns of keys that published files have and nothing reads; they are left out. ``source`` names the
    file in errors. Raises :class:`StudioError` ``weights_mismatch``, which lists keys that are missing, have another
    shape, or (with ``strict``) are left over; without ``strict`` the log lists those.
    """
    with torch.device("meta"):
        module = make()
    wanted = module.state_dict()
    folded = fold(state)
    missing = [name for name in wanted if name not in folded]
    shapes = [
        f"{name} {tuple(folded[name].shape)} ≠ {tuple(tensor.shape)}"
        for name, tensor in wanted.items()
        if name in folded and folded[name].shape != tensor.shape
    ]
    dropped = [re.compile(pattern) for pattern in unused]
    over = [name for name in folded if name not in wanted and not any(pattern.match(name) for pattern in dropped)]
    if missing or shapes or (strict and over):
        problems = _problems(missing, shapes, over if strict else [])
        raise StudioError("weights_mismatch", source=source, problems=problems)
    if over:
        _LOG.warning("%s: %d entries are not read: %s", source, len(over), _list(over))
    kept = {name: folded[name].float() if folded[name].is_floating_point() else folded[name] for name in wanted}
    module.load_state_dict(kept, strict=True, assign=True)
    return module.eval().requires_grad_(False)


def _problems(missing: list[str], shapes: list[str], over: list[str]) -> Bilingual:
    english = [("missing", missing), ("of another shape", shapes), ("left over", over)]
    chinese = [("缺少", missing), ("形状不符", shapes), ("多余", over)]
    return Bilingual(
        "; ".join(f"{len(names)} {what} ({_list(names)})" for what, names in english if names),
        "；".join(f"{what} {len(names)} 个（{_list(names)}）" for what, names in chinese if names),
    )


def _list(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


class Mapped(Mapping[str, Tensor]):
    """A safetensors file. Its tensors are views of the file; they are not to be written into."""

    def __init__(self, path: Path) -> None:
        """Raises :class:`StudioError` ``model_unreadable`` for what is no such file, or is cut off."""
        self.path = path
        try:
            with path.open("rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                header, begin = _header(stream.read(8), stream.read, size)
                # Private: what is written by mistake goes into a copy of the page.
                self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY)
        except (OSError, ValueError) as error:
            reason = Bilingual("it is not a tensor file, or it is truncated.", "它不是张量文件，或已被截断。")
            raise _unusable(path, reason) from error
        header.pop("__metadata__", None)
        try:
            # Plain tensors wherever it is opened: those made for inference alone cannot become a module's elsewhere.
            with torch.inference_mode(False):
                self._tensors = {name: self._tensor(entry, begin, size) for name, entry in header.items()}
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise _unusable(path, Bilingual("it is truncated or damaged.", "文件被截断或已损坏。")) from error

    def __getitem__(self, name: str) -> Tensor:
        return self._tensors[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def forget(self) -> None:
        """Give back the memory of what was read; it is read again when it is needed again."""
        if hasattr(mmap, "MADV_DONTNEED"):  # where the system has no such call, it gives them back by itself
            self._map.madvise(mmap.MADV_DONTNEED)

    def _tensor(self, entry: Mapping[str, Any], begin: int, size: int) -> Tensor:
        kind, shape = _TYPES[entry["dtype"]], [int(length) for length in entry["shape"]]
        first, last = (begin + int(offset) for offset in entry["data_offsets"])
        count = math.prod(shape)
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


def write(path: Path, tensors: Mapping[str, Tensor]) -> str:
    """Write tensors so that ``path`` is there whole or not at all, one tensor in memory at a time; its SHA-256."""
    header = _without_gaps(tensors)
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-(len(text) + 8) % _ALIGNMENT)
    digest = hashlib.sha256()
    with new_file(path) as stream:
        for piece in _pieces(text, header, tensors):
            digest.update(piece)
            stream.write(piece)
    return digest.hexdigest()


def _pieces(text: bytes, header: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Iterator[bytes | memoryview]:
    yield struct.pack("<Q", len(text)) + text
    for name in header:
        if name != "__metadata__":
            yield _bytes(tensors[name])


def _without_gaps(tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """The header, wide types first, so that each tensor begins at a multiple of its values' size."""
    header: dict[str, Any] = {"__metadata__": {}}
    at = 0
    for name, tensor in sorted(tensors.items(), key=lambda item: -item[1].element_size()):
        end = at + tensor.numel() * tensor.element_size()
        header[name] = {"dtype": _NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, end]}
        at = end
    return header


def _bytes(tensor: Tensor) -> memoryview:
    plain = tensor.detach().cpu().contiguous().reshape(-1)
    return plain.view(torch.uint8).numpy().data if plain.numel() else memoryview(b"")


def _unusable(path: Path, reason: Bilingual) -> StudioError:
    return StudioError("model_unreadable", model=model_of(path), path=path, reason=reason)
