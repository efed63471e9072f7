"""What is wrong with a recording is found, and what is not wrong is not."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import messages
from indextts.voices.cloning.prepare import Checked, clock, heights_apart, look
from indextts.voices.cloning.stretch import MAX_USED_S
from tests.support.recordings import RATE, encoded, noise, speech, wav

SPOKEN = speech(6.0)


def looked(samples: Any, rate: int = RATE) -> Checked:
    return look(io.BytesIO(wav(samples, rate, "FLOAT")), "a.wav")


def codes(samples: Any, rate: int = RATE) -> list[str]:
    return [finding.code.removeprefix("recording_") for finding in looked(samples, rate).findings]


@pytest.mark.parametrize("hertz", [90.0, 130.0, 200.0, 320.0])
def test_a_good_recording_has_nothing_wrong_with_it(hertz: float) -> None:
    checked = looked(speech(6.0, hertz))
    assert checked.findings == () and checked.usable
    assert checked.measures.pitch_hz == pytest.approx(hertz, rel=0.05)
    assert checked.measures.sound_s > 4.0


@pytest.mark.parametrize("samples", [np.zeros(3 * RATE), noise(3.0, 1e-5), np.full(3 * RATE, 0.5, np.float32)])
def test_silence(samples: Any) -> None:
    assert codes(samples) == ["silent"]


def test_too_short() -> None:
    assert codes(SPOKEN[: RATE // 5]) == ["short"]
    assert codes(np.concatenate([np.zeros(10 * RATE), SPOKEN[: RATE // 2], np.zeros(10 * RATE)])) == ["short"]
    assert codes(speech(2.2)) == ["brief"]


@pytest.mark.parametrize("sound", ["noise", "hum", "whistle"])
def test_no_voice(sound: str) -> None:
    times = np.arange(5 * RATE) / RATE
    samples = {
        "noise": noise(5.0),
        "hum": 0.2 * np.sin(2 * np.pi * 100 * times) + 0.1 * np.sin(2 * np.pi * 200 * times),
        "whistle": 0.3 * np.sin(2 * np.pi * 440 * times),
    }[sound]
    assert codes(samples) == ["no_speech"]
    assert not looked(samples).usable


@pytest.mark.parametrize("gain", [1.5, 3.0, 10.0])
def test_clipped(gain: float) -> None:
    loud = np.clip(SPOKEN / np.abs(SPOKEN).max() * gain, -1.0, 1.0)
    assert codes(loud) == ["clipped"]
    assert codes(loud * 0.3) == ["clipped"]  # turned down afterwards
    found = look(io.BytesIO(encoded(np.asarray(loud, np.float32), "mp3")), "a.mp3").findings
    assert [one.code for one in found] == ["recording_clipped"]


def test_loud_but_whole_is_not_clipped() -> None:
    assert codes(SPOKEN / np.abs(SPOKEN).max()) == []


@pytest.mark.parametrize(("distance", "noisy"), [(30.0, False), (22.0, False), (10.0, True), (5.0, True)])
def test_noise(distance: float, noisy: bool) -> None:
    level = float(np.sqrt(np.mean(np.square(SPOKEN)))) * 10 ** (-distance / 20)
    checked = looked(SPOKEN + noise(6.0, level))
    assert ("recording_noisy" in [one.code for one in checked.findings]) is noisy
    assert checked.measures.snr_db == pytest.approx(distance, abs=4.0)


def test_quiet_and_narrow() -> None:
    assert codes(SPOKEN * 0.02) == ["quiet"]
    assert codes(speech(6.0, rate=8_000), 8_000) == ["narrow"]


def test_silence_around_the_speech_is_not_used() -> None:
    checked = looked(np.concatenate([np.zeros(2 * RATE), SPOKEN, np.zeros(3 * RATE)]))
    assert checked.start / RATE == pytest.approx(2.0, abs=0.25)
    assert checked.end / RATE == pytest.approx(8.0, abs=0.4)


@pytest.mark.night
def test_of_a_long_recording_the_fullest_minute_is_used() -> None:
    samples = np.concatenate([speech(3.0), np.zeros(20 * RATE), speech(70.0), np.zeros(10 * RATE)])
    checked = looked(samples)
    (finding,) = checked.findings
    assert (checked.end - checked.start) / RATE == pytest.approx(MAX_USED_S, abs=0.1)
    assert 20.0 < checked.start / RATE < 33.5
    assert finding.code == "recording_long" and "1:43" in finding.localise("en")[0]


@pytest.mark.night
def test_two_heights_of_voice_are_two_people() -> None:
    dialogue = [speech(4.0, 110.0), speech(4.0, 215.0, formant=1.15), speech(3.0, 115.0, seed=2), speech(3.0, 220.0)]
    assert codes(np.concatenate(dialogue)) == ["speakers"]
    assert codes(np.concatenate([speech(4.0, 190.0), speech(4.0, 215.0, seed=1), speech(4.0, 205.0, seed=2)])) == []
    assert heights_apart(np.full(100, np.nan)) == 0.0


def test_findings_speak_both_languages_with_and_without_the_name() -> None:
    (finding,) = looked(SPOKEN * 0.02).findings
    assert finding.localise("en")[0].startswith("“a.wav” is very quiet")
    assert finding.localise("en", named=False)[0].startswith("The recording is very quiet")
    assert finding.localise("zh", named=False)[0].startswith("这段录音音量很小")
    for code, said in messages().items():
        if code.startswith("recording_") and "{file}" in said.happened.en:
            assert all(said.happened) and all(said.hint)


def test_what_is_refused_raises() -> None:
    with pytest.raises(StudioError, match="silent"):
        looked(np.zeros(RATE)).require()
    looked(SPOKEN).require()


def test_clock() -> None:
    assert [clock(value) for value in (0, 65, 3725.9)] == ["0:00", "1:05", "1:02:05"]
