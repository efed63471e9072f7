"""The sizes of a voice's networks, as its ``config.yaml`` files give them in ``params``, and weights by their names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual

Array = npt.NDArray[Any]
Shapes = dict[str, tuple[int, ...]]

SYMBOL_TABLES: Final = ("sy_emb", "tone_emb", "syllable_flag_emb", "ws_emb")
BYTE_TABLES: Final = ("byte_index_emb",)

_NUMBERS: Final = {
    "embedding": "embedding_dim", "encoder_layers": "encoder_num_layers", "encoder_heads": "encoder_num_heads",
    "encoder_units": "encoder_num_units", "encoder_inner": "encoder_ffn_inner_dim", "text": "encoder_projection_units",
    "speaker": "speaker_units", "emotion": "emotion_units", "duration_lstm": "dur_pred_lstm_units",
    "decoder_layers": "decoder_num_layers", "decoder_heads": "decoder_num_heads", "decoder_units": "decoder_num_units",
    "decoder_inner": "decoder_ffn_inner_dim", "frames_per_step": "outputs_per_step", "mels": "num_mels",
}  # fmt: skip
"""Sambert's sizes that are one number each, and what a voice's configuration calls them."""


def unusable(voice: object, en: str, zh: str) -> StudioError:
    """The error ``voice_unusable`` with its reason in both languages."""
    return StudioError("voice_unusable", voice=voice, reason=Bilingual(en, zh))


@dataclass(frozen=True)
class MemoryShape:
    """A stack of FSMN layers and the LSTM after it."""

    layers: int
    kernel: int
    """Of the depth-wise convolution over time."""
    width: int
    inner: int
    shifts: tuple[int, ...]
    """How far each layer's window is moved into the past."""
    lstm: int

    def padding(self, layer: int) -> tuple[int, int]:
        """Zeros before and after the sequence of a layer."""
        shift = self.shifts[layer]
        return round((self.kernel - 1) / 2) + shift, (self.kernel - 1) // 2 - shift


@dataclass(frozen=True)
class AcousticShape:
    """Sambert's own sizes; those of the vocabularies are the weights' business."""

    embedding: int
    encoder_layers: int
    encoder_heads: int
    encoder_units: int
    encoder_inner: int
    text: int
    """Width of what the encoder hands on."""
    speaker: int
    emotion: int
    predictor: MemoryShape
    duration_prenet: tuple[int, ...]
    duration_lstm: int
    decoder_prenet: tuple[int, ...]
    decoder_layers: int
    decoder_heads: int
    decoder_units: int
    decoder_inner: int
    frames_per_step: int
    mels: int
    """Values of a frame; a voice with a source module has F0 and voicing as the last two."""
    postnet: MemoryShape
    speaker_vectors: bool = False
    """``SE``: the speaker is a vector of the package, not a row of a table."""
    source: bool = False
    """``NSF``: see ``mels``."""
    bytes: bool = False
    """``using_byte``: the text is UTF-8 bytes instead of phones."""

    @property
    def memory(self) -> int:
        return self.text * self.frames_per_step + self.speaker + self.emotion

    @classmethod
    def from_params(cls, params: Mapping[str, Any], voice: object = "sambert") -> AcousticShape:
        """Read ``Model.KanTtsSAMBERT.params``. Raises :class:`StudioError` ``voice_unusable``."""
        if params.get("FP"):
            raise unusable(
                voice, "its model adds filled pauses, which is not supported.", "模型带有填充停顿，目前不支持。"
            )
        with _reading(voice):
            return cls(
                **{name: int(params[key]) for name, key in _NUMBERS.items()},
                predictor=_memory(params, "predictor"),
                duration_prenet=_ints(params["dur_pred_prenet_units"]),
                decoder_prenet=_ints(params["decoder_prenet_units"]),
                postnet=_memory(params, "postnet"),
                speaker_vectors=bool(params.get("SE", False)),
                source=bool(params.get("NSF", False)),
                bytes=bool(params.get("using_byte", False)),
            )


@dataclass(frozen=True)
class SourceShape:
    """The sine source of an NSF vocoder."""

    harmonics: int
    """Overtones beside the fundamental."""
    sample_rate: int
    alpha: float = 0.1
    sigma: float = 0.003


@dataclass(frozen=True)
class VocoderShape:
    """The generator's sizes."""

    mels: int
    bands: int
    channels: int
    kernel: int
    scales: tuple[int, ...]
    kernels: tuple[int, ...]
    block_kernels: tuple[int, ...]
    block_dilations: tuple[tuple[int, ...], ...]
    slope: float
    causal: bool
    source: SourceShape | None = None
    transposed: bool = True
    """Whether the transposed branch is added; some NSF voices were made by code that forgets it."""

    @property
    def hop(self) -> int:
        """Samples (of one band) for each frame."""
        return math.prod(self.scales)

    @property
    def reach(self) -> tuple[int, int]:
        """Frames before and after a stretch that its sound depends on, one to spare."""
        one_side = self.kernel - 1
        samples = one_side
        for scale, kernel in zip(reversed(self.scales), reversed(self.kernels), strict=True):
            samples += max(
                (width - 1) * sum(step + 1 for step in steps)
                for width, steps in zip(self.block_kernels, self.block_dilations, strict=True)
            )
            samples = max((samples + kernel - 1) // scale, -(-(samples + one_side) // scale))
        total = samples + one_side
        half = -(-total // 2)
        return (total + 1, 0) if self.causal else (half + 1, half + 1)

    @classmethod
    def from_params(cls, params: Mapping[str, Any], voice: object = "sambert") -> VocoderShape:
        """Read ``Model.Generator.params``. Raises :class:`StudioError` ``voice_unusable``."""
        with _reading(voice):
            nsf = params.get("nsf_params")
            slope = float((params.get("nonlinear_activation_params") or {}).get("negative_slope", 0.1))
            if params.get("nonlinear_activation", "LeakyReLU") != "LeakyReLU":
                raise ValueError(params["nonlinear_activation"])
            return cls(
                mels=int(params.get("in_channels", 80)),
                bands=int(params.get("out_channels", 1)),
                channels=int(params["channels"]),
                kernel=int(params.get("kernel_size", 7)),
                scales=_ints(params["upsample_scales"]),
                # The published files spell it so.
                kernels=_ints(params.get("upsample_kernal_sizes") or params["upsample_kernel_sizes"]),
                block_kernels=_ints(params["resblock_kernel_sizes"]),
                block_dilations=tuple(_ints(row) for row in params["resblock_dilations"]),
                slope=slope,
                causal=bool(params.get("causal", True)),
                source=None if not nsf else SourceShape(int(nsf["nb_harmonics"]), int(nsf["sampling_rate"])),
            )


@contextmanager
def _reading(voice: object) -> Iterator[None]:
    """Turns what goes wrong while a configuration is read into ``voice_unusable``."""
    try:
        yield
    except KeyError as error:
        name = str(error.args[0])
        raise unusable(voice, f"its configuration lacks “{name}”.", f"配置中缺少“{name}”。") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise unusable(voice, f"its configuration is not valid: {error}.", f"配置无效（{error}）。") from error


def _ints(values: Sequence[Any]) -> tuple[int, ...]:
    return tuple(int(value) for value in values)


def _memory(params: Mapping[str, Any], name: str) -> MemoryShape:
    layers = int(params[f"{name}_fsmn_num_layers"])
    shift = params[f"{name}_shift"]
    shifts = _ints(shift) if isinstance(shift, (list, tuple)) else (int(shift),) * layers
    if len(shifts) != layers:
        raise ValueError(f"{name}_shift")
    return MemoryShape(
        layers=layers,
        kernel=int(params[f"{name}_filter_size"]),
        width=int(params[f"{name}_num_memory_units"]),
        inner=int(params[f"{name}_ffn_inner_dim"]),
        shifts=tuple(max(0, value) for value in shifts),
        lstm=int(params[f"{name}_lstm_units"]),
    )


def table_rows(shape: AcousticShape, state: Mapping[str, Array]) -> dict[str, int]:
    """The rows of each table of embeddings, by its name; the weights say it, because voices differ.

    Raises :class:`StudioError` ``voice_unusable``.
    """
    rows = {}
    for name in table_names(shape):
        key = f"{name}.weight" if name.endswith("tokenizer") else f"text_encoder.{name}.weight"
        if key not in state or state[key].ndim != 2:
            raise unusable("sambert", f"its weights lack “{key}”.", f"权重中缺少“{key}”。")
        rows[name] = int(state[key].shape[0])
    return rows


def table_names(shape: AcousticShape) -> list[str]:
    speaker = () if shape.speaker_vectors else ("spk_tokenizer",)
    return [*(BYTE_TABLES if shape.bytes else SYMBOL_TABLES), "emo_tokenizer", *speaker]


def fold(length: Array, direction: Array) -> Array:
    """A weight-normalised kernel as it is used: each slice of the first axis gets the norm ``length``.

    The first axis of a transposed convolution is that of its inputs.
    """
    axes = tuple(range(1, direction.ndim))
    norm = np.sqrt(np.square(direction.astype(np.float64)).sum(axis=axes, keepdims=True))
    folded: Array = (direction * (length / norm)).astype(np.float32)
    return folded


def as_floats(state: Mapping[str, Array]) -> dict[str, Array]:
    """Float32, without the prefix that training on several devices leaves."""
    return {name.removeprefix("module."): np.asarray(array, np.float32) for name, array in state.items()}


def check(want: Shapes, state: Mapping[str, Array], voice: object) -> None:
    wrong = [
        f"{name} {list(state[name].shape)}≠{list(size)}"
        for name, size in want.items()
        if name in state and state[name].shape != size
    ]
    for names, en, zh in (
        ([name for name in want if name not in state], "its weights lack", "权重中缺少"),
        ([name for name in state if name not in want], "its weights hold unknown entries:", "权重中有未知内容："),
        (wrong, "its weights do not fit its configuration:", "权重与配置不符："),
    ):
        if names:
            some = ", ".join(names[:3]) + (f" … ({len(names)})" if len(names) > 3 else "")
            raise unusable(voice, f"{en} {some}.", f"{zh} {some}。")
