"""Normalisation rules: patterns for numbers, dates, addresses and signs, in order of precedence.

They are data, ``zh/rules.yaml`` and ``en/rules.yaml``, which say how they are written: a name, a pattern and a reader.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from indextts.model.utterance import Lang
from indextts.platform.tables import tables_beside
from indextts.reading.text import maths, tables, verbalizers
from indextts.reading.text.en import games as games_en
from indextts.reading.text.en import measures as measures_en
from indextts.reading.text.en import names as names_en
from indextts.reading.text.en import places as places_en
from indextts.reading.text.en import references as references_en
from indextts.reading.text.en import tables as tables_en
from indextts.reading.text.en import time as time_en
from indextts.reading.text.en import verbalizers as verbalizers_en
from indextts.reading.text.verbalizers import Reader
from indextts.reading.text.zh import chat as chat_zh
from indextts.reading.text.zh import measures as measures_zh
from indextts.reading.text.zh import ranges as ranges_zh
from indextts.reading.text.zh import shares as shares_zh
from indextts.reading.text.zh import signs as signs_zh
from indextts.reading.text.zh import spaces as spaces_zh
from indextts.reading.text.zh import time as time_zh
from indextts.reading.text.zh import verbalizers as verbalizers_zh


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
    needs: frozenset[str] = frozenset()
    """One of these characters stands in every text that the pattern matches, so that others need not be searched."""


_TRIGGER: Final = re.compile(
    rf"[0-9%&@#\^*€+~↑↓↗↘⬆⬇{re.escape(''.join(tables.SIGNS))}½⅓⅔¼-⅞{''.join(tables.MATH_SUPERS)}\u0370-\u03ff\u1f00-\u1fff]|\u200d"
    rf"|[\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]"
    r"|(?<![A-Za-z])(?:[A-Za-z]+\.|vs|w/|[hH]{2})|\.[A-Za-z]|[IVX](?![a-z])"
    r"|(?<=[A-Za-z])/[A-Za-z]|(?:^|[ (`])(?:-{1,2}[A-Za-z]|[.~]{0,2}/[\w.])|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
    r"|[几干少十百千万亿多余来两二三五六七八九] ?[A-Za-zμ°℃]|[-–—~] ?(?:Jan|Feb|Ma[ry]|Apr|Ju[nl]|Aug|Sep|Oct|Nov|Dec)"
    r"|[周期拜][一二三四五六日天] ?[-–—~]|码|, [A-Z]{2}(?![A-Za-z])|半[\u4e00-\u9fff]{1,3} ?[-–—~]|[fghFG]['′]{0,3}\("
    r"|[△⊙]|\(\)|[A-Za-z] +[\u4e00-\u9fff]{2,6}[:：|｜]"
    r"|[\u4e00-\u9fff](?:[A-Za-z]{1,24})? +[\u4e00-\u9fff]|[\u4e00-\u9fff] +[A-Za-z]{1,24}[\u4e00-\u9fff]"
    r"|[^\s\d=] {1,2}/ {1,2}[^\s\d=]|[们位] +[A-Za-z]"
    r"|[\u4e00-\u9fff] ?[-−] ?[\u4e00-\u9fff(（]|[(（][A-Za-zμΩ·/²³㎡°]{1,7}[)）]|单位"
    r"|[A-DG][-−](?![A-Za-z\d-])|[A-Za-z] [\u4e00-\u9fff]{2}[:：]"
    rf"|(?<![A-Za-z])(?:[Tt][Aa]|{'|'.join(time_zh.WORDS['chat_letters'])})(?![A-Za-z])|[A-Za-z]{{3}}:[a-z]"
    r"|[A-Za-z0-9]_[A-Za-z0-9]|[“‘「『][-/\\:!]|[A-Z][a-z]?-[A-Z]|[A-Z][a-z][掺离基元原单共合]"
    r"|\([ivx]{1,6}\)|\\[dDwWsSbBnrt](?![A-Za-z])|\b(?:[bruyCFLR]|Pts?|bid|Utd|[B-Zb-z]-[a-z]+|(?:[A-Z][a-z]?){1,2}(?:Cl|OH|Br|CN))\b"
)
"""What some rule might read; a sentence without any of it is as it is spoken."""

_OWN: Final = {
    "zh": (verbalizers_zh, chat_zh, measures_zh, ranges_zh, shares_zh, signs_zh, spaces_zh, time_zh),
    "en": (verbalizers_en, games_en, measures_en, names_en, places_en, references_en, time_en),
}  # fmt: skip
"""The readers of each language alone."""
_NEEDS: Final = "needs "
_BLANK: Final = re.compile(r"\{(\w+):(\w+)\}")
_DIGITS: Final = re.compile(r"[0-9]+")
_HANZI_RUN: Final = re.compile(r"([\u4e00-\u9fff]+)")


def load() -> None:
    _rules("zh", False)
    _rules("en", False)


def of(lang: Lang) -> tuple[Rule, ...]:
    """The rules of a language, in order."""
    return _rules(lang, False)


def find(text: str, lang: Lang, first: int = 0, last: int | None = None, *, emoji: bool = False) -> list[Rewrite]:
    """All rewritings in ``text[first:last]``, in order, not overlapping."""
    last = len(text) if last is None else last
    if not _TRIGGER.search(text, first, last):
        return []
    taken = bytearray(len(text))
    found: list[Rewrite] = []
    present = set(text)
    for rule in _rules(lang, emoji):
        if rule.needs and rule.needs.isdisjoint(present):
            continue
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
    told = tables_beside(__file__, f"{lang}/rules.yaml")
    pieces = {**_words(lang), **tables_beside(__file__, "pieces.yaml"), **told["pieces"]}
    rows = [*told["rules"], ["emoji", *(("{EMOJI}", "emoji") if emoji else ("(?:{EMOJI}){1,20}", "unsaid"))]]
    return tuple(
        Rule(name, tables.compiled(pattern, pieces, *_flags(more)), _reader(read, lang), _needs(more))
        for name, pattern, read, *more in rows
    )


def _flags(more: list[str]) -> list[str]:
    return [word for word in more if not word.startswith(_NEEDS)]


def _needs(more: list[str]) -> frozenset[str]:
    return frozenset(char for word in more if word.startswith(_NEEDS) for char in word.removeprefix(_NEEDS))


def _words(lang: Lang) -> dict[str, str]:
    """What the names in small letters stand for in patterns: any of the words of a table, longest first."""
    units, money = tables.UNITS, tables.CURRENCIES
    found: dict[str, Iterable[str]] = {
        **tables.read("tables.yaml"),
        **tables.read(f"{lang}/tables.yaml"),
        "units": units,
        "safe_units": [symbol for symbol in units if symbol not in tables.RISKY],
        "money": money,
        "money_codes": [code for code in money if code.isalpha() or len(code) == 1],
        "scales": tables.SCALES,
    }
    if lang == "en":
        long = (symbol for symbol in units if len(symbol) > 1 and symbol not in tables.RISKY)
        found |= {"per": tables_en.PER, "hyphenated": [*tables_en.PER, *long]}
    after = {f"after {name}": "|".join(f"(?<={re.escape(word)})" for word in words) for name, words in found.items()}
    return after | {
        name: "|".join(map(re.escape, sorted(words, key=len, reverse=True))) for name, words in found.items()
    }


def _reader(told: str | dict[str, str], lang: Lang) -> Reader:
    """The reader that a rule tells: words to say, a language's function, or one that languages share."""
    if isinstance(told, dict):
        words, kinds = told["say"], (verbalizers_zh if lang == "zh" else verbalizers_en).KINDS
        return lambda match: _BLANK.sub(lambda blank: kinds[blank[2]](match[blank[1]]), words)
    for module in _OWN[lang]:
        if told in vars(module):
            own: Reader = vars(module)[told]
            return own
    return functools.partial(vars(maths if told in vars(maths) else verbalizers)[told], lang=lang)
