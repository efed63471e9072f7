"""Who waits for the first sound hears the beginning of a long first sentence before the rest of it is spoken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indextts.engines.embedded.engine import load
from indextts.engines.indextts2.costs import reading_s
from indextts.engines.info import EngineInfo
from indextts.engines.registry import REGISTRY, single
from indextts.model.settings import QUALITIES
from indextts.model.utterance import Settings, Utterance
from indextts.pipeline.fallback.pool import Pool
from indextts.pipeline.fallback.router import EngineRouter
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.first_part import DEARER, SOONER
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config, EnginesConfig, IndexTts2Config
from indextts.platform.run import Run, Speech
from indextts.sound.export.subtitles import Subtitles
from tests.support.passes import PassingEngine
from tests.support.services import make_service
from tests.support.whole import WholeService

FIRST, REST = "今天的天气真是特别好，", "我们吃过早饭以后一起去公园里散步吧。"
SECOND, THIRD = "明天见。", "再见。"
TEXT = FIRST + REST + SECOND + THIRD
SETTINGS = Settings(prosody="rules")


def info_of(name: str) -> EngineInfo:
    return REGISTRY[name]


@pytest.fixture
def engine(tiny_config: Config) -> PassingEngine:
    return PassingEngine(load(tiny_config))


def config_of(short_first: object) -> Config:
    own = IndexTts2Config.model_validate({"short_first": short_first})
    return Config(engines=EnginesConfig(indextts2=own))


def pipeline_of(engine: PassingEngine, short_first: object = "auto") -> Pipeline:
    """One whose engine counts passes as IndexTTS-2 does."""
    config = config_of(short_first)
    [(name, own)] = single(lambda _: engine, engine.name).items()
    pool = Pool(config, {name: replace(own, pass_s=info_of("indextts2").pass_s)})
    pool.open(name)
    return Pipeline(config, EngineRouter(config, pool))


def heard(pipeline: Pipeline, text: str = TEXT, *, awaited: bool = True) -> Utterance:
    run = Run()
    run.awaited = awaited
    list(pipeline.stream(SpeechRequest(text, SETTINGS), run=run))
    assert run.utterance is not None
    return run.utterance


def rendered(pipeline: Pipeline, plan: Utterance) -> Speech:
    return pipeline.collect(pipeline.accept(Utterance.from_json(plan.to_json())), Run())


def test_both_parts_are_passes_of_their_own_and_nobody_is_written_ahead_of_them(engine: PassingEngine) -> None:
    engine.ahead = 3
    heard(pipeline_of(engine))
    assert engine.passes == [(FIRST,), (REST,), (SECOND, THIRD)]
    assert engine.told == [[]], "the first two are asked for with nothing beside them"


@pytest.mark.parametrize(("short_first", "count"), [("auto", 4), (True, 4), (False, 3)])
def test_the_setting_decides(engine: PassingEngine, short_first: object, count: int) -> None:
    assert len(heard(pipeline_of(engine, short_first)).segments) == count


def test_where_nobody_waits_a_sentence_stays_whole(engine: PassingEngine) -> None:
    pipeline = pipeline_of(engine)
    plans = [heard(pipeline, awaited=False), pipeline.speak(SpeechRequest(TEXT, SETTINGS)).utterance]
    plans.append(pipeline.analyse(SpeechRequest(TEXT, SETTINGS)))
    assert [len(plan.segments) for plan in plans] == [3, 3, 3]


def test_other_engines_speak_their_first_sentence_as_ever(tiny_config: Config, engine: PassingEngine) -> None:
    assert len(heard(Pipeline(tiny_config, engine)).segments) == 3


def test_the_same_asked_for_again_costs_nothing_and_its_plan_gives_the_same_sound(engine: PassingEngine) -> None:
    pipeline = pipeline_of(engine)
    first, asked = heard(pipeline), [*engine.passes]
    assert heard(pipeline) == first and engine.passes == asked
    again = rendered(pipeline_of(engine), first)
    assert again.verdict is not None and again.verdict.reproducible and not again.verdict.edited
    assert first.receipt is not None and again.utterance.receipt is not None
    assert again.utterance.receipt.audio == first.receipt.audio and engine.passes == [*asked, *asked]


def test_an_engine_that_depends_on_no_neighbour_says_both_parts_with_the_pause_of_a_comma(
    engine: PassingEngine,
) -> None:
    plan = heard(pipeline_of(engine))
    first, rest = plan.segments[:2]
    assert (first.text, rest.text) == (FIRST, REST)
    pause_s = (rest.start_s or 0.0) - (first.end_s or 0.0)
    assert pause_s == pytest.approx(Config().pauses.comma, abs=1e-3)
    assert first.intonation in ("", "continuation") and rest.intonation != "continuation"
    times = [token.start_s for one in plan.segments for token in one.tokens if token.phones]
    assert None not in times and times == sorted(times)  # type: ignore[type-var]
    lines = [line.text.strip() for line in Subtitles.of(plan).lines]
    assert "".join(lines).replace(" ", "").startswith(FIRST[:-1])


def test_a_stream_and_a_job_that_somebody_waits_for_begin_soon_and_other_jobs_do_not(
    tmp_path: Path, engine: PassingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EngineRouter, "pass_s", lambda *_: 0.5)
    service: WholeService = make_service(Config(cache_dir=tmp_path), engine)
    request, jobs = SpeechRequest(TEXT, SETTINGS), service.works.jobs
    assert [len(one.samples) > 0 for one in service.stream(request)] == [True] * 4
    assert len(service.speak(request).utterance.segments) == 3
    counts = {}
    for live in (True, False):
        *_, last = jobs.follow("local", jobs.start("local", request, live=live).id)
        counts[live] = last.segments_total
        jobs.resume("local", last.id, again=True)
        *_, again = jobs.follow("local", last.id)
        assert (again.state, again.cached) == ("done", last.segments_total), "in the same parts"
    assert counts == {True: 4, False: 3}
    service.close()


@pytest.mark.parametrize("quality", ["best", "balanced", "fast"])
def test_faster_qualities_read_the_recording_for_less(quality: str) -> None:
    """As measured: see docs/measurements.md."""
    cost = reading_s(QUALITIES[quality])
    assert cost == pytest.approx({"best": 2.2, "balanced": 1.6, "fast": 0.7}[quality], abs=0.1)
    least_s = cost * (2 - DEARER) / (DEARER - 1)
    assert 1.0 < least_s < 4.2 and 0 < SOONER < 1
    assert np.isinf(info_of("embedded").pass_s(Config(), SETTINGS))


def test_a_default_quality_is_the_engines_own(tiny_config: Config) -> None:
    config = tiny_config.model_copy(
        update={"engines": EnginesConfig(indextts2=IndexTts2Config.model_validate({"quality": "fast"}))}
    )
    assert info_of("indextts2").quality(config) == "fast" and info_of("embedded").quality(config) == "best"
    plan = Pipeline(config, load(tiny_config)).analyse(SpeechRequest("你好。", SETTINGS))
    assert plan.settings.quality == "best", "another engine's default is none of its business"
