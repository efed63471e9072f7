"""Weights by their published names: what must be there, what may, and how weight-normalised kernels are folded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from indextts.engines.sambert.shapes import AcousticShape, VocoderShape, unusable

if TYPE_CHECKING:
    from torch import nn

Array = npt.NDArray[Any]
Shapes = dict[str, tuple[int, ...]]

SYMBOL_TABLES: Final = ("sy_emb", "tone_emb", "syllable_flag_emb", "ws_emb")
BYTE_TABLES: Final = ("byte_index_emb",)

_MAY_LACK: Final = (
    "text_encoder.ling_enc.position_enc.position_enc",
    "variance_adaptor.dur_position_encoder.inv_timescales",
)
"""Computed, not learned."""
_TRAINING_ONLY: Final = "align_attention."


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


def checked_acoustic(shape: AcousticShape, state: Mapping[str, Array], voice: object = "sambert") -> dict[str, Array]:
    """Sambert's weights as float32 without what only training needs.

    Raises :class:`StudioError` ``voice_unusable`` naming what is missing, left over or of another size.
    """
    plain = _plain(state)
    kept = {
        name: array for name, array in plain.items() if not name.startswith(_TRAINING_ONLY) and name not in _MAY_LACK
    }
    _check(acoustic_weights(shape, table_rows(shape, kept)), kept, voice)
    return kept


def folded_vocoder(shape: VocoderShape, state: Mapping[str, Array], voice: object = "sambert") -> dict[str, Array]:
    """The generator's weights as float32, its kernels folded: ``conv_pre.conv1d.weight``.

    A kernel may come as ``weight_g`` and ``weight_v``, as ``parametrizations.weight.original0`` and ``…1``, or as it
    is.
    Raises as :func:`checked_acoustic` does.
    """
    plain = {
        name.replace("parametrizations.weight.original0", "weight_g").replace(
            "parametrizations.weight.original1", "weight_v"
        ): array
        for name, array in _plain(state).items()
    }
    folded = {name: array for name, array in plain.items() if not name.endswith(("weight_g", "weight_v"))}
    for name, direction in plain.items():
        if name.endswith("weight_v"):
            stem = name.removesuffix("_v")
            length = plain.get(f"{stem}_g")
            if length is None:
                raise unusable(voice, f"its weights lack “{stem}_g”.", f"权重中缺少“{stem}_g”。")
            folded[stem] = fold(length, direction)
    _check(vocoder_weights(shape), folded, voice)
    return folded


def fold(length: Array, direction: Array) -> Array:
    """A weight-normalised kernel as it is used: each slice of the first axis gets the norm ``length``.

    The first axis of a transposed convolution is that of its inputs.
    """
    axes = tuple(range(1, direction.ndim))
    norm = np.sqrt(np.square(direction.astype(np.float64)).sum(axis=axes, keepdims=True))
    folded: Array = (direction * (length / norm)).astype(np.float32)
    return folded


def acoustic_weights(shape: AcousticShape, rows: Mapping[str, int]) -> Shapes:
    """The size of every weight that Sambert must have: those of its network in PyTorch, made without any memory."""
    import torch

    from indextts.engines.sambert.networks.acoustic import Sambert

    with torch.device("meta"):
        return _sizes(Sambert(shape, rows))


def vocoder_weights(shape: VocoderShape) -> Shapes:
    """The size of every (folded) weight that the generator must have."""
    import torch

    from indextts.engines.sambert.networks.vocoder import Generator

    with torch.device("meta"):
        return _sizes(Generator(shape))


def _sizes(network: nn.Module) -> Shapes:
    return {name: tuple(held.shape) for name, held in network.state_dict().items()}


def _plain(state: Mapping[str, Array]) -> dict[str, Array]:
    """Float32, without the prefix that training on several devices leaves."""
    return {name.removeprefix("module."): np.asarray(array, np.float32) for name, array in state.items()}


def _check(want: Shapes, state: Mapping[str, Array], voice: object) -> None:
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
