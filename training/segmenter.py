"""Make the tables of the Chinese segmenter of what the package jieba (MIT) holds.

    pip download --no-deps --no-binary :all: jieba==0.42.1 && tar xzf jieba-0.42.1.tar.gz
    python -m training.segmenter jieba-0.42.1/jieba

Nothing is trained: words, counts, tags and the logarithms of its two hidden Markov models are written in another form
(`indextts/reading/text/zh/words.py`, `unknown_words.py`), to the last digit. Words of today that it lacks, or counts so
rarely that it cuts them apart, are those of `words.txt`: a tag and its words in each line. They count just enough to
stand against their own parts, so that no other word of a sentence loses anything to them. A tag
behind `=` puts right the one that the dictionary has.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import logging
import math
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.platform.storage import assets as shipped
from indextts.platform.storage.files import write_file
from indextts.reading.text.zh.unknown_words import NEVER, TAGS
from indextts.reading.text.zh.words import FOLDER, TABLES, TREE

_log = logging.getLogger("training.segmenter")

ADDED: Final = Path(__file__).with_name("words.txt")
_PLACES: Final = "BMES"
_STATES: Final = "BEMS"

Arrays = dict[str, npt.NDArray[Any]]


def tree(words: Mapping[str, tuple[int, str]], counts: list[int], tags: list[str]) -> bytes:
    """The file of the dictionary, from words with their counts and tags."""
    nodes = sorted(
        {word[:end] for word in words for end in range(1, len(word) + 1)}, key=lambda node: (len(node), node)
    )
    places = {node: place for place, node in enumerate(nodes)}
    children = np.zeros(len(nodes), np.int64)
    for node in nodes:
        if len(node) > 1:
            children[places[node[:-1]]] += 1
    roots = sum(len(node) == 1 for node in nodes)
    first = np.array([roots, *(roots + np.cumsum(children))], "<u4")
    count_at = {count: place for place, count in enumerate(counts)}
    tag_at = {tag: place for place, tag in enumerate(tags)}
    known = [words.get(node, (0, tags[0])) for node in nodes]
    columns = (
        first,
        np.array([ord(node[-1]) for node in nodes], "<u2"),
        np.array([count_at[count] for count, _ in known], "<u2"),
        np.array([tag_at[tag] for _, tag in known], np.uint8),
    )
    return b"".join(column.tobytes() for column in columns)


def with_added(words: Mapping[str, tuple[int, str]], added: Iterable[tuple[str, str]]) -> dict[str, tuple[int, str]]:
    """``words`` with those of ``added`` (word, tag), each counted as often as its parts would stand together."""
    total, out = sum(count for count, _ in words.values()), dict(words)
    for word, tag in added:
        likely = [0.0] + [-math.inf] * len(word)
        for begin, end in itertools.combinations(range(len(word) + 1), 2):
            count = words.get(word[begin:end], (0, ""))[0] or (end - begin == 1)
            if count and end - begin < len(word):
                likely[end] = max(likely[end], likely[begin] + math.log(count / total))
        count, known = words.get(word, (0, tag))
        put_right = tag.startswith("=")
        out[word] = max(count, math.ceil(total * math.exp(likely[-1])) + 1), tag[1:] if put_right else known
    return out


def cutting(folder: Path) -> Arrays:
    """The model of where words begin and end."""
    start, moves, emitted = (_table(folder / "finalseg" / f"prob_{name}.py") for name in ("start", "trans", "emit"))
    chars = sorted({char for state in _STATES for char in emitted[state]})
    return {
        "cut_chars": np.array([ord(char) for char in chars], np.uint16),
        "cut_emissions": np.array([[emitted[state].get(char, NEVER) for state in _STATES] for char in chars]),
        "cut_start": np.array([start[state] for state in _STATES]),
        "cut_moves": np.array([[moves[one].get(other, NEVER) for other in _STATES] for one in _STATES]),
    }


def tagging(folder: Path) -> Arrays:
    """The model of parts of speech: of each character the states that it may be in, and how likely they have it."""
    names = ("prob_start", "prob_trans", "prob_emit", "char_state_tab")
    start, moves, emitted, listed = (_table(folder / "posseg" / f"{name}.py") for name in names)
    tags = sorted({tag for _, tag in start})
    if len(tags) != TAGS:
        raise ValueError(f"{len(tags)} tags, {TAGS} expected")
    number = {(place, tag): _PLACES.index(place) * TAGS + at for place in _PLACES for at, tag in enumerate(tags)}
    of_char: dict[str, dict[int, float]] = {}
    for state, chars in emitted.items():
        for char, likely in chars.items():
            if char not in listed or state in listed[char]:
                of_char.setdefault(char, {})[number[state]] = likely
    rows = [sorted(of_char[char].items()) for char in sorted(of_char)]
    starts = np.full(4 * TAGS, NEVER)
    for state, likely in start.items():
        starts[number[state]] = likely
    steps = [(number[one], number[other], likely) for one, to in moves.items() for other, likely in to.items()]
    return {
        "tag_names": np.array(tags),
        "tag_chars": np.array([ord(char) for char in sorted(of_char)], np.uint16),
        "tag_offsets": np.cumsum([0, *map(len, rows)]),
        "tag_states": np.array([state for row in rows for state, _ in row], np.uint8),
        "tag_emissions": np.array([likely for row in rows for _, likely in row]),
        "tag_start": starts,
        "tag_from": np.array([step[0] for step in steps], np.uint8),
        "tag_to": np.array([step[1] for step in steps], np.uint8),
        "tag_moves": np.array([step[2] for step in steps]),
    }


def _table(file: Path) -> Any:
    """The literal that a module of jieba assigns to ``P``; nothing of it is run."""
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == "P":
            return ast.literal_eval(statement.value)
    raise ValueError(f"{file} holds no table P")


def main(arguments: list[str] | None = None) -> int:
    """Write both files."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(prog="python -m training.segmenter", description="Tables of the segmenter.")
    parser.add_argument("folder", type=Path, help="of the package jieba")
    parser.add_argument("--out", type=Path, default=FOLDER)
    given = parser.parse_args(arguments)
    lines = (line.split() for line in (given.folder / "dict.txt").read_text(encoding="utf-8").splitlines())
    listed = (line.split() for line in ADDED.read_text(encoding="utf-8").splitlines())
    words = {word: (int(count), tag) for word, count, tag in lines}
    words = with_added(words, ((word, tag) for tag, *several in listed for word in several))
    counts = [0, *sorted({count for count, _ in words.values()})]
    tags = sorted({tag for _, tag in words.values()})
    given.out.mkdir(parents=True, exist_ok=True)
    write_file(given.out / TREE, tree(words, counts, tags))
    tables: Any = {"counts": np.array(counts, np.uint32), "tags": np.array(tags)}
    with (given.out / TABLES).open("wb") as file:
        np.savez_compressed(file, **{**tables, **cutting(given.folder), **tagging(given.folder)})
    shipped.renew(given.out)
    _log.info("%d words", len(words))
    return 0


if __name__ == "__main__":
    sys.exit(main())
