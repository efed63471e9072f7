"""One entry of the dictionary, checked before it is stored; what could be one of a corrected plan."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from indextts.model.errors import StudioError, because
from indextts.model.fields import is_seen
from indextts.model.utterance import Lang, Segment, Token
from indextts.reading.markup import parse
from indextts.reading.phonemes.reading_input import means_english_sounds, read
from indextts.reading.phonemes.symbols import is_arpabet, is_syllable
from indextts.reading.phonemes.zh.names import name_at
from indextts.reading.phonemes.zh.spellings import ZHUYIN, joined
from indextts.reading.text.chars import is_hanzi

EntryKind = Literal["pinyin", "arpabet", "text"]
KINDS: Final[tuple[EntryKind, ...]] = ("pinyin", "arpabet", "text")

MAX_ENTRIES: Final = 10_000
MAX_WORD: Final = 64
MAX_READING: Final = 400
MAX_NOTE: Final = 200
"""Characters."""

COLUMNS: Final = ("word", "reading", "kind", "lang", "enabled", "note")
"""The fields of an entry in files and calls; ``word`` and ``reading`` are needed, ``lang`` follows from them."""

bad_entry = partial(because, "bad_entry")

_NUMBERED: Final = re.compile(r"(?:[a-zêü:]+[0-9])+|[A-Z]{1,2}[0-9]")
_TONE_MARK: Final = re.compile("[\u0300\u0301\u0304\u030c]")


@dataclass(frozen=True)
class EntryDraft:
    """A checked entry before it is stored, without an id. Made by :func:`draft`."""

    word: str
    reading: str
    """Pinyin, ARPAbet, or the text that is said instead, as ``kind`` says."""
    kind: EntryKind
    enabled: bool = True
    note: str = ""

    @property
    def lang(self) -> Lang:
        if self.kind != "text":
            return "zh" if self.kind == "pinyin" else "en"
        letters = self.word if any(map(str.isalpha, self.word)) else self.reading
        return "zh" if any(map(is_hanzi, letters)) else "en"

    def as_json(self) -> dict[str, Any]:
        """The columns of an export."""
        return {name: getattr(self, name) for name in COLUMNS}


@dataclass(frozen=True)
class Entry(EntryDraft):
    """A stored entry."""

    id: int = 0


def draft(word: object, reading: object, kind: object = None, enabled: object = True, note: object = "") -> EntryDraft:
    """Check the parts of an entry. ``kind`` ``None`` takes a reading that can be said for one, else for text.

    Raises :class:`StudioError` ``bad_entry`` or ``bad_reading``.
    """
    word = " ".join(_text("word", word, MAX_WORD).split())
    if _has_mark(word):
        raise bad_entry("its word holds a mark, and would never be found", "词中有标记，永远不会匹配到")
    reading = _text("reading", reading, MAX_READING)
    note = _text("note", note, MAX_NOTE, empty=True)
    if kind is not None and kind not in KINDS:
        raise bad_entry(f"kind must be one of {', '.join(KINDS)}", f"kind 只能是 {'、'.join(KINDS)}")
    if not isinstance(enabled, bool):
        raise bad_entry("enabled must be true or false", "enabled 只能是 true 或 false")
    if kind == "text" or (kind is None and not _looks_like_reading(word, reading)):
        if _has_mark(reading):
            raise bad_entry("its reading holds a mark; marks belong in the text", "读法中有标记；标记应写在正文里")
        return EntryDraft(word, reading, "text", enabled, note)
    said = read(word, reading, kind)
    return EntryDraft(word, said.text, said.kind, enabled, note)


def from_fields(fields: Mapping[str, Any]) -> EntryDraft:
    """The same from fields by the names of :data:`COLUMNS`. Raises as :func:`draft`."""
    given = {name: fields[name] for name in COLUMNS if name in fields and name != "lang"}
    made = draft(**{"word": "", "reading": "", **given})
    lang = fields.get("lang")
    if lang is not None and lang != made.lang:
        raise bad_entry(f"its lang is {made.lang}", f"它的 lang 应为 {made.lang}")
    return made


def key_of(word: str) -> str:
    """What two spellings of one word share: case does not count, and neither do widths of white space."""
    return fold(" ".join(word.split()))


def fold(text: str) -> str:
    """``text`` in small letters, of the same length."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def word_around(segment: Segment, index: int) -> tuple[str, str] | None:
    """The word or name of a token and how it is read, fit for the lexicon; ``None`` where the text says something else.

    At the word's end the tone before any change of tone counts: what follows it will be another word each time.
    """
    tokens, chosen = segment.tokens, segment.tokens[index]
    first = last = index
    if chosen.kind in ("hanzi", "letter"):
        while first > 0 and _same_word(tokens[first - 1], chosen):
            first -= 1
        while last + 1 < len(tokens) and _same_word(tokens[last + 1], chosen):
            last += 1
    if chosen.kind == "hanzi":
        first, last = _name_around(tokens, index, first, last)
    word = tokens[first : last + 1]
    reading = reading_of(word)
    return None if reading is None else ("".join(token.text for token in word), reading)


def reading_of(word: Sequence[Token]) -> str | None:
    """How the tokens of a word are read, fit for the lexicon; ``None`` where the text says something else."""
    if not word or any(
        not token.reading or any(change.was != change.became for change in token.changes) for token in word
    ):
        return None
    readings = [token.reading for token in word]
    if word[-1].reading_source == "sandhi" and word[-1].alternatives:
        readings[-1] = word[-1].alternatives[0]
    return " ".join(readings)


def _name_around(tokens: Sequence[Token], index: int, first: int, last: int) -> tuple[int, int]:
    """The first and last token of the name that the word from ``first`` to ``last`` is part of; else these."""
    begin, end = first, last + 1
    while begin > 0 and tokens[begin - 1].kind == "hanzi":
        begin -= 1
    while end < len(tokens) and tokens[end].kind == "hanzi":
        end += 1
    text = "".join(token.text for token in tokens[begin:end])
    if len(text) != end - begin:
        return first, last
    place = name_at(text, index - begin, tokens[index].reading)
    if place is None or place[1] - place[0] <= last + 1 - first:
        return first, last
    return begin + place[0], begin + place[1] - 1


def _same_word(token: Token, other: Token) -> bool:
    return token.kind == other.kind and token.word == other.word


def _looks_like_reading(word: str, written: str) -> bool:
    """Whether a reading of no named kind is meant as sounds, not as a text to say instead.

    Sounds are written with digits, as pinyin with its marks, in letters of the IPA, as ARPAbet's capitals, or say what
    they sound like; syllables without a tone for Chinese characters are pinyin as well, so that a missing tone is told.
    """
    if means_english_sounds(word, written):
        return True
    parts = written.split()
    if any(map(is_hanzi, written)):
        return False
    if ZHUYIN.search(written) or (any(map(is_hanzi, word)) and all(map(joined, parts))):
        return True
    if all(_NUMBERED.fullmatch(part) or part.isalpha() for part in parts) and any(map(_NUMBERED.fullmatch, parts)):
        return True
    if len(parts) > 1 and all(map(is_arpabet, parts)):
        return True
    plain, marks = _TONE_MARK.subn("", unicodedata.normalize("NFD", written))
    syllables = all(is_syllable(f"{unicodedata.normalize('NFC', part)}1") for part in plain.split())
    return bool(marks) or syllables if any(map(is_hanzi, word)) else bool(marks) and syllables


def _has_mark(text: str) -> bool:
    """Whether in a text that is spoken something of ``text`` would be a mark, or an attempt at one."""
    try:
        return parse(text).text != text
    except StudioError:
        return True


_NAMES_ZH: Final = {"word": "词", "reading": "读法", "note": "备注"}


def _text(name: str, value: object, limit: int, *, empty: bool = False) -> str:
    zh = _NAMES_ZH[name]
    if not isinstance(value, str):
        raise bad_entry(f"{name} must be text", f"{zh}必须是文字")
    # Before the length is looked at, so that the work stays in proportion.
    value = unicodedata.normalize("NFC", value[: 4 * limit].strip()) if len(value) <= 4 * limit else value
    if not is_seen(value) and (value or not empty):
        raise bad_entry(f"its {name} is empty", f"请先写{zh}")
    if len(value) > limit:
        raise bad_entry(f"{name} has more than {limit} characters", f"{zh}超过 {limit} 个字符")
    for char in value:
        if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp"):
            raise bad_entry(f"{name} holds U+{ord(char):04X}, which is not text", f"{zh}中有无效字符 U+{ord(char):04X}")
    return value
