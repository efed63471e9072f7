"""Cloned voices end to end, on a tiny checkpoint laid out as the published one."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indextts.engines.base import Samples
from indextts.engines.indextts2.engine import IndexTts2Engine, open_engine
from indextts.engines.indextts2.opened import model_cache
from indextts.engines.indextts2.reference.emotion import Exemplars, QwenEmotion
from indextts.engines.indextts2.reference.sound import ReferenceAudio
from indextts.engines.indextts2.speech import speaker as listening
from indextts.model.errors import StudioError
from indextts.model.utterance import Sampling, Segment, Settings
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config, EnginesConfig, IndexTts2Config
from indextts.platform.run import Cancel, Progress, Run
from indextts.sound.edges import speech_bounds
from indextts.sound.export.subtitles import Subtitles
from indextts.voices.cloning.voice import Reference
from tests.support.cloned import Library, segment
from tests.support.tiny_indextts2 import USUAL_CODES, make_checkpoint, write_manifest

QUICK = Sampling(beams=1, steps=4)


class Studio:
    """An engine, the library behind it, and where it keeps things."""

    def __init__(self, home: Path, checkpoint: Path, library: Library | None = None, **options: object) -> None:
        home.mkdir(exist_ok=True)
        if library is None:
            library = Library(home)
            self.low, self.high = library.record(110.0), library.record(220.0, 1.5)
            library.add((self.low, 1.0))
            library.add((self.low, 1.0), (self.high, 3.0))
        self.library = library
        configured = IndexTts2Config.model_validate({"threads": 1, **options})
        config = Config(cache_dir=home, engines=EnginesConfig(indextts2=configured))
        self.home = home
        self.engine: IndexTts2Engine = open_engine(config, library, checkpoint)

    def say(self, what: Segment | None = None, run: Run | None = None, **given: Any) -> Samples:
        settings = Settings(**{"voice": "clone-1", "sampling": QUICK, **given})
        return self.engine.speak(what or segment(), settings, run or Run())


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, checkpoint: Path) -> Studio:
    return Studio(tmp_path_factory.mktemp("studio"), checkpoint)


def same(first: Samples, second: Samples) -> bool:
    return first.shape == second.shape and bool(np.array_equal(first, second))


def test_a_sentence_is_spoken(studio: Studio) -> None:
    audio = studio.say()
    assert audio.dtype == np.float32 and audio.ndim == 1 and np.isfinite(audio).all()
    assert 0.5 < audio.size / studio.engine.sample_rate < 2 * USUAL_CODES / 50
    assert np.abs(audio).max() <= 1.0
    assert speech_bounds(audio, studio.engine.sample_rate) == (0, audio.size)


def test_the_published_settings_speak_too(studio: Studio) -> None:
    assert studio.say(sampling=None).size > 0


def test_version_25_speaks_through_the_same_engine(tmp_path: Path) -> None:
    make_checkpoint(tmp_path / "published", "2.5", qwen=False)
    other = Studio(tmp_path, tmp_path / "published")
    assert same(other.say(), other.say()) and other.say(speed=2.0).size < 0.7 * other.say().size


def test_the_seed_decides(studio: Studio) -> None:
    first = studio.say(seed=3)
    assert same(first, studio.say(seed=3)) and not same(first, studio.say(seed=4))


@pytest.mark.night
@pytest.mark.parametrize("threads", [1, 2, 0])
def test_the_number_of_threads_is_named_and_is_that_of_every_speaking_thread(
    tmp_path: Path, checkpoint: Path, threads: int
) -> None:
    """Sums are rounded by it, so that what one number of threads has made is not another one's sound."""
    torch.set_num_threads(3)
    asked = Studio(tmp_path / "asked", checkpoint, threads=threads)

    def told() -> str:
        return asked.engine.fingerprints("clone-1")["indextts2 settings"]

    sounds: list[Samples] = []
    heard: list[str] = []

    def by_another() -> None:
        torch.set_num_threads(4 if threads == 2 else 2)
        sounds.append(asked.say())
        heard.append(told())

    before = told()
    other = threading.Thread(target=by_another)
    other.start()
    other.join()
    torch.set_num_threads(1 if threads == 2 else 2)
    sounds.append(asked.say())
    wanted = f"threads={threads or 3}"
    assert wanted in before.split() and {before} == {*heard, told()}
    alone = Studio(tmp_path / "alone", checkpoint, threads=threads or 3)
    assert all(same(sound, alone.say()) for sound in sounds)


@pytest.mark.night
def test_each_voice_sounds_its_own_way(studio: Studio) -> None:
    assert not same(studio.say(voice="clone-1"), studio.say(voice="clone-2"))


def test_the_default_is_the_first_voice_and_an_unknown_one_is_refused(studio: Studio, tmp_path: Path) -> None:
    assert same(studio.say(voice="default"), studio.say(voice="clone-1"))
    with pytest.raises(StudioError) as caught:
        studio.say(voice="clone-99")
    assert caught.value.code == "no_voice"
    empty = Studio(tmp_path, studio.engine._published.folder, Library(tmp_path))
    with pytest.raises(StudioError) as caught:
        empty.say(voice="default")
    assert caught.value.code == "no_voice"


def test_every_way_to_ask_for_an_emotion_is_heard(studio: Studio) -> None:
    sounds = [
        studio.say(),
        studio.say(emotion="happy"),
        studio.say(emotion="happy:0.5+sad:0.5"),
        studio.say(emotion_reference=studio.high),
        studio.say(emotion_text="她很高兴"),
    ]
    for number, sound in enumerate(sounds):
        assert not any(same(sound, other) for other in sounds[number + 1 :]), number


def test_neutral_and_an_emotion_without_strength_are_the_voices_own(studio: Studio) -> None:
    plain = studio.say()
    assert same(plain, studio.say(emotion="neutral", intensity=1.0))
    assert same(plain, studio.say(emotion="angry", intensity=0.0))
    assert same(plain, studio.say(emotion_text="他发怒", intensity=0.0))


def test_the_strength_of_each_emotion_counts(studio: Studio) -> None:
    ways: list[dict[str, Any]] = [{"emotion": "sad"}, {"emotion_reference": studio.high}, {"emotion_text": "悲伤"}]
    for asked in ways:
        assert not same(studio.say(intensity=0.3, **asked), studio.say(intensity=0.9, **asked)), asked


def test_the_weights_follow_the_published_rule(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[float]] = []
    mix = Exemplars.mix

    def noted(self: Exemplars, base: torch.Tensor, given: list[float], places: list[int]) -> torch.Tensor:
        seen.append(list(given))
        return mix(self, base, given, places)

    monkeypatch.setattr(Exemplars, "mix", noted)
    studio.say(emotion="happy:0.5+sad:0.5", intensity=1.0)
    studio.say(emotion="angry", intensity=0.5)
    studio.say(emotion_text="悲伤", intensity=1.0)
    # Each times its bias, all together at most 0.8; half as strong, cut off behind four decimals; words as they are.
    assert seen[0] == pytest.approx([0.5 * 0.9375 * 0.8 / 0.96875, 0, 0.5 * 0.8 / 0.96875, 0, 0, 0, 0, 0])
    assert seen[1] == pytest.approx([0, 0.4, 0, 0, 0, 0, 0, 0])
    assert seen[2] == pytest.approx([0, 0, 0.9, 0, 0, 0, 0, 0])


def test_a_sentence_with_an_emotion_of_its_own_borrows_none(studio: Studio) -> None:
    own = segment()
    own.emotion = "happy"
    assert same(studio.say(own, emotion_reference=studio.high), studio.say(emotion="happy"))


def test_speed_and_pitch_and_energy(studio: Studio) -> None:
    plain = studio.say()
    slow, high = studio.say(speed=0.5), studio.say(pitch=5.0)
    assert 1.8 < slow.size / plain.size < 2.2
    assert 0.9 < high.size / plain.size < 1.1 and not same(high, plain)
    assert studio.engine.loudness_shift(Settings(energy=3.0)) == 3.0


@pytest.mark.night
def test_what_all_words_of_a_sentence_change_alike_is_done(studio: Studio) -> None:
    assert same(studio.say(segment(duration_scale=2.0)), studio.say(speed=0.5))
    assert same(studio.say(segment(pitch_shift=2.0)), studio.say(pitch=2.0))
    louder, plain = studio.say(segment(energy_shift=6.0)), studio.say()
    assert np.abs(louder).max() == pytest.approx(np.abs(plain).max() * 10 ** (6 / 20), rel=1e-5)


@pytest.mark.parametrize(("field", "value"), [("duration_scale", 1.5), ("pitch_shift", 2.0), ("energy_shift", 3.0)])
def test_a_change_of_one_word_alone_is_refused_and_named(studio: Studio, field: str, value: float) -> None:
    edited = segment()
    setattr(edited.tokens[2], field, value)
    with pytest.raises(StudioError) as caught:
        studio.say(edited)
    assert caught.value.code == "whole_sentence_only" and "世" in str(caught.value)


@pytest.mark.night
def test_a_text_too_long_to_be_said_in_one_go_is_said_in_parts(studio: Studio) -> None:
    long = segment("你好世界，" * 60)
    audio = studio.say(long)
    assert audio.size > 2 * studio.say().size


# ---------------------------------------------------------------------- listening


def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the recordings that are opened from now on."""
    names: list[str] = []

    def read(path: Path) -> ReferenceAudio:
        names.append(path.stem)
        return original(path)

    original = listening.read
    monkeypatch.setattr(listening, "read", read)
    return names


def test_a_recording_is_listened_to_once_whatever_it_is_called(
    tmp_path: Path, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = heard(monkeypatch)
    studio = Studio(tmp_path, checkpoint)
    first = studio.say()
    assert names == [studio.low]
    studio.say(voice="clone-2")
    assert names == [studio.low, studio.high]
    studio.library.add((studio.low, 1.0))
    assert same(studio.say(voice="clone-3"), first) and len(names) == 2
    again = Studio(tmp_path, checkpoint, studio.library)
    assert same(again.say(), first) and len(names) == 2


@pytest.mark.night
def test_another_model_listens_anew(tmp_path: Path, checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = heard(monkeypatch)
    studio = Studio(tmp_path, checkpoint)
    studio.say()
    Studio(tmp_path, make_checkpoint(tmp_path / "other", qwen=False, seed=5), studio.library).say()
    assert names == [studio.low] * 2


@pytest.mark.night
def test_a_damaged_memory_is_made_anew(tmp_path: Path, checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    studio = Studio(tmp_path, checkpoint)
    first = studio.say()
    names = heard(monkeypatch)
    for path in (tmp_path / "conditioning").iterdir():
        path.write_bytes(path.read_bytes()[:100])
    assert same(Studio(tmp_path, checkpoint, studio.library).say(), first) and names == [studio.low]


def test_the_shares_of_several_recordings_count(studio: Studio) -> None:
    weighted = [
        studio.library.add((studio.low, low), (studio.high, high)) for low, high in ((1.0, 0.0), (2.0, 2.0), (5.0, 5.0))
    ]
    alone, even, scaled = (studio.say(voice=voice) for voice in weighted)
    assert same(alone, studio.say(voice="clone-1")) and same(even, scaled) and not same(alone, even)


@given(st.lists(st.floats(0.0, 10.0), min_size=1, max_size=5))
def test_shares_add_up_to_one(given_weights: list[float]) -> None:
    sources = [listening.ReferenceSource(Path("x"), "0", weight) for weight in given_weights]
    shares = listening.weights(sources)
    assert sum(shares) == pytest.approx(1.0) and all(share >= 0 for share in shares)


@pytest.mark.parametrize("kind", ["text", "silent", "short", "empty"])
def test_a_recording_that_cannot_be_heard_is_refused(
    studio: Studio, kind: str, tmp_path: Path, checkpoint: Path
) -> None:
    import soundfile

    library = Library(tmp_path)
    path = tmp_path / ("0" * 64 + ".wav")
    if kind == "text":
        path.write_text("this is no sound", encoding="utf-8")
    else:
        seconds = {"silent": 2.0, "short": 0.2, "empty": 0.0}[kind]
        level = 0.0 if kind == "silent" else 0.1
        soundfile.write(path, np.full(int(seconds * 16000), level, np.float32), 16000)
    library.stored.append(replace(studio.library.get("clone-1"), references=(Reference("0" * 64, 1.0, 16000),)))
    with pytest.raises(StudioError) as caught:
        Studio(tmp_path, checkpoint, library).say()
    assert caught.value.code == "bad_recording"


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (192000, 1), (44100, 8)])
def test_recordings_of_any_rate_and_width_are_heard(tmp_path: Path, rate: int, channels: int) -> None:
    import soundfile

    noise = np.random.default_rng(0).normal(scale=0.1, size=(rate, channels)).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", noise, rate)
    found = listening.read(tmp_path / "a.wav")
    assert abs(found.full.size - 22050) <= 1 and abs(found.emotion.size - 16000) <= 1


def test_of_a_recording_of_hours_only_the_beginning_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import soundfile

    soundfile.write(tmp_path / "a.wav", np.ones(16000 * 120, np.float32) * 0.1, 16000)
    read, most = soundfile.read, 0

    def noted(*given: object, **more: object) -> object:
        nonlocal most
        samples, rate = read(*given, **more)
        most = max(most, len(samples))
        return samples, rate

    monkeypatch.setattr(soundfile, "read", noted)
    assert listening.read(tmp_path / "a.wav").full.size == 15 * 22050 and most < 20 * 16000


# ---------------------------------------------------------------------- progress and stopping


def test_progress_is_told_by_token_and_by_step(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indextts.platform.run._TELL_EVERY_S", 0.0)
    told: list[Progress] = []
    studio.say(run=Run(on_progress=told.append))
    for stage, least in (("acoustic", USUAL_CODES // 2), ("vocoder", 1)):
        parts = [progress.part for progress in told if progress.stage == stage]
        assert parts == sorted(parts) and len(set(parts)) >= least and parts[-1] == pytest.approx(1.0)


def stop_at(wanted: Callable[[Run], bool]) -> tuple[Run, list[int]]:
    """A run that is cancelled at the first beat for which ``wanted`` holds; how many beats came after that."""
    cancel = Cancel()
    after: list[int] = []

    class Watched(Run):
        def beat(self, part: float = 0.0) -> None:
            if cancel.cancelled:
                after.append(1)
            elif wanted(self):
                cancel.cancel()
            super().beat(part)

    return Watched(cancel), after


@pytest.mark.parametrize("beats", [1, 5, 20, 60, 90])
def test_it_stops_at_the_next_beat_wherever_it_is(studio: Studio, beats: int) -> None:
    count = 0

    def reached(_run: Run) -> bool:
        nonlocal count
        count += 1
        return count >= beats

    run, after = stop_at(reached)
    with pytest.raises(StudioError) as caught:
        studio.say(run=run)
    assert caught.value.code == "cancelled" and after == []
    assert studio.say().size > 0


def test_listening_can_be_stopped_between_layers(tmp_path: Path, checkpoint: Path) -> None:
    studio = Studio(tmp_path, checkpoint)
    count = 0

    def reached(_run: Run) -> bool:
        nonlocal count
        count += 1
        return count >= 10

    with pytest.raises(StudioError):
        studio.say(run=stop_at(reached)[0])
    assert not (tmp_path / "conditioning").exists()


def test_while_one_speaks_others_wait_and_can_be_stopped(studio: Studio) -> None:
    cancel, errors = Cancel(), list[StudioError]()

    def wait() -> None:
        try:
            studio.say(run=Run(cancel))
        except StudioError as error:
            errors.append(error)

    with studio.engine._turns._turn:
        waiting = threading.Thread(target=wait)
        waiting.start()
        cancel.cancel()
        waiting.join(10)
        assert not waiting.is_alive()
    assert [error.code for error in errors] == ["cancelled"]


@pytest.mark.night
def test_many_can_ask_at_the_same_time(studio: Studio) -> None:
    expected = {seed: studio.say(seed=seed) for seed in range(3)}
    found: dict[int, Samples] = {}

    def ask(seed: int) -> None:
        found[seed] = studio.say(seed=seed)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(same(found[seed], sound) for seed, sound in expected.items())


# ---------------------------------------------------------------------- stumbling


def spoil(tmp_path: Path, checkpoint: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> Studio:
    folder = shutil.copytree(checkpoint, tmp_path / "spoilt", ignore=shutil.ignore_patterns("converted"))
    state = torch.load(folder / "gpt.pth", weights_only=True)
    change(state)
    torch.save(state, folder / "gpt.pth")
    write_manifest(folder)
    return Studio(tmp_path, folder)


@pytest.mark.night
def test_a_damaged_file_is_named_before_any_sound_and_a_whole_one_speaks_again(
    tmp_path: Path, checkpoint: Path
) -> None:
    folder = shutil.copytree(checkpoint, tmp_path / "own", ignore=shutil.ignore_patterns("converted"))
    studio = Studio(tmp_path, folder)
    before, told = studio.say(), dict(studio.engine.fingerprints("clone-1"))
    codec = folder / "semantic_codec" / "model.safetensors"
    whole = codec.read_bytes()
    codec.write_bytes(whole[:-2800] + bytes(byte ^ 0x55 for byte in whole[-2800:]))
    with pytest.raises(StudioError) as caught:
        Studio(tmp_path, folder).say()
    assert caught.value.code == "model_corrupt" and "semantic_codec/model.safetensors" in str(caught.value)
    studio.engine.release()
    with pytest.raises(StudioError) as caught:
        studio.say()
    assert caught.value.code == "model_corrupt", "also where it was opened before"
    write_manifest(folder)  # as if another model had been fetched
    other = Studio(tmp_path, folder)
    now = other.engine.fingerprints("clone-1")
    assert {name for name in told if told[name] != now[name]} == {"indextts2/semantic_codec/model.safetensors"}
    assert set(told) == set(now)
    codec.write_bytes(whole)
    write_manifest(folder)
    assert same(Studio(tmp_path, folder).say(), before)


@pytest.mark.night
def test_a_voice_that_never_comes_to_an_end_is_cut_off_soon(tmp_path: Path, checkpoint: Path) -> None:
    def endless(state: dict[str, torch.Tensor]) -> None:
        state["mel_head.bias"][-1] = -1e4
        state["mel_head.weight"][-1] = 0.0

    with pytest.raises(StudioError) as caught:
        spoil(tmp_path, checkpoint, endless).say(segment("好。"))
    assert caught.value.code == "voice_stumbled" and "did not finish" in str(caught.value)
    assert int(str(caught.value).split(" codes")[0].split()[-1]) < 500


@pytest.mark.night
def test_a_voice_that_says_nothing_is_told(tmp_path: Path, checkpoint: Path) -> None:
    def mute(state: dict[str, torch.Tensor]) -> None:
        state["mel_head.bias"][-1] = 1e4

    with pytest.raises(StudioError) as caught:
        spoil(tmp_path, checkpoint, mute).say()
    assert caught.value.code == "voice_stumbled" and "no codes" in str(caught.value)


@pytest.mark.night
def test_numbers_that_are_none_are_told(tmp_path: Path, checkpoint: Path) -> None:
    def broken(state: dict[str, torch.Tensor]) -> None:
        state["final_norm.weight"][3] = float("nan")

    with pytest.raises(StudioError) as caught:
        spoil(tmp_path, checkpoint, broken).say()
    assert caught.value.code == "voice_stumbled"


# ---------------------------------------------------------------------- memory


@pytest.mark.night
def test_networks_go_when_nobody_speaks_for_a_while_and_come_again(tmp_path: Path, checkpoint: Path) -> None:
    studio = Studio(tmp_path, checkpoint, ttl_s=0.3)
    first = studio.say()
    assert set(studio.engine.loaded) == {"voice", "acoustics"}
    ends = time.monotonic() + 30
    while studio.engine.loaded and time.monotonic() < ends:
        time.sleep(0.05)
    assert studio.engine.loaded == ()
    assert same(studio.say(), first)


@pytest.mark.night
def test_with_a_small_budget_one_network_makes_room_for_the_next(tmp_path: Path, checkpoint: Path) -> None:
    large, small = Studio(tmp_path / "a", checkpoint), Studio(tmp_path / "b", checkpoint, budget_gb=1e-6)
    assert same(large.say(), small.say(voice="clone-1"))
    assert small.engine.loaded == ("acoustics",) and set(large.engine.loaded) == {"voice", "acoustics"}


@pytest.mark.night
def test_what_listens_and_what_reads_words_is_let_go_at_once(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    import weakref

    studio.say()  # what speaks is open before, also where this test comes first
    alive: list[weakref.ref[object]] = []
    for name in ("load_w2vbert", "load_campplus"):
        original = getattr(model_cache, name)

        def noted(*given: object, original: Callable[..., object] = original, **more: object) -> object:
            made = original(*given, **more)
            alive.append(weakref.ref(made))
            return made

        monkeypatch.setattr(model_cache, name, noted)
    opened = QwenEmotion.open

    def read(folder: Path) -> object:
        made = opened(folder)
        alive.append(weakref.ref(made))
        return made

    monkeypatch.setattr(QwenEmotion, "open", read)
    left: list[int] = []
    monkeypatch.setattr(model_cache, "release", lambda: left.append(sum(one() is not None for one in alive)))
    voice = studio.library.add((studio.library.record(160.0, 1.2), 1.0))
    studio.say(voice=voice, emotion_text="新的高兴")
    assert len(alive) == 3 and left == [0, 0, 0], "gone before the next is opened"


def test_a_description_is_read_once(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    first = studio.say(emotion_text="又一次发怒")
    monkeypatch.setattr(QwenEmotion, "open", None)
    assert same(studio.say(emotion_text="又一次发怒"), first)


@pytest.mark.night
def test_without_the_model_that_reads_words_they_are_refused_and_nothing_else(tmp_path: Path, checkpoint: Path) -> None:
    folder = shutil.copytree(checkpoint, tmp_path / "less", ignore=shutil.ignore_patterns("qwen*", "converted"))
    studio = Studio(tmp_path, folder)
    assert studio.say().size > 0
    with pytest.raises(StudioError) as caught:
        studio.say(emotion_text="高兴")
    assert caught.value.code == "model_file_missing" and "qwen" in str(caught.value)


def test_a_card_that_is_not_there_cannot_be_asked_for(tmp_path: Path, checkpoint: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a card")
    with pytest.raises(StudioError) as caught:
        Studio(tmp_path, checkpoint, device="cuda")
    assert caught.value.code == "no_graphics_card"


# ---------------------------------------------------------------------- around it


def test_fingerprints_name_the_model_and_the_recordings(studio: Studio) -> None:
    found = studio.engine.fingerprints("clone-2")
    assert len(found["indextts2/gpt.pth"]) == 64 and "torch" in found
    assert found["voice clone-2"] == f"{studio.low}:1 {studio.high}:3"
    assert studio.engine.fingerprints("clone-2") == found


def test_voices_are_those_of_the_library(studio: Studio) -> None:
    voice = studio.engine.voices()[0]
    assert (voice.id, voice.name_en, voice.engine, voice.cast) == ("clone-1", "Anna", "indextts2", -1)


@pytest.mark.night
def test_a_forecast_follows_what_is_asked(tmp_path: Path, checkpoint: Path) -> None:
    studio = Studio(tmp_path, checkpoint)
    asked = Settings(voice="clone-1", sampling=QUICK)
    assert studio.engine.forecast([segment()], asked) == studio.engine.pace == 0.0
    studio.engine.prepare()
    assert studio.engine.pace > 0.0
    unheard = studio.engine.forecast([segment()], asked)
    studio.say()
    known = studio.engine.forecast([segment()], asked)
    assert 0.0 < known < unheard
    assert known < studio.engine.forecast([segment()] * 4, asked) < 4 * known, "most of them are one pass"
    more = replace(asked, sampling=Sampling(beams=1, steps=100))
    assert studio.engine.forecast([segment()], more) > 2 * known
    again = Studio(tmp_path, checkpoint, studio.library)
    assert again.engine.forecast([segment()], asked) > 0.0, "the measurements are kept"


@pytest.fixture(scope="module")
def pipeline(studio: Studio) -> Pipeline:
    return Pipeline(Config(cache_dir=studio.home), studio.engine)


def test_a_whole_text_goes_through_the_pipeline(pipeline: Pipeline) -> None:
    asked = Settings(voice="clone-1", prosody="rules", sampling=QUICK)
    speech = pipeline.speak(SpeechRequest("你好，世界。今天是2026年3月5日！", asked))
    assert speech.engine == "indextts2" and speech.duration_s > 1.0
    assert [stage.name for stage in speech.stages][-3:] == ["acoustic", "vocoder", "audio"]
    subtitles = Subtitles.of(speech.utterance)
    assert [sentence.text for sentence in subtitles.sentences] == ["你好，世界。", "今天是2026年3月5日！"]
    words = [word for line in subtitles.lines for word in line.words]
    starts = [word.start_s for word in words]
    assert starts == sorted(starts) and starts[0] >= 0 and words[-1].end_s <= speech.duration_s
    assert all(word.end_s > word.start_s for word in words)
    again = pipeline.collect(pipeline.accept(speech.utterance), Run())
    assert again.cached == 2 and np.array_equal(again.samples, speech.samples)


@given(st.text(alphabet='你好世界，。！ abcXYZ019-’"…', min_size=1, max_size=30))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_spoken_or_refused_in_one_sentence(pipeline: Pipeline, text: str) -> None:
    asked = Settings(voice="clone-1", prosody="rules", sampling=Sampling(beams=1, steps=1))
    try:
        speech = pipeline.speak(SpeechRequest(text, asked))
    except StudioError as error:
        assert error.code in ("text_empty", "text_unspeakable"), (text, error)
    else:
        assert np.isfinite(speech.samples).all()


@pytest.mark.night
def test_every_part_of_listening_and_reading_says_that_it_goes_on(studio: Studio) -> None:
    networks, count = studio.engine._modules, 0

    def beat() -> None:
        nonlocal count
        count += 1

    def beats(work: Callable[[], object]) -> int:
        nonlocal count
        count = 0
        work()
        return count

    networks.release()
    networks.beat = beat
    try:
        heard_by = 2 * 17
        assert beats(lambda: networks.hear([np.ones(16000, np.float32)] * 2)) > heard_by
        features = torch.randn(1, 50, 32)
        assert beats(lambda: networks.encode(lambda encoders, _: encoders.emotion(features))) >= 1
        assert beats(lambda: networks.read_words("高兴")) >= 2
        assert beats(networks.voice) > 8 and beats(networks.voice) == 0
    finally:
        networks.beat = lambda: None
