"""Which names are the same person's: 小明 and 王小明, Mr. Smith and John Smith, the captain and Captain Royle."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final

from indextts.books.casting.lexicon import roles_zh, titles_en, words
from indextts.voices.sexes import guessed_sex, sex_of, table, told_sex

_WIVES: Final = frozenset(("夫人", "太太"))
SAME_PART: Final = 50  # Full names with one surname among which the owner of a short one is looked for


def joined(
    counts: Mapping[str, int],
    places: Mapping[str, Sequence[int]],
    appositions: Mapping[str, str],
    language: str,
    cast: Mapping[str, Iterable[str]],
    apart: Container[frozenset[str]] = frozenset(),
) -> dict[str, str]:
    """For each name that of the person.

    ``places`` are the chapters where a name is; ``appositions`` are roles that the text itself gives to a name;
    ``cast`` are people that are known, with their other names, whatever the text tells; ``apart`` are pairs of names
    that answer each other.
    """
    if language == "zh":
        pairs = [*appositions.items(), *_joined_zh(counts, places, apart).items()]
    else:
        pairs = [*_joined_en(counts, appositions).items()]
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
    return best


def _joined_zh(
    counts: Mapping[str, int], places: Mapping[str, Sequence[int]], apart: Container[frozenset[str]]
) -> dict[str, str]:
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
            here = frozenset(places[name])
            near = [one for one in by_surname[front] if one != name and not here.isdisjoint(places[one])]
            if role in _WIVES and all(told_sex(one) != "female" and guessed_sex(one) != "female" for one in near):
                continue  # 陆夫人 is no 陆临川
            # Nor is it where several have it.
            titled = role and any(near[0][-length:] in roles for length in range(1, len(near[0]))) if near else False
            two = len(near) == 1 and frozenset((name, near[0])) in apart  # 老何 and his son 何晓军
            if len(near) == 1 and not titled and not two and told_sex(near[0]) in ("", gender or told_sex(near[0])):
                owner[name] = near[0]
    return owner


def _joined_en(counts: Mapping[str, int], appositions: Mapping[str, str]) -> dict[str, str]:
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
            full = [one for one in by_part[parts[-1]] if one != name and _agree(name, one)]
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
