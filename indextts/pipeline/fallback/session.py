"""One request's engine: the first of the router's engines that can speak, and the next one when that fails.

The choice is made when a voice's first segment comes, and again whenever the chosen engine fails. An engine that was
passed over or has failed is not asked again within the request while another one can speak.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from indextts.engines.base import Engine, Samples, SpeaksTogether
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Settings, Utterance
from indextts.pipeline.fallback import reasons
from indextts.pipeline.fallback.attempt import Attempt, heard_of, resident_bytes
from indextts.pipeline.fallback.reasons import OF_THE_PASS, Reason
from indextts.pipeline.fallback.router import SAMPLE_RATE, EngineRouter
from indextts.plan.passes import Pass
from indextts.plan.pauses import pause_after
from indextts.platform.memory import is_short, shortage
from indextts.platform.run import Progress, Run, StageTime
from indextts.platform.spans import span
from indextts.sound.resample import resample

log = logging.getLogger(__name__)

OPENING: Final = "opening"
"""The stage that is told while a request waits for an engine to be opened."""
LOST: Final = "lost"
"""The stage under which the time of engines that failed is counted."""

_OWN_SETTINGS: Final = ("emotion_reference", "sampling", "quality")
"""What one engine alone understands: a stand-in speaks without it."""
_LOOK_S: Final = 0.05
_GRACE_S: Final = 2.0
"""For so long a request that is over waits for its engine to notice."""
_PATIENCE: Final = 4.0
"""Factor by which an engine may stay silent longer in background work without a deadline."""
_MARGIN: Final = 1.5
"""Times its forecast that the next engine is left of the deadline, and at least …"""
_LEAST_RESERVE_S: Final = 1.0
_MOST_STUCK: Final = 4
"""Abandoned threads of an engine from which it is no last resort any more."""
_FINAL: Final = frozenset(("cancelled", "deadline"))


@dataclass(frozen=True)
class _Choice:
    """The engine that speaks for a voice."""

    name: str
    engine: Engine
    voice: str
    """The engine's own voice."""
    asked: str
    """The engine that should have spoken."""

    def own(self, segments: Sequence[Segment]) -> list[Segment]:
        """``segments`` as the engine takes them."""
        return [one if one.voice in ("", self.voice) else replace(one, voice=self.voice) for one in segments]


class _Fault(Exception):  # noqa: N818  (no error of the program's)
    def __init__(self, reason: Reason, cause: Exception | None = None) -> None:
        super().__init__(reason.text.en)
        self.reason, self.cause = reason, cause


class FallbackSession:
    """Speaks passes as an :class:`indextts.engines.base.Engine` speaks segments; for one request and one thread."""

    sample_rate: Final = SAMPLE_RATE

    def __init__(self, router: EngineRouter, utterance: Utterance, run: Run) -> None:
        """``utterance`` is the whole plan, its settings resolved; ``run.engine``, ``run.reason`` report the engine."""
        self._router = router
        self._run = run
        self._utterance = utterance
        self._wanted = utterance.settings
        self._chosen: dict[str, _Choice] = {}
        self._passed: dict[str, Reason] = {}
        """Not chosen, but to be asked again before none speaks."""
        self._out: dict[str, Reason] = {}
        self._causes: list[Exception] = []
        self._last: _Choice | None = None

    # ------------------------------------------------------------------ as an engine

    @property
    def name(self) -> str:
        """The engine that speaks; before the first segment, the one that should."""
        return self._run.engine or self._wanted.engine

    @property
    def level_lufs(self) -> float:
        """Of the engine that spoke last."""
        return (self._last or self._choose(self._wanted.voice)).engine.level_lufs

    def loudness_shift(self, settings: Settings) -> float:
        """Of the engine that speaks for the settings' voice."""
        choice = self._choose(settings.voice)
        return choice.engine.loudness_shift(self._settings(choice, settings))

    def pause_s(self, segment: Segment, after: Segment) -> float:
        """Seconds of silence between ``segment`` and the one ``after`` it, as its engine would have it."""
        choice = self._choose((settings := segment.own(self._wanted)).voice)
        factor = choice.engine.pause_factor(self._settings(choice, settings))
        return pause_after(segment, self._utterance, self._router.config.pauses, after, factor)

    def release(self, segment: Segment) -> int:
        """Samples at the end of the sound of ``segment`` that are part of the pause after it."""
        choice = self._choose(segment.own(self._wanted).voice)
        return round(getattr(choice.engine, "release_s", 0.0) * self.sample_rate)

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        """Of the engine that speaks for ``voice``; which voice stands in for it is among them."""
        choice = self._choose(voice)
        found = choice.engine.fingerprints(choice.voice)
        return found if choice.voice == voice else {**found, f"stand-in for {voice}": f"{choice.name} {choice.voice}"}

    def speaker(self, voice: str) -> str:
        """The engine that speaks for ``voice``."""
        return self._choose(voice).name

    # ------------------------------------------------------------------ speaking

    def speak(self, passed: Pass, following: Sequence[Pass] = ()) -> Samples:
        """The only segment of ``passed`` at :attr:`sample_rate`, by the first engine that can.

        ``following`` are passes that probably come next, in order; they change no sound. Raises :class:`StudioError`: a
        mistake of the caller's as the engine tells it, ``cancelled``, ``deadline``, ``engine_failed`` when none can,
        ``engine_broke`` when the voice may not change.
        """
        while True:
            choice = self._choose(passed.voice)
            heard = self._asked(choice, passed, following)
            if not isinstance(heard, Reason) and heard[0] is not None:
                return heard[0]
            self._drop(choice, heard if isinstance(heard, Reason) else reasons.shape(choice.name))

    def together(self, segments: Sequence[Segment], settings: Settings) -> int:
        """See :class:`indextts.engines.base.SpeaksTogether`; 0 for any other engine."""
        choice = self._choose(segments[0].voice or settings.voice)
        engine, own = choice.engine, choice.own(segments)
        return engine.together(own, self._settings(choice, settings)) if isinstance(engine, SpeaksTogether) else 0

    def ahead(self, voice: str) -> int:
        """How many passes its engine would like to know beforehand; 0 for one that speaks in none."""
        engine = self._choose(voice).engine
        return engine.ahead if isinstance(engine, SpeaksTogether) else 0

    def speak_together(self, passed: Pass, following: Sequence[Pass] = ()) -> list[Samples | None]:
        """The segments of ``passed``; ``None`` for each that cannot be cut out of it safely.

        That this fails ends no request: each segment can be spoken by itself.
        """
        none: list[Samples | None] = [None] * len(passed.segments)
        choice = self._choose(passed.voice)
        try:
            heard = self._asked(choice, passed, following)
        except StudioError as error:
            if error.code in _FINAL:
                raise
            return none
        if isinstance(heard, Reason) and heard.code not in OF_THE_PASS:
            self._drop(choice, heard)
        return none if isinstance(heard, Reason) else heard

    def _asked(self, choice: _Choice, passed: Pass, following: Sequence[Pass]) -> list[Samples | None] | Reason:
        """What each segment sounds like, ``None`` for one that could not be cut out; or why none is heard."""
        router, name, run = self._router, choice.name, self._run
        with span("engine", {"indextts.engine": name, "indextts.segment": run.done}) as seen:
            predicted_s = [segment.about_s(passed.settings) for segment in passed.segments]
            with router.pool.using(name):
                wanted = self._settings(choice, passed.settings)
                own = [choice.own(one.segments) for one in (passed, *following)]
                attempt = Attempt(router.workers, choice.engine, own, wanted, run, lambda: router.came_back(name))
                try:
                    samples = self._heard(attempt, choice, predicted_s)
                except _Fault as fault:
                    run.add([StageTime(LOST, attempt.seconds)])
                    if len(passed.segments) == 1 or fault.reason.code not in OF_THE_PASS:
                        self._learn(choice, fault, attempt.seconds, sum(predicted_s))
                    seen.fail(fault.reason.code)
                    return fault.reason
                finally:
                    if attempt.leave():
                        router.abandoned(name)
            attempt.take()
            run.add(attempt.run.stages)
            router.forecast.learn(name, attempt.seconds - attempt.run.ahead_s, sum(predicted_s))
            size = sum(one.size for one in samples if one is not None)
            characters = sum(len(segment.text) for segment in passed.segments)
            router.tally.spoke(name, attempt.seconds, size / choice.engine.sample_rate, characters)
            heard = [self._at_rate(*each, choice) for each in zip(samples, passed.segments, strict=True)]
        router.breakers[name].succeeded()
        self._last = choice
        return heard

    def _at_rate(self, samples: Samples | None, segment: Segment, choice: _Choice) -> Samples | None:
        if samples is None or choice.engine.sample_rate == self.sample_rate:
            return samples
        with self._run.stage("audio"):
            how = self._router.config.audio.resampler
            samples = resample(samples, choice.engine.sample_rate, self.sample_rate, resampler=how)
        # No token lasts longer than the sound, whose length a change of rate has rounded.
        total_s = samples.size / self.sample_rate
        for token in segment.tokens:
            token.start_s = None if token.start_s is None else min(token.start_s, total_s)
            token.end_s = None if token.end_s is None else min(token.end_s, total_s)
        return samples

    def _heard(self, attempt: Attempt, choice: _Choice, predicted_s: Sequence[float]) -> list[Samples | None]:
        """What the engine has said, if that can be heard. Raises :class:`_Fault`, or what is the caller's to know."""
        fault = self._watch(attempt, choice, sum(predicted_s))
        if fault is None:
            try:
                samples = attempt.result()
            except Exception as error:
                # A mistake of the request's own is told as it is; what only a stand-in refuses was not asked for.
                if isinstance(error, StudioError) and (
                    error.code in _FINAL or (error.status < 500 and choice.name == choice.asked)
                ):
                    raise
                log.warning("%s failed", choice.name, exc_info=not isinstance(error, StudioError))
                raise _Fault(reasons.raised(choice.name, error), error) from error
            samples, fault = heard_of(choice.name, samples, choice.engine.sample_rate, predicted_s)
            if fault is None:
                return samples
        raise _Fault(fault)

    def _watch(self, attempt: Attempt, choice: _Choice, predicted_s: float) -> Reason | None:
        """Wait until the engine is done; why it is not waited for any longer. Raises what the request's cancel does."""
        settings, run = self._router.settings, self._run
        usual_s = self._router.forecast.seconds(choice.name, predicted_s)
        silence_s = max(settings.stall_s, usual_s)
        if not run.awaited and run.cancel.remaining_s is None:
            silence_s *= _PATIENCE
        # After this much of the deadline, the next engine could not do it any more either.
        reserve_s = self._reserve(choice)
        while not attempt.over(_LOOK_S):
            try:
                run.cancel.check()
            except StudioError:
                attempt.over(_GRACE_S)
                raise
            if attempt.quiet_s > silence_s:
                return reasons.hung(choice.name, seconds=attempt.quiet_s)
            remaining_s = run.cancel.remaining_s
            behind = (
                attempt.seconds > _MARGIN * usual_s
            )  # an engine that keeps its pace is not given up for a slower one
            if behind and remaining_s is not None and reserve_s is not None and remaining_s < reserve_s:
                return reasons.unfinished(choice.name, worked=attempt.seconds, left=max(0.0, remaining_s))
            if settings.memory_mb and resident_bytes() - attempt.resident_before > settings.memory_mb * 2**20:
                return reasons.memory(choice.name, limit=settings.memory_mb)
        return None

    def _learn(self, choice: _Choice, fault: _Fault, seconds: float, predicted_s: float) -> None:
        router, code = self._router, fault.reason.code
        if code == "late":
            router.forecast.gave_up(choice.name, seconds, predicted_s)
            return
        if fault.cause is not None:
            self._causes.append(fault.cause)
        if isinstance(fault.cause, StudioError) and fault.cause.status < 500:
            return
        router.last[choice.name] = fault.reason
        router.breakers[choice.name].failed(at_once=code in ("hung", "memory"))
        if code in ("hung", "memory"):
            router.pool.drop(choice.name, choice.engine)

    def _drop(self, choice: _Choice, fault: Reason) -> None:
        """Go on without an engine. Raises where the request must not."""
        told = {"code": fault.code, "engine": choice.name}
        log.warning("%s; the request goes on without it", fault.text.en, extra=told)
        self._out[choice.name] = fault
        self._chosen = {voice: one for voice, one in self._chosen.items() if one.name != choice.name}
        settings = self._router.settings
        if self._run.done and not (settings.voice_may_change and settings.fallback):
            title = self._router.pool.registry[choice.name].title
            raise StudioError("engine_broke", engine=title, reason=fault.text)

    # ------------------------------------------------------------------ choosing

    def _choose(self, voice: str) -> _Choice:
        """The engine that speaks for ``voice``. May wait for an engine to be opened. Raises :class:`StudioError`."""
        if (known := self._chosen.get(voice)) is not None:
            return known
        router = self._router
        main = voice == self._wanted.voice
        # The engine that was asked for may not be installed, and its voice be one that stands in.
        owner = self._wanted.engine if main else router.owner(voice) or self._wanted.engine
        links = self._links(router.wished if main and self._run.auto else owner)
        asked = links[0]
        engine: Engine | None = None
        name = ""
        for name in self._candidates(links, patient=not (main and self._run.auto)):
            if router.pool.state(name) != "ready":
                self._run.tell(Progress(OPENING, self._run.done, self._run.total))
            engine = router.pool.wait(name, self._run.cancel, self._until(name, links))
            if engine is not None and (name == asked or router.pool.voices(name)):
                break
            self._out[name] = self._why_closed(name) if engine is None else reasons.voiceless(name)
            engine = None
        if engine is None:
            raise self._none_can(links)
        choice = _Choice(name, engine, router.voice_of(name, voice), asked)
        self._chosen[voice] = choice
        if main or name != asked:
            self._run.engine = name
        if name != asked:
            reason = self._out.get(asked) or self._passed.get(asked) or reasons.loading(asked)
            if self._run.reason is None:
                router.tally.fell_back(asked, name, reason.code)
            self._run.reason = reason.text
        return choice

    def _links(self, engine: str) -> list[str]:
        return self._router.links(engine, commercial=self._wanted.commercial)

    def _candidates(self, links: list[str], *, patient: bool) -> Iterator[str]:
        """Engines worth asking, in order; those that were passed over come again at the end."""
        later: list[tuple[int, float, str]] = []
        for place, name in enumerate(links):
            if name in self._out:
                continue
            reason, rank = self._doubt(name, patient=patient and place == 0, alone=len(links) == 1)
            if reason is None:
                yield name
            elif rank < 0:
                self._out[name] = reason
            else:
                self._passed[name] = reason
                later.append((rank, self._router.forecast.seconds(name, self._ahead_s()), name))
        for _, _, name in sorted(later):
            yield name

    def _doubt(self, name: str, *, patient: bool, alone: bool) -> tuple[Reason | None, int]:
        """Why not to ask an engine, and how bad that is: below 0 it cannot speak, else it is a last resort."""
        router = self._router
        engine = router.pool.ready(name)
        state = router.pool.state(name)
        if state == "absent":
            return reasons.absent(name), -1
        if state == "error":
            return self._why_closed(name), -1
        if router.stuck[name] >= _MOST_STUCK:
            return reasons.crowded(name), -1
        asked_already = any(one.name == name for one in self._chosen.values())
        if not alone and not asked_already and not router.breakers[name].allows():
            return reasons.tripped(name, router.last.get(name)), 2
        if engine is None and not patient:
            return reasons.loading(name), 1
        remaining_s = self._run.cancel.remaining_s
        needs_s = router.forecast.seconds(name, self._ahead_s())
        if not alone and not patient and remaining_s is not None and needs_s > remaining_s:
            return reasons.late(name, needs=needs_s, left=max(0.0, remaining_s)), 0
        return None, 0

    def _why_closed(self, name: str) -> Reason:
        if (error := self._router.pool.error(name)) is not None:
            self._causes.append(error)
            return reasons.error(name, error)
        return reasons.loading(name) if self._router.pool.installed(name) else reasons.absent(name)

    def _none_can(self, links: list[str]) -> Exception:
        """What to raise when no engine can speak: where only one is installed, its own error."""
        every = [self._out[name] for name in links if name in self._out]
        own = [one for one in every if one.code != "absent"] or every
        if any(is_short(cause) for cause in self._causes):
            return shortage()
        if len(own) == 1 and self._causes and own[0].code in ("raised", "error"):
            return self._causes[-1]
        if own[0].code == "absent":
            return StudioError("model_missing", model=links[0])
        return StudioError("engine_failed", reason=reasons.together(own))

    def _until(self, name: str, links: list[str]) -> float:
        """How long to wait for an engine to be opened, on the monotonic clock."""
        remaining_s = self._run.cancel.remaining_s
        if remaining_s is None:
            return float("inf")
        others = [self._router.forecast.seconds(other, self._ahead_s()) for other in links if other != name]
        return time.monotonic() + remaining_s - _MARGIN * min(others, default=0.0)

    def _reserve(self, choice: _Choice) -> float | None:
        """Seconds of the deadline that the next engine would need; ``None`` where there is none."""
        router = self._router
        others = [
            router.forecast.seconds(name, self._ahead_s())
            for name in self._links(choice.asked)
            if name != choice.name and name not in self._out and router.pool.state(name) == "ready"
        ]
        remaining_s = self._run.cancel.remaining_s
        if not others or remaining_s is None or (self._run.done and not router.settings.voice_may_change):
            return None
        reserve_s = max(_LEAST_RESERVE_S, _MARGIN * min(others))
        return reserve_s if reserve_s < remaining_s else None  # it could not do it even now

    def _ahead_s(self) -> float:
        """Predicted length of what is still to be spoken."""
        ahead = self._utterance.segments[self._run.done :]
        return sum(segment.about_s(self._wanted) for segment in ahead)

    def _settings(self, choice: _Choice, settings: Settings) -> Settings:
        """``settings`` as the engine that speaks takes them."""
        if choice.name == settings.engine and choice.voice == settings.voice:
            return settings
        changed: dict[str, object] = {"engine": choice.name, "voice": choice.voice}
        if choice.name != choice.asked:
            changed |= {name: getattr(Settings(), name) for name in _OWN_SETTINGS}
        return replace(settings, **changed)  # type: ignore[arg-type]
