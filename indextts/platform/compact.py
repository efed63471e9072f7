"""Large tables of words as text: a sixth of the memory that dictionaries of strings take."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate
from operator import itemgetter


class SortedLines:
    """Word → what is said of it, in one sorted text and an array of places."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        """``entries`` are words without spaces with their texts, in any order."""
        self._keep([f"{word} {said}" for word, said in sorted(entries, key=itemgetter(0))])

    @classmethod
    def of_lines(cls, lines: list[str]) -> SortedLines:
        """Build one of lines that hold a word, a space and its text, with no character below a space in any of them."""
        made = cls(())
        made._keep(sorted(lines))  # as their words are sorted: nothing comes before the space that ends one
        return made

    def _keep(self, lines: list[str]) -> None:
        self._places = array("I", [0, *accumulate(len(line) + 1 for line in lines)])
        self._text = "".join(f"{line}\n" for line in lines)

    def get(self, word: str) -> str | None:
        """What is said of it, or ``None``."""
        place = bisect_left(self._places, word, hi=len(self._places) - 1, key=self._word_at)
        if place + 1 == len(self._places) or self._word_at(self._places[place]) != word:
            return None
        return self._text[self._places[place] + len(word) + 1 : self._places[place + 1] - 1]

    def begins(self, start: str) -> bool:
        """Whether any word begins so."""
        place = bisect_left(self._places, start, hi=len(self._places) - 1, key=self._word_at)
        return self._text.startswith(start, self._places[place])

    def _word_at(self, place: int) -> str:
        return self._text[place : self._text.index(" ", place)]


class PhraseTable:
    """Phrase → what is said of it, by the phrase's first character: to be asked for far more than it has."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        """``entries`` are phrases without spaces, none twice, with their texts in one line each."""
        pages: dict[str, list[str]] = {}
        for phrase, said in entries:
            pages.setdefault(phrase[0], []).append(f"{phrase} {said}\n")
        self._pages = {first: "\n" + "".join(lines) for first, lines in pages.items()}

    def get(self, phrase: str) -> str | None:
        """What is said of it, or ``None``."""
        page = self._pages.get(phrase[:1])
        if page is None:
            return None
        begin = page.find(f"\n{phrase} ")
        if begin < 0:
            return None
        begin += len(phrase) + 2
        return page[begin : page.index("\n", begin)]

    def begins(self, start: str) -> bool:
        """Whether any phrase begins so."""
        return f"\n{start}" in self._pages.get(start[:1], "")

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for page in self._pages.values():
            for line in page.splitlines()[1:]:
                phrase, _, said = line.partition(" ")
                yield phrase, said
