"""The finite-state grammars that ship with ``wetext``, run on one expression at a time.

Only the grammars for Chinese, English and traditional characters are loaded, straight through ``kaldifst``:
the package's own front door also loads Japanese and inverse grammars, which costs three times the memory.
"""

from __future__ import annotations

import functools
import importlib.util
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from indextts.errors import StudioError
from indextts.utterance import Lang

_log = logging.getLogger(__name__)

_ORDERS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "zh": {
        "date": ("year", "month", "day"),
        "fraction": ("denominator", "numerator"),
        "measure": ("denominator", "numerator", "value"),
        "money": ("value", "currency"),
        "time": ("noon", "hour", "minute", "second"),
    },
    "en": {
        "date": ("preserve_order", "text", "day", "month", "year"),
        "money": ("integer_part", "fractional_part", "quantity", "currency_maj"),
    },
}
"""In which order each language says the fields that the tagger found."""

_TOKEN: Final = re.compile(r'(\w+) \{((?: +\w+: "(?:[^"\\]|\\.)*")*) +\}')
_FIELD: Final = re.compile(r'(\w+): "((?:[^"\\]|\\.)*)"')

LONGEST: Final = 80
"""Characters that a grammar is given at most: their cost grows with the square of a long input."""


def load() -> None:
    """Load all grammars (a tenth of a second)."""
    for name in ("zh/tn/tagger", "zh/tn/verbalizer", "en/tn/tagger", "en/tn/verbalizer", "traditional_to_simple"):
        _grammar(name)


@functools.lru_cache(maxsize=4096)
def read(expression: str, lang: Lang) -> str:
    """``expression`` as it is spoken; the expression itself where the grammar knows nothing better."""
    if len(expression) > LONGEST or '"' in expression or "\\" in expression:
        return expression
    tagged = _grammar(f"{lang}/tn/tagger")(expression).strip()
    ordered = " ".join(_reorder(name, fields, lang) for name, fields in _TOKEN.findall(tagged))
    if not ordered:
        return expression
    spoken = _grammar(f"{lang}/tn/verbalizer")(ordered).strip()
    return spoken or expression


@functools.lru_cache(maxsize=8192)
def is_traditional(char: str) -> bool:
    """Whether the character has another, simplified form."""
    return _grammar("traditional_to_simple")(char) != char


def simplify(text: str) -> str:
    """Traditional characters as simplified ones, of the same length; ``text`` itself if that cannot be."""
    if len(text) > 4 * LONGEST:
        return text
    simple = _grammar("traditional_to_simple")(text)
    return simple if len(simple) == len(text) else text


def _reorder(name: str, fields: str, lang: Lang) -> str:
    found = _FIELD.findall(fields)
    order = _ORDERS[lang].get(name)
    if order and ("preserve_order", "true") not in found:
        rank = {key: place for place, key in enumerate(order)}
        found.sort(key=lambda pair: rank.get(pair[0], len(rank)))
    return f"{name} {{ " + " ".join(f'{key}: "{value}"' for key, value in found) + " }"


@functools.cache
def _grammar(name: str) -> Callable[[str], str]:
    spec = importlib.util.find_spec("wetext")
    if spec is None or spec.origin is None:
        raise StudioError("dependency_missing", package="wetext", command="pip install wetext==0.1.8")
    import kaldifst

    normalizer: Callable[[str], str] = kaldifst.TextNormalizer(str(Path(spec.origin).parent / "fsts" / f"{name}.fst"))
    _log.debug("grammar %s loaded", name)
    return normalizer
