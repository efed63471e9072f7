"""The rules of normalisation as data: what they name is there, and what is there is named."""

from __future__ import annotations

import functools
import inspect
import re
from pathlib import Path
from typing import Literal

import pytest

from indextts.platform.tables import tables_beside
from indextts.reading.text import cleaned, maths, rules, verbalizers
from indextts.reading.text.en import games as games_en
from indextts.reading.text.en import measures as measures_en
from indextts.reading.text.en import names as names_en
from indextts.reading.text.en import places as places_en
from indextts.reading.text.en import references as references_en
from indextts.reading.text.en import time as time_en
from indextts.reading.text.en import verbalizers as verbalizers_en
from indextts.reading.text.zh import chat as chat_zh
from indextts.reading.text.zh import measures as measures_zh
from indextts.reading.text.zh import ranges as ranges_zh
from indextts.reading.text.zh import shares as shares_zh
from indextts.reading.text.zh import signs as signs_zh
from indextts.reading.text.zh import time as time_zh
from indextts.reading.text.zh import verbalizers as verbalizers_zh

MOST_RULES = 420
MODULES = [
    verbalizers, maths, verbalizers_en, games_en, measures_en, names_en, places_en, references_en, time_en,
    verbalizers_zh, chat_zh, measures_zh, ranges_zh, shares_zh, signs_zh, time_zh,
]  # fmt: skip
WRITTEN = [
    cleaned.read(text, (), cleaned.edits(text)).text  # as rules get it, with plain digits
    for text in (
        line.split("\t")[1]
        for file in sorted((Path(__file__).parents[2] / "data").glob("normalise_*.tsv"))
        for line in file.read_text(encoding="utf-8").splitlines()
    )
]


def test_a_new_rule_takes_the_place_of_one_that_wins_less() -> None:
    """``python -m benchmarks.rule_hits`` tells what each one wins."""
    assert sum(len(rules.of(lang)) for lang in ("zh", "en")) <= MOST_RULES


@pytest.mark.parametrize("module", MODULES)
def test_every_reader_is_named_by_a_rule_or_called_by_another(module: object) -> None:
    tables = [tables_beside(rules.__file__, f"{lang}/rules.yaml") for lang in ("zh", "en")]
    named = {row[2] for table in tables for row in table["rules"] if isinstance(row[2], str)} | {"emoji", "unsaid"}
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(rules.__file__).parent.rglob("*.py"))
    readers = [
        name
        for name, found in inspect.getmembers(module, inspect.isfunction)
        if inspect.getmodule(found) is module and next(iter(inspect.signature(found).parameters), "") == "match"
    ]
    assert [name for name in readers if name not in named and sources.count(f"{name}(") < 2] == []


def test_a_reader_asks_for_no_group_that_its_pattern_has_not() -> None:
    asked: list[tuple[str, set[str]]] = []
    for rule in (*rules.of("zh"), *rules.of("en")):
        read = rule.read.func if isinstance(rule.read, functools.partial) else rule.read
        source = inspect.getsource(read)
        if read.__name__ != "<lambda>":
            told = re.findall(r"match\.group\(([^)]*)\)", source)
            names = {*re.findall(r'match\["(\w+)"\]', source), *re.findall(r'"(\w+)"', " ".join(told))}
            asked.append((read.__name__, names - set(rule.pattern.groupindex)))
    assert [one for one in asked if one[1]] == []


@pytest.mark.night
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_rule_needs_stands_in_all_that_it_matches(lang: Literal["zh", "en"]) -> None:
    found = 0
    for rule in rules.of(lang):
        for written in WRITTEN if rule.needs else ():
            match = rule.pattern.search(written)
            found += match is not None
            assert match is None or not rule.needs.isdisjoint(written), (rule.pattern.pattern, written)
    assert found > 1000
