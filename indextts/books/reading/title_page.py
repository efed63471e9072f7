"""The front matter before the first chapter: title, author, and where it ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from indextts.books.reading.adverts import is_notice
from indextts.books.reading.blocks import Block
from indextts.books.reading.headings import heading, numbered
from indextts.books.reading.tidy import is_chinese
from indextts.platform.tables import pattern_of
from indextts.reading.text.tokens import is_guessed
from indextts.voices.sexes import sex_of, table

_MOST_LINES: Final = 30
_TITLE: Final = 50
_FIELDS: Final = ("title", "author", "translator", "publisher", "date")
_LABELS: Final = {key: pattern_of(__file__, f"label_{key}", "forms.yaml") for key in _FIELDS}
_DRESS: Final = "《》#=*—-─━═~～ ◎●○※☆★◇◆■□"
_TITLE_BY: Final = pattern_of(__file__, "title_page_title_by", "forms.yaml")
_BY: Final = pattern_of(__file__, "title_page_by", "forms.yaml")
_BY_ALONE: Final = pattern_of(__file__, "title_page_by_alone", "forms.yaml")
_WROTE: Final = pattern_of(__file__, "title_page_wrote", "forms.yaml")
_SHELF: Final = pattern_of(__file__, "title_page_shelf", "forms.yaml")
_NAMED: Final = re.compile(r"《(?P<title>[^》]{1,80})》")
PROSE_END: Final = re.compile(r"[。！？…”」]$|[.!?][\"”’]?$")


@dataclass
class TitlePage:
    """What was found, and how many lines of the text it takes."""

    title: str = ""
    author: str = ""
    lines: int = 0
    metadata: dict[str, str] = field(default_factory=dict)


def read_title_page(lines: Sequence[str], *, alone: bool) -> TitlePage:
    """The title page at the beginning of ``lines``; ``alone``: a heading follows them."""
    page, field_ = TitlePage(), pattern_of(__file__, "field")
    beside = [field_.fullmatch, *(pattern_of(__file__, name).match for name in ("banner", "imprint", "of_archive"))]
    match = _TITLE_BY.fullmatch(lines[0]) if lines else None
    is_above = alone or any(map(_is_prose, lines[1:2]))
    if match and (any(map(field_.fullmatch, lines[1:2])) or (is_above and _is_by(match))):
        page = TitlePage(match["title"].strip("《》 "), match["author"].strip(), 1)
    above = ""
    for number, line in enumerate(one.strip("『』") for one in lines[:_MOST_LINES]):
        by, above = above, ""
        if _BY_ALONE.fullmatch(line) and number + 1 < len(lines) and not _is_prose(lines[number + 1]):
            above = f"{line.rstrip(':： ')}: "
            continue
        known = (
            any(one(line) for one in beside)
            or is_notice(line)
            or (page.lines > 0 and page.title.casefold() == line.casefold())
        )
        is_below = number == 1 and (alone or any(map(_is_prose, lines[2:3])))
        if (
            take_line(page, f"{by}{line}")
            or ((page.title or page.author) and known)
            or (is_below and take_name(page, line))
        ):
            page.lines = number + 1
            # Above the title of a manuscript stand its writer's name and address.
            if number > 1 and page.author and lines[0].casefold().startswith(page.author.casefold()):
                page.title = lines[number - 1].strip(_DRESS)
        elif _is_prose(line):
            break
        elif not page.title and number == 0 and not pattern_of(__file__, "also_by").fullmatch(line):
            page.title = line.strip(_DRESS)
    is_free = not page.lines or page.author in lines[1:2]
    first_is_title = bool(page.title) and bool(lines) and page.title in lines[0] and is_free
    # One short line may be the beginning of the text as well; it is the title where a heading follows.
    if first_is_title and (alone and len(lines) <= 3 and all(len(line) <= _TITLE for line in lines)):
        page.lines = len(lines)
    elif first_is_title and _NAMED.fullmatch(lines[0]):
        page.lines = 1
    elif first_is_title and not page.lines:
        is_title = alone and len(lines) > 1 and len(lines[0]) <= 30 and not numbered(lines[0])
        page.title = lines[0].strip(_DRESS) if is_title else ""
        page.lines = 1 if page.title else 0
    return page


def _is_by(match: re.Match[str]) -> bool:
    """Whether a title and who wrote it stand on one line; a play may be by the sea."""
    return match["by"] != "by" or is_chinese(match["author"]) or is_person(match["author"])


def take_name(page: TitlePage, line: str) -> bool:
    """Put the ``line`` below the title onto the page if it is nothing but the name of who wrote the book."""
    name = line.removesuffix("作品").strip()
    if page.title and not page.author and is_person(name) and not is_person(page.title):
        page.author = name
        return True
    return False


def _is_prose(line: str) -> bool:
    return len(line) > _TITLE or (PROSE_END.search(line) is not None and not _NAMED.fullmatch(line))


def from_name(name: str) -> tuple[str, str]:
    """Title and author that the name of a file tells: ``《三体》作者：刘慈欣.txt``."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", name.replace("\\", "/").rpartition("/")[2]).strip()
    author = _LABELS["author"].search(stem)
    title = _NAMED.search(stem)
    plain = title["title"] if title else stem[: author.start()] if author else stem
    plain, aside = plain.strip(" -—"), pattern_of(__file__, "name_aside", "forms.yaml")
    plain = aside.sub(lambda match: match["whole"] or "", plain).strip() or plain
    if author:
        return plain, author["value"].strip(" 》)）]】")
    two = re.split(r"\s[-–—]\s|(?<=[\u4e00-\u9fff])_(?=[\u4e00-\u9fff])", plain)
    writers = [at for at, part in enumerate(two) if _is_writer(part)]
    writers = [at for at in writers if sex_of(two[at].split()[0])] if len(writers) > 1 else writers
    if len(two) == 2 and len(writers) == 1 and not title:
        return two[1 - writers[0]], two[writers[0]]
    return plain.replace("_", " "), ""


def _is_writer(name: str) -> bool:
    """Whether a part of the name of a file may be the name of a person."""
    if name.isascii():
        return pattern_of(__file__, "name_writer", "forms.yaml").fullmatch(name) is not None
    return 1 < len(name) < 5 and name[0] in table("zh", "surnames") and is_guessed(name)


def is_person(name: str) -> bool:
    """Whether nothing else but a person is called so: a first name, or letters for it, stands before another."""
    name = name.title() if name.isupper() else name
    if not name.isascii():
        return _is_writer(name)
    first = name.partition(" ")[0]
    return (_is_writer(name) and bool(sex_of(first))) or re.fullmatch(r"(?:[A-Z]\. ?)+[A-Z][a-z’'-]+", name) is not None


def take_line(page: TitlePage, line: str) -> bool:
    """Put what ``line`` says onto the page, if it says something."""
    if not 0 < len(line) <= 120:
        return False
    line = line[1:-1].strip() if line[:1] in "（(" and line[-1:] in "）)" else line
    if (match := _SHELF.fullmatch(line)) and not page.title:
        page.title, page.author = match["title"], match["author"]
        return True
    for key, pattern in _LABELS.items():
        match = pattern.fullmatch(line)
        if match:
            value = match["value"].strip("《》 ")
            if key == "title":
                page.title = value
            elif key == "author":
                page.author = page.author or value
            else:
                page.metadata.setdefault(key, value)
            return True
    found = _LABELS["author"].search(line)
    if found and not page.title and 1 < found.start() <= _TITLE and line[found.start() - 1].isspace():
        page.title, page.author = line[: found.start()].strip(f"{_DRESS} "), page.author or found["value"]
        return True
    if match := _NAMED.match(line):
        page.title = page.title or match["title"]
        rest = line[match.end() :].strip()
        found = _LABELS["author"].search(rest) or _WROTE.fullmatch(rest)
        said = found.groupdict() if found else {"author": rest} if rest and _is_writer(rest) else {}
        page.author = page.author or (said.get("author") or said.get("value") or "").strip()
        return not rest or bool(said)
    if not page.author and (match := _BY.fullmatch(line) or _WROTE.fullmatch(line)):
        page.author, by = match["author"].strip(" ,"), match.groupdict().get("translator")
        page.metadata |= {"translator": by} if by else {}
        return True
    return False


def take_title(blocks: list[Block], title: str = "", *, least: int = 1, is_signed: bool = False) -> TitlePage:
    """The title page that the ``blocks`` begin with, which is taken from them; ``title``: where another tells it.

    A title is a heading that at ``least`` so many lower ones follow, or one between which and the next is nothing but
    who wrote the book; or nothing, where a line that did is left out, as it ``is_signed``. Another one stays.
    """
    at = end = 0 if title else 1
    if at and not (blocks and blocks[0].level == 1 and not heading(blocks[0].text)):
        return TitlePage()
    page, imprint = TitlePage(title or blocks[0].text), pattern_of(__file__, "imprint")
    while end < len(blocks) and not blocks[end].level:
        lines = blocks[end].text.split("\n")
        if not all(
            take_line(page, one) or (end == at and take_name(page, one)) or (page.author and imprint.match(one))
            for one in lines
        ):
            break
        end += 1
    levels = [one.level for one in blocks[at:] if one.level]
    is_signed = is_signed and levels.count(1) > 1
    is_page = (end > at or is_signed) and any(one.level for one in blocks[end : end + 1])
    if at and 1 in levels and not is_page:
        return TitlePage()
    del blocks[0 if is_page or levels.count(sum(levels[:1])) >= least else at : end]
    return page
