"""How many misreadings the list of a book's doubtful places has, and how many places that are right.

python -m benchmarks.proof                  # all sets
python -m benchmarks.proof --missed fresh   # and what is not listed, and what is listed though it is right

The chapters are ours, of many kinds, full of names, polyphones and rare characters. ``{单|shan4}`` gives the reading
of a character, or two that are right, parted by ``/``. Misreadings are of two kinds. *Own*: the program as it is reads
the place wrong. *Planted*: it reads it right, but wrong once it has forgotten what dictionaries and rules say of that
one character there, as if nobody had entered the word; everything else, and the probabilities, are the program's own.
Misreadings count once for each character and reading of a chapter, as the list shows them once.
"""

from __future__ import annotations

import argparse
import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from unittest import mock

from benchmarks.first_sight import planner
from benchmarks.processes import ROOT
from indextts.books.casting import attribute
from indextts.books.model import UNKNOWN, Chapter
from indextts.books.proof import Doubt, doubts_of
from indextts.model.utterance import Utterance
from indextts.reading.phonemes.annotate import annotate
from indextts.reading.phonemes.zh import mandarin
from indextts.reading.phonemes.zh.particles import CharReading

if TYPE_CHECKING:
    from indextts.model.utterance import Segment, Token
    from indextts.reading.phonemes.zh.polyphones import SegmentedWord

SETS: Final = {
    "tuning": "thresholds were set by it",
    "seen": "looked at once, then names and spelt-out characters were mended",
    "fresh": "nothing was set by it at first sight, of which docs/measurements.md tells",
}
PARTICLES: Final = "的地得了着过儿"
"""Grammar decides them, and no word could be missing."""
_LABEL: Final = re.compile(r"\{(?P<what>[^|{}]+)\|(?P<said>[^{}]+)\}|[^{]+")


@dataclass(frozen=True)
class Sample:
    """A chapter, and how places of it are read: where each begins, and the readings that are right."""

    title: str
    text: str
    labels: dict[int, tuple[str, ...]]

    @property
    def people(self) -> list[str]:
        """The cast that the program finds in it."""
        chapter = attribute([Chapter(self.title, self.text)]).chapters[0]
        return sorted({one.speaker for one in chapter.quotations} - {UNKNOWN})


@dataclass
class Count:
    """What was found in a set. Misreadings are those of a chapter's title, a character and what is said instead."""

    characters: int = 0
    own: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    """Whether each is listed."""
    planted: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    places: int = 0
    places_listed: int = 0
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def samples(name: str) -> Iterator[Sample]:
    """The chapters of ``tests/data/proof_NAME.txt``."""
    whole = (ROOT / "tests" / "data" / f"proof_{name}.txt").read_text(encoding="utf-8")
    for part in re.split(r"(?m)^# ", whole)[1:]:
        title, body = part.split("\n", 1)
        text, labels = "", {}
        for match in _LABEL.finditer(body.strip("\n")):
            if match["what"]:
                labels[len(text)] = tuple(match["said"].split("/"))
            text += match["what"] or match.group()
        yield Sample(re.sub(r"\{(.+?)\|.*?\}", r"\1", title), text, labels)


def count(name: str) -> Count:
    """Read the chapters of a set, and see what is listed."""
    plan, found = planner(), Count()
    for sample in samples(name):
        made = plan(sample.text)
        found.characters += sum(not char.isspace() for char in sample.text)
        people = sample.people
        doubts = doubts_of(made, people=people)
        wrong = {at for at, _, token in labelled(sample, made) if not is_right(token, sample.labels[at])}
        for at, _, token in labelled(sample, made):
            if at in wrong:
                _take(found, found.own, sample, token, _lists(doubts, at))
        alike = set()
        for doubt in doubts:
            if not any(doubt.start <= at < doubt.end for at in wrong) and doubt.group not in alike:
                alike.add(doubt.group)
                shown = f"{doubt.before[-6:]}[{doubt.text}]{doubt.after[:6]}"
                found.false.append(f"{sample.title}: {doubt.kind} {doubt.reading} {doubt.probability} {shown}")
        for at, segment, token in labelled(sample, made):
            if at not in wrong and (forgot := forgotten(made, segment, token)) is not None:
                said = next(one for one in forgot.segments[0].tokens if one.start == at)
                if not is_right(said, sample.labels[at]):
                    _take(found, found.planted, sample, said, _lists(doubts_of(forgot, people=people), at))
    return found


def labelled(sample: Sample, plan: Utterance) -> Iterator[tuple[int, Segment, Token]]:
    for segment in plan.segments:
        for token in segment.tokens:
            if token.start in sample.labels and token.reading:
                yield token.start, segment, token


def is_right(token: Token, labels: Sequence[str]) -> bool:
    """Whether it is read so; neutral tones, a third tone before another one, and the stress of a vowel aside."""
    for label in labels:
        if label.isupper() and re.sub("[02]", "", label) == re.sub("[02]", "", token.reading):
            return True
        alike = token.reading[:-1] == label[:-1] and "5" in (token.reading[-1], label[-1])
        if alike or token.reading == label or (label[-1] == "3" and token.reading == f"{label[:-1]}2"):
            return True
    return False


def _lists(doubts: Sequence[Doubt], at: int) -> bool:
    return any(one.kind in ("polyphone", "word") and one.start <= at < one.end for one in doubts)


def _take(found: Count, kind: dict[tuple[str, str, str], bool], sample: Sample, token: Token, listed: bool) -> None:
    about = (sample.title, token.text, token.reading)
    kind[about] = kind.get(about, False) or listed
    found.places += 1
    found.places_listed += listed
    if not listed:
        around = f"{sample.text[max(0, token.start - 6) : token.start]}[{token.text}]{sample.text[token.end :][:6]}"
        label = "planted" if kind is found.planted else "own"
        found.missed.append(
            f"{sample.title}: {label} {'/'.join(sample.labels[token.start])} as {token.reading} "
            f"({token.reading_source} {token.reading_probability}) {around!r}"
        )


def forgotten(plan: Utterance, segment: Segment, token: Token) -> Utterance | None:
    """The sentence read again by who knows no word and no rule for one of its characters; ``None`` where it has one
    reading alone.
    """
    if token.kind != "hanzi" or len(mandarin.living(token.text)) < 2 or token.text in PARTICLES:
        return None
    alone = copy.deepcopy(segment)
    place = next(number for number, one in enumerate(alone.tokens) if one.start == token.start)
    begin = place
    while begin and alone.tokens[begin - 1].kind == "hanzi" and len(alone.tokens[begin - 1].text) == 1:
        begin -= 1
    by_rules = mandarin.by_rules

    def forgetful(text: str, words: Sequence[SegmentedWord], *, contexts: bool = True) -> list[CharReading]:
        known = by_rules(text, words, contexts=contexts)
        run = "".join(one.text for one in alone.tokens[begin : begin + len(text)])
        if run == text and place - begin < len(text):
            first = mandarin.alternatives(token.text)[0]
            known[place - begin] = CharReading(first, "dictionary")
        return known

    made = Utterance(plan.text, plan.settings, segments=[alone])
    with mock.patch.object(mandarin, "by_rules", forgetful):
        annotate(made)
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--missed", choices=list(SETS), help="print what is not listed or is right in this set")
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    chosen = parser.parse_args(arguments)
    print("set, characters: misreadings listed (own, planted), places; right ones listed, for 1,000 characters")
    for name in chosen.sets:
        found = count(name)
        kinds = [(sum(kind.values()), len(kind)) for kind in (found.own, found.planted)]
        listed, total = (sum(part) for part in zip(*kinds, strict=True))
        each = ", ".join(f"{one} of {all_}" for one, all_ in kinds)
        rate = 1000 * len(found.false) / found.characters
        print(
            f"{name} ({SETS[name]}), {found.characters}: {listed} of {total} = {100 * listed / max(1, total):.1f} % "
            f"({each}), places {found.places_listed} of {found.places}; {len(found.false)} = {rate:.2f}"
        )
        if chosen.missed == name:
            print("\n".join(["not listed:", *found.missed, "right:", *found.false]))


if __name__ == "__main__":
    main()
