"""Readings as people write and print them: brought to one form, or refused with what can be said.

Chinese takes pinyin with tone numbers or marks, and zhuyin; English the IPA, words that it sounds like, and ARPAbet,
its one form.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.reading.phonemes import symbols
from indextts.reading.phonemes.en.ipa import UnreadableError, looks_like_ipa, read_ipa
from indextts.reading.phonemes.en.sounds_like import asks_to_sound_like, is_respelt, sounds_like, stresses_of
from indextts.reading.phonemes.zh.spellings import MARKS, joined, unmarked, zhuyin
from indextts.reading.text.chars import is_hanzi

Kind = Literal["pinyin", "arpabet"]
Alphabet = Literal["pinyin", "arpabet", "ipa"]
"""What a person says that a reading is written in."""

MAX_SYLLABLES: Final = 64
"""Syllables or phones of one reading."""
_MAX_LETTERS: Final = 400

_BEARERS: Final = ("a", "e", "ou", "[iuüo](?=[^iuüo]*$)", "[nm]")
"""What bears the mark of a syllable: the first of these that it has."""
_PARTICLES: Final = ("a", "ba", "de", "ge", "la", "le", "ma", "me", "men", "na", "ne", "tou", "ya", "zhe", "zi")
"""Without a tone behind another syllable, they are neutral."""
_RUN_TOGETHER: Final = re.compile(r"(?<=[0-5])(?=[a-zêü])")

_PINYIN: Final = Bilingual(
    "Write pinyin with tone marks or numbers, for example chóng qìng, Xī'ān or chong2 qing4; or zhuyin.",
    "请写带声调的拼音，例如 chóng qìng、Xī'ān 或 chong2 qing4；也可写注音符号。",
)
_ENGLISH: Final = Bilingual(
    "Write IPA such as ˈmɪnət, or words that sound like it, such as “like: tom ah toe”.",
    "请写国际音标，例如 ˈmɪnət；或写读音相近的词，例如“像 tom ah toe”。",
)


@dataclass(frozen=True)
class Reading:
    """A checked reading, in its one form."""

    kind: Kind
    text: str
    """Syllables or phones with one space between."""


def read(word: str, written: str, kind: Alphabet | None = None) -> Reading:
    """``written`` as a reading of ``word``; in the alphabet ``kind`` if that is given, else in what it looks like.

    With ``arpabet``, an English reading may still be written in each of its ways. Raises :class:`StudioError`
    ``bad_reading``: it cannot be said, or has not one syllable for each character.
    """
    plain = " ".join(written.split())
    hanzi = sum(map(is_hanzi, word))
    if not plain:
        raise _refuse(word, plain, "it is empty", "读音为空")
    if len(plain.split()) > MAX_SYLLABLES or len(plain) > _MAX_LETTERS:
        raise _refuse(word, plain, f"it is longer than {MAX_SYLLABLES} sounds", f"超过 {MAX_SYLLABLES} 个音")
    kind = kind or _kind(plain, hanzi)
    if kind != "pinyin":
        if hanzi:
            raise _refuse(word, plain, "Chinese characters need pinyin", "汉字要用拼音注音")
        return Reading("arpabet", _english(word, plain, kind))
    syllables = _pinyin(word, plain)
    others = any(char.isalnum() and not is_hanzi(char) for char in word)
    if hanzi and (len(syllables) < hanzi + 1 if others else len(syllables) != hanzi):
        en = f"{hanzi} characters need as many syllables, not {len(syllables)}"
        raise _refuse(word, plain, en, f"{hanzi} 个汉字应有同样多的音节，而不是 {len(syllables)} 个")
    return Reading("pinyin", " ".join(syllables))


def means_english_sounds(word: str, written: str) -> bool:
    """Whether ``written`` is plainly a reading of the English ``word``, not a text to say in its place."""
    if any(map(is_hanzi, word)):
        return False
    asked = asks_to_sound_like(written) and not written.lower().startswith("like ")
    return asked or looks_like_ipa(written) or is_respelt(word, written)


def _kind(written: str, hanzi: int) -> Kind:
    """Pinyin for Chinese characters; for other words what the letters and digits fit."""
    if hanzi:
        return "pinyin"
    if written != written.lower():
        return "arpabet"
    return "pinyin" if all(map(symbols.is_syllable, _numbered(written))) else "arpabet"


def _english(word: str, written: str, alphabet: Alphabet) -> str:
    try:
        if alphabet == "ipa" or (looks_like_ipa(written) and not asks_to_sound_like(written)):
            phones = read_ipa(written, lambda vowels: stresses_of(word, vowels))
        else:
            phones = _arpabet(written) or sounds_like(word, written)
    except UnreadableError as error:
        raise _refuse(word, written, *error.reason) from error
    if len(phones.split()) > MAX_SYLLABLES:
        raise _refuse(word, written, f"it is longer than {MAX_SYLLABLES} sounds", f"超过 {MAX_SYLLABLES} 个音")
    return phones


def _arpabet(written: str) -> str:
    """The reading if it is written in ARPAbet, else empty; small letters alone are it only where they are no words.

    Raises :class:`UnreadableError` for one that has a digit as ARPAbet has, and another sound.
    """
    phones = written.upper().split()
    wrong = next((phone for phone in phones if not symbols.is_arpabet(phone)), None)
    digits = any(char.isdigit() for char in written)
    if wrong is not None:
        if digits:
            raise UnreadableError(f"“{wrong}” is not a sound of English", f"“{wrong}”不是英语的音")
        return ""
    spoken = len(phones) > 2 and any(phone in symbols.VOWELS for phone in phones)
    return " ".join(phones) if digits or written == written.upper() or spoken else ""


def _pinyin(word: str, written: str) -> list[str]:
    syllables = _numbered(written)
    for syllable in syllables:
        if not symbols.is_syllable(syllable):
            en, zh = f"“{syllable}” is not pinyin, such as xing2", f"“{syllable}”不是拼音，例如 xing2"
            if like := " ".join(f"{each[:-1]}2" for each in joined(syllable) if not syllable[-1].isdecimal()):
                en, zh = f"“{syllable}” lacks its tone, such as {like}", f"“{syllable}”缺声调，例如 {like}"
            raise _refuse(word, written, en, zh)
    return syllables


def _numbered(written: str) -> list[str]:
    """Syllables with tone numbers, whether they were written ``chong2 qing4``, ``Chong2qing4`` or ``chóng qìng``."""
    parts = _RUN_TOGETHER.sub(" ", zhuyin(unicodedata.normalize("NFC", written).lower())).split()
    parts = [each for part in parts for each in _parted(part)]
    plain = [unmarked(part) for part in parts]
    # Beside a syllable with a tone mark, one without any is neutral.
    neutral = "5" if any(tone for _, tone in plain) else ""
    syllables: list[str] = []
    for letters, tone in plain:
        if letters[-1:] == "0" and not tone:
            letters, tone = letters[:-1], "5"
        elif not letters[-1:].isdigit():
            tone = tone or neutral or ("5" if syllables and letters in _PARTICLES else "")
        syllables.append((letters + tone).replace("u:", "v").replace("ü", "v"))
    return syllables


def _parted(word: str) -> list[str]:
    """The syllables of a word that is written together, ``xuéxí``, ``xi1'an1``; other words as they are."""
    if symbols.is_syllable("".join(unmarked(word)).replace("u:", "v")):
        return [word]
    toned = any(char.isdecimal() or unmarked(char)[1] for char in word)
    return [*joined(word)] or [word] if toned else [word]


def tone_marked(reading: str) -> str:
    """Pinyin as books print it: ``chong2`` becomes ``chóng``, ``lv4`` ``lǜ``, ``er5`` ``er``.

    Anything that is not a syllable with a tone number comes back as it is.
    """
    syllable, tone = reading[:-1].replace("v", "ü").replace("u:", "ü"), reading[-1:]
    if tone not in "12345" or not syllable.isalpha() or not syllable.islower():
        return reading
    bearers = (match for pattern in _BEARERS if (match := re.search(pattern, syllable)))
    bearer = next(bearers, None)
    if bearer is None or tone == "5":
        return syllable
    mark = next(mark for mark, number in MARKS.items() if number == tone)
    at = bearer.start() + 1
    return unicodedata.normalize("NFC", syllable[:at] + mark + syllable[at:])


def _refuse(word: str, reading: str, reason: str, reason_zh: str) -> StudioError:
    """The error, with advice that fits the word: pinyin for Chinese, the IPA and words for English."""
    if any(map(is_hanzi, word)):
        how = _PINYIN
    elif any(map(str.isalpha, word)):
        how = _ENGLISH
    else:
        how = Bilingual(f"{_PINYIN.en} {_ENGLISH.en}", _PINYIN.zh + _ENGLISH.zh)
    return StudioError("bad_reading", word=word, reading=reading[:60], reason=Bilingual(reason, reason_zh), how=how)
