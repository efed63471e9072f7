"""Formulas in TeX inside a text: put into the signs that the rules for formulas read, or called a formula.

list(edits("由 $a^2+b^2=c^2$ 得"))      # the formula becomes a²+b²=c²
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Final

from indextts.platform.tables import tables_beside
from indextts.reading.text import chars, formulas

_FORMULA: Final = re.compile(
    r"\$\$(?P<a>[^$]{1,1500}?)\$\$|\\\[(?P<b>.{1,1500}?)\\\]|\\\((?P<c>[^\n]{1,500}?)\\\)"
    r"|(?<![A-Za-z0-9_\\$])\$(?P<d>[^\s$](?:[^$\n]{0,300}?[^\s$\\])?)\$(?![A-Za-z0-9_$])",
    re.DOTALL,
)
_OF_TEX: Final = re.compile(r"\\[A-Za-z]|[\^_{}=<>+*|]|^[A-Za-zα-ω]'{0,2}$|^\(?[a-zA-Z](?:,\s?[a-zA-Z])*\)?$")
"""What a price between two dollar signs does not have."""
_DROPPED: Final = re.compile(
    r"\\(?:left|right|big|Big|bigg|Bigg|displaystyle|limits|nolimits|quad|qquad|,|;|:|!|\s|tag\{[^{}]*\}|label\{[^{}]*\})"
    r"(?![A-Za-z])|~|&|\\(?=[{}%&#$_])"
)
_NAMED: Final = re.compile(
    r"\\(?:text|mathrm|mathbf|mathit|mathcal|mathbb|operatorname|boldsymbol|textbf)\s*\{([^{}]*)\}"
)
_FRACTION: Final = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT: Final = re.compile(r"\\sqrt\s*(?:\[(?P<index>[^{}\[\]]*)\]\s*)?\{(?P<of>[^{}]*)\}")
_RAISED: Final = re.compile(r"\^\{([^{}]*)\}|\^(\\[A-Za-z]+|[^\s{}\\])")
_LOWERED: Final = re.compile(r"_\{([^{}]*)\}|_([^\s{}\\])")
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)")
_SIMPLE: Final = re.compile(r"[\w.]+|\([^()]*\)|√[\w.]+")
_SUPERS: Final = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_SUBS: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_POWER: Final = re.compile(r"[+-]?\d+|n")
_NOT_READ: Final = re.compile(r"[\\{}_&∑∏∫⨁]|\^(?!\([^()]+\)|[a-z](?![A-Za-z]))|\n\n")
_LONGEST: Final = 80  # Signs of a formula that is read; a longer one nobody follows by ear.


def edits(text: str) -> Iterator[tuple[int, int, str]]:
    """Each formula in ``text`` as start, end, and what stands for it."""
    if "$" not in text and "\\" not in text:
        return
    for match in _FORMULA.finditer(text):
        inner = next(group for group in match.groups() if group is not None)
        if match["d"] is not None and (any(map(chars.is_hanzi, _NAMED.sub("", inner))) or not _OF_TEX.search(inner)):
            continue
        said = plain(inner)
        near = text[max(0, match.start() - 40) : match.start()] + text[match.end() : match.end() + 40]
        chinese = any(map(chars.is_hanzi, near))
        said = (formulas.said(said) if chinese else "") or said.replace(" / ", " ÷ ")
        yield match.start(), match.end(), f" {said or ('公式' if chinese else 'formula')} "


def plain(formula: str) -> str:
    """``formula`` in plain signs; empty where that does not tell it."""
    text = _NAMED.sub(r"\1", _DROPPED.sub(" ", formula))
    for _ in range(4):
        text = _LOWERED.sub(_lowered, _RAISED.sub(_raised, text))
        text = _FRACTION.sub(_fraction, _ROOT.sub(_root, text))
    text = _COMMAND.sub(lambda match: _signs().get(match[1], match[0]), text)
    text = " ".join(text.split())
    return "" if not text or len(text) > _LONGEST or _NOT_READ.search(text) else text


def _part(inner: str) -> str:
    inner = inner.strip()
    return inner if _SIMPLE.fullmatch(inner) else f"({inner})"


def _fraction(match: re.Match[str]) -> str:
    above, below = (
        part if len(part) == 1 or part.isdecimal() else f"({part})" for part in map(str.strip, match.groups())
    )
    return f" {above}/{below} " if above.isdecimal() and below.isdecimal() else f" {above} / {below} "


def _root(match: re.Match[str]) -> str:
    inner, index = _part(match["of"]), (match["index"] or "").strip()
    return f"{inner}^(1/{index})" if index not in ("", "2") else f"√{inner}"


def _raised(match: re.Match[str]) -> str:
    inner = (match[1] if match[1] is not None else match[2]).strip()
    if inner in ("\\circ", "°"):
        return "°"
    if inner in ("'", "\\prime"):
        return "′"
    if _POWER.fullmatch(inner):
        return inner.translate(_SUPERS)
    if re.fullmatch("[a-z]", inner):
        return f"^{inner}"
    return f"^({inner})" if inner and not re.search(r"[(){}^_]", inner) else match[0]


def _lowered(match: re.Match[str]) -> str:
    inner = (match[1] if match[1] is not None else match[2]).strip()
    return (
        inner.translate(_SUBS)
        if re.fullmatch(r"\d{1,3}", inner)
        else inner
        if re.fullmatch(r"[A-Za-z]", inner)
        else " " + " ".join(inner)
        if re.fullmatch(r"[A-Za-z]{2,3}", inner)
        else match[0]
    )


@functools.cache
def _signs() -> dict[str, str]:
    return {
        name: sign
        for pair in tables_beside(__file__, "tex.yaml")["signs"].split()
        for name, sign in [pair.split(":", 1)]
    }
