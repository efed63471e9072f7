"""The music that a person gives a book."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from indextts.model.errors import StudioError
from indextts.works.books.music import MAX_BYTES, BookMusic
from tests.support.books import manuscript
from tests.support.restarted import OWNER, make
from tests.support.whole import WholeService


@pytest.fixture
def service(tmp_path: Path) -> Iterator[WholeService]:
    service = make(tmp_path)
    yield service
    service.close()


def tone(size: int = 0) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, 0.1 * np.sin(np.arange(24_000) / 9), 24_000, format="WAV", subtype="PCM_16")
    return file.getvalue() + bytes(max(0, size - file.tell()))


def test_music_is_kept_told_given_back_and_removed(service: WholeService) -> None:
    music = BookMusic(service.works.records.database)
    book = service.works.books.create(OWNER, manuscript()).id
    kept = music.keep(OWNER, book, "intro", "海.wav", tone())
    assert (kept.place, kept.name, kept.duration_s) == ("intro", "海.wav", 1.0)
    assert music.listed(OWNER, book) == [kept]
    assert soundfile.info(io.BytesIO(music.sound(OWNER, book, "intro"))).frames == 24_000
    music.remove(OWNER, book, "intro")
    assert music.listed(OWNER, book) == []
    with pytest.raises(StudioError) as gone:
        music.sound(OWNER, book, "intro")
    assert gone.value.code == "not_found"


@pytest.mark.night
def test_a_file_of_thirty_two_megabytes_is_taken_and_a_larger_one_is_not(service: WholeService) -> None:
    assert MAX_BYTES == 32 * 2**20
    music = BookMusic(service.works.records.database)
    book = service.works.books.create(OWNER, manuscript()).id
    music.keep(OWNER, book, "intro", "海.wav", tone(MAX_BYTES))
    with pytest.raises(StudioError) as refused:
        music.keep(OWNER, book, "intro", "海.wav", tone(MAX_BYTES + 1))
    assert refused.value.code == "body_too_large"
