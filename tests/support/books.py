"""A short book whose every sentence is another one, so that what is spoken twice is seen."""

from __future__ import annotations

import time
from pathlib import Path

from indextts.books.model import Chapter, Manuscript, Quotation
from indextts.service.service import SpeechService
from indextts.works.model import Job
from tests.support.restarted import OWNER, make

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


def ended(service: SpeechService, book: str) -> Job:
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
