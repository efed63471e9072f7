"""What is looked for in what a person wrote: neither case nor widths count, in SQLite as in PostgreSQL.

select(BookRow).where(found("café　1", BookRow.title, BookRow.author))    # also Café １, CAFÉ 1
"""

from __future__ import annotations

import sqlite3
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from indextts.reading.text.chars import is_hanzi


class _Folded(FunctionElement[str]):
    """A text in small letters of usual width."""

    inherit_cache = True


@compiles(_Folded, "sqlite")
def _sqlite(element: _Folded, compiler: Any, **how: Any) -> str:
    return f"folded({compiler.process(element.clauses, **how)})"


@compiles(_Folded, "postgresql")
def _postgresql(element: _Folded, compiler: Any, **how: Any) -> str:
    return f"lower(normalize({compiler.process(element.clauses, **how)}, NFKC))"


def found(wanted: str, *columns: Any) -> ColumnElement[bool]:
    """Whether one of ``columns`` has ``wanted`` in it."""
    folded = " ".join(_fold(wanted).split())
    # Characters have one form, and long books are mostly made of them: nothing to fold there.
    plain = all(map(is_hanzi, folded))
    return or_(*((one if plain else _Folded(one)).contains(folded, autoescape=True) for one in columns))


def teach(connection: sqlite3.Connection) -> None:
    """Let SQLite, whose own small letters are ASCII's alone, know the function that searches need."""
    connection.create_function("folded", 1, _fold_any, deterministic=True)


def _fold_any(text: str | None) -> str | None:
    return None if text is None else _fold(text)


def _fold(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower()
