"""A film's subtitles as a book: one track as long as the film, every cue at its time, whatever comes between."""

from __future__ import annotations

import multiprocessing
import random
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from indextts.books import parts
from indextts.books.model import Chapter, Manuscript
from indextts.books.reading.subtitles import SUBTITLE_ENDINGS
from indextts.platform.config import Config
from indextts.service.preload import Preloader
from indextts.works.db.records import SUBTITLES
from tests.support.books import CUES, ended, live_with_dub, stories, subtitles
from tests.support.restarted import OWNER, make
from tests.support.waiting import until
from tests.support.whole import WholeService

SAID = [
    *(("你好，世界。", 0.8), ("今天天气很好。", 3.2), ("我们明天早上八点出发。", 5.9)),
    *(("好的。", 9.1), ("Good morning!", 11.3), ("再见。", 13.7)),
]
LENGTH_S = 17.25
KILLS = 2


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_MOST_TIMED", 26)


@pytest.mark.usefixtures("short_parts")
def test_every_cue_of_the_file_begins_within_twenty_milliseconds_of_its_time(
    real_config: Config, tmp_path: Path
) -> None:
    (tmp_path / "models").symlink_to(real_config.models_path)
    config = real_config.model_copy(update={"cache_dir": tmp_path})
    service = WholeService(config, preloader=Preloader(config))
    service.preloader.wait(120)
    options = {"format": "wav", "fit": True, "length_s": LENGTH_S}
    book = service.works.books.create(OWNER, subtitles(SAID), options=options).id
    service.works.jobs.start_book(OWNER, book)
    done = ended(service, book)
    assert done.state == "done", done.error
    assert len(service.works.records.parts_of(book)) == 2 and done.cached == 0
    cues = service.works.doubts.cues(OWNER, book)
    assert [one.cue.text for one in cues] == [line for line, _ in SAID]
    assert {one.cue.state for one in cues} <= {"fits", "faster"}

    sound, rate = soundfile.read(service.works.jobs.file(OWNER, book, "wav"))
    assert sound.size == round(LENGTH_S * rate)
    for line, begin_s in SAID:
        at, near = round(begin_s * rate), round(0.02 * rate)
        assert np.abs(sound[at - rate // 5 : at]).max() < 1e-3, line
        assert np.abs(sound[at : at + near]).max() > 1e-3, line
    service.close()


@pytest.mark.usefixtures("short_parts")
def test_a_cue_that_is_too_long_for_the_end_of_its_part_moves_the_next_part_and_changing_it_moves_it_back(
    tmp_path: Path,
) -> None:
    service = make(tmp_path)
    library = service.works.books
    long = "这是一句长得怎么也放不进去的话的故事，说起来要很久。"
    film = subtitles([(long, 0.0), ("短的故事。", 2.0), ("完了的故事。", 12.0)], lasts_s=1.5)
    book = library.create(OWNER, film, options={"format": "wav", "fit": True, "length_s": 15.0}).id
    service.works.jobs.start_book(OWNER, book)
    assert ended(service, book).state == "done"
    first, second, third = (one.cue for one in service.works.doubts.cues(OWNER, book))
    assert (first.state, second.state) == ("over", "late")
    assert (first.delays, second.late_by) == (1, long)  # though they are of two parts
    assert second.starts_s >= first.ends_s > 2.0 and third.drift_s == pytest.approx(0.0, abs=1e-3)
    assert [one.text for one in service.works.doubts.page(OWNER, book, kind="cue").doubts][:1] == [long]
    before = stories(tmp_path)

    text = library.chapter(OWNER, book, 1).text
    library.change_chapter(OWNER, book, 1, text=text.replace(long, "快的故事。"))
    service.works.jobs.start_book(OWNER, book)
    assert ended(service, book).state == "done"
    assert all(one.cue.state in ("fits", "faster", "squeezed") for one in service.works.doubts.cues(OWNER, book))
    assert set(stories(tmp_path)[len(before) :]) <= {"快的故事。", "短的故事。"}
    sound = soundfile.info(service.works.jobs.file(OWNER, book, "wav"))
    assert sound.duration == 15.0
    service.close()


def test_a_film_that_is_silent_for_long_has_its_sound_and_its_captions_in_step(tmp_path: Path) -> None:
    service = make(tmp_path)
    film = subtitles([("一天的故事。", 1300.0), ("二天的故事。", 1950.0)])
    options = {"format": "wav", "fit": True, "length_s": 2000.0}
    book = service.works.books.create(OWNER, film, options=options).id
    service.works.jobs.start_book(OWNER, book)
    assert ended(service, book).state == "done"
    assert {one.cue.state for one in service.works.doubts.cues(OWNER, book)} == {"fits"}
    sound, rate = soundfile.read(service.works.jobs.file(OWNER, book, "wav"), dtype="int16")
    heard = np.flatnonzero(np.abs(sound) > 30) / rate
    assert sound.size == 2000 * rate and heard[0] == pytest.approx(1300.0, abs=0.05)
    assert heard[heard > 1500][0] == pytest.approx(1950.0, abs=0.05)
    subtitles_made = service.works.jobs.file(OWNER, book, "srt").read_text(encoding="utf-8")
    assert "00:21:40," in subtitles_made and "00:32:30," in subtitles_made and subtitles_made.count("-->") == 2
    service.close()


@pytest.mark.night
def test_a_film_outlives_kills_and_keeps_every_sentence_that_was_spoken(tmp_path: Path) -> None:
    folder, moments = tmp_path / "killed", random.Random(14)
    folder.mkdir()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.restarted"])
    for number in range(KILLS):
        process = context.Process(target=live_with_dub, args=(folder, number, 0.05))
        process.start()
        ready = folder / f"ready-{number}"
        until(lambda: ready.exists() or not process.is_alive())  # noqa: B023
        before = len(stories(folder))
        until(lambda: len(stories(folder)) >= before + 2)  # noqa: B023
        time.sleep(moments.uniform(0.0, 0.05))
        process.kill()
        process.join()
    heard = []
    for where in (folder, tmp_path / "alone"):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(parts, "_MOST_TIMED", 12)
            service = make(where)
            service.works.start()
            library = service.works.books
            if not library.listed(OWNER)[0]:
                options = {"format": "wav", "fit": True, "length_s": 20.0}
                service.works.jobs.start_book(OWNER, library.create(OWNER, subtitles(CUES), options=options).id)
            (book,) = library.listed(OWNER)[0]
            assert ended(service, book.id).state == "done"
            heard.append(soundfile.read(service.works.jobs.file(OWNER, book.id, "wav"))[0])
            service.close()
    assert np.array_equal(*heard) and heard[0].size == 20 * 24_000
    assert len(stories(folder)) <= len(stories(tmp_path / "alone")) + KILLS


@pytest.mark.night
def test_a_film_is_paused_in_the_middle_of_a_part_and_goes_on_with_what_is_there(tmp_path: Path) -> None:
    service = make(tmp_path, 0.1)
    library, jobs = service.works.books, service.works.jobs
    book = library.create(OWNER, subtitles(CUES), options={"format": "wav", "fit": True}).id
    jobs.start_book(OWNER, book)
    until(lambda: len(stories(tmp_path)) >= 2)
    assert jobs.pause(OWNER, book).state == "paused"
    (part,) = service.works.records.parts_of(book)
    until(lambda: jobs.get(OWNER, part.id).state == "paused")
    spoken = len(stories(tmp_path))
    assert spoken < len(CUES) and jobs.get(OWNER, part.id).segments_done == 0
    jobs.resume(OWNER, book)
    done = ended(service, book)
    assert done.state == "done" and done.cached >= spoken - 1
    assert len(stories(tmp_path)) <= len(CUES) + 1
    service.close()


def test_a_job_tells_that_subtitles_are_spoken_whether_they_fit_or_came_as_such_a_file(tmp_path: Path) -> None:
    service = make(tmp_path)
    try:
        library, plainly = service.works.books, Manuscript("书", (Chapter("一", "天黑了。"),))
        fitted = library.create(OWNER, subtitles(SAID), options={"format": "wav", "fit": True}).id
        named = library.create(OWNER, plainly, source="film.VTT").id
        plain = library.create(OWNER, plainly, source="story.txt").id
        for book in (fitted, named, plain):
            service.works.jobs.start_book(OWNER, book)
            ended(service, book)
        told = [service.works.jobs.get(OWNER, book).told("en") for book in (fitted, named, plain)]
        assert [one["dub"] for one in told] == [True, True, False]
        assert {one["kind"] for one in told} == {"book"}
    finally:
        service.close()


def test_the_endings_of_subtitles_are_those_that_are_read() -> None:
    assert frozenset(SUBTITLE_ENDINGS) == SUBTITLES


def test_a_film_in_the_making_tells_how_far_it_is_and_how_long_it_will_take(tmp_path: Path) -> None:
    service = make(tmp_path, 0.1)
    try:
        book = service.works.books.create(OWNER, subtitles(CUES), options={"format": "wav", "fit": True}).id
        service.works.jobs.start_book(OWNER, book)
        seen = [job for job in service.works.jobs.follow(OWNER, book) if job.state == "running"]
        shares = [job.progress for job in seen]
        # While its rounds are spoken, of which nothing can be heard yet.
        unheard = [job for job in seen if not job.segments_done]
        assert shares == sorted(shares) and len({job.progress for job in unheard if job.progress}) >= 3
        assert any(job.eta_s for job in unheard)
    finally:
        service.close()


@pytest.mark.usefixtures("short_parts")
def test_lines_of_a_film_without_names_are_given_to_people_and_only_those_parts_are_made_again(tmp_path: Path) -> None:
    service = make(tmp_path)
    try:
        works = service.works
        file = "\n\n".join(f"{at + 1}\n00:00:{3 * at + 1:02d},000 --> 00:00:{3 * at + 3:02d},500\n{line}"
                           for at, (line, _) in enumerate(CUES))  # fmt: skip
        book = works.intake.file(OWNER, "片.srt", file.encode(), options={"format": "wav"}).id

        def spoken() -> list[tuple[str, str]]:
            return [(one.speaker, one.source) for one in works.books.chapter(OWNER, book, 1).quotations]

        assert spoken() == [("", "file")] * 5
        works.jobs.start_book(OWNER, book)
        assert ended(service, book).state == "done"
        parts_before = {job.number: job.hash for job in works.records.parts_of(book)}
        cast = works.casts.say(OWNER, book, 1, 0, "妈妈")
        assert [(one.name, one.quotations) for one in cast.characters] == [("", 4), ("妈妈", 1)]
        assert cast.characters[1].role.voice  # found by the name
        works.casts.attribute(OWNER, book, works.intake.who_speaks)
        assert spoken() == [("妈妈", "user")] + [("", "file")] * 4
        works.jobs.start_book(OWNER, book)
        assert ended(service, book).state == "done"
        after = {job.number: job.hash for job in works.records.parts_of(book)}
        assert len(after) == 2 and [after[at] == parts_before[at] for at in (0, 1)] == [False, True]
        # A name that is written before a line is a person of the cast as well.
        text = works.books.chapter(OWNER, book, 1).text
        works.books.change_chapter(OWNER, book, 1, text=text.replace(CUES[4][0], f"爸爸：{CUES[4][0]}"))
        works.casts.meet(OWNER, book, 1)
        assert works.books.chapter(OWNER, book, 1).text == text and spoken()[4] == ("爸爸", "user")
        # What comes with places is brought back to the letter, as by Undo.
        whole = [{"start": 0, "end": len(f"爸爸：{text}"), "speaker": ""}]
        works.books.change_chapter(OWNER, book, 1, text=f"爸爸：{text}", quotations=whole)
        assert works.books.chapter(OWNER, book, 1).text == f"爸爸：{text}"
        people = {one.name: one.role.voice for one in works.casts.get(OWNER, book).characters}
        assert list(people) == ["", "妈妈", "爸爸"] and people["爸爸"]
    finally:
        service.close()


def test_two_who_speak_in_one_subtitle_are_given_lines_one_by_one(tmp_path: Path) -> None:
    service = make(tmp_path)
    try:
        works = service.works
        file = "1\n00:00:01,000 --> 00:00:04,000\n- 你好。\n- 再见。\n"
        book = works.intake.file(OWNER, "片.srt", file.encode()).id
        works.casts.say(OWNER, book, 1, 0, "妈妈")
        assert [one.speaker for one in works.books.chapter(OWNER, book, 1).quotations] == ["妈妈", "?"]
    finally:
        service.close()


def test_a_line_that_is_written_anew_in_review_keeps_its_speaker_or_gets_the_one_that_is_written(
    tmp_path: Path,
) -> None:
    service = make(tmp_path)
    try:
        works = service.works
        long = "这是一句长得怎么也放不进去的话的故事，说起来要很久。"
        film = subtitles([(long, 0.0), ("短的故事。", 2.0)], lasts_s=1.5)
        book = works.books.create(OWNER, film, options={"format": "wav", "fit": True}).id
        works.casts.say(OWNER, book, 1, 0, "妈妈")
        for written, name in (("再长一点也还是放不进去的话的故事，说起来要很久。", "妈妈"), ("爸爸：快。", "爸爸")):
            works.jobs.start_book(OWNER, book)
            assert ended(service, book).state == "done"
            (doubt, *_) = works.doubts.page(OWNER, book, kind="cue").doubts
            works.fixing.fix(OWNER, book, doubt=doubt.id, text=written)
            chapter = works.books.chapter(OWNER, book, 1)
            assert chapter.text.split("\n")[0] == written.removeprefix("爸爸：")
            assert [one.speaker for one in chapter.quotations] == [name, ""] and len(chapter.timed) == 2
        assert name in {one.name for one in works.casts.get(OWNER, book).characters}
    finally:
        service.close()
