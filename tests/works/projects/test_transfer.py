"""A project goes to another machine and is there as it was; what is wrong with a file that comes in is told."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.plan import editing_file
from indextts.plan.editing import EditSession
from indextts.plan.edits import ReadingEdit, apply
from indextts.plan.fixes import fixes_of
from indextts.plan.request import DirectionSpan, ReadingSpan, RoleSpan, SpeechRequest
from indextts.platform.config import Config
from indextts.platform.serving_config import CacheConfig
from indextts.reading.lexicon.entry import from_fields
from indextts.works.db import quota
from indextts.works.db.database import JobRow
from indextts.works.db.requests import kept_request, request_of
from indextts.works.projects.exchange import MANIFEST, Reader
from indextts.works.projects.projects import Project
from indextts.works.projects.take_form import Said
from indextts.works.projects.transfer import Transfer
from indextts.works.running.runner import Runner
from indextts.works.running.work import Work
from indextts.works.works import Works
from tests.support.lines import read
from tests.support.services import make_service
from tests.support.tiny_voice import make_tiny_voice
from tests.support.whole import WholeService

ME, OTHER = "local", "somebody"
TEXT = "今天天气很好。我们去重庆吧！"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeService]:
    config = Config(cache_dir=tmp_path_factory.mktemp("cache_hub"))
    make_tiny_voice(config.models_path)
    service = make_service(config)
    yield service
    service.close()


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    """Works of another machine."""
    config = Config(cache_dir=tmp_path_factory.mktemp("elsewhere"))
    make_tiny_voice(config.models_path)
    service = make_service(config)
    yield service.works
    service.close()


@pytest.fixture(scope="module")
def project(service: WholeService) -> Project:
    """With a take, and one that is an edit of it."""
    works = service.works
    words = [{"word": "重庆", "reading": "zhong4 qing4"}]
    made = works.projects.create(ME, text=TEXT, settings={"speed": 1.25}, speakers={"A": "x"}, dictionary=words)
    first = spoken(works, SpeechRequest(TEXT, words=works.projects.words(ME, made.id)), project=made.id)
    edited = works.jobs.plan(ME, first)
    edited.segments[0].tokens[0].pitch_shift = 2.0
    second = spoken(works, edited, project=made.id, before=first)
    works.jobs.change(ME, second, favourite=True, title="第二条")
    works.projects.keep_editor(ME, made.id, editing_file.packed(EditSession(works.jobs.plan(ME, second), second)))
    return works.projects.get(ME, made.id)


def spoken(works: Works, what: Any, **how: Any) -> str:
    job = works.jobs.start(ME, what, **how)
    for now in works.jobs.follow(ME, job.id):
        job = now
    assert job.state == "done", job.error
    works.jobs.settle(ME, 60)
    return job.id


@pytest.fixture(scope="module")
def packed(service: WholeService, project: Project) -> bytes:
    file = io.BytesIO()
    assert service.works.transfer.export(ME, project.id, file) == "今天天气很好"
    return file.getvalue()


@pytest.mark.night
def test_what_ended_a_moment_ago_goes_out_with_its_plan(service: WholeService, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Runner._finish

    def late(self: Runner, work: Work, columns: dict[str, Any]) -> None:
        time.sleep(0.5)
        write(self, work, columns)

    monkeypatch.setattr(Runner, "_finish", late)
    works = service.works
    made = works.projects.create(ME, text=TEXT)
    job = works.jobs.start(ME, SpeechRequest(TEXT), project=made.id)
    assert [now.state for now in works.jobs.follow(ME, job.id)][-1] == "done"
    file = io.BytesIO()
    works.export_project(ME, made.id, file)
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read(f"jobs/{job.id}.json"))["plan"]["text"] == TEXT
    job = works.jobs.start(ME, SpeechRequest("再见。"), project=made.id)
    assert [now.state for now in works.jobs.follow(ME, job.id)][-1] == "done"
    copied = takes(works, works.duplicate_project(ME, made.id).id)
    assert [one.state for one in copied] == ["done", "done"]
    assert all(works.records.kept(one.id, "plan") for one in copied)


def takes(works: Works, project: str, owner: str = ME) -> list[JobRow]:
    with works.records.database.reading() as session:
        rows = session.query(JobRow).filter(JobRow.project_id == project, JobRow.owner == owner)
        return rows.order_by(JobRow.created).all()


def repacked(packed: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The same with other parts, and a list of parts that fits them; ``change`` gets the contents by their names."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        raw = {name: archive.read(name) for name in archive.namelist()}
    parts: dict[str, Any] = {name: json.loads(data) if name.endswith(".json") else data for name, data in raw.items()}
    change(parts)
    done = {name: data if isinstance(data, bytes) else json.dumps(data).encode() for name, data in parts.items()}
    if isinstance(parts[MANIFEST], dict):
        parts[MANIFEST]["parts"] = {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in done.items()
            if name != MANIFEST
        }
        done[MANIFEST] = json.dumps(parts[MANIFEST]).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in done.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_project_is_on_another_machine_as_it_was_here(
    service: WholeService, project: Project, packed: bytes, elsewhere: Works
) -> None:
    there = elsewhere.transfer.import_(OTHER, io.BytesIO(packed))
    assert there.id != project.id
    for name in ("text", "settings", "speakers", "dictionary", "title", "takes"):
        assert getattr(there, name) == getattr(project, name), name
    old, new = takes(service.works, project.id), takes(elsewhere, there.id, OTHER)
    assert [take.title for take in new] == [take.title for take in old]
    assert [take.favourite for take in new] == [False, True] and new[1].before == new[0].id
    for before, after in zip(old, new, strict=True):
        here = service.works.jobs.sound(ME, before.id)
        assert here.size and np.array_equal(elsewhere.jobs.sound(OTHER, after.id), here)
        assert elsewhere.jobs.plan(OTHER, after.id) == service.works.jobs.plan(ME, before.id)
    editor = elsewhere.projects.editor(OTHER, there.id)
    ours = service.works.projects.editor(ME, project.id)
    assert ours is not None and editor is not None
    assert zlib.decompress(editor) == zlib.decompress(ours).replace(old[1].id.encode(), new[1].id.encode())
    assert editing_file.unpacked(editor, max_chars=100).take_id == new[1].id
    assert elsewhere.projects.list(ME)[1] == 0


@pytest.mark.parametrize("piece", [1, 7, 2**20])
def test_what_the_editor_keeps_names_the_voices_as_they_are_here(
    service: WholeService, project: Project, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(editing_file, "_PIECE", piece)
    take = takes(service.works, project.id)[0]
    plan = service.works.jobs.plan(ME, take.id)
    plan.segments[0].voice, plan.segments[1].voice = "own-2", "own-3"
    data = editing_file.packed(EditSession(plan, take.id))
    named: dict[str, str] = {}
    assert zlib.decompress(editing_file.with_take(data, {}, voices=named)) == zlib.decompress(data)
    assert named == {"own-2": "own-2", "own-3": "own-3"}
    there = editing_file.with_take(data, {}, voices={"own-2": "own-3", "own-3": "own-20"})
    now = editing_file.unpacked(there, max_chars=100).plan.utterance()
    assert [segment.voice for segment in now.segments] == ["own-3", "own-20"]


def test_words_of_its_own_were_spoken_and_go_with_it(service: WholeService, project: Project) -> None:
    first = takes(service.works, project.id)[0]
    plan = service.works.jobs.plan(ME, first.id)
    readings = [token.reading for segment in plan.segments for token in segment.tokens if token.text in "重庆"]
    assert readings == ["zhong4", "qing4"]


def test_what_was_fixed_before_goes_with_a_take(service: WholeService, elsewhere: Works) -> None:
    works = service.works
    made = works.projects.create(ME, text=TEXT)
    first = spoken(works, SpeechRequest(TEXT), project=made.id)
    plan = works.jobs.plan(ME, first)
    edit = ReadingEdit(0, 0, "jin4")
    second = spoken(works, apply(plan, [edit]), project=made.id, before=first)
    asked = SpeechRequest(f"{TEXT}再见。", fixed=fixes_of(works.jobs.plan(ME, second)))
    spoken(works, asked, project=made.id)
    file = io.BytesIO()
    works.export_project(ME, made.id, file)
    there = elsewhere.transfer.import_(OTHER, io.BytesIO(file.getvalue()))
    requests = [elsewhere.jobs.request(OTHER, take.id) for take in takes(elsewhere, there.id, OTHER)]
    assert [one.fixed for one in requests if one.text == asked.text] == [asked.fixed]

    def damage(parts: dict[str, Any]) -> None:
        for part in parts.values():
            if isinstance(part, dict) and "fixed" in (part.get("request") or ()):
                part["request"]["fixed"] = '{"text": 3}'

    with pytest.raises(StudioError, match="cannot be spoken"):
        elsewhere.transfer.import_(OTHER, io.BytesIO(repacked(file.getvalue(), damage)))


def test_a_request_may_hold_in_a_file_whatever_the_database_keeps_of_one() -> None:
    word = from_fields({"word": "重庆", "reading": "chong2 qing4"})
    request = SpeechRequest(
        "你好", speakers={"A": "x"}, words=(word,), people=(word,), literal=True, language="zh",
        roles=(RoleSpan(0, 1, "x", "happy", 0.5, 1.0),), fixes=(ReadingSpan(0, 1, "ni3"),),
        fixed=fixes_of(apply(read("你好。"), [ReadingEdit(0, 0, "ni4")])),
        directions=(DirectionSpan(0, 2, "sad", 0.4, after_s=1.5), DirectionSpan(1, 2, emphasis=True)),
    )  # fmt: skip
    kept = json.loads(json.dumps(kept_request(request)))
    assert {field.name for field in fields(SpeechRequest)} - {"said", "whole"} == kept.keys()
    assert request_of(Said.model_validate_json(json.dumps(kept)).model_dump()) == request


def test_a_name_may_be_given_and_the_same_file_comes_in_twice(packed: bytes, elsewhere: Works) -> None:
    one = elsewhere.transfer.import_("twice", io.BytesIO(packed), name="一")
    two = elsewhere.transfer.import_("twice", io.BytesIO(packed), name="二")
    assert (one.title, two.title) == ("一", "二") and elsewhere.projects.list("twice")[1] == 2


def test_a_sound_from_outside_never_takes_the_place_of_one_of_this_machine(
    service: WholeService, project: Project, packed: bytes, elsewhere: Works
) -> None:
    names = {name[7:-5] for name in zipfile.ZipFile(io.BytesIO(packed)).namelist() if name.startswith("sounds/")}
    there = elsewhere.transfer.import_("careful", io.BytesIO(packed))
    kept = {key for take in takes(elsewhere, there.id, "careful") for key in elsewhere.records.kept(take.id, "keys")}
    assert kept and not kept & names
    assert all(elsewhere.sounds.has(key) for key in kept if key)
    # Where the very same sound is here under that name, it need not be there twice.
    here = service.works.transfer.import_(ME, io.BytesIO(packed))
    assert {
        key for take in takes(service.works, here.id) for key in service.works.records.kept(take.id, "keys")
    } == names
    service.works.projects.delete(ME, here.id)


def test_a_sound_that_is_damaged_is_left_out_and_the_rest_goes(service: WholeService, elsewhere: Works) -> None:
    works = service.works
    made = works.projects.create(ME, text="坏了一句。")
    take = spoken(works, SpeechRequest("坏了一句。好的一句！"), project=made.id)
    key = works.records.kept(take, "keys")[0]
    works.sounds.path(key).write_bytes(b"fLaC, once")
    file = io.BytesIO()
    works.transfer.export(ME, made.id, file)
    there = elsewhere.transfer.import_(ME, file)
    again = takes(elsewhere, there.id)[0]
    assert elsewhere.jobs.sound(ME, again.id).size == works.jobs.sound(ME, take).size, "it is spoken again"
    elsewhere.projects.delete(ME, there.id)


def job_of(parts: dict[str, Any]) -> dict[str, Any]:
    job: dict[str, Any] = next(value for name, value in parts.items() if name.startswith("jobs/"))
    return job


def sound_of(parts: dict[str, Any]) -> str:
    return next(name for name in parts if name.startswith("sounds/"))


def put(*path: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    """Change one value of the first take."""

    def change(parts: dict[str, Any]) -> None:
        at: Any = job_of(parts)
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value

    return change


WRONG: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (put("state", value="dancing"), "state"),
    (put("id", value="another".ljust(22, "-")), "does not fit its name"),
    (put("colour", value="red"), "colour"),
    (put("segments_total", value=-1), "segments_total"),
    (put("duration_s", value="long"), "duration_s"),
    (put("keys", value=["../../etc/passwd"]), "keys"),
    (put("keys", value=["ab" * 32]), "do not fit its sounds"),
    (put("format", value="exe"), "does not fit"),
    (put("request", "settings", "speed", value="fast"), "speed"),
    (put("request", "settings", "colour", value="red"), "colour"),
    (put("request", "text", value="a\0b"), "cannot be spoken"),
    (put("request", "words", value=[{"word": "重庆", "reading": "zhong9"}]), "cannot be spoken"),
    (put("error", value={"code": "disk_full", "details": {"path": ["a"]}, "retry_after_s": None}), "cannot be spoken"),
    (put("stages", value=[["text", "soon"]]), "stages"),
    (put("plan", value={"text": "x"}), "cannot be spoken"),
    (put("plan", "segments", 0, "tokens", 0, "duration_scale", value=1e9), "cannot be spoken"),
    (put("plan", "segments", 0, "pause_after_s", value=1e9), "cannot be spoken"),
    (put("segments", 0, "tail", value=10**9), "do not fit together"),
    (put("segments", 0, "begin", value=5), "do not fit together"),
    (put("segments", 1, "index", value=7), "do not fit together"),
    (put("segments", 0, "words", value=[{"text": "x"}]), "words"),
    (put("segments", value=[5]), "in it: segments.0"),
    (lambda parts: parts.update({sound_of(parts): b"fLaC and no more"}), "no sound of this program"),
    (lambda parts: parts.update({f"sounds/{'cd' * 32}.flac": parts[sound_of(parts)]}), "belongs to no take"),
    (lambda parts: parts[MANIFEST].update(sample_rate=48_000), "Hz"),
    (lambda parts: parts[MANIFEST].update(project=None), "its project is missing"),
    (lambda parts: parts[MANIFEST].update(project={}), "its project is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), WRONG, ids=[f"{n} {said}" for n, (_, said) in enumerate(WRONG)])
def test_a_file_with_something_wrong_in_it_is_refused_whole(
    packed: bytes, elsewhere: Works, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    with pytest.raises(StudioError) as raised:
        elsewhere.transfer.import_("strict", io.BytesIO(repacked(packed, change)))
    assert raised.value.code == "bad_project_file" and said in str(raised.value), raised.value
    assert elsewhere.projects.list("strict")[1] == 0


def test_a_sound_that_is_hours_of_silence_is_refused_before_it_is_unpacked(packed: bytes, elsewhere: Works) -> None:
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, np.zeros(24_000 * 601, np.int16), 24_000, format="FLAC")
    assert len(file.getvalue()) < 200_000
    bomb = repacked(packed, lambda parts: parts.update({sound_of(parts): file.getvalue()}))
    with pytest.raises(StudioError, match="no sound of this program"):
        elsewhere.transfer.import_("strict", io.BytesIO(bomb))


def test_wrong_contents_of_the_project_are_told_as_everywhere(packed: bytes, elsewhere: Works) -> None:
    def change(parts: dict[str, Any]) -> None:
        parts[MANIFEST]["project"]["dictionary"] = [{"word": "重庆", "reading": "zhong9"}]

    with pytest.raises(StudioError) as raised:
        elsewhere.transfer.import_("strict", io.BytesIO(repacked(packed, change)))
    assert raised.value.code == "bad_reading"


def test_ids_are_those_of_this_program_and_the_editor_keeps_what_is_no_id(packed: bytes, elsewhere: Works) -> None:
    def short(parts: dict[str, Any]) -> None:
        name = next(one for one in parts if one.startswith("jobs/"))
        parts["jobs/a.json"] = {**parts.pop(name), "id": "a"}

    with pytest.raises(StudioError, match=r"jobs/a\.json does not belong"):
        elsewhere.transfer.import_("strict", io.BytesIO(repacked(packed, short)))
    others: list[bytes] = [b"a" * 1000, zlib.compress(b"a" * 1000), zlib.compress(b'{"take":"%s"}' % (b"x" * 22))]
    for other in others:
        changed = repacked(packed, functools.partial(dict.update, **{"editor.bin": other}))
        with pytest.raises(StudioError, match="not what the editor keeps"):
            elsewhere.transfer.import_("strict", io.BytesIO(changed))
    assert elsewhere.projects.list("strict")[1] == 0


def test_an_id_in_a_text_of_the_editor_is_a_text(service: WholeService, elsewhere: Works) -> None:
    """A take is renamed where the editor names it, and nowhere else."""
    works = service.works
    made = works.projects.create(ME, text="x")
    take = spoken(works, SpeechRequest("好。"), project=made.id)
    plan = works.jobs.plan(ME, take)
    plan.segments[0].tokens[0].pos = take
    works.projects.keep_editor(ME, made.id, editing_file.packed(EditSession(plan, take)))
    file = io.BytesIO()
    works.transfer.export(ME, made.id, file)
    for there, owner, library in (
        (elsewhere.transfer.import_(OTHER, file), OTHER, elsewhere),
        (works.projects.duplicate(ME, made.id), ME, works),
    ):
        kept = library.projects.editor(owner, there.id)
        assert kept is not None
        session = editing_file.unpacked(kept, max_chars=100)
        assert session.take_id == takes(library, there.id, owner)[0].id != take
        assert session.plan.utterance().segments[0].tokens[0].pos == take


def test_what_does_not_fit_the_room_is_refused_whole(
    packed: bytes, elsewhere: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "_LEAST_BYTES", 0)
    most = CacheConfig(works_mb=0)
    full = Transfer(elsewhere.projects, elsewhere.records, elsewhere.sounds, lambda _: {}, most)
    with pytest.raises(StudioError) as raised:
        full.import_("full", io.BytesIO(packed))
    assert raised.value.code == "works_full" and elsewhere.projects.list("full")[1] == 0


def test_others_write_while_a_file_is_read(packed: bytes, elsewhere: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a file is read while the database is held."""
    read = Reader.part

    def part(self: Reader, name: str) -> bytes:
        writer = threading.Thread(target=lambda: elsewhere.projects.create("beside", text="x"))
        writer.start()
        writer.join(30)
        assert not writer.is_alive(), "it waits for the import"
        return read(self, name)

    monkeypatch.setattr(Reader, "part", part)
    elsewhere.transfer.import_("beside", io.BytesIO(packed))
    assert elsewhere.projects.list("beside")[1] > 2


def test_a_take_that_was_being_spoken_waits_where_it_comes_in(packed: bytes, elsewhere: Works) -> None:
    there = elsewhere.transfer.import_("waits", io.BytesIO(repacked(packed, put("state", value="running"))))
    assert sorted(take.state for take in takes(elsewhere, there.id, "waits")) == ["done", "paused"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spots=st.lists(st.tuples(st.floats(0.0, 1.0), st.binary(min_size=1, max_size=8)), min_size=1, max_size=5))
def test_broken_files_are_refused_in_one_sentence_or_whole(
    packed: bytes, elsewhere: Works, spots: list[tuple[float, bytes]]
) -> None:
    data = bytearray(packed)
    for place, change in spots:
        at = int(place * len(data))
        data[at : at + len(change)] = change
    try:
        there = elsewhere.transfer.import_("fuzz", io.BytesIO(bytes(data)))
    except StudioError as error:
        assert error.code == "bad_project_file"
        return
    assert there.text == TEXT
    elsewhere.projects.delete("fuzz", there.id)


values: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.just([])
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), value=values)
def test_whatever_stands_in_a_take_it_is_taken_or_refused(
    packed: bytes, elsewhere: Works, data: st.DataObject, value: Any
) -> None:
    def change(parts: dict[str, Any]) -> None:
        at: Any = job_of(parts)
        while True:
            step = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
            if not isinstance(at[step], (dict, list)) or not at[step] or data.draw(st.integers(0, 5)) == 0:
                at[step] = value
                return
            at = at[step]

    try:
        there = elsewhere.transfer.import_("fuzz", io.BytesIO(repacked(packed, change)))
    except StudioError as error:
        assert error.code == "bad_project_file", error
        return
    for take in takes(elsewhere, there.id, "fuzz"):
        elsewhere.jobs.get("fuzz", take.id).told("zh")
        elsewhere.jobs.stretches("fuzz", take.id)
    elsewhere.projects.delete("fuzz", there.id)
