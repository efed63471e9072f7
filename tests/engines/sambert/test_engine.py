"""The engine, with a tiny voice made of recorded weights."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from indextts.engines.base import Engine
from indextts.engines.sambert import info, install, runtime
from indextts.engines.sambert.engine import EMOTIONS, SambertEngine, load, open_voice
from indextts.engines.sambert.info import voice_names
from indextts.model.errors import StudioError
from indextts.model.settings import EMOTIONS as ALL_EMOTIONS
from indextts.model.utterance import Segment, Settings, Token
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Cancel, Run
from tests.support.tiny_sambert import write_voice

READINGS = "jin1 tian1 tian1 qi4 hen2 hao3 wo3 men5 qu4 gong1 yuan2 ba5"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    place = tmp_path_factory.mktemp("sambert")
    config = Config(cache_dir=place / "cache")
    install.install(write_voice(place / "zhitian"), config)
    return config


@pytest.fixture(scope="module")
def engine(config: Config) -> SambertEngine:
    return load(config)


def sentence(readings: str = READINGS) -> Segment:
    tokens = [
        Token("字", "hanzi", "zh", number, number + 1, reading=reading, break_after=number % 2)
        for number, reading in enumerate(readings.split())
    ]
    return Segment(readings, 0, len(readings), tokens=tokens)


def speak(engine: Engine, segment: Segment | None = None, run: Run | None = None, **settings: object) -> np.ndarray:
    plain = Settings(engine="sambert", voice="zhitian", intensity=1.0)
    return engine.speak(segment or sentence(), replace(plain, **settings), run or Run())  # type: ignore[arg-type]


def test_it_speaks_and_the_same_request_gives_the_same_sound(engine: SambertEngine) -> None:
    audio = speak(engine)
    assert audio.dtype == np.float32 and audio.ndim == 1 and audio.size > engine.sample_rate / 10
    assert np.isfinite(audio).all() and 0 < np.abs(audio).max() <= 1
    assert np.array_equal(audio, speak(engine))


@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_speed_scales_duration(engine: SambertEngine, speed: float) -> None:
    # A tiny random voice has many symbols that round to nothing.
    ratio = speak(engine).size / speak(engine, speed=speed).size
    assert ratio == pytest.approx(speed, rel=0.35)


def test_pitch_raises_the_sound_and_keeps_the_duration(engine: SambertEngine) -> None:
    plain, high = speak(engine), speak(engine, pitch=6.0)
    assert high.size == pytest.approx(plain.size, rel=0.2)
    assert not np.array_equal(plain[:1000], high[:1000])


def test_every_emotion_is_one_that_voices_are_trained_on(engine: SambertEngine) -> None:
    assert set(EMOTIONS) == set(ALL_EMOTIONS)
    neutral = speak(engine)
    for emotion, tag in EMOTIONS.items():
        calm = np.array_equal(speak(engine, emotion=emotion), neutral)
        assert calm == (tag == "emotion_neutral"), emotion
        assert np.array_equal(speak(engine, emotion=emotion, intensity=0.0), neutral)


def test_tokens_get_their_times_in_order(engine: SambertEngine) -> None:
    segment = sentence()
    audio = speak(engine, segment)
    times = [time for token in segment.tokens for time in (token.start_s, token.end_s)]
    assert None not in times and times == sorted(times, key=float)  # type: ignore[arg-type]
    assert float(times[0] or 0.0) >= 0.0 and float(times[-1] or 0.0) <= audio.size / engine.sample_rate


def test_one_tokens_wishes_change_the_sound(engine: SambertEngine) -> None:
    plain = speak(engine)
    for wish in ({"duration_scale": 3.0}, {"pitch_shift": 4.0}, {"energy_shift": -6.0}):
        segment = sentence()
        segment.tokens[3] = replace(segment.tokens[3], **wish)  # type: ignore[arg-type]
        assert not np.array_equal(speak(engine, segment), plain), wish


def test_a_text_goes_all_the_way(engine: SambertEngine, config: Config) -> None:
    text = "我们去公园玩儿吧，一会儿见！Python 3.11 很好用。"
    settings = Settings(prosody="rules", emotion="happy")
    speech = Pipeline(config, engine).speak(SpeechRequest(text, settings))
    assert speech.samples.size > engine.sample_rate and np.isfinite(speech.samples).all()
    tokens = [token for segment in speech.utterance.segments for token in segment.tokens]
    spoken = [token for token in tokens if token.kind != "punctuation"]
    assert spoken and all(token.start_s is not None and token.end_s is not None for token in spoken)


def test_threads_share_it(engine: SambertEngine) -> None:
    alone = speak(engine)
    with ThreadPoolExecutor(4) as pool:
        assert all(np.array_equal(audio, alone) for audio in pool.map(lambda _: speak(engine), range(8)))


def test_a_cut_sentence_sounds_as_a_whole_one(config: Config) -> None:
    runtime = open_voice(config, "zhitian")
    mel = np.random.default_rng(0).standard_normal((200, 10)).astype(np.float32)
    assert np.allclose(runtime.vocode(mel), runtime.sound(mel, frames=70), atol=2e-5)


def test_a_source_modules_noise_follows_the_seed(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path)
    package = write_voice(tmp_path / "nsf", "am_nsf_mas", "voc_nsf_causal")
    np.save(package / "am" / "mvn.npy", np.array([[188.5], [41.25]]))
    install.install(package, config)
    spoken = load(config)
    first, second, again = (speak(spoken, voice="nsf", seed=seed) for seed in (1, 2, 1))
    assert np.array_equal(first, again) and not np.array_equal(first, second)


def test_what_cannot_be_said_or_found(engine: SambertEngine, config: Config, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"Unknown voice: “nobody”.*zhitian"):
        speak(engine, voice="nobody")
    with pytest.raises(StudioError, match="zzz1"):
        speak(engine, sentence("zzz1"))
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(StudioError) as raised:
        speak(engine, run=Run(cancel))
    assert raised.value.code == "cancelled"
    with pytest.raises(StudioError) as raised:
        load(Config(cache_dir=tmp_path))
    assert raised.value.code == "model_missing" and voice_names(Config(cache_dir=tmp_path)) == []


def test_a_damaged_file_is_noticed(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path)
    install.install(write_voice(tmp_path / "zhitian"), config)
    graph = info.model_folder(config, "zhitian").path / runtime.VOCODER_FILE
    graph.write_bytes(graph.read_bytes()[:-1] + b"x")
    with pytest.raises(StudioError) as raised:
        load(config)
    assert raised.value.code == "model_corrupt"


@pytest.mark.night
def test_speaking_needs_neither_torch_nor_onnx(config: Config) -> None:
    program = (
        "import sys; from pathlib import Path; from indextts.platform.config import Config;"
        "from indextts.engines.sambert.engine import load; from indextts.platform.run import Run;"
        "from indextts.model.utterance import Segment, Settings, Token;"
        f"e = load(Config(cache_dir=Path({str(config.cache_dir)!r})));"
        "t = Token('好', 'hanzi', 'zh', 0, 1, reading='hao3');"
        "e.speak(Segment('好', 0, 1, tokens=[t]), Settings(voice='default'), Run()); print(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    roots = {name.partition(".")[0] for name in done.stdout.split()}
    assert roots & {"torch", "transformers", "onnx", "safetensors", "scipy", "librosa"} == set()
