"""Chapters in parts: where they are cut, and what is asked for in each."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.books.model import NARRATOR, UNKNOWN, Chapter, Fix, Quotation, Role, Timed
from indextts.books.parts import MOST, Voicing, bounds, characters, parts_of, requests_of, words_in
from indextts.model.utterance import Settings
from indextts.reading.lexicon.entry import draft


def prose(paragraphs: int, seed: int = 1) -> str:
    source = random.Random(seed)
    return "\n".join(
        "".join(f"第{source.randrange(10**6)}只鸟飞过了山。" for _ in range(source.randrange(3, 20)))
        for _ in range(paragraphs)
    )


@given(st.text(st.sampled_from("山水。！ab \n“”"), max_size=400), st.integers(9, 80))
def test_parts_hold_all_of_the_text_in_order_and_none_is_too_long(text: str, most: int) -> None:
    parts = bounds(text, most)
    assert all(0 < end - start <= most for start, end in parts)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(parts))
    rest = text
    for start, end in reversed(parts):
        rest = rest[:start] + rest[end:]
    assert not rest.strip()


def test_parts_begin_with_paragraphs_where_they_can() -> None:
    text = prose(300)
    parts = bounds(text)
    assert len(parts) > 5
    assert all(start == 0 or text[start - 1] == "\n" for start, _ in parts)


def test_an_endless_paragraph_is_cut_at_sentence_ends() -> None:
    text = prose(300).replace("\n", "")
    assert len(parts := bounds(text)) > 5
    assert all(text[end - 1] == "。" for _, end in parts)


def test_an_edit_moves_only_the_bounds_around_it() -> None:
    for seed in range(10):
        text = prose(400, seed)
        at = text.index("\n", 5000)
        for changed in (text[:at] + "新的一句。" + text[at:], text[:at] + "\n" + prose(9, 77) + text[at:], text[300:]):
            before = {text[start:end] for start, end in bounds(text)}
            after = [changed[start:end] for start, end in bounds(changed)]
            new = [number for number, part in enumerate(after) if part not in before]
            assert new and max(new) - min(new) < 7 and after[-1] in before


def test_the_title_is_read_first_unless_the_text_begins_with_it() -> None:
    def first(chapter: Chapter, *, titles: bool = True) -> str:
        return next(requests_of(chapter, Voicing(titles=titles))).text

    assert first(Chapter("第一章", "开始了。")) == "第一章\n开始了。"
    assert first(Chapter("第一章", "第一章\n开始了。")) == "第一章\n开始了。"
    assert first(Chapter("第一章", "开始了。"), titles=False) == "开始了。"
    assert first(Chapter("第一章", "")) == "第一章"
    assert first(Chapter("***", "\n开始了。")) == "开始了。"
    assert list(requests_of(Chapter("***", "* * *"), Voicing())) == []


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("曾行长可以作证。", {"曾行长": "zeng1 hang2 zhang3"}),
        ("他找单姑娘去，单家的人却说没见过。", {"单姑娘": "shan4 gu1 niang5", "单家的": "shan4 jia1 de5"}),
        ("解掌柜来了。仇老爷也来了。", {"解掌柜": "xie4 zhang3 gui4", "仇老爷": "qiu2 lao3 ye5"}),
        ("他曾教授数学，曾记得那年，曾几何时。", {}),
        ("简单姑娘了解总体，单独行动。", {}),
    ],
)
def test_who_is_called_by_a_family_name_and_a_title_is_read_so(text: str, readings: dict[str, str]) -> None:
    cast = {name: Role() for name in ("曾国梁", "单晓棠", "解文秀", "仇万山")}
    (request,) = requests_of(Chapter("", text), Voicing(Settings(), cast))
    assert {one.word: one.reading for one in request.people} == readings


def test_quotations_have_the_roles_of_their_speakers_and_move_with_the_title() -> None:
    text = "老王说：“走吧。”小李说：“好。”她说：“嗯。”"
    marks = [(text.index(said), text.index(said) + len(said)) for said in ("“走吧。”", "“好。”", "“嗯。”")]
    quotations = tuple(Quotation(*at, name) for at, name in zip(marks, ("老王", "小李", UNKNOWN), strict=True))
    chapter = Chapter("一", text, quotations=quotations, fixes=(Fix(0, 1, "lao3"),))
    cast = {"老王": Role("deep_man", speed=0.9), "小李": Role(emotion="happy", intensity=0.8)}
    (request,) = requests_of(chapter, Voicing(Settings(voice="baker"), cast))
    assert request.literal and request.settings.voice == "baker"
    said = [
        (request.text[one.start : one.end], one.voice, one.emotion, one.intensity, one.speed, one.name)
        for one in request.roles
    ]
    assert said == [("“走吧。”", "deep_man", "", None, 0.9, "老王"), ("“好。”", "", "happy", 0.8, 1.0, "小李")]
    assert [request.text[fix.start : fix.end] for fix in request.fixes] == ["老"]


def test_the_narrator_has_a_voice_and_who_has_none_keeps_that_of_the_book() -> None:
    chapter = Chapter("", "“走吧。”他说。", quotations=(Quotation(0, 5, "老王"),))
    cast = {NARRATOR: Role("calm_woman", speed=0.8, emotion="calm"), "老王": Role()}
    (request,) = requests_of(chapter, Voicing(Settings(voice="baker", speed=1.25), cast))
    assert (request.settings.voice, request.settings.emotion, request.settings.speed) == ("calm_woman", "calm", 1.0)
    (role,) = request.roles
    assert (role.voice, role.emotion, role.speed) == ("baker", "neutral", 1.25)


def test_a_quotation_that_a_bound_cuts_is_said_by_its_speaker_in_both_parts() -> None:
    text = prose(300)
    chapter = Chapter("", text, quotations=(Quotation(0, len(text), "老王"),))
    requests = list(requests_of(chapter, Voicing(cast={"老王": Role("deep_man")})))
    assert len(requests) > 3 and all(len(one.text) <= MOST for one in requests)
    assert all([(role.start, role.end) for role in one.roles] == [(0, len(one.text))] for one in requests)


def test_a_notice_is_a_part_of_its_own_before_the_first_chapter_and_after_the_last() -> None:
    chapter = Chapter("一", "“走吧。”他说。")
    voicing = Voicing(notice_first="由机器朗读。", notice_last="完。")
    said = [part.request.text for part in parts_of(chapter, voicing, first=True, last=True)]
    assert said == ["由机器朗读。", "一\n“走吧。”他说。", "完。"]
    assert [one.text for one in requests_of(chapter, voicing)] == said[1:2]


def test_a_part_knows_where_its_words_stand_and_takes_those_of_the_book_that_stand_in_it() -> None:
    text = "\n".join("春夏秋冬天地玄黄"[number % 8] * 30 + "。" for number in range(8))
    words = tuple(draft(f"{char}{char}", f"{sound} {sound}") for char, sound in (("春", "chun1"), ("黄", "huang2")))
    found = list(parts_of(Chapter("题", text), Voicing(words=words, most=100)))
    assert len(found) > 2
    for part in found:
        assert part.request.text[part.title :] == text[part.start : part.end]
        assert part.request.text.find(text[part.start]) == part.start + part.by
        assert {one.word for one in part.request.words} == {one.word for one in words if one.word in part.request.text}


def test_cues_are_parted_by_their_length_and_their_times() -> None:
    timed = (Timed(0, 2, 1.0, 2.0), Timed(3, 6, 3.0, 4.0), Timed(7, 9, 1500.0, 1501.0))
    chapter = Chapter("片", "一。\n二二。\n三。", timed=timed)
    first, second = parts_of(chapter, Voicing(fit=True, length_s=2000.0), last=True)
    assert (first.request.text, first.end_s) == ("一。\n二二。", 204.0)
    assert (second.request.text, second.timed, second.end_s) == ("三。", (Timed(0, 2, 1500.0, 1501.0),), 2000.0)
    assert [part.end_s for part in parts_of(chapter, Voicing(fit=True))] == [204.0, 1501.0]
    assert [part.timed for part in parts_of(chapter, Voicing())] == [()]


def test_every_fix_goes_with_the_part_that_holds_it_to_the_last_character() -> None:
    text = prose(60)
    fixes = tuple(Fix(at, at + 1, "niao3") for at, char in enumerate(text) if char not in "\n。")
    parts = list(parts_of(Chapter("", text, fixes=fixes), Voicing(most=400)))
    assert len(parts) > 5
    found = [(fix.start - part.by, fix.end - part.by) for part in parts for fix in part.request.fixes]
    assert found == [(fix.start, fix.end) for fix in fixes]
    (whole,) = requests_of(Chapter("题", "他了", fixes=(Fix(0, 1, "ta1"), Fix(1, 2, "liao3"))), Voicing())
    assert [whole.text[fix.start : fix.end] for fix in whole.fixes] == ["他", "了"]


def test_what_has_no_place_to_cut_is_cut_at_the_most_and_what_is_no_longer_is_one_part() -> None:
    assert bounds("山" * 250, 100) == [(0, 100), (100, 200), (200, 250)]
    assert bounds("山" * 200, 100) == [(0, 100), (100, 200)]
    assert bounds("山" * 100, 100) == [(0, 100)]
    assert bounds(" \n山\n ", 100) == [(2, 3)] and bounds("\n \n") == []


@given(st.integers(30, 120), st.lists(st.integers(1, 25), min_size=1, max_size=40))
def test_every_part_but_the_last_is_at_least_a_third_as_long_as_it_may_be(most: int, lines: list[int]) -> None:
    text = "\n".join("山水花鸟风"[place % 5] * size for place, size in enumerate(lines))
    starts = [start for start, _ in bounds(text, most)]
    assert all(most // 3 <= after - start <= most for start, after in itertools.pairwise(starts))


def test_a_part_begins_at_the_earliest_after_a_third_and_at_the_latest_after_the_most() -> None:
    for first in (30, 29, 28):
        lines = ["山" * first, "水" * 90]
        assert bounds("\n".join(lines), 90)[0] == ((0, first) if first + 1 >= 30 else (0, 90))
    # One more than that may be: the paragraph that would begin there is too far away.
    assert bounds("山" * 89 + "\n" + "水" * 20, 90) == [(0, 89), (90, 110)]
    assert bounds("山" * 90 + "\n" + "水" * 20, 90) == [(0, 90), (91, 111)]


def test_a_paragraph_is_a_better_place_than_the_end_of_a_sentence() -> None:
    text = "山水花鸟。" * 12 + "\n" + "风雨雷电。" * 12
    assert bounds(text, 90)[0] == (0, 60)
    assert [end % 5 for _, end in bounds(text.replace("\n", ""), 90)] == [0, 0]


def test_the_first_part_has_the_title_and_no_other() -> None:
    text = "山" * 100 + "\n" + "水" * 100
    first, second = parts_of(Chapter(" 题 ", text), Voicing(most=110))
    assert (first.request.text, first.start, first.end, first.by, first.title) == ("题\n" + "山" * 100, 0, 100, 2, 2)
    assert (second.request.text, second.start, second.end, second.by, second.title) == (
        "水" * 100,
        101,
        201,
        -101,
        0,
    )


def test_what_says_nothing_is_passed_over_and_the_title_goes_with_what_does() -> None:
    chapter = Chapter("题", "*" * 100 + "\n" + "水" * 100)
    assert [part.request.text for part in parts_of(chapter, Voicing(most=110))] == ["题\n" + "*" * 100, "水" * 100]
    plain = Chapter("", "*" * 100 + "\n" + "水" * 100)
    assert [(part.start, part.end) for part in parts_of(plain, Voicing(most=110))] == [(101, 201)]


def test_a_notice_stands_before_the_text_and_behind_it() -> None:
    chapter = Chapter("", "一二三。")
    voicing = Voicing(Settings(speed=1.5), notice_first="前言。", notice_last="就这些了。")
    first, _, last = parts_of(chapter, voicing, first=True, last=True)
    assert (first.start, first.end, first.by, first.title) == (0, 0, 3, 3)
    assert (last.start, last.end, last.by, last.title) == (4, 4, 1, 5)
    assert [(one.request.literal, one.request.settings.speed) for one in (first, last)] == [(True, 1.5)] * 2
    assert [part.request.text for part in parts_of(chapter, voicing, first=True)] == ["前言。", "一二三。"]
    assert [part.request.text for part in parts_of(chapter, voicing, last=True)] == ["一二三。", "就这些了。"]
    silent = Voicing()
    assert [part.request.text for part in parts_of(chapter, silent, first=True, last=True)] == ["一二三。"]


@pytest.mark.parametrize(("titles", "expected"), [(True, 5), (False, 3)])
def test_characters_are_those_of_the_text_and_of_a_title_that_is_read(titles: bool, expected: int) -> None:
    assert characters(Chapter("题目", "一二三"), titles=titles) == expected


def test_words_are_those_that_are_in_use_and_stand_in_the_text_as_words() -> None:
    used, off, other = draft("cat", "K AE1 T"), draft("dog", "D AO1 G"), draft("重", "chong2")
    off = type(off)(**{**vars(off), "enabled": False})
    assert words_in("A Cat, a dog.", (used, off, other)) == (used,)
    assert words_in("Concatenate dogs.", (used, off, other)) == ()
    assert words_in("很重。", (used, other)) == (other,)
    assert words_in("A cat.", ()) == ()


def roles_of(cast: dict[str, Role], settings: Settings, speaker: str = "老王") -> list[tuple[object, ...]]:
    """How one quotation is said: voice, emotion, intensity, speed."""
    chapter = Chapter("", "“走吧。”他说。", quotations=(Quotation(0, 5, speaker),))
    (request,) = requests_of(chapter, Voicing(settings, cast))
    return [(one.voice, one.emotion, one.intensity, one.speed) for one in request.roles]


def test_a_role_tells_what_differs_from_the_narrator_and_one_that_does_not_is_none() -> None:
    book = Settings(voice="baker", emotion="sad", intensity=0.6)
    assert roles_of({"老王": Role()}, book) == []
    assert roles_of({"老王": Role(voice="baker", intensity=0.6)}, book) == []
    assert roles_of({"老王": Role(voice="deep_man")}, book) == [("deep_man", "", None, 1.0)]
    assert roles_of({"老王": Role(emotion="happy")}, book) == [("", "happy", None, 1.0)]
    assert roles_of({"老王": Role(intensity=0.7)}, book) == [("", "", 0.7, 1.0)]
    assert roles_of({"老王": Role(speed=1.2)}, book) == [("", "", None, 1.2)]
    assert roles_of({"老王": Role(emotion="auto")}, book) == []
    assert roles_of({"小李": Role("deep_man")}, book) == []


@pytest.mark.parametrize("speaker", [NARRATOR, UNKNOWN])
def test_what_the_narrator_says_or_nobody_knows_who_has_no_role(speaker: str) -> None:
    cast = {NARRATOR: Role("calm_woman", speed=0.8), UNKNOWN: Role("deep_man")}
    assert roles_of(cast, Settings(voice="baker"), speaker) == []


def test_the_narrator_takes_the_place_of_the_book_s_own_settings() -> None:
    book = Settings(voice="baker", emotion="sad", emotion_text="难过", intensity=0.6, speed=1.25)
    chapter = Chapter("", "他走了。")

    def settings(narrator: Role) -> Settings:
        (request,) = requests_of(chapter, Voicing(book, {NARRATOR: narrator}))
        return request.settings

    assert settings(Role()) == book
    told = settings(Role("calm_woman", "happy", 0.9, 0.8))
    assert (told.voice, told.emotion, told.emotion_text, told.intensity, told.speed) == (
        "calm_woman", "happy", "", 0.9, 1.0,
    )  # fmt: skip
    assert settings(Role(intensity=0.0)).intensity == 0.0
    assert settings(Role(voice="calm_woman")).emotion_text == "难过"
    assert [settings(Role(speed=speed)).speed for speed in (0.1, 9.0)] == [0.5, 2.0]
    # What is said at the book's own again is faster than a slow narrator.
    assert roles_of({NARRATOR: Role(speed=0.5), "老王": Role(speed=1.5)}, Settings(voice="baker")) == [
        ("", "", None, 2.0)
    ]
    assert roles_of({NARRATOR: Role(emotion="happy"), "老王": Role()}, Settings(voice="baker", emotion="auto")) == []
    assert roles_of({NARRATOR: Role(intensity=0.3), "老王": Role()}, book) == [("", "", 0.6, 1.0)]


def cues(*given: tuple[int, float, float]) -> Chapter:
    """A chapter of cues with so many characters each and their times, on a line each."""
    text, timed = "", []
    for size, begin_s, end_s in given:
        timed.append(Timed(len(text), len(text) + size, begin_s, end_s))
        text += "山" * size + "\n"
    return Chapter("片", text, timed=tuple(timed))


def stretches(chapter: Chapter, **fields: float) -> list[tuple[int, float]]:
    """How many cues each part has, and when it ends."""
    found = parts_of(chapter, Voicing(fit=True, length_s=fields.get("length_s", 0.0)), last="length_s" in fields)
    return [(len(part.timed), part.end_s) for part in found]


def test_a_part_of_cues_has_at_most_two_thousand_characters() -> None:
    assert stretches(cues((1000, 0.0, 1.0), (1000, 1.0, 2.0), (9, 3.0, 4.0))) == [(2, 3.0), (1, 4.0)]
    assert stretches(cues((1000, 0.0, 1.0), (1001, 2.0, 3.0), (999, 3.0, 4.0))) == [(1, 2.0), (2, 4.0)]
    assert stretches(cues((2500, 0.0, 1.0), (9, 2.0, 3.0))) == [(1, 2.0), (1, 3.0)]


def test_a_part_of_cues_lasts_at_most_a_thousand_seconds() -> None:
    assert stretches(cues((5, 0.0, 1.0), (5, 990.0, 1000.0))) == [(2, 1000.0)]
    assert stretches(cues((5, 0.0, 1.0), (5, 990.0, 1000.1))) == [(1, 201.0), (1, 1000.1)]
    # The second begins where the first has ended, which is counted.
    assert stretches(cues((5, 0.0, 900.0), (5, 950.0, 1001.0), (5, 1900.0, 1950.0))) == [(1, 950.0), (2, 1950.0)]
    assert stretches(cues((5, 0.0, 900.0), (5, 950.0, 1001.0), (5, 1900.0, 1950.1))) == [
        (1, 950.0), (1, 1201.0), (1, 1950.1),
    ]  # fmt: skip


def test_at_most_two_hundred_seconds_of_silence_end_a_part_and_the_last_one_ends_with_the_video() -> None:
    two = cues((5, 0.0, 900.0), (5, 1100.0, 1101.0))
    assert stretches(two) == [(1, 1100.0), (1, 1101.0)]
    assert stretches(two, length_s=1500.0) == [(1, 1100.0), (1, 1500.0)]
    assert stretches(two, length_s=1000.0) == [(1, 1100.0), (1, 1101.0)]
    assert stretches(cues((5, 0.0, 900.0), (5, 1101.0, 1102.0))) == [(1, 1100.0), (1, 1102.0)]
    assert stretches(cues((5, 7.0, 2.0))) == [(1, 7.0)], "it never ends before its cue begins"
    # Without cues, or where they are not asked for, nothing ends at a time.
    assert stretches(Chapter("片", "山。"), length_s=9.0) == [(0, 0.0)]


def test_a_title_is_read_before_text_and_not_before_cues_that_have_their_times() -> None:
    (plain,) = requests_of(Chapter("片", "山。"), Voicing(fit=True))
    assert plain.text == "片\n山。"
    for fit, expected in ((True, "山山"), (False, "片\n山山")):
        (timed,) = requests_of(cues((2, 0.0, 1.0)), Voicing(fit=fit))
        assert timed.text == expected


def test_cues_keep_their_places_in_what_is_asked_for() -> None:
    chapter = cues((3, 0.0, 900.0), (4, 950.0, 951.0), (5, 1500.0, 1990.0))
    found = list(parts_of(chapter, Voicing(fit=True)))
    assert [(part.start, part.end, part.by) for part in found] == [(0, 8, 0), (9, 14, -9)]
    assert [(cue.start, cue.end) for part in found for cue in part.timed] == [(0, 3), (4, 8), (0, 5)]


@given(st.integers(0, 40), st.integers(1, 60))
def test_roles_and_fixes_are_cut_to_the_part_that_they_stand_in(start: int, length: int) -> None:
    text = "\n".join("山水花鸟风"[place % 5] * 20 for place in range(6))
    end = min(len(text), start + length)
    chapter = Chapter("题", text, quotations=(Quotation(start, end, "老王"),), fixes=(Fix(start, end, "shan1"),))
    said = ""
    for part in parts_of(chapter, Voicing(cast={"老王": Role("deep_man")}, most=45)):
        for role in part.request.roles:
            assert role.end > role.start and part.title <= role.start and role.end <= len(part.request.text)
            said += part.request.text[role.start : role.end]
        whole = part.start <= start and end <= part.end
        assert [(fix.start, fix.end) for fix in part.request.fixes] == (
            [(start + part.by, end + part.by)] if whole else []
        )
    assert said.replace("\n", "") == text[start:end].replace("\n", "")
