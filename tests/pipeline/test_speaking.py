"""Sentences that an engine says in one pass: which ones, what an edit costs, and what happens where no cut is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indextts.engines.embedded.engine import load
from indextts.model.errors import StudioError
from indextts.model.utterance import Settings, Utterance
from indextts.pipeline.pipeline import Pipeline, SegmentAudio, Speech
from indextts.plan.edits import Break, Edit, Pause, ReadingEdit, Shift, apply
from indextts.plan.request import SpeechRequest
from indextts.plan.versions import Sentence, Version, opened
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.platform.serving_config import CacheConfig
from indextts.sound.encode import to_int16
from indextts.works.sounds.sounds import SoundStore
from tests.support.passes import FIVE, FOUR, ONE, TEXT, TEXTS, THREE, TWO, PassingEngine
from tests.support.services import HeldEngine


@pytest.fixture
def engine(tiny_config: Config) -> PassingEngine:
    return PassingEngine(load(tiny_config))


@pytest.fixture
def pipeline(tiny_config: Config, engine: PassingEngine) -> Pipeline:
    return Pipeline(tiny_config, engine)


def spoken(pipeline: Pipeline, text: str = TEXT, **settings: object) -> Speech:
    return pipeline.speak(SpeechRequest(text, Settings(prosody="rules", **settings)))  # type: ignore[arg-type]


def rendered(pipeline: Pipeline, plan: Utterance, *edits: Edit) -> Speech:
    """From JSON, as a client sends it."""
    plan = apply(plan, list(edits)) if edits else plan
    return pipeline.collect(pipeline.accept(Utterance.from_json(plan.to_json())), Run())


def sounds(speech: Speech) -> dict[str, bytes]:
    def at(seconds: float | None) -> int:
        return round((seconds or 0.0) * speech.sample_rate)

    segments = speech.utterance.segments
    return {one.text: to_int16(speech.samples[at(one.start_s) : at(one.end_s)]).tobytes() for one in segments}


def test_the_first_sentence_is_a_pass_of_its_own_and_the_others_fill_theirs(
    pipeline: Pipeline, engine: PassingEngine
) -> None:
    speech = spoken(pipeline)
    assert engine.passes == [(ONE,), (TWO, THREE, FOUR), (FIVE,)]
    ends = [one.end_s or 0.0 for one in speech.utterance.segments]
    starts = [one.start_s or 0.0 for one in speech.utterance.segments]
    assert all(end < start for end, start in zip(ends, starts[1:], strict=False)), "with the table's pauses between"
    assert all(token.start_s is not None for one in speech.utterance.segments for token in one.tokens if token.phones)


def test_an_engine_without_passes_is_asked_for_each_sentence_as_ever(tiny_config: Config) -> None:
    plain, passing = HeldEngine(load(tiny_config)), PassingEngine(load(tiny_config), most=0)
    first, second = (spoken(Pipeline(tiny_config, one)) for one in (plain, passing))
    assert plain.spoken == passing.spoken == [*TEXTS]
    assert np.array_equal(first.samples, second.samples)


def test_passes_of_one_sound_as_without_passes(tiny_config: Config) -> None:
    first, second = (spoken(Pipeline(tiny_config, PassingEngine(load(tiny_config), most))) for most in (0, 1))
    assert np.array_equal(first.samples, second.samples)


def test_the_same_work_again_costs_nothing(pipeline: Pipeline, engine: PassingEngine) -> None:
    first = spoken(pipeline)
    engine.passes.clear()
    again = spoken(pipeline)
    assert engine.passes == [] and again.cached == 5
    assert np.array_equal(first.samples, again.samples) and first.utterance == again.utterance
    assert rendered(pipeline, first.utterance).verdict.reproducible  # type: ignore[union-attr]


def test_what_a_sentence_sounds_like_depends_on_its_pass_and_so_does_its_name(
    tiny_config: Config, engine: PassingEngine, pipeline: Pipeline
) -> None:
    def keys(most: int) -> list[tuple[str, ...]]:
        engine.most = most
        plan = pipeline.analyse(SpeechRequest(TEXT, Settings(prosody="rules")))
        return [part.keys for part in pipeline.render(plan)]

    three, two = keys(3), keys(2)
    assert three[0] == two[0], "by itself"
    assert not {*three[1], *three[2]} & {*two[1], *two[2]}


def test_a_sentence_said_twice_in_a_pass_has_two_names(pipeline: Pipeline) -> None:
    plan = pipeline.analyse(SpeechRequest(ONE + TWO + TWO, Settings(prosody="rules")))
    assert len({part.keys[0] for part in pipeline.render(plan)}) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{ONE}{TWO}[pause 1s]{THREE}{FOUR}", [(ONE,), (TWO,), (THREE, FOUR)]),
        (f"{ONE}{TWO}[happy]{THREE}[/happy]{FOUR}{FIVE}", [(ONE,), (TWO,), (THREE,), (FOUR, FIVE)]),
        (f"{ONE}\n第一章\n{THREE}{FOUR}", [(ONE,), ("第一章",), (THREE, FOUR)]),
    ],
)
def test_a_pause_of_the_writers_another_emotion_and_a_line_without_a_mark_divide(
    pipeline: Pipeline, engine: PassingEngine, text: str, expected: list[tuple[str, ...]]
) -> None:
    spoken(pipeline, text)
    assert engine.passes == expected


EDITS: list[tuple[Edit, list[tuple[str, ...]]]] = [
    (Shift(2, 0, "pitch_shift", 2.0), [(THREE,)]),
    (ReadingEdit(2, 0, "wo2"), [(THREE,)]),
    (Break(2, 1, 2), [(THREE,)]),
    (Pause(2, 2.0), []),
]


@pytest.mark.parametrize(("edit", "expected"), EDITS, ids=lambda one: type(one).__name__)
def test_an_edit_speaks_its_own_sentence_by_itself_and_the_others_stay_as_they_were(
    pipeline: Pipeline, engine: PassingEngine, edit: Edit, expected: list[tuple[str, ...]]
) -> None:
    before = spoken(pipeline)
    engine.passes.clear()
    after = rendered(pipeline, before.utterance, edit)
    assert engine.passes == expected
    old, new = sounds(before), sounds(after)
    assert {text for text in TEXTS if old[text] != new[text]} == {one for texts in expected for one in texts}
    # And so it is from now on, though no plan says that.
    assert np.array_equal(rendered(pipeline, after.utterance).samples, after.samples)
    assert engine.passes == expected


def test_a_sentence_taken_out_of_its_text_is_heard_as_there(pipeline: Pipeline, engine: PassingEngine) -> None:
    whole = spoken(pipeline)
    engine.passes.clear()
    plan = opened(whole.utterance)
    alone = pipeline.collect(plan.alone(plan.sentences[2].segment), Run())
    assert engine.passes == [] and sounds(alone)[THREE] == sounds(whole)[THREE]


def test_a_sentence_first_heard_alone_is_heard_so_in_its_text(pipeline: Pipeline, engine: PassingEngine) -> None:
    whole = spoken(pipeline)
    other = pipeline.analyse(SpeechRequest("六月了。", Settings(prosody="rules"))).segments[0]
    plan = opened(whole.utterance)
    [alone] = sounds(pipeline.collect(plan.alone(other), Run())).values()
    engine.passes.clear()
    new = Sentence((Version("A", other),), body=other.text)
    rewritten = replace(plan, sentences=(*plan.sentences[:2], new, *plan.sentences[3:]))
    after = rendered(pipeline, rewritten.utterance())
    assert engine.passes == [] and sounds(after)[other.text] == alone


def test_the_receipt_of_an_edited_text_says_that_sentences_were_kept(pipeline: Pipeline) -> None:
    before = spoken(pipeline)
    after = rendered(pipeline, before.utterance, Shift(2, 0, "pitch_shift", 2.0))
    assert before.utterance.receipt is not None and after.utterance.receipt is not None
    said = "sentences kept from before an edit"
    assert said not in before.utterance.receipt.made_with and said in after.utterance.receipt.made_with
    again = rendered(pipeline, after.utterance)
    assert again.verdict is not None and said in again.verdict.differs, "a plan alone does not give that again"


def test_a_new_text_takes_nothing_from_another_one(pipeline: Pipeline, engine: PassingEngine) -> None:
    spoken(pipeline)
    engine.passes.clear()
    spoken(pipeline, ONE + TWO + THREE + FIVE + FOUR)
    assert engine.passes == [(TWO, THREE, FIVE), (FOUR,)], "it sounds as on any other day"


def test_a_longer_version_of_a_work_keeps_what_was_heard(pipeline: Pipeline, engine: PassingEngine) -> None:
    def version(text: str) -> dict[str, bytes]:
        run = Run()
        run.keeps = True
        parts = list(pipeline.stream(SpeechRequest(text, Settings(prosody="rules")), run=run))
        assert run.utterance is not None
        return {
            segment.text: part.sound.pcm.tobytes()
            for segment, part in zip(run.utterance.segments, parts, strict=True)
            if part.sound is not None
        }

    first = version(TEXT)
    engine.passes.clear()
    second = version(f"{ONE}{TWO}我是新的。我也是。{THREE}{FOUR}{FIVE}")
    assert engine.passes == [("我是新的。", "我也是。")]
    assert all(first[text] == second[text] for text in TEXTS)


def test_streamed_and_whole_are_the_same(tiny_config: Config) -> None:
    request = SpeechRequest(TEXT, Settings(prosody="rules"))
    streams, engines = [], []
    for stream in (True, False):
        engine = PassingEngine(load(tiny_config))
        pipeline = Pipeline(tiny_config, engine)
        run = Run()
        parts = pipeline.stream(request, run=run) if stream else pipeline.render(pipeline.analyse(request), run=run)
        streams.append(np.concatenate([part.samples for part in parts]))
        engines.append(engine.passes)
    assert np.array_equal(streams[0], streams[1]) and engines[0] == engines[1]


def test_the_first_sentence_of_a_stream_comes_before_any_pass(pipeline: Pipeline, engine: PassingEngine) -> None:
    parts = pipeline.stream(SpeechRequest(TEXT, Settings(prosody="rules")), run=Run())
    next(parts)
    assert engine.passes == [(ONE,)]


def test_what_cannot_be_cut_out_of_its_pass_is_spoken_by_itself(
    tiny_config: Config, pipeline: Pipeline, engine: PassingEngine
) -> None:
    whole = sounds(spoken(Pipeline(tiny_config, PassingEngine(load(tiny_config)))))
    engine.uncut = {THREE}
    partly = sounds(spoken(pipeline))
    assert engine.passes == [(ONE,), (TWO, THREE, FOUR), (THREE,), (FIVE,)]
    assert {text for text in TEXTS if whole[text] != partly[text]} == {THREE}


def test_after_two_passes_that_cannot_be_cut_no_more_are_tried(
    tiny_config: Config, engine: PassingEngine, pipeline: Pipeline
) -> None:
    text = TEXT + "六月了。七月了。八月了。"
    engine.uncut, engine.most = {one + "。" for one in text.split("。")}, 2
    speech = spoken(pipeline, text)
    assert [texts for texts in engine.passes if len(texts) > 1] == [(TWO, THREE), (FOUR, FIVE)]
    assert len(engine.spoken) == 8 and "lost" in [stage.name for stage in speech.stages]
    plain = spoken(Pipeline(tiny_config, HeldEngine(load(tiny_config))), text)
    assert np.array_equal(speech.samples, plain.samples) and speech.engine == plain.engine and not speech.fallback
    engine.passes.clear()
    assert spoken(pipeline, text).cached == 8 and engine.passes == [], "which costs nothing the second time"


def test_a_pass_that_fails_takes_nothing_from_its_engine(pipeline: Pipeline, engine: PassingEngine) -> None:
    engine.fault = StudioError("voice_stumbled", reason="it came to no end")
    speech = spoken(pipeline)
    assert engine.spoken == [*TEXTS] and not speech.fallback


def test_what_an_interruption_left_of_a_pass_is_completed_from_the_same_pass(
    tiny_config: Config, engine: PassingEngine, tmp_path: Path
) -> None:
    store = SoundStore(tmp_path / "sounds")
    forgetful = tiny_config.model_copy(update={"cache": CacheConfig(segments_mb=0)})

    def pipeline() -> Pipeline:
        made = Pipeline(forgetful, engine)
        made.keep_sounds(store)
        return made

    def part_by_part(until: int) -> list[SegmentAudio]:
        one, run = pipeline(), Run()
        run.keeps = True
        parts: list[SegmentAudio] = []
        for part in one.stream(SpeechRequest(TEXT, Settings(prosody="rules")), run=run):
            assert part.sound is not None
            store.keep(part.sound, part.sample_rate, *part.keys)
            store.note(part.keys[0], part.lately)
            parts.append(part)
            if len(parts) == until:
                break
        return parts

    whole = spoken(Pipeline(forgetful, PassingEngine(load(tiny_config))))
    part_by_part(2)
    engine.passes.clear()
    parts = part_by_part(5)
    assert engine.passes == [(TWO, THREE, FOUR), (FIVE,)]
    assert np.array_equal(np.concatenate([part.samples for part in parts]), whole.samples)
    engine.passes.clear()
    part_by_part(5)
    assert engine.passes == []


# ---------------------------------------------------------------------- passes that come next

LONG = TEXT + "六月了。七月了。八月了。"
SIX, SEVEN, EIGHT = "六月了。", "七月了。", "八月了。"


def test_an_engine_is_told_which_passes_come_next_but_not_with_the_first_sentence(
    pipeline: Pipeline, engine: PassingEngine
) -> None:
    engine.most, engine.ahead = 2, 2
    spoken(pipeline, LONG)
    assert engine.passes == [(ONE,), (TWO, THREE), (FOUR, FIVE), (SIX, SEVEN), (EIGHT,)]
    assert engine.told == [[(FOUR, FIVE), (SIX, SEVEN)], [(SIX, SEVEN), (EIGHT,)], [(EIGHT,)]], "the last knows none"


def test_an_engine_that_says_each_sentence_by_itself_is_told_too(pipeline: Pipeline, engine: PassingEngine) -> None:
    engine.most, engine.ahead = 0, 3
    spoken(pipeline)
    assert engine.told == [[(THREE,), (FOUR,), (FIVE,)], [(FOUR,), (FIVE,)], [(FIVE,)]]


def test_what_it_is_told_changes_no_sound_and_no_name(tiny_config: Config) -> None:
    ways: list[tuple[list[tuple[str, ...]], bytes]] = []
    for ahead in (0, 3):
        engine = PassingEngine(load(tiny_config), most=2)
        engine.ahead = ahead
        pipeline = Pipeline(tiny_config, engine)
        parts = [*pipeline.stream(SpeechRequest(LONG, Settings(prosody="rules")), run=Run())]
        ways.append(([part.keys for part in parts], b"".join(part.samples.tobytes() for part in parts)))
    assert ways[0] == ways[1]


def test_what_is_kept_is_not_told(pipeline: Pipeline, engine: PassingEngine) -> None:
    engine.most, engine.ahead = 2, 3
    spoken(pipeline, LONG)
    engine.told.clear()
    spoken(pipeline, LONG.replace(TWO, "昨天很好。"))
    assert engine.passes[-1] == ("昨天很好。", THREE) and engine.told == [[]]


def test_only_passes_of_the_same_settings_are_told(pipeline: Pipeline, engine: PassingEngine) -> None:
    engine.most, engine.ahead = 1, 3
    plan = pipeline.analyse(SpeechRequest(TEXT, Settings(prosody="rules")))
    plan.segments[3].emotion = "happy"
    pipeline.collect(pipeline.accept(plan), Run())
    assert engine.passes == [(ONE,), (TWO,), (THREE,), (FOUR,), (FIVE,)] and engine.told == [[(THREE,)]]
