"""What is edited is kept in its project, and is there after a restart of the server; a tiny voice."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from indextts.engines.embedded import engine as embedded
from indextts.platform.config import Config
from indextts.service.owner import LOCAL
from indextts.studio.tabs.speak.actions import Actions
from tests.support.editing import Desk
from tests.support.services import HeldEngine, make_service
from tests.support.takes import generate
from tests.support.whole import WholeService


@pytest.fixture(scope="module")
def engine(config: Config) -> HeldEngine:
    return HeldEngine(embedded.load(config))


@pytest.fixture
def services(config: Config, engine: HeldEngine) -> Iterator[list[WholeService]]:
    """The server, as often as it is started over the same disk; the last one runs."""
    started: list[WholeService] = [make_service(config, engine)]
    yield started
    started[-1].close()


def desk_of(service: WholeService, text: str = "") -> Desk:
    desk = Desk(Actions(service, service.works), "")
    if text:
        desk.take = generate(desk.actions, text)
    return desk


def restarted(services: list[WholeService], config: Config, engine: HeldEngine) -> WholeService:
    services[-1].close()
    services.append(make_service(config, engine))
    return services[-1]


def test_after_a_restart_the_plan_is_there_with_its_takes_and_locks_and_can_be_undone(
    services: list[WholeService], config: Config, engine: HeldEngine
) -> None:
    project = services[0].works.projects.create(LOCAL, text="甲乙。丙丁。").id
    desk = desk_of(services[0], "甲乙。丙丁。")
    desk.load(project=project)
    desk.ask(action="pitch", segment=0, token=0, value=3)
    desk.ask(action="again", segment=1)
    desk.ask(action="text", segment=1, text="丙丁戊。")
    desk.ask(action="lock", segment=0, value=True)
    desk.ask(action="undo")
    fresh = desk_of(restarted(services, config, engine))
    answer = fresh.load(project=project, plan=desk.plan["id"])
    first, second = answer["all"]
    assert answer["id"] != desk.plan["id"] and answer["take"] == desk.plan["take"]
    assert first["tokens"][0]["pitch"] == 3 and not first["locked"]
    assert second["text"] == "丙丁戊。" and [one["name"] for one in second["versions"]] == ["A", "B"]
    assert fresh.ask(action="redo")["changed"]["0"]["locked"]
    for _ in range(4):
        answer = fresh.ask(action="undo")
    assert not answer["undo"] and answer["assembled"]


def test_it_is_kept_a_moment_after_a_change_without_being_asked(services: list[WholeService]) -> None:
    projects = services[0].works.projects
    project = projects.create(LOCAL, text="甲乙。").id
    desk = desk_of(services[0], "甲乙。")
    desk.load()
    desk.ask(action="pitch", segment=0, token=0, value=3, project=project)
    ends = time.monotonic() + 30
    while not projects.editor(LOCAL, project):
        assert time.monotonic() < ends
        time.sleep(0.02)
    other = desk_of(services[0])
    other.editor = desk.editor
    services[0].editor = desk.editor
    assert other.load(project=project)["id"] == desk.plan["id"], "another window has the same plan"


def test_another_plan_does_not_take_the_place_of_what_a_project_keeps(
    services: list[WholeService], config: Config, engine: HeldEngine
) -> None:
    project = services[0].works.projects.create(LOCAL, text="甲乙。").id
    desk = desk_of(services[0], "甲乙。")
    desk.load(project=project)
    desk.ask(action="pitch", segment=0, token=0, value=3)
    fresh = desk_of(restarted(services, config, engine), "别的。")
    fresh.load()
    fresh.ask(action="pitch", segment=0, token=0, value=1, project=project)
    kept = fresh.load(project=project)
    assert kept["all"][0]["text"] == "甲乙。" and kept["all"][0]["tokens"][0]["pitch"] == 3
    assert fresh.asked("POST", "/v1/editor", json={"project": "not-there"}) == {"empty": True}


def test_what_cannot_be_read_is_told_and_stays_as_it_is(services: list[WholeService]) -> None:
    projects = services[0].works.projects
    project = projects.create(LOCAL, text="甲乙。").id
    projects.keep_editor(LOCAL, project, b"from another version")
    desk = desk_of(services[0], "甲乙。")
    answer = desk.load(project=project)
    assert "cannot be loaded" in answer["told"] and answer["all"][0]["text"] == "甲乙。"
    desk.ask(action="pitch", segment=0, token=0, value=3, project=project)
    desk.editor.close()
    assert projects.editor(LOCAL, project) == b"from another version"
