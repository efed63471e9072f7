"""Loads what speech needs once for the whole process, in the background, and says how long each part took.

    preloader = Preloader.shared(config)
    preloader.start()                   # returns at once
    pipeline = preloader.pipeline()     # or StudioError: still loading, or why it failed

Ready means that a warm-up sentence went through the whole path, by the default engine: the first of the configured
order that is installed and opens. The others are opened when they are needed, or after it (``open_others``). A load
that fails is tried once more at once; after that the next caller starts another attempt, at most one in ``retry_s``, so
that a repaired model is found without a restart.
"""

from __future__ import annotations

import importlib
import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from indextts.engines.registry import REGISTRY, Registry, single
from indextts.model.errors import StudioError
from indextts.pipeline.fallback.pool import Pool
from indextts.pipeline.fallback.router import EngineRouter
from indextts.plan.request import SpeechRequest
from indextts.platform import importing
from indextts.platform.config import Config
from indextts.platform.memory import loaded
from indextts.platform.storage import files
from indextts.platform.waiting import waited_for

if TYPE_CHECKING:
    from indextts.engines.base import Engine
    from indextts.pipeline.pipeline import Pipeline
    from indextts.plan.segment_cache import SegmentCache

log = logging.getLogger(__name__)

LoadState = Literal["idle", "loading", "ok", "error"]

WARM_UP: Final = "你好，今天是2026年。清晨的阳光照进小镇，老人推开窗，看见门前的梧桐树长出了新叶。Hello!"
"""Touches every part once: hanzi, a number, English, all models; as long as sentences are, so that memory is there."""

ASK_AGAIN_S: Final = 2
_LASTING: Final = {"dependency_missing", "model_missing", "model_corrupt"}
"""Codes of failures that a second attempt meets again: what is missing or damaged stays so until a person acts."""


class Preloader:
    """Holds the one :class:`indextts.pipeline.pipeline.Pipeline` of a process. All methods are thread-safe."""

    _shared: ClassVar[Preloader | None] = None
    _shared_lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(
        self,
        config: Config,
        *,
        load_engine: Callable[[Config], Engine] | None = None,
        registry: Registry | None = None,
        retry_s: float = 30.0,
    ) -> None:
        """``registry`` holds the engines that there are; ``load_engine`` makes the only one, in their place."""
        self.config = config
        if registry is None:
            registry = REGISTRY if load_engine is None else single(load_engine)
        self.pool = Pool(config, registry)
        self.router = EngineRouter(config, self.pool)
        self._retry_s = retry_s
        self._changed = threading.Condition()
        self.state: LoadState = "idle"
        """``idle`` before :meth:`start`, then ``loading``, then ``ok`` or ``error``."""
        self._pipeline: Pipeline | None = None
        self._error: StudioError | None = None
        self._failed_at = 0.0
        self._others = False
        self.load_times: dict[str, float] = {}
        """Seconds of each part loaded so far, in order."""

    @classmethod
    def shared(cls, config: Config) -> Preloader:
        """The process's own preloader, made on first use; later callers get the same one.

        Raises :class:`ValueError` when it exists already with another configuration.
        """
        with cls._shared_lock:
            if cls._shared is None:
                cls._shared = cls(config)
            if cls._shared.config != config:
                raise ValueError("the models of this process are loaded with another configuration")
            return cls._shared

    @property
    def error(self) -> StudioError | None:
        """Why the last attempt failed, in state ``error``."""
        return self._error if self.state == "error" else None

    def start(self) -> None:
        """Begin loading in the background, unless it is loading, loaded, or failed a moment ago."""
        with self._changed:
            failed_long_ago = self.state == "error" and time.monotonic() - self._failed_at >= self._retry_s
            if self.state != "idle" and not failed_long_ago:
                return
            self.state = "loading"
            self.load_times = {}
        threading.Thread(target=self._run, name="preload", daemon=True).start()

    def open_others(self) -> None:
        """Open the other engines of the order too, in the background, once the default one is ready."""
        self._others = True
        if self.state == "ok":
            self._open_others()

    def _open_others(self) -> None:
        for name in self.router.order:
            self.pool.ready(name)

    def pipeline(self) -> Pipeline:
        """The loaded pipeline.

        Raises :class:`StudioError` ``loading``, or what made the last attempt fail, both with the seconds after
        which to ask again. Starts loading where that is due.
        """
        self.start()
        with self._changed:
            if self._pipeline is not None:
                return self._pipeline
            if self.state == "error" and self._error is not None:
                wait = self._retry_s - (time.monotonic() - self._failed_at)
                error = self._error
                raise StudioError(error.code, retry_after_s=max(1, math.ceil(wait)), **error.details) from error
        raise StudioError("loading", retry_after_s=ASK_AGAIN_S)

    @property
    def kept_segments(self) -> SegmentCache | None:
        """What was spoken lately, in memory; ``None`` while loading."""
        return None if self._pipeline is None else self._pipeline.kept_segments

    def wait(self, timeout_s: float | None = None) -> Pipeline:
        """Load if need be and wait for it. Raises :class:`StudioError` as :meth:`pipeline` does."""
        self.start()
        with self._changed:
            waited_for(self._changed, lambda: self.state != "loading", timeout_s)
        return self.pipeline()

    def _run(self) -> None:
        began = time.perf_counter()
        result = self._attempt()
        if isinstance(result, StudioError) and result.code not in _LASTING:
            log.warning("Loading failed (%s); it is tried once more", result)
            self.load_times = {}
            result = self._attempt()
        if isinstance(result, StudioError):
            self._settle(None, result)
            return
        log.info("Ready to speak after %.2f s", time.perf_counter() - began)
        self._settle(result, None)
        if self._others:
            self._open_others()

    def _attempt(self) -> Pipeline | StudioError:
        """Load everything once; the error that kept it from that is returned."""
        try:
            return self._load()
        except StudioError as error:
            return error
        except ModuleNotFoundError as error:
            package = (error.name or str(error)).partition(".")[0]
            return StudioError("dependency_missing", package=package, command="./start_app.sh")
        except Exception as error:
            # Whatever a model's runtime raises must end in an answer, not in a thread that died unseen.
            log.exception("Loading failed")
            return StudioError("engine_failed", reason=f"{type(error).__name__}: {error}")

    def _load(self) -> Pipeline:
        with self._step("runtime"):
            files.sweep(self.config.cache_path)
            with importing.alone():
                # These are for the first answers.
                for name in (
                    "indextts.sound.export.subtitles",
                    "indextts.sound.export.label",
                    "indextts.plan.editing_file",
                ):
                    importlib.import_module(name)
                from indextts.pipeline.pipeline import Pipeline
                from indextts.reading.prosody import ProsodyModels
                from indextts.sound.encode import encode
        with self._step("text"):
            from indextts.reading.phonemes.en import pronunciation
            from indextts.reading.phonemes.zh import mandarin
            from indextts.reading.text import frontend

            for load in (frontend.warm, pronunciation.load, mandarin.load):
                load()
        with self._step("voice"):
            self._open_default()
        with self._step("prosody"):
            models = ProsodyModels(self.config)
            models.get(self.config.prosody_name)
        pipeline = Pipeline(self.config, self.router, models=models)
        loaded()  # loading leaves twice the models' size behind
        with self._step("warm-up"):
            speech = pipeline.speak(SpeechRequest(WARM_UP))
            for audio_format in ("wav", "mp3"):
                encode(speech.samples, speech.sample_rate, audio_format)
        return pipeline

    def _open_default(self) -> None:
        """Open the first engine of the order that can be. Raises what was wrong with the first."""
        able = [name for name in self.router.order if self.pool.installed(name)] or list(self.router.order)
        able.sort(key=lambda name: not self.router.is_quick(name))
        errors: list[Exception] = []
        for name in able if self.config.engines.fallback else able[:1]:
            try:
                self.pool.open(name)
                return
            except Exception as error:
                log.error("Cannot open %s: %s", name, error)
                errors.append(error)
        raise errors[0]

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        seconds = time.perf_counter() - begin
        self.load_times = {**self.load_times, name: round(seconds, 3)}
        log.info("Loaded %s in %.2f s", name, seconds)

    def _settle(self, pipeline: Pipeline | None, error: StudioError | None) -> None:
        if error is not None:
            log.error("Not ready to speak: %s", error)
        with self._changed:
            self._pipeline = pipeline
            self._error = error
            self._failed_at = time.monotonic()
            self.state = "ok" if error is None else "error"
            self._changed.notify_all()
