"""Text normalisation: the spoken form of sentences, with every character's place in the written text."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from indextts.model.utterance import Change, Lang
from indextts.reading.text import chars, mixed, rules, say_as, sentences
from indextts.reading.text import cleaned as source
from indextts.reading.text.blocks import Code
from indextts.reading.text.en.verbalizers import is_about_china
from indextts.reading.text.overrides import Override, PlacedOverride, within
from indextts.reading.text.zh import traditional as scripts

_ENDING: Final = chars.SENTENCE_END + chars.SEMICOLON + chars.COLON + chars.COMMA + chars.CLOSERS + "."
"""Marks that a pause stands after, even if it was written before them."""
_OPENING: Final = re.compile(r"""(?<!\S)["'](?=\w)""")
_ENDING_S: Final = re.compile(r"'s(?![A-Za-z])")
_WRITINGS: Final = {"character", "html"}  # Rules that only say how a character was written: é, or ``&eacute;``.

_HALF_MARK: Final = re.compile(r"[,;!?](?=[\u4e00-\u9fff“《]|$)|(?<=[\u4e00-\u9fff])[,;!?](?!=)|(?<=[a-z%]),(?=\d)")
"""Marks of the Latin script beside Chinese words, which rules know in their own form."""
_DOTTED: Final = re.compile(r"(?<![\d.vV本])[1-9]\d{0,2}(?:\.\d{3}){2}(?:\.000)?(?!\.?\d)")
"""A number whose thousands are parted by dots, of two such groups, as no address has: 1.250.000."""
_APART: Final = re.compile("(?<= )—{1,2}(?= [$€£¥#+-]?(?:\\d|[半第一两二三四五六七八九十]))")
"""A dash with space on both sides: a mark of the sentence, though figures stand beside it …"""
_HALF: Final = "(?: ?[AaPp]\\.?[Mm])"
_WHEN: Final = rf"(?:(?:1\d|20)\d\d|\d{{1,2}}[:：]\d\d{_HALF}?|\d{{1,2}}{_HALF}|(?:\d{{1,4}}[年月日号点时])+)"
_SOME: Final = r"[$€£¥]?\d[\d.,]*%? ?(?:[A-Za-z]{1,5}|[\u4e00-\u9fff]{1,2})?"
_RANGES: Final = (
    re.compile(rf"(?<![A-Za-z\d$€£¥.:]){_WHEN}\.? (?P<d>—{{1,2}}) (?={_WHEN}(?![A-Za-z\d]))"),
    re.compile(rf"^{_SOME} (?P<d>—{{1,2}}) {_SOME}[.。]?$"),
)
"""… but between two times, and where nothing else is there: 2024年 — 2025年, 3 — 5 kg."""


@dataclass
class SpokenSentence:
    """A sentence as it is said. ``starts``, ``ends``, ``changes`` and ``langs`` run along ``text``.

    Offsets are those of the written text; the characters of one rewriting share its whole span.
    """

    lang: Lang
    text: str = ""
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    changes: list[tuple[Change, ...]] = field(default_factory=list)
    langs: list[Lang] = field(default_factory=list)
    readings: list[tuple[int, int, Override]] = field(default_factory=list)
    """Stretches of ``text`` whose reading the writer has given, in order."""
    cuts: tuple[int, ...] = ()
    """The offsets asked for at which it ends."""


def speak(
    text: str,
    *,
    lang: Lang | None = None,
    fixed: Sequence[Override] = (),
    cuts: Collection[int] = (),
    emoji: bool = False,
    code: Code = "say",
    usual: Lang | None = None,
) -> Iterator[SpokenSentence]:
    """The sentences of a written text in their spoken form.

    ``lang`` fixes the language of all. A sentence ends at each of the written offsets ``cuts`` (after the marks
    that stand there); ``emoji`` says whether these are read, ``code`` what becomes of fenced code. Figures far from
    words are read in the ``usual`` language of the whole that the text is a part of.
    """
    cleaned = source.read(text, fixed, source.edits(text, code, emoji=emoji))
    inner: dict[int, tuple[int, ...]] = {}
    for offset in sorted(cuts):
        place = _behind_marks(cleaned, offset)
        inner[place] = (*inner.get(place, ()), offset)
    kept = [(part.start, part.end) for part in cleaned.placed]
    lean = scripts.lean_of(cleaned.text)
    yuan = "¥" in cleaned.text and is_about_china(cleaned.text)
    for sentence in sentences.split(cleaned.text, lang=lang, cuts=inner, kept=kept, usual=usual):
        spoken = _Builder(sentence, cleaned, lean, emoji=emoji, yuan=yuan).build()
        spoken.cuts = inner.get(sentence.stop, ())
        yield spoken


def normalise_line(
    line: str,
    lang: Literal["zh", "en", "auto"] = "auto",
    *,
    emoji: bool = False,
    words: Callable[[str], Sequence[Override]] | None = None,
) -> str:
    """The spoken form of one line, on one line; ``words`` finds what is decided about it already."""
    flat = re.sub(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", " ", line)
    parts: list[str] = []
    fixed = words(flat) if words else ()
    for spoken in speak(flat, lang=None if lang == "auto" else lang, fixed=fixed, emoji=emoji):
        if parts and not chars.is_hanzi(spoken.text[:1]) and parts[-1][-1:].isascii():
            parts.append(" ")
        parts.append(_tidy(spoken.text))
    return "".join(parts).strip()


def _behind_marks(whole: source.CleanedText, offset: int) -> int:
    """The place in the cleaned text of a written offset, after the marks that follow it."""
    place = bisect.bisect_left(whole.starts, offset)
    text, end = whole.text, place
    while end < len(text) and text[end] in f"{_ENDING} " and not _OPENING.match(text, end):
        end += 1
    return end if text[place:end].strip() else place


class _Builder:
    def __init__(
        self, sentence: sentences.WrittenSentence, whole: source.CleanedText, lean: int, *, emoji: bool, yuan: bool
    ) -> None:
        self._yuan = yuan
        self._text = sentence.text
        self._simple = scripts.simplified(sentence.text, lean)
        self._at = sentence.start
        self._whole = whole
        self._emoji = emoji
        self._pieces: list[str] = []
        self._spoken = SpokenSentence(sentence.lang)

    def build(self) -> SpokenSentence:
        spoken = self._spoken
        done = 0
        for part in within(self._whole.placed, self._at, self._at + len(self._text)):
            self._read(done, part.start, spoken.lang)
            self._decided(part)
            done = part.end
        self._read(done, len(self._text), spoken.lang)
        spoken.text = "".join(self._pieces)
        return spoken

    def _decided(self, part: PlacedOverride) -> None:
        """A stretch that the writer has decided about."""
        fixed, spoken = part.fixed, self._spoken
        lang = fixed.lang or spoken.lang
        if fixed.reading:
            at = len(spoken.starts)
            self._keep(part.start, part.end, lang)
            spoken.readings.append((at, len(spoken.starts), fixed))
        elif fixed.say_as and not fixed.spoken:
            start, end = self._span(part.start, part.end)
            said = say_as.read(self._simple[part.start : part.end], fixed.say_as, lang)
            self._add(said, start, end, (Change(self._whole.written[start:end], said.strip(), fixed.say_as),), lang)
        else:
            self._read(part.start, part.end, lang)

    def _read(self, first: int, last: int, lang: Lang) -> None:
        """``first``–``last`` by the rules."""
        done = first
        for rewrite in _rewrites(self._simple, first, last, lang, emoji=self._emoji):
            self._keep(done, rewrite.start, lang)
            if self._yuan and " yen" in rewrite.spoken:  # one sentence cannot tell
                rewrite = replace(rewrite, spoken=re.sub(r"\byen\b", "yuan", rewrite.spoken).replace(" sen", " fen"))
            if not (rewrite.rule == "digits" and rewrite.end - rewrite.start >= 16 and self._spell(rewrite)):
                start, end = self._span(rewrite.start, rewrite.end)
                said = re.sub(r" +", " ", rewrite.spoken).strip()
                change = Change(self._whole.written[start:end], said, rewrite.rule)
                self._add(rewrite.spoken, start, end, (change,), rewrite.lang)
            done = rewrite.end
        self._keep(done, last, lang)

    def _keep(self, first: int, last: int, lang: Lang) -> None:
        whole = self._whole
        for index in range(first, last):
            place = self._at + index
            start, end = whole.starts[place], whole.ends[place]
            char = self._simple[index]
            edited = whole.changes.get(place)
            changes = (edited,) if edited else _folding(whole.written[start:end], self._text[index], char)
            ending = char in "'s" and _ENDING_S.match(self._simple, index - (char == "s")) is not None
            self._add(char, start, end, changes, lang, joined=ending)

    def _spell(self, rewrite: rules.Rewrite) -> bool:
        """An endless number: each digit is a rewriting of its own, so that the cost stays linear. False where what is
        said is not digit by digit.
        """
        spoken = rewrite.spoken.split() if rewrite.lang == "en" else list(rewrite.spoken.strip())
        places = [place for place in range(rewrite.start, rewrite.end) if self._simple[place].isdecimal()]
        if len(spoken) != len(places):
            return False
        for place, said in zip(places, spoken, strict=True):
            start, end = self._span(place, place + 1)
            change = Change(self._text[place], said, rewrite.rule)
            self._add(f"{said} " if rewrite.lang == "en" else said, start, end, (change,), rewrite.lang)
        return True

    def _span(self, first: int, last: int) -> tuple[int, int]:
        return self._whole.starts[self._at + first], self._whole.ends[self._at + last - 1]

    def _add(
        self, said: str, start: int, end: int, changes: tuple[Change, ...], lang: Lang, *, joined: bool = False
    ) -> None:
        if not said:  # a sign that says nothing parts nothing either
            return
        pieces, spoken = self._pieces, self._spoken
        # What has been put in must not grow together with letters beside it, but is one word in itself.
        one = (
            bool(changes) and bool(spoken.changes) and changes[-1] in spoken.changes[-1] and spoken.starts[-1] == start
        )
        if pieces and not one and not joined and _grows(pieces[-1][-1:]) and _grows(said[:1]):
            names = {change.rule for change in (*changes, *spoken.changes[-1])}
            said = said if names <= _WRITINGS else f" {said}"
        pieces.append(said)
        spoken.starts.extend([start] * len(said))
        spoken.ends.extend([end] * len(said))
        spoken.changes.extend([changes] * len(said))
        spoken.langs.extend([lang] * len(said))


def _grows(char: str) -> bool:
    return chars.is_latin(char) or char == "'"


def _rewrites(text: str, first: int, last: int, lang: Lang, *, emoji: bool) -> list[rules.Rewrite]:
    """The rewritings in a stretch, what stands among English words in a Chinese one by the English rules."""
    if first == last:
        return []
    stretches = mixed.english_stretches(text, first, last) if lang == "zh" else []
    text = _DOTTED.sub(lambda number: number[0].replace(".", ","), _dashed(text))
    full = _HALF_MARK.sub(lambda mark: chr(ord(mark[0]) + 0xFEE0), text) if lang == "zh" else text
    found: list[rules.Rewrite] = []
    done = first
    for start, end in [*stretches, (last, last)]:
        found += rules.find(full, lang, done, start, emoji=emoji)
        found += rules.find(text, "en", start, end, emoji=emoji)
        done = end
    return found


def _dashed(text: str) -> str:
    """``text`` with a mark that is no range's in place of each dash of the sentence, for the rules alone."""
    if not _APART.search(text):
        return text
    ranges = {found.start("d") for pattern in _RANGES for found in pattern.finditer(text)}
    return _APART.sub(lambda dash: dash[0] if dash.start() in ranges else ";" * len(dash[0]), text)


def _folding(was: str, plain_form: str, became: str) -> tuple[Change, ...]:
    """The change of one character by folding or simplification, if a reader would see one."""
    if was == became or not became.strip():
        return ()
    if plain_form != became:
        return (Change(was, became, scripts.RULE),)
    return (Change(was, became, "character"),) if chars.is_spoken(became) else ()


def _tidy(text: str) -> str:
    """Spaces as a person would set them around what has been put in."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" (?=[,.!?;:，。！？；：、)])", "", text)
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text).strip()
