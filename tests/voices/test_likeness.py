"""The ready voices nearest to a recording: sentences that were never measured find their own voice first."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from indextts.engines.kokoro.info import VOICES
from indextts.model.errors import StudioError
from indextts.voices.likeness import TABLE, features, nearest, packed

RECORDINGS = sorted((Path(__file__).parents[1] / "data" / "natural").glob("*.ogg"))


def read(path: Path) -> tuple[np.ndarray, int]:
    samples, rate = soundfile.read(path, dtype="float32")
    return samples, int(rate)


def test_the_table_has_every_voice() -> None:
    assert [str(name) for name in np.load(TABLE)["names"]] == list(VOICES)


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_new_sentence_finds_its_own_voice_first(path: Path) -> None:
    samples, rate = read(path)
    found = nearest(samples, rate, [*VOICES])
    assert found[0].voice == path.stem and found[0].closeness == "close"
    assert [one.closeness == "close" for one in found] == [True, False, False]
    assert abs(found[0].semitones) < 1.5


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_without_its_own_voice_none_is_called_close(path: Path) -> None:
    samples, rate = read(path)
    others = [name for name in VOICES if name != path.stem]
    found = nearest(samples, rate, others)
    assert path.stem not in [one.voice for one in found] and all(one.closeness != "close" for one in found)


def test_the_level_does_not_matter(tmp_path: Path) -> None:
    samples, rate = read(RECORDINGS[0])
    loud, quiet = (nearest(samples * gain, rate, [*VOICES]) for gain in (1.0, 0.1))
    assert [one.voice for one in loud] == [one.voice for one in quiet]
    assert loud[0].distance == pytest.approx(quiet[0].distance, abs=0.05)


def test_a_voice_that_was_raised_is_told_to_be_lower_than_it() -> None:
    samples, rate = read(RECORDINGS[0])
    raised = nearest(samples, round(rate * 1.06), [RECORDINGS[0].stem])[0]
    plain = nearest(samples, rate, [RECORDINGS[0].stem])[0]
    assert raised.semitones == pytest.approx(plain.semitones - 1.0, abs=0.3) and raised.distance > plain.distance


def test_where_nobody_speaks_nothing_is_compared() -> None:
    noise = np.random.default_rng(1).standard_normal(32_000).astype(np.float32) * 1e-3
    with pytest.raises(StudioError) as caught:
        features(noise, 16_000)
    assert caught.value.code == "recording_no_speech"
    assert not re.search(r"[{}]", " ".join(caught.value.localise("zh")))


def test_a_table_is_of_means_and_of_what_differs_within_a_voice() -> None:
    rows = {"a": [np.zeros(50), np.full(50, 2.0)], "b": [np.ones(50), np.full(50, 3.0)]}
    import io

    table = np.load(io.BytesIO(packed(rows)))
    assert list(table["names"]) == ["a", "b"] and np.allclose(table["means"], [[1.0] * 50, [2.0] * 50])
    assert np.allclose(table["spread"], np.sqrt(2.0))
