"""Segments: sentences, and pieces of sentences that are too long to be said at once; where sentences end in them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from indextts.model.utterance import Segment, Token, Utterance
from indextts.reading.text import chars
from indextts.reading.text.en import phrases
from indextts.reading.text.zh import clauses

SegmentEnd = Literal[
    "paragraph", "sentence", "question", "exclamation", "ellipsis", "semicolon", "colon", "comma", "phrase", "word"
]

STRONG: Final = "。！？!?…；;."
"""Marks that end a sentence."""
_CLOSERS: Final = frozenset("”’」』》〉）)】〕]}〗\"'～~" + STRONG)
_LINE_BREAKS: Final = frozenset("\n\r\v\f\x85\u2028\u2029")
_VOWELS: Final = re.compile(r"[aeiouy]+", re.IGNORECASE)
_SILENT_E: Final = re.compile(r"[^aeiouyl]e$", re.IGNORECASE)
_LINE_END: Final = re.compile(
    r"(?:\]\([^()\s]{0,500}\)|[^\w\n\r\v\f\x85\u2028\u2029]|_)*+(?:[\n\r\v\f\x85\u2028\u2029]|$)"
)
"""Nothing more that is said up to the end of a line: the bar of a table and marks around words are not."""
_FIGURES: Final = "[零〇一二三四五六七八九十百千万亿两]+"
_NUMBER: Final = re.compile(
    f"{_FIGURES}(?:(?:[点比]|分之){_FIGURES})?[年月日号时分秒个倍岁元]?|艾特[^ ]{{0,12}} {{0,3}}"
)
"""A number in characters with what it counts, or a name behind @."""
_DATED: Final = "的止起前后内间之以为"
_POINT: Final = re.compile("(?<=[，。；：、])[一二三四五六七八九十](?=、)")
_TOGETHER: Final = 0.3  # Cuts up to here stand inside a phrase, or between words that lean on each other.
_PARTED: Final = 3.0  # How good a cut is where a speaker pauses without a mark.
_PHRASE_STARTS: Final = {"c": 2.0, "p": 1.8, "d": 1.4, "v": 1.2, "r": 1.1}  # How good a cut is before a part of speech.
_PHRASE_ENDS: Final = frozenset({"n", "nr", "ns", "nt", "nz", "r", "t", "f", "s", "vn"})
"""Parts of speech with which a phrase ends: names of things, places, times."""
_LEANING: Final = frozenset({"p", "c", "d", "m", "a", "q", "uj", "b"})  # Those that stand with the word after them.
_IN_GROUPS: Final = frozenset({"phone", "digits", "address", "id", "hex", "ip", "street", "state", "name", "menu"})
"""Rules whose rewritings are told part by part."""
_QUOTES: Final = frozenset("”’」』")
_INNER: Final = ".'’-_/:@\\&+"
"""Marks that stand inside names, formulas and versions where letters touch them on both sides."""
_HEADS: Final = ("/", "./", "../", "~/", "~/.", "\\", "--")  # of paths and, last, of options


def syllables(token: Token) -> int:
    """How many syllables a token takes, about: a character one, a letter one, a word by its vowels."""
    if token.kind in ("hanzi", "letter"):
        return 1
    if token.kind == "punctuation":
        return 0
    count = len(_VOWELS.findall(token.text))
    if count > 1 and _SILENT_E.search(token.text):
        count -= 1
    return max(1, count)


def cut(tokens: Sequence[Token], max_syllables: int) -> Iterator[list[Token]]:
    """The tokens of one sentence in pieces of at most ``max_syllables``.

    Cuts are made after commas where possible, then between phrases, then between words; never inside a word
    or a number unless it is longer than a piece by itself.
    """
    rest = list(tokens)
    sizes = [syllables(token) for token in rest]
    start, left = 0, sum(sizes)
    strengths = _strengths(rest) if left > max_syllables else []
    while left > max_syllables:
        target = left / -(-left // max_syllables)
        end = _best(strengths, sizes, start, target, max_syllables)
        yield rest[start:end]
        left -= sum(sizes[start:end])
        start = end
    if start < len(rest):
        yield rest[start:]


def _best(strengths: list[float | None], sizes: list[int], start: int, target: float, limit: int) -> int:
    """Where the piece that begins at ``start`` ends."""
    best, best_score, fallback = start + 1, float("-inf"), start + 1
    weak, weak_score = start + 1, float("-inf")
    spoken, enough, last = 0, target / 4, 0
    for end in range(start + 1, len(strengths)):
        spoken += sizes[end - 1]
        if spoken > limit and end > start + 1:
            break
        strength = strengths[end]
        if strength is None:
            continue
        fallback = end
        if spoken == 0 or strength == 0:
            continue
        if spoken < enough:
            last = end  # Too little for a piece, unless nothing else can be parted.
            continue
        score = strength - 3.0 * abs(spoken - target) / limit
        if strength <= _TOGETHER:
            weak, weak_score = (end, score) if score > weak_score else (weak, weak_score)
        elif score > best_score:
            best, best_score = end, score
    if best_score > float("-inf"):
        return best
    return weak if weak_score > float("-inf") else last or fallback


def parted_unmarked(tokens: Sequence[Token]) -> set[int]:
    """The tokens behind which a speaker pauses without a mark, in either language, or at a light one: 一、安静."""
    told = "，" + "".join(token.text[:1] for token in tokens)
    points = {found.start() - 1 for found in _POINT.finditer(told)}
    return phrases.parted(tokens) | clauses.ends(tokens) | points


def _strengths(tokens: list[Token]) -> list[float | None]:
    """How good a cut before each token is; 0 where there must be none, ``None`` where none can be: before marks,
    which stay with what stands before them.
    """
    gaps = phrases.after(tokens, by_clause=False)
    parted = parted_unmarked(tokens)
    line = "".join(token.text if token.kind == "hanzi" and len(token.text) == 1 else " " for token in tokens)
    numbers = [*_NUMBER.finditer(line)]
    figures = {place for number in numbers for place in range(number.start() + 1, number.end())}
    dates = {number.end() for number in numbers if number[0][-1] in "年月日号"} - {one.start() for one in numbers}
    found: list[float | None] = [None]
    for end in range(1, len(tokens)):
        after = tokens[end]
        if after.kind == "punctuation" and not _opens(tokens, end):
            found.append(None)
        else:
            gap = gaps[end - 1]
            one = end in figures or one_rewriting(tokens[end - 1], after) or within_name(tokens[end - 1], after)
            good = _strength(tokens, end) if gap is None else gap
            good = max(
                good, _PARTED if end - 1 in parted else 1.8 if end in dates and after.text not in _DATED else good
            )
            found.append(0.0 if one else good)
    return found


def _opens(tokens: Sequence[Token], index: int) -> bool:
    """Whether a mark belongs to what follows: an opening bracket or quote, also a straight one."""
    mark = tokens[index]
    if mark.text in chars.OPENERS:
        return True
    apart = index == 0 or tokens[index - 1].end < mark.start
    return mark.text in "\"'" and apart and index + 1 < len(tokens) and tokens[index + 1].start == mark.end


def _strength(tokens: list[Token], end: int) -> float:
    """How good a cut before ``tokens[end]`` is; 0 where there must be none."""
    before, after = tokens[end - 1], tokens[end]
    if before.kind == "punctuation":
        if _opens(tokens, end - 1) or is_inside_name(tokens, end - 1):
            return 0.0
        if before.text in chars.SENTENCE_END + chars.SEMICOLON:
            return 5.0
        if before.text in _QUOTES and _goes_on(tokens, end):
            return _TOGETHER
        if before.text in "”’\"'" and after.lang == "en" and tokens[end - 2].kind != "punctuation":
            return _TOGETHER if after.pos[:1] in ("n", "a") else 2.0 if after.pos in ("c", "cs") else 1.2
        if before.text in chars.COMMA + chars.COLON + chars.DASH + chars.CLOSERS:
            return 4.0 if before.text != "、" else 3.2
        return 1.0
    if after.kind == "punctuation":
        leans = before.lang == "en" and before.pos in ("dt", "p", "to", "a", "c", "vx", "vd")  # From “Deep Water”.
        return 3.0 if after.text in "（([【〔" else _TOGETHER if leans else 2.0
    if before.word == after.word:
        return 0.0
    if after.text in "的地得了着过们吧吗呢么" or before.text in "不没很最更第么" or before.pos in _LEANING:
        return 0.3
    single = end < 2 or tokens[end - 2].word != before.word
    if before.pos == "v" and ((single and after.pos == "p") or after.lang == "en"):  # 陪|在身边, 提供|Vista 驱动
        return 0.3
    if before.kind != "hanzi" or after.kind != "hanzi":
        return 0.2 if after.changes else 0.5  # The number of "Python 3.11" stands with its name.
    said_of = after.pos[:1] == "v" and any(token.text == "的" for token in tokens[end : end + 3])  # 作者|提供的
    alike = said_of or (before.pos[:1] == after.pos[:1] and after.pos[:1] in ("n", "v"))
    if alike or after.text in "和与及或" or (before.pos[:1] in tuple("vlr") and after.pos[:1] in tuple("nrmab")):
        return 1.0 if after.pos == "c" else 0.5  # One name, one deed, what nouns are joined with, a verb's object.
    ends = 0.4 if before.pos in _PHRASE_ENDS or before.text == "了" else 0.0
    return _PHRASE_STARTS.get(after.pos, 0.4 if after.pos[:1] in ("n", "q", "f", "u") else 0.7) + ends


def _goes_on(tokens: Sequence[Token], end: int) -> bool:
    """Whether a noun goes on with what is quoted right before it: “耐必多”药剂."""
    quoted = tokens[end - 2] if end > 1 else None
    after = tokens[end]
    return quoted is not None and quoted.kind != "punctuation" and after.kind == "hanzi" and after.pos[:1] in ("n", "u")


def is_inside_name(tokens: Sequence[Token], index: int) -> bool:
    """Whether ``tokens[index]`` is a mark inside a name or compound, or heads a path: ``a.b``, ``he/she``, ``/etc``."""
    if not 0 < index < len(tokens) - 1 or tokens[index].text not in _INNER + "~":
        return False
    before, mark = tokens[index - 1 : index + 1]
    marks = [mark, *itertools.takewhile(lambda token: token.kind == "punctuation", tokens[index + 1 : index + 4])]
    after = tokens[index + len(marks)] if index + len(marks) < len(tokens) else mark
    if before.kind == "hanzi" and not before.changes and after.kind in ("word", "letter"):
        heads = _HEADS[: -1 if after.text[:1].isupper() else None]  # but 悲喜剧--Romeo
        return marks[-1].end == after.start and "".join(token.text for token in marks) in heads
    touches = before.end == mark.start and mark.end == after.start and len(marks) == 1 and mark.text != "~"
    return touches and before.kind != "hanzi" and (after.kind != "hanzi" or bool(after.changes) or mark.text == "/")


def within_name(before: Token, after: Token) -> bool:
    """Whether nothing parts two spoken tokens in the written text, and they are not Chinese: ``Node.js``, ``f(x)``."""
    spoken = "punctuation" not in (before.kind, after.kind)
    return spoken and before.end == after.start and "hanzi" not in (before.kind, after.kind)


def one_rewriting(before: Token, after: Token) -> bool:
    """Whether two tokens belong to one number: made by one rewriting, or by touching ones."""
    if not (before.changes and after.changes):
        return False
    if (before.start, before.end) == (after.start, after.end):
        return True
    return before.changes[0].rule == after.changes[0].rule == "digits" and before.end == after.start


def one_number(before: Token, after: Token) -> bool:
    """Whether two tokens stand in one number, sum, date or time that is said without a pause; names by many digits and
    addresses are told in groups.
    """
    return one_rewriting(before, after) and before.changes[0].rule not in _IN_GROUPS


def build(text: str, tokens: Sequence[Token], after: int = 0) -> Segment | None:
    """A segment of ``tokens``; ``None`` if none of them is spoken. Words are counted from 0.

    It has the brackets of what it says, from the place ``after`` on, even where these are read as something else.
    """
    while tokens and tokens[0].kind == "punctuation" and not _opens(tokens, 0):
        tokens = tokens[1:]
    if not any(token.kind != "punctuation" for token in tokens):
        return None
    words: dict[int, int] = {}
    for token in tokens:
        token.word = words.setdefault(token.word, len(words))
    start, end = _with_brackets(text, tokens[0].start, max(token.end for token in tokens), after)
    return Segment(text=text[start:end], start=start, end=end, spoken=_spoken(tokens), tokens=list(tokens))


def _with_brackets(text: str, start: int, end: int, after: int) -> tuple[int, int]:
    said = text[start:end]
    for opener, closer in zip(chars.OPENERS, chars.CLOSERS, strict=False):
        more = said.count(closer) - said.count(opener)
        if more > 0 and after < start and text[start - 1] == opener:
            return start - 1, end
        if more < 0 and text[end : end + 1] == closer and text[end + 1 : end + 2] not in ("(", "["):  # no link
            return start, end + 1
    return start, end


def _spoken(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        word = before is not None and "word" in (token.kind, before.kind) and before.text not in chars.OPENERS
        if word and token.kind != "punctuation":
            parts.append(" ")
        parts.append(token.text)
    return "".join(parts)


def segment_end_kind(segment: Segment, text: str) -> SegmentEnd:
    """What ends a segment of the written ``text``, for the table of pauses."""
    line = _LINE_END.match(text, segment.end)
    if line and line.end() < len(text):
        return "paragraph"
    marks = (t.text for t in reversed(segment.tokens) if t.kind != "punctuation" or t.text not in chars.CLOSERS)
    mark = next(marks, "")
    kinds: tuple[tuple[str, SegmentEnd], ...] = (
        ("？?", "question"), ("！!", "exclamation"), ("…", "ellipsis"), ("。", "sentence"),
        (chars.SEMICOLON, "semicolon"), (chars.COLON, "colon"), (chars.COMMA + chars.DASH, "comma"),
    )  # fmt: skip
    if mark == ".":
        return "ellipsis" if segment.text.rstrip(chars.CLOSERS).endswith("..") else "sentence"
    for among, kind in kinds:
        if mark and mark in among:
            return kind
    if line:
        return "sentence"
    after = text[segment.end : segment.end + 1]
    last = segment.tokens[-1] if segment.tokens else None
    inside = last is not None and last.kind != "hanzi" and last.kind != "punctuation" and after.isalnum()
    return "word" if inside and not chars.is_hanzi(after) else "phrase"


def sentence_ends(utterance: Utterance) -> list[bool]:
    """For each segment whether a sentence, a line or the text ends with it: a piece of a longer sentence ends none."""
    lines = line_ends(utterance)
    return [line or _closes(segment) for segment, line in zip(utterance.segments, lines, strict=True)]


def line_ends(utterance: Utterance) -> list[bool]:
    """For each segment whether its line, or the text, ends after it."""
    following = [*utterance.segments[1:], None]
    return [
        after is None or not _LINE_BREAKS.isdisjoint(utterance.text[segment.end : after.start])
        for segment, after in zip(utterance.segments, following, strict=False)
    ]


def _closes(segment: Segment) -> bool:
    """Whether ``segment`` ends with a strong mark, perhaps in quotes or brackets."""
    for token in reversed(segment.tokens):
        if token.kind != "punctuation" or token.text not in _CLOSERS:
            return False
        if token.text in STRONG:
            return True
    return False
