"""A checkpoint's folder as it is published: which file is what, whether all are there, their tensors, their hashes.

Most published checkpoints are pickles; each is opened once, written beside them as safetensors, and never again. A
pickle is opened with ``weights_only`` alone, so it can hold nothing but tensors and plain containers. What was written
is known by the hash of what it was made from and by its own: a file of another content is made again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import pickle
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from indextts.engines.indextts2.checkpoint.config import CODEC_25, PIECES, ModelConfig, load, model_of
from indextts.engines.indextts2.checkpoint.weights import Mapped, fold, write
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.beats import Beat, no_beat
from indextts.platform.storage.files import write_file
from indextts.platform.storage.manifest import ModelFolder, Verified, corrupt

_NAMED: Final = {
    "gpt": (("gpt_checkpoint",), "gpt.pth"),
    "s2mel": (("s2mel_checkpoint",), "s2mel.pth"),
    "styles": (("spk_matrix",), "feat1.pt"),
    "emotions": (("emo_matrix",), "feat2.pt"),
    "statistics": (("w2v_stat",), "wav2vec2bert_stats.pt"),
    "qwen": (("qwen_emo_path",), "qwen0.6bemo4-merge"),
    "pieces": (("dataset", "bpe_model"), PIECES),
}
"""Where ``config.yaml`` names a file, and what it is called otherwise."""
_PLACED: Final = {
    "w2vbert": "w2v-bert-2.0/model.safetensors",
    "w2vbert_config": "w2v-bert-2.0/config.json",
    "w2vbert_frontend": "w2v-bert-2.0/preprocessor_config.json",
    "codec": "semantic_codec/model.safetensors",
    "campplus": "campplus/campplus_cn_common.bin",
    "bigvgan": "bigvgan/bigvgan_generator.pt",
    "bigvgan_config": "bigvgan/config.json",
    "ranks": "multilingual_zh_ja_yue_char_del.tiktoken",
    "codec_25": CODEC_25,
}
_ONLY_20: Final = frozenset({"pieces", "codec"})
_ONLY_25: Final = frozenset({"ranks", "codec_25"})
_LISTENING: Final = ("gpt", "s2mel", "statistics", "w2vbert", "codec", "codec_25", "campplus")
"""What decides what a recording says about its speaker, beside ``config.yaml``."""
_TENSORS: Final = (".pth", ".pt", ".bin", ".safetensors")
_CONFIG: Final = "config.yaml"
FOLDER: Final = "converted"
"""Where the written files lie, in the model's folder."""
ONLY: Final = "tensor"
"""The name of the tensor of a file that is a single one."""

_FORMAT: Final = 2
_RECORDS: Final = "made.json"
_LOG: Final = logging.getLogger(__name__)


class PublishedFolder:
    """A folder with a checkpoint of version 2 or 2.5."""

    def __init__(self, folder: Path) -> None:
        """Reads ``config.yaml``.

        Raises :class:`StudioError` ``model_file_missing``, ``bad_file`` or ``model_version``.
        """
        self.folder = folder
        self.beat: Beat = no_beat
        """Called now and then while files are read for the first time; raises to stop. Its owner sets it."""
        self._model = ModelFolder(model_of(folder), folder)
        self._known = self._model.digests()
        self._opened: dict[str, str] = {}
        """The hashes of what was opened: nothing else may come in its place later."""
        if not (folder / _CONFIG).is_file():
            raise _missing(_CONFIG, folder)
        self._verify(_CONFIG)
        self.config: ModelConfig = load(folder)
        self._paths = {name: self._named(keys, usual) for name, (keys, usual) in _NAMED.items()}
        self._paths |= {name: folder / place for name, place in _PLACED.items()}
        other = _ONLY_20 if self.config.is_25 else _ONLY_25
        self._roles = [role for role in self._paths if role not in other and role != "qwen"]
        self._maps: dict[str, Mapped] = {}
        self._digests: dict[str, str] | None = None
        self._conversions = Conversions(folder, self._model.contents)

    def check(self) -> None:
        """Raise :class:`StudioError` ``model_file_missing`` with the first file that speaking needs and that lacks."""
        for role in self._roles:
            self._there(role)

    def convert(self) -> None:
        """Open every file that speaking needs; pickled ones are converted. Raises as :meth:`tensors` does."""
        self.check()
        self.digests()  # whatever is damaged is found before anything is made of it
        for role in self._roles:
            if self._paths[role].suffix in _TENSORS:
                self.tensors(role)

    def path(self, role: str) -> Path:
        """Where a file (or the folder ``qwen``) is, its content verified.

        Raises :class:`StudioError` ``model_file_missing`` or ``model_corrupt``.
        """
        path = self._there(role)
        for place in self._places(role):
            self._verify(place)
        return path

    def tensors(self, role: str) -> Mapped:
        """A file's tensors, mapped, its content verified; a pickled file is converted first, if it never was.

        Raises :class:`StudioError` ``model_file_missing``, ``model_corrupt`` or ``model_unreadable``.
        """
        path = self.path(role)
        if path.suffix != ".safetensors":
            self._maps[role] = self._conversions.tensors(path, self._opened[self._place(role)], self.beat)
        elif role not in self._maps:
            self._maps[role] = Mapped(path)
        return self._maps[role]

    def read_json(self, role: str) -> dict[str, Any]:
        """A small settings file. Raises :class:`StudioError` ``model_file_missing`` or ``model_unreadable``."""
        path = self.path(role)
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            reason = Bilingual("it is not a JSON file.", "它不是 JSON 文件。")
            raise StudioError("model_unreadable", model=model_of(path), path=path, reason=reason) from error
        return dict(held)

    def forget(self, *roles: str) -> None:
        """Give back the memory of the files of ``roles`` (else of all) that were read; they can be read again."""
        for role in roles or list(self._maps):
            if role in self._maps:
                self._maps[role].forget()

    def digests(self) -> Mapping[str, str]:
        """The hash of each file's content that decides the sound, by its place in the folder.

        What was never read here, or was changed since, is read to its end. Files stay what they are by these hashes for
        as long as this object is used: one that becomes another is refused. Raises as :meth:`path` does.
        """
        if self._digests is None:
            places = [_CONFIG, *map(self._place, self._roles), *self._places("qwen")]
            for place in places:
                self._verify(place)
            self._digests = {place: self._opened[place] for place in places}
        return self._digests

    @property
    def listening_identity(self) -> str:
        """Hash of all that decides what a recording says about its speaker."""
        digests = self.digests()
        places = ["config.yaml"] + [self._place(role) for role in _LISTENING if role in self._roles]
        return hashlib.sha256(repr([(place, digests[place]) for place in places]).encode()).hexdigest()

    def _places(self, role: str) -> list[str]:
        if role != "qwen":
            return [self._place(role)]
        words = [path for path in sorted(self._paths["qwen"].glob("*")) if path.suffix in (".safetensors", ".json")]
        return [path.relative_to(self.folder).as_posix() for path in words]

    def _verify(self, place: str) -> None:
        """Raise :class:`StudioError` ``model_corrupt`` unless a file is what it was, here and in the manifest."""
        right = self._opened.get(place) or self._known.get(place, "")
        found = self._model.contents.digest(place, self.beat, expected=right)
        if right not in ("", found):
            raise corrupt(self._model.name, place)
        self._opened[place] = found

    def _there(self, role: str) -> Path:
        path = self._paths[role]
        if not (path / "config.json" if role == "qwen" else path).is_file():
            raise _missing(str(path.relative_to(self.folder)), path.parent)
        return path

    def _place(self, role: str) -> str:
        return self._paths[role].relative_to(self.folder).as_posix()

    def _named(self, keys: tuple[str, ...], usual: str) -> Path:
        """Where ``config.yaml`` says that a file is; a name that leads out of the folder is not followed.

        Published settings may name places on the machine of those who trained: then it has its usual name.
        """
        said: Any = self.config.sections
        for key in keys:
            said = said.get(key) if isinstance(said, Mapping) else None
        path = self.folder / (said if isinstance(said, str) and said and not said.startswith("/") else usual)
        if not path.resolve().is_relative_to(self.folder.resolve()):
            reason = Bilingual(
                f"it refers to a file outside the folder ({said}).", f"其中指向目录之外的文件（{said}）。"
            )
            raise StudioError("bad_file", path=self.folder / "config.yaml", reason=reason)
        return path


def _missing(file: str, folder: Path) -> StudioError:
    return StudioError("model_file_missing", model=model_of(folder), file=file, folder=folder)


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
        :func:`indextts.platform.storage.files.writing` does.
        """
        target = self._folder / f"{path.name}.safetensors"
        if self._whole(target, source, beat):
            if path.name not in self._maps:
                self._maps[path.name] = Mapped(target)
            return self._maps[path.name]
        if target.is_file():
            _LOG.warning("%s is not what was made of %s; it is made again", target, path.name)
        began = time.perf_counter()
        digest = write(target, fold(dict(_tensors(_opened(path), ""))))
        made = {**self._made(), target.name: {"format": _FORMAT, "source": source, "sha256": digest}}
        write_file(self._folder / _RECORDS, (json.dumps(made, indent=1) + "\n").encode())
        if not self._whole(target, source, beat):  # read back: the disk has what was written, and that is remembered
            raise corrupt(model_of(self._folder), f"{FOLDER}/{target.name}")
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
        reason = Bilingual("it is not a checkpoint, or it is truncated.", "它不是权重文件，或已被截断。")
        raise StudioError("model_unreadable", model=model_of(path), path=path, reason=reason) from error


def _tensors(held: Any, name: str) -> Iterator[tuple[str, Tensor]]:
    if isinstance(held, Tensor):
        yield name or ONLY, held
    elif isinstance(held, Mapping):
        for key, value in held.items():
            yield from _tensors(value, f"{name}.{key}" if name else str(key))
