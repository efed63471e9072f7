"""Chats as messengers export them, short printed plays, talks whose lines begin small: who says what."""

from __future__ import annotations

import pytest

from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript


def read(text: str, name: str = "a.txt") -> Manuscript:
    return read_manuscript(name, text.encode())


def said(book: Manuscript) -> list[tuple[str, str]]:
    return [(one.speaker, chapter.text[one.start : one.end]) for chapter in book.chapters for one in chapter.quotations]


def spoken(book: Manuscript) -> str:
    return "\n".join(one.text for one in book.chapters if one.on)


TALK = [
    ("Nia", "is it lit?"),
    ("Ravi Lal", "not yet"),
    ("Nia", "then what is that smoke"),
    ("Ravi Lal", "the shed: run!"),
]
IN_LINE = [
    "[01/05/2024, 10:2{k}:11] {who}: {said}",
    "01/05/2024, 10:2{k} - {who}: {said}",
    "5/1/24, 10:2{k} PM - ~ {who}: {said}",
    "[2024/5/1 10:2{k}:11] {who}：{said}",
    "2024年5月1日 下午10:2{k} - {who}: {said}",
    "[10:2{k}, 01/05/2024] {who}: {said}",
    "01.05.24, 10:2{k} - {who}: {said}",
    "1 May 2024 at 10:2{k} {who}: {said}",
]
ABOVE = [
    "2024-05-01 10:2{k}:11 {who}\n{said}\n",
    "2024-05-01 10:2{k}:11 {who}(1234567)\n{said}\n",
    "{who} 2024-05-01 10:2{k}:11\n{said}\n",
    "{who}(2024-05-01 10:2{k}:11):\n{said}\n",
    "{who}, [01.05.2024 10:2{k}]\n{said}\n",
    "{who} — Today at 10:2{k} AM\n{said}",
    "[01-May-24 10:2{k} AM] {who}#1234\n{said}\n",
    "{who}  10:2{k} AM\n{said}\n",
    "{who} 昨天 10:2{k}\n{said}\n",
]


@pytest.mark.parametrize("form", IN_LINE + ABOVE)
def test_when_a_message_was_sent_is_not_read_and_who_sent_it_speaks(form: str) -> None:
    text = "\n".join(form.format(k=k, who=who, said=words) for k, (who, words) in enumerate(TALK))
    book = read(text)
    assert said(book) == TALK
    assert spoken(book) == "\n".join(words for _, words in TALK)


def test_nicknames_between_angles_speak_and_what_they_do_is_a_notice() -> None:
    rows = ["[10:20] <@nia> is it lit?", "[10:21] <ravi> no", "[10:22] * ravi sighs", "[10:23] <@nia> run"]
    book = read("\n".join([*rows, "[10:24] -!- ravi has joined #kiln"]))
    assert said(book) == [("nia", "is it lit?"), ("ravi", "no"), ("nia", "run")]


@pytest.mark.parametrize(
    "notice",
    [
        "Messages and calls are end-to-end encrypted. Only people in this chat can read them.",
        "消息和通话都进行端到端加密。",
        "<Media omitted>",
        "<Medien ausgeschlossen>",
        "image omitted",
        "IMG-20240501-WA0001.jpg (file attached)",
        "This message was deleted",
        "\u200e<attached: 00000012-PHOTO.jpg>",
        "木匠撤回了一条消息",
        "“木匠”拍了拍我",
        "你删除了此消息",
        "[图片]",
        "[捂脸][捂脸]",
        "小雨邀请木匠加入群聊",
    ],
)
def test_what_the_program_says_is_no_message(notice: str) -> None:
    rows = [*TALK[:2], ("Nia", notice), *TALK[2:]]
    book = read("\n".join(f"[01/05/2024, 10:2{k}:11] {who}: {words}" for k, (who, words) in enumerate(rows)))
    assert said(book) == TALK
    assert [one.kind for one in book.chapters] == ["body"] + ["back"] * (len(book.chapters) - 1)


def test_a_line_with_a_time_and_without_a_name_is_a_notice_and_one_without_a_time_goes_on() -> None:
    rows = ["12/03/24, 9:04 pm - Nia created group “Kiln”", "12/03/24, 9:05 pm - Nia: first", "and second"]
    rows += ["12/03/24, 9:06 pm - +44 7700 900123: third", "12/03/24, 9:07 pm - Nia left"]
    book = read("\n".join([*rows, "12/03/24, 9:08 pm - +44 7700 900123: see you 12/03/24 at 9:04 pm"]))
    assert said(book) == [
        ("Nia", "first"),
        ("Nia", "and second"),
        ("+44 7700 900123", "third"),
        ("+44 7700 900123", "see you 12/03/24 at 9:04 pm"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01 10:20 大家都睡了\n听雨。\n2024-05-02 10:20 雨停了\n去河边走走。\n2024-05-03 9:20 又下雨\n",
        "He came at 10:20 on 01/05/2024.\n\nShe said: no.\n\nThen at 11:30 AM they left, and it was cold.\n",
        "第一章 雪\n更新时间 2024-05-01 10:20:11\n雪下了一夜。\n第二章\n更新时间 2024-05-02 10:20:11\n灯亮了。\n",
        "9:00 AM Doors open\n9:30 AM Opening words\n10:15 AM Coffee in the hall\n11:00 AM The kiln is lit\n",
    ],
)
def test_diaries_and_programmes_are_no_chats(text: str) -> None:
    assert said(read(text)) == []


# Printed plays

SPEECHES = [
    ("Ann", "The fire is out."),
    ("Tom", "Not yet."),
    ("Ann", "Who's there?"),
    ("Bailiff", "The law, ma'am."),
    ("Tom", "Let it drip."),
    ("Ann", "No. Let it in."),
]


@pytest.mark.parametrize(
    "form",
    [
        "{who}. {said}",
        "{who}.\n{said}",
        "{who}.—{said}",
        "{who} [aside]. {said}",
        "{who}, rising. {said}",
        "{who}. (Softly.) {said}",
        "{who} (to the door). {said}",
    ],
)
def test_a_short_play_is_cast_and_who_speaks_once_too(form: str) -> None:
    rows = [form.format(who=who.upper(), said=words) for who, words in SPEECHES]
    book = read("ACT I\n\nSCENE I. A pottery.\n\nEnter ANN and TOM.\n\n" + "\n\n".join(rows) + "\n\n[_Exeunt._]\n")
    assert said(book) == SPEECHES
    assert spoken(book).endswith("Let it in.\nExeunt.")


def test_titles_before_names_belong_to_them() -> None:
    rows = ["MRS. HALE. You came.", "TOM. I did.", "MRS. HALE. Sit.", "TOM. No.", "FIRST SOLDIER. And we?"]
    assert [who for who, _ in said(read("\n\n".join(rows)))] == ["Mrs Hale", "Tom", "Mrs Hale", "Tom", "First Soldier"]


@pytest.mark.parametrize(
    "lines",
    [
        ["ABBEY. A church of monks.", "ALTAR. A table.", "APSE. The round end.", "AISLE. A way.", "ARCH. A bow."],
        ["NASA. The word stood there.", "Nobody knew it.", "NASA. Again.", "The rain had stopped.", "A dog barked."],
        ["CHAPTER. One.", "CHAPTER. Two.", "NOTE. Three.", "NOTE. Four.", "SCENE. Five."],
    ],
)
def test_capitals_at_the_beginning_of_lines_are_no_play(lines: list[str]) -> None:
    assert said(read("\n\n".join(lines) + "\n")) == []


# Talks whose lines begin small and have no stop


@pytest.mark.parametrize(
    "names", [("Nia", "Ravi Lal"), ("HOST", "GUEST"), ("小雨", "木匠"), ("nia", "ravi"), ("A", "B")]
)
def test_a_line_that_begins_with_a_name_goes_on_with_none(names: tuple[str, str]) -> None:
    words = [
        "is it lit",
        "not yet, and the wood that you brought me is wet",
        "then what is that",
        "THE SHED",
        "on my way",
    ]
    turns = [(names[k % 2], line) for k, line in enumerate(words)]
    assert said(read("\n".join(f"{who}: {line}" for who, line in turns))) == turns


def test_prose_that_is_broken_at_a_width_is_joined_whatever_its_lines_begin_with() -> None:
    lines = [
        "There were three things that he wanted to say to her, and the first of",
        "them: he was sorry that he had",
        "gone, and the other two, which he had thought about on the way down to",
        "the ford, were that the mule had",
        "died and that nobody had paid him for the jars that he had left there",
    ]
    book = read("\n".join(line.ljust(68, "x") for line in lines))
    assert said(book) == [] and "\n" not in book.chapters[0].text


@pytest.mark.parametrize(
    ("head", "times"),
    [
        ("[LINE] 與小魚的聊天記錄\n儲存日期：2024/05/01 20:30\n\n2024/05/01（三）\n", ("20:01", "20:02", "20:03")),
        (
            "[LINE] Chat history with Maud\nSaved on: 2024/05/01 20:30\n\nWed, 05/01/2024\n",
            ("08:01 PM", "08:02 PM", "08:03 PM"),
        ),
        ("[LINE] Maudとのトーク履歴\n保存日時：2024/05/01 20:30\n\n2024.05.01 水曜日\n", ("20:01", "20:02", "21:03")),
        ("[LINE] 与小鱼的聊天\n\n2024.05.01 星期三\n", ("上午 8:01", "上午 8:02", "下午 1:03")),
        ("Exported\n\n2024-05-01\n", ("8:01", "8:02", "8:03")),
    ],
)
def test_messages_with_tabs_between_time_name_and_words(head: str, times: tuple[str, str, str]) -> None:
    words = ("Maud Vane", "Are you there?"), ("阿珍", "還沒開"), ("Maud Vane", "I'll wait")
    text = head + "".join(f"{at}\t{who}\t{said}\n" for at, (who, said) in zip(times, words, strict=True))
    book = read_manuscript("chat.txt", f"{text}{times[2]}\tMaud Vane\t[Sticker]\n".encode())
    (chapter,) = [one for one in book.chapters if one.on]
    assert [(one.speaker, chapter.text[one.start : one.end]) for one in chapter.quotations] == list(words)


OF_A_DAY = [
    "{who} {time}\n{said}\n", "{time} {who}\n{said}\n\n", "{who} {time}\n\n{said}\n\n", "{who} {time} {said}\n",
    "{time} {who}: {said}\n", "{who}（{time}）：{said}\n", "[{time}] {who}: {said}\n", "{who} {time}: {said}\n",
]  # fmt: skip
CHINESE = [("阿珍", "在吗？"), ("大壮", "在，怎么了"), ("阿珍", "十点钟去渡口吧"), ("大壮", "好：十点。")]


@pytest.mark.parametrize("form", OF_A_DAY)
@pytest.mark.parametrize("time", ["10:0{}", "下午3:2{}", "9:1{} PM", "21:5{}", "08:30:1{}"])
@pytest.mark.parametrize("talk", [TALK, CHINESE], ids=["en", "zh"])
def test_times_of_day_without_a_date_are_not_read(form: str, time: str, talk: list[tuple[str, str]]) -> None:
    rows = (form.format(who=who, said=words, time=time.format(at)) for at, (who, words) in enumerate(talk))
    book = read("".join(rows))
    assert said(book) == talk and spoken(book).split("\n") == [words for _, words in talk]


def test_what_a_message_says_of_a_time_stays() -> None:
    text = "阿珍 10:01\n明天的船：\n8:30 北港\n大壮 10:02\n好。\n阿珍 10:03\n别迟到。\n"
    assert said(read(text))[:2] == [("阿珍", "明天的船："), ("阿珍", "8:30 北港")]


@pytest.mark.parametrize(
    "text",
    [
        "9:00 上课\n10:00 休息\n11:00 上课\n12:00 休息\n",
        "9:00 茶歇\n大厅\n10:00 报告\n礼堂\n11:00 茶歇\n大厅\n13:00 报告\n礼堂\n",
        "18:00 News: the harbour\n19:00 Film: The Lamp\n22:00 News: the boats\n23:00 Film: The Bell\n",
        "10:00 小明到了渡口。\n10:20 船还没有来。\n10:40 小明走了。\n",
    ],
)
def test_times_of_a_schedule_are_read(text: str) -> None:
    book = read(text)
    assert not said(book) and "".join(text.split()) == "".join(spoken(book).split())
