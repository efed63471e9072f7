"""Chapters in parts: where they are cut, and what is asked for in each."""

from __future__ import annotations

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from indextts.books.model import NARRATOR, UNKNOWN, Chapter, Fix, Quotation, Role, Timed
from indextts.books.parts import MOST, Voicing, bounds, parts_of, requests_of
from indextts.lexicon.entry import draft
from indextts.utterance.model import Settings


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
