"""How often each normalisation rule reads something, and how many lines of the sets only it reads right.

python -m benchmarks.rule_hits                              # the sets of tests/data
python -m benchmarks.rule_hits --texts FILE ... --json      # and other texts; for programs

A rule is known by its language and its place in ``of(lang)``. A hit is a match that its reader has read and no rule
before it has taken. A line is won by a rule if it is read right with it and wrong without it.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, NamedTuple
from unittest import mock

from benchmarks.accuracy_normalise import SETS
from benchmarks.first_sight import DATA, plainest
from indextts.model.utterance import Lang
from indextts.reading.text import rules
from indextts.reading.text.normalise import normalise_line
from indextts.reading.text.verbalizers import Reader

Place = tuple[Lang, int]
LABELLED: Final = tuple(f"{kind}_{turn}" for kind in ("numbers_zh", "numbers_en", "mixed") for turn in range(3, 7))
"""The sets of ``first_sight`` that say what is spoken for what is written, where they are there."""
SEEN: Final = frozenset({"zh", "en", "mixed", "classes_zh", "classes_en", "classes_mixed"})
"""Sets that the rules were completed on; the others were written before anything was read with them."""
LANGS: Final[tuple[Lang, ...]] = ("zh", "en")


class Case(NamedTuple):
    """A line of a set, the language to read it in, and whether what is said of it is right."""

    set: str
    text: str
    lang: Literal["zh", "en", "auto"]
    right: Callable[[str], bool]


@dataclass
class Evidence:
    """Hits in other texts and in the sets, and the lines won in sets that are fresh and in those that are not."""

    texts: int = 0
    sets: int = 0
    fresh: int = 0
    seen: int = 0


def cases() -> Iterator[Case]:
    """Every line whose spoken form is known."""
    for name, lang in SETS.items():
        for line in (DATA / f"normalise_{name}.tsv").read_text(encoding="utf-8").splitlines():
            _, written, said = line.split("\t")
            yield Case(name, written, lang, functools.partial(_is_one, {_bare(form) for form in said.split("|")}))
    for name in LABELLED:
        path = DATA / f"first_sight_{name}.tsv"
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            text, _, labels = line.partition("\t")
            told = [label.partition("=>")[2].split("/") for label in labels.split(" ; ") if "=>" in label]
            if told and not line.startswith("# "):
                wanted = [[plainest(form) for form in forms] for forms in told]
                yield Case(f"first_sight_{name}", text, "auto", functools.partial(_has_all, wanted))


@contextlib.contextmanager
def without(*places: Place, hits: Counter[Place] | None = None) -> Iterator[None]:
    """Read without some rules, and count in ``hits`` what the others read."""
    built = rules._rules

    @functools.cache
    def fewer(lang: Lang, emoji: bool) -> tuple[rules.Rule, ...]:
        kept = [(n, rule) for n, rule in enumerate(built(lang, emoji)) if (lang, n) not in places]
        if hits is None:
            return tuple(rule for _, rule in kept)
        return tuple(replace(rule, read=_counted(rule.read, (lang, n), hits)) for n, rule in kept)

    with mock.patch.object(rules, "_rules", fewer):
        yield


def measure(texts: Iterable[str] = ()) -> dict[Place, Evidence]:
    """The evidence for each rule."""
    found = {(lang, n): Evidence() for lang in LANGS for n in range(len(rules.of(lang)))}
    hits: Counter[Place] = Counter()
    with without(hits=hits):
        for text in texts:
            normalise_line(text)
    for place, count in hits.items():
        found[place].texts = count
    lines: dict[Place, list[Case]] = {}
    for case in cases():
        hits.clear()
        with without(hits=hits):
            right = case.right(normalise_line(case.text, case.lang))
        for place, count in hits.items():
            found[place].sets += count
            if right:
                lines.setdefault(place, []).append(case)
    for place, read in lines.items():
        with without(place):
            lost = [case.set for case in read if not case.right(normalise_line(case.text, case.lang))]
        found[place].seen = sum(name in SEEN for name in lost)
        found[place].fresh = len(lost) - found[place].seen
    return found


def lines_of(paths: Iterable[Path]) -> Iterator[str]:
    """Their lines; of a table the longest column."""
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            yield max(line.split("\t"), key=len)


def _counted(read: Reader, place: Place, hits: Counter[Place]) -> Reader:
    def counting(match: re.Match[str]) -> str | None:
        said = read(match)
        hits[place] += said is not None
        return said

    return counting


def _bare(text: str) -> str:
    return re.sub(r"[^\w]|_", "", text).lower()


def _is_one(wanted: set[str], said: str) -> bool:
    return _bare(said) in wanted


def _has_all(wanted: list[list[str]], said: str) -> bool:
    spoken = plainest(said)
    return all(any(form in spoken for form in forms) for forms in wanted)


def main(arguments: list[str] | None = None) -> int:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rule_hits", description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, nargs="+", default=[], help="files of other text, a line or a row each")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    found = measure(lines_of(options.texts))
    known = {lang: rules.of(lang) for lang in LANGS}
    if options.json:
        rows = [
            {"lang": lang, "place": n, "rule": known[lang][n].name, **vars(one)} for (lang, n), one in found.items()
        ]
        print(json.dumps(rows, indent=1))
        return 0
    print("| rule | texts | sets | won fresh | won seen | pattern |\n|---|---|---|---|---|---|")
    for (lang, n), one in found.items():
        rule = known[lang][n]
        pattern = rule.pattern.pattern[:60].replace("|", "\\|")
        print(f"| {lang} {n} {rule.name} | {one.texts} | {one.sets} | {one.fresh} | {one.seen} | `{pattern}` |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
