"""A plan carries a receipt from which the same audio comes again, or which says what is another here."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest

from indextts import __version__
from indextts.engines.embedded.engine import load
from indextts.model.utterance import Receipt, Settings, Utterance
from indextts.pipeline.pipeline import Pipeline, Speech
from indextts.plan.request import SpeechRequest
from indextts.platform.config import AudioConfig, Config
from indextts.platform.run import Run
from indextts.platform.serving_config import CacheConfig
from indextts.sound.encode import to_int16

TEXT = "你好，世界。We met 12 friends!"


@pytest.fixture
def config(tiny_config: Config) -> Config:
    return tiny_config.model_copy(update={"cache": CacheConfig(segments_mb=0)})


@pytest.fixture
def pipeline(config: Config) -> Pipeline:
    return Pipeline(config, load(config))


def again(pipeline: Pipeline, plan: Utterance) -> Speech:
    return pipeline.collect(pipeline.accept(Utterance.from_json(plan.to_json())), Run())


def receipt_of(plan: Utterance) -> Receipt:
    assert plan.receipt is not None
    return plan.receipt


def test_a_receipt_says_what_the_plan_was_made_with(pipeline: Pipeline, config: Config) -> None:
    plan = pipeline.analyse(SpeechRequest(TEXT, Settings(speed=1.2, seed=5)))
    receipt = receipt_of(plan)
    assert (receipt.product, receipt.engine, receipt.audio) == (__version__, "embedded", "")
    assert receipt.text == hashlib.sha256(TEXT.encode()).hexdigest()
    assert receipt.settings == plan.settings and receipt.settings.voice == "baker" and receipt.settings.seed == 5
    network = config.models_path / "embedded" / "vocoder.onnx"
    assert receipt.made_with["embedded/vocoder.onnx"] == hashlib.sha256(network.read_bytes()).hexdigest()
    emotions = hashlib.sha256(config.emotions_path.read_bytes()).hexdigest()
    assert receipt.made_with["emotions"] == emotions
    names = {"delivery", "audio settings", "engine settings", "onnxruntime", "numpy", "machine"}
    assert names <= set(receipt.made_with)


def test_the_same_audio_comes_again_and_its_hash_says_so(pipeline: Pipeline) -> None:
    plan = pipeline.analyse(SpeechRequest(TEXT))
    first = again(pipeline, plan)
    second = again(pipeline, first.utterance)
    assert np.array_equal(first.samples, second.samples)
    for speech in (first, second):
        assert speech.verdict is not None and speech.verdict.reproducible and not speech.verdict.edited
        assert receipt_of(speech.utterance).audio == hashlib.sha256(to_int16(speech.samples).tobytes()).hexdigest()


@pytest.mark.parametrize(
    "edit",
    [
        lambda plan: setattr(plan.segments[0].tokens[0], "duration_scale", 1.5),
        lambda plan: setattr(plan.segments[0].tokens[0], "reading", "ni4"),
        lambda plan: setattr(plan.segments[0], "pause_after_s", 1.0),
        lambda plan: setattr(plan.segments[0], "emotion", "sad"),
        lambda plan: setattr(plan, "settings", replace(plan.settings, speed=1.1)),
        lambda plan: setattr(plan, "pause_before_s", 1.0),
    ],
)
def test_an_edited_plan_is_told_from_another_installation(pipeline: Pipeline, edit) -> None:
    plan = pipeline.analyse(SpeechRequest(TEXT))
    edit(plan)
    verdict = again(pipeline, plan).verdict
    assert verdict is not None and verdict.edited and verdict.reproducible


@pytest.mark.parametrize("name", ["embedded/encoder.onnx", "emotions", "delivery", "onnxruntime", "machine"])
def test_what_is_another_here_is_named_and_never_refused(pipeline: Pipeline, name: str) -> None:
    plan = pipeline.analyse(SpeechRequest(TEXT))
    old = receipt_of(plan)
    plan.receipt = replace(old, made_with={**old.made_with, name: "another"})
    speech = again(pipeline, plan)
    assert speech.verdict is not None and not speech.verdict.reproducible and not speech.verdict.edited
    assert speech.verdict.differs == (name,)
    assert receipt_of(speech.utterance).made_with == old.made_with, "the new receipt is this installation's"


def test_other_audio_settings_and_another_version_are_named(config: Config, pipeline: Pipeline) -> None:
    plan = pipeline.analyse(SpeechRequest(TEXT))
    plan.receipt = replace(receipt_of(plan), product="0.0.1")
    quiet = Pipeline(config.model_copy(update={"audio": AudioConfig(loudness_lufs=-23)}), load(config))
    verdict = again(quiet, plan).verdict
    assert verdict is not None and verdict.differs == ("product", "audio settings")


def test_a_plan_from_before_there_were_receipts_loads_and_gets_one(pipeline: Pipeline) -> None:
    data = json.loads(pipeline.analyse(SpeechRequest(TEXT)).to_json())
    del data["receipt"]
    speech = pipeline.collect(pipeline.accept(Utterance.from_json(json.dumps(data))), Run())
    assert speech.verdict is None and receipt_of(speech.utterance).audio
