"""English verbalisers of scores in games: sets of tennis, records of a season, minutes of a match."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text.en.tables import BESIDE
from indextts.reading.text.numbers import en_cardinal, en_small
from indextts.reading.text.verbalizers import Match

_SET: Final = re.compile(r"(?:6-[0-4]|7-[56]|[0-4]-6|[56]-7)(?![\d-])")  # What a set of tennis can end with.
_BREAK: Final = r"(?: ?\(\d{1,2}(?:-\d{1,2})?\))?(?:, ?(?:and )?| and |; | )"
_SET_AHEAD: Final = re.compile(rf"(?<![\d-])({_SET.pattern}){_BREAK}$")
_SET_BEHIND: Final = re.compile(rf"{_BREAK}({_SET.pattern})")

_STANDING: Final = re.compile(
    r"\b(?!(?:Age|Table|Chapter|Section|Part|Page|Grade|Level|Unit|Figure|Item|Week|Day|Step|Year|Question|Row|Line)s?\b"
    r"|Appendix|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)[A-Z]\w+ \(\d{1,2}[-–]\d{1,2}(?:[-–]\d{1,2})?\)"
)
"""A team and its record; a sentence that has two tells of a game."""


def tennis_set(match: Match) -> str | None:
    """``6-4, 7-6``: a set has no "to"; one alone needs a word of the game near it."""
    text, (start, end) = match.string, match.span()
    written = match.group().replace("–", "-")
    left, right = text[max(0, start - 24) : start].replace("–", "-"), text[end : end + 24].replace("–", "-")
    is_set = _SET.fullmatch(written) is not None
    beside = _SET_AHEAD.search(left) or _SET_BEHIND.match(right)
    won = beside is not None and any(each[0] > each[2] for each in (written, beside[1]))  # 3-6, 5-7 may be ages.
    tied = re.search(r"(?:7-6|6-7) ?\($", left) and right.startswith(")")
    named = BESIDE["tennis"].search(text) is not None and not BESIDE["things"].match(right)
    if not (tied or (is_set and (won or named)) or (beside and named)):
        return None
    love = "love" if match["b"] == "0" and is_set else en_cardinal(match["b"])
    return f"{en_cardinal(match['a'])} {love}"


def season_record(match: Match) -> str | None:
    """``a 10-3 record``, ``the Jazz (12-4-1)``: won, lost and drawn; ``won 3-1``."""
    beside = f"{match.string[max(0, match.start() - 40) : match.start()]}#{match.string[match.end() :][:24]}"
    of_teams = "(#)" in beside and len(_STANDING.findall(match.string)) > 1
    record, zero = of_teams or BESIDE["record"].search(beside), "oh"
    if not record:
        if match["c"] or not BESIDE["score"].search(beside):
            return None
        zero = "nil"
    parts = [zero if match[part] == "0" else en_cardinal(match[part]) for part in ("a", "b", "c") if match[part]]
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 2 else (" and " if record else " ").join(parts)


def players(match: Match) -> str:
    """``the 49ers``, ``the 76ers``."""
    said = en_small(int(match["n"]))
    return f"{said}rs" if said.endswith("e") else f"{said}ers"
