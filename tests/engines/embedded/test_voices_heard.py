"""The family of voices, heard in the published voice: measured in its sound, not in its plan."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from indextts.engines.embedded.engine import EmbeddedEngine, load
from indextts.model.utterance import Settings
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.sound.mel import log_mel
from indextts.voices.catalogue import VoiceFamily
from indextts.voices.design import Design

RATE = 24000
TEXT = "清晨的阳光照进小镇，老人推开窗，看见门前的梧桐树长出了新叶。"


@pytest.fixture(scope="module")
def engine(real_config: Config) -> EmbeddedEngine:
    return load(real_config)


@pytest.fixture(scope="module")
def pipeline(real_config: Config, engine: EmbeddedEngine) -> Pipeline:
    return Pipeline(real_config, engine)


@pytest.fixture(scope="module")
def heard(pipeline: Pipeline, real_config: Config) -> dict[str, np.ndarray]:
    """Every named voice saying the same."""
    voices = [voice.id for voice in VoiceFamily(real_config).named]
    return {voice: say(pipeline, voice) for voice in voices}


def say(pipeline: Pipeline, voice: str, text: str = TEXT) -> np.ndarray:
    request = SpeechRequest(text, Settings(voice=voice, prosody="rules"))
    return pipeline.speak(request).samples


def median_f0(audio: np.ndarray) -> float:
    """In semitones above 100 Hz, of the loud frames."""
    librosa = pytest.importorskip("librosa")
    f0 = librosa.yin(audio, fmin=65, fmax=620, sr=RATE, frame_length=1536, hop_length=300)
    power = librosa.feature.rms(y=audio, frame_length=1536, hop_length=300)[0]
    count = min(f0.size, power.size)
    loud = power[:count] > 0.25 * np.percentile(power, 95)
    return float(np.median(12 * np.log2(f0[:count][loud] / 100)))


def envelope(audio: np.ndarray) -> np.ndarray:
    """The smooth part of the mean spectrum of the loud frames, in dB."""
    mel = 20 * log_mel(audio, RATE, 300)
    level = mel.mean(axis=1)
    mean = mel[level > np.percentile(level, 60)].mean(axis=0)
    return np.convolve(np.pad(mean - mean.mean(), 4, mode="edge"), np.ones(9) / 9, "valid")


def shift(audio: np.ndarray, reference: np.ndarray) -> float:
    """By how many bands above 1.2 kHz, where they are even in pitch, one mean spectrum lies above the other."""
    own, other = envelope(audio), envelope(reference)
    places = np.arange(34, 72)
    offsets = np.arange(-6, 6.01, 0.25)

    def distance(offset: float) -> float:
        moved = np.interp(places - offset, np.arange(80), other)
        difference = own[places] - moved
        return float(np.square(difference - difference.mean()).mean())

    return float(offsets[int(np.argmin([distance(offset) for offset in offsets]))])


def test_named_voices_differ_in_pitch(heard: dict[str, np.ndarray]) -> None:
    pitches = {voice: median_f0(audio) for voice, audio in heard.items()}
    for one, other in itertools.combinations(pitches, 2):
        assert abs(pitches[one] - pitches[other]) >= 1.5, (one, other, pitches)
    assert max(pitches.values()) - min(pitches.values()) >= 9
    assert 100 * 2 ** (pitches["deep_man"] / 12) <= 150
    assert max(pitches, key=lambda voice: pitches[voice]) == "child"


def test_the_pitch_is_what_the_table_says(heard: dict[str, np.ndarray], real_config: Config) -> None:
    family, base = VoiceFamily(real_config), median_f0(heard["baker"])
    for voice, audio in heard.items():
        assert median_f0(audio) - base == pytest.approx(family.design(voice).pitch, abs=0.8), voice


def test_named_voices_differ_in_timbre(heard: dict[str, np.ndarray], real_config: Config) -> None:
    family = VoiceFamily(real_config)
    moved = {voice: shift(audio, heard["baker"]) for voice, audio in heard.items()}
    assert moved["deep_man"] < moved["young_man"] < moved["baker"] < moved["child"], moved
    for voice, audio in heard.items():
        if family.design(voice).tract != 1.0:
            assert np.abs(envelope(audio) - envelope(heard["baker"])).mean() > 0.5, voice


def test_the_two_sliders_do_not_mix(pipeline: Pipeline, heard: dict[str, np.ndarray]) -> None:
    base = heard["baker"]
    low = say(pipeline, Design(pitch=-6.0).inline())
    assert median_f0(low) - median_f0(base) == pytest.approx(-6, abs=0.7)
    assert abs(shift(low, base)) <= 1.0
    long = say(pipeline, Design(tract=0.85).inline())
    assert abs(median_f0(long) - median_f0(base)) <= 0.7
    assert shift(long, base) <= -1.0


def test_every_voice_is_as_loud_and_as_long(heard: dict[str, np.ndarray], real_config: Config) -> None:
    family, base = VoiceFamily(real_config), heard["baker"]
    for voice, audio in heard.items():
        level = 10 * np.log10(np.square(audio).mean() / np.square(base).mean())
        assert abs(level) < 2.0, voice
        assert audio.size * family.design(voice).rate == pytest.approx(base.size, rel=0.06), voice
        assert np.abs(audio).max() <= 1.0


def test_the_voice_as_it_is_is_what_it_was(pipeline: Pipeline, heard: dict[str, np.ndarray]) -> None:
    np.testing.assert_array_equal(heard["baker"], say(pipeline, "default"))
    np.testing.assert_array_equal(heard["baker"], say(pipeline, "design:"))


def test_the_same_request_is_the_same_sound(pipeline: Pipeline, heard: dict[str, np.ndarray]) -> None:
    np.testing.assert_array_equal(heard["deep_man"], say(pipeline, "deep_man"))


def test_a_dialogue_is_heard_in_two_voices(pipeline: Pipeline) -> None:
    text = "A：今天晚上我们一起去看电影吧。\nB：好啊，那我们几点钟出发呢？\nA：晚上七点钟在门口见面。"
    utterance = pipeline.analyse(SpeechRequest(text, Settings(prosody="rules")))
    audio = np.concatenate([part.samples for part in pipeline.render(utterance)])
    pitches = []
    for segment in utterance.segments:
        assert segment.start_s is not None and segment.end_s is not None
        pitches.append(median_f0(audio[int(segment.start_s * RATE) : int(segment.end_s * RATE)]))
        assert text[segment.start : segment.end] == segment.text and "：" not in segment.text
    turns = {segment.voice or "A": [] for segment in utterance.segments}  # type: ignore[var-annotated]
    for segment, pitch in zip(utterance.segments, pitches, strict=True):
        turns[segment.voice or "A"].append(pitch)
    assert min(turns["A"]) - max(turns["young_man"]) > 3


@pytest.mark.parametrize("voice", ["design:tract=0.8,pitch=-12", "design:tract=1.2,pitch=12,range=1.6,rate=1.3,tilt=4"])
@pytest.mark.parametrize("pitch", [-12.0, 12.0])
def test_the_corners_are_sound_too(pipeline: Pipeline, voice: str, pitch: float) -> None:
    audio = pipeline.speak(SpeechRequest("你好。", Settings(voice=voice, pitch=pitch, prosody="rules"))).samples
    assert np.isfinite(audio).all() and np.abs(audio).max() > 0.05 and 0.1 < audio.size / RATE < 3


def test_griffin_lim_has_the_voices_too(pipeline: Pipeline) -> None:
    settings = Settings(voice="deep_man", vocoder="griffin_lim", prosody="rules")
    audio = pipeline.speak(SpeechRequest("今天天气很好。", settings)).samples
    assert median_f0(audio) < 12 * np.log2(1.8)
