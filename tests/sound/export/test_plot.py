from __future__ import annotations

import io
import json
import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from indextts.engines.embedded import engine as embedded
from indextts.model.utterance import Phone, Segment, Token, Utterance
from indextts.pipeline.pipeline import Pipeline, Speech
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.sound.export.plot import QUIET_DB, chinese_font, draw_png, picture_of, png
from indextts.studio.tabs.speak.plot import plotly_figure
from tests.support.tiny_voice import make_tiny_voice
from tests.test_imports import modules_after

RATE = 24000


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Speech:
    config = Config(cache_dir=tmp_path_factory.mktemp("cache_hub"))
    make_tiny_voice(config.models_path)
    return Pipeline(config, embedded.load(config)).speak(SpeechRequest("今天很好，hello！"))


def beep() -> tuple[np.ndarray, Utterance]:
    """Half a second of 400 Hz after half a second of nothing."""
    times = np.arange(RATE // 2) / RATE
    tone = sum(np.sin(2 * np.pi * 400 * part * times) / part for part in (1, 2, 3)) * 0.2
    samples = np.concatenate([np.zeros(RATE // 2), tone]).astype(np.float32)
    phones = [Phone("m", frames=10.0), Phone("a1", frames=20.0), Phone("#0", frames=10.0)]
    token = Token("妈", "hanzi", "zh", 0, 1, reading="ma1", phones=phones, start_s=0.5, end_s=0.9)
    return samples, Utterance("妈", segments=[Segment("妈", 0, 1, tokens=[token])])


def test_everything_is_where_it_is_in_the_sound() -> None:
    samples, utterance = beep()
    picture = picture_of(samples, RATE, utterance, columns=200)
    assert picture.duration_s == 1.0 and picture.wave_s.size == 200
    assert picture.high[:99].max() == 0.0 and picture.high[101:].min() > 0.1 and picture.low[101:].max() < -0.1
    loud = picture.energy_db > -30
    assert picture.energy_s[loud].min() == pytest.approx(0.5, abs=0.02)
    voiced = ~np.isnan(picture.pitch_hz)
    assert picture.pitch_s[voiced].min() == pytest.approx(0.5, abs=0.03)
    assert np.median(picture.pitch_hz[voiced]) == pytest.approx(400, rel=0.01)
    loudest = picture.mel_db[picture.mel_s > 0.6].mean(axis=0).argmax()
    assert picture.mel_hz[loudest] == pytest.approx(400, rel=0.1)
    assert picture.mel_db.max() == 0.0 and picture.mel_db.min() == QUIET_DB
    (word,) = picture.words
    assert (word.text, word.reading, word.start_s, word.end_s) == ("妈", "ma1", 0.5, 0.9)
    assert [phone.text for phone in picture.phones] == ["m", "a1"]
    assert [phone.start_s for phone in picture.phones] == pytest.approx([0.5, 0.6])


def test_no_sample_is_left_out_of_the_wave() -> None:
    samples = np.zeros(10_000, np.float32)
    samples[7_777] = 0.9
    samples[1_234] = -0.8
    picture = picture_of(samples, RATE, Utterance("x"), columns=50)
    assert picture.high.max() == pytest.approx(0.9) and picture.low.min() == pytest.approx(-0.8)


@pytest.mark.night
def test_the_image_holds_all_lanes_and_grows_with_the_speech(speech: Speech) -> None:
    picture = picture_of(speech.samples, speech.sample_rate, speech.utterance)
    image = Image.open(io.BytesIO(png(picture)))
    assert image.format == "PNG" and image.width >= 900 and image.height > 600
    long = picture_of(np.tile(speech.samples, 8), speech.sample_rate, speech.utterance)
    assert draw_png(long).width > image.width
    pixels = np.asarray(image.convert("RGB"), np.float64)
    assert (pixels.std(axis=(1, 2)) > 0).mean() > 0.9, "something is drawn at every height"


def test_without_a_chinese_font_the_words_are_pinyin_and_the_log_says_so(
    speech: Speech, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert chinese_font([str(tmp_path)]) is None
    picture = picture_of(speech.samples, speech.sample_rate, speech.utterance)
    with caplog.at_level(logging.WARNING):
        image = draw_png(picture, font=None)
    assert "pinyin" in caplog.text and np.asarray(image).std() > 0


def test_the_best_of_the_known_fonts_is_found(tmp_path: Path) -> None:
    for name in ("wqy-zenhei.ttc", "other.ttf"):
        (tmp_path / "deep").mkdir(exist_ok=True)
        (tmp_path / "deep" / name).touch()
    assert chinese_font([str(tmp_path)]) == str(tmp_path / "deep" / "wqy-zenhei.ttc")


@pytest.mark.parametrize("size", [1, 500, 3000])
def test_very_short_sound_is_drawn(size: int) -> None:
    picture = picture_of(np.full(size, 0.1, np.float32), RATE, Utterance("x"))
    assert draw_png(picture).width >= 900
    json.dumps(plotly_figure(picture, "zh"), allow_nan=False)


def test_the_figure_for_the_page_is_plain_data_with_text_as_text(speech: Speech) -> None:
    speech.utterance.segments[0].tokens[0].text = "<b>&"
    figure = plotly_figure(picture_of(speech.samples, speech.sample_rate, speech.utterance), "en")
    text = json.dumps(figure, allow_nan=False)
    assert "<b>" not in text and "&lt;b&gt;&amp;" in text
    assert {lane["yaxis"] for lane in figure["data"]} == {"y", "y2", "y3", "y4"}
    assert figure["layout"]["xaxis"]["maxallowed"] == pytest.approx(speech.duration_s, abs=0.01)
    assert len(figure["layout"]["annotations"]) == 5


@pytest.mark.night
def test_nothing_that_draws_is_imported_before_it_draws() -> None:
    code = (
        "from indextts.platform.config import load_config; from indextts.engines.embedded.engine import load;"
        "from indextts.pipeline.pipeline import Pipeline; from indextts.plan.request import SpeechRequest;"
        "import indextts.cli.main; c = load_config(); Pipeline(c, load(c)).speak(SpeechRequest('你好。'))"
    )
    assert modules_after(code) & {"PIL", "plotly", "matplotlib"} == set()
    drawing = "import indextts.sound.export.plot"
    assert modules_after(drawing) & {"scipy", "librosa", "numba", "gradio"} == set()
