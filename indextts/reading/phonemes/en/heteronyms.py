"""Heteronyms, English words with two readings: *I will record a record*.

Their readings, and what chooses one where grammar alone does not, are data: ``assets/heteronyms.txt`` says how they are
written. The grammar is a guess from the nearest words: whether a noun or a verb is more likely to stand here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from indextts.platform import tables
from indextts.platform.lru import cached
from indextts.platform.storage.assets import ASSETS, read_text
from indextts.reading.phonemes.en import pronunciation
from indextts.reading.text.chars import is_hanzi
from indextts.reading.text.en import parts_of_speech

ASSET: Final = ASSETS / "heteronyms.txt"
REACH: Final = 6
"""Words on either side that are looked at."""

_CLAUSE: Final = frozenset(",.;:!?，。；：！？")
_ENDS: Final = frozenset('.!?。！？:"“')

word_set = functools.partial(tables.members, __file__)


@dataclass(frozen=True)
class Choice:
    """Reading ``number`` (from 0) where both sides fit."""

    number: int
    capital: bool
    """Only for a word that has a capital letter amid its sentence."""
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None


@dataclass(frozen=True)
class Heteronym:
    """A word's readings: as a noun or adjective, as a verb, and others."""

    readings: tuple[str, ...]
    choices: tuple[Choice, ...]


def pronounce(words: Sequence[str], index: int, *, heads_name: bool = False) -> str | None:
    """ARPAbet of ``words[index]``, by the words and marks around it; ``None`` if it is not one of these words.

    ``heads_name`` says that it is written together with the next word, as a function's name is: *useMemo*. What is
    called is one too: 调用close, file点close, close().
    """
    beside = "".join(words[max(0, index - 2) : index])[-2:], "".join(words[index + 1 : index + 3])[:2]
    called = beside[0] in word_set("calls") or beside[0][-1:] == "点" or beside[1] in word_set("called")
    word = words[index] if heads_name else words[index].lower() if called else ""
    following = "".join(words[index + 1 : index + (3 if words[index + 1 : index + 2] == ["I"] else 2)])
    of_thing = following.lower() in word_set("of_things")
    if word in word_set("deeds") or (word in word_set("deeds_too") and not of_thing):
        return load()[word].readings[1]
    found = choose(words, index)
    return None if found is None else found[0]


def choose(words: Sequence[str], index: int) -> tuple[str, bool] | None:
    """The same, and whether something beside it has decided, or nothing has spoken against what is usual."""
    word = words[index].lower()
    found = _find(word)
    if found is None:
        return None
    if word.endswith("s") and word[:-1] in word_set("without_plural"):
        return found.readings[1], True
    around = [word.lower().replace("’", "'") for word in words[max(0, index - REACH) : index + 1 + REACH]]
    at = min(index, REACH)
    before, after = around[:at], around[at + 1 :]
    left, right = " ".join(before), " ".join(after)
    amid_chinese = _amid_chinese(before, after)
    if amid_chinese is not None and not word.endswith("ed") and word not in word_set("of_names"):
        return found.readings[1 if amid_chinese else 0], True
    amid = words[index][:1].isupper() and not words[index].isupper() and bool(before) and before[-1] not in _ENDS
    for choice in found.choices:
        if choice.capital and not amid:
            continue
        if (choice.before is None or choice.before.search(left)) and (
            choice.after is None or choice.after.match(right)
        ):
            return found.readings[choice.number], True
    # What is told to somebody has no s: Objects that people love.
    told = word.endswith("s") and load().get(word) is None and (not before or before[-1] in _ENDS)
    of_one = load().get(word) is None and word.endswith("s")
    verb = (is_verb(before, after) and not told) or (of_one and (_has_object(words, index) or before[-1:] == ["this"]))
    if before[-1:] in (["that"], ["which"]) and not word.endswith("s") and left.endswith(f"s {before[-1]}"):
        kinds = dict(parts_of_speech.candidates(before[-2]))
        verb |= kinds.get("n", 9.0) < kinds.get("v", 9.0)  # Groups that advocate for it.
    return found.readings[1 if verb else 0], is_told(word, before)


def _has_object(words: Sequence[str], index: int) -> bool:
    """Whether a word with an s is what one thing does to another: *the app records audio*.

    Behind a noun of many, which this else is, stands no other noun as a rule, but its verb.
    """
    if not 0 < index < len(words) - 1 or not words[index - 1][-1:].isalpha():
        return False
    previous, following = words[index - 1].lower(), words[index + 1].lower()
    tags = parts_of_speech.tags(words)
    if (previous.endswith("s") and not previous.endswith(("ss", "us"))) or not following[:1].isalpha():
        return False
    if following in word_set("no_objects") or tags[index - 1] not in ("n", "nr"):
        return (
            following == "that"
            and tags[index - 1] in ("n", "nr")
            and tags[index + 2 : index + 3] in (["dt"], ["nr"], ["m"])
        )
    kinds = {kind for kind, _ in parts_of_speech.candidates(following)}
    if following in word_set("after_verbs") or kinds & {"dt", "m"}:
        return True
    plural = following.endswith("s") and not following.endswith(("ss", "us", "is"))
    if plural or (kinds & {"n", "a"} and not kinds & {"v", "vd", "d", "p"}):
        return True
    return not (parts_of_speech.is_known(following) or following.endswith(("ed", "ing", "ly")))


def _amid_chinese(before: Sequence[str], after: Sequence[str]) -> bool | None:
    """Whether Chinese words beside it make it a verb, as in 去 record 一下; ``None`` if there are none."""
    left, right = before[-1] if before else "", after[0] if after else ""
    if not is_hanzi(left[-1:]) and not (is_hanzi(right[:1]) and not left[:1].isalpha()):
        return None
    if right[:1] in word_set("done") or "".join(after[:2])[:2] in word_set("some"):
        return True
    return "".join(before[-2:])[-2:] in word_set("will") or left[-1:] in word_set("go")


def alternatives(word: str) -> tuple[str, ...]:
    found = _find(word.lower())
    return tuple(dict.fromkeys(found.readings)) if found else ()


@cached(1024)
def _find(word: str) -> Heteronym | None:
    """The entry of a word, or of a word with a regular s after it."""
    found = load().get(word)
    stem = load().get(word.removesuffix("s")) if found is None and word.endswith("s") else None
    if stem is None:
        return found
    return Heteronym(tuple(pronunciation.with_s(reading) for reading in stem.readings), stem.choices)


def is_told(word: str, before: Sequence[str]) -> bool:
    """Whether the word before one tells how it is read: a noun or a verb, where it is not two nouns (*bass*)."""
    previous = before[-1] if before else "."
    if previous in word_set("before_verbs"):
        return True
    noun = previous.endswith("'s") or previous in word_set("determiners") or previous in word_set("before_nouns")
    return noun and word.removesuffix("s") not in word_set("two_nouns")


def is_verb(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether a verb is more likely than a noun between these words (in small letters, marks among them)."""
    previous = before[-1] if before else "."
    following = after[0] if after else "."
    if following in ("of", "is", "are", "was", "were"):
        return False
    if previous in _CLAUSE:
        return following in word_set("after_verbs")
    if previous == "her":
        return False
    if previous in word_set("determiners") or (previous.endswith("'s") and previous not in word_set("before_verbs")):
        return False
    earlier = before[-2] if len(before) > 1 else "."
    if previous in word_set("between") and earlier in word_set("be"):
        return False  # is not appropriate
    if previous in word_set("objects") and earlier in word_set("causes"):
        return True  # let me elaborate
    if previous in word_set("crowds") and earlier in word_set("one"):
        return False  # a police escort
    if previous in word_set("before_verbs"):
        return True
    if previous in word_set("before_nouns"):
        return False
    if previous.endswith("ly") and len(before) > 1:
        return is_verb(before[:-1], after)
    # After an adjective or noun: a plural before it may be its subject, and an object after it makes it a verb.
    verb = earlier in word_set("singular_subjects")  # he holds
    plural = previous.endswith("s") and not previous.endswith("ss") and not verb
    if plural and following not in ("has", "had"):
        return True
    return following in word_set("after_verbs") and not any(word in word_set("determiners") for word in before[-3:])


@functools.cache
def load() -> Mapping[str, Heteronym]:
    """Word (in small letters) → its readings."""
    found: dict[str, tuple[tuple[str, ...], list[Choice]]] = {}
    word = ""
    for line in read_text(ASSET).splitlines():
        if not line or line.startswith("#"):
            continue
        if not line.startswith(" "):
            word, _, readings = line.partition(":")
            found[word] = (tuple(reading.strip() for reading in readings.split("/")), [])
            continue
        number, rest = line.split(maxsplit=1)
        before, _, after = rest.partition(" ~ ")
        sides = _pattern(before, r"(?:^|\b|(?<= ))(?:{})"), _pattern(after, "(?:{})")
        found[word][1].append(Choice(int(number.removesuffix("!")) - 1, number.endswith("!"), *sides))
    return {word: Heteronym(readings, tuple(choices)) for word, (readings, choices) in found.items()}


def _pattern(written: str, frame: str) -> re.Pattern[str] | None:
    return None if written.strip() == "-" else re.compile(frame.format(written.strip()))
