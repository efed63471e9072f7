"""Sets of words and of characters as data: ``tables.yaml`` beside the module that asks for one."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from indextts.runtime.tables import tables_beside


def members(module: str, name: str) -> frozenset[str]:
    """The set ``name`` beside the file ``module``: words where its text has spaces, else characters."""
    return _load(module)[name]


@functools.cache
def _load(module: str) -> Mapping[str, frozenset[str]]:
    tables: dict[str, str] = tables_beside(module, "tables.yaml")
    return {name: frozenset(text.split() if " " in text else text) for name, text in tables.items()}
