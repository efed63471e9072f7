"""What a person does to a chapter: who says what goes along with its words, and nothing points beside them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indextts.books.model import UNKNOWN, Chapter, Fix, Quotation, Timed
from indextts.books.shaping import decided, edited, is_unsure, merged, said_by, speakers_of, split

TEXT = "天黑了。\n“你好，”老人说。\n“再见。”小明说。"


def chapter(text: str = TEXT, title: str = "第一章") -> Chapter:
    quotations = []
    for speaker, words in (("老人", "“你好，”"), ("小明", "“再见。”")):
        if (at := text.find(words)) >= 0:
            quotations.append(Quotation(at, at + len(words), speaker, 0.9))
    at = text.find("老人")
    return Chapter(title, text, quotations=tuple(quotations), fixes=(Fix(at, at + 2, "lao3 ren2"),))


def quoted(one: Chapter) -> list[tuple[str, str]]:
    return [(found.speaker, one.text[found.start : found.end]) for found in one.quotations]


def fixed(one: Chapter) -> list[str]:
    return [one.text[found.start : found.end] for found in one.fixes]


def test_what_stands_behind_a_change_moves_with_its_words() -> None:
    after = edited(chapter(), f"那天，{TEXT.replace('天黑了', '天很快就黑了')}")
    assert quoted(after) == [("老人", "“你好，”"), ("小明", "“再见。”")]
    assert fixed(after) == ["老人"]


def test_a_quotation_keeps_its_speaker_while_its_words_are_changed() -> None:
    after = edited(chapter(), TEXT.replace("你好", "您好啊朋友").replace("天黑了", "黑了"))
    assert quoted(after) == [("老人", "“您好啊朋友，”"), ("小明", "“再见。”")]


def test_a_quotation_that_is_no_more_and_a_reading_of_other_words_go() -> None:
    after = edited(chapter(), TEXT.replace("“你好，”老人说。", "老头子不说话。"))
    assert quoted(after) == [("小明", "“再见。”")]
    assert fixed(after) == []


def test_changes_at_both_ends_leave_what_is_between() -> None:
    after = edited(chapter(), TEXT.replace("天黑了。", "天亮了！").replace("小明说。", "小明说完走了。"))
    assert quoted(after) == [("老人", "“你好，”"), ("小明", "“再见。”")] and fixed(after) == ["老人"]


def test_a_subtitle_keeps_its_time_while_its_words_are_changed() -> None:
    one = Chapter("", "你好。\n再见。", timed=(Timed(0, 3, 1.0, 2.0), Timed(4, 7, 2.0, 3.0)))
    after = edited(one, "您好。\n再会吧。")
    assert [(after.text[t.start : t.end], t.begin_s) for t in after.timed] == [("您好。", 1.0), ("再会吧。", 2.0)]


def test_a_chapter_split_and_merged_is_the_same_again() -> None:
    one = chapter("天黑了。\n\n“你好，”老人说。\n“再见。”小明说。")
    first, second = split(one, 6)
    assert (first.text, second.title) == ("天黑了。", "第一章（下）")
    assert quoted(second) == [("老人", "“你好，”"), ("小明", "“再见。”")] and fixed(second) == ["老人"]
    assert merged(first, second) == one


def test_a_merged_chapters_own_title_is_a_line() -> None:
    both = merged(chapter(), chapter(title="第二章"))
    assert both.text == f"{TEXT}\n\n第二章\n\n{TEXT}" and both.title == "第一章"
    assert quoted(both) == quoted(chapter()) * 2


def test_what_lies_across_the_place_of_a_split_is_in_neither() -> None:
    first, second = split(chapter(), TEXT.index("好，”"), "下半")
    assert quoted(first) == [] and quoted(second) == [("小明", "“再见。”")] and second.title == "下半"


def test_a_character_under_another_name_says_the_same() -> None:
    one = said_by(chapter(), "老人", "张三")
    assert speakers_of([one]) == {"张三", "小明"} and quoted(one)[0] == ("张三", "“你好，”")


def test_what_a_person_has_decided_is_sure() -> None:
    doubtful = Quotation(0, 3, UNKNOWN, 0.2)
    assert is_unsure(doubtful) and not is_unsure(decided(doubtful, "老人"))


WORDS = st.text("ab“”\n", max_size=30)


@given(WORDS, WORDS, st.lists(st.integers(0, 30), max_size=8, unique=True))
def test_nothing_ever_points_beside_the_text_or_into_each_other(old: str, new: str, places: list[int]) -> None:
    ends = sorted(place for place in places if place <= len(old))
    spans = tuple(Quotation(start, end, "a") for start, end in zip(ends[::2], ends[1::2], strict=False))
    fixes = tuple(Fix(one.start, one.end, "a1") for one in spans)
    after = edited(Chapter("", old, quotations=spans, fixes=fixes), new)
    last = 0
    for one in after.quotations:
        assert last <= one.start < one.end <= len(new)
        last = one.end
    unchanged = [(old[one.start : one.end]) for one in fixes]
    for fix in after.fixes:
        assert new[fix.start : fix.end] in unchanged
