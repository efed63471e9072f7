"""Projects: kept as they are changed, by their owner alone, and nothing of them is lost unseen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.works.db.database import JobRow, WorksDatabase
from indextts.works.db.model import GONE_S, new_id
from indextts.works.projects import projects
from indextts.works.projects.contents import title_of
from indextts.works.projects.projects import ProjectLibrary

ME, OTHER = "local", "somebody"


class Clock:
    """Seconds that pass as a test says."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[WorksDatabase]:
    database = WorksDatabase(tmp_path / "works" / "works.sqlite3")
    yield database
    database.close()


@pytest.fixture
def library(database: WorksDatabase, clock: Clock) -> ProjectLibrary:
    return ProjectLibrary(database, clock=clock)


def add_take(database: WorksDatabase, project: str, owner: str = ME, **more: Any) -> str:
    now = time.time()
    fields = {"id": new_id(), "owner": owner, "project_id": project, "kind": "speech", "created": now, "updated": now}
    with database.writing() as session:
        session.add(JobRow(**{**fields, "state": "done", **more}))
    return str({**fields, **more}["id"])


def takes(database: WorksDatabase, project: str) -> list[JobRow]:
    with database.reading() as session:
        rows = session.query(JobRow).filter(JobRow.project_id == project, JobRow.deleted.is_(None))
        return rows.order_by(JobRow.created).all()


def refused(code: str, work: Any) -> StudioError:
    with pytest.raises(StudioError) as raised:
        work()
    assert raised.value.code == code, raised.value
    return raised.value


def test_what_is_written_into_a_project_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "works.sqlite3"
    words = [{"word": "重庆", "reading": "chong2 qing4"}]
    first = WorksDatabase(path)
    made = ProjectLibrary(first).create(
        ME, text="你好。\nHello.", speakers={"A": "own-1"},
        settings={"speed": 1.25, "mixture": {"happy": 0.5}, "peak": None, "page": 3},
        dictionary=words,
    )  # fmt: skip
    ProjectLibrary(first).keep_editor(ME, made.id, b"what the editor keeps")
    made = ProjectLibrary(first).get(ME, made.id)
    first.close()
    second = WorksDatabase(path)
    again = ProjectLibrary(second).get(ME, made.id)
    assert again == made
    assert (again.text, again.settings["mixture"], again.speakers) == ("你好。\nHello.", {"happy": 0.5}, {"A": "own-1"})
    assert again.dictionary[0].reading == "chong2 qing4" and again.dictionary[0].kind == "pinyin"
    assert ProjectLibrary(second).editor(ME, made.id) == b"what the editor keeps"
    second.close()


def test_a_project_is_called_by_its_text_until_somebody_names_it(library: ProjectLibrary) -> None:
    made = library.create(ME)
    assert (made.name, made.title) == ("", "")
    made = library.change(ME, made.id, revision=made.revision, text="今天天气很好。我们去公园。")
    assert (made.name, made.title) == ("", "今天天气很好")
    made = library.change(ME, made.id, name="  春游 ")
    assert (made.name, made.title) == ("春游", "春游")
    assert library.change(ME, made.id, name="").title == "今天天气很好"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("", ""),
        ("  \n\n  ", ""),
        ("\n\n 第一章 开始\n第二章", "第一章 开始"),
        ("银<行|hang2>[pause 500ms][高兴]真好！[/高兴]", "银行真好！"),
        ("<speak><s>Good morning to all</s></speak>", "Good morning to all"),
        ("字" * 100, "字" * 23 + "…"),
        ("The city council met that night", "The city council met that night"),
        ("word " * 100, "word word word word word word word word word…"),
        (
            "Please leave your name, date of birth and how to reach you",
            "Please leave your name, date of birth and how…",
        ),
        ("Well, Pneumonoultramicroscopicsilicovolcanoconiosis it is", "Well…"),
        ("x" * 100, "x" * 46 + "…"),
        ("3 < 5 and more", "3 < 5 and more"),
        ("。。。", ""),
        ("1\n00:00:01,000 --> 00:00:03,000\n<i>船来了。</i>\n\n2\n", "船来了"),
        ("WEBVTT\nKind: captions\n\nintro\n00:01.000 --> 00:03.000\n船来了。", "intro"),
        ("1\n2\n3", "1"),
        ("## 渡口\n\n船来了。", "渡口"),
        ("#渡口 船来了", "#渡口 船来了"),
        ("<p>Hello <b>world</b> &amp; friends</p><p>Second</p>", "Hello world & friends"),
        ("<div>渡口</div><div>船来了。</div>", "渡口"),
        ("渡口<br>船来了。", "渡口"),
        ("<ul><li>苹果 &lt;红&gt;</li><li>梨</li></ul>", "苹果 <红>"),
    ],
)
def test_a_title_is_the_texts_beginning_without_marks(text: str, title: str) -> None:
    assert title_of(text) == title


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_every_text_has_a_short_title_on_one_line(text: str) -> None:
    title = title_of(text)
    assert len(title) <= 48 and title == title.strip() and len(title.splitlines()) <= 1


def test_the_last_changed_project_stands_first_and_search_looks_in_names_and_texts(library: ProjectLibrary) -> None:
    one = library.create(ME, text="今天天气很好。")
    two = library.create(ME, name="100% _x_", text="别的")
    three = library.create(ME, text="Good Morning")
    library.change(ME, one.id, text="今天天气真好。")

    def found(**how: Any) -> list[str]:
        rows, total = library.list(ME, **how)
        assert total >= len(rows)
        return [row.id for row in rows]

    assert found() == [one.id, three.id, two.id]
    assert found(search="天气") == [one.id] and found(search="good") == [three.id]
    assert found(search="%") == [two.id] and found(search="_X_") == [two.id] and found(search="没有") == []
    four = library.create(ME, name="Ünal’s　Ölçü ＡＢＣ-12", text="第１２章，Ёлка")
    for wanted in ("ÜNAL’S ÖLÇÜ", "ünal’s　  ölçü", "abc-１２", "ＡＢＣ", "第12章,", "ЁЛКА", "第１２章"):
        assert found(search=wanted) == [four.id], wanted
    assert found(search="％") == [two.id] and found(search="unal") == [] and found(search="ABC%12") == []
    library.delete(ME, four.id)
    library.change(ME, two.id, favourite=True)
    assert found(favourite=True) == [two.id] and found() == [one.id, three.id, two.id]
    assert found(limit=1, offset=1) == [three.id] and library.list(ME, limit=1)[1] == 3


def test_another_window_that_was_faster_is_told_and_nothing_is_overwritten(library: ProjectLibrary) -> None:
    seen = library.create(ME, text="一")
    faster = library.change(ME, seen.id, revision=seen.revision, text="二")
    error = refused("project_changed", lambda: library.change(ME, seen.id, revision=seen.revision, text="三"))
    assert error.status == 409 and library.get(ME, seen.id).text == "二"
    # What was said twice, because its answer was lost, is no quarrel; neither is another name.
    assert library.change(ME, seen.id, revision=seen.revision, text="二") == faster
    assert library.change(ME, seen.id, revision=seen.revision, name="新名").revision == faster.revision
    assert library.change(ME, seen.id, revision=faster.revision, text="三").text == "三"
    assert library.change(ME, seen.id, text="四").text == "四", "without a revision the last one wins"


def test_what_belongs_to_others_is_not_there(library: ProjectLibrary) -> None:
    mine = library.create(ME, text="我的")
    for work in (
        lambda: library.get(OTHER, mine.id),
        lambda: library.change(OTHER, mine.id, name="x"),
        lambda: library.duplicate(OTHER, mine.id),
        lambda: library.delete(OTHER, mine.id),
        lambda: library.editor(OTHER, mine.id),
        lambda: library.keep_editor(OTHER, mine.id, b""),
    ):
        refused("no_project", work)
    library.delete(ME, mine.id)
    refused("undo_gone", lambda: library.restore(OTHER, mine.id))
    refused("no_project", lambda: library.get(ME, mine.id))
    assert library.list(OTHER) == ([], 0)


def test_a_deleted_project_comes_back_with_its_takes_for_a_day(
    library: ProjectLibrary, database: WorksDatabase, clock: Clock
) -> None:
    made = library.create(ME, text="一")
    kept, gone = add_take(database, made.id), add_take(database, made.id, deleted=5.0)
    library.delete(ME, made.id)
    assert library.list(ME) == ([], 0) and takes(database, made.id) == []
    assert library.restore(ME, made.id).text == "一"
    assert [take.id for take in takes(database, made.id)] == [kept], f"{gone} was deleted by itself"
    library.delete(ME, made.id)
    clock.now += GONE_S / 2
    assert library.sweep() == 0
    clock.now += GONE_S
    assert library.sweep() == 1
    refused("undo_gone", lambda: library.restore(ME, made.id))
    with database.reading() as session:
        assert session.query(JobRow).count() == 0


def test_a_duplicate_has_everything_and_is_changed_by_itself(library: ProjectLibrary, database: WorksDatabase) -> None:
    made = library.create(ME, name="原件", text="一", settings={"speed": 1.5}, speakers={"A": "x"})
    library.keep_editor(ME, made.id, b"edits")
    first = add_take(database, made.id, plan=b"plan", keys=["k1"], created=1.0)
    add_take(database, made.id, before=first, state="running", created=2.0)
    copy = library.duplicate(ME, made.id, name="副本")
    assert (copy.name, copy.text, copy.settings, copy.speakers) == ("副本", "一", {"speed": 1.5}, {"A": "x"})
    assert copy.takes == 2 and library.editor(ME, copy.id) == b"edits"
    rows = takes(database, copy.id)
    assert rows[0].id != first and rows[1].before == rows[0].id and rows[1].state == "paused"
    with database.reading() as session:
        copied = session.get(JobRow, rows[0].id)
        assert copied is not None and (copied.plan, copied.keys) == (b"plan", ["k1"])
    library.change(ME, copy.id, text="二")
    assert library.get(ME, made.id).text == "一" and library.get(ME, made.id).takes == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": 5}, "invalid_value"),
        ({"name": "x" * 121}, "invalid_value"),
        ({"name": "a\0b"}, "invalid_value"),
        ({"text": None}, "invalid_value"),
        ({"text": "字" * 200_001}, "text_too_long"),
        ({"text": "a\0"}, "text_invalid"),
        ({"text": "\ud800"}, "text_invalid"),
        ({"settings": []}, "invalid_value"),
        ({"settings": {"x" * 65: 1}}, "invalid_value"),
        ({"settings": {"speed": float("nan")}}, "invalid_value"),
        ({"settings": {"speed": 10**400}}, "invalid_value"),
        ({"settings": {"deep": {"a": {"b": {}}}}}, "invalid_value"),
        ({"settings": dict.fromkeys(map(str, range(65)), 1)}, "invalid_value"),
        ({"settings": {"commercial": "false"}}, "invalid_value"),
        ({"settings": {"commercial": 1}}, "invalid_value"),
        ({"settings": {"voice": 123}}, "invalid_value"),
        ({"settings": {"emotion": {"happy": 1}}}, "invalid_value"),
        ({"settings": {"speed": "fast"}}, "invalid_value"),
        ({"settings": {"seed": True}}, "invalid_value"),
        ({"settings": {"sampling_beams": "many"}}, "invalid_value"),
        ({"speakers": {"A": 5}}, "invalid_value"),
        ({"dictionary": {"word": "x"}}, "invalid_value"),
        ({"dictionary": ["x"]}, "invalid_value"),
        ({"dictionary": [{"word": "重庆", "reading": "zhong9"}]}, "bad_reading"),
        ({"dictionary": [{"word": "a", "reading": "b"}, {"word": "A", "reading": "c"}]}, "entry_exists"),
        ({"dictionary": [{"word": f"w{n}", "reading": "b"} for n in range(1001)]}, "invalid_value"),
        ({"colour": "red"}, "invalid_value"),
    ],
)
def test_wrong_contents_are_refused_and_change_nothing(
    library: ProjectLibrary, fields: dict[str, Any], code: str
) -> None:
    made = library.create(ME, text="一")
    refused(code, lambda: library.create(ME, **fields))
    refused(code, lambda: library.change(ME, made.id, **fields))
    assert library.get(ME, made.id) == made and library.list(ME)[1] == 1


def test_only_words_in_use_are_spoken(library: ProjectLibrary) -> None:
    words = [{"word": "重庆", "reading": "chong2 qing4"}, {"word": "GPU", "reading": "G P U", "enabled": False}]
    made = library.create(ME, dictionary=words)
    assert [draft.word for draft in library.words(ME, made.id)] == ["重庆"]
    assert library.change(ME, made.id, dictionary=[]).revision == made.revision + 1


def test_nobody_fills_the_list_for_ever(library: ProjectLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projects, "MAX_PROJECTS", 2)
    library.create(ME)
    made = library.create(ME)
    refused("projects_full", lambda: library.create(ME))
    refused("projects_full", lambda: library.duplicate(ME, made.id))
    library.create(OTHER)
