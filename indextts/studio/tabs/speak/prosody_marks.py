"""The prosody's marks in a reading: a gap behind every token that is said, and how each sentence's melody ends."""

from __future__ import annotations

from indextts.i18n.messages import Language
from indextts.plan.pauses import last_spoken
from indextts.studio.escape import text_of
from indextts.studio.strings import STRINGS, say
from indextts.utterance.model import Segment, Token
from indextts.utterance.sources import USER


def gap(token: Token, at: str, language: Language, *, last: bool = False) -> str:
    """What stands behind ``token``: a break's mark, or a place for one; ``last`` is the end of its segment."""
    if token.kind == "punctuation" or not token.reading:
        return ""
    level = min(max(token.break_after, 0), 4)
    title = say(f"break_{level}", language)
    if token.break_source:
        title += f" · {decided_by(token.break_source, token.break_probability, language)}"
    classes = f"break break-{level}" + (" mine" if token.break_source == USER else "")
    data = _data(gap=at, level=str(level), source=token.break_source, sure=percent(token.break_probability))
    end = " data-last" if last else ""
    # Read aloud by a screen reader, a gap without a break would only part the words; the token's dialog has it too.
    role = f'role="button" {_titled(title)}' if level else f'aria-hidden="true" title="{text_of(title)}"'
    return f'<i class="{classes}" {role} tabindex="-1"{data}{end}></i>'


def ending(segment: Segment, index: int, language: Language) -> str:
    """How the melody of ``segment`` ends; nothing where nobody has decided."""
    last = last_spoken(segment)
    if not segment.intonation or last is None:
        return ""
    place = next(number for number, token in enumerate(segment.tokens) if token is last)
    source, probability = segment.intonation_source, segment.intonation_probability
    title = f"{say(f'melody_{segment.intonation}', language)} · {decided_by(source, probability, language)}"
    classes = f"melody melody-{segment.intonation}" + (" mine" if source == USER else "")
    data = _data(ending=f"{index}.{place}", level=segment.intonation, source=source, sure=percent(probability))
    return f'<i class="{classes}" role="button" tabindex="-1" {_titled(title)}{data}></i>'


def feeling(segment: Segment, language: Language) -> str:
    """The emotion of ``segment`` with how sure it is, before its first word; nothing where the settings' own holds."""
    if not segment.emotion:
        return ""
    names = [part.partition(":")[0] for part in segment.emotion.split("+")]
    words = " + ".join(say(f"emotion_{name}", language) if f"emotion_{name}" in STRINGS else name for name in names)
    sure = percent(segment.emotion_probability)
    title = f"{say('emotion', language)} · {decided_by(segment.emotion_source, segment.emotion_probability, language)}"
    shown = f"{words} {sure}%" if sure else words
    return f'<span class="feeling feeling-{text_of(names[0])}" title="{text_of(title)}">{text_of(shown)}</span>'


def emphasis(token: Token) -> str:
    """The attributes of a token's own element that say how much its word stands out."""
    if not token.prominence and not token.prominence_source:
        return ""
    return _data(
        stress=str(token.prominence),
        stressed=token.prominence_source,
        stressure=percent(token.prominence_probability),
    )


def decided_by(source: str, probability: float | None, language: Language) -> str:
    """Where a decision comes from and how sure that was, in words."""
    key = f"source_{source}"
    words = say("reading_source", language, source=say(key, language) if key in STRINGS else source)
    sure = percent(probability)
    return f"{words} · {say('sure', language, percent=sure)}" if sure else words


def percent(probability: float | None) -> str:
    """A probability as a whole number of hundredths, empty where there is none."""
    return "" if probability is None else f"{100 * min(max(probability, 0.0), 1.0):.0f}"


def _titled(text: str) -> str:
    return f'title="{text_of(text)}" aria-label="{text_of(text)}"'


def _data(**values: str) -> str:
    return "".join(f' data-{name}="{text_of(value)}"' for name, value in values.items() if value)
