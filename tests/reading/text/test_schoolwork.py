"""Exercises and vocabulary: choices, blanks, marks of word classes."""

from __future__ import annotations

import pytest

from indextts.reading.text.normalise import speak


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Which is red?\nA. Apples\nB. Limes", ["Which is red?", "A, Apples", "B, Limes"]),
        ("A. Stop. B. Go. C. Wait.", ["A, Stop.", "B, Go.", "C, Wait."]),
        ("他去哪里？A. 北京  B. 上海  C. 广州", ["他去哪里？", "A，北京；", "B，上海；", "C，广州"]),
        ("A. on  B. in  C. at", ["A, on;", "B, in;", "C, at"]),
        ("A．猫\nB．狗", ["A，猫", "B，狗"]),
        ("A. Stone and B. Hill met.", ["A Stone and B Hill met."]),
        ("She ____ (run) home.", ["She blank (run) home."]),
        ("____ is in Asia.", ["blank is in Asia."]),
        ("白____依山尽，____河入海流。", ["白 空格 依山尽，空格 河入海流。"]),
        ("y=____", ["y equals blank"]),
        ("run [rʌn] vi. 跑步", ["run [ran] 不及物动词，跑步"]),
        ("quick adj. 快的", ["quick 形容词，快的"]),
        ("run (v.) and runner (n.)", ["run (verb) and runner (noun)"]),
        ("show sb. sth. = show sth. to sb.", ["show somebody something = show something to somebody."]),
        ("get sb's help", ["get somebody's help"]),
        ("A. tea B. milk C. juice", ["A, tea;", "B, milk;", "C, juice"]),
        ("A. bread and B. Hill met.", ["A. bread and B Hill met."]),
        ("lemon, n.", ["lemon, noun"]),
        ("slow,adj. 慢的", ["slow,形容词，慢的"]),
        ("num. art. pl.", ["numeral, article, plural"]),
        ("eleven num. 十一", ["eleven 数词，十一"]),
        ("8 - □ = 2", ["八 减 方框 等于 二"]),
        ("○ × 4 = △", ["圆圈 乘 四 等于 三角形"]),
        ("在□里写数", ["在 方框 里写数"]),
        ("□ 选中", ["□ 选中"]),
        ("In ▱EFGH", ["In parallelogram EFGH"]),
        ("画出⌒PQ", ["画出 弧 PQ"]),
        ("♩=96", ["四分音符 等于九十六"]),
        ("△PQR is big", ["triangle PQR is big"]),
        ("T____T 好难过", ["T____T 好难过"]),
        ("____\n好的", ["好的"]),
        ("你个sb", ["你个sb"]),
        ("Roe v. Wade", ["Roe versus Wade"]),
        ("the name snake___case", ["the name snake___case"]),
    ],
)
def test_exercises_and_word_lists_are_said_as_a_teacher_says_them(written: str, said: list[str]) -> None:
    found = [" ".join(sentence.text.split()).replace("， ", "，") for sentence in speak(written)]
    assert [one.replace(" equals ", " = ") for one in found] == [one.replace(" equals ", " = ") for one in said]
