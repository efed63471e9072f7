"""What books are made into: whole files and single chapters, at once, in the background, and after sounds are gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from indextts.model.errors import StudioError
from indextts.sound.export.label import read_label
from indextts.sound.export.subtitles import Subtitles, SubtitleSentence
from indextts.works.db.model import Job
from tests.support.books import ended, manuscript, stories
from tests.support.decks import opened
from tests.support.restarted import OWNER, make
from tests.support.waiting import until
from tests.support.whole import WholeService

FORMS = ("m4b", "m4a", "mp3", "opus", "flac", "wav")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeService]:
    service = make(tmp_path_factory.mktemp("files"))
    yield service
    service.close()


@pytest.fixture(scope="module")
def job(service: WholeService) -> Job:
    book = service.works.books.create(OWNER, manuscript(), author="某人", options={"chapter_pause_s": 1.0})
    service.works.jobs.start_book(OWNER, book.id)
    done = ended(service, book.id)
    assert done.state == "done", done.error
    return done


def samples(path: Path) -> npt.NDArray[np.float32]:
    with av.open(str(path)) as container:
        pieces = [frame.to_ndarray().astype(np.float32).reshape(-1) for frame in container.decode(audio=0)]
    return np.concatenate(pieces)


def seconds(path: Path) -> float:
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        count = sum(frame.samples for frame in container.decode(audio=0))
        return count / stream.rate


def spoken_s(service: WholeService, job: Job) -> float:
    return sum(part.duration_s for part in service.works.records.parts_of(job.id))


def made(service: WholeService, name: str, form: str) -> Path:
    jobs = service.works.jobs
    until(lambda: jobs.bind_book(OWNER, name, form).state != "making")
    return jobs.file(OWNER, name, form)


def test_the_file_of_a_book_is_there_when_its_job_is_done(service: WholeService, job: Job) -> None:
    path = service.works.jobs.file(OWNER, job.id, "m4b")
    assert abs(seconds(path) - job.duration_s) < 0.2, "the pauses between the chapters are in it"
    assert abs(job.duration_s - (spoken_s(service, job) + 2.0)) < 0.2
    with av.open(str(path)) as container:
        assert [mark["metadata"]["title"] for mark in container.chapters()] == ["第一章", "第二章", "第三章"]
        assert container.metadata["artist"] == "某人"
    assert read_label(path) is not None
    (ready,) = service.works.book_files.listed(OWNER, job.id)
    assert (ready.form, ready.state, ready.bytes) == ("m4b", "ready", path.stat().st_size)
    report = service.works.book_files.report(OWNER, job.id, "m4b")
    assert report is not None and len(report["chapters"]) == 3


@pytest.mark.night
def test_chapters_are_coded_while_the_next_ones_are_spoken_and_the_file_is_the_same(tmp_path: Path) -> None:
    service = make(tmp_path, 0.02)
    try:
        book = service.works.books.create(OWNER, manuscript(), options={"format": "m4b"})
        jobs, folder = service.works.jobs, service.works.folder / "books" / book.id
        jobs.start_book(OWNER, book.id)
        until(lambda: list(folder.glob(".ahead.*/*")))
        assert jobs.get(OWNER, book.id).stage != "binding"
        assert ended(service, book.id).state == "done"
        path = jobs.file(OWNER, book.id, "m4b")
        assert {one.name for one in folder.iterdir()} == {path.name, f"{path.name}.json"}
        first = path.read_bytes()
        path.unlink()
        assert made(service, book.id, "m4b") == path and path.read_bytes() == first
    finally:
        service.close()


@pytest.mark.night
def test_a_book_that_is_paused_leaves_nothing_of_its_file(tmp_path: Path) -> None:
    service = make(tmp_path, 0.02)
    try:
        book = service.works.books.create(OWNER, manuscript(paragraphs=8), options={"format": "m4b"})
        jobs, folder = service.works.jobs, service.works.folder / "books" / book.id
        jobs.start_book(OWNER, book.id)
        until(lambda: list(folder.glob(".ahead.*/*")))
        jobs.pause(OWNER, book.id)
        until(lambda: not list(folder.glob(".ahead.*")))
        assert folder.is_dir() and not list(folder.glob("*.m4b"))
    finally:
        service.close()


@pytest.mark.parametrize("form", FORMS)
def test_other_formats_are_made_in_the_background_and_decode_whole(service: WholeService, job: Job, form: str) -> None:
    path = made(service, job.id, form)
    assert abs(seconds(path) - job.duration_s) < 0.2
    assert read_label(path) is not None


@pytest.mark.night
def test_who_asks_too_early_for_a_format_is_told_to_come_again(service: WholeService, job: Job) -> None:
    with pytest.raises(StudioError) as early:
        service.works.jobs.file(OWNER, job.id, "zip")
    assert early.value.code == "book_binding" and early.value.retry_after_s
    assert made(service, job.id, "zip").stat().st_size > 1000


def test_a_chapter_is_a_file_with_the_samples_of_its_parts(service: WholeService, job: Job) -> None:
    part = service.works.records.parts_of(job.id)[1]
    whole = service.works.jobs.file(OWNER, job.id, "wav", 2)
    heard = service.works.jobs.sound(OWNER, part.id)
    assert np.allclose(samples(whole)[: heard.size] / 32767, heard, atol=1e-6)
    with pytest.raises(StudioError) as none:
        service.works.jobs.file(OWNER, job.id, "wav", 9)
    assert none.value.code == "no_chapter"


def test_subtitles_of_the_whole_book_go_on_through_all_chapters(service: WholeService, job: Job) -> None:
    text = service.works.jobs.file(OWNER, job.id, "srt").read_text(encoding="utf-8")
    assert text.count(" --> ") == 24 and text.index("春一号") < text.index("夏一号") < text.index("秋一号")
    last = text.strip().split("\n\n")[-1].splitlines()[1].split(" --> ")[1]
    hours, minutes, rest = last.replace(",", ".").split(":")
    end_s = int(hours) * 3600 + int(minutes) * 60 + float(rest)
    assert abs(end_s - job.duration_s) < 0.5


@pytest.mark.night
def test_a_deck_for_anki_has_a_deck_for_each_chapter(service: WholeService, job: Job, tmp_path: Path) -> None:
    jobs, files = service.works.jobs, service.works.book_files
    whole = opened(made(service, job.id, "apkg").read_bytes())
    assert "apkg" in [one.form for one in files.listed(OWNER, job.id) if one.state == "ready"]
    title = service.works.books.get(OWNER, job.id).title
    decks = [f"{title}::{number:02d} {name}" for number, name in enumerate(["第一章", "第二章", "第三章"], start=1)]
    assert list(dict.fromkeys(note.deck for note in whole.notes)) == decks
    parts = service.works.records.parts_of(job.id)
    told = [Subtitles.of(jobs.plan(OWNER, part.id)).sentences for part in parts]
    assert [note.text for note in whole.notes] == [one.text for sentences in told for one in sentences]
    sounds = (
        sentence_sound(jobs.sound(OWNER, part.id), part.sample_rate, one)
        for part, sentences in zip(parts, told, strict=True)
        for one in sentences
    )
    for note, sound in zip(whole.notes, sounds, strict=True):
        path = tmp_path / "one.mp3"
        path.write_bytes(note.sound)
        heard = samples(path)
        assert abs(heard.size - sound.size) <= 1 and np.corrcoef(heard[: sound.size], sound[: heard.size])[0, 1] > 0.5
        assert read_label(path) is not None
    second = opened(jobs.file(OWNER, job.id, "apkg", 2).read_bytes())
    assert [(note.id, note.guid, note.deck) for note in second.notes] == [
        (note.id, note.guid, note.deck) for note in whole.notes if note.deck == decks[1]
    ]


def sentence_sound(sound: npt.NDArray[np.float32], rate: int, one: SubtitleSentence) -> npt.NDArray[np.float32]:
    return sound[round(one.start_s * rate) : round(one.end_s * rate)]


def test_a_changed_book_has_other_files_and_the_old_ones_go(service: WholeService, job: Job) -> None:
    library, jobs = service.works.books, service.works.jobs
    old = jobs.file(OWNER, job.id, "m4b")
    library.change(OWNER, job.id, title="另一本书")
    with pytest.raises(StudioError) as early:
        jobs.file(OWNER, job.id, "m4b")
    assert early.value.code == "book_binding"
    new = made(service, job.id, "m4b")
    assert new != old and not old.exists()
    library.change(OWNER, job.id, options={"chapter_pause_s": 3.0})
    assert abs(seconds(made(service, job.id, "m4b")) - (spoken_s(service, job) + 6.0)) < 0.2
    until(lambda: abs(jobs.get(OWNER, job.id).duration_s - (spoken_s(service, job) + 6.0)) < 0.2)
    assert jobs.get(OWNER, job.id).updated == job.updated, "it is none of its job's doing"


@pytest.mark.night
def test_sounds_that_were_swept_are_spoken_again(tmp_path: Path) -> None:
    service = make(tmp_path)
    book = service.works.books.create(OWNER, manuscript(), options={"format": "wav"})
    service.works.jobs.start_book(OWNER, book.id)
    assert ended(service, book.id).state == "done"
    before = samples(service.works.jobs.file(OWNER, book.id, "wav"))
    service.close()
    for path in (tmp_path / "works" / "sounds").rglob("*.flac"):
        path.unlink()
    for path in (tmp_path / "works" / "books").rglob("*.wav*"):
        path.unlink()
    count = len(stories(tmp_path))
    again = make(tmp_path)
    path = made(again, book.id, "wav")
    assert np.array_equal(samples(path), before) and len(stories(tmp_path)) == count + 21
    again.close()


@pytest.mark.night
def test_the_files_of_a_book_that_is_gone_are_swept(tmp_path: Path) -> None:
    service = make(tmp_path)
    book = service.works.books.create(OWNER, manuscript())
    service.works.jobs.start_book(OWNER, book.id)
    assert ended(service, book.id).state == "done"
    folder = service.works.jobs.file(OWNER, book.id, "m4b").parent
    service.works.sweep()
    assert folder.exists()
    gone = tmp_path / "works" / "books" / "nobody"
    folder.rename(gone)
    service.works.sweep()
    assert not gone.exists()
    service.close()


def test_a_book_under_way_has_no_whole_file_but_its_chapters_that_are_done(tmp_path: Path) -> None:
    service = make(tmp_path, 0.05)
    book = service.works.books.create(OWNER, manuscript())
    jobs = service.works.jobs
    jobs.start_book(OWNER, book.id)
    until(lambda: jobs.get(OWNER, book.id).segments_done > 9)
    with pytest.raises(StudioError) as early:
        jobs.file(OWNER, book.id, "m4b")
    assert early.value.code == "job_unfinished"
    assert seconds(jobs.file(OWNER, book.id, "mp3", 1)) > 1
    assert ended(service, book.id).state == "done"
    service.close()
