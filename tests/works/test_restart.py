"""A process can be killed at any moment: no job is lost, nothing is heard half, nothing is spoken twice."""

from __future__ import annotations

import multiprocessing
import random
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indextts.plan.request import SpeechRequest
from indextts.works.db.model import Job
from indextts.works.sounds.sounds import unpack
from tests.support.restarted import OWNER, live, make, text_of
from tests.support.waiting import until
from tests.support.whole import WholeService

KILLS = 20


def stories(folder: Path) -> list[str]:
    """What the engine was asked to say, its warm-up left out."""
    log = folder / "spoken.txt"
    return [line for line in log.read_text(encoding="utf-8").splitlines() if "故事" in line] if log.exists() else []


def done(service: WholeService, name: str) -> Job:
    *_, last = service.works.jobs.follow(OWNER, name)
    return last


def undisturbed(folder: Path, numbers: list[int]) -> dict[int, npt.NDArray[np.float32]]:
    service = make(folder)
    heard = {}
    for number in numbers:
        job = done(service, service.works.jobs.start(OWNER, SpeechRequest(text_of(number))).id)
        assert job.state == "done"
        heard[number] = service.works.jobs.sound(OWNER, job.id)
    service.close()
    return heard


def test_jobs_outlive_twenty_kills_at_any_moment(tmp_path: Path) -> None:
    folder, moments = tmp_path / "killed", random.Random(13)
    folder.mkdir()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.restarted"])
    for number in range(KILLS):
        process = context.Process(target=live, args=(folder, number, 0.02))
        process.start()
        ready, more = folder / f"ready-{number}", moments.randrange(6)
        until(lambda: ready.exists() or not process.is_alive())  # noqa: B023
        assert ready.exists()
        before = len(stories(folder))
        until(lambda: len(stories(folder)) >= before + more)  # noqa: B023
        time.sleep(moments.uniform(0.0, 0.05))
        process.kill()
        process.join()
        for path in (folder / "works" / "sounds").rglob("*.flac"):
            unpack(path.read_bytes())  # whole, or not there
    begun = [line.split() for line in (folder / "begun.txt").read_text().splitlines()]
    assert len(begun) > KILLS / 2

    service = make(folder)
    service.works.start()
    until(lambda: service.works.jobs.listed(OWNER)[1] >= len(begun))
    jobs = {number: done(service, name) for number, name in ((int(number), name) for number, name in begun)}
    assert {job.state for job in jobs.values()} == {"done"}
    alone = undisturbed(tmp_path / "alone", list(jobs))
    for number, job in jobs.items():
        assert np.array_equal(service.works.jobs.sound(OWNER, job.id), alone[number])
        plan = service.works.jobs.plan(OWNER, job.id)
        assert plan.stage == "audio" and all(segment.end_s for segment in plan.segments)
        assert "".join(one.text for one in service.works.jobs.stretches(OWNER, job.id)) == text_of(number)
    until(lambda: all(job.state == "done" for job in service.works.jobs.listed(OWNER)[0]))
    service.close()

    spoken = stories(folder)
    # Of each of the jobs that were spoken side by side, a kill takes the sentence under way and no other.
    assert len(spoken) - len(set(spoken)) <= 2 * KILLS


def test_a_job_that_somebody_waited_for_is_paused_after_a_kill_and_goes_on_when_asked(tmp_path: Path) -> None:
    first = make(tmp_path, 0.05)
    job = first.works.jobs.start(OWNER, SpeechRequest(text_of(1)), live=True)
    until(lambda: first.works.jobs.get(OWNER, job.id).segments_done >= 2)
    first.works.close()  # what stays in the file is what a kill leaves
    second = make(tmp_path)
    assert second.works.jobs.get(OWNER, job.id).state == "paused"
    assert second.works.jobs.get(OWNER, job.id).segments_done >= 2
    before = len(stories(tmp_path))
    second.works.jobs.resume(OWNER, job.id)
    ended = done(second, job.id)
    assert (ended.state, ended.segments_done) == ("done", 6) and ended.cached >= 2
    assert len(stories(tmp_path)) - before <= 4
    second.close()


def test_a_stop_ends_what_is_spoken_at_once_and_a_new_start_goes_on_with_it(tmp_path: Path) -> None:
    first = make(tmp_path, 0.2)
    first.works.start()
    names = [first.works.jobs.start(OWNER, SpeechRequest(text_of(number))).id for number in range(5)]
    until(lambda: first.works.jobs.get(OWNER, names[0]).segments_done)
    began = time.monotonic()
    first.close()
    assert time.monotonic() - began < 6.0
    second = make(tmp_path)
    second.works.start()
    until(lambda: all(second.works.jobs.get(OWNER, name).state == "done" for name in names))
    second.close()


def test_two_processes_with_one_folder_do_not_speak_each_others_jobs(tmp_path: Path) -> None:
    first = make(tmp_path, 0.05)
    first.works.start()
    job = first.works.jobs.start(OWNER, SpeechRequest(text_of(0)), live=True)
    second = make(tmp_path, 0.05)
    second.works.start()
    other = second.works.jobs.start(OWNER, SpeechRequest(text_of(1)))
    assert done(second, other.id).state == done(first, job.id).state == "done"
    second.close()
    first.close()
    spoken = stories(tmp_path)
    assert len(spoken) == len(set(spoken)) == 12
