"""The one place where the stages meet.

pipeline = Pipeline(config, engine)
speech = pipeline.speak(SpeechRequest("你好，世界。"))
utterance = pipeline.analyse(request)       # stop after the phonemes, look, edit …
for part in pipeline.render(utterance):     # … and go on from there
    play(part.samples)
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from indextts import markup, phonemes
from indextts.audio.edges import fade, silence
from indextts.audio.loudness import SILENCE_LUFS, limit, loudness
from indextts.config import Config
from indextts.engines.base import Engine, Samples, Voice
from indextts.errors import StudioError
from indextts.feelings import Feelings
from indextts.library import Lexicon, inside
from indextts.markup.effects import LIMITS as TOKEN_RANGES
from indextts.markup.marked import Marked, bad_markup
from indextts.markup.values import MAX_PAUSE_S
from indextts.messages import Both
from indextts.pauses import pause_after
from indextts.prosody.models import ProsodyModels
from indextts.request import AUTO, SpeechRequest, check_settings, check_text
from indextts.run import Cancel, Progress, Run, StageTime
from indextts.text import chars
from indextts.text.fixed import Fixed
from indextts.text.frontend import build_segments
from indextts.utterance import Segment, Settings, Token, Utterance

__all__ = ["Cancel", "Pipeline", "Progress", "SegmentAudio", "Speech", "StageTime"]

MAX_PAUSES_S = 1200.0
"""All pauses together that a plan may set."""

log = logging.getLogger(__name__)

_GAIN_LIMIT_DB = 12.0


@dataclass(frozen=True)
class SegmentAudio:
    """One finished segment with the pause behind it."""

    samples: Samples
    sample_rate: int
    index: int
    total: int


@dataclass(frozen=True)
class Speech:
    """A finished utterance."""

    samples: Samples
    sample_rate: int
    utterance: Utterance
    engine: str
    stages: tuple[StageTime, ...]
    fallback: bool = False
    reason: str = ""

    @property
    def duration_s(self) -> float:
        """Length of the audio."""
        return self.samples.size / self.sample_rate

    @property
    def rtf(self) -> float:
        """Real-time factor: seconds of work for each second of speech."""
        return sum(stage.seconds for stage in self.stages) / max(self.duration_s, 1e-9)


class Pipeline:
    """Text → normalise → prosody → phonemes → acoustic → vocoder → audio. Thread-safe: no state between calls."""

    def __init__(
        self, config: Config, engine: Engine, *, lexicon: Lexicon | None = None, models: ProsodyModels | None = None
    ) -> None:
        """``lexicon`` defaults to the one of ``config.library_path``, ``models`` to those of ``config``."""
        self._config = config
        self._engine = engine
        self._lexicon = lexicon or Lexicon(config.library_path)
        self._prosody = models or ProsodyModels(config)
        self._feelings = Feelings()

    @property
    def sample_rate(self) -> int:
        """Of all audio that comes out, in Hz."""
        return self._engine.sample_rate

    def voices(self) -> list[Voice]:
        """The voices that can be asked for."""
        return self._engine.voices()

    def check(self, request: SpeechRequest) -> None:
        """Raise :class:`StudioError` with the first thing that is wrong with a request."""
        voices = [voice.id for voice in self.voices()]
        limit = self._config.server.max_text_chars
        request.checked(voices=voices, max_chars=limit, emoji=self._config.text.reads_emoji)

    def analyse(self, request: SpeechRequest, *, run: Run | None = None) -> Utterance:
        """Everything before sound: segments, tokens, breaks, readings, phones."""
        self.check(request)
        run = run or Run()
        with run.stage("normalise"):
            marked = markup.parse(request.text)
            utterance = Utterance(marked.text, self._resolve(request.settings))
            self._check_voices(marked, utterance.settings.voice)
            self._build(utterance, marked)
        run.total = len(utterance.segments)
        with run.stage("prosody"):
            self._prosody.get(utterance.settings.prosody).annotate(utterance)
            utterance.stage = "prosody"
        self._feel(utterance, run)
        with run.stage("phonemes"):
            phonemes.annotate(utterance)
            markup.apply(utterance, marked)
            utterance.stage = "phonemes"
        return utterance

    def render(
        self,
        utterance: Utterance,
        *,
        cancel: Cancel | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        run: Run | None = None,
    ) -> Iterator[SegmentAudio]:
        """Speak a plan segment by segment, filling in its times; its readings, breaks and shifts are obeyed.

        Raises :class:`StudioError` ``bad_plan`` before the first segment if the plan cannot be spoken.
        """
        self._check_plan(utterance)
        utterance.settings = self._resolve(utterance.settings)
        run = run or Run(cancel, on_progress)
        run.total, run.done = len(utterance.segments), 0
        self._feel(utterance, run)
        return self._render(utterance, run)

    def speak(
        self,
        request: SpeechRequest,
        *,
        cancel: Cancel | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Speech:
        """Say a text, all at once."""
        run = Run(cancel, on_progress)
        return self.collect(self.analyse(request, run=run), run)

    def collect(self, utterance: Utterance, run: Run) -> Speech:
        """Render a plan, all at once."""
        parts = [part.samples for part in self.render(utterance, run=run)]
        return Speech(np.concatenate(parts), self.sample_rate, utterance, self._engine.name, run.stages)

    def _resolve(self, settings: Settings) -> Settings:
        """Put names for what was left to the configuration, so that a plan says what it was made with."""
        voice = self.voices()[0].id if settings.voice == "default" else settings.voice
        vocoder = self._config.vocoder.type if settings.vocoder == "default" else settings.vocoder
        model = self._config.prosody_name if settings.prosody == "default" else settings.prosody
        return replace(settings, voice=voice, vocoder=vocoder, prosody=model)

    def _feel(self, utterance: Utterance, run: Run) -> None:
        """Where the emotion is left to the text, read it for the segments that have none yet."""
        if utterance.settings.emotion == AUTO:
            with run.stage("emotion"):
                self._feelings.resolve(utterance)

    def _build(self, utterance: Utterance, marked: Marked) -> None:
        """Segments of the text without its marks, with what the marks and the dictionary decide."""
        marked.fixed = [inside(fixed, self._known) for fixed in marked.fixed]
        first = next((place for place, char in enumerate(marked.text) if chars.is_spoken(char)), len(marked.text))
        pauses = {offset: seconds for offset, seconds in marked.pauses.items() if offset > first}
        utterance.segments = build_segments(
            marked.text,
            max_syllables=self._config.text.max_syllables,
            fixed=markup.merge(marked, self._known(marked.text)),
            pauses=pauses,
            cuts=[feeling.start for feeling in marked.feelings],
            emoji=self._config.text.reads_emoji,
        )
        if not utterance.segments:
            raise StudioError("text_unspeakable")
        markup.feel(utterance, marked)
        leading = sum(seconds for offset, seconds in marked.pauses.items() if offset not in pauses)
        utterance.pause_before_s = min(leading, MAX_PAUSE_S)
        for segment in utterance.segments:
            if segment.pause_after_s is not None:
                segment.pause_after_s = min(segment.pause_after_s, MAX_PAUSE_S)

    def _known(self, text: str) -> list[Fixed]:
        """The dictionary's words in ``text``."""
        try:
            return self._lexicon.match(text)
        except StudioError as error:
            # A dictionary that cannot be opened must not keep everything from being said.
            log.warning("Speaking without the dictionary: %s", error)
            return []

    @staticmethod
    def _check_voices(marked: Marked, voice: str) -> None:
        """A text has one voice, that of the request: tags may name it, not change it."""
        for wish in marked.voices:
            if wish.name not in ("default", voice):
                raise bad_markup(
                    wish.position - 1,
                    wish.tag,
                    f"one voice speaks the whole text, here {voice}; the request chooses it",
                    f"一段文字只用一个声音，这里是 {voice}；请在请求中选择",
                )

    def _render(self, utterance: Utterance, run: Run) -> Iterator[SegmentAudio]:
        offset = 0
        for index, segment in enumerate(utterance.segments):
            phonemes.refresh(segment)
            # A sentence of nothing but characters without a reading has no phones, and nothing to say.
            speaking = any(token.phones for token in segment.tokens)
            voice = self._engine.speak(segment, utterance.settings, run) if speaking else silence(0.0, 1)
            with run.stage("audio"):
                last = index == len(utterance.segments) - 1
                own = segment.own(utterance.settings)
                shift_db = self._engine.loudness_shift(own) + _own_level(segment)
                sound = self._finish(voice, shift_db)
                lead = silence(utterance.pause_before_s if index == 0 else 0.0, self.sample_rate)
                end_s = (segment.pause_after_s or 0.0) if last else pause_after(segment, utterance, self._config.pauses)
                _move(segment, (offset + lead.size) / self.sample_rate, sound.size / self.sample_rate)
                samples = np.concatenate([lead, sound, silence(end_s, self.sample_rate)])
            offset += samples.size
            run.done = index + 1
            if last:
                utterance.stage = "audio"
            yield SegmentAudio(samples, self.sample_rate, index, len(utterance.segments))

    def _finish(self, voice: Samples, shift_db: float) -> Samples:
        """Even loudness, no clipping, soft edges."""
        audio = self._config.audio
        measured = loudness(voice, self.sample_rate)
        if measured > SILENCE_LUFS:
            # A segment of one short syllable measures low without sounding so: the gain stays within reason.
            lift = audio.loudness_lufs - self._engine.level_lufs
            gain = np.clip(audio.loudness_lufs - measured, lift - _GAIN_LIMIT_DB, lift + _GAIN_LIMIT_DB) + shift_db
            voice = (voice * 10.0 ** (gain / 20.0)).astype(np.float32)
        voice = limit(voice, self.sample_rate, 10.0 ** (audio.peak_dbtp / 20.0))
        return fade(voice, self.sample_rate, audio.fade_ms)

    def _check_plan(self, utterance: Utterance) -> None:
        most = self._config.server.max_text_chars
        check_text(utterance.text, max_chars=most, emoji=self._config.text.reads_emoji)
        check_settings(utterance.settings, voices=[voice.id for voice in self.voices()])
        if utterance.stage in ("text", "prosody"):
            raise StudioError("bad_plan", reason=Both("it has no readings yet.", "其中还没有读音。"))
        if not any(token.phones or token.reading for segment in utterance.segments for token in segment.tokens):
            raise StudioError("text_unspeakable")
        _check_pause("pause_before_s", utterance.text[:20], utterance.pause_before_s)
        for segment in utterance.segments:
            _check_pause("pause_after_s", segment.text, segment.pause_after_s or 0.0)
            for token in segment.tokens:
                _check_token(token)
        if sum(segment.pause_after_s or 0.0 for segment in utterance.segments) > MAX_PAUSES_S:
            limit = f"{MAX_PAUSES_S:g}"
            reason = Both(f"all pauses together last at most {limit} s.", f"所有停顿合计最多 {limit} 秒。")
            raise StudioError("bad_plan", reason=reason)


def _check_pause(name: str, text: str, seconds: float) -> None:
    if not 0.0 <= seconds <= MAX_PAUSE_S:
        raise _beyond(name, text, 0.0, MAX_PAUSE_S)


def _check_token(token: Token) -> None:
    for name, (low, high) in TOKEN_RANGES.items():
        value = getattr(token, name)
        if not (math.isfinite(value) and low <= value <= high):
            raise _beyond(name, token.text, low, high)
    for name, high in (("break_after", 4), ("prominence", 2)):
        if not 0 <= getattr(token, name) <= high:
            raise _beyond(name, token.text, 0, high)


def _beyond(name: str, text: str, low: float, high: float) -> StudioError:
    """The error for a value of a plan that is out of its bounds; ``text`` is what it belongs to."""
    reason = Both(
        f"{name} of “{text}” must be from {low:g} to {high:g}.", f"“{text}”的 {name} 应在 {low:g} 到 {high:g} 之间。"
    )
    return StudioError("bad_plan", reason=reason)


def _own_level(segment: Segment) -> float:
    """Decibels that the tokens ask for on the whole: what evening out the loudness would otherwise take back."""
    shifts = [token.energy_shift for token in segment.tokens if token.phones]
    if not any(shifts):
        return 0.0
    return 10.0 * math.log10(sum(10.0 ** (shift / 10.0) for shift in shifts) / len(shifts))


def _move(segment: Segment, offset_s: float, length_s: float) -> None:
    """Turn a segment's own times into the utterance's."""
    segment.start_s, segment.end_s = offset_s, offset_s + length_s
    for token in segment.tokens:
        if token.start_s is not None and token.end_s is not None:
            token.start_s, token.end_s = token.start_s + offset_s, token.end_s + offset_s
