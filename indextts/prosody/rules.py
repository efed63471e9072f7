"""Breaks, prominence and intonation from marks, words and parts of speech: no model, microseconds for a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from indextts.prosody import intonation
from indextts.prosody.intonation import PUNCTUATION, RULES
from indextts.text.sentence_ends import STRONG, sentence_ends
from indextts.utterance.model import Segment, Token, Utterance
from indextts.utterance.sources import USER

_MEDIUM: Final = ",，:：—–―()（）[]【】〔〕「」『』《》"
_WEAK: Final = "、"

_CLITICS: Final = frozenset({
    "的", "地", "得", "了", "着", "过", "们", "吧", "吗", "呢", "啊", "呀", "嘛", "啦", "哦", "喔", "呗", "哇", "么",
    "之", "等", "中", "上", "下", "里", "后", "前", "内", "外", "时", "似的", "来说", "一样",
})  # fmt: skip
"""Words that lean on the one before them."""
_PROCLITICS: Final = frozenset({
    "不", "没", "很", "最", "更", "太", "真", "好", "大", "小", "老", "新", "这", "那", "每", "各", "第", "从", "在",
    "把", "被", "给", "对", "向", "往", "到", "与", "和", "跟", "用", "以", "由", "就", "都", "也", "还", "又", "再",
    "才", "只", "已", "将", "要", "会", "能", "可", "有", "一", "两", "几", "多", "所", "而", "但", "并", "或", "且",
    "若", "如", "因", "当", "让", "使", "令", "叫", "请",
})  # fmt: skip
"""One-syllable words that lean on the one after them."""
_UNITS: Final = frozenset("年月日号点分秒度元岁个")
_NUMERALS: Final = frozenset("零〇一二三四五六七八九十百千万亿两几半")
EN_PROCLITICS: Final = frozenset({
    "a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "from", "with", "and", "or", "but", "as", "is",
    "are", "was", "were", "be", "my", "your", "his", "her", "its", "our", "their", "this", "that", "i", "you", "he",
    "she", "it", "we", "they", "not", "no", "can", "will", "into", "over", "under", "than", "if", "so", "who", "which",
    "has", "have", "had", "would", "could", "should", "must", "may", "do", "does", "did", "been", "am", "some", "any",
})  # fmt: skip
"""English words that lean on the one after them."""
_EN_OPENERS: Final = frozenset({
    "and", "or", "but", "because", "so", "if", "when", "while", "where", "which", "who", "that", "than", "as", "before",
    "after", "since", "until", "although", "though", "from", "in", "on", "at", "for", "with", "without", "by", "over",
    "under", "into", "through", "between", "about", "against", "during", "to", "of", "is", "are", "was", "were",
})  # fmt: skip
"""English words that may begin a phrase."""
_EN_SERVING: Final = EN_PROCLITICS | _EN_OPENERS
_EN_PHRASE: Final = 5
_EN_LONGEST: Final = 14
"""Syllables after which an English phrase may end before such a word, and after which it ends anyway."""
_PHRASE_OPENERS: Final = frozenset(["c", "p"])
_PHRASE_WORDS: Final = frozenset({
    "是", "在", "把", "被", "将", "对", "向", "从", "给", "让", "使", "和", "与", "以及", "并", "而", "但", "却",
    "就", "也", "都", "还", "又", "才", "则", "会", "能", "可以", "要", "为", "有", "没有", "不是", "就是",
})  # fmt: skip


THRESHOLD: Final = 7.5
"""Score from which a boundary between prosodic words is taken for the end of a phrase."""


@dataclass
class _Word:
    """A word of a segment: its last spoken token, size in syllables, text and part of speech."""

    last: Token
    text: str
    pos: str
    size: int
    lang: str
    mark: int = 0
    """Break that punctuation after the word asks for."""
    middle: list[Token] = field(default_factory=list)
    """Its second syllable, if it is Chinese: words of four syllables are said two and two."""


class RuleProsody:
    """Breaks #1–#4 by rules; English words stand out unless they only serve others; intonation after the last mark."""

    name = "rules"

    def annotate(self, utterance: Utterance) -> None:
        for segment, closed in zip(utterance.segments, sentence_ends(utterance), strict=True):
            _annotate(segment, final=4 if closed else 3)
            _accent(segment)
        intonation.annotate(utterance)
        utterance.stage = "prosody"


def _accent(segment: Segment) -> None:
    """English words; a Mandarin word stands out by what is meant, which no rule knows."""
    for token in segment.tokens:
        if token.prominence_source == USER:
            continue
        token.prominence, token.prominence_source, token.prominence_probability = 0, "", None
        if token.lang == "en" and token.kind in ("word", "letter"):
            token.prominence = int(token.text.lower() not in _EN_SERVING)
            token.prominence_source = RULES


def _annotate(segment: Segment, final: int) -> None:
    for token in segment.tokens:
        if token.break_source != USER:
            token.break_after, token.break_source, token.break_probability = 0, "", None
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
    for index, token in enumerate(tokens):
        if token.kind == "punctuation":
            inside = token.text in ".:" and _touches(tokens, index)
            if words and not inside:
                words[-1].mark = max(words[-1].mark, _mark(token.text, words[-1], token))
        elif token.word == number and words and not words[-1].mark:
            if words[-1].size == 1 and token.kind == "hanzi":
                words[-1].middle.append(token)
            words[-1].last = token
            words[-1].text += token.text
            words[-1].size += _size(token)
        else:
            number = token.word
            words.append(_Word(token, token.text, token.pos, _size(token), token.lang))
    return words


def _touches(tokens: Sequence[Token], index: int) -> bool:
    """Whether a mark stands inside a name such as ``a.b``, with letters right on both sides."""
    if not 0 < index < len(tokens) - 1:
        return False
    before, mark, after = tokens[index - 1 : index + 2]
    return before.end == mark.start and mark.end == after.start and "punctuation" not in (before.kind, after.kind)


def _mark(char: str, word: _Word, token: Token) -> int:
    if char in STRONG:
        return 3
    if char in _MEDIUM:
        return 3 if char not in "《》" else 0
    if char in _WEAK:
        return 2
    return 0


def _size(token: Token) -> int:
    if token.kind == "word":
        return max(1, sum(char in "aeiouyAEIOUY" for char in token.text) * 2 // 3)
    return 1


def _stretch(words: list[_Word]) -> None:
    """Words between two marks: prosodic words first, then phrases of them."""
    groups = _groups(words)
    for word in words:
        if len(word.middle) == 1 and word.size == 4 and not word.pos.startswith("nr"):
            _set(word.middle[0], 1, RULES)
    since = 0
    total = sum(word.size for word in words)
    done = 0
    for index, group in enumerate(groups[:-1]):
        size = sum(word.size for word in group)
        since += size
        done += size
        after = groups[index + 1]
        level = 1
        if _is_phrase_end(group, after, since, total - done):
            level, since = 2, 0
        _set(group[-1].last, level, RULES)


def _groups(words: list[_Word]) -> list[list[_Word]]:
    """Prosodic words: one to four syllables that are said in one breath."""
    groups: list[list[_Word]] = []
    for index, word in enumerate(words):
        if groups and _joins(groups[-1], word, words[index + 1 : index + 2]):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _joins(group: list[_Word], word: _Word, after: list[_Word]) -> bool:
    size = sum(member.size for member in group)
    before = group[-1]
    if word.lang == before.lang == "en":
        return before.text.lower() in EN_PROCLITICS and size + word.size <= 5
    if word.lang != before.lang:
        return False
    if word.text in _UNITS and before.text[-1] in _NUMERALS and size + word.size <= 5:
        return True
    if before.pos == "m" and word.pos == "q" and size + word.size <= 5:
        return True
    if word.pos == "m" and word.size == 1 and after and after[0].pos in ("q", "m"):
        return False
    if word.text in _CLITICS and size + word.size <= 5:
        return True
    if size + word.size > 4:
        return False
    if before.size == 1 and size == 1:
        return word.size == 1 or (before.text in _PROCLITICS and word.size <= 2)
    if word.size == 1:
        leans_on = bool(after) and word.text in _PROCLITICS and after[0].lang == "zh"
        return not leans_on and size <= 3
    return before.size == 1 and before.text in _PROCLITICS and size + word.size <= 4 and size <= 2


def _is_phrase_end(group: list[_Word], after: list[_Word], since: int, left: int) -> bool:
    """Whether a phrase ends after ``group``: enough said since the last one, enough to come, and a good place."""
    if left < 2:
        return False
    last, opener = group[-1], after[0]
    if last.lang == opener.lang == "en":
        # Nothing is known of an English word but its spelling: names and runs of nouns stay together.
        return since >= (_EN_PHRASE if opener.text.lower() in _EN_OPENERS else _EN_LONGEST)
    if last.text in _UNITS and opener.text[0] in _NUMERALS:
        return False  # 十月八日
    score = 0.9 * min(since, 7) + 0.35 * min(left, 8)
    if opener.pos in _PHRASE_OPENERS or opener.text in _PHRASE_WORDS:
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
