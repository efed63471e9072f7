"""How probable it is that a turn's speaker is right: one logistic decision, fitted by ``benchmarks.certainty``."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Final

from indextts.books.casting.turns import Scenes, SpokenTurn
from indextts.books.model import SURE, UNKNOWN
from indextts.platform.tables import tables_beside

TOLD: Final = ("tagged", "led", "acting", "weak")  # Kinds of evidence that name the speaker
DOUBTED: Final = 0.6  # How sure a speaker is at most whom a weak clue names, or beside whom a tag names a stranger
_NARRATED: Final = re.compile(r"\w\W*\w\W*\w")
_AROUND: Final = 4  # Turns before and after that tell of a scene, …
_NEAR: Final = 6  # … and lines
_RIVALS: Final = {
    "sexed_rivals": {"sexed"}, "unsexed_rivals": {"unsexed"}, "other_comes": {"comes", "acts_next"},
}  # fmt: skip


def judge(scenes: Scenes, owner: Mapping[str, str], doubted: Container[str] = ()) -> None:
    """Give each turn the probability that its speaker is right; what a clue itself leaves in doubt stays so, and whom
    one of the names ``doubted`` tells.
    """
    weights = tables_beside(__file__, "certainty.yaml")
    for number, (turn, found) in enumerate(evidence(scenes, owner)):
        if turn.kind == "goes_on":
            turn.sure = scenes.turns[number - 1].sure
        elif is_doubtful(scenes.turns, number) or any(clue.who.name in doubted for clue in turn.clues):
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
        found = {"any": 1.0}
        by = "told" if turn.kind in TOLD else "guessed"
        found[f"strange_near_{by}"] = min(1.0, sum(one.strange for one in around) / 2)
        found[f"here_{by}"] = float(turn.speaker in named)
        found[turn.kind] = 1.0
        if by == "guessed":
            ahead = math.log(turn.told / max(0.001, 1 - turn.told)) if turn.told else 0.0
            found[f"odds_{turn.kind}"], found["ahead"] = max(-1.0, min(2.0, ahead)), max(0.0, min(2.0, ahead - 2))
            found |= {f"who_{sign}": value for sign, value in turn.people.get(turn.speaker, {}).items()}
            others = [signs for name, signs in turn.people.items() if name != turn.speaker]
            for name, told_by in _RIVALS.items():
                found[name] = min(1.0, sum(not told_by.isdisjoint(signs) for signs in others) / 2)
            found["unread"] = float(narrated and not turn.clues)
        yield turn, found
