"""Recordings in every format are read by their content; what is no recording is refused in words."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.platform.run import Cancel
from indextts.sound.resample import resample
from indextts.voices.cloning import recordings
from indextts.voices.cloning.prepare import look, prepare
from indextts.voices.cloning.recordings import KEPT_S, MAX_READ_S, Recording, read_recording
from indextts.voices.cloning.stretch import MAX_USED_S
from tests.support.recordings import FORMATS, RATE, encoded, speech, wav

SPOKEN = speech(4.0)
ENCODED = {name: encoded(SPOKEN, name) for name in FORMATS}


def read(data: bytes, name: str = "a.wav") -> Recording:
    return read_recording(io.BytesIO(data), name)


def refused(data: bytes) -> StudioError:
    with pytest.raises(StudioError) as raised:
        read(data, "C:\\me\\a.wav")
    assert "“a.wav”" in raised.value.localise("en")[0] and "“a.wav”" in raised.value.localise("zh")[0]
    return raised.value


def likeness(one: Any, other: Any) -> float:
    """Of two sounds that may be shifted by a codec's delay."""
    size = 1 << (len(one) + len(other)).bit_length()
    spectrum = np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size))
    return float(np.abs(np.fft.irfft(spectrum)).max() / np.sqrt(np.sum(np.square(one)) * np.sum(np.square(other))))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_read_whatever_its_name(name: str) -> None:
    recording = read(ENCODED[name], "holiday.jpg")
    assert (recording.sample_rate, recording.source_rate, recording.channels) == (48_000, 48_000, 1)
    assert recording.whole and recording.seconds == pytest.approx(4.0, abs=0.1)
    assert likeness(recording.samples, resample(SPOKEN, RATE, 48_000)) > 0.98


@pytest.mark.parametrize(
    ("container", "subtype", "rate", "channels"),
    [
        ("WAV", "PCM_U8", 16_000, 1),
        ("WAV", "ULAW", 8_000, 1),
        ("WAV", "DOUBLE", 22_050, 2),
        ("WAV", "PCM_16", 192_000, 8),
        ("WAV", "FLOAT", 96_000, 8),
        ("FLAC", "PCM_24", 48_000, 8),
        ("OGG", "VORBIS", 44_100, 6),
        ("OGG", "VORBIS", 44_100, 8),
        ("OGG", "OPUS", 48_000, 8),
    ],
)
def test_depths_rates_and_channels(container: str, subtype: str, rate: int, channels: int) -> None:
    out = io.BytesIO()
    samples = resample(SPOKEN, RATE, rate)
    soundfile.write(out, np.tile(samples[:, None], (1, channels)), rate, format=container, subtype=subtype)
    recording = read(out.getvalue())
    assert (recording.source_rate, recording.channels) == (rate, channels)
    assert recording.sample_rate == min(rate, 48_000)
    assert likeness(recording.samples, resample(samples, rate, recording.sample_rate)) > 0.9


def test_channels_out_of_phase_do_not_cancel_each_other() -> None:
    recording = read(wav(np.stack([SPOKEN, -SPOKEN], 1)))
    assert likeness(recording.samples, SPOKEN) > 0.999


@pytest.mark.night
def test_one_silent_channel_does_no_harm() -> None:
    recording = read(wav(np.stack([SPOKEN, np.zeros_like(SPOKEN)], 1)))
    assert recording.samples == pytest.approx(SPOKEN / 2, abs=1e-3)


def test_the_same_sound_is_the_same_recording_from_every_lossless_file() -> None:
    samples = np.round(resample(SPOKEN, RATE, 48_000) * 32767).astype(np.int16)
    flac = io.BytesIO()
    soundfile.write(flac, samples, 48_000, format="FLAC", subtype="PCM_16")
    hashes = {prepare(io.BytesIO(data), "a").sha256 for data in (wav(samples, 48_000), flac.getvalue())}
    assert len(hashes) == 1


def test_what_is_no_recording_is_refused_in_words() -> None:
    assert refused(b"").code == "recording_empty"
    assert refused(wav(np.zeros(0, np.float32))).code == "recording_empty"
    assert refused(wav(np.zeros(1), 139_072)).code == "recording_empty"  # nothing is left of it
    for data in (
        b"RIFF",
        b"hello, this is a text",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"ID3\x04\0\0\0\0\0\0",
        b"\xff\xfb" * 500,
        b"Not found",
        ENCODED["wav24"][:21] + b"\x99" + ENCODED["wav24"][22:],  # a codec that nobody knows
    ):
        assert refused(data).code == "recording_not_audio"


def test_lists_of_other_files_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(wav(SPOKEN))
    for text in (
        f"#EXTM3U\n#EXTINF:4,\n{secret}\n",
        f"ffconcat version 1.0\nfile '{secret}'\n",
        f"v=0\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\na=control:{secret}\n",
    ):
        assert refused(text.encode()).code == "recording_not_audio"


def test_rates_and_channels_beyond_the_bounds() -> None:
    assert "9 channels" in str(refused(wav(np.tile(SPOKEN[:, None], (1, 9)))))
    assert "4000 Hz" in str(refused(wav(SPOKEN, 4_000)))
    assert "384000 Hz" in str(refused(wav(SPOKEN, 384_000)))


def test_numbers_that_are_none_and_beyond_all_bounds() -> None:
    samples = SPOKEN.astype(np.float32).copy()
    samples[1000:1010] = [np.nan, np.inf, -np.inf, 1e30, -1e30] * 2
    recording = read(wav(samples, subtype="FLOAT"))
    assert np.isfinite(recording.samples).all() and not recording.whole


@pytest.mark.night
def test_of_hours_only_the_first_minutes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "long.flac"
    rate, hours = 8_000, 3
    with soundfile.SoundFile(path, "w", rate, 1, format="FLAC") as file:
        for _ in range(hours * 60):
            file.write(np.zeros(rate * 60, np.float32))
    with path.open("rb") as stream:
        recording = read_recording(stream, path.name)
        assert stream.tell() < path.stat().st_size / 2
    assert recording.course is not None and recording.course.size == MAX_READ_S * rate
    assert recording.samples.size <= (KEPT_S + 1.0) * rate
    assert recording.seconds == pytest.approx(hours * 3600, rel=0.01)


@pytest.mark.night
@pytest.mark.parametrize(("rate", "channels"), [(24_000, 1), (48_000, 2), (96_000, 3)])
def test_of_a_long_recording_the_minute_is_kept_that_holds_most(rate: int, channels: int) -> None:
    spoken = np.concatenate([speech(8.0), np.zeros(RATE * 70, np.float32), speech(70.0, seed=1), np.zeros(RATE * 9)])
    samples = resample(spoken.astype(np.float32), RATE, rate)
    out = io.BytesIO()
    soundfile.write(out, np.tile(samples[:, None], (1, channels)), rate, format="WAV", subtype="FLOAT")
    checked = look(io.BytesIO(out.getvalue()), "a.wav")
    recording, kept = checked.recording, checked.recording.sample_rate
    assert recording.course is not None and recording.samples.size == MAX_USED_S * kept
    assert 75.5 < checked.start / kept < 80.5
    whole = resample(samples, rate, kept)
    assert recording.between(checked.start, checked.end) == pytest.approx(whole[checked.start : checked.end], abs=1e-3)


@pytest.mark.night
def test_an_hour_of_eight_channels_takes_little_memory(tmp_path: Path) -> None:
    path, rate = tmp_path / "long.flac", 96_000
    with soundfile.SoundFile(path, "w", rate, 8, format="FLAC") as file:
        for _ in range(6):
            file.write(np.zeros((rate * 60, 8), np.int16))
    with path.open("rb") as stream:
        read_recording(io.BytesIO(ENCODED["flac"]), "warm.flac")
        tracemalloc.start()
        try:
            assert look(stream, path.name).findings[0].code == "recording_silent"
            assert tracemalloc.get_traced_memory()[1] < 50e6
        finally:
            tracemalloc.stop()


def test_reading_ends_where_it_is_cancelled() -> None:
    cancel = Cancel()

    class Watched(io.BytesIO):
        """Pulls the handle once a part was read."""

        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            if self.tell() > 2_000_000:
                cancel.cancel()
            return data

    file = Watched(wav(np.tile(SPOKEN, 60)))
    with pytest.raises(StudioError) as raised:
        read_recording(file, "a.wav", cancel)
    assert raised.value.code == "cancelled" and file.tell() < len(file.getvalue()) / 2


def test_reading_ends_behind_a_bounded_number_of_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "_MAX_FRAMES", 20)
    assert 0 < read(ENCODED["mp3"]).samples.size < 2 * SPOKEN.size / 3


def test_a_file_that_was_cut_gives_what_is_there() -> None:
    for name in ("wav", "mp3", "ogg", "aac"):
        data = ENCODED[name]
        recording = read(data[: len(data) * 3 // 4])
        assert 2.0 < recording.samples.size / recording.sample_rate < 3.5


@given(
    name=st.sampled_from(sorted(FORMATS)),
    cut=st.floats(0.0, 1.0),
    spots=st.lists(st.tuples(st.floats(0.0, 1.0), st.binary(min_size=1, max_size=12)), max_size=6),
)
def test_broken_files_are_read_in_part_or_refused(name: str, cut: float, spots: list[tuple[float, bytes]]) -> None:
    data = bytearray(ENCODED[name])
    for place, bytes_ in spots:
        # Most of what can break stands at the beginning.
        at = int(place**4 * (len(data) - 16))
        data[at : at + len(bytes_)] = bytes_
    try:
        recording = read(bytes(data[: int(cut * len(data)) if cut < 0.5 else len(data)]))
    except StudioError as error:
        assert error.code.startswith("recording_")
        return
    assert np.isfinite(recording.samples).all() and recording.samples.size <= MAX_READ_S * recording.sample_rate


BEGINNINGS = (
    b"RIFF\0\0\0\0WAVE",
    b"fLaC",
    b"OggS",
    b"ID3\3\0\0\0\0\0\0",
    b"\0\0\0\x18ftyp",
    b"\x1aE\xdf\xa3",
    b"\xff\xf1",
    b"\xff\xfb",
    b"FORM\0\0\0\0AIFF",
    b"",
)


@given(st.binary(max_size=300), st.sampled_from(BEGINNINGS))
def test_anything_behind_a_known_beginning_is_refused_or_read(rest: bytes, beginning: bytes) -> None:
    try:
        read(beginning + rest)
    except StudioError as error:
        assert error.code.startswith("recording_")
