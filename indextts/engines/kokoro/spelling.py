"""How a line is written for one of Kokoro's models: its symbols' numbers, and what stands for sounds and between words.

The models' numbers are alike but for some that mean another symbol, so that a line written for the other model is
spoken, but wrongly: which spelling is a model's is told by its vocabulary alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from indextts.engines.kokoro import symbols, symbols_zh


@dataclass(frozen=True)
class Spelling:
    """The spelling of one vocabulary."""

    name: str
    """The model's version, as ``engines.kokoro.version`` has it."""
    ids: Mapping[str, int]
    mandarin: Callable[[str], str]
    """Writes one syllable of pinyin."""
    between: str
    """Stands between two Mandarin words."""
    carrier: tuple[str, str]
    """Stands around a short text with Mandarin, and is not decoded: “What I say is …, nothing else.”"""
    trial: str
    """A sentence for measuring: “The weather is fine today, we go for a walk in the park”."""
    rhotic: Callable[[str], tuple[str, str]] | None = None
    """Divides a syllable with a rhotic ending between its own character and 儿; ``None`` where 儿 is written alone."""

    def numbers(self, written: str) -> list[int]:
        """The numbers of written symbols."""
        return [self.ids[char] for char in written]

    def agrees(self, vocabulary: Mapping[str, int]) -> bool:
        """Whether a model with that ``vocabulary`` means the same by every symbol."""
        return all(vocabulary.get(char) == number for char, number in self.ids.items())


V1_0: Final = Spelling(
    "1.0",
    symbols.IDS,
    symbols.mandarin,
    " ",
    ("wo↓ ʂwo→ tɤ ʂɨ↘, ", ", pu↗ʂɨ↘ pje↗tɤ."),
    "jin→tʰjɛ→n tʰjɛ→nʨʰi↘ xən↓ xau↓ womən ʨʰy↘ kʊ→ŋju↗an san↘pu↘",
)
V1_1: Final = Spelling(
    "1.1-zh",
    symbols_zh.IDS,
    symbols_zh.mandarin,
    "/",
    ("我3/ㄕ我1/ㄉㄜ5/ㄕ十4, ", ", ㄅㄨ2ㄕ十4/ㄅㄝ2ㄉㄜ5."),
    "ㄐ阴1ㄊ言1/ㄊ言1ㄑㄧ4/ㄏㄣ2ㄏㄠ3, 我3ㄇㄣ5/ㄑㄩ4/ㄍ中1元2/ㄙㄢ4ㄅㄨ4.",
    symbols_zh.rhotic,
)
SPELLINGS: Final = (V1_0, V1_1)


def spelling_of(vocabulary: Mapping[str, int]) -> Spelling | None:
    """The spelling of a model with that vocabulary; ``None`` where there is none."""
    return next((one for one in SPELLINGS if one.agrees(vocabulary)), None)
