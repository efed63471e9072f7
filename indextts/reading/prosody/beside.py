"""What is said in one breath with a word in letters among Chinese words: its complement (*fork* 出), its object (*call*
我), its noun (*QT* 间期), the time that it tells of (*ChatGPT* 以后), the signs inside it (*25(OH)D*).
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from indextts.model.utterance import Token
from indextts.platform import tables

_words = functools.partial(tables.members, __file__, file="together.yaml")

_FIGURES: Final = frozenset("零〇幺一二三四五六七八九十百千万亿两点")
_VERBS: Final = _words("verbs_in_letters")
_COMPLEMENTS: Final = _words("complements")  # What a verb goes on with: *push* 完.
_DONE: Final = frozenset(("了", "完", "过"))  # Those of them that an object follows: *commit* 了密码.
_OBJECTS: Final = ("n", "m", "nz", "ns", "vn", "ng")  # Parts of speech that it begins with.
_PEOPLE: Final = frozenset("我你您他她它咱")  # What a verb has as its object: *call* 我.
_TAILS: Final = _words("behind_letters")  # What leans on a name: *GOAT* 本人, *ChatGPT* 以后.
_BRANDS: Final = _words("brands")
_OPENERS: Final = {"”": "“", "’": "‘", "」": "「", "』": "『", "》": "《"}
_SAYING: Final = "说道问答喊叫回称"  # What is in quotes behind these is said.
_QUOTED: Final = 6  # Characters in quotes that are the name of what follows: “家校通”*APP*.
_HYPHENS: Final = frozenset("-‑_")
_SHORT: Final = 4  # Figures of a number that is a part of a name: *L4/5*.


class _Run(NamedTuple):
    """Words in letters with the figures that are written with them, all inside Chinese words."""

    first: int
    last: int
    verb: bool
    close: bool
    """Whether what follows stands as near to it as what is before it."""


def letters(tokens: Sequence[Token]) -> set[int]:
    """The tokens behind which no phrase ends."""
    found = _signs(tokens) | _named(tokens)
    for run in _runs(tokens):
        word, after = _word(tokens, run.last + 1), tokens[run.last + 1]
        owned = _is_owned(tokens, run.first)
        if not run.close or not word:
            continue
        behind = tokens[run.last + 1 + len(word) : run.last + 2 + len(word)]
        small = tokens[run.last].kind == "word" and tokens[run.last].text.islower()
        if run.verb and word in _DONE and behind and behind[0].pos in _OBJECTS and behind[0].start == after.end:
            found.add(run.last + 1)
        if (small and word in _COMPLEMENTS) or (run.verb and word[0] in _PEOPLE):
            found.add(run.last)
        if word in _TAILS or (word == "上" and _word(tokens, run.last + 2) == "一个"):
            found.add(run.last)
        if owned and len(word) == 2 and after.pos in ("v", "vn") and behind and behind[0].pos == "n":
            found |= {run.last, run.last + 2}
    return found


def _runs(tokens: Sequence[Token]) -> Iterator[_Run]:
    """The words in letters that a Chinese word follows."""
    place = 0
    for named, group in itertools.groupby(tokens, lambda token: _is_of_name(token) or token.text in _HYPHENS):
        size = len(list(group))
        first, last, place = place, place + size - 1, place + size
        while named and first < last and not _is_latin(tokens[first]) and tokens[first].end < tokens[first + 1].start:
            first += 1  # 十二 | iPhone
        if not named or not any(map(_is_latin, tokens[first : last + 1])) or not _is_of_name(tokens[last]):
            continue
        if place < len(tokens) and tokens[place].kind == "hanzi":
            before = tokens[first].start - tokens[first - 1].end if first else 1
            verb = first == last and tokens[last].text in _VERBS
            yield _Run(first, last, verb, tokens[place].start - tokens[last].end <= before)


def _is_owned(tokens: Sequence[Token], first: int) -> bool:
    """Whether a name stands behind 的 or what points to it: 的 3D 生成模型, 该 V8 引擎."""
    return first > 0 and (tokens[first - 1].text in "的该款" and tokens[first - 1].kind == "hanzi")


def _signs(tokens: Sequence[Token]) -> set[int]:
    """Around signs inside a name: *L4/5*, *25(OH)D*, 云辇-Z; behind a figure in the middle of it: *Ristr8to*."""
    found: set[int] = set()
    for place, (token, sign, following) in enumerate(zip(tokens, tokens[1:], tokens[2:], strict=False)):
        if _is_figure(sign) and _is_latin(token) and _is_latin(following):
            found |= {place, place + 1} if token.end == sign.start and sign.end == following.start else set()
        if sign.kind != "punctuation" or not token.end == sign.start < sign.end == following.start:
            continue
        lettered = token.kind == "hanzi" and following.kind == "letter" and not _is_figure(token)
        if sign.text in _HYPHENS and lettered and not _goes_on(tokens, place + 2):
            found |= {place, place + 1}
        if sign.text == "/" and _is_of_name(following) and _is_part(tokens, place):
            found |= {place, place + 1}
        if sign.text in "(（":
            close = next((at for at in range(place + 2, min(place + 7, len(tokens))) if tokens[at].text in ")）"), None)
            inner = [*tokens[place + 2 : close], *tokens[close + 1 : close + 2]] if close else []
            if inner and close and all(map(_is_of_name, [token, *inner])) and tokens[close].end == inner[-1].start:
                found |= {*range(place, close + 1)}
    return found


def _named(tokens: Sequence[Token]) -> set[int]:
    """Before a name in letters: behind its maker, a name in quotes, and initials with points: *D.B. Weiss*."""
    found: set[int] = set()
    for place, (token, following) in enumerate(itertools.pairwise(tokens)):
        if not _is_latin(following):
            continue
        begin = place
        while begin and token.kind == "hanzi" and tokens[begin - 1].word == token.word:
            begin -= 1
        if "".join(each.text for each in tokens[begin : place + 1]) in _BRANDS:
            found.add(place)
        opener = _OPENERS.get(token.text, "") if token.end == following.start else ""
        inside = [at for at in range(max(1, place - 1 - _QUOTED), place) if tokens[at].text == opener]
        if inside and tokens[inside[-1] - 1].kind != "punctuation" and tokens[inside[-1] - 1].text not in _SAYING:
            found.add(place - 1)
        points = [each.text for each in tokens[max(0, place - 2) : place + 1 : 2]] == [".", "."]
        if points and following.text.istitle() and tokens[place - 1].kind == "letter":
            found |= {place - 1, place}
    return found


def _goes_on(tokens: Sequence[Token], place: int) -> bool:
    """Whether more letters follow, so that it is a word of its own."""
    behind = tokens[place + 1 : place + 2]
    return bool(behind) and behind[0].kind == "letter" and behind[0].word == tokens[place].word


def _is_part(tokens: Sequence[Token], place: int) -> bool:
    """Whether a short number that ends at ``place`` stands behind a single letter."""
    first = place
    while first and place - first < _SHORT and _is_figure(tokens[first]):
        first -= 1
    return first < place and tokens[first].kind == "letter" and tokens[first].end == tokens[first + 1].start


def _word(tokens: Sequence[Token], place: int) -> str:
    """The Chinese word that begins there."""
    same = itertools.takewhile(lambda each: each.kind == "hanzi" and each.word == tokens[place].word, tokens[place:])
    return "".join(each.text for each in same)


def _is_latin(token: Token) -> bool:
    return token.lang == "en" and token.kind in ("word", "letter")


def _is_figure(token: Token) -> bool:
    return token.kind == "hanzi" and bool(token.changes) and token.text in _FIGURES


def _is_of_name(token: Token) -> bool:
    return _is_latin(token) or _is_figure(token)
