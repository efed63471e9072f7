"""Pauses and the user's own music: where they are put, and how loud they are beside the speech."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from indextts.books.binding import Binding, Music, bind
from indextts.model.errors import StudioError
from indextts.sound.encode import to_int16
from indextts.sound.loudness import loudness
from tests.support.bound import RATE, chapter, chapters_of, decoded, spoken


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chord of ten seconds in stereo at another rate."""
    path = tmp_path_factory.mktemp("music") / "chord.mp3"
    at = np.arange(10 * 44_100) / 44_100
    chord = 0.2 * sum(np.sin(2 * np.pi * hertz * at) for hertz in (2000.0, 2500.0, 3000.0))
    soundfile.write(path, np.stack([chord, chord], axis=1), 44_100, format="MP3")
    return path


def level(samples: np.ndarray) -> float:
    return float(10.0 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-12))


def gap_in(pcm: np.ndarray, seconds: float) -> np.ndarray:
    pcm = pcm.copy()
    pcm[round(seconds * RATE) :] = 0
    return pcm


def test_pauses_follow_titles_and_stand_between_parts_and_chapters(tmp_path: Path) -> None:
    tone = np.full(RATE, 5000, np.int16)
    said = [(0.0, 0.25, "标题"), (0.25, 0.5, "一"), (0.5, 1.0, "二")]
    chapters = [
        chapter(tone, f"{n}", title_samples=RATE // 4, joints=(RATE // 2,), sentences=lambda: said) for n in range(2)
    ]
    options = Binding(title_pause_s=0.5, part_pause_s=0.25, chapter_pause_s=1.0)
    report = bind(chapters, tmp_path / "a.wav", "wav", options=options)
    heard, _ = decoded(tmp_path / "a.wav")
    runs = np.flatnonzero(np.diff((heard > 0).astype(int))) + 1
    first = [0.25, 0.75, 1.0, 1.25, 1.75]
    assert (runs / RATE).tolist() == [*first, *(2.75 + at for at in (0.0, *first[:-1]))]
    assert report.chapters[1].begin_s == 2.75
    bind(chapters, tmp_path / "a.srt", "srt", options=options)
    times = [line for line in (tmp_path / "a.srt").read_text(encoding="utf-8").splitlines() if "-->" in line]
    assert times[:4] == [
        "00:00:00,000 --> 00:00:00,250",
        "00:00:00,750 --> 00:00:01,000",
        "00:00:01,250 --> 00:00:01,750",
        "00:00:02,750 --> 00:00:03,000",
    ]


def test_music_begins_alone_is_lowered_under_the_speech_and_rises_where_it_rests(music: Path, tmp_path: Path) -> None:
    pcm = gap_in(spoken(12.0, level=0.2), 4.0)
    pcm[9 * RATE : 12 * RATE] = spoken(12.0, level=0.2)[: 3 * RATE]
    intro = Music(music, alone_s=2.0, under_s=6.0, fade_in_s=0.2, fade_out_s=1.0, level_db=-3.0, duck_db=-15.0)
    report = bind([chapter(pcm)], tmp_path / "a.flac", "flac", options=Binding(intro=intro))
    heard, _ = decoded(tmp_path / "a.flac")
    plain = np.concatenate([np.zeros(2 * RATE), pcm / 32768.0])
    assert heard.size == plain.size
    bed = heard - plain
    alone, under = bed[RATE // 2 : RATE], bed[3 * RATE : 5 * RATE]
    rest, over = bed[round(6.8 * RATE) : round(6.95 * RATE)], bed[round(8.2 * RATE) :]
    assert level(under) == pytest.approx(level(alone) - 15.0, abs=0.5)
    assert level(rest) == pytest.approx(level(alone), abs=0.5)
    assert level(over) < -80.0
    speech = loudness(pcm.astype(np.float32) / 32768.0, RATE)
    assert loudness(alone.astype(np.float32), RATE) == pytest.approx(speech - 3.0, abs=1.0)
    steps = np.abs(np.diff(np.sqrt(np.convolve(bed**2, np.ones(240) / 240, "same"))))
    assert steps.max() < 0.002  # no click anywhere
    assert report.chapters[0].duration_s == heard.size / RATE


def test_the_outro_comes_up_under_the_last_words_and_ends_alone(music: Path, tmp_path: Path) -> None:
    outro = Music(music, alone_s=3.0, under_s=2.0, fade_in_s=1.0, fade_out_s=2.0)
    chapters = [chapter(spoken(4.0)), chapter(spoken(4.0, seed=1))]
    bind(chapters, tmp_path / "a.flac", "flac", options=Binding(outro=outro, chapter_pause_s=0.0))
    heard, _ = decoded(tmp_path / "a.flac")
    plain = np.concatenate([np.concatenate(list(one.parts())) for one in chapters]) / 32768.0
    assert heard.size == plain.size + 3 * RATE
    bed = heard - np.pad(plain, (0, 3 * RATE))
    assert np.abs(bed[: plain.size - 2 * RATE]).max() == 0.0
    assert level(bed[plain.size + RATE // 2 : plain.size + RATE]) > level(bed[plain.size - RATE : plain.size]) + 6.0
    assert level(bed[-RATE // 20 :]) < -45.0


def test_a_chime_rings_between_chapters_and_in_no_other_place(music: Path, tmp_path: Path) -> None:
    chime = tmp_path / "chime.wav"
    soundfile.write(chime, 0.1 * np.sin(np.arange(RATE // 2) / 5.0), RATE)
    chapters = [chapter(spoken(3.0, seed=n), str(n)) for n in range(3)]
    options = Binding(chime=Music(chime), chapter_pause_s=0.5, title="书")
    bind(chapters, tmp_path / "a.m4b", "m4b", options=options)
    each = chapters[0].samples / RATE + 0.5 + 0.5 + 0.5
    assert [begin for _, begin, _ in chapters_of(tmp_path / "a.m4b")] == pytest.approx([0.0, each, 2 * each], abs=0.05)
    heard, _ = decoded(tmp_path / "a.m4b")
    spoken_s = chapters[0].samples / RATE
    ring = heard[round((spoken_s + 0.55) * RATE) : round((spoken_s + 0.95) * RATE)]
    assert level(ring) > -45.0
    assert level(heard[round((spoken_s + 1.1) * RATE) : round((spoken_s + 1.4) * RATE)]) < -60.0


def test_with_a_norm_the_music_counts(music: Path, tmp_path: Path) -> None:
    options = Binding(norm="podcast", intro=Music(music, level_db=6.0), outro=Music(music))
    report = bind([chapter(spoken(9.0))], tmp_path / "a.flac", "flac", options=options)
    assert report.chapters[0].lufs == pytest.approx(-16.0, abs=0.5)
    assert report.chapters[0].true_peak_db <= -1.0


def test_music_that_nobody_has_shaped_is_what_the_page_shows() -> None:
    script = (Path(__file__).parents[3] / "indextts/studio/tabs/books/music.js").read_text(encoding="utf-8")
    usual = re.search(r"const USUAL = \{ (.*?) \};", script)
    assert usual is not None
    shown = {name: float(value) for name, value in re.findall(r"(\w+): (-?[\d.]+)", usual[1])}
    plain = Music(b"")
    assert len(shown) == 6 and {name: getattr(plain, name) for name in shown} == shown


def test_a_file_that_is_no_music_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("#EXTM3U\nhttp://127.0.0.1/a.mp3\n")
    for name in ("a.txt", "gone.mp3"):
        with pytest.raises(StudioError) as caught:
            bind([chapter(spoken(1.0))], tmp_path / "b.mp3", "mp3", options=Binding(intro=Music(tmp_path / name)))
        assert caught.value.code == "recording_not_audio"
    assert not (tmp_path / "b.mp3").exists()


def test_of_long_music_only_the_beginning_is_read(tmp_path: Path) -> None:
    long = to_int16((0.1 * np.sin(np.arange(600 * 8000) / 3.0)).astype(np.float32))
    soundfile.write(tmp_path / "long.flac", long, 8000)
    from indextts.books.binding.music import MOST_S, read_music

    assert read_music(Music(tmp_path / "long.flac"), 8000).size == MOST_S * 8000
