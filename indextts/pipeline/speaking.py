"""A plan's segments to their finished sounds, one after the other: kept, cut out of a pass, or spoken by themselves.

An engine that speaks several segments in one pass (:class:`indextts.engines.base.SpeaksTogether`) is handed those that
belong together (:mod:`indextts.plan.passes`). What cannot be cut out of the sound of its pass is spoken by itself; so
is all that follows, after two passes of a rendering with more of that than not. Which segments make up a pass depends
on the plan alone. Only what was heard before may come from another one: in a text that was edited, the sentences that
were not stay as they are, and those that are new make up passes of their own.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from indextts.engines.base import Engine, Samples
from indextts.model.utterance import Segment, Settings, Utterance
from indextts.pipeline.fallback.session import FallbackSession
from indextts.plan.passes import (
    alike,
    is_awaited,
    is_said,
    kept_in_pass,
    key_in_pass,
    lately_names,
    pass_name,
    stands_alone,
)
from indextts.plan.segment_cache import SegmentCache, SegmentSound, digest, segment_key
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.sound.edges import apply_gains, fade, silence
from indextts.sound.loudness import YIELD_DB, levelled, limit, yielded

_MOST_UNCUT: Final = 2
"""Passes of a rendering that were cut into less than half of their segments, after which none is tried any more."""


@dataclass(frozen=True)
class Spoken:
    """A finished segment."""

    sound: SegmentSound
    keys: tuple[str, ...] = ()
    """Its names, first the one that it was looked for under; none where nothing is said."""
    lately: tuple[str, ...] = ()
    """Names that stand for it from now on (:func:`indextts.plan.passes.lately_names`)."""


@dataclass
class _Member:
    """A segment of a pass, which may be the only one."""

    span: range
    """The segments of the pass."""
    name: str
    own: str
    """Its contents."""
    around: str
    lately: tuple[str, ...] = ()
    kept: SegmentSound | None = None
    fresh: SegmentSound | None = None
    pure: bool = True
    """Whether nothing in the pass is kept from another one: then what lacks comes from this very pass."""
    alone: bool = False
    """Whether it could not be cut out of its pass."""


class Speaking:
    """The sounds of one rendering; for one thread."""

    def __init__(
        self,
        config: Config,
        cache: SegmentCache,
        engine: FallbackSession,
        utterance: Utterance,
        own: list[str],
        run: Run,
        reading: Iterator[int] = iter(()),  # noqa: B008 - an empty one has no state
        *,
        keeps: bool = False,
    ) -> None:
        """``own`` are the contents of the segments that are read; ``reading`` adds more, where they are needed.

        ``keeps``: sentences of a text that was edited stay as they were heard.
        """
        self._config = config
        self._cache = cache
        self._engine = engine
        self._utterance = utterance
        self._segments, self._settings = utterance.segments, utterance.settings
        self._own = own
        self._run = run
        self._reading = reading
        self._keeps = keeps
        self._members: dict[int, _Member] = {}
        self._uncut = 0
        self.strayed = 0
        """Segments so far that were heard in another pass than the plan's own."""

    def sound(self, index: int) -> Spoken:
        """The finished sound of a segment, kept or fresh; fills in its times, from its own start."""
        segment = self._segments[index]
        for token in segment.tokens:
            token.start_s = token.end_s = None
        self._read(index + 1)
        # A sentence of nothing but characters without a reading has no phones, and nothing to say.
        if not is_said(segment):
            return Spoken(SegmentSound.of(segment, silence(0.0, self._engine.sample_rate)))
        if index not in self._members:
            self._members |= self._looked_up(self._span(index))
        member = self._members[index]
        if member.kept is None and member.fresh is None:
            self._speak(index)
        del self._members[index]
        name, around = member.name, member.around
        sound = member.kept or member.fresh
        if sound is None:
            raise RuntimeError("a segment without its sound")
        if member.kept is not None:
            self._run.cached += 1
            self._run.spare("acoustic", "vocoder")
        if member.kept is not None or len(member.span) > 1:
            sound.fill(segment)
        strayed = sound.spoken_in != name
        named, place = kept_in_pass if strayed else key_in_pass, index - member.span.start
        # With what the model predicted written on its phones, it is the same segment still.
        names = [named(own, self._settings, around, name, place) for own in (member.own, sound.contents)]
        if strayed and not sound.spoken_in:
            names.append(segment_key(member.own, self._settings, around))
        keys = tuple(dict.fromkeys(names))
        if member.kept is None or strayed:
            self._cache.put(sound, *keys)
        self._cache.note(keys[0], member.lately)
        self.strayed += strayed
        return Spoken(sound, keys, member.lately)

    def again(self, index: int) -> list[Spoken]:
        """The sound of a segment of a plan all of which is read, and which stays as it is; then what came with it."""
        begin, span = 0, range(0)
        while index not in span:
            span = self._span(begin) if is_said(self._segments[begin]) else range(begin, begin + 1)
            begin = span.stop
        for place in span:
            self._segments[place] = copy.deepcopy(self._segments[place])
        self._members |= self._looked_up(span)
        wanted = self.sound(index)
        return [wanted, *(self.sound(place) for place, one in [*self._members.items()] if one.fresh is not None)]

    # ------------------------------------------------------------------ within

    def _span(self, index: int) -> range:
        """The segments of the pass that begins with segment ``index``."""
        segments, settings = self._segments, self._settings
        fits = self._engine.together(segments[index : index + 1], settings)
        if fits == 0 or stands_alone(self._utterance, index):
            return range(index, index + 1)
        while True:
            known = len(self._own)
            offered = alike(self._utterance, index, known)
            fits = self._engine.together(segments[index : index + offered], settings)
            if fits < offered or index + offered < known or known == len(segments):
                return range(index, index + max(1, fits))
            self._read(known + 1)

    def _read(self, count: int) -> None:
        """So many segments are read, if there are so many."""
        while len(self._own) < min(count, len(self._segments)):
            next(self._reading)

    def _voice(self, segment: Segment) -> str:
        return segment.voice or self._settings.voice

    def _looked_up(self, span: range, *, peeking: bool = False) -> dict[int, _Member]:
        """The members of a pass, with what is kept of it; ``peeking`` counts no question."""
        get = self._cache.peek if peeking else self._cache.get
        first, settings = self._segments[span.start], self._settings
        around = surroundings(self._config, self._engine, self._voice(first))
        packs = self._engine.together([first], settings) > 0
        if packs and any(map(is_said, self._segments[: span.start])):  # nothing keeps the first one waiting
            self._read(span.stop + 1)
        name = pass_name(self._own[span.start : span.stop])
        members = {place: _Member(span, name, self._own[place], around) for place in span}
        for place, member in members.items():
            member.kept = get(key_in_pass(member.own, settings, around, name, place - span.start))
            if packs:
                member.lately = tuple(lately_names(self._own, place, len(self._segments), settings, around))
        known = any(member.kept is not None for member in members.values())
        if packs and self._keeps and (not known or len(self._segments) == 1):
            for place, member in members.items():
                member.kept = self._heard_before(member, place, get) or member.kept
        pure = known or all(member.kept is None for member in members.values())
        for member in members.values():
            member.pure = pure
        return members

    def _heard_before(
        self, member: _Member, place: int, get: Callable[[str], SegmentSound | None]
    ) -> SegmentSound | None:
        """The sound of a segment of a text that was edited since, in whatever pass that was."""
        if len(self._segments) == 1:
            return self._cache.heard(member.lately[-1:])
        of_place = kept_in_pass(member.own, self._settings, member.around, member.name, place - member.span.start)
        alone = segment_key(member.own, self._settings, member.around)
        return get(of_place) or self._cache.heard(member.lately[:-1]) or get(alone)

    def _speak(self, index: int) -> None:
        """Make the sound of a segment, and those of its neighbours with it where they are one pass."""
        member, segment = self._members[index], self._segments[index]
        span = member.span if member.pure else self._lacking(index)
        following = self._following(span)
        if len(span) > 1 and not member.alone and self._uncut < _MOST_UNCUT:
            copies = [copy.deepcopy(self._segments[place]) for place in span]  # some are heard and have their times
            heard = self._engine.speak_together(copies, self._settings, self._run, following)
            name = pass_name([self._own[place] for place in span])
            self._uncut += 2 * sum(samples is None for samples in heard) > len(heard)
            for place, one, samples in zip(span, copies, heard, strict=True):
                other = self._members.get(place)
                if other is not None and other.kept is None:
                    other.alone = samples is None
                    other.fresh = None if samples is None else self._finished(one, samples, name)
        if member.fresh is None:
            samples = self._engine.speak(segment, self._settings, self._run, following)
            # Asked again: it may be another engine that has spoken in the end, and that one knows no passes.
            around = surroundings(self._config, self._engine, self._voice(segment))
            if around != member.around:
                member.name, member.around = "", around
            member.fresh = self._finished(segment, samples, member.name if member.pure else "")

    def _following(self, span: range) -> list[list[Segment]]:
        """The passes after ``span`` that its engine would like to know: nothing of them is kept, all settings equal.

        None for one that somebody waits for.
        """
        segments = self._segments
        most = self._engine.ahead(self._voice(segments[span.start]))
        if not most or is_awaited(self._utterance, span.start):
            return []
        own = segments[span.start].own(self._settings)
        found: list[list[Segment]] = []
        begin = span.stop
        while len(found) < most:
            self._read(begin + 1)
            if begin >= len(segments):
                break
            if not is_said(segments[begin]):
                begin += 1
                continue
            if segments[begin].own(self._settings) != own:
                break
            after = self._span(begin) if self._uncut < _MOST_UNCUT else range(begin, begin + 1)
            if any(member.kept is not None for member in self._looked_up(after, peeking=True).values()):
                break
            found.append(segments[after.start : after.stop])
            begin = after.stop
        return found

    def _lacking(self, index: int) -> range:
        """The segments around ``index`` of its pass that have no sound."""

        def lacks(place: int) -> bool:
            member = self._members.get(place)
            return place in span and member is not None and member.kept is None and member.fresh is None

        span = self._members[index].span
        begin, end = index, index + 1
        while lacks(begin - 1):
            begin -= 1
        while lacks(end):
            end += 1
        return range(begin, end)

    def _finished(self, segment: Segment, samples: Samples, spoken_in: str) -> SegmentSound:
        with self._run.stage("audio"):
            wanted = segment.own(self._settings)
            rate = self._engine.sample_rate
            shift_db = self._engine.loudness_shift(wanted)
            weighed = without_levels(segment, samples, rate)
            done = finish(self._config, samples, rate, shift_db, wanted, self._engine.level_lufs, weighed)
            return SegmentSound.of(segment, done, spoken_in)


def without_levels(segment: Segment, samples: Samples, rate: int) -> Samples:
    """``samples`` of ``segment`` without the decibels that its tokens ask for.

    The loudness is measured of it, so that a level that is edited moves its own token alone: neither does evening out
    take it back, nor does the rest give way to it.
    """
    spoken = [token for token in segment.tokens if token.phones]
    if not any(token.energy_shift for token in spoken):
        return samples
    timed = [(token.start_s, token.end_s, token.energy_shift) for token in spoken if token.start_s is not None]
    if len(timed) < len(spoken):  # the engine does not know its tokens' times, and gives all of them one level
        mean = sum(token.energy_shift for token in spoken) / len(spoken)
        timed = [(0.0, samples.size / rate, mean)]
    edges, decibels = [0.0], [0.0]
    for begin, end, shift in timed:
        edges += [max(edges[-1], begin), max(edges[-1], begin, end or 0.0)]
        decibels += [-shift, 0.0]
    edges.append(max(edges[-1], samples.size / rate))
    return apply_gains(samples, rate, np.array(decibels), np.array(edges))


def finish(
    config: Config,
    voice: Samples,
    rate: int,
    shift_db: float,
    settings: Settings,
    level_lufs: float,
    weighed: Samples | None = None,
) -> Samples:
    """A segment's sound at its loudness, without peaks, its edges faded.

    ``level_lufs`` is the voice's own loudness; the sound is as loud, and gives way to peaks as far, as ``weighed``.
    """
    audio = config.audio
    target = audio.loudness_lufs if settings.loudness is None else settings.loudness
    peak = 10.0 ** ((audio.peak_dbtp if settings.peak is None else settings.peak) / 20.0)
    # What somebody wants louder does not give way: emotions would come to be of one level. Nor does a level asked for.
    yields_db = max(0.0, YIELD_DB - max(0.0, shift_db)) if settings.loudness is None else 0.0
    if weighed is not None and weighed is not voice:
        plain = levelled(weighed, rate, target, shift_db, level_lufs)
        voice = levelled(voice, rate, target, shift_db, level_lufs, weighed) * yielded(plain, rate, peak, yields_db)
        yields_db = 0.0
    else:
        voice = levelled(voice, rate, target, shift_db, level_lufs)
    return fade(limit(voice, rate, peak, yields_db=yields_db, turns_phases=True), rate, audio.fade_ms)


def surroundings(config: Config, engine: Engine, voice: str) -> str:
    """Hash of what is outside a plan and decides how ``voice`` sounds."""
    return digest(repr((sorted(engine.fingerprints(voice).items()), config.audio.model_dump_json())))
