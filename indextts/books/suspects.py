"""Which Chinese characters of a plan may be read wrong, though the reading may be sure of them.

    suspects = Suspects(plan, people=["单立行"])
    suspects.of(segment, place)         # Suspicion(probability=0.4, likelier="shan4", name="单立行")

Two kinds of evidence. A family name that is read as the same character elsewhere: dictionaries and the learned model
know few names, 单立行 is dan1 to them, and certainly so. Names are known by the cast, by statistics of the text, and by
what stands around them. And for any other character how likely its reading is: by what made it, and by what the learned
model would say had dictionaries said otherwise. The weights of that are a logistic regression's
(``python -m training.doubts``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from indextts.books.names import (
    is_name,
    looks_like_name,
    names_in,
    readings_at,
    titled,
    two_characters,
    two_way,
    word_tag,
)
from indextts.model.sources import MODEL, SANDHI
from indextts.model.utterance import Segment, Token, Utterance
from indextts.platform.tables import members, tables_beside
from indextts.reading.phonemes.annotate import hanzi_runs, is_learned, words_of
from indextts.reading.phonemes.zh import mandarin, polyphones
from indextts.reading.text.chars import is_hanzi
from indextts.reading.text.tokens import is_guessed, tagged

SURE: Final = 0.65  # Probability of a reading from which on it is not asked about (``python -m benchmarks.proof``)
FAMILY: Final = 0.4  # How likely a family name is read right whose reading is that of the same character elsewhere
GIVEN: Final = 0.5
"""The same of a given name that is read in another way than is usual, or whose character has two usual ways."""
SPELT: Final = 0.3  # The same of a character that a word explains, in which it is read otherwise
_TOLD: Final = re.compile("[“‘「『《]([”’」』》]字)|[个叫]字.?")
_REACH: Final = 8  # characters on either side of a family name that are looked at
_LEAST: Final = 0.002  # probabilities are taken for no less than this, and no more than one less this
_UNLIKELY: Final = 0.5  # below this probability the model is believed against phrases and rules
_CLEAR: Final = 0.9  # from this probability on what phrases, rules and the model have decided is not looked at again


@dataclass(frozen=True)
class Suspicion:
    """Why a reading may be wrong."""

    probability: float  # How likely it is right
    likelier: str = ""  # What may be right instead, where that is known
    name: str = ""  # The person's name that it is in


@dataclass(frozen=True)
class _Run:
    """Characters that no mark parts, and their words."""

    tokens: list[Token]
    text: str
    words: list[polyphones.SegmentedWord]


class Suspects:
    """What is known of a plan as a whole. Not thread-safe."""

    def __init__(self, plan: Utterance, people: Iterable[str] = ()) -> None:
        """``people`` are names that are known to be in the text, or in what it is a part of."""
        self._text = plan.text
        people = [name for name in people if is_name(name)]
        self._names = names_in([plan.text], people)
        self._longest = max(map(len, self._names), default=0)
        self._families = {name[0] for name in (*self._names, *people) if name[0] in two_way()}
        self._segment: Segment | None = None
        self._runs: dict[int, tuple[_Run, int]] = {}

    def of(self, segment: Segment, place: int) -> Suspicion | None:
        """Whether a character is to be doubted; ``None`` where it is not."""
        token = segment.tokens[place]
        plain = not token.alternatives and token.text not in two_way()
        if plain or any(map(str.isdigit, self._text[token.start : token.end])):  # what is a number is read in one way
            return None
        wanted, name = self._double(token.start)
        if not name:
            wanted = two_way().get(token.text, ())
            name = self._family(token) if wanted else ""
        if name:
            return _suspected(token.reading, wanted, name, family=True)
        name, at = self._inside(token.start)
        wanted, family = readings_at(name, at) if name else ((), False)
        if wanted:
            return _suspected(token.reading, wanted, name, family=family)
        if (spelt := self._spelt(segment, place)) is not None:
            return spelt
        if token.reading_probability is None or token.text in members(__file__, "either_way"):
            return None
        probability = self._probability(segment, token)
        return Suspicion(probability, "", name) if probability < SURE else None

    def _probability(self, segment: Segment, token: Token) -> float:
        """How likely a reading is right, by all that is known but names."""
        told = token.reading_probability or 0.0
        return _weighed(token.reading_source, told, lambda: self.evidence(segment, token))

    def evidence(self, segment: Segment, token: Token) -> dict[str, float]:
        """What is known of a character's reading, by name."""
        if segment is not self._segment:
            self._segment, self._runs = segment, _runs_of(segment)
        run, at = self._runs[token.start]
        index = next(number for number, one in enumerate(run.words) if one.start <= at < one.start + len(one.text))
        reading, source = token.reading, token.reading_source
        if source == SANDHI:
            reading, source = (token.alternatives or [reading])[0], "dictionary"
        return _evidence(run, at, index, reading, source, learned=is_learned(segment))

    def _inside(self, at: int) -> tuple[str, int]:
        """The name of a person around ``at``, and the place in it; an empty name where there is none."""
        for begin in range(at, max(-1, at - self._longest), -1):
            name = self._name_at(begin)
            if begin + len(name) > at:
                return name, at - begin
        return "", 0

    def _spelt(self, segment: Segment, place: int) -> Suspicion | None:
        """A character that is explained by a word (银行的行) and read otherwise there, or told as one (“和”字)."""
        token, tokens = segment.tokens[place], segment.tokens
        if place > 2 and tokens[place - 1].text == "的":
            for other in reversed(tokens[max(0, place - 5) : place - 1]):
                if other.text == token.text:
                    alike = _same_sound(other.reading, token.reading)
                    return None if alike else Suspicion(SPELT, other.reading)
        around = self._text[token.start - 1 : token.start] + self._text[token.end : token.end + 2]
        told = bool(_TOLD.fullmatch(around)) and len(mandarin.living(token.text)) > 1
        return Suspicion(SPELT) if told else None

    def _double(self, at: int) -> tuple[tuple[str, ...], str]:
        """How the character at ``at`` is read in a family name of two, and that name; both empty elsewhere."""
        for place in (0, 1):
            double = self._text[at - place : at - place + 2] if at >= place else ""
            if double in two_characters():
                return (two_characters()[double][place],), double
        return (), ""

    def _family(self, token: Token) -> str:
        """The name that the character begins as a family name; empty where it is none."""
        text, at = self._text, token.start
        name = self._name_at(at)
        if name:
            return name
        if text[:at].endswith("姓") and text[max(0, at - 2) : at - 1] not in members(__file__, "noun_family"):
            return token.text
        begin, end = _around(text, at)
        run, here = text[begin:end], at - begin
        if token.text in self._families and (len(run) == 1 or _of_family(run, here)):
            return token.text
        entitled = titled(run, here)
        if token.text in members(__file__, "seldom_family"):
            return entitled if len(entitled) > 2 else ""
        for length in (4, 3, 2):
            if looks_like_name(run, here, length):
                return run[here : here + length]
        return entitled

    def _name_at(self, at: int) -> str:
        for length in range(self._longest, 1, -1):
            if self._text[at : at + length] in self._names:
                return self._text[at : at + length]
        return ""


def read_in(line: str, start: int, word: str, *, name: str, said: str = "") -> list[tuple[str, Suspicion | None]]:
    """How each character of ``word`` is read, which stands at ``start`` in ``line``, and whether it is to be doubted.

    Of a ``known`` name of somebody by that name first, of one that is ``likely`` by it too. Where it is known how the
    whole is ``said``, by that alone.
    """
    if said:
        return [(one, _in_name(word, at, one) if name else None) for at, one in enumerate(said.split())]
    begin, end = _around(line, start, len(line))
    words = list(_words_between(line, begin, end))
    run = _Run([], line[begin:end], words)
    found = []
    for at, one in list(enumerate(mandarin.readings(run.text, words)))[start - begin : start - begin + len(word)]:
        index = next(number for number, other in enumerate(words) if other.start <= at < other.start + len(other.text))
        doubted = len(mandarin.alternatives(run.text[at])) > 1 and run.text[at] not in members(__file__, "either_way")
        wanted, family = readings_at(word, at + begin - start) if name else ((), False)
        evidence = partial(_evidence, run, at, index, one.pinyin, one.source, learned=True)
        likely = _weighed(one.source, one.probability, evidence) if doubted else 1.0
        why = Suspicion(likely, "", word if name else "") if likely < SURE else None
        if wanted:
            by_name = _suspected(one.pinyin, wanted, word, family=family)
            why = by_name if name == "known" else by_name or why
        found.append((one.pinyin, why))
    return found


def _in_name(name: str, at: int, reading: str) -> Suspicion | None:
    wanted, family = readings_at(name, at)
    return _suspected(reading, wanted, name, family=family) if wanted else None


def _words_between(line: str, begin: int, end: int) -> Iterator[polyphones.SegmentedWord]:
    """The words of ``line[begin:end]``, of which none lies across an edge, by their places there."""
    at = 0
    for word, tag in tagged(line):
        if begin <= at < end:
            yield polyphones.SegmentedWord(at - begin, word, tag)
        at += len(word)


def _suspected(reading: str, wanted: Sequence[str], name: str, *, family: bool) -> Suspicion | None:
    """Whether what is read otherwise in names is to be doubted; ``wanted`` are its readings there."""
    other = next((one for one in wanted if not _alike(reading, one)), "")
    if family:  # of two readings the commoner one comes first, and is not asked about
        return None if _alike(reading, wanted[0]) else Suspicion(FAMILY, wanted[0], name)
    return None if len(wanted) == 1 and not other else Suspicion(GIVEN, other, name)


def _weighed(source: str, told: float, evidence: Callable[[], dict[str, float]]) -> float:
    """How likely a reading from ``source`` is right, which is ``told`` to be so likely."""
    by_default = source in ("dictionary", SANDHI)
    if not by_default and told >= _CLEAR:
        return 1.0
    if not by_default and told < _UNLIKELY:
        return told
    weights: dict[str, float] = tables_beside(__file__, "tables.yaml")["doubt_weights"]
    against = sum(weights[name] * value for name, value in evidence().items())
    return 1.0 / (1.0 + math.exp(against))


def _evidence(run: _Run, at: int, index: int, reading: str, source: str, *, learned: bool) -> dict[str, float]:
    """The same for ``run.text[at]``, a character of ``run.words[index]``, by its reading before any sandhi."""
    text, words, char, word = run.text, run.words, run.text[at], run.words[index].text
    by_default = source == "dictionary"
    found = {
        "bias": 1.0,
        "phrase": float(source == "phrase"),
        "rule": float(source == "rule"),
        "model": float(source == MODEL),
        "single": float(by_default and len(word) == 1),
        "guessed": float(by_default and len(word) > 1 and is_guessed(word)),
        "seldom": float(mandarin.alternatives(char)[:1] != (reading,)),
    }
    model = polyphones.load() if learned else polyphones.NO_MODEL
    if char not in model.labels or char in mandarin.members("not_learned"):
        return found | {"unknown": 1.0}
    said = model.probabilities(char, polyphones.features(text, at, words, index, reading, source))
    # What it would say of each reading if that were the dictionary's: which of them the words around go with.
    each = {
        one: model.probabilities(char, polyphones.features(text, at, words, index, one, "dictionary"))[one]
        for one in model.labels[char]
    }
    others = [share for one, share in each.items() if not _same_sound(one, reading)]
    return found | {
        "likely": _log_odds(sum(share for one, share in said.items() if _same_sound(one, reading))),
        "own": _log_odds(each.get(reading, 0.0)),
        "other": _log_odds(max(others, default=0.0)),
    }


def _same_sound(one: str, other: str) -> bool:
    """Whether two readings are one, a neutral tone aside."""
    return one[:-1] == other[:-1] and (one[-1] == other[-1] or "5" in (one[-1], other[-1]))


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, _LEAST), 1.0 - _LEAST)
    return math.log(bounded / (1.0 - bounded))


def _runs_of(segment: Segment) -> dict[int, tuple[_Run, int]]:
    """For each character by its offset the run that it is in, and its place there."""
    found: dict[int, tuple[_Run, int]] = {}
    for tokens in hanzi_runs(segment.tokens):
        run = _Run(tokens, *words_of(tokens))
        found |= {token.start: (run, at) for at, token in enumerate(tokens)}
    return found


def _alike(reading: str, other: str) -> bool:
    return reading == other or (other[-1] == "3" and reading == other[:-1] + "2")


def _around(text: str, at: int, reach: int = _REACH) -> tuple[int, int]:
    """Where the characters around ``at`` begin and end, as far as ``reach``."""
    begin = end = at
    while begin > 0 and at - begin < reach and is_hanzi(text[begin - 1]):
        begin -= 1
    while end < len(text) and end - at < reach and is_hanzi(text[end]):
        end += 1
    return begin, end


def _of_family(run: str, at: int) -> bool:
    """Whether a character that is somebody's family name in the text stands before what a family has (仇家庄) or what
    its people are called by, or behind 老 and 小.
    """
    free = at == 0 or run[at - 1] in members(__file__, "before_people") or word_tag(run[at - 1 : at + 1]) is None
    behind = members(__file__, "of_family") | {one for one in members(__file__, "behind_family") if len(one) > 1}
    alone = at + 1 == len(run) or word_tag(run[at : at + 2]) is None
    called = (at > 0 and run[at - 1] in "老小" and alone) or (
        run[at + 1 : at + 2] in members(__file__, "after_family") and word_tag(run[at + 1 : at + 3]) is None
    )
    return free and (called or run.startswith(tuple(behind), at + 1))
