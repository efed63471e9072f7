"""Words that the dictionary does not have: where they begin and end, and their probable part of speech.

Two hidden Markov models of jieba, each a table of how likely a character is in each state. The first one knows four
states: a character begins a word, ends one, is inside one, or is one. The second knows these for each part of speech.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

NEVER: Final = -3.14e100
"""The logarithm of no probability. It swallows what is added to it, and is still compared."""

BEGIN, END, INSIDE, ALONE = range(4)
"""The states of the first model."""
TAGS: Final = 64
"""The second model's state is 64 times the place in a word (begin, inside, end, alone) and the tag's number."""
_ENDS: Final = 2 * TAGS
_ALONE: Final = 3 * TAGS

_CHINESE: Final = re.compile(
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002ebef\U0002f800-\U0002fa1f]"
)
_LATIN: Final = re.compile("[a-zA-Z0-9]")

Floats = npt.NDArray[np.float64]


class UnknownWords:
    """Both models. Thread-safe."""

    def __init__(self, tables: Mapping[str, npt.NDArray[Any]]) -> None:
        """``tables`` by the names that ``training.segmenter`` gives them."""
        self._chars = tables["cut_chars"].data
        self._emitted = tables["cut_emissions"].reshape(-1).data
        self._start: list[float] = tables["cut_start"].tolist()
        self._moves: list[list[float]] = tables["cut_moves"].tolist()
        self._names: list[str] = tables["tag_names"].tolist()
        self._tag_chars = tables["tag_chars"].data
        self._offsets = tables["tag_offsets"]
        self._states = tables["tag_states"]
        self._tag_emitted: Floats = tables["tag_emissions"]
        self._tag_start: Floats = tables["tag_start"]
        self._tag_moves: Floats = np.full((4 * TAGS, 4 * TAGS), NEVER)
        self._tag_moves[tables["tag_from"], tables["tag_to"]] = tables["tag_moves"]

    def words(self, run: str) -> list[str]:
        """``run`` of characters from U+4E00 to U+9FD5, cut."""
        if len(run) < 2:
            return [run]
        words, begin = [], 0
        for place, state in enumerate(self._path(run)):
            if state in (BEGIN, ALONE):
                begin = place
            if state in (END, ALONE):
                words.append(run[begin : place + 1])
        return words

    def tag(self, word: str) -> str:
        """The part of speech of a word that the dictionary does not have."""
        latin = _LATIN.findall(word)
        if latin:
            return "m" if all(char.isdigit() for char in latin) else "eng"
        return self._guessed(word) if _CHINESE.search(word) else "x"

    def _of(self, char: str) -> tuple[float, float, float, float]:
        """How likely each state has ``char``."""
        code = ord(char)
        place = bisect_left(self._chars, code)
        if place == len(self._chars) or self._chars[place] != code:
            return NEVER, NEVER, NEVER, NEVER
        known = self._emitted
        return known[4 * place], known[4 * place + 1], known[4 * place + 2], known[4 * place + 3]

    def _path(self, run: str) -> list[int]:
        """The likeliest state of each character."""
        moves = self._moves
        begin, end, inside, alone = (start + said for start, said in zip(self._start, self._of(run[0]), strict=True))
        came: list[tuple[int, int, int, int]] = []
        for char in run[1:]:
            is_begin, is_end, is_inside, is_alone = self._of(char)
            end_begin, alone_begin = end + moves[END][BEGIN] + is_begin, alone + moves[ALONE][BEGIN] + is_begin
            begin_end, inside_end = begin + moves[BEGIN][END] + is_end, inside + moves[INSIDE][END] + is_end
            stays, enters = inside + moves[INSIDE][INSIDE] + is_inside, begin + moves[BEGIN][INSIDE] + is_inside
            again, after = alone + moves[ALONE][ALONE] + is_alone, end + moves[END][ALONE] + is_alone
            came.append(
                (
                    ALONE if alone_begin > end_begin else END,
                    INSIDE if inside_end >= begin_end else BEGIN,
                    BEGIN if enters > stays else INSIDE,
                    END if after > again else ALONE,
                )
            )
            begin, end = max(end_begin, alone_begin), max(begin_end, inside_end)
            inside, alone = max(stays, enters), max(again, after)
        path = [ALONE if alone >= end else END]
        for before in reversed(came):
            path.append(before[path[-1]])
        return path[::-1]

    def _guessed(self, word: str) -> str:
        """The tag of the longest part of ``word`` by the second model, of the last one of that length."""
        rows = []
        for char in word:
            place = bisect_left(self._tag_chars, ord(char))
            if place == len(self._tag_chars) or self._tag_chars[place] != ord(char):
                return "x"
            rows.append(slice(self._offsets[place], self._offsets[place + 1]))
        states = self._states[rows[0]]
        scores = self._tag_start[states] + self._tag_emitted[rows[0]]
        if len(word) == 1:
            able = (states >= _ALONE) & (scores > NEVER)
            # The last of equals, as for the parts of a longer word.
            return self._names[states[able][::-1][np.argmax(scores[able][::-1])] % TAGS] if able.any() else "x"
        came = []
        for row in rows[1:]:
            moves = self._tag_moves[np.ix_(states, self._states[row])]
            ways = scores[:, None] + moves + self._tag_emitted[row]
            ways[(scores[:, None] <= NEVER) | (moves <= NEVER) | (ways < NEVER)] = NEVER
            came.append((states[ways.argmax(0)], self._states[row]))
            scores, states = ways.max(0), self._states[row]
        able = (states >= _ENDS) & (scores > NEVER)
        if not able.any():
            return "x"
        path = [int(states[able][np.argmax(scores[able])])]
        for before, those in reversed(came):
            path.append(int(before[np.searchsorted(those, path[-1])]))
        most, name, begin = 0, "x", 0
        for place, state in enumerate(reversed(path)):
            if state < TAGS or state >= _ALONE:
                begin = place
            if state >= _ENDS and place + 1 - begin >= most:
                most, name = place + 1 - begin, self._names[state % TAGS]
        return name
