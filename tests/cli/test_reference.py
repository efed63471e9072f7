from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from indextts.cli.reference import recording_of
from indextts.errors import StudioError


def test_a_hash_and_nothing_are_taken_as_they_are() -> None:
    assert recording_of("") == "" and recording_of("0a" * 32) == "0a" * 32


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(StudioError) as caught:
        recording_of("missing.wav")
    assert caught.value.code == "bad_file" and "missing.wav" in str(caught.value)


def test_a_recording_is_kept_under_its_content(tmp_path: Path) -> None:
    library = pytest.importorskip("indextts.voices.cloning.library")
    from indextts.config import load_config

    (tmp_path / "c.yaml").write_text(f"cache_dir: {tmp_path}\n", encoding="utf-8")
    time = np.arange(4 * 22050) / 22050
    wave = sum(np.sin(2 * np.pi * 150 * k * time) / k for k in range(1, 9)) * (0.5 - 0.5 * np.cos(2 * np.pi * 4 * time))
    soundfile.write(tmp_path / "a.wav", (0.2 * wave).astype(np.float32), 22050)
    sha = recording_of(str(tmp_path / "a.wav"), str(tmp_path / "c.yaml"))
    assert library.CloneLibrary(load_config(tmp_path / "c.yaml")).path(sha).is_file()
    (tmp_path / "b.wav").write_bytes(b"no sound")
    with pytest.raises(StudioError):
        recording_of(str(tmp_path / "b.wav"), str(tmp_path / "c.yaml"))
