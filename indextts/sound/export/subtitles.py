"""Subtitles from the times that speaking has written into a plan: SRT, WebVTT, LRC and JSON.

    subtitles = Subtitles.of(speech.utterance)
    Path("a.srt").write_text(subtitles.render("srt"), encoding="utf-8")

Words stand as the writer wrote them (``2026年``, whatever was said for it); sentences are the plan's segments, and
those too long to be read at a glance are shown in lines, which end after marks where they can and never in a word.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Final

from pydantic import TypeAdapter

from indextts.model.utterance import Segment, Token, Utterance
from indextts.reading.phonemes.printed import word_reading
from indextts.reading.text import chars

MAX_WIDTH: Final = 420
"""Of a line: 42 Latin letters, or 20 Chinese characters."""
_NARROW: Final = 10
_WIDE: Final = 21

_STRONG: Final = chars.SENTENCE_END + chars.SEMICOLON
_WEAK: Final = chars.COMMA + chars.COLON + chars.DASH + chars.CLOSERS
_MARKS: Final = _STRONG + _WEAK
_UNIT: Final = re.compile(
    rf"[{re.escape(chars.OPENERS)}]*([\u2e80-\uffff]|[^\s\u2e80-\uffff]+)[{re.escape(_MARKS)}]*\s*"
)
"""A Latin word or a Chinese character with the marks around it."""
_LATIN_MARKS: Final = str.maketrans("，。！？；：、（）", ",.!?;:,()")
"""Those of a line in Latin letters."""
_BREAK_COST: Final = (2.0, 1.4, 0.8, 0.5, 0.4)
"""What it costs to end a line after a word without a mark, by the break there."""


@dataclass(frozen=True)
class SubtitleWord:
    """A word as it was written, and when it is heard."""

    text: str
    shown: str
    """With the marks and spaces around it: a line is all of these in a row."""
    start_s: float
    end_s: float
    reading: str = ""
    """How it is said: pinyin with tone marks, or phonetic letters."""


@dataclass(frozen=True)
class SubtitleLine:
    """A line of subtitles: what is shown at once."""

    text: str
    start_s: float
    end_s: float
    words: tuple[SubtitleWord, ...]


@dataclass(frozen=True)
class SubtitleSentence:
    """The lines of one segment of the plan."""

    text: str
    start_s: float
    end_s: float
    lines: tuple[SubtitleLine, ...]
    reading: str = ""
    """Of all its words, with the marks that stand between them."""


@dataclass(frozen=True)
class Subtitles:
    """All sentences of a speech, in order; times do not overlap."""

    sentences: tuple[SubtitleSentence, ...]

    @staticmethod
    def of(utterance: Utterance) -> Subtitles:
        """Those of a plan that has been spoken; before that there are none."""
        sentences = (_sentence(utterance.text, spans) for spans in _sentences(utterance) if spans)
        return Subtitles(tuple(sentences))

    @staticmethod
    def timed(sentences: Iterable[tuple[float, float, str]]) -> Subtitles:
        """Those of sentences with begin and end in seconds; the letters of one share its time, no word has its own."""
        return Subtitles(tuple(_even(*sentence) for sentence in sentences if sentence[2].strip()))

    @property
    def lines(self) -> Iterator[SubtitleLine]:
        return (line for sentence in self.sentences for line in sentence.lines)

    def render(self, form: str, *, words: bool = False) -> str:
        """The file's text in ``form``, one of :data:`indextts.server.schemas.SUBTITLE_TYPES`.

        ``words`` puts each one's time into VTT and LRC.

        Raises ``KeyError`` for other forms.
        """
        write: dict[str, Callable[[], str]] = {
            "srt": self._srt,
            "vtt": lambda: self._vtt(words),
            "lrc": lambda: self._lrc(words),
            "json": self.to_json,
        }
        return write[form]()

    def to_json(self) -> str:
        """``{"sentences": [{"text", "start_s", "end_s", "lines": [{…, "words": [{…, "reading"}]}], "reading"}]}``."""
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"

    @staticmethod
    def from_json(text: str | bytes) -> Subtitles:
        """Read what :meth:`to_json` wrote."""
        return _form().validate_json(text)

    def _srt(self) -> str:
        cues = []
        for number, (line, (start, end)) in enumerate(self._milliseconds(), start=1):
            cues.append(f"{number}\n{_clock(start, ',')} --> {_clock(end, ',')}\n{line.text}\n")
        return "\n".join(cues)

    def _vtt(self, words: bool) -> str:
        cues = ["WEBVTT\n"]
        for line, (start, end) in self._milliseconds():
            text = escape(line.text, quote=False)
            if words:
                text = "".join(
                    (f"<{_clock(at, '.')}>" if start < at < end else "") + escape(word.shown, quote=False)
                    for word, at in ((word, round(1000 * word.start_s)) for word in line.words)
                ).strip()
            cues.append(f"{_clock(start, '.')} --> {_clock(end, '.')}\n{text}\n")
        return "\n".join(cues)

    def _lrc(self, words: bool) -> str:
        lines = []
        for line in self.lines:
            text = line.text
            if words:
                text = "".join(f"<{_lrc_clock(word.start_s)}>{word.shown}" for word in line.words)
                text += f"<{_lrc_clock(line.end_s)}>"
            # A bracket at the beginning would be taken for another tag.
            lines.append(f"[{_lrc_clock(line.start_s)}]{' ' if text.startswith('[') else ''}{text}\n")
        return "".join(lines)

    def _milliseconds(self) -> Iterator[tuple[SubtitleLine, tuple[int, int]]]:
        """Lines with their times in whole milliseconds: each lasts, none begins before the one before it has ended."""
        before = 0
        for line in self.lines:
            start = max(before, round(1000 * line.start_s))
            before = max(start + 1, round(1000 * line.end_s))
            yield line, (start, before)


# ---------------------------------------------------------------------- from the plan


@dataclass
class _Span:
    """A stretch of the written text that is heard as one, and the stretch that it is shown with."""

    start: int
    end: int
    start_s: float
    end_s: float
    pause: int
    """Break after it."""
    left: int = 0
    right: int = 0
    tokens: list[Token] = field(default_factory=list)

    def take(self, token: Token, end_s: float) -> None:
        self.tokens.append(token)
        self.start, self.end = min(self.start, token.start), max(self.end, token.end)
        self.end_s = max(self.end_s, end_s)
        self.pause = token.break_after


def _sentences(utterance: Utterance) -> list[list[_Span]]:
    """The words of each segment, with the marks that belong to each; a number cut in two stays with its beginning."""
    sentences: list[list[_Span]] = []
    last: _Span | None = None
    for segment in utterance.segments:
        spans: list[_Span] = []
        word = -1
        for token, (start_s, end_s) in zip(segment.tokens, _times(segment), strict=True):
            if start_s is None or end_s is None or not token.phones:
                continue
            inside = last is not None and token.start < last.end
            if last is not None and (inside or (spans and token.word == word and token.start == last.end)):
                last.take(token, end_s)
            else:
                last = _Span(token.start, token.end, start_s, end_s, token.break_after, tokens=[token])
                spans.append(last)
            word = token.word
        sentences.append(spans)
    _share_marks(utterance.text, sentences, utterance.segments)
    return sentences


def _times(segment: Segment) -> list[tuple[float | None, float | None]]:
    """When each token is heard. Of an engine that gives no times, tokens share the segment's by their sounds."""
    given = [(token.start_s, token.end_s) for token in segment.tokens]
    total = sum(len(token.phones) for token in segment.tokens)
    if segment.start_s is None or segment.end_s is None or not total or given != [(None, None)] * len(given):
        return given
    each, before = (segment.end_s - segment.start_s) / total, 0
    shared: list[tuple[float | None, float | None]] = []
    for token in segment.tokens:
        after = before + len(token.phones)
        shared.append((segment.start_s + before * each, segment.start_s + after * each))
        before = after
    return shared


def _share_marks(text: str, sentences: Sequence[Sequence[_Span]], segments: Sequence[Segment]) -> None:
    """Give every span the marks around it: what opens goes to what follows, all else to what stands before it."""
    before: _Span | None = None
    for spans, segment in zip(sentences, segments, strict=True):
        for number, span in enumerate(spans):
            floor = before.end if before is not None else 0
            if number == 0:
                floor = max(floor, min(segment.start, span.start))
            span.left = span.start
            while span.left > floor and _opens(text, span.left - 1):
                span.left -= 1
            if before is not None:
                before.right = max(before.end, min(span.left, before.right))
            span.right = max(span.end, segment.end)
            before = span
        if before is not None and segment.start < before.end:  # the rest of a number that was cut in two
            before.right = max(before.right, segment.end)


def _opens(text: str, at: int) -> bool:
    """Whether a mark belongs to what follows. A straight quote does after a space, and else if it is an odd one."""
    if text[at] not in "\"'":
        return text[at] in chars.OPENERS
    before = text[at - 1] if at else " "
    if before.isspace() or before in chars.OPENERS or (before in "\"'" and _opens(text, at - 1)):
        return not text[at + 1 : at + 2].isspace()
    return text[at] == '"' and not before.isascii() and text.count('"', text.rfind("\n", 0, at) + 1, at) % 2 == 0


def _sentence(text: str, spans: Sequence[_Span]) -> SubtitleSentence:
    lines = tuple(_line(text, spans[begin:end]) for begin, end in _cut(text, spans))
    whole = _one_line(text[spans[0].left : spans[-1].right])
    return SubtitleSentence(whole, lines[0].start_s, lines[-1].end_s, lines, _reading(text, spans))


def _reading(text: str, spans: Sequence[_Span]) -> str:
    """The readings of the words in a row, with the marks around them in place."""
    said = "".join(
        text[span.left : span.start] + word_reading(span.tokens) + text[span.end : span.right] + " " for span in spans
    )
    return _one_line(said.translate(_LATIN_MARKS))


def _even(start_s: float, end_s: float, text: str) -> SubtitleSentence:
    """A sentence in lines, each as long as its share of the letters."""
    text = _one_line(text)
    total = max(1, width(text))
    spans, before = [], 0
    for found in _UNIT.finditer(text):
        after = before + width(found.group())
        start, times = found.start(1), [start_s + (end_s - start_s) * share / total for share in (before, after)]
        end = start + max(1, len(found.group(1).rstrip(_MARKS)))
        spans.append(_Span(start, end, times[0], times[1], 0, found.start(), found.end()))
        before = after
    lines = tuple(
        SubtitleLine(
            text[spans[begin].left : spans[end - 1].right].strip(),
            round(spans[begin].start_s, 4),
            round(spans[end - 1].end_s, 4),
            (),
        )
        for begin, end in _cut(text, spans)
    )
    return SubtitleSentence(text, start_s, end_s, lines)


def _line(text: str, spans: Sequence[_Span]) -> SubtitleLine:
    words = []
    for number, span in enumerate(spans):
        shown = _shown(text, span)
        shown = shown.lstrip() if number == 0 else shown
        shown = shown.rstrip() if number == len(spans) - 1 else shown
        start_s, end_s = round(span.start_s, 4), round(max(span.start_s, span.end_s), 4)
        reading = word_reading(span.tokens)
        words.append(SubtitleWord(_one_line(text[span.start : span.end]), shown, start_s, end_s, reading))
    return SubtitleLine("".join(word.shown for word in words), words[0].start_s, words[-1].end_s, tuple(words))


def _cut(text: str, spans: Sequence[_Span]) -> list[tuple[int, int]]:
    """Lines as stretches of ``spans``: few, of even width, ending where it disturbs least. The cheapest of all ways."""
    edges, spaces = [0], [0]
    for span in spans:
        shown = _shown(text, span)
        edges.append(edges[-1] + width(shown))
        spaces.append(width(shown) - width(shown.rstrip()))
    count = -(-(edges[-1] - spaces[-1]) // MAX_WIDTH)
    if count <= 1:
        return [(0, len(spans))]
    target = edges[-1] / count
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(spans) + 1):
        ways = []
        for begin in range(end - 1, -1, -1):
            taken = edges[end] - spaces[end] - edges[begin]
            if taken > MAX_WIDTH and begin < end - 1:
                break
            uneven = 0.5 * ((taken - target) / MAX_WIDTH) ** 2
            ways.append((best[begin][0] + uneven + _cost(text, spans[end - 1]) + 0.2, begin))
        best.append(min(ways))
    lines = []
    end = len(spans)
    while end:
        begin = best[end][1]
        lines.append((begin, end))
        end = begin
    return lines[::-1]


def _cost(text: str, span: _Span) -> float:
    behind = text[span.end : span.right]
    if any(char in _STRONG for char in behind):
        return 0.0
    if any(char in _WEAK for char in behind):
        return 0.1
    return _BREAK_COST[min(max(span.pause, 0), 4)]


def width(text: str) -> int:
    """Room that a piece of text takes, in the unit of :data:`MAX_WIDTH`."""
    return sum(
        _WIDE if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else _NARROW
        for char in text
    )


# ---------------------------------------------------------------------- text and clocks


def _shown(text: str, span: _Span) -> str:
    """A span with its marks, and one space where there are any, at its ends too."""
    return re.sub(r"\s+", " ", text[span.left : span.right])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _clock(milliseconds: int, point: str) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{thousandths:03d}"


def _lrc_clock(seconds: float) -> str:
    hundredths = round(100 * seconds)
    return f"{hundredths // 6000:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"


_form = functools.cache(lambda: TypeAdapter(Subtitles))
