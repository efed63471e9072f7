"""What becomes of a network's answers: where a mark was left out, a pause stands."""

from __future__ import annotations

import numpy as np
import pytest

from indextts.model.utterance import Utterance
from indextts.reading.prosody import decide
from indextts.reading.prosody.lm import LmProsody
from indextts.reading.prosody.windows import flatten
from tests.support.segments import build_segments

LEFT_OUT = [
    "雨下得太大了|比赛只好推迟。",
    "他昨天没来上课|老师问了好几次。",
    "钱已经转过去了|你查一下。",
    "天一亮他就出发了|家里人都不知道。",
    "别墅的院子很大|孩子们可以随便跑。",
    "味道一般|价格倒是不便宜。",
    "充电器是坏的|联系卖家也不回。",
    "等了两个小时|菜还没上齐。",
    "The tide went out| divers went down to the wreck.",
    "Don't wait up| I will be home very late.",
    "Put the kettle on| I will be there in a minute.",
    "He never came back| nobody knows why.",
]


@pytest.fixture(scope="module")
def lm() -> LmProsody:
    return LmProsody.open()


def read(text: str) -> Utterance:
    return Utterance(text=text, segments=build_segments(text, max_syllables=60))


def level(utterance: Utterance, place: int) -> int:
    """The break behind what ends at ``place`` of the text."""
    return next(token.break_after for segment in utterance.segments for token in segment.tokens if token.end == place)


@pytest.mark.parametrize("marked", LEFT_OUT)
def test_a_pause_stands_where_a_mark_was_left_out(lm: LmProsody, marked: str) -> None:
    utterance = read(marked.replace("|", ""))
    lm.annotate(utterance)
    assert level(utterance, marked.index("|")) >= 2
    flat = flatten(utterance)
    answers = lm.answers(flat)
    answers[:, decide.GAP] = 0.0
    decide.decide(utterance, flat, answers, (0.5,) * 7, "lm")
    assert level(utterance, marked.index("|")) < 2, "the network's other answers say none"


def test_none_stands_beside_a_mark_in_a_word_or_behind_what_leans_on_the_next(lm: LmProsody) -> None:
    utterance = read("他从图书馆，借了二十三本关于植物的书。Please, look it up for me.")
    flat = flatten(utterance)
    answers = np.zeros((len(flat.units), decide.OUTPUTS), np.float32)
    answers[:, decide.GAP] = answers[:, 1] = 0.4
    decide.decide(utterance, flat, answers, (0.5,) * 7, "lm")
    before = [token.break_after for segment in utterance.segments for token in segment.tokens]
    answers[:, decide.GAP] = 1.0
    decide.decide(utterance, flat, answers, (0.5,) * 7, "lm")
    tokens = [token for segment in utterance.segments for token in segment.tokens]
    parted = {token.text for token, old in zip(tokens, before, strict=True) if token.break_after > old}
    assert parted and not parted & set("他从图书借二十关植馆") and "look" not in parted and "Please" not in parted


@pytest.mark.parametrize(
    ("first", "second", "parted"), [(0.35, 0.3, "次"), (0.25, 0.39, "客"), (0.35, 0.2, ""), (0.29, 0.29, "")]
)
def test_the_likelier_of_two_words_beside_each_other_ends_a_clause(
    lm: LmProsody, first: float, second: float, parted: str
) -> None:
    text = "航班取消了一百多架次旅客睡在候机厅的地板上。"
    utterance = read(text)
    flat = flatten(utterance)
    answers = np.zeros((len(flat.units), decide.OUTPUTS), np.float32)
    for token, answer in zip(flat.tokens, answers, strict=True):
        answer[decide.GAP] = {text.index("次"): first, text.index("客"): second}.get(token.start, 0.0)
    decide.decide(utterance, flat, answers, (0.5,) * 7, "lm")
    assert [char for char in "次客" if level(utterance, text.index(char) + 1) >= 2] == list(parted)


def test_what_grammar_denies_needs_a_surer_network(lm: LmProsody) -> None:
    text = "The wind picked up crews had to leave the mast."
    place = text.index(" crews")
    utterance = read(text)
    flat = flatten(utterance)
    plain = lm.answers(flat)
    at = next(at for at, token in enumerate(flat.tokens) if token.end == place)
    plain[at, decide.HARMLESS_EN] = 0.5
    for gap, wanted in ((0.6, False), (0.7, True)):
        plain[at, decide.GAP] = gap
        decide.decide(utterance, flat, plain, (0.5,) * 7, "lm")
        assert (level(utterance, place) >= 2) is wanted, gap


def test_behind_such_a_pause_a_clause_begins_anew(lm: LmProsody) -> None:
    """Nothing parts its short subject from its verb, as behind a comma."""
    text = "As soon as the tide goes out divers will go down to look at the hull."
    utterance = read(text)
    lm.annotate(utterance)
    assert level(utterance, text.index(" divers")) >= 2
    assert level(utterance, text.index(" will")) < 2


def test_a_phrase_that_may_end_needs_less(lm: LmProsody) -> None:
    utterance = read("雨下得太大了比赛只好推迟。")
    flat = flatten(utterance)
    place = next(at for at, token in enumerate(flat.tokens) if token.end == 6)
    for gap, second, wanted in ((0.7, 0.0, 2), (0.5, 0.1, 2), (0.5, 0.0, 0), (0.3, 0.4, 0)):
        answers = np.zeros((len(flat.units), decide.OUTPUTS), np.float32)
        answers[place, decide.GAP], answers[place, 1] = gap, second
        decide.decide(utterance, flat, answers, (0.5,) * 7, "lm")
        assert level(utterance, 6) == wanted, (gap, second)
