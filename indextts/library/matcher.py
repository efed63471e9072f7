"""Finding the dictionary's words in a text: the longest at each place, in time that does not grow with the entries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from indextts.library.entry import Draft, fold, key_of
from indextts.text.fixed import Fixed

SOURCE: Final = "lexicon"


class Matcher:
    """Enabled entries, ready for look-up. Immutable, so that threads can share it."""

    def __init__(self, entries: Iterable[Draft]) -> None:
        self._entries = {key_of(entry.word): entry for entry in entries if entry.enabled}
        lengths: dict[str, set[int]] = {}
        for key in self._entries:
            lengths.setdefault(key[0], set()).add(len(key))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def match(self, text: str) -> list[Fixed]:
        """What is to be read otherwise, from left to right and apart.

        A word that begins or ends with a letter or digit is found only where no other one touches it, by itself or
        with an apostrophe between; Chinese characters need no such space.
        """
        if not self._entries:
            return []
        plain = fold(text)
        found: list[Fixed] = []
        at = 0
        for place, char in enumerate(plain):
            if place < at or char not in self._lengths or not _free(plain, place - 1, place):
                continue
            for length in self._lengths[char]:
                end = place + length
                entry = self._entries.get(plain[place:end])
                if entry is not None and end <= len(plain) and _free(plain, end, end - 1):
                    found.append(_fixed(entry, place, end))
                    at = end
                    break
        return found


def _free(text: str, outside: int, inside: int) -> bool:
    """Whether a word may begin or end between two neighbouring places."""
    if not 0 <= outside < len(text) or not _is_wordlike(text[inside]):
        return True
    if text[outside] in "'’":
        beyond = 2 * outside - inside
        return not (0 <= beyond < len(text) and _is_wordlike(text[beyond]))
    return not _is_wordlike(text[outside])


def _is_wordlike(char: str) -> bool:
    """Letters and digits of scripts that part their words by spaces."""
    return char < "\u2e80" and (char.isalnum() or char == "_")


def _fixed(entry: Draft, start: int, end: int) -> Fixed:
    if entry.kind == "text":
        return Fixed(start, end, spoken=entry.reading, source=SOURCE)
    return Fixed(start, end, reading=entry.reading, source=SOURCE)
