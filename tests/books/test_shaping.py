"""What a person does to a chapter: who says what goes along with its words, and nothing points beside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.books.casting import attribute
from indextts.books.model import UNKNOWN, Chapter, Fix, Quotation, Role, Timed
from indextts.books.shaping import (
    added,
    decided,
    edited,
    is_unsure,
    known_of,
    merged,
    narrated,
    said_by,
    speakers_of,
    split,
)

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


FILM = "你回来了。\n好。\n嗯，刚到。\n好。\n吃饭了吗？"


def film(text: str = FILM) -> Chapter:
    """Subtitles without names, as they stand in a book."""
    timed, at = [], 0
    for number, line in enumerate(text.split("\n")):
        timed.append(Timed(at, at + len(line), 2.0 * number, 2.0 * number + 1.5))
        at += len(line) + 1
    return narrated(Chapter("", text, timed=tuple(timed)))


def cued(one: Chapter) -> list[tuple[float, str]]:
    return [(cue.begin_s, one.text[cue.start : cue.end]) for cue in one.timed]


def test_the_narrator_says_each_cue_that_is_nobodys_and_no_other() -> None:
    assert quoted(film()) == [("", line) for line in FILM.split("\n")]
    assert not any(is_unsure(one) for one in film().quotations) and speakers_of([film()]) == set()
    named = film().changed(quotations=(Quotation(6, 8, "妈妈"), Quotation(11, 14, UNKNOWN)))
    assert [one.speaker for one in narrated(named).quotations] == ["", "妈妈", UNKNOWN, "", ""]
    assert narrated(chapter()) == chapter()


def test_a_name_that_is_written_before_a_cue_becomes_its_speaker_and_is_not_spoken() -> None:
    after = edited(film(), FILM.replace("你回来了", "妈妈：你回来了", 1).replace("嗯，", "小明：嗯，"))
    assert after.text == FILM and cued(after) == cued(film())
    assert quoted(after)[:3] == [("妈妈", "你回来了。"), ("", "好。"), ("小明", "嗯，刚到。")]
    assert [one.source for one in after.quotations[:3]] == ["user", "file", "user"]
    english = film("You are back.\nJust now.\nGood.")
    after = edited(english, "Mum: You are back.\n- Tom: Just now. - Mum: Good.\nNote: this stays.")
    assert after.text == "You are back.\nJust now. Good.\nNote: this stays."
    assert quoted(after) == [
        ("Mum", "You are back."),
        ("Tom", "Just now."),
        ("Mum", "Good."),
        ("", "Note: this stays."),
    ]
    # Somebody who speaks already is known by any name.
    after = edited(after, after.text.replace("Note", "Tom").replace("Just", "tom: Just"))
    assert quoted(after)[1:] == [("Tom", "Just now. Good."), ("Tom", "this stays.")]


@pytest.mark.parametrize("at", range(6))
def test_a_new_line_of_a_dub_with_a_name_is_that_persons_in_the_time_of_the_cue_before(at: int) -> None:
    lines = FILM.split("\n")
    mums = film().changed(quotations=(decided(film().quotations[0], "妈妈"), *film().quotations[1:]))
    after = edited(mums, "\n".join([*lines[:at], "妈妈：再坐一会儿。", *lines[at:]]))
    assert after.text.split("\n") == [*lines[:at], "再坐一会儿。", *lines[at:]]
    assert quoted(after)[at] == ("妈妈", "再坐一会儿。") and len(quoted(after)) == 6
    assert len(cued(after)) == 5 and "再坐一会儿。" in cued(after)[max(0, at - 1)][1].split("\n")
    plain = narrated(edited(mums, "\n".join([*lines[:at], "再坐一会儿。", *lines[at:]])))
    assert ("", "再坐一会儿。") in quoted(plain)  # anybody can be given it


def test_in_a_story_a_name_before_a_new_line_is_its_speaker_where_the_cast_has_it() -> None:
    story = Chapter("", "小林走进店里。\n店里没有人。")
    people = {"小林": "小林", "林哥": "小林", "Ann": "Ann"}
    added = "小林：有人吗？\n林哥：“有人吗？”\n注意：小心地滑。\n老板：来了。\nAnn: Hello."
    after = edited(story, f"{story.text}\n{added}", people=people)
    assert after.text == f"{story.text}\n有人吗？\n“有人吗？”\n注意：小心地滑。\n老板：来了。\nHello."
    assert quoted(after) == [("小林", "有人吗？"), ("小林", "“有人吗？”"), ("Ann", "Hello.")]
    assert edited(story, f"{story.text}\n{added}").text.endswith(added)
    # Where the story itself is written so, its lines stay alike.
    written = Chapter("", "小林：有人吗？\n店里没有人。")
    assert edited(written, f"{written.text}\n小林：喂！", people=people).text == f"{written.text}\n小林：喂！"


def test_a_text_that_comes_with_places_stays_as_it_is_given() -> None:
    assert edited(film(), f"妈妈：{FILM}").text == FILM
    assert edited(film(), f"妈妈：{FILM}", exactly=True).text == f"妈妈：{FILM}"


def test_names_before_many_cues_that_say_the_same_move_none_of_them() -> None:
    lines = FILM.split("\n")
    after = edited(
        film(), "\n".join(f"妈妈：{line}" if number % 2 else f"又{line}" for number, line in enumerate(lines))
    )
    assert [begin_s for begin_s, _ in cued(after)] == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert quoted(after)[1] == ("妈妈", "好。") == quoted(after)[3] and quoted(after)[4] == ("", "又吃饭了吗？")
    many = film("\n".join(f"第{number}句。" for number in range(2_500)))
    after = edited(many, f"妈妈：{many.text}\n".replace("2499句。\n", "2499句话。"))
    assert (
        len(after.timed) == 2_500 and quoted(after)[0] == ("妈妈", "第0句。") and quoted(after)[-1][1] == "第2499句话。"
    )


def test_words_before_and_behind_a_cue_are_its_own_and_said_by_the_same() -> None:
    mums = film().changed(quotations=tuple(decided(one, "妈妈") for one in film().quotations))
    after = edited(mums, FILM.replace("嗯，刚到", "是啊，嗯，刚刚到").replace("吃饭了吗？", "吃饭了吗？我做了面。"))
    assert cued(after)[2:] == [(4.0, "是啊，嗯，刚刚到。"), (6.0, "好。"), (8.0, "吃饭了吗？我做了面。")]
    assert quoted(after)[2:] == [("妈妈", line) for _, line in cued(after)[2:]]
    # What stands in one line with another cue is still apart from it.
    after = edited(mums, FILM.replace("好。\n嗯", "好。嗯"))
    assert cued(after)[1:3] == [(2.0, "好。"), (4.0, "嗯，刚到。")] and len(quoted(after)) == 5


def test_a_line_that_a_script_gives_to_somebody_stays_theirs_with_other_first_words() -> None:
    text = "Really?\nMy favourite song.\n“So,” he said."
    said = (Quotation(0, 7, "Nora", source="file"), Quotation(8, 26, "Sam", source="file"), Quotation(27, 32, "Max"))
    play = Chapter("", text, quotations=said)
    after = edited(play, text.replace("Really", "Honestly").replace("My", "Ah, my").replace("song.", "song. Yes!"))
    assert quoted(after) == [("Nora", "Honestly?"), ("Sam", "Ah, my favourite song. Yes!"), ("Max", "“So,”")]
    # A new line begins with who says it, as in the file; a story's does not.
    after = edited(play, text.replace("\n“So", "\nNora: Thank you, Sam.\nSam: Yes.\nNote: “So"))
    assert after.text.split("\n")[2:] == ["Thank you, Sam.", "Yes.", "Note: “So,” he said."]
    assert quoted(after)[2:4] == [("Nora", "Thank you, Sam."), ("Sam", "Yes.")] and quoted(after)[4] == ("Max", "“So,”")
    story = play.changed(quotations=said[2:])
    assert edited(story, f"{text}\nNora: Thank you.").text.endswith("Nora: Thank you.")
    # With marks it is what stands between them.
    told = Chapter("", "“Go!”", quotations=(decided(Quotation(0, 5, "Max"), "Max"),))
    assert quoted(edited(told, "“Go!” said Max.")) == [("Max", "“Go!”")]
    assert quoted(edited(play, text.replace("“So,”", "So,")))[2:] == []


def written(old: str, new: str, people: dict[str, Role] | None = None) -> list[tuple[str, str, str]]:
    """Who says what, and by what that is known, where a person writes ``new`` in place of ``old``."""
    (before,) = attribute([Chapter("", old)]).chapters
    if people:
        before = before.changed(quotations=tuple(decided(one, next(iter(people))) for one in before.quotations))
    cast = people or {one.speaker: Role() for one in before.quotations}
    after = added(edited(before, new), old, cast)
    return [(one.speaker, after.text[one.start : one.end], one.source) for one in after.quotations]


SHORT = "“Will it float?” Toby asked.\n“It must,” said Mia."


def test_what_is_written_into_a_line_takes_its_quotation_from_nobody() -> None:
    new = SHORT.replace("float?” Toby asked.", "ever float?” Toby asked. “I doubt it.”")
    assert written(SHORT, new, {"Mia": Role()}) == [
        ("Mia", "“Will it ever float?”", "user"), ("Mia", "“I doubt it.”", "rule"), ("Mia", "“It must,”", "user"),
    ]  # fmt: skip
    assert [one[0] for one in written(SHORT, new)] == ["Toby", "Toby", "Mia"]


@pytest.mark.parametrize(
    ("old", "line", "who"),
    [
        (SHORT, "“It does now,” said Toby.", "Toby"),
        (SHORT, "“Look,” said the boatman.", "the boatman"),
        ("“走吧。”小明说。\n“好。”老周说。", "“等等我。”小明喊道。", "小明"),
    ],
)
def test_dialogue_that_is_written_is_cast_and_what_is_there_stays(old: str, line: str, who: str) -> None:
    before = written(old, old)
    assert written(old, f"{old}\n{line}")[: len(before)] == before
    assert [one[0] for one in written(old, f"{old}\n{line}")[len(before) :]] == [who]


def test_in_lines_that_were_there_nothing_is_cast_anew() -> None:
    (before,) = attribute([Chapter("", SHORT)]).chapters
    less = before.changed(quotations=before.quotations[:1])
    assert added(edited(less, f"{SHORT}\nIt floated."), SHORT, {}).quotations == less.quotations


def test_who_is_still_of_the_cast_keeps_a_line_that_is_nobodys_now() -> None:
    found = said_by(chapter(), "小明", UNKNOWN)
    assert quoted(known_of(found, chapter(), {"小明": Role()})) == quoted(chapter())
    assert quoted(known_of(found, chapter(), {"老人": Role()})) == quoted(found)
