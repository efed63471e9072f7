"""Books as jobs: what is spoken, in which order, how often, and what happens when something comes between."""

from __future__ import annotations

import errno
import gc
import multiprocessing
import os
import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indextts.books.model import Chapter, Fix, Manuscript, Quotation, Role
from indextts.books.shaping import quoted
from indextts.model.errors import StudioError
from indextts.model.utterance import Utterance
from indextts.pipeline import pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.reading.lexicon.entry import draft
from indextts.reading.phonemes.annotate import annotate
from indextts.service.preload import Preloader
from indextts.works.books import script
from indextts.works.db.model import Job
from indextts.works.sounds.sounds import unpack
from tests.support import postgres
from tests.support.books import ended, live_with_book, manuscript, stories
from tests.support.restarted import OWNER, make
from tests.support.waiting import until
from tests.support.whole import WholeService

KILLS = 3


def begun(service: WholeService, **fields: object) -> Job:
    book = service.works.books.create(OWNER, manuscript(), **fields)  # type: ignore[arg-type]
    return service.works.jobs.start_book(OWNER, book.id)


def parts(service: WholeService, book: str) -> list[Job]:
    return service.works.records.parts_of(book)


def sound(service: WholeService, book: str) -> np.ndarray:
    return np.concatenate([service.works.jobs.sound(OWNER, part.id) for part in parts(service, book)])


def test_a_book_is_spoken_part_by_part_and_each_part_is_a_job(tmp_path: Path) -> None:
    service = make(tmp_path)
    library, jobs = service.works.books, service.works.jobs
    book = library.create(OWNER, manuscript(), cast={"老王": Role("deep_man")})
    job = jobs.start_book(OWNER, book.id, client="10.0.0.1")
    assert (job.id, job.kind, job.title) == (book.id, "book", "书")
    done = ended(service, book.id)
    assert done.state == "done", done.error
    assert done.segments_done == done.segments_total == 24 and done.progress == 1.0
    spoken = parts(service, book.id)
    assert [(part.chapter, part.number, part.state) for part in spoken] == [(n, 0, "done") for n in (1, 2, 3)]
    pauses_s = 2 * book.options.chapter_pause_s
    assert done.duration_s == pytest.approx(sum(part.duration_s for part in spoken) + pauses_s, abs=0.01)
    heard = [one for part in spoken for one in jobs.stretches(OWNER, part.id)]
    assert [one.text for one in heard][:2] == ["第一章", "春一号的故事。"]
    assert {one.voice for one in heard} == {"baker", "deep_man"}
    assert np.abs(jobs.sound(OWNER, spoken[0].id)).max() > 0
    assert len(stories(tmp_path)) == len(set(stories(tmp_path))) == 21
    assert [one.id for one in jobs.listed(OWNER)[0]] == [book.id]
    service.close()


@pytest.mark.night
def test_the_plan_of_a_part_is_gone_as_soon_as_the_part_is_spoken(tmp_path: Path) -> None:
    service = make(tmp_path)
    first = begun(service)
    assert ended(service, first.id).state == "done"
    gc.collect()
    before = sum(type(one) is Utterance for one in gc.get_objects())
    gc.disable()
    try:
        book = service.works.books.create(OWNER, manuscript(6))
        service.works.jobs.start_book(OWNER, book.id)
        assert ended(service, book.id).state == "done"
        # type(), as isinstance() asks what stands behind a weak proxy.
        assert sum(type(one) is Utterance for one in gc.get_objects()) - before <= 2
    finally:
        gc.enable()
        service.close()


def test_after_a_change_only_the_changed_sentence_is_spoken(tmp_path: Path) -> None:
    service = make(tmp_path)
    library, jobs = service.works.books, service.works.jobs
    job = begun(service)
    assert ended(service, job.id).state == "done"
    before, first = stories(tmp_path), parts(service, job.id)

    assert jobs.start_book(OWNER, job.id).id == job.id
    again = ended(service, job.id)
    assert again.state == "done" and again.cached == 24 and stories(tmp_path) == before
    assert [part.id for part in parts(service, job.id)] == [part.id for part in first]

    text = library.chapter(OWNER, job.id, 2).text
    library.change_chapter(OWNER, job.id, 2, text=text.replace("夏二号的故事", "新的故事"))
    jobs.start_book(OWNER, job.id)
    changed = ended(service, job.id)
    assert changed.state == "done" and stories(tmp_path)[len(before) :] == ["新的故事。"]
    now = parts(service, job.id)
    assert [part.id == old.id for part, old in zip(now, first, strict=True)] == [True, False, True]
    assert now[1].cached == 7
    service.close()


def test_a_fault_in_one_chapter_is_told_as_such_and_keeps_no_later_one_from_being_spoken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(utterance: Utterance, check: Callable[[], None]) -> None:
        if "夏" in utterance.text:
            raise ValueError("an unexpected word")
        annotate(utterance, check)

    service = make(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "annotate", read)
        job = begun(service)
        failed = ended(service, job.id)
    assert failed.state == "failed" and failed.error is not None and failed.error.code == "internal"
    first = parts(service, job.id)
    assert [part.state for part in first] == ["done", "failed", "done"]
    assert first[1].error is not None and first[1].id in failed.error.localise("en")[1]
    before = stories(tmp_path)
    service.works.jobs.start_book(OWNER, job.id)
    assert ended(service, job.id).state == "done"
    assert all("夏" in story for story in stories(tmp_path)[len(before) :])
    service.close()


def test_of_what_is_quoted_only_the_sentence_is_spoken_again_that_somebody_says(tmp_path: Path) -> None:
    service = make(tmp_path)
    text = "一个故事。\n石碑上刻着“石碑的故事”。\n最后的故事。"
    chapter = quoted(Chapter("", text))
    book = service.works.books.create(OWNER, Manuscript("石碑", (chapter,)), cast={"老王": Role("deep_man")})
    service.works.jobs.start_book(OWNER, book.id)
    assert ended(service, book.id).state == "done"
    before = stories(tmp_path)
    service.works.casts.say(OWNER, book.id, 1, 0, "老王")
    service.works.jobs.start_book(OWNER, book.id)
    assert ended(service, book.id).state == "done"
    spoken = "".join(stories(tmp_path)[len(before) :])
    assert "石碑" in spoken and not any(other in spoken for other in ("一个", "最后"))
    service.close()


@pytest.mark.night
def test_parts_that_nobody_wants_any_more_are_gone_and_a_moved_chapter_is_not_spoken_again(tmp_path: Path) -> None:
    service = make(tmp_path)
    library, jobs = service.works.books, service.works.jobs
    job = begun(service)
    assert ended(service, job.id).state == "done"
    before, first = stories(tmp_path), parts(service, job.id)
    library.change_chapter(OWNER, job.id, 1, on=False)
    jobs.start_book(OWNER, job.id)
    done = ended(service, job.id)
    assert [part.id for part in parts(service, job.id)] == [first[1].id, first[2].id]
    assert done.segments_total == 16 and stories(tmp_path) == before
    with pytest.raises(StudioError):
        jobs.get(OWNER, first[0].id)
    service.close()


def test_a_word_added_to_the_dictionary_while_a_book_is_spoken_does_not_end_it(tmp_path: Path) -> None:
    service = make(tmp_path, 0.03)
    job = begun(service)
    until(lambda: service.works.jobs.get(OWNER, job.id).segments_done > 1)
    service.lexicon.add(draft("秋二", "qiu1 er3"))
    done = ended(service, job.id)
    assert (done.state, done.segments_done) == ("done", 24)
    spoken = parts(service, job.id)
    assert [(part.chapter, part.state) for part in spoken] == [(n, "done") for n in (1, 2, 3)]
    assert len(stories(tmp_path)) == 21, "no sentence is spoken twice"
    service.close()


def test_what_is_changed_while_a_book_is_spoken_comes_before_the_chapters_that_are_not_spoken(tmp_path: Path) -> None:
    service = make(tmp_path, 0.03)
    job = begun(service)
    until(lambda: service.works.jobs.get(OWNER, job.id).segments_done > 1)
    text = service.works.books.chapter(OWNER, job.id, 1).text
    service.works.books.change_chapter(OWNER, job.id, 1, text=text.replace("春一号的故事", "新的故事"))
    assert ended(service, job.id).state == "done"
    heard = service.works.jobs.stretches(OWNER, parts(service, job.id)[0].id)
    assert heard[1].text == "新的故事。"
    said = stories(tmp_path)
    assert len(said) == 22
    first = next(at for at, one in enumerate(said) if "秋" in one)
    assert any("新的故事" in one for one in said[:first])
    service.close()


def test_a_book_is_paused_gone_on_with_and_cancelled_and_so_it_is_by_its_part(tmp_path: Path) -> None:
    service = make(tmp_path, 0.03)
    jobs = service.works.jobs
    job = begun(service)
    until(lambda: jobs.get(OWNER, job.id).segments_done > 2)
    running = jobs.get(OWNER, job.id)
    assert running.state == "running" and 0 < running.progress < 1 and running.eta_s is not None
    assert 20 <= running.segments_total <= 30
    part = parts(service, job.id)[0]
    assert jobs.get(OWNER, part.id).state == "running" and len(jobs.stretches(OWNER, part.id)) > 2

    assert jobs.pause(OWNER, part.id).state == "paused"
    assert jobs.get(OWNER, job.id).state == "paused"
    until(lambda: jobs.get(OWNER, part.id).state == "paused")
    count = len(stories(tmp_path))
    time.sleep(0.2)
    assert len(stories(tmp_path)) <= count + 1 and jobs.get(OWNER, job.id).segments_done > 2

    jobs.resume(OWNER, part.id)
    assert jobs.get(OWNER, job.id).state in ("queued", "running")
    until(lambda: jobs.get(OWNER, job.id).segments_done > 10)
    assert jobs.cancel(OWNER, job.id).state == "cancelled"
    until(lambda: all(part.state in ("done", "paused") for part in parts(service, job.id)))
    jobs.resume(OWNER, job.id)
    assert ended(service, job.id).state == "done"
    assert len(stories(tmp_path)) <= 21 + 2 and len(set(stories(tmp_path))) == 21
    service.close()


@pytest.mark.night
def test_a_full_disk_makes_a_book_wait_with_its_reason_and_it_goes_on_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make(tmp_path)
    jobs, sync, room = service.works.jobs, os.fsync, [20]

    def full(handle: int) -> None:
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, "full")
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    job = begun(service)
    until(lambda: jobs.get(OWNER, job.id).waits is not None)
    waits = jobs.get(OWNER, job.id)
    assert waits.state == "running" and waits.waits is not None and waits.waits.code == "waits_disk"
    assert waits.segments_done > 3
    monkeypatch.setattr(os, "fsync", sync)
    done = ended(service, job.id)
    assert done.state == "done" and done.error is None and done.waits is None
    assert done.segments_done == done.segments_total == 24
    assert len(set(stories(tmp_path))) == 21 and len(stories(tmp_path)) <= 22, "spoken again was one sentence"
    service.close()


def test_a_book_and_a_job_wait_for_the_voice_while_it_is_loading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make(tmp_path)
    book = service.works.books.create(OWNER, manuscript())
    whole, ready = Preloader.pipeline, [True]

    def loading(self: Preloader) -> pipeline.Pipeline:
        if not ready[0]:
            raise StudioError("loading", retry_after_s=2)
        return whole(self)

    monkeypatch.setattr(Preloader, "pipeline", loading)
    ready[0] = False
    job = service.works.jobs.start_book(OWNER, book.id)
    until(lambda: service.works.jobs.get(OWNER, job.id).waits is not None)
    waits = service.works.jobs.get(OWNER, job.id)
    assert waits.state in ("queued", "running") and waits.waits is not None and waits.waits.code == "waits_voice"
    ready[0] = True
    done = ended(service, job.id)
    assert done.state == "done" and done.error is None and done.waits is None
    service.close()


def test_the_room_on_the_disk_is_looked_at_before_a_book_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make(tmp_path)
    usage = script.shutil.disk_usage  # type: ignore[attr-defined]
    monkeypatch.setattr(script.shutil, "disk_usage", lambda path: usage(path)._replace(free=10 * 2**20))  # type: ignore[attr-defined]
    book = service.works.books.create(OWNER, manuscript())
    with pytest.raises(StudioError) as short:
        service.works.jobs.start_book(OWNER, book.id)
    assert short.value.code == "book_room" and "10 MB" in str(short.value) and not stories(tmp_path)
    assert service.works.jobs.listed(OWNER) == ([], 0), "what was refused is no job"
    monkeypatch.undo()
    service.works.jobs.start_book(OWNER, book.id)
    assert ended(service, book.id).state == "done"
    service.close()


@pytest.mark.night
def test_a_voice_that_is_gone_fails_a_book_naming_the_character_and_another_voice_goes_on(tmp_path: Path) -> None:
    service = make(tmp_path)
    job = begun(service, cast={"老王": Role("gone_voice")})
    failed = ended(service, job.id)
    assert failed.state == "failed" and failed.error is not None and failed.error.code == "bad_role"
    assert "老王" in failed.told("zh")["error"]["message"]
    service.works.casts.change(OWNER, job.id, roles={"老王": {"voice": "deep_man"}})
    service.works.jobs.start_book(OWNER, job.id)
    assert ended(service, job.id).state == "done"
    service.close()


@pytest.mark.night
def test_a_chapter_of_ornaments_does_not_stop_a_book(tmp_path: Path) -> None:
    service = make(tmp_path)
    whole = manuscript()
    ornaments = replace(whole.chapters[0], title="", text="ʘ ʘ ʘ", quotations=())
    book = service.works.books.create(OWNER, replace(whole, chapters=(ornaments, *whole.chapters[1:])))
    service.works.jobs.start_book(OWNER, book.id)
    assert ended(service, book.id).state == "done"
    service.close()


@pytest.mark.night
def test_a_request_is_spoken_between_two_sentences_of_two_books(tmp_path: Path) -> None:
    service = make(tmp_path, 0.05)
    books = [begun(service, title=title) for title in ("甲", "乙")]
    until(lambda: all(service.works.jobs.get(OWNER, one.id).segments_done for one in books))
    count = len(stories(tmp_path))
    service.speak(SpeechRequest("急事的故事。"))
    since = stories(tmp_path)[count:]
    assert since.index("急事的故事。") <= 4
    assert all(ended(service, one.id).state == "done" for one in books)
    service.close()


@pytest.mark.night
def test_a_book_outlives_kills_at_any_moment_and_sounds_as_if_there_were_none(tmp_path: Path) -> None:
    folder, moments = tmp_path / "killed", random.Random(14)
    folder.mkdir()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.restarted"])
    for number in range(KILLS):
        process = context.Process(target=live_with_book, args=(folder, number, 0.02))
        process.start()
        ready, more = folder / f"ready-{number}", moments.randrange(1, 6)
        until(lambda: ready.exists() or not process.is_alive())  # noqa: B023
        before = len(stories(folder))
        until(lambda: len(stories(folder)) >= before + more)  # noqa: B023
        time.sleep(moments.uniform(0.0, 0.05))
        process.kill()
        process.join()
        for path in (folder / "works" / "sounds").rglob("*.flac"):
            unpack(path.read_bytes())  # whole, or not there
    service = make(folder)
    service.works.start()
    (book,) = service.works.books.listed(OWNER)[0]
    done = ended(service, book.id)
    assert done.state == "done"
    alone = make(tmp_path / "alone")
    other = begun(alone)
    assert ended(alone, other.id).state == "done"
    assert np.array_equal(sound(service, book.id), sound(alone, other.id))
    # Of each part that was spoken, one sentence for each kill; where processes share them, several are at once.
    at_once = 4 if os.environ.get(postgres.VARIABLE) else 1
    assert len(stories(folder)) <= 21 + KILLS * at_once and len(set(stories(folder))) == 21
    service.close()
    alone.close()


@pytest.mark.night
def test_with_the_real_voice_a_part_sounds_as_its_request_does_by_itself(real_config: Config, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(real_config.models_path.resolve())
    config = real_config.model_copy(update={"cache_dir": tmp_path})
    service = WholeService(config, preloader=Preloader(config))
    service.preloader.wait(60)
    text = "老王说：“走吧，到银行去。”\n天黑了。"
    chapter = Chapter("第一章", text, quotations=(Quotation(4, 13, "老王"),), fixes=(Fix(9, 10, "hang2"),))
    cast = {"老王": Role("deep_man", "happy", 0.8, speed=1.2)}
    book = service.works.books.create(OWNER, Manuscript("书", (chapter, Chapter("第二章", "天亮了。"))), cast=cast)
    service.works.jobs.start_book(OWNER, book.id)
    job = ended(service, book.id)
    assert job.state == "done", job.error
    part = parts(service, book.id)[0]
    request = service.works.jobs.request(OWNER, part.id)
    assert [(one.voice, one.emotion, one.speed) for one in request.roles] == [("deep_man", "happy", 1.2)]
    speech = service.speak(request)
    heard = service.works.jobs.sound(OWNER, part.id)
    assert np.array_equal(heard, speech.samples) and heard.std() > 0.01
    assert {one.voice for one in service.works.jobs.stretches(OWNER, part.id)} == {"baker", "deep_man"}
    assert service.works.jobs.file(OWNER, book.id, "m4b").stat().st_size > 10_000
    service.close()
