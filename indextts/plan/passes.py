"""Which neighbouring segments are spoken in one pass, and the names of the sounds of such a pass.

An engine that speaks several segments at once (:class:`indextts.engines.base.SpeaksTogether`) is offered those that
share all settings and that nothing divides. What a segment sounds like depends on its pass then, so the pass, and the
segment's place in it, are part of the sound's name. The first segment that is said is a pass of its own, and so is the
next one where that is the same sentence, because a listener waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from indextts.model.sources import USER
from indextts.model.utterance import Segment, Settings, Utterance
from indextts.plan.pauses import last_spoken
from indextts.plan.segment_cache import SegmentCache, SegmentSound, digest, segment_key
from indextts.reading.text import chars
from indextts.reading.text.segment import STRONG

Fits = Callable[[Sequence[Segment]], int]
"""Tells how many of neighbouring segments, from the first on, one pass takes; 0 where each is to be one."""


@dataclass(frozen=True)
class Pass:
    """Segments of a plan that are spoken in one go, often only one, with what is known of their sounds."""

    segments: Sequence[Segment]
    settings: Settings
    begin: int = 0
    """Number of the first segment in the plan; those of others count from there."""
    contents: Sequence[str] = ()
    """Of each segment (:func:`indextts.plan.segment_cache.contents`), from before it was spoken."""
    around: str = ""
    """Hash of what is outside the plan and decides how the voice sounds."""
    name: str = ""
    """Hash of the contents of segments that are spoken together; empty for one by itself."""
    kept: Sequence[SegmentSound | None] = ()
    """The sounds that were heard before."""
    lately: Sequence[tuple[str, ...]] = ()
    """Of each segment, names for the sound that is heard there from now on, in whatever pass it was spoken.

    They are its contents beside those of one neighbour: where a text is edited, a sentence that was not keeps one of
    them. The last segment of a text has no next neighbour, and is known by the last but one before it as well. The
    last name is for a sentence that is taken out of its text to be heard alone.
    """
    pure: bool = True
    """Whether no sound was spoken in another pass: then what lacks is spoken in this very one."""

    @property
    def span(self) -> range:
        """Numbers of its segments in the plan."""
        return range(self.begin, self.begin + len(self.segments))

    @property
    def voice(self) -> str:
        return self.segments[0].voice or self.settings.voice

    def part(self, begin: int, end: int) -> Pass:
        """Segments ``begin`` to ``end`` of the plan as a pass of their own."""
        places = slice(begin - self.begin, end - self.begin)
        contents = self.contents[places]
        return replace(
            self,
            segments=self.segments[places],
            begin=begin,
            contents=contents,
            name=_pass_name(contents),
            kept=self.kept[places],
            lately=self.lately[places],
        )

    def sound(self, index: int) -> SegmentSound | None:
        """What is kept of segment ``index`` of the plan."""
        return self.kept[index - self.begin]

    def strays(self, sound: SegmentSound) -> bool:
        """Whether ``sound`` was spoken in another pass."""
        return sound.spoken_in != self.name

    def keys(self, index: int, sound: SegmentSound) -> tuple[str, ...]:
        """Names of the sound of segment ``index``, first the one that it is looked for under."""
        own, strays = self.contents[index - self.begin], self.strays(sound)
        # With what the model predicted written on its phones, it is the same segment still.
        names = [self.key(index, one, kept=strays) for one in (own, sound.contents)]
        if strays and not sound.spoken_in:
            names.append(segment_key(own, self.settings, self.around))
        return tuple(dict.fromkeys(names))

    def key(self, index: int, own: str, *, kept: bool = False) -> str:
        """The name of the sound of segment ``index``, whose contents are ``own``.

        By itself, a segment is named as that of any engine. ``kept``: of a sound that stands at that place, though it
        was heard in another pass, before an edit.
        """
        around = digest(repr((self.around, "kept"))) if kept else self.around
        if self.name:
            around = digest(repr((around, self.name, index - self.begin)))
        return segment_key(own, self.settings, around)


class PassMaker:
    """The passes of a plan, each made where it is reached, with the sounds that were heard before; for one thread."""

    def __init__(
        self,
        utterance: Utterance,
        own: list[str],
        cache: SegmentCache,
        fits: Fits,
        around: Callable[[str], str],
        reading: Iterator[int],
        *,
        keeps: bool,
    ) -> None:
        """``own`` are the contents of the segments that are read; ``reading`` adds more, where they are needed.

        ``around`` gives the hash of what is outside the plan and decides how a voice sounds. ``keeps``: sentences of a
        text that was edited stay as they were heard.
        """
        self._utterance = utterance
        self._segments, self._settings = utterance.segments, utterance.settings
        self._own = own
        self._cache = cache
        self._fits = fits
        self._around = around
        self._reading = reading
        self._keeps = keeps

    def read(self, count: int) -> int:
        """So many segments are read, if there are so many; how many are."""
        while len(self._own) < min(count, len(self._segments)):
            next(self._reading)
        return len(self._own)

    def spans(self, begin: int = 0) -> Iterator[range]:
        """The segments of each pass from segment ``begin`` on; nothing of those that say nothing."""
        return spans(self._utterance, self._fits, self.read, begin)

    def made(self, span: range, *, peeking: bool = False) -> Pass:
        """The pass of these segments, with what is kept of it; ``peeking`` counts no question."""
        get = self._cache.peek if peeking else self._cache.get
        segments = self._segments[span.start : span.stop]
        packs = self._fits(segments[:1]) > 0
        if packs and any(one.is_said for one in self._segments[: span.start]):  # nothing keeps the first one waiting
            self.read(span.stop + 1)
        own = self._own[span.start : span.stop]
        around = self._around(segments[0].voice or self._settings.voice)
        lately = [self._lately(index, around) if packs else () for index in span]
        passed = Pass(segments, self._settings, span.start, own, around, _pass_name(own), lately=lately)
        kept = [get(passed.key(index, contents)) for index, contents in zip(span, own, strict=True)]
        known = any(kept)
        if packs and self._keeps and (not known or len(self._segments) == 1):
            kept = [self._heard_before(passed, index, get) or one for index, one in zip(span, kept, strict=True)]
        return replace(passed, kept=kept, pure=known or not any(kept))

    def following(self, passed: Pass, *, together: bool) -> Iterator[Pass]:
        """The passes after ``passed`` with settings equal to its own, as long as nothing of them is kept.

        None after one that somebody waits for. Not ``together``, each segment is a pass.
        """
        if is_awaited(self._utterance, passed.begin):
            return
        segments, own = self._segments, passed.segments[0].own(self._settings)
        for span in self.spans(passed.span.stop):
            if segments[span.start].own(self._settings) != own:
                return
            for part in (span,) if together else (range(place, place + 1) for place in span):
                after = self.made(part, peeking=True)
                if any(after.kept):
                    return
                yield after

    def _lately(self, index: int, around: str) -> tuple[str, ...]:
        near = [("after", index - 1), ("before", index + 1)]
        if index == len(self._segments) - 1:
            near.append(("last after", index - 2))
        beside = [(where, self._own[place]) for where, place in near if 0 <= place < len(self._own)]
        own, settings = self._own[index], self._settings
        return tuple(segment_key(own, settings, digest(repr((around, *one)))) for one in (*beside, ("alone", "")))

    def _heard_before(self, passed: Pass, index: int, get: Callable[[str], SegmentSound | None]) -> SegmentSound | None:
        """The sound of a segment of a text that was edited since, in whatever pass that was."""
        place = index - passed.begin
        own, lately = passed.contents[place], passed.lately[place]
        if len(self._segments) == 1:
            return self._cache.heard(lately[-1:])
        alone = segment_key(own, self._settings, passed.around)
        return get(passed.key(index, own, kept=True)) or self._cache.heard(lately[:-1]) or get(alone)


def spans(utterance: Utterance, fits: Fits, read: Callable[[int], int], begin: int = 0) -> Iterator[range]:
    """The segments of each pass of a plan from segment ``begin`` on, all but those that say nothing.

    ``read`` reads so many segments, and tells how many are read.
    """
    segments = utterance.segments
    while read(begin + 1) > begin:
        end = begin + 1
        if segments[begin].is_said:
            end = _end(utterance, begin, fits, read)
            yield range(begin, end)
        begin = end


def _end(utterance: Utterance, begin: int, fits: Fits, read: Callable[[int], int]) -> int:
    """Behind the last segment of the pass that begins with ``begin``."""
    segments = utterance.segments
    if fits(segments[begin : begin + 1]) == 0 or is_edited(segments[begin]) or is_awaited(utterance, begin):
        return begin + 1
    known = read(begin + 1)
    while True:
        offered = _alike(utterance, begin, known)
        count = fits(segments[begin : begin + offered])
        if count < offered or begin + offered < known or known == len(segments):
            return begin + max(1, count)
        known = read(known + 1)


def is_awaited(utterance: Utterance, index: int) -> bool:
    """Whether a segment is the first that is said, or comes next and goes on with that one's sentence."""
    segments = utterance.segments
    if any(one.is_said for one in segments[: max(0, index - 1)]):
        return False
    return index == 0 or not segments[index - 1].is_said or _end_of(segments[index - 1]) == "within"


def _alike(utterance: Utterance, begin: int, end: int) -> int:
    """How many segments from ``begin`` on, of those before ``end``, may share a pass; that one does not stand alone."""
    segments, settings = utterance.segments, utterance.settings
    own = segments[begin].own(settings)
    place = begin + 1
    while place < end:
        one = segments[place]
        if not one.is_said or is_edited(one) or one.own(settings) != own or _end_of(segments[place - 1]) == "divided":
            break
        place += 1
    return place - begin


def is_edited(segment: Segment) -> bool:
    """Whether a person has changed how it is said, or a mark how some of it is: it is spoken by itself then."""
    if segment.intonation_source == USER:
        return True
    return any(
        USER in (token.reading_source, token.break_source, token.prominence_source)
        or (token.duration_scale, token.pitch_shift, token.energy_shift) != (1.0, 0.0, 0.0)
        for token in segment.tokens
    )


def _pass_name(contents: Sequence[str]) -> str:
    """Of segments that are spoken together; empty for one by itself."""
    return digest(repr(("pass", *contents))) if len(contents) > 1 else ""


def _end_of(segment: Segment) -> Literal["divided", "sentence", "within"]:
    """What the end of a segment is to the next one: the end of a ``sentence``, a mark ``within`` it, or ``divided``.

    It is divided where the writer has set how long it is silent there, or where it ends without a mark: nothing would
    tell the engine to pause there, be it a heading or a piece of a sentence that is too long.
    """
    last = last_spoken(segment)
    mark = next((token for token in reversed(segment.tokens) if token.text not in chars.CLOSERS), None)
    is_set = segment.pause_after_s is not None or (last is not None and last.break_source == USER)
    if is_set or mark is None or mark.kind != "punctuation":
        return "divided"
    return "sentence" if mark.text in STRONG else "within"
