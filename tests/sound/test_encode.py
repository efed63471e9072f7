"""Files in every format hold the audio that went in, whole or streamed."""

from __future__ import annotations

import errno
import gc
import io
import sys
import wave
from typing import Any

import av
import numpy as np
import pytest
import soundfile

from indextts.server.schemas import AUDIO_TYPES
from indextts.sound.encode import StreamEncoder, encode
from indextts.sound.resample import Resampler, resample

RATE = 24000


def speechlike(seconds: float = 1.5) -> np.ndarray:
    t = np.arange(int(seconds * RATE)) / RATE
    return (0.3 * np.sin(2 * np.pi * 220 * t) * np.abs(np.sin(2 * np.pi * 2 * t))).astype(np.float32)


def decode(data: bytes, audio_format: str) -> tuple[np.ndarray, int]:
    if audio_format == "pcm":
        return np.frombuffer(data, "<i2").astype(np.float32) / 32768, 24000
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    return samples, rate


@pytest.mark.parametrize("audio_format", list(AUDIO_TYPES))
def test_duration_and_sound_survive(audio_format: str) -> None:
    audio = speechlike()
    decoded, rate = decode(encode(audio, RATE, audio_format), audio_format)
    assert decoded.size / rate == pytest.approx(audio.size / RATE, abs=0.03)
    level = np.sqrt(np.mean(decoded**2))
    assert level == pytest.approx(np.sqrt(np.mean(audio**2)), rel=0.01)


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 32000, 44100, 48000])
def test_an_mp3_is_as_loud_as_what_went_in(rate: int) -> None:
    t = np.arange(2 * rate) / rate
    for peak in (0.2, 1.0):
        audio = (peak * np.sin(2 * np.pi * 330 * t)).astype(np.float32)
        streamed = StreamEncoder(rate, "mp3")
        for data in (encode(audio, rate, "mp3"), streamed.feed(audio) + streamed.finish()):
            decoded, _ = decode(data, "mp3")
            heard = decoded[rate // 2 : -rate // 2]
            assert np.sqrt(2 * np.mean(heard**2)) == pytest.approx(peak, rel=0.01)


@pytest.mark.parametrize("audio_format", ["wav", "flac", "pcm"])
def test_lossless_formats_lose_only_the_rounding(audio_format: str) -> None:
    audio = speechlike()
    decoded, _ = decode(encode(audio, RATE, audio_format), audio_format)
    assert np.abs(decoded - audio).max() < 2e-4


def test_a_flac_has_the_samples_of_the_wav_at_any_level() -> None:
    steps = np.arange(-32767, 32768, 7, dtype=np.int16)
    samples = steps.astype(np.float32) / np.float32(32767.0)
    for audio_format in ("wav", "flac"):
        data, _ = soundfile.read(io.BytesIO(encode(samples, 24_000, audio_format)), dtype="int16")
        assert np.array_equal(data, steps)


def test_wav_is_16_bit_mono_and_states_its_length() -> None:
    with wave.open(io.BytesIO(encode(speechlike(), RATE, "wav"))) as file:
        assert (file.getsampwidth(), file.getnchannels(), file.getframerate()) == (2, 1, RATE)
        assert file.getnframes() == speechlike().size


def test_pcm_is_24_khz_whatever_the_source() -> None:
    assert len(encode(np.zeros(16000, np.float32), 16000, "pcm")) == 24000 * 2


@pytest.mark.parametrize("resampler", ["soxr", "resampy"])
@pytest.mark.parametrize(("audio_format", "rate"), [("pcm", 16_000), ("opus", 22_050)])
def test_the_chosen_library_changes_the_rate_whole_or_streamed(
    audio_format: str, rate: int, resampler: Resampler, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[str] = []

    def watched(*args: Any, resampler: Resampler) -> np.ndarray:
        used.append(resampler)
        return resample(*args, resampler=resampler)

    monkeypatch.setattr("indextts.sound.encode.resample", watched)
    samples = speechlike()
    decoded, heard_rate = decode(encode(samples, rate, audio_format, resampler), audio_format)
    encoder = StreamEncoder(rate, audio_format, resampler)
    streamed, _ = decode(encoder.feed(samples) + encoder.finish(), audio_format)
    assert used == [resampler, resampler]
    assert decoded.size / heard_rate == pytest.approx(samples.size / rate, abs=0.03)
    assert streamed.size == pytest.approx(decoded.size, abs=heard_rate * 0.03)


@pytest.mark.parametrize("audio_format", list(AUDIO_TYPES))
def test_streamed_pieces_make_the_same_sound(audio_format: str) -> None:
    audio = speechlike(6.0)
    encoder = StreamEncoder(RATE, audio_format)
    pieces = [encoder.feed(part) for part in np.array_split(audio, 5)]
    if audio_format != "flac":
        assert sum(len(piece) > 0 for piece in pieces) >= 3, "bytes come while the audio is made"
    data = b"".join(pieces) + encoder.finish()
    if audio_format == "wav":
        assert data[40:44] == b"\xff" * 4, "the length is unknown while streaming"
    decoded, _ = decode(data, audio_format)
    # MP3 carries its encoder's delay and a last frame's padding, which only a whole file can have cut off.
    assert decoded.size == pytest.approx(audio.size, abs=(0.07 if audio_format == "mp3" else 0.03) * RATE)
    if audio_format in ("wav", "flac", "pcm"):
        assert np.abs(decoded - audio).max() < 2e-4


@pytest.mark.parametrize("rate", [24000, 44100, 48000])
@pytest.mark.parametrize("more", [0, 123, 288, 575])
def test_a_streamed_mp3_is_as_long_as_its_sound_and_begins_with_it(rate: int, more: int) -> None:
    """As players decode it that leave out the delay of which the file tells."""
    size = 2 * rate + more
    noise = np.random.default_rng(more).standard_normal(size + 19)
    audio = (0.02 * np.convolve(noise, np.ones(20) / 4, "valid")).astype(np.float32)
    encoder = StreamEncoder(rate, "mp3")
    data = b"".join(encoder.feed(part) for part in np.array_split(audio, 5)) + encoder.finish()
    with av.open(io.BytesIO(data), "r") as file:
        decoded = np.concatenate([frame.to_ndarray().ravel() for frame in file.decode(audio=0)])
    assert 0 <= decoded.size - audio.size < 0.03 * rate
    begin = slice(0, rate // 4)
    assert np.corrcoef(decoded[begin], audio[begin])[0, 1] > 0.9
    whole = encode(audio, rate, "mp3")
    assert len(data) == len(whole) and data[1000:] == whole[1000:]


@pytest.mark.night
def test_a_long_stream_keeps_nothing_of_what_was_sent() -> None:
    import tracemalloc

    encoder = StreamEncoder(RATE, "mp3")
    part = speechlike(10.0)
    sent = len(encoder.feed(part))
    tracemalloc.start()
    sent = sum(len(encoder.feed(part)) for _ in range(20))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent > 2_000_000 and held < 500_000


def test_nothing_wraps_around_at_full_scale() -> None:
    loud = np.array([1.5, -1.5, 1.0, -1.0] * 100, np.float32)
    decoded, _ = decode(encode(loud, RATE, "wav"), "wav")
    assert decoded.max() > 0.99
    assert np.sign(decoded).tolist() == np.sign(loud).tolist()


class Bounded(io.BytesIO):
    """A disk with so much room, which is full for good once it was."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self.room:
            self.room = 0
            raise OSError(errno.ENOSPC, "full")
        return super().write(data)


@pytest.mark.parametrize("label", ["", '{"Label": "1"}'])
@pytest.mark.parametrize("room", [80, 600, 5000])
@pytest.mark.parametrize("audio_format", ["mp3", "flac", "opus"])
def test_a_full_disk_is_one_error_and_not_one_for_every_write(
    audio_format: str, room: int, label: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ignored: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", ignored.append)
    with pytest.raises(OSError, match="full"), Bounded(room) as file:
        encoder = StreamEncoder(RATE, audio_format, into=file, label=label)
        for _ in range(4):
            encoder.write(speechlike())
        encoder.close()
    encoder = StreamEncoder(RATE, audio_format, into=(cut := io.BytesIO()), label=label)
    encoder.write(speechlike())
    cut.close()  # as when what is to be written next fails
    del encoder
    gc.collect()
    assert ignored == [] and capfd.readouterr().err == ""
