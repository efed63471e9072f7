"""What memory no longer holds of a spoken plan is asked for below it: an edit costs one sentence of any text."""

from __future__ import annotations

import copy
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indextts.engines.base import Samples
from indextts.engines.embedded.engine import load
from indextts.model.utterance import Segment, Settings
from indextts.pipeline.pipeline import Pipeline, Speech
from indextts.plan.edits import Edit, Pause, Shift, apply
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.platform.serving_config import CacheConfig
from indextts.sound.encode import to_int16
from indextts.works.sounds.sounds import SoundStore
from tests.support.services import HeldEngine

TEXT = "今天天气很好。我们在重庆住了三天。明天回家。"


class Fickle(HeldEngine):
    """Says nothing twice in the same way."""

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        samples = super().speak(segment, settings, run)
        noise = np.random.default_rng().normal(0.0, 0.01, samples.shape)
        return (samples + noise).astype(np.float32)


@pytest.fixture
def engine(tiny_config: Config) -> Fickle:
    return Fickle(load(tiny_config))


@pytest.fixture
def pipeline(tiny_config: Config, engine: Fickle) -> Pipeline:
    """Without any memory for sentences, as one is for a text that is longer than it."""
    return Pipeline(tiny_config.model_copy(update={"cache": CacheConfig(segments_mb=0)}), engine)


@pytest.fixture
def spoken(pipeline: Pipeline, engine: Fickle) -> Speech:
    speech = pipeline.speak(SpeechRequest(TEXT))
    engine.spoken.clear()
    return speech


@pytest.fixture
def store(tmp_path: Path) -> SoundStore:
    return SoundStore(tmp_path / "sounds")


@pytest.fixture
def kept(pipeline: Pipeline, engine: Fickle, store: SoundStore) -> Speech:
    """Something spoken whose sounds lie on the disk, as those of a job do."""
    run = Run()
    utterance = pipeline.analyse(SpeechRequest(TEXT), run=run)
    parts = []
    for part in pipeline.render(utterance, run=run):
        assert part.sound is not None
        store.keep(part.sound, part.sample_rate, *part.keys)
        parts.append(part.samples)
    pipeline.keep_sounds(store)
    engine.spoken.clear()
    return Speech(np.concatenate(parts), pipeline.sample_rate, utterance, run.engine, run.stages)


def edited(pipeline: Pipeline, spoken: Speech, edit: Edit) -> Speech:
    return pipeline.collect(copy.deepcopy(apply(spoken.utterance, [edit])), Run())


def parts(speech: Speech) -> list[bytes]:
    rate = speech.sample_rate
    places = [(round((s.start_s or 0.0) * rate), round((s.end_s or 0.0) * rate)) for s in speech.utterance.segments]
    return [to_int16(speech.samples[begin:end]).tobytes() for begin, end in places]


HIGHER = Shift(1, 3, "pitch_shift", 4.0)


def test_only_the_edited_sentence_is_spoken_and_the_others_are_the_same_to_the_byte(
    pipeline: Pipeline, kept: Speech, engine: Fickle
) -> None:
    after = edited(pipeline, kept, HIGHER)
    assert engine.spoken == ["我们在重庆住了三天。"] and after.cached == 2
    old, new = parts(kept), parts(after)
    assert (old[0], old[2]) == (new[0], new[2]) and old[1] != new[1]


def test_without_it_such_a_voice_says_everything_in_another_way(pipeline: Pipeline, spoken: Speech) -> None:
    old, new = parts(spoken), parts(edited(pipeline, spoken, HIGHER))
    assert not set(old) & set(new)


def test_its_sentences_have_the_times_of_their_new_places(pipeline: Pipeline, kept: Speech) -> None:
    after = edited(pipeline, kept, Pause(0, 2.0))
    by = after.duration_s - kept.duration_s
    assert abs(by) > 0.5 and parts(after) == parts(kept)
    old, new = (speech.utterance.segments[1].tokens for speech in (kept, after))
    assert [token.start_s for token in new[:-1]] == pytest.approx([(token.start_s or 0.0) + by for token in old[:-1]])
    assert [token.phones for token in new] == [token.phones for token in old], "with what the voice predicted"


def test_what_was_asked_for_otherwise_is_not_in_it(pipeline: Pipeline, kept: Speech, engine: Fickle) -> None:
    plan = copy.deepcopy(kept.utterance)
    plan.settings = replace(plan.settings, speed=1.5)
    assert pipeline.collect(plan, Run()).cached == 0 and len(engine.spoken) == 3


def test_a_voice_that_is_another_one_since_says_everything_anew(
    pipeline: Pipeline, kept: Speech, engine: Fickle, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = {**engine.fingerprints("baker"), "voice baker": "deeper"}
    monkeypatch.setattr(engine, "fingerprints", lambda _: voice)
    assert edited(pipeline, kept, HIGHER).cached == 0 and len(engine.spoken) == 3


def test_where_the_files_were_cleaned_up_everything_is_spoken_again(
    pipeline: Pipeline, kept: Speech, engine: Fickle, store: SoundStore
) -> None:
    shutil.rmtree(store.folder)
    assert edited(pipeline, kept, HIGHER).cached == 0 and len(engine.spoken) == 3
