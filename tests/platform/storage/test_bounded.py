"""JSON from outside is counted before it is read; what stands in its texts counts for nothing."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.platform.storage.bounded import BoundsError, check_counts, check_table, read_json

content = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)
)


def told(data: bytes, **bounds: int) -> str:
    with pytest.raises(BoundsError) as raised:
        read_json(data, **{"values": 100, "tables": 100, **bounds})
    return raised.value.kind


@given(content)
def test_what_is_within_its_bounds_is_read_as_it_is(value: Any) -> None:
    assert read_json(json.dumps(value).encode(), values=10_000, tables=10_000) == value


def counted(value: Any) -> tuple[int, int, int]:
    """Commas, lists and tables, and the keys of the largest table."""
    if not isinstance(value, (list, dict)):
        return 0, 0, 0
    parts = [counted(one) for one in (value.values() if isinstance(value, dict) else value)]
    commas = max(0, len(value) - 1) + sum(one[0] for one in parts)
    keys = max([len(value) if isinstance(value, dict) else 0, *(one[2] for one in parts)])
    return commas, 1 + sum(one[1] for one in parts), keys


@given(content, st.integers(0, 40), st.integers(0, 20))
def test_the_bounds_are_exact_whatever_stands_in_texts(value: Any, values: int, tables: int) -> None:
    commas, opened, _ = counted(value)
    data = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    try:
        check_counts(data, values=values, tables=tables)
    except BoundsError:
        assert commas > values or opened > tables
    else:
        assert commas <= values and opened <= tables


@pytest.mark.parametrize("size", [10, 300_000])
def test_keys_of_one_table_are_bounded_and_those_of_many_are_not(size: int) -> None:
    filler = "," * size
    assert told(json.dumps({**{f"{n}": n for n in range(60)}, "x": filler}).encode(), keys=60) == "count"
    tables = [{f"{n}": n for n in range(50)}, {f"{n}": n for n in range(50)}, filler]
    assert read_json(json.dumps(tables).encode(), values=200, tables=10, keys=60) == tables


def test_keys_are_counted_before_anything_is_made_of_them() -> None:
    check_counts(b"[" + b'{"a":1},' * 300_000 + b"{}]", values=10**6, tables=10**6, keys=3)
    with pytest.raises(BoundsError):
        check_counts(b"[" + b'{"a":1,"b":2,"c":3,"d":4},' * 100_000 + b"{}]", values=10**6, tables=10**6, keys=3)
    large = json.dumps({**{f"{n}": n for n in range(3_000)}, "x": "y" * 2**20}).encode()
    check_counts(large, values=10**6, tables=10**6, keys=3_001)
    with pytest.raises(BoundsError):
        check_counts(large, values=10**6, tables=10**6, keys=3_000)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "form"), (b"{", "form"), (b"[1", "form"), (b"\xff", "form"), (b"NaN", "form"), (b'["\\', "form"),
        (b"[" * 40 + b"]" * 40, "depth"), (b'{"a":' * 40 + b"1" + b"}" * 40, "depth"),
        (b"[" * 101 + b"]" * 101, "count"), (b"[" + b"1," * 101 + b"1]", "count"),
    ],
)  # fmt: skip
def test_each_reason_is_told_apart(data: bytes, kind: str) -> None:
    assert told(data) == kind


def test_an_archive_with_too_many_names_is_refused_before_they_are_listed() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for number in range(5):
            file.writestr(f"{number}", b"")
    check_table(out, parts=5)
    lying = bytearray(out.getvalue())
    struct.pack_into("<HH", lying, lying.rindex(b"PK\x05\x06") + 8, 1, 1)
    hidden = lying[:-22] + bytes(600) + lying[-22:]
    struct.pack_into("<L", hidden, hidden.rindex(b"PK\x05\x06") + 12, 900)
    for data, parts in ((out.getvalue(), 4), (bytes(hidden), 5)):
        with pytest.raises(BoundsError, match="count"):
            check_table(io.BytesIO(data), parts=parts)
    with pytest.raises(BoundsError, match="form"):
        check_table(io.BytesIO(b"PK no archive"), parts=5)
