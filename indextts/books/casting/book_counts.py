"""What is counted over all chapters of a book, one after the other, before names are joined to people."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

from indextts.books.casting.lexicon import HIDDEN, owned_zh
from indextts.books.casting.people import Mention
from indextts.books.casting.turns import MOST, Scenes, SpokenTurn
from indextts.model.people import Gender
from indextts.voices.sexes import is_owned, may_be_either, role_sex, told_sex

_NAMED: Final = re.compile("(?:姓[\u4e00-\u9fff]{1,2}，)?(?:，?(?:名?叫(?:做|作)?|名唤|名为))?")
"""Between what somebody is and the name: 掌柜|姓区，名叫|区焕章, 局长|单于诚."""
_IS_KIN: Final = re.compile("，?(?:正|就|便|却|原来)?是[他她我]们?的?")
_CALLED: Final = re.compile("[，。,][他她]的?名?字?[叫是][做作]?$|(?:[Hh]is|[Hh]er|whose) name was $|s?he was called $")
"""Behind somebody described, before the name: *Her name was* Wilhelmina, 。她名叫|麦穗."""
_NEAR: Final = 20  # Characters of it
_IS_A: Final = re.compile(r", an? (?:[a-z-]+ ){0,3}?(woman|lady|girl|man|gentleman|fellow|lad|boy)\b")
"""What somebody is, behind the name: The judge, a *woman* of sixty."""
_WHOSE: Final = re.compile(r"(?<=[.!?] )(Her|His) ")
_PARENTS: Final = frozenset(("父亲", "爸爸", "母亲", "妈妈"))
_BODY: Final = re.compile(
    r"[^.!?\n]{0,60}?\b(her|his) (?:own )?"
    r"(?:arms|eyes|head|shoulders|hair|lips?|chin|brows?|throat|breath|legs|feet|nose)\b"
)
"""Behind somebody, what he or she does with the own body: *folded her arms*."""
_PARENT: Final = re.compile(r"(.+)['’]s (?:[a-z]+ )?(mother|father|mum|mom|mam|mama|dad|papa)")
_NOT_BESIDE: Final = re.compile(
    f"[.!?…。！？{HIDDEN}]|^[\\W_]*$|\\b(?:or|alias|called|known|named?|now|became|signed)\\b|[叫名称或是]"
)
"""Between two names: no sentence that tells of both as of two people."""
_STATED: Final = 100  # What that counts for beside the sex that a title tells: The nurse, a tall man
_TELLS: Final = 0.75  # How surely what stands beside a quotation has to tell who says it where no verb does
_FEW: Final = 3
"""Chapters in which one youth of a book may be the youth who once said his name; in more there are others."""
_BOUNDS: Final = frozenset(("", *"，。！？：；…—、\n", HIDDEN))


class BookCounts:
    """Takes the chapters of a book in order."""

    def __init__(self) -> None:
        self.places: defaultdict[str, list[int]] = defaultdict(list)  # The chapters where each name is
        self.apart: set[frozenset[str]] = set()
        """Names of two people: who answer each other, who call each other, or of both of whom a sentence tells."""
        self.children: set[str] = set()  # Who calls somebody father or mother
        self.parents: defaultdict[str, set[Gender]] = defaultdict(set)
        """The sexes of those who are called the parent of each."""
        self.narrated: defaultdict[str, set[int]] = defaultdict(set)
        """The chapters in which the narration has each name."""
        self.told: set[str] = set()  # Names that tell who speaks
        self._chapters = 0
        self._named: Counter[str] = Counter()
        self._beside: Counter[str] = Counter()
        self._told_first: set[str] = set()
        """Of those beside quotations: the ones that a clue has before anybody is called so."""
        self._heard: Counter[tuple[tuple[str, ...], Gender]] = Counter()
        self._roles: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._presented: defaultdict[str, set[str]] = defaultdict(set)

    def take(self, scenes: Scenes) -> None:
        """One more chapter, of which turns and mentions are there."""
        here = dict.fromkeys(who.name for line in scenes.mentions for who in line)
        last: list[Mention] = []
        for line in scenes.mentions:
            self._take_line(scenes.told, line)
            self._take_either(scenes.told, line, last)
            last = line or last
        for name in here:
            self.narrated[name].add(self._chapters)
        for turn in scenes.turns:
            self._take_turn(turn)
            here |= dict.fromkeys((*turn.called, *turn.own, *(clue.who.name for clue in turn.clues)))
        for turn, after in pairwise(scenes.turns):
            if (lines := after.line - turn.line) < 2:
                both = ([clue.who for clue in one.clues if clue.verb or lines] for one in (turn, after))
                self._are_two(*({who.name for who in one if who.kind == "name"} for one in both))
        for name in here:
            self.places[name].append(self._chapters)
        self._chapters += 1

    def _are_two(self, names: Iterable[str], others: Iterable[str]) -> None:
        self.apart |= {frozenset((one, other)) for one in names for other in others if one != other}

    def _take_line(self, told: str, line: list[Mention]) -> None:
        named: list[str] = []
        for who in line:
            if who.kind in ("name", "role", "me", "vague"):
                self._named[who.name] += 1
                if len(named) <= MOST and who.name not in named:
                    named.append(who.name)
            elif who.kind == "pronoun" and 0 < len(named) <= MOST and _acts(told, who):
                self._heard[tuple(named), who.gender] += 1
        for who in line:
            if owned := owned_zh().match(told, who.end):
                kin = [one.name for one in line if one.start == owned.end()]
                self._are_two((who.name,), kin)
                if kin and (sex := told_sex(owned["kin"])):
                    self._heard[(kin[0],), sex] += _STATED
            if parent := _PARENT.fullmatch(who.name):
                self.parents[parent[1]].add(role_sex(parent[2]))
            if who.kind == "name" and who.gender and who.end - who.start > len(who.name):
                self._heard[(who.name,), who.gender] += _STATED  # her daughter Ellie
                role = told[who.start : who.end - len(who.name) - 1]
                if is_owned(role) or role[:3] in ("my ", "My "):
                    self._roles[role[0].lower() + role[1:] if role[:3] in ("My ", "The") else role][who.name] += 1
            is_a = _IS_A.match(told, who.end) if who.kind in ("name", "role", "vague") else None
            if is_a and (sex := role_sex(is_a[1])):
                self._heard[(who.name,), sex] += _STATED
        if named and (whose := _WHOSE.search(told, line[0].end, told.find("\n", line[0].end) + 1 or len(told))):
            before = {who.name for who in line if who.kind == "name" and who.start < whose.start()}
            if len(before) == 1:
                self._heard[(*before,), "female" if whose[1] == "Her" else "male"] += 1
        described = ""
        for who in line:
            if who.kind == "name":
                if described and _CALLED.search(told, max(0, who.start - _NEAR), who.start):
                    self._presented[described].add(who.name)
                described = ""
            elif who.kind in ("role", "vague"):
                described = who.name
        for who, after in pairwise(line):
            between = told[who.end : after.start]
            if who.kind == after.kind == "name" and not _NOT_BESIDE.search(between):
                self._are_two((who.name,), (after.name,))
            if who.kind in ("role", "vague") and after.kind == "name" and _NAMED.fullmatch(between):
                self._presented[who.name].add(after.name)
            elif who.kind == "name" and after.kind in ("role", "vague") and between == "的":
                if told[: who.start].endswith("叫"):  # 一个叫阿莘的少年
                    self._presented[after.name].add(who.name)
            elif who.kind == "name" and after.kind in ("role", "vague") and between in (" ", ", "):
                ends = told[after.end : after.end + 1]
                if between == " " or ends in (",", "."):
                    self._roles[after.name][who.name] += 1

        nouns = [who for who in line if who.kind != "pronoun"]
        for who, elder, name in zip(nouns, nouns[1:], nouns[2:], strict=False):
            is_his = name.kind == "name" and elder.end == name.start and _IS_KIN.fullmatch(told[who.end : elder.start])
            if is_his and who.kind in ("role", "vague"):
                self._presented[who.name].add(name.name)  # 一个老人，是他外公解长贵

    def _take_either(self, told: str, line: list[Mention], last: list[Mention]) -> None:
        """Who has a name of men and women: *She* in the next line, folding *her* arms in the same sentence."""
        names = {who.name for who in last if who.kind == "name"}
        if line and line[0].kind == "pronoun" and len(names) == 1 and may_be_either(next(iter(names))):
            self._heard[(*names,), line[0].gender] += 1
        for who, after in pairwise([*line, None]):
            body = _BODY.match(told, who.end) if who and who.kind == "name" and may_be_either(who.name) else None
            if who and body and (after is None or after.start >= body.end()):
                self._heard[(who.name,), "female" if body[1] == "her" else "male"] += 1

    def _take_turn(self, turn: SpokenTurn) -> None:
        speakers = {clue.who.name for clue in turn.clues if clue.verb and clue.who.kind == "name"}
        self._are_two(speakers, {*turn.called} - {*turn.own})
        if _PARENTS & {*turn.called}:
            self.children |= {one.who.name for one in turn.clues if one.who.kind == "name" and one.sure >= _TELLS}
        for clue in turn.clues:
            if (clue.verb or clue.sure >= _TELLS) and clue.who.kind in ("role", "vague"):
                self._presented[clue.who.name] |= {*turn.own} - {*turn.called}
        self._beside.update([*turn.called, *(one for one in turn.own if one not in turn.called)])
        for clue in turn.clues:
            name = clue.who.name
            self.told.add(name)
            if clue.who.kind in ("name", "role", "vague", "me") and name not in self._beside:
                self._beside[name] = 1
                self._told_first.add(name)

    def counts(self) -> Counter[str]:
        """How often each name is used in narration and in address; one that tells who speaks, at least once."""
        counts = self._named.copy()
        for name, count in self._beside.items():
            counts[name] += count - (name in self._named and name in self._told_first)
        return counts

    def appositions(self) -> dict[str, str]:
        """Roles that the text gives to a name: ``Barnaby the owl``, ``Pip, the little mouse``."""
        return {role: names.most_common(1)[0][0] for role, names in self._roles.items() if len(names) == 1}

    def presented(self) -> dict[str, str]:
        """Whose name somebody described gives or has: ``“I'm Marsh,” said the man``; no such man is elsewhere."""
        found = {}
        for role, names in self._presented.items():
            if not names or not self.places[role]:
                continue
            name, here = next(iter(names)), {*self.places[role]}
            parts = [name, *name.split(), name[-2:]]  # Gareth Vaughan is where Vaughan is
            there = {place for part in parts for place in self.places.get(part, ())}
            apart = any({role, part} in self.apart for part in parts)
            # Hardly anywhere without him, and never before him
            same = here <= there or (min(here) == min(there) and 4 * len(here & there) >= 3 * len(here))
            if len(names) == 1 and same and not apart and (len(here) <= _FEW or 2 * len(here) >= len(there)):
                found[role] = name
        return found

    def heard(self, owner: Mapping[str, str]) -> dict[str, Counter[Gender]]:
        """How often a pronoun follows the only person named so far in a line; ``owner`` joins a person's names."""
        genders: defaultdict[str, Counter[Gender]] = defaultdict(Counter)
        for (names, gender), count in self._heard.items():
            people = {owner.get(name, name) for name in names}
            if len(people) == 1:
                genders[people.pop()][gender] += count
        return dict(genders)


def _acts(told: str, who: Mention) -> bool:
    """Whether a pronoun is a subject: 他 is one at the beginning of a clause, ``he`` always."""
    return told[who.start].isascii() or told[who.start - 1 : who.start] in _BOUNDS
