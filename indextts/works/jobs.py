"""Jobs: what is spoken, or was. They outlive their window, their request and this process.

    jobs = service.works.jobs
    job = jobs.start(owner, SpeechRequest("你好。"), live=True)
    for job in jobs.follow(owner, job.id):      # until it ended, or was paused
        print(job.progress)
    jobs.sound(owner, job.id)                   # samples
    jobs.plan(owner, job.id)                    # as it was spoken

All that takes an ``owner`` raises :class:`StudioError` ``not_found`` for somebody else's job.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any, Final

from indextts.config import Config
from indextts.engines.fallback.router import SAMPLE_RATE
from indextts.errors import StudioError
from indextts.request import SpeechRequest
from indextts.run import Cancel, Run
from indextts.runtime.lru import Lru
from indextts.storage.files import hold
from indextts.utterance.model import Settings, Utterance
from indextts.works.model import UNDER_WAY, Job, State, Stretch, now, stretches_of
from indextts.works.records import Records, Wanted
from indextts.works.runner import Runner, Speaker, Work

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from indextts.pipeline import Pipeline
    from indextts.works.media import Pcm
    from indextts.works.sounds import SoundStore

log = logging.getLogger(__name__)

MOST_LIVE: Final = 8
"""Jobs of one owner that somebody waits for, at the same time …"""
MOST_UNDER_WAY: Final = 200
"""… and all that are under way."""
MOST_LISTENERS: Final = 512
"""Who is told of changes, at the same time …"""
MOST_LISTENERS_EACH: Final = 32
"""… and of one job."""

_RETRY_S: Final = 10
_DELETED_S: Final = 24 * 3600.0
"""So long a job that was deleted can be put back."""
_OPEN_SEGMENTS: Final = 4000
"""Of jobs that are not under way, so many segments' facts are kept at hand."""
_TITLE: Final = 60
_SWEEP_S: Final = 600.0
_LOOK_S: Final = 1.0


class Jobs:
    """All methods are thread-safe; those that look something up may wait for the disk, none for a synthesis."""

    def __init__(self, config: Config, speaker: Speaker, records: Records, *, most: int) -> None:
        """Of jobs that nobody waits for, ``most`` are spoken at the same time."""
        self._config = config
        self._speaker = speaker
        self._records = records
        self._most = most
        self._lock = threading.RLock()
        self._works: dict[str, Work] = {}
        self._tapes: Lru[str, list[Stretch]] = Lru(_OPEN_SEGMENTS)
        self._listeners: dict[str, list[Callable[[], None]]] = {}
        self._listening = 0
        self._begun = self._going_on = self._closed = False
        self._claim: IO[bytes] | None = None
        self._swept_at = -_SWEEP_S

    @functools.cached_property
    def sounds(self) -> SoundStore:
        """The sounds of all jobs."""
        from indextts.works.sounds import SoundStore

        return SoundStore(self._config.works_path / "sounds")

    @functools.cached_property
    def _runner(self) -> Runner:
        return Runner(self._speaker, self._records, self.sounds, most=self._most, changed=self._changed)

    # ------------------------------------------------------------------ what is asked of a job

    def start(
        self,
        owner: str,
        what: SpeechRequest | Utterance,
        *,
        title: str = "",
        project: str | None = None,
        live: bool = False,
        before: str | None = None,
        audio_format: str = "wav",
        client: str = "",
    ) -> Job:
        """Begin a job that speaks a request, or a plan as it is.

        ``live`` says that somebody waits for it: it takes its turns as ``client``, like any request. ``before`` is
        the job that this one is an edit of, ``audio_format`` what its sound is usually asked for in.

        Raises :class:`StudioError`: what is wrong with the request or the plan, ``loading``, ``queue_full`` where the
        owner has too many under way, ``not_found`` for a project or an earlier job that is not there.
        """
        pipeline = self._speaker.loaded()
        if isinstance(what, Utterance):
            pipeline.accept(what)
            plan, request = zlib.compress(what.to_json().encode(), 1), _request(SpeechRequest(what.text, what.settings))
        else:
            what = pipeline.check(what)
            plan, request = None, _request(what)
        self._begin()
        from indextts.works.database import new_id

        if before is not None:
            self.get(owner, before)
        at = now()
        job = Job(
            id=new_id(),
            owner=owner,
            kind="speech" if plan is None else "plan",
            title=title or " ".join(what.text.split())[:_TITLE],
            project=project,
            state="queued",
            segments_done=0,
            segments_total=len(what.segments) if isinstance(what, Utterance) else 0,
            duration_s=0.0,
            sample_rate=SAMPLE_RATE,
            engine="",
            reason=None,
            error=None,
            favourite=False,
            kept=False,
            created=at,
            started=None,
            updated=at,
            live=live,
            before=before,
            format=audio_format,
        )
        given = what
        work = Work(job, lambda _: given, [])
        if live and client:
            work.cancel.client = client
        self._admit(work)
        try:
            self._records.add(job, request, plan)
        except BaseException:
            with self._lock:
                del self._works[job.id]
            raise
        self._runner.add(work)
        return work.job

    def get(self, owner: str, name: str) -> Job:
        """The job as it is now."""
        with self._lock:
            work = self._works.get(name)
        if work is not None:
            job = work.job
            if job.owner != owner:
                raise StudioError("not_found")
            return job
        self._begin()
        return self._records.get(name, owner)

    def listed(self, owner: str, wanted: Wanted = Wanted()) -> tuple[list[Job], int]:  # noqa: B008 - it is frozen
        """Jobs, the newest first, and how many there are on all pages."""
        self._begin()
        jobs, total = self._records.listed(owner, wanted)
        with self._lock:
            works = dict(self._works)
        return [works[job.id].job if job.id in works else job for job in jobs], total

    def change(
        self,
        owner: str,
        name: str,
        *,
        title: str | None = None,
        favourite: bool | None = None,
        kept: bool | None = None,
    ) -> Job:
        """Change what is given."""
        self.get(owner, name)
        given = {"title": title, "favourite": favourite, "kept": kept}
        columns: dict[str, Any] = {column: value for column, value in given.items() if value is not None}
        self._records.change(name, **columns)
        with self._lock:
            if (work := self._works.get(name)) is not None:
                work.rename(**columns)
        self._ring(name)
        return self.get(owner, name)

    def delete(self, owner: str, name: str) -> None:
        """Put it away; for a day it can be put back, where it was under way as ``paused``."""
        job = self.get(owner, name)
        if job.state in UNDER_WAY:
            self._stop(owner, name, "paused")
        self._records.change(name, deleted=now())
        self._ring(name)

    def restore(self, owner: str, name: str) -> Job:
        """Put back what was deleted."""
        self._begin()
        self._records.get(name, owner, deleted=True)
        self._records.change(name, deleted=None)
        return self.get(owner, name)

    def cancel(self, owner: str, name: str) -> Job:
        """Stop it for good; what is spoken stays."""
        return self._stop(owner, name, "cancelled")

    def pause(self, owner: str, name: str) -> Job:
        """Stop it for now."""
        return self._stop(owner, name, "paused")

    def resume(self, owner: str, name: str, *, client: str = "") -> Job:
        """Go on with it, whyever it stopped; nothing happens where it is done or under way."""
        job = self.get(owner, name)
        if job.state in UNDER_WAY or job.state == "done":
            return job
        with self._lock:
            ending = self._works.get(name)
        if ending is not None:
            ending.ended.wait(_LOOK_S)
        again = replace(job, state="queued", error=None, updated=now())
        self._go_on(again, client)
        return self.get(owner, name)

    # ------------------------------------------------------------------ what comes of it

    def stretches(self, owner: str, name: str, begin: int = 0) -> Sequence[Stretch]:
        """The segments that are done, from the one numbered ``begin`` on."""
        self.get(owner, name)
        return self._tape(name)[begin:]

    def pcm(self, owner: str, name: str, index: int) -> Pcm | None:
        """The samples of one stretch; ``None`` where it is not done. What was swept is spoken again."""
        self.get(owner, name)
        with self._lock:
            work = self._works.get(name)
        if work is not None:
            with work.lock:
                fresh = work.fresh.get(index)
            if fresh is not None:
                return fresh
        tape = self._tape(name)
        return self._read(name, tape[index]) if index < len(tape) else None

    def plan(self, owner: str, name: str) -> Utterance:
        """The plan as it was spoken. Raises :class:`StudioError` ``job_unfinished`` while it is spoken."""
        return Utterance.from_json(self.plan_json(owner, name))

    def plan_json(self, owner: str, name: str) -> bytes:
        """The same, as text."""
        if self.get(owner, name).state in UNDER_WAY:
            raise StudioError("job_unfinished", retry_after_s=_RETRY_S)
        with self._lock:
            ending = self._works.get(name)
        if ending is not None:
            ending.ended.wait(_LOOK_S)
        packed: bytes | None = self._records.kept(name, "plan")
        if packed is None:
            raise StudioError("job_empty")
        return zlib.decompress(packed)

    def sound(self, owner: str, name: str) -> npt.NDArray[np.float32]:
        """The samples of all that is done, ±1."""
        import numpy as np

        from indextts.works.media import floats

        parts = [pcm for index in range(len(self._tape(name))) if (pcm := self.pcm(owner, name, index)) is not None]
        return floats(np.concatenate(parts)) if parts else np.zeros(0, np.float32)

    # ------------------------------------------------------------------ who wants to know

    def follow(self, owner: str, name: str, *, every_s: float = 0.5) -> Iterator[Job]:
        """The job now, then after each change and every so often, until it ended or was paused."""
        changed = threading.Event()
        with self.listening(name, changed.set):
            while True:
                changed.clear()
                job = self.get(owner, name)
                yield job
                if job.state not in UNDER_WAY:
                    return
                changed.wait(every_s)

    @contextmanager
    def listening(self, name: str, tell: Callable[[], None]) -> Iterator[None]:
        """Within, ``tell`` is called after every change of the job, from any thread.

        Raises :class:`StudioError` ``queue_full`` where too many listen.
        """
        with self._lock:
            listeners = self._listeners.setdefault(name, [])
            if len(listeners) >= MOST_LISTENERS_EACH or self._listening >= MOST_LISTENERS:
                raise StudioError("queue_full", waiting=self._listening, retry_after_s=_RETRY_S)
            listeners.append(tell)
            self._listening += 1
        try:
            yield
        finally:
            with self._lock:
                listeners.remove(tell)
                self._listening -= 1
                if not listeners and self._listeners.get(name) is listeners:
                    del self._listeners[name]

    # ------------------------------------------------------------------ beginning, end, order

    def look_after(self) -> None:
        """Once the engine is ready, go on with what an earlier process left; then sweep now and then."""
        with suppress(StudioError):
            self._speaker.loaded()
            self._go_on_with_all()
        self._save_again()
        if self._going_on and time.monotonic() - self._swept_at >= _SWEEP_S:
            self._swept_at = time.monotonic()
            self.sweep()

    def sweep(self) -> None:
        """Forget what was deleted a day ago, and remove sounds beyond what may be kept."""
        self._records.forget(now() - _DELETED_S)
        limits = self._config.cache
        self.sounds.sweep(
            max_bytes=limits.works_mb * 2**20,
            max_age_s=limits.works_days * 86_400,
            keep=self._records.sounds_to_keep,
        )

    def close(self) -> None:
        """Stop all that is spoken, within seconds; a new start goes on with it."""
        self._closed = True
        if "_runner" in vars(self):
            self._runner.close()
        with self._lock:
            if self._claim is not None:
                self._claim.close()

    def _begin(self) -> None:
        """Before the file is used first: what a process that was killed has left running is so no more.

        One process at a time looks after that; another one with the same folder has jobs of its own alone.
        """
        with self._lock:
            if self._begun or self._closed:
                return
            self._begun = True

            folder = self._config.works_path
            try:
                folder.mkdir(parents=True, exist_ok=True)
                self._claim = (folder / "lock").open("ab")
            except OSError as error:
                log.warning("Nobody looks after the jobs in %s: %s", folder, error)
                self._going_on = True
                return
            if hold(self._claim) is False:
                log.info("Another process looks after the jobs in %s", folder)
                self._going_on = True
                return
            try:
                for job in self._records.under_way():
                    if job.live:  # whoever waited for it is gone
                        self._records.change(job.id, state="paused")
            except StudioError:
                self._begun = False
                self._claim.close()
                raise

    def _go_on_with_all(self) -> None:
        """Once: speak what an earlier process has not."""
        self._begin()
        with self._lock:
            if self._going_on or self._closed:
                return
            self._going_on = True
            left = [job for job in self._records.under_way() if job.id not in self._works]
        for job in left:
            self._go_on(replace(job, state="queued"), "")
        import av  # noqa: F401 - takes a moment, and the first listener should not wait for it

    def _go_on(self, job: Job, client: str) -> None:
        work = Work(job, functools.partial(self._what, job), list(stretches_of(self._records.kept(job.id, "segments"))))
        if job.live and client:
            work.cancel.client = client
        self._admit(work)
        self._records.change(job.id, state="queued", error=None)
        self._runner.add(work)
        self._ring(job.id)

    def _what(self, job: Job, pipeline: Pipeline) -> SpeechRequest | Utterance:
        """What is to be spoken, checked again: a voice may be gone by now."""
        if job.kind == "plan":
            return pipeline.accept(Utterance.from_json(zlib.decompress(self._records.kept(job.id, "plan"))))
        return pipeline.check(_asked(self._records.kept(job.id, "request")))

    def _admit(self, work: Work) -> None:
        """Count it as one that is under way. Raises :class:`StudioError` ``queue_full``."""
        job = work.job
        with self._lock:
            if self._closed:
                raise StudioError("stopping", retry_after_s=_RETRY_S)
            others = [one.job for one in self._works.values() if one.job.owner == job.owner and not one.closed]
            live = sum(one.live for one in others)
            if len(others) >= MOST_UNDER_WAY or (job.live and live >= MOST_LIVE):
                raise StudioError("queue_full", waiting=len(others), retry_after_s=_RETRY_S)
            self._works[job.id] = work
            self._tapes.pop(job.id)

    def _stop(self, owner: str, name: str, state: State) -> Job:
        job = self.get(owner, name)
        if job.ended or job.state == state:
            return job
        with self._lock:
            work = self._works.get(name)
        if work is not None and not work.closed:
            self._runner.stop(work, state)
        self._records.change(name, state=state)
        if work is not None and work.ended.is_set():
            self._changed(work)
        self._ring(name)
        return replace(self.get(owner, name), state=state)

    def _changed(self, work: Work) -> None:
        """A runner's word: something is another way, or its thread has ended."""
        name = work.job.id
        if work.ended.is_set() and work.closed and work.saved:
            with self._lock:
                if self._works.get(name) is work:
                    del self._works[name]
                    self._tapes.pop(name)
        self._ring(name)

    def _ring(self, name: str) -> None:
        with self._lock:
            listeners = list(self._listeners.get(name, ()))
        for tell in listeners:
            tell()

    def _save_again(self) -> None:
        """Write down what could not be written when it ended."""
        with self._lock:
            ended = [work for work in self._works.values() if work.ended.is_set() and work.closed]
        for work in ended:
            with suppress(StudioError):
                if not work.saved:
                    work.save(self._records)
            self._changed(work)

    # ------------------------------------------------------------------ sounds

    def _tape(self, name: str) -> list[Stretch]:
        with self._lock:
            work = self._works.get(name)
        if work is not None:
            with work.lock:
                return list(work.tape)
        with self._lock:
            known = self._tapes.get(name)
        if known is None:
            known = stretches_of(self._records.kept(name, "segments"))
            with self._lock:
                self._tapes.put(name, known, len(known) + 1)
        return known

    def _read(self, name: str, stretch: Stretch) -> Pcm:
        """The samples of a stretch, from the disk or spoken again."""
        import numpy as np

        pcm = np.zeros(stretch.size, np.int16)
        if stretch.key:
            sound = self.sounds.get(stretch.key)
            spoken = self._again(name, stretch) if sound is None else sound.pcm
            fits = min(spoken.size, stretch.sound)
            pcm[stretch.lead : stretch.lead + fits] = spoken[:fits]
        return pcm

    def _again(self, name: str, stretch: Stretch) -> Pcm:
        """Speak a segment whose sound is gone from the disk: all that decides it stands in its plan."""
        pipeline = self._speaker.loaded()
        packed: bytes | None = self._records.kept(name, "plan")
        if packed is None:
            raise StudioError("job_empty")
        plan = Utterance.from_json(zlib.decompress(packed))
        alone = replace(plan, segments=[plan.segments[stretch.index]], pause_before_s=0.0, receipt=None)
        cancel = Cancel(client=f"job {name}")
        run = Run(cancel)
        with self._speaker.job_turn(plan.settings, cancel, run.tell, live=True):
            part = next(iter(pipeline.render(alone, run=run)))
        if part.sound is None:
            raise StudioError("job_empty")
        with suppress(StudioError, OSError):
            self.sounds.keep(part.sound, part.sample_rate, stretch.key, *part.keys)
        return part.sound.pcm


def _request(request: SpeechRequest) -> dict[str, Any]:
    """As it stands in the database."""
    speakers = None if request.speakers is None else dict(request.speakers)
    return {"text": request.text, "settings": _settings_form().dump_python(request.settings), "speakers": speakers}


def _asked(kept: dict[str, Any]) -> SpeechRequest:
    """What :func:`_request` wrote."""
    return SpeechRequest(kept["text"], _settings_form().validate_python(kept["settings"]), kept["speakers"])


@functools.cache
def _settings_form() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Settings)
