"""Published checkpoints are pickles; each is opened once, written beside them as safetensors, and never again.

A pickle is opened with ``weights_only`` alone, so it can hold nothing but tensors and plain containers.
"""

from __future__ import annotations

import logging
import pickle
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import torch

from indextts.engines.indextts2.config import NAME
from indextts.engines.indextts2.mapped import Mapped, write
from indextts.engines.indextts2.weights import fold
from indextts.errors import StudioError
from indextts.messages import Both

FOLDER: Final = "converted"
"""Where the written files lie, in the model's folder."""
ONLY: Final = "tensor"
"""The name of the tensor of a file that is a single one."""

_FORMAT: Final = 1
_LOG: Final = logging.getLogger(__name__)


def converted(path: Path, folder: Path) -> Mapped:
    """The tensors of the pickled checkpoint ``path``, by their dotted names; weights in two parts are folded.

    What was made of the same file (by size and time) is taken from ``folder``. Raises :class:`StudioError`
    ``model_unreadable`` for what is no checkpoint, and as :func:`indextts.storage.files.writing` does.
    """
    stamp = _stamp(path)
    target = folder / f"{path.name}.safetensors"
    if target.is_file():
        try:
            found = Mapped(target)
        except StudioError as error:
            _LOG.warning("%s; it is made again", error)
        else:
            if found.metadata.get("source") == stamp:
                return found
    began = time.perf_counter()
    write(target, fold(dict(_tensors(_opened(path), ""))), {"source": stamp})
    _LOG.info("Converted %s in %.1f s", path.name, time.perf_counter() - began)
    return Mapped(target)


def _stamp(path: Path) -> str:
    about = path.stat()
    return f"{_FORMAT} {about.st_size} {about.st_mtime_ns}"


def _opened(path: Path) -> Any:
    try:
        # Only files of the newer kind can be mapped; of the older kind are small ones alone.
        return torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        reason = Both("it is no checkpoint, or it is cut off.", "它不是权重文件，或已被截断。")
        raise StudioError("model_unreadable", model=NAME, path=path, reason=reason) from error


def _tensors(held: Any, name: str) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(held, torch.Tensor):
        yield name or ONLY, held
    elif isinstance(held, Mapping):
        for key, value in held.items():
            yield from _tensors(value, f"{name}.{key}" if name else str(key))
