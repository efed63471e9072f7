"""What is known of espeak-ng before it is opened."""

from __future__ import annotations

import importlib.util
import unicodedata
from collections import Counter
from typing import Final

from indextts.engines.info import EngineInfo, engine_of
from indextts.model.i18n.messages import Bilingual
from indextts.platform.config import Config
from indextts.voices import Voice

NAME: Final = "espeak"
"""Of the engine."""
PREFIX: Final = "espeak-"
"""What the ids of its voices begin with; a language follows. Alone, ``espeak``, it reads Chinese and English."""

SCRIPTS: Final = {
    "CYRILLIC": "ru", "GREEK": "el", "HEBREW": "he", "ARABIC": "ar", "DEVANAGARI": "hi", "BENGALI": "bn", "TAMIL": "ta",
    "TELUGU": "te", "KANNADA": "kn", "MALAYALAM": "ml", "GUJARATI": "gu", "GURMUKHI": "pa", "THAI": "th",
    "GEORGIAN": "ka", "ARMENIAN": "hy", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "ETHIOPIC": "am",
    "SINHALA": "si",
}  # fmt: skip
"""The first word of a letter's Unicode name → a language of espeak-ng's."""

TELLING: Final = {"uk": "іїєґІЇЄҐ", "ur": "ٹڈڑے", "fa": "پچژگ"}
"""Letters that the script's first language does not have."""

LANGUAGES: Final = tuple(dict.fromkeys([*SCRIPTS.values(), *TELLING]))

NAMES: Final = {
    "ru": ("Russian", "俄语"), "el": ("Greek", "希腊语"), "he": ("Hebrew", "希伯来语"), "ar": ("Arabic", "阿拉伯语"),
    "hi": ("Hindi", "印地语"), "bn": ("Bengali", "孟加拉语"), "ta": ("Tamil", "泰米尔语"), "te": ("Telugu", "泰卢固语"),
    "kn": ("Kannada", "卡纳达语"), "ml": ("Malayalam", "马拉雅拉姆语"), "gu": ("Gujarati", "古吉拉特语"),
    "pa": ("Punjabi", "旁遮普语"), "th": ("Thai", "泰语"), "ka": ("Georgian", "格鲁吉亚语"),
    "hy": ("Armenian", "亚美尼亚语"), "ko": ("Korean", "韩语"), "ja": ("Japanese", "日语"),
    "am": ("Amharic", "阿姆哈拉语"), "si": ("Sinhala", "僧伽罗语"), "uk": ("Ukrainian", "乌克兰语"),
    "ur": ("Urdu", "乌尔都语"), "fa": ("Persian", "波斯语"),
}  # fmt: skip


def foreign(text: str) -> str:
    """The language of most of the letters; empty where these are Chinese or Latin, or there are none.

    Japanese with Chinese characters is left alone: espeak-ng cannot read them.
    """
    scripts: Counter[str] = Counter()
    for char in text:
        if char.isalpha():
            scripts[SCRIPTS.get(unicodedata.name(char, "").partition(" ")[0], "")] += 1
    if not scripts:
        return ""
    language, count = scripts.most_common(1)[0]
    if not language or (language == "ja" and count < scripts.total()):
        return ""
    alike = {"uk": "ru", "ur": "ar", "fa": "ar"}
    return next((one for one, like in alike.items() if like == language and set(TELLING[one]) & set(text)), language)


LICENCE: Final = "GPL-3.0 (espeak-ng)"


def installed(config: Config) -> bool:
    """Whether it is switched on and its library is there."""
    return config.engines.espeak.enabled and importlib.util.find_spec("espeakng_loader") is not None


def voices(config: Config) -> list[Voice]:
    """One for Chinese and English, as a last resort, and one for each language that nothing else speaks."""
    listed = [Voice(NAME, "eSpeak", "eSpeak", NAME, ("zh", "en"), LICENCE)]
    for language in LANGUAGES:
        english, chinese = NAMES[language]
        listed.append(Voice(PREFIX + language, english, chinese, NAME, (language,), LICENCE))
    return listed


def foreign_voice(text: str) -> str:
    """The voice for a text in a language of :data:`LANGUAGES`, by its script; empty for other texts."""
    language = foreign(text)
    return PREFIX + language if language else ""


INFO: Final = EngineInfo(
    NAME,
    Bilingual("eSpeak NG", "eSpeak NG 引擎"),
    LICENCE,
    installed,
    voices,
    engine_of(__name__),
    rtf=0.02,
    commercial="yes",
    needs=("espeakng_loader",),
    foreign_voice=foreign_voice,
)
