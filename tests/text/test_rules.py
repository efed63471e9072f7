"""The rules of normalisation as data: what they name is there, and what is there is named."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from indextts.runtime.tables import tables_beside
from indextts.text import rules, verbalizers
from indextts.text.en import time as time_en
from indextts.text.en import verbalizers as verbalizers_en
from indextts.text.zh import time as time_zh
from indextts.text.zh import verbalizers as verbalizers_zh


@pytest.mark.parametrize("module", [verbalizers, verbalizers_en, verbalizers_zh, time_en, time_zh])
def test_every_reader_is_named_by_a_rule_or_called_by_another(module: object) -> None:
    tables = [tables_beside(rules.__file__, f"{lang}/rules.yaml") for lang in ("zh", "en")]
    named = {row[2] for table in tables for row in table["rules"] if isinstance(row[2], str)} | {"emoji"}
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(rules.__file__).parent.rglob("*.py"))
    readers = [
        name
        for name, found in inspect.getmembers(module, inspect.isfunction)
        if inspect.getmodule(found) is module and next(iter(inspect.signature(found).parameters), "") == "match"
    ]
    assert [name for name in readers if name not in named and sources.count(f"{name}(") < 2] == []
