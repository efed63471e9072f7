"""Jobs within the process: what the page does with them, and what can go wrong."""

from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from indextts.model.errors import StudioError
from indextts.model.utterance import Settings, Utterance
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.service.preload import Preloader
from indextts.works.db.model import Job, error_of, kept_error, packed_stretches, stretches_of
from indextts.works.jobs import here
from indextts.works.jobs.jobs import Jobs
from tests.support.restarted import OWNER, make, text_of
from tests.support.waiting import until
from tests.support.whole import WholeService


def done(jobs: Jobs, name: str) -> Job:
    *_, last = jobs.follow(OWNER, name)
    return last


def ended(service: WholeService, number: int) -> Job:
    jobs = service.works.jobs
    return done(jobs, jobs.start(OWNER, SpeechRequest(text_of(number))).id)


def stories(folder: Path) -> int:
    return (folder / "spoken.txt").read_text(encoding="utf-8").count("故事")


def test_a_job_is_followed_to_its_end_and_gives_its_sound_and_its_plan(tmp_path: Path) -> None:
    service = make(tmp_path, 0.02)
    jobs = service.works.jobs
    job = jobs.start(OWNER, SpeechRequest(text_of(3), Settings(speed=1.2)), live=True, client="10.0.0.1")
    assert (job.state, job.live, job.kind) == ("queued", True, "speech") or job.state == "running"
    seen = list(jobs.follow(OWNER, job.id))
    assert [one.segments_done for one in seen] == sorted(one.segments_done for one in seen)
    assert seen[-1].state == "done" and seen[-1].progress == 1.0 and seen[-1].engine == "embedded"
    assert any(one.state == "running" and one.eta_s is not None for one in seen)
    assert {name for name, _ in seen[-1].stages} >= {"normalise", "prosody", "phonemes", "audio"}
    sound, plan = jobs.sound(OWNER, job.id), jobs.plan(OWNER, job.id)
    assert sound.size == round(seen[-1].duration_s * seen[-1].sample_rate)
    speech = service.speak(SpeechRequest(text_of(3), Settings(speed=1.2)))
    assert np.array_equal(sound, speech.samples)
    assert plan == speech.utterance
    service.close()


def test_a_job_whose_plan_cannot_be_stored_fails_rather_than_wait_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Utterance, "to_json", lambda _: "\ud800".encode())
        job = ended(service, 1)
    assert job.state == "failed" and job.error is not None and job.error.code == "internal"
    assert ended(service, 2).state == "done"
    service.close()


@pytest.mark.night
def test_finished_jobs_are_heard_after_a_restart_also_where_their_sounds_were_swept(tmp_path: Path) -> None:
    first = make(tmp_path)
    job = ended(first, 1)
    sound = first.works.jobs.sound(OWNER, job.id)
    first.close()
    second = make(tmp_path)
    again = second.works.jobs
    before = stories(tmp_path)
    assert again.get(OWNER, job.id).state == "done"
    assert np.array_equal(again.sound(OWNER, job.id), sound)
    assert stories(tmp_path) == before
    second.close()
    for path in (tmp_path / "works" / "sounds").rglob("*.flac"):
        path.unlink()
    third = make(tmp_path)
    assert np.array_equal(third.works.jobs.sound(OWNER, job.id), sound)
    assert stories(tmp_path) == before + 6
    assert np.array_equal(third.works.jobs.sound(OWNER, job.id), sound)
    assert stories(tmp_path) == before + 6
    third.close()


@pytest.mark.night
def test_a_full_disk_makes_a_job_wait_with_the_reason_and_it_goes_on_by_itself_where_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make(tmp_path)
    jobs, sync, synced = service.works.jobs, os.fsync, [0]

    def full(handle: int) -> None:
        synced[0] += 1
        if synced[0] > 6:
            raise OSError(errno.ENOSPC, "full")
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    job = jobs.start(OWNER, SpeechRequest(text_of(2)))
    until(lambda: jobs.get(OWNER, job.id).waits is not None)
    waits = jobs.get(OWNER, job.id)
    assert waits.state == "running" and 0 < waits.segments_done < 6
    assert waits.told("en")["waits"]["code"] == "waits_disk" and "disk is full" in waits.told("en")["waits"]["message"]
    assert waits.told("zh")["waits"]["message"].startswith("正在等待磁盘：磁盘已满")
    kept = jobs.sound(OWNER, job.id)
    assert service.admission.busy == 0, "a job that waits holds no worker"
    monkeypatch.setattr(os, "fsync", sync)
    whole = done(jobs, job.id)
    assert whole.state == "done" and whole.error is None and whole.waits is None
    assert np.array_equal(jobs.sound(OWNER, job.id)[: kept.size], kept)
    service.close()


def test_a_segment_is_handed_out_before_the_disk_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = make(tmp_path)
    jobs, sync, go = service.works.jobs, os.fsync, threading.Event()

    def slow(handle: int) -> None:
        go.wait(30)
        sync(handle)

    monkeypatch.setattr(os, "fsync", slow)
    job = jobs.start(OWNER, SpeechRequest(text_of(4)))
    while (heard := jobs.pcm(OWNER, job.id, 0)) is None:
        time.sleep(0.01)
    assert np.abs(heard).max() > 0 and len(jobs.stretches(OWNER, job.id)) == 1
    go.set()
    assert done(jobs, job.id).state == "done"
    service.close()


def test_a_fault_fails_a_job_with_its_reason_and_resuming_goes_on_from_there(tmp_path: Path) -> None:
    service = make(tmp_path)
    log = tmp_path / "spoken.txt"
    job = ended(service, 5)
    assert job.state == "done"
    for path in (tmp_path / "works" / "sounds").rglob("*.flac"):
        path.unlink()
    plan = service.works.jobs.plan(OWNER, job.id)
    for segment in plan.segments:
        segment.seed = 9  # nothing of it is in memory
    log.rename(tmp_path / "kept.txt")
    log.mkdir()  # the engine cannot write down what it is asked for
    broken = service.works.jobs.start(OWNER, plan)
    failed = done(service.works.jobs, broken.id)
    assert failed.state == "failed" and failed.error is not None
    assert failed.told("zh")["error"]["message"] != failed.told("en")["error"]["message"]
    service.close()

    log.rmdir()
    again = make(tmp_path)
    assert again.works.jobs.get(OWNER, broken.id).error is not None
    again.works.jobs.resume(OWNER, broken.id)
    assert done(again.works.jobs, broken.id).state == "done"
    again.close()


@pytest.mark.night
def test_a_damaged_sound_is_spoken_again(tmp_path: Path) -> None:
    first = make(tmp_path)
    job = ended(first, 6)
    sound = first.works.jobs.sound(OWNER, job.id)
    key = first.works.jobs.stretches(OWNER, job.id)[2].key
    path = first.works.sounds.path(key)
    path.write_bytes(path.read_bytes()[:-200])
    first.close()
    second = make(tmp_path)
    assert np.array_equal(second.works.jobs.sound(OWNER, job.id), sound)
    second.close()


@pytest.mark.night
def test_one_owner_can_have_only_so_many_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(here, "MOST_LIVE", 1)
    monkeypatch.setattr(here, "MOST_UNDER_WAY", 3)
    service = make(tmp_path, 1.0)
    jobs = service.works.jobs
    jobs.start(OWNER, SpeechRequest(text_of(0)), live=True)
    with pytest.raises(StudioError) as told:
        jobs.start(OWNER, SpeechRequest(text_of(1)), live=True)
    assert told.value.code == "queue_full" and told.value.retry_after_s
    names = [jobs.start(OWNER, SpeechRequest(text_of(number))).id for number in (1, 2)]
    with pytest.raises(StudioError):
        jobs.start(OWNER, SpeechRequest(text_of(3)))
    jobs.start("another", SpeechRequest(text_of(3)))
    jobs.cancel(OWNER, names[0])
    jobs.start(OWNER, SpeechRequest(text_of(3)))
    service.close()


def test_what_is_swept_is_nothing_that_a_kept_or_unfinished_job_names(tmp_path: Path) -> None:
    service = make(tmp_path)
    kept, loose = ended(service, 7), ended(service, 8)
    jobs = service.works.jobs
    jobs.change(OWNER, kept.id, kept=True)
    for path in (tmp_path / "works" / "sounds").rglob("*.flac"):
        os.utime(path, (0, 0))
    service.works.sweep()
    assert all(service.works.sounds.has(one.key) for one in jobs.stretches(OWNER, kept.id))
    assert not any(service.works.sounds.has(one.key) for one in jobs.stretches(OWNER, loose.id))
    jobs.delete(OWNER, loose.id)
    service.works.records.change(loose.id, deleted=1.0)
    service.works.sweep()
    with pytest.raises(StudioError, match="found at this address"):
        jobs.restore(OWNER, loose.id)
    service.close()


def test_nothing_is_opened_before_something_is_asked_of_it(tmp_path: Path) -> None:
    service = make(tmp_path)
    assert not (tmp_path / "works").exists()
    service.close()
    assert not (tmp_path / "works").exists()


def test_stretches_and_errors_come_back_as_they_were_written(tmp_path: Path) -> None:
    service = make(tmp_path)
    job = ended(service, 9)
    tape = list(service.works.jobs.stretches(OWNER, job.id))
    assert stretches_of(packed_stretches(tape)) == tape
    service.close()
    error = StudioError("queue_full", waiting=3, retry_after_s=9)
    back = error_of(kept_error(error))
    assert back is not None and (str(back), back.localise("zh")) == (str(error), error.localise("zh"))


@pytest.mark.night
def test_the_real_voice_sounds_the_same_through_a_pause_and_a_restart(real_config: Config, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(real_config.models_path)
    config = real_config.model_copy(update={"cache_dir": tmp_path})
    text = "清晨，老人推开窗。Good morning! 梧桐树长出了新叶，今天是2026年。他笑了笑，慢慢走下楼去。"
    first = WholeService(config, preloader=Preloader(config))
    first.preloader.wait(120)
    job = first.works.jobs.start(OWNER, SpeechRequest(text))
    for one in first.works.jobs.follow(OWNER, job.id):
        if one.segments_done >= 2:
            first.works.jobs.pause(OWNER, job.id)
    before = first.works.jobs.sound(OWNER, job.id)
    first.close()

    second = WholeService(config, preloader=Preloader(config))
    second.preloader.wait(120)
    assert second.works.jobs.get(OWNER, job.id).state in ("paused", "done")
    second.works.jobs.resume(OWNER, job.id)
    whole = done(second.works.jobs, job.id)
    sound = second.works.jobs.sound(OWNER, job.id)
    third = WholeService(config, preloader=Preloader(config))
    third.preloader.wait(120)
    speech = third.speak(SpeechRequest(text))
    assert whole.state == "done" and np.array_equal(sound, speech.samples)
    assert np.array_equal(sound[: before.size], before)
    assert second.works.jobs.plan(OWNER, job.id) == speech.utterance
    for service in (second, third):
        service.close()
