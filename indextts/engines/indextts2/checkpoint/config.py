"""What a checkpoint's ``config.yaml`` says about its networks, and the few numbers that stand in no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual

NAME: Final = "indextts2"
"""Of the engine, and of its model of version 2.0."""
NAME_25: Final = "indextts2.5"
"""Of its model of version 2.5."""
INSTALL: Final = "./start_app.sh --with indextts2"
FEATURES: Final = 1024
"""Values of one frame of the published semantic encoder; also the width of the emotion perceiver."""
STYLE: Final = 192
"""Values of CAMPPlus's speaker style."""
LANGUAGES: Final = 106
"""Languages that version 2.5 tells apart."""


def model_of(path: Path) -> str:
    """The model to which a file or folder belongs."""
    return NAME_25 if any(folder.name == NAME_25 for folder in (path, *path.parents)) else NAME


CODEC_25: Final = "codec.pth"
"""The file that version 2.5 alone has."""
PIECES: Final = "bpe.model"
"""The file that version 2.0 alone has."""

Speaker = Literal["features", "style"]
"""What the GPT hears of the speaker: the features through a conformer (2.0), or CAMPPlus's style (2.5)."""

_CONFIG: Final = "config.yaml"


@dataclass(frozen=True)
class EncoderConfig:
    """A conformer with the perceiver after it; the names are the file's."""

    output_size: int
    linear_units: int
    attention_heads: int
    num_blocks: int
    perceiver_mult: float


@dataclass(frozen=True)
class GptConfig:
    """The text-to-codes network; the names are the file's."""

    layers: int
    model_dim: int
    heads: int
    max_text_tokens: int
    max_mel_tokens: int
    number_text_tokens: int
    number_mel_codes: int
    start_text_token: int
    stop_text_token: int
    start_mel_token: int
    stop_mel_token: int
    condition_num_latent: int
    condition_module: EncoderConfig
    emo_condition_module: EncoderConfig
    speaker: Speaker = "features"
    features: int = FEATURES
    """Values of one frame of the semantic encoder."""

    @classmethod
    def read(
        cls,
        values: Mapping[str, Any],
        *,
        speaker: Speaker = "features",
        features: int = FEATURES,
        source: str = _CONFIG,
    ) -> GptConfig:
        """From the file's ``gpt`` section. Raises :class:`StudioError` ``bad_file`` naming ``source``."""
        known = {**_DEFAULTS, **values}
        try:
            numbers = {name: int(known[name]) for name in _NUMBERS}
            speaker_encoder, emotion_encoder = (_encoder(values[name]) for name in _ENCODERS)
        except (KeyError, TypeError, ValueError) as error:
            raise unusable(source, "gpt", error) from error
        return cls(
            **numbers,
            condition_module=speaker_encoder,
            emo_condition_module=emotion_encoder,
            speaker=speaker,
            features=features,
        )


@dataclass(frozen=True)
class ModelConfig:
    """A published ``config.yaml``. ``sections`` is the whole file, for the networks after the GPT."""

    version: str
    gpt: GptConfig
    emotion_groups: tuple[int, ...]
    """How many of the ready-made emotion vectors belong to each of the eight emotions."""
    sections: Mapping[str, Any]

    @property
    def is_25(self) -> bool:
        """Whether this is version 2.5: another codec, no latent pass, the speaker as a style, languages."""
        return self.gpt.speaker == "style"


_ENCODERS: Final = ("condition_module", "emo_condition_module")
_DEFAULTS: Final = {"start_text_token": 0, "stop_text_token": 1, "condition_num_latent": 32}
_NUMBERS: Final = (
    *("layers", "model_dim", "heads", "max_text_tokens", "max_mel_tokens", "number_text_tokens", "number_mel_codes"),
    *("start_text_token", "stop_text_token", "start_mel_token", "stop_mel_token", "condition_num_latent"),
)


def load(folder: Path) -> ModelConfig:
    """Read ``config.yaml`` of a checkpoint's folder.

    Raises :class:`StudioError` ``bad_file``, or ``model_version`` for one of a version that is not 2.
    """
    path = folder / _CONFIG
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
        version = str(values.get("version", "2.0"))
        if not version.startswith("2"):
            raise StudioError("model_version", path=folder, version=version)
        gpt, groups = dict(values["gpt"]), tuple(int(count) for count in values["emo_num"])
        features = int((values.get("semantic_codec") or {}).get("hidden_size", FEATURES))
    except (OSError, yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise unusable(str(path), "config", error) from error
    for short in ("start_text", "stop_text", "start_mel", "stop_mel"):  # some files leave the last word out
        if short in gpt:
            gpt.setdefault(f"{short}_token", gpt[short])
    speaker: Speaker = "style" if version.startswith("2.5") or _is_25(folder) else "features"
    read = GptConfig.read(gpt, speaker=speaker, features=features, source=str(path))
    return ModelConfig(version, read, groups, values)


def _is_25(folder: Path) -> bool:
    """Whether the files are those of version 2.5, of which the settings may say 2.0."""
    return (folder / CODEC_25).is_file() and not (folder / PIECES).is_file()


def _encoder(values: Mapping[str, Any]) -> EncoderConfig:
    if values.get("input_layer", "conv2d2") != "conv2d2":
        raise ValueError(f"input_layer {values['input_layer']}")
    numbers = {name: int(values[name]) for name in ("output_size", "linear_units", "attention_heads", "num_blocks")}
    return EncoderConfig(**numbers, perceiver_mult=float(values["perceiver_mult"]))


def unusable(source: Path | str, section: str, error: Exception) -> StudioError:
    what = str(error) or type(error).__name__
    reason = Bilingual(f"its section {section} cannot be read ({what}).", f"其中 {section} 部分无法读取（{what}）。")
    return StudioError("bad_file", path=source, reason=reason)
