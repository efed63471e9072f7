"""What is not read as it is written: numbers, dates, addresses, signs. Patterns in order of precedence.

A rule is a pattern and one of :mod:`indextts.text.readers`. What no rule knows better is read by the grammars of
:mod:`indextts.text.fst`, one expression at a time.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from indextts.text import numbers, readers, tables
from indextts.text.readers import Reader
from indextts.utterance import Lang


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
    """One class of expressions."""

    name: str
    pattern: re.Pattern[str]
    read: Reader


_NUM: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_MONTH: Final = "|".join(f"{month}|{month[:3]}" for month in numbers.MONTHS) + "|Sept"
_TRIGGER: Final = re.compile(r"[0-9$€£¥₩₽₹฿₿¢%‰&@°℃℉+=×÷<>≤≥≠≈±√∞²³№½-⅞→←~|]|(?<![A-Za-z])(?:[A-Za-z]+\.|vs|w/o)")


_HANZI_RUN: Final = re.compile(r"([\u4e00-\u9fff]+)")


def find(text: str, lang: Lang) -> list[Rewrite]:
    """All rewritings in one sentence, in order, not overlapping."""
    if not _TRIGGER.search(text):
        return []
    taken = bytearray(len(text))
    found: list[Rewrite] = []
    for rule in _rules(lang):
        match = rule.pattern.search(text)
        while match:
            start, end = match.span()
            following = max(end, start + 1)
            if any(taken[start:end]):
                following = start + 1  # Something may be left behind what an earlier rule has taken.
            elif start < end and (spoken := rule.read(match)) is not None:
                taken[start:end] = b"\1" * (end - start)
                found.extend(_trim(match.group(), start, spoken, rule.name, lang))
            match = rule.pattern.search(text, following)
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
def _rules(lang: Lang) -> tuple[Rule, ...]:
    table = _ZH if lang == "zh" else _EN
    return tuple(Rule(name, re.compile(pattern, flags), read) for name, pattern, read, flags in table)


_FILES: Final = (
    "md|txt|py|js|ts|cpp|java|pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|svg|mp3|mp4|wav|zip|exe|html?|json|ya?ml|csv|xml"
)
_FILE: Final = rf"(?<=[A-Za-z0-9_])\.(?=(?:{_FILES})(?![A-Za-z0-9]))"
_INITIALS: Final = r"(?<![A-Za-z.])(?:[A-Z]\.){2,6}(?![A-Za-z])"
_MINUS: Final = r"(?<=\d) ?- ?(?=\d{1,12}(?:\.\d{1,6})? ?=)"
_SHARP: Final = r"(?<![A-Za-z])(?P<n>[A-Z])(?P<s>\+\+|#)(?![A-Za-z0-9])"
_ADDRESS: Final = (
    r"(?:https?|ftp)://[\w.~:/?#@!$&'()*+,;=%-]{1,200}[\w/]|www\.[\w.-]{1,80}\w(?:/[\w./?=&%#-]{0,120}\w)?"
    r"|[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,4}"
    r"|(?<![\w.])[A-Za-z0-9-]{2,40}(?:\.[A-Za-z0-9-]{2,40}){0,3}\.(?:com|cn|org|net|io|edu|gov|ai|dev|app|cc|tv)\b(?:/[\w./?=&%#-]{0,120}\w)?"
)
_LONG: Final = r"\d{16,}"
_YMD: Final = r"(?<![\d.])(?P<y>1\d{3}|20\d\d)(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d.-])"
_VERSION: Final = r"(?<![\d.])\d{1,4}(?:\.\d{1,4}){2,5}(?![\d])"
_VULGAR: Final = r"(?P<n>\d{1,6})? ?(?P<f>[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])"
_MODEL: Final = r"(?<=[A-Za-z])-?(?P<n>\d{1,8}(?:\.\d{1,4})?)(?![\d]|:\d)"
_SIGN: Final = "[" + "".join(re.escape(sign) for sign in tables.SIGNS) + "]"
_ABBREVIATION: Final = (
    r"(?<![A-Za-z.])(?:"
    + "|".join(re.escape(word) for word in sorted(tables.ABBREVIATIONS, key=len, reverse=True))
    + r")(?![A-Za-z])"
)

_Row = tuple[str, str, Reader, int]

_ZH: Final[tuple[_Row, ...]] = (
    ("address", _ADDRESS, readers.address("zh"), re.ASCII),
    ("initials", _INITIALS, readers.letters, 0),
    ("name", _FILE, readers.fixed("点"), re.IGNORECASE),
    ("digits", _LONG, readers.digits("zh"), 0),
    ("date", _YMD, readers.zh_date, 0),
    ("phone", r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)", readers.zh_phone, 0),
    ("phone", r"(?<![\d-])0\d{2,3}[- ]?\d{3,4}[- ]?\d{4}(?![\d-])|(?<!\d)[48]00[- ]?\d{3}[- ]?\d{4}(?!\d)",
     readers.zh_phone, 0),
    ("digits", r"(?<![\d.,])\d{3,15}(?![\d.,%]|[年月日元块个万亿米]|:\d)", readers.zh_context_digits, 0),
    ("digits", r"(?<![\d.])\d{3,6}(?=[室房]|号房|次列车|会议室|教室|办公室|路(?![程人径线]))", readers.digits("zh"), 0),
    ("maths", _MINUS, readers.fixed("减"), 0),
    ("name", _SHARP, readers.name_with_signs("zh"), 0),
    ("range", rf"(?<![\d.A-Za-z-])(?P<a>{_NUM})(?P<ua>%|‰|℃|°C|°)? ?(?:[-–—~]|--|——) ?(?P<b>{_NUM})(?![-/:\d])"
              r"(?P<u> ?(?:%|‰|℃|°C|°|[a-zA-Z]{1,4}(?:/[a-z]{1,3})?)?[\u4e00-\u9fff]{0,2})", readers.zh_range, 0),
    ("year", r"(?<![\d.])(?:1[0-9]|20)\d\d(?=[财版款届级赛奥世春秋夏冬初底末]|年)", readers.digits("zh"), 0),
    ("year", r"(?<![\d.])[0-9][05](?=后(?![天来面边]))", readers.digits("zh"), 0),
    ("version", _VERSION, readers.version("zh"), 0),
    ("fraction", _VULGAR, readers.fraction("zh"), 0),
    ("ratio", r"(?<![\d:.])(?P<a>\d{1,3}):(?P<b>\d{1,3})(?![\d:])", readers.zh_ratio, 0),
    ("model", _MODEL, readers.model("zh"), 0),
    ("number", r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?: ?[-–—~] ?\d{1,2}:\d{2}(?::\d{2})?)?(?![\d:])",
     readers.grammar("zh"), 0),
    ("number", rf"(?:(?<![A-Za-z\d)])[-+])?[¥$€£₩]? ?(?:{_NUM})(?:/(?:{_NUM}))?"
               r"(?:[eE]\d+)? ?(?:%|‰|℃|℉|°[CF]?"
               r"|(?:[a-zA-Zμ]{1,3}[²³]?(?:/[a-zA-Z]{1,3})?)(?![A-Za-z]))?[\u4e00-\u9fff]{0,2}",
     readers.grammar("zh"), 0),
    ("sign", _SIGN, readers.sign("zh"), 0),
)  # fmt: skip

_EN: Final[tuple[_Row, ...]] = (
    ("address", _ADDRESS, readers.address("en"), re.ASCII),
    ("initials", _INITIALS, readers.letters, 0),
    ("name", _FILE, readers.fixed(" dot "), re.IGNORECASE),
    ("digits", _LONG, readers.digits("en"), 0),
    ("date", _YMD, readers.en_date, 0),
    ("date", rf"\b(?P<m>{_MONTH})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y>1\d{{3}}|20\d\d))?(?![\d:%])",
     readers.en_month_day, 0),
    ("number", r"(?<![\d:])\d{1,2}:\d{2}(?: ?[ap]\.?m\b\.?)?(?![\d:])", readers.grammar("en"), re.IGNORECASE),
    ("abbreviation", _ABBREVIATION, readers.abbreviation, re.IGNORECASE),
    ("version", _VERSION, readers.en_version, 0),
    ("fraction", _VULGAR, readers.fraction("en"), 0),
    ("phone", r"(?<![\d-])(?:\+?1[- ])?(?:\(\d{3}\) |\d{3}[- ])\d{3}[- ]\d{4}(?!\d)|(?<![\d-])\d{3}-\d{4}(?!\d)",
     readers.digits("en"), 0),
    ("maths", _MINUS, readers.fixed(" minus "), 0),
    ("maths", r"(?<=\d)[xX](?![A-Za-z])(?= ?\D|$)", readers.fixed(" times"), 0),
    ("name", _SHARP, readers.name_with_signs("en"), 0),
    ("decade", r"(?<![\d.])(?P<n>1[1-9]\d0|20\d0|[2-9]0)'?s\b", readers.en_decade, 0),
    ("money", rf"(?P<c>[$£€]) ?(?P<n>{_NUM})(?: (?P<q>thousand|million|billion|trillion))?", readers.en_money, 0),
    ("range", rf"(?<![\d.A-Za-z-])(?P<a>{_NUM}) ?[-–—~] ?(?P<b>{_NUM})(?![-/:\d])(?P<u>%| ?°[CF])?",
     readers.en_range, 0),
    ("year", r"(?<![\d.,$-])(?:1[1-9]|20)\d\d(?![\d%]|[.,]\d| [a-z]+s\b)", readers.en_year, 0),
    ("model", _MODEL, readers.model("en"), 0),
    ("number", rf"(?:(?<![A-Za-z\d)])[-+])?[¥₩]?(?:{_NUM})(?:/(?:\d+))?(?:(?:st|nd|rd|th)\b| ?(?:%|℃|℉|°[CF]?"
               r"|(?:km/h|kg|km|cm|mm|ml|mph|lbs?|oz|ft|GB|MB|KB|TB|GHz|MHz|Hz|[gmL])\b[²³]?))?",
     readers.grammar("en"), 0),
    ("sign", _SIGN, readers.sign("en"), 0),
)  # fmt: skip
