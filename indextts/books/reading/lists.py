"""Numbers of lists of the web, which stand in no text: ``<ol start="3" type="a">`` counted as a browser counts it.

lists = Lists()
lists.start("ol", {"type": "a"})
lists.start("li", {})
lists.take()                       # "a. "; nothing for what follows in the item, and for points
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from indextts.books.reading.docx_numbering import numbered
from indextts.books.reading.xml import Attributes

_TYPES: Final = {"1": "decimal", "a": "lowerletter", "A": "upperletter", "i": "lowerroman", "I": "upperroman"}
_STYLE: Final = re.compile(r"list-style(?:-type)?\s*:\s*(?:(?:in|out)side\s+)?([a-z-]+)", re.IGNORECASE)
_STYLES: Final = {"none": "", "disc": "", "circle": "", "square": "", "lower-alpha": "lowerletter",
                  "lower-latin": "lowerletter", "upper-alpha": "upperletter", "upper-latin": "upperletter",
                  "lower-roman": "lowerroman", "upper-roman": "upperroman"}  # fmt: skip
_CHINESE: Final = re.compile(r"cjk-|(?:simp|trad)-chinese", re.IGNORECASE)
_INTEGER: Final = re.compile(r"\s*(-?\d{1,6})\s*")


@dataclass
class _List:
    form: str  # empty where nothing is counted
    count: int
    step: int = 1


class Lists:
    """The lists around a place of a page."""

    def __init__(self) -> None:
        self._open: list[_List] = []
        self._label = ""

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "ul":
            self._open.append(_List("", 0))
        elif tag == "ol":
            back = "reversed" in attributes
            begin = _integer(attributes.get("start", ""))
            # Counting down from the number of points, which is not known yet, tells nothing of them.
            form = "" if back and begin is None else _form(attributes)
            self._open.append(_List(form, 1 if begin is None else begin, -1 if back else 1))
        elif tag == "li":
            self._label = ""
            if self._open and self._open[-1].form:
                one, own = self._open[-1], _integer(attributes.get("value", ""))
                one.count = one.count if own is None else own
                sign = "、" if one.form == "chinesecounting" else ". "
                self._label = f"{numbered(one.count, one.form)}{sign}" if one.count >= 0 else ""
                one.count += one.step

    def end(self, tag: str) -> None:
        if tag in ("ol", "ul") and self._open:
            self._open.pop()
        if tag in ("ol", "ul", "li"):
            self._label = ""

    def take(self) -> str:
        """What stands before the next paragraph."""
        label, self._label = self._label, ""
        return label


def _form(attributes: Attributes) -> str:
    style = _STYLE.search(attributes.get("style", ""))
    if style and _CHINESE.match(style[1]):
        return "chinesecounting"
    return _STYLES.get(style[1].lower(), "decimal") if style else _TYPES.get(attributes.get("type", ""), "decimal")


def _integer(written: str) -> int | None:
    match = _INTEGER.fullmatch(written)
    return int(match[1]) if match else None
