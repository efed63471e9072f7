"""Word's own numbers, which stand in no text: “第%1章” and “%1.%2” counted as Word counts them.

numbers = Numbering(tree(name, archive.read("word/numbering.xml")))
numbers.label("3", 0)          # "第一章", at the next call "第二章"; empty for bullets
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from indextts.books.reading.xml import Attributes, XmlNode
from indextts.reading.text.numbers import zh_cardinal

_LEVELS: Final = 9
_PLACE: Final = re.compile(r"%([1-9])")
_ROMAN: Final = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
                 (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_LEGAL: Final = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_COUNTING: Final = frozenset(
    ("chinesecounting", "chinesecountingthousand", "ideographdigital", "japanesecounting", "taiwanesecounting",
     "taiwanesecountingthousand", "japanesedigitaltenthousand", "koreandigital", "ideographtraditional")
)  # fmt: skip


@dataclass
class _Level:
    """How one level of a list counts."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    legal: bool = False  # whether the numbers of the levels above it are written in digits whatever their own form


@dataclass
class _List:
    """The levels of a kind of list, and how far each has counted."""

    levels: list[_Level] = field(default_factory=lambda: [_Level() for _ in range(_LEVELS)])
    counts: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)


class Numbering:
    """The lists of a document; asked for labels in the order of the text."""

    def __init__(self, root: XmlNode | None) -> None:
        self._lists: dict[str, _List] = {}
        abstract: dict[str, XmlNode] = {}
        if root is None:
            return
        for node in root.all("abstractnum"):
            abstract[value_of(node.attributes, "abstractNumId")] = node
        kinds: dict[str, _List] = {}
        for node in root.all("num"):
            inner = node.first("abstractnumid")
            key = value_of(inner.attributes) if inner else ""
            changed = any(node.all("lvloverride"))
            if key in abstract:
                one = _List() if changed else kinds.setdefault(key, _List())
                _read(one, abstract[key])
                _read(one, node)
                self._lists[value_of(node.attributes, "numId")] = one

    def label(self, number: str, level: int) -> str:
        """What Word writes before the next paragraph of the list ``number`` at ``level``, which begins at 0."""
        one = self._lists.get(number)
        if one is None or not 0 <= level < _LEVELS:
            return ""
        own = one.levels[level]
        last = one.counts[level]
        one.counts[level] = own.start if last is None else last + 1
        one.counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        if own.form in ("bullet", "none") or not own.text:
            return ""
        return _PLACE.sub(lambda match: self._written(one, int(match[1]) - 1, own), own.text).strip()

    def _written(self, one: _List, level: int, own: _Level) -> str:
        count = one.counts[level]
        count = one.levels[level].start if count is None else count
        form = "decimal" if own.legal else one.levels[level].form
        return numbered(count, form)


def value_of(attributes: Attributes, name: str = "val") -> str:
    """The attribute ``name`` of Word's namespace."""
    return next((value for key, value in attributes.items() if key.endswith(f"}}{name}") or key == name), "")


def _read(one: _List, node: XmlNode) -> None:
    """Take the levels from ``node``, and the beginnings that it changes."""
    for override in node.all("lvloverride"):
        begin = override.first("startoverride")
        at = _int(value_of(override.attributes, "ilvl"))
        if begin and 0 <= at < _LEVELS:
            one.levels[at].start = _int(value_of(begin.attributes), 1)
    for level in node.all("lvl"):
        at = _int(value_of(level.attributes, "ilvl"), -1)
        if not 0 <= at < _LEVELS:
            continue
        said = {child.tag: value_of(child.attributes) for child in level.children}
        one.levels[at] = _Level(
            _int(said.get("start", ""), 1), said.get("numfmt", "decimal").casefold(), said.get("lvltext", "")[:40],
            "islgl" in said and said["islgl"] not in ("0", "false"),
        )  # fmt: skip


def _int(text: str, otherwise: int = 0) -> int:
    return int(text) if re.fullmatch(r"\d{1,6}", text) else otherwise


def numbered(count: int, form: str) -> str:
    """The number ``count`` as a list of this form writes it."""
    if form in _COUNTING:
        return zh_cardinal(str(count), liang=False)
    if form == "chineselegalsimplified":
        return zh_cardinal(str(count), liang=False).translate(_LEGAL)
    if form in ("upperroman", "lowerroman") and 0 < count < 4000:
        written = ""
        for size, letters in _ROMAN:
            written, count = written + letters * (count // size), count % size
        return written.upper() if form == "upperroman" else written
    if form in ("upperletter", "lowerletter") and count > 0:
        letter = chr(ord("a") + (count - 1) % 26) * min(1 + (count - 1) // 26, 5)
        return letter.upper() if form == "upperletter" else letter
    return str(count)
