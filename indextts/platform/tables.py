"""The tables that stand beside a module as YAML; a person's own are read, and checked, by
:mod:`indextts.platform.config`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml


@functools.cache
def tables_beside(module: str, name: str) -> dict[str, Any]:
    """The file ``name`` in the folder of the file ``module`` or below it, read once; shared, not to be changed."""
    tables: dict[str, Any] = yaml.load((Path(module).parent / name).read_bytes(), Loader=yaml.CSafeLoader)
    return tables


@functools.cache
def _sets_beside(module: str, file: str) -> Mapping[str, frozenset[str]]:
    tables: dict[str, str] = tables_beside(module, file)
    return {name: frozenset(text.split() if " " in text else text) for name, text in tables.items()}


def members(module: str, name: str, file: str = "tables.yaml") -> frozenset[str]:
    """The set ``name`` in ``file`` beside ``module``: words where its text has spaces, else characters."""
    return _sets_beside(module, file)[name]


@functools.cache
def pattern_of(module: str, name: str, file: str = "patterns.yaml") -> re.Pattern[str]:
    """The regular expression ``name`` in ``file`` beside ``module``: its parts, with its pieces in their places."""
    tables = tables_beside(module, file)
    written = "".join(tables[name])
    for piece, inner in tables["pieces"].items():
        written = written.replace(f"<{piece}>", inner)
    return re.compile(written)
