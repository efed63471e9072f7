"""Published checkpoints are pickles; each is opened once, written beside them as safetensors, and never again.

A pickle is opened with ``weights_only`` alone, so it can hold nothing but tensors and plain containers. What was
written is known by the hash of what it was made from and by its own: a file of another content is made again.
"""

from __future__ import annotations

import json
import logging
import pickle
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import torch

from indextts.engines.indextts2.checkpoint.config import NAME
from indextts.engines.indextts2.checkpoint.mapped_tensors import Mapped, write
from indextts.engines.indextts2.checkpoint.weights import fold
from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.storage.files import write_file
from indextts.storage.manifest import Beat, Verified, corrupt, no_beat

FOLDER: Final = "converted"
"""Where the written files lie, in the model's folder."""
ONLY: Final = "tensor"
"""The name of the tensor of a file that is a single one."""

_FORMAT: Final = 2
_RECORDS: Final = "made.json"
_LOG: Final = logging.getLogger(__name__)


class Conversions:
    """What was made of the pickles of one model's folder."""

    def __init__(self, folder: Path, contents: Verified) -> None:
        """``contents`` knows which of the folder's files were read before."""
        self._folder = folder / FOLDER
        self._contents = contents
        self._maps: dict[str, Mapped] = {}

    def tensors(self, path: Path, source: str, beat: Beat = no_beat) -> Mapped:
        """The tensors of the pickled checkpoint ``path``, by their dotted names; weights in two parts are folded.

        ``source`` is the hash of its content. What was made of the same content is taken as it is. Raises
        :class:`StudioError` ``model_unreadable`` for what is no checkpoint, and as
        :func:`indextts.storage.files.writing` does.
        """
        target = self._target(path.name)
        if self._whole(target, source, beat):
            if path.name not in self._maps:
                self._maps[path.name] = Mapped(target)
            return self._maps[path.name]
        if target.is_file():
            _LOG.warning("%s is not what was made of %s; it is made again", target, path.name)
        began = time.perf_counter()
        digest = write(target, fold(dict(_tensors(_opened(path), ""))), {})
        made = {**self._made(), target.name: {"format": _FORMAT, "source": source, "sha256": digest}}
        write_file(self._folder / _RECORDS, (json.dumps(made, indent=1) + "\n").encode())
        if not self._whole(target, source, beat):  # read back: the disk has what was written, and that is remembered
            raise corrupt(NAME, f"{FOLDER}/{target.name}")
        _LOG.info("Converted %s in %.1f s", path.name, time.perf_counter() - began)
        self._maps[path.name] = Mapped(target)
        return self._maps[path.name]

    def _whole(self, target: Path, source: str, beat: Beat) -> bool:
        """Whether what was made of a pickle of that content is there and untouched."""
        made = self._made().get(target.name)
        if not isinstance(made, dict) or (made.get("format"), made.get("source")) != (_FORMAT, source):
            return False
        digest = str(made.get("sha256"))
        place = f"{FOLDER}/{target.name}"
        return target.is_file() and self._contents.digest(place, beat, expected=digest) == digest

    def _target(self, name: str) -> Path:
        return self._folder / f"{name}.safetensors"

    def _made(self) -> dict[str, Any]:
        """By a file's name: what it was made from, and its own hash."""
        try:
            held = json.loads((self._folder / _RECORDS).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return held if isinstance(held, dict) else {}


def _opened(path: Path) -> Any:
    try:
        # Only files of the newer kind can be mapped; of the older kind are small ones alone.
        return torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        reason = Bilingual("it is no checkpoint, or it is cut off.", "它不是权重文件，或已被截断。")
        raise StudioError("model_unreadable", model=NAME, path=path, reason=reason) from error


def _tensors(held: Any, name: str) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(held, torch.Tensor):
        yield name or ONLY, held
    elif isinstance(held, Mapping):
        for key, value in held.items():
            yield from _tensors(value, f"{name}.{key}" if name else str(key))
