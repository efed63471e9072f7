"""Names of people in Chinese text, found by statistics of the whole text.

    found = names_in(chapter.text for chapter in chapters)      # {"单立行": 9, "老陈": 4}

No dictionary has them, and a segmenter cuts most of them apart. A surname with one or two characters behind it is a
name where these come together again and again, what stands around them changes, and it often begins a clause or is
followed by what people do.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from indextts.books.casting.lexicon import roles_zh, signs, words
from indextts.platform.tables import members, tables_beside
from indextts.reading.lexicon.entry import EntryDraft
from indextts.reading.phonemes.zh import mandarin, polyphones
from indextts.reading.phonemes.zh import names as readings
from indextts.reading.text.tokens import is_guessed, tagged
from indextts.reading.text.zh import people
from indextts.voices.sexes import double_surnames, table

FEWEST: Final = 2  # Times that a name is met before statistics say anything of it
LIKELY: Final = 2.2  # From this score on characters are a name
LIKELY_ONCE: Final = 3.5  # The same where it is met once
_RUN: Final = re.compile("[\u4e00-\u9fff]+")
_BORN: Final = re.compile(r"老[大二三四五六七八九十幺]|阿.|(.)\1")
"""What is somebody's given name by its form: by the order of birth, 阿牛, 可可."""
_ELDER: Final = "老"  # Before somebody's family name: 老单
_UNLIKE: Final = -20  # What two characters are less like a given name than that may end a word which begins with a word
_LONGEST: Final = 6  # characters of a name whose reading is fixed
_MOST: Final = 400_000  # stretches that are remembered at once; those met once are forgotten first
_VARIED: Final = 4  # neighbours that are remembered
_NO_GIVEN: Final = frozenset(("v", "vn", "d", "p", "r", "m", "q", "t", "f", "c", "u", "uj", "ul", "uz", "ug", "y", "s"))
"""Parts of speech of what is seldom a given name, where it is a word of the dictionary."""
_NO_FAMILY: Final = frozenset(("d", "p", "r", "m", "q", "c", "u", "ug", "f", "y"))
"""Those of a character that seldom is a family name."""


@dataclass
class _Met:
    """How a stretch of characters was met."""

    count: int = 0
    begins: int = 0  # Times at the beginning of a clause, or behind what leads to a person
    acts: int = 0  # Times before what people do, or at the end of a clause
    measured: int = 0  # Times behind a numeral or pronoun, as what is counted is
    before: set[str] = field(default_factory=set)
    after: set[str] = field(default_factory=set)


@functools.cache
def surnames() -> frozenset[str]:
    """Family names of one character, and the first ones of those of two."""
    return table("zh", "surnames") | {*readings.surnames(), *two_way()} | {one[0] for one in double_surnames()}


@functools.cache
def two_way() -> dict[str, tuple[str, ...]]:
    """Characters that are read otherwise as family names, or in two ways, with those readings; rare ones too."""
    found: dict[str, str] = tables_beside(__file__, "tables.yaml")["family_readings"]
    return {char: tuple(said.split()) for char, said in found.items()}


@functools.cache
def given() -> dict[str, tuple[str, ...]]:
    """Characters of several readings with those that they have in given names, the commonest first."""
    found: dict[str, str] = tables_beside(__file__, "tables.yaml")["given_readings"]
    return {char: tuple(said.split()) for char, said in found.items()}


@functools.cache
def two_characters() -> dict[str, tuple[str, ...]]:
    """Family names of two characters that are read otherwise, with what each character is read."""
    found: dict[str, str] = tables_beside(__file__, "tables.yaml")["double_readings"]
    return {name: tuple(said.split()) for name, said in found.items()}


def called(name: str) -> int:
    """Where what somebody is called by begins in a name (乐院长); its end where there is none."""
    return next((at for at in range(1, len(name)) if name[at:] in members(__file__, "behind_family")), len(name))


def readings_at(name: str, at: int) -> tuple[tuple[str, ...], bool]:
    """How a character of a name may be read there, the likeliest first, and whether it is of the family name.

    Nothing where it is read as elsewhere.
    """
    if name[:2] in two_characters():
        family, ways = 2, two_characters()[name[:2]][at : at + 1] if at < 2 else ()
    else:
        family = 2 if name[0] in _ELDER and len(name) == 2 else 1
        ways = two_way().get(name[at], ()) if at == family - 1 else ()
    if at < family:
        return ways, True
    return given().get(name[at], ()) if at < called(name) else (), False


@functools.lru_cache(maxsize=4_096)
def spoken_name(name: str, *, learned: bool = True) -> EntryDraft | None:
    """How the name of somebody known is read everywhere; ``None`` where its family name is no reason to fix that.

    ``learned``: the model of polyphones has a say in the given name.
    """
    if not _RUN.fullmatch(name) or len(name) > _LONGEST or not is_name(name) or _is_word_or_foreign(name):
        return None
    ways = [readings_at(name, at) for at in range(len(name))]
    if not any(wanted for wanted, family in ways if family) or name[0] in members(__file__, "seldom_family"):
        return None
    word = polyphones.SegmentedWord(0, name, people.TAG)
    said = [
        # What the dictionary has of a whole name is better known, 查理曼, 柏拉图, and so is what a rule has of a given
        # name; before a family name rules see a region or a firm: 华中平.
        one.pinyin
        if not wanted or one.pinyin in wanted or one.source == "phrase" or (one.source == "rule" and not family)
        else wanted[0]
        for one, (wanted, family) in zip(mandarin.readings(name, [word], learned=learned), ways, strict=True)
    ]
    return EntryDraft(name, " ".join(said), "pinyin") if all(said) else None


def _is_word_or_foreign(name: str) -> bool:
    """Whether a name begins with a word, as 单身汉, or is one in another language: 盖茨."""
    family = 2 if name[:2] in double_surnames() else 1
    if word_tag(name) == "nrt" or not members(__file__, "foreign_given").isdisjoint(name[family:]):
        return True
    tag = word_tag(name[:2]) if family == 1 and len(name) == 3 and called(name) != 1 else None
    return tag is not None and not tag.startswith("nr") and people.likeness(name[1:]) < _UNLIKE


def spoken_names(names: Iterable[str], *, learned: bool = True) -> tuple[EntryDraft, ...]:
    """The same of all ``names`` whose reading is fixed."""
    return tuple(one for name in names if (one := spoken_name(name, learned=learned)) is not None)


def titled(run: str, at: int) -> str:
    """A family name with what people are called behind it (查队, 薄总), or before it (老单, 小祭)."""
    free = at == 0 or run[at - 1] in members(__file__, "before_people")
    for length in range(min(4, len(run) - at - 1), 0, -1):
        title, rest = run[at + 1 : at + 1 + length], run[at + 1 + length :]
        if title in members(__file__, "behind_family") and word_tag(run[at : at + 2]) is None:
            goes_on = not rest or rest[0] in signs("trailing") or length > 1
            if goes_on and (free or length > 1):
                return run[at : at + 1 + length]
    called = at > 0 and run[at - 1] in "老小" and word_tag(run[at - 1 : at + 1]) is None
    if called and (at == 1 or run[at - 2] in members(__file__, "before_people")):
        rest = run[at + 1 :]
        if (not rest or rest[0] in signs("trailing")) and word_tag(run[at : at + 2]) is None:
            return run[at - 1 : at + 1]
    return ""


def titled_names(text: str, people: Iterable[str]) -> list[str]:
    """What ``people`` whose family name has two readings are called by in ``text`` with a title: 曾行长, 仇兄."""
    families = {name[0] for name in people if name[0] in two_way() and is_name(name)}
    found: dict[str, None] = {}
    for run in _RUN.finditer(text) if families else ():
        for at, char in enumerate(run.group()):
            free = char in families and (at == 0 or run.group()[at - 1] in members(__file__, "before_people"))
            if free and (name := titled(run.group(), at)).startswith(char):
                found[name] = None
    return list(found)


def names_in(texts: Iterable[str], known: Iterable[str] = ()) -> dict[str, int]:
    """The names of people in ``texts`` with how often each is met; ``known`` ones are names wherever they are."""
    whole = list(texts)
    often = _often(whole)
    met: dict[str, _Met] = {}
    for text in whole:
        for run in _RUN.finditer(text):
            _meet(run.group(), often, met)
    found: dict[str, int] = {}
    for name in sorted(met, key=len, reverse=True):
        if _score(name, met[name]) >= LIKELY and not _is_part(name, met, found):
            found[name] = met[name].count
    for name in known:
        count = sum(text.count(name) for text in whole)
        if count and _RUN.fullmatch(name) and is_name(name):
            found[name] = count
    return found


def _is_anybody(name: str) -> bool:
    return any(name in words("zh", kind) for kind in ("vague", "nobody", "not_people"))


def is_name(name: str) -> bool:
    """Whether somebody known is known by a name, and not as 那人 or 队长."""
    tag = word_tag(name)
    return not _is_anybody(name) and name not in roles_zh() and len(name) > 1 and (tag is None or tag.startswith("nr"))


def looks_like_name(run: str, at: int, length: int) -> bool:
    """Whether ``run[at : at + length]``, met once, is a name by itself and by what is around it."""
    name = run[at : at + length]
    if len(name) < length or not _lengths(run, at).start <= length <= _lengths(run, at)[-1]:
        return False
    met: dict[str, _Met] = {}
    _meet(run, {name}, met)
    met[name].after |= {"", "?"}  # nothing is known of how it goes on elsewhere
    return _score(name, met[name]) >= LIKELY_ONCE


def _often(texts: Iterable[str]) -> set[str]:
    """What is met again, of stretches that may be names."""
    counts: Counter[str] = Counter()
    for stretch in _stretches(texts):
        counts[stretch] += 1
        if len(counts) > _MOST:
            counts = Counter({one: count for one, count in counts.items() if count >= FEWEST})
    return {one for one, count in counts.items() if count >= FEWEST}


def _stretches(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for run in _RUN.finditer(text):
            here = run.group()
            for at, char in enumerate(here):
                if char in surnames() or char in table("zh", "prefixes"):
                    for length in _lengths(here, at):
                        yield here[at : at + length]


def _lengths(run: str, at: int) -> range:
    """How long a name that begins at ``at`` may be."""
    double = run[at : at + 2] in double_surnames()
    longest = 2 if run[at] in table("zh", "prefixes") and run[at] not in surnames() else 4 if double else 3
    return range(3 if double else 2, min(longest, len(run) - at) + 1)


def _meet(run: str, often: set[str], met: dict[str, _Met]) -> None:
    for at, char in enumerate(run):
        if char not in surnames() and char not in table("zh", "prefixes"):
            continue
        for length in _lengths(run, at):
            stretch = run[at : at + length]
            if stretch not in often:
                continue
            one = met.setdefault(stretch, _Met())
            before, after = run[at - 1 : at] if at else "", run[at + length : at + length + 1]
            one.count += 1
            one.begins += not before or before in members(__file__, "before_people")
            one.measured += before in members(__file__, "before_things") if before else 0
            one.acts += not after or after in signs("trailing") or after in members(__file__, "calling")
            if len(one.before) < _VARIED:
                one.before.add(before)
            if len(one.after) < _VARIED:
                one.after.add(after)


def _is_part(name: str, met: dict[str, _Met], found: dict[str, int]) -> bool:
    """Whether a longer name has most of its places."""
    longer = [other for other in found if name in other and other != name]
    return sum(found[other] for other in longer) > 0.6 * met[name].count


def _score(name: str, met: _Met) -> float:
    """How surely a stretch that was met so is a name."""
    double = name[:2] in double_surnames()
    family = 2 if double else 1
    given = name[family:]
    if any(char in members(__file__, "no_given") for char in name) or _is_anybody(name):
        return 0.0
    if len(met.after) < 2 or met.measured > met.count / 3:
        return 0.0
    tag = word_tag(name)
    if tag and not tag.startswith("nr"):
        return 0.0
    if name[0] in table("zh", "prefixes") and name[0] not in surnames() and given not in surnames():
        return 0.0
    score = 1.0 if double else 0.0
    if len(given) == 2 and not double and (tag := word_tag(name[:2])) and not tag.startswith("nr"):
        score -= 1.5
    if word_tag(name[0]) in _NO_FAMILY:
        if word_tag(given[0]) in ("m", "q"):
            return 0.0
        score -= 0.5 if name[0] in table("zh", "surnames") else 1.0
    kind = word_tag(given) if len(given) > 1 else None
    if _BORN.fullmatch(given) or (len(given) > 1 and kind is None) or (kind or "").startswith("nr"):
        score += 1.0
    elif kind in _NO_GIVEN:
        score -= 1.0
    elif len(given) == 1 and word_tag(given) in _NO_GIVEN:
        score -= 0.5
    if given in roles_zh() or given in members(__file__, "behind_family"):
        score += 1.0
    usual = table("zh", "given_female") | table("zh", "given_male")
    score += 0.5 * sum(char in usual for char in given) / len(given)
    score += 2.0 * met.begins / met.count + 1.5 * met.acts / met.count
    score += 0.25 * min(met.count - FEWEST, 4) - (0.5 if len(met.after) < 3 and met.count > 3 else 0.0)
    return score


@functools.lru_cache(maxsize=20_000)
def word_tag(word: str) -> str | None:
    """The part of speech of a word that the dictionary has; ``None`` for any other."""
    if len(word) > 1 and is_guessed(word):
        return None
    found = tagged(word)
    return found[0][1] if len(found) == 1 else None
