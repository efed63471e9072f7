"""The one place where the stages meet.

pipeline = Pipeline(config, engine)
speech = pipeline.speak(SpeechRequest("你好，世界。"))
utterance = pipeline.analyse(request)       # stop after the phonemes, look, edit …
pipeline.accept(utterance)                  # … have the edits checked …
for part in pipeline.render(utterance):     # … and go on from there
    play(part.samples)
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from indextts.engines.base import Engine, Voice
from indextts.model.errors import StudioError, printable
from indextts.model.settings import AUTO
from indextts.model.sources import RULES, Commercial
from indextts.model.utterance import Lang, Receipt, Segment, Settings, Utterance
from indextts.pipeline.fallback.router import EngineRouter
from indextts.pipeline.fallback.session import FallbackSession
from indextts.pipeline.known_words import KnownWords
from indextts.pipeline.speaking import FinishedSegment, Speaking
from indextts.plan import receipt, rights
from indextts.plan.check import check_amount, check_fixed, check_length, check_plan, settle
from indextts.plan.first_part import parted
from indextts.plan.keeping import Keeping, put_on_all
from indextts.plan.marking import marked_of
from indextts.plan.parts import Around, in_parts, is_surely_short, leave_said, placed
from indextts.plan.request import CheckedRequest, SpeechRequest, check_settings, check_text
from indextts.plan.segment_cache import KeptSounds, SegmentAudio, SegmentCache, contents
from indextts.platform.config import Config
from indextts.platform.run import NO_REASON, Cancel, Progress, Run, Speech, StageTime
from indextts.reading import markup
from indextts.reading.emotion.classifier import AutoEmotion
from indextts.reading.lexicon import Lexicon, inside
from indextts.reading.markup.marked import Marked
from indextts.reading.markup.values import MAX_PAUSE_S
from indextts.reading.phonemes.annotate import annotate
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.prosody import ProsodyModels
from indextts.reading.text import chars
from indextts.reading.text.frontend import build_segments
from indextts.reading.text.sentences import main_language
from indextts.voices.dialogue import cast_of, parts_of
from indextts.voices.turns import find_turns

__all__ = ["Cancel", "Pipeline", "Progress", "SegmentAudio", "Speech", "StageTime"]

log = logging.getLogger(__name__)

_NEAR: Final = 100
"""Segments before the one that is spoken that keep their tokens: far more than anything looks back."""
_KEPT: Final = "sentences kept from before an edit"


class Pipeline:
    """Text → normalise → prosody → phonemes → acoustic → vocoder → audio. Thread-safe: no state between calls."""

    def __init__(
        self,
        config: Config,
        engine: Engine | EngineRouter,
        *,
        lexicon: Lexicon | None = None,
        models: ProsodyModels | None = None,
    ) -> None:
        """``engine`` is one, or a router of several; ``lexicon`` and ``models`` default to those of ``config``."""
        self._config = config
        self._router = engine if isinstance(engine, EngineRouter) else EngineRouter.of_one(config, engine)
        self._lexicon = lexicon or Lexicon(config.library_path)
        self._prosody = models or ProsodyModels(config)
        self._audio = config.audio.model_dump_json()
        self._cache = SegmentCache(config.cache.segments_mb * 2**20)
        self._auto_emotion = AutoEmotion()

    @property
    def sample_rate(self) -> int:
        """Of all audio that comes out, in Hz."""
        return self._router.sample_rate

    def voices(self) -> list[Voice]:
        return self._router.voices()

    def pickable(self, *, commercial: bool) -> Sequence[Voice]:
        """The voices that may be picked automatically, in a text for ``commercial`` use or in any."""
        return self._router.pickable(self.voices(), Settings(commercial=commercial))

    def cast(self, text: str, settings: Settings, speakers: Mapping[str, str] | None) -> dict[str, str]:
        """The voice of each label of a text without marks, as where it is spoken. Raises :class:`StudioError`."""
        settings = self._resolve(settings, language := main_language(text, "zh"))
        voices = self._router.voices(language, first=self._router.first_for(settings))
        pickable = self._router.pickable(voices, settings)
        turns = find_turns(text, voices, speakers)
        return cast_of(turns, voices, first=settings.voice, speakers=speakers, pickable=pickable, text=text)

    @property
    def prosody_models(self) -> ProsodyModels:
        """The models that decide breaks, for other components that need one of them."""
        return self._prosody

    @property
    def kept_segments(self) -> SegmentCache:
        """What was spoken lately, in memory."""
        return self._cache

    def keep_sounds(self, below: KeptSounds) -> None:
        """From now on ask there too for what was spoken before."""
        self._cache.below = below

    def check(self, request: SpeechRequest) -> CheckedRequest:
        """``request`` as the stages take it. Raises :class:`StudioError` with the first thing that is wrong with it."""
        voices = [voice.id for voice in self.voices()]
        limit = self._config.server.max_text_chars
        checked = request.checked(voices=voices, max_chars=limit, emoji=self._config.text.reads_emoji)
        self._router.check(checked.settings)
        named = (checked.settings.voice, *(checked.speakers or {}).values(), *(role.voice for role in checked.roles))
        self._router.check_rights(checked.settings, named)
        rights.check_settings(checked.settings)
        return checked

    def accept(self, utterance: Utterance) -> Utterance:
        """``utterance``, a plan from outside, fit to be rendered; what follows from its edits is decided again.

        Raises :class:`StudioError`: what is wrong with its text or settings, ``speech_too_long``, and ``bad_plan``
        for the rest.
        """
        most, voices = self._config.server.max_text_chars, [voice.id for voice in self.voices()]
        check_text(utterance.text, max_chars=most, emoji=self._config.text.reads_emoji)
        settings = check_settings(utterance.settings, voices=voices)
        self._router.check_rights(settings, (settings.voice,))
        rights.check_settings(settings)
        utterance.settings = self._resolve(settings, main_language(utterance.text, "zh"))
        check_plan(utterance, voices=voices, max_chars=most)
        settle(utterance)
        self._check_voices(utterance)
        rights.check_decided(utterance)
        return utterance

    def _check_voices(self, utterance: Utterance) -> None:
        """Raises :class:`StudioError` ``not_commercial``."""
        self._router.check_rights(utterance.settings, dict.fromkeys(one.voice for one in utterance.segments))

    def analyse(self, request: SpeechRequest, *, run: Run | None = None, around: Around | None = None) -> Utterance:
        """Everything before sound, with what is ``around`` in view. Raises as :meth:`check`, or ``speech_too_long``."""
        run = run or Run()
        utterance, marked, keeping = self._begin(request, run)
        with placed(utterance, marked, around) as (part, here):
            self._read(part, here, run)
        put_on_all(keeping, utterance.segments, run)
        with run.stage("phonemes"):
            own = [contents(segment) for segment in utterance.segments]
            utterance.receipt = self._receipt(utterance, own, None)
        return utterance

    def render(self, utterance: Utterance, *, run: Run | None = None) -> Iterator[SegmentAudio]:
        """Speak a plan segment by segment, filling in its times; its readings, breaks and shifts are obeyed.

        The plan is one of :meth:`analyse`, or has been through :meth:`accept`. Segments that were spoken just so
        before come from memory, or from what lies below it. At the end the plan has a new receipt.

        Raises :class:`StudioError` ``speech_too_long`` before the first segment if it would be spoken for hours.
        """
        check_length(utterance)
        self._feel(utterance, run := run or Run())
        run.utterance = utterance
        engine = FallbackSession(self._router, utterance, run)
        keeps, written = run.keeps, utterance.receipt
        with run.stage("phonemes"):
            own = [contents(segment) for segment in utterance.segments]
            if written is not None:
                made_with = self._made_with(utterance.voices, engine) or {}
                now = receipt.plan_digest(utterance, own)
                run.verdict = verdict = receipt.compare(written, engine.name, made_with, now)
                # Whether it is another version of something that was heard.
                keeps |= bool(written.audio) and (verdict.edited or _KEPT in written.made_with)
        run.total, run.done = len(utterance.segments), 0
        return self._render(utterance, own, engine, run, iter(()), keeps=keeps)

    def stream(self, request: SpeechRequest, *, run: Run, keeps_plan: bool = True) -> Iterator[SegmentAudio]:
        """The same sound as from :meth:`analyse` and :meth:`render`; a long text is analysed while it is spoken.

        Where the plan is not needed afterwards (not ``keeps_plan``), a segment's tokens go some time after it is
        spoken. Raises what these do before the first segment.
        """
        utterance, marked, keeping = self._begin(request, run)
        own: list[str] = []
        reading = self._reading(utterance, marked, own, run, keeping)
        before: Segment | None = None
        if request.said:
            list(reading)
            before = leave_said(utterance, own, marked)
        while not any(token.phones for segment in utterance.segments[: len(own)] for token in segment.tokens):
            if next(reading, None) is None:
                raise StudioError("text_unspeakable")
        said = next(place for place, segment in enumerate(utterance.segments) if segment.is_said)
        engine = FallbackSession(self._router, utterance, run)
        if before is not None:
            heard_s = marked.said_pause_s + engine.release(before) / self.sample_rate
            utterance.pause_before_s = max(0.0, engine.pause_s(before, utterance.segments[0]) - heard_s)
        for part in self._render(utterance, own, engine, run, reading, keeps=run.keeps):
            yield part
            # What follows is read and spoken with its neighbours in view, and asks whether anything was said before.
            if not keeps_plan and part.index - _NEAR > said:
                utterance.segments[part.index - _NEAR].tokens = []

    def again(self, utterance: Utterance, index: int, *, run: Run) -> list[FinishedSegment]:
        """One segment of a plan that was spoken, and others of its pass that came with it. Raises as :meth:`render`."""
        plan = replace(utterance, segments=[*utterance.segments], pause_before_s=0.0, receipt=None)
        run.utterance, run.total = plan, 1
        engine = FallbackSession(self._router, plan, run)
        if not engine.together(plan.segments[index : index + 1], plan.settings):
            plan.segments, index = plan.segments[index : index + 1], 0
        own = [contents(segment) for segment in plan.segments]
        return Speaking(self._config, self._cache, engine, plan, own, run).again(index)

    def speak(
        self,
        request: SpeechRequest,
        *,
        cancel: Cancel | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Speech:
        run = Run(cancel, on_progress)
        return self.collect(self.analyse(request, run=run), run)

    def collect(self, utterance: Utterance, run: Run) -> Speech:
        parts = [part.samples for part in self.render(utterance, run=run)]
        verdict = run.verdict
        if verdict is not None and run.reason is not None and "engine" not in verdict.differs:
            # The receipt was compared with the engine that should have spoken.
            verdict = replace(verdict, differs=("engine", *verdict.differs))
        return Speech(
            np.concatenate(parts),
            self.sample_rate,
            utterance,
            run.engine,
            run.stages,
            fallback=run.reason is not None,
            reason=run.reason or NO_REASON,
            cached=run.cached,
            verdict=verdict,
            warnings=tuple(run.warnings),
        )

    def _resolve(self, settings: Settings, language: Lang) -> Settings:
        """Put names for what was left to the configuration, so that a plan says what it was made with."""
        settings = self._router.resolve(settings, language)
        vocoder = self._config.vocoder.type if settings.vocoder == "default" else settings.vocoder
        usual = RULES if settings.commercial else self._config.prosody_name
        model = usual if settings.prosody == "default" else settings.prosody
        audio = self._config.audio
        return replace(
            settings,
            vocoder=vocoder,
            prosody=model,
            loudness=audio.loudness_lufs if settings.loudness is None else settings.loudness,
            peak=audio.peak_dbtp if settings.peak is None else settings.peak,
        )

    def _begin(self, request: SpeechRequest, run: Run) -> tuple[Utterance, Marked, Keeping | None]:
        """The segments of a text, which nothing has read yet, its marks, and what keeps a person's fixes."""
        request = request if isinstance(request, CheckedRequest) else self.check(request)
        run.auto = self._router.is_auto(request.settings)
        with run.stage("normalise"):
            marked = marked_of(request)
            language = request.language or main_language(marked.text, "zh")
            run.utterance = utterance = Utterance(marked.text, self._resolve(request.settings, language))
            self._build(utterance, marked, request, language, run)
            check_amount(utterance, max_chars=self._config.server.max_text_chars)
        run.total = len(utterance.segments)
        keeping = None if request.fixed is None else Keeping(request.fixed.plan, utterance)
        if keeping is not None:
            keeping.recast(utterance.segments, lambda voice: self._router.is_there(voice, request.settings))
        return utterance, marked, keeping

    def _read(self, utterance: Utterance, marked: Marked, run: Run, *, whole: bool = True) -> None:
        """Decide how an utterance, or a part of one, is said."""
        with run.stage("prosody"):
            self._prosody.get(utterance.settings.prosody).annotate(utterance, run.beat)
            utterance.stage = "prosody"
        self._feel(utterance, run)
        with run.stage("phonemes"):
            try:
                annotate(utterance, run.cancel.check)
            except StudioError as error:
                if whole or error.code != "text_unspeakable":
                    raise
            markup.apply(utterance, marked)
            utterance.stage = "phonemes"

    def _reading(
        self, utterance: Utterance, marked: Marked, own: list[str], run: Run, keeping: Keeping | None
    ) -> Iterator[int]:
        """Read ``utterance`` part by part, adding its segments' contents to ``own``; how many there are.

        Where it may turn out too long to be spoken, or its prosody model remembers what it said, all comes at once.
        """
        if utterance.settings.prosody == "llm" or not is_surely_short(utterance, marked.spans, keeping):
            self._read(utterance, marked, run)
            put_on_all(keeping, utterance.segments, run)
            check_length(utterance)
            own += map(contents, utterance.segments)
            yield len(own)
            return
        for end, part in in_parts(utterance):
            self._read(part, marked, run, whole=False)
            put_on_all(keeping, utterance.segments[len(own) : end], run)
            own += map(contents, utterance.segments[len(own) : end])
            yield end

    def _feel(self, utterance: Utterance, run: Run) -> None:
        """Where the emotion is left to the text, read it for the segments that have none yet."""
        rights.check_emotions(utterance)
        if utterance.settings.emotion == AUTO:
            with run.stage("emotion"):
                self._auto_emotion.resolve(utterance, run.cancel.check)

    def _build(self, utterance: Utterance, marked: Marked, request: SpeechRequest, language: Lang, run: Run) -> None:
        """Segments of the text without its marks, with what the marks, its speakers and the dictionary decide."""
        speakers = {} if request.literal else request.speakers
        settings = utterance.settings
        voices = self._router.voices(language, first=self._router.first_for(settings))
        pickable = self._router.pickable(voices, settings)
        parts = parts_of(marked, voices, voice=settings.voice, speakers=speakers, pickable=pickable)
        lines = {line.strip() for line in marked.text.split("\n") if not line.rstrip(" \t*").endswith((":", "："))}
        silent = dict.fromkeys(marked.text[label.start : label.end].strip() for label in parts.labels)
        if directions := [line for line in silent if line in lines]:
            run.warnings.append(StudioError("directions_unsaid", count=len(directions), first=printable(directions[0])))
        if not request.literal and (pause := markup.spoken_pause(marked.text)):
            run.warnings.append(StudioError("pause_spoken", first=printable(pause)))
        pinyin, people = self._config.text.pinyin, request.people
        known = KnownWords(self._lexicon, request.words, run.warnings, pinyin=pinyin, people=people).match
        marked.fixed = [*(inside(fixed, known) for fixed in marked.fixed), *parts.labels]
        cuts = {*parts.starts, *(span.start for span in marked.emotion_spans)}
        marked.cuts = sorted(cuts | {marked.said} if marked.said else cuts)
        labels = {place for label in parts.labels for place in range(label.start, label.end)}
        spoken = (place for place, char in enumerate(marked.text) if chars.is_spoken(char) and place not in labels)
        first = next(spoken, len(marked.text))  # a pause before that is one before everything
        pauses = {offset: seconds for offset, seconds in marked.pauses.items() if seconds and offset > first}
        utterance.segments = build_segments(
            marked.text,
            is_word=is_word,
            max_syllables=self._config.text.max_syllables,
            fixed=check_fixed(markup.merge(marked, known(marked.text)), max_chars=self._config.server.max_text_chars),
            pauses=pauses,
            cuts=marked.cuts,
            emoji=self._config.text.reads_emoji,
            code="read" if request.literal else self._config.text.code,
            usual=main_language(request.whole, language, share=1) if request.whole else request.language,
            beat=run.cancel.check,
        )
        if not utterance.segments:
            raise StudioError("text_unspeakable")
        markup.feel(utterance, marked)
        leading = sum(seconds for offset, seconds in marked.pauses.items() if offset not in pauses)
        utterance.pause_before_s = min(leading, MAX_PAUSE_S)
        for segment in utterance.segments:
            place = next(token.start for token in segment.tokens if token.kind != "punctuation")
            segment.voice = self._router.foreign_voice(segment.text) or parts.at(place)
            if segment.pause_after_s is not None:
                segment.pause_after_s = min(segment.pause_after_s, MAX_PAUSE_S)
        self._check_voices(utterance)
        if run.awaited and not request.said:
            own = utterance.segments[0].own(utterance.settings)
            utterance.segments[:1] = parted(utterance.segments[0], marked.text, own, self._router.pass_s(own))

    def _render(
        self,
        utterance: Utterance,
        own: list[str],
        engine: FallbackSession,
        run: Run,
        reading: Iterator[int],
        *,
        keeps: bool,
    ) -> Iterator[SegmentAudio]:
        """``own`` are the contents of the segments that are read, others come from ``reading``; what was predicted is
        noted there.
        """
        offset = 0
        heard, spoke = hashlib.sha256(), dict[str, Commercial]()
        speaking = Speaking(self._config, self._cache, engine, utterance, own, run, reading, keeps=keeps)
        for index, segment in enumerate(utterance.segments):
            if index:
                run.give_way()
            spoken = speaking.sound(index)
            sound = spoken.sound
            own[index] = sound.contents
            if spoken.keys:
                name = engine.speaker(segment.voice or utterance.settings.voice)
                spoke[name] = self._router.commercial(name)
            with run.stage("audio"):
                last = index == len(utterance.segments) - 1
                lead = round((utterance.pause_before_s if index == 0 else 0.0) * self.sample_rate)
                # A pause begins where the voice has died away but for a little, which the sound still has.
                said = max(0, sound.pcm.size - engine.release(segment)) if sound.pcm.size else 0
                end_s = segment.pause_after_s if last else engine.pause_s(segment, utterance.segments[index + 1])
                size = sound.pcm.size if end_s is None else said + round(end_s * self.sample_rate)
                segment.move((offset + lead) / self.sample_rate, said / self.sample_rate)
                pcm = np.zeros(lead + size, np.int16)
                pcm[lead:][: sound.pcm.size] = sound.pcm[:size]
                heard.update(pcm.tobytes())
                samples = replace(sound, pcm=pcm).samples
            offset += samples.size
            run.done = index + 1
            run.first_at = run.first_at or time.monotonic()
            if last:
                utterance.stage = "audio"
                utterance.receipt = self._receipt(utterance, own, engine, heard.hexdigest(), speaking.strayed, spoke)
            run.engine = engine.name
            told, total = tuple(run.warnings), len(utterance.segments)
            names = spoken.keys, lead, spoken.lately
            yield SegmentAudio(samples, self.sample_rate, index, total, run.engine, run.reason, told, sound, *names)

    def _made_with(self, voices: Sequence[str], engine: FallbackSession | EngineRouter) -> dict[str, str] | None:
        """What a receipt lists; ``None`` where an engine would have to be opened to know it."""
        finish = f"{self._audio} {self._config.pauses.model_dump_json()}"
        return receipt.made_with(voices, engine.fingerprints, finish)

    def _receipt(
        self,
        utterance: Utterance,
        own: list[str],
        engine: FallbackSession | None,
        audio: str = "",
        strayed: int = 0,
        spoke: Mapping[str, Commercial] | None = None,
    ) -> Receipt | None:
        """Of a plan that ``engine`` has spoken, or that is not spoken yet (``None``).

        ``strayed`` segments were heard in other passes than the plan's own, which no plan can give again; ``spoke``
        are the engines whose sound it is.
        """
        made_with = self._made_with(utterance.voices, engine or self._router)
        name = engine.name if engine is not None else utterance.settings.engine
        if made_with is None:
            return None
        kept = {_KEPT: str(strayed)} if strayed else {}
        speaks = self._router.speaks(utterance) if spoke is None else spoke
        return receipt.write(utterance, own, name, {**made_with, **kept}, audio, speaks)
