"""What a person should listen to in a book, found without listening."""

from __future__ import annotations

import copy

import pytest

from indextts.books.model import Quotation
from indextts.books.proof import Doubt, doubts_of
from indextts.config import Config
from indextts.engines.embedded.engine import load
from indextts.lexicon.entry import draft
from indextts.pipeline import Pipeline
from indextts.request import ReadingSpan, SpeechRequest
from indextts.utterance.model import Utterance

TEXT = (
    "背的多，写的少。他于6月21-23日入住酒店。这里的Zorblix很好。"
    "“走吧。”老人说。天气很好，我们去公园。昨天也去了一次。花都开了，鸟也来了。"
)


@pytest.fixture(scope="module")
def pipeline(real_config: Config) -> Pipeline:
    return Pipeline(real_config, load(real_config))


@pytest.fixture(scope="module")
def plan(pipeline: Pipeline) -> Utterance:
    return pipeline.speak(SpeechRequest(TEXT, literal=True)).utterance


def of_kind(found: list[Doubt], kind: str) -> list[Doubt]:
    return [one for one in found if one.kind == kind]


def test_an_unsure_reading_an_unknown_word_and_a_rare_number_are_told_with_their_places(plan: Utterance) -> None:
    found = doubts_of(plan)
    assert [(one.kind, one.text) for one in found] == [("polyphone", "背"), ("number", "21-23"), ("word", "Zorblix")]
    polyphone, number, word = found
    assert polyphone.reading in ("bei1", "bei4") and polyphone.alternatives
    assert polyphone.probability is not None and polyphone.probability < 0.8
    assert number.reading == "二十一到二十三" and number.rule == "range"
    assert word.reading and plan.text[word.start : word.end] == "Zorblix"
    assert 0 < number.at_s < word.at_s
    assert number.before.endswith("6月") and number.after.startswith("日")


def test_a_speaker_that_is_not_sure_is_told_and_one_that_a_person_chose_is_not(plan: Utterance) -> None:
    start = TEXT.index("“走吧")
    unsure = Quotation(start, start + 5, "老人", probability=0.4)
    assert [one.reading for one in of_kind(doubts_of(plan, quotations=[unsure]), "speaker")] == ["老人"]
    chosen = Quotation(start, start + 5, "老人", probability=0.4, source="user")
    assert of_kind(doubts_of(plan, quotations=[chosen]), "speaker") == []


def test_what_a_person_has_fixed_is_not_asked_about_again(pipeline: Pipeline) -> None:
    fixed = SpeechRequest(TEXT, literal=True, fixes=(ReadingSpan(0, 1, "bei1"),))
    assert of_kind(doubts_of(pipeline.analyse(fixed)), "polyphone") == []


@pytest.mark.parametrize("factor", [0.3, 3.0])
def test_a_segment_that_is_far_shorter_or_longer_than_its_sounds_is_told(plan: Utterance, factor: float) -> None:
    broken = copy.deepcopy(plan)
    segment = broken.segments[3]
    assert segment.start_s is not None and segment.end_s is not None
    segment.end_s = segment.start_s + factor * (segment.end_s - segment.start_s)
    (told,) = of_kind(doubts_of(broken), "length")
    assert (told.start, told.end) == (segment.start, segment.end)
    assert of_kind(doubts_of(plan), "length") == []


def test_a_doubt_keeps_its_name_when_the_text_before_it_changes(pipeline: Pipeline, plan: Utterance) -> None:
    moved = pipeline.analyse(SpeechRequest("新的一章。\n" + TEXT, literal=True))
    assert {one.id for one in doubts_of(plan)} == {one.id for one in doubts_of(moved)}


def test_a_reading_comes_with_the_word_around_it_and_a_lone_character_with_its_neighbour(pipeline: Pipeline) -> None:
    found = doubts_of(pipeline.analyse(SpeechRequest("请您重发。拗的是他。", literal=True)))
    words = {one.text: (one.word, one.word_readings, one.word_at) for one in of_kind(found, "polyphone")}
    assert words["重"] == ("重发", ("zhong4", "fa1"), 0)
    assert words["拗"][0] == "拗的"


def test_words_that_the_dictionary_gives_for_a_number_are_not_asked_about_again(pipeline: Pipeline) -> None:
    words = (draft("21-23", "二十一号到二十三", "text"),)
    assert of_kind(doubts_of(pipeline.analyse(SpeechRequest(TEXT, literal=True, words=words))), "number") == []
