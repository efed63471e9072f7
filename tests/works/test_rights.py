"""What is spoken in jobs, books and projects says whether it may be used commercially, and exports warn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from indextts.engines.kokoro import install
from indextts.platform.config import Config, EnginesConfig
from indextts.works.db.model import mixed
from tests.support.services import client_here, make_service
from tests.support.tiny_kokoro import make_published
from tests.support.tiny_voice import make_tiny_voice
from tests.support.waiting import until
from tests.support.whole import WholeService

FREE = {"commercial": True}
LATE_S = 30


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeService]:
    """The fast voice goes before the natural ones, so that a natural one speaks only because it has to."""
    home = tmp_path_factory.mktemp("rights")
    config = Config(cache_dir=home, engines=EnginesConfig(order=("embedded", "kokoro")))
    make_tiny_voice(config.models_path)
    install.ensure(config, local=make_published(home / "published"), fetch=lambda *_, **__: None, say=lambda _: None)
    service = make_service(config, rate_limit="1000/minute")
    yield service
    service.close()


@pytest.fixture(scope="module")
def client(service: WholeService) -> Iterator[TestClient]:
    with client_here(service) as client:
        yield client


def done(client: TestClient, job: str) -> dict[str, object]:
    until(lambda: client.get(f"/v1/jobs/{job}").json()["status"] in ("done", "failed"), LATE_S)
    told: dict[str, object] = client.get(f"/v1/jobs/{job}").json()
    assert told["status"] == "done", told["error"]
    return told


def test_a_book_for_commercial_use_warns_until_all_of_it_is_spoken_so(
    client: TestClient, service: WholeService
) -> None:
    text = "第一章\n\n今天天气很好。\n\n第二章\n\n我们去公园散步。"
    book = client.post("/v1/books", json={"text": text}).json()["id"]
    client.post(f"/v1/books/{book}/speak")
    done(client, book)
    assert client.get(f"/v1/books/{book}/files").json()["warnings"] == []
    assert client.patch(f"/v1/books/{book}", json={"settings": FREE}).status_code == 200
    (warned,) = client.get(f"/v1/books/{book}/files").json()["warnings"]
    assert warned["code"] == "mixed_rights" and "embedded" in warned["message"] and "lm" in warned["message"]
    result = f"/v1/jobs/{book}/result?format=mp3"
    until(lambda: client.get(result).status_code == 200, LATE_S)
    assert client.get(result).headers["X-Warnings"] == "mixed_rights"
    part = service.works.records.parts_of(book)[0].id
    assert client.get(f"/v1/jobs/{part}/result").headers["X-Warnings"] == "mixed_rights"
    assert client.post(f"/v1/books/{book}/feed").json()["warnings"][0]["code"] == "mixed_rights"
    client.post(f"/v1/books/{book}/speak")
    done(client, book)
    assert client.get(f"/v1/books/{book}/files").json()["warnings"] == []
    assert client.post(f"/v1/books/{book}/feed").json()["warnings"] == []
    until(lambda: client.get(result).status_code == 200, LATE_S)
    assert "X-Warnings" not in client.get(result).headers


def test_a_book_for_commercial_use_takes_no_voice_that_may_not_be(client: TestClient) -> None:
    refused = client.post("/v1/books", json={"text": "你好。", "settings": {**FREE, "voice": "baker"}})
    assert refused.status_code == 422 and refused.json()["error"]["code"] == "not_commercial"


def test_characters_of_such_a_book_get_voices_that_may_be(client: TestClient, service: WholeService) -> None:
    text = "小明说：“你好。”\n小红说：“再见。”\n小明说：“明天见。”\n小红说：“好。”"
    made = client.post("/v1/books", json={"text": text, "settings": FREE}).json()
    voices = {role.voice for name, role in service.works.books.get("local", made["id"]).cast.items() if name}
    again = client.post(f"/v1/books/{made['id']}/cast", json={})
    assert again.status_code == 200, again.text
    assert voices and all(service.router.is_free(service.router.owner(voice)) for voice in voices)


@pytest.mark.parametrize("what", ["text", "plan"])
def test_a_take_from_before_its_project_was_for_commercial_use_is_not_gone_on_with(
    client: TestClient, service: WholeService, what: str
) -> None:
    project = client.post("/v1/projects", json={"name": "a", "text": "你好。"}).json()["id"]
    text = "今天天气很好。" * 40
    body = {"text": text} if what == "text" else {"plan": client.post("/v1/plan", json={"text": text}).json()}
    take = client.post("/v1/jobs", json={**body, "project": project}).json()["id"]
    assert client.post(f"/v1/jobs/{take}/pause").json()["status"] == "paused"
    client.patch(f"/v1/projects/{project}", json={"settings": FREE})
    for language, said in (("en", "anew"), ("zh", "重新合成")):
        refused = client.post(f"/v1/jobs/{take}/resume", headers={"Accept-Language": language})
        error = refused.json()["error"]
        assert (refused.status_code, error["code"]) == (422, "not_commercial") and said in error["hint"]
    assert client.get(f"/v1/jobs/{take}").json()["status"] == "paused"
    client.patch(f"/v1/projects/{project}", json={"settings": {}})
    assert client.post(f"/v1/jobs/{take}/resume").status_code == 200
    client.post(f"/v1/jobs/{take}/cancel")


@pytest.mark.parametrize("late", [False, True], ids=["voice last", "commercial last"])
def test_a_character_whose_voice_may_not_be_is_named_before_anything_is_spoken(client: TestClient, late: bool) -> None:
    text = f"第一章 甲\n\n风来了，{late}。\n\n第二章 乙\n\n“走。”老王说。\n\n第三章 丙\n\n“好。”小红说。"
    made = client.post("/v1/books", json={"text": text, "settings": {} if late else FREE}).json()["id"]
    roles = {"老王": {"voice": "baker"}, "老李": {"voice": "baker"}, "小红": {"voice": ""}}
    assert client.patch(f"/v1/books/{made}/cast", json={"roles": roles}).status_code == 200
    assert client.patch(f"/v1/books/{made}", json={"settings": FREE}).status_code == 200
    for language, where in (("en", "of “老王” (chapter 2)"), ("zh", "“老王”（第 2 章）的")):
        refused = client.post(f"/v1/books/{made}/speak", headers={"Accept-Language": language})
        error = refused.json()["error"]
        assert (refused.status_code, error["code"]) == (422, "not_commercial") and where in error["message"]
    # A role of nobody who speaks, or of a chapter that is off, is no matter.
    client.patch(f"/v1/books/{made}", json={"on": [1, 3]})
    assert client.post(f"/v1/books/{made}/speak").status_code == 202
    done(client, made)
    client.patch(f"/v1/books/{made}", json={"on": [1, 2]})
    assert client.post(f"/v1/books/{made}/speak").status_code == 422
    client.patch(f"/v1/books/{made}/cast", json={"roles": {"老王": {"voice": "default"}}})
    assert client.post(f"/v1/books/{made}/speak").status_code == 202
    assert done(client, made)["not_free"] == []


def test_a_job_says_what_of_it_is_not_free(client: TestClient) -> None:
    plain = client.post("/v1/jobs", json={"text": "今天天气很好。"}).json()["id"]
    told = done(client, plain)
    assert (told["commercial"], told["not_free"]) == ("no", ["embedded", "polyphones", "lm"])
    free = client.post("/v1/jobs", json={"text": "今天天气很好。", **FREE}).json()["id"]
    told = done(client, free)
    assert (told["commercial"], told["not_free"], told["engine"]) == ("yes", [], "kokoro")


def test_a_project_for_commercial_use_warns_where_a_take_is_not(client: TestClient) -> None:
    project = client.post("/v1/projects", json={"name": "a", "text": "你好。", "settings": FREE}).json()["id"]
    done(client, client.post("/v1/jobs", json={"text": "你好。", "project": project}).json()["id"])
    assert "X-Warnings" not in client.get(f"/v1/projects/{project}/export").headers
    client.patch(f"/v1/projects/{project}", json={"settings": {}})
    take = client.post("/v1/jobs", json={"text": "你好。", "project": project}).json()["id"]
    done(client, take)
    assert "X-Warnings" not in client.get(f"/v1/jobs/{take}/result").headers
    client.patch(f"/v1/projects/{project}", json={"settings": FREE})
    assert client.get(f"/v1/jobs/{take}/result").headers["X-Warnings"] == "mixed_rights"
    assert client.get(f"/v1/projects/{project}/export").headers["X-Warnings"] == "mixed_rights"
    client.patch(f"/v1/projects/{project}", json={"settings": {}})
    assert "X-Warnings" not in client.get(f"/v1/projects/{project}/export").headers


@pytest.mark.parametrize(
    ("asked", "is_refused"),
    [
        ({"text": "今天天气很好。"}, False),
        ({"text": "今天天气很好。", "commercial": False}, False),
        ({"text": "今天天气很好。", "voice": "baker"}, True),
        ({"text": "今天天气很好。", "engine": "embedded", "commercial": False}, True),
        ({"text": "甲：你好。\n乙：再见。", "speakers": {"甲": "baker"}}, True),
        ({"text": "今天天气很好。", "prosody": "lm"}, True),
        ({"text": "今天天气很好。", "emotion": "auto"}, True),
    ],
)
def test_what_is_spoken_in_such_a_project_is_so_too(
    client: TestClient, asked: dict[str, object], is_refused: bool
) -> None:
    project = client.post("/v1/projects", json={"name": "a", "settings": FREE}).json()["id"]
    made = client.post("/v1/jobs", json={**asked, "project": project})
    if is_refused:
        job = made.json().get("id")
        until(lambda: job is None or client.get(f"/v1/jobs/{job}").json()["status"] == "failed", LATE_S)
        error = made.json()["error"] if job is None else client.get(f"/v1/jobs/{job}").json()["error"]
        assert error["code"] == "not_commercial"
    else:
        told = done(client, made.json()["id"])
        assert (told["commercial"], told["not_free"]) == ("yes", [])
    # What is barred there may be spoken elsewhere, but not as a change of a take of that project.
    plan = client.post("/v1/plan", json={"text": "今天天气很好。"}).json()
    elsewhere = client.post("/v1/jobs", json={"plan": plan})
    assert elsewhere.status_code == 202
    refused = client.post("/v1/jobs", json={"plan": plan, "project": project})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "not_commercial")
    if not is_refused:
        again = client.post("/v1/jobs", json={"text": "你好。", "voice": "baker", "before": told["id"]})
        assert (again.status_code, again.json()["error"]["code"]) == (422, "not_commercial")
        ahead = client.post("/v1/jobs/ahead", json={"text": "你好。", "voice": "baker", "project": project})
        assert (ahead.status_code, ahead.json()["error"]["code"]) == (422, "not_commercial")


def test_one_answer_over_http_says_it_too(client: TestClient) -> None:
    told = client.post("/tts", json={"text": "今天天气很好。", **FREE}).json()
    assert (told["engine"], told["receipt"]["commercial"]) == ("kokoro", "yes")
    form = client.post("/tts/generate", data={"text": "今天天气很好。", "commercial": "true"})
    assert form.status_code == 200, form.text
    refused = client.post("/tts/generate", data={"text": "你好。", "commercial": "true", "engine": "embedded"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "not_commercial")
    wrong = client.post("/tts/generate", data={"text": "你好。", "commercial": "perhaps"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "invalid_value")
    assert "commercial" in wrong.json()["error"]["message"]


@pytest.mark.parametrize("model", ["tts-1", "auto"])
def test_openai_s_call_keeps_to_what_is_free_where_it_is_asked_to(client: TestClient, model: str) -> None:
    body = {"model": model, "input": "今天天气很好。", "response_format": "wav"}
    assert client.post("/v1/audio/speech", json=body).headers["X-Engine"] == "embedded"
    assert client.post("/v1/audio/speech", json={**body, "commercial": None}).headers["X-Engine"] == "embedded"
    free = client.post("/v1/audio/speech", json={**body, **FREE})
    assert (free.status_code, free.headers["X-Engine"]) == (200, "kokoro")
    refused = client.post("/v1/audio/speech", json={**body, **FREE, "voice": "baker"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "not_commercial")
    wrong = client.post("/v1/audio/speech", json={**body, "commercial": "yes"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "invalid_value")
    assert "commercial" in wrong.json()["error"]["message"]


def test_a_take_that_came_in_with_a_file_is_not_free_whatever_the_file_says(client: TestClient) -> None:
    project = client.post("/v1/projects", json={"name": "b", "text": "你好。", "settings": FREE}).json()["id"]
    free = client.post("/v1/jobs", json={"text": "你好。", "project": project, **FREE}).json()["id"]
    assert done(client, free)["commercial"] == "yes"
    packed = client.get(f"/v1/projects/{project}/export")
    assert "X-Warnings" not in packed.headers
    came = client.post("/v1/projects/import", content=packed.content, headers={"Content-Type": "application/zip"})
    assert came.status_code in (200, 201), came.text
    there = came.json()["id"]
    (take,) = client.get("/v1/jobs", params={"project": there}).json()["jobs"]
    assert (take["status"], take["commercial"], take["not_free"]) == ("done", "unclear", [])
    again = client.get(f"/v1/projects/{there}/export")
    assert again.headers["X-Warnings"] == "mixed_rights"
    done(client, client.post("/v1/jobs", json={"text": "你好。", "project": there, **FREE}).json()["id"])
    assert client.get(f"/v1/projects/{there}/export").headers["X-Warnings"] == "mixed_rights"
    client.delete(f"/v1/jobs/{take['id']}")
    assert "X-Warnings" not in client.get(f"/v1/projects/{there}/export").headers


def test_what_is_unknown_is_told_beside_what_is_barred(client: TestClient, service: WholeService) -> None:
    job = service.works.jobs.get("local", client.post("/v1/jobs", json={"text": "你好。"}).json()["id"])
    took = {"state": "done", "kind": "speech"}
    jobs = [replace(job, rights=rights, **took) for rights in ({"embedded": "no"}, None, {"kokoro": "yes"})]  # type: ignore[arg-type]
    assert [one.commercial for one in jobs] == ["no", "unclear", "yes"]
    (warned,) = mixed(jobs)
    assert "2 of 3" in str(warned) and "(embedded, what made it is not recorded)" in str(warned)
    assert "（embedded、未记录由什么合成）" in warned.localise("zh")[0]
    assert mixed(jobs[2:]) == []
    assert replace(jobs[1], state="running").commercial == replace(jobs[1], kind="book").commercial == ""
