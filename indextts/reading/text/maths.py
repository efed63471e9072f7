"""Verbalisers of formulas that Chinese and English share: sums, differences, what is negative, functions, intervals."""

from __future__ import annotations

import re
from typing import Final

from indextts.model.utterance import Lang
from indextts.reading.text.verbalizers import Match, number_of

_OPERATORS: Final = re.compile(r"[=<>≤≥≈≠×÷√∞²³^]|[)\w] ?\+ ?[\w(]|[A-Za-z]\(")
_NAMED_INTERVAL: Final = re.compile(r"(?:区间|范围|介于|interval|range)(?:是|为|在| is)? ?$")
_NAMED_POINT: Final = re.compile(
    r"(?:坐标|点|交于|[a-zA-Z] ?=|向量|point|vector|coordinates)(?:是|为| is)? ?"
    r"(?:[A-Z]?\([^()]{3,7}\)[和、与,，])?[A-Z]? ?$"
)
_CALL: Final = re.compile(r"(?<![A-Za-z])[fghFG]['′]{0,3}\([^()\n]{1,20}$")
_PRIMES: Final = {"zh": ("撇", "两撇", "三撇"), "en": ("prime", "double prime", "triple prime")}


def minus(match: Match, lang: Lang) -> str | None:
    """``x - 1``, ``n-1``, ``(a+b) - c``; a letter that is a word needs something else that shows a formula."""
    letter = match.string[match.start() - 1]
    rest = match.string[: match.start()] + " " + match.string[match.end() :]
    if (letter in "aAIi" or letter.isupper()) and not _OPERATORS.search(rest):
        return None
    return "减" if lang == "zh" else " minus "


def infinite(match: Match, lang: Lang) -> str:
    """``+∞``, ``-∞``."""
    return f" {endless(match['s'], lang)} "


def endless(sign: str, lang: Lang) -> str:
    zh, en = {"-": ("负", "minus "), "+": ("正", "plus "), "": ("", "")}[sign]
    return f"{zh}无穷" if lang == "zh" else f"{en}infinity"


def interval(match: Match, lang: Lang) -> str | None:
    """The first end of ``(0, +∞)`` and the comma behind it, and that of a point's coordinates."""
    a, b = match.group("a", "b")
    left = match.string[max(0, match.start() - 14) : match.start() - 1]
    joint = ""
    if "∞" in a + b or _NAMED_INTERVAL.search(left):
        joint = " 到 " if lang == "zh" else " to "
    elif _NAMED_POINT.search(left):
        joint = "，" if lang == "zh" else ", "
    return f"{_end(a, lang)}{joint}" if joint else None


def _end(written: str, lang: Lang) -> str:
    if written[-1] == "∞":
        return endless(written[:-1], lang)
    return written if written[-1].isalpha() else number_of(written, lang)


def function(match: Match, lang: Lang) -> str:
    """The head of ``f'(x)``."""
    primes = f" {_PRIMES[lang][len(match['p']) - 1]}" if match["p"] else ""
    return f"{match['f']}{primes} " if lang == "zh" else f"{match['f']}{primes} of "


def closing(match: Match, lang: Lang) -> str | None:
    """The bracket at the end of ``f(x)``, which is not spoken, and those of ``close()``."""
    start = match.start()
    return " " if match.group() == "()" or _CALL.search(match.string, max(0, start - 26), start) else None


def linked(match: Match, lang: Lang) -> str:
    """``B2B``, ``O2O``: the figure says "to"."""
    return match.group().replace("2", " to ")
