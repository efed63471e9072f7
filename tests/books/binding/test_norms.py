"""What a norm asks for is reached, measured on the files themselves; the report says what they are like."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest

from indextts.books.binding import Binding, BindingReport, Norm, bind
from indextts.sound.encode import to_int16
from tests.support.bound import RATE, Pcm, chapter, decoded, spoken
from tests.support.peaks import true_peak


def peaky(seconds: float) -> Pcm:
    """Speech with clicks far above it, so that its peaks have to be held."""
    sound = spoken(seconds, level=0.15).copy()
    sound[5000::6000] = 30_000
    return sound


def db(value: float) -> float:
    return float(20.0 * np.log10(max(value, 1e-9)))


def rms(samples: np.ndarray) -> float:
    return db(float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))))


def states(report: BindingReport) -> dict[str, str]:
    return {check.name: check.state for check in report.checks}


@pytest.fixture(scope="module")
def sounds() -> list[Pcm]:
    return [spoken(8.0, level=0.02), spoken(7.0, seed=1, level=0.9), peaky(7.0)]


@pytest.mark.parametrize(("norm", "target"), [("podcast", -16.0), ("ebu", -23.0)])
def test_every_chapter_is_as_loud_as_the_norm_asks(
    norm: Norm, target: float, sounds: list[Pcm], tmp_path: Path
) -> None:
    chapters = [chapter(pcm, f"第{number}章") for number, pcm in enumerate(sounds, 1)]
    report = bind(chapters, tmp_path / "a.flac", "flac", options=Binding(norm=norm))
    heard, rate = decoded(tmp_path / "a.flac")
    for row in report.chapters:
        part = heard[round(row.begin_s * rate) : round((row.begin_s + row.duration_s) * rate)]
        meter = pyloudnorm.Meter(rate).integrated_loudness(part)
        assert meter == pytest.approx(target, abs=0.5)
        assert row.lufs == pytest.approx(meter, abs=0.2)
        assert row.true_peak_db == pytest.approx(db(true_peak(part, rate)), abs=0.1) and row.true_peak_db <= -1.0
        assert row.peak_db == pytest.approx(db(float(np.abs(part).max())), abs=0.05)
        assert row.rms_db == pytest.approx(rms(part), abs=0.05)
    assert report.lufs == pytest.approx(target, abs=0.5)
    assert report.chapters[2].limited and not report.chapters[0].limited
    assert states(report)["loudness"] == states(report)["true_peak"] == "passed"


def test_acx_files_are_what_acx_takes(sounds: list[Pcm], tmp_path: Path) -> None:
    import av

    titles = ("片头", "第一章", "Closing Credits")
    chapters = [
        chapter(pcm, title, title_samples=20_000, kind="body") for pcm, title in zip(sounds, titles, strict=True)
    ]
    report = bind(chapters, tmp_path / "a.zip", "zip", options=Binding(title="书", norm="acx"))
    assert [check.said.zh for check in report.checks if check.state != "passed"] == []
    assert len(report.checks) == 12
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path)
    for row in report.chapters:
        path = tmp_path / row.file
        with av.open(str(path)) as file:
            stream = file.streams.audio[0]
            sizes = {packet.size for packet in file.demux(stream) if packet.size}
            assert (stream.rate, stream.channels, stream.codec_context.name) == (44_100, 1, "mp3float")
            assert stream.codec_context.bit_rate == 192_000
            assert max(sizes) - min(sizes) <= 1  # constant: frames differ by a byte of padding at most
        heard, rate = decoded(path)
        assert -23.0 <= rms(heard) <= -18.0 and rms(heard) == pytest.approx(-20.0, abs=0.5)
        assert db(float(np.abs(heard).max())) <= -3.0
        loud = np.flatnonzero(np.abs(heard) > 0.003)
        assert 0.5 <= loud[0] / rate <= 1.0
        assert 1.0 <= (heard.size - loud[-1]) / rate <= 5.0
        assert rms(heard[: rate // 2]) <= -60.0


def test_silence_that_is_there_already_counts_as_room_tone(tmp_path: Path) -> None:
    for lead_s in (0.0, 3.0, 7.0):
        sound = chapter(spoken(6.0, lead_s=lead_s))
        report = bind([sound], tmp_path / "a.flac", "flac", options=Binding(norm="acx"))
        (row,) = report.chapters
        assert row.head_s == pytest.approx(0.75, abs=0.03)
        assert row.tail_s == pytest.approx(3.0 if lead_s == 3.0 else 2.0, abs=0.2)
        heard, rate = decoded(tmp_path / "a.flac")
        assert heard.size / rate == pytest.approx(row.duration_s)


def test_what_acx_would_refuse_is_said_in_both_languages(tmp_path: Path) -> None:
    loud = chapter(spoken(6.0, level=0.99, lead_s=0.0), "")
    report = bind([loud, chapter(spoken(6.0))], tmp_path / "a.m4b", "m4b", options=Binding())
    said = {check.name: check for check in report.checks}
    failed = {name for name, check in said.items() if check.state == "failed"}
    assert {"peak", "file_form", "room_tone", "one_file_each", "titles", "opening_credits", "closing_credits"} <= failed
    assert said["length"].state == said["size"].state == "passed"
    assert said["titles_spoken"].state == "unknown"
    assert said["peak"].said == ("Peaks of chapter 1 are above −3 dB; bind with the norm ACX.", said["peak"].said.zh)
    assert said["peak"].said.zh.startswith("第 1 章的峰值")
    assert all(check.said.en.endswith(".") and check.said.zh.endswith("。") for check in report.checks)
    data = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert data["checks"][0]["said"].keys() == {"en", "zh"}
    assert data["chapters"][1]["title"] == "第一章 开端"


@pytest.mark.parametrize(
    ("numbers", "en", "zh"),
    [
        (range(1, 13), "all 12 chapters", "全部 12 章"),
        ((4,), "chapter 4", "第 4 章"),
        ((1, 2, 3), "chapters 1–3", "第 1–3 章"),
        ((1, 2, 3, 5), "chapters 1–3 and 5", "第 1–3、5 章"),
        ((1, 2, 5, 8), "chapters 1, 2, 5 and 8", "第 1、2、5、8 章"),
        ((1, 3, 5, 7, 8, 9), "chapters 1, 3, 5 and 3 more", "第 1、3、5 章及另外 3 章"),
    ],
)
def test_chapters_are_told_by_their_numbers_and_not_by_their_names(
    numbers: Sequence[int], en: str, zh: str, tmp_path: Path
) -> None:
    sound = spoken(0.5)
    chapters = [chapter(sound, "" if number in numbers else "第一章 开端") for number in range(1, 13)]
    report = bind(chapters, tmp_path / "a.flac", "flac", options=Binding())
    (titles,) = (check.said for check in report.checks if check.name == "titles")
    assert titles == (f"No title: {en}; write one.", f"{zh}没有标题，请补上。")


def test_noise_under_the_speech_is_found_as_its_floor(tmp_path: Path) -> None:
    noise = to_int16((np.random.default_rng(0).standard_normal(8 * RATE) * 0.003).astype(np.float32))
    noisy = spoken(7.8) + noise
    report = bind([chapter(noisy), chapter(spoken(7.8))], tmp_path / "a.wav", "wav", options=Binding(norm="acx"))
    assert report.chapters[0].noise_floor_db == pytest.approx(-50.5 + report.chapters[0].gain_db, abs=1.5)
    assert report.chapters[1].noise_floor_db == pytest.approx(-120.0, abs=1)
    assert states(report)["noise_floor"] == "failed"


@pytest.mark.parametrize("norm", ["none", "acx", "podcast", "ebu"])
def test_silence_and_a_moment_of_sound_can_be_bound(norm: Norm, tmp_path: Path) -> None:
    moment = to_int16(np.sin(np.arange(50) / 3.0).astype(np.float32))
    chapters = [chapter(np.zeros(RATE, np.int16)), chapter(moment), chapter(np.zeros(1, np.int16))]
    report = bind(chapters, tmp_path / "a.flac", "flac", options=Binding(norm=norm))
    json.dumps(report.to_json(), allow_nan=False)
    heard, rate = decoded(tmp_path / "a.flac")
    assert heard.size / rate == pytest.approx(report.duration_s)
    assert np.abs(heard).max() <= 1.0


def test_without_a_norm_no_sample_is_changed(tmp_path: Path) -> None:
    pcm = to_int16(np.clip(np.random.default_rng(0).standard_normal(RATE), -1, 1).astype(np.float32))
    report = bind([chapter(pcm)], tmp_path / "a.flac", "flac", options=Binding())
    assert np.array_equal(decoded(tmp_path / "a.flac")[0], pcm.astype(np.float32) / 32768.0)
    assert report.chapters[0].gain_db == 0.0 and not report.chapters[0].limited


def test_chapters_of_several_rates_are_brought_to_the_highest(tmp_path: Path) -> None:
    low = chapter(spoken(3.0, rate=16_000), rate=16_000)
    high = chapter(spoken(3.0, seed=1, rate=22_050), rate=22_050)
    report = bind([low, high], tmp_path / "a.wav", "wav", options=Binding(chapter_pause_s=0.0))
    heard, rate = decoded(tmp_path / "a.wav")
    assert rate == report.sample_rate == 22_050
    assert heard.size == round(low.samples * 22_050 / 16_000) + high.samples
    for mp3_rate, bits in ((24_000, 96), (44_100, 192)):
        report = bind([high], tmp_path / "a.mp3", "mp3", options=Binding(bit_rate=bits, sample_rate=mp3_rate))
        assert (report.sample_rate, report.bit_rate) == (mp3_rate, bits)
