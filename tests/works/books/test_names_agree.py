"""Names whose family name is read otherwise: speech, the doubtful places and the terms of a book say one thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from indextts.books.model import Chapter, Manuscript, Role
from indextts.books.terms import Term
from indextts.model.utterance import Utterance
from indextts.works.books.doubts import BookDoubt
from tests.support.books import ended
from tests.support.restarted import OWNER, make
from tests.support.whole import WholeService
from tests.tiers import by_night

TELLS = "{0}冷冷地说：“走。”\n我问{0}去不去。{0}没有回答，可{0}长长地叹了口气。\n门外是{0}家。"


def spoken(folder: Path, text: str, *cast: str) -> tuple[WholeService, str]:
    """A book of one chapter, spoken; the caller closes the service."""
    service = make(folder)
    made = service.works.books.create(
        OWNER,
        Manuscript("书", (Chapter("一", text),), language="zh"),
        cast={"": Role(), **{name: Role() for name in cast}},
    )
    service.works.jobs.start_book(OWNER, made.id)
    assert ended(service, made.id).state == "done"
    return service, made.id


def told(folder: Path, text: str, *cast: str) -> tuple[Utterance, list[BookDoubt], dict[str, Term]]:
    """What is spoken of a book of one chapter, its doubtful readings, and its terms."""
    service, book = spoken(folder, text, *cast)
    try:
        (part,) = service.works.records.parts_of(book)
        plan = service.works.jobs.plan(OWNER, part.id)
        doubts = service.works.doubts.page(OWNER, book, kind="polyphone").doubts
        return plan, doubts, {one.word: one for one in service.works.terms.of(OWNER, book)}
    finally:
        service.close()


def said(plan: Utterance, word: str) -> set[str]:
    """How ``word`` is read in its places, before its tones move each other."""
    tokens = [token for segment in plan.segments for token in segment.tokens]
    text = "".join(token.text if len(token.text) == 1 else "?" for token in tokens)
    found, at = set(), text.find(word)
    while at >= 0:
        own = tokens[at : at + len(word)]
        found.add(" ".join(one.alternatives[0] if one.reading_source == "sandhi" else one.reading for one in own))
        at = text.find(word, at + 1)
    return found


@pytest.mark.parametrize(
    ("name", "reading"),
    by_night(
        [
            ("单立行", "shan4 li4 xing2"),
            ("曾行远", "zeng1 xing2 yuan3"),
            ("仇一帆", "qiu2 yi1 fan1"),
            ("解语秋", "xie4 yu3 qiu1"),
            ("查小满", "zha1 xiao3 man3"),
            ("区静仪", "ou1 jing4 yi2"),
            ("盖明轩", "ge3 ming2 xuan1"),
            ("任长歌", "ren2 chang2 ge1"),
            ("乐知晚", "yue4 zhi1 wan3"),
            ("华中平", "hua4 zhong1 ping2"),
            ("尉迟明", "yu4 chi2 ming2"),
            ("老单", "lao3 shan4"),
        ],
        first=2,
    ),
)
def test_a_name_of_the_cast_is_read_as_a_name_everywhere_and_nobody_doubts_it(
    tmp_path: Path, name: str, reading: str
) -> None:
    plan, doubts, terms = told(tmp_path, TELLS.format(name), name)
    assert said(plan, name) == {reading}
    assert [one for one in doubts if one.text in name] == []
    assert (terms[name].reading, terms[name].sure) == (reading, True)


@pytest.mark.parametrize("name", by_night(["单乐言", "王露", "曾应川", "李长", "查晟"], first=2))
def test_what_is_read_in_two_ways_in_names_is_doubted_in_both_lists_or_in_none(tmp_path: Path, name: str) -> None:
    plan, doubts, terms = told(tmp_path, TELLS.format(name), name)
    assert terms[name].sure == (not [one for one in doubts if one.text in name])
    assert terms[name].reading in said(plan, name)


def test_the_books_own_word_and_a_fix_go_before_the_name(tmp_path: Path) -> None:
    service, book = spoken(tmp_path, TELLS.format("单立行"), "单立行")
    try:
        service.works.books.change(
            OWNER, book, words=[{"word": "单立行", "reading": "dan1 li4 hang2", "kind": "pinyin"}]
        )
        service.works.jobs.start_book(OWNER, book)
        assert ended(service, book).state == "done"
        (part,) = service.works.records.parts_of(book)
        assert said(service.works.jobs.plan(OWNER, part.id), "单立行") == {"dan1 li4 hang2"}
    finally:
        service.close()


def test_a_name_is_no_part_of_two_words(tmp_path: Path) -> None:
    plan, _, _ = told(tmp_path, "任华走了。这是责任华丽的说法。任华回来了。", "任华")
    tokens = [token for segment in plan.segments for token in segment.tokens if token.text in ("任", "华")]
    assert [token.reading for token in tokens] == ["ren2", "hua2", "ren4", "hua2", "ren2", "hua2"]


@pytest.mark.parametrize("name", ["盖茨", "查尔斯", "单身汉", "黑子"])
def test_what_only_looks_like_such_a_name_is_left_to_its_place(tmp_path: Path, name: str) -> None:
    plan, _, _ = told(tmp_path, f"{name}来了。", name)
    assert not any(token.reading_source == "cast" for segment in plan.segments for token in segment.tokens)
