"""Sentences that were spoken in one pass are single sounds to a job, over restarts, edits and swept stores."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest

from indextts.engines.embedded.engine import load
from indextts.model.utterance import Settings, Utterance
from indextts.plan.edits import Shift, apply
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.works.db.model import Job
from tests.support.passes import FIVE, FOUR, ONE, TEXT, THREE, TWO, PassingEngine
from tests.support.services import make_service
from tests.support.whole import WholeService

OWNER = "local"


@pytest.fixture
def engine(tiny_config: Config) -> PassingEngine:
    return PassingEngine(load(tiny_config))


def service(folder: Path, engine: PassingEngine) -> WholeService:
    """One without memory for sentences, as after a restart."""
    made = make_service(Config(cache_dir=folder), engine)
    engine.passes.clear()  # it has warmed up
    return made


def ended(spoken: WholeService, what: SpeechRequest | Utterance) -> Job:
    jobs = spoken.works.jobs
    *_, last = jobs.follow(OWNER, jobs.start(OWNER, what).id)
    assert last.state == "done"
    return last


@pytest.mark.night
def test_an_edit_after_a_restart_speaks_its_own_sentence_alone(tmp_path: Path, engine: PassingEngine) -> None:
    first = service(tmp_path, engine)
    job = ended(first, SpeechRequest(TEXT, Settings(prosody="rules")))
    plan, before = first.works.jobs.plan(OWNER, job.id), first.works.jobs.sound(OWNER, job.id)
    assert engine.passes == [(ONE,), (TWO, THREE, FOUR), (FIVE,)]
    first.close()
    second = service(tmp_path, engine)
    edited = ended(second, apply(copy.deepcopy(plan), [Shift(2, 0, "pitch_shift", 2.0)]))
    assert engine.passes == [(THREE,)] and edited.cached == 4
    after = second.works.jobs.plan(OWNER, edited.id)
    begin = round((after.segments[2].start_s or 0.0) * job.sample_rate)
    assert np.array_equal(second.works.jobs.sound(OWNER, edited.id)[:begin], before[:begin])
    second.close()


def test_a_sound_that_was_swept_is_spoken_again_in_its_pass(tmp_path: Path, engine: PassingEngine) -> None:
    first = service(tmp_path, engine)
    job = ended(first, SpeechRequest(TEXT, Settings(prosody="rules")))
    before = first.works.jobs.sound(OWNER, job.id)
    first.close()
    for path in (tmp_path / "works" / "sounds").rglob("*.flac"):
        path.unlink()
    again = service(tmp_path, engine)
    assert np.array_equal(again.works.jobs.sound(OWNER, job.id), before)
    assert engine.passes == [(ONE,), (TWO, THREE, FOUR), (FIVE,)], "each once"
    again.close()
