"""Where the text decides the emotion: sentence by sentence, and never against a person."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from indextts.model.utterance import Settings, Utterance
from indextts.platform.beats import Beat, no_beat
from indextts.reading.emotion.classifier import EmotionClassifier, EmotionGuess, resolve
from tests.support.segments import build_segments


class Told(EmotionClassifier):
    """Reads what it is told to, and remembers what it was shown."""

    def __init__(self, *answers: tuple[str, float]) -> None:
        self._answers = answers
        self.shown: list[str] = []

    def read(self, texts: Sequence[str], beat: Beat = no_beat) -> list[EmotionGuess]:
        self.shown += texts
        return [EmotionGuess(*self._answers[at % len(self._answers)], 0.25, "zh") for at in range(len(texts))]

    def threshold(self, lang: str) -> float:
        return 0.5


def _plan(text: str, *, most: int = 36, cuts: Sequence[int] = ()) -> Utterance:
    segments = build_segments(text, max_syllables=most, cuts=cuts)
    return Utterance(text, Settings(emotion="auto", intensity=0.8), segments)


def test_each_sentence_has_its_own() -> None:
    plan = _plan("太好了！他走了。")
    resolve(plan, Told(("happy", 0.9), ("sad", 0.6)))
    assert [(s.emotion, s.emotion_source, s.emotion_probability, s.intensity) for s in plan.segments] == [
        ("happy", "auto", 0.9, 0.72), ("sad", "auto", 0.6, 0.48),
    ]  # fmt: skip


def test_the_pieces_of_a_sentence_are_read_together() -> None:
    plan = _plan("我们走了很远很远的路，终于在天黑之前看见了村子里的灯火。好！", most=8)
    reader = Told(("happy", 0.9), ("surprised", 0.7))
    resolve(plan, reader)
    assert len(plan.segments) > 3
    assert [segment.emotion for segment in plan.segments] == ["happy"] * (len(plan.segments) - 1) + ["surprised"]
    assert reader.shown == ["我们走了很远很远的路，终于在天黑之前看见了村子里的灯火。", "好！"]


def test_what_is_not_said_but_written_behind_a_sentence_is_read_with_it() -> None:
    reader = Told(("sad", 0.9))
    resolve(_plan("他走了。😭 我知道。"), reader)
    assert reader.shown[0].startswith("他走了。😭") and reader.shown[1] == "我知道。"


def test_an_unlikely_emotion_is_neutral_with_neutrals_own_probability() -> None:
    plan = _plan("他走了。")
    resolve(plan, Told(("sad", 0.49)))
    (segment,) = plan.segments
    assert (segment.emotion, segment.emotion_probability, segment.intensity) == ("neutral", 0.25, None)


def test_what_is_set_stays() -> None:
    plan = _plan("太好了！他走了。")
    first = plan.segments[0]
    first.emotion, first.emotion_source, first.intensity = "calm", "user", 0.1
    plan.segments[1].intensity = 0.3
    resolve(plan, Told(("sad", 0.9)))
    assert (first.emotion, first.emotion_source, first.intensity) == ("calm", "user", 0.1)
    assert first.emotion_probability is None
    assert (plan.segments[1].emotion, plan.segments[1].intensity) == ("sad", 0.3)
    before = plan.to_json()
    resolve(plan, Told(("angry", 0.9)))
    assert plan.to_json() == before, "a second reading changes nothing"


@given(st.text(st.sampled_from("好走。！a b\n😭，"), max_size=60), st.integers(8, 30))
def test_every_segment_has_one_emotion_afterwards(text: str, most: int) -> None:
    plan = _plan(text, most=most)
    resolve(plan, Told(("happy", 0.9), ("sad", 0.2), ("neutral", 0.6)))
    assert all(segment.emotion and segment.emotion_source == "auto" for segment in plan.segments)
    assert all(segment.intensity is None or 0.0 <= segment.intensity <= 0.8 for segment in plan.segments)
    assert Utterance.from_json(plan.to_json()) == plan
