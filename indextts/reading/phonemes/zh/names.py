"""Names of people: characters that are read otherwise as family names."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from indextts.platform import tables
from indextts.platform.tables import tables_beside
from indextts.reading.phonemes.zh.polyphones import SegmentedWord
from indextts.reading.text.tokens import tagged
from indextts.reading.text.zh import people

members = functools.partial(tables.members, __file__)
_GIVEN: Final = (2, 1)  # Characters of a given name.
_DISTRICT_HEAD: Final = "区长"
"""What is a title and the beginning of a name: the family name 区 and a given name with 长."""
_LIKELY_SPLIT: Final = -20  # What 长 and the character behind it reach together where they are a given name.
_LIKELY: Final = -36  # What two characters reach together behind a title and a family name where they are a given name.
_LIKELY_NOUN: Final = -15  # The same where they may be a noun, behind what may be an adverb.


def surnames() -> dict[str, str]:
    """Family names that are read otherwise than the same characters elsewhere."""
    return tables_beside(__file__, "surnames.yaml")


def family_names(
    text: str, words: Sequence[SegmentedWord], phrase: Callable[[str], object]
) -> Iterator[tuple[int, str, bool]]:
    """Places of family names, their readings, and whether they go against our own phrases.

    ``phrase`` gives ``None`` for what the general dictionary lacks.
    """
    known = surnames()
    for word in words:
        if word.text[0] in known and _is_family_name(text, word, phrase):
            yield word.start, known[word.text[0]], text[: word.start].endswith("姓")
    for word, after in pairwise(words):
        at = after.start
        if text[at] in known and _is_role(word) and _has_given_name(text, at, words, phrase):
            yield at, known[text[at]], True
    at = text.find(_DISTRICT_HEAD)
    if 0 <= at < len(text) - len("区长海") and _is_free(text, at) and _is_named(text, at, phrase):
        yield from ((at, known[text[at]], True), (at + 1, "chang2", True))
    for at, char in enumerate(text):
        if char not in known or text[at : at + 2] in members("double_surnames"):
            continue
        if text[:at].endswith("姓") or _does_something(text, at, phrase):
            yield at, known[char], text[:at].endswith("姓")


def given_name_readings(words: Sequence[SegmentedWord]) -> Iterator[tuple[int, str]]:
    """Places of characters that are read otherwise in given names, and their readings there."""
    known = tables_beside(__file__, "given.yaml")
    for index, word in enumerate(words):
        before = words[index - 1] if index else None
        # The tagger parts many a rare name before its last character: 李准|镐.
        parted = before is not None and len(word.text) == 1 and len(before.text) == 2 and before.pos.startswith("nr")
        if parted or word.pos.startswith("nr"):
            for at, char in enumerate(word.text):
                amid = char not in members("amid_names") or 0 < at < len(word.text) - 1
                if char in known and (parted or at) and amid:
                    yield word.start + at, known[char]


def _is_role(word: SegmentedWord) -> bool:
    """Whether ``word`` tells what a person is, to others too: 队员, 教授, 表妹."""
    role = people.is_role(word.text) and word.pos[:1] in ("n", "v", "j")
    related = len(word.text) > 1 and word.text[-1] in members("related")
    return role or related or word.text in members("titles") | members("ranks") | members("relations")


def _has_given_name(text: str, at: int, words: Sequence[SegmentedWord], phrase: Callable[[str], object]) -> bool:
    """Whether two characters behind ``at`` are a given name, and no word goes on behind them; one, behind an adverb."""
    end = at + 1 + max(_GIVEN)
    behind = [word for word in words if word.start > at][:2]
    given = behind[0] if behind and behind[0].start == at + 1 else None
    adverb = text[at] in members("also_adverbs")
    parted = len(behind[-1].text) == 1 and behind[-1].pos == "nr" and behind[-1].start == at + 2 if behind else False
    if adverb and given is not None and len(given.text) == 1 and not parted:
        likely = given.pos[:1] not in "vpcur" and people.given_names().get(given.text, people.UNKNOWN)[0] >= 0
        return likely and text[at + 2 :].startswith((*members("deeds"), *members("person_before")))
    if end > len(text) or any(word.start < end < word.start + len(word.text) for word in words):
        return False
    given = given if given is not None and len(given.text) == 2 else None
    named = given is not None and given.pos.startswith("nr")
    if adverb and parted:
        return people.likeness(text[at + 1 : end]) >= _LIKELY_NOUN
    if adverb and given is not None:
        noun = (given.pos[:1] in "ni" or given.pos == "vg") and behind[-1].pos[:1] not in ("n", "u")
        likely = people.likeness(given.text) >= (_LIKELY if named else _LIKELY_NOUN)
        return (noun or len(behind) < 2) and likely and phrase(given.text) is None
    if given is not None and not named and given.pos[:1] in "vdpcur":
        return False
    if not named and text[at] in members("also_verbs") and phrase(text[at + 1 : end]) is not None:
        return False
    return people.likeness(text[at + 1 : end]) >= _LIKELY


def _is_named(text: str, at: int, phrase: Callable[[str], object]) -> bool:
    """Whether the head of a district at ``at`` is a person's name: 区长海昨天, 区长青说, but no 区长昨天."""
    last, behind = text[at + 2], text[at + 3 :]
    joined = any(phrase(text[at + 2 : at + length]) is not None for length in (4, 5))  # 海边
    likely = people.likeness(text[at + 1 : at + 3]) >= _LIKELY_SPLIT and not people.is_family(last)
    return likely and not joined and behind.startswith((*members("deeds"), *members("person_before")))


def _is_family_name(text: str, word: SegmentedWord, phrase: Callable[[str], object]) -> bool:
    """Before a title, or at the head of a person's name."""
    # The tagger takes many a common word for a name: what the dictionary has as a phrase is none.
    named = word.pos.startswith("nr") and 1 < len(set(word.text)) < 5 and phrase(word.text) is None
    if named and word.text[0] not in members("only_with_title"):
        return True
    titles = members("titles") | members("ranks") if _is_free(text, word.start) else members("titles")
    return len(word.text) == 1 and text.startswith(tuple(titles), word.start + 1)


def _does_something(text: str, at: int, phrase: Callable[[str], object]) -> bool:
    """Whether a name that begins at ``at`` is followed by what people alone do, as 表示 or 担任."""
    if not _is_free(text, at) or text[at + 1 : at + 2] in members("no_given_name"):
        return False
    does = tuple(members("deeds"))
    for length in _GIVEN:
        name = text[at : at + 1 + length]
        if text.startswith(does, at + 1 + length):
            return phrase(name) is None and phrase(name[:2]) is None
    return False


def _is_free(text: str, at: int) -> bool:
    """Whether nothing or a link stands before a name."""
    return at == 0 or text[at - 1] in members("before_names")


def name_at(text: str, at: int, reading: str) -> tuple[int, int] | None:
    """Where the name begins and ends that has the character ``at``; ``None`` if it is in none.

    The tagger finds most. A family name that is read as one (``reading``) is followed by one or two characters more,
    whatever the tagger makes of them.
    """
    names = members("name_tags")
    start, ends = 0, set()
    found: tuple[int, int] | None = None
    for word, tag in tagged(text):
        if start <= at < start + len(word) and tag in names and len(word) > 1:
            found = start, start + len(word)
        start += len(word)
        ends.add(start)
    deeds = tuple(members("deeds"))
    if found is not None or surnames().get(text[at]) != reading or text.startswith(deeds, at + 1):
        return found
    longest = next((length for length in _GIVEN if at + 1 + length in ends), 0)
    if text.startswith(deeds, at + 2):
        longest = 1
    return (at, at + 1 + longest) if longest else None
