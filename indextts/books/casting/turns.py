"""Attributes each quotation by clues where there are some, else by presence, turns and address."""

from __future__ import annotations

import math
import pickle
import re
import zlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Final

from indextts.books.casting.clues import WEAK, Clue
from indextts.books.casting.clues_en import EnglishClues
from indextts.books.casting.clues_zh import ChineseClues
from indextts.books.casting.lexicon import HIDDEN, roles_zh, signs, words
from indextts.books.casting.people import Mention
from indextts.books.model import UNKNOWN, Chapter
from indextts.books.quotes import Quoted, find_quotes, paragraphs
from indextts.model.people import Gender
from indextts.platform.tables import tables_beside

ClueReader = ChineseClues | EnglishClues
SPOKEN: Final = 0.5  # How surely a quotation must be speech to be taken for it
NEAR: Final = 30  # Lines after which a person is forgotten unless named again
MOST: Final = 8  # Number of candidates for a speaker
_SENTENCE_ENDS: Final = re.compile(rf"[。！？：；…—.!?:;{HIDDEN}]")
_AGAIN: Final = re.compile(
    r"\b(?:repeated|continued|went|added|again|insisted|persisted|resumed)\b|又|再|接着|继续|补充|重复"
)
"""Words by which the same person goes on."""
NEW: Final = 3.0  # What it tells for somebody new that the word for him or her fits nobody there
NO_ONE: Final = -2.0  # Minimum score of a speaker chosen among the people present
_RETELLS: Final = 12  # Characters from who tells to whom it is about
MOST_MET: Final = 1000  # Number of people remembered only because they were addressed


@dataclass(slots=True)
class SpokenTurn:
    """Quotations of one line that one person says."""

    line: int
    quotes: list[Quoted]
    clues: list[Clue] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)  # Who gives the own name in it: ``I'm Dana``
    goes_on: bool = False  # Whether it continues the turn before it
    actor: Mention | None = None  # The person who acts in the narration right before …
    next_actor: Mention | None = None  # … and right behind
    retold: bool = False  # Whether the actor has said something that is told without its words
    speaker: str = ""
    sure: float = 0.0
    words: str = ""
    kind: str = "none"
    """What told the speaker: a clue by name, as ``tagged`` by a verb, or a pronoun, a vague word, an actor, no clue."""
    told: float = 0.0  # How sure the clue by name is, or how far the speaker is before all others
    people: dict[str, dict[str, float]] = field(default_factory=dict)
    """Who may say it where that is guessed, and what tells for and against each."""
    strange: bool = False  # Whether a tag names somebody who is not known as a person
    fixed: bool = False  # Whether a file or a person has named the speaker

    @property
    def named(self) -> bool:
        """Whether something names the speaker, so that he or she is not guessed."""
        return self.fixed or self.kind in ("tagged", "led", "acting")


@dataclass(slots=True)
class Scenes:
    """One chapter, read."""

    text: str
    lines: list[tuple[int, int]]
    quotes: list[list[Quoted]]
    told: str  # The text with what is quoted hidden
    turns: list[SpokenTurn] = field(default_factory=list)
    mentions: list[list[Mention]] = field(default_factory=list)  # Of each line

    def packed(self) -> bytes:
        """What :func:`decide` needs, in a hundredth of the memory: it waits until all chapters are read."""
        held = (self.lines, self.told, self.turns, self.mentions)
        return zlib.compress(pickle.dumps(held, pickle.HIGHEST_PROTOCOL), 1)

    @classmethod
    def unpacked(cls, text: str, data: bytes) -> Scenes:
        """The scenes of the chapter with ``text`` that were :meth:`packed`."""
        lines, told, turns, mentions = pickle.loads(zlib.decompress(data))
        return cls(text, lines, [], told, turns, mentions)


def read(chapter: Chapter, dashes: re.Pattern[str] | None) -> Scenes:
    """Find lines and quotations."""
    text = chapter.text
    lines = paragraphs(text)
    quotes = find_quotes(text, lines, dashes)
    parts, at = [], 0
    for quote in (quote for line in quotes for quote in line):
        parts += [text[at : quote.start], HIDDEN * (quote.end - quote.start)]
        at = quote.end
    return Scenes(text, lines, quotes, "".join([*parts, text[at:]]))


def cut(scenes: Scenes, clues: ClueReader, fixed: Mapping[int, str]) -> None:
    """Fill ``scenes.turns`` and ``scenes.mentions``; ``fixed``: known speakers by where their quotations begin."""
    told = scenes.told
    for place, (start, end) in enumerate(scenes.lines):
        scenes.mentions.append(list(clues.people.mentions(told, start, end)) if start < end else [])
        goes_on = any(line and line[0].goes_on for line in scenes.quotes[place + 1 : place + 2])  # “Listen:
        spoken = [
            quote
            for quote in scenes.quotes[place]
            if quote.dash or quote.goes_on or quote.start in fixed or (goes_on and not quote.closed)
            or clues.said(told, (quote.start, quote.end), scenes.text[slice(*quote.inner)]) >= SPOKEN
        ]  # fmt: skip
        _cut_line(scenes, clues, place, spoken, fixed)
        scenes.quotes[place] = spoken


def _cut_line(
    scenes: Scenes, clues: ClueReader, place: int, spoken: Sequence[Quoted], fixed: Mapping[int, str]
) -> None:
    start, end = scenes.lines[place]
    told, turn = scenes.told, None
    for number, quote in enumerate(spoken):
        left = spoken[number - 1].end if number else start
        right = spoken[number + 1].start if number + 1 < len(spoken) else end
        before = clues.before(told, left, quote.start)
        after = clues.after(told, quote.end, right, leads=number + 1 < len(spoken))
        strange = [clue is not None and clue.who.kind == "stranger" for clue in (before, after)]
        before, after = (None if odd else clue for odd, clue in zip(strange, (before, after), strict=True))
        if turn and _by_another(turn, before, after):
            turn = before = None
        if (
            turn is None
            or strange[0]
            or not _linked(told[left : quote.start], turn, before, fixed.get(quote.start), clues)
        ):
            turn = SpokenTurn(place, [], goes_on=number == 0 and quote.goes_on)
            scenes.turns.append(turn)
            if before:
                turn.clues.append(before)
            elif number == 0:
                _look_back(scenes, clues, turn)
            if number == 0:
                _look_ahead(scenes, clues, turn)
        elif before:
            turn.clues.append(Clue(before.who, before.sure - 0.1, before.words, before.verb))
        turn.quotes.append(quote)
        turn.strange |= any(strange)
        if after:
            turn.clues.append(after)
        called, own = clues.called(scenes.text, *quote.inner)
        turn.called += called
        turn.own += own
        turn.called += [clue.to for clue in (before, after) if clue and clue.to]
        if quote.start in fixed:
            turn.speaker, turn.sure, turn.fixed = fixed[quote.start], 1.0, True


def _by_another(turn: SpokenTurn, before: Clue | None, after: Clue | None) -> bool:
    """Whether a tag behind the next quotation of a line names another than the one behind the last: ``“Give it to me!”
    said Emily. “Say please,” said Mrs. Carter.``
    """
    if not (turn.clues and turn.clues[-1].verb and after and after.verb) or (before and before.verb):
        return False
    who, said = after.who, turn.clues[-1].who
    return {who.kind, said.kind} <= {"name", "role"} and said.name not in who.name and who.name not in said.name


def _linked(between: str, turn: SpokenTurn, before: Clue | None, fixed: str | None, clues: ClueReader) -> bool:
    """Whether what follows ``between`` is said by the speaker of ``turn``."""
    if fixed is not None and turn.fixed and fixed != turn.speaker:
        return False
    if not between.replace(HIDDEN, "").strip():
        return False
    if before is None:
        return True
    known = tuple(clue.who for clue in turn.clues[-MOST:] if clue.verb)
    return clues.same(between, before, known, open_turn=not turn.clues)


def _look_back(scenes: Scenes, clues: ClueReader, turn: SpokenTurn) -> None:
    """The speaker that a line of narration implies for a turn at the beginning of the next line."""
    place = turn.line - 1
    while place >= max(0, turn.line - 2) and scenes.lines[place][0] == scenes.lines[place][1]:
        place -= 1
    if place < 0 or scenes.lines[place][0] == scenes.lines[place][1]:
        return
    start, end = scenes.lines[place]
    last = scenes.quotes[place][-1].end if scenes.quotes[place] else start
    if last >= end:
        return
    if scenes.told[end - 1] in "：:":
        clue = clues.before(scenes.told, max(start, last), end)
        if clue:
            turn.clues.append(clue)
            return
    if not scenes.quotes[place]:
        turn.actor = clues.acts(scenes.told, start, end)
        turn.strange |= clues.unseen.search(scenes.told, max(start, end - 120), end) is not None
        near = [who for who in scenes.mentions[place] if turn.actor and 0 <= turn.actor.start - who.start < _RETELLS]
        turn.retold = any(clues.retold.match(scenes.told, who.end, end) for who in near)  # 李强告诉她，他累了


def _look_ahead(scenes: Scenes, clues: ClueReader, turn: SpokenTurn) -> None:
    """The person about whom the next line begins, if it is narration."""
    following = (place for place in range(turn.line + 1, min(turn.line + 3, len(scenes.lines))))
    place = next((place for place in following if scenes.lines[place][0] < scenes.lines[place][1]), None)
    if place is not None and not scenes.quotes[place]:
        turn.next_actor = clues.opens(scenes.told, *scenes.lines[place])


def decide(scenes: Scenes, owner: Mapping[str, str], genders: Mapping[str, Gender], told: Container[str]) -> None:
    """Attribute each turn. ``owner`` joins the names of one person; ``told`` are the speakers that clues name."""
    order = _Order(scenes, owner, genders, told)
    for before, turn in reversed([*pairwise(scenes.turns)]):
        if turn.goes_on and not before.clues:
            before.clues = [*turn.clues]  # told where it ends
    for turn in scenes.turns:
        _by_clue(turn, owner)
    for number in range(len(scenes.turns)):
        order.settle(number)


def _by_clue(turn: SpokenTurn, owner: Mapping[str, str]) -> None:
    """Take the best clue that names a person."""
    if turn.fixed:
        return
    called = {owner.get(name, name) for name in turn.called}
    turn.clues.sort(key=lambda clue: -clue.sure)
    for clue in turn.clues:
        name = owner.get(clue.who.name, clue.who.name)
        if clue.who.kind == "nobody":
            others = [one for one in turn.clues if one.who.kind in ("name", "role")]
            if others:
                name, clue = owner.get(others[0].who.name, others[0].who.name), others[0]
                turn.speaker, turn.told, turn.words, turn.kind = name, WEAK, clue.words, "weak"
                return
            turn.speaker, turn.sure, turn.words = UNKNOWN, 0.8, clue.words
            return
        if clue.who.kind == "pronoun" or (clue.who.kind == "vague" and name == clue.who.name):
            if clue.verb:
                return
            continue
        if name in called and not clue.verb:
            continue
        turn.speaker, turn.told, turn.words = name, clue.sure, clue.words
        turn.kind = "weak" if clue.sure <= WEAK else "tagged" if clue.verb else "led" if clue.sure > 0.9 else "acting"
        return


def weigh(found: Mapping[str, float]) -> float:
    """How much tells for a person who may say a turn, in logits; ``benchmarks.certainty`` fits the weights."""
    weights: Mapping[str, float] = tables_beside(__file__, "who.yaml")
    return sum(weights[sign] * value for sign, value in found.items())


class _Order:
    """Goes through the turns of a chapter from the first to the last."""

    def __init__(
        self, scenes: Scenes, owner: Mapping[str, str], genders: Mapping[str, Gender], told: Container[str]
    ) -> None:
        self._scenes = scenes
        self._owner = owner
        self._genders = genders
        self._told = told
        self._seen: dict[str, int] = {}  # People by the line where they were met last, the latest last …
        self._named_at: dict[str, int] = {}
        """… and by the line where they were named last, in the narration or by a tag."""
        self._times: Counter[str] = Counter()  # How often the narration has named each so far
        self._mentions = [(who, place) for place, line in enumerate(scenes.mentions) for who in line]
        self._next = 0
        """Of the mentions, the first one that is not read yet."""

    def _meet(self, name: str, line: int) -> None:
        self._seen.pop(name, None)
        self._seen[name] = line

    def _read_on(self, until: int) -> None:
        """Register all people named before ``until``."""
        while self._next < len(self._mentions) and self._mentions[self._next][0].start < until:
            who, place = self._mentions[self._next]
            name = self._owner.get(who.name, who.name)
            if name not in self._seen and self._scenes.told.startswith(("'s ", "’s ", "’s;"), who.end):
                pass  # her uncle's ledger: he need not be there
            elif who.kind == "role" and self._mentions[self._next + 1 - len(self._mentions)][0].start == who.end:
                pass  # 房东|拉鲁斯太太: one person
            elif who.kind in ("name", "role", "me") or (who.kind == "vague" and name in self._seen):
                self._meet(name, place)
                self._named_at[name] = place
                self._times[name] += 1
            self._next += 1

    def settle(self, number: int) -> None:
        turns = self._scenes.turns
        turn = turns[number]
        self._read_on(turn.quotes[0].start)
        if not turn.speaker and turn.goes_on and number:
            turn.speaker, turn.sure = turns[number - 1].speaker, turns[number - 1].sure
            turn.kind = "goes_on"
        if not turn.speaker:
            self._find(number)
        if turn.speaker != UNKNOWN:
            self._meet(turn.speaker, turn.line)
            if turn.named:
                self._named_at[turn.speaker] = turn.line
        for name in (*turn.called, *turn.own):
            known = self._owner.get(name)
            if known in self._seen:
                self._named_at[known] = turn.line
            if known and known not in self._seen and len(self._seen) < MOST_MET and known in self._told:
                self._seen = {known: turn.line, **self._seen}

    def _find(self, number: int) -> None:
        turn = self._scenes.turns[number]
        clue = next((clue for clue in turn.clues if clue.who.kind in ("pronoun", "vague")), None)
        gender: Gender = clue.who.gender if clue else ""
        turn.people = self._signs(number, gender, clue)
        scores = {name: weigh(found) for name, found in turn.people.items()}
        scores[UNKNOWN] = NO_ONE
        if clue and clue.verb and clue.who.name in scores and clue.who.name in words("zh", "aged"):
            elder = any(signs("elders") & set(name) for name in scores if name != clue.who.name)
            scores[clue.who.name] += 0.0 if elder else NEW
        best = max(scores, key=lambda name: scores[name])
        total = sum(math.exp(score - scores[best]) for score in scores.values())
        turn.speaker = best
        turn.kind = clue.who.kind + ("_tag" if clue.verb else "") if clue else "actor" if turn.actor else "none"
        turn.told = turn.sure = 1 / total
        if clue and clue.verb and best == clue.who.name and clue.who.name in words("zh", "aged") and turn.told > SPOKEN:
            turn.kind, turn.told = "tagged", 0.97  # 老人说, and nobody there is one by name
        turn.words = clue.words if clue else ""

    def _signs(self, number: int, gender: Gender, clue: Clue | None) -> dict[str, dict[str, float]]:
        """What tells for and against each who may say a turn; ``clue`` is the pronoun or vague word beside it."""
        turns = self._scenes.turns
        turn = turns[number]
        latest = islice(reversed(self._seen), MOST)
        people = [name for name in latest if turn.line - self._seen[name] <= NEAR]
        near = [place for place in (number - 2, number - 1, number + 1, number + 2) if self._near(number, place)]
        people += [turns[place].speaker for place in near if turns[place].speaker not in ("", UNKNOWN, *people)]
        actor, he = "", ""
        if turn.actor and turn.actor.kind == "pronoun":
            he = "" if turn.retold else turn.actor.gender
        elif turn.actor:
            actor = self._owner.get(turn.actor.name, turn.actor.name)
        own = self._owner.get(clue.who.name, clue.who.name) if clue and clue.who.kind == "vague" else ""
        follows = turn.next_actor
        coming = self._owner.get(follows.name, follows.name) if follows and follows.kind in ("name", "role") else ""
        # “Wren Halloway. I started Monday.” A name heard before is called.
        heard = self._seen if set(turn.own) & set(turn.called) else ()
        names = [name for name in (self._owner.get(one, one) for one in turn.own) if name not in heard]
        # “Grubb,” he said: called, or his own.
        alone = self._scenes.text[slice(*turn.quotes[0].inner)].rstrip(",.，。")
        alone = self._owner.get(alone, alone) if alone in turn.called and gender and clue and clue.verb else ""
        alone = "" if alone in self._seen else alone
        people += [name for name in (actor, own, coming, alone, *names) if name and name not in people]
        until = clue.who.start if clue else 0
        start, end = self._scenes.lines[turn.line]
        told = self._named(start, clue.who.start) if clue else set()
        ends = _SENTENCE_ENDS.search(self._scenes.told, clue.who.end, end) if clue and gender else None
        objects = self._named(clue.who.end, ends.start()) if clue and ends else set()  # 他看着王明
        clues = [one.who for one in turn.clues if one.who.kind in ("name", "role")]
        led = [who.name for who in clues if gender and who.end <= turn.quotes[0].start < until]
        subject = self._owner.get(led[0], led[0]) if led else ""  # Hester nodded. “Ask him,” she whispered.
        others = {one.speaker for one in turns[max(0, number - 4) : number]} - {"", UNKNOWN}
        at = bisect_right(self._scenes.lines, turn.actor.start, key=lambda line: line[0]) - 1 if turn.actor else 0
        beside = self._named(*self._scenes.lines[at]) if turn.actor else set()
        called = {place: {self._owner.get(one, one) for one in turns[place].called} for place in (number, *near)}
        out: dict[str, dict[str, float]] = {}
        for name in dict.fromkeys(people):
            known = self._genders.get(name, "")
            if name in called.get(number - 1, ()) and self._is_anothers(name, turns[number - 1].speaker, turn):
                turn.strange = True  # 小满的爸爸打来电话, who calls somebody 爸: who answers is told nowhere …
                continue
            if gender and name != own and name not in names and ((known and known != gender) or name in ("我", "I")):
                continue
            far = 1 if name in (actor, own) else NEAR
            found = {
                "sexed": bool(gender) and known == gender,
                "unsexed": bool(gender) and not known and name != own,
                "actor": name == actor and not turn.retold,
                "introduced": name in names,
                "me": name in ("我", "I"),
                "actor_me": name == actor and name in ("我", "I"),
                "beside": name in beside and name != actor and not turn.retold,
                "he": bool(he) and known == he,
                "other_sex": bool(he and known) and known != he,
                "comes": name == coming and name not in self._seen,
                "acts_next": name == coming and name in self._seen,
                "called": name in called[number] and name not in (alone, *names),
                "told_before": bool(gender) and name in told,
                "object": name in objects,
                "unseen": name not in self._seen and name not in (actor, own, coming),
                "role": name.startswith("the ") or name in roles_zh(),
                "far": math.log1p(turn.line - self._named_at.get(name, turn.line - far)),
                "often": math.log1p(self._times[name]),
                "own": name == own,
                "own_tag": name == own and clue is not None and clue.verb,
                "own_seen": name == own and own in self._seen,
            }
            if turn.retold and name == actor:
                found["same-1"] = 1
            for place in near:
                if turns[place].speaker != name:
                    found[f"calls{place - number:+d}"] = name in called[place]
                    continue
                goes_on = clue is not None and clue.verb and _AGAIN.search(clue.words)
                again = place == number - 1 and (goes_on or name == subject)
                # As far as it is sure that this is theirs
                sure = min(turns[place].told or 1.0, 0.5 if turns[place].strange and not turns[place].named else 1.0)
                found["again" if again else f"same{place - number:+d}"] = sure
                if place == number - 1 and turn.line - turns[place].line > 1:
                    found["apart"] = sure  # narration between
                found["same_crowd"] = found.get("same_crowd", 0) + (len(others) > 2 and abs(place - number) == 2)
            out[name] = {sign: float(value) for sign, value in found.items() if value}
        return out

    def _is_anothers(self, name: str, speaker: str, turn: SpokenTurn) -> bool:
        """Whether a relative who was named last before a ``turn`` is one of another than the ``speaker`` who calls."""
        if name.startswith("my "):
            return speaker != "I"
        until = bisect_left(self._mentions, turn.quotes[0].start, key=lambda one: one[0].start)
        named = (who for who, _ in reversed(self._mentions[:until]) if self._owner.get(who.name, who.name) == name)
        who = next(named, None)
        if who is None or who.kind != "role" or self._scenes.told[who.start - 1 : who.start] != "的":
            return False
        owner = self._scenes.told[max(0, who.start - 5) : who.start - 1]
        whose = {self._owner.get(owner[at:], owner[at:]) for at in range(len(owner))}
        return speaker not in whose and owner[-1:] not in ("他", "她", "我", "己", "们")

    def _named(self, start: int, stop: int) -> set[str]:
        """The people named from ``start`` to ``stop``; of many the last ones."""
        low, high = (bisect_left(self._mentions, at, key=lambda one: one[0].start) for at in (start, stop))
        return {self._owner.get(who.name, who.name) for who, _ in self._mentions[max(low, high - MOST) : high]}

    def _near(self, number: int, place: int) -> bool:
        """Whether the turn at ``place`` belongs to the same exchange."""
        turns = self._scenes.turns
        if not 0 <= place < len(turns):
            return False
        low, high = sorted((turns[number].line, turns[place].line))
        if high - low > 2 * abs(place - number):
            return False
        return all(self._scenes.lines[line][0] != self._scenes.lines[line][1] for line in range(low, high))
