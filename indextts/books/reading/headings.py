"""Lines that are headings, and what kind of part they begin.

heading("第十二回　风雪山神庙")      # Heading("第十二回 风雪山神庙", level=2 …)
heading("第一章里他写道，……")       # None: prose that begins alike
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Final

from indextts.books.model import ChapterKind
from indextts.platform.tables import members, tables_beside

_NUMBER_ZH: Final = "[0-9０-９零〇○一二两三四五六七八九十百千万廿卅壹贰叁肆伍陆柒捌玖拾佰]"
_CHAPTER_ZH: Final = re.compile(
    rf"(?:正文\s*)?第\s?(?P<number>{_NUMBER_ZH}{{1,9}})\s?(?P<unit>章|回|节|節|卷|部分|部|集|篇|幕|折|话|話|册|编)"
    r"(?P<gap>[\s：:、.．·—-]*)(?P<rest>.*)"
)
_VOLUME_ZH: Final = re.compile(
    rf"(?P<unit>[卷部篇])第?(?P<number>{_NUMBER_ZH}{{1,4}}|[上中下])(?P<gap>[\s：:、·—-]+|$)(?P<rest>.*)"
    r"|(?P<half>[上中下][卷部篇册編编])(?P<gap2>[\s：:、·—-]+|$)(?P<rest2>.*)"
)
_PROSE_AFTER: Final = re.compile(
    "[里裡中内的是就讲講说說写寫着了过過我你他她它们這这那和与與在有以已也都还還到从從给給让讓把被将将时時"
    "时課课团團合次部，。；、！？,;]"
)
"""What goes on with a sentence, or with another word, after 第一章 without a space: 第一章里, 第二节课, 第三集团军."""
_SENTENCE_END: Final = re.compile(r"[。；，、：,;.]$|[。；]|”$.*|[.!?] [a-z]")
_NUMBER_EN: Final = (
    r"\d{1,4}|[IVXLCDM]{1,8}|[ivxlcdm]{1,8}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    r"|the (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)"
)
_CHAPTER_EN: Final = re.compile(
    rf"(?P<unit>chapter|chap\.|part|book|volume|vol\.|act|scene|canto|stave|letter)\s+(?P<number>{_NUMBER_EN})"
    r"(?P<gap>\s*[.:—–-]+\s*|\s+|$)(?P<rest>.*)",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(
    r"(?:[（(]?(?P<zh>[一二三四五六七八九十百]{1,4})[)）]?|[（(]?(?P<arabic>\d{1,3})[)）]?|(?P<roman>[IVXLC]{1,7}))"
    r"(?P<gap>[、.．:：\s]\s*|$)(?P<rest>.*)"
)
_LEADERS: Final = re.compile(r"(?:\s?[.．·・_]){3,}\s?\d{0,4}$|\s?…{2,}\s?\d{1,4}$|\s?-{3,}\s?\d{1,4}$")
_ROMAN: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_MOST_ZH: Final = 40
_MOST_EN: Final = 90


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that names what follows it."""

    title: str
    level: int
    kind: ChapterKind = "body"
    number: int = 0
    """Of a heading that is a number and nothing that says of what."""
    bare: bool = False
    """The name of the chapter may stand in the next line."""

    @property
    def key(self) -> str:
        """What two spellings of it share: one in the contents, one above the chapter."""
        return "".join(char for char in without_leaders(self.title).casefold() if char.isalnum())


def heading(line: str) -> Heading | None:
    """What ``line``, without spaces around it, is the heading of, if it says so itself."""
    if not line or len(line) > 2 * _MOST_EN:
        return None
    line = without_leaders(line)
    if len(line) > _MOST_EN:
        return None
    return _chinese(line) or _english(line) or _named(line)


def numbered(line: str) -> Heading | None:
    """A line that is a number, with a short name or none: a heading only among others that count on."""
    match = _NUMBERED.fullmatch(line)
    if not match or len(line) > _MOST_ZH or _SENTENCE_END.search(match["rest"]) or (match["rest"] and not match["gap"]):
        return None
    if match["rest"] and not (match["gap"].strip() or len(match["rest"]) <= 20):
        return None
    number = int(match["arabic"]) if match["arabic"] else _chinese_number(match["zh"]) if match["zh"] else 0
    number = number or _roman(match["roman"] or "")
    return Heading(line, 1, number=number, bare=not match["rest"]) if number else None


def kind_of(title: str) -> ChapterKind | None:
    """What a part with this title is where its name alone tells."""
    plain = "".join(title.split()).strip("《》〈〉【】[]（）()：:.·-—*#").casefold()
    words = "-".join(re.findall(r"[a-z]+", title.casefold()))
    kinds: tuple[ChapterKind, ...] = ("front", "back", "notes")
    for kind in kinds:
        names = _names(kind)
        if plain in names or (words and words in names and not re.search("[\u4e00-\u9fff]", title)):
            return kind
    if re.fullmatch(r"(附录|附錄)[\s一二三四五六七八九十0-9A-Za-z：:、]{0,4}.{0,30}", title.strip()):
        return "back"
    if re.fullmatch(r"appendix( [a-z0-9]{1,4})?([.:—– -].{0,60})?", title.strip(), re.IGNORECASE):
        return "back"
    return None


def without_leaders(line: str) -> str:
    """A line of a contents page without its dots and its page."""
    return _LEADERS.sub("", line) or line


@functools.cache
def _names(kind: str) -> frozenset[str]:
    return frozenset(tables_beside(__file__, "tables.yaml")[kind].split())


def _chinese(line: str) -> Heading | None:
    if len(line) > _MOST_ZH:
        return None
    match = _CHAPTER_ZH.fullmatch(line)
    if match:
        rest = match["rest"]
        if _SENTENCE_END.search(rest) or (rest and not match["gap"] and _PROSE_AFTER.match(rest)):
            return None
        if rest and not match["gap"] and len(rest) > 20:
            return None
        return Heading(line, 1 if match["unit"] in members(__file__, "top") else 2, bare=not rest)
    match = _VOLUME_ZH.fullmatch(line)
    if match:
        rest = match["rest"] or match["rest2"] or ""
        return None if _SENTENCE_END.search(rest) else Heading(line, 1, bare=not rest)
    return None


def _english(line: str) -> Heading | None:
    match = _CHAPTER_EN.fullmatch(line)
    if not match:
        return None
    rest, gap = match["rest"], match["gap"]
    if rest and not gap.strip() and not _is_title(rest):
        return None
    if len(rest) > 1 and rest[-1] in ".,;:" and not _is_title(rest.rstrip(".")):
        return None
    # A verb after the number makes it a sentence, whatever its case.
    if re.match(r"(?:was|is|has|had|of|in|and|will|which|that|where|to|are|were)\b", rest):
        return None
    if not line[0].isupper():
        return None
    return Heading(line, 1 if match["unit"].casefold() in members(__file__, "top") else 2, bare=not rest)


def _is_title(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text)
    return bool(words) and all(word[0].isupper() or word.casefold() in members(__file__, "small") for word in words)


def _named(line: str) -> Heading | None:
    kind = kind_of(line)
    if kind and len(line) <= 30 and not _SENTENCE_END.search(line.rstrip(":：")):
        return Heading(line, 2, kind)
    first, gap, rest = re.match(r"([^\s：:·—-]*)([\s：:·—-]*)(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
    names = _names("named")
    if "".join(line.split()).casefold() in names and (not line[0].isascii() or line[0].isupper()):
        return Heading(line, 2)
    if first in names and not first.isascii() and gap and len(rest) <= 24 and not _SENTENCE_END.search(rest):
        return Heading(line, 2)
    if re.fullmatch(rf"(?:番外|外传|尾声|间章|序章)[（(]?{_NUMBER_ZH}{{1,3}}[)）]?(?:[\s：:·—-].{{0,24}})?", line):
        return Heading(line, 2)
    if first.casefold().rstrip(".") in names and first.isascii() and first[0].isupper():
        if gap.strip() and _is_title(rest) and len(rest) <= 60:
            return Heading(line, 2)
        if not rest and first.isascii():
            return Heading(line, 2)
    return None


def _chinese_number(text: str) -> int:
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = "一二三四五六七八九".index(char) + 1
    return total + digit


def _roman(text: str) -> int:
    values = [_ROMAN[char] for char in text]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))
