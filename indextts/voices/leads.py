"""What stands before and around the label of a line and is no part of it: signs of lists, times of chats, brackets.

    undressed("- 媽媽：好")      # ("  妈妈：好", {0})
    undressed("【小明】：好")    # (" 小明 ：好", set())

The text keeps its length, so that each place in it is one of the written text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from typing import Final

from indextts.platform.lru import cached
from indextts.platform.tables import pattern_of
from indextts.reading.text.zh.traditional import simplified
from indextts.voices.directions import in_one_form
from indextts.voices.labels import NAME, is_person

_FILE: Final = "leads.yaml"
_NAME: Final = re.compile(rf"(?![A-Z]$)(?:{NAME.pattern})|(?:[A-Za-z]{{3,12}}|[\u4e00-\u9fff]{{2,6}})[ _#-]?\d{{1,2}}")
_EMOJI: Final = re.compile(
    "[\U0001f000-\U0001faff\u2300-\u23ff\u2600-\u2668\u266d-\u27bf\u2b00-\u2bff\ufe0f\u200d\U000e0020-\U000e007f]"
)
_SHARE: Final = 2 / 3  # Of the lines of a script whose names stand in brackets without a colon


def undressed(text: str, given: Container[str] = ()) -> tuple[str, set[int]]:
    """``text`` in simplified characters with spaces for all that stands around its labels, in the same places.

    With it come the beginnings of those lines that are items of a list. ``given`` are labels that a caller named, in
    the form of :func:`key_of`.
    """
    items = set[int]()

    def blank(lead: re.Match[str]) -> str:
        if lead["item"]:
            items.add(lead.start())
        return " " * len(lead[0])

    plain = pattern_of(__file__, "lead", _FILE).sub(blank, _EMOJI.sub(" ", simplified(text)))
    boxed = pattern_of(__file__, "boxed", _FILE)
    is_script = _is_script(plain, [*boxed.finditer(plain)])

    def bare(box: re.Match[str]) -> str:
        if box["colon"] is None and not is_script and key_of(box["name"]) not in given:
            return box[0]
        sign = ":" if box["colon"] is None else " "
        return f"{' ' * len(box['before'])} {box['name']}{sign}{' ' * len(box['after'])}"

    return boxed.sub(bare, plain), items


def _is_script(text: str, boxed: Sequence[re.Match[str]]) -> bool:
    """Whether names in brackets that no colon follows begin the lines: known ones, or those of whom one returns."""
    names = Counter(in_one_form(box["who"]) for box in boxed if box["colon"] is None)
    lines = sum(1 for line in text.split("\n") if line.strip())
    recurs = all(map(is_person, names)) or max(names.values()) > 1
    return len(names) > 1 and recurs and names.total() >= lines * _SHARE and all(map(_NAME.fullmatch, names))


@cached(2048)
def key_of(label: str) -> str:
    """What two spellings of one label share: neither case nor traditional characters count."""
    return in_one_form(simplified(label)).casefold()
