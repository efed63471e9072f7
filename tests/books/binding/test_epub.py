"""EPUB with media overlays out of chapters as they are bound: music, many chapters, hostile texts."""

from __future__ import annotations

import itertools
import zipfile
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.books.binding import Binding, BoundChapter, Music, bind
from indextts.books.binding.page import ChapterPage, Clips, HeardSentence, HeardSpan, units_of
from tests.support.bound import RATE, chapter, spoken
from tests.support.epubs import read_epub
from tests.support.recordings import speech


@pytest.mark.night
def test_clips_begin_where_the_captions_of_the_same_files_do(tmp_path: Path) -> None:
    def sentences() -> list[tuple[float, float, str]]:
        return [(0.1, 0.8, "你好。"), (1.0, 1.6, "再见！")]

    chapters = [chapter(spoken(2.0, seed=n), f"第{n}章", sentences=sentences, title_samples=4000) for n in (1, 2)]
    soundfile.write(tmp_path / "tune.wav", speech(6.0, 220.0, rate=RATE), RATE)
    options = Binding(title="书", intro=Music(tmp_path / "tune.wav"), norm="acx", title_pause_s=0.5)
    bind(chapters, tmp_path / "a.zip", "zip", options=options)
    bind(chapters, tmp_path / "a.epub", "epub", options=options)
    epub = read_epub((tmp_path / "a.epub").read_bytes())
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        for number, page in enumerate(epub.pages, 1):
            text = archive.read(f"{number:02d} 第{number}章.srt").decode()
            captions = [block.split("\n") for block in text.strip().split("\n\n")]
            begins = [round(1000 * float(times[6:12].replace(",", "."))) for _, times, _ in captions]
            assert [one.text for one in page.clips] == [words for _, _, words in captions]
            assert [one.begin for one in page.clips][1:] == begins[1:] and page.clips[0].begin == 0
            assert page.sound == archive.read(f"{number:02d} 第{number}章.mp3")


@pytest.mark.night
def test_a_hundred_chapters_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    def sentences() -> list[tuple[float, float, str]]:
        return [(0.0, 0.1, "一句。")]

    chapters = [chapter(np.zeros(RATE // 5, np.int16), f"第{n}章", sentences=sentences) for n in range(100)]
    for name in ("a", "b"):
        bind(chapters, tmp_path / f"{name}.epub", "epub", options=Binding(title="百章"))
    data = (tmp_path / "a.epub").read_bytes()
    assert data == (tmp_path / "b.epub").read_bytes()
    epub = read_epub(data)
    assert [title for _, title in epub.contents] == [f"第{n}章" for n in range(100)]
    assert all(len(page.clips) == 1 for page in epub.pages)


def test_nothing_but_silent_chapters_is_no_book(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no chapters"):
        bind([BoundChapter("a", 0, tuple)], tmp_path / "a.epub", "epub", options=Binding())  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


_TEXTS = st.text(
    st.sampled_from("春风“”。，\n a<&>\"'\x00\x0b\ud800\ufffe") | st.characters(codec="utf-8"), min_size=1, max_size=60
)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), text=_TEXTS, title=_TEXTS)
def test_any_text_stays_what_it_is_and_every_clip_finds_its_words(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, text: str, title: str
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6)))
    spans = list(itertools.pairwise(cuts))
    heard = tuple(
        HeardSentence(a, z, 0.1 * n, 0.1 * n + 0.1, (HeardSpan(a, (a + z) // 2, 0.1 * n, 0.1 * n + 0.05),))
        for n, (a, z) in enumerate(spans)
    )
    page = ChapterPage(text, None, heard)
    clips: Clips = data.draw(st.sampled_from(get_args(Clips)))
    units = units_of(page, clips)
    assert all(one.start < one.end <= other.start for one, other in itertools.pairwise(units))
    path = tmp_path_factory.mktemp("any") / "a.epub"
    chapters = [chapter(np.zeros(RATE, np.int16), title, page=lambda: page)]
    bind(chapters, path, "epub", options=Binding(title=title, author=text, clips=clips))
    (read,) = read_epub(path.read_bytes()).pages
    known = "".join("\ufffd" if one in "\x00\x0b\ud800\ufffe" else one for one in text)
    assert letters(read.text) == letters(known)
    assert len(read.clips) == len(units)


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
