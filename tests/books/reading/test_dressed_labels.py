"""Scripts as files of text whose labels stand in lists and brackets, with one scene, or above what is said."""

from __future__ import annotations

import pytest

from indextts.books.reading.scripts import read_lines
from tests.books.reading.test_captions import cast, read, srt

TALK = (("阿珍", "船锁好了吗？"), ("老吴", "我锁好了。"), ("阿珍", "那走吧。"), ("老吴", "好啊。"))


def said(text: str) -> list[tuple[str, str]]:
    (chapter,) = read_lines("a.txt", text.split("\n")).chapters
    return [(one.speaker, chapter.text[one.start : one.end]) for one in chapter.quotations]


@pytest.mark.parametrize(
    "form",
    ["- **{}：** {}", "• {}：{}", "> {}: {}", "👩 {}：{}", "【{}】：{}", "【{}】{}", "[{}]: {}", "- 【{}（笑）】{}"],
)
def test_labels_in_lists_and_brackets_are_cast_and_silent(form: str) -> None:
    assert said("\n".join(form.format(*line) for line in TALK)) == list(TALK)


def test_numbered_speakers_in_brackets_and_two_at_once_are_cast() -> None:
    lines = ["The lamp went out.", "Did it?", "Look there.", "I see."]
    text = "\n".join(f"[S{at % 2 + 1}] {line}" for at, line in enumerate(lines))
    assert said(text) == [(f"S{at % 2 + 1}", line) for at, line in enumerate(lines)]
    both = "Ravi & Ingrid: Hello!\n" + "\n".join(f"{'Ravi' if at % 2 else 'Ingrid'}: {x}" for at, x in enumerate(lines))
    assert said(both)[0] == ("Ravi", "Hello!")


@pytest.mark.parametrize(
    "text",
    [
        "- 小明：第一名\n- 小红：第二名\n- 小刚：第三名\n- 小丽：第四名",
        "1. 苹果：红\n2. 香蕉：黄\n3. 苹果：绿\n4. 香蕉：青",
        "【早餐】面包\n【午餐】米饭\n【早餐】鸡蛋\n【午餐】面条",
    ],
)
def test_lists_of_facts_keep_their_words(text: str) -> None:
    (chapter,) = read_lines("a.txt", text.split("\n")).chapters
    assert chapter.text == text and not chapter.quotations


@pytest.mark.parametrize("sign", "△▲")
@pytest.mark.parametrize("head", ["", "第一场 渡口 夜 外\n人物：老周、阿珍\n"])
def test_a_screenplay_of_one_scene_keeps_what_is_done_apart(head: str, sign: str) -> None:
    text = f"{head}{sign}老周推门进来。\n老周：（小声）有人吗？\n阿珍（OS）：谁？\n{sign}阿珍点灯。\n老周：是我。"
    assert said(text) == [("老周", "有人吗？"), ("阿珍", "谁？"), ("老周", "是我。")]
    (chapter,) = read_lines("a.txt", text.split("\n")).chapters
    assert sign not in chapter.text and "人物" not in chapter.text and "阿珍点灯。" in chapter.text


def test_a_single_action_is_not_said_by_who_spoke_before() -> None:
    text = "老周：有人吗？\n阿珍：谁？\n△阿珍点灯。\n老周：是我。\n阿珍：进来吧。"
    assert [line for _, line in said(text)] == ["有人吗？", "谁？", "是我。", "进来吧。"]


@pytest.mark.parametrize(
    "pair", [("Tom Smith", "Anna"), ("Ingrid Hale", "Peter Mori"), ("老吴", "王小美"), ("SPEAKER_01", "SPEAKER_02")]
)
def test_a_name_above_the_words_of_every_cue_says_them(pair: tuple[str, str]) -> None:
    words = ["Welcome to the pier.", "Thanks for coming.", "Shall we begin?"]
    book = read("a.srt", srt(*(f"{pair[at % 2]}\n{line}" for at, line in enumerate(words))))
    assert cast(book) == [(pair[at % 2], line) for at, line in enumerate(words)]


@pytest.mark.parametrize(
    "texts",
    [
        ("Tom\nis here.", "Anna is late."),
        ("Welcome\nto the pier.", "Thanks\nfor coming."),
        ("你好\nHello", "再见\nBye"),
        ("Hello there.\nAnna", "Tom\nis here."),
    ],
)
def test_the_first_lines_of_other_cues_are_said(texts: tuple[str, ...]) -> None:
    assert cast(read("a.srt", srt(*texts))) == []
