"""Emotions by numbers: eight weights, ready-made vectors that come with the checkpoint, and how they are mixed.

Every checkpoint has a table of styles (CAMPPlus) with, row by row, a table of emotion vectors, in eight groups. For
each emotion the row is taken whose style is nearest to the speaker's. Weights also come from words: a small Qwen model
is tuned to answer a sentence with them, as JSON.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional

from indextts.engines.indextts2.checkpoint.config import INSTALL
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual

EMOTIONS: Final = ("happy", "angry", "sad", "afraid", "disgusted", "melancholic", "surprised", "calm")
BIAS: Final = (0.9375, 0.875, 1.0, 1.0, 0.9375, 0.9375, 0.6875, 0.5625)
"""What each weight is multiplied by before use: some emotions are stronger than others at the same weight."""
MOST: Final = 0.8
"""What the weights may add up to."""
TASK: Final = "文本情感分类"
"""The system message that the model was tuned with."""
THINKING_ENDS: Final = 151668
"""The token ``</think>``; the answer comes after the last one."""
LONGEST_ANSWER: Final = 32768
HIGHEST: Final = 1.2

_KEYS: Final = ("高兴", "愤怒", "悲伤", "恐惧", "反感", "低落", "惊讶", "自然")
_SADNESS, _GLOOM = _KEYS[2], _KEYS[5]
_LABELS: Final = {**dict(zip(_KEYS, EMOTIONS, strict=True)), **{name: name for name in EMOTIONS}}
_LABEL_KEYS: Final = ("emotion", "emotion_label", "label", "情感", "情绪")
# The model takes gloom for sadness; where the sentence names gloom itself, the two are exchanged.
_GLOOMY: Final = ("低落", "melancholy", "melancholic", "depression", "depressed", "gloomy")
_PAIR: Final = re.compile(r"([^\s\"'{},:：]+)[\"']?\s*[:：]\s*(-?\d+(?:\.\d+)?)")


def normalised(weights: Sequence[float], *, bias: bool = True) -> list[float]:
    """Weights as a person sets them, made fit for use: times :data:`BIAS`, and adding up to :data:`MOST` at most."""
    fit = [weight * factor for weight, factor in zip(weights, BIAS, strict=True)] if bias else list(weights)
    total = sum(fit)
    return [weight * (MOST / total) for weight in fit] if total > MOST else fit


def scaled(weights: Sequence[float], strength: float) -> list[float]:
    """Weights times ``strength`` (held within 0 to 1), each cut off after four decimals; untouched at 1."""
    strength = min(max(strength, 0.0), 1.0)
    if strength == 1.0:
        return list(weights)
    return [int(weight * strength * 10_000) / 10_000 for weight in weights]


@dataclass(frozen=True)
class Exemplars:
    """The checkpoint's tables: ``styles`` ``[N, 192]``, ``vectors`` ``[N, width]``; ``groups``, eight, add up to N."""

    styles: Tensor
    vectors: Tensor
    groups: tuple[int, ...]

    def __post_init__(self) -> None:
        count = sum(self.groups)
        if len(self.groups) != len(EMOTIONS) or len(self.styles) != count or len(self.vectors) != count:
            reason = Bilingual(
                f"its groups {self.groups} do not fit {len(self.styles)} styles and {len(self.vectors)} vectors.",
                f"其分组 {self.groups} 与 {len(self.styles)} 个风格、{len(self.vectors)} 个向量不符。",
            )
            raise StudioError("bad_file", path="feat1.pt, feat2.pt", reason=reason)

    def nearest(self, style: Tensor) -> list[int]:
        """For each emotion the place within its group of the row that is most like ``style`` ``[1, 192]``."""
        return [int(functional.cosine_similarity(style, group).argmax()) for group in self._grouped(self.styles)]

    def _grouped(self, table: Tensor) -> tuple[Tensor, ...]:
        return torch.split(table, list(self.groups))

    def mix(self, base: Tensor, weights: Sequence[float], places: Sequence[int]) -> Tensor:
        """The emotion vector ``[1, width]``: the rows at ``places`` by ``weights``, ``base`` with what is left of 1.

        Weights that add up to more than 1 leave less than nothing: that is how the published system does it.
        """
        rows = torch.stack([group[at] for group, at in zip(self._grouped(self.vectors), places, strict=True)])
        factors = torch.tensor(list(weights), dtype=base.dtype, device=base.device)
        return (factors[:, None] * rows.to(base)).sum(0, keepdim=True) + (1 - factors.sum()) * base


def messages(text: str) -> list[dict[str, str]]:
    """The conversation that asks for the emotion of ``text``."""
    return [{"role": "system", "content": TASK}, {"role": "user", "content": text}]


def parse(text: str, answer: str) -> dict[str, float]:
    """The weights of :data:`indextts.engines.indextts2.reference.emotion.EMOTIONS`, each 0 to 1.2, for ``text``.

    An answer that names one emotion and no number counts as 1; one that holds no emotion at all is calm. Raises
    :class:`StudioError` ``emotion_unclear``.
    """
    try:
        found: Any = json.loads(answer)
    except ValueError:
        found = {key: float(number) for key, number in _PAIR.findall(answer)}
    if any(word in text.lower() for word in _GLOOMY):
        if not isinstance(found, dict):
            raise StudioError("emotion_unclear", answer=answer)
        found = {**found, _SADNESS: found.get(_GLOOM, 0.0), _GLOOM: found.get(_SADNESS, 0.0)}
    label = _label(found)
    if label is not None:
        return {name: float(name == label) for name in EMOTIONS}
    values = found if isinstance(found, Mapping) else {}
    weights = {
        name: min(max(_weight(values.get(key, 0.0), answer), 0.0), HIGHEST)
        for key, name in zip(_KEYS, EMOTIONS, strict=True)
    }
    if not any(weights.values()):
        weights["calm"] = 1.0
    return weights


def _label(found: Any) -> str | None:
    if isinstance(found, str):
        return _LABELS.get(found.strip().lower())
    if not isinstance(found, Mapping) or any(key in found for key in _KEYS):
        return None
    names = (found[key] for key in _LABEL_KEYS if key in found)
    return next((_LABELS.get(name.strip().lower()) for name in names if isinstance(name, str)), None)


def _weight(value: Any, answer: str) -> float:
    if isinstance(value, str) and value.strip().lower() in _LABELS:
        return 1.0
    try:
        weight = float(value)
    except (TypeError, ValueError) as error:
        raise StudioError("emotion_unclear", answer=answer) from error
    if math.isnan(weight):
        raise StudioError("emotion_unclear", answer=answer)
    return weight


class QwenEmotion:
    """The model with its tokenizer. Holds 1.2 GB (half precision); let it go after use."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        """``model`` is a causal language model of ``transformers``."""
        self._model = model.eval()
        self._tokenizer = tokenizer

    @classmethod
    def open(cls, folder: Path) -> QwenEmotion:
        """Load the model that lies in ``folder``, in half precision.

        Raises :class:`StudioError` ``dependency_missing`` or ``bad_file``.
        """
        try:
            import torch
            from transformers import AutoModelForCausalLM, AutoTokenizer
            from transformers.utils.logging import disable_progress_bar
        except ModuleNotFoundError as error:
            raise StudioError("dependency_missing", package=error.name or "torch", command=INSTALL) from error
        # A server's log and a command's errors are no place for it.
        disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
            model: Any = AutoModelForCausalLM.from_pretrained(
                str(folder), dtype=torch.float16, local_files_only=True, use_safetensors=True
            )
        except (OSError, ValueError, KeyError) as error:
            raise StudioError("bad_file", path=folder, reason=str(error).splitlines()[0]) from error
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        return cls(model.to(device=device), tokenizer)

    def weights(self, text: str, check: Callable[[], None] = lambda: None) -> dict[str, float]:
        """The emotion of ``text`` as :func:`parse` gives it. How it is sampled is the checkpoint's own setting.

        ``check`` is called for every token and raises to stop.
        """
        import torch

        def going_on(ids: Tensor, *_scores: object, **_more: object) -> Tensor:
            check()
            return torch.zeros(len(ids), dtype=torch.bool, device=ids.device)

        asked = self._tokenizer.apply_chat_template(
            messages(text), tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        inputs = self._tokenizer([asked], return_tensors="pt").to(self._model.device)
        with torch.inference_mode():
            out = self._model.generate(**inputs, max_new_tokens=LONGEST_ANSWER, stopping_criteria=[going_on])
        answer = _answer(out[0].tolist(), inputs.input_ids.shape[1])
        return parse(text, self._tokenizer.decode(answer, skip_special_tokens=True))


def _answer(ids: list[int], prompt: int) -> list[int]:
    written = ids[prompt:]
    thoughts = [place for place, token in enumerate(written) if token == THINKING_ENDS]
    return written[thoughts[-1] + 1 :] if thoughts else written
