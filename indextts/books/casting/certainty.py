"""How probable it is that a turn's speaker is right: one logistic decision, fitted by ``benchmarks.certainty``."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from indextts.books.casting.turns import Scenes, SpokenTurn
from indextts.books.model import SURE, UNKNOWN
from indextts.platform.tables import tables_beside

TOLD: Final = ("tagged", "led", "acting", "weak")
"""Kinds of evidence that name the speaker."""
DOUBTED: Final = 0.6
"""How sure a speaker is at most whom a weak clue names, or beside whom a tag names a stranger."""
_NARRATED: Final = re.compile(r"\w\W*\w\W*\w")
_AROUND: Final = 4  # Turns before and after that tell of a scene, …
_NEAR: Final = 6  # … and lines


def judge(scenes: Scenes, owner: Mapping[str, str]) -> None:
    """Give each turn the probability that its speaker is right; what a clue itself leaves in doubt stays so."""
    weights = tables_beside(__file__, "certainty.yaml")
    for number, (turn, found) in enumerate(evidence(scenes, owner)):
        if turn.kind == "goes_on":
            turn.sure = scenes.turns[number - 1].sure
        elif is_doubtful(scenes.turns, number):
            turn.sure = min(turn.told, DOUBTED)
        elif not turn.fixed and turn.speaker != UNKNOWN:
            total = weights["offset"] + sum(weights.get(name, 0.0) * value for name, value in found.items())
            turn.sure = round(1 / (1 + math.exp(-total)), 3)


def is_doubtful(turns: Sequence[SpokenTurn], number: int) -> bool:
    """Whether a weak clue names the speaker, or a tag a stranger: of this turn, or of the one that it answers."""
    turn, before = turns[number], turns[number - 1]
    answers = turn.kind == "none" and 0 < turn.line - before.line < 3
    weak = (turn.kind in TOLD and turn.told < SURE) or _is_strange(turn) or (answers and _is_strange(before))
    return weak and not turn.fixed


def _is_strange(turn: SpokenTurn) -> bool:
    return turn.strange and not (turn.clues and turn.clues[0].verb)


def evidence(scenes: Scenes, owner: Mapping[str, str]) -> Iterator[tuple[SpokenTurn, dict[str, float]]]:
    """What tells for and against the speaker of each turn; ``owner`` joins the names of one person."""
    turns = scenes.turns
    line, named, narrated = -1, set[str](), False
    for number, turn in enumerate(turns):
        if turn.line != line:
            line = turn.line
            named = {owner.get(who.name, who.name) for who in scenes.mentions[line]}
            start, end = scenes.lines[line]
            narrated = _NARRATED.search(scenes.told, start, end) is not None
        around = turns[max(0, number - _AROUND) : number + _AROUND + 1]
        around = [one for one in around if abs(one.line - line) <= _NEAR]
        unclear = sum(one is not turn and one.kind in ("none", "vague", "weak") for one in around)
        found = {"any": 1.0, "unclear_near": unclear / len(around)}
        by = "told" if turn.kind in TOLD else "guessed"
        found[f"strange_near_{by}"] = min(1.0, sum(one.strange for one in around) / 2)
        found[f"here_{by}"] = float(turn.speaker in named)
        found[turn.kind] = 1.0
        if by == "guessed":
            beside = {one.speaker for one in turns[max(0, number - 1) : number + 2] if abs(one.line - line) == 1}
            found["odds"] = max(-1.0, min(2.0, math.log(turn.told / max(0.01, 1 - turn.told)))) if turn.told else 0.0
            told = (abs(one.line - line) for one in around if one.speaker == turn.speaker and one.kind in TOLD[:2])
            found["distance"] = min(told, default=_NEAR) / _NEAR
            found["alike"] = float(turn.speaker in beside)
            found |= {f"who_{sign}": value for sign, value in turn.people.get(turn.speaker, {}).items()}
            rivals = sum("unsexed" in signs for name, signs in turn.people.items() if name != turn.speaker)
            found["unsexed_rivals"] = min(1.0, rivals / 2)
            found["unread"] = float(narrated and not turn.clues)
            found |= _doubts(scenes, owner, number)
        yield turn, found


def _doubts(scenes: Scenes, owner: Mapping[str, str], number: int) -> dict[str, float]:
    """What makes a guess less sure: others at hand, and guesses that it goes by."""
    turns = scenes.turns
    turn = turns[number]
    found: dict[str, float] = {}
    called = {owner.get(name, name) for name in turn.called}
    recent = {
        name for name, signs in turn.people.items() if name != turn.speaker and signs.get("far", 0.0) < 1.8
    }
    before = turns[number - 1] if number and turn.line - turns[number - 1].line < 3 else None
    rest = recent - called - ({before.speaker} if before else set())
    found["third"] = min(1.0, len(rest) / 2)
    found["me"] = float(turn.speaker in ("我", "I"))
    if turn.actor:
        place = next(at for at, (start, end) in enumerate(scenes.lines) if start <= turn.actor.start <= end)
        others = {owner.get(who.name, who.name) for who in scenes.mentions[place] if who.kind != "pronoun"} - {turn.speaker}
        found["actor_beside"] = min(1.0, len(others - called) / 2)
        found["actor_calls"] = float(bool(others & called))
        found["actor_me"] = float(turn.speaker in ("我", "I"))
        found["actor_back"] = min(1.0, (scenes.lines[place][1] - turn.actor.end) / 100)
    if before:
        names = {owner.get(name, name) for name in before.called} - {before.speaker}
        found["calls_other"] = float(bool(names) and turn.speaker not in names)
    weakest, chain = 1.0, 0
    at = number - 1
    while at >= 0 and turns[at + 1].line - turns[at].line < 3 and not turns[at].named:
        weakest, chain = min(weakest, turns[at].told or 0.5), chain + 1
        at -= 1
    found["chain"] = min(1.0, chain / 4)
    found["weakest"] = 1 - weakest
    return found
