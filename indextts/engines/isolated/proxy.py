"""The engine that stands in the server for one in a process of its own.

    isolated("indextts.engines.espeak.info", "espeak", title, voices, config).speak(segment, settings, run)

Whatever ends, hangs or floods the process is one failed attempt for the caller; the next one gets a new process.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Final, TypeVar

import numpy as np

from indextts.engines.base import Samples, Voice
from indextts.engines.isolated.process import LOOK_S, EngineProcess
from indextts.engines.isolated.wire import WireError, fill_in, written
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.utterance import Segment, Settings
from indextts.platform.config import Config
from indextts.platform.run import Cancel, Run

log = logging.getLogger(__name__)

_ANSWER_S: Final = 10.0
_MOST_KNOWN: Final = 256

T = TypeVar("T")


def isolated(info: str, name: str, title: Bilingual, voices: list[Voice], config: Config) -> IsolatedEngine:
    """The engine of the module ``info``, in a process that is started here. Raises what its loader raises."""
    return IsolatedEngine(info, name, title, voices, config)


class IsolatedEngine:
    """See :class:`indextts.engines.base.Engine`. As many segments at once as ``engines.isolated_processes``."""

    def __init__(self, info: str, name: str, title: Bilingual, voices: list[Voice], config: Config) -> None:
        self._info, self._config, self._title = info, config, title
        self.name = name
        self._voices = voices
        self._processes = _Processes(config.engines.isolated_processes)
        self._end = weakref.finalize(self, _Processes.close, self._processes)
        self._known: dict[object, Any] = {}
        facts: dict[str, Any] = {}

        def learn(told: dict[str, Any]) -> None:
            facts.update(told)

        with self._process(None, learn):
            self.sample_rate = int(facts["sample_rate"])
            self.level_lufs = float(facts["level_lufs"])
            self.pace = float(facts["pace"])
            self.release_s = float(facts["release_s"])

    def voices(self) -> list[Voice]:
        return list(self._voices)

    def loudness_shift(self, settings: Settings) -> float:
        return self._number("loudness_shift", settings)

    def pause_factor(self, settings: Settings) -> float:
        return self._number("pause_factor", settings)

    def _number(self, name: str, settings: Settings) -> float:
        def ask(process: EngineProcess) -> float:
            return float(process.ask(_ANSWER_S, do=name, plan=written(Segment("", 0, 0), settings)))

        return self._asked((name, settings), ask)

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        """What its process tells; where that cannot answer, what equals nothing, so that it is asked to speak."""

        def ask(process: EngineProcess) -> Mapping[str, str]:
            told = process.ask(_ANSWER_S, do="fingerprints", voice=voice)
            return {str(name): str(value) for name, value in dict(told).items()}

        try:
            return self._asked(("fingerprints", voice), ask)
        except StudioError as error:
            if error.code != "engine_process":
                raise
            return {self.name: f"unknown {secrets.token_hex(16)}"}

    def _asked(self, what: object, ask: Callable[[EngineProcess], T]) -> T:
        """The answer to a question that has one answer for good."""
        if what not in self._known:
            try:
                with self._process(Cancel(_ANSWER_S)) as process:
                    self._learn(what, ask(process))
            except StudioError as error:
                if error.code != "deadline":
                    raise
                words = Bilingual(f"did not respond for {_ANSWER_S:g} s", f"{_ANSWER_S:g} 秒没有回答")
                raise StudioError("engine_process", engine=self._title, reason=words) from error
        answer: T = self._known[what]
        return answer

    def _learn(self, what: object, answer: object) -> None:
        known = dict(list(self._known.items())[1 - _MOST_KNOWN :])
        self._known = {**known, what: answer}

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        """See :class:`indextts.engines.base.Engine`; a stop reaches it within half a second, or ends its process."""

        def wait() -> None:
            run.last_beat = time.monotonic()  # whoever waits for others does not hang

        run.cancel.check()
        with ExitStack() as stage, self._process(run.cancel, beat=wait) as process:

            def heard(message: dict[str, Any]) -> None:
                if message["is"] == "stage":
                    stage.close()
                    stage.enter_context(run.stage(str(message.get("name"))[:40]))
                else:
                    part = message.get("part")
                    run.beat(min(1.0, max(0.0, part)) if isinstance(part, float) else 0.0)

            answer, sound = process.speak(written(segment, settings), run.cancel, heard)
            try:
                samples = np.frombuffer(sound, np.float32).reshape([int(side) for side in answer["shape"]])
                fill_in(segment, answer["filled"])
                for name in ("loudness_shift", "pause_factor"):
                    self._learn((name, settings), float(answer[name]))
                self.pace = float(answer["pace"])
            except (KeyError, TypeError, ValueError, WireError) as error:
                process.kill()
                raise self._no_answer() from error
        run.cancel.check()
        return samples.copy()

    def close(self) -> None:
        """End processes that do nothing; when it is asked again, it starts a new one."""
        self._processes.close()

    @property
    def memory_bytes(self) -> int:
        """Memory that its processes have in use."""
        return sum(process.memory_bytes for process in self._processes.all())

    @property
    def pids(self) -> list[int]:
        """The numbers of its processes."""
        return [process.pid for process in self._processes.all() if process.alive]

    def _no_answer(self) -> StudioError:
        words = Bilingual("sent an invalid answer", "返回的内容无法识别")
        return StudioError("engine_process", engine=self._title, reason=words)

    @contextmanager
    def _process(
        self,
        cancel: Cancel | None,
        learn: Callable[[dict[str, Any]], None] = lambda facts: None,
        beat: Callable[[], None] = lambda: None,
    ) -> Iterator[EngineProcess]:
        """A process with the engine open, for the caller alone; waits for one, and starts one where there is none."""
        with self._processes.place(cancel, beat):
            process = self._processes.idle()
            if process is None:
                process = EngineProcess(self._info, self._title, self._config)
                self._processes.add(process)
                try:
                    facts = process.open(cancel)
                    if facts.get("name") != self.name or facts.get("sample_rate") != getattr(
                        self, "sample_rate", facts.get("sample_rate")
                    ):
                        raise self._no_answer()
                    learn(facts)
                except BaseException:
                    self._processes.remove(process)
                    raise
                log.info("%s runs in process %d", self._title.en, process.pid)
            try:
                yield process
            finally:
                self._processes.give_back(process)


class _Processes:
    """An engine's processes, those that are asked something and those that are not. Thread-safe."""

    def __init__(self, most: int) -> None:
        self._places = threading.Semaphore(most)
        self._lock = threading.Lock()
        self._idle: list[EngineProcess] = []
        self._all: list[EngineProcess] = []

    @contextmanager
    def place(self, cancel: Cancel | None, beat: Callable[[], None]) -> Iterator[None]:
        while not self._places.acquire(timeout=LOOK_S):
            beat()
            if cancel is not None:
                cancel.check()
        try:
            yield
        finally:
            self._places.release()

    def idle(self) -> EngineProcess | None:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.alive:
                    return process
                self._all.remove(process)
                process.kill()
        return None

    def add(self, process: EngineProcess) -> None:
        with self._lock:
            self._all.append(process)

    def remove(self, process: EngineProcess) -> None:
        process.kill()
        with self._lock:
            self._all.remove(process)

    def give_back(self, process: EngineProcess) -> None:
        if not process.alive:
            self.remove(process)
            return
        with self._lock:
            self._idle.append(process)

    def all(self) -> list[EngineProcess]:
        with self._lock:
            return list(self._all)

    def close(self) -> None:
        while (process := self.idle()) is not None:
            self.remove(process)
