"""What is known of all engines together: their voices, their order, their failures, and how fast each is."""

from __future__ import annotations

import math
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from indextts.config import Config
from indextts.engines.fallback.attempt import Workers
from indextts.engines.fallback.pool import Pool
from indextts.engines.fallback.reasons import Reason
from indextts.engines.fallback.track_record import Breaker, Forecast, text_s
from indextts.engines.registry import single
from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.utterance.model import Settings
from indextts.utterance.settings import AUTO_ENGINE, unknown_choice
from indextts.voices import Voice
from indextts.voices.design import INLINE, hertz_of, read_inline

if TYPE_CHECKING:
    from indextts.engines.base import Engine

OWN: str = "own"
"""The group of a person's own voices, which says nothing about their sex."""


def stand_in(wanted: str, known: Voice | None, candidates: Sequence[Voice], table: Mapping[str, str]) -> str:
    """The id of one of ``candidates`` for the voice ``wanted``, of which ``known`` is all that is known.

    What the configuration's ``table`` says, else one of the same group and, in it, nearest in pitch; the first where
    neither is known.
    """
    ids = [voice.id for voice in candidates]
    if wanted in ids:
        return wanted
    if table.get(wanted) in ids:
        return table[wanted]
    group, hz = (known.group, known.hz) if known is not None else ("", 0.0)
    if wanted.startswith(INLINE):
        hz = hertz_of(read_inline(wanted))
    same = [voice for voice in candidates if voice.group == group and group != OWN] or list(candidates)

    def apart(voice: Voice) -> float:
        return abs(math.log2(voice.hz / hz)) if hz > 0 and voice.hz > 0 else math.inf

    return min(same, key=apart).id if hz > 0 else same[0].id


SAMPLE_RATE: Final = 24000
"""Of all that is heard, in Hz, whichever engine speaks."""

_NEEDS_PATIENCE: Final = 0.5
"""Share of the usual deadline beyond which an engine asked for by name gets more time."""


@dataclass(frozen=True)
class Foreseen:
    """About how long a text takes on this machine."""

    engine: str
    speech_s: float
    seconds: float
    qualities: Mapping[str, float]
    """Seconds in each quality that the engine has."""


class Tally:
    """What the engines have done so far, for ``/metrics``. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.segments: Counter[str] = Counter()
        """By engine, as below."""
        self.work_s: defaultdict[str, float] = defaultdict(float)
        self.speech_s: defaultdict[str, float] = defaultdict(float)
        self.fallbacks: Counter[tuple[str, str, str]] = Counter()
        """By the engine asked for, the one that spoke, and the reason's code."""
        self.listener: Callable[[str, float, float], None] = lambda _engine, _work_s, _speech_s: None
        """Told of each segment: its engine, seconds of work, seconds of speech."""

    def spoke(self, engine: str, work_s: float, speech_s: float) -> None:
        with self._lock:
            self.segments[engine] += 1
            self.work_s[engine] += work_s
            self.speech_s[engine] += speech_s
        self.listener(engine, work_s, speech_s)

    def fell_back(self, asked: str, engine: str, code: str) -> None:
        with self._lock:
            self.fallbacks[asked, engine, code] += 1


class EngineRouter:
    """Shared by all requests; thread-safe."""

    def __init__(self, config: Config, pool: Pool) -> None:
        self.config = config
        self.settings = config.engines
        self.pool = pool
        known = pool.registry
        self.order: list[str] = [name for name in dict.fromkeys(self.settings.order) if name in known] or list(known)
        self.breakers = {name: Breaker(self.settings.failures, self.settings.retry_s) for name in pool.registry}
        self.last: dict[str, Reason] = {}
        """Why each engine failed last."""
        self.stuck: Counter[str] = Counter()
        """Abandoned threads that have not come back, by engine."""
        self._lock = threading.Lock()
        self.workers = Workers()
        self.forecast = Forecast(pool.registry)
        pool.opened = self._opened
        self.tally = Tally()

    @classmethod
    def of_one(cls, config: Config, engine: Engine) -> EngineRouter:
        """A router of one engine that is open already."""
        pool = Pool(config, single(lambda _: engine, engine.name))
        router = cls(config, pool)
        pool.open(engine.name)
        return router

    sample_rate: Final = SAMPLE_RATE

    def _opened(self, name: str, engine: Engine) -> None:
        pace = getattr(engine, "pace", 0.0)  # not every engine measures itself
        if pace > 0:
            self.forecast.assume(name, pace)

    # ------------------------------------------------------------------ which engine

    @property
    def first(self) -> str:
        """The default engine: the first of the order that is installed and has a voice."""
        able = (name for name in self.order if self.pool.installed(name) and self.pool.voices(name))
        return next(able, self.order[0])

    def voices(self) -> list[Voice]:
        listed: dict[str, Voice] = {}
        for name in dict.fromkeys([self.first, *self.order, *self.pool.registry]):
            for voice in self.pool.voices(name):
                listed.setdefault(voice.id, voice)
        return list(listed.values())

    def owner(self, voice: str) -> str:
        """The engine of a voice; empty where none is known."""
        for name, info in self.pool.registry.items():
            if info.id_prefixes and voice.startswith(info.id_prefixes):
                return name
        for name in dict.fromkeys([self.first, *self.order, *self.pool.registry]):
            if any(one.id == voice for one in self.pool.voices(name)):
                return name
        return ""

    def links(self, engine: str) -> list[str]:
        """Engines to try, in order, ``engine`` first."""
        links = list(dict.fromkeys([engine, *self.order]))
        return links if self.settings.fallback else links[:1]

    def resolve(self, settings: Settings) -> Settings:
        """``settings`` with the names of engine, voice and quality in place of ``auto`` and ``default``."""
        if settings.voice == "default":
            engine = self.first if settings.engine == AUTO_ENGINE else settings.engine
            own = self.pool.voices(engine) or self.pool.voices(self.first)
            if not own:
                raise StudioError("model_missing", model=self.first)
            settings = replace(settings, engine=engine, voice=own[0].id)
        elif settings.engine == AUTO_ENGINE:
            settings = replace(settings, engine=self.owner(settings.voice) or self.first)
        if settings.quality == "default" and (info := self.pool.registry.get(settings.engine)) is not None:
            settings = replace(settings, quality=info.quality(self.config))
        return settings

    def pass_s(self, settings: Settings) -> float:
        """What a pass of the voice's engine costs beside its speech (:attr:`EngineInfo.pass_s`)."""
        info = self.pool.registry.get(self.owner(settings.voice) or settings.engine)
        return math.inf if info is None else info.pass_s(self.config, settings)

    def is_auto(self, settings: Settings) -> bool:
        """Whether unresolved ``settings`` leave the engine to the configuration."""
        return settings.engine == AUTO_ENGINE and (settings.voice == "default" or not self.owner(settings.voice))

    def check(self, settings: Settings) -> None:
        """Refuse an engine that this process has not, and one together with another's voice.

        Raises :class:`StudioError` ``unknown_choice``.
        """
        engines = [AUTO_ENGINE, *self.pool.registry]
        if settings.engine not in engines:
            raise unknown_choice("engine", settings.engine, engines)
        if settings.engine == AUTO_ENGINE or settings.voice == "default":
            return
        own = self.pool.voices(settings.engine)
        if own and self.owner(settings.voice) not in ("", settings.engine):
            raise unknown_choice("voice", settings.voice, [voice.id for voice in own])

    def foreign_voice(self, text: str) -> str:
        """The voice for a text in a language that only one engine speaks; empty where it is in none such."""
        own = (info.foreign_voice(text) for name, info in self.pool.registry.items() if self.pool.installed(name))
        return next((voice for voice in own if voice), "")

    def voice_of(self, engine: str, voice: str) -> str:
        """The voice of ``engine`` that speaks for ``voice``, or that voice itself."""
        if self.owner(voice) == engine:
            return voice
        known = next((one for one in self.voices() if one.id == voice), None)
        candidates = self.pool.voices(engine)
        return stand_in(voice, known, candidates, self.settings.stand_in) if candidates else voice

    # ------------------------------------------------------------------ how it does

    def abandoned(self, engine: str) -> None:
        """Count an abandoned thread that hangs in an engine."""
        with self._lock:
            self.stuck[engine] += 1

    def came_back(self, engine: str) -> None:
        with self._lock:
            self.stuck[engine] -= 1

    def fingerprints(self, voice: str) -> Mapping[str, str] | None:
        """What decides how a voice sounds (:meth:`Engine.fingerprints`), if its engine is open."""
        name = self.owner(voice) or self.first
        engine: Engine | None = self.pool.ready(name) if self.pool.state(name) == "ready" else None
        return None if engine is None else engine.fingerprints(voice)

    def deadline_s(self, settings: Settings, text: str) -> float:
        """Time that a text of this length gets; an engine asked for by name may take as it needs, within reason."""
        usual = self.config.server.deadline_for(len(text))
        if self.is_auto(settings):
            return usual
        needs = self.forecast.seconds(self.resolve(settings).engine, text_s(text) / max(settings.speed, 0.1))
        return max(usual, self.settings.patience_s) if needs > _NEEDS_PATIENCE * usual else usual

    def paces(self, engine: str) -> Mapping[str, float]:
        """Seconds of work for each second of speech, by quality; empty for an engine that has none."""
        if engine not in self.pool.registry:
            return {}
        opened: Engine | None = self.pool.ready(engine) if self.pool.state(engine) == "ready" else None
        shares = self.pool.registry[engine].qualities
        own: Mapping[str, float] = getattr(opened, "paces", {})  # as above
        return own or {name: share * self.forecast.rtf(engine) for name, share in shares.items()}

    def foreseen(self, settings: Settings, text: str) -> Foreseen:
        """About how long a text takes. Raises :class:`StudioError` where no engine has a voice."""
        settings = self.resolve(settings)
        speech_s = text_s(text) / max(settings.speed, 0.1)
        qualities = {name: pace * speech_s for name, pace in self.paces(settings.engine).items()}
        seconds = qualities.get(settings.quality, self.forecast.seconds(settings.engine, speech_s))
        return Foreseen(settings.engine, speech_s, seconds, qualities)

    def states(self) -> dict[str, str]:
        """Each engine's: that of the pool, or ``failing`` while its breaker is not closed."""
        found: dict[str, str] = {}
        for name in self.pool.registry:
            state: str = self.pool.state(name)
            found[name] = "failing" if state in ("ready", "idle") and self.breakers[name].state != "closed" else state
        return found

    def troubles(self) -> dict[str, Bilingual]:
        """What is wrong with each engine in state ``error`` or ``failing``."""
        found: dict[str, Bilingual] = {}
        for name, state in self.states().items():
            error, last = self.pool.error(name), self.last.get(name)
            if state == "error" and error is not None:
                found[name] = Bilingual(error.localise("en")[0], error.localise("zh")[0])
            elif state == "failing" and last is not None:
                found[name] = last.text
        return found

    def ailing(self) -> Sequence[str]:
        """Those of the order that are installed and cannot speak."""
        states = self.states()
        return [name for name in self.order if states[name] in ("error", "failing")]
