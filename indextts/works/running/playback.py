"""Playback of jobs without a worker: from the disk, or spoken again where the sound has been removed."""

from __future__ import annotations

import hashlib
import os
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import numpy as np

from indextts.model.errors import StudioError
from indextts.model.utterance import Utterance
from indextts.platform.clock import believed
from indextts.platform.config import Config
from indextts.platform.lru import Lru
from indextts.platform.run import Cancel, Run
from indextts.platform.storage.files import DISK_ERRORS, new_file
from indextts.sound.encode import StreamEncoder, wav_header
from indextts.sound.export.anki import AnkiCard, card_sound, speech_cards, write_deck
from indextts.sound.export.label import label_text
from indextts.sound.export.subtitles import Subtitles
from indextts.works.db.model import Job, Stretch, now, stretches_of
from indextts.works.running.runner import Speaker
from indextts.works.sounds.pcm import Pcm, floats

if TYPE_CHECKING:
    from indextts.works.db.records import Records
    from indextts.works.sounds.sounds import SoundStore

_SEGMENTS: Final = 4000
"""The facts of so many are kept at hand."""
_AGAIN: Final = 4
"""So many can wait for a segment that is spoken again: each has a thread of the server's meanwhile."""
_RETRY_S: Final = 2
_FILE_S: Final = 3600.0
"""A file that was put together is kept for so long after it was asked for."""


class Playback:
    """Thread-safe."""

    def __init__(self, config: Config, speaker: Speaker, records: Records, sounds: SoundStore) -> None:
        self._config = config
        self._speaker = speaker
        self._records = records
        self._sounds = sounds
        self._files = config.works_path / "files"
        self._tapes: Lru[str, tuple[float, list[Stretch]]] = Lru(_SEGMENTS)
        self._lock = threading.Lock()
        self._speaking = threading.BoundedSemaphore(_AGAIN)
        self._plan: tuple[bytes, Utterance] | None = None
        """The plan that was read last, with what it was read from."""

    def tape(self, name: str, updated: float) -> list[Stretch]:
        """The segments of a job that are done, as it was ``updated`` last: another process may speak it."""
        known = self._tapes.get(name)
        if known is None or known[0] != updated:
            known = updated, stretches_of(self._records.kept(name, "segments"))
            self._tapes.put(name, known, len(known[1]) + 1)
        return known[1]

    def read_tape(self, name: str, updated: float) -> list[Stretch]:
        """As above for a single pass through all segments, which should not displace other cached sounds."""
        known = self._tapes.peek(name)
        if known is not None and known[0] == updated:
            return known[1]
        return stretches_of(self._records.kept(name, "segments"))

    def changed(self, name: str) -> None:
        """Read it anew the next time."""
        self._tapes.pop(name)

    def plan(self, name: str) -> bytes:
        """The plan of a job as JSON. Raises :class:`StudioError` ``job_empty`` where there is none yet."""
        packed: bytes | None = self._records.kept(name, "plan")
        if packed is None:
            raise StudioError("job_empty")
        return zlib.decompress(packed)

    def utterance(self, name: str) -> Utterance:
        """The same, to be read only. Raises as above."""
        return self._parsed(self.plan(name))

    def read(self, name: str, stretch: Stretch) -> Pcm:
        """The samples of a stretch."""
        pcm = np.zeros(stretch.size, np.int16)
        if stretch.key:
            sound = self._sounds.get(stretch.key)
            spoken = self._again(name, stretch) if sound is None else sound.pcm
            # An engine that never speaks twice the same may need another time: then the pause gives or takes.
            room = spoken[: stretch.size - stretch.lead]
            pcm[stretch.lead : stretch.lead + room.size] = room
        return pcm

    def _again(self, name: str, stretch: Stretch) -> Pcm:
        """Speak a segment whose sound is gone: all that decides it stands in its plan."""
        pipeline = self._speaker.loaded()
        plan = self.utterance(name)
        cancel = Cancel(client=f"again {name}")
        run = Run(cancel)
        if not self._speaking.acquire(blocking=False):
            raise StudioError("queue_full", waiting=_AGAIN, retry_after_s=_RETRY_S)
        try:
            with self._speaker.job_turn(plan.settings, cancel, run.tell, live=True):
                spoken, *others = pipeline.again(plan, stretch.index, run=run)
        finally:
            self._speaking.release()
        with suppress(StudioError, OSError):  # it is heard all the same
            self._sounds.keep(spoken.sound, pipeline.sample_rate, stretch.key, *spoken.keys)
            for other in others:
                self._sounds.keep(other.sound, pipeline.sample_rate, *other.keys)
        return spoken.sound.pcm

    def _parsed(self, text: bytes) -> Utterance:
        with self._lock:
            if self._plan is not None and self._plan[0] == text:
                return self._plan[1]
        plan = Utterance.from_json(text)
        with self._lock:
            self._plan = (text, plan)
        return plan

    # ------------------------------------------------------------------ whole files

    def file(self, name: str, form: str, tape: Sequence[Stretch], parts: Iterable[Pcm]) -> Path:
        """The sound of a job as a file, from ``parts``, the samples of its ``tape``; kept for a while.

        Raises :class:`StudioError` ``disk_full`` or ``not_writable``.
        """
        says = [(one.key, one.size) for one in tape]
        label = label_text(self._config.label, says)
        path = self._files / f"{name}-{hashlib.sha256(f'{says}{label}'.encode()).hexdigest()[:16]}.{form}"
        if not _still_there(path):
            with new_file(path) as stream:
                self._write(stream, form, sum(one.size for one in tape), parts, label)
        return path

    def deck(self, job: Job, tape: Sequence[Stretch]) -> Path:
        """The sentences of a job as a package for Anki; kept for a while. Raises as :meth:`file`."""
        made_of = f"{[(one.key, one.size) for one in tape]}{job.title}{self._config.label.model_dump_json()}"
        path = self._files / f"{job.id}-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.apkg"
        if not _still_there(path):
            with new_file(path) as stream:
                write_deck(stream, job.title, self.cards(job, job.title), key=job.project or job.title, now=now())
        return path

    def cards(self, job: Job, source: str, chapter: int = 0) -> Iterator[AnkiCard]:
        """Every sentence of a job as a note, cut from the sound at its times."""
        audio, rate = self._config.audio, job.sample_rate
        stretches = iter(self.read_tape(job.id, job.updated))
        held: tuple[int, Pcm] = (0, np.zeros(0, np.int16))

        def cut(start_s: float, end_s: float) -> bytes:
            nonlocal held
            start, end = round(start_s * rate), round(end_s * rate)
            while start >= held[0] + held[1].size and (one := next(stretches, None)) is not None:
                held = one.begin, self.read(job.id, one)
            heard = held[1][max(0, start - held[0]) : max(0, end - held[0])]
            return card_sound(floats(heard), rate, self._config.label, audio.resampler)

        subtitles = Subtitles.of(Utterance.from_json(self.plan(job.id)))
        return speech_cards(subtitles, cut, source=source, chapter=chapter)

    def _write(self, stream: IO[bytes], form: str, size: int, parts: Iterable[Pcm], label: str) -> None:
        rate = self._records.rate
        if form in ("wav", "pcm"):
            stream.write(wav_header(rate, 2 * size, label) if form == "wav" else b"")
            for pcm in parts:
                stream.write(pcm.astype("<i2").tobytes())
            return
        encoder = StreamEncoder(rate, form, self._config.audio.resampler, into=stream, label=label)
        for pcm in parts:
            encoder.write(floats(pcm))
        encoder.close()

    def sweep(self) -> None:
        """Remove files that were put together long ago."""
        with suppress(FileNotFoundError):
            for path in self._files.iterdir():
                with suppress(OSError):
                    if believed() - path.stat().st_mtime > _FILE_S:
                        path.unlink()


def _still_there(path: Path) -> bool:
    """Whether a file was put together before; it is kept for longer then, if the disk can be written."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno not in DISK_ERRORS:
            raise
    return True
