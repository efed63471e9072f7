"""Tones of 一 and of third tones in a row."""

from __future__ import annotations

import re

import pytest

from indextts.reading.phonemes.zh.sandhi import Syllable, apply
from tests.reading.phonemes.zh.test_polyphones import read


@pytest.mark.parametrize(
    "text",
    [
        "二比*一逆转。", "一比*一战平。", "三比*一领先。", "负*一和二。", "负*一加二等于一。",
        "从Q*1到Q4都在涨。", "A*1和B2。", "万*一下雨呢？", "就怕万*一来了。", "图*一是地图。",
        "表*一列出了结果。", "选项*一和选项二。", "附件*一为名单。", "长三点七*一万公里。", "*一到五号。",
        "*一比零。", "V*一点五好。", "今年*一到十月。", "*一季度的收入。", "第*一名。", "深浅不*一的水坑。",
        "百分之*一。", "周*一到周五。", "*一和二都对。", "统*一思想。",
    ],
)  # fmt: skip
def test_one_keeps_its_tone_as_a_number(text: str) -> None:
    plain = text.replace("*", "")
    assert read(plain)[text.index("*")].reading == "yi1"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("他负*一定的责任。", "yi2"), ("*一到冬天就冷。", "yi2"), ("这件*一般。", "yi4"), ("不怕*一万。", "yi2"),
        ("来了*一个人。", "yi2"), ("说*一说。", "yi5"), ("看了*一眼。", "yi4"), ("*一和他说话就笑。", "yi4"),
        ("以一百二十三比*一百一十六获胜。", "yi4"), ("比例是一比*一百。", "yi4"), ("一比*一万。", "yi2"),
        ("Word*一下子打开了。", "yi2"), ("画图*一天。", "yi4"), ("比*一下大小。", "yi2"),
        ("尾巴一甩*一甩的。", "yi4"), ("一下*一下地响。", "yi2"), ("电量*一点一点少了。", "yi4"),
        ("电量一点*一点少了。", "yi4"), ("这是*一档综艺。", "yi2"), ("*一档新节目开播了。", "yi2"),
    ],
)  # fmt: skip
def test_one_changes_before_what_is_counted(text: str, reading: str) -> None:
    plain = text.replace("*", "")
    assert read(plain)[text.index("*")].reading == reading


@pytest.mark.parametrize(
    "text",
    [
        "我*想买两把雨伞。", "我*想请你吃饭。", "我*也想走。", "我*想跑步。", "我*很理解你。", "*把小李找来。",
        "把*小李找来。", "*小李跑了。", "*请给我打电话。", "*给我两把。", "我也*可以。", "*可我想跑。", "他*也很想买。",
    ],
)  # fmt: skip
def test_a_light_word_rises_before_a_third_tone(text: str) -> None:
    plain = text.replace("*", "")
    assert read(plain)[text.index("*")].reading[-1] == "2"


@pytest.mark.parametrize(
    "text",
    [
        "他*也可以来。", "大家*很友好。", "商店*也早已关门。", "我*想表演节目。",
        "老板*也允许加班。", "她*很渺小。", "孩子*也勇敢。", "工人*把保险柜搬走。",
    ],
)  # fmt: skip
def test_a_light_word_stays_before_one_that_rises_by_itself(text: str) -> None:
    plain = text.replace("*", "")
    assert read(plain)[text.index("*")].reading[-1] == "3"


@pytest.mark.parametrize(("text", "tone"), [("耳不聋眼*不花。", "4"), ("他站*不住了。", "5"), ("我听*不懂。", "5")])
def test_no_is_light_before_what_comes_of_a_deed_alone(text: str, tone: str) -> None:
    plain = text.replace("*", "")
    assert read(plain)[text.index("*")].reading == f"bu{tone}"


@pytest.mark.parametrize(
    "text",
    ["五把好雨伞。", "小李买了五把好雨伞。", "老李想买两把雨伞。", "我想请你写两首曲子。", "总理主管水产。"],
)  # fmt: skip
def test_no_three_third_tones_stand_in_a_row(text: str) -> None:
    tones = "".join(token.reading[-1] for _, token in sorted(read(text).items()))
    assert "333" not in tones


@pytest.mark.parametrize(
    "text", ["对*不起。", "我对*不起你。", "大*不了不去。", "这有什么大*不了的？", "真了*不起！", "他对*不住我。"]
)
def test_no_is_light_in_what_stands_in_the_dictionary_as_a_phrase(text: str) -> None:
    plain = text.replace("*", "")
    assert read(plain)[text.index("*")].reading == "bu5"


@pytest.mark.parametrize("text", ["一万*一十元。", "共三万*一十二人。", "二十万*一十五件。", "五百*一十一。"])
def test_one_before_ten_inside_a_number_keeps_its_tone(text: str) -> None:
    plain = text.replace("*", "")
    assert read(plain)[text.index("*")].reading == "yi1"


def tones(breaks: str, *, word: str = "买", tone: str = "3") -> str:
    """What becomes of so many equal words of one syllable with those breaks behind them."""
    said = [Syllable(word, f"mai{tone}", at, "v", int(pause)) for at, pause in enumerate(breaks)]
    apply(said)
    return "".join(one.tone for one in said)


@pytest.mark.parametrize("count", range(2, 9))
def test_no_third_tone_rises_before_a_break_that_parts_everything(count: int) -> None:
    assert tones("3" * count) == "3" * count
    assert tones("0" * count + "3" + "0" * count)[count] == "3"


def test_of_two_third_tones_that_are_as_likely_the_first_rises() -> None:
    assert tones("2" * 24)[8:14] == "222222"


PINYIN = (
    "一yi1不bu4个ge4天tian1次ci4年nian2看kan4吃chi1好hao3起qi3要yao4买mai3懂dong3花hua1动dong4点dian3月yue4日ri4号hao4"
    "付fu4十shi2百bai3万wan4二er4三san1零ling2去qu4来lai2比bi3到dao4和he2从cong2数shu3第di4初chu1统tong3负fu4"
)
READINGS = dict(re.findall(r"([^a-z0-9])([a-z]+\d)", PINYIN))


def heard(text: str, *, fixed: str = "", pos: str = "v", labelled: bool = False) -> list[str]:
    """Tones of words parted by blanks, with a break of that level where a figure 1–4 stands behind one."""
    said: list[Syllable] = []
    for word, group in enumerate(text.split()):
        for char in group:
            if char in "1234":
                said[-1].break_after = int(char)
            else:
                said.append(Syllable(char, READINGS[char], word, pos, fixed=char in fixed))
    said[0].labelled = labelled
    apply(said)
    return [one.tone for one in said]


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("一 天", "4"), ("一 年", "4"), ("一 点", "4"), ("一 次", "2"), ("一 个", "2"), ("一", "1"), ("一3 个", "1"),
        ("一2 个", "2"), ("一 二 三", "1"), ("一 零 二", "1"), ("一 点 二", "1"), ("一 到 三", "1"), ("一 和 三", "1"),
        ("一 比 三", "1"), ("一 到 十", "1"), ("一 到 去", "2"), ("一 和 去", "4"), ("一 比 天", "4"), ("一 月", "1"),
        ("一 号", "1"), ("一 点 天", "4"), ("一 百", "4"), ("一 万", "2"), ("一 月 一 付", "2"), ("一 月 一 日", "1"),
        ("一 月 一 号", "1"),
    ],
)  # fmt: skip
def test_one_at_the_head_goes_by_what_follows(text: str, tone: str) -> None:
    assert heard(text)[0] == tone


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("第 一 次", "1"), ("初 一 天", "1"), ("第2 一 次", "2"), ("第1 一 次", "1"), ("统一 天", "1"),
        ("统 一 天", "1"), ("看 一 看", "5"), ("吃 一 吃", "5"), ("看 一 天", "4"), ("从 一 数", "1"),
        ("从 一 去", "2"), ("三 点 二 一 万", "1"), ("去 点 二 一 万", "2"), ("点 二 一 十", "4"), ("点 一 万", "2"),
        ("二 一 年", "1"), ("二 一 十", "4"), ("二 一 个", "2"), ("月 一 日", "1"), ("月 一 天", "4"),
        ("百 一 十", "1"), ("万 一 十", "1"), ("来 一 十", "4"), ("二比 一 天", "1"), ("来比 一 天", "4"),
        ("二比 一 百", "4"), ("负 一 和", "1"), ("负 一 天", "4"),
        ("三 点 二 一 天", "1"), ("来 点 二 一 天", "1"), ("十 点 一 天", "1"), ("比 一 天", "4"),
    ],
)  # fmt: skip
def test_one_after_something_goes_by_both_sides(text: str, tone: str) -> None:
    assert heard(text)[text.replace(" ", "").replace("1", "").replace("2", "").index("一")] == tone


def test_one_behind_a_letter_is_a_figure_unless_something_round_follows() -> None:
    assert heard("一 天", labelled=True)[0] == "1" and heard("一 天")[0] == "4"
    assert heard("一 百", labelled=True)[0] == "4" and heard("一 万", labelled=True)[0] == "2"


@pytest.mark.parametrize(
    ("text", "pos", "tone"),
    [
        ("不 去", "v", "2"), ("不 吃", "v", "4"), ("不 来", "v", "4"), ("不 好", "a", "4"), ("不 个", "v", "2"),
        ("不", "v", "4"), ("不3 去", "v", "4"), ("不2 去", "v", "2"), ("看不懂", "v", "5"), ("看不起", "l", "5"),
        ("看不起", "n", "4"), ("看不动", "n", "2"), ("看不花", "v", "4"), ("要不要", "v", "2"), ("好不好", "v", "4"),
        ("看不 懂", "v", "5"), ("看 不懂", "v", "5"), ("吃看不懂", "v", "4"), ("看不去来", "v", "2"),
    ],
)  # fmt: skip
def test_no_rises_before_a_fourth_tone_and_is_light_inside_what_can_be_done(text: str, pos: str, tone: str) -> None:
    assert heard(text, pos=pos)[text.replace(" ", "").replace("2", "").replace("3", "").index("不")] == tone


def test_what_a_person_has_fixed_stays_and_others_heed_it() -> None:
    assert heard("一 天", fixed="一") == ["1", "1"] and heard("不 去", fixed="不") == ["4", "4"]
    assert heard("买好", fixed="买") == ["3", "3"] and heard("买好") == ["2", "3"]
    assert heard("买好好", fixed="买") == ["3", "2", "3"]
    said = [Syllable("买", "mai3", 0), Syllable("好", "hao3", 0)]
    apply(said)
    assert [(one.reading, one.changed) for one in said] == [("mai2", True), ("hao3", False)]


@pytest.mark.parametrize("first", ["好", "久", "少", "水", "口", "远", "起", "跑", "走", "有"])
def test_a_silence_parts_third_tones_of_two_words(first: str) -> None:
    said = [Syllable(first, "a3", 0, break_after=2), Syllable("感", "gan3", 1), Syllable("觉", "jue2", 1)]
    apply(said)
    assert [one.tone for one in said] == ["3", "3", "2"]


def test_third_tones_of_one_word_rise_each_before_the_next() -> None:
    assert heard("买好") == ["2", "3"] and heard("买3 好") == ["3", "3"] and heard("买去") == ["3", "4"]
    assert heard("买好起") == ["2", "2", "3"] and heard("买好去起") == ["2", "3", "4", "3"]
    inside = heard("买3好")
    assert inside == ["2", "3"], "no break parts a word"


@pytest.mark.parametrize(
    ("text", "pos", "tone"),
    [
        ("看 一 看", "v", "5"), ("天 一 天", "n", "4"), ("天一天", "n", "5"), ("天一 天", "n", "4"),
        ("看 一 看", "vn", "5"),
        ("吃 一 看", "v", "2"), ("次 一 次", "n", "2"), ("次一次", "q", "5"),
    ],
)  # fmt: skip
def test_one_is_light_in_a_verb_that_is_tried_and_inside_a_word_of_that_form(text: str, pos: str, tone: str) -> None:
    assert heard(text, pos=pos)[1] == tone


@pytest.mark.parametrize(
    "text",
    [
        "*一季度涨了。", "*一月很冷。", "*一号楼。", "*一级考试。", "*一楼有人。", "*一审败诉。", "*一档起步。",
        "*一年级学生。", "*一等奖是他。", "*一等功是他。", "*一氧化碳有毒。", "*一把手来了。", "*一加一。", "*一减一。",
        "*一比一。", "*一等于一。", "他得了*一等奖。", "他立了*一等功。", "他是*一把手。", "住在*一楼。", "读*一年级。",
        "*一线城市。", "*一线的人。", "*一线员工。", "*一线工人。", "*一线岗位。", "*一线队伍。", "*一线品牌。",
        "*一线明星。", "*一线演员。", "*一线医生。", "*一线教师。", "*一线记者。", "*一线战士。", "*一线作家。",
        "*一线大城市。", "*一则好，二则贵。", "*一是贵。",
    ],
)  # fmt: skip
def test_one_keeps_its_tone_where_it_says_the_first_of_its_kind(text: str) -> None:
    plain = text.replace("*", "")
    assert read(plain)[text.index("*")].reading == "yi1"
