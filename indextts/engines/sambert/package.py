"""Packages as ModelScope publishes them: where a voice's files lie in a folder or an archive.

    voices/<name>/am/config.yaml        voices/<name>/voc/config.yaml
    voices/<name>/am/ckpt/checkpoint_<step>.pth   (the same for voc; the largest step counts)

or ``sambert`` and ``hifigan`` instead of ``am`` and ``voc``, at any depth, in archives inside the archive too.
"""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from indextts.engines.sambert.shapes import unusable
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual

_PAIRS: Final = (("am", "voc"), ("sambert", "hifigan"))
_STEP: Final = re.compile(r"checkpoint_(\d+)\.pth")
_NEEDED: Final = (".yaml", ".json", ".pth", ".npy", ".txt", ".zip")
_MOST_BYTES: Final = 8 * 1024**3
_FRONT_END: Final = "resource.zip"
"""The data of a text front end of its own, which is not used."""
_RATES: Final = {100: 8000, 200: 16000, 240: 24000, 600: 48000}
"""Sample rates by hop, where nothing else says one."""


@dataclass(frozen=True)
class VoicePackage:
    """One voice of a package."""

    name: str
    acoustic: Path
    """The folder with ``config.yaml`` and ``ckpt``."""
    vocoder: Path
    dictionaries: Path | None
    about: Mapping[str, Any]
    """The package's ``configuration.json``, empty where there is none."""

    def config(self, half: Path) -> dict[str, Any]:
        """A half's ``config.yaml``. Raises :class:`StudioError` ``voice_unusable``."""
        return _read_yaml(half / "config.yaml", self.name)

    def checkpoint(self, half: Path) -> Path:
        """The weights of the largest step. Raises :class:`StudioError` ``voice_unusable``."""
        found = {int(match[1]): file for file in (half / "ckpt").glob("*.pth") if (match := _STEP.fullmatch(file.name))}
        if not found:
            raise unusable(
                self.name,
                f"there is no checkpoint_<step>.pth in {half.name}/ckpt.",
                f"{half.name}/ckpt 中没有 checkpoint_<步数>.pth。",
            )
        return found[max(found)]

    def sample_rate(self, hop: int) -> int:
        """From whichever file says it. Raises :class:`StudioError` ``voice_unusable``."""
        beside = self.acoustic.parent / "audio_config.yaml"
        sources = [self.config(self.acoustic), self.config(self.vocoder)]
        if beside.is_file():
            sources.append(_read_yaml(beside, self.name))
        for source in sources:
            rate = (source.get("audio_config") or source).get("sampling_rate")
            if rate:
                return int(rate)
        rate = (self.about.get("model") or {}).get("sample_rate") or self.about.get("sample_rate") or _RATES.get(hop)
        if not rate:
            raise unusable(self.name, "no file says its sample rate.", "没有文件说明采样率。")
        return int(rate)


@contextmanager
def opened(path: Path) -> Iterator[list[VoicePackage]]:
    """The voices of the folder or archive ``path``, the default one first; an archive is unpacked for as long.

    Raises :class:`StudioError` ``bad_file`` or ``voice_unusable``.
    """
    with tempfile.TemporaryDirectory(prefix="sambert-") as aside:
        folder = path
        if path.is_file():
            folder = Path(aside) / "package"
            _unpack(path, folder)
        elif not path.is_dir():
            raise StudioError("bad_file", path=path, reason=Bilingual("there is no such file.", "没有这个文件。"))
        elif not any(folder.rglob("config.yaml")):
            # The tree may wait in archives inside the folder.
            inner = [file for file in sorted(folder.glob("*.zip")) if file.name != _FRONT_END]
            folder = Path(aside) / "package"
            for file in inner:
                _unpack(file, folder / file.stem)
            if not inner:
                raise unusable(path.name, "there is no config.yaml in it.", "其中没有 config.yaml。")
        yield _voices(folder, path.stem)


def _unpack(archive: Path, folder: Path) -> None:
    """What of an archive is needed, and what of the archives in it."""
    try:
        with zipfile.ZipFile(archive) as packed:
            wanted = [
                entry
                for entry in packed.infolist()
                if not entry.is_dir() and entry.filename.endswith(_NEEDED) and Path(entry.filename).name != _FRONT_END
            ]
            if sum(entry.file_size for entry in wanted) > _MOST_BYTES:
                raise StudioError("bad_file", path=archive, reason=Bilingual("it is too large.", "文件过大。"))
            for entry in wanted:
                # extract() keeps names inside the folder, whatever they say.
                packed.extract(entry, folder)
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        reason = Bilingual("it is not a whole zip archive.", "不是完整的 zip 压缩包。")
        raise StudioError("bad_file", path=archive, reason=reason) from error
    for inner in sorted(folder.rglob("*.zip")):
        _unpack(inner, inner.with_suffix(""))
        inner.unlink()


def _voices(folder: Path, fallback: str) -> list[VoicePackage]:
    """Every folder with both halves, in the order of ``voices.json``."""
    about = next(iter(sorted(folder.rglob("configuration.json"))), None)
    facts = _read_json(about) if about else {}
    voices = []
    for acoustic_name, vocoder_name in _PAIRS:
        for config in sorted(folder.rglob(f"{acoustic_name}/config.yaml")):
            home = config.parent.parent
            name = home.name if home != folder else fallback
            if not (home / vocoder_name / "config.yaml").is_file():
                raise unusable(
                    name,
                    f"it has no vocoder: the folder {vocoder_name} is missing.",
                    f"缺少声码器目录 {vocoder_name}。",
                )
            tables = next(
                (place for place in (home / "dict", home.parent / "dict", folder / "dict") if place.is_dir()), None
            )
            voices.append(VoicePackage(name, config.parent, home / vocoder_name, tables, facts))
    if not voices:
        raise unusable(
            fallback,
            "there is no voice in it: no folder am with a config.yaml.",
            "其中没有音色：缺少含 config.yaml 的 am 目录。",
        )
    order = [name for file in sorted(folder.rglob("voices.json")) for name in _read_json(file).get("voices", [])]
    return sorted(voices, key=lambda voice: order.index(voice.name) if voice.name in order else len(order))


def _read_yaml(path: Path, voice: str) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise unusable(voice, f"{path.name} cannot be read.", f"无法读取 {path.name}。") from error
    if not isinstance(data, dict):
        raise unusable(voice, f"{path.name} is not a table of settings.", f"{path.name} 不是设置表。")
    return data


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise unusable(path.parent.name, f"{path.name} cannot be read.", f"无法读取 {path.name}。") from error
    return data if isinstance(data, dict) else {}
