"""Lines that are headings, and what kind of part they begin.

heading("第十二回　风雪山神庙")      # Heading("第十二回 风雪山神庙", level=2 …)
heading("【第一章】雾起")            # Heading("第一章 雾起" …): brackets and rows of signs are dress
heading("第一章里他写道，……")       # None: prose that begins alike
perhaps("第三章 雾，散了。")         # a heading if the numbers of those around it run on
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Final

from indextts.books.model import ChapterKind
from indextts.books.reading.chapter_numbers import number_of
from indextts.books.reading.tidy import is_wide
from indextts.platform.tables import members, pattern_of, tables_beside
from indextts.reading.text.numbers import roman
from indextts.reading.text.zh.traditional import simplified

_SIGNS: Final = re.compile("[◆◇■□●○★☆※*|｜/~～=_]")  # between a number and a name these are dress
_CHAPTER_ZH: Final = pattern_of(__file__, "headings_chapter_zh", "forms.yaml")
_VOLUME_ZH: Final = pattern_of(__file__, "headings_volume_zh", "forms.yaml")
_PROSE_AFTER: Final = pattern_of(__file__, "headings_prose_after", "forms.yaml")
"""What goes on with a sentence, or with another word, after 第一章 without a space: 第一章里, 第二节课, 第三集团军."""
_SENTENCE_END: Final = re.compile(r"[。；，、：,;.]$|[。；]|”$.*|[.!?] [a-z]")
_CHAPTER_EN: Final = pattern_of(__file__, "headings_chapter_en", "forms.yaml")
_PERHAPS_EN: Final = pattern_of(__file__, "headings_perhaps_en", "forms.yaml")
"""What counts parts where the counts run on: ``Ep.3 The Key``, ``Day One``."""
_HINT: Final = pattern_of(__file__, "headings_hint", "forms.yaml")
_NEVER_LAST: Final = frozenset("。；，、,;")  # what most lines of prose end with, and no heading that says so itself
_EDGES: Final = " 《》【】[]（）()·.．、:：—_|｜/-"
_NUMBERED: Final = pattern_of(__file__, "headings_numbered", "forms.yaml")
_NARROW: Final = {0xFF10 + digit: 0x30 + digit for digit in range(10)}
_BODY: Final = re.compile(r"正文(?:卷)?[\s：:·.—_-]*(?=\S)")
_LEADERS_END: Final = frozenset(".．·・_…-0123456789")
_MOST_ZH: Final = 40
_MOST_LISTED: Final = 400  # characters of a line of a contents page, its leader dots included
_MOST_EN: Final = 90
_MOST_PERHAPS: Final = 120


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that names what follows it."""

    title: str
    level: int
    kind: ChapterKind = "body"
    number: int = 0  # 0 where it has none
    bare: bool = False  # the name of the chapter may stand in the next line
    unit: str = ""  # what the number counts: ``章``, ``chapter``; empty where nothing says it
    before: str = ""  # what stands before the number: the name of the book, or of a volume
    sure: bool = True  # whether the line alone says it; else the numbers around it have to run on


def heading(line: str) -> Heading | None:
    """What ``line``, without spaces around it, is the heading of, if it says so itself."""
    if not line or len(line) > 2 * _MOST_EN or line[-1] in _NEVER_LAST:
        return None
    line = undressed(without_leaders(line))
    if len(line) > _MOST_EN:
        return None
    return _chinese(line) or _english(line) or _named(line)


def perhaps(line: str) -> Heading | None:
    """The heading that ``line`` is if its number runs on: with a sentence as its name, or a name before the number."""
    if not line or len(line) > _MOST_PERHAPS + 60 or not _HINT.search(line):
        return None
    line = undressed(without_leaders(line))
    if len(line) > _MOST_PERHAPS:
        return None
    match = _CHAPTER_ZH.fullmatch(line)
    if match and not _CHAPTER_ZH.search(match["rest"]):
        return _perhaps(match, line, "")
    match = pattern_of(__file__, "headings_perhaps_zh", "forms.yaml").fullmatch(line)
    if match and (match["gap"] or not match["rest"]) and not _SENTENCE_END.search(match["rest"]):
        return _of_unit(line, match, sure=False)
    if match := _CHAPTER_EN.fullmatch(line):
        return _perhaps(match, line, "") if match["gap"].strip() and line[0].isupper() else None
    if (match := _PERHAPS_EN.fullmatch(line)) and line[0].isupper():
        plain = not _SENTENCE_END.search(match["rest"]) and match["rest"][:1] == match["rest"][:1].upper()
        return _of_unit(line, match, sure=False) if plain else None
    if match := pattern_of(__file__, "headings_within_zh", "forms.yaml").fullmatch(line):
        before = match["before"].strip(_EDGES)
        title = line[match.end("apart") :]
        return _perhaps(match, title, before, joined=not match["apart"]) if before else None
    if match := pattern_of(__file__, "headings_within_en", "forms.yaml").fullmatch(line):
        return _perhaps(match, line[match.end("apart") :], match["before"].strip())
    return None


def stands_alone(line: str) -> bool:
    """Whether ``line`` may be a heading, so that it is joined with none of the lines around it."""
    return heading(line) is not None or ((one := perhaps(line)) is not None and not one.before)


def undressed(line: str) -> str:
    """``line`` without brackets and rows of signs around it: ``【第一章】雾起``, ``☆、第一章 雾起``."""
    if len(line) > _MOST_LISTED:
        return line
    line = pattern_of(__file__, "headings_stressed", "forms.yaml").sub(r"\1\2", line) if line.startswith("*") else line
    dress = pattern_of(__file__, "headings_dress", "forms.yaml").fullmatch(line)
    if dress and dress["inner"] and dress["left"]:
        line = dress["inner"]
    if match := pattern_of(__file__, "headings_bracketed", "forms.yaml").fullmatch(line):
        inner = next(value for key, value in match.groupdict().items() if key != "rest" and value is not None).strip()
        whole = f"{inner} {match['rest']}".strip()
        # A bracket with anything else in it is no dress.
        if (
            _CHAPTER_ZH.match(inner)
            or _CHAPTER_EN.match(inner)
            or ((len(inner) > 1 or not match["rest"]) and _named(inner) and _named(whole))
        ):
            line = whole
    return _BODY.sub("", line, count=1) if line.startswith("正文") else line


def numbered(line: str) -> Heading | None:
    """A line that is a number, with a short name or none: a heading only among others that count on."""
    line = undressed(line)
    match = _NUMBERED.fullmatch(line)
    if not match or len(line) > _MOST_ZH or _SENTENCE_END.search(match["rest"]) or (match["rest"] and not match["gap"]):
        return None
    if match["rest"] and not (match["gap"].strip() or len(match["rest"]) <= 20 or is_title(match["rest"])):
        return None
    if match["word"] and match["gap"] and not match["rest"] and not line.isupper():
        return None  # “One.”: somebody counts
    number, unit = number_of(_written(match)), "word" if match["word"] else ""
    return Heading(line, 1, number=number, bare=not match["rest"], unit=unit) if number else None


def _written(match: re.Match[str]) -> str:
    return match["arabic"] or match["zh"] or match["roman"] or match["word"] or ""


@dataclass(frozen=True, slots=True)
class TitleParts:
    """A title taken apart: its number, 0 where it has none, and its name without anything but letters and digits."""

    number: int
    name: str


def title_parts(title: str) -> TitleParts:
    """The number and the name of a title: of ``Chapter 3: The Fog``, ``3. The Fog``, ``第三章 雾``, ``The Fog``."""
    line = undressed(without_leaders(" ".join(title.split())))
    for pattern in (_CHAPTER_ZH, _CHAPTER_EN, _VOLUME_ZH):
        if match := pattern.fullmatch(line):
            said = match.groupdict()
            number = number_of(said["number"] or (said.get("half") or "")[:1])
            return TitleParts(number, _letters(said["rest"] or said.get("rest2") or ""))
    match = _NUMBERED.fullmatch(line)
    if match and (not match["rest"] or match["gap"]):
        return TitleParts(number_of(_written(match)), _letters(match["rest"]))
    worded = number_of(line) if line.isascii() and len(line) < _MOST_ZH and not roman(line.upper()) else 0
    return TitleParts(worded, "" if worded else _letters(line))


def _letters(text: str) -> str:
    return "".join(char for char in simplified(text).casefold() if char.isalnum())


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
    if re.search(r"project gutenberg.{0,20}licen[cs]e", title, re.IGNORECASE):
        return "back"
    if re.fullmatch(r"appendix( [a-z0-9]{1,4})?([.:—– -].{0,60})?", title.strip(), re.IGNORECASE):
        return "back"
    return None


def without_leaders(line: str) -> str:
    """A line of a contents page without its dots and its page."""
    if len(line) > _MOST_LISTED or line[-1:] not in _LEADERS_END:
        return line
    return pattern_of(__file__, "headings_leaders", "forms.yaml").sub("", line) or line


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
        if _CHAPTER_ZH.search(rest):
            return None
        if rest and not match["gap"] and (len(rest) > 20 or _counts_things(match)):
            return None
        return _of_unit(line, match)
    match = _VOLUME_ZH.fullmatch(line)
    if match:
        rest = match["rest"] or match["rest2"] or ""
        return None if _SENTENCE_END.search(rest) else Heading(line, 1, bare=not rest)
    return None


def _counts_things(match: re.Match[str]) -> bool:
    """Whether a sentence follows right behind what also counts other things than chapters: 第二部电梯来了。"""
    return match["unit"] not in "章回" and match["rest"][-1] in "。！？…”』」"


def _english(line: str) -> Heading | None:
    match = _CHAPTER_EN.fullmatch(line)
    if not match:
        return None
    rest, gap = match["rest"], match["gap"]
    if rest and not gap.strip() and not is_title(rest) and not is_wide(rest[0]):
        return None
    if len(rest) > 1 and rest[-1] in ".,;:" and not is_title(rest.rstrip(".")):
        return None
    # A verb after the number makes it a sentence, whatever its case.
    if re.match(r"(?:was|is|has|had|of|in|and|will|which|that|where|to|are|were)\b", rest):
        return None
    if not line[0].isupper():
        return None
    return _of_unit(line, match)


def _of_unit(line: str, match: re.Match[str], before: str = "", *, sure: bool = True) -> Heading:
    """The heading ``line``, whose number and unit ``match`` has found."""
    unit = match["unit"].casefold()
    if _SIGNS.search(match["gap"]):
        line = f"{line[: match.start('gap')]} {match['rest']}"
    level = 1 if unit in members(__file__, "top") else 2
    line = line.replace(match["number"], match["number"].translate(_NARROW), 1)
    return Heading(line, level, "body", number_of(match["number"]), not match["rest"], unit, before, sure)


def _perhaps(match: re.Match[str], title: str, before: str, *, joined: bool = False) -> Heading | None:
    rest = match["rest"]
    if rest and not match["gap"] and (_PROSE_AFTER.match(rest) or len(rest) > _MOST_ZH or _counts_things(match)):
        return None
    # A paragraph is no title.
    if len(re.findall("[。！？]|[.!?] [A-Z]", rest)) > 2 or (joined and not (match["gap"] or not rest)):
        return None
    return _of_unit(title, match, before, sure=False)


def is_title(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text)
    return bool(words) and all(word[0].isupper() or word.casefold() in members(__file__, "small") for word in words)


def _named(line: str) -> Heading | None:
    if match := pattern_of(__file__, "worded").fullmatch(line):
        return Heading(line, 1 if match["volume"] else 2)
    title = line.rstrip(" :：")
    kind = kind_of(line) if len(line) <= 30 else None
    if kind and not _SENTENCE_END.search(title):
        return Heading(title, 2, kind)
    first, gap, rest = re.match(r"([^\s：:·—-]*)([\s：:·—-]*)(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
    names = _names("named")
    if "".join(line.split()).casefold() in names and (not line[0].isascii() or line[0].isupper()):
        return Heading(line, 2)
    if first in names and not first.isascii() and gap and len(rest) <= 24 and not _SENTENCE_END.search(rest):
        return Heading(title, 2)
    if pattern_of(__file__, "headings_extra", "forms.yaml").fullmatch(line):
        return Heading(line, 2)
    if first.casefold().rstrip(".") in names and first.isascii() and first[0].isupper():
        if gap.strip() and is_title(rest) and len(rest) <= 60:
            return Heading(title, 2)
        if not rest and first.isascii():
            return Heading(title, 2)
    return None
