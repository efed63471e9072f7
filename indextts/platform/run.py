"""One run through the pipeline: its clock, its progress, the way to stop it, and what comes out."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.spans import span

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from indextts.model.utterance import Utterance, Verdict

NO_REASON: Final = Bilingual("", "")

_TELL_EVERY_S: Final = 0.2


@dataclass(frozen=True)
class StageTime:
    """How long one stage took in this run, all segments together."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Progress:
    """Where a run is: the stage that has just begun, and how many segments are finished."""

    stage: str
    done: int
    total: int
    part: float = 0.0
    """Share of the stage that is done, for this segment, where its engine can say."""


@dataclass(frozen=True)
class Speech:
    """A finished utterance."""

    samples: npt.NDArray[np.float32]
    sample_rate: int
    utterance: Utterance
    engine: str
    stages: tuple[StageTime, ...]
    fallback: bool = False
    reason: Bilingual = NO_REASON
    """Why another engine than the one asked for has spoken; empty where it is the same."""
    cached: int = 0
    """Segments whose sound was kept from before, and only put into place."""
    verdict: Verdict | None = None
    """What the receipt that the plan brought along says about this audio; ``None`` if it brought none."""
    warnings: tuple[StudioError, ...] = ()
    """What went wrong without keeping this from being spoken."""

    @property
    def duration_s(self) -> float:
        return self.samples.size / self.sample_rate

    @property
    def rtf(self) -> float:
        """Real-time factor: seconds of work for each second of speech."""
        return sum(stage.seconds for stage in self.stages) / max(self.duration_s, 1e-9)


class Cancel:
    """Asks a run to stop, from any thread; also keeps its deadline.

    ``deadline_s`` counts from the creation of this object, so that waiting in a queue is part of it. ``client`` says
    for whom the run is: an address, or nothing within one process. With a ``parent`` this one stops when the parent
    does, its deadline is the earlier of the two, and it is for the same client.
    """

    def __init__(self, deadline_s: float | None = None, *, client: str = "", parent: Cancel | None = None) -> None:
        self.client: str = client if parent is None else parent.client
        self.began: Final = time.monotonic()
        self._parent = parent
        self._event = threading.Event()
        self._on_cancel: Callable[[], None] | None = None
        self._deadline_s = deadline_s
        self._ends = None if deadline_s is None else time.monotonic() + deadline_s

    def cancel(self) -> None:
        """Stop at the next check. Can be called any number of times."""
        self._event.set()
        if self._on_cancel is not None:
            self._on_cancel()

    def on_cancel(self, tell: Callable[[], None]) -> None:
        """Call ``tell`` at each :meth:`cancel`, in the thread that asks for it."""
        self._on_cancel = tell

    @property
    def cancelled(self) -> bool:
        """Whether :meth:`cancel` was called, here or on a parent."""
        return self._event.is_set() or (self._parent is not None and self._parent.cancelled)

    @property
    def remaining_s(self) -> float | None:
        """Seconds until the deadline, below 0 after it; ``None`` where there is none."""
        own = None if self._ends is None else self._ends - time.monotonic()
        parents = None if self._parent is None else self._parent.remaining_s
        return min((left for left in (own, parents) if left is not None), default=None)

    def prolong(self, seconds: float) -> None:
        """Move the deadline, and a parent's: so long nothing was done for a reason that lies outside."""
        if self._parent is not None:
            self._parent.prolong(seconds)
        if self._ends is not None:
            self._ends += seconds

    def check(self) -> None:
        """Raise :class:`StudioError` ``cancelled`` or ``deadline`` if the run should go no further."""
        if self._parent is not None:
            self._parent.check()
        if self._event.is_set():
            raise StudioError("cancelled")
        if self._ends is not None and time.monotonic() >= self._ends:
            raise StudioError("deadline", seconds=f"{self._deadline_s:g}")


class Run:
    """Passed down through the stages: ``with run.stage("acoustic"):`` times, reports and can stop."""

    def __init__(
        self,
        cancel: Cancel | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        give_way: Callable[[], None] | None = None,
    ) -> None:
        """``give_way`` is called between two segments."""
        self.cancel = cancel or Cancel()
        self.done = 0
        self.total = 0
        self.cached = 0
        """Segments whose sound was kept from before."""
        self.warnings: list[StudioError] = []
        """What went wrong without keeping the speech from being made."""
        self.utterance: Utterance | None = None
        """The plan that is spoken, as far as it is read; its segments have their times once they are."""
        self.verdict: Verdict | None = None
        """What a plan's receipt says about speaking it here."""
        self.keeps = False
        """Whether sentences of a text that was edited stay as they were heard, in whatever pass that was."""
        self.awaited = False
        """Whether a listener waits for its first sound."""
        self.auto = False
        """Whether the choice of the engine was left to the configuration."""
        self.engine = ""
        """The engine that speaks, as far as that is known."""
        self.reason: Bilingual | None = None
        """Why it is another one than was asked for; ``None`` where it is not."""
        self.last_beat = time.monotonic()
        """When something last moved, on the monotonic clock: a stage that began, or a :meth:`beat` within one."""
        self.first_at: float | None = None
        """When the first segment was finished, on the monotonic clock."""
        self.ahead_s = 0.0
        """Seconds of an engine's work so far that were for what comes later; below 0 where it made use of such work."""
        self._on_progress = on_progress
        self.give_way = give_way or (lambda: None)
        """Lets others go on first where it is their turn; may block. Raises where the run should stop."""
        self._told = 0.0
        self._stage = ""
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def renew(self) -> None:
        """Begin once more after something came between: nothing is counted yet, but the times go on."""
        self.done = self.total = self.cached = 0
        self.warnings = []
        self.utterance = self.verdict = self.reason = None
        self.ahead_s = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure a stage; raises where the run was cancelled or is out of time."""
        self._stage, self._told = name, 0.0
        self.beat()
        begin = time.perf_counter()
        try:
            with span(name):
                yield
        finally:
            self._seconds[name] += time.perf_counter() - begin

    def beat(self, part: float = 0.0) -> None:
        """Say within a stage that it goes on, and how much of it is done; raises where the run should stop.

        An engine calls it for every token and step. Progress is told a few times a second at most.
        """
        self.cancel.check()
        self.last_beat = time.monotonic()
        if self._on_progress is not None and self.last_beat - self._told >= _TELL_EVERY_S:
            self._told = self.last_beat
            self.tell(Progress(self._stage, self.done, self.total, part))

    def tell(self, progress: Progress) -> None:
        """Pass ``progress`` on to the callback, if there is one."""
        tell = self._on_progress
        if tell is not None:  # one look: another thread may mute the run
            tell(progress)

    def mute(self) -> None:
        """Tell no progress any more."""
        self._on_progress = None

    def add(self, stages: Iterable[StageTime]) -> None:
        for stage in stages:
            self._seconds[stage.name] += stage.seconds

    def spare(self, *names: str) -> None:
        """List stages that had nothing to do: their result was there already."""
        for name in names:
            self._seconds[name] += 0.0

    @property
    def stages(self) -> tuple[StageTime, ...]:
        """The stages so far, in the order in which they first ran."""
        return tuple(StageTime(name, seconds) for name, seconds in list(self._seconds.items()))  # others may look
