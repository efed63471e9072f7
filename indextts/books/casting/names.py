"""Which names are the same person's: 小明 and 王小明, Mr. Smith and John Smith, the captain and Captain Royle."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from indextts.books.casting.lexicon import roles_zh, titles_en, words
from indextts.voices.sexes import guessed_sex, sex_of, table, told_sex

if TYPE_CHECKING:
    from indextts.books.casting.book_counts import BookCounts

_WIVES: Final = frozenset(("夫人", "太太"))
SAME_PART: Final = 50  # Full names with one surname among which the owner of a short one is looked for


def joined(
    counts: Mapping[str, int], seen: BookCounts, language: str, cast: Mapping[str, Iterable[str]]
) -> tuple[dict[str, str], set[str]]:
    """For each name that of the person, and the names of which it stays open whose they are.

    ``cast`` are people that are known, with their other names, whatever the text tells.
    """
    doubted: set[str] = set()
    if language == "zh":
        pairs = [*seen.presented().items(), *_joined_zh(counts, seen).items()]
    else:
        pairs = [*_joined_en(counts, seen.presented() | seen.appositions(), _Families(counts, seen, doubted)).items()]
    parent = {name: name for name in (*counts, *(other for _, other in pairs))}

    def last(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for name, other in pairs:
        parent[last(name)] = last(other)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name in counts:
        groups[last(name)].append(name)
    best: dict[str, str] = {}
    roles = roles_zh().keys() | words("zh", "vague")
    for names in groups.values():
        # A name goes before a role, then the one that is used most.
        chosen = max(names, key=lambda name: (not (name.startswith("the ") or name in roles), counts[name], len(name)))
        known = [name for name in names if name in cast]
        best |= dict.fromkeys(names, known[0] if len(known) == 1 else chosen)
    best |= {other: name for name, others in cast.items() for other in others}
    best |= {name: name for name in cast}
    return best, doubted - {*cast, *(other for others in cast.values() for other in others)}


def _joined_zh(counts: Mapping[str, int], seen: BookCounts) -> dict[str, str]:
    owner: dict[str, str] = {}
    known = set(counts)
    longer: defaultdict[str, list[str]] = defaultdict(list)
    by_surname: defaultdict[str, list[str]] = defaultdict(list)
    roles = roles_zh()
    for name in counts:
        for length in range(1, len(name)):
            longer[name[-length:]].append(name)
            if name[length:] in roles or (name[:length] in roles and len(name) - length <= 2):
                longer[name[:length]].append(name)
        if name not in roles and 2 <= len(name) <= 4:
            by_surname[name[0]].append(name)
    for name in known:
        others = [other for other in set(longer[name]) if other != name] if len(name) > 1 or name in roles else []
        if len(others) == 1:
            owner[name] = others[0]
            continue
        if name in roles or others:
            continue
        role = next((name[-length:] for length in range(len(name) - 1, 0, -1) if name[-length:] in roles), "")
        front = name[: -len(role)] if role else ""
        if not role and name[0] in "小老" and len(name) == 2:
            front = name[1]
        if len(front) == 1 and front in table("zh", "surnames"):
            gender = told_sex(name)
            # A surname is not much: two who are never in one chapter are two.
            here = frozenset(seen.places[name])
            near = [one for one in by_surname[front] if one != name and not here.isdisjoint(seen.places[one])]
            if role in _WIVES and all(told_sex(one) != "female" and guessed_sex(one) != "female" for one in near):
                continue  # 陆夫人 is no 陆临川
            # Nor is it where several have it.
            titled = role and any(near[0][-length:] in roles for length in range(1, len(near[0]))) if near else False
            # 老何 and his son 何晓军
            two = len(near) == 1 and any(frozenset((name, one)) in seen.apart for one in (near[0], near[0][1:]))
            if len(near) == 1 and not titled and not two and told_sex(near[0]) in ("", gender or told_sex(near[0])):
                owner[name] = near[0]
    return owner


class _Families:
    """Whether a title with a surname (Mrs. Carter) is a full name's, or its bearer another one of the family."""

    def __init__(self, counts: Mapping[str, int], seen: BookCounts, doubted: set[str]) -> None:
        self._seen, self._doubted, self._heard = seen, doubted, seen.heard({})
        self._given: defaultdict[str, set[str]] = defaultdict(set)
        for name in counts:
            if len(parts := _parts(name)) > 1:
                self._given[parts[-1]].add(parts[0])

    def are_one(self, name: str, other: str) -> bool:
        """Whether both names can be one person's; where that stays open, the one with the title is doubted."""
        titled, full = sorted((name, other), key=lambda one: len(_parts(one)))
        (*_, surname), (given, *rest) = _parts(titled), _parts(full)
        if titled == surname or not rest or surname != rest[-1] or surname == given:
            return True
        seen, sex = self._seen, told_sex(titled)
        heard = {most for one in (given, full) for most, _ in self._heard.get(one, Counter()).most_common(1)} - {""}
        parents = seen.parents[given] | seen.parents[full]
        if (sex and (sex in parents or heard - {sex})) or any({titled, one} in seen.apart for one in (given, full)):
            return False
        if full.split()[0].rstrip(".") == titled.split()[0].rstrip("."):
            return True
        beside = not seen.narrated[titled].isdisjoint(seen.narrated[given])
        several = sum(not sex or guessed_sex(one) in ("", sex) for one in self._given[surname]) > 1
        if beside or several or (sex and not heard and not sex_of(full)):
            self._doubted.add(titled)
        return not (beside or several)


def _joined_en(counts: Mapping[str, int], appositions: Mapping[str, str], families: _Families) -> dict[str, str]:
    owner: dict[str, str] = {}
    by_part: defaultdict[str, Counter[str]] = defaultdict(Counter)
    titled: defaultdict[str, list[str]] = defaultdict(list)
    for name in counts:
        if name.startswith(("the ", "his ", "her ", "my ", "our ", "their ")):
            continue
        parts = _parts(name)
        if len(name.split()) > 1:
            for part in parts:
                if len(by_part[part]) < SAME_PART:
                    by_part[part][name] = counts[name]
        title = name.split()[0].rstrip(".")
        if title in titles_en() and len(name.split()) > 1:
            titled[title.lower()].append(name)
    for name in counts:
        low = name.lower().removeprefix("the ")
        if name in appositions:
            owner[name] = appositions[name]
        elif name.startswith("the ") or low in titled:
            holders = titled.get(low.split()[-1], [])
            if len({_parts(one)[-1] for one in holders if _parts(one)}) == 1:
                owner[name] = holders[0]
        elif not name.startswith(("his ", "her ", "my ", "our ", "their ")):
            parts = _parts(name)
            if not parts:
                continue
            full = [
                one for one in by_part[parts[-1]] if one != name and _agree(name, one) and families.are_one(name, one)
            ]
            if len(name.split()) == 1 and full and len({sex_of(one) for one in full} - {""}) <= 1:
                owner[name] = max(full, key=lambda one: counts[one])
            elif len(full) == 1 and name < full[0]:
                owner[name] = full[0]
            elif full and len({sex_of(one) for one in [*full, name]} - {""}) <= 1:
                owner[name] = max(full, key=lambda one: (counts[one], one))
    return owner


def _parts(name: str) -> list[str]:
    """``name`` without titles."""
    return [part for part in name.split() if part.rstrip(".") not in titles_en()]


def _agree(one: str, other: str) -> bool:
    """Whether both can be one person: given names that differ are two."""
    first, second = _parts(one), _parts(other)
    if not first or not second:
        return False
    if len(first) > 1 and len(second) > 1 and first[0] != second[0]:
        return False
    if {name.split()[0].rstrip(".") for name in (one, other)} == {"Mrs", "Miss"}:
        return False  # a mother and her daughter
    genders = {sex_of(one), sex_of(other)} - {""}
    return len(genders) <= 1
