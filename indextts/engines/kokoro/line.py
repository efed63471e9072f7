"""Writes a segment's tokens as one line of Kokoro's symbols, and knows which symbols are whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from indextts.engines.kokoro.spelling import V1_0, Spelling
from indextts.engines.kokoro.symbols import MOST_SYMBOLS, english
from indextts.model.errors import StudioError
from indextts.model.sources import MARKUP, USER
from indextts.model.utterance import Segment, Token

_ENDS: Final = {"question": "?", "exclamation": "!"}
"""The mark at a segment's end by its intonation; a full stop for all others."""
_CLAUSE: Final = 3
"""The least level of a break that is written as a comma."""
_FEW: Final = 5
"""Syllables below which a text with Mandarin is carried: spoken alone, it loses its tones."""
_GOOD: Final = ((_CLAUSE, 200), (2, 250), (0, MOST_SYMBOLS))
"""The longest line, in symbols, that is not cut at a break of that level: a pass is to last 10 s or so."""
_PART: Final = 0.25
"""The least share of a line that is cut off."""
_LISTED: Final = frozenset({"cetera"})
"""Ends of abbreviations after which a list ends, also where no phrase does."""
_BRACKETS: Final = frozenset("()（）[]［］【】〔〕")
_RHOTIC: Final = "er5"
"""The reading of 儿 where it colours the syllable before."""

_Said = tuple[Token, str]
"""A token and its symbols."""


@dataclass
class Gap:
    """What stands between two tokens: a space, or a mark and a space."""

    level: int
    """The break's level."""
    places: list[int]
    """Its symbols' places in the line."""
    chosen: bool = False
    """Whether a person or a mark has set it."""


@dataclass
class Line:
    """One line of symbols, zeros at both ends; places count from the first zero."""

    ids: list[int]
    spans: list[tuple[int, int]]
    """First and one past the last place of each spoken token."""
    tokens: list[Token]
    gaps: list[Gap | None] = field(default_factory=list)
    """What follows each spoken token but the last."""
    carried: bool = False
    """Whether a sentence stands around it that is not to be heard."""
    level: int = 0
    """Of the break at which the segment was cut after it; 0 at the segment's end."""

    @property
    def symbols(self) -> int:
        """How many symbols there are, without the zeros."""
        return len(self.ids) - 2

    def runs(self, lang: str) -> list[tuple[int, int]]:
        """First and one past the last place of each run of tokens in one language."""
        found: list[tuple[int, int]] = []
        before = ""
        for token, (first, last) in zip(self.tokens, self.spans, strict=True):
            if token.lang == lang:
                found = [*found[:-1], (found[-1][0], last)] if before == lang else [*found, (first, last)]
            before = token.lang
        return found


def write(segment: Segment, spelling: Spelling = V1_0, *, british: bool = False) -> list[Line]:
    """Write ``segment``, whose tokens have readings, for a model: one line, or several where one would be long.

    It is cut at breaks, and never inside a word unless that is longer than a line. Raises :class:`StudioError`
    ``unknown_symbol`` for a reading that cannot be written.
    """
    spoken = [token for token in segment.tokens if token.phones]
    end = _ENDS.get(segment.intonation, ".") if spoken else ""
    return _lines(list(zip(spoken, _written(spoken, spelling, british), strict=True)), _levels(segment), end, spelling)


def _levels(segment: Segment) -> list[int]:
    """The level of the break after each spoken token.

    A bracket divides as a comma does, and so does the full stop of an abbreviation where a phrase ends.
    """
    levels: list[int] = []
    last: Token | None = None
    for token in segment.tokens:
        if token.phones:
            written = segment.text[max(0, token.start - segment.start) : max(0, token.end - segment.start)]
            shortened = written.endswith(".") and (token.break_after > 1 or token.text in _LISTED)
            divides = shortened and not _was_chosen(token)
            levels.append(max(token.break_after, _CLAUSE if divides else 0))
            last = token
        elif last is not None and last.break_after and not _was_chosen(last) and _BRACKETS & set(token.text):
            levels[-1] = max(levels[-1], _CLAUSE)
    return levels


def _was_chosen(token: Token) -> bool:
    return token.break_source in (USER, MARKUP)


def _lines(spoken: list[_Said], levels: list[int], end: str, spelling: Spelling) -> list[Line]:
    line = _line(spoken, levels, end, spelling)
    within = range(1, len(spoken))
    words = [place for place in within if spoken[place][0].word != spoken[place - 1][0].word]
    for level, limit in _GOOD:
        if line.symbols <= limit:
            return [line]
        places = [place for place in words if levels[place - 1] >= level and _share(line, place) >= _PART]
        if places:
            break
    else:
        places = words or list(within)
    if not places:
        raise StudioError("segment_too_long", length=line.symbols, limit=MOST_SYMBOLS)
    cut = max(places, key=lambda place: _share(line, place))
    mark = "," if levels[cut - 1] >= _CLAUSE else ""
    first = _lines(spoken[:cut], levels[:cut], mark, spelling)
    first[-1].level = levels[cut - 1]
    return [*first, *_lines(spoken[cut:], levels[cut:], end, spelling)]


def _share(line: Line, place: int) -> float:
    """The smaller share of the symbols when ``line`` is cut before the token at ``place``."""
    before = line.spans[place][0] / len(line.ids)
    return min(before, 1.0 - before)


def _line(spoken: list[_Said], levels: Sequence[int], end: str, spelling: Spelling) -> Line:
    tokens = [token for token, _ in spoken]
    carrier = _carrier(tokens, spelling)
    before, after = carrier or ("", end)
    ids: list[int] = [0, *spelling.numbers(before)]
    spans: list[tuple[int, int]] = []
    gaps: list[Gap | None] = []
    for place, (token, written) in enumerate(spoken):
        begin = len(ids)
        ids += spelling.numbers(written)
        spans.append((begin, len(ids)))
        if place + 1 == len(spoken):
            break
        between = _between(token, levels[place], tokens[place + 1], spelling)
        begin = len(ids)
        ids += spelling.numbers(between)
        gaps.append(Gap(levels[place], list(range(begin, len(ids))), _was_chosen(token)) if between else None)
    ids += spelling.numbers(after)
    return Line([*ids, 0], spans, tokens, gaps, carrier is not None)


def _carrier(spoken: Sequence[Token], spelling: Spelling) -> tuple[str, str] | None:
    """What a short text is spoken within; nothing around a longer one, and around English, which needs none."""
    short = syllables(spoken) < _FEW and any(token.lang == "zh" for token in spoken)
    return spelling.carrier if short else None


def syllables(tokens: Sequence[Token]) -> int:
    """How many syllables ``tokens`` have."""
    return sum(part[-1:].isdigit() for token in tokens for part in token.reading.split())


def _written(spoken: Sequence[Token], spelling: Spelling, british: bool) -> list[str]:
    """The symbols of each token. Where no English word stands out, the last one does: A alone is no article."""
    stressed = [token.lang != "en" or not token.prominence_source or token.prominence > 0 for token in spoken]
    stressed[-1:] = [stressed[-1] or not any(stressed)] if stressed else []
    written = [_sounds(*each, spelling, british) for each in zip(spoken, stressed, strict=True)]
    last: tuple[int, int] | None = None
    for place, (token, sounds) in enumerate(zip(spoken, written, strict=True)):
        for part, reading in enumerate(token.reading.split()):
            joined = part > 0 or (place > 0 and _colours(spoken[place - 1], token, spelling))
            if reading == _RHOTIC and spelling.rhotic is not None and joined and last is not None:
                before, at = last
                written[before][at], sounds[part] = spelling.rhotic(written[before][at])
                last = None
            else:
                last = (place, part) if token.lang == "zh" and len(sounds) > part else None
    return ["".join(sounds) for sounds in written]


def _sounds(token: Token, stressed: bool, spelling: Spelling, british: bool) -> list[str]:
    """A token's syllables as they are written, an English word as one."""
    try:
        if token.lang == "en" and token.reading[:1].isupper():
            return [english(token.reading, british=british, stressed=stressed)]
        return [spelling.mandarin(part) for part in token.reading.split()]
    except StudioError as error:
        raise StudioError("unknown_symbol", text=token.text, reading=token.reading) from error


def _colours(token: Token, after: Token, spelling: Spelling) -> bool:
    """Whether ``after`` is a 儿 that is written as a part of the syllable before it."""
    joined = token.lang == "zh" and token.break_after < _CLAUSE
    return joined and spelling.rhotic is not None and after.reading == _RHOTIC


def _between(token: Token, level: int, after: Token, spelling: Spelling) -> str:
    if _colours(token, after, spelling):
        return ""
    if level >= _CLAUSE:
        return ", "
    mandarin = token.lang == after.lang == "zh"
    if mandarin and token.word == after.word and not level:
        return ""
    return spelling.between if mandarin else " "
