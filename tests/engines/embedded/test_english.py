"""English through the voice: that it is heard, obeys every control, and joins Chinese without a jump."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from benchmarks.accuracy_english import errors
from indextts.engines.embedded import engine as embedded
from indextts.engines.embedded.acoustic import english_network
from indextts.model.errors import StudioError
from indextts.model.utterance import Phone, Settings, Token, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Run, Speech
from indextts.sound.pitch import track
from tests.tiers import by_night
from training.hearing import hear, make_decoder, make_dictation, speak

RATE = 24_000
PLAIN = Settings(prosody="rules")
SENTENCE = "The farmer opened the heavy gate in the morning."
MIXED = ("我们用computer写字。", "这个project的deadline是星期五。", "请打开window看看外面。")
CHINESE = ("我们用电脑写字。", "这个项目的期限是星期五。", "请打开窗户看看外面。")


@pytest.fixture(scope="module")
def pipeline(real_config: Config) -> Pipeline:
    return Pipeline(real_config, embedded.load(real_config))


def said(pipeline: Pipeline, text: str = SENTENCE, **wishes: Any) -> Speech:
    return pipeline.speak(SpeechRequest(text, replace(PLAIN, **wishes)))


def edited(pipeline: Pipeline, text: str, change: Any) -> Speech:
    """``text`` after ``change`` was made to its plan."""
    utterance = pipeline.analyse(SpeechRequest(text, PLAIN))
    change(utterance)
    return pipeline.collect(pipeline.accept(utterance), Run())


def tokens(utterance: Utterance) -> list[Token]:
    return [token for segment in utterance.segments for token in segment.tokens if token.phones]


def word(utterance: Utterance, text: str) -> Token:
    return next(token for token in tokens(utterance) if token.text == text)


def part(speech: Speech, text: str) -> np.ndarray:
    own = word(speech.utterance, text)
    assert own.start_s is not None and own.end_s is not None
    return speech.samples[int(own.start_s * RATE) : int(own.end_s * RATE)]


def semitones(samples: np.ndarray) -> float:
    """Median above 100 Hz."""
    _, hertz = track(samples, RATE)
    return float(12.0 * np.log2(np.nanmedian(hertz) / 100.0))


def decibels(samples: np.ndarray) -> float:
    return float(10.0 * np.log10(np.mean(np.square(samples)) + 1e-12))


SENTENCES = [
    "The last train left the station before dawn.",
    "Seven ships sailed into the wide harbor.",
    "He closed his eyes and listened to the music.",
]


@pytest.mark.parametrize("sentences", by_night([SENTENCES[:1], SENTENCES]), ids=len)
def test_sentences_are_understood(pipeline: Pipeline, sentences: list[str]) -> None:
    decoder = make_dictation()
    wrong = total = 0
    for sentence in sentences:
        wanted = sentence.lower().rstrip(".").split()
        wrong += errors(wanted, hear(decoder, speak(pipeline, sentence)).split())
        total += len(wanted)
    assert wrong <= 0.4 * total


@pytest.mark.night
def test_words_are_understood(pipeline: Pipeline) -> None:
    words = ["vision", "judge", "strengths", "thing", "azure", "quick", "sister", "remember", "yellow", "measure"]
    decoder = make_decoder(words)
    heard = {wanted: hear(decoder, speak(pipeline, wanted)) for wanted in words}
    assert sum(wanted != got for wanted, got in heard.items()) <= 1, heard


def test_the_same_text_gives_the_same_sound(pipeline: Pipeline) -> None:
    assert np.array_equal(said(pipeline).samples, said(pipeline).samples)


@pytest.mark.parametrize("speed", [0.7, 1.4])
def test_speed_scales_the_length(pipeline: Pipeline, speed: float) -> None:
    assert said(pipeline).samples.size / said(pipeline, speed=speed).samples.size == pytest.approx(speed, rel=0.08)


@pytest.mark.parametrize("wish", [-6.0, -2.0, 2.0, 6.0])
def test_pitch_moves_by_semitones(pipeline: Pipeline, wish: float) -> None:
    moved = said(pipeline, pitch=wish)
    assert semitones(moved.samples) - semitones(said(pipeline).samples) == pytest.approx(wish, abs=1.0)


def test_energy_makes_it_louder(pipeline: Pipeline) -> None:
    louder = decibels(said(pipeline, energy=-6.0).samples) - decibels(said(pipeline).samples)
    assert louder == pytest.approx(-6.0, abs=1.0)


def test_emotions_move_pitch_and_pace(pipeline: Pipeline) -> None:
    happy, sad = said(pipeline, emotion="happy"), said(pipeline, emotion="sad")
    assert semitones(happy.samples) > semitones(sad.samples) + 1.0
    assert happy.samples.size < sad.samples.size


def test_the_other_voices_speak_it(pipeline: Pipeline) -> None:
    deep, child = said(pipeline, voice="deep_man"), said(pipeline, voice="child")
    assert semitones(deep.samples) + 6.0 < semitones(said(pipeline).samples) < semitones(child.samples)


def test_a_break_becomes_a_pause(pipeline: Pipeline) -> None:
    def pause(utterance: Utterance) -> None:
        word(utterance, "gate").break_after = 3

    plain, paused = said(pipeline), edited(pipeline, SENTENCE, pause)
    assert paused.samples.size - plain.samples.size > 0.1 * RATE


def test_emphasis_lifts_and_lengthens_a_word(pipeline: Pipeline) -> None:
    def stress(utterance: Utterance) -> None:
        for token in tokens(utterance):
            token.prominence, token.prominence_source = (2 if token.text == "heavy" else 0), "user"

    def even(utterance: Utterance) -> None:
        for token in tokens(utterance):
            token.prominence, token.prominence_source = 0, "user"

    strong, weak = edited(pipeline, SENTENCE, stress), edited(pipeline, SENTENCE, even)
    assert part(strong, "heavy").size > 1.1 * part(weak, "heavy").size
    assert semitones(part(strong, "heavy")) > semitones(part(weak, "heavy")) + 1.0


def test_a_token_obeys_the_editor(pipeline: Pipeline) -> None:
    def change(utterance: Utterance) -> None:
        token = word(utterance, "heavy")
        token.duration_scale, token.pitch_shift = 1.5, 3.0

    plain, changed = said(pipeline), edited(pipeline, SENTENCE, change)
    assert part(changed, "heavy").size / part(plain, "heavy").size == pytest.approx(1.5, rel=0.15)
    assert semitones(part(changed, "heavy")) - semitones(part(plain, "heavy")) == pytest.approx(3.0, abs=1.0)


def test_a_token_can_be_softer(pipeline: Pipeline) -> None:
    def change(utterance: Utterance) -> None:
        word(utterance, "heavy").energy_shift = -9.0

    plain, changed = said(pipeline), edited(pipeline, SENTENCE, change)
    relative = [decibels(part(one, "heavy")) - decibels(part(one, "farmer")) for one in (changed, plain)]
    assert relative[0] - relative[1] == pytest.approx(-9.0, abs=1.5)


def test_what_was_predicted_can_be_said_again(pipeline: Pipeline) -> None:
    """The plan that comes out holds lengths and pitch, and renders to the same sound."""
    first = said(pipeline)
    again = pipeline.collect(pipeline.accept(first.utterance), Run())
    assert np.array_equal(first.samples, again.samples)


def test_one_phones_pitch_and_length_can_be_set(pipeline: Pipeline) -> None:
    def change(utterance: Utterance) -> None:
        vowel = next(phone for phone in word(utterance, "gate").phones if phone.shape == "EY1")
        vowel.frames = 40.0

    plain, changed = said(pipeline), edited(pipeline, SENTENCE, change)
    assert part(changed, "gate").size > part(plain, "gate").size + 0.2 * RATE


def test_small_words_are_short_unless_they_are_stressed(pipeline: Pipeline) -> None:
    def of(prominence: int) -> Any:
        def change(utterance: Utterance) -> None:
            token = word(utterance, "to")
            token.prominence, token.prominence_source = prominence, "user"

        return change

    text = "We walked to school."
    weak, strong = (edited(pipeline, text, of(prominence)) for prominence in (0, 2))
    assert part(strong, "to").size > 1.3 * part(weak, "to").size


@pytest.mark.parametrize("text", [SENTENCE, *MIXED])
def test_words_have_their_times_in_order_and_within_the_sound(pipeline: Pipeline, text: str) -> None:
    speech = said(pipeline, text)
    times = [(token.start_s, token.end_s) for token in tokens(speech.utterance)]
    assert all(begin is not None and end is not None and end - begin > 0.02 for begin, end in times)
    assert all(before[1] <= after[0] + 1e-6 for before, after in pairwise(times))  # type: ignore[operator]
    assert times[-1][1] <= speech.samples.size / RATE  # type: ignore[operator]


def jumps(speech: Speech, *, english: bool) -> list[tuple[float, float]]:
    """Semitones and decibels from each token to the next one: where a word of English is one of both, or neither."""
    found = []
    for before, after in pairwise(tokens(speech.utterance)):
        if "en" in (before.lang, after.lang) and before.lang == after.lang:
            continue
        if ("en" in (before.lang, after.lang)) is not english:
            continue
        sounds = [speech.samples[int(each.start_s * RATE) : int(each.end_s * RATE)] for each in (before, after)]  # type: ignore[operator]
        pitch = [semitones(sound) for sound in sounds]
        level = [decibels(sound) for sound in sounds]
        found.append((abs(pitch[1] - pitch[0]), abs(level[1] - level[0])))
    return found


def test_languages_join_as_chinese_does(pipeline: Pipeline) -> None:
    joins = [jump for text in MIXED for jump in jumps(said(pipeline, text), english=True)]
    inside = [jump for text in CHINESE for jump in jumps(said(pipeline, text), english=False)]
    assert len(joins) >= 6
    for place, most in ((0, 8.0), (1, 6.0)):
        share = np.mean([jump[place] > most for jump in joins])
        assert share <= np.mean([jump[place] > most for jump in inside]) + 1e-9, (joins, inside)


def test_chinese_does_not_touch_the_english_network(pipeline: Pipeline, real_config: Config) -> None:
    class Deaf:
        def run(self, *_: object) -> list[np.ndarray]:
            raise AssertionError("asked")

    network = english_network.EnglishNetwork(Deaf(), Deaf(), np.ones((17, 80)))
    engine = embedded.load(real_config, english=network)
    own = Pipeline(real_config, engine)
    assert np.array_equal(said(own, CHINESE[0]).samples, said(pipeline, CHINESE[0]).samples)
    with pytest.raises((AssertionError, StudioError)):
        said(own, SENTENCE)


def test_a_plan_of_an_older_version_is_said_with_its_readings_as_they_were(pipeline: Pipeline) -> None:
    def older(utterance: Utterance) -> None:
        token = word(utterance, "gate")
        token.phones = [Phone("g", shape="onset G"), Phone("ei4", shape="stressed EY"), Phone("#0", shape="silent")]

    speech = edited(pipeline, SENTENCE, older)
    token = word(speech.utterance, "gate")
    assert [phone.shape for phone in token.phones if phone.shape] == ["G", "EY1", "T"]
    assert "user" not in (token.reading_source, token.break_source)
    assert np.array_equal(speech.samples, said(pipeline).samples)
