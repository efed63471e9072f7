"""Sentences of both languages: in which one the numbers, dates and prices among their words are said."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text import chars
from indextts.reading.text.en import tables as tables_en
from indextts.reading.text.en.tables import BESIDE

_WORDS: Final = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*")
_UNITS: Final = re.compile(r"(?<=[0-9])[A-Za-z]+|(?<=[A-Za-z]-)[a-z]+|[A-Za-z]+(?=-[a-z])")
"""Letters that hold no sentence together: 6in, Check-in."""
_STRETCH: Final = re.compile(r"[^\u3400-\u9fff。！？；，、：\n]+")
_CLAUSE: Final = re.compile(r"(?:[^，。！？；：\n,;!?]|[,;!?](?!(?<=[\u3400-\u9fff].)| ?[\u3400-\u9fff]))+")
"""What stands between marks; those of the Latin script part clauses only beside Chinese words."""
_CLAUSE_END: Final = "，。！？；：、,;!?"
_FIGURES: Final = r"[$€£¥#]?[-+]?\d(?:[\d.:/-]|,(?=\d{3}(?!\d)))*"
_NOT_INSIDE: Final = r"(?<![\w.])(?<!\d,(?=\d{3}(?!\d)))"
"""No number begins inside another: behind a comma only where that parts no thousands."""
_TAIL: Final = re.compile(rf"{_NOT_INSIDE}{_FIGURES}(?:%|°C|[A-Za-z]{{1,4}})?$")
"""A number right before a Chinese word belongs to it."""
_SPACED_TAIL: Final = re.compile(rf"{_NOT_INSIDE}{_FIGURES} ?$")
_HEAD: Final = re.compile(rf"{_FIGURES}(?:%|°C| ?(?!not )(?:[a-z]{{1,3}}|[ap]\.m\.|[AP]M)(?![A-Za-z]))?")
"""A number right behind a Chinese word belongs to it, with its unit."""
_COUNTS: Final = (
    *"元块万亿年月日号点分秒天个岁斤米人本家遍次位名条张只件杯台部套首篇辆集种碗瓶盒颗双份顿节轮趟层楼期页周折倍",
    *("小时", "公里", "公斤"),
)
"""Chinese words that count what stands before them, even after a space."""
_COUNTED: Final = BESIDE["english_counts"]
_NUMBERED: Final = BESIDE["english_numbered"]
_PARTICLES: Final = re.compile("[的了着把被从]")  # What holds a Chinese sentence together.
_DIGIT: Final = re.compile("[0-9]")
_STATUS: Final = re.compile(r"[1-5]\d\d(?: [A-Z][a-z]+){2,3}$")  # What a server answers: 404 Not Found.
_NAME: Final = re.compile(r"[A-Z]|[a-z]+[A-Z]")  # How names begin that stand in Chinese as they are: iPhone, Windows.


def english_stretches(text: str, first: int, last: int) -> list[tuple[int, int]]:
    """Where a Chinese sentence is English between ``first`` and ``last``: numbers there are said in English.

    That is a whole English clause, and, where the sentence is an English one with Chinese words in it, all but the
    numbers that touch those.
    """
    whole = _is_framed_in_english(text)
    found = []
    for clause in _CLAUSE.finditer(text, first, last):
        framed = whole if not any(map(chars.is_hanzi, clause[0])) else _is_framed_in_english(clause[0])
        for match in _STRETCH.finditer(text, *clause.span()):
            start, end = match.span()
            if framed or (_DIGIT.search(text, start, end) and _is_clause(text, match)):
                start, end = _without_counts(text, start, end, framed=framed)
                if start < end:
                    found.append((start, end))
            else:
                told = (_NUMBERED.match(text, one.start()) for one in _NUMBERED.finditer(text, start, end))
                found += [one.span() for one in told if one]
    return found


def _is_clause(text: str, match: re.Match[str]) -> bool:
    words = _WORDS.findall(match.group())
    long = sum(len(word) > 1 for word in words)
    joints = _WORDS.findall(_UNITS.sub("", match.group()))
    known = any(word.lower() in tables_en.FUNCTION_WORDS and not word.isupper() and word != "i" for word in joints)
    apart = match.end() == len(text) or text[match.end()] in _CLAUSE_END
    whole = apart and (match.start() == 0 or text[match.start() - 1] in _CLAUSE_END)
    if whole and _COUNTED.search(match.group()):
        return True
    told = (len(words) >= 3 or bool(apart and words and words[0][:1].isupper())) and long >= 2 and known
    return told and not _STATUS.search(match.group())


def _is_framed_in_english(text: str) -> bool:
    """Whether the sentence is built of English words: more of them than Chinese ones, and they hold it together."""
    hanzi = sum(map(chars.is_hanzi, text))
    text = _UNITS.sub("", text)
    words = [word for word in _WORDS.findall(text) if len(word) > 1]
    if not hanzi or 2 * len(words) < hanzi + (len(words) < 3 and chars.is_hanzi(text.strip()[:1])):
        return False
    joints = sum(word.lower() in tables_en.FUNCTION_WORDS and not word.isupper() for word in words)
    plain = sum(not _NAME.match(word) for word in words)
    particles = len(_PARTICLES.findall(text))
    return joints >= max(1, particles) and plain >= 2


def _without_counts(text: str, start: int, end: int, *, framed: bool) -> tuple[int, int]:
    """The stretch without what touches the Chinese words around it."""
    after = text[end : end + 6]
    if after and chars.is_hanzi(after[0]):
        spaced = text[end - 1 : end] == " "
        tail = _TAIL if not spaced else _SPACED_TAIL if after.startswith(_COUNTS) else None
        counted = tail.search(text, max(start, end - 24), end) if tail else None
        end = counted.start() if counted else end
    if framed and start and chars.is_hanzi(text[start - 1]):
        head = _HEAD.match(text, start, end)
        start = head.end() if head else start
    return start, end
