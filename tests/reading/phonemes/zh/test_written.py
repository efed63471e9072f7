"""Readings in written Chinese: news, law, recipes, sport, notices, essays; each marked behind its character."""

from __future__ import annotations

import re

import pytest

from indextts.reading.text.tokens import tagged
from tests.support.segments import annotated

_PART = re.compile(r"[a-zv]+[1-5]|.")

LINES = re.split(
    r"\s+",
    """藏zang4彝走廊沿线的村寨  援藏zang4医疗队出发了  出藏zang4列车满员  藏zang4北草原下了雪  他在藏zang4工作七年
门口摆着一碗藏zang4茶  把酒藏cang2北屋里  这批画入藏cang2博物馆  藏zang4汉双语教材
不得倾倒dao4泥浆  趁夜倾倒dao4了三车废渣  严禁倾倒dao4  人群为他倾倒dao3  大树向路边倾倒dao3
熬糖色shai3要小火  糖色se4素不能多加  贵州都du1匀出茶  他回江西都du1昌过年  于都du1县城  关于都dou1要谁来
部门将jiang1依法处罚  澳门将jiang1办车展  校门将jiang1于八点开放  前门将jiang1改造  替补门将jiang4登场
求两列数的方差cha1  协方差cha1为零  价差cha1缩小  对方差cha4点输了  质量超级差cha4
门是他打的de5  这铁锅是手工打的de5  太晚了只好打的di1  警局探长zhang3来了  幼儿园园长zhang3说  动物园长chang2期招人
盟长zhang3和旗长zhang3都到了  公园长chang2椅  头戴冠guan1帽  高居全省之冠guan4  冠guan1冕堂皇
放凉liang2再装盒  晾凉liang2了切块  凉liang4一会儿再喝  她得了重zhong4感冒  感染重zhong4疾
翻开抽屉一数shu3，少了两张  任取一数shu4，它是奇数  数shu3起来不到十个  球弹tan2飞了  门一推就弹tan2开
子弹dan4飞过来  炮弹dan4落在田里  擢为wei2左相  升任为wei2处长  封他为wei2侯  一封为wei4你写的信
水位一落luo4，滩就露出来  一个字也没落la4  话音一落luo4，掌声响起
山路弯弯wan1  月牙弯弯wan1  秋风习习xi2  丫鬟huan5端来茶  冤家jia5路窄  学生sheng5们  大学生sheng1  小学生sheng1作文
举子zi3进京  童子zi3拜师  弃子zi3争先  中微子zi3实验  五味子zi3泡茶  枪子zi3儿  被子zi3植物  盖好被子zi5
渔民下了地di4笼  换掉地di4垫  地di4磅称重  地di4勤人员  慢慢地de5走""",
)


def _read(line: str) -> tuple[dict[int, str], dict[int, str]]:
    """The readings that a line asks for and those that it gets, by the place of the character."""
    text = ""
    asked: dict[int, str] = {}
    for part in _PART.findall(line):
        if part[0].isascii():
            asked[len(text) - 1] = part
        else:
            text += part
    said = {token.start: token.reading for segment in annotated(text).segments for token in segment.tokens}
    return asked, said


@pytest.mark.parametrize("line", LINES)
def test_each_character_is_read_as_a_newsreader_would(line: str) -> None:
    asked, said = _read(line)
    for at, reading in asked.items():
        sounded = {reading, reading[:-1] + "2"} if reading.endswith("3") else {reading}
        assert said[at] in sounded, (line, at)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("球迷为兹维列夫欢呼", "兹维列夫"), ("总理与弗拉霍维奇会面", "弗拉霍维奇"), ("门将诺伊尔受伤", "诺伊尔"),
        ("斯特凡诺维奇进球了", "斯特凡诺维奇"), ("他比约翰逊高", "比 约翰逊"), ("连马克龙都来了", "马克龙 都"),
        ("马斯克谈特斯拉", "马斯克 特斯拉"), ("古巴和塞尔维亚断交", "古巴 塞尔维亚"), ("要少去人多的地方", "要 少 去"),
        ("涂抹前先试一次", "前 先"), ("通报了上季度情况", "上季度"), ("撒一小把葱花", "一小把"),
        ("以三比一取胜", "三比一"), ("天气闷得慌", "天气"), ("这个月光罚单就五张", "这个月 罚单"),
        ("不慌不忙地下着棋", "不慌不忙 地"),
    ],
)  # fmt: skip
def test_words_of_names_and_times_are_whole(line: str, words: str) -> None:
    found = [word for word, _ in tagged(line)]
    assert all(word in found for word in words.split())


@pytest.mark.parametrize(
    "line",
    re.split(
        r"\s+",
        """餅乾gan1受潮了  把水擦乾gan1  樹幹gan4上  嗓子乾gan1得冒煙  心臟zang4病  髒zang1衣服  理髮fa4  兩隻zhi1貓
摺zhe2紙
他發fa1脾氣  鬥dou4牛  嚥yan4口水  噁e3心  儘jin3快  毛髮fa4乾gan1枯  天乾gan1物燥  乾qian2隆皇帝  乾qian2坤大挪移
變徵zhi3之聲  一剎cha4那  睡著zhao2了  房子著zhao2火了  看著zhe5我  名著zhu4  他徵zheng1求意見  徵zheng1稅""",
    ),
)
def test_a_traditional_character_is_read_as_the_word_that_it_writes(line: str) -> None:
    asked, said = _read(line)
    assert {at: said[at] for at in asked} == asked
