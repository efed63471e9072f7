"""A plan's segments to their finished sounds, one after the other: kept, cut out of a pass, or spoken by themselves.

An engine that speaks several segments in one pass (:class:`indextts.engines.base.SpeaksTogether`) is handed those that
belong together (:mod:`indextts.plan.passes`). What cannot be cut out of the sound of its pass is spoken by itself; so
is all that follows, after two passes of a rendering with more of that than not. Which segments make up a pass depends
on the plan alone. Only what was heard before may come from another one: in a text that was edited, the sentences that
were not stay as they are, and those that are new make up passes of their own.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.engines.base import Engine, Samples
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Settings, Utterance
from indextts.pipeline.fallback.session import FallbackSession
from indextts.plan.passes import Pass, PassMaker
from indextts.plan.segment_cache import SegmentCache, SegmentSound, digest
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.sound.edges import apply_gains, fade, silence
from indextts.sound.loudness import EDITED_REACH_S, YIELD_DB, levelled, limit, loudness

_MOST_UNCUT: Final = 2
"""Passes of a rendering that were cut into less than half of their segments, after which none is tried any more."""


@dataclass(frozen=True)
class FinishedSegment:
    """A finished segment."""

    sound: SegmentSound
    keys: tuple[str, ...] = ()
    """Its names, first the one that it was looked for under; none where nothing is said."""
    lately: tuple[str, ...] = ()
    """Names that stand for it from now on (:attr:`indextts.plan.passes.Pass.lately`)."""


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
        self._segments, self._settings = utterance.segments, utterance.settings
        self._run = run
        fits = partial(engine.together, settings=utterance.settings)
        around = partial(surroundings, config, engine)
        self._passes = PassMaker(utterance, own, cache, fits, around, reading, keeps=keeps)
        self._due: dict[int, Pass] = {}
        """Segments of passes that were begun, until they are handed out."""
        self._fresh: dict[int, SegmentSound] = {}
        """Of these, the sounds that were spoken now."""
        self._uncut = 0
        self._alone: set[int] = set()
        """Segments that could not be cut out of their pass."""
        self.strayed = 0
        """Segments so far that were heard in another pass than the plan's own."""

    def sound(self, index: int) -> FinishedSegment:
        """The finished sound of a segment, kept or fresh; fills in its times, from its own start."""
        segment = self._segments[index]
        for token in segment.tokens:
            token.start_s = token.end_s = None
        self._passes.read(index + 1)
        # A sentence of nothing but characters without a reading has no phones, and nothing to say.
        if not segment.is_said:
            return FinishedSegment(SegmentSound.of(segment, silence(0.0, self._engine.sample_rate)))
        if index not in self._due:
            self._begin(next(self._passes.spans(index)))
        if self._lacks(index):
            self._speak(index)
        passed = self._due.pop(index)
        kept = passed.sound(index)
        sound = kept or self._fresh.pop(index)
        if kept is not None:
            self._run.cached += 1
            self._run.spare("acoustic", "vocoder")
        if kept is not None or len(passed.segments) > 1:
            sound.fill(segment)
        keys, lately, strays = passed.keys(index, sound), passed.lately[index - passed.begin], passed.strays(sound)
        if kept is None or strays:
            self._cache.put(sound, *keys)
        self._cache.note(keys[0], lately)
        self.strayed += strays
        self._warn_of_level(segment, sound)
        return FinishedSegment(sound, keys, lately)

    def again(self, index: int) -> list[FinishedSegment]:
        """The sound of a segment of a plan all of which is read, and which stays as it is; then what came with it."""
        span = next((span for span in self._passes.spans() if index in span), range(index, index + 1))
        for place in span:
            self._segments[place] = copy.deepcopy(self._segments[place])
        self._begin(span)
        wanted = self.sound(index)
        return [wanted, *map(self.sound, [*self._fresh])]

    # ------------------------------------------------------------------ within

    def _begin(self, span: range) -> None:
        self._due |= dict.fromkeys(span, self._passes.made(span))

    def _lacks(self, index: int) -> bool:
        """Whether a segment that is due has no sound yet."""
        return index in self._due and self._due[index].sound(index) is None and index not in self._fresh

    def _speak(self, index: int) -> None:
        """Make the sound of a segment, and those of its neighbours with it where they are one pass."""
        whole = self._due[index]
        passed = whole if whole.pure else self._lacking(index)
        together = self._uncut < _MOST_UNCUT
        after = self._passes.following(passed, together=together)
        following = [*islice(after, self._engine.ahead(passed.voice))]
        if len(passed.segments) > 1 and together and index not in self._alone:
            # Some were handed out and have their times.
            copies = replace(passed, segments=[*map(copy.deepcopy, passed.segments)])
            heard = self._engine.speak_together(copies, following)
            self._uncut += 2 * sum(samples is None for samples in heard) > len(heard)
            for place, segment, samples in zip(copies.span, copies.segments, heard, strict=True):
                if self._lacks(place) and samples is not None:
                    self._fresh[place] = self._finished(segment, samples, passed.name)
                elif self._lacks(place):
                    self._alone.add(place)
        if self._lacks(index):
            one = whole.part(index, index + 1)
            samples = self._engine.speak(one, following)
            # Asked again: it may be another engine that has spoken in the end, and that one knows no passes.
            around = surroundings(self._config, self._engine, one.voice)
            if around != whole.around:
                self._due[index] = whole = replace(whole, name="", around=around)
            self._fresh[index] = self._finished(self._segments[index], samples, whole.name if whole.pure else "")

    def _warn_of_level(self, segment: Segment, sound: SegmentSound) -> None:
        """Tell once that a loudness that was asked for is missed, because peaks had to be kept below their bound."""
        wanted = segment.own(self._settings)
        asked, peak = wanted.loudness, _peak(self._config, wanted)
        if (
            asked is None
            or asked <= self._config.audio.loudness_lufs
            or np.abs(sound.samples).max(initial=0) < 0.9 * peak
        ):
            return
        reached = loudness(sound.samples, self._engine.sample_rate)
        missed_db = asked + self._engine.loudness_shift(wanted) - reached
        if missed_db > YIELD_DB and not any(one.code == "loudness_missed" for one in self._run.warnings):
            peak_db = f"{20.0 * np.log10(peak):g}"
            told = StudioError("loudness_missed", reached=f"{reached:.1f}", asked=f"{asked:g}", peak=peak_db)
            self._run.warnings.append(told)

    def _lacking(self, index: int) -> Pass:
        """The segments around ``index`` of its pass that have no sound."""
        passed = self._due[index]
        begin, end = index, index + 1
        while begin - 1 in passed.span and self._lacks(begin - 1):
            begin -= 1
        while end in passed.span and self._lacks(end):
            end += 1
        return passed.part(begin, end)

    def _finished(self, segment: Segment, samples: Samples, spoken_in: str) -> SegmentSound:
        with self._run.stage("audio"):
            wanted = segment.own(self._settings)
            rate = self._engine.sample_rate
            shift_db = self._engine.loudness_shift(wanted)
            edges, decibels = token_levels(segment, samples.size / rate)
            plain = apply_gains(samples, rate, -decibels, edges)
            done = finish(self._config, plain, rate, shift_db, wanted, self._engine.level_lufs)
            if np.any(decibels):
                done = limit(
                    apply_gains(done, rate, decibels, edges), rate, _peak(self._config, wanted), EDITED_REACH_S
                )
            return SegmentSound.of(segment, done, spoken_in)


def token_levels(segment: Segment, seconds: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The edges in seconds, and the decibels between them, that the tokens of ``segment`` ask for.

    They are taken back before the loudness is measured and put on again after it, so that a level that is edited moves
    its own token alone: neither does evening out take it back, nor does the rest give way to it.
    """
    spoken = [token for token in segment.tokens if token.phones]
    timed = [(token.start_s, token.end_s, token.energy_shift) for token in spoken if token.start_s is not None]
    if len(timed) < len(spoken):  # the engine does not know its tokens' times, and gives all of them one level
        timed = [(0.0, seconds, sum(token.energy_shift for token in spoken) / len(spoken))]
    edges, decibels = [0.0], [0.0]
    for begin, end, shift in timed:
        edges += [max(edges[-1], begin), max(edges[-1], begin, end or 0.0)]
        decibels += [shift, 0.0]
    edges.append(max(edges[-1], seconds))
    return np.array(edges), np.array(decibels)


def finish(
    config: Config, voice: Samples, rate: int, shift_db: float, settings: Settings, level_lufs: float
) -> Samples:
    """A segment's sound at its loudness, without peaks, its edges faded; ``level_lufs`` is the voice's own loudness."""
    audio = config.audio
    target = audio.loudness_lufs if settings.loudness is None else settings.loudness
    # What somebody wants louder does not give way: emotions would come to be of one level. Nor does a level asked for.
    yields_db = max(0.0, YIELD_DB - max(0.0, shift_db)) if settings.loudness is None else 0.0
    voice = levelled(voice, rate, target, shift_db, level_lufs)
    return fade(
        limit(voice, rate, _peak(config, settings), yields_db=yields_db, turns_phases=True), rate, audio.fade_ms
    )


def _peak(config: Config, settings: Settings) -> float:
    return float(10.0 ** ((config.audio.peak_dbtp if settings.peak is None else settings.peak) / 20.0))


def surroundings(config: Config, engine: Engine | FallbackSession, voice: str) -> str:
    """Hash of what is outside a plan and decides how ``voice`` sounds."""
    return digest(repr((sorted(engine.fingerprints(voice).items()), config.audio.model_dump_json())))
