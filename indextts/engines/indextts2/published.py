"""A checkpoint's folder as it is published: which file is what, whether all are there, their tensors, their hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from indextts.engines.indextts2.config import NAME, ModelConfig, load
from indextts.engines.indextts2.converted import FOLDER, converted
from indextts.engines.indextts2.mapped import Mapped
from indextts.errors import StudioError
from indextts.messages import Both
from indextts.storage.files import sha256_file, write_file
from indextts.storage.manifest import ModelFolder

_NAMED: Final = {
    "gpt": (("gpt_checkpoint",), "gpt.pth"),
    "s2mel": (("s2mel_checkpoint",), "s2mel.pth"),
    "styles": (("spk_matrix",), "feat1.pt"),
    "emotions": (("emo_matrix",), "feat2.pt"),
    "statistics": (("w2v_stat",), "wav2vec2bert_stats.pt"),
    "qwen": (("qwen_emo_path",), "qwen0.6bemo4-merge"),
    "pieces": (("dataset", "bpe_model"), "bpe.model"),
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
    "codec_25": "codec.pth",
}
_ONLY_20: Final = frozenset({"pieces", "codec"})
_ONLY_25: Final = frozenset({"ranks", "codec_25"})
_LISTENING: Final = ("gpt", "s2mel", "statistics", "w2vbert", "codec", "codec_25", "campplus")
"""What decides what a recording says about its speaker, beside ``config.yaml``."""
_TENSORS: Final = (".pth", ".pt", ".bin", ".safetensors")
_DIGESTS: Final = "digests.json"


class Published:
    """A folder with a checkpoint of version 2 or 2.5."""

    def __init__(self, folder: Path) -> None:
        """Reads ``config.yaml``.

        Raises :class:`StudioError` ``model_file_missing``, ``bad_file`` or ``model_version``.
        """
        self.folder = folder
        if not (folder / "config.yaml").is_file():
            raise _missing("config.yaml", folder)
        self.config: ModelConfig = load(folder)
        self._paths = {name: self._named(keys, usual) for name, (keys, usual) in _NAMED.items()}
        self._paths |= {name: folder / place for name, place in _PLACED.items()}
        other = _ONLY_20 if self.config.is_25 else _ONLY_25
        self._roles = [role for role in self._paths if role not in other and role != "qwen"]
        self._maps: dict[str, Mapped] = {}
        self._digests: dict[str, str] | None = None

    def check(self) -> None:
        """Raise :class:`StudioError` ``model_file_missing`` with the first file that speaking needs and that lacks."""
        for role in self._roles:
            self.path(role)

    def convert(self) -> None:
        """Open every file that speaking needs; pickled ones are converted. Raises as :meth:`tensors` does."""
        self.check()
        for role in self._roles:
            if self._paths[role].suffix in _TENSORS:
                self.tensors(role)

    def path(self, role: str) -> Path:
        """Where a file (or the folder ``qwen``) is. Raises :class:`StudioError` ``model_file_missing``."""
        path = self._paths[role]
        if not (path / "config.json" if role == "qwen" else path).is_file():
            raise _missing(str(path.relative_to(self.folder)), path.parent)
        return path

    def tensors(self, role: str) -> Mapped:
        """A file's tensors, mapped; a pickled file is converted first, if it never was.

        Raises :class:`StudioError` ``model_file_missing`` or ``model_unreadable``.
        """
        if role not in self._maps:
            path = self.path(role)
            safe = path.suffix == ".safetensors"
            self._maps[role] = Mapped(path) if safe else converted(path, self.folder / FOLDER)
        return self._maps[role]

    def read_json(self, role: str) -> dict[str, Any]:
        """A small settings file. Raises :class:`StudioError` ``model_file_missing`` or ``model_unreadable``."""
        path = self.path(role)
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            reason = Both("it is no JSON.", "它不是 JSON 文件。")
            raise StudioError("model_unreadable", model=NAME, path=path, reason=reason) from error
        return dict(held)

    def forget(self) -> None:
        """Give back the memory of all files that were read; what is needed again is read again."""
        for found in self._maps.values():
            found.forget()

    def digests(self) -> Mapping[str, str]:
        """The hash of each file that decides the sound, by its place in the folder.

        As the folder's manifest has them; what it does not have is read once, and the hash kept.
        """
        if self._digests is None:
            self._digests = self._hashed()
        return self._digests

    @property
    def listening_identity(self) -> str:
        """Hash of all that decides what a recording says about its speaker."""
        digests = self.digests()
        places = ["config.yaml"] + [self._place(role) for role in _LISTENING if role in self._roles]
        return hashlib.sha256(repr([(place, digests[place]) for place in places]).encode()).hexdigest()

    def _hashed(self) -> dict[str, str]:
        model = ModelFolder(NAME, self.folder)
        known = model.digests()
        right = {state.name for state in model.states(hashes=False) if state.state == "ok"}
        notes = self.folder / FOLDER / _DIGESTS
        kept = _kept(notes)
        found, fresh = {}, dict[str, list[str]]()
        words = [path for path in sorted(self._paths["qwen"].glob("*")) if path.suffix in (".safetensors", ".json")]
        read = [path.relative_to(self.folder).as_posix() for path in words]
        for place in ["config.yaml", *map(self._place, self._roles), *read]:
            if place in right:
                found[place] = known[place]
                continue
            about = (self.folder / place).stat()
            stamp = f"{about.st_size} {about.st_mtime_ns}"
            was = kept.get(place)
            found[place] = was[1] if was and was[0] == stamp else sha256_file(self.folder / place)
            fresh[place] = [stamp, found[place]]
        if fresh != kept:
            write_file(notes, json.dumps(fresh, indent=1).encode())
        return found

    def _place(self, role: str) -> str:
        return self._paths[role].relative_to(self.folder).as_posix()

    def _named(self, keys: tuple[str, ...], usual: str) -> Path:
        """Where ``config.yaml`` says that a file is; a name that leads out of the folder is not followed."""
        said: Any = self.config.sections
        for key in keys:
            said = said.get(key) if isinstance(said, Mapping) else None
        path = self.folder / (said if isinstance(said, str) and said else usual)
        if not path.resolve().is_relative_to(self.folder.resolve()):
            reason = Both(f"it names a file outside the folder ({said}).", f"其中指向目录之外的文件（{said}）。")
            raise StudioError("bad_file", path=self.folder / "config.yaml", reason=reason)
        return path


def _kept(notes: Path) -> dict[str, list[str]]:
    try:
        held = json.loads(notes.read_text(encoding="utf-8"))
        return {str(place): [str(part) for part in entry] for place, entry in held.items() if len(entry) == 2}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _missing(file: str, folder: Path) -> StudioError:
    return StudioError("model_file_missing", model=NAME, file=file, folder=folder)
