"""Voices in one container, as the release on GitHub has them: the same voices, read within bounds."""

from __future__ import annotations

import io
import struct
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.kokoro import install
from indextts.engines.kokoro.engine import load
from indextts.engines.kokoro.info import NAME, NAME_11, folder, voices
from indextts.engines.kokoro.voice_files import MAX_PARTS, read_voices
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from tests.engines.kokoro.conftest import never
from tests.support.tiny_kokoro import VOICES, make_published

ROWS, WIDTH = 510, 256
GOOD = np.random.default_rng(3).standard_normal((ROWS, 1, WIDTH)).astype(np.float32)


def packed(local: Path, name: str = "voices-v1.0.bin", *, compressed: bool = False) -> Path:
    """The voices of a published folder moved into a container, beside some of another language."""
    styles = {path.stem: np.fromfile(path, np.float32).reshape(ROWS, 1, WIDTH) for path in (local / "voices").iterdir()}
    for path in (local / "voices").iterdir():
        path.unlink()
    with (local / name).open("wb") as file:
        save: Callable[..., None] = np.savez_compressed if compressed else np.savez
        save(file, **styles, jf_alpha=GOOD)
    return local


def set_up(config: Config, local: Path, model: str = NAME) -> bool:
    return install.ensure(config, model=model, local=local, fetch=never, say=lambda _: None)


@pytest.mark.parametrize("compressed", [False, True])
def test_a_container_gives_the_model_that_single_files_give(compressed: bool, tmp_path: Path) -> None:
    single, one = (Config(cache_dir=tmp_path / name) for name in ("single", "one"))
    set_up(single, make_published(tmp_path / "published"))
    set_up(one, packed(make_published(tmp_path / "packed"), compressed=compressed))
    assert folder(one).identity() == folder(single).identity()
    assert [voice.id for voice in voices(one)] == list(VOICES) == [voice.id for voice in load(one).voices()]
    assert not set_up(one, make_published(tmp_path / "again")), "it is known as the same"


def test_a_voice_s_own_file_goes_before_the_container(tmp_path: Path) -> None:
    local = packed(make_published(tmp_path))
    (local / "af_heart.bin").write_bytes(GOOD.tobytes())
    found = read_voices(local, VOICES)
    assert sorted(found) == sorted(VOICES) and found["af_heart"] == GOOD.tobytes() != found["bf_emma"]


def test_a_container_of_the_other_model_is_known_by_its_voices(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path / "hub")
    local = packed(make_published(tmp_path / "zh", voices=("zf_001", "zm_009")), "voices-v1.1-zh.bin")
    with pytest.raises(StudioError, match=f"pull {NAME_11} --from"):
        set_up(config, local)
    assert set_up(config, local, NAME_11)


def npy(values: np.ndarray, order: str = "C") -> bytes:
    file = io.BytesIO()
    np.save(file, np.asarray(values, order=order), allow_pickle=True)  # type: ignore[call-overload]
    return file.getvalue()


def claiming(shape: str) -> bytes:
    """An array that says another shape than it has."""
    said = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(said)) + said + GOOD.tobytes()


def spoilt() -> np.ndarray:
    values = GOOD.copy()
    values[7, 0, 7] = np.nan
    return values


BAD = {
    "short": npy(GOOD[:-1]),
    "long": npy(np.concatenate([GOOD, GOOD])),
    "double": npy(GOOD[:255].astype(np.float64)),
    "turned": npy(GOOD.transpose(2, 1, 0)),
    "by columns": npy(GOOD[:, 0], "F"),
    "nan": npy(spoilt()),
    "huge": claiming("(510, 256000000000)"),
    "negative": claiming("(-510, -256)"),
    "pickled": npy(np.array([{"a": 1}] * 60_000, object)),
    "no array": b"x" * len(npy(GOOD)),
    "empty": b"",
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_voice_is_refused_by_its_name(kind: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "voices-v1.0.bin", "w") as archive:
        archive.writestr("af_heart.npy", BAD[kind])
    with pytest.raises(StudioError) as caught:
        read_voices(tmp_path, VOICES)
    assert caught.value.code == "voices_unusable" and "voices-v1.0.bin" in str(caught.value)
    assert "voices-v1.0.bin" in caught.value.localise("zh")[0] and "{" not in "".join(caught.value.localise("zh"))


def test_a_voice_s_own_file_of_another_size_is_refused(tmp_path: Path) -> None:
    (tmp_path / "af_heart.bin").write_bytes(GOOD.tobytes()[:-4])
    with pytest.raises(StudioError, match="af_heart") as caught:
        read_voices(tmp_path, VOICES)
    assert caught.value.code == "voices_unusable"


@pytest.mark.night
def test_a_container_that_unpacks_to_much_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "voices.bin", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("af_heart.npy", bytes(200_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(StudioError, match="af_heart"):
            read_voices(tmp_path, VOICES)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_container_with_too_many_parts_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "voices.bin", "w") as archive:
        for number in range(MAX_PARTS + 1):
            archive.writestr(f"{number}.npy", b"")
    with pytest.raises(StudioError, match="ZIP"):
        read_voices(tmp_path, VOICES)


@given(st.data())
def test_a_damaged_container_is_refused_or_gives_whole_voices(data: st.DataObject) -> None:
    file = io.BytesIO()
    np.savez(file, af_heart=GOOD)
    whole = bytearray(file.getvalue())
    if data.draw(st.booleans()):
        del whole[data.draw(st.integers(0, len(whole) - 1)) :]
    else:
        edges = st.integers(0, 160) | st.integers(len(whole) - 160, len(whole) - 1)
        whole[data.draw(edges)] ^= data.draw(st.integers(1, 255))
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "voices-v1.0.bin").write_bytes(whole)
        try:
            found = read_voices(Path(place), VOICES)
        except StudioError as error:
            assert error.code == "voices_unusable"
        else:
            assert all(len(held) == ROWS * WIDTH * 4 for held in found.values())
