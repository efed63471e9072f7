"""No pause inside compounds that no list has; pauses between clauses and behind subjects stay."""

from __future__ import annotations

import pytest

from indextts.model.utterance import Utterance
from indextts.reading.prosody import ProsodyModel, cohesion, load
from indextts.reading.prosody.windows import flatten
from tests.support.segments import build_segments


@pytest.fixture(scope="module")
def lm() -> ProsodyModel:
    return load("lm")


def level(lm: ProsodyModel, marked: str, sign: str) -> int:
    """The break where ``sign`` stands in a text."""
    text = marked.replace(sign, "")
    utterance = Utterance(text, segments=build_segments(text, max_syllables=36))
    lm.annotate(utterance)
    place = marked.index(sign)
    tokens = [token for segment in utterance.segments for token in segment.tokens if token.kind != "punctuation"]
    return max(token.break_after for token in tokens if token.end == place)


@pytest.mark.parametrize(
    "marked",
    [
        "这座城市正在推进_滨水空间更新计划。",
        "怠速空调压缩机_噪声比较大。",
        "全国约有_五十万公里供水管线。",
        "施工中常遭遇地下_管线交叉。",
        "工厂换上了柔性_装配流水线。",
        "消防队演练了高层建筑_救援科目。",
        "商家标注了过敏原_提示信息。",
        "他负责前端页面_渲染模块。",
        "多数_三四线城市都没有地铁。",
        "车辆搭载_主动降噪系统，车内很安静。",
    ],
)
def test_a_compound_that_no_list_has_has_no_pause_inside(lm: ProsodyModel, marked: str) -> None:
    assert level(lm, marked, "_") < 2


@pytest.mark.parametrize(
    "marked",
    [
        "老王把烟掐灭|站起身来朝窗外看了一眼。",
        "把面团揉匀盖上保鲜膜|醒发四十分钟。",
        "充电五分钟|通话两小时这句广告词当年几乎人人都会背。",
        "图书馆团队|来自上海的三所大学。",
        "学校食堂|引进了一套新设备。",
    ],
)
def test_a_pause_between_clauses_or_behind_a_subject_stays(lm: ProsodyModel, marked: str) -> None:
    assert level(lm, marked, "|") >= 2


def test_words_are_looser_where_a_predicate_begins() -> None:
    def loose(text: str, left: str) -> float:
        units = flatten(Utterance(text, segments=build_segments(text, max_syllables=60))).units
        words = cohesion.words_of(units)
        at = next(at for at in cohesion.gaps(words) if words[at].text == left)
        return float(cohesion.weights()[cohesion.rows(words, at)].sum())

    assert loose("图书采购清单写好了。", "图书") < loose("学校采购了一批图书。", "学校")
