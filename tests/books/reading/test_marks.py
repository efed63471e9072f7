"""The studio's own marks in the files of books."""

from __future__ import annotations

import io

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.books.marks import carried, placed
from indextts.books.model import Chapter, Direction, Fix, Manuscript
from indextts.books.parts import Voicing, parts_of
from indextts.books.reading import read_manuscript
from indextts.model.settings import Settings
from indextts.plan.marking import marked_of
from indextts.reading.markup import parse
from indextts.reading.markup.marked import EmotionSpan

PROSE = "天黑得很早，路上已经没有什么人了。他们沿着河一直走到桥边。"


def read(text: str, ending: str = "txt") -> Manuscript:
    return read_manuscript(f"灯.{ending}", text.encode())


def felt(chapter: Chapter) -> list[tuple[str, str, float | None]]:
    return [
        (chapter.text[one.start : one.end], one.emotion, one.intensity) for one in chapter.directions if one.emotion
    ]


def pauses(chapter: Chapter) -> list[tuple[str, float]]:
    """What stands before each silence, and its length."""
    found = [(one.end, one.after_s) if one.after_s else (one.start, one.before_s) for one in chapter.directions]
    return [(chapter.text[:at].strip()[-1:], seconds) for at, seconds in found if seconds]


@pytest.mark.parametrize("ending", ["txt", "md"])
def test_a_mark_in_a_story_is_obeyed_and_not_read(ending: str) -> None:
    text = f"[happy]花都开了！[/happy]我们出门。[pause 2s]到了<重庆|chong2 qing4>。\n\n{PROSE}\n\n"
    text += "[高兴 0.8]你[强调]快[/强调]看。[/高兴]\n"
    book = read(text, ending)
    (chapter,) = book.chapters
    assert chapter.text.split("\n") == ["花都开了！我们出门。到了重庆。", PROSE, "你快看。"]
    assert felt(chapter) == [("花都开了！", "happy", None), ("你快看。", "happy", 0.8)]
    assert pauses(chapter) == [("。", 2.0)]
    assert [chapter.text[one.start : one.end] for one in chapter.directions if one.emphasis] == ["快"]
    assert [(chapter.text[one.start : one.end], one.reading) for one in chapter.fixes] == [("重庆", "chong2 qing4")]
    assert book.warnings == ()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("沈墨：[happy]你好啊！[/happy]好久不见。|李禾：[sad 0.7]我病了。[/sad][pause 1s]嗯。|沈墨：是？|李禾：是。",
         [("沈墨", "你好啊！好久不见。"), ("李禾", "我病了。嗯。"), ("沈墨", "是？"), ("李禾", "是。")]),
        ("Ann: [happy]Welcome![/happy] Sit down.|Bob: [pause 1s]I am <tired|ˈtaɪɚd>.|Ann: So?|Bob: [sad]Work[/sad].",
         [("Ann", "Welcome! Sit down."), ("Bob", "I am tired."), ("Ann", "So?"), ("Bob", "Work.")]),
    ],
)  # fmt: skip
def test_a_script_keeps_its_marks_beside_its_speakers(lines: str, said: list[tuple[str, str]]) -> None:
    (chapter,) = read(lines.replace("|", "\n").replace("<tired\n", "<tired|")).chapters
    assert [(one.speaker, chapter.text[one.start : one.end]) for one in chapter.quotations] == said
    assert len(chapter.directions) == 3 and not set("[]<>") & set(chapter.text)


def test_marks_around_paragraphs_and_on_lines_of_their_own_leave_no_line() -> None:
    text = f"第一章 桥\n\n[sad]\n{PROSE}\n{PROSE}\n[/sad]\n\n[停顿 3秒]\n\n雨停了。\n\n第二章 灯\n\n[pause 1s]\n{PROSE}"
    first, second = read(text).chapters
    assert (first.title, first.text) == ("第一章 桥", f"{PROSE}\n{PROSE}\n\n雨停了。")
    assert felt(first) == [(f"{PROSE}\n{PROSE}", "sad", None)]
    assert pauses(first) == [("。", 3.0)] and pauses(second) == [("", 1.0)]


def test_pauses_of_a_whole_book_may_be_long() -> None:
    text = "\n".join(f"{PROSE}[pause 50s]" for _ in range(40))
    (chapter,) = read(text).chapters
    assert [one.after_s for one in chapter.directions] == [50.0] * 40


def test_a_wrong_mark_is_told_and_the_right_ones_are_obeyed() -> None:
    book = read(f"[sad]完了。[/sad]{PROSE}\n[happy 3]好。\n<行|foo9>了。\n{PROSE}")
    (chapter,) = book.chapters
    assert felt(chapter) == [("完了。", "sad", None)]
    assert "[happy 3]好。\n<行|foo9>了。" in chapter.text
    ((english, chinese),) = book.warnings
    assert "2 marks" in english and "[happy 3]" in english and "2 处" in chinese


def test_a_mark_that_never_ends_is_told_and_takes_none_of_the_text() -> None:
    text = f"[sad 0.5]完了。{PROSE}\n{PROSE}"
    book = read(text)
    assert book.chapters[0].text == text and not book.chapters[0].directions
    assert "[/sad]" in book.warnings[0][0]


@pytest.mark.parametrize(
    "line",
    [
        "[高兴][高兴]真好",
        "see [sad] and [happy]",
        "[pause] then on",
        "价格<10 | >20",
        "[1] 见下",
        "<p>段</p>",
        "[/b]粗",
    ],
)
def test_prose_with_brackets_has_no_marks(line: str) -> None:
    book = read(f"{PROSE}\n{line}。\n{PROSE}")
    assert not any(one.directions or one.fixes for one in book.chapters) and not book.warnings


def test_a_document_has_marks_as_well() -> None:
    file, data = docx.Document(), io.BytesIO()
    for line in ("沈墨：[happy]你好！[/happy]", "李禾：早。", "沈墨：<重庆|chong2 qing4>远吗？", "李禾：远。"):
        file.add_paragraph(line)
    file.save(data)
    (chapter,) = read_manuscript("灯.docx", data.getvalue()).chapters
    assert chapter.text == "你好！\n早。\n重庆远吗？\n远。"
    assert felt(chapter) == [("你好！", "happy", None)]
    assert chapter.fixes == (Fix(7, 9, "chong2 qing4"),)


MARKED = st.lists(
    st.sampled_from(
        ["天黑了。", "“走吧”", " ", "\n", "\n\n", "Go on, ", "好", "[pause 1s]", "[happy]", "[/happy]", "[sad 0.5]",
         "[/sad]", "[强调]", "[/强调]", "<行|hang2>", "[高兴]", "第一章 灯", "——"]
    ),
    max_size=24,
).map("".join)  # fmt: skip


@given(MARKED)
def test_what_is_carried_and_placed_is_what_the_marks_say(text: str) -> None:
    marks: list[Fix | Direction] = []
    told = carried(lines := text.split("\n"), marks)
    chapter = placed(Chapter("", "\n".join(lines)), marks)
    whole = parse(text) if not told else None
    if whole is None or not any(map(str.isalnum, whole.text)):
        return
    assert "".join(chapter.text.split()) == "".join(whole.text.split())
    assert len(chapter.fixes) == len(whole.fixed)
    said = [
        char
        for one in chapter.directions
        if one.emotion
        for char in chapter.text[one.start : one.end]
        if char.isalnum()
    ]
    ends = [*(one.start for one in whole.emotion_spans[1:]), len(whole.text)]
    pieces = [whole.text[one.start : end] for one, end in zip(whole.emotion_spans, ends, strict=False) if one.emotion]
    assert [one for one in said if one.isalnum()] == [char for piece in pieces for char in piece if char.isalnum()]
    assert sum(one.before_s + one.after_s for one in chapter.directions) == sum(whole.pauses.values())


def test_a_part_is_spoken_as_its_marks_say() -> None:
    (chapter,) = read(f"{PROSE}\n[sad 0.4]完了。[/sad][pause 2s]<行|hang2>啊，[强调]真的[/强调]。").chapters
    (part,) = parts_of(chapter, Voicing(Settings(emotion="happy"), titles=False))
    marked = marked_of(part.request)
    end = len(PROSE) + 1
    assert marked.emotion_spans == [EmotionSpan(end, "sad", 0.4), EmotionSpan(end + 3, "", None)]
    assert marked.pauses == {end + 3: 2.0}
    assert [(one.start, one.end, one.prominence) for one in marked.spans] == [(end + 6, end + 8, 1)]
    assert [(one.start, one.reading) for one in marked.fixed] == [(end + 3, "hang2")]
