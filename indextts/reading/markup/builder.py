"""Builds the text and the effect of each mark from what the parser finds.

What cannot be done is :class:`~indextts.reading.markup.values.BadValueError`, which the parser turns into an error that
names the mark, or :class:`StudioError` ``bad_markup`` where another mark is to be named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, cast

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.sources import MARKUP
from indextts.model.utterance import Lang
from indextts.reading.markup import tags, values
from indextts.reading.markup.marked import EmotionSpan, Mark, Marked, Span, VoiceTag, bad_markup, extend
from indextts.reading.markup.tags import Tag
from indextts.reading.phonemes.reading_input import Alphabet, read
from indextts.reading.text.chars import CLOSERS, SEMICOLON, SENTENCE_END, is_hanzi
from indextts.reading.text.overrides import Override

MAX_DEPTH: Final = 10
MAX_PAUSES_S: Final = 600.0
"""All pauses of one text together."""
SENTENCE_PAUSE_S: Final = 0.45
"""After a sentence that SSML ends and no mark does."""

_SPACE: Final = re.compile(r"\s+")
_ENDED: Final = frozenset(SENTENCE_END + SEMICOLON + CLOSERS + ".:：,，")


@dataclass(frozen=True)
class _Open:
    """An element that has begun; ``start`` is where its text does."""

    tag: Tag
    start: int
    lang: Lang | None


class Output:
    """Collects text; ``length`` is the offset at which the next character will stand."""

    def __init__(self, *, fold: bool) -> None:
        """``fold`` takes white space as XML does: any run of it is one space, and none between Chinese characters."""
        self._fold = fold
        self._parts: list[str] = []
        self._last = ""
        self._gap = ""
        self._sentence = False
        self.length = 0
        self.langs: list[tuple[int, int, Lang]] = []
        self.ends: dict[int, float] = {}
        """Where a sentence ends without a mark, with its pause."""

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def write(self, text: str, lang: Lang | None = None, *, exact: bool = False) -> tuple[int, int]:
        """Add ``text`` and say where it stands. ``exact`` leaves it out of ``langs``."""
        core = text
        if self._fold:
            if text[:1].isspace():
                self._gap = self._gap or " "
            core = _SPACE.sub(_folded, text.strip())
        if not core:
            return self.length, self.length
        self._close_gap(core[0])
        start = self.length
        self._put(core)
        if lang and not exact:
            self.langs.append((start, self.length, lang))
        if self._fold and text[-1].isspace():
            self._gap = " "
        return start, self.length

    def settle(self) -> None:
        """Put what parts the next text from this now, so that it begins at ``length``."""
        self._close_gap("x")

    def since(self, start: int) -> str:
        """The text from the offset ``start`` on."""
        missing = self.length - start
        parts: list[str] = []
        for part in reversed(self._parts):
            if missing <= 0:
                break
            parts.append(part[-missing:])
            missing -= len(part)
        return "".join(reversed(parts))

    def paragraph(self) -> None:
        self._gap = "\n"

    def sentence(self) -> None:
        self._sentence = True
        self._gap = self._gap or " "

    def _close_gap(self, first: str) -> None:
        if self._sentence and self.length and self._last not in _ENDED:
            self.ends[self.length] = SENTENCE_PAUSE_S
        if self.length and not (self._gap == " " and (self._last.isspace() or first.isspace())):
            self._put("" if self._gap == "\n" == self._last else self._gap)
        self._gap = ""
        self._sentence = False

    def _put(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self.length += len(text)
            self._last = text[-1]


class Builder:
    """Takes text, readings, pauses and tags in their order; ``at`` is the offset in the text as it was sent."""

    def __init__(self, *, document: bool, most_pauses_s: float = MAX_PAUSES_S) -> None:
        self._document = document
        self._most_pauses_s = most_pauses_s
        self._out = Output(fold=document)
        self._marked = Marked("")
        self._stack: list[_Open] = []
        self._felt: list[tuple[Mark, int]] = []
        self._root: Lang | None = None
        self._ended = False
        self._paused = 0.0

    def text(self, piece: str, at: int, *, literal: bool = False) -> None:
        """Add text; in a document its references are decoded unless it is ``literal``."""
        if not piece:
            return
        if self._document and not literal:
            piece = _decoded(piece, at)
        if not piece.strip() and (self._outside or self._inside("break")):
            return
        self._check_place(piece, at, in_exact=True)
        start, end = self._out.write(piece, self._lang, exact=self._in_exact)
        if start < end:
            self._marked.sources.append((start, at))

    def reading(self, word: str, written: str, at: int, tag: str) -> None:
        """``<word|reading>``."""
        self._check_place(tag, at)
        word = tags.decode(word.strip(), at, tag) if self._document else word.strip()
        if not word:
            raise values.BadValueError("it has no word before the bar", "竖线前没有文字")
        reading = _checked(word, written)
        start, end = self._out.write(word, exact=True)
        self._marked.sources.append((start, at + 1))
        self._marked.fixed.append(Override(start, end, reading=reading, source=MARKUP, lang=self._lang))

    def pause(self, written: str, at: int, tag: str) -> None:
        """``[pause …]``."""
        self._check_place(tag, at)
        self._add_pause(values.seconds(written))

    def feel(self, mark: Mark, at: int) -> None:
        """``[happy]`` or ``[/happy]``; inside one another the innermost counts."""
        self._check_place(mark.written, at)
        if mark.closing:
            inner = self._felt[-1][0].emotion if self._felt else ""
            if inner != mark.emotion:
                raise values.BadValueError(
                    f"[/{inner}] must come first" if inner else f"no [{mark.emotion}] was opened",
                    f"应先写 [/{inner}]" if inner else f"前面没有 [{mark.emotion}]",
                )
            self._felt.pop()
        elif len(self._felt) >= MAX_DEPTH:
            en, zh = f"emotions are nested at most {MAX_DEPTH} deep", f"情感标记最多嵌套 {MAX_DEPTH} 层"
            raise values.BadValueError(en, zh)
        else:
            self._felt.append((mark, at))
        now = self._felt[-1][0] if self._felt else None
        span = EmotionSpan(self._out.length, now.emotion if now else "", now.intensity if now else None)
        extend(self._marked.emotion_spans, span)

    def open(self, tag: Tag) -> None:
        tags.check(tag)
        given = tag.attributes
        if tag.name != "speak":
            self._check_place(tag.written, tag.start)
        elif not self._document or self._stack or self._ended:
            raise tag.bad("<speak> must appear only once, around the whole text", "<speak> 只能出现一次，包住全文")
        if len(self._stack) >= MAX_DEPTH:
            raise tag.bad(f"tags are nested at most {MAX_DEPTH} deep", f"标签最多嵌套 {MAX_DEPTH} 层")
        lang = values.language(given["xml:lang"]) if "xml:lang" in given else self._lang
        match tag.name:
            case "p":
                self._out.paragraph()
            case "s":
                self._out.sentence()
            case "break":
                named = values.named("strength", given.get("strength", "medium"), values.STRENGTHS)
                self._add_pause(values.seconds(given["time"]) if "time" in given else named)
            case "voice" | "say-as" | "phoneme" | "sub":
                self._out.settle()
            case "speak":
                self._root, lang = lang, None
        self._stack.append(_Open(tag, self._out.length, lang))
        if tag.empty:
            self.close(tag)

    def close(self, tag: Tag) -> None:
        """The element ends that ``tag`` names."""
        if not self._stack or self._stack[-1].tag.name != tag.name:
            inner = self._stack[-1].tag.name if self._stack else ""
            raise tag.bad(
                f"</{inner}> must come first" if inner else f"no <{tag.name}> was opened",
                f"应先结束 <{inner}>" if inner else f"前面没有 <{tag.name}>",
            )
        done = self._stack.pop()
        given, start, end = done.tag.attributes, done.start, self._out.length
        match tag.name:
            case "p":
                self._out.paragraph()
            case "s":
                self._out.sentence()
            case "say-as" | "phoneme" | "sub":
                with tags.naming(done.tag.start, done.tag.written):
                    self._marked.fixed.append(self._exact(done))
            case "voice" if "name" in given:
                voice = VoiceTag(given["name"].strip(), done.tag.written, done.tag.start + 1, start, end)
                self._marked.voices.append(voice)
            case "prosody" if start < end:
                rate = values.rate(given.get("rate", "medium"))
                pitch = values.pitch(given.get("pitch", "medium"))
                self._marked.spans.append(Span(start, end, rate, pitch, values.volume(given.get("volume", "medium"))))
            case "emphasis" if start < end:
                self._marked.spans.append(Span(start, end, *values.level(given.get("level", "moderate"))))
        self._ended = tag.name == "speak"

    def finish(self, length: int) -> Marked:
        """Everything; the text that was sent had ``length`` characters."""
        if self._stack:
            left = self._stack[-1].tag
            raise left.bad(f"</{left.name}> is missing", f"缺少 </{left.name}>")
        if self._felt:
            mark, at = self._felt[-1]
            raise bad_markup(at, mark.written, f"[/{mark.emotion}] is missing", f"缺少 [/{mark.emotion}]")
        if self._document and not self._ended:
            raise bad_markup(max(length - 1, 0), "<speak>", "there is no <speak>", "缺少 <speak>")
        marked = self._marked
        marked.text, marked.langs = self._out.text, self._out.langs
        if self._root == "en" and not marked.langs and not any(map(is_hanzi, marked.text)):
            marked.langs = [(0, len(marked.text), "en")] if marked.text else []
        for offset, seconds in self._out.ends.items():
            marked.pauses.setdefault(offset, seconds)
        return marked

    def _exact(self, done: _Open) -> Override:
        """What ``phoneme``, ``sub`` or ``say-as`` decides about its text."""
        given, word = done.tag.attributes, self._out.since(done.start)
        if not word.strip():
            raise values.BadValueError("it has no text inside", "标签内没有文字")
        fixed = Override(done.start, self._out.length, source=MARKUP, lang=done.lang)
        if done.tag.name == "phoneme":
            kind = tags.ALPHABETS.get(given.get("alphabet", "").strip().lower())
            return replace(fixed, reading=_checked(word.strip(), given["ph"], kind))
        if done.tag.name == "sub":
            return replace(fixed, spoken=" ".join(given["alias"].split()))
        say_as = values.say_as(given["interpret-as"])
        if say_as == "date" and "format" in given:
            return replace(fixed, spoken=values.date(word, given["format"]))
        return replace(fixed, say_as=say_as)

    def _add_pause(self, seconds: float) -> None:
        offset, most = self._out.length, values.MAX_PAUSE_S
        total = self._marked.pauses.get(offset, 0.0) + seconds
        self._paused += seconds
        if total > most:
            en, zh = f"pauses in a row last at most {most:g} s together", f"连续停顿合计最长 {most:g} 秒"
            raise values.BadValueError(en, zh)
        if self._paused > self._most_pauses_s:
            en = f"all pauses of a text together may last at most {MAX_PAUSES_S:g} s"
            raise values.BadValueError(en, f"全文停顿合计最长 {MAX_PAUSES_S:g} 秒")
        self._marked.pauses[offset] = total

    @property
    def _lang(self) -> Lang | None:
        return self._stack[-1].lang if self._stack else None

    @property
    def _in_exact(self) -> bool:
        return bool(self._stack) and self._stack[-1].tag.name in tags.EXACT

    @property
    def _outside(self) -> bool:
        return self._document and not self._stack

    def _inside(self, name: str) -> bool:
        return bool(self._stack) and self._stack[-1].tag.name == name

    def _check_place(self, tag: str, at: int, *, in_exact: bool = False) -> None:
        """Whether something may stand here; only text may stand ``in_exact`` elements, and nothing in a break."""
        if self._outside:
            at += len(tag) - len(tag.lstrip())
            raise bad_markup(
                at, tag, "nothing may appear outside <speak> and </speak>", "<speak> 与 </speak> 之外不能有内容"
            )
        if self._inside("break") or (self._in_exact and not in_exact):
            outer = self._stack[-1].tag.name
            raise bad_markup(at, tag, f"it is not allowed inside <{outer}>", f"不能放在 <{outer}> 里面")


def _decoded(piece: str, start: int) -> str:
    """Text of a document with its references decoded, each named by its own place if it is wrong."""
    parts = []
    done = 0
    while (at := piece.find("&", done)) >= 0:
        end = piece.find(";", at, at + 40)
        parts.append(piece[done:at])
        done = end + 1 if end >= 0 else at + 1
        parts.append(tags.decode(piece[at:done], start + at, ""))
    return "".join([*parts, piece[done:]])


def _checked(word: str, written: str, kind: Alphabet | None = None) -> str:
    """The reading in its one form."""
    try:
        return read(word, written, kind).text
    except StudioError as error:
        raise values.BadValueError(*cast(Bilingual, error.details["reason"])) from error


def _folded(space: re.Match[str]) -> str:
    """A run of white space inside a text; a line's end between Chinese characters is none."""
    around = space.string[space.start() - 1], space.string[space.end()]
    return "" if "\n" in space[0] and all(map(is_hanzi, around)) else " "
