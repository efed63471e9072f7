"""The sets of fresh sentences, read by the product's own plan: how many are right, and what is wrong.

python -m benchmarks.first_sight            # a table, then the misses
python -m benchmarks.first_sight --sets breaks   # some of them
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.processes import ROOT

if TYPE_CHECKING:
    from indextts.model.utterance import Token, Utterance

DATA: Final = ROOT / "tests" / "data"
KINDS: Final = ("numbers_zh", "numbers_en", "polyphones", "breaks", "english", "mixed")
SETS: Final = (
    *KINDS,
    *(f"{kind}_{turn}" for turn in (2, 3) for kind in KINDS),
    *(f"breaks_{turn}" for turn in range(4, 22)),
    *(f"{kind}_4" for kind in ("numbers_zh", "numbers_en", "polyphones", "english", "mixed")),
    *(f"english_{turn}" for turn in (5, 6, 7)),
    *(f"polyphones_{turn}" for turn in range(5, 11)),
    *(f"{kind}_5" for kind in ("numbers_zh", "numbers_en", "mixed")),
    *(f"{kind}_6" for kind in ("numbers_zh", "numbers_en")),
)
"""The sets of a later round were written after what the one before had shown was mended."""
_ALL_LABELS: Final = 3
"""From this round on every kind is labelled place by place."""
LABEL: Final = re.compile(
    r"(?P<what>.+?)(?:=>(?P<said>.*)|:(?P<char>.)=(?P<pinyin>[a-z0-9/]+)|=(?P<phones>[A-Za-z0-9 /]+))"
)
_PLACE: Final = re.compile(r"(.+?)([_|])(.+)")
_ONE_FORM: Final = str.maketrans({"两": "二", "幺": "一", "〇": "零"})
_MARKS: Final = {"‖": (3, 4), "‿": (0, 2), "⁀": (0, 1)}
_READING: Final = re.compile(r"\{([^}]*)\}")
_REDUCED: Final = frozenset({"AH", "IH", "IY"})
_OPEN: Final = frozenset({"AO", "AA"})

Plan = Callable[[str], "Utterance"]


class Wrong(NamedTuple):
    """A line that is not read as it should be."""

    text: str
    wanted: str
    said: str


def planner() -> Plan:
    """The configured pipeline's way from text to plan."""
    from indextts.engines.embedded.engine import load
    from indextts.pipeline.pipeline import Pipeline
    from indextts.plan.request import SpeechRequest
    from indextts.platform.config import load_config

    config = load_config()
    pipeline = Pipeline(config, load(config))
    return lambda text: pipeline.analyse(SpeechRequest(text))


def _check_of(name: str) -> Callable[[str, Plan], Wrong | None]:
    turn = name.rpartition("_")[2]
    if turn.isdigit() and int(turn) >= _ALL_LABELS:
        return _labels
    return _breaks if name.startswith("breaks") else _readings


def judge(name: str, plan: Plan) -> tuple[int, list[Wrong]]:
    """How many lines a set has, and those that are wrong."""
    check = _check_of(name)
    lines = (DATA / f"first_sight_{name}.tsv").read_text(encoding="utf-8").splitlines()
    cases = [line for line in lines if line and not line.startswith("# ")]
    return len(cases), [wrong for line in cases if (wrong := check(line, plan)) is not None]


def _readings(line: str, plan: Plan) -> Wrong | None:
    written, _, said = line.partition("\t")
    text, wanted = _places(written)
    made = plan(text)
    got = " ".join(segment.spoken for segment in made.segments)
    if said and not re.fullmatch(_bare(said, keep="()|?*"), _bare(got)):
        return Wrong(text, said, got)
    tokens = [token for segment in made.segments for token in segment.tokens]
    for start, end, forms in wanted:
        met = [t for t in tokens if t.start < end and t.end > start and t.reading]
        heard = " ".join(t.reading for t in met)
        by_letters = all(t.kind == "letter" for t in met)
        if not any(by_letters if form == "letters" else _same(form, heard) for form in forms):
            return Wrong(text, f"{text[start:end]} {' or '.join(forms)}", heard)
    return None


def _labels(line: str, plan: Plan) -> Wrong | None:
    """Labels behind the text, parted by semicolons.

    ``3kg=>三千克/三公斤``, ``重庆:重=chong2``, ``bow=B AW1``, no break in ``纽_约``, one in ``以后|他``.
    """
    text, _, labels = line.partition("\t")
    segments = plan(text).segments
    spoken = plainest(" ".join(segment.spoken for segment in segments))
    tokens = [token for segment in segments for token in segment.tokens if token.reading]
    for label in labels.split(" ; "):
        found = LABEL.fullmatch(label)
        if found is None:
            heard = _at_place(label, text, tokens)
        elif found["said"] is not None:
            heard = "" if any(plainest(form) in spoken for form in found["said"].split("/")) else spoken
        else:
            heard = _read(found, text, tokens)
        if heard:
            return Wrong(text, label, heard)
    return None


def plainest(spoken: str) -> str:
    """What two wordings that are both right have in common."""
    return _bare(re.sub(r"\band\b", "", spoken.lower())).translate(_ONE_FORM)


def _read(label: re.Match[str], text: str, tokens: list[Token]) -> str:
    """What is heard instead of the readings that are right; nothing where one of them is."""
    start = text.lower().index(label["what"].lower())
    if label["char"]:
        start += label["what"].index(label["char"])
        end, forms = start + 1, label["pinyin"].split("/")
    else:
        end, forms = start + len(label["what"]), label["phones"].split("/")
    met = [token for token in tokens if token.start < end and token.end > start]
    heard = " ".join(token.reading for token in met)
    by_letters = all(token.kind == "letter" for token in met)
    for form in forms:
        if by_letters if form == "letters" else _same(re.sub("(?<=[A-Z])[02]", "", form), heard):
            return ""
    return heard


def _at_place(label: str, text: str, tokens: list[Token]) -> str:
    """The break that should not be between two parts of the text, or that is missing there."""
    before, sign, behind = _PLACE.fullmatch(label).groups()  # type: ignore[union-attr]
    level = _level(tokens, text.index(before + behind) + len(before))
    low, high = (0, 1) if sign == "_" else (2, 4)
    return "" if low <= level <= high else f"{label} has a break of level {level}"


def _places(written: str) -> tuple[str, list[tuple[int, int, list[str]]]]:
    """The text without readings, and where each reading belongs: to the Chinese character or the word before it."""
    text, places, last = "", [], 0
    for found in _READING.finditer(written):
        text += written[last : found.start()]
        last = found.end()
        hanzi = re.search(r"[\u4e00-\u9fff]$", text)
        word = hanzi or re.search(r"[^\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”\"(]+$", text)
        assert word is not None, written
        places.append((word.start(), word.end(), found[1].split("|")))
    return text + written[last:], places


def _bare(text: str, keep: str = "") -> str:
    """Letters and characters alone: marks and spaces are a matter of taste."""
    return re.sub(rf"[^\w{re.escape(keep)}]|_", "", text).lower()


def _same(wanted: str, heard: str) -> bool:
    if wanted.startswith("="):
        return wanted[1:] == heard
    wants, hears = wanted.split(), heard.split()
    return len(wants) == len(hears) and all(
        _same_phone(want, said) if want.isupper() else said in (want, re.sub("3$", "2", want))
        for want, said in zip(wants, hears, strict=True)
    )


def _same_phone(wanted: str, heard: str) -> bool:
    base, stress = heard.rstrip("012"), heard[-1:]
    if wanted.endswith("1") and stress != "1":
        return False
    want = wanted.rstrip("1")
    return want == base or {want, base} <= _OPEN or (stress == "0" and {want, base} <= _REDUCED)


def _breaks(line: str, plan: Plan) -> Wrong | None:
    text, marks = "", []
    for sign in line:
        if sign in _MARKS:
            marks.append((len(text), sign))
        else:
            text += sign
    if "\t" in line:
        raise ValueError(f"labels, where marks are read: {line!r}")  # else the whole set would pass as right
    tokens = [token for segment in plan(text).segments for token in segment.tokens]
    for place, sign in marks:
        low, high = _MARKS[sign]
        level = _level(tokens, place)
        if not low <= level <= high:
            around = f"{text[max(0, place - 8) : place]}{sign}{text[place : place + 8]}"
            return Wrong(text, around, f"{around} has a break of level {level}")
    return None


def _level(tokens: list[Token], place: int) -> int:
    """The strongest break between what is said before a place of the text and what is said behind it."""
    inside = [token for token in tokens if token.reading and token.start < place < token.end]
    if inside:
        return max((token.break_after for token in inside[:-1]), default=0)
    before = max((n for n, token in enumerate(tokens) if token.reading and token.start < place), default=0)
    behind = min((n for n, token in enumerate(tokens) if token.reading and n > before), default=len(tokens))
    return max((token.break_after for token in tokens[before:behind]), default=0)


def main(arguments: list[str] | None = None) -> int:
    """Print how many lines of each set are read wholly right, then the others."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_sight", description="Fresh sentences.")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    chosen, plan = parser.parse_args(arguments).sets, planner()
    found = {name: judge(name, plan) for name in chosen}
    print("| set | lines | right |\n|---|---|---|")
    for name, (count, wrong) in found.items():
        print(f"| {name} | {count} | {100 * (count - len(wrong)) / count:.1f} % |")
    for name, (_, wrong) in found.items():
        for one in wrong:
            print(f"{name}\t{one.text}\n\twanted: {one.wanted}\n\tsaid:   {one.said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
