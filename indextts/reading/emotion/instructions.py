"""What free instructions on how to speak say of emotion, speed and pitch, in Chinese and English.

heard = read_instructions("Speak cheerfully and a bit slower. Irish accent.")
heard.emotion, heard.speed, heard.pitch      # ("happy", 0.85, 0.0)
heard.unused                                 # ("Irish accent",)

A clause that denies something (“don't sound sad”) is not guessed at: it counts as unused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_MOST: Final = 4_000
"""Characters that are looked at."""
_EMOTIONS: Final = {
    "happy": r"\bhapp[yi]|\bcheer|\bjoy|delight|upbeat|excit|enthusias|playful|开心|高兴|快乐|愉快|欢快|喜悦|兴奋|活泼",
    "angry": r"\bang(?:er|r)|furious|irritat|生气|愤怒|恼火|气愤",
    "sad": r"\bsad(?:ly|ness|der)?\b|sorrow|grie[fv]|tearful|悲伤|难过|伤心|哀伤|悲痛",
    "afraid": r"afraid|\bfear(?!less)|scared|frighten|terrified|nervous|anxious|害怕|恐惧|惊恐|紧张",
    "disgusted": r"disgust|contempt|厌恶|嫌弃|鄙视",
    "melancholic": r"melanchol|gloomy|depress|wistful|忧郁|低落|惆怅|沮丧",
    "surprised": r"surpris|astonish|amazed|惊讶|吃惊|惊喜|诧异",
    "calm": r"calm|sooth|relax|\bgent(?:le|ly)\b|peaceful|seren|\bsoft(?:ly|er)?\b|平静|温柔|柔和|舒缓|轻柔|冷静|安静",
    "neutral": r"neutral|matter.of.fact|monotone|flat voice|中性|平淡|不带感情",
}
_SPEEDS: Final = (
    (1.4, r"(very|really|extremely|as) (fast|quick)|非常快|很快|飞快|极快"),
    (0.7, r"(very|really|extremely) slow|非常慢|很慢|极慢"),
    (1.15, r"\bfast|quick|rapid|brisk|speed up|快一?[点些]|加快|语速.{0,2}快|快速|快语速"),
    (0.85, r"slow|慢一?[点些]|放慢|语速.{0,2}慢|慢速|缓慢|慢慢"),
)
_PITCHES: Final = (
    (2.0, r"high(er)?[ -]?(pitch|voice|tone)|(pitch|voice|tone)\W+(\w+\W+){0,2}high|尖|音调.{0,2}高|声音.{0,2}高|高音"),
    (
        -2.0,
        r"(low(er)?|deep(er)?)[ -]?(pitch|voice|tone)|(pitch|voice|tone)\W+(\w+\W+){0,2}(low|deep)"
        r"|音调.{0,2}低|声音.{0,2}低|低沉|低音|浑厚",
    ),
)
_CLAUSES: Final = re.compile(r"[,;.!?\n，。；！？、：]+|\b(?:and|but)\b|而且|并且|但是|同时", re.IGNORECASE)
_DENIED: Final = re.compile(
    r"\b(?:not|don'?t|never|without|avoid|no|less)\b|don’t|不要|不能|别|切勿|避免|不用", re.IGNORECASE
)
_EMPTY: Final = re.compile(r"[\W_]*")


@dataclass(frozen=True)
class Instructions:
    """What was understood."""

    emotion: str = ""
    """Empty where none was named."""
    speed: float = 1.0
    pitch: float = 0.0
    """Semitones."""
    unused: tuple[str, ...] = ()
    """The clauses that said nothing of these, in order."""


def read_instructions(text: str) -> Instructions:
    """Read ``text``; of two that contradict each other the first holds, and the other is unused."""
    emotion, speed, pitch = "", 1.0, 0.0
    unused = [text[_MOST:]] if len(text) > _MOST else []
    for part in _CLAUSES.split(text[:_MOST]):
        clause = part.strip()
        if _EMPTY.fullmatch(clause):
            continue
        said = "" if _DENIED.search(clause) and "不带感情" not in clause else clause.lower()
        feeling = next((name for name, words in _EMOTIONS.items() if re.search(words, said)), "")
        pace = next((value for value, words in _SPEEDS if re.search(words, said)), 1.0)
        tone = next((value for value, words in _PITCHES if re.search(words, said)), 0.0)
        taken = False
        if feeling and emotion in ("", feeling):
            emotion, taken = feeling, True
        if pace != 1.0 and speed in (1.0, pace):
            speed, taken = pace, True
        if tone and pitch in (0.0, tone):
            pitch, taken = tone, True
        if not taken:
            unused.append(clause)
    return Instructions(emotion, speed, pitch, tuple(unused))
