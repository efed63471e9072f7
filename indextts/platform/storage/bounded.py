"""Files from outside, read within bounds: JSON that would take many times its size in memory, ZIP archives with a table
of contents that would, and the first bytes, by which the wrong kind of file is known.

    content = read_json(data, values=10_000, tables=1_000)      # BoundsError, before anything is made of it
    check_table(file, parts=64)

A list of nothing takes 3 bytes in a file and some 70 in memory; so it is values and tables that are counted, not bytes.
"""

from __future__ import annotations

import re
import struct
from typing import Any, BinaryIO, Final, Literal

from pydantic_core import from_json

ZIP: Final = b"PK"
"""How every ZIP archive begins, an empty one too."""

_MOST_DEPTH: Final = 32
"""Of lists and tables in each other; a plan has eight."""
_MOST_KEYS: Final = 200
"""Of one table, unless its caller knows better: a mistake is told for each of them."""
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_STEP: Final = re.compile(rb'(?:[^"]{0,1024}+"(?:[^"\\]++|\\.)*+"?){1,256}+|[^"]{1,65536}+', re.DOTALL)
"""Some texts and what stands between them: what is cut into pieces must not be large."""
_BRACKETS: Final = re.compile(rb"[{}\[\]]+")
_SMALL: Final = 2**20
"""Bytes whose keys and values need not be counted."""

_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
_LARGER_FORM: Final = b"PK\x06\x07"
_LARGER_FORM_BYTES: Final = 20
_LISTED_BYTES: Final = 256
"""Of the table of contents for each part, more than our names need."""

Kind = Literal["form", "depth", "count"]


class BoundsError(ValueError):
    """Refused: not of the ``form`` at all, too much ``depth``, or more of it than the ``count`` that is allowed."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.kind: Kind = kind


def read_json(data: bytes, *, values: int, tables: int, keys: int = _MOST_KEYS) -> Any:
    """The content of JSON with so many ``values`` and so many lists and ``tables`` at most, and ``keys`` in each table.

    Raises :class:`BoundsError`.
    """
    check_counts(data, values=values, tables=tables, keys=keys)

    try:
        content = from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise BoundsError("depth" if "recursion" in str(error) else "form") from error
    level = [content]
    for _ in range(_MOST_DEPTH):
        if any(isinstance(one, dict) and len(one) > keys for one in level):
            raise BoundsError("count")
        inner = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, (dict, list))]
        level = [value for values_ in inner for value in values_ if isinstance(value, (dict, list))]
        if not level:
            return content
    raise BoundsError("depth")


def check_counts(data: bytes, *, values: int, tables: int, keys: int = _MOST_KEYS) -> None:
    """Refuse JSON with more than that in it, as :func:`read_json` does, before it is read.

    Raises :class:`BoundsError` ``count``.
    """
    commas, opened = data.count(b","), data.count(b"[") + data.count(b"{")
    if len(data) <= _SMALL and commas <= values and opened <= tables:
        return
    commas = opened = flat = 0
    for step in _STEP.finditer(data):
        plain = _STRING.sub(b"", step[0])  # what stands in a text counts for nothing
        commas += plain.count(b",")
        opened += plain.count(b"[") + plain.count(b"{")
        # Colons without a bracket between them are the keys of one table, each of which takes some 150 bytes.
        first, *others = (run.count(b":") for run in _BRACKETS.split(plain))
        flat += first
        if commas > values or opened > tables or max(flat, *others, 0) > keys:
            raise BoundsError("count")
        flat = others[-1] if others else flat


def check_table(file: BinaryIO, *, parts: int) -> None:
    """Refuse an archive that is none, or claims more ``parts``, before a table of so many is made of it.

    Raises :class:`BoundsError` ``form`` or ``count``.
    """
    length = file.seek(0, 2)
    file.seek(max(0, length - _END_BYTES - 2**16))
    tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_BYTES:
        raise BoundsError("form")
    listed, table_bytes = struct.unpack_from("<HL", tail, place + 10)
    larger = tail[max(0, place - _LARGER_FORM_BYTES) : place].startswith(_LARGER_FORM)
    if larger or listed > parts or table_bytes > _LISTED_BYTES * max(1, listed):
        raise BoundsError("count")
