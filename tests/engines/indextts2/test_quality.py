"""The three qualities of a cloned voice: what each means, and what is set by hand beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from indextts.engines.indextts2.costs import FRAMES_PER_S
from indextts.engines.indextts2.engine import open_engine
from indextts.engines.indextts2.reference.acoustics import AcousticPrompt
from indextts.engines.indextts2.speech.prompts import shortened
from indextts.model.settings import QUALITIES, parse_sampling
from indextts.model.utterance import Sampling, Settings
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.plan.segment_cache import heard
from indextts.platform.config import Config, EnginesConfig, IndexTts2Config
from indextts.platform.run import Run
from tests.support.cloned import Library, segment


def prompt_of(seconds: float, quiet_s: float) -> AcousticPrompt:
    """A loud recording with 0.1 s of silence at ``quiet_s``; each frame's condition is its number."""
    frames = round(seconds * FRAMES_PER_S)
    mel = torch.zeros(1, 4, frames)
    mel[:, :, round(quiet_s * FRAMES_PER_S) : round((quiet_s + 0.1) * FRAMES_PER_S)] = -8.0
    return AcousticPrompt(mel, torch.arange(frames)[None, :, None].float(), torch.ones(1, 2))


def test_a_prompt_is_cut_to_its_end_at_a_quiet_place() -> None:
    whole = prompt_of(10.0, 7.4)
    part = shortened(whole, 3.0)
    begin = int(part.condition[0, 0, 0])
    assert 7.4 < begin / FRAMES_PER_S < 7.5, "in the silence"
    assert torch.equal(part.mel, whole.mel[:, :, begin:]) and torch.equal(part.condition, whole.condition[:, begin:])
    assert int(part.condition[0, -1, 0]) == whole.mel.shape[2] - 1, "what the target follows stays"
    assert part.mel.shape[2] <= 3.0 * FRAMES_PER_S + 1


def test_a_short_recording_stays_whole() -> None:
    whole = prompt_of(2.0, 1.0)
    assert shortened(whole, 3.0) is whole


def test_a_quality_stands_for_its_sampling_and_one_by_hand_wins() -> None:
    assert Settings().drawn == Settings(quality="best").drawn == Sampling()
    assert Settings(quality="fast").drawn == QUALITIES["fast"] != Sampling()
    own = Sampling(beams=5)
    assert Settings(quality="fast", sampling=own).drawn == own
    assert parse_sampling("temperature=0.5", "fast") == replace(QUALITIES["fast"], temperature=0.5)
    assert parse_sampling({"steps": 30}, "balanced") == replace(QUALITIES["balanced"], steps=30)
    assert parse_sampling({"steps": 30}, "nonsense") == Sampling(steps=30), "what is wrong is refused elsewhere"


def test_a_kept_sound_belongs_to_its_quality_and_the_published_one_is_named_as_ever() -> None:
    plain, best, fast = (heard(Settings(quality=name)) for name in ("default", "best", "fast"))
    assert plain == best != fast
    assert fast == heard(Settings(sampling=QUALITIES["fast"])), "the same sound has one name"


@pytest.mark.night
def test_each_quality_is_heard_and_costs_less_than_the_one_before(tmp_path: Path, checkpoint: Path) -> None:
    library = Library(tmp_path)
    voice = library.add((library.record(110.0, 4.0), 1.0))
    own = IndexTts2Config(threads=1, precision="exact", quality="fast")
    config = Config(cache_dir=tmp_path, engines=EnginesConfig(indextts2=own))
    engine = open_engine(config, library, checkpoint)
    assert engine.paces == {}, "nothing was measured yet"
    engine.prepare()
    assert engine.paces["best"] > engine.paces["balanced"] > engine.paces["fast"] == engine.pace > 0
    sounds = {
        name: engine.speak(segment(), Settings(voice=voice, quality=name), Run()) for name in ("balanced", "fast")
    }
    by_hand = engine.speak(segment(), Settings(voice=voice, sampling=QUALITIES["fast"]), Run())
    assert np.array_equal(sounds["fast"], by_hand)
    longer = replace(QUALITIES["fast"], prompt_s=15.0)
    whole = engine.speak(segment(), Settings(voice=voice, sampling=longer), Run())
    assert whole.shape == by_hand.shape and not np.array_equal(whole, by_hand), "the prompt is heard"
    asked = [Settings(voice=voice, quality=name) for name in ("best", "balanced", "fast")]
    foreseen = [engine.forecast([segment()], one) for one in asked]
    assert foreseen == sorted(foreseen, reverse=True)
    pipeline = Pipeline(config, engine)
    plan = pipeline.analyse(SpeechRequest("你好。", Settings(voice=voice, prosody="rules")))
    assert plan.settings.quality == "fast", "as configured"


@pytest.mark.parametrize("given", ["best", "balanced", "fast", "default"])
def test_a_plan_goes_through_json_with_its_quality(given: str) -> None:
    from indextts.model.utterance import Utterance

    plan = Utterance("a", Settings(quality=given))
    assert Utterance.from_json(plan.to_json()) == plan
