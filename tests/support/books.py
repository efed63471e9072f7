"""A short book whose every sentence is another one, so that what is spoken twice is seen."""

from __future__ import annotations

import time
from pathlib import Path
from unittest.mock import patch

from indextts.books import parts
from indextts.books.model import Chapter, Manuscript, Quotation, Timed
from indextts.works.db.model import Job
from tests.support.restarted import OWNER, make
from tests.support.whole import WholeService

_MARKS = "春夏秋冬东南西北山水花鸟风雨雷电"
_NUMBERS = "一二三四五六七八九十"


def chapter(number: int, paragraphs: int = 3) -> Chapter:
    """Two sentences a paragraph; the last sentence of all is said by 老王."""
    mark = _MARKS[number]
    lines = [f"{mark}{_NUMBERS[line]}号的故事。{mark}{_NUMBERS[line]}楼的故事。" for line in range(paragraphs)]
    said = f"“{mark}家的故事。”"
    text = "\n".join([*lines, said])
    return Chapter(f"第{_NUMBERS[number]}章", text, quotations=(Quotation(len(text) - len(said), len(text), "老王"),))


def manuscript(chapters: int = 3, paragraphs: int = 3) -> Manuscript:
    return Manuscript("书", tuple(chapter(number, paragraphs) for number in range(chapters)), language="zh")


def stories(folder: Path) -> list[str]:
    """What the engine was asked to say, titles and its warm-up left out."""
    log = folder / "spoken.txt"
    return [line for line in log.read_text(encoding="utf-8").splitlines() if "故事" in line] if log.exists() else []


def ended(service: WholeService, book: str) -> Job:
    *_, last = service.works.jobs.follow(OWNER, book)
    return last


def live_with_book(folder: Path, number: int, segment_s: float) -> None:
    """Serve until somebody kills this process: go on with the book, or begin it."""
    service = make(folder, segment_s)
    service.works.start()
    library = service.works.books
    if not library.listed(OWNER)[0]:
        book = library.create(OWNER, manuscript(), options={"format": "wav"})
        service.works.jobs.start_book(OWNER, book.id)
    (folder / f"ready-{number}").touch()
    time.sleep(600)


CUES = [(f"{one}天的故事。", 1.0 + 3.0 * number) for number, one in enumerate("春夏秋冬今")]


def subtitles(cues: list[tuple[str, float]], lasts_s: float = 2.5) -> Manuscript:
    """A chapter whose every line is to be heard at its time."""
    timed, at = [], 0
    for line, begin_s in cues:
        timed.append(Timed(at, at + len(line), begin_s, begin_s + lasts_s))
        at += len(line) + 1
    return Manuscript("片", (Chapter("", "\n".join(line for line, _ in cues), timed=tuple(timed)),), language="zh")


def live_with_dub(folder: Path, number: int, segment_s: float) -> None:
    """The same with a film of short parts."""
    with patch.object(parts, "_MOST_TIMED", 12):
        service = make(folder, segment_s)
        service.works.start()
        library = service.works.books
        if not library.listed(OWNER)[0]:
            options = {"format": "wav", "fit": True, "length_s": 20.0}
            book = library.create(OWNER, subtitles(CUES), options=options)
            service.works.jobs.start_book(OWNER, book.id)
        (folder / f"ready-{number}").touch()
        time.sleep(600)
