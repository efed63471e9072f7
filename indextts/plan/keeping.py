"""A person's fixes, put on a text when it is spoken again.

    keeping = Keeping(fixes.plan, utterance)     # its sentences are known, and not read yet
    keeping.recast(utterance.segments, is_there) # which voice says them, which take, and the silence behind
    keeping.put_on(utterance.segments[0])        # ... once that one is read

Equal sentences are found as the editor finds them (:func:`indextts.plan.carrying.matched`), wherever they went. In a
sentence that was changed a fix stays where its word, or character, and what stands beside it are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual
from indextts.model.sources import MARKUP, USER
from indextts.model.utterance import Segment, Token, Utterance
from indextts.plan.alignment import carry, pairs_of
from indextts.plan.carrying import matched
from indextts.plan.fixes import is_fixed, places
from indextts.plan.pauses import last_spoken
from indextts.platform.run import Run
from indextts.reading.phonemes.annotate import revise, symbols_of
from indextts.reading.text.chars import foreign_script

ALIKE: Final = 0.5
"""Two sentences with so large a share of the shorter one's words in common may be the same, changed."""
_SCRIPTS: Final = {
    **{"Arabic": "阿拉伯文字母", "Armenian": "亚美尼亚文字母", "Bengali": "孟加拉文字母", "Cyrillic": "西里尔字母"},
    **{"Devanagari": "天城文字母", "Georgian": "格鲁吉亚文字母", "Hangul": "韩文", "Hebrew": "希伯来文字母"},
    **{
        "Hiragana": "日文假名",
        "Katakana": "日文假名",
        "Khmer": "高棉文字母",
        "Lao": "老挝文字母",
        "Myanmar": "缅文字母",
    },
    **{"Mongolian": "蒙古文字母", "Tamil": "泰米尔文字母", "Thai": "泰文字母", "Tibetan": "藏文字母"},
}
_LETTERS: Final = re.compile(r"[^\W\d_][\w\u0300-\u036f\u0900-\u0fff]+")
_LATIN: Final = re.compile(r"[a-z\u00c0-\u024f\d'’]+")
_NEARLY: Final = 0.8
"""Where several may be, those count that come so near to the best."""


class Keeping:
    """Puts the fixes of one text on the sentences of another."""

    def __init__(self, old: Utterance, new: Utterance) -> None:
        there, here = ([segment.text.strip() for segment in one.segments] for one in (old, new))
        pairs = matched(there, here)
        self._same = {new.segments[b].start: old.segments[a] for a, b in pairs if places(old.segments[a])}
        taken, met = {a for a, _ in pairs}, {b for _, b in pairs}
        rest = [segment for place, segment in enumerate(new.segments) if place not in met]
        self._changed: dict[int, list[Segment]] = {}
        for place, segment in enumerate(old.segments):
            if place not in taken and places(segment):
                for other in _alike(segment, rest):
                    self._changed.setdefault(other.start, []).append(segment)
        self._put: dict[tuple[int, int], int] = {}
        """Words that were found again, by their sentence and first token, and the sentence that has them now."""
        tokens = [token for segment in old.segments for token in segment.tokens]
        self.symbols = sum(len(symbols_of(token)) for token in tokens if token.reading_source == USER)
        """How much the readings can add to what the voice says, in symbols."""
        self.stretches = any(token.duration_scale > 1.0 for token in tokens)
        """Whether something is said slower than predicted."""

    def recast(self, segments: Iterable[Segment], is_there: Callable[[str], bool]) -> None:
        """Give the sentences ``segments`` their voices, as far as one ``is_there``, takes and silences, in place.

        A sentence that was changed has what the one that it may come from had; a mark in the new text goes before.
        """
        for segment in segments:
            same, changed = self._same.get(segment.start), self._changed.get(segment.start, [])
            for old in [same] if same is not None else changed[:1]:
                if old.voice_source == USER and is_there(old.voice):
                    segment.voice, segment.voice_source = old.voice, USER
                segment.seed = old.seed
                ends = old.text.strip()[-1:] == segment.text.strip()[-1:]
                if old.pause_source == USER and segment.pause_after_s is None and ends:
                    segment.pause_after_s, segment.pause_source = old.pause_after_s, USER

    def put_on(self, segment: Segment) -> None:
        """Put them on a sentence of the new text, in place, now that it is read.

        Raises :class:`StudioError` ``unknown_symbol`` for a reading that the voice cannot say.
        """
        changed = False
        if (same := self._same.get(segment.start)) is not None:
            ends = {id(last_spoken(same)), id(last_spoken(segment))}
            for was, now in pairs_of(same.tokens, segment.tokens):
                changed |= carry(was, now, same_end=(id(was) in ends) == (id(now) in ends))
            _put_whole(same, segment)
        for old in self._changed.get(segment.start, ()):
            for was, now in self._still_there(old, segment):
                changed |= carry(was, now, same_end=True)
            if _ends_alike(old, segment):
                _put_whole(old, segment)
        if changed:
            revise(segment)

    def _still_there(self, old: Segment, new: Segment) -> Iterator[tuple[Token, Token]]:
        """The tokens of fixed words that stand in a changed sentence as before, each word in one sentence alone."""
        for run in _runs(old.tokens):
            first = _found(old.tokens, run, new.tokens)
            if first is None or self._put.setdefault((id(old), run.start), new.start) != new.start:
                continue
            yield from zip(old.tokens[run.start : run.stop], new.tokens[first:], strict=False)


def put_on_all(keeping: Keeping | None, segments: Sequence[Segment], run: Run) -> None:
    """Put them on the sentences ``segments`` of the new text, in place, if there are any; a character that has no
    reading then, and a word of another script, are told once each.
    """
    if keeping is not None:
        for segment in segments:
            keeping.put_on(segment)
    unread = (token for segment in segments for token in segment.tokens if token.kind == "hanzi" and not token.reading)
    if (first := next(unread, None)) and not any(one.code == "character_unread" for one in run.warnings):
        run.warnings.append(StudioError("character_unread", first=printable(first.text)))
    if word := next(filter(None, map(_foreign, segments)), ""):
        script = foreign_script(word[0])
        if not any(one.code == "script_respelt" for one in run.warnings):
            names = Bilingual(f"{script} letters", _SCRIPTS.get(script, "其他语言的文字"))
            run.warnings.append(StudioError("script_respelt", first=printable(word), script=names))


def _foreign(segment: Segment) -> str:
    """The first word, of two letters or more, that is read by its Latin spelling because of its script."""
    for token in segment.tokens:
        if token.reading_source != USER and any(change.rule == "character" for change in token.changes):
            word = _LETTERS.match(segment.text, token.start - segment.start)
            if word and all(map(foreign_script, word[0][:2])):
                return word[0]
    return ""


def _alike(segment: Segment, others: Sequence[Segment]) -> list[Segment]:
    """Those of ``others`` that ``segment`` may have become, or of which it has become a part."""
    own = _words(segment)
    shares = [_share(own, _words(other)) for other in others]
    least = max(ALIKE, _NEARLY * max(shares, default=0.0))
    return [other for other, share in zip(others, shares, strict=True) if share >= least]


def _words(segment: Segment) -> dict[str, float]:
    """Words and pairs of characters with what they count: short words stand in every sentence."""
    text = segment.text.strip().lower()
    words = {word: max(len(word) - 2, 0.25) for word in _LATIN.findall(text)}
    signs = pairwise(f" {_LATIN.sub(' ', text)}")
    return words | {one + other: 1.0 for one, other in signs if one.isalnum() or other.isalnum()}


def _share(one: dict[str, float], other: dict[str, float]) -> float:
    common = sum(one[word] for word in one.keys() & other.keys())
    return common / max(0.25, min(sum(one.values()), sum(other.values())))


def _put_whole(old: Segment, new: Segment) -> None:
    """What is fixed of a sentence as a whole; a mark in the new text goes before it."""
    if old.emotion_source == USER and new.emotion_source != MARKUP:
        new.emotion, new.emotion_source, new.emotion_probability = old.emotion, USER, None
        new.intensity = old.intensity
    if old.intonation_source == USER:
        new.intonation, new.intonation_source, new.intonation_probability = old.intonation, USER, None


def _ends_alike(old: Segment, new: Segment) -> bool:
    was, now = last_spoken(old), last_spoken(new)
    return was is not None and now is not None and was.text == now.text


def _runs(tokens: Sequence[Token]) -> Iterator[range]:
    """What is fixed: characters of one word, or a whole one, that stand side by side."""
    begin = 0
    while begin < len(tokens):
        end = begin
        while end < len(tokens) and _word(tokens[end]) == _word(tokens[begin]) and _has_fix(tokens[end]):
            end += 1
        if end > begin:
            yield range(begin, end)
        begin = max(end, begin + 1)


def _has_fix(token: Token) -> bool:
    return is_fixed(token) or token.prominence_source == USER


def _word(token: Token) -> tuple[str, int]:
    return token.kind, token.word


def _found(old: Sequence[Token], run: range, new: Sequence[Token]) -> int | None:
    """Where that word of the old sentence stands in the new one between the same neighbours."""
    before, after = _beside(old, run.start - 1), _beside(old, run.stop)
    wanted = [token.text for token in old[run.start : run.stop]]
    for first in sorted(range(len(new) - len(wanted) + 1), key=lambda place: abs(place - run.start)):
        here = [token.text for token in new[first : first + len(wanted)]]
        around = _beside(new, first - 1), _beside(new, first + len(wanted))
        if here == wanted and _agree(before, around[0]) and _agree(after, around[1]):
            return first
    return None


def _beside(tokens: Sequence[Token], place: int) -> str:
    """The text of a neighbour; empty for the edge of the sentence."""
    return tokens[place].text if 0 <= place < len(tokens) else ""


def _agree(was: str, now: str) -> bool:
    """Whether a word stands beside the same one as before, or at an edge as before: a mark is one too."""
    return was == now or not any(char.isalnum() for char in was + now)
