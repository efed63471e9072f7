"""Readings → phones, and sentences in the voices' symbols: from tokens, or from transcripts with breaks marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from indextts.engines.sambert.symbols import Item, SymbolVocabulary
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.utterance import Segment, Token
from indextts.reading.phonemes.en.arpabet import syllables as english_syllables

INITIALS: Final = (
    *("zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h"),
    *("j", "q", "x", "r", "z", "c", "s", "y", "w"),
)
"""The longest first; y and w are initials like the others."""

_SPELT: Final = {
    "n": "en",
    "ng": "en",
    "hng": "en",
    "hm": "en",
    "m": "mu",
    "ê": "ei",
    "eh": "ei",
    "lue": "lve",
    "nue": "nve",
}
"""Interjections without a vowel, and spellings of what has another."""
_LONG: Final = {"ui": "uei", "un": "uen", "iu": "iou"}
"""Finals that pinyin writes short."""
_ONSETS: Final = {"a": "ga", "e": "ge", "o": "go"}
"""What stands before a syllable that begins with its final."""
_FRONTED: Final = frozenset("jqxy")
"""Initials after which u is ü."""
ER: Final = ("ge", "er_c")


class PhoneSyllable(NamedTuple):
    """Its phones, and the tone that all of them share."""

    phones: tuple[str, ...]
    tone: str


def mandarin(pinyin: str, has: Callable[[str], bool]) -> list[PhoneSyllable]:
    """``zhong1`` as its two phones; a rhotic final that the voice has not (``has``) becomes a syllable more.

    Tone 6 is a third tone said as a second; two digits ending in 5 are a tone that has become neutral. Raises
    :class:`StudioError` ``unknown_symbol`` for what the voice cannot say.
    """
    letters = pinyin.rstrip("0123456789")
    digits = pinyin[len(letters) :]
    tone = {"6": "2"}.get(digits, "5" if len(digits) == 2 and digits[1] == "5" else digits)
    if tone not in ("1", "2", "3", "4", "5"):
        raise StudioError("unknown_symbol", text=pinyin, reading=pinyin)
    initial, final, rhotic = _split(letters.lower())
    if rhotic and has(f"{final}r_c"):
        syllables = [(initial, f"{final}r_c")]
    elif rhotic:
        syllables = [(initial, f"{final}_c"), ER]
    else:
        syllables = [(initial, f"{final}_c")]
    if not all(has(phone) for pair in syllables for phone in pair):
        raise StudioError("unknown_symbol", text=pinyin, reading=pinyin)
    return [PhoneSyllable(pair, f"tone{tone}") for pair in syllables]


def _split(letters: str) -> tuple[str, str, bool]:
    letters = letters.replace("u:", "v").replace("ü", "v")
    rhotic = letters.endswith("r") and letters != "er"
    letters = letters[:-1] if rhotic else letters
    letters = _SPELT.get(letters, letters)
    initial = next((start for start in INITIALS if letters.startswith(start)), "")
    final = letters[len(initial) :]
    if not initial:
        return _ONSETS.get(final[:1], ""), final, rhotic
    if initial in _FRONTED and final.startswith("u"):
        final = "v" + final[1:]
    if final == "i" and initial in ("zh", "ch", "sh", "r"):
        final = "ih"
    elif final == "i" and initial in ("z", "c", "s"):
        final = "ii"
    return "xx_c" if initial == "x" else f"{initial}_c", _LONG.get(final, final), rhotic


def english(reading: str, has: Callable[[str], bool]) -> list[PhoneSyllable]:
    """An ARPAbet reading, ``P AY1 TH AA0 N`` or with its syllables parted by full stops.

    Raises :class:`StudioError` ``unknown_symbol``.
    """
    given = [part.split() for part in reading.split(".")]
    parts = given if len(given) > 1 else english_syllables(reading)
    return [_stressed(part, has, reading) for part in parts if part]


def _stressed(phones: Sequence[str], has: Callable[[str], bool], reading: str) -> PhoneSyllable:
    said = tuple(phone.rstrip("012").lower() for phone in phones)
    if not all(has(phone) and not phone.endswith("_c") for phone in said):
        raise StudioError("unknown_symbol", text=reading, reading=reading)
    stress = next((phone[-1] for phone in phones if phone[-1] in "012"), "0")
    # Secondary stress counts as none.
    return PhoneSyllable(said, "tone1" if stress == "1" else "tone0")


NO_EMOTION: Final = "emotion_none"
BreakEmotion = Literal["none", "sentence"]
"""What the breaks' emotion is: the front end that the voices are published with writes none, their transcripts the
sentence's own."""

_PINYIN: Final = re.compile(r"[a-zêü:]+[1-5](?: [a-zêü:]+[1-5])*")
_MARKS: Final = re.compile(r"#[1-4]|[%/]|[A-Za-z]+(?:'[A-Za-z]+)*|.", re.DOTALL)
_ARPABET: Final = r"(?:[A-Z][A-Z0-9]*|\.)(?!\S)"
_READINGS: Final = re.compile(rf"{_ARPABET}(?:\s+{_ARPABET})*|(?!/(?!\S))\S+")
"""An English word's phones and full stops together, or one syllable of pinyin; a stroke parts words."""
_SHORTHAND: Final = {"%": 3, "/": 2}
_SENTENCE: Final = 4


@dataclass
class SymbolWord:
    """What stands between two breaks."""

    syllables: list[tuple[PhoneSyllable, int]] = field(default_factory=list)
    """Each with the number of the token that it belongs to."""
    level: int = 1
    """Of the break after it, 1 to 4."""


@dataclass(frozen=True)
class SymbolSentence:
    """Items, and for each the number of its token; a break has that of the token before it."""

    items: list[Item]
    tokens: list[int]
    breaks: list[bool]
    """Which items are breaks."""


def sentence(
    segment: Segment, vocabulary: SymbolVocabulary, emotion: str, speaker: str, break_emotion: BreakEmotion = "none"
) -> SymbolSentence:
    """A segment whose tokens have readings and breaks.

    Raises :class:`StudioError` ``unknown_symbol`` for a reading that the voice cannot say, ``text_unspeakable`` where
    there is none at all.
    """
    words = [SymbolWord()]
    for number, token in enumerate(segment.tokens):
        if token.kind == "punctuation" or not token.reading:
            continue
        word = words[-1]
        if not _joins(token, word, segment.tokens, vocabulary):
            word.syllables += [(syllable, number) for syllable in _syllables(token, vocabulary)]
        if token.break_after:
            word.level = min(token.labelled_break, 3)
            words.append(SymbolWord())
    return write([word for word in words if word.syllables], emotion, speaker, break_emotion)


def _syllables(token: Token, vocabulary: SymbolVocabulary) -> list[PhoneSyllable]:
    try:
        if _PINYIN.fullmatch(token.reading):
            parts = token.reading.split()
            return [said for part in parts for said in mandarin(part, vocabulary.has_phone)]
        return english(token.reading, vocabulary.has_phone)
    except StudioError as error:
        raise StudioError("unknown_symbol", text=token.text, reading=token.reading) from error


def _joins(token: Token, word: SymbolWord, tokens: Sequence[Token], vocabulary: SymbolVocabulary) -> bool:
    """Put the suffix 儿 into the syllable before it, where the voice has such a final."""
    if token.text != "儿" or token.reading not in ("er5", "r5") or not word.syllables:
        return False
    before, owner = word.syllables[-1]
    final = before.phones[-1]
    if tokens[owner].kind != "hanzi" or not final.endswith("_c") or final == ER[1]:
        return False
    rhotic = f"{final.removesuffix('_c')}r_c"
    if not vocabulary.has_phone(rhotic) or before.phones[0] in ("ga", "ge", "go"):
        return False
    word.syllables[-1] = (PhoneSyllable((before.phones[0], rhotic), before.tone), owner)
    return True


def write(
    words: Sequence[SymbolWord], emotion: str, speaker: str, break_emotion: BreakEmotion = "none"
) -> SymbolSentence:
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
    return SymbolSentence(items, tokens, breaks)


def _place(number: int, count: int, kind: str) -> str:
    """Of ``count`` phones of a syllable or a word, the name of that with this ``number``."""
    if count == 1:
        return f"{kind}_both"
    return f"{kind}_{'begin' if number == 0 else 'end' if number == count - 1 else 'middle'}"


def transcript(text: str, readings: str, vocabulary: SymbolVocabulary) -> list[SymbolWord]:
    """Words of a corpus line: ``text`` with ``#1`` to ``#4`` (``/`` is #2, ``%`` is #3), and its pinyin.

    Rhotic syllables stand for two characters; an English word is ``/ P AY1 . TH AA0 N``. Punctuation and blanks that no
    break accompanies part words. Raises :class:`StudioError` ``malformed`` where the two do not match.
    """
    said = (" ".join(found.split()) for found in _READINGS.findall(readings))
    words = [SymbolWord()]
    swallowed = False
    for part in _MARKS.findall(text):
        said_already, swallowed = swallowed and part == "儿", False
        if said_already:
            continue
        level = _level(part)
        if level:
            if words[-1].syllables:
                words[-1].level = level
                words.append(SymbolWord())
            elif len(words) > 1:
                words[-2].level = max(words[-2].level, level)
            continue
        reading = next(said, "")
        if not reading:
            raise StudioError("malformed", reason=Bilingual(f"“{part}” has no reading.", f"“{part}”没有读音。"))
        spoken = english if " " in reading or reading.isupper() else mandarin
        words[-1].syllables += [(syllable, 0) for syllable in spoken(reading, vocabulary.has_phone)]
        letters = reading.rstrip("0123456789")
        swallowed = spoken is mandarin and letters.endswith("r") and letters != "er"
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
