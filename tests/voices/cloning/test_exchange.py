"""A voice as one file: out, in again, and nothing but that."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.voices.cloning.exchange import MANIFEST, pack, unpack
from indextts.voices.cloning.library import CloneLibrary
from indextts.voices.cloning.voice import ClonedVoice, Reference
from tests.support.recordings import prepared

ONE, TWO = prepared(3.0, 120.0), prepared(3.0, 230.0, 1)
DATA = {one.sha256: one.data for one in (ONE, TWO)}


@pytest.fixture(scope="module")
def library() -> Iterator[CloneLibrary]:
    with tempfile.TemporaryDirectory() as folder:
        library = CloneLibrary(Config(cache_dir=Path(folder)))
        yield library
        library.close()


def voice(**changes: Any) -> ClonedVoice:
    references = (Reference(ONE.sha256, 3.0, 24_000, 1.0), Reference(TWO.sha256, 3.0, 24_000, 0.25))
    fields = {"name": "老王", "consent": "本人", "consent_date": "2026-01-31", "tags": ("a", "b")}
    return ClonedVoice(**{"id": "clone-1", "references": references, **fields, **changes})


PACKED = pack(voice(), DATA)


def repacked(
    changes: dict[str, bytes | None] | None = None, manifest: Any = None, method: int = zipfile.ZIP_STORED
) -> bytes:
    """``PACKED`` with other entries, or another manifest."""
    with zipfile.ZipFile(io.BytesIO(PACKED)) as archive:
        entries: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    if manifest is not None:
        fields = {**json.loads(entries[MANIFEST] or b""), **manifest}
        entries[MANIFEST] = json.dumps({name: value for name, value in fields.items() if value is not None}).encode()
    entries.update(changes or {})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in entries.items():
            if data is not None:
                archive.writestr(name, data)
    return out.getvalue()


def refused(data: bytes, code: str = "bad_voice_file") -> str:
    with pytest.raises(StudioError) as raised:
        unpack(io.BytesIO(data))
    assert raised.value.code == code, raised.value
    return str(raised.value)


names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=30)


@given(name=names, consent=names, tags=st.lists(names.map(lambda text: text[:20]), max_size=8, unique=True),
       weight=st.floats(0.001, 1000.0))  # fmt: skip
def test_what_goes_out_comes_in(library: CloneLibrary, name: str, consent: str, tags: list[str], weight: float) -> None:
    try:
        stored = library.add(name, [ONE, TWO], consent=consent, tags=tags, weights=[1.0, weight])
    except StudioError as error:
        assert error.code in ("bad_voice", "bad_clone", "voice_exists", "consent_missing")
        return
    try:
        packed = library.export(stored.id)
    finally:
        library.remove(stored.id)
    back = library.import_(io.BytesIO(packed))
    library.remove(back.id)
    for field in ("name", "consent", "consent_date", "tags", "references", "group"):
        assert getattr(back, field) == getattr(stored, field)
    assert back.pitch_hz == pytest.approx(stored.pitch_hz, rel=0.02)


def test_the_same_voice_gives_the_same_bytes() -> None:
    assert pack(voice(), DATA) == PACKED
    with zipfile.ZipFile(io.BytesIO(PACKED)) as archive:
        assert archive.namelist() == [MANIFEST, f"{ONE.sha256}.flac", f"{TWO.sha256}.flac"]


def test_another_name_may_be_given(library: CloneLibrary) -> None:
    first = library.import_(io.BytesIO(PACKED))
    with pytest.raises(StudioError, match="老王"):
        library.import_(io.BytesIO(PACKED))
    second = library.import_(io.BytesIO(PACKED), "小王")
    assert (first.name, second.name, second.consent_date) == ("老王", "小王", "2026-01-31")
    for one in (first, second):
        library.remove(one.id)


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive at all", PACKED[:-30], PACKED[: len(PACKED) // 2]])
def test_no_archive(data: bytes) -> None:
    refused(data)


def test_changed_recordings_are_noticed() -> None:
    assert "hash" in refused(repacked({f"{ONE.sha256}.flac": TWO.data}))
    assert "missing" in refused(repacked({f"{ONE.sha256}.flac": None}))
    text = b"no sound"
    sha = hashlib.sha256(text).hexdigest()
    assert "prepared" in refused(repacked({f"{sha}.flac": text}, {"references": [{"sha256": sha}]}))


@pytest.mark.parametrize(
    "manifest",
    [
        {"format": "zip"},
        {"version": 2},
        {"version": None},
        {"references": []},
        {"references": "x"},
        {"references": [{}]},
        {"references": [{"sha256": "../../etc/passwd"}]},
        {"references": [{"sha256": f"../{ONE.sha256}"}]},
        {"references": [{"sha256": ONE.sha256}] * 2},
        {"references": [{"sha256": f"{number:064x}"} for number in range(11)]},
    ],
)
def test_manifests_that_are_not_ours(manifest: dict[str, Any]) -> None:
    refused(repacked(manifest=manifest))


def test_fields_are_checked_like_any_others() -> None:
    refused(repacked(manifest={"consent": None}), "consent_missing")
    refused(repacked(manifest={"consent": ""}), "consent_missing")
    refused(repacked(manifest={"name": "<b>"}), "bad_voice")
    refused(repacked(manifest={"name": 5}), "bad_voice")
    refused(repacked(manifest={"tags": "abc"}), "bad_clone")
    refused(repacked(manifest={"consent_date": "soon"}), "bad_clone")
    refused(repacked(manifest={"references": [{"sha256": ONE.sha256, "weight": -1}]}), "bad_clone")
    refused(repacked({MANIFEST: b"[" * 50_000}))
    refused(repacked({MANIFEST: b"\xff"}))
    assert "version is 2" in refused(repacked(manifest={"version": 2}))


def test_an_archive_that_unpacks_to_gigabytes_is_read_to_its_bound_only() -> None:
    bomb = repacked({f"{ONE.sha256}.flac": bytes(40_000_000)}, method=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 2_000_000 and "larger" in refused(bomb)
    assert "larger" in refused(repacked({MANIFEST: b" " * 1_000_000}, method=zipfile.ZIP_DEFLATED))


def test_entries_that_want_to_leave_the_folder_are_not_even_read(tmp_path: Path) -> None:
    slip = repacked({"../../evil.txt": b"x", "/etc/evil": b"x"})
    assert unpack(io.BytesIO(slip)).name == "老王"
    library = CloneLibrary(Config(cache_dir=tmp_path / "deep" / "cache"))
    library.import_(io.BytesIO(slip))
    library.close()
    assert not list(tmp_path.rglob("*evil*"))


@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.binary(min_size=1, max_size=8)), min_size=1, max_size=5))
def test_broken_files_are_refused_or_whole(spots: list[tuple[float, bytes]]) -> None:
    data = bytearray(PACKED)
    for place, change in spots:
        at = int(place * len(data))
        data[at : at + len(change)] = change
    try:
        packed = unpack(io.BytesIO(bytes(data)))
    except StudioError:
        return
    assert {one.sha256 for one in packed.recordings} <= set(DATA)
