"""How often each of many names stands in a long text, counted in one pass: what ``text.count(name)`` gives for each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator

import numpy as np

_PIECE = 1 << 16
"""Characters that are looked through at once."""
_PRIME = np.uint64(1_099_511_628_211)


def occurrences(chapters: Iterable[str], names: Collection[str]) -> Counter[str]:
    """How often each of ``names`` stands in ``chapters``, without overlaps; names have no newline."""
    found: Counter[str] = Counter()
    by_length: defaultdict[int, list[str]] = defaultdict(list)
    for name in set(names) - {""}:
        by_length[len(name)].append(name)
    keys = {length: np.sort(np.array([_keys(name, length)[0] for name in some])) for length, some in by_length.items()}
    for text in _pieces(chapters):
        for length, wanted in keys.items():
            if len(text) < length:
                continue
            here = _keys(text, length)
            places = np.flatnonzero(wanted[np.minimum(np.searchsorted(wanted, here), len(wanted) - 1)] == here)
            ends: dict[str, int] = {}
            for at in places.tolist():
                name = text[at : at + length]
                if ends.get(name, 0) <= at:
                    found[name] += 1
                    ends[name] = at + length
    # Another stretch may have a name's key.
    return Counter({name: found[name] for some in by_length.values() for name in some if found[name]})


def _keys(text: str, length: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """A number for each stretch of ``length`` characters, the same for the same."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    count = len(codes) - length + 1
    found = np.zeros(count, dtype=np.uint64)
    for place in range(length):
        found = found * _PRIME + codes[place : place + count]
    return found


def _pieces(chapters: Iterable[str]) -> Iterator[str]:
    held: list[str] = []
    size = 0
    for chapter in chapters:
        held.append(chapter)
        size += len(chapter) + 1
        if size > _PIECE:
            yield "\n".join(held)
            held, size = [], 0
    yield "\n".join(held)
