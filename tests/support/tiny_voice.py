"""A tiny voice with random weights and the published voice's shape, so that the real path runs in milliseconds."""

from __future__ import annotations

import functools
import math
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indextts.engines.embedded.info import NAME
from indextts.engines.embedded.install.recipe import write_voice
from indextts.engines.embedded.install.weights import Weights
from indextts.platform.storage.files import new_folder
from indextts.platform.storage.manifest import ModelFolder
from indextts.reading.phonemes.symbols import SYMBOLS

WIDTH, INNER, WIDE, BANDS = 12, 8, 16, 80
FRAMES_PER_SYMBOL = 5.0


class _Random:
    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self.weights: Weights = {}

    def put(self, name: str, *shape: int, scale: float | None = None) -> None:
        spread = 1.0 / math.sqrt(max(1, math.prod(shape[1:]))) if scale is None else scale
        self.weights[name] = (self._rng.standard_normal(shape) * spread).astype(np.float32)

    def conv(self, name: str, out: int, into: int, kernel: int) -> None:
        self.put(f"{name}.weight", out, into, kernel)
        self.put(f"{name}.bias", out, scale=0.1)

    def dense(self, name: str, into: int, out: int) -> None:
        self.put(f"{name}.weight", into, out)
        self.put(f"{name}.bias", out, scale=0.1)

    def norm(self, name: str, width: int) -> None:
        self.weights[f"{name}.scale"] = np.ones(width, np.float32)
        self.put(f"{name}.bias", width, scale=0.1)


def tiny_acoustic(seed: int = 1, max_frames: int = 2048) -> Weights:
    """FastSpeech 2 of one layer a stack; every symbol takes about five frames."""
    random = _Random(seed)
    random.put("embedding", len(SYMBOLS), WIDTH, scale=0.5)
    random.put("positions", max_frames + 1, WIDTH, scale=0.1)
    for stack in ("encoder", "decoder"):
        random.dense(f"{stack}.0.qkv", WIDTH, 3 * INNER)
        random.dense(f"{stack}.0.out", INNER, WIDTH)
        random.conv(f"{stack}.0.conv.0", WIDE, WIDTH, 3)
        random.conv(f"{stack}.0.conv.1", WIDTH, WIDE, 3)
        for number in range(2):
            random.norm(f"{stack}.0.norm.{number}", WIDTH)
    for name in ("duration", "f0", "energy"):
        for number in range(2):
            random.conv(f"{name}.conv.{number}", WIDTH, WIDTH, 3)
            random.norm(f"{name}.norm.{number}", WIDTH)
        random.put(f"{name}.out.weight", WIDTH, 1, scale=0.05)
        random.put(f"{name}.out.bias", 1, scale=0.0)
    random.weights["duration.out.bias"][:] = math.log(1.0 + FRAMES_PER_SYMBOL)
    for name in ("f0", "energy"):
        random.conv(f"{name}.embedding", WIDTH, 1, 9)
    random.dense("mel", WIDTH, BANDS)
    random.conv("postnet.0", 16, BANDS, 5)
    random.conv("postnet.1", BANDS, 16, 5)
    return random.weights


def gridded(weight: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The nearest weights that are multiples of one step, 127 at most."""
    step = np.float32(np.abs(weight).max() / 127)
    near: npt.NDArray[np.float32] = (np.rint(weight / step) * step).astype(np.float32)
    return near


def tiny_vocoder(seed: int = 2) -> Weights:
    """Multi-band MelGAN with a handful of channels and the published hop of 300."""
    random = _Random(seed)
    channels = 12
    random.conv("first", channels, BANDS, 7)
    for stage, factor in enumerate((3, 5, 5)):
        halved = channels // 2
        random.put(f"stage.{stage}.up.weight", channels, halved, 2 * factor)
        random.put(f"stage.{stage}.up.bias", halved, scale=0.1)
        channels = max(halved, 4)
        if channels != halved:
            random.put(f"stage.{stage}.up.weight", 2 * halved, channels, 2 * factor)
            random.put(f"stage.{stage}.up.bias", channels, scale=0.1)
        for block in range(2):
            name = f"stage.{stage}.block.{block}"
            random.conv(f"{name}.dilated", channels, channels, 3)
            random.conv(f"{name}.pointwise", channels, channels, 1)
            random.conv(f"{name}.shortcut", channels, channels, 1)
    random.conv("last", 4, channels, 7)
    random.put("pqmf", 4, 1, 63, scale=0.1)
    return random.weights


def make_tiny_voice(models: Path, *, seed: int = 1, max_frames: int = 2048) -> ModelFolder:
    """Install a tiny voice under ``models`` (``config.models_path``), where the real one would be."""
    folder = ModelFolder(NAME, models / NAME)
    with new_folder(folder.path) as aside:
        for name, content in _files(seed, max_frames).items():
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            (aside / name).write_bytes(content)
    return folder


@functools.cache
def _files(seed: int, max_frames: int) -> dict[str, bytes]:
    """What an installed voice consists of; it is made once in a process, and written wherever it is wanted."""
    with tempfile.TemporaryDirectory() as place:
        made = Path(place)
        write_voice(
            made,
            tiny_acoustic(seed, max_frames),
            tiny_vocoder(seed + 1),
            SYMBOLS,
            sentences=("jin1 tian1 tian1 qi4 hen2 hao3", "wo3 men5 qu4 gong1 yuan2"),
        )
        ModelFolder(NAME, made).write_manifest(made, f"tiny voice {seed}")
        return {path.relative_to(made).as_posix(): path.read_bytes() for path in made.rglob("*") if path.is_file()}
