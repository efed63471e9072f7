"""Sentences in the voices' symbols: from this project's own tokens, or from transcripts with their breaks marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, Literal

from indextts.engines.sambert import phones
from indextts.engines.sambert.phones import Syllable
from indextts.engines.sambert.symbols import Item, Vocabulary
from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.utterance.model import Segment, Token

NO_EMOTION: Final = "emotion_none"
BreakEmotion = Literal["none", "sentence"]
"""What the breaks' emotion is: the front end that the voices are published with writes none, their transcripts the
sentence's own."""

_PINYIN: Final = re.compile(r"[a-zêü:]+[1-5](?: [a-zêü:]+[1-5])*")
_MARKS: Final = re.compile(r"#[1-4]|[%/]|[A-Za-z]+(?:'[A-Za-z]+)*|.", re.DOTALL)
_SHORTHAND: Final = {"%": 3, "/": 2}
_SENTENCE: Final = 4


@dataclass
class Word:
    """What stands between two breaks."""

    syllables: list[tuple[Syllable, int]] = field(default_factory=list)
    """Each with the number of the token that it belongs to."""
    level: int = 1
    """Of the break behind it, 1 to 4."""


@dataclass(frozen=True)
class Sentence:
    """Items, and for each the number of its token; a break has that of the token before it."""

    items: list[Item]
    tokens: list[int]
    breaks: list[bool]
    """Which items are breaks."""


def sentence(
    segment: Segment, vocabulary: Vocabulary, emotion: str, speaker: str, break_emotion: BreakEmotion = "none"
) -> Sentence:
    """A segment whose tokens have readings and breaks.

    Raises :class:`StudioError` ``unknown_symbol`` for a reading that the voice cannot say, ``text_unspeakable`` where
    there is none at all.
    """
    words = [Word()]
    for number, token in enumerate(segment.tokens):
        if token.kind == "punctuation" or not token.reading:
            continue
        word = words[-1]
        if not _joins(token, word, segment.tokens, vocabulary):
            word.syllables += [(syllable, number) for syllable in _syllables(token, vocabulary)]
        if token.break_after:
            word.level = min(token.break_after, 3)
            words.append(Word())
    return write([word for word in words if word.syllables], emotion, speaker, break_emotion)


def _syllables(token: Token, vocabulary: Vocabulary) -> list[Syllable]:
    try:
        if _PINYIN.fullmatch(token.reading):
            parts = token.reading.split()
            return [said for part in parts for said in phones.mandarin(part, vocabulary.has_phone)]
        return phones.english(token.reading, vocabulary.has_phone)
    except StudioError as error:
        raise StudioError("unknown_symbol", text=token.text, reading=token.reading) from error


def _joins(token: Token, word: Word, tokens: Sequence[Token], vocabulary: Vocabulary) -> bool:
    """Put the suffix 儿 into the syllable before it, where the voice has such a final."""
    if token.text != "儿" or token.reading not in ("er5", "r5") or not word.syllables:
        return False
    before, owner = word.syllables[-1]
    final = before.phones[-1]
    if tokens[owner].kind != "hanzi" or not final.endswith("_c") or final == phones.ER[1]:
        return False
    rhotic = f"{final.removesuffix('_c')}r_c"
    if not vocabulary.has_phone(rhotic) or before.phones[0] in ("ga", "ge", "go"):
        return False
    word.syllables[-1] = (Syllable((before.phones[0], rhotic), before.tone), owner)
    return True


def write(words: Sequence[Word], emotion: str, speaker: str, break_emotion: BreakEmotion = "none") -> Sentence:
    """The items of ``words``; the last break is always the sentence's end. Raises ``text_unspeakable`` without any."""
    if not words:
        raise StudioError("text_unspeakable")
    items: list[Item] = []
    tokens: list[int] = []
    breaks: list[bool] = []
    behind = emotion if break_emotion == "sentence" else NO_EMOTION
    for word in words:
        length = sum(len(syllable.phones) for syllable, _ in word.syllables)
        whole = 0
        for syllable, token in word.syllables:
            for place, phone in enumerate(syllable.phones):
                flag = _place(place, len(syllable.phones), "s")
                items.append(Item(phone, syllable.tone, flag, _place(whole, length, "word"), emotion, speaker))
                tokens.append(token)
                breaks.append(False)
                whole += 1
        level = _SENTENCE if word is words[-1] else word.level
        items.append(Item(f"#{level}", "tone_none", "s_none", "word_none", behind, speaker))
        tokens.append(tokens[-1])
        breaks.append(True)
    return Sentence(items, tokens, breaks)


def _place(number: int, count: int, kind: str) -> str:
    """Of ``count`` phones of a syllable or a word, the name of that with this ``number``."""
    if count == 1:
        return f"{kind}_both"
    return f"{kind}_{'begin' if number == 0 else 'end' if number == count - 1 else 'middle'}"


def transcript(text: str, readings: str, vocabulary: Vocabulary) -> list[Word]:
    """Words of a corpus line: ``text`` with ``#1`` to ``#4`` (``/`` is #2, ``%`` is #3), and its pinyin.

    Rhotic syllables stand for two characters; an English word is ``/ P AY1 . TH AA0 N``. Punctuation and blanks that no
    break accompanies part words. Raises :class:`StudioError` ``malformed`` where the two do not match.
    """
    said = _readings(readings)
    words = [Word()]
    swallowed = False
    for part in _MARKS.findall(text):
        said_already, swallowed = swallowed and part == "儿", False
        if said_already:
            continue
        level = _level(part)
        if level:
            if words[-1].syllables:
                words[-1].level = level
                words.append(Word())
            elif len(words) > 1:
                words[-2].level = max(words[-2].level, level)
            continue
        reading = next(said, "")
        if not reading:
            raise StudioError("malformed", reason=Bilingual(f"“{part}” has no reading.", f"“{part}”没有读音。"))
        spoken = phones.english if " " in reading or reading.isupper() else phones.mandarin
        words[-1].syllables += [(syllable, 0) for syllable in spoken(reading, vocabulary.has_phone)]
        letters = reading.rstrip("0123456789")
        swallowed = spoken is phones.mandarin and letters.endswith("r") and letters != "er"
    if next(said, ""):
        raise StudioError("malformed", reason=Bilingual("there are more readings than text.", "读音比文字多。"))
    return [word for word in words if word.syllables]


def _level(part: str) -> int:
    """The break that a piece of a transcript stands for, 0 for none."""
    if part[0] == "#" and len(part) == 2:
        return int(part[1])
    if part in _SHORTHAND:
        return _SHORTHAND[part]
    return 0 if part[0].isalnum() else 1


def _readings(text: str) -> Iterator[str]:
    """Pinyin syllables, and whole English words."""
    for english, parts in groupby(_tagged(text), key=lambda pair: pair[0]):
        if english < 0:
            yield from (part for _, part in parts)
        else:
            yield " ".join(part for _, part in parts)


def _tagged(text: str) -> Iterator[tuple[int, str]]:
    """Each piece with the number of its English word, -1 for pinyin."""
    word = 0
    for part in text.split():
        if part == "/":
            word += 1
        elif part == "." or part.isupper():
            yield word, part
        else:
            yield -1, part
