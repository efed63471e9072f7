"""Rare characters: the readings that they have by themselves, in given names, in words and by what is around."""

from __future__ import annotations

import pytest

from indextts.model.utterance import Utterance
from indextts.reading.phonemes.annotate import annotate
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.text.frontend import build_segments


def read(marked: str) -> str:
    """The reading of the character in square brackets."""
    at = marked.index("[")
    text = marked.replace("[", "").replace("]", "")
    utterance = Utterance(text, segments=build_segments(text, is_word=is_word, max_syllables=60))
    annotate(utterance)
    tokens = (token for segment in utterance.segments for token in segment.tokens)
    return next(token.reading for token in tokens if token.start == at and token.kind == "hanzi")


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("他官至左[仆]射", "pu2"),
        ("乾、坎、[艮]、震", "gen4"),
        ("普罗米[忒]斯是一颗卫星", "te4"),
        ("他们住在日[哇]村", "wa1"),
        ("学者黄[隽]写了书评", "jun4"),
        ("[俟]其到任再议", "si4"),
        ("黄[鹄]号是轮船", "hu2"),
        ("工匠细细地[琢]了三天", "zhuo2"),
        ("[翟]老板开了分店", "zhai2"),
        ("老[缪]住在绍兴", "miao4"),
        ("单于[阏]其路", "e4"),
        ("伊[阙]石窟在洛阳", "que4"),
        ("此地有一[煞]神", "sha4"),
        ("出土陶[鬲]三件", "li4"),
        ("[圜]丘坛在天坛南边", "yuan2"),
        ("师傅把破缸[锔]好了", "ju2"),
        ("春天[莳]秧，秋天收谷", "shi4"),
        ("[豊]田市在爱知县", "feng1"),
        ("越[巂]郡在西南", "xi1"),
        ("[訾]家沟的人都姓訾", "zi1"),
        ("一丘之[貉]", "he2"),
    ],
)
def test_a_rare_character_has_the_reading_of_the_dictionary(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("王[镐]是一名教师", "hao4"),
        ("李文[镐]当选会长", "hao4"),
        ("张[铣]将军退役了", "xian3"),
        ("赵国[铣]教授讲课", "xian3"),
        ("陈[侗]开了画展", "tong2"),
        ("周[旋]医生今天休息", "xuan2"),
        ("孙国[抡]先生到场", "lun2"),
        ("王文[抡]写了回忆录", "lun2"),
        ("工人举起[镐]头", "gao3"),
        ("车间买了一台[铣]床", "xi3"),
        ("[侗]族大歌很好听", "dong4"),
        ("他[抡]起大锤就砸", "lun1"),
        ("门口刮起一阵[旋]风", "xuan4"),
    ],
)
def test_a_given_name_has_a_reading_of_its_own(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("误食以后先要催[吐]", "tu4"),
        ("这只是为了阻[吓]对手", "he4"),
        ("鱼的鳃[耙]滤下食物", "pa2"),
        ("她带了一盒牛[轧]糖", "ga2"),
        ("舌[咽]神经受了伤", "yan1"),
        ("口[咽]部有些红肿", "yan1"),
        ("[苕]溪流入太湖", "tiao2"),
        ("[脯]氨酸是一种氨基酸", "fu3"),
        ("囚犯坐在[槛]车里", "jian4"),
        ("他幼年[丧]父", "sang4"),
        ("加[缪]写了《鼠疫》", "miu4"),
        ("塞[缪]尔来自伦敦", "miu4"),
        ("墨[翟]主张兼爱", "di2"),
        ("[芍]陂是古代的水库", "que4"),
        ("草原上吃手[扒]肉", "pa2"),
        ("文件名里有个[撇]号", "pie3"),
        ("奔牛国际机场的[奔]字", "ben1"),
        ("后[燕]由慕容垂建立", "yan1"),
        ("街角新开了一家书[吧]", "ba1"),
        ("箭箭中[鹄]", "gu3"),
    ],
)
def test_words_that_the_dictionary_lacks(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("这也[忒]贵了", "tui1"),
        ("你[忒]狠毒", "tui1"),
        ("俄[忒]俄斯的传说", "te4"),
        ("今天真热[哇]。", "wa5"),
        ("我们走[咯]。", "lo5"),
        ("南[茜]写信来了", "xi1"),
        ("露[茜]回家了", "xi1"),
        ("山坡上长满[茜]草", "qian4"),
        ("亭子是六角[攒]尖顶", "cuan2"),
        ("他[攒]了一笔钱", "zan3"),
        ("小心被车[轧]伤", "ya4"),
        ("银河系外有一圈[晕]", "yun4"),
        ("太阳周围有冰[晕]", "yun4"),
        ("他听到这里就[晕]倒了", "yun1"),
        ("寺里有一座铁[幢]", "chuang2"),
        ("两[幢]楼挨着", "zhuang4"),
        ("[撒]娇的孩子", "sa1"),
        ("别在这里[煞]了风景", "sha1"),
    ],
)
def test_a_rare_character_is_read_by_what_is_around(marked: str, said: str) -> None:
    assert read(marked) == said
