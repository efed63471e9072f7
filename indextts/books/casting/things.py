"""Things that look like names in Chinese books: what is counted as they are, and what has its own verb at its end.

The segmenter takes 那柄剑, 灵石 and 太阳升 for people. How the book goes on with such a word tells what it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from indextts.books.casting.lexicon import signs
from indextts.books.casting.placed import tokens_of
from indextts.reading.text.tokens import is_guessed
from indextts.voices.sexes import table

_MEASURED: Final = re.compile(
    "[一二两三四五六七八九十几半数][个只把张条本件块辆台座间根支盏口面匹栋扇尊]([\u4e00-\u9fff]{2,4})"
)
_COUNTED: Final = re.compile(
    "(?=(?:[一二两三四五六七八九十几半数这那每](?P<measure>[件本块辆台座间根支盏栋扇柄封颗枚杆艘幅幢册串])"
    "|[一二两三四五六七八九十几数][百千万]|[这那每][把张道面尊])(?P<thing>[\u4e00-\u9fff]{1,4}))"
)
"""What is counted with a measure word that no being has."""
_HAPPENS: Final = re.compile(
    "(?<![\u4e00-\u9fff])(?P<thing>[\u4e00-\u9fff]{2,4}?)(?P<behind>了(?![解然如却])|起|得[很真早晚]|(?:时|[之以]?[前后])(?=[，。]))"
)
"""What a clause says to happen and nothing else: 天亮|了, 钟声响|了, 太阳升|起来."""
_SAYS: Final = "[^，。！？：；\n里上中]{0,6}(?:[说道问喊答]|叫(?![做作]))"
_FEW: Final = 10  # One place of so many tells what happens; of counted things, whose names a child may bear, of three


def things(names: Iterable[str], text: str) -> set[str]:
    """Those of ``names`` that are things, as far as ``text`` tells."""
    wanted = set(names)
    whole, counted, happens = Counter[str](), Counter[str](), Counter[str]()
    for match in _COUNTED.finditer(text):
        word, at = match["thing"], match.start("thing")
        for length in range(1, len(word) + 1):
            if text[at + length : at + length + 1] != "的":
                counted[word[:length]] += 1
                (whole if match["measure"] else counted)[text[at - 1 : at + length]] += 1
    for match in _HAPPENS.finditer(text):
        if match["behind"] != "起" or not is_guessed(match["thing"][-1] + "起"):
            happens[match["thing"]] += 1
    alike = {thing[1][:length] for thing in _MEASURED.finditer(text) for length in (2, 3, 4)}
    often = {name: text.count(name) for name in wanted & (whole.keys() | counted.keys() | happens.keys())}
    found = {name for name in wanted & alike if _is_surnamed_noun(name)}
    found |= {name for name, times in often.items() if 3 * counted[name] >= times or _FEW * happens[name] >= times}
    found = {name for name in found if not re.search(name + _SAYS, text)}
    return found | {name for name, times in often.items() if 2 * whole[name] >= times}


def _is_surnamed_noun(name: str) -> bool:
    """Whether it is a surname before a common noun, and none for people: 铁|盒子."""
    if len(name) != 3 or name[0] not in table("zh", "surnames"):
        return False
    (first, tag), *more = tokens_of(name[1:])
    return not more and tag == "n" and not is_guessed(first) and first[-1] not in signs("people")
