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
        "老王把烟掐灭以后|慢慢站起身来朝窗外看了一眼。",
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


@pytest.mark.parametrize(
    "marked",
    [
        "检查磁盘以后发现日志占用了大量空间，于是_用 logrotate 按天切割归档文件。",
        "这个插件会在保存文件时自动格式化代码，支持 TypeScript_和常见的样式语言。",
        "接口返回的字段名和 Swagger 文档里_写的不一致，前端只能临时写死映射关系。",
        "训练脚本默认_读取本地缓存的数据集，如果找不到就从 S3 存储桶里下载压缩包。",
        "这台笔记本搭载独立显卡，运行 Blender 渲染_大型场景时风扇声音明显变大。",
        "文档说明了怎样通过 OAuth 授权_登录第三方平台，示例代码覆盖主流编程语言。",
        "文档说明了怎样通过 OAuth 授权登录第三方平台，示例代码覆盖_主流编程语言。",
        "老师傅把烧红的铁块夹到砧子上反复锻打，火星_溅落在围裙和地面上，屋里弥漫着煤烟的味道。",
        "博物馆_新展厅采用沉浸式投影还原古代集市的热闹景象，观众戴上耳机就能听到不同方言的叫卖声。",
        "村里的老人至今_还记得当年修建引水渠的艰难过程，几百名劳力靠着钢钎和铁锤凿通了三道山梁。",
    ],
)
def test_a_doubtful_pause_is_left_out_of_a_long_sentence_and_of_one_with_letters(lm: ProsodyModel, marked: str) -> None:
    assert level(lm, marked, "_") < 2


def test_the_likeliest_pause_of_many_syllables_without_a_mark_stays(lm: ProsodyModel) -> None:
    assert level(lm, "因为框架本身附带类型，所以|你可以通过 IDE 和 jsdoc 的配置来实现智能提示。", "|") >= 2
