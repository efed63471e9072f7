"""Builds the text and the effect of each mark from what the parser finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.markup import elements, tags, values
from indextts.markup.emotion_spans import EmotionSpan, Mark, extend
from indextts.markup.marked import Marked, Span, VoiceTag, bad_markup
from indextts.markup.output import Output
from indextts.markup.tags import Tag
from indextts.phonemes.reading_input import Kind, read
from indextts.text.chars import is_hanzi
from indextts.text.overrides import Override
from indextts.utterance.model import Lang
from indextts.utterance.sources import MARKUP

MAX_DEPTH: Final = 10
MAX_PAUSES_S: Final = 600.0
"""All pauses of one text together."""


@dataclass(frozen=True)
class _Open:
    """An element that has begun; ``start`` is where its text does."""

    tag: Tag
    start: int
    lang: Lang | None


class Builder:
    """Takes text, readings, pauses and tags in their order; ``at`` is the offset in the text as it was sent."""

    def __init__(self, *, document: bool) -> None:
        self._document = document
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
        self._out.write(piece, self._lang, exact=self._in_exact)

    def reading(self, word: str, written: str, at: int, tag: str) -> None:
        """``<word|reading>``."""
        self._check_place(tag, at)
        word = tags.decode(word.strip(), at, tag) if self._document else word.strip()
        if not word:
            raise bad_markup(at, tag, "it has no word before the bar", "竖线前没有文字")
        reading = _checked(word, written, at, tag)
        start, end = self._out.write(word, exact=True)
        self._marked.fixed.append(Override(start, end, reading=reading, source=MARKUP, lang=self._lang))

    def pause(self, written: str, at: int, tag: str) -> None:
        """``[pause …]``."""
        self._check_place(tag, at)
        try:
            self._add_pause(values.seconds(written), at, tag)
        except values.BadValueError as error:
            raise bad_markup(at, tag, error.en, error.zh) from error

    def feel(self, mark: Mark, at: int) -> None:
        """``[happy]`` or ``[/happy]``; inside one another the innermost counts."""
        self._check_place(mark.written, at)
        if mark.closing:
            inner = self._felt[-1][0].emotion if self._felt else ""
            if inner != mark.emotion:
                raise bad_markup(
                    at,
                    mark.written,
                    f"[/{inner}] must come first" if inner else f"no [{mark.emotion}] has begun",
                    f"应先写 [/{inner}]" if inner else f"前面没有 [{mark.emotion}]",
                )
            self._felt.pop()
        else:
            if len(self._felt) >= MAX_DEPTH:
                en, zh = f"emotions are nested at most {MAX_DEPTH} deep", f"情感标记最多嵌套 {MAX_DEPTH} 层"
                raise bad_markup(at, mark.written, en, zh)
            self._felt.append((mark, at))
        now = self._felt[-1][0] if self._felt else None
        span = EmotionSpan(self._out.length, now.emotion if now else "", now.intensity if now else None)
        extend(self._marked.emotion_spans, span)

    def open(self, tag: Tag) -> None:
        elements.check(tag)
        if tag.name == "speak":
            if not self._document or self._stack or self._ended:
                raise bad_markup(
                    tag.start,
                    tag.written,
                    "<speak> stands once, around the whole text",
                    "<speak> 只能出现一次，包住全文",
                )
        else:
            self._check_place(tag.written, tag.start)
        if len(self._stack) >= MAX_DEPTH:
            raise bad_markup(
                tag.start, tag.written, f"tags are nested at most {MAX_DEPTH} deep", f"标签最多嵌套 {MAX_DEPTH} 层"
            )
        lang = self._lang
        try:
            if "xml:lang" in tag.attributes:
                lang = values.language(tag.attributes["xml:lang"])
            self._begin(tag)
        except values.BadValueError as error:
            raise bad_markup(tag.start, tag.written, error.en, error.zh) from error
        if tag.name == "speak":
            self._root, lang = lang, None
        self._stack.append(_Open(tag, self._out.length, lang))
        if tag.empty:
            self.close(tag)

    def close(self, tag: Tag) -> None:
        """The element ends that ``tag`` names."""
        if not self._stack or self._stack[-1].tag.name != tag.name:
            inner = self._stack[-1].tag.name if self._stack else ""
            raise bad_markup(
                tag.start,
                tag.written,
                f"</{inner}> must come first" if inner else f"no <{tag.name}> has begun",
                f"应先结束 <{inner}>" if inner else f"前面没有 <{tag.name}>",
            )
        done = self._stack.pop()
        try:
            self._end(done)
        except values.BadValueError as error:
            raise bad_markup(done.tag.start, done.tag.written, error.en, error.zh) from error
        self._ended = tag.name == "speak"

    def finish(self, length: int) -> Marked:
        """Everything; the text that was sent had ``length`` characters."""
        if self._stack:
            left = self._stack[-1].tag
            raise bad_markup(left.start, left.written, f"</{left.name}> is missing", f"缺少 </{left.name}>")
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

    def _begin(self, tag: Tag) -> None:
        """What an element does where it begins. Raises :class:`values.BadValueError`."""
        given = tag.attributes
        if tag.name == "p":
            self._out.paragraph()
        elif tag.name == "s":
            self._out.sentence()
        elif tag.name == "break":
            named = values.strength(given.get("strength", "medium"))
            self._add_pause(values.seconds(given["time"]) if "time" in given else named, tag.start, tag.written)
        elif tag.name == "voice" or tag.name in elements.EXACT:
            self._out.settle()

    def _end(self, done: _Open) -> None:
        """What an element does where it ends. Raises :class:`values.BadValueError`."""
        given, start, end = done.tag.attributes, done.start, self._out.length
        if done.tag.name == "p":
            self._out.paragraph()
        elif done.tag.name == "s":
            self._out.sentence()
        elif done.tag.name in elements.EXACT:
            self._marked.fixed.append(self._exact(done))
        elif done.tag.name == "voice" and "name" in given:
            name, tag = given["name"].strip(), done.tag
            self._marked.voices.append(VoiceTag(name, tag.written, tag.start + 1, start, end))
        elif done.tag.name == "prosody" and start < end:
            rate = values.rate(given.get("rate", "medium"))
            pitch = values.pitch(given.get("pitch", "medium"))
            self._marked.spans.append(Span(start, end, rate, pitch, values.volume(given.get("volume", "medium"))))
        elif done.tag.name == "emphasis" and start < end:
            self._marked.spans.append(Span(start, end, *values.level(given.get("level", "moderate"))))

    def _exact(self, done: _Open) -> Override:
        """What ``phoneme``, ``sub`` or ``say-as`` decides about its text."""
        tag, start, end = done.tag, done.start, self._out.length
        given = tag.attributes
        word = self._out.since(start)
        if not word.strip():
            raise values.BadValueError("it has no text inside", "标签内没有文字")
        if tag.name == "phoneme":
            kind = elements.ALPHABETS.get(given.get("alphabet", "").strip().lower())
            reading = _checked(word.strip(), given["ph"], tag.start, tag.written, kind)
            return Override(start, end, reading=reading, source=MARKUP, lang=done.lang)
        if tag.name == "sub":
            alias = " ".join(given["alias"].split())
            return Override(start, end, spoken=alias, source=MARKUP, lang=done.lang)
        kind_name = values.say_as(given["interpret-as"])
        if kind_name == "date" and "format" in given:
            return Override(start, end, spoken=values.date(word, given["format"]), source=MARKUP, lang=done.lang)
        return Override(start, end, say_as=kind_name, source=MARKUP, lang=done.lang)

    def _add_pause(self, seconds: float, at: int, tag: str) -> None:
        if seconds == 0.0:
            return
        offset = self._out.length
        total = self._marked.pauses.get(offset, 0.0) + seconds
        self._paused += seconds
        most = values.MAX_PAUSE_S
        if total > most:
            raise bad_markup(
                at, tag, f"pauses in a row last at most {most:g} s together", f"连续停顿合计最长 {most:g} 秒"
            )
        if self._paused > MAX_PAUSES_S:
            raise bad_markup(
                at,
                tag,
                f"the pauses of a text last at most {MAX_PAUSES_S:g} s together",
                f"全文停顿合计最长 {MAX_PAUSES_S:g} 秒",
            )
        self._marked.pauses[offset] = total

    @property
    def _lang(self) -> Lang | None:
        return self._stack[-1].lang if self._stack else None

    @property
    def _in_exact(self) -> bool:
        return bool(self._stack) and self._stack[-1].tag.name in elements.EXACT

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
                at, tag, "nothing may stand outside <speak> and </speak>", "<speak> 与 </speak> 之外不能有内容"
            )
        if self._inside("break") or (self._in_exact and not in_exact):
            outer = self._stack[-1].tag.name
            raise bad_markup(at, tag, f"it cannot stand inside <{outer}>", f"不能放在 <{outer}> 里面")


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


def _checked(word: str, written: str, at: int, tag: str, kind: Kind | None = None) -> str:
    """The reading in its one form; an error that names the tag if it cannot be said."""
    try:
        return read(word, written, kind).text
    except StudioError as error:
        raise bad_markup(at, tag, *cast(Bilingual, error.details["reason"])) from error
