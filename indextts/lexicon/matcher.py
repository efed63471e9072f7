"""Finds the dictionary's words in a text, the longest at each place, in time independent of the number of entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from indextts.lexicon.entry import Draft, fold, key_of
from indextts.text.overrides import Override
from indextts.utterance.sources import LEXICON


class Matcher:
    """Enabled entries, ready for look-up. Immutable, so that threads can share it."""

    def __init__(self, entries: Iterable[Draft]) -> None:
        self._entries = {key_of(entry.word): entry for entry in entries if entry.enabled}
        lengths: dict[str, set[int]] = {}
        for key in self._entries:
            lengths.setdefault(key[0], set()).add(len(key))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def match(self, text: str) -> list[Override]:
        """What is to be read otherwise, from left to right and apart.

        A word that begins or ends with a letter or digit is found only where no other one touches it, by itself or
        with an apostrophe between; Chinese characters need no such space. An English word is found with its
        possessive ’s, which is then said with it.
        """
        if not self._entries:
            return []
        plain = fold(text)
        found: list[Override] = []
        at = 0
        for place, char in enumerate(plain):
            if place < at or char not in self._lengths or not _free(plain, place - 1, place):
                continue
            for length in self._lengths[char]:
                end = place + length
                entry = self._entries.get(plain[place:end])
                if entry is None or end > len(plain):
                    continue
                if _free(plain, end, end - 1):
                    found.append(_fixed(entry, place, end))
                    at = end
                    break
                owner = _possessive(entry, place, end) if _owns(plain, end) else None
                if owner is not None:
                    found.append(owner)
                    at = owner.end
                    break
        return found


def together(first: Sequence[Override], others: Sequence[Override]) -> list[Override]:
    """``first``, and of ``others`` those that touch none of them, from left to right."""
    apart = [one for one in others if not any(one.start < own.end and own.start < one.end for own in first)]
    return sorted([*first, *apart], key=lambda one: one.start)


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


def _owns(text: str, end: int) -> bool:
    """Whether an English word that ends at ``end`` has a possessive ’s, and nothing more."""
    return (
        text[end - 1].isascii()
        and text[end - 1].isalpha()
        and text[end] in "'’"
        and text[end + 1 : end + 2] == "s"
        and _free(text, end + 2, end + 1)
    )


def _possessive(entry: Draft, start: int, end: int) -> Override | None:
    """The word at ``start``–``end`` with its ’s; ``None`` for pinyin, which has no such sound."""
    if entry.kind == "text":
        tail = "'s" if entry.reading[-1].isascii() and entry.reading[-1].isalnum() else "的"
        return Override(start, end + 2, spoken=entry.reading + tail, source=LEXICON)
    if entry.kind == "arpabet":
        from indextts.phonemes.en.pronunciation import with_s  # not before an English word is found

        return Override(start, end + 2, reading=with_s(entry.reading, "AH0"), source=LEXICON)
    return None


def inside(fixed: Override, words: Callable[[str], Sequence[Override]]) -> Override:
    """``fixed`` with the dictionary's words of its spoken form (the alias of a ``sub``), which ``words`` finds."""
    if not fixed.spoken or fixed.reading:
        return fixed
    pieces: list[str] = []
    readings: list[Override] = []
    done = length = 0
    for match in words(fixed.spoken):
        said = match.spoken or fixed.spoken[match.start : match.end]
        length += match.start - done
        if match.reading:
            readings.append(replace(match, start=length, end=length + len(said)))
        pieces += [fixed.spoken[done : match.start], said]
        length += len(said)
        done = match.end
    return replace(fixed, spoken="".join([*pieces, fixed.spoken[done:]]), inside=tuple(readings))


def _fixed(entry: Draft, start: int, end: int) -> Override:
    if entry.kind == "text":
        return Override(start, end, spoken=entry.reading, source=LEXICON)
    return Override(start, end, reading=entry.reading, source=LEXICON)
