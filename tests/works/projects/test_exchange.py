"""A project's file from elsewhere is whole and harmless, or it is refused in one clear sentence."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.works.projects import exchange
from indextts.works.projects.exchange import EDITOR, FORMAT, KIND, MANIFEST, MAX_PARTS, Reader, Writer, opened

KEY = "ab" * 32
PARTS = {"jobs/take-1aaaaaaaaaaaaaaaa.json": b'{"a":1}', f"sounds/{KEY}.flac": b"fLaC and so on", EDITOR: b"\0edits"}


def packed() -> bytes:
    file = io.BytesIO()
    with Writer(file, "春游") as writer:
        for name, data in PARTS.items():
            writer.add(name, data)
        writer.finish({"project": {"name": "春游"}})
    return file.getvalue()


PACKED = packed()


def entries(data: bytes = PACKED) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(
    changes: Mapping[str, bytes | None] | None = None,
    manifest: Mapping[str, Any] | None = None,
    about: Callable[[zipfile.ZipInfo], None] = lambda _: None,
    method: int = zipfile.ZIP_STORED,
) -> bytes:
    """``PACKED`` with other parts or another manifest; ``about`` changes what the archive says of each part."""
    all_parts: dict[str, bytes | None] = {**entries()}
    if manifest is not None:
        fields = {**json.loads(all_parts[MANIFEST] or b""), **manifest}
        all_parts[MANIFEST] = json.dumps({key: value for key, value in fields.items() if value is not None}).encode()
    all_parts.update(changes or {})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in all_parts.items():
            if data is not None:
                info = zipfile.ZipInfo(name)
                info.compress_type = method
                about(info)
                archive.writestr(info, data)
    return out.getvalue()


def refused(data: bytes, read: Callable[[Reader], object] = lambda _: None) -> str:
    """What is said in English; in Chinese as well something is said."""
    with pytest.raises(StudioError) as raised, opened(io.BytesIO(data)) as file:
        read(file)
    assert raised.value.code == "bad_project_file"
    assert any("\u4e00" <= char <= "\u9fff" for char in raised.value.localise("zh")[0])
    return raised.value.localise("en")[0]


def everything(file: Reader) -> None:
    for name in PARTS:
        file.part(name)


def test_what_goes_out_comes_in() -> None:
    with opened(io.BytesIO(PACKED)) as file:
        assert file.manifest["project"] == {"name": "春游"} and file.manifest["format"] == FORMAT
        assert (file.jobs, file.sounds, file.has(EDITOR)) == (["take-1aaaaaaaaaaaaaaaa"], [KEY], True)
        assert {name: file.part(name) for name in PARTS} == PARTS
        assert file.size(EDITOR) == len(PARTS[EDITOR])


def test_the_same_project_gives_the_same_bytes() -> None:
    assert packed() == PACKED


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive at all", PACKED[:-30], PACKED[: len(PACKED) // 2]])
def test_what_is_no_archive_is_told_so(data: bytes) -> None:
    assert "not a project's file" in refused(data)


def test_an_archive_of_something_else_is_told_so() -> None:
    assert "not a project's file" in refused(repacked(manifest={"kind": "a voice"}))
    assert "project.json is missing" in refused(repacked({MANIFEST: None}))
    for content in (b"[]", b"5", b"null"):
        assert "not a project's file" in refused(repacked({MANIFEST: content}))
    for content in (b"\xff", b"{", b'{"a": NaN}', b'{"a": 1' + b"0" * 5000 + b"}"):
        assert "not JSON" in refused(repacked({MANIFEST: content}))


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "../../project.json",
        "/etc/passwd",
        "jobs/../../evil.json",
        "jobs/a/b.json",
        "jobs\\..\\evil.json",
        "C:\\evil.json",
        "sounds/../x.flac",
        f"sounds/{KEY}.exe",
        f"sounds/{KEY.upper()}.flac",
        "jobs/.json",
        "jobs/" + "x" * 65 + ".json",
        "project.json.bak",
        "jobs/a.json\nb",
    ],
)
def test_parts_that_want_to_go_elsewhere_are_refused_before_anything_is_read(name: str) -> None:
    assert "does not belong" in refused(repacked({name: b"x"}))


def test_a_name_with_a_null_byte_is_refused() -> None:
    data = repacked({"jobs/take-2.jsonX": b"x"}).replace(b"jobs/take-2.jsonX", b"jobs/take-2.json\0")
    assert "does not belong" in refused(data)


@pytest.mark.parametrize("mode", [0o120777, 0o040755, 0o020666, 0o010644], ids=["link", "folder", "device", "pipe"])
def test_links_and_devices_are_refused(mode: int) -> None:
    def about(info: zipfile.ZipInfo) -> None:
        if info.filename == EDITOR:
            info.external_attr = mode << 16

    assert "a link, not a file" in refused(repacked(about=about))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_stands_in_it_twice_is_refused() -> None:
    out = io.BytesIO(PACKED)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(EDITOR, b"other edits")
    assert "twice" in refused(out.getvalue())


def test_other_ways_of_packing_are_refused() -> None:
    assert "unknown way" in refused(repacked(method=zipfile.ZIP_BZIP2))
    assert "unknown way" in refused(repacked(method=zipfile.ZIP_LZMA))
    encrypted = bytearray(PACKED)
    at = encrypted.index(b"PK\x01\x02")
    encrypted[at + 8] |= 1
    assert "encrypted" in refused(bytes(encrypted))


def test_a_bomb_is_refused_by_its_own_sizes_and_read_to_them_only(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = repacked({EDITOR: bytes(66 * 1024**2)}, method=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000 and "too large when unpacked" in refused(bomb)
    monkeypatch.setattr(exchange, "MAX_BYTES", 3000)
    many = {f"jobs/{number:022}.json": bytes(1000) for number in range(4)}
    assert "too large when unpacked" in refused(repacked(many, method=zipfile.ZIP_DEFLATED))


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_part_that_lies_about_its_size_is_refused(size: int) -> None:
    lying = bytearray(repacked(method=zipfile.ZIP_DEFLATED))
    name = EDITOR.encode()
    struct.pack_into("<L", lying, lying.rindex(name) - 46 + 24, size)  # in the table of contents
    struct.pack_into("<L", lying, lying.index(name) - 30 + 22, size)  # and at its place
    assert "not as large as it says" in refused(bytes(lying), everything)


def test_an_archive_that_claims_more_parts_than_there_may_be_is_refused_before_they_are_listed() -> None:
    end = PACKED.rindex(b"PK\x05\x06")

    def claiming(parts: int, table_bytes: int) -> bytes:
        data = bytearray(PACKED)
        struct.pack_into("<HHL", data, end + 8, parts, parts, table_bytes)
        return bytes(data)

    assert "more than" in refused(claiming(MAX_PARTS + 1, 100))
    assert "more than" in refused(claiming(4, 5_000_000))
    larger = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    assert "more than" in refused(PACKED[:end] + larger + PACKED[end:])


def test_changed_missing_and_foreign_parts_are_noticed() -> None:
    assert "hash does not match" in refused(repacked({EDITOR: b"\0EDITS"}), everything)
    assert "missing" in refused(repacked({EDITOR: None}))
    assert "not in its own list" in refused(repacked({f"jobs/{7:022}.json": b"{}"}))
    wrong: list[Any] = [None, [], {EDITOR: 5}]
    for parts in wrong:
        assert "list of parts" in refused(repacked(manifest={"parts": parts}))
    listed = json.loads(entries()[MANIFEST])["parts"]
    assert "hash does not match" in refused(repacked(manifest={"parts": {**listed, EDITOR: {}}}), everything)


@pytest.mark.parametrize("version", [0, -1, FORMAT + 1, "1", None, 1.0, True, 10**30])
def test_formats_that_are_not_known_are_refused(version: Any) -> None:
    told = refused(repacked(manifest={"format": version}))
    assert "its format is" in told
    assert ("newer version" in told) == (isinstance(version, int) and version > FORMAT)


def test_an_older_format_is_brought_to_the_present_one_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "FORMAT", 3)
    steps = {1: lambda old: {**old, "steps": [1]}, 2: lambda old: {**old, "steps": [*old["steps"], 2]}}
    monkeypatch.setattr(exchange, "UPGRADES", steps)
    with opened(io.BytesIO(PACKED)) as file:
        assert file.manifest["steps"] == [1, 2]
    with opened(io.BytesIO(repacked(manifest={"format": 3}))) as file:
        assert "steps" not in file.manifest


@pytest.mark.parametrize("content", [b"[" * 50_000, b"[" * 40 + b"]" * 40, b'{"a":' * 40 + b"1" + b"}" * 40])
def test_what_is_nested_too_deeply_is_refused(content: bytes) -> None:
    assert "nested too deeply" in refused(repacked({MANIFEST: content}))


def test_a_project_that_is_too_large_for_a_file_is_told_so_when_it_is_exported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exchange, "MAX_PARTS", 3)
    with Writer(io.BytesIO(), "春游") as writer:
        writer.add(EDITOR, b"x")
        writer.add(f"jobs/{1:022}.json", b"{}")
        with pytest.raises(StudioError) as raised:
            writer.add(f"jobs/{2:022}.json", b"{}")
    assert raised.value.code == "project_too_large" and "春游" in str(raised.value)


@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.binary(min_size=1, max_size=8)), min_size=1, max_size=5))
def test_broken_files_are_refused_or_whole(spots: list[tuple[float, bytes]]) -> None:
    data = bytearray(PACKED)
    for place, change in spots:
        at = int(place * len(data))
        data[at : at + len(change)] = change
    try:
        with opened(io.BytesIO(bytes(data))) as file:
            found = {name: file.part(name) for name in [*map(exchange.job_part, file.jobs), EDITOR]}
    except StudioError as error:
        assert error.code == "bad_project_file"
        return
    assert found == {name: PARTS[name] for name in found}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(json_values, st.sampled_from(["kind", "format", "parts", "project", None]))
def test_whatever_stands_in_the_manifest_it_is_read_or_refused(value: Any, field: str | None) -> None:
    manifest = value if field is None else {"kind": KIND, "format": FORMAT, "parts": {}, field: value}
    try:
        with opened(io.BytesIO(repacked({MANIFEST: json.dumps(manifest).encode("utf-8", "replace")}))) as file:
            everything(file)
    except StudioError as error:
        assert error.code == "bad_project_file"
