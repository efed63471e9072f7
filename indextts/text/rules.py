"""Normalisation rules: patterns for numbers, dates, addresses and signs, in order of precedence.

A rule is a row of :mod:`indextts.text.zh.rules` or :mod:`indextts.text.en.rules`: a name, a pattern and a reader.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from indextts.text import patterns, tables, verbalizers
from indextts.text.en import rules as rules_en
from indextts.text.verbalizers import Reader
from indextts.text.zh import rules as rules_zh
from indextts.utterance.model import Lang


@dataclass(frozen=True)
class Rewrite:
    """``text[start:end]`` is spoken as ``spoken``, by ``rule``, in ``lang``."""

    start: int
    end: int
    spoken: str
    rule: str
    lang: Lang


@dataclass(frozen=True)
class Rule:
    """A pattern for one class of expressions, and its verbaliser."""

    name: str
    pattern: re.Pattern[str]
    read: Reader


_TRIGGER: Final = re.compile(
    rf"[0-9%&@#\^*€+{re.escape(''.join(tables.SIGNS))}½⅓⅔¼-⅞{patterns.SUPERS}\u0370-\u03ff\u1f00-\u1fff]|\u200d"
    rf"|[\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]"
    r"|(?<![A-Za-z])(?:[A-Za-z]+\.|vs|w/)|\.[A-Za-z]|[IVX](?![a-z])"
    r"|(?<=[A-Za-z])/[A-Za-z]|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
    r"|[周期拜][一二三四五六日天] ?[-–—~]|码"
)
"""What some rule might read; a sentence without any of it is as it is spoken."""

_DIGITS: Final = re.compile(r"[0-9]+")
_HANZI_RUN: Final = re.compile(r"([\u4e00-\u9fff]+)")


def load() -> None:
    _rules("zh", False)
    _rules("en", False)


def find(text: str, lang: Lang, first: int = 0, last: int | None = None, *, emoji: bool = False) -> list[Rewrite]:
    """All rewritings in ``text[first:last]``, in order, not overlapping."""
    last = len(text) if last is None else last
    if not _TRIGGER.search(text, first, last):
        return []
    taken = bytearray(len(text))
    found: list[Rewrite] = []
    for rule in _rules(lang, emoji):
        match = rule.pattern.search(text, first, last)
        while match:
            start, end = match.span()
            following = max(end, start + 1)
            if taken.find(1, start, end) >= 0:
                # Something may be left after what an earlier rule has taken.
                following = taken.find(0, start + 1)
                if following < 0:
                    break
            elif start < end and (spoken := rule.read(match)) is not None:
                taken[start:end] = b"\1" * (end - start)
                found.extend(_trim(match.group(), start, spoken, rule.name, lang))
            match = rule.pattern.search(text, following, last)
    for match in _DIGITS.finditer(text, first, last):
        # What stood too close to something else to be a number.
        start = taken.find(0, *match.span())
        while start >= 0:
            end = taken.find(1, start, match.end())
            end = match.end() if end < 0 else end
            found.append(Rewrite(start, end, f" {verbalizers.digits_of(text[start:end], lang)} ", "digits", lang))
            start = taken.find(0, end, match.end())
    return sorted(found, key=lambda rewrite: rewrite.start)


def _trim(written: str, start: int, spoken: str, name: str, lang: Lang) -> Iterator[Rewrite]:
    """The parts of a rewriting that changed, apart at the Chinese characters that both forms share."""
    pieces = _HANZI_RUN.split(written) if lang == "zh" else []
    if len(pieces) > 1:
        # Every second piece is a run of Chinese characters; those must stand unchanged in the spoken form.
        pattern = "".join(
            f"({re.escape(piece)})" if index % 2 else "(.+?)" if piece else "()" for index, piece in enumerate(pieces)
        )
        both = re.fullmatch(pattern, spoken)
        if both:
            for piece, became in zip(pieces, both.groups(), strict=True):
                if piece != became:
                    yield Rewrite(start, start + len(piece), became, name, lang)
                start += len(piece)
            return
    if spoken != written:
        yield Rewrite(start, start + len(written), spoken, name, lang)


@functools.cache
def _rules(lang: Lang, emoji: bool) -> tuple[Rule, ...]:
    rows = rules_zh.ROWS if lang == "zh" else rules_en.ROWS
    rows = (*rows, ("emoji", patterns.EMOJI, verbalizers.emoji(lang) if emoji else verbalizers.fixed(" "), 0))
    return tuple(Rule(name, re.compile(pattern, flags), read) for name, pattern, read, flags in rows)
