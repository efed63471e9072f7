"""espeak-ng: which sentences are its own, and that it says them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("espeakng_loader")

from indextts.engines.espeak import engine, info
from indextts.engines.espeak.info import LANGUAGES, NAMES, foreign
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Settings
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config, EnginesConfig, EspeakConfig
from indextts.platform.run import Cancel, Run
from indextts.service.preload import Preloader
from indextts.service.service import SpeechService
from indextts.sound.pitch import track
from tests.support.tiny_voice import make_tiny_voice

TEXTS = {
    "ru": "Доброе утро, как дела?", "uk": "Доброго ранку, як її справи?", "el": "Καλημέρα σας", "he": "בוקר טוב לכולם",
    "ar": "صباح الخير", "fa": "چطور هستید", "ur": "آپ کیسے ہیں ٹھیک", "hi": "नमस्ते दुनिया", "ko": "안녕하세요 여러분",
    "ja": "こんにちは、おげんきですか", "th": "สวัสดีตอนเช้า", "ka": "დილა მშვიდობისა", "hy": "Բարի լույս",
    "ta": "காலை வணக்கம்", "bn": "সুপ্রভাত সবাইকে", "am": "እንደምን አደሩ",
}  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(cache_dir=tmp_path, engines=EnginesConfig(espeak=EspeakConfig(enabled=True)))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> engine.EspeakEngine:
    return engine.load(Config(cache_dir=tmp_path_factory.mktemp("cache")))


def segment(text: str) -> Segment:
    return Segment(text, 0, len(text))


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_is_told_by_the_letters(language: str) -> None:
    assert foreign(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text", ["你好，世界。", "Hello, wörld!", "123!?", "", "今日は学校に行きます。", "Meeting mit Пётр heute", "😀"]
)
def test_what_others_speak_is_left_to_them(text: str) -> None:
    assert foreign(text) == ""


@given(st.text(max_size=60))
def test_any_text_has_a_known_language_or_none(text: str) -> None:
    assert foreign(text) in ("", *LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_spoken(language: str, opened: engine.EspeakEngine) -> None:
    assert language in NAMES
    text = TEXTS.get(language, "123")
    samples = opened.speak(segment(text), Settings(voice=info.PREFIX + language), Run())
    assert samples.dtype == np.float32 and np.abs(samples).max() > 0.05
    assert 0.3 < samples.size / opened.sample_rate < 6


def test_speed_and_pitch_are_obeyed(opened: engine.EspeakEngine) -> None:
    def said(**settings: float) -> np.ndarray:
        return opened.speak(segment(TEXTS["ru"]), Settings(voice="espeak-ru", **settings), Run())  # type: ignore[arg-type]

    def semitones(samples: np.ndarray) -> float:
        return float(12 * np.log2(np.nanmedian(track(samples, opened.sample_rate)[1])))

    assert said(speed=2.0).size < 0.7 * said().size < 0.7 * 0.8 * said(speed=0.7).size
    assert semitones(said(pitch=6.0)) - semitones(said()) == pytest.approx(6.0, abs=2.0)
    assert semitones(said(pitch=-6.0)) - semitones(said()) == pytest.approx(-6.0, abs=2.0)


def test_a_cancelled_run_stops_it(opened: engine.EspeakEngine) -> None:
    cancel = Cancel()
    run = Run(cancel)
    beats = 0

    def beat(part: float = 0.0) -> None:
        nonlocal beats
        beats += 1
        cancel.cancel()
        cancel.check()

    run.beat = beat  # type: ignore[method-assign]
    with pytest.raises(StudioError) as caught:
        opened.speak(segment(TEXTS["ru"] * 500), Settings(voice="espeak-ru"), run)
    assert caught.value.code == "cancelled"


def test_off_by_default(tmp_path: Path) -> None:
    assert not info.installed(Config(cache_dir=tmp_path))


@pytest.mark.night
def test_a_sentence_in_another_language_goes_to_it_and_the_rest_does_not(config: Config) -> None:
    make_tiny_voice(config.models_path)
    service = SpeechService(config, preloader=Preloader(config))
    service.preloader.wait(60)
    plan = service.analyse(SpeechRequest("你好，世界。Доброе утро, как дела? 再见。"))
    assert [one.voice for one in plan.segments] == ["", "espeak-ru", ""]
    speech = service.render(plan)
    assert not speech.fallback and speech.engine == "embedded"
    assert service.router.tally.segments["espeak"] == 1
    times = [(one.start_s or 0.0, one.end_s or 0.0) for one in speech.utterance.segments]
    begin, end = times[1]
    assert end - begin > 0.8
    assert np.abs(speech.samples[round(24000 * begin) : round(24000 * end)]).max() > 0.05
    assert all(begin <= (token.start_s or begin) <= (token.end_s or end) <= end + 1e-6
               for token in speech.utterance.segments[1].tokens)  # fmt: skip
    service.close()


def test_as_the_last_link_it_speaks_chinese_and_english(config: Config) -> None:
    order = ("embedded", "espeak")
    config = config.model_copy(update={"engines": config.engines.model_copy(update={"order": order})})
    service = SpeechService(config, preloader=Preloader(config))
    service.preloader.wait(60)
    speech = service.speak(SpeechRequest("今天天气很好。Good morning."))
    assert (speech.engine, speech.fallback) == ("espeak", True)
    assert "not installed" in speech.reason.en and speech.duration_s > 1.0
    service.close()


def test_what_is_not_as_it_was_installed_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import espeakng_loader

    data = Path(espeakng_loader.get_data_path()).resolve()
    copy = shutil.copytree(data, tmp_path / data.name)
    known = engine._recorded().items()
    listed = {copy / path.relative_to(data): digest for path, digest in known if data in path.parents}
    monkeypatch.setattr(engine, "_recorded", lambda: listed)
    files = [copy / "phontab", copy / "phondata"]
    first = engine.content_hash(files)
    assert first == engine.content_hash(files) != engine.content_hash(files[:1])
    damaged = bytearray(files[1].read_bytes())
    damaged[len(damaged) // 2] ^= 1
    files[1].write_bytes(damaged)
    with pytest.raises(StudioError) as caught:
        engine.content_hash(files)
    assert caught.value.code == "model_corrupt" and "phondata" in str(caught.value)


def test_the_receipt_vouches_for_the_librarys_content(opened: engine.EspeakEngine) -> None:
    (name, told), *others = opened.fingerprints("espeak").items()
    assert name == "espeak-ng" and not others
    version, _, digest = told.rpartition(" ")
    assert version and len(digest) == 64
