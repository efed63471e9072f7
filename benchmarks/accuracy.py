"""How much is read right: normalisation, polyphones, surface pinyin and English, against peers in the same run.

python -m benchmarks.accuracy                          # the sets of tests/data
python -m benchmarks.accuracy --prosody DIR            # and surface pinyin on DIR/zh_dev.tsv
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks import accuracy_english, accuracy_normalise
from benchmarks.processes import ROOT

if TYPE_CHECKING:
    from indextts.reading.prosody import ProsodyModel

DATA: Final = ROOT / "tests" / "data"

Reader = Callable[[str], list[str]]
"""A text to one reading for each of its characters (empty where it is none)."""


@functools.cache
def _prosody() -> ProsodyModel:
    """The configured model, as the product uses it."""
    from indextts.platform.config import load_config
    from indextts.reading import prosody

    config = load_config()
    return prosody.load(config.prosody_name, config)


def ours(text: str) -> list[str]:
    """This project's surface readings."""
    from indextts.model.utterance import Utterance
    from indextts.reading.phonemes.annotate import annotate
    from indextts.reading.phonemes.en.pronunciation import is_word
    from indextts.reading.text.frontend import build_segments

    utterance = Utterance(text, segments=build_segments(text, is_word=is_word, max_syllables=60))
    _prosody().annotate(utterance)
    annotate(utterance)
    out = [""] * len(text)
    for segment in utterance.segments:
        for token in segment.tokens:
            if token.kind == "hanzi":
                out[token.start] = token.reading
    return out


def pypinyin_reader() -> Reader:
    """The package pypinyin with its own tone sandhi."""
    import pypinyin

    options: dict[str, Any] = {
        "style": pypinyin.Style.TONE3,
        "neutral_tone_with_five": True,
        "tone_sandhi": True,
        "errors": list,
    }

    def read(text: str) -> list[str]:
        return [said.replace("ü", "v") for said in pypinyin.lazy_pinyin(text, **options)]

    return read


def g2pm_reader() -> Reader | None:
    """g2pM's network; ``None`` where it is not installed (``requirements/bench.txt``)."""
    try:
        from g2pM import G2pM
    except ImportError:
        return None
    model = G2pM()

    def read(text: str) -> list[str]:
        return [said.replace("u:", "v") for said in model(text, tone=True, char_split=True)]

    return read


POLYPHONES: Final = (
    "polyphones",
    "polyphones_fresh",
    "polyphones_fresh2",
    "polyphones_fresh3",
    "polyphones_fresh4",
    "polyphones_fresh5",
)
"""Sets in ``tests/data``; the fresh ones were written before anything was mended for them."""


def polyphones(read: Reader, name: str) -> float:
    """Share of a set that is read right, third-tone sandhi aside."""
    right = total = 0
    for line in (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        text, place, wanted = line.split("\t")[:3]
        said = read(text)[int(place)]
        right += any(said == one or (one[-1] == "3" and said == one[:-1] + "2") for one in wanted.split("|"))
        total += 1
    return right / total


def surface(read: Reader, path: Path) -> float:
    """Share of syllables of a labelled file whose surface pinyin is exact; an erhua counts by its main syllable."""
    right = total = 0
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        _, text, _, pinyin = line.split("\t")
        wanted, said = pinyin.split(" "), read(text)
        for place, syllable in enumerate(wanted):
            if syllable in ("-", "~"):
                continue
            merged = place + 1 < len(wanted) and wanted[place + 1] == "~"
            plain = syllable[:-2] + syllable[-1] if merged and syllable[-2] == "r" else syllable
            right += said[place] == plain
            total += 1
    return right / total


def sentences(read: Reader) -> float:
    """Share of syllables of ``tests/data/surface_fresh.tsv`` that are said as one of those given."""
    right = total = 0
    for line in (DATA / "surface_fresh.tsv").read_text(encoding="utf-8").splitlines():
        text, pinyin = line.split("\t")
        wanted, said = pinyin.split(" "), read(text)
        for place, syllable in enumerate(wanted):
            if syllable in ("-", "~"):
                continue
            merged = place + 1 < len(wanted) and wanted[place + 1] == "~"
            known = [one[:-2] + one[-1] if merged and one[-2] == "r" else one for one in syllable.split("|")]
            right += said[place] in known
            total += 1
    return right / total


def measure(prosody: Path | None) -> dict[str, Any]:
    """Everything."""
    readers: dict[str, Reader | None] = {"studio": ours, "pypinyin": pypinyin_reader(), "g2pM": g2pm_reader()}
    known = {name: read for name, read in readers.items() if read is not None}
    results: dict[str, Any] = {
        "normalisation": accuracy_normalise.measure(),
        **{part: {name: polyphones(read, part) for name, read in known.items()} for part in POLYPHONES},
        "sentences": {name: sentences(read) for name, read in known.items()},
        "english": accuracy_english.measure(),
    }
    if prosody is not None:
        results["surface_pinyin"] = {name: surface(read, prosody / "zh_dev.tsv") for name, read in known.items()}
    return results


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description="How much is read right.")
    parser.add_argument("--prosody", type=Path, help="folder with zh_dev.tsv")
    print(json.dumps(measure(parser.parse_args(arguments).prosody), indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
