"""Kokoro as an engine: readings → symbols → lengths, pitch and energy that can be changed → samples."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import onnxruntime

from indextts.engines import pace as paces
from indextts.engines.base import Passes, Samples, Voice
from indextts.engines.delivery import (
    Delivery,
    EmotionShift,
    load_delivery,
    load_emotions,
    shift_of,
)
from indextts.engines.kokoro.asked import Asked, ask
from indextts.engines.kokoro.controls import (
    FRAME_S,
    Curves,
    add_silence,
    alone,
    audible,
    between,
    press,
    shape_pitch,
    spliced,
    stretch,
    whole_frames,
)
from indextts.engines.kokoro.early import EarlySegments
from indextts.engines.kokoro.graph_files import MELODY_FILE, SOUND_FILE, TEXT_FILE
from indextts.engines.kokoro.info import NAME, VOICES, folder, listed, pace
from indextts.engines.kokoro.kept import Unedited, brought, is_edited, unedited
from indextts.engines.kokoro.line import Line, syllables, write
from indextts.engines.kokoro.manners import USUAL_LUFS, gain_db, lift_of, partner_of, timbre_of
from indextts.engines.kokoro.networks import SAMPLE_RATE, KokoroNetworks, open_networks
from indextts.engines.kokoro.products import sound_path
from indextts.engines.kokoro.published import read_published
from indextts.engines.kokoro.spelling import V1_0, Spelling
from indextts.engines.kokoro.trial import try_out
from indextts.engines.kokoro.voices import Mixture, Style, load_styles, parse, reshaped, style_of
from indextts.model.utterance import Segment, Settings
from indextts.plan.segment_cache import contents, segment_key
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.platform.storage.files import sha256_file
from indextts.reading.emotion.classifier import named_emotion
from indextts.sound.edges import apply_gains, silence, speech_bounds
from indextts.sound.formants import lowered_formants
from indextts.sound.loudness import loudness
from indextts.voices.catalogue import VoiceFamily

_PAUSES_S: Final[Mapping[int, float]] = {3: 0.22, 4: 0.35}
"""Silence after a break inside a segment, by its level, at speed 1."""
_CHOSEN_S: Final[Mapping[int, float]] = {2: 0.1, **_PAUSES_S}
"""The same where a person or a mark has set the break."""
_MOST_EVENED_DB: Final = 6.0
_FOREIGN: Final = 0.75
"""Share of a segment's syllables in the other language from which a voice of that language lends its manner."""
_LEAST_ROW: Final = 11
"""The row of styles for shorter lines: below it the melody fades before a last consonant, above it adds to one."""
_FLOOR_DB: Final = -60.0
"""Below the loudest, where a line ends: its edges are as clean as that, so a pause after it lasts as asked."""
_WINDOW: Final = round(0.005 * SAMPLE_RATE)
_ONSET_DB: Final = -40.0
"""Below the loudest window of a line: a word behind a pause begins after the last window that is so quiet."""
_LEAD: Final = round(0.012 * SAMPLE_RATE)
"""Samples of near silence that a segment keeps before its sound."""
_TAIL: Final = round(0.04 * SAMPLE_RATE)
"""The same behind it, where a pause begins already. DNSMOS falls by 0.05 without these two, by 0.02 with 6 ms each."""
_DEFAULT: Final = "default"


class _Lent(NamedTuple):
    """A manner that a language has inside a text of the other one."""

    lang: str
    style: Style


class KokoroEngine:
    """Every installed voice and their mixtures. Thread-safe: between calls it keeps only segments begun early."""

    name: Final = NAME
    sample_rate: Final = SAMPLE_RATE
    level_lufs: Final = USUAL_LUFS
    release_s: Final = _TAIL / SAMPLE_RATE

    def __init__(
        self,
        networks: KokoroNetworks,
        styles: Mapping[str, Style],
        emotions: Mapping[str, EmotionShift],
        delivery: Delivery,
        fingerprints: Mapping[str, str],
        family: VoiceFamily,
        spelling: Spelling = V1_0,
    ) -> None:
        """``styles`` by the voices' ids; ``fingerprints``: see :meth:`fingerprints`; ``family``: for own mixtures.

        ``spelling`` is that of the networks' vocabulary.
        """
        self._networks = networks
        self._styles = styles
        self._emotions = emotions
        self._delivery = delivery
        self._fingerprints = dict(fingerprints)
        self._family = family
        self._spelling = spelling
        self._early = EarlySegments(partial(self._said, whole=False), networks.lanes)
        self._unedited = Unedited(SAMPLE_RATE)
        self.pace = 0.0
        """Seconds of work for each second of speech on this machine; 0 until it was measured."""

    def voices(self) -> list[Voice]:
        """The installed voices, the best first, then a person's own mixtures."""
        return listed(self._styles, self._family)

    def loudness_shift(self, settings: Settings) -> float:
        """Decibels of the request and of its emotion."""
        settings = named_emotion(settings, NAME)
        return settings.energy + shift_of(self._emotions, settings.emotion, settings.intensity).energy

    def pause_factor(self, settings: Settings) -> float:
        """The emotion's factor on pauses at its own rate."""
        settings = named_emotion(settings, NAME)
        shift = shift_of(self._emotions, settings.emotion, settings.intensity)
        return shift.pause / (shift.rate * self._mixture(settings.voice).design.rate)

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        """Hashes of its graphs, of the voices' files and tables, the runtime's version, and what ``voice`` mixes."""
        return {**self._fingerprints, f"voice {voice}": self._mixture(voice).written()}

    @property
    def ahead(self) -> int:
        """Segments after the one that is asked for which may be begun: all lanes are free once it is done."""
        return self._networks.lanes if self._networks.lanes > 1 else 0

    def together(self, segments: Sequence[Segment], settings: Settings) -> int:
        """0: every segment is a pass of its own."""
        return 0

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        """Say ``segment``; see :class:`indextts.engines.base.Engine`."""
        return self._spoken_with(segment, settings, run, ())

    def speak_together(
        self, segments: Sequence[Segment], settings: Settings, run: Run, following: Passes = ()
    ) -> list[Samples | None]:
        """Say each of ``segments``; see :class:`indextts.engines.base.SpeaksTogether`."""
        later = [one for some in following for one in some]
        return [self._spoken_with(one, settings, run, later) for one in segments]

    def _spoken_with(self, segment: Segment, settings: Settings, run: Run, following: Sequence[Segment]) -> Samples:
        """The sound of ``segment``; those of ``following`` are begun meanwhile, as far as cores are free."""
        key = self._key(segment, settings)
        with self._early.turn(key):
            for later in following:
                self._early.begin(later, settings, self._key(later, settings))
            early = self._early.take(segment, run, key)
            return self._said(segment, settings, run, whole=not self._early.crowded) if early is None else early

    def _key(self, segment: Segment, settings: Settings) -> str:
        """A name for all that decides how a segment sounds."""
        settings = segment.own(settings)
        return segment_key(contents(segment), settings, self._mixture(settings.voice).written())

    def _said(self, segment: Segment, settings: Settings, run: Run, *, whole: bool) -> Samples:
        settings = named_emotion(segment.own(settings), NAME)
        mixture = self._mixture(settings.voice)
        shift = shift_of(self._emotions, settings.emotion, settings.intensity)
        lift = lift_of(mixture, settings.pitch + shift.pitch)
        if lift > 1.0:
            mixture = replace(mixture, design=replace(mixture.design, tract=mixture.design.tract * lift))
        manner, other = self._manner(mixture, segment)
        british = manner.british or (other is not None and other.british)
        lines, asked = self._asked(segment, settings, shift, manner, british)
        # One row of styles for all lines of a segment: pace and pitch hang on it.
        symbols = max(_LEAST_ROW, round(sum(line.symbols for line in lines) / max(1, len(lines))))
        speaks = timbre_of(mixture, english=any(t.lang == "en" for t in segment.tokens if t.phones), names=self._styles)
        styles = style_of(speaks, self._styles, symbols), style_of(manner, self._styles, symbols)
        lent = None
        if other is not None:
            lent = _Lent("zh" if other.heaviest.startswith("z") else "en", style_of(other, self._styles, symbols))
        decode = partial(self._spoken, timbre=styles[0], manner=styles[1], lent=lent, run=run, whole=whole)
        own = [decode(line, wishes) for line, wishes in zip(lines, asked, strict=True)]
        plain = unedited(segment)
        key = self._key(plain, settings)
        if is_edited(segment):
            natural = partial(self._asked, plain, settings, shift, manner, british)
            known = self._unedited.of(key, lines, lambda: [*map(decode, *natural())])
            own = [
                brought(was, line, wishes, sound, SAMPLE_RATE, partial(decode, line, wishes))
                for was, line, wishes, sound in zip(known, lines, asked, own, strict=True)
            ]
        else:
            self._unedited.keep(key, own)
        louder, timbre = gain_db(mixture), replace(mixture.design, tilt=mixture.design.tilt + shift.tilt)
        pieces: list[Samples] = []
        said_s = 0.0
        for line, wishes, (audio, seconds), even in zip(lines, asked, own, _evened(own), strict=True):
            decibels = np.full(len(line.ids), louder + even)
            for span, shift_db in zip(line.spans, wishes.decibels, strict=True):
                decibels[slice(*span)] += shift_db
            audio = reshaped(apply_gains(audio, SAMPLE_RATE, decibels, seconds), SAMPLE_RATE, timbre)
            audio = lowered_formants(audio, SAMPLE_RATE, lift) if lift > 1.0 else audio
            begin, end = speech_bounds(audio, SAMPLE_RATE, margin_s=0.0, floor_db=_FLOOR_DB, window_s=0.001)
            # A segment fades in and out as it was said; between its lines a pause lasts as asked.
            lead = min(begin, _LEAD) if not pieces else 0
            seconds = seconds / timbre.tract - (begin - lead) / SAMPLE_RATE
            _set_times(line, seconds, audio[begin - lead : end], said_s)
            pieces.append(audio[begin - lead : end + (_TAIL if line is lines[-1] else 0)])
            if line.level:
                pause_s = _PAUSES_S.get(line.level, 0.0) * wishes.pause / timbre.tract
                pieces.append(silence(pause_s, SAMPLE_RATE))
            said_s = sum(piece.size for piece in pieces) / SAMPLE_RATE
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)

    def _asked(
        self, segment: Segment, settings: Settings, shift: EmotionShift, manner: Mixture, british: bool
    ) -> tuple[list[Line], list[Asked]]:
        """The lines of ``segment``, and what is asked of each."""
        lines = write(segment, self._spelling, british=british)
        return lines, ask(segment, settings, shift, manner.design, self._delivery, lines)

    def _mixture(self, voice: str) -> Mixture:
        return parse(next(iter(self._styles)) if voice == _DEFAULT else voice, self._family, self._styles)

    def _manner(self, mixture: Mixture, segment: Segment) -> tuple[Mixture, Mixture | None]:
        """Whose durations and melody a segment has, and whose the words in the other language have, if there are any.

        Each language has them from a voice of that language, at the voice's own pitch, and the timbre of its own.
        """
        own = mixture.heaviest
        other = partner_of(own)
        spoken = [token for token in segment.tokens if token.phones]
        foreign = [token for token in spoken if (token.lang == "zh") != own.startswith("z")]
        if other not in self._styles or not foreign:
            return mixture, None
        higher = 12.0 * math.log2(VOICES[own].hz / VOICES[other].hz)
        partner = Mixture(((other, 1.0),), replace(mixture.design, pitch=mixture.design.pitch + higher))
        if syllables(foreign) < _FOREIGN * syllables(spoken):
            return mixture, partner
        return partner, mixture if len(foreign) < len(spoken) else None

    def _spoken(
        self, line: Line, asked: Asked, timbre: Style, manner: Style, lent: _Lent | None, run: Run, whole: bool
    ) -> tuple[Samples, npt.NDArray[np.float64]]:
        """The sound of a line, and the seconds between its symbols in it."""
        run.beat()
        with run.stage("acoustic"):
            curves, edges = self._drawn(line.ids, asked.tempo, manner)
            if lent is not None and (runs := line.runs(lent.lang)):
                curves, edges = spliced(curves, edges, self._runs(line, asked.tempo, lent, runs))
            curves, edges = stretch(curves, edges, line.spans, asked.lengths, asked.gaps)
            accents = [
                (2 * int(edges[first]), 2 * int(edges[last]), spread)
                for (first, last), spread in zip(line.spans, asked.ranges, strict=True)
                if spread != 1.0
            ]
            semitones = asked.curve(edges, line.spans, curves.f0.size)
            curves = replace(curves, f0=shape_pitch(curves.f0, semitones, asked.spread, accents))
            curves, edges = self._with_pauses(curves, edges, line, asked)
            if line.carried:
                end = line.spans[-1][1]
                kept, first = alone(curves, int(edges[line.spans[0][0]]), int(edges[end]), int(edges[end + 1]))
                left_out = 0, 0
            else:
                first, last = audible(curves.energy)
                kept, left_out = between(curves, first, last), (first, curves.frames - last)
        with run.stage("vocoder"):
            sound = self._networks.sound(kept, timbre, left_out=left_out, whole=whole)
        return sound, (edges - first).astype(np.float64) * FRAME_S

    def _runs(
        self, line: Line, tempo: float, lent: _Lent, runs: Sequence[tuple[int, int]]
    ) -> list[tuple[tuple[int, int], Curves, npt.NDArray[np.int64]]]:
        """Each of ``runs``, the words of ``line`` in another language, as that language's manner has them.

        English is said by itself: 90 % of the words are heard so, and 50 % in a Chinese line, which slurs them. Chinese
        that is so short has no tones.
        """
        alone = lent.lang == "en"
        comma = self._spelling.numbers(", ")
        found: list[tuple[tuple[int, int], Curves, npt.NDArray[np.int64]]] = []
        for first, last in runs:
            ids = [0, *line.ids[first:last], *comma, 0] if alone else line.ids
            begin = 1 if alone else first
            if alone or not found:
                curves, edges = self._drawn(ids, tempo, lent.style)
            own = edges[begin : begin + last - first + 1]
            found.append(((first, last), between(curves, int(own[0]), int(own[-1])), np.diff(own)))
        return found

    def _drawn(self, ids: list[int], tempo: float, manner: Style) -> tuple[Curves, npt.NDArray[np.int64]]:
        """Length and melody of a line of symbols in one manner, and the frames between them."""
        said = self._networks.text(ids, manner)
        frames, pressed = whole_frames(said.durations.astype(np.float64), 1.0 / tempo)
        return press(self._networks.melody(said, frames, manner), np.concatenate([[0], np.cumsum(frames)]), pressed)

    @staticmethod
    def _with_pauses(
        curves: Curves, edges: npt.NDArray[np.int64], line: Line, asked: Asked
    ) -> tuple[Curves, npt.NDArray[np.int64]]:
        """``curves`` with silence at the breaks of ``line``, and its symbols' ``edges`` moved by it."""
        wanted = []
        for gap, scale in zip(line.gaps, [*asked.gaps, 1.0], strict=False):
            seconds = 0.0 if gap is None else (_CHOSEN_S if gap.chosen else _PAUSES_S).get(gap.level, 0.0)
            if gap is not None and seconds:
                begin, end = int(edges[gap.places[0]]), int(edges[gap.places[-1] + 1])
                wanted.append((begin, end, seconds * asked.pause * scale))
        curves, put = add_silence(curves, wanted)
        moved = edges.copy()
        for place, count in put:
            moved[edges > place] += count
        return curves, moved


def _evened(own: Sequence[tuple[Samples, object]]) -> list[float]:
    """Decibels that bring a segment's lines to one level."""
    levels = [loudness(audio, SAMPLE_RATE) for audio, _ in own] if len(own) > 1 else [0.0 for _ in own]
    return [float(np.clip(np.mean(levels) - level, -_MOST_EVENED_DB, _MOST_EVENED_DB)) for level in levels]


def _set_times(line: Line, seconds: npt.NDArray[np.float64], audio: Samples, after: float) -> None:
    """When each token is heard. The model begins a sound within the symbol of the pause before it, 0.1 s early."""
    times = np.clip(seconds, 0.0, audio.size / SAMPLE_RATE)
    count = audio.size // _WINDOW
    levels = np.square(audio[: count * _WINDOW]).reshape(count, _WINDOW).mean(axis=1)
    quiet = levels < levels.max(initial=0.0) * 10.0 ** (_ONSET_DB / 10.0)
    ended = 0.0
    for token, (begin, end) in zip(line.tokens, line.spans, strict=True):
        first, last = (round(time * SAMPLE_RATE / _WINDOW) for time in (ended, times[begin]))
        still = np.flatnonzero(quiet[first:last])
        starts = (first + int(still[-1]) + 1) * _WINDOW / SAMPLE_RATE if still.size else float(times[begin])
        ended = float(times[end])
        token.start_s, token.end_s = after + starts, after + ended


def load(config: Config) -> KokoroEngine:
    """The installed model, every file checked by its hash.

    Raises :class:`StudioError` ``model_missing`` or ``model_corrupt``.
    """
    place = folder(config)
    styles = load_styles(place)
    published = read_published(place)
    paths = {file: place.checked_path(file) for file in (TEXT_FILE, MELODY_FILE)}
    paths[SOUND_FILE] = sound_path(config, place)
    threads = os.cpu_count() or 1
    networks = open_networks(paths, threads)
    fingerprints = {
        **{f"{NAME}/{name}": value for name, value in place.verified().items()},
        "emotions": sha256_file(config.emotions_path),
        "delivery": sha256_file(config.delivery_path),
        **published.fingerprints,
        "onnxruntime": str(onnxruntime.__version__),
    }
    emotions, delivery = load_emotions(config.emotions_path), load_delivery(config.delivery_path)
    engine = KokoroEngine(networks, styles, emotions, delivery, fingerprints, VoiceFamily(config), published.spelling)
    voice = next(iter(styles.values()))
    engine.pace = pace(config) or paces.measure(
        config, NAME, place.identity() or "", lambda: try_out(networks, voice, published.spelling), threads=threads
    )
    return engine
