"""Cloned voices: a segment's text and a person's recordings in, the segment in that person's voice out.

How what a request asks for reaches the networks:

* Several recordings of a voice are combined (:func:`indextts.engines.indextts2.speech.speaker.combined`).
* An emotion by name or mixture goes through the published bias and sum rule and is mixed by ``intensity``; a borrowed
  one moves the speaker's own towards it by ``intensity``; a description in words becomes eight weights first.
* ``speed`` is the length regulator's factor. ``pitch`` resamples the finished sound, its length made up for before.
* Short neighbours are one pass (:mod:`indextts.engines.indextts2.passes`), cut into its sentences afterwards.
* Nothing says where a token lies in the sound, so tokens get no times, and what a plan changes on single tokens cannot
  be done: changes that all tokens of a segment share are, others are refused (``whole_sentence_only``).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol, cast

import numpy as np
import soundfile
import torch
from torch import Tensor

from indextts.engines.base import Passes, Samples, Voice
from indextts.engines.indextts2.calibration import CODES_PER_S, Calibrations, paces, shares
from indextts.engines.indextts2.checkpoint.config import NAME
from indextts.engines.indextts2.checkpoint.folder import PublishedFolder
from indextts.engines.indextts2.checkpoint.precision import EXACT
from indextts.engines.indextts2.costs import PartSeconds
from indextts.engines.indextts2.cutting import cut
from indextts.engines.indextts2.frontend.tokens import GLOSSARY, open_front
from indextts.engines.indextts2.frontend.v25 import TokenLine
from indextts.engines.indextts2.info import chosen, described
from indextts.engines.indextts2.opened.model_cache import Modules
from indextts.engines.indextts2.opened.turns import Turns
from indextts.engines.indextts2.passes import PassSize, joined, shares_of
from indextts.engines.indextts2.reference.emotion import EMOTIONS, normalised, scaled
from indextts.engines.indextts2.reference.sound import LONGEST_S
from indextts.engines.indextts2.speech import synthesis
from indextts.engines.indextts2.speech.speaker import EncodedSpeaker, Listener, ReferenceSource
from indextts.engines.indextts2.speech.synthesis import Callbacks, SegmentProgress, SynthesisParams, compose
from indextts.engines.indextts2.speech.writing import LineToWrite, WrittenAhead
from indextts.engines.indextts2.tuning import PrecisionChooser
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.utterance import Segment, Settings, Utterance
from indextts.plan.passes import is_awaited, spans
from indextts.platform.beats import no_beat
from indextts.platform.config import Config, IndexTts2Config
from indextts.platform.lru import Lru
from indextts.platform.run import Run
from indextts.platform.storage.files import sha256_file
from indextts.reading.emotion.names import weights as emotion_weights
from indextts.sound.edges import silence
from indextts.sound.resample import resample
from indextts.voices.cloning.library import CloneLibrary
from indextts.voices.cloning.voice import ID_PREFIX, REFERENCE_PREFIX, ClonedVoice

JOIN_S: Final = 0.2
"""Silence between the parts of a segment that is too long to be said in one go, as published."""

_REMEMBERED: Final = 64
"""Descriptions of emotions whose weights are kept."""


class Recordings(Protocol):
    """The cloned voices and their recordings (:class:`indextts.voices.cloning.library.CloneLibrary`)."""

    def voices(self) -> Sequence[ClonedVoice]: ...

    def get(self, voice: str) -> ClonedVoice:
        """One by its id, also one for a single request. Raises :class:`StudioError` ``no_voice``."""
        ...

    def path(self, sha256: str) -> Path:
        """Where a prepared recording lies. Raises :class:`StudioError` where there is none."""
        ...


class IndexTts2Engine:
    """The published voice, version 2 or 2.5. Thread-safe: one segment at a time, others wait."""

    name: Final = NAME
    level_lufs: Final = -20.0
    """The loudness about which the published voice speaks; each segment is levelled afterwards in any case."""

    def __init__(self, modules: Modules, recordings: Recordings, settings: IndexTts2Config, cache: Path) -> None:
        """``cache`` is the folder for what is kept: what recordings said, and this machine's measurements."""
        self._modules = modules
        self._published = modules.published
        self._recordings = recordings
        self._settings = settings
        glossary = modules.published.folder / GLOSSARY
        self._passes = PassSize(open_front(modules.published).lines, settings.pass_tokens)
        self._glossary = {f"{NAME}/{GLOSSARY}": sha256_file(glossary)} if glossary.is_file() else {}
        self._listener = Listener(modules, cache / "conditioning")
        self._chooser = PrecisionChooser(cache, modules, settings.threads, settings.precision)
        self._calibrations = Calibrations(cache / "calibration.json", modules, settings.threads)
        self.sample_rate: Final = modules.mel().sample_rate
        self._codes_per_s = CODES_PER_S / 2 if modules.config.is_25 else CODES_PER_S
        self._descriptions: Lru[str, dict[str, float]] = Lru(_REMEMBERED)
        self._ahead = WrittenAhead()
        self._turns = Turns(modules, settings.threads, settings.ttl_s, self._ahead.clear)

    @property
    def loaded(self) -> tuple[str, ...]:
        return self._modules.loaded

    def voices(self) -> list[Voice]:
        return described(self._recordings.voices())

    def loudness_shift(self, settings: Settings) -> float:
        return settings.energy

    def pause_factor(self, settings: Settings) -> float:
        return 1.0

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        """The hashes of the model's files and of the voice's recordings, and what runs them."""
        files = {f"{NAME}/{place}": digest for place, digest in self._published.digests().items()}
        own = " ".join(f"{source.sha256}:{source.weight:g}" for source in self._sources(self._voice(voice)))
        ran = f"{self._modules.device.type} half={self._settings.half} threads={self._turns.threads}"
        ran += " tf32" if self._modules.tf32 else ""
        files |= self._glossary
        if self._settings.pass_tokens:
            files[f"{NAME} pass"] = f"{self._settings.pass_tokens} tokens"
        if self._modules.precision != EXACT:
            files[f"{NAME} numbers"] = str(self._modules.precision)
        return {**files, f"voice {_short(voice)}": own, "torch": str(torch.__version__), f"{NAME} settings": ran}

    def prepare(self) -> None:
        """Do what is only done once: convert and hash the files, measure the machine. Raises :class:`StudioError`."""
        with self._turns.one(no_beat):
            self._published.convert()
            self._published.digests()
            self._chooser.settle(no_beat)
            self._calibrations.look()
            self._ahead.clear()
            self._calibrations.ensure(no_beat)

    @property
    def pace(self) -> float:
        """Seconds of work for each second of a usual sentence, as configured; 0 where nothing was measured yet."""
        return self.paces.get(self._settings.quality, 0.0)

    @property
    def paces(self) -> dict[str, float]:
        """The same by quality; empty where nothing was measured yet."""
        known = self._calibrations.current
        return {} if known is None else paces(known, self._codes_per_s)

    def forecast(self, segments: Sequence[Segment], settings: Settings) -> float:
        """The approximate seconds that speaking ``segments`` will take here; 0 where nothing was measured yet."""
        heard: set[str] = set()
        total = 0.0
        text = Utterance("", settings, [*segments])
        passes = [*spans(text, self._passes.of, lambda _: len(segments))]
        alone = sum(is_awaited(text, one.start) for one in passes[:2])
        for place, span in enumerate(passes):
            segment = joined(segments[span.start : span.stop])
            mine = segment.own(settings)
            sources = self._sources(self._voice(mine.voice))
            along = min(self._settings.pages, len(passes) - alone) if place >= alone else 1
            found = self._shares(segment, mine, sources, heard, along)
            heard |= {source.sha256 for source in sources}
            total += found.total if found else 0.0
        return total

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        """See :class:`indextts.engines.base.Engine`. Tokens get no times."""
        sound = self.speak_together([segment], settings, run)[0]
        if sound is None:
            raise RuntimeError("one segment needs no cut")
        return sound

    def together(self, segments: Sequence[Segment], settings: Settings) -> int:
        """See :class:`indextts.engines.base.SpeaksTogether`."""
        return self._passes.of(segments)

    @property
    def ahead(self) -> int:
        """See :class:`indextts.engines.base.SpeaksTogether`."""
        return self._settings.pages - 1

    def speak_together(
        self, segments: Sequence[Segment], settings: Settings, run: Run, following: Passes = ()
    ) -> list[Samples | None]:
        """See :class:`indextts.engines.base.SpeaksTogether`: of ``following`` the codes are written along."""
        segment, asked = joined(segments), settings
        settings, decibels = synthesis.with_shared_changes(segment, segment.own(settings))
        with run.stage("acoustic"), self._turns.one(run.beat):
            lines = self._passes.lines(segment)
            sources = self._sources(self._voice(settings.voice))
            ahead = self._shares(segment, settings, sources)
            speaker = self._speaker(sources).within(settings.drawn.prompt_s)
            stretch = synthesis.stretch(settings)
            search, flow = synthesis.search(settings), synthesis.flow(settings)
            params = SynthesisParams(self._emotion(settings, speaker), search, flow, duration=stretch / settings.speed)
            generator = torch.Generator().manual_seed(settings.seed)
            progress = SegmentProgress(run, ahead, len(lines))
            self._modules.beat = progress.beat
            after = [*self._lines_after(following, asked, settings)]
            mels: list[Tensor] = []
            for number, line in enumerate(lines):
                along, after = after, []
                mels.append(self._mel(line, speaker, params, generator, progress.line(number), along, run))
        with run.stage("vocoder"), self._turns.one(run.beat):
            parts: list[Samples] = []
            for number, mel in enumerate(mels):
                parts += [silence(JOIN_S, self.sample_rate)] if parts else []
                parts.append(self._sound(mel, run, number / len(mels), 1 / len(mels)))
            audio = np.concatenate(parts)
            if stretch != 1.0:
                audio = resample(audio, self.sample_rate, self.sample_rate / stretch)
            for token in (token for one in segments for token in one.tokens):
                token.start_s = token.end_s = None
            gain = np.float32(10.0 ** (decibels / 20.0))
            pieces = cut(audio, self.sample_rate, [*map(shares_of, segments)])
            return [None if piece is None else (piece * gain).astype(np.float32) for piece in pieces]

    def release(self) -> None:
        """Let the networks go now; they are opened again for the next segment."""
        self._turns.release()

    # ------------------------------------------------------------------ within

    def _voice(self, voice: str) -> ClonedVoice:
        if voice != "default":
            return self._recordings.get(voice)
        stored = self._recordings.voices()
        if not stored:
            raise StudioError("no_voice", voice=voice)
        return stored[0]

    def _sources(self, voice: ClonedVoice) -> list[ReferenceSource]:
        if not voice.references:
            raise StudioError("no_voice", voice=voice.id)
        return [
            ReferenceSource(self._recordings.path(reference.sha256), reference.sha256, reference.weight)
            for reference in voice.references
        ]

    def _speaker(self, sources: Sequence[ReferenceSource]) -> EncodedSpeaker:
        fresh = [source for source in sources if not self._listener.knows(source)]
        began = time.perf_counter()
        speaker = self._listener.speaker(sources)
        if fresh:
            self._calibrations.heard(sum(map(_seconds, fresh)), time.perf_counter() - began)
        return speaker

    def _emotion(self, settings: Settings, speaker: EncodedSpeaker) -> Tensor:
        """The emotion vector ``[1, width]``; see the module."""
        if settings.emotion_reference:
            path = self._recordings.path(settings.emotion_reference)
            borrowed = self._listener.mood(ReferenceSource(path, settings.emotion_reference))
            return speaker.with_emotion_of(borrowed, settings.intensity)
        if settings.emotion_text:
            text = settings.emotion_text
            given = self._descriptions.get_or_make(text, lambda: self._modules.read_words(text))
            weights = [given[name] for name in EMOTIONS]
        else:
            named = emotion_weights(settings.emotion)
            weights = normalised([named.get(name, 0.0) for name in EMOTIONS])
        found = scaled(weights, settings.intensity)
        if not any(found):
            return speaker.own_emotion
        exemplars = self._modules.exemplars()
        return exemplars.mix(speaker.own_emotion, found, exemplars.nearest(speaker.prompt.style))

    def _lines_after(self, following: Passes, asked: Settings, settings: Settings) -> Iterator[TokenLine]:
        """The first lines of passes that come next, of those that are spoken with the same ``settings``."""
        for segments in following[: self.ahead]:
            segment = joined(segments)
            try:
                if synthesis.with_shared_changes(segment, segment.own(asked))[0] == settings:
                    yield from self._passes.lines(segment)[:1]
            except StudioError:
                continue  # told when it is spoken

    def _mel(
        self,
        line: TokenLine,
        speaker: EncodedSpeaker,
        params: SynthesisParams,
        generator: torch.Generator,
        callbacks: Callbacks,
        along: Sequence[TokenLine],
        run: Run,
    ) -> Tensor:
        callbacks.check()
        seed = generator.initial_seed()

        def to_write(one: TokenLine, draws: torch.Generator) -> LineToWrite:
            own = replace(params, language=one.language, search=synthesis.bounded(params.search, len(one.ids)))
            return synthesis.to_write(one.ids, speaker, own, encoders=self._modules.front(), generator=draws)

        others = [to_write(one, torch.Generator().manual_seed(seed)) for one in along]
        written, ahead_s = self._ahead.written(
            to_write(line, generator),
            others,
            self._modules.voice,
            latents=not self._modules.config.is_25,
            on_codes=callbacks.token,
            check=callbacks.check,
        )
        run.ahead_s += ahead_s
        if not written.ended:
            count = len(written.codes)
            reason = Bilingual(f"it did not finish within {count} codes", f"写出 {count} 个语音编码后仍未结束")
            raise StudioError("voice_stumbled", reason=reason)
        acoustics = self._modules.acoustics()
        here = speaker.on(self._modules.device)
        mel = compose(written, here, params, acoustics=acoustics, generator=generator, callbacks=callbacks)[1]
        return _sound_of_numbers(mel)

    def _sound(self, mel: Tensor, run: Run, begin: float, share: float) -> Samples:
        acoustics = self._modules.acoustics()
        total, done = mel.shape[2] * acoustics.vocoder.hop, 0

        def on_chunk(chunk: Tensor) -> None:
            nonlocal done
            done += chunk.numel()
            run.beat(begin + share * done / total)

        samples = acoustics.samples(mel, check=lambda: run.beat(begin + share * done / total), on_chunk=on_chunk)
        return cast(Samples, _sound_of_numbers(samples).float().cpu().numpy())

    def _shares(
        self,
        segment: Segment,
        settings: Settings,
        sources: Sequence[ReferenceSource],
        heard: Collection[str] = (),
        along: int = 1,
    ) -> PartSeconds | None:
        """What there is to do takes so long; ``heard`` are recordings that will have been listened to by then.

        ``along`` passes are written together.
        """
        calibration = self._calibrations.current
        if calibration is None:
            return None
        lengths = [min(_seconds(source), LONGEST_S) for source in sources]
        unheard = sum(
            length
            for source, length in zip(sources, lengths, strict=True)
            if source.sha256 not in heard and not self._listener.knows(source)
        )
        return shares(
            calibration,
            settings.drawn,
            self._codes_per_s,
            speech_s=synthesis.speech_s(segment, settings),
            prompt_s=min(max(lengths, default=0.0), settings.drawn.prompt_s),
            unheard_s=unheard,
            along=along,
        )


def open_engine(config: Config, recordings: Recordings, folder: Path | None = None) -> IndexTts2Engine:
    """The engine on the checkpoint in ``folder`` (unless given, that of the model store which is set or newest).

    Raises :class:`StudioError` where files lack, are damaged or belong to another version, or a package lacks.
    """
    settings = config.engines.indextts2
    published = PublishedFolder(folder or config.models_path / chosen(config))
    published.check()
    there = torch.cuda.is_available()
    if settings.device == "cuda" and not there:
        raise StudioError("no_graphics_card")
    device = torch.device("cuda" if there and settings.device != "cpu" else "cpu")
    half = device.type == "cuda" if settings.half == "auto" else bool(settings.half) and device.type == "cuda"
    modules = Modules(published, device=device, half=half, budget_bytes=int(settings.budget_gb * 1e9))
    return IndexTts2Engine(modules, recordings, settings, config.cache_path)


def load(config: Config) -> IndexTts2Engine:
    """The engine, its files converted and the machine measured. Raises :class:`StudioError` where it cannot be."""
    engine = open_engine(config, CloneLibrary(config))
    engine.prepare()
    return engine


def _sound_of_numbers(values: Tensor) -> Tensor:
    """``values`` if they are numbers. Raises :class:`StudioError` ``voice_stumbled``."""
    if not torch.isfinite(values).all():
        reason = Bilingual("the generated audio contains invalid values", "生成的声音含有无效数值")
        raise StudioError("voice_stumbled", reason=reason)
    return values


def _seconds(source: ReferenceSource) -> float:
    try:
        return float(soundfile.info(source.path).duration)
    except (OSError, soundfile.LibsndfileError):
        return 0.0  # what it lacks is said where it is listened to


def _short(voice: str) -> str:
    return voice if voice.startswith(ID_PREFIX) else REFERENCE_PREFIX + hashlib.sha256(voice.encode()).hexdigest()[:16]
