"""How a text was read, as HTML: each character with its pinyin, breaks, rewritten pieces, doubtful readings.

Everything that comes from the text is escaped once, by :func:`indextts.studio.strings.text_of`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from indextts.model.i18n.messages import Language
from indextts.model.sources import USER
from indextts.model.utterance import Segment, Token, Utterance
from indextts.plan.pauses import last_spoken
from indextts.reading.phonemes.printed import distinct, printed
from indextts.studio.strings import say, say_known, text_of

MAX_TOKENS: Final = 1500
"""Tokens shown before the rest is requested: a long text's reading is heavy to draw."""

DOUBTFUL: Final = 0.95
"""A reading that is less likely than this is marked (docs/measurements.md says what that finds)."""

COLOURS: Final = 8
"""Of speakers, as a book has them; a ninth one has the first one's again."""

_OPENING: Final = frozenset("（([【《〈「『“‘{")
_KEEP: Final = '<span class="keep">{}</span>'


class _Placed(NamedTuple):
    """A token and where it stands: ``segment.token``."""

    token: Token
    at: str
    last: bool
    """Whether nothing else is said after it in its segment."""

    def gap(self, language: Language) -> str:
        return _gap(self.token, self.at, language, last=self.last)


class _Piece(NamedTuple):
    """A bit of the reading as HTML, and whether it belongs to what follows or to what came before."""

    html: str
    pause: str
    """The gap after it."""
    opens: bool
    closes: bool


def reading_html(
    utterance: Utterance, language: Language, *, until_s: float = 0.0, names: Mapping[str, str] | None = None
) -> str:
    """The reading as one HTML fragment, in the reader's language: of a long text its beginning.

    That is as much as :data:`MAX_TOKENS` allows, and all that is heard before ``until_s``.

    ``names`` are what the voices are called, by their ids: of use where a text has several.
    """
    shown = [*_first_segments(utterance.segments, until_s)]
    parts = ['<div class="reading-text" lang="zh-CN">']
    speakers = _speakers(utterance, names or {})
    parts += [_segment(segment, index, language, speakers.get(index)) for index, segment in enumerate(shown)]
    parts.append("</div>")
    hidden = len(utterance.segments) - len(shown)
    if hidden:
        more = text_of(say("reading_more", language, count=hidden))
        parts.append(f'<button type="button" class="quiet-button" data-action="whole">{more}</button>')
    return "".join(parts)


def sentence_html(segment: Segment, index: int, language: Language) -> str:
    """One sentence's reading, the ``index``-th of its text, as the whole reading shows it."""
    return f'<div class="reading-text" lang="zh-CN">{_segment(segment, index, language)}</div>'


def _first_segments(segments: Sequence[Segment], until_s: float) -> Iterator[Segment]:
    """As many whole segments as :data:`MAX_TOKENS` allows, the first one and those before ``until_s`` always."""
    tokens = 0
    for index, segment in enumerate(segments):
        tokens += len(segment.tokens)
        if index and tokens > MAX_TOKENS and (segment.start_s or 0.0) >= until_s:
            return
        yield segment


class _Speaker(NamedTuple):
    """Who begins to speak: what the text calls them, empty where it does not, and the voice."""

    label: str
    voice: str
    colour: int
    """Of the pill, from 0 on."""

    def pill(self, language: Language) -> str:
        """Before the first word; where the text has a label, a button that chooses its voice."""
        classes = f"who who-{self.colour}"
        voice = f"<small>{text_of(self.voice)}</small>" if self.voice else ""
        if not self.label:
            return f'<span class="{classes}">{voice}</span> '
        label = text_of(self.label)
        title = text_of(say("speaker_voice", language, label=self.label))
        name = text_of(f"{self.label} · {self.voice} · {say('speaker_voice', language, label=self.label)}")
        return (
            f'<button type="button" class="{classes}" data-label="{label}" title="{title}" aria-label="{name}"'
            f' aria-haspopup="menu" aria-expanded="false"><b>{label}</b>{voice}</button> '
        )


def _speakers(utterance: Utterance, names: Mapping[str, str]) -> dict[int, _Speaker]:
    """The speaker who begins at each segment number, or goes on in a line that names nobody."""
    segments = utterance.segments
    if len({segment.voice for segment in segments}) < 2:
        return {}
    speakers: dict[int, _Speaker] = {}
    colours: dict[str, int] = {}
    speaking = ""
    for index, segment in enumerate(segments):
        before = segments[index - 1] if index else None
        between = utterance.text[before.end if before else 0 : segment.start]
        changed = before is None or before.voice != segment.voice
        named = label_of(between)
        label = speaking = named or ("" if changed else speaking)
        if changed or named or (label and "\n" in between):
            voice = segment.voice or utterance.settings.voice
            colour = colours.setdefault(label or voice, len(colours)) % COLOURS
            speakers[index] = _Speaker(label, names.get(voice, ""), colour)
    return speakers


def label_of(between: str) -> str:
    """The name that the text before a segment gives its speaker, empty where it gives none."""
    last = between.rsplit("\n", 1)[-1].replace("**", "").strip()
    return last[:-1].strip() if last.endswith((":", "：")) else ""


def _segment(segment: Segment, index: int, language: Language, speaker: _Speaker | None = None) -> str:
    timed = segment.start_s is not None and segment.end_s is not None
    # To the sample: the page plays a sentence by itself.
    times = f' data-start="{segment.start_s:.5f}" data-end="{segment.end_s:.5f}"' if timed else ""
    last = last_spoken(segment)
    placed = [_Placed(token, f"{index}.{number}", token is last) for number, token in enumerate(segment.tokens)]
    pieces = [_piece(list(tokens), language) for _, tokens in groupby(placed, key=_origin)]
    end = _ending(segment, index, language)
    who = "" if speaker is None else speaker.pill(language)
    inside = who + _feeling(segment, language) + "".join(_kept_together(pieces, end))
    return f'<span class="segment"{times}>{inside}</span>'


def _kept_together(pieces: Sequence[_Piece], end: str) -> Iterator[str]:
    """The pieces, each with the opening marks before it and the closing marks and the gap after it; ``end`` last.

    So no line begins with a full stop, and a break stands after the comma that it belongs to.
    """
    held, pause, open_end = "", "", True
    for piece in pieces:
        if held and not piece.closes and not open_end:
            yield _KEEP.format(held + pause)
            held = pause = ""
        held += piece.html
        pause = piece.pause or pause
        open_end = piece.opens
    if held:
        yield _KEEP.format(held + pause + end)


def _origin(placed: _Placed) -> tuple[int, int, bool, int]:
    """Equal for the tokens that one rewriting of the text gave; different for all others."""
    token = placed.token
    if token.changes:
        return token.start, token.end, True, 0
    return token.start, token.end, False, id(token)


def _piece(placed: list[_Placed], language: Language) -> _Piece:
    """Tokens with one origin: a rewritten stretch with what it was, or a token as written."""
    spoken = "".join(_token(each, language) + each.gap(language) for each in placed[:-1]) + _token(placed[-1], language)
    tokens = [each.token for each in placed]
    pause = placed[-1].gap(language)
    written = _written(tokens)
    if not written or written == "".join(token.text for token in tokens):
        mark = tokens[0].kind == "punctuation"
        opens = mark and all(char in _OPENING for char in tokens[0].text)
        return _Piece(spoken, pause, opens, mark and not opens)
    title = text_of(say("reading_was", language, was=written))
    html = f'<span class="changed" title="{title}"><del>{text_of(written)}</del>{spoken}</span>'
    return _Piece(html, pause, opens=False, closes=False)


def _written(tokens: list[Token]) -> str:
    """What stood in the text where these tokens are now, empty when it was the same."""
    seen: list[str] = []
    for token in tokens:
        seen += [change.was for change in token.changes if change.was != change.became]
    return seen[0] if seen else ""


def _token(placed: _Placed, language: Language) -> str:
    token = placed.token
    text = text_of(token.text)
    if token.kind == "punctuation":
        return f'<span class="token"><span class="mark">{text}</span></span>'
    if token.kind != "hanzi":
        text = f'<span class="word" lang="{token.lang}">{text}</span>'
    body = f"<ruby>{text}<rt>{text_of(printed(token.reading))}</rt></ruby>" if token.reading else text
    notes = _notes(token, language)
    classes = "token" + (" doubt" if is_doubtful(token) else "") + (" fixed" if token.reading_source == "user" else "")
    title = f' title="{text_of(notes)}"' if notes else ""
    times = ""
    if token.start_s is not None and token.end_s is not None:
        times = f' data-start="{token.start_s:.3f}" data-end="{token.end_s:.3f}"'
    handle = _handle(token, placed.at) + _emphasis(token)
    return f'<span class="{classes}"{title}{times}{handle}>{body}</span>'


def _handle(token: Token, at: str) -> str:
    """What makes a token a button, and what its popover shows."""
    if not token.reading:
        return ""
    facts = {"at": at, "reading": token.reading, "source": token.reading_source}
    others = [[other, printed(other)] for other in distinct(token.reading, token.alternatives)]
    if others:
        facts["others"] = json.dumps(others, ensure_ascii=False)
    data = "".join(f' data-{name}="{text_of(value)}"' for name, value in facts.items())
    return f' role="button" tabindex="-1"{data}'


def is_doubtful(token: Token) -> bool:
    """Whether the reading may well be wrong, and the character has another one."""
    likely = token.reading_probability
    return likely is not None and likely < DOUBTFUL and any(other != token.reading for other in token.alternatives)


def _notes(token: Token, language: Language) -> str:
    """The tooltip of a token: other readings, and where its own comes from."""
    if not token.reading or token.kind == "punctuation":
        return ""
    notes = [printed(token.reading)]
    others = distinct(token.reading, token.alternatives)
    separator = "、" if language == "zh" else ", "
    if others:
        notes.append(say("reading_other", language, others=separator.join(map(printed, others))))
    if token.reading_source:
        notes.append(_decided_by(token.reading_source, None, language))
    return " · ".join(notes)


def _gap(token: Token, at: str, language: Language, *, last: bool = False) -> str:
    """What stands after ``token``: a break's mark, or a place for one; ``last`` is the end of its segment."""
    if token.kind == "punctuation" or not token.reading:
        return ""
    level = min(max(token.break_after, 0), 4)
    title = say(f"break_{level}", language)
    if token.break_source:
        title += f" · {_decided_by(token.break_source, token.break_probability, language)}"
    classes = f"break break-{level}" + (" mine" if token.break_source == USER else "")
    data = _data(gap=at, level=str(level), source=token.break_source, sure=_percent(token.break_probability))
    end = " data-last" if last else ""
    # Read aloud by a screen reader, a gap without a break would only part the words; the token's dialog has it too.
    role = f'role="button" {_titled(title)}' if level else f'aria-hidden="true" title="{text_of(title)}"'
    return f'<i class="{classes}" {role} tabindex="-1"{data}{end}></i>'


def _ending(segment: Segment, index: int, language: Language) -> str:
    """How the melody of ``segment`` ends; nothing where that is not decided."""
    last = last_spoken(segment)
    if not segment.intonation or last is None:
        return ""
    place = next(number for number, token in enumerate(segment.tokens) if token is last)
    source, probability = segment.intonation_source, segment.intonation_probability
    title = f"{say(f'melody_{segment.intonation}', language)} · {_decided_by(source, probability, language)}"
    classes = f"melody melody-{segment.intonation}" + (" mine" if source == USER else "")
    data = _data(ending=f"{index}.{place}", level=segment.intonation, source=source, sure=_percent(probability))
    return f'<i class="{classes}" role="button" tabindex="-1" {_titled(title)}{data}></i>'


def _feeling(segment: Segment, language: Language) -> str:
    """The emotion of ``segment`` with how sure it is, before its first word; nothing where the settings' own holds."""
    if not segment.emotion:
        return ""
    names = [part.partition(":")[0] for part in segment.emotion.split("+")]
    words = " + ".join(say_known(f"emotion_{name}", language, name) for name in names)
    sure = _percent(segment.emotion_probability)
    title = f"{say('emotion', language)} · {_decided_by(segment.emotion_source, segment.emotion_probability, language)}"
    shown = f"{words} {sure}%" if sure else words
    return f'<span class="feeling feeling-{text_of(names[0])}" title="{text_of(title)}">{text_of(shown)}</span>'


def _emphasis(token: Token) -> str:
    """The attributes of a token's own element that say how much its word stands out."""
    if not token.prominence and not token.prominence_source:
        return ""
    return _data(
        stress=str(token.prominence),
        stressed=token.prominence_source,
        stressure=_percent(token.prominence_probability),
    )


def _decided_by(source: str, probability: float | None, language: Language) -> str:
    """Where a decision comes from and how sure that was, in words."""
    words = say("reading_source", language, source=say_known(f"source_{source}", language, source))
    sure = _percent(probability)
    return f"{words} · {say('sure', language, percent=sure)}" if sure else words


def _percent(probability: float | None) -> str:
    """A probability as a whole number of hundredths, empty where there is none."""
    return "" if probability is None else f"{100 * min(max(probability, 0.0), 1.0):.0f}"


def _titled(text: str) -> str:
    return f'title="{text_of(text)}" aria-label="{text_of(text)}"'


def _data(**values: str) -> str:
    return "".join(f' data-{name}="{text_of(value)}"' for name, value in values.items() if value)
