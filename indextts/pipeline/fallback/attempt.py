"""One engine saying a segment, or a pass of several, in a thread of its own, so that it can be abandoned."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, cast

from indextts.model.utterance import Segment, Settings
from indextts.pipeline.fallback.reasons import Reason, length, no_sound, shape, silence, uncut
from indextts.platform.asking import carried
from indextts.platform.run import Cancel, Run

if TYPE_CHECKING:
    from indextts.engines.base import Engine, Passes, Samples

_IDLE_S: Final = 10.0
_REST: Final = "speak"

Work = tuple[str, Callable[[], None], Callable[[], None]]


class AttemptThreads:
    """As many as are needed at once; one that has nothing to do for some seconds ends. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[SimpleQueue[Work]] = []

    def run(self, name: str, work: Callable[[], None], done: Callable[[], None]) -> None:
        """Do ``work`` in a thread of that name, then ``done``; neither may raise. Returns at once."""
        with self._lock:
            inbox = self._idle.pop() if self._idle else None
        if inbox is None:
            inbox = SimpleQueue()
            threading.Thread(target=self._live, args=(inbox,), name=f"{_REST} …", daemon=True).start()
        inbox.put((name, work, done))

    def _live(self, inbox: SimpleQueue[Work]) -> None:
        me = threading.current_thread()
        while True:
            try:
                name, work, done = inbox.get(timeout=_IDLE_S)
            except Empty:
                with self._lock:
                    if inbox in self._idle:
                        self._idle.remove(inbox)
                        return
                continue  # it was taken just now: there will be work
            me.name = f"{_REST} {name}"
            work()
            me.name = f"{_REST} …"
            with self._lock:
                self._idle.append(inbox)
            done()  # after that, so that what waits for it finds this thread free
            del work, done  # they know the engine, which may be closed meanwhile


_STATM: Final = Path("/proc/self/statm")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


class Attempt:
    """Begins at once. What it does is seen from outside only where :meth:`take` brings it over."""

    def __init__(
        self,
        workers: AttemptThreads,
        engine: Engine,
        passes: Passes,
        settings: Settings,
        run: Run,
        came_back: Callable[[], None],
    ) -> None:
        """The first of ``passes`` is spoken; an engine that can do several segments at once is told the others as well.

        ``came_back`` is called where the engine ends after all, though the attempt was left.
        """
        self._segments = passes[0]
        self._own, *self._following = [[*map(_copied, one)] for one in passes]
        self._stop = Cancel(parent=run.cancel)
        self.run = Run(self._stop, run.tell)
        self.run.done, self.run.total = run.done, run.total
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._left = False
        self._came_back = came_back
        self._samples: list[Samples | None] = []
        self._error: Exception | None = None
        self.began = time.monotonic()
        self.resident_before = resident_bytes()
        """Memory that the process had in use."""
        workers.run(engine.name, carried(lambda: self._work(engine, settings)), self._end)

    def _work(self, engine: Engine, settings: Settings) -> None:
        from indextts.engines.base import SpeaksTogether  # with numbers, before which the server answers

        try:
            if (len(self._own) > 1 or self._following) and isinstance(engine, SpeaksTogether):
                self._samples = engine.speak_together(self._own, settings, self.run, self._following)
            else:
                self._samples = [engine.speak(one, settings, self.run) for one in self._own]
        except BaseException as error:
            # Whatever it is, it is raised again on the side that waits; none of it may end the thread unseen.
            self._error = error if isinstance(error, Exception) else RuntimeError(repr(error))

    def _end(self) -> None:
        with self._lock:
            self._over.set()
            if self._left:
                self._came_back()

    def over(self, timeout_s: float) -> bool:
        return self._over.wait(timeout_s)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    @property
    def quiet_s(self) -> float:
        """Since the engine last gave a sign of life."""
        return time.monotonic() - max(self.run.last_beat, self.began)

    def leave(self) -> bool:
        """Let the thread run into the void, where it still runs: it tells nothing, and stops when it next asks.

        Whether it still runs.
        """
        with self._lock:
            self._left = not self._over.is_set()
        self._stop.cancel()
        self.run.mute()
        return self._left

    def result(self) -> list[Samples | None]:
        """What the engine returned for each segment, whatever that is. Raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._samples

    def take(self) -> None:
        """Write the times and predictions into the segments themselves."""
        for segment, heard in zip(self._segments, self._own, strict=True):
            for token, own in zip(segment.tokens, heard.tokens, strict=True):
                token.start_s, token.end_s = own.start_s, own.end_s
                for phone, spoken in zip(token.phones, own.phones, strict=True):
                    phone.frames, phone.f0, phone.energy = spoken.frames, spoken.f0, spoken.energy


def _copied(segment: Segment) -> Segment:
    """A segment that an engine can write into."""
    tokens = [replace(token, phones=[replace(phone) for phone in token.phones]) for token in segment.tokens]
    return replace(segment, tokens=tokens)


def resident_bytes() -> int:
    """Memory that the process has in use; 0 where the system does not say."""
    try:
        return int(_STATM.read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


SILENT: Final = 1e-3
"""Peak (full scale 1) up to which nothing is heard: −60 dBFS."""

_SHORTEST: Final = 0.1
_LONGEST: Final = 8.0
_SPARE_S: Final = 10.0
"""Speech is wrong that is shorter than a tenth of what was predicted, or this much beyond eight times of it."""


def heard_of(
    engine: str, samples: Sequence[object], sample_rate: int, predicted_s: Sequence[float]
) -> tuple[list[Samples | None], Reason | None]:
    """What can be heard of ``samples``, a segment or a pass of several, and what is wrong where that is nothing."""
    due = zip(samples, predicted_s, strict=True)
    faults = [fault_of(engine, one, sample_rate, seconds) for one, seconds in due]
    heard = [cast("Samples", one) if fault is None else None for one, fault in zip(samples, faults, strict=True)]
    if None in faults:
        return heard, None
    return heard, faults[0] if len(faults) == 1 else uncut(engine)


def fault_of(engine: str, samples: object, sample_rate: int, predicted_s: float) -> Reason | None:
    """What is wrong with ``samples`` for a segment that should last some ``predicted_s``; ``None`` if nothing is."""
    import numpy as np  # the server answers before its numbers are there

    if not isinstance(samples, np.ndarray) or samples.ndim != 1 or samples.dtype.kind != "f" or samples.size == 0:
        return shape(engine)
    loudest = float(np.max(np.abs(samples)))  # not a number, or infinite, if any of them is
    if not np.isfinite(loudest):
        return no_sound(engine)
    if loudest <= SILENT:
        return silence(engine)
    seconds = samples.size / sample_rate
    if not _SHORTEST * predicted_s <= seconds <= _LONGEST * predicted_s + _SPARE_S:
        return length(engine, said=seconds, due=predicted_s)
    return None
