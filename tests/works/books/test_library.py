"""Books: kept as they are changed, by their owner alone; chapters and who speaks in them go along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from indextts.books.model import UNKNOWN, Chapter, Fix, Manuscript, Quotation, Role
from indextts.books.shaping import said_by
from indextts.model.errors import StudioError
from indextts.platform.serving_config import CacheConfig
from indextts.works.books import library as books
from indextts.works.books.casts import Casts
from indextts.works.books.library import BookLibrary
from indextts.works.db.database import BookRow, ChapterRow, JobRow, WorksDatabase
from indextts.works.db.model import GONE_S, Wanted
from indextts.works.db.quota import trim
from indextts.works.db.records import Records

ME, OTHER = "local", "somebody"
TEXT = "天黑了。\n“你好，”老人说。\n“再见。”小明说。"


class Clock:
    """Seconds that pass as a test says."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[WorksDatabase]:
    database = WorksDatabase(tmp_path / "works.sqlite3")
    yield database
    database.close()


@pytest.fixture
def library(database: WorksDatabase, clock: Clock) -> BookLibrary:
    return BookLibrary(database, lambda: ("deep", "bright"), clock=clock)


@pytest.fixture
def casts(database: WorksDatabase, clock: Clock) -> Casts:
    def newcomers(names: Sequence[str], *_: object) -> dict[str, Role]:
        return {name: Role("bright", emotion="auto") for name in names}

    return Casts(database, lambda: ("deep", "bright"), newcomers=newcomers, clock=clock)


def chapter(title: str = "第一章", *, speakers: tuple[str, str] = ("老人", "小明"), **more: Any) -> Chapter:
    spans = [(TEXT.index(words), len(words)) for words in ("“你好，”", "“再见。”")]
    said = tuple(Quotation(at, at + size, who, 0.9) for (at, size), who in zip(spans, speakers, strict=True))
    return Chapter(title, TEXT, quotations=said, **more)


def manuscript(*chapters: Chapter, **more: Any) -> Manuscript:
    return Manuscript("夜", chapters or (chapter(),), **{"author": "无名", "language": "zh", **more})


def job(name: str, book: str | None = None, at: int | None = None, **more: Any) -> JobRow:
    fields = {"owner": ME, "kind": "speech" if book else "book", "state": "done", "created": 1.0, "updated": 1.0}
    return JobRow(id=name, book_id=book, chapter=at, part=None if at is None else 0, **{**fields, **more})


def put(database: WorksDatabase, *rows: JobRow) -> None:
    with database.writing() as session:
        session.add_all(rows)


def refused(code: str, work: Any) -> StudioError:
    with pytest.raises(StudioError) as told:
        work()
    assert told.value.code == code
    return told.value


def test_a_book_is_kept_with_all_that_was_read(library: BookLibrary) -> None:
    read = manuscript(
        chapter(fixes=(Fix(10, 12, "lao3 ren2"),)),
        Chapter("版权", "翻印必究", kind="front", on=False),
        metadata={"publisher": "社"},
        cover=b"\xff\xd8picture",
        warnings=(("a note", "提示"),),
    )
    made = library.create(ME, read, source="夜.epub", content="ab" * 32, cast={"老人": Role("deep", others=("老头",))})
    assert library.get(ME, made.id) == made
    assert (made.title, made.author, made.language, made.source) == ("夜", "无名", "zh", "夜.epub")
    assert (made.cover, made.metadata, made.warnings) == (True, {"publisher": "社"}, (("a note", "提示"),))
    assert made.cast == {"老人": Role("deep", others=("老头",))}
    assert [(one.number, one.title, one.kind, one.on) for one in made.chapters] == [
        *((1, "第一章", "body", True), (2, "版权", "front", False))
    ]
    assert (made.characters, made.chapters[0].quotations, made.chapters[0].unsure) == (len(TEXT), 2, 0)
    assert made.options.format == "m4b" and made.options.titles is True
    assert library.chapters(ME, made.id) == list(read.chapters)
    assert library.cover(ME, made.id) == b"\xff\xd8picture"
    assert library.of_content(ME, "ab" * 32) == made and library.of_content(OTHER, "ab" * 32) is None


def test_another_cover_asks_for_no_more_speech(library: BookLibrary, clock: Clock) -> None:
    before = library.create(ME, manuscript())
    clock.now += 5
    after = library.keep_cover(ME, before.id, b"\xff\xd8another")
    assert after.cover and (after.updated, after.revision) == (before.updated, before.revision + 1)


def test_what_belongs_to_somebody_else_is_not_there(library: BookLibrary, casts: Casts) -> None:
    book = library.create(ME, manuscript()).id
    for work in (
        lambda: library.get(OTHER, book),
        lambda: library.change(OTHER, book, title="我的"),
        lambda: library.chapters(OTHER, book),
        lambda: library.split(OTHER, book, 1, 5),
        lambda: library.delete(OTHER, book),
        lambda: library.cover(OTHER, book),
        lambda: library.notes(OTHER, book),
        lambda: casts.get(OTHER, book),
        lambda: casts.say(OTHER, book, 1, 0, "甲"),
    ):
        refused("no_book", work)
    refused("undo_gone", lambda: library.restore(OTHER, book))
    assert library.listed(OTHER) == ([], 0)


def test_books_are_listed_the_last_changed_first_and_found_by_title_and_author(library: BookLibrary) -> None:
    first = library.create(ME, manuscript())
    second = library.create(ME, manuscript(), title="白天 100%", author="某人")
    assert [one.id for one in library.listed(ME)[0]] == [second.id, first.id]
    library.change(ME, first.id, language="en")
    found, total = library.listed(ME, limit=1)
    assert ([one.id for one in found], total, found[0].characters) == ([first.id], 2, len(TEXT))
    assert [one.id for one in library.listed(ME, search="某")[0]] == [second.id]
    library.change(ME, second.id, title="Mémoires　２", author="Émile 某人 100%")
    for wanted in ("MÉMOIRES 2", "émile　某", "ÉMILE", "１００％"):
        assert [one.id for one in library.listed(ME, search=wanted)[0]] == [second.id], wanted
    assert library.listed(ME, search="100%")[1] == 1 and library.listed(ME, search="_")[1] == 0


def test_settings_options_and_words_are_changed_and_checked(library: BookLibrary) -> None:
    book = library.create(ME, manuscript()).id
    entry = {"word": "重庆", "reading": "chong2 qing4"}
    made = library.change(
        ME, book, settings={"voice": "deep", "emotion": {"happy": 0.5}, "speed": 1.2, "seed": 3.0},
        options={"format": "mp3", "chapter_pause_s": 1}, words=[entry],
    )  # fmt: skip
    assert made.settings == {"voice": "deep", "emotion": "happy:0.5", "speed": 1.2, "seed": 3}
    assert (made.options.format, made.options.chapter_pause_s, made.options.norm) == ("mp3", 1.0, "none")
    assert library.change(ME, book, options={"norm": "acx"}).options.format == "mp3"
    assert library.settings(ME, book).voice == "deep" and library.words(ME, book)[0].reading == "chong2 qing4"
    for code, fields in (
        ("unknown_choice", {"settings": {"voice": "nobody"}}),
        ("out_of_range", {"settings": {"speed": 9}}),
        ("invalid_value", {"settings": {"colour": 1}}),
        ("invalid_value", {"options": {"format": "exe"}}),
        ("invalid_value", {"options": {"zip_format": "zip"}}),
        ("invalid_value", {"options": {"chapter_pause_s": -1}}),
        ("invalid_value", {"options": {"titles": "yes"}}),
        ("bad_reading", {"words": [{"word": "重庆", "reading": "x9", "kind": "pinyin"}]}),
        ("invalid_value", {"title": "a\nb"}),
        ("invalid_value", {"language": "fr"}),
        ("invalid_value", {"pages": 3}),
    ):
        refused(code, lambda fields=fields: library.change(ME, book, **fields))


def test_options_of_another_version_are_read(library: BookLibrary, database: WorksDatabase) -> None:
    book = library.create(ME, manuscript(), options={"format": "mp3"}).id
    with database.writing() as session:
        row = session.get_one(BookRow, book)
        assert row.options == {"format": "mp3"}, "only what was given is stored"
        row.options = {"norm": "acx", "music": {"intro": {"level_db": -6.0}}, "smell": "roses"}
    kept = library.get(ME, book).options
    assert (kept.format, kept.norm, kept.chapter_pause_s) == ("m4b", "acx", 2.0)
    assert kept.music.intro.level_db == -6.0 and kept.model_dump()["music"] == {"intro": {"level_db": -6.0}}
    assert library.change(ME, book, options={"titles": False}).options.norm == "acx"


def test_another_window_that_was_faster_is_told(library: BookLibrary, casts: Casts) -> None:
    book = library.create(ME, manuscript())
    assert library.change(ME, book.id, revision=1, title="昼").revision == 2
    assert library.change(ME, book.id, revision=1, title="昼").revision == 2, "the same is no conflict"
    for work in (
        lambda: library.change(ME, book.id, revision=1, title="夜"),
        lambda: library.change_chapter(ME, book.id, 1, revision=1, on=False),
        lambda: library.split(ME, book.id, 1, 5, revision=1),
        lambda: library.merge(ME, book.id, 1, revision=1),
        lambda: casts.change(ME, book.id, revision=1, rename={"from": "老人", "to": "张三"}),
        lambda: casts.say(ME, book.id, 1, 0, "小明", revision=1),
    ):
        refused("project_changed", work)
    assert library.change(ME, book.id, revision=1, favourite=True).favourite, "no contents"


def test_a_chapter_is_ticked_renamed_and_edited(library: BookLibrary) -> None:
    book = library.create(ME, manuscript(chapter(), chapter("第二章"))).id
    library.change_chapter(ME, book, 2, on=False, title="第二章 夜行")
    changed = library.change_chapter(ME, book, 1, text=f"一天，{TEXT}\r\n完。")
    assert changed.text.endswith("。\n完。")
    assert [changed.text[one.start : one.end] for one in changed.quotations] == ["“你好，”", "“再见。”"]
    seen = library.get(ME, book)
    assert [(one.title, one.on, one.characters) for one in seen.chapters] == [
        *(("第一章", True, len(TEXT) + 6), ("第二章 夜行", False, len(TEXT)))
    ]
    assert seen.revision == 3 and seen.characters == len(TEXT) + 6
    refused("no_chapter", lambda: library.change_chapter(ME, book, 3, on=False))
    refused("text_invalid", lambda: library.change_chapter(ME, book, 1, text="\0"))


def test_marks_that_are_written_into_a_chapter_are_obeyed_and_move_along(library: BookLibrary) -> None:
    book = library.create(ME, manuscript(chapter())).id
    made = library.change_chapter(ME, book, 1, text=f"{TEXT}\n[sad 0.4]雨停了。[/sad][pause 2s]<行|hang2>啊。")
    assert made.text == f"{TEXT}\n雨停了。行啊。"
    first = len(TEXT) + 1
    felt, still = made.directions
    assert (felt.start, felt.end, felt.emotion, felt.intensity) == (first, first + 4, "sad", 0.4)
    assert (still.start, still.before_s) == (first + 4, 2.0) and made.fixes == (Fix(first + 4, first + 5, "hang2"),)
    assert [one.speaker for one in made.quotations] == [one.speaker for one in chapter().quotations]
    made = library.change_chapter(ME, book, 1, text=f"从前。{made.text.replace('雨停', '雨都停')}")
    assert made == library.chapter(ME, book, 1)
    assert [made.text[one.start : one.end] for one in made.directions] == ["雨都停了。", "行"]


def test_quotations_and_readings_of_a_chapter_are_written_whole(library: BookLibrary) -> None:
    book = library.create(ME, manuscript()).id
    at = TEXT.index("“你好")
    one, other = {"start": at, "end": at + 5, "speaker": "老人"}, {"start": 0, "end": 4, "speaker": UNKNOWN}
    made = library.change_chapter(
        ME, book, 1, quotations=[one, other], fixes=[{"start": 1, "end": 2, "reading": "hēi"}]
    )
    assert [(q.start, q.speaker, q.source) for q in made.quotations] == [(0, "?", "user"), (at, "老人", "rule")]
    assert made.fixes == (Fix(1, 2, "hei1"),)
    for bad in (
        {"quotations": [one, {**one, "start": at + 1}]},
        {"quotations": [{**one, "end": len(TEXT) + 1}]},
        {"quotations": [{**one, "speaker": "a\nb"}]},
        {"quotations": [{**one, "volume": 1}]},
        {"fixes": [{"start": 1, "end": 2, "reading": " "}]},
    ):
        refused("invalid_value", lambda bad=bad: library.change_chapter(ME, book, 1, **bad))
    refused(
        "bad_reading", lambda: library.change_chapter(ME, book, 1, fixes=[{"start": 1, "end": 2, "reading": "hei9"}])
    )


def test_a_split_moves_what_was_spoken_of_later_chapters_and_a_merge_moves_it_back(
    library: BookLibrary, database: WorksDatabase
) -> None:
    book = library.create(ME, manuscript(chapter(), chapter("第二章"), chapter("第三章"))).id
    put(database, job(book), *(job(f"part{at}", book, at) for at in (1, 2, 3)))

    def places() -> list[tuple[str, int, int]]:
        with database.reading() as session:
            rows = session.query(JobRow).filter(JobRow.book_id == book).order_by(JobRow.id)
            return [(row.id, row.chapter or 0, row.part or 0) for row in rows]

    split = library.split(ME, book, 2, TEXT.index("“再见"))
    assert [(one.number, one.title, one.quotations) for one in split.chapters] == [
        *((1, "第一章", 2), (2, "第二章", 1), (3, "第二章（下）", 1), (4, "第三章", 2))
    ]
    assert places() == [("part1", 1, 0), ("part2", 2, 0), ("part3", 4, 0)]
    library.merge(ME, book, 2)
    merged = library.merge(ME, book, 1)
    assert [(one.number, one.title, one.quotations) for one in merged.chapters] == [(1, "第一章", 4), (2, "第三章", 2)]
    assert places() == [("part1", 1, 0), ("part2", 1, 1), ("part3", 2, 0)]
    for at in (0, len(TEXT) * 9):
        refused("invalid_value", lambda at=at: library.split(ME, book, 2, at))
    refused("no_chapter", lambda: library.merge(ME, book, 2))
    refused("no_chapter", lambda: library.split(ME, book, 9, 3))


def test_chapters_are_not_split_under_the_hands_of_who_speaks_them(
    library: BookLibrary, database: WorksDatabase
) -> None:
    book = library.create(ME, manuscript()).id
    put(database, job(book, state="running"))
    refused("book_under_way", lambda: library.split(ME, book, 1, 5))


def test_the_cast_shows_what_each_one_says_and_roles_are_changed_piece_by_piece(
    library: BookLibrary, casts: Casts
) -> None:
    book = library.create(ME, manuscript(chapter(), chapter(speakers=("老人", UNKNOWN))), cast={"老人": Role()}).id
    cast = casts.change(ME, book, roles={"老人": {"voice": "deep", "speed": 0.9}, "": {"emotion": "calm"}})
    assert [(one.name, one.quotations, one.lines[:1]) for one in cast.characters] == [
        *(("", 0, ()), ("老人", 2, ("“你好，”",)), ("小明", 1, ("“再见。”",)))
    ]
    assert cast.nobody == 1 and cast.revision == 2
    cast = casts.change(ME, book, roles={"老人": {"speed": None, "gender": "male", "intensity": 0.4}})
    assert cast.characters[1].role == Role("deep", intensity=0.4, gender="male")
    gone = casts.change(ME, book, roles={"小明": None})
    assert gone.nobody == 2 and [one.name for one in gone.characters] == ["", "老人"]
    for code, roles in (
        ("unknown_choice", {"老人": {"voice": "nobody"}}),
        ("invalid_value", {"老人": {"speed": 3}}),
        ("unknown_choice", {"老人": {"emotion": "furious"}}),
        ("invalid_value", {"?": {"voice": "deep"}}),
        ("invalid_value", {"老人": {"hat": "red"}}),
        ("no_character", {"谁": None}),
    ):
        refused(code, lambda roles=roles: casts.change(ME, book, roles=roles))


def test_characters_are_renamed_and_two_that_are_one_are_joined(library: BookLibrary, casts: Casts) -> None:
    cast = {"老人": Role("deep", gender="male"), "小明": Role(), "张三": Role()}
    book = library.create(ME, manuscript(), cast=cast).id
    refused("character_exists", lambda: casts.change(ME, book, rename={"from": "老人", "to": "张三"}))
    casts.change(ME, book, rename={"from": "小明", "to": "明明"})
    assert library.get(ME, book).cast["明明"].others == ("小明",), "whom the text calls so is still the same"
    joined = casts.change(ME, book, join={"from": "老人", "into": "张三"})
    assert {one.name: one.quotations for one in joined.characters} == {"": 0, "张三": 1, "明明": 1}
    assert library.get(ME, book).cast["张三"] == Role(others=("老人",), gender="male")
    assert [one.speaker for one in library.chapter(ME, book, 1).quotations] == ["张三", "明明"]
    refused("no_character", lambda: casts.change(ME, book, join={"from": "老人", "into": "张三"}))
    refused("invalid_value", lambda: casts.change(ME, book, join={"from": "张三", "into": "张三"}))


def test_lines_that_were_in_doubt_between_the_names_of_one_are_certain_when_these_are_joined(
    library: BookLibrary, casts: Casts
) -> None:
    lines = (("韩德顺", "老人问"), ("老人", "老人说"), ("老人", ""), ("小明", "老人看着小明"), ("韩德顺", "他说"))
    text = "".join("“走吧。”\n" for _ in lines)
    said = tuple(
        Quotation(6 * number, 6 * number + 5, who, 0.28, "rule", words) for number, (who, words) in enumerate(lines)
    )
    whole = Manuscript("书", (Chapter("一", text, quotations=said),))
    book = library.create(ME, whole, cast={name: Role() for name, _ in lines}).id
    casts.change(ME, book, join={"from": "老人", "into": "韩德顺"})
    joined = library.chapter(ME, book, 1).quotations
    assert [(one.speaker, one.probability == 1) for one in joined] == [
        ("韩德顺", True), ("韩德顺", True), ("韩德顺", False), ("小明", False), ("韩德顺", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("“走吧。”", "“走吧。”"),
        (f"“{'I walked home. ' * 5}Tomorrow”", f"“{'I walked home. ' * 5}".rstrip() + "…"),
        (f"“{'天' * 79}。”", f"“{'天' * 78}…"),
    ],
)
def test_a_line_that_shows_how_somebody_speaks_is_cut_between_words_and_says_so(
    library: BookLibrary, casts: Casts, line: str, shown: str
) -> None:
    said = (Quotation(0, len(line), "老人"),)
    book = library.create(ME, Manuscript("书", (Chapter("一", line, quotations=said),)), cast={"老人": Role()}).id
    assert casts.get(ME, book).characters[1].lines == (shown,)


@pytest.mark.parametrize(
    ("girl", "voice"),
    [
        (Role("deep", picked=True), "bright"),
        (Role("deep"), "deep"),  # a person has chosen it
        (Role("deep", gender="female", picked=True), "deep"),
        (Role(), ""),
    ],
)
def test_a_voice_that_nobody_chose_follows_the_sex_of_who_is_joined(
    library: BookLibrary, casts: Casts, girl: Role, voice: str
) -> None:
    cast = {"小明": Role("bright", gender="female", picked=True), "老人": girl}
    book = library.create(ME, manuscript(), cast=cast).id
    casts.change(ME, book, join={"from": "小明", "into": "老人"})
    joined = library.get(ME, book).cast["老人"]
    assert (joined.voice, joined.gender, joined.others) == (voice, "female", ("小明",))


def test_a_new_line_with_a_name_of_the_cast_is_said_by_that_one(library: BookLibrary) -> None:
    book = library.create(ME, manuscript(), cast={"老人": Role("deep", others=("老头",)), "阿雪": Role("bright")}).id
    changed = library.change_chapter(ME, book, 1, text=f"{TEXT}\n阿雪：等等！\n老头：好。\n注意：路滑。")
    assert changed.text == f"{TEXT}\n等等！\n好。\n注意：路滑。"
    said = [(one.speaker, changed.text[one.start : one.end]) for one in changed.quotations]
    assert said == [("老人", "“你好，”"), ("小明", "“再见。”"), ("阿雪", "等等！"), ("老人", "好。")]


def test_a_quotation_is_given_to_somebody_else_alone_or_with_all_of_the_same(
    library: BookLibrary, casts: Casts
) -> None:
    book = library.create(ME, manuscript(chapter(), chapter("第二章"))).id
    casts.say(ME, book, 1, 0, "王五")
    assert [one.speaker for one in library.chapter(ME, book, 2).quotations] == ["老人", "小明"]
    cast = casts.say(ME, book, 1, 1, "老人", everywhere=True)
    assert {one.name: one.quotations for one in cast.characters} == {"": 0, "老人": 3, "王五": 1, "小明": 0}
    said = library.chapter(ME, book, 2).quotations[1]
    assert (said.speaker, said.source, said.probability) == ("老人", "user", 1.0)
    assert casts.say(ME, book, 1, 0, "").characters[0].quotations == 1, "the narrator"
    refused("no_quotation", lambda: casts.say(ME, book, 1, 2, "老人"))
    refused("no_chapter", lambda: casts.say(ME, book, 3, 0, "老人"))


def test_attributing_anew_keeps_roles_and_adds_who_was_found(library: BookLibrary, casts: Casts) -> None:
    book = library.create(ME, manuscript(), cast={"老人": Role("deep"), "没人": Role()}).id

    def find(
        chapters: Sequence[Chapter], settings: object, cast: Mapping[str, Role]
    ) -> tuple[Sequence[Chapter], dict[str, Role]]:
        assert "没人" in cast or cast["张三"].others == ("老人",)
        said = [chapter.changed(quotations=chapter.quotations[:1]) for chapter in chapters]
        return said, {"老人": Role("bright"), "路人": Role("bright")}

    def find_again(
        chapters: Sequence[Chapter], settings: object, cast: Mapping[str, Role]
    ) -> tuple[Sequence[Chapter], dict[str, Role]]:
        said, roles = find(chapters, settings, cast)
        return [said_by(one, "老人", "张三") for one in said], {"路人": roles["路人"]}

    cast = casts.attribute(ME, book, find)
    assert {one.name: (one.role.voice, one.quotations) for one in cast.characters} == {
        "": ("", 0), "老人": ("deep", 1), "路人": ("bright", 0),
    }  # fmt: skip

    casts.change(ME, book, rename={"from": "老人", "to": "张三"})
    cast = casts.attribute(ME, book, find_again)
    assert {one.name: one.quotations for one in cast.characters} == {"": 0, "张三": 1, "路人": 0}

    def slow(
        chapters: Sequence[Chapter], settings: object, cast: Mapping[str, Role]
    ) -> tuple[Sequence[Chapter], dict[str, Role]]:
        library.change(ME, book, title="别的")
        return find(chapters, settings, cast)

    refused("project_changed", lambda: casts.attribute(ME, book, slow))


def test_attributing_anew_loses_no_line_of_whom_a_person_has_joined(library: BookLibrary, casts: Casts) -> None:
    book = library.create(ME, manuscript(), cast={"老人": Role("deep"), "小明": Role("bright")}).id
    casts.change(ME, book, join={"from": "老人", "into": "小明"})

    def find(chapters: Sequence[Chapter], *_: object) -> tuple[Sequence[Chapter], dict[str, Role]]:
        return [said_by(one, "小明", UNKNOWN) for one in chapters], {}

    cast = casts.attribute(ME, book, find)
    assert cast.nobody == 0 and cast.characters[1].name == "小明" and cast.characters[1].role.others == ("老人",)


def test_dialogue_that_is_written_into_a_chapter_is_cast(library: BookLibrary, casts: Casts) -> None:
    book = library.create(ME, manuscript(), cast={"老人": Role("deep"), "小明": Role("bright")}).id
    before = library.chapter(ME, book, 1)
    casts.say(ME, book, 1, 0, "小明")
    after = library.change_chapter(ME, book, 1, text=f"{before.text}\n“走吧，”老人说。\n“等等我。”阿福喊道。")
    assert [one.speaker for one in after.quotations[len(before.quotations) :]] == ["老人", "阿福"]
    assert after.quotations[0].speaker == "小明" and after.quotations[0].source == "user"
    casts.meet(ME, book, 1)
    assert {one.name for one in casts.get(ME, book).characters} == {"", "老人", "小明", "阿福"}


def test_what_a_split_leaves_of_a_quotation_is_cast(library: BookLibrary) -> None:
    text = "老人站着。\n老人说：“走吧。天黑了。”\n“再见。”小明说。"
    book = library.create(ME, Manuscript("书", (Chapter("一", text),)), cast={"老人": Role(), "小明": Role()}).id
    library.split(ME, book, 1, text.index("天黑了"))
    assert [one.speaker for one in library.chapter(ME, book, 1).quotations] == ["老人"]


def test_marks_and_the_place_are_kept_beside_the_contents(library: BookLibrary) -> None:
    book = library.create(ME, manuscript()).id
    assert library.notes(ME, book) == {"marks": [], "place": None}
    mark = {"job": "abc", "at_s": 3, "chapter": 1, "text": "你好", "note": "再听"}
    library.keep_notes(ME, book, marks=[mark], place={"job": "abc", "at_s": 7.5})
    assert library.get(ME, book).revision == 1
    assert library.notes(ME, book) == {
        "marks": [{**mark, "at_s": 3.0}], "place": {"job": "abc", "at_s": 7.5, "chapter": 1, "text": ""},
    }  # fmt: skip
    wrong: list[Any] = [{"marks": [{"at_s": -1}]}, {"marks": [{"job": "../x"}]}, {"place": {"x": 1}}, {"pages": []}]
    for bad in wrong:
        refused("invalid_value", lambda bad=bad: library.keep_notes(ME, book, **bad))


def test_what_is_deleted_comes_back_for_a_day_with_all_that_was_spoken(
    library: BookLibrary, database: WorksDatabase, clock: Clock
) -> None:
    book = library.create(ME, manuscript()).id
    put(database, job(book), job("part", book, 1), job("gone before", book, 1, deleted=5.0))
    library.delete(ME, book)
    refused("no_book", lambda: library.get(ME, book))
    assert library.sweep() == 0
    assert library.restore(ME, book).id == book
    with database.reading() as session:
        kept = {row.id: row.deleted for row in session.query(JobRow)}
    assert kept == {book: None, "part": None, "gone before": 5.0}
    library.delete(ME, book)
    clock.now += GONE_S + 2
    assert library.sweep() == 1
    refused("undo_gone", lambda: library.restore(ME, book))
    with database.reading() as session:
        assert [session.query(table).count() for table in (BookRow, ChapterRow, JobRow)] == [0, 0, 0]


def test_too_many_or_too_long_books_are_refused(library: BookLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "MAX_BOOKS", 1)
    book = library.create(ME, manuscript()).id
    refused("books_full", lambda: library.create(ME, manuscript()))
    library.create(OTHER, manuscript())
    monkeypatch.setattr(books, "MAX_CHARACTERS", 50)
    refused("text_too_long", lambda: library.change_chapter(ME, book, 1, text="字" * 51))
    refused("text_too_long", lambda: library.create("third", manuscript(Chapter("", "字" * 51))))


def test_parts_of_books_are_in_no_list_and_go_with_their_book_alone(
    library: BookLibrary, database: WorksDatabase, tmp_path: Path
) -> None:
    dear, other = library.create(ME, manuscript()).id, library.create(ME, manuscript()).id
    library.change(ME, dear, favourite=True)
    for book in (dear, other):
        put(database, job(book), *(job(f"{book}-{at}", book, at, plan=b"x" * 700_000, keys=["k"]) for at in (1, 2)))
    records = Records(tmp_path / "works.sqlite3")
    listed, total = records.listed(ME, Wanted())
    assert total == 2 and {one.id for one in listed} == {dear, other}
    assert [one.id for one in records.parts_of(dear)] == [f"{dear}-1", f"{dear}-2"]
    assert records.sounds_to_keep() == {"k"}
    assert trim(database, CacheConfig(takes_most=1), lambda: 10.0) == 0, "a book is one take, and a dear one is none"
    assert trim(database, CacheConfig(takes_disk_mb=1), lambda: 10.0) == 1
    with database.reading() as session:
        assert {row.id for row in session.query(JobRow)} == {dear, f"{dear}-1", f"{dear}-2"}
    assert library.get(ME, other).characters == len(TEXT), "its sound is gone, the book is not"
    records.close()
