"""Books that are read along: what reading programs find in them, checked by epubcheck and by hand."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from indextts.books.model import Chapter, Manuscript, Quotation
from indextts.sound.export.label import read_label
from tests.support.books import ended
from tests.support.epubs import ReadEpub, complaints, read_epub
from tests.support.restarted import OWNER, make
from tests.support.waiting import until
from tests.support.whole import WholeService

NOVEL = "天黑了，老人说：“走吧。”\n\n他重新点灯。银行的行长不在了。\n饕餮来了 <script>alert(1)</script> & 走了。"
ENGLISH = "It was late. The old man said, “Let us go.”\nHe read the book, and the lamp went out at 10 o’clock."
MIXED = "他说 hello，然后走了。\nThis is the second paragraph of it.\n2026年，我们在重庆住了三天。"


def cover() -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (60, 90), (120, 30, 30)).save(into, "JPEG")
    return into.getvalue()


def novel() -> Manuscript:
    said = "“走吧。”"
    at = NOVEL.index(said)
    quoted = (Quotation(at, at + len(said), "老人"),)
    chapters = (
        Chapter("版权页", "版权所有 © 2026\n某出版社", kind="front", on=False),
        Chapter("第一章 夜", NOVEL, quotations=quoted),
        Chapter("第二章", "第二章\n风停了。"),
        Chapter("后记", "谢谢。", kind="back", on=False),
    )
    about = {"publisher": "某社 & 子", "date": "2026-03", "description": "一本<书>。"}
    return Manuscript("夜 & 昼", chapters, author="某人", language="zh", cover=cover(), metadata=about)


def english() -> Manuscript:
    return Manuscript(
        "Night", (Chapter("Chapter 1", ENGLISH), Chapter("", "The end came. It was quiet.")), language="en"
    )


def mixed() -> Manuscript:
    return Manuscript("混合 Mix", (Chapter("第一章 Hello", MIXED),))


BOOKS: dict[str, tuple[Manuscript, dict[str, Any]]] = {
    "novel": (novel(), {"ruby": "rare", "notice": "both"}),
    "english": (english(), {"norm": "acx"}),
    "mixed": (mixed(), {"ruby": "all", "clips": "word", "zip_format": "m4a"}),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeService]:
    service = make(tmp_path_factory.mktemp("along"))
    yield service
    service.close()


@pytest.fixture(scope="module")
def made(service: WholeService) -> dict[str, tuple[str, Path]]:
    """Id and file of each book."""
    return {name: speak(service, *about) for name, about in BOOKS.items()}


def speak(service: WholeService, manuscript: Manuscript, options: dict[str, Any]) -> tuple[str, Path]:
    book = service.works.books.create(OWNER, manuscript, options={"format": "epub", **options})
    service.works.jobs.start_book(OWNER, book.id)
    done = ended(service, book.id)
    assert done.state == "done", done.error
    return book.id, service.works.jobs.file(OWNER, book.id, "epub")


@pytest.fixture(scope="module")
def read(made: dict[str, tuple[str, Path]]) -> dict[str, ReadEpub]:
    return {name: read_epub(path.read_bytes()) for name, (_, path) in made.items()}


@pytest.mark.parametrize("name", BOOKS)
def test_epubcheck_has_nothing_against_it(made: dict[str, tuple[str, Path]], name: str) -> None:
    assert complaints(made[name][1]) == []


@pytest.mark.parametrize("name", BOOKS)
def test_clips_follow_each_other_through_the_whole_sound(read: dict[str, ReadEpub], name: str) -> None:
    epub = read[name]
    heard = [page for page in epub.pages if page.clips]
    assert heard
    for page in heard:
        assert page.clips[0].begin == 0
        assert [one.end for one in page.clips[:-1]] == [one.begin for one in page.clips[1:]]
        assert all(one.begin < one.end for one in page.clips)
        assert page.duration == page.clips[-1].end <= 1000 * page.sound_s + 1
        assert page.duration > 1000 * page.sound_s - 200
        assert "".join(one.text for one in page.clips)
    (total,) = epub.meta["media:duration"]
    hours, minutes, seconds = total.split(":")
    assert round(1000 * (3600 * int(hours) + 60 * int(minutes) + float(seconds))) == sum(one.duration for one in heard)
    assert epub.meta["media:active-class"] == ["-epub-media-overlay-active"]


@pytest.mark.parametrize("name", ["novel", "english"])
def test_a_sentence_begins_with_its_caption_and_holds_it(
    service: WholeService, made: dict[str, tuple[str, Path]], read: dict[str, ReadEpub], name: str
) -> None:
    numbers = [number for number, one in enumerate(BOOKS[name][0].chapters, 1) if one.on]
    pages = [page for page in read[name].pages if page.clips]
    for number, page in zip(numbers, pages, strict=True):
        text = service.works.jobs.file(OWNER, made[name][0], "srt", number).read_text(encoding="utf-8")
        captions = [block.split("\n") for block in text.strip().split("\n\n")]
        said = "".join("".join(lines[2:]) for lines in captions)
        assert letters(said) == letters("".join(one.text for one in page.clips))
        begins = {begin: "".join(lines) for _, times, *lines in captions for begin in [milliseconds(times[:12])]}
        ends = [milliseconds(times[-12:]) for _, times, *_ in captions]
        if name == "novel":  # the other's silence in front is that of its norm
            for clip in page.clips[1:]:
                assert letters(begins[clip.begin]) == letters(clip.text)[: len(letters(begins[clip.begin]))]
            for end in ends:
                assert any(one.begin < end <= one.end + 1 for one in page.clips)


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def milliseconds(clock: str) -> int:
    hours, minutes, seconds = clock.replace(",", ".").split(":")
    return round(1000 * (3600 * int(hours) + 60 * int(minutes) + float(seconds)))


@pytest.mark.parametrize("name", BOOKS)
def test_the_text_is_the_books(read: dict[str, ReadEpub], name: str) -> None:
    chapters, pages = BOOKS[name][0].chapters, read[name].pages
    assert len(pages) == len(chapters)
    for page, chapter in zip(pages, chapters, strict=True):
        lines = [line for line in chapter.text.split("\n") if line]
        if chapter.title and lines[0] != chapter.title:
            lines.insert(0, chapter.title)
        found = [words for tag, _, words in page.paragraphs if tag != "hr"]
        notices = [words for words in found if "人工智能" in words]
        assert [words for words in found if words not in notices] == lines
        headings = [words for tag, _, words in page.paragraphs if tag == "h1"]
        assert headings == ([chapter.title] if chapter.title else [])
    assert next(title for _, title in read[name].contents) == chapters[0].title


def test_the_novel_has_all_that_belongs_to_it(read: dict[str, ReadEpub], made: dict[str, tuple[str, Path]]) -> None:
    epub = read["novel"]
    assert (epub.about("title"), epub.about("creator"), epub.about("language")) == ("夜 & 昼", "某人", "zh")
    assert (epub.about("publisher"), epub.about("date"), epub.about("description")) == (
        "某社 & 子",
        "2026-03",
        "一本<书>。",
    )
    assert re.fullmatch("urn:uuid:[0-9a-f-]{36}", epub.about("identifier") or "")
    assert "EPUB/cover.jpg" in epub.names and [bool(page.clips) for page in epub.pages] == [False, True, True, False]
    assert [tag for tag, _, _ in epub.pages[1].paragraphs].count("hr") == 1
    assert next(words for _, _, words in epub.pages[1].paragraphs) == "本音频由人工智能合成。"
    assert [words for _, _, words in epub.pages[2].paragraphs][-1] == "本音频由人工智能合成。"
    glosses = dict(epub.pages[1].glosses)
    assert glosses["饕"] == "tāo" and glosses["餮"] == "tiè"
    assert {"天", "黑", "走", "了"}.isdisjoint(glosses)


def test_the_label_stands_in_the_package_and_in_each_sound(
    read: dict[str, ReadEpub], made: dict[str, tuple[str, Path]], tmp_path: Path
) -> None:
    for name, form in (("novel", "mp3"), ("mixed", "m4a")):
        label = read_label(made[name][1])
        assert label is not None and label.label == "1"
        for page in read[name].pages:
            if page.clips:
                path = tmp_path / f"a.{form}"
                path.write_bytes(page.sound)
                assert read_label(path) == label


def test_words_have_clips_and_all_characters_their_pinyin(read: dict[str, ReadEpub]) -> None:
    (page,) = read["mixed"].pages
    units = [one.text for one in page.clips]
    assert {"重庆", "hello，", "然后", "我们", "Hello", "it."} <= set(units)
    glosses = page.glosses
    assert ("重", "chóng") in glosses and ("庆", "qìng") in glosses
    assert [char for char, _ in glosses] == re.findall(r"[\u4e00-\u9fff]", page.text)
    languages = [language for _, language, _ in page.paragraphs]
    assert languages == ["zh", "zh", "en", "zh"]


@pytest.mark.night
def test_the_same_book_has_the_same_bytes_and_another_choice_another_file(
    service: WholeService, made: dict[str, tuple[str, Path]]
) -> None:
    name, path = made["novel"]
    first = path.read_bytes()
    path.unlink()
    until(lambda: service.works.jobs.bind_book(OWNER, name, "epub").state != "making")
    assert service.works.jobs.file(OWNER, name, "epub").read_bytes() == first
    sound = service.works.jobs.file(OWNER, name, "mp3", 2)
    service.works.books.change(OWNER, name, options={"ruby": "none"})
    assert service.works.jobs.file(OWNER, name, "mp3", 2) == sound  # it says nothing of an EPUB's choices
    until(lambda: service.works.jobs.bind_book(OWNER, name, "epub").state != "making")
    plain = read_epub(service.works.jobs.file(OWNER, name, "epub").read_bytes())
    assert plain.pages[1].glosses == []


def test_a_chapter_alone_is_a_book_that_is_read_along(service: WholeService, made: dict[str, tuple[str, Path]]) -> None:
    epub = read_epub(service.works.jobs.file(OWNER, made["english"][0], "epub", 2).read_bytes())
    assert [page.text for page in epub.pages] == ["The end came. It was quiet."] and len(epub.pages[0].clips) == 2


def test_what_was_changed_since_it_was_spoken_is_shown_as_it_is_heard(service: WholeService) -> None:
    name, _ = speak(service, Manuscript("书", (Chapter("第一章", "风停了。雨来了。"),)), {})
    service.works.books.change_chapter(OWNER, name, 1, text="别的话。")
    until(lambda: service.works.jobs.bind_book(OWNER, name, "epub").state != "making")
    epub = read_epub(service.works.jobs.file(OWNER, name, "epub").read_bytes())
    assert epub.pages[0].text == "第一章\n风停了。雨来了。"
