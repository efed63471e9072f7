"""A long number told figure by figure is parted as it is written, or as its kind is usually told: 138 1234 5678."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from indextts.model.sources import RULES, USER
from indextts.model.utterance import Token, Utterance
from indextts.reading.text.numbers import EN_DIGITS

_FIGURES: Final = {
    **{sign: value for value, sign in enumerate("零一二三四五六七八九")},
    **{word: value for value, word in enumerate(EN_DIGITS)},
    "〇": 0,
    "幺": 1,
    "oh": 0,
}
_SAID: Final = "〇零一二三四五六七八九十"
_BESIDE: Final = re.compile(
    f"[周期][一二三四五六日天](?=十)|(?<=[ {_SAID}])[{_SAID}](?=周[一二三四五六日天末]|[一两](?![{_SAID}月日号点]))"
    f"|[{_SAID}](?=[{_SAID}])"
)
"""A day before its hour, and the number of a name before a day or another number."""
_POINTS: Final = ("点", "point")
_LONG: Final = 6  # Figures that a listener does not keep in one.
_LONGEST_GROUP: Final = 6
_USUAL: Final = {6: (3, 3), 7: (3, 4), 8: (4, 4), 9: (3, 3, 3), 10: (3, 3, 4), 11: (3, 4, 4), 18: (6, 4, 4, 4)}
"""How so many figures are told: telephones, and the number of a Chinese identity card. Longer ones go by four."""
_NAMED: Final = (*"阵版款号路端室房胶团系年", "数据集", "验证集", "测试集", "训练集")
"""What figures right before it name: 3-4-3阵型, 445端口, VOC 2012数据集."""
_PHRASE: Final = 2
_PAUSE: Final = 3


def part(utterance: Utterance) -> None:
    """Pause between the groups of long numbers, and nowhere inside them; what a person has set stays.

    A group of Chinese figures becomes one word.
    """
    for segment in utterance.segments:
        _part_at_marks(segment.tokens)
        tokens = [token for token in segment.tokens if token.text != "-"]
        places = _written(tokens, utterance.text)
        _join_short(tokens, places, utterance.text)
        heads: dict[int, int] = {}
        for run in _runs(tokens):
            left = iter(run)
            sizes = _sizes([places[id(token)] for token in run], utterance.text)
            for group in [list(itertools.islice(left, size)) for size in sizes]:
                for token in group:
                    if token is not run[-1] and token.break_source != USER:
                        after = _PAUSE if len(run) > _LONG else _PHRASE
                        token.break_after = int(token.lang == "en") if token is not group[-1] else after
                        token.break_source, token.break_probability = RULES, None
                heads |= {id(token): -id(group[0]) for token in group if token.lang == "zh"}
        if heads:
            _number(segment.tokens, [heads.get(id(token), token.word) for token in segment.tokens])


def _part_at_marks(tokens: Sequence[Token]) -> None:
    """Pause at a comma that was put between two figures, though both come from one place of the text: 178/75kg; behind
    the number of a point; between letters or figures that a mark parts: DNA(NIPT). None before 的 behind a bracket.
    """
    for token, mark, following, behind in zip(tokens, tokens[1:], tokens[2:], [*tokens[3:], None], strict=False):
        if mark.kind != "punctuation" or token.kind == "punctuation" or token.break_source == USER:
            continue
        told = all(each.kind == "letter" or each.changes for each in (token, following))
        listed = mark.text in "，、" and mark.changes
        opened = mark.text in "(（" and behind is not None and (behind.kind == "letter" or bool(following.changes))
        opened &= (token.kind == "letter") == (following.kind == "letter")  # not 25(OH)D
        names = mark.text == "、" and token.kind == "letter" and following.kind == "word"  # CNKI、Web of Science
        if listed or names or (told and (opened or mark.text in ":：、")):
            token.break_after = max(token.break_after, _PHRASE)
        elif following.text == "的" and mark.text in ")）…》”!！.":
            token.break_after = min(token.break_after, 1)


def _join_short(tokens: Sequence[Token], places: Mapping[int, int | None], text: str) -> None:
    """No pause inside a few figures that are written as one, nor before what they name: 3-4-3阵型."""
    for index, (token, following) in enumerate(itertools.pairwise(tokens), start=1):
        here, there = places.get(id(token)), places.get(id(following))
        if here is None or token.break_source == USER or token.lang != "zh":
            continue
        if there is not None and here < there and text[here + 1 : there] in ("", "-"):
            token.break_after = 0
        elif text[here + 1 : following.start] in ("", " ") and _text_at(tokens, index).startswith(_NAMED):
            token.break_after = min(token.break_after, 1)


def _text_at(tokens: Sequence[Token], index: int) -> str:
    return "".join(token.text for token in tokens[index : index + 3])


def apart(tokens: Sequence[Token], line: str) -> set[int]:
    """Behind a number that would be heard as one with the next, which was written apart: 周四 | 18:00, *P*3 | 一上手.
    ``line`` has one sign for each token, a space for what is no character.
    """
    found: set[int] = set()
    for match in _BESIDE.finditer(line):
        end = match.end() - 1
        last, behind = tokens[end : end + 2]
        named = (
            last.changes and not behind.changes and any(token.lang == "en" for token in tokens[max(0, end - 3) : end])
        )
        one = behind.text == "一" and not behind.changes and last.text != "零"  # 1280 | 一节
        whole = bool(last.changes) and (one or (bool(behind.changes) and last.end < behind.start))  # 50 | 1.8
        written = bool(behind.changes) and behind.changes[0].was[:1].isdecimal()  # not the 〇 of 二〇二一
        if named or whole or (written and not last.changes):
            found.add(end)
    return found


def _number(tokens: Sequence[Token], words: Sequence[int]) -> None:
    """Count ``words``, one for each token, from 0 on."""
    number = -1
    for place, (token, word) in enumerate(zip(tokens, words, strict=True)):
        number += not place or word != words[place - 1]
        token.word = number


def _figure(token: Token) -> int | None:
    """What a token says of a number that was written in figures."""
    return _FIGURES.get(token.text.lower()) if token.changes else None


def _runs(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Long numbers: figures in a row, and the *hundred* of *one eight hundred*; no decimals."""
    before = ""
    for told, group in itertools.groupby(tokens, _is_told):
        run = list(group)
        if told and len(run) >= _LONG and before not in _POINTS:
            yield run
        before = run[-1].text


def _is_told(token: Token) -> bool:
    return _figure(token) is not None or (token.text == "hundred" and bool(token.changes))


def _written(tokens: Sequence[Token], text: str) -> dict[int, int | None]:
    """Where each token's figure is written, by the token's identity; nothing where it cannot be told."""
    found: dict[int, int | None] = {}
    for (start, end), group in itertools.groupby(tokens, lambda token: (token.start, token.end)):
        figures = [(place, unicodedata.decimal(text[place], None)) for place in range(start, end)]
        left = [(place, value) for place, value in figures if value is not None]
        for token in group:
            value = _figure(token)
            if value is not None and left and left[0][1] == value:
                found[id(token)] = left.pop(0)[0]
            elif token.text == "hundred" and [value for _, value in left[:2]] == [0, 0]:
                found[id(token)] = left[1][0]
                del left[:2]
            else:
                found[id(token)] = None
    return found


def _sizes(places: Sequence[int | None], text: str) -> list[int]:
    """How many tokens each group has, in turn, of a number whose tokens are written at ``places`` of ``text``."""
    sizes: list[int] = []
    size = 0
    for here, following in itertools.pairwise([*places, None]):
        size += 1
        parted = here is not None and following is not None and not _is_number(text[here + 1 : following])
        if parted or size == len(places) - sum(sizes):
            sizes.append(size)
            size = 0
    longest = _LONGEST_GROUP if len(sizes) > 1 else _LONG - 1
    return [part for size in sizes for part in (_usual(size) if size > longest else (size,))]


def _is_number(between: str) -> bool:
    """Whether nothing but figures stands between two figures."""
    return all(sign.isdecimal() for sign in between)


def _usual(size: int) -> tuple[int, ...]:
    if size in _USUAL:
        return _USUAL[size]
    rest = {0: (4, 4), 1: (5,), 2: (3, 3), 3: (4, 3)}[size % 4]
    return (4,) * ((size - sum(rest)) // 4) + rest
