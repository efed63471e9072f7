"""Chinese text cut into words, each with its part of speech: jieba's dictionary and rules, in a sixth of the memory.

    WordCutter.open().tagged("我来到北京")     # [("我", "r"), ("来到", "v"), ("北京", "ns")]

Of all ways to cut a stretch into words of the dictionary, the one is taken whose words are likeliest together; what
it leaves as single characters is joined to words that the dictionary does not have
(:mod:`indextts.reading.text.zh.unknown_words`). The dictionary is a tree of characters in a file that is mapped: a page
of it is in memory once it was needed.
"""

from __future__ import annotations

import io
import math
import mmap
import re
from bisect import bisect_left
from pathlib import Path
from typing import Final, Self

import numpy as np

from indextts.platform.storage import assets
from indextts.reading.text.zh import people
from indextts.reading.text.zh.unknown_words import UnknownWords

FOLDER: Final = assets.ASSETS / "segmenter"
TREE: Final = "words.bin"
TABLES: Final = "tables.npz"

NODE_BYTES: Final = 9
"""Of the tree's file: first child (4), character (2), place in the table of counts (2), in that of tags (1), each as
one column. One more first child is at the end; nodes stand level by level, the children of one side by side, sorted."""

HAN: Final = (
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002b73f\U0002b740-\U0002b81f"
    r"\U0002b820-\U0002ceaf\U0002ceb0-\U0002ebef\U0002f800-\U0002fa1f"
)
_BLOCK: Final = re.compile(rf"([{HAN}a-zA-Z0-9+#&._%\-]+)")
_OTHER: Final = re.compile(r"\r\n|[\s\S]")
_PLAIN_HAN: Final = re.compile(r"([\u4e00-\u9fd5]+)")
_LATIN: Final = re.compile(r"([a-zA-Z0-9]+(?:[._-][a-zA-Z0-9]+)*%?)")

_NEVER_LONG: Final = "vapqdftsucr"
"""First letters of the parts of speech that no more than two characters are made one word of: 跃下床 is three."""

Tagged = tuple[str, str]


class WordTree:
    """Words with their counts and tags, by their characters."""

    def __init__(self, content: bytes | mmap.mmap, counts: list[int], tags: list[str]) -> None:
        """``content`` is that of :data:`TREE`; counts and tags are what its nodes point to, a count of 0 is no word."""
        view = memoryview(content)
        nodes = (len(view) - 4) // NODE_BYTES
        ends = [4 * (nodes + 1), 4 * (nodes + 1) + 2 * nodes, len(view) - nodes]
        self._first = view[: ends[0]].cast("I")
        self._chars = view[ends[0] : ends[1]].cast("H")
        self._counts = view[ends[1] : ends[2]].cast("H")
        self._tags = view[ends[2] :]
        self._names = tags
        total = math.log(sum(counts[place] for place in self._counts if place)) if nodes else 0.0
        self._rare = -total
        self._weights = [0.0] + [math.log(count) - total for count in counts[1:]]

    def tag(self, word: str) -> str | None:
        """The tag of a word; ``None`` where it is none of the dictionary."""
        node, low, high = -1, 0, self._first[0]
        for char in word:
            code = ord(char)
            node = bisect_left(self._chars, code, low, high)
            if node == high or self._chars[node] != code:
                return None
            low, high = self._first[node], self._first[node + 1]
        return self._names[self._tags[node]] if node >= 0 and self._counts[node] else None

    def route(self, block: str) -> list[tuple[int, str | None]]:
        """For each character where a word that begins there ends, on the likeliest way to the end, and its tag."""
        chars, first, counts, weights = self._chars, self._first, self._counts, self._weights
        length, roots, codes = len(block), first[0], [*map(ord, block)]
        score = [0.0] * (length + 1)
        found: list[tuple[int, str | None]] = [(0, None)] * length
        for begin in range(length - 1, -1, -1):
            best, end, word = -math.inf, 0, -1
            low, high = 0, roots
            for place in range(begin, length):
                node = bisect_left(chars, codes[place], low, high)
                if node == high or chars[node] != codes[place]:
                    break
                if count := counts[node]:
                    likely = weights[count] + score[place + 1]
                    if likely >= best:
                        best, end, word = likely, place + 1, node
                low, high = first[node], first[node + 1]
                if low == high:
                    break
            if word < 0:
                best, end = self._rare + score[begin + 1], begin + 1
            score[begin] = best
            found[begin] = end, None if word < 0 else self._names[self._tags[word]]
        return found


class WordCutter:
    """Cuts text into words. Thread-safe."""

    def __init__(self, tree: WordTree, unknown: UnknownWords) -> None:
        self._tree = tree
        self._unknown = unknown

    @classmethod
    def open(cls, folder: Path = FOLDER) -> Self:
        """That of the shipped files. Raises :class:`indextts.model.errors.StudioError` ``model_corrupt``."""
        with np.load(io.BytesIO(assets.read(folder / TABLES))) as tables:
            held = {name: tables[name] for name in tables.files}
        assets.read(folder / TREE)  # for its hash: what is mapped is read bit by bit
        with (folder / TREE).open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return cls(WordTree(content, held["counts"].tolist(), held["tags"].tolist()), UnknownWords(held))

    def tagged(self, text: str) -> list[Tagged]:
        """The words of ``text`` in order, nothing left out, with their tags in jieba's set."""
        out: list[Tagged] = []
        for number, block in enumerate(_BLOCK.split(text)):
            if number % 2:
                self._cut(block, out)
            else:
                out += [(char, self._tag(char)) for char in _OTHER.findall(block)]
        return out

    def is_word(self, word: str) -> bool:
        """Whether the dictionary has ``word``."""
        return self._tree.tag(word) is not None

    def is_guessed(self, word: str) -> bool:
        """Whether ``word`` is made up of characters that no dictionary has as one word."""
        return bool(word) and self._tree.route(word)[0][0] < len(word)

    def _cut(self, block: str, out: list[Tagged]) -> None:
        """The words of a stretch of Chinese, Latin letters and digits."""
        route = self._tree.route(block)
        begin, single, length = 0, -1, len(block)
        while begin < length:
            end, tag = route[begin]
            if end - begin > 1:
                named = single >= 0 and end - begin == people.GIVEN and self._is_name(block, begin, tag or "", out)
                if single >= 0 and single < begin - named:
                    self._join(block, single, begin - named, route, out)
                single = -1
                out.append((block[begin - named : end], people.TAG if named else tag or ""))
            elif single < 0:
                single = begin
            begin = end
        if single >= 0:
            self._join(block, single, length, route, out)

    def _is_name(self, block: str, begin: int, tag: str, out: list[Tagged]) -> bool:
        """Whether a family name stands before the word at ``begin``, a given name then: 、郑|思维, 球员郭|艾伦."""
        at = begin - 1
        if not people.is_person(block[at], block[begin : begin + people.GIVEN], tag):
            return False
        word = out[-1][0] if out else ""
        return at == 0 or people.is_link(block[at - 1]) or (people.is_role(word) and block.endswith(word, 0, at))

    def _join(self, block: str, begin: int, end: int, route: list[tuple[int, str | None]], out: list[Tagged]) -> None:
        """The words of a run of single characters: each by itself where the run is a word that the way did not take."""
        run = block[begin:end]
        if len(run) == 1 or self._tree.tag(run) is not None:
            out += [(block[at], route[at][1] or self._unknown.tag(block[at])) for at in range(begin, end)]
            return
        for number, part in enumerate(_PLAIN_HAN.split(run)):
            if number % 2:
                self._guess(part, out)
            else:
                out += [(word, self._tag(word)) for word in _LATIN.split(part) if word]

    def _guess(self, run: str, out: list[Tagged]) -> None:
        """The words of a run of which none is known: people's names, and what lies between them."""
        done = 0
        for begin, end in people.named(run):
            self._between(run[done:begin], out)
            out.append((run[begin:end], people.TAG))
            done = end
        self._between(run[done:], out)

    def _between(self, run: str, out: list[Tagged]) -> None:
        for word in (word for part in people.unlinked(run) for word in self._unknown.words(part)):
            before = out[-1][1] if out else ""
            parts = [word] if len(word) == 1 else people.loosened(word, before)
            if len(parts) == 1 and len(word) > people.GIVEN and self._tag(word)[0] in _NEVER_LONG:
                parts = [*word]
            out += [(part, self._tag(part)) for part in parts]

    def _tag(self, word: str) -> str:
        return self._tree.tag(word) or self._unknown.tag(word)
