"""A library that is damaged, and a disk that cannot be written: said in every place where a person or program looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from indextts.platform.config import Config
from indextts.reading.lexicon.entry import draft
from tests.support.services import application, make_service
from tests.support.tiny_voice import make_tiny_voice
from tests.support.whole import WholeService


@pytest.fixture
def service(tmp_path: Path) -> WholeService:
    config = Config(cache_dir=tmp_path / "cache_hub")
    make_tiny_voice(config.models_path)
    return make_service(config, rate_limit="100000/minute")


@pytest.fixture
def client(service: WholeService) -> Iterator[TestClient]:
    """Without the service's own background work: a test looks when it is time."""
    client = TestClient(application(service, page=False), raise_server_exceptions=False)
    yield client
    service.close()


def warnings(client: TestClient) -> list[str]:
    answer = client.post("/tts", json={"text": "我在重庆。"})
    assert answer.status_code == 200
    return [one["code"] for one in answer.json()["warnings"]]


def test_speech_without_the_dictionary_says_so(client: TestClient, service: WholeService) -> None:
    assert warnings(client) == []
    assert "x-warnings" not in client.post("/v1/audio/speech", json={"input": "你好。"}).headers
    service.config.library_path.write_bytes(b"no database" * 1000)
    assert warnings(client) == ["without_dictionary"]
    answer = client.post("/v1/audio/speech", json={"input": "你好。"})
    assert answer.headers["x-warnings"] == "without_dictionary"
    in_chinese = client.post("/tts", json={"text": "你好。"}, headers={"Accept-Language": "zh"}).json()["warnings"][0]
    assert "词典" in in_chinese["message"] and "doctor" in in_chinese["hint"]


def test_a_damaged_library_is_restored_and_told_until_its_file_is_gone(
    client: TestClient, service: WholeService
) -> None:
    service.lexicon.add(draft("重庆", "zhong4 qing4"))
    service.lexicon.close()
    service.keeper.look()
    assert client.get("/healthz").json()["status"] == "ok"
    for ending in ("-wal", "-shm"):
        service.config.library_path.with_name(f"library.sqlite3{ending}").unlink(missing_ok=True)
    service.config.library_path.write_bytes(b"no database" * 1000)
    service.keeper.look()
    assert client.get("/v1/lexicon").json()["total"] == 1
    health = client.get("/healthz").json()
    assert health["status"] == "degraded"
    (warning,) = health["warnings"]
    assert warning["code"] == "library_restored" and ".damaged-" in warning["hint"]
    assert warnings(client) == ["library_restored"]
    assert client.get("/readyz").status_code == 200
    for one in service.config.cache_path.glob("library.sqlite3.damaged-*"):
        one.unlink()
    service.keeper.look()
    assert client.get("/healthz").json()["status"] == "ok"
    assert warnings(client) == []


def test_the_server_looks_by_itself(service: WholeService) -> None:
    service.config.library_path.write_bytes(b"no database" * 1000)
    with TestClient(application(service, page=False)) as client:
        while client.get("/healthz").json()["status"] != "degraded":
            pass
        assert client.get("/healthz").json()["warnings"][0]["code"] == "library_begun_anew"


def test_what_is_there_is_listed_where_the_library_cannot_be_read(client: TestClient, service: WholeService) -> None:
    service.config.library_path.write_bytes(b"no database" * 1000)
    voices, clones = client.get("/v1/voices"), client.get("/v1/clones")
    assert (voices.status_code, clones.status_code) == (200, 200)
    assert voices.json()["voices"] and not any(one["own"] for one in voices.json()["voices"])
    assert clones.json()["voices"] == []
    for answer in (voices, clones):
        assert [one["code"] for one in answer.json()["warnings"]] == ["library_unusable"]


def test_it_is_not_ready_while_nothing_can_be_kept_and_again_when_it_can(
    client: TestClient, service: WholeService
) -> None:
    assert client.get("/readyz").status_code == 200
    folder = service.outputs.folder
    folder.write_text("in the way")
    refused = client.post("/tts", json={"text": "你好。"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "not_writable")
    ready, health = client.get("/readyz"), client.get("/healthz").json()
    assert (ready.status_code, ready.json()["error"]["code"]) == (503, "not_writable")
    assert ready.headers["retry-after"]
    assert (health["status"], health["error"]["code"]) == ("error", "not_writable")
    folder.unlink()
    assert client.post("/tts", json={"text": "你好。"}).status_code == 200
    assert client.get("/readyz").status_code == 200
