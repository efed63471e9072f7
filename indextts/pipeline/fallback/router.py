"""What is known of all engines together: their voices, their order, their failures, and how fast each is."""

from __future__ import annotations

import math
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from indextts.engines.pace import quick
from indextts.engines.registry import single
from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual
from indextts.model.settings import AUTO_ENGINE, unknown_choice
from indextts.model.sources import Commercial
from indextts.model.utterance import Lang, Settings, Utterance
from indextts.pipeline.fallback.attempt import AttemptThreads
from indextts.pipeline.fallback.pool import Pool
from indextts.pipeline.fallback.reasons import Reason
from indextts.pipeline.fallback.track_record import Breaker, Forecast, text_s
from indextts.platform.config import Config, EnginesConfig
from indextts.voices import Voice
from indextts.voices.design import INLINE, hertz_of, read_inline
from indextts.voices.mixture import is_mixture, read_mixture

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


def _ranked(voices: Sequence[Voice], language: Lang | None) -> list[Voice]:
    """``voices`` with those whose own language is ``language`` first, in their order otherwise."""
    return sorted(voices, key=lambda voice: language is not None and voice.languages[:1] != (language,))


SAMPLE_RATE: Final = 24000
"""Of all that is heard, in Hz, whichever engine speaks."""

_INSTALL: Final = Bilingual(
    "Install the natural voices: ./start_app.sh --with kokoro", "请安装自然音色：./start_app.sh --with kokoro"
)
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
        self.characters: Counter[str] = Counter()
        self.fallbacks: Counter[tuple[str, str, str]] = Counter()
        """By the engine asked for, the one that spoke, and the reason's code."""
        self.listener: Callable[[str, float, float], None] = lambda _engine, _work_s, _speech_s: None
        """Told of each segment: its engine, seconds of work, seconds of speech."""

    def spoke(self, engine: str, work_s: float, speech_s: float, characters: int) -> None:
        with self._lock:
            self.characters[engine] += characters
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
        self.workers = AttemptThreads()
        self.forecast = Forecast(pool.registry)
        for name, info in pool.registry.items():
            if (pace := info.pace(config)) > 0:
                self.forecast.assume(name, pace)
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
        """The default engine: the first of the order that is installed, has a voice and is quick enough here.

        Where none is quick enough it is the first that can speak.
        """
        able = self._able()
        return next((name for name in able if self.is_quick(name)), (able or self.order)[0])

    @property
    def wished(self) -> str:
        """The engine that is to speak where none is named: another one in its place is a fallback, and told as one.

        In the order that the program comes with, an engine that is not installed is not missed; in an order that a
        person has written it is.
        """
        shipped = self.settings.order == EnginesConfig.model_fields["order"].default
        wanted = [name for name in self.order if not shipped or self.pool.installed(name)]
        return next((name for name in wanted if self.is_quick(name)), (wanted or self.order)[0])

    def _able(self) -> list[str]:
        """Those of the order that can speak."""
        return [name for name in self.order if self.pool.installed(name) and self.pool.voices(name)]

    def first_for(self, settings: Settings) -> str:
        """The same for a request; raises :class:`StudioError` ``not_commercial`` where it is for commercial use and no
        engine that may be used so is installed.
        """
        if not settings.commercial:
            return self.first
        able = [name for name in self._able() if self.is_free(name)]
        if not able:
            raise self._not_free(self.first)
        return next((name for name in able if self.is_quick(name)), able[0])

    def commercial(self, engine: str) -> Commercial:
        """Whether an engine's sound may be used commercially."""
        info = self.pool.registry.get(engine)
        return "unclear" if info is None else info.commercial

    def is_free(self, engine: str) -> bool:
        return self.commercial(engine) == "yes"

    def pickable(self, voices: Sequence[Voice], settings: Settings) -> Sequence[Voice]:
        """Those of ``voices`` that may be picked for a speaker without a voice."""
        return [voice for voice in voices if self.is_free(voice.engine)] if settings.commercial else voices

    def speaks(self, utterance: Utterance) -> dict[str, Commercial]:
        """The engines of a plan's voices, whichever will speak for them."""
        settings = utterance.settings
        names = (
            settings.engine if one == settings.voice else self.owner(one) or settings.engine for one in utterance.voices
        )
        return {name: self.commercial(name) for name in names}

    def check_rights(self, settings: Settings, voices: Iterable[str]) -> None:
        """Refuse what may not be used commercially where that is wanted: the engine, and the engines of ``voices``.

        Raises :class:`StudioError` ``not_commercial``.
        """
        if not settings.commercial:
            return
        if settings.engine != AUTO_ENGINE and not self.is_free(settings.engine):
            raise self._not_free(settings.engine)
        for voice in voices:
            owner = "" if voice in ("", "default") else self.owner(voice)
            if owner and not self.is_free(owner):
                raise self._not_free(owner, voice)
        self.first_for(settings)

    def _not_free(self, engine: str, voice: str = "") -> StudioError:
        title = self.pool.registry[engine].title
        what = Bilingual(f"the engine “{title.en}”", f"引擎“{title.zh}”")
        if voice:
            known = next((one for one in self.pool.voices(engine) if one.id == voice), None)
            called = Bilingual(voice, voice) if known is None else Bilingual(known.name_en, known.name_zh)
            en, zh = printable(called.en), printable(called.zh)
            what = Bilingual(f"the voice “{en}” ({title.en})", f"音色“{zh}”（{title.zh}）")
        free = [self.pool.registry[name].title for name in self._able() if self.is_free(name)]
        en, zh = ", ".join(one.en for one in free), "、".join(one.zh for one in free)
        instead = Bilingual(f"Choose a voice of one of these engines: {en}.", f"请改用这些引擎的音色：{zh}。")
        return StudioError("not_commercial", what=what, instead=instead if free else _INSTALL)

    def is_quick(self, engine: str) -> bool:
        """Whether an engine speaks fast enough on this machine to be the default one."""
        return quick(self.pool.registry[engine].pace(self.config))

    def voices(self, language: Lang | None = None, *, first: str = "") -> list[Voice]:
        """Every voice, those of ``first``, or the default engine, first, and among them those of ``language``."""
        listed: dict[str, Voice] = {}
        first = first or self.first
        for name in dict.fromkeys([first, *self.order, *self.pool.registry]):
            own = self.pool.voices(name)
            for voice in _ranked(own, language) if name == first else own:
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

    def is_there(self, voice: str, settings: Settings) -> bool:
        """Whether a voice, or the heaviest of a mixture, is known and may be used as ``settings`` ask."""
        owner = self.owner(read_mixture(voice).heaviest if is_mixture(voice) else voice)
        return bool(owner) and (not settings.commercial or self.is_free(owner))

    def links(self, engine: str, *, commercial: bool = False) -> list[str]:
        """Engines to try, in order, ``engine`` first; those that may be used commercially where that is wanted."""
        links = [name for name in dict.fromkeys([engine, *self.order]) if not commercial or self.is_free(name)]
        return links if self.settings.fallback else links[:1]

    def resolve(self, settings: Settings, language: Lang | None = None) -> Settings:
        """``settings`` with the names of engine, voice and quality in place of ``auto`` and ``default``.

        The default voice is the first of its engine whose own language is ``language``, where there is one.
        """
        if settings.voice == "default":
            first = self.first_for(settings)
            engine = first if settings.engine == AUTO_ENGINE else settings.engine
            own = self.pool.voices(engine) or self.pool.voices(first)
            if not own:
                raise StudioError("model_missing", model=first)
            settings = replace(settings, engine=engine, voice=_ranked(own, language)[0].id)
        elif settings.engine == AUTO_ENGINE:
            settings = replace(settings, engine=self.owner(settings.voice) or self.first_for(settings))
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
            field = Bilingual(f"voice of the engine {settings.engine}", f" {settings.engine} 引擎音色")
            known = ", ".join(voice.id for voice in own)
            raise StudioError("unknown_choice", field=field, value=printable(settings.voice), choices=known)

    def foreign_voice(self, text: str) -> str:
        """The voice for a text in a language that only one engine speaks; empty where it is in none such."""
        own = (info.foreign_voice(text) for name, info in self.pool.registry.items() if self.pool.installed(name))
        return next((voice for voice in own if voice), "")

    def voice_of(self, engine: str, voice: str) -> str:
        """The voice of ``engine`` that speaks for ``voice``, or that voice itself."""
        if self.owner(voice) == engine:
            return voice
        named = read_mixture(voice).heaviest if is_mixture(voice) else voice
        known = next((one for one in self.voices() if one.id == named), None)
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

    def compared(self, settings: Settings) -> dict[str, float]:
        """Paces of the engine that would speak with ``settings``, then of quicker ones of the order.

        Empty where none can speak.
        """
        try:
            own = self.resolve(settings).engine
        except StudioError:
            return {}
        paces = {name: self.forecast.rtf(name) for name in self.order if self.pool.installed(name)}
        mine = self.forecast.rtf(own)
        return {own: mine, **{name: pace for name, pace in paces.items() if pace < mine}}

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
        """What is wrong with each engine in state ``error`` or ``failing``, and what to do where that is known."""
        found: dict[str, Bilingual] = {}
        for name, state in self.states().items():
            error, last = self.pool.error(name), self.last.get(name)
            if state == "error" and error is not None:
                found[name] = Bilingual(" ".join(error.localise("en")), "".join(error.localise("zh")))
            elif state == "failing" and last is not None:
                found[name] = last.text
        return found

    def ailing(self) -> Sequence[str]:
        """Those of the order that are installed and cannot speak."""
        states = self.states()
        return [name for name in self.order if states[name] in ("error", "failing")]
