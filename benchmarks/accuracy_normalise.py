"""How many of the sets of written and spoken forms are read right: this project and ``wetext`` in the same run.

python -m benchmarks.accuracy_normalise
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal

SETS: Final[dict[str, Literal["zh", "en", "auto"]]] = {
    "zh": "zh", "en": "en", "mixed": "auto", "fresh_zh": "zh", "fresh_en": "en", "fresh_mixed": "auto",
    "classes_zh": "zh", "classes_en": "en", "classes_mixed": "auto", "first_zh": "zh", "first_en": "en",
}  # fmt: skip
"""The sets by name, and the language that each is read in."""

_DATA: Final = Path(__file__).parents[1] / "tests" / "data"

Reader = Callable[[str], str]


def measure() -> dict[str, Any]:
    """For each set: how many cases, how many right by whom, which classes fall short, what went wrong."""
    from wetext import Normalizer

    from indextts.reading.text.normalise import normalise_line

    found: dict[str, Any] = {}
    for name, lang in SETS.items():
        cases = _cases(name)
        # The library has no setting for mixed text that chooses a language for each part.
        peer = Normalizer(lang="en" if lang == "en" else "zh", operator="tn", traditional_to_simple=True)
        ours, wrong, ours_s = _score(cases, lambda line, lang=lang: normalise_line(line, lang))  # type: ignore[misc]
        theirs, _, theirs_s = _score(cases, peer.normalize)
        found[name] = {
            "cases": len(cases),
            "studio": sum(ours.values()) / len(cases),
            "wetext": sum(theirs.values()) / len(cases),
            "studio_cases_per_s": len(cases) / ours_s,
            "wetext_cases_per_s": len(cases) / theirs_s,
            "classes": _by_class(cases, ours, theirs),
            "wrong": wrong,
        }
    return found


def rows(found: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Rows for a table: what, this project, the peer, the difference in points."""
    table = []
    for name, result in found.items():
        studio, wetext = 100 * result["studio"], 100 * result["wetext"]
        label = f"read right, {name}, {result['cases']} cases (wetext)"
        table.append((label, f"{studio:.1f} %", f"{wetext:.1f} %", f"{studio - wetext:+.1f}"))
    return table


def _cases(name: str) -> list[tuple[str, str, frozenset[str]]]:
    lines = (_DATA / f"normalise_{name}.tsv").read_text(encoding="utf-8").splitlines()
    cases = []
    for line in lines:
        kind, written, said = line.split("\t")
        cases.append((kind, written, frozenset(map(_bare, said.split("|")))))
    return cases


def _bare(text: str) -> str:
    """Letters and characters alone: punctuation and spaces are a matter of taste."""
    return re.sub(r"[^\w]|_", "", text).lower()


def _score(
    cases: list[tuple[str, str, frozenset[str]]], read: Reader
) -> tuple[dict[int, bool], list[list[str]], float]:
    right: dict[int, bool] = {}
    wrong: list[list[str]] = []
    start = time.perf_counter()
    for index, (kind, written, said) in enumerate(cases):
        try:
            got = read(written)
        except AssertionError:  # What the library answers with where it has nothing to say.
            got = ""
        right[index] = _bare(got) in said
        if not right[index]:
            wrong.append([kind, written, got])
    return right, wrong, time.perf_counter() - start


def _by_class(
    cases: list[tuple[str, str, frozenset[str]]], ours: dict[int, bool], theirs: dict[int, bool]
) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = defaultdict(lambda: {"cases": 0, "studio": 0, "wetext": 0})
    for index, (kind, _, _) in enumerate(cases):
        table[kind]["cases"] += 1
        table[kind]["studio"] += ours[index]
        table[kind]["wetext"] += theirs[index]
    return dict(table)


def main() -> int:
    """Print the result as JSON and as a table."""
    found = measure()
    print(json.dumps(found, indent=2, ensure_ascii=False))
    for row in rows(found):
        print("| " + " | ".join(row) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
