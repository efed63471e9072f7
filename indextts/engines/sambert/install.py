"""Sambert's voices in the store: fetched or given as ModelScope's packages, converted once, kept without these.

A published voice becomes a folder of this project's: weights as safetensors, both halves as graphs, the facts around
them. This alone needs PyTorch (to read checkpoints), and only once.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import pickle
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from indextts.engines.info import Fetch
from indextts.engines.sambert import frontend
from indextts.engines.sambert.export.acoustic import build_acoustic
from indextts.engines.sambert.export.vocoder import build_vocoder
from indextts.engines.sambert.info import NAME, model_folder, voice_names
from indextts.engines.sambert.package import VoicePackage, opened
from indextts.engines.sambert.runtime import (
    ACOUSTIC_FILE,
    ACOUSTIC_WEIGHTS,
    FORMAT,
    NEUTRAL,
    TABLES_FILE,
    VOCODER_FILE,
    VOCODER_WEIGHTS,
    VOICE_FILE,
    PitchScale,
    Runtime,
    SambertVoiceData,
)
from indextts.engines.sambert.shapes import AcousticShape, Array, VocoderShape, table_rows, unusable
from indextts.engines.sambert.symbols import SymbolVocabulary
from indextts.engines.sambert.weights import checked_acoustic, folded_vocoder
from indextts.model.errors import StudioError
from indextts.model.settings import unknown_choice
from indextts.platform.config import Config
from indextts.platform.storage.files import new_folder, sha256_file, write_file
from indextts.platform.storage.manifest import MANIFEST, SOURCES, ModelFolder
from indextts.sound.loudness import loudness
from indextts.sound.pitch import track

PACKAGE: Final = "sambert-package"
"""Where a fetched package lies until its voices are converted."""
_FILES: Final = "configuration.json, voices.zip"  # what a person fetches by hand
DEFAULT_SPEAKER: Final = "F7"
"""The speaker that the voices' own front end always writes."""

_SAMPLE: Final = (
    "今天#1天气#1真好%我们#2去#1公园#1走走",
    "jin1 tian1 tian1 qi4 zhen1 hao3 wo3 men5 qu4 gong1 yuan2 zou2 zou3",
)
_QUIETEST_LUFS: Final = -50.0
_USUAL_LUFS: Final = -20.0
_INSTALL: Final = "./start_app.sh --with sambert"


def ensure(config: Config, *, model: str = NAME, local: Path | None, fetch: Fetch, say: Callable[[str], None]) -> bool:
    """Install the published voices unless they are here and whole, or those of ``local`` beside them.

    See :class:`indextts.engines.info.Installer`. Raises :class:`StudioError` ``dependency_missing`` without PyTorch,
    which reads the checkpoints, ``voice_unusable``, ``bad_file``, and what fetching raises.
    """
    home = ModelFolder(NAME, config.models_path / NAME)
    if local is None and home.whole():
        return False
    if importlib.util.find_spec("torch") is None:
        # Said before a gigabyte is fetched, not after.
        raise StudioError("dependency_missing", package="torch", command="./start_app.sh --with sambert")
    package = local or config.models_path / PACKAGE
    first = home.sources()
    if local is None and not ModelFolder(PACKAGE, package).whole():
        try:
            fetch(PACKAGE, known=first)
        except StudioError as error:
            raise StudioError(error.code, error.retry_after_s, **{**error.details, "files": _FILES}) from error
    for name in install(package, config, say=say):
        say(f"{name} can speak")
    _list_voices(config, first if local else ModelFolder(PACKAGE, package).digests())
    if local is None:
        shutil.rmtree(package, ignore_errors=True)
    return True


def _list_voices(config: Config, sources: Mapping[str, str]) -> None:
    """Write the manifest of all voices together, by which they are listed and verified.

    ``sources`` are the hashes of the package that was fetched for them: what comes for a repair must be the same.
    """
    files: dict[str, dict[str, object]] = {}
    for name in voice_names(config):
        folder = model_folder(config, name)
        for file, digest in folder.digests().items():
            files[f"{name}/{file}"] = {"sha256": digest, "bytes": (folder.path / file).stat().st_size}
    lines = "".join(f"{path} {entry['sha256']}\n" for path, entry in sorted(files.items()))
    data = {"model": NAME, "identity": hashlib.sha256(lines.encode()).hexdigest(), "files": files}
    data |= {SOURCES: dict(sources)}
    write_file(config.models_path / NAME / MANIFEST, (json.dumps(data, indent=2) + "\n").encode())


def install(
    path: Path,
    config: Config,
    *,
    name: str | None = None,
    transposed: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Convert the voices of a package (only ``name`` where given) that are not installed yet; names all of them.

    ``transposed`` false leaves out the vocoder's transposed way up: some voices with a source module were made by code
    that forgets it, and sound broken with it. Raises :class:`StudioError` where one cannot be used.
    """
    done = []
    with opened(path) as found:
        voices = [package for package in found if name is None or package.name == name]
        if not voices:
            raise unknown_choice("voice", name, [package.name for package in found])
        for package in voices:
            folder = model_folder(config, package.name)
            identity = _identity(package, transposed)
            if folder.identity() != identity or not folder.whole():
                say(f"converting {package.name}")
                with new_folder(folder.path) as aside:
                    convert(package, aside, transposed=transposed)
                    folder.write_manifest(aside, identity)
            done.append(package.name)
    return done


def convert(package: VoicePackage, folder: Path, *, transposed: bool = True) -> None:
    """Write one voice into ``folder``. Raises :class:`StudioError` ``voice_unusable`` or ``dependency_missing``."""
    from safetensors.numpy import save_file

    name = package.name
    acoustic_config, vocoder_config = package.config(package.acoustic), package.config(package.vocoder)
    acoustic_params = _params(acoustic_config, "KanTtsSAMBERT", name)
    acoustic_shape = AcousticShape.from_params(acoustic_params, name)
    vocoder_shape = replace(
        VocoderShape.from_params(_params(vocoder_config, "Generator", name), name), transposed=transposed
    )
    if acoustic_shape.bytes:
        raise unusable(
            name, "it reads bytes, not phones, which is not supported.", "它以字节而非音素为输入，目前不支持。"
        )
    spoken = acoustic_shape.mels - (2 if acoustic_shape.source else 0)
    if spoken != vocoder_shape.mels or acoustic_shape.source != (vocoder_shape.source is not None):
        raise unusable(name, "its vocoder is for another kind of mel.", "声码器与声学模型的梅尔谱不匹配。")
    halves = [_weights(package.checkpoint(half), name) for half in (package.acoustic, package.vocoder)]
    acoustic = checked_acoustic(acoustic_shape, halves[0], name)
    vocoder = folded_vocoder(vocoder_shape, halves[1], name)
    vocabulary, speaker = _vocabulary(package, acoustic_config, acoustic_shape, acoustic)
    hop = vocoder_shape.hop * vocoder_shape.bands
    data = SambertVoiceData(
        name=name,
        sample_rate=package.sample_rate(hop),
        hop=hop,
        bands=vocoder_shape.bands,
        mels=vocoder_shape.mels,
        reach=vocoder_shape.reach,
        speaker=speaker,
        fields=vocabulary.fields,
        source=vocoder_shape.source,
        pitch=_pitch(package, acoustic_params, vocoder_config) if acoustic_shape.source else None,
    )
    for file, weights in ((ACOUSTIC_WEIGHTS, acoustic), (VOCODER_WEIGHTS, vocoder)):
        save_file({key: np.ascontiguousarray(array) for key, array in weights.items()}, folder / file)
    tables = {"emotion": acoustic["emo_tokenizer.weight"], "speaker": _speakers(package, acoustic_shape, acoustic)}
    np.savez(folder / TABLES_FILE, **tables)  # type: ignore[arg-type]
    for file, model in (
        (ACOUSTIC_FILE, build_acoustic(acoustic_shape, acoustic)),
        (VOCODER_FILE, build_vocoder(vocoder_shape, vocoder)),
    ):
        (folder / file).write_bytes(model.SerializeToString())
    level, hz = _heard({file: folder / file for file in (ACOUSTIC_FILE, VOCODER_FILE)}, tables, data)
    finished = replace(data, level_lufs=round(level, 2), pitch_hz=round(hz, 1))
    (folder / VOICE_FILE).write_text(finished.to_json(), encoding="utf-8")


def _params(config: Mapping[str, Any], network: str, name: str) -> Mapping[str, Any]:
    try:
        params = config["Model"][network]["params"]
    except (KeyError, TypeError) as error:
        raise unusable(
            name, f"its configuration lacks Model.{network}.params.", f"配置中缺少 Model.{network}.params。"
        ) from error
    if not isinstance(params, dict):
        raise unusable(name, f"Model.{network}.params is not a table.", f"Model.{network}.params 不是设置表。")
    return params


def _weights(path: Path, name: str) -> dict[str, Array]:
    """A checkpoint's arrays: of ``model``, of its ``generator`` where it has one, or what stands there at once."""
    try:
        import torch
    except ModuleNotFoundError as error:
        raise StudioError("dependency_missing", package="torch", command=_INSTALL) from error
    try:
        # Only tensors and plain containers: a checkpoint must not be able to run anything.
        held: Any = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise unusable(name, f"{path.name} is not a checkpoint of weights.", f"{path.name} 不是权重文件。") from error
    for key in ("model", "generator"):
        if isinstance(held, dict) and isinstance(held.get(key), dict):
            held = held[key]
    if not isinstance(held, dict) or not all(isinstance(value, torch.Tensor) for value in held.values()):
        raise unusable(name, f"{path.name} holds no weights.", f"{path.name} 中没有权重。")
    return {str(key): value.float().numpy() for key, value in held.items()}


def _vocabulary(
    package: VoicePackage, config: Mapping[str, Any], shape: AcousticShape, weights: Mapping[str, Array]
) -> tuple[SymbolVocabulary, str]:
    unit = config.get("linguistic_unit") or {}
    given = unit.get("speaker_list") or DEFAULT_SPEAKER
    speakers = [part.strip() for part in given.split(",")] if isinstance(given, str) else [str(part) for part in given]
    vocabulary = SymbolVocabulary.open(
        str(unit.get("language", "PinYin")), speakers, package.dictionaries, package.name
    )
    vocabulary.check(table_rows(shape, weights), package.name)
    known = vocabulary.fields["speaker_category"]
    return vocabulary, DEFAULT_SPEAKER if DEFAULT_SPEAKER in known else known[0]


def _speakers(package: VoicePackage, shape: AcousticShape, weights: Mapping[str, Array]) -> Array:
    if not shape.speaker_vectors:
        return weights["spk_tokenizer.weight"]
    vector = _array(package, "se.npy").reshape(-1)
    if vector.size != shape.speaker:
        raise unusable(package.name, "se.npy has another length than its model.", "se.npy 的长度与模型不符。")
    return vector[None].astype(np.float32)


def _pitch(package: VoicePackage, params: Mapping[str, Any], vocoder: Mapping[str, Any]) -> PitchScale:
    nsf = {**(_params(vocoder, "Generator", package.name).get("nsf_params") or {}), **params}
    if nsf.get("nsf_norm_type", "mean_std") == "global":
        highest, lowest = nsf.get("nsf_f0_global_maximum", 730.0), nsf.get("nsf_f0_global_minimum", 30.0)
        return PitchScale.between(float(highest), float(lowest))
    return PitchScale.mean_std(_array(package, "mvn.npy"))


def _array(package: VoicePackage, file: str) -> Array:
    try:
        array: Array = np.load(package.acoustic / file, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise unusable(package.name, f"{file} is missing or cannot be read.", f"缺少 {file} 或无法读取。") from error
    return array


def _heard(paths: Mapping[str, Path], tables: Mapping[str, Array], data: SambertVoiceData) -> tuple[float, float]:
    """How loud the voice is by itself, and its median F0 (0 where none is found), by one sentence."""
    runtime = Runtime(paths, tables, data)
    words = frontend.transcript(*_SAMPLE, runtime.vocabulary)
    units = runtime.vocabulary.units(frontend.write(words, NEUTRAL, data.speaker).items)
    mel, _ = runtime.acoustic(units)
    audio = runtime.vocode(mel)
    measured = loudness(audio, data.sample_rate)
    hertz = track(audio, data.sample_rate)[1]
    voiced = hertz[~np.isnan(hertz)]
    return measured if measured > _QUIETEST_LUFS else _USUAL_LUFS, float(np.median(voiced)) if voiced.size else 0.0


def _identity(package: VoicePackage, transposed: bool) -> str:
    files = [package.checkpoint(half) for half in (package.acoustic, package.vocoder)]
    files += [half / "config.yaml" for half in (package.acoustic, package.vocoder)]
    files += sorted(package.acoustic.glob("*.npy"))
    files += sorted(package.dictionaries.glob("*.txt")) if package.dictionaries else []
    whole = hashlib.sha256(f"{FORMAT} {transposed}\n".encode())
    for file in files:
        whole.update(f"{file.name} {sha256_file(file)}\n".encode())
    return whole.hexdigest()
