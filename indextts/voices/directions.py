"""What a script tells and nobody says: sounds, music, silences, and how something is said.

quiet("It was [inaudible] cold.")  # It was cold.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Final

from indextts.platform.tables import pattern_of, tables_beside

_FILE: Final = "directions.yaml"
BRACKETS: Final = ("(", "（", "[", "*", "_", "【")
_WIDE: Final = {0xFF21 + number: 0x41 + number for number in range(26)}  # Letters of full width as usual ones
_BOUNDS: Final = tuple('.!?…—–-。！？~～”」"')
_LINE: Final = re.compile(r"[^\n]+")
_ASIDE: Final = re.compile(r"\s?[*_]{0,2}[\[(（【]([^\[\]()（）【】]{1,14})[\])）】][*_]{0,2}")


def in_one_form(label: str) -> str:
    """``label`` with single spaces, and its letters of the usual width."""
    return " ".join(label.split()).translate(_WIDE)


def cue(line: str) -> str:
    """What kind of line that is not said: a ``sound_cue``, a ``pause``, what is ``heard``; empty for any other."""
    kinds = ("sound_cue", "pause") if line.startswith(BRACKETS) else ()
    return next((kind for kind in (*kinds, "heard") if pattern_of(__file__, kind, _FILE).fullmatch(line)), "")


def quiet(said: str, *, how: bool = False) -> str:
    """A line without what is heard beside it (``我也不知道（笑）。``), and with ``how`` without how it is said."""
    for start, end in reversed([*_asides(said, 0, len(said), how=how)]):
        said = said[:start] + said[end:]
    return said


def unsaid(text: str, said: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where something stands in a script that nobody says, also beside their lines; ``said`` is what people say."""
    lines = [line for line in _LINE.finditer(text) if line[0].strip()]
    yield from (line.span() for line in lines if cue(line[0].strip()))
    done, begins = pattern_of(__file__, "done", _FILE), {text.rfind("\n", 0, begin) + 1 for begin, _ in said}
    kinds = "".join("s" if one.start() in begins else "d" if done.fullmatch(one[0]) else "-" for one in lines)
    yield from (one.span() for run in re.finditer("(?<=s)d+|d+(?=s)", kinds) for one in lines[slice(*run.span())])
    for place in said:
        for line in _LINE.finditer(text, *place):
            yield from _asides(text, *line.span(), how=True)


def _asides(text: str, at: int, end: int, *, how: bool) -> Iterator[tuple[int, int]]:
    if how and (match := pattern_of(__file__, "how", _FILE).match(text, at, end)):
        yield match.span()
        at = match.end()
    found = [match.span() for match in _ASIDE.finditer(text, at, end) if is_sound(match[1])]
    for match in pattern_of(__file__, "acted", _FILE).finditer(text, at, end) if how else ():
        # Elsewhere it is what the speaker stresses: he *sings*.
        is_heard = match["act_zh"] or match["act"].partition(" ")[0] in sounds("en")
        first = not text[at : match.start()].strip() or text[: match.start()].rstrip().endswith(_BOUNDS)
        if (first and (match["verb"] or is_heard)) or (is_heard and not text[match.end() : end].strip()):
            found.append(match.span())
    yield from sorted(found)


def is_sound(text: str) -> bool:
    """Whether words in brackets tell of a sound, or of how something is said."""
    found = set(re.findall(r"[a-z_]+", text.casefold()))
    return bool(found & sounds("en")) or any(word in text for word in sounds("zh"))


@functools.cache
def sounds(language: str) -> frozenset[str]:
    """Words for sounds, and for how something is said."""
    return frozenset(tables_beside(__file__, _FILE)[f"sounds_{language}"].split())
