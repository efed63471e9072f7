"""Who speaks: quotations found, and speakers, on our passages, beside the nearest name before the quotation.

python -m benchmarks.attribution                       # both halves
python -m benchmarks.attribution --wrong attribution   # and what is wrong in one of them
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.processes import ROOT
from indextts.books.casting import attribute
from indextts.books.casting.people import ChinesePeople
from indextts.books.casting.people_en import EnglishPeople
from indextts.books.casting.turns import read
from indextts.books.model import UNKNOWN, Chapter
from indextts.books.shaping import is_unsure

DATA: Final = ROOT / "tests" / "data"
HALVES: Final = {
    "attribution": "rules were made by it",
    "attribution_fresh": "written before the rules",
    "attribution_certain": "odd names, strangers and doubts",
    "attribution_last": "written after the rules",
    "attribution_last2": "by a stranger; its classes of mistakes were mended since",
    "attribution_third": "hard ones, by another; some classes of its mistakes were mended since",
    "attribution_fourth": "long scenes, by yet another; some classes of its mistakes were mended since",
    "attribution_fifth": "average chapters of novels, by yet another; some classes of its mistakes were mended since",
    "attribution_sixth": "the same, other stories; some classes of its mistakes were mended since",
    "attribution_seventh": "the same, other stories; one class of its mistakes was mended since",
    "attribution_eighth": "by its writer, not looked at before the weights of its day were fitted",
    "attribution_ninth": "average chapters of all kinds, by a stranger; some classes of its mistakes were mended since",
    "attribution_tenth": "the same, other stories; some classes of its mistakes were mended since",
    "attribution_eleventh": "short scenes of all kinds, written blind; some classes of its mistakes were mended since",
    "attribution_twelfth": "scenes of all kinds, written blind by yet another after the rules",
    "attribution_thirteenth": "dense, literary scenes, written blind by a stranger; some classes were mended since",
    "attribution_fourteenth": "ordinary scenes, written blind by a stranger; two classes were mended since",
}
SAME: Final = 0.8
"""Share of characters from which two quotations are the same."""

Said = tuple[int, int, str, bool]
"""Where it begins and ends, who speaks, and whether that is called certain."""


@dataclass(frozen=True)
class Passage:
    """A text, and who says what in it."""

    title: str
    text: str
    said: tuple[tuple[int, int, str], ...]
    aliases: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return self.title.split()[0]

    def is_right(self, speaker: str, wanted: str) -> bool:
        """Whether ``speaker`` is a name of ``wanted``."""
        return speaker.removeprefix("the ") in {
            name.removeprefix("the ") for name in (wanted, *self.aliases.get(wanted, ()))
        }


@dataclass
class Score:
    """Counts, and what they make."""

    gold: int = 0
    found: int = 0
    matched: int = 0
    given: int = 0
    right: int = 0
    certain: int = 0
    certain_right: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def numbers(self) -> tuple[float, float, float, float]:
        """Precision and recall of quotations, then of speakers."""
        parts = (
            (self.matched, self.found),
            (self.matched, self.gold),
            (self.right, self.given),
            (self.right, self.gold),
        )
        first, second, third, fourth = (part / whole if whole else 1.0 for part, whole in parts)
        return first, second, third, fourth

    @property
    def certainty(self) -> str:
        """The share of quotations whose speaker is called certain, and how many of these are right, in per cent."""
        right = self.certain_right / self.certain if self.certain else 1.0
        return f"{100 * self.certain / max(1, self.found):.1f} {100 * right:.1f}"


def passages(name: str) -> list[Passage]:
    """Those of ``tests/data/NAME.txt``: ``{name|what is said}``; a line ``@`` has other names after ``/``."""
    found = []
    for part in re.split(r"(?m)^# ", (DATA / f"{name}.txt").read_text(encoding="utf-8"))[1:]:
        title, names, body = part.strip("\n").split("\n", 2)
        groups = [group.strip().split("/") for group in names.removeprefix("@").split(";")]
        text, said = "", []
        for match in re.finditer(r"\{([^|{}]*)\|([^{}]*)\}|[^{]+", body):
            if match[2]:
                said.append((len(text), len(text) + len(match[2]), match[1]))
            text += match[2] or match.group()
        found.append(Passage(title, text, tuple(said), {name: frozenset(group) for group in groups for name in group}))
    return found


def ours(text: str) -> list[Said]:
    """By the rules."""
    chapter = attribute([Chapter("", text)]).chapters[0]
    return [(one.start, one.end, one.speaker, not is_unsure(one)) for one in chapter.quotations]


def nearest(text: str) -> list[Said]:
    """Every pair of marks, said by the name before it that is nearest."""
    chinese = any("\u4e00" <= char <= "\u9fff" for char in text)
    scenes = read(Chapter("", text), None)
    people = (ChinesePeople if chinese else EnglishPeople)([scenes.told])
    mentions = [who for who in people.mentions(scenes.told, 0, len(text)) if who.kind in ("name", "role")]
    said = []
    for quote in (quote for line in scenes.quotes for quote in line):
        before = [who.name for who in mentions if who.end <= quote.start]
        said.append((quote.start, quote.end, before[-1] if before else UNKNOWN, bool(before)))
    return said


def score(chosen: Sequence[Passage], reader: Callable[[str], list[Said]]) -> Score:
    """Compare what ``reader`` finds with who speaks."""
    total = Score()
    for passage in chosen:
        found = reader(passage.text)
        total.gold += len(passage.said)
        total.found += len(found)
        total.certain += sum(sure for *_, sure in found)
        total.given += sum(speaker != UNKNOWN for _, _, speaker, _ in found)
        for start, end, wanted in passage.said:
            pair = next((one for one in found if same(one[:2], start, end)), None)
            total.matched += pair is not None
            right = pair is not None and passage.is_right(pair[2], wanted)
            # Nobody in particular: right, and no speaker was given.
            total.given += right and wanted == UNKNOWN
            total.right += right
            total.certain_right += pair is not None and pair[3] and right
            if not right:
                total.wrong.append(f"{passage.title}: {passage.text[start:end][:30]} {wanted} <- {pair and pair[2]}")
        gold = passage.said
        total.wrong += [
            f"{passage.title}: {passage.text[one[0]:one[1]][:30]} is nobody's <- {one[2]}"
            for one in found if not any(same(one[:2], start, end) for start, end, _ in gold)
        ]  # fmt: skip
    return total


def same(one: tuple[int, int], start: int, end: int) -> bool:
    """Whether two quotations are the same for the most part."""
    inner = min(one[1], end) - max(one[0], start)
    return inner >= SAME * (max(one[1], end) - min(one[0], start))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", choices=list(HALVES), help="print what is wrong in this half")
    chosen = parser.parse_args(arguments)
    print("half, language, reader: quotations P R, speakers P R; certain: share, P")
    for name, about in HALVES.items():
        whole = passages(name)
        for language in ("zh", "en"):
            part = [passage for passage in whole if passage.language == language]
            for label, reader in (("rules", ours), ("nearest name", nearest)):
                result = score(part, reader)
                numbers = " ".join(f"{100 * number:.1f}" for number in result.numbers)
                print(f"{name} ({about}), {language}, {result.gold} quotations, {label}: {numbers}; {result.certainty}")
                if chosen.wrong == name and label == "rules":
                    print("\n".join(result.wrong))


if __name__ == "__main__":
    main()
