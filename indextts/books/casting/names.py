"""Which names are the same person's: 小明 and 王小明, Mr. Smith and John Smith, the captain and Captain Royle."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from indextts.books.casting.lexicon import roles_zh, signs, titles_en, words
from indextts.voices.labels import said_age
from indextts.voices.sexes import age_of, guessed_sex, is_owned, role_sex, sex_of, table, told_sex

if TYPE_CHECKING:
    from indextts.books.casting.book_counts import BookCounts

_WIVES: Final = frozenset(("夫人", "太太"))
MOST_AGED: Final = 60  # People, those named most often, whose ages are looked for
SAME_PART: Final = 50  # Full names with one surname among which the owner of a short one is looked for


def joined(
    counts: Mapping[str, int], seen: BookCounts, language: str, cast: Mapping[str, Iterable[str]]
) -> tuple[dict[str, str], set[str]]:
    """For each name that of the person, and the names of which it stays open whose they are.

    ``cast`` are people that are known, with their other names, whatever the text tells.
    """
    doubted, zh = set[str](), language == "zh"
    pairs = [*seen.presented().items()] if zh else []
    pairs += (_joined_zh(counts, seen) if zh else _joined_en(counts, seen, doubted)).items()
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


def joined_by_age(
    counts: Mapping[str, int], seen: BookCounts, owner: Mapping[str, str], texts: Sequence[str]
) -> dict[str, str]:
    """Whom a word for somebody of an age means: *the old man* is Silas, eighty-one, where nobody else is old."""
    vague = {one for one in seen.told if one.startswith("the ") or one in words("zh", "vague")}
    aged = {one: age for one in vague if owner.get(one) == one and (age := age_of([one]))}
    if not aged:
        return {}
    others: defaultdict[str, list[str]] = defaultdict(list)
    for one, person in owner.items():
        others[person].append(one)
    people = sorted({owner.get(one, one) for one in seen.told - vague}, key=lambda one: -counts.get(one, 0))
    ages = {name: said_age(others[name] or [name], texts) for name in people[:MOST_AGED]}
    found: dict[str, str] = {}
    for word, age in aged.items():
        sex, here = told_sex(word) or role_sex(word.split()[-1]), {*seen.places[word]}
        fits = [
            name for name, of_it in ages.items()
            if of_it == age and (not sex or sex_of(name) in ("", sex))
            and here <= {place for one in others[name] for place in seen.places[one]}
            and not any({word, one} in seen.apart for one in others[name])
        ]  # fmt: skip
        found |= {word: fits[0]} if len(fits) == 1 else {}
    return found


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
            # 沈大爷 and his son 沈建国, who calls him father
            two = two or (bool(near) and near[0] in seen.children and bool(signs("elders") & {*name}))
            if len(near) == 1 and not titled and not two and told_sex(near[0]) in ("", gender or told_sex(near[0])):
                owner[name] = near[0]
    return owner


def _joined_en(counts: Mapping[str, int], seen: BookCounts, doubted: set[str]) -> dict[str, str]:
    owner, appositions, heard = dict[str, str](), seen.presented() | seen.appositions(), seen.heard({})
    by_part: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def are_one(name: str, other: str) -> bool:
        """Whether both can be one person: with a title and a surname (Mrs. Carter) it may be another of the family.
        Where that stays open, the one with the title is doubted.
        """
        titled, full = sorted((name, other), key=lambda one: len(_parts(one)))
        if not _agree(name, other):
            return False
        (*_, surname), (given, *rest) = _parts(titled), _parts(full)
        if titled == surname or not rest or surname != rest[-1] or surname == given:
            return True
        sex, names = told_sex(titled), (given, full)
        said = {most for one in names for most, _ in heard.get(one, Counter()).most_common(1)} - {""}
        parent = sex and any(sex in seen.parents[one] for one in names)
        if parent or (sex and said - {sex}) or any({titled, one} in seen.apart for one in names):
            return False
        if full.split()[0].rstrip(".") == titled.split()[0].rstrip("."):
            return True
        likely = {_parts(one)[0] for one in by_part[surname] if not sex or guessed_sex(one) in ("", sex)}
        two = not seen.narrated[titled].isdisjoint(seen.narrated[given]) or len(likely - {surname}) > 1
        if two or (sex and not said and not sex_of(full)):
            doubted.add(titled)
        return not two

    titled: defaultdict[str, list[str]] = defaultdict(list)
    for name in counts:
        if is_owned(name) or name.startswith(("the ", "his ", "her ", "my ", "our ", "their ")):
            continue
        parts = _parts(name)
        if len(name.split()) > 1:
            for part in parts:
                if len(by_part[part]) < SAME_PART:
                    by_part[part][name] = counts[name]
        title = name.split()[0].rstrip(".")
        if title in titles_en() and len(name.split()) > 1:
            titled[title.lower()].append(name)
    kin: defaultdict[str, list[str]] = defaultdict(list)
    for name in filter(is_owned, counts):
        kin[name.split()[-1]].append(name)
    for name in counts:
        low = name.lower().removeprefix("the ")
        if name in appositions:
            owner[name] = appositions[name]
        elif is_owned(name):
            straight = name.replace("’", "'")
            owner |= {name: straight} if straight != name and straight in counts else {}
        elif name.startswith("the ") or low in titled:
            holders = titled.get(low.split()[-1], [])
            if len({_parts(one)[-1] for one in holders if _parts(one)}) == 1:
                owner[name] = holders[0]
            near = [one for one in kin[low.split()[-1]] if not {*seen.places[name]}.isdisjoint(seen.places[one])]
            if len(near) == 1 and {name, near[0]} not in seen.apart:
                owner.setdefault(name, near[0])  # the ship's captain, then the captain
        elif not name.startswith(("his ", "her ", "my ", "our ", "their ")):
            if not (parts := _parts(name)):
                continue
            full = [one for one in by_part[parts[-1]] if one != name and are_one(name, one)]
            if full and len({sex_of(one) for one in full} - {""}) <= 1:
                owner[name] = max(full, key=lambda one: (counts[one], one))
    return owner


def _parts(name: str) -> list[str]:
    """``name`` without titles."""
    return [part for part in name.split() if part.rstrip(".") not in titles_en()]


def _agree(one: str, other: str) -> bool:
    """Whether both can be one person: given names that differ are two, and so are a mother and her daughter."""
    first, second = _parts(one), _parts(other)
    given = len(first) > 1 < len(second) and first[0] != second[0]
    titles = {name.split()[0].rstrip(".") for name in (one, other)}
    alike = bool(first and second) and len({sex_of(one), sex_of(other)} - {""}) <= 1
    return alike and not given and titles != {"Mrs", "Miss"}
