"""Breaks, prominence and intonation from marks, words and parts of speech: no model, microseconds for a sentence.

``tables.yaml`` has the words.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from indextts.model.sources import RULES, USER
from indextts.model.utterance import Intonation, Segment, Token, Utterance
from indextts.platform import tables
from indextts.platform.beats import Beat, no_beat
from indextts.reading.prosody import figures
from indextts.reading.text import chars
from indextts.reading.text.en import phrases
from indextts.reading.text.segment import STRONG, line_ends, one_number, sentence_ends
from indextts.reading.text.tokens import is_guessed

PUNCTUATION: Final = "punctuation"
_MEDIUM: Final = ",，:：—–―()（）[]【】〔〕「」『』"
_EN_PHRASE: Final = 4
_EN_LONGEST: Final = 14
"""Syllables after which an English phrase may end at a good gap between words, and after which it ends at any."""
_EN_GOOD: Final = 1.0  # How good such a gap is, as :mod:`indextts.reading.text.en.phrases` has it.
THRESHOLD: Final = 7.5
"""Score from which a boundary between prosodic words is taken for the end of a phrase."""

_AGAIN: Final = re.compile(r"([^ ])([没不]|了(?=.(?!了)))\1")
word_set = functools.partial(tables.members, __file__)


@dataclass
class _Word:
    """A word of a segment: its last spoken token, size in syllables, text and part of speech."""

    last: Token
    text: str
    pos: str
    size: int
    lang: str
    gap: float = 0.0
    """How good a pause after it is, if it is English."""
    mark: int = 0
    """Break that punctuation after the word asks for."""
    middle: list[Token] = field(default_factory=list)
    """Its second syllable, if it is Chinese: words of four syllables are said two and two."""


class RuleProsody:
    """Breaks #1–#4 by rules; English words stand out unless they only serve others; intonation after the last mark."""

    name = "rules"

    def annotate(self, utterance: Utterance, beat: Beat = no_beat) -> None:
        forget(utterance)
        for segment, closed in zip(utterance.segments, sentence_ends(utterance), strict=True):
            if segment is not utterance.segments[0]:
                beat()
            _annotate(segment, final=4 if closed else 3)
            _accent(segment)
        figures.part(utterance)
        set_intonation(utterance)
        utterance.stage = "prosody"


def forget(utterance: Utterance) -> None:
    """Take back breaks and prominence that no person has set."""
    for segment in utterance.segments:
        for token in segment.tokens:
            if token.break_source != USER:
                token.break_after, token.break_source, token.break_probability = 0, "", None
                token.phrase_end = False
            if token.prominence_source != USER:
                token.prominence, token.prominence_source, token.prominence_probability = 0, "", None


def again(tokens: Sequence[Token]) -> set[int]:
    """The tokens inside a verb that is said again: 想|了|想, 找|没|找到, 好|不|好|用. No word ends behind them."""
    found: set[int] = set()
    for match in _AGAIN.finditer("".join(token.text if token.kind == "hanzi" else " " for token in tokens)):
        last, behind = match.end() - 1, tokens[match.end() : match.end() + 1]
        if match[2] != "了" or not behind or behind[0].word != tokens[last].word:
            found |= {*range(match.start(), last)}
        if match[2] != "了" and behind and not is_guessed(match[1] + behind[0].text):
            found.add(last)
    return found


def set_intonation(utterance: Utterance) -> None:
    """Set how the melody of each segment ends, as its last mark says; what a person has set stays."""
    for segment, ends in zip(utterance.segments, line_ends(utterance), strict=True):
        if segment.intonation_source != USER:
            segment.intonation, segment.intonation_source = _intonation(segment, ends=ends)
            segment.intonation_probability = None


def _intonation(segment: Segment, *, ends: bool) -> tuple[Intonation, str]:
    """The intonation of ``segment`` and what decided; ``ends`` says that nothing follows it on its line."""
    tokens = segment.tokens[::-1]
    marks = "".join(token.text for token in itertools.takewhile(lambda token: token.kind == "punctuation", tokens))
    if any(mark in "？?" for mark in marks):
        return "question", PUNCTUATION
    if any(mark in "！!" for mark in marks):
        return "exclamation", PUNCTUATION
    strong = next((mark for mark in marks if mark not in chars.CLOSERS), "")
    if strong:
        return "statement" if strong in "。." + chars.SEMICOLON else "continuation", PUNCTUATION
    if not ends:
        return "continuation", RULES
    last = next((token.text for token in tokens if token.kind == "hanzi"), "")
    return "question" if last in ("吗", "么") else "statement", RULES


def _accent(segment: Segment) -> None:
    """English words; a Mandarin word stands out by what is meant, which no rule knows."""
    serving = word_set("en_proclitics") | word_set("en_openers")
    for token in segment.tokens:
        if token.prominence_source != USER and token.lang == "en" and token.kind in ("word", "letter"):
            token.prominence = int(token.text.lower() not in serving)
            token.prominence_source = RULES


def _annotate(segment: Segment, final: int) -> None:
    words = _words(segment.tokens)
    if not words:
        return
    start = 0
    for index, word in enumerate(words):
        if word.mark or index == len(words) - 1:
            _stretch(words[start : index + 1])
            start = index + 1
    for word in words[:-1]:
        if word.mark:
            _set(word.last, word.mark, PUNCTUATION)
    end = words[-1]
    _set(end.last, final, PUNCTUATION if end.mark else RULES)


def _set(token: Token, level: int, source: str) -> None:
    if token.break_source != USER:
        token.break_after, token.break_source = level, source


def _words(tokens: Sequence[Token]) -> list[_Word]:
    words: list[_Word] = []
    number = -1
    good = phrases.after(tokens)
    for index, token in enumerate(tokens):
        if token.kind == "punctuation":
            inside = token.text in ".:" and _touches(tokens, index)
            if words and not inside:
                words[-1].mark = max(words[-1].mark, _mark(token.text))
        elif token.word == number and words and not words[-1].mark:
            if words[-1].size == 1 and token.kind == "hanzi":
                words[-1].middle.append(token)
            words[-1].last = token
            words[-1].text += token.text
            words[-1].size += _size(token)
        else:
            number = token.word
            words.append(_Word(token, token.text, token.pos, _size(token), token.lang))
        if words and token.kind != "punctuation":
            together = index + 1 < len(tokens) and one_number(token, tokens[index + 1])
            words[-1].gap = 0.0 if together else good[index] or 0.0
    return words


def _touches(tokens: Sequence[Token], index: int) -> bool:
    """Whether a mark stands inside a name such as ``a.b``, with letters right on both sides."""
    if not 0 < index < len(tokens) - 1:
        return False
    before, mark, after = tokens[index - 1 : index + 2]
    return before.end == mark.start and mark.end == after.start and "punctuation" not in (before.kind, after.kind)


def _mark(char: str) -> int:
    """The break that a mark asks for."""
    return 3 if char in STRONG or char in _MEDIUM else 2 if char == "、" else 0


def _size(token: Token) -> int:
    if token.kind == "word":
        return phrases.syllables(token.text)
    return 1


def _stretch(words: list[_Word]) -> None:
    """Words between two marks: prosodic words first, then phrases of them."""
    for word in words:
        if len(word.middle) == 1 and word.size == 4 and not word.pos.startswith("nr"):
            _set(word.middle[0], 1, RULES)
    groups: list[list[_Word]] = []  # one to four syllables each, said in one breath
    for index, word in enumerate(words):
        if groups and _joins(groups[-1], word, words[index + 1 : index + 2]):
            groups[-1].append(word)
        else:
            groups.append([word])
    since, left = 0, sum(word.size for word in words)
    for group, after in itertools.pairwise(groups):
        size = sum(word.size for word in group)
        since, left = since + size, left - size
        ends = _is_phrase_end(group, after, since, left)
        _set(group[-1].last, 2 if ends else 1, RULES)
        since = 0 if ends else since


def _joins(group: list[_Word], word: _Word, after: list[_Word]) -> bool:
    size = sum(member.size for member in group)
    before, total = group[-1], size + word.size
    if total > 5 or word.lang != before.lang:
        return False
    if word.lang == "en":
        return before.text.lower() in word_set("en_proclitics")
    counted = word.text in word_set("units") and before.text[-1] in word_set("numerals")
    if counted or (before.pos == "m" and word.pos == "q"):
        return True
    if word.pos == "m" and word.size == 1 and after and after[0].pos in ("q", "m"):
        return False
    if word.text in word_set("clitics"):
        return True
    if total > 4:
        return False
    if before.size == 1 and size == 1:
        return word.size == 1 or (before.text in word_set("proclitics") and word.size <= 2)
    if word.size == 1:
        leans_on = bool(after) and word.text in word_set("proclitics") and after[0].lang == "zh"
        return not leans_on and size <= 3
    return before.size == 1 and before.text in word_set("proclitics") and size <= 2


def _is_phrase_end(group: list[_Word], after: list[_Word], since: int, left: int) -> bool:
    """Whether a phrase ends after ``group``: enough said since the last one, enough to come, and a good place."""
    if left < 2:
        return False
    last, opener = group[-1], after[0]
    if last.lang == opener.lang == "en":
        return last.gap > phrases.TOGETHER and since >= (_EN_PHRASE if last.gap >= _EN_GOOD else _EN_LONGEST)
    if last.text in word_set("units") and opener.text[0] in word_set("numerals"):
        return False  # 十月八日
    score = 0.9 * min(since, 7) + 0.35 * min(left, 8)
    if opener.pos in ("c", "p") or opener.text in word_set("phrase_words"):
        score += 2.2
    elif opener.pos == "d":
        score += 1.6
    elif opener.pos.startswith("v"):
        score += 0.8
    elif opener.pos in ("r", "m"):
        score += 0.4
    if last.pos.startswith("n") or last.pos in ("r", "t", "f", "s"):
        score += 0.9
    elif last.text == "的":
        score -= 0.6
    elif last.text in ("了", "着", "过"):
        score += 0.4
    elif last.pos in ("p", "c", "d", "m", "a", "q"):
        score -= 1.2
    return score >= THRESHOLD
