"""The numbers of chapters, however they are written: 12, １２, 十二, 一百零三, 廿, XII, twelve, the third."""

from __future__ import annotations

from typing import Final

from indextts.platform.tables import tables_beside
from indextts.reading.text.numbers import roman

_WRITTEN: Final = "零〇○0０ 一壹1１ 二两兩贰貳2２ 三叁參3３ 四肆4４ 五伍5５ 六陆陸6６ 七柒7７ 八捌8８ 九玖9９"
_DIGITS: Final = {char: value for value, chars in enumerate(_WRITTEN.split()) for char in chars}
_SCALES: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000, "萬": 10_000}
_TENS: Final = {"廿": 20, "卅": 30}
_HALVES: Final = {"上": 1, "中": 2, "下": 3}
_WORDS: Final[dict[str, int]] = tables_beside(__file__, "tables.yaml")["number_words"]


def number_of(text: str) -> int:
    """The number that ``text`` writes; 0 where it writes none that is known."""
    if not text:
        return 0
    if all(char in _DIGITS or char in _SCALES or char in _TENS or char in _HALVES for char in text):
        return _chinese(text)
    words = text.casefold().removeprefix("the ").replace("-", " ").split()
    if all(word in _WORDS for word in words):
        return sum(_WORDS[word] for word in words)
    return roman(text.upper())


def _chinese(text: str) -> int:
    if text in _HALVES:
        return _HALVES[text]
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    whole = group = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            group, digit = group + _TENS[char], 0
        elif _SCALES.get(char) == 10_000:
            whole, group, digit = (whole + group + digit) * 10_000, 0, 0
        elif char in _SCALES:
            group, digit = group + (digit or 1) * _SCALES[char], 0
    return whole + group + digit
