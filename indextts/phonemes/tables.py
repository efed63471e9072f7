"""Sets of words and of characters as data: ``tables.yaml`` beside the module that asks for one."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

import yaml


def members(module: str, name: str) -> frozenset[str]:
    """The set ``name`` beside the file ``module``: words where its text has spaces, else characters."""
    return _load(module)[name]


@functools.cache
def _load(module: str) -> Mapping[str, frozenset[str]]:
    written: dict[str, str] = yaml.load(Path(module).with_name("tables.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return {name: frozenset(text.split() if " " in text else text) for name, text in written.items()}
