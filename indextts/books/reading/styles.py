"""Which classes a style sheet hides: what is not seen on the page is not read aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from indextts.platform.tables import pattern_of

_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE: Final = re.compile(r"([^{}]{1,400})\{([^{}]{0,2000})\}")
_HIDES: Final = pattern_of(__file__, "styles_hides", "forms.yaml")
_SIMPLE: Final = re.compile(r"[a-z0-9]*\.([\w-]{1,60})", re.IGNORECASE)
_MOST: Final = 1 << 20  # characters of a style sheet that are looked at


def hidden_classes(css: str) -> Iterator[str]:
    """The classes that ``css`` hides by a rule for that class alone."""
    css = pattern_of(__file__, "styles_print", "forms.yaml").sub("", _COMMENT.sub("", css[:_MOST]))
    for selectors, declared in _RULE.findall(css):
        if _HIDES.search(declared):
            for selector in selectors.split(","):
                if match := _SIMPLE.fullmatch(selector.strip()):
                    yield match[1]


def hides(style: str) -> bool:
    """Whether the ``style`` of one element hides it."""
    return _HIDES.search(style) is not None
