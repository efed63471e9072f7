"""Proof-listening: what is doubtful in a book, and what a person's decision about it makes the engine say again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from indextts.books.model import Chapter, Manuscript, Quotation, Role
from indextts.model.errors import StudioError
from indextts.reading.lexicon.entry import draft
from indextts.works.books.doubts import BookDoubt
from tests.support.books import ended
from tests.support.restarted import OWNER, make
from tests.support.whole import WholeService

FIRST = "系带鞋很不错。他于6月21-23日入住酒店。\n这里的Zorblix很好。昨天下雨了。\n“走吧。”老人说。天气很好。"
SECOND = "系带鞋也不错。还是Zorblix好。\n没有别的了。"
THIRD = "天黑了。大家都走了。"


def manuscript() -> Manuscript:
    start = FIRST.index("“走吧")
    unsure = Quotation(start, start + 5, "老人", probability=0.4)
    chapters = (
        Chapter("第一章", FIRST, quotations=(unsure,)),
        Chapter("第二章", SECOND),
        Chapter("第三章", THIRD),
    )
    return Manuscript("书", chapters, language="zh")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[WholeService]:
    service = make(tmp_path)
    yield service
    service.close()


@pytest.fixture
def book(service: WholeService) -> str:
    made = service.works.books.create(OWNER, manuscript())
    spoken_again(service, made.id)
    return made.id


def spoken_again(service: WholeService, book: str) -> list[str]:
    """Speak the book; what the engine was asked for."""
    log = service.config.works_path.parent / "spoken.txt"
    before = len(log.read_text(encoding="utf-8").splitlines())
    service.works.jobs.start_book(OWNER, book)
    done = ended(service, book)
    assert done.state == "done", done.error
    return log.read_text(encoding="utf-8").splitlines()[before:]


def doubts(service: WholeService, book: str, kind: str = "", **wanted: Any) -> list[BookDoubt]:
    return service.works.doubts.page(OWNER, book, kind=kind, **wanted).doubts


def fix(service: WholeService, book: str, doubt: BookDoubt, **given: Any) -> Any:
    return service.works.fixing.fix(OWNER, book, doubt=doubt.id, **given)


def test_the_doubts_of_all_chapters_are_in_one_list_in_the_books_order(service: WholeService, book: str) -> None:
    page = service.works.doubts.page(OWNER, book)
    assert [(one.chapter, one.kind, one.text) for one in page.doubts] == [
        (1, "polyphone", "系"),
        (1, "number", "21-23"),
        (1, "word", "Zorblix"),
        (1, "speaker", "“走吧。”"),
        (2, "polyphone", "系"),
        (2, "word", "Zorblix"),
    ]
    assert page.kinds == {"polyphone": 2, "number": 1, "word": 2, "speaker": 1} and page.total == 6
    texts = {1: FIRST, 2: SECOND}
    parts = {part.chapter: part for part in service.works.records.parts_of(book)}
    for one in page.doubts:
        assert texts[one.chapter][one.start : one.end] == one.text
        assert texts[one.chapter][one.start - len(one.before) : one.end + len(one.after)] == (
            one.before + one.text + one.after
        )
        part = parts[one.chapter]
        assert one.job == part.id and 0.0 <= one.at_s < part.duration_s
        assert not one.settled
    heard = service.works.jobs.stretches(OWNER, parts[2].id)
    assert next(one.begin for one in heard if "Zorblix" in one.text) / 24_000 <= page.doubts[-1].at_s


@pytest.mark.night
def test_a_list_has_pages_and_those_of_a_kind_or_of_a_chapter(service: WholeService, book: str) -> None:
    every = [one.id for one in doubts(service, book)]
    first = [one.id for one in doubts(service, book, limit=4)]
    assert first + [one.id for one in doubts(service, book, after=first[-1])] == every
    assert [one.chapter for one in doubts(service, book, "word")] == [1, 2]
    assert [one.kind for one in doubts(service, book, chapter=2)] == ["polyphone", "word"]
    with pytest.raises(StudioError) as wrong:
        doubts(service, book, after="first")
    assert wrong.value.code == "invalid_value"


def test_a_reading_for_the_whole_book_is_of_the_word_and_only_its_sentences_are_spoken_again(
    service: WholeService, book: str
) -> None:
    third = service.works.records.parts_of(book)[2]
    done = fix(service, book, doubts(service, book, "polyphone")[0], reading="xi4", scope="book")
    assert (done.word, done.places, done.parts) == ("系带", 2, 2)
    assert [one.reading for one in service.works.books.words(OWNER, book)] == ["xi4 dai4"]
    assert doubts(service, book, "polyphone") == []
    assert [one.settled for one in doubts(service, book, "polyphone", settled=True)] == [True, True]
    assert spoken_again(service, book) == ["系带鞋很不错。", "系带鞋也不错。"]
    assert doubts(service, book, "polyphone", settled=True) == []
    assert service.works.records.parts_of(book)[2] == third


def test_a_reading_for_one_place_stays_there(service: WholeService, book: str) -> None:
    first, second = doubts(service, book, "word")
    done = fix(service, book, second, reading="Z AO1 R B", scope="here")
    assert (done.places, done.parts, done.word) == (1, 1, "")
    assert service.works.books.chapter(OWNER, book, 2).fixes[0].reading == "Z AO1 R B"
    assert spoken_again(service, book) == ["还是Zorblix好。"]
    assert [one.id for one in doubts(service, book, "word")] == [first.id]


@pytest.mark.parametrize("sound", ["ZOR-blix", "like: zor blicks", "zor BLICKS", "ˈzɔːblɪks"])
@pytest.mark.parametrize("scope", ["here", "book"])
def test_what_a_word_sounds_like_is_a_reading_and_the_text_stays(
    service: WholeService, book: str, sound: str, scope: str
) -> None:
    before = [one.text for one in service.works.books.chapters(OWNER, book)]
    fix(service, book, doubts(service, book, "word")[0], reading=sound, scope=scope)
    assert [one.text for one in service.works.books.chapters(OWNER, book)] == before
    fixes = service.works.books.chapter(OWNER, book, 1).fixes
    (entry,) = fixes if scope == "here" else service.works.books.words(OWNER, book)
    assert entry.reading.startswith("Z AO")


def test_what_cannot_be_a_reading_of_a_word_is_refused_and_nothing_changes(service: WholeService, book: str) -> None:
    for sound in ("你好", "12"):
        with pytest.raises(StudioError) as wrong:
            fix(service, book, doubts(service, book, "word")[0], reading=sound)
        assert wrong.value.code == "bad_reading"
    assert "Zorblix" in service.works.books.chapter(OWNER, book, 1).text


@pytest.mark.night
def test_what_is_right_as_it_is_does_not_come_back_and_nothing_is_spoken_again(
    service: WholeService, book: str
) -> None:
    for kind in ("number", "speaker"):
        done = fix(service, book, doubts(service, book, kind)[0], right=True)
        assert (done.places, done.parts) == (1, 0)
        assert doubts(service, book, kind) == []
    assert spoken_again(service, book) == []
    assert {one.kind for one in doubts(service, book)} == {"polyphone", "word"}


@pytest.mark.night
def test_what_was_right_can_be_in_doubt_again(service: WholeService, book: str) -> None:
    number = doubts(service, book, "number")[0]
    fix(service, book, number, right=True)
    done = fix(service, book, number, right=False)
    assert (done.places, done.parts) == (1, 0)
    assert [one.id for one in doubts(service, book, "number")] == [number.id]


@pytest.mark.night
def test_how_many_sentences_wait_is_known_to_every_window_until_they_are_spoken(
    service: WholeService, book: str
) -> None:
    books = service.works.books
    fix(service, book, doubts(service, book, "polyphone")[0], reading="xi4", scope="book")
    fix(service, book, doubts(service, book, "number")[0], right=True)
    books.keep_notes(OWNER, book, marks=[], place=None)
    assert books.again(OWNER, book) == 2
    assert books.notes(OWNER, book) == {"marks": [], "place": None}
    spoken_again(service, book)
    assert books.again(OWNER, book) == 0


def test_another_speaker_and_other_words_are_spoken_by_who_says_them(service: WholeService, book: str) -> None:
    service.works.casts.change(OWNER, book, roles={"小明": {"voice": "deep_man"}})
    assert fix(service, book, doubts(service, book, "speaker")[0], speaker="小明").parts == 1
    number = fix(service, book, doubts(service, book, "number")[0], reading="二十一号到二十三")
    assert (number.places, number.parts) == (1, 1)
    assert spoken_again(service, book) == ["他于6月二十一号到二十三日入住酒店。", "“走吧。”"]
    assert service.works.books.chapter(OWNER, book, 1).quotations[0].source == "user"


@pytest.mark.night
def test_other_words_for_a_number_hold_in_the_whole_book_and_the_text_stays(service: WholeService, book: str) -> None:
    done = fix(service, book, doubts(service, book, "number")[0], text="二十一号到二十三", scope="book")
    assert (done.word, done.places, done.parts) == ("21-23", 1, 1)
    assert spoken_again(service, book) == ["他于6月21-23日入住酒店。"]
    assert service.works.books.chapter(OWNER, book, 1).text == FIRST
    assert doubts(service, book, "number", settled=True) == []


@pytest.mark.night
def test_a_decision_about_what_is_gone_or_that_makes_no_sense_is_refused(service: WholeService, book: str) -> None:
    polyphone, word = (doubts(service, book, kind)[0] for kind in ("polyphone", "word"))
    for doubt, given, code in (
        (polyphone, {"reading": "xyz9"}, "bad_reading"),
        (polyphone, {"speaker": "老人"}, "invalid_value"),
        (polyphone, {"reading": "san3", "right": True}, "invalid_value"),
        (polyphone, {"right": "no"}, "invalid_value"),
        (polyphone, {"reading": "san3", "scope": "there"}, "invalid_value"),
        (word, {"text": "两\n行"}, "invalid_value"),
        (replace(word, id=word.id.replace(".1.", ".3.")), {"right": True}, "no_doubt"),
        (polyphone, {"reading": "san3", "revision": 7}, "project_changed"),
    ):
        with pytest.raises(StudioError) as refused:
            fix(service, book, doubt, **given)
        assert refused.value.code == code, given
    library = service.works.books
    text = library.chapter(OWNER, book, 1).text
    library.change_chapter(OWNER, book, 1, text=text.replace("系带鞋", "布鞋"))
    with pytest.raises(StudioError) as gone:
        fix(service, book, polyphone, right=True)
    assert gone.value.code == "no_doubt"


@pytest.mark.night
def test_a_word_of_the_book_changes_no_part_that_it_does_not_stand_in(service: WholeService, book: str) -> None:
    script, library = service.works.book_room.script, service.works.books
    before = script.hashes(OWNER, library.get(OWNER, book))
    words = [draft("大家", "da4 jia1"), draft("别人", "bie2 ren2"), draft("天气", "tian1 qi4", enabled=False)]
    library.change(OWNER, book, words=[one.as_json() for one in words])
    after = script.hashes(OWNER, library.get(OWNER, book))
    assert len(after - before) == 1
    assert spoken_again(service, book) == ["大家都走了。"]


def test_doubts_of_a_title_are_told_and_its_words_hold_in_the_whole_book(service: WholeService) -> None:
    made = service.works.books.create(OWNER, Manuscript("书", (Chapter("论Zorblix", "天黑了。"),)))
    spoken_again(service, made.id)
    (one,) = doubts(service, made.id)
    assert (one.in_title, one.text, one.before) == (True, "Zorblix", "论")
    done = fix(service, made.id, one, reading="Z AO1 R B", scope="here")
    assert (done.scope, done.places, done.word) == ("book", 1, "Zorblix")
    assert doubts(service, made.id) == [] and spoken_again(service, made.id) == ["论Zorblix"]


@pytest.mark.night
def test_the_notice_is_said_by_the_narrator_at_the_beginning_and_at_the_end(service: WholeService) -> None:
    library, notice = service.works.books, "本音频由人工智能合成。"
    made = library.create(OWNER, manuscript(), cast={"": Role("deep_man")})
    spoken_again(service, made.id)
    library.change(OWNER, made.id, options={"notice": "both"})
    assert spoken_again(service, made.id) == [notice]
    heard = [
        one for part in service.works.records.parts_of(made.id) for one in service.works.jobs.stretches(OWNER, part.id)
    ]
    assert heard[0].text == heard[-1].text == notice and heard[1].text == "第一章"
    assert heard[0].voice == "deep_man"
    assert len(doubts(service, made.id)) == 6
    library.change(OWNER, made.id, options={"notice": "off"})
    assert spoken_again(service, made.id) == []


def test_terms_are_found_once_for_a_text_and_tell_the_readings_that_were_kept(
    service: WholeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "令狐冲对任盈盈说：“重庆的路好走。”Kuberflux在。\n" * 3
    library, terms = service.works.books, service.works.terms
    made = library.create(OWNER, Manuscript("书", (Chapter("一", text),)))
    found = {one.word: one for one in terms.of(OWNER, made.id)}
    assert not found["Kuberflux"].sure and found["任盈盈"].count == 3
    monkeypatch.setattr("indextts.works.books.book_terms.terms_of", None)
    library.change(OWNER, made.id, words=[draft("Kuberflux", "K UW2 B ER0").as_json()])
    kept = {one.word: one for one in terms.of(OWNER, made.id)}
    assert kept["Kuberflux"].sure and kept["Kuberflux"].reading == "K UW2 B ER0"
    assert kept.keys() == found.keys()


def test_a_book_of_many_chapters_is_asked_for_its_doubts_and_its_length_in_few_queries(service: WholeService) -> None:
    chapters = tuple(Chapter(f"第{number}章", f"“走吧。”{number}") for number in range(1, 301))
    name = service.works.books.create(OWNER, Manuscript("长篇", chapters)).id
    queries: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        queries.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert service.works.doubts.page(OWNER, name).total == 0
        assert [one.title for one in service.works.books.texts(OWNER, name)] == [one.title for one in chapters]
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(queries) < 20
    # What is said by whom stands in ``data``, which takes many times as much as the text.
    assert not any("chapter.data" in one for one in queries)
