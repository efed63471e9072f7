"""What the sentences that a person reads are made of."""

from __future__ import annotations

from typing import Literal, NamedTuple

Language = Literal["en", "zh"]

Pair = tuple[str, str]


class Bilingual(NamedTuple):
    """A detail of an error that has words of its own."""

    en: str
    zh: str

    def of(self, language: Language) -> str:
        """The words in ``language``."""
        return self.zh if language == "zh" else self.en


class Message(NamedTuple):
    """What happened and what to do next, in both languages, with the HTTP status that fits."""

    status: int
    en: Pair
    zh: Pair
