"""Speech for all clients of this process: the page, the API and the command line share one service.

    service = SpeechService(config)
    service.start()                                  # loads in the background
    speech = service.speak(SpeechRequest("你好。"))    # waits for its turn, then for the sound

It checks requests, lets a bounded number in, keeps deadlines, and can stop each request by itself.
Everything here blocks the calling thread, never an event loop.
"""

from __future__ import annotations

import functools
import itertools
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.utterance import Settings, Utterance
from indextts.plan.request import CheckedRequest, SpeechRequest, check_text
from indextts.platform.asking import carried
from indextts.platform.config import Config
from indextts.platform.memory import IdleRelease, telling_shortage
from indextts.platform.run import Cancel, Progress, Run
from indextts.platform.spans import span
from indextts.platform.storage.in_use import Occupied
from indextts.reading.lexicon import Lexicon
from indextts.service.access_keys import Keys
from indextts.service.folders import Folders
from indextts.service.library_keeper import LibraryKeeper
from indextts.service.metrics import First, Meter
from indextts.service.observing import Observer
from indextts.service.outputs import Outputs
from indextts.service.preload import Preloader
from indextts.service.queue import Admission, Pipe, Streams, Turn
from indextts.service.rate_limit import RateLimit
from indextts.service.shares import ClientShares
from indextts.voices.catalogue import VoiceFamily
from indextts.voices.cloning.library import CloneLibrary
from indextts.voices.cloning.voice import is_cloned

if TYPE_CHECKING:
    from indextts.engines.base import Voice
    from indextts.pipeline.pipeline import Pipeline, SegmentAudio, Speech
    from indextts.plan.editing import EditorDesk
    from indextts.plan.parts import Around
    from indextts.service.component import Component

OnProgress = Callable[[Progress], None]
T = TypeVar("T")
"""What a piece of work returns."""

WORKERS: Final = "workers"
"""The name of the queue that engines share."""


@dataclass(frozen=True)
class Health:
    """The state of the process at one moment."""

    status: Literal["ok", "loading", "degraded", "error"]
    model_loaded: bool
    timestamp: float
    """Seconds since 1970."""
    engines: dict[str, str]
    """Each engine's own state: ``ready``, ``loading``, ``idle`` (opened when it is needed), ``absent``, ``error``, or
    ``failing`` while it is only tried now and then."""
    load_times: dict[str, float] = field(default_factory=dict)
    """Seconds that each part took to load."""
    error: StudioError | None = None
    """Why nothing can be spoken, with ``status`` ``error``."""
    reasons: dict[str, Bilingual] = field(default_factory=dict)
    """What is wrong with engines in state ``error`` or ``failing``."""
    warnings: tuple[StudioError, ...] = ()
    """What is wrong without keeping anybody from speaking."""


class SpeechService:
    """Checks, queues, runs and stops requests. All methods are thread-safe."""

    def __init__(self, config: Config, *, preloader: Preloader | None = None) -> None:
        self.config = config
        self.preloader = preloader or Preloader.shared(config)
        self.outputs = Outputs(config.outputs_path, config.outputs)
        self.lexicon = Lexicon(config.library_path)
        """The dictionary; what is changed here holds from the next request on."""
        self.family = VoiceFamily(config)
        """Every voice, a person's own among them; what is changed here holds from the next request on."""
        self.clones = CloneLibrary(config)
        """Voices cloned from recordings."""
        self.keeper = LibraryKeeper(config.library_path)
        """Looks after the file of all three."""
        workers = config.server.workers or os.cpu_count() or 1
        self.admission = Admission(workers, config.server.queue_waiting, at_once=True)
        self.router = self.preloader.router
        self.own_turns = {
            info.name: Admission(info.turns, config.server.queue_waiting)
            for info in self.preloader.pool.registry.values()
            if info.turns
        }
        """Queues of engines that would keep the workers busy for minutes."""
        self.streams = Streams(config.server.streams, config.server.stream_buffer_bytes)
        """The answers that are sent as they are made."""
        self.meter = Meter()
        self.router.tally.listener = self.meter.spoke
        self.editor: EditorDesk | None = None
        """The page's editor, once the page is built."""
        self.keys = Keys(config)
        """By which callers are known, and what each may take."""
        self.rate = RateLimit(config.server.rate_limit, own=self.keys.rate_of)
        """Counts the requests of each client: a key, or an address."""
        self._shares = ClientShares(self.keys.at_once_of)
        self.observer = Observer(self)
        """How the process has been doing for the last hour."""
        self.folders = Folders(config.cache_path)
        """How large the parts of ``cache_hub`` are."""
        self._components: list[Component] = []
        self._occupied: Occupied | None = None
        self._memory = IdleRelease()
        self._running: weakref.WeakSet[Cancel] = weakref.WeakSet()
        self._running_lock = threading.Lock()

    def join(self, component: Component) -> None:
        """Start and close ``component`` with the service from its next start on, and tell what it has to tell.

        Raises :class:`ValueError` where one of its kind is there already: two would do the same work twice.
        """
        if any(type(one) is type(component) for one in self._components):
            raise ValueError(f"{type(component).__name__} has joined this service already")
        self._components.append(component)

    @property
    def components(self) -> Sequence[Component]:
        """What has joined, in the order in which it did."""
        return tuple(self._components)

    def start(self) -> None:
        """Begin loading and cleaning in the background; returns at once. Raises ``folder_restored``."""
        self._occupied = Occupied(self.config.cache_path)
        self.preloader.start()
        self.preloader.open_others()
        self.outputs.start()
        self.keeper.start()
        self.clones.start()
        for component in self._components:
            component.start()
        self.observer.start()
        self.folders.start()

    def close(self) -> None:
        """Stop what is being spoken and what waits, and the cleaning; jobs are gone on with after a new start."""
        if self.editor is not None:
            self.editor.close()
        self.observer.close()
        self.folders.close()
        for component in reversed(self._components):
            component.close()
        with self._running_lock:
            for limit in self._running:
                limit.cancel()
        self.outputs.close()
        self.lexicon.close()
        self.family.close()
        self.clones.close()
        self.keeper.close()
        self._memory.close()
        self.preloader.pool.close()
        if self._occupied is not None:
            self._occupied.close()

    @property
    def places(self) -> int:
        """Requests that can be spoken or wait at the same time, those that wait for their readers among them."""
        queues = (self.admission, *self.own_turns.values())
        return sum(one.workers + one.places for one in queues) + self.streams.most

    def change_clones(self, work: Callable[[CloneLibrary], T]) -> T:
        """What ``work`` returns; the voices that are listed afterwards are those that it has left."""
        try:
            return work(self.clones)
        finally:
            self.preloader.pool.list_anew()

    def change_voices(self, work: Callable[[VoiceFamily], T]) -> T:
        """What ``work`` returns; engines that are closed list the voices that it has left."""
        try:
            return work(self.family)
        finally:
            self.preloader.pool.list_anew()

    @property
    def notices(self) -> tuple[StudioError, ...]:
        """What is wrong with what is kept, and what has been done about it."""
        return (*self.keeper.notices, *(one for component in self._components for one in component.notices))

    def health(self) -> Health:
        """The state now; never blocks."""
        state = self.preloader.state
        loading = state in ("idle", "loading")
        # What the others are is not asked before somebody can speak: it means importing them.
        engines = {self.router.order[0]: "loading"} if loading else self.router.states()
        if state == "error":
            engines[self.router.first] = "error"
        error = self.preloader.error or (None if loading else self.outputs.trouble)
        notices = self.notices
        told = {str(one) for one in notices}  # a damaged file is told as one that cannot be read as well
        absent = (one for part in self._components for one in part.absent if str(one) not in told)
        warnings = (*notices, *absent)
        ailing = bool(warnings) or (state == "ok" and self.router.ailing())
        return Health(
            status="error" if error else "loading" if loading else "degraded" if ailing else "ok",
            model_loaded=state == "ok",
            timestamp=time.time(),
            engines=engines,
            load_times=self.preloader.load_times,
            error=error,
            reasons={} if loading else self.router.troubles(),
            warnings=warnings,
        )

    def check_ready(self) -> None:
        """Raise :class:`StudioError` while nothing could be spoken, or nothing that is spoken could be kept."""
        self.preloader.pipeline()
        self.outputs.check_room()

    def installed(self) -> list[str]:
        """The names of the engines that are installed, open or not."""
        return [name for name in self.router.pool.registry if self.router.pool.installed(name)]

    def voices(self) -> list[Voice]:
        """All voices. Raises :class:`StudioError` while loading."""
        return self.preloader.pipeline().voices()

    def speak(
        self, request: SpeechRequest, *, cancel: Cancel | None = None, on_progress: OnProgress | None = None
    ) -> Speech:
        """The whole speech at once.

        Raises :class:`StudioError`: what is wrong with the request, ``loading``, ``queue_full``, ``deadline``,
        ``cancelled``. While it waits for its turn, ``on_progress`` hears ``Progress("queue", place, waiting)``.
        """
        pipeline, checked = self._checked(request)
        with self._turn(checked, cancel, on_progress) as (limit, turn):
            run = Run(limit, on_progress, turn.give_way)
            with self._first("whole", run):
                speech = pipeline.collect(pipeline.analyse(checked, run=run), run)
        return replace(speech, warnings=(*speech.warnings, *self.notices))

    def stream(
        self,
        request: SpeechRequest,
        *,
        cancel: Cancel | None = None,
        on_progress: OnProgress | None = None,
        timed: bool = False,
    ) -> Iterator[SegmentAudio]:
        """The same speech, segment by segment as it is made, in a thread of its own; ``timed`` brings their times.

        A wrong request raises here, ``queue_full`` and the rest at the first item. Closing the iterator stops the
        work. While a slow reader has ``server.stream_buffer_bytes`` before it, no worker is held, and that time does
        not count towards the deadline.
        """
        pipeline, checked = self._checked(request)

        def work(pipe: Pipe, stop: Cancel) -> None:
            with pipe.ending(), self._turn(checked, stop, on_progress) as (limit, turn):

                def give_way() -> None:
                    pipe.wait_for_room(turn, limit)
                    turn.give_way()

                run = Run(limit, on_progress, give_way)
                run.awaited = True
                with self._first("stream", run):
                    for segment in pipeline.stream(checked, run=run, keeps_plan=False):
                        pipe.put(segment.within(run.utterance) if timed else segment)

        def segments() -> Iterator[SegmentAudio]:
            stop = self._limit(checked, cancel)
            with self.streams.open(stop.client) as pipe:
                thread = carried(functools.partial(work, pipe, stop))
                threading.Thread(target=thread, name="speak", daemon=True).start()
                try:
                    yield from pipe
                finally:
                    stop.cancel()

        return segments()

    def speak_ahead(self, request: SpeechRequest, *, cancel: Cancel, whole: bool = False) -> Iterator[SegmentAudio]:
        """Prepare the first segment before it is requested: a quick engine speaks it while no other work waits, and
        else nobody does. ``whole`` speaks all of them, behind all other work.

        Raises what is wrong with the request.
        """
        pipeline, checked = self._checked(request)
        engine = self.router.resolve(checked.settings).engine
        has_work = self.admission.busy or self.admission.waiting
        if not self.config.speaks_ahead or engine in self.own_turns or (has_work and not whole):
            return
        with self.job_turn(checked.settings, cancel, lambda _: None, live=False) as turn:
            run = Run(cancel, None, turn.give_way)
            run.awaited = True
            yield from itertools.islice(pipeline.stream(checked, run=run), None if whole else 1)

    def analyse(self, request: SpeechRequest, *, cancel: Cancel | None = None) -> Utterance:
        """How ``request`` would be read. Takes its turn like speech does, and raises as :meth:`speak`."""
        pipeline, checked = self._checked(request)
        with self._turn(None, cancel, None) as (limit, _):
            return pipeline.analyse(checked, run=Run(limit))

    def read_line(self, request: SpeechRequest, around: Around) -> Utterance:
        """How a line of a plan is read between what is ``around`` it. It waits for no turn, and raises as
        :meth:`analyse`.
        """
        pipeline, checked = self._checked(request)
        return pipeline.analyse(checked, around=around)

    def render(
        self,
        utterance: Utterance,
        *,
        cancel: Cancel | None = None,
        on_progress: OnProgress | None = None,
    ) -> Speech:
        """Speech from an utterance of :meth:`analyse`, edited or not. Raises as :meth:`speak`, and ``bad_plan``."""
        request = SpeechRequest(utterance.text, utterance.settings)
        pipeline = self._pipeline(request)
        pipeline.accept(utterance)
        with self._turn(request, cancel, on_progress) as (limit, turn):
            run = Run(limit, on_progress, turn.give_way)
            with self._first("whole", run):
                return pipeline.collect(utterance, run)

    def _checked(self, request: SpeechRequest) -> tuple[Pipeline, CheckedRequest]:
        """The pipeline, and ``request`` if it is fit for it."""
        pipeline = self._pipeline(request)
        return pipeline, pipeline.check(request)

    def _pipeline(self, request: SpeechRequest) -> Pipeline:
        """The pipeline, once it is there; a wrong text is told even while loading."""
        try:
            pipeline = self.preloader.pipeline()
        except StudioError:
            check_text(request.text, max_chars=self.config.server.max_text_chars, emoji=self.config.text.reads_emoji)
            raise
        voice = request.settings.voice
        if is_cloned(voice) and voice not in [one.id for one in pipeline.voices()]:
            self.clones.get(voice)  # one that was deleted is told as such
        return pipeline

    def loaded(self) -> Pipeline:
        """The pipeline. Raises :class:`StudioError` while loading."""
        return self.preloader.pipeline()

    def job_ended(self, outcome: str, first_s: float | None) -> None:
        """Count a job."""
        self.meter.job(outcome)
        if first_s is not None:
            self.meter.first("job", first_s)

    @contextmanager
    def job_turn(self, settings: Settings, cancel: Cancel, on_progress: OnProgress, *, live: bool) -> Iterator[Turn]:
        """A turn for a job, which has no deadline; one that is not ``live`` comes behind all requests."""
        name, queue = self._queue(settings)
        waiting = queue.turn(cancel, on_progress, counted=False, behind=not live)
        try:
            with telling_shortage(), self._waited(name, waiting) as turn:
                yield turn
        finally:
            self._memory.worked()

    @contextmanager
    def _turn(
        self, request: SpeechRequest | None, cancel: Cancel | None, on_progress: OnProgress | None
    ) -> Iterator[tuple[Cancel, Turn]]:
        """A turn of the engine that ``request`` asks for; without one, of the workers, for work without sound."""
        limit, (name, queue) = Cancel(self.config.server.deadline_s, parent=cancel), (WORKERS, self.admission)
        if request is not None:
            limit = self._limit(request, cancel)
            name, queue = self._queue(request.settings)
        with self._running_lock:
            self._running.add(limit)
        try:
            taking, waiting = self._shares.taken(limit.client), queue.turn(limit, on_progress)
            with self.meter.request(), telling_shortage(), taking, self._waited(name, waiting) as turn:
                yield limit, turn
        finally:
            self._memory.worked()

    @property
    def queues(self) -> dict[str, Admission]:
        """All queues by their names: that of the workers, and those of engines with turns of their own."""
        return {WORKERS: self.admission, **self.own_turns}

    def _queue(self, settings: Settings) -> tuple[str, Admission]:
        """The one for speech with these settings."""
        engine = self.router.resolve(settings).engine
        return (engine, self.own_turns[engine]) if engine in self.own_turns else (WORKERS, self.admission)

    @contextmanager
    def _waited(self, name: str, turn: AbstractContextManager[Turn]) -> Iterator[Turn]:
        """A turn of the queue of that name, its waiting counted."""
        began = time.monotonic()
        with ExitStack() as held:
            with span("queue", {"indextts.queue": name}):
                mine = held.enter_context(turn)
            self.meter.waited(name, time.monotonic() - began)
            yield mine

    @contextmanager
    def _first(self, kind: First, run: Run) -> Iterator[None]:
        """Measure the wait for the first sentence of what is spoken within."""
        try:
            yield
        finally:
            if run.first_at is not None:
                self.meter.first(kind, run.first_at - run.cancel.began)

    def _limit(self, request: SpeechRequest, cancel: Cancel | None) -> Cancel:
        return Cancel(self.router.deadline_s(request.settings, request.text), parent=cancel)
