"""Radio plays, interviews of the press, records of courts and printed plays: who speaks, below whatever s"
"tands above."""

from __future__ import annotations

import pytest

from indextts.books.reading import read_manuscript

RADIO = (
    "THE LAMP\n\nCAST\nHESTER, a bookkeeper\nLOWE, a ferryman\n\n{0}\n\nHESTER: It did not go out.\n\n"
    "LOWE: (COUGHS) Same dark.\n\n{1}\n\nHESTER: Who has the key?\n\nLOWE: You do, miss."
)
RADIO_ZH = (
    "灯灭之夜\n\n旁白：那天夜里，灯灭了。\n{0}\n海丝特：是被人灭了。\n老罗：一样黑。\n{1}\n"
    "海丝特：钥匙呢？\n老罗：在您手里。"
)
COURT = "IN THE COUNTY COURT\n\nTRANSCRIPT OF PROCEEDINGS\nMay 1, 2024\nBEFORE A. PERSON\n\n"


def cast(text: str, name: str = "d.txt") -> tuple[list[str], str]:
    """Who speaks in a file of ``text``, each once, and all of its text that is spoken."""
    chapters = [one for one in read_manuscript(name, text.encode()).chapters if one.on]
    return sorted({quote.speaker for one in chapters for quote in one.quotations}), "\n".join(
        one.text for one in chapters
    )


@pytest.mark.parametrize(
    ("text", "first", "second", "people"),
    [
        (RADIO, "SOUND: FOGHORN, FAR OFF.", "MUSIC: STING, THEN UNDER.", ["HESTER", "LOWE"]),
        (RADIO, "SFX: Door creaks open.", "FX: WIND.", ["HESTER", "LOWE"]),
        (RADIO, "MUSIC CUE 3: Theme.", "**SOUND:** Thunder.", ["HESTER", "LOWE"]),
        (RADIO_ZH, "音效：开门声。", "音乐：渐强，压低。", ["海丝特", "老罗"]),
        (RADIO_ZH, "环境音：海浪。", "BGM：低沉的弦乐", ["海丝特", "老罗"]),
    ],
)
def test_sounds_with_a_label_are_nobody_and_not_read(text: str, first: str, second: str, people: list[str]) -> None:
    found, read = cast(text.format(first, second))
    assert found == people and first[-6:] not in read and second[-6:] not in read


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        ("海角日报", "林守义"),
        ("南方周末", "林老师"),
        ("澎湃新闻", "Marsh"),
        ("本刊", "单文远"),
        ("The Saltings Gazette", "Ted Marsh"),
        ("Interview Magazine", "Hester Vane"),
    ],
)
def test_a_newspaper_that_asks_is_somebody(asks: str, answers: str) -> None:
    head = "守塔六十年\n\n本报记者 陈砚\n\n林守义今年八十三岁，是最后一位守塔人。\n\n"
    text = "\n\n".join(f"{asks}：第{n}次怕不怕？\n\n{answers}：怕了{n}回。" for n in "一二三")
    found, read = cast(head + text)
    assert found == sorted([asks, answers]) and f"{asks}：" not in read


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (
            f"{COURT}THE COURT: Be seated.\n\nMR. PELL: The Crown calls Hester Vane.\n\nTHE WITNESS: Here, sir.\n\n"
            "MS. THORNE: Objection.\n\nTHE COURT: To what?\n\nMS. THORNE: To the ink.",
            ["MR. PELL", "MS. THORNE", "THE COURT", "THE WITNESS"],
        ),
        (
            f"{COURT}     THE COURT:  Good morning.\n     MR. ADAMS:  Good morning, Your Honor.\n"
            f"     DR. LUND:  I do.\n"
            "     THE CLERK:  Sit.\n     THE COURT:  Proceed.\n     MR. ADAMS:  We call Dr. Lund.",
            ["DR. LUND", "MR. ADAMS", "THE CLERK", "THE COURT"],
        ),
        (
            "Minutes of the parish\n\nPresent at the table\n\nMr. Pell: We begin.\nMrs. Vane: At last.\n"
            "Mr. Pell: The roof.\n"
            "Mrs. Vane: What of it?\n",
            ["Mr. Pell", "Mrs. Vane"],
        ),
        (
            "庭审笔录\n\n案由：船舶碰撞\n时间：2024年5月1日\n地点：第三法庭\n\n审判长：现在开庭。\n"
            "原告：请求赔偿。\n被告：我们不同意。\n"
            "审判长：有无证据？\n原告：有照片。\n书记员：编号一至三。",
            ["书记员", "原告", "审判长", "被告"],
        ),
        (
            "EPISODE ONE: THE LAMP\n\nWritten by A. Person\n\nMARA: Toby?\n\nTOBY: Who else.\n\n"
            "MARA: Come in.\n\nTOBY: Why?",
            ["MARA", "TOBY"],
        ),
    ],
)
def test_lines_above_the_first_speech_turn_no_label_off(text: str, people: list[str]) -> None:
    assert cast(text)[0] == people


@pytest.mark.parametrize(
    ("text", "people", "not_read"),
    [
        (
            "守塔人\n（独幕剧）\n\n人物\n林守义——守塔人\n林秀芝——他的女儿\n邮差\n\n第一幕\n\n［海边，黄昏。\n\n"
            "林秀芝　（推门进来）爹，船来了。\n林守义　让它来。\n林秀芝　您就不想走？\n"
            "林守义　（停下手）走了，灯谁点？\n\n"
            "［邮差上。\n\n邮　差　林师傅，有您一封信！\n林守义　放着吧。\n\n——幕落",
            ["林守义", "林秀芝", "邮差"],
            "推门",
        ),
        (
            "雷雨之后\n\n人物表：\n周　冲　　十七岁，学生\n鲁四凤　　女仆\n管　家\n\n第一场\n\n〔客厅。\n"
            "\n周　冲　看见我的书了吗？\n"
            "鲁四凤　在窗台上。（递书）\n周　冲　（接过）谢谢。\n鲁四凤　雨停了。\n管　家　老爷回来了。\n"
            "周　冲　知道了。",
            ["周冲", "管家", "鲁四凤"],
            "递书",
        ),
        (
            "老　王　借个火。\n小　李　没有。\n老　王　你兜里那是什么？\n小　李　糖。（笑）\n老　王　也行。",
            ["小李", "老王"],
            "笑",
        ),
        (
            "THE KEEPER\na one-act play\n\nCHARACTERS\nHESTER\nLOWE\nA BOY\n\nScene: The lamp room.\n\n"
            "HESTER\nWho put it out?\n\n"
            "LOWE\n(not turning)\nNot me.\n\nHESTER\nSomebody did.\n\nA BOY enters.\n\nA BOY\n"
            "A ship, miss.\n\nLOWE\nThen light it.",
            ["A Boy", "Hester", "Lowe"],
            "not turning",
        ),
        (
            "Dramatis Personae\nANNA, a nurse\nPORTER\n\nANNA. It is cold. [She sits.]\n\nPORTER. It is.\n"
            "\nANNA. [Rising] Who is there?\n\n"
            "PORTER. Nobody.",
            ["Anna", "Porter"],
            "She sits",
        ),
    ],
)
def test_a_printed_play_has_its_people_and_not_what_they_do(text: str, people: list[str], not_read: str) -> None:
    found, read = cast(text)
    assert found == people and not_read not in read


def test_a_word_list_above_a_talk_and_capitals_in_a_story_are_no_play() -> None:
    story = "\n\n".join(
        [
            "THE FERRY",
            "It ran twice a day.",
            "Nobody painted the tower.",
            "THE SALT",
            "It dried white.",
            "And cracked.",
            "So he said.",
        ]
        * 3
    )
    assert cast(story)[0] == [] and "THE FERRY" in cast(story)[1]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("**Host 1:** ", "**Host 2:** "),
        ("Speaker 1: ", "Speaker 2: "),
        ("00:00:01 说话人1\n", "00:00:05 说话人2\n"),
        ("[00:01] Speaker 1\n", "[00:05] Speaker 2\n"),
        ("Guest 3: ", "Host: "),
    ],
)
def test_people_who_are_numbers_are_people(first: str, second: str) -> None:
    said = ("So, lamps.", "Right, lamps.")
    later = (first.replace("0:01", "0:08"), second.replace("0:05", "0:09"))
    found, read = cast(
        "\n\n".join(f"{name}{line}" for name, line in zip((first, second, *later), said * 2, strict=True))
    )
    assert len(found) == 2 and read.split("\n") == [*said, *said]


@pytest.mark.parametrize(
    "text",
    [
        "购物清单\n\n苹果 三斤\n香蕉 两斤\n苹果 一斤\n香蕉 五斤\n牛奶 两盒\n牛奶 三盒",
        "NOTICE\n\nAll must sign.\n\nNOTICE\n\nIt is late.\n\nWARNING\n\nKeep off.\n\nWARNING\n\nDeep water.",
        "导演：张三\n编剧：李四\n音乐：王五\n摄影：赵六\n剪辑：钱七",
        "【等级】12\n【体力】30\n【等级】13\n【体力】40\n【等级】14\n【体力】41",
        "Step 1: Wash.\nStep 2: Dry.\nStep 3: Wait.\nNote: it cracks.",
    ],
)
def test_lists_notices_and_credits_are_no_plays(text: str) -> None:
    found, read = cast(text)
    assert found == [] and read.split() == text.split()


@pytest.mark.parametrize("form", ["[{}] {}", "【{}】{}", "［{}］{}", "{}：“{}”", "【{}】 {}"])
def test_names_in_brackets_or_before_quotation_marks_are_people(form: str) -> None:
    said = [("林汐", "灯亮了吗？"), ("阿远", "还没有。"), ("林汐", "那就点。"), ("阿远", "好。")]
    found, read = cast("\n".join(form.format(*one) for one in said))
    assert found == ["林汐", "阿远"] and "林汐" not in read


PLAY = "老周：车又晚点了。\n小敏：您等谁？\n老周：等我儿子。\n小敏：他会来的。\n"


@pytest.mark.parametrize("who", ["列车员", "管理员", "卖报人", "守夜人"])
def test_who_speaks_once_among_others_is_a_speaker(who: str) -> None:
    book = read_manuscript("a.txt", f"{PLAY}{who}：到站了！\n老周：是他吗？\n小敏：您慢点。\n".encode(), language="zh")
    assert {one.speaker for chapter in book.chapters for one in chapter.quotations} == {"老周", "小敏", who}
    assert all(who not in chapter.text for chapter in book.chapters)


@pytest.mark.parametrize("field", ["负责人：老陈", "道具员：老陈"])
def test_who_made_a_play_is_no_speaker(field: str) -> None:
    for text in (f"{field}\n{PLAY}", f"{PLAY}{field}\n"):
        book = read_manuscript("a.txt", text.encode(), language="zh")
        assert {one.speaker for chapter in book.chapters for one in chapter.quotations} == {"老周", "小敏"}
