"""Small Sambert voices: the recorded weights as packages of the published kinds, and random ones of any size."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml

from indextts.engines.parity import runner as parity
from indextts.engines.sambert.shapes import AcousticShape, VocoderShape, table_names
from indextts.engines.sambert.weights import acoustic_weights, vocoder_weights

FIXTURES = Path(__file__).parent.parent / "fixtures" / "sambert"

SIZES = {
    "sy_emb": 147, "tone_emb": 10, "syllable_flag_emb": 8, "ws_emb": 8, "emo_tokenizer": 36, "spk_tokenizer": 4,
}  # fmt: skip

Weights = dict[str, np.ndarray]


def fixture(name: str) -> parity.Fixture:
    return parity.load(FIXTURES / f"{name}.json")


def write_half(folder: Path, network: str, params: Mapping[str, Any], held: Any, step: int, **more: Any) -> None:
    (folder / "ckpt").mkdir(parents=True)
    config = {"Model": {network: {"params": dict(params)}}, **more}
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    torch.save(held, folder / "ckpt" / f"checkpoint_{step}.pth")


def tensors(state: Mapping[str, np.ndarray]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(array.copy()) for name, array in state.items()}


def write_voice(
    folder: Path,
    acoustic: str = "am_base",
    vocoder: str = "voc_causal",
    *,
    names: tuple[str, str] = ("am", "voc"),
    acoustic_state: Weights | None = None,
    vocoder_state: Weights | None = None,
    language: str = "PinYin",
    rate: int = 16000,
) -> Path:
    """A published voice's files in ``folder``, from two recordings' weights."""
    am, voc = fixture(acoustic), fixture(vocoder)
    unit = {"language": language, "speaker_list": "F7"}
    write_half(
        folder / names[0],
        "KanTtsSAMBERT",
        am.about["config"],
        {"model": tensors(acoustic_state or am.state()), "steps": 5},
        980000,
        linguistic_unit=unit,
        audio_config={"sampling_rate": rate},
    )
    generator = tensors(vocoder_state or voc.state())
    held = {"model": {"generator": generator, "discriminator": {"MelGAN": {"w": torch.zeros(1)}}}}
    write_half(folder / names[1], "Generator", voc.about["params"], held, 5)
    return folder


def zipped(folder: Path, archive: Path) -> Path:
    with zipfile.ZipFile(archive, "w") as out:
        for file in sorted(folder.rglob("*")):
            out.write(file, file.relative_to(folder))
    return archive


def random_weights(shapes: Mapping[str, tuple[int, ...]], seed: int) -> Weights:
    random = np.random.default_rng(seed)
    out: Weights = {}
    for name, size in shapes.items():
        spread = 0.8 / np.sqrt(np.prod(size[1:])) if len(size) > 1 else 0.1
        out[name] = (random.standard_normal(size) * spread).astype(np.float32)
        if len(size) == 1 and name.endswith("weight"):
            out[name] += 1.0
    return out


def random_acoustic(shape: AcousticShape, seed: int, frames: float = 4.0) -> Weights:
    """Weights under which a symbol takes about ``frames`` frames."""
    rows = {name: SIZES.get(name, 259) for name in table_names(shape)}
    weights = random_weights(acoustic_weights(shape, rows), seed)
    weights["variance_adaptor.duration_predictor.fc.bias"][:] = np.log(frames + 1.0)
    return weights


def random_vocoder(shape: VocoderShape, seed: int) -> Weights:
    return random_weights(vocoder_weights(shape), seed)
