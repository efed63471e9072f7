"""Commercial use: nothing speaks or decides that is not free, and every receipt says what made the sound."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

import pytest

from indextts.engines.kokoro import install
from indextts.engines.registry import REGISTRY
from indextts.model.errors import StudioError
from indextts.model.settings import Settings
from indextts.model.utterance import Receipt, Utterance
from indextts.pipeline.fallback.pool import Pool
from indextts.pipeline.fallback.router import EngineRouter
from indextts.pipeline.pipeline import Pipeline
from indextts.plan import rights
from indextts.plan.request import RoleSpan, SpeechRequest
from indextts.platform.config import Config, EnginesConfig
from indextts.platform.run import Run
from indextts.reading.phonemes.zh import polyphones
from tests.support.tiny_kokoro import make_published
from tests.support.tiny_voice import make_tiny_voice

TEXT = "今天天气真不错，我们去公园散步吧。"
FREE = Settings(commercial=True)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The fast voice goes before the natural ones, so that a natural one speaks only because it has to."""
    home = tmp_path_factory.mktemp("commercial")
    config = Config(cache_dir=home, engines=EnginesConfig(order=("embedded", "kokoro")))
    make_tiny_voice(config.models_path)
    assert install.ensure(config, local=make_published(home / "published"), fetch=never, say=lambda _: None)
    return config


def never(folder: str, **_: object) -> None:
    raise AssertionError("nothing is to be fetched")


@pytest.fixture(scope="module")
def pipeline(config: Config) -> Pipeline:
    return Pipeline(config, EngineRouter(config, Pool(config, REGISTRY)))


def refusal(pipeline: Pipeline, request: SpeechRequest) -> StudioError:
    with pytest.raises(StudioError) as raised:
        pipeline.analyse(request)
    return raised.value


def spoken(pipeline: Pipeline, request: SpeechRequest) -> Receipt:
    receipt = pipeline.speak(request).utterance.receipt
    assert receipt is not None
    return receipt


def test_the_usual_way_is_told_as_it_is(pipeline: Pipeline) -> None:
    receipt = spoken(pipeline, SpeechRequest(TEXT))
    assert receipt.rights == {"embedded": "no", "polyphones": "no", "lm": "no"}
    assert receipt.commercial == "no"


def test_with_commercial_use_only_what_is_free_speaks_and_decides(pipeline: Pipeline) -> None:
    plan = pipeline.analyse(SpeechRequest(TEXT, FREE))
    assert (plan.settings.engine, plan.settings.prosody) == ("kokoro", "rules")
    assert rights.deciding(plan) == {}
    receipt = spoken(pipeline, SpeechRequest(TEXT, FREE))
    assert (receipt.rights, receipt.commercial) == ({"kokoro": "yes"}, "yes")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (Settings(engine="embedded"), "fast engine"),
        (Settings(voice="baker"), "“Built-in (female)”"),
        (Settings(voice="design:pitch=2"), "“design:pitch=2”"),
        (Settings(voice="clone-1"), "“clone-1”"),
        (Settings(prosody="lm"), "“lm”"),
        (Settings(prosody="causal"), "“causal”"),
        (Settings(prosody="llm"), "“llm”"),
        (Settings(emotion="auto"), "emotions in Chinese text"),
        (Settings(emotion_text="很高兴"), "emotions in Chinese text"),
    ],
)
def test_what_is_not_free_is_refused_by_name(pipeline: Pipeline, settings: Settings, named: str) -> None:
    if settings.voice == "clone-1":
        with pytest.raises(StudioError) as raised:
            pipeline._router.check_rights(replace(settings, commercial=True), ["clone-1"])
        error = raised.value
    else:
        error = refusal(pipeline, SpeechRequest(TEXT, replace(settings, commercial=True)))
    assert (error.code, error.status) == ("not_commercial", 422)
    assert named in error.localise("en")[0]
    assert "{" not in "".join(error.localise("zh"))


def test_a_refused_voice_names_the_engines_that_may(pipeline: Pipeline) -> None:
    error = refusal(pipeline, SpeechRequest(TEXT, replace(FREE, voice="baker")))
    assert "Natural (Kokoro)" in error.localise("en")[1] and "自然音色" in error.localise("zh")[1]
    assert "“内置女声”" in error.localise("zh")[0] and "baker" not in "".join(error.localise("zh"))


@pytest.mark.parametrize(
    "request_",
    [
        SpeechRequest("A：你好。\nB：再见。", FREE, speakers={"A": "baker", "B": "zm_yunxi"}),
        SpeechRequest('<speak>早。<voice name="baker">你好。</voice></speak>', FREE),
        SpeechRequest("早。你好。", FREE, literal=True, roles=(RoleSpan(2, 5, voice="baker"),)),
    ],
)
def test_no_part_of_a_text_is_said_by_another_voice(pipeline: Pipeline, request_: SpeechRequest) -> None:
    assert refusal(pipeline, request_).code == "not_commercial"
    allowed = replace(request_, settings=Settings())
    assert pipeline.analyse(allowed).segments


def test_voices_that_are_picked_for_a_dialogue_are_free(pipeline: Pipeline) -> None:
    text = "A：你好。\nB：你好。\nC：再见。\nD：回见。\nE：早。"
    plan = pipeline.analyse(SpeechRequest(text, FREE))
    voices = {segment.voice or plan.settings.voice for segment in plan.segments}
    assert len(voices) > 1 and all(voice.startswith(("zf_", "zm_", "af_", "bf_")) for voice in voices)


def test_english_emotions_are_read_from_the_text_all_the_same(pipeline: Pipeline) -> None:
    receipt = spoken(pipeline, SpeechRequest("I love this! It is wonderful.", replace(FREE, emotion="auto")))
    assert (receipt.rights, receipt.commercial) == ({"kokoro": "yes", "emotion_en": "yes"}, "yes")
    error = refusal(pipeline, SpeechRequest("I love this! 今天真开心。", replace(FREE, emotion="auto")))
    assert error.code == "not_commercial"


def test_no_engine_that_is_not_free_stands_in(pipeline: Pipeline, config: Config) -> None:
    router = pipeline._router
    assert router.links("kokoro") == ["kokoro", "embedded"]
    assert router.links("kokoro", commercial=True) == ["kokoro"]
    without = EngineRouter(config, Pool(config, {"embedded": REGISTRY["embedded"]}))
    with pytest.raises(StudioError, match="--with kokoro"):
        Pipeline(config, without).analyse(SpeechRequest(TEXT, FREE))


def test_a_plan_that_was_decided_otherwise_is_not_taken_for_commercial_use(pipeline: Pipeline) -> None:
    asked = Settings(engine="kokoro", voice="zf_xiaoxiao")
    plan = pipeline.analyse(SpeechRequest(TEXT, asked))
    turned = Utterance.from_json(plan.to_json())
    turned.settings = replace(turned.settings, commercial=True)
    with pytest.raises(StudioError) as raised:
        pipeline.accept(turned)
    assert raised.value.code == "not_commercial" and "“lm”" in str(raised.value)
    turned.settings = replace(turned.settings, prosody="rules")
    with pytest.raises(StudioError, match="Analyse its text again"):
        pipeline.accept(turned)
    ruled = pipeline.analyse(SpeechRequest(TEXT, replace(asked, prosody="rules")))
    ruled.settings = replace(ruled.settings, commercial=True)
    with pytest.raises(StudioError, match="polyphones"):
        pipeline.accept(ruled)


@pytest.mark.night
def test_an_edited_plan_stays_true(pipeline: Pipeline) -> None:
    plan = Utterance.from_json(pipeline.analyse(SpeechRequest(TEXT, FREE)).to_json())
    plan.segments[0].tokens[1].break_after = 2
    plan.segments[-1].tokens[0].reading = "wo4"
    edited = pipeline.collect(pipeline.accept(plan), Run()).utterance
    assert edited.receipt is not None and edited.receipt.rights == {"kokoro": "yes"}
    other = Utterance.from_json(edited.to_json())
    other.segments[0].voice = "baker"
    with pytest.raises(StudioError, match=r"“Built-in \(female\)”"):
        pipeline.accept(other)
    other.settings = replace(other.settings, commercial=False)
    mixed = pipeline.collect(pipeline.accept(other), Run()).utterance.receipt
    assert mixed is not None and mixed.commercial == "no" and {"embedded", "kokoro"} >= set(mixed.rights)


def test_what_a_person_has_set_is_nobody_else_s(pipeline: Pipeline) -> None:
    plan = pipeline.analyse(SpeechRequest("我想去银行，你去不去？", replace(Settings(), engine="kokoro")))
    assert set(rights.deciding(plan)) == {"polyphones", "lm"}
    for segment in plan.segments:
        segment.intonation_source = "user"
        for token in segment.tokens:
            token.reading_source = token.break_source = token.prominence_source = "user"
    assert rights.deciding(plan) == {}


def test_the_same_plan_has_the_same_sound(pipeline: Pipeline) -> None:
    """The setting is no part of what names a sentence's sound: it is not spoken twice."""
    plain = Settings(engine="kokoro", voice="zf_xiaoxiao", prosody="rules")
    first = pipeline.speak(SpeechRequest("大家早上都来。", plain))
    again = pipeline.speak(SpeechRequest("大家早上都来。", replace(plain, commercial=True)))
    assert again.cached == len(again.utterance.segments) and (again.samples == first.samples).all()


def test_every_licence_is_told_as_the_table_has_it() -> None:
    from indextts.models.rights import rights as table

    rows = {row.id: row for row in table()}
    assert {name: info.commercial for name, info in REGISTRY.items()} == {
        row.id: row.commercial for row in rows.values() if row.kind == "engine"
    }
    for name, said in rights.MODELS.items():
        if name != "llm":
            assert (rows[name].kind, rows[name].commercial) == ("model", said)


def test_the_models_of_barred_labels_are_not_even_opened(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened() -> NoReturn:
        raise AssertionError("the model of polyphones was opened")

    monkeypatch.setattr(polyphones, "load", opened)
    plan = pipeline.analyse(SpeechRequest("我想买雨伞，他长得高，Mr Zhang Wei 也来。", FREE))
    plan.segments[0].tokens[0].break_after = 3
    pipeline.accept(plan)
    with pytest.raises(AssertionError, match="polyphones"):
        pipeline.analyse(SpeechRequest("他长得高。"))
