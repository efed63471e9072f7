"""Input features of the emotion classifier: pieces of a text as numbers, with their counts. Standard library and numpy.

A piece is a run of one to three characters, a word or a pair of words (Chinese); one to three words, two with another
between them, a word that is denied, three to five letters of a word, how a text begins and ends, its marks (English).
Each is known by a hash of 32 bits alone; training keeps the numbers of those that tell something, sorted, and a piece's
*place* is its place among them. No text can be read back from these.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from indextts.model.utterance import Lang
from indextts.reading.text.tokens import tagged

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Keys = npt.NDArray[np.uint32]

LONGEST: Final = 4000
"""Characters of a text that are read: its first and its last half of that."""

_ADDRESS: Final = re.compile(r"(?:https?://|www\.)[!-~]{1,300}")
_MENTION: Final = re.compile(r"@[\w-]{1,30}")
_DIGITS: Final = re.compile(r"\d+")
_SPACE: Final = re.compile(r"\s+")
_NAME: Final = re.compile(r"\[(?:name|religion)\]")
_ENGLISH: Final = re.compile(r"[a-z]+(?:'[a-z]+)*|0|[^\w\s]|[^\x00-\x7f\s]")
_SHOUTED: Final = re.compile(r"\b[A-Z]{3,}\b")
_MOST_LETTERS: Final = 24
_NEGATIONS: Final = frozenset({
    "not", "no", "never", "without", "nothing", "don't", "doesn't", "didn't", "isn't", "wasn't", "aren't", "can't",
    "couldn't", "won't", "wouldn't", "shouldn't", "ain't", "dont", "cant",
})  # fmt: skip
_DENIED: Final = 3  # Words that a negation reaches, within its clause.
_STOPS: Final = frozenset(".,!?;:")


class Read(NamedTuple):
    """The pieces and words of a text, as input of the classifier."""

    pieces: Counter[int]
    """The hashes of its pieces and how often each stands there."""
    words: list[str]
    """Its words and marks in their order."""


def read(text: str, lang: Lang) -> Read:
    """Take ``text`` apart; any text will do."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} {text[-LONGEST // 2 :]}"
    text = text.encode("utf-8", "replace").decode("utf-8").replace("’", "'")
    plain = _DIGITS.sub("0", _MENTION.sub("@", _ADDRESS.sub("/", text.lower())))
    if lang == "en":
        words = _ENGLISH.findall(_NAME.sub("@", plain))
        found = _english(text, words)
    else:
        words = [word for word, _ in tagged(plain) if not word.isspace()]
        found = _chinese(plain, words)
    return Read(Counter(map(_hash, found)), words)


def known(found: Counter[int], keys: Keys) -> tuple[Ints, Floats]:
    """Those of the pieces that training has kept (``keys``, ascending): places and counts, by place."""
    hashes = np.fromiter(found.keys(), np.uint32, len(found))
    counts = np.fromiter(found.values(), np.float32, len(found))
    order = np.argsort(hashes)
    hashes, counts = hashes[order], counts[order]
    places, hit = _looked_up(hashes, keys)
    return places[hit], counts[hit]


def word_places(words: Sequence[str], keys: Keys, lang: Lang) -> Ints:
    """Places of the words that training has kept (``keys``, ascending), from 1; 0 stands alone if there is none.

    A Chinese word that is not among them is read by its characters.
    """
    _, hit = _looked_up(_hashes(words), keys)
    parts = [
        part
        for word, there in zip(words, hit, strict=True)
        for part in ([word] if there or lang == "en" else list(word))
    ]
    places, hit = _looked_up(_hashes(parts), keys)
    found = places[hit] + 1
    return found if len(found) else np.zeros(1, np.int64)


def word_key(word: str) -> int:
    """The number that a word is known by."""
    return _hash(f"={word}")


def _hash(piece: str) -> int:
    return zlib.crc32(piece.encode("utf-8"))


def _hashes(words: Sequence[str]) -> Keys:
    return np.fromiter((word_key(word) for word in words), np.uint32, len(words))


def _looked_up(hashes: Keys, keys: Keys) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """For each of ``hashes`` its place among ``keys``, and whether it is there at all."""
    if not len(keys):
        return np.zeros(len(hashes), np.int64), np.zeros(len(hashes), bool)
    places = np.minimum(np.searchsorted(keys, hashes), len(keys) - 1).astype(np.int64)
    return places, keys[places] == hashes


def _chinese(text: str, words: Sequence[str]) -> Iterator[str]:
    line = f"^{_SPACE.sub('', text)}$"
    for size in (1, 2, 3):
        yield from (f"{size}{line[at : at + size]}" for at in range(len(line) - size + 1))
    yield from (f"w{word}" for word in words if len(word) > 1)
    yield from _joined("b", words, 2)


def _english(text: str, words: Sequence[str]) -> Iterator[str]:
    yield from (f"1{word}" for word in words)
    framed = ["^", *words, "$"]
    yield from _joined("2", framed, 2)
    yield from _joined("3", framed, 3)
    for word in words:
        if len(word) > 2:
            whole = f"<{word[:_MOST_LETTERS]}>"
            for size in (3, 4, 5):
                yield from (f"c{whole[at : at + size]}" for at in range(len(whole) - size + 1))
    if len(_SHOUTED.findall(text)) > 1:
        yield "#"
    yield from (f"s{first} {third}" for first, third in zip(words, words[2:], strict=False))
    yield from _denied(words)
    if words:
        yield from (f"f{words[0]}", f"l{words[-1]}", f"z{min(len(words) // 4, 7)}")
    yield f"q{min(text.count('!'), 3)}{min(text.count('?'), 3)}{'...' in text}"


def _denied(words: Sequence[str]) -> Iterator[str]:
    left = 0
    for word in words:
        if word in _NEGATIONS:
            left = _DENIED
        elif word in _STOPS:
            left = 0
        elif left:
            yield f"n{word}"
            left -= 1


def _joined(kind: str, words: Sequence[str], size: int) -> Iterator[str]:
    for at in range(len(words) - size + 1):
        yield f"{kind}{' '.join(words[at : at + size])}"
