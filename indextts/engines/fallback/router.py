"""What is known of all engines together: whose voice is whose, who is asked first, who fails, how fast each is."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from indextts.config import Config
from indextts.engines.espeak.languages import NAME as ESPEAK
from indextts.engines.espeak.languages import PREFIX, foreign
from indextts.engines.fallback.breaker import Breaker
from indextts.engines.fallback.forecast import Forecast, text_s
from indextts.engines.fallback.pool import Pool
from indextts.engines.fallback.reasons import Reason
from indextts.engines.fallback.voice_matching import stand_in
from indextts.engines.fallback.workers import Workers
from indextts.errors import StudioError
from indextts.i18n.messages import Both
from indextts.run import Run
from indextts.utterance.model import Settings, Utterance
from indextts.utterance.settings import AUTO_ENGINE
from indextts.voices.cloning.voice import ID_PREFIX, REFERENCE_PREFIX
from indextts.voices.design import INLINE
from indextts.voices.voice import Voice

if TYPE_CHECKING:
    from indextts.engines.base import Engine

SAMPLE_RATE: Final = 24000
"""Of all that is heard, in Hz, whichever engine speaks."""

_PREFIXES: Final = {INLINE: "embedded", ID_PREFIX: "indextts2", REFERENCE_PREFIX: "indextts2"}
"""Whose voices are that no list has."""
_NEEDS_PATIENCE: Final = 0.5
"""Share of the usual deadline beyond which an engine asked for by name gets more time."""


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

    def spoke(self, engine: str, work_s: float, speech_s: float) -> None:
        """Count a segment."""
        with self._lock:
            self.segments[engine] += 1
            self.work_s[engine] += work_s
            self.speech_s[engine] += speech_s

    def fell_back(self, asked: str, engine: str, code: str) -> None:
        """Count a request that another engine speaks."""
        with self._lock:
            self.fallbacks[asked, engine, code] += 1


class Chain:
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
        """Threads that were left behind and have not come back, by engine."""
        self._lock = threading.Lock()
        self.workers = Workers()
        self.forecast = Forecast(pool.registry)
        pool.opened = self._opened
        self.tally = Tally()

    sample_rate: Final = SAMPLE_RATE

    def _opened(self, name: str, engine: Engine) -> None:
        pace = getattr(engine, "pace", 0.0)  # not every engine measures itself
        if pace > 0:
            self.forecast.assume(name, pace)

    def relay(self, utterance: Utterance, run: Run) -> Engine:
        """The engine of one request, whose plan has its settings resolved."""
        from indextts.engines.fallback.session import Relay

        return Relay(self, utterance, run)

    # ------------------------------------------------------------------ who

    @property
    def first(self) -> str:
        """The default engine: the first of the order that is installed and has a voice."""
        able = (name for name in self.order if self.pool.installed(name) and self.pool.voices(name))
        return next(able, self.order[0])

    def voices(self) -> list[Voice]:
        """Those of all installed engines, the default one's first."""
        listed: dict[str, Voice] = {}
        for name in dict.fromkeys([self.first, *self.order, *self.pool.registry]):
            for voice in self.pool.voices(name):
                listed.setdefault(voice.id, voice)
        return list(listed.values())

    def owner(self, voice: str) -> str:
        """The engine of a voice; empty where nobody's is known."""
        for prefix, name in _PREFIXES.items():
            if voice.startswith(prefix) and name in self.pool.registry:
                return name
        for name in dict.fromkeys([self.first, *self.order, *self.pool.registry]):
            if any(one.id == voice for one in self.pool.voices(name)):
                return name
        return ""

    def links(self, engine: str) -> list[str]:
        """Who is asked after whom, ``engine`` first."""
        links = list(dict.fromkeys([engine, *self.order]))
        return links if self.settings.fallback else links[:1]

    def resolve(self, settings: Settings) -> Settings:
        """``settings`` with the names of an engine and a voice in place of ``auto`` and ``default``."""
        if settings.voice == "default":
            engine = self.first if settings.engine == AUTO_ENGINE else settings.engine
            own = self.pool.voices(engine) or self.pool.voices(self.first)
            if not own:
                raise StudioError("model_missing", model=self.pool.registry[self.first].model)
            return replace(settings, engine=engine, voice=own[0].id)
        if settings.engine == AUTO_ENGINE:
            return replace(settings, engine=self.owner(settings.voice) or self.first)
        return settings

    def is_auto(self, settings: Settings) -> bool:
        """Whether unresolved ``settings`` leave the engine to the configuration."""
        return settings.engine == AUTO_ENGINE and (settings.voice == "default" or not self.owner(settings.voice))

    def check(self, settings: Settings) -> None:
        """Refuse an engine together with another one's voice. Raises :class:`StudioError` ``unknown_choice``."""
        if settings.engine == AUTO_ENGINE or settings.voice == "default":
            return
        own = self.pool.voices(settings.engine)
        if own and self.owner(settings.voice) not in ("", settings.engine):
            choices = ", ".join(voice.id for voice in own)
            raise StudioError("unknown_choice", field="voice", field_zh="声音", value=settings.voice, choices=choices)

    def foreign_voice(self, text: str) -> str:
        """The voice for a text in a language that only one engine speaks; empty where it is in none such."""
        if not self.pool.registry.get(ESPEAK) or not self.pool.installed(ESPEAK):
            return ""
        language = foreign(text)
        return PREFIX + language if language else ""

    def voice_of(self, engine: str, voice: str) -> str:
        """The voice of ``engine`` that speaks for ``voice``, or that voice itself."""
        if self.owner(voice) == engine:
            return voice
        known = next((one for one in self.voices() if one.id == voice), None)
        candidates = self.pool.voices(engine)
        return stand_in(voice, known, candidates, self.settings.stand_in) if candidates else voice

    # ------------------------------------------------------------------ how

    def left_behind(self, engine: str) -> None:
        """Count a thread that hangs in an engine."""
        with self._lock:
            self.stuck[engine] += 1

    def came_back(self, engine: str) -> None:
        """One of them did not hang for ever."""
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

    def states(self) -> dict[str, str]:
        """Each engine's: that of the pool, or ``failing`` while its breaker is not closed."""
        found: dict[str, str] = {}
        for name in self.pool.registry:
            state: str = self.pool.state(name)
            found[name] = "failing" if state in ("ready", "idle") and self.breakers[name].state != "closed" else state
        return found

    def trouble(self, name: str) -> Both | None:
        """What is wrong with an engine in state ``error`` or ``failing``."""
        state, error = self.states()[name], self.pool.error(name)
        if state == "error" and error is not None:
            return Both(error.localise("en")[0], error.localise("zh")[0])
        last = self.last.get(name)
        return last.text if state == "failing" and last is not None else None

    def ailing(self) -> Sequence[str]:
        """Those of the order that are installed and cannot speak."""
        states = self.states()
        return [name for name in self.order if states[name] in ("error", "failing")]
