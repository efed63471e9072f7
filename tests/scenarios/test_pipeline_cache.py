"""What was spoken before is put into place, not spoken again; an edit changes what it says and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indextts.engines.embedded.engine import load
from indextts.model.utterance import Phone, Segment, Settings, Token, Utterance
from indextts.pipeline.pipeline import Pipeline, Speech
from indextts.pipeline.speaking import surroundings
from indextts.plan.request import SpeechRequest
from indextts.plan.segment_cache import SegmentCache, SegmentSound, contents, segment_key
from indextts.platform.config import AudioConfig, Config
from indextts.platform.run import Run
from indextts.platform.serving_config import CacheConfig
from indextts.sound.encode import to_int16
from tests.support.services import HeldEngine

TEXT = "今天天气很好，我们去公园。重庆有12座桥！You and I know it. 明天呢？"


@pytest.fixture
def engine(tiny_config: Config) -> HeldEngine:
    return HeldEngine(load(tiny_config))


@pytest.fixture
def pipeline(tiny_config: Config, engine: HeldEngine) -> Pipeline:
    return Pipeline(tiny_config, engine)


def render(pipeline: Pipeline, plan: Utterance) -> Speech:
    """From JSON, as a client sends it."""
    return pipeline.collect(pipeline.accept(Utterance.from_json(plan.to_json())), Run())


def part(speech: Speech, index: int) -> bytes:
    segment, rate = speech.utterance.segments[index], speech.sample_rate
    begin, end = (round((value or 0.0) * rate) for value in (segment.start_s, segment.end_s))
    return to_int16(speech.samples[begin:end]).tobytes()


def test_the_same_text_again_is_not_spoken_again(pipeline: Pipeline, engine: HeldEngine) -> None:
    first = pipeline.speak(SpeechRequest(TEXT))
    said = list(engine.spoken)
    again = pipeline.speak(SpeechRequest(TEXT))
    assert engine.spoken == said and len(said) == 4
    assert (first.cached, again.cached) == (0, 4)
    assert np.array_equal(first.samples, again.samples)
    assert first.utterance == again.utterance, "a kept segment fills the plan as a fresh one does"
    assert {stage.name: stage.seconds for stage in again.stages}["vocoder"] == 0.0
    assert [stage.name for stage in again.stages] == [stage.name for stage in first.stages]


def test_a_plan_gives_the_same_before_and_after_it_was_spoken(pipeline: Pipeline, engine: HeldEngine) -> None:
    plan = pipeline.analyse(SpeechRequest(TEXT))
    first = render(pipeline, plan)
    said = list(engine.spoken)
    assert render(pipeline, plan).cached == render(pipeline, first.utterance).cached == 4
    assert engine.spoken == said
    assert np.array_equal(render(pipeline, first.utterance).samples, first.samples)


EDITS: list[tuple[str, Callable[[Segment], None]]] = [
    ("duration", lambda s: setattr(s.tokens[1], "duration_scale", 2.0)),
    ("pitch", lambda s: setattr(s.tokens[1], "pitch_shift", 3.0)),
    ("energy", lambda s: setattr(s.tokens[1], "energy_shift", -6.0)),
    ("reading", lambda s: vars(s.tokens[0]).update(reading="zhong4", reading_source="user")),
    ("reading alone", lambda s: setattr(s.tokens[0], "reading", "zhong4")),
    ("break", lambda s: setattr(s.tokens[1], "break_after", 3)),
    ("frames", lambda s: setattr(s.tokens[1].phones[0], "frames", 30.0)),
    ("speed of nothing else", lambda s: setattr(s.tokens[0], "duration_scale", 0.5)),
]


@pytest.mark.parametrize(("name", "edit"), EDITS, ids=[name for name, _ in EDITS])
def test_an_edit_speaks_its_own_segment_alone(
    pipeline: Pipeline, engine: HeldEngine, name: str, edit: Callable[[Segment], None]
) -> None:
    before = render(pipeline, pipeline.analyse(SpeechRequest(TEXT)))
    engine.spoken.clear()
    plan = Utterance.from_json(before.utterance.to_json())
    edit(plan.segments[1])
    after = render(pipeline, plan)
    assert engine.spoken == [before.utterance.segments[1].text]
    assert after.cached == 3
    for index in range(4):
        assert (part(after, index) == part(before, index)) is (index != 1)
    # And the way back is kept too.
    assert np.array_equal(render(pipeline, before.utterance).samples, before.samples)
    assert len(engine.spoken) == 1


def test_pauses_cost_nothing(pipeline: Pipeline, engine: HeldEngine) -> None:
    plan = render(pipeline, pipeline.analyse(SpeechRequest(TEXT))).utterance
    plan.segments[0].pause_after_s, plan.pause_before_s = 2.0, 0.5
    engine.spoken.clear()
    after = render(pipeline, plan)
    assert engine.spoken == [] and after.cached == 4
    assert (after.utterance.segments[1].start_s or 0) - (after.utterance.segments[0].end_s or 0) == pytest.approx(2.0)


def test_what_is_heard_does_not_depend_on_neighbours(pipeline: Pipeline) -> None:
    whole = pipeline.speak(SpeechRequest(TEXT))
    for index, segment in enumerate(whole.utterance.segments):
        alone = Utterance(whole.utterance.text, whole.utterance.settings, [segment], stage="phonemes")
        assert part(render(pipeline, alone), 0) == part(whole, index)


@pytest.mark.parametrize(
    "changed",
    [
        Settings(speed=1.2), Settings(pitch=1.0), Settings(energy=2.0), Settings(vocoder="griffin_lim"),
        Settings(emotion="happy"), Settings(emotion="happy", intensity=0.2), Settings(seed=1),
    ],
)  # fmt: skip
def test_other_settings_are_other_sounds(pipeline: Pipeline, engine: HeldEngine, changed: Settings) -> None:
    pipeline.speak(SpeechRequest("你好。"))
    engine.spoken.clear()
    assert pipeline.speak(SpeechRequest("你好。", changed)).cached == 0 and engine.spoken == ["你好。"]


@pytest.mark.parametrize("field", ["text", "spoken", "intonation", "emotion", "intensity", "voice", "seed"])
def test_what_a_segment_has_of_its_own_is_part_of_its_key(field: str) -> None:
    value: object = {"intensity": 0.3, "seed": 7}.get(field, "question")
    segment, other = (Segment("好", 0, 1, tokens=[Token("好", "hanzi", "zh", 0, 1)]) for _ in range(2))
    setattr(other, field, value)
    assert contents(segment) != contents(other)


def test_numbers_that_are_equal_have_one_key() -> None:
    one, other = (Token("好", "hanzi", "zh", 0, 1, duration_scale=value, phones=[Phone("h")]) for value in (1, 1.0))
    assert contents(Segment("", 0, 0, tokens=[one])) == contents(Segment("", 0, 0, tokens=[other]))
    assert segment_key("x", Settings(speed=1), "y") == segment_key("x", Settings(speed=1.0), "y")


def test_where_a_segment_stands_and_why_it_is_so_make_no_other_sound() -> None:
    one = Segment("好", 0, 1, tokens=[Token("好", "hanzi", "zh", 0, 1, break_source="lm", break_probability=0.4)])
    other = Segment("好", 7, 8, tokens=[Token("好", "hanzi", "zh", 7, 8, break_source="rules")], pause_after_s=2.0)
    assert contents(one) == contents(other)
    other.tokens[0].break_source = "user"
    assert contents(one) != contents(other), "an engine may leave to its network what nobody has set"


def test_another_finish_or_another_voice_file_is_another_sound(tiny_config: Config, engine: HeldEngine) -> None:
    keys = set()
    for config in (tiny_config, tiny_config.model_copy(update={"audio": AudioConfig(loudness_lufs=-20)})):
        keys.add(surroundings(config, engine, "baker"))
    engine.fingerprints = lambda voice: {"embedded/vocoder.onnx": "another"}  # type: ignore[method-assign]
    keys.add(surroundings(tiny_config, engine, "baker"))
    assert len(keys) == 3


def test_none_is_kept_where_the_configuration_says_so(tiny_config: Config, engine: HeldEngine) -> None:
    pipeline = Pipeline(tiny_config.model_copy(update={"cache": CacheConfig(segments_mb=0)}), engine)
    first, again = (pipeline.speak(SpeechRequest("你好。你好。")) for _ in range(2))
    assert first.cached == again.cached == 0 and len(engine.spoken) == 4
    assert np.array_equal(first.samples, again.samples), "kept or not, the sound is the same"


@pytest.mark.night
def test_many_threads_share_what_is_kept(pipeline: Pipeline) -> None:
    texts = ["一二三。", "四五六。", "你好吗？"]
    alone = {text: pipeline.speak(SpeechRequest(text)).samples for text in texts}
    wrong: list[str] = []

    def work(text: str) -> None:
        for _ in range(5):
            if not np.array_equal(pipeline.speak(SpeechRequest(text)).samples, alone[text]):
                wrong.append(text)

    threads = [threading.Thread(target=work, args=(text,)) for text in texts * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# ---------------------------------------------------------------------- the store


def sound(samples: int) -> SegmentSound:
    return SegmentSound(np.zeros(samples, np.int16), np.zeros((1, 2)), np.zeros((1, 3)), "")


def test_the_longest_unheard_makes_room() -> None:
    cache = SegmentCache(3 * sound(1000).nbytes)
    for name in "abc":
        cache.put(sound(1000), name)
    assert cache.get("a") is not None
    cache.put(sound(1000), "d", "d2")
    assert [name for name in "abcd" if cache.get(name)] == ["a", "c", "d"]
    assert cache.get("d2") is cache.get("d") and len(cache) == 3
    cache.put(sound(10**6), "huge")
    assert cache.get("huge") is None and len(cache) == 3


@given(st.lists(st.tuples(st.integers(0, 3000), st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=3))))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_the_bound_holds_and_every_name_leads_to_its_sound(puts: list[tuple[int, list[str]]]) -> None:
    cache = SegmentCache(20_000)
    for size, names in puts:
        kept = sound(size)
        cache.put(kept, *names)
        assert all(cache.get(name) is kept for name in names)
        assert cache.nbytes <= 20_000
    found = {id(kept): kept.nbytes for kept in map(cache.get, "abcdefg") if kept is not None}
    assert cache.nbytes == sum(found.values()) and len(found) == len(cache)


@given(st.lists(st.floats(-1.0, 1.0, width=32), max_size=200))
def test_kept_sound_is_what_a_file_of_16_bits_holds(values: list[float]) -> None:
    fresh = np.array(values, np.float32)
    kept = SegmentSound.of(Segment("", 0, 0), fresh)
    assert np.array_equal(to_int16(kept.samples), to_int16(fresh))
