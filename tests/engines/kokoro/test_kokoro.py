"""Kokoro: what can be changed between its graphs, on a tiny model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indextts.engines.kokoro import install, packaged
from indextts.engines.kokoro.engine import KokoroEngine, load
from indextts.engines.kokoro.info import folder, voices
from indextts.model.errors import StudioError
from indextts.model.utterance import Settings, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.sound.pitch import track
from tests.engines.kokoro.conftest import never

TEXT = "今天天气真不错，我们去公园散步吧。"


def planned(engine: KokoroEngine, config: Config, text: str = TEXT, **settings: object) -> Utterance:
    asked = Settings(engine="kokoro", voice="zf_xiaoxiao", prosody="rules", **settings)  # type: ignore[arg-type]
    return Pipeline(config, engine).analyse(SpeechRequest(text, settings=asked))


def said(engine: KokoroEngine, plan: Utterance) -> np.ndarray:
    (segment,) = plan.segments
    return engine.speak(segment, plan.settings, Run())


def test_it_is_installed_once(config: Config) -> None:
    published = config.cache_path / "published"
    assert not install.ensure(config, local=published, fetch=never, say=lambda _: None)
    assert not install.ensure(config, local=None, fetch=never, say=lambda _: None)
    assert folder(config).whole()
    assert [voice.id for voice in voices(config)] == ["zf_xiaoxiao", "zm_yunxi", "af_heart", "bf_emma"]


def test_where_no_hub_has_it_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(folder: str, **_: object) -> None:
        raise StudioError("pull_failed", model="kokoro", reason="no hub", files="x", folder=tmp_path)

    monkeypatch.setattr(packaged, "collect", lambda *_: False)
    with pytest.raises(StudioError) as caught:
        install.ensure(Config(cache_dir=tmp_path), local=None, fetch=fetch, say=lambda _: None)
    assert caught.value.code == "pull_failed"


def test_tokens_have_times_in_order_and_within_the_sound(engine: KokoroEngine, config: Config) -> None:
    plan = planned(engine, config)
    audio = said(engine, plan)
    times = [(t.start_s, t.end_s) for t in plan.segments[0].tokens if t.phones]
    flat = [moment for pair in times for moment in pair]
    assert flat == sorted(flat)  # type: ignore[type-var]
    assert flat[0] >= 0 and flat[-1] <= audio.size / 24_000  # type: ignore[operator]


@pytest.mark.parametrize("scale", [0.5, 0.8, 1.5, 2.0])
def test_a_token_lasts_as_long_as_was_asked_and_no_other_one_changes(
    engine: KokoroEngine, config: Config, scale: float
) -> None:
    plain, edited = planned(engine, config), planned(engine, config)
    said(engine, plain)
    edited.segments[0].tokens[3].duration_scale = scale
    said(engine, edited)
    before = [t for t in plain.segments[0].tokens if t.phones]
    after = [t for t in edited.segments[0].tokens if t.phones]
    for place, (old, new) in enumerate(zip(before, after, strict=True)):
        assert old.start_s is not None and old.end_s is not None and new.start_s is not None and new.end_s is not None
        asked = (old.end_s - old.start_s) * (scale if place == 3 else 1.0)
        symbols = 8 if scale < 1 and place == 3 else 1  # no symbol is shorter than a frame
        assert new.end_s - new.start_s == pytest.approx(asked, abs=0.0131 if symbols == 1 else 0.025 * symbols)


def test_a_token_is_raised_by_what_was_asked_and_no_other_one(engine: KokoroEngine, config: Config) -> None:
    plain, edited = planned(engine, config), planned(engine, config)
    low = said(engine, plain)
    token = edited.segments[0].tokens[4]
    token.pitch_shift = 3.0
    high = said(engine, edited)
    assert token.start_s is not None and token.end_s is not None

    def pitch(audio: np.ndarray, begin: float, end: float) -> float:
        times, hertz = track(audio, 24_000)
        return float(np.nanmedian(hertz[(times >= begin) & (times < end)]))

    middle = (token.start_s + 0.02, token.end_s - 0.02)
    assert 12 * np.log2(pitch(high, *middle) / pitch(low, *middle)) == pytest.approx(3.0, abs=0.3)
    after = (token.end_s + 0.05, high.size / 24_000)
    assert 12 * np.log2(pitch(high, *after) / pitch(low, *after)) == pytest.approx(0.0, abs=0.1)


def test_speed_is_what_was_asked(engine: KokoroEngine, config: Config) -> None:
    def lasting(speed: float) -> float:
        plan = planned(engine, config, speed=speed)
        said(engine, plan)
        tokens = [token for token in plan.segments[0].tokens if token.phones]
        assert tokens[0].start_s is not None and tokens[-1].end_s is not None
        return tokens[-1].end_s - tokens[0].start_s

    usual = lasting(1.0)
    for speed in (0.5, 0.8, 1.25, 2.0):
        assert lasting(speed) == pytest.approx(usual / speed, rel=0.02, abs=0.03)


def test_a_comma_is_a_silence(engine: KokoroEngine, config: Config) -> None:
    plan = planned(engine, config)
    audio = said(engine, plan)
    tokens = [t for t in plan.segments[0].tokens if t.phones]
    place = next(place for place, token in enumerate(tokens) if token.break_after == 3)
    end, start = tokens[place].end_s, tokens[place + 1].start_s
    assert end is not None and start is not None
    window = np.square(audio[round(end * 24_000) : round(start * 24_000)].reshape(-1, 1)[: 24_000 // 5]).mean()
    assert start - end >= 0.2
    assert 10 * np.log10(window / np.square(audio).mean()) < -20


def test_silence_that_is_not_decoded_changes_no_level(
    config: Config, engine: KokoroEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "后来大家都睡了，只有他还醒着。"
    sliced = said(engine, planned(engine, config, text))
    monkeypatch.setattr("indextts.engines.kokoro.engine.audible", lambda energy: (0, energy.size // 2))
    whole = said(load(config), planned(engine, config, text))
    assert sliced.size == pytest.approx(whole.size, abs=24)
    assert 20 * np.log10(sliced.std() / whole.std()) == pytest.approx(0.0, abs=0.1)


def test_a_short_text_is_said_without_what_carries_it(engine: KokoroEngine, config: Config) -> None:
    plan = planned(engine, config, "妈")
    audio = said(engine, plan)
    assert 0.02 < audio.size / 24_000 < 0.4
    assert plan.segments[0].tokens[0].end_s == pytest.approx(audio.size / 24_000, abs=0.1)


def test_a_long_segment_is_said_in_lines_that_the_model_takes(engine: KokoroEngine, config: Config) -> None:
    plan = planned(engine, config)
    (segment,) = plan.segments
    long = replace(segment, tokens=[replace(t) for _ in range(20) for t in segment.tokens])
    audio = engine.speak(long, plan.settings, Run())
    times = [t.start_s for t in long.tokens if t.phones]
    assert times == sorted(times)  # type: ignore[type-var]
    assert audio.size > 15 * said(engine, plan).size


def test_seeds_read_otherwise_and_the_same_one_alike(engine: KokoroEngine, config: Config) -> None:
    takes = [said(engine, planned(engine, config, seed=seed)) for seed in (0, 1, 1, 2)]
    assert np.array_equal(takes[1], takes[2])
    assert not np.array_equal(takes[0], takes[1]) and not np.array_equal(takes[1], takes[3])


def test_a_voice_that_is_not_installed_is_refused(engine: KokoroEngine, config: Config) -> None:
    plan = planned(engine, config)
    with pytest.raises(StudioError) as caught:
        engine.speak(plan.segments[0], replace(plan.settings, voice="am_puck"), Run())
    assert caught.value.code in ("unknown_choice", "invalid_setting", "bad_setting")
