"""English words: terms of computing and brands, and words of two readings, on the sets of ``tests/data``.

python -m benchmarks.accuracy_words
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from benchmarks.processes import ROOT

if TYPE_CHECKING:
    from indextts.model.utterance import Token

DATA: Final = ROOT / "tests" / "data"
TERMS: Final = ("terms_fresh", "terms_fresh2")
HETERONYMS: Final = ("heteronyms", "heteronyms_fresh", "heteronyms_fresh2", "heteronyms_fresh3")
"""Sets in ``tests/data``; the fresh ones were written before anything was read aloud or mended for them."""
_CARRIER: Final = "We use {} here."
_DIGITS: Final = re.compile(r"[012]")
_WEAK: Final = re.compile(r"[A-Z]{2}[02]")


def tokens(text: str) -> list[Token]:
    """The tokens of a line with their readings."""
    from indextts.model.utterance import Utterance
    from indextts.reading import prosody
    from indextts.reading.phonemes.annotate import annotate
    from indextts.reading.phonemes.en.pronunciation import is_word
    from indextts.reading.text.frontend import build_segments

    utterance = Utterance(text, segments=build_segments(text, is_word=is_word, max_syllables=60))
    prosody.load("rules").annotate(utterance)
    annotate(utterance)
    return [token for segment in utterance.segments for token in segment.tokens]


def is_alike(said: str, wanted: str) -> bool:
    """Whether two readings differ in nothing but stress or the vowels without main stress, which speakers vary."""
    said, wanted = said.replace("AO", "AA"), wanted.replace("AO", "AA")
    weak = _WEAK.sub("V", said) == _WEAK.sub("V", wanted)
    return weak or _DIGITS.sub("", said) == _DIGITS.sub("", wanted)


def terms(name: str) -> Iterator[tuple[str, str, bool]]:
    """Each term of a set, what is said, and whether that is right."""
    for line in (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        word, wanted = line.split("\t")
        begin, end = _CARRIER.index("{"), _CARRIER.index("{") + len(word)
        readings = [token.reading for token in tokens(_CARRIER.format(word)) if begin <= token.start < end]
        said = " ".join(readings)
        yield word, said, any(is_alike(said, one) for one in wanted.split("|"))


def heteronyms(name: str) -> Iterator[tuple[str, str, bool]]:
    """Each sentence of a set, what is said of its word, and whether that is right."""
    for line in (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        text, place, wanted = line.split("\t")
        said = next(token.reading for token in tokens(text) if token.start == int(place))
        yield text, said, said in wanted.split("|")


def main() -> None:
    """Print the share of each set that is read right, and what is not."""
    for name in (*TERMS, *HETERONYMS):
        judged = list((terms if name in TERMS else heteronyms)(name))
        print(f"{name}: {sum(right for *_, right in judged)} of {len(judged)}")
        for case, said, right in judged:
            if not right:
                print(f"    {case}: {said}")


if __name__ == "__main__":
    main()
