"""The dictionary over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from indextts.platform.config import Config
from tests.support.services import application, make_service
from tests.support.tiny_voice import make_tiny_voice

ENTRY = {"word": "重庆", "reading": "chong2qing4", "note": "地名"}


@pytest.fixture(scope="module")
def lexicon_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server whose dictionary is its own."""
    folder: Path = tmp_path_factory.mktemp("lexicon")
    config = Config(cache_dir=folder)
    make_tiny_voice(config.models_path)
    service = make_service(config, rate_limit="100000/minute")
    with TestClient(application(service, page=False), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(lexicon_client: TestClient) -> Iterator[TestClient]:
    yield lexicon_client
    lexicon_client.post("/v1/lexicon/import?replace=true", json=[])


def _readings(client: TestClient, text: str) -> list[tuple[str, str]]:
    plan = client.post("/v1/plan", json={"text": text}).json()
    tokens = [token for segment in plan["segments"] for token in segment["tokens"]]
    return [(token["reading"], token["reading_source"]) for token in tokens if token["reading"]]


def _refused(answer: Any, status: int, code: str) -> str:
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["code"] == code
    return str(answer.json()["error"]["message"])


def test_an_entry_from_birth_to_death(client: TestClient) -> None:
    made = client.post("/v1/lexicon", json=ENTRY)
    assert made.status_code == 201
    entry = made.json()
    assert entry == {
        "id": entry["id"], "word": "重庆", "reading": "chong2 qing4", "kind": "pinyin", "lang": "zh", "enabled": True,
        "note": "地名",
    }  # fmt: skip
    address = f"/v1/lexicon/{entry['id']}"
    assert client.get(address).json() == entry
    assert client.get("/v1/lexicon").json() == {
        "entries": [{**entry, "printed": "chóng qìng"}], "total": 1, "offset": 0, "limit": 100,
    }  # fmt: skip
    changed = client.put(address, json={"reading": "zhong4 qing4"}).json()
    assert changed == {**entry, "reading": "zhong4 qing4"}
    assert client.put(address, json=changed).json() == changed
    assert client.put(address, json={"reading": "雾都"}).json()["kind"] == "text"
    assert client.put(address, json={"enabled": False}).json()["enabled"] is False
    assert client.delete(address).status_code == 204
    for answer in (client.get(address), client.delete(address), client.put(address, json={"note": ""})):
        _refused(answer, 404, "no_entry")


@pytest.mark.parametrize(
    ("word", "reading", "printed"),
    [
        ("曾国强", "zeng1 guo2 qiang2", "zēng guó qiáng"),
        ("<曾|ceng2>国强", "ceng2 guo2 qiang2", "céng guó qiáng"),
        ("重庆市", "chong2 qing4 shi4", "chóng qìng shì"),
        ("你好", "ni2 hao3", "ní hǎo"),
        ("minute", "M IH1 N AH0 T", "/ˈmɪnət/"),
        ("machine learning", "M AH0 SH IY1 N L ER1 N IH0 NG", "/məˈʃinˈlɝnɪŋ/"),
        ("12", "", ""),
        ("AI绘画", "ei1 ai4 hui4 hua4", "ēi ài huì huà"),
    ],
)
def test_how_a_word_alone_is_read(client: TestClient, word: str, reading: str, printed: str) -> None:
    answer = client.get("/v1/lexicon/reading", params={"word": word}).json()
    assert answer == {"reading": reading, "printed": printed}
    if printed:
        plain = word.replace("<曾|ceng2>", "曾")
        made = client.post("/v1/lexicon", json={"word": plain, "reading": printed}).json()
        assert made["reading"] == reading


def test_what_is_no_word_has_no_reading(client: TestClient) -> None:
    _refused(client.get("/v1/lexicon/reading", params={"word": "，"}), 422, "text_unspeakable")
    _refused(client.get("/v1/lexicon/reading", params={"word": "<曾|zeng>国强"}), 422, "bad_markup")


def test_english_is_shown_as_it_can_be_written(client: TestClient) -> None:
    client.post("/v1/lexicon", json={"word": "GIF", "reading": "like: jiff"})
    [entry] = client.get("/v1/lexicon").json()["entries"]
    assert (entry["reading"], entry["kind"], entry["printed"]) == ("JH IH1 F", "arpabet", "/dʒɪf/")
    address = f"/v1/lexicon/{entry['id']}"
    assert client.put(address, json={"reading": entry["printed"]}).json()["reading"] == "JH IH1 F"


def test_it_holds_for_the_next_request(client: TestClient) -> None:
    assert _readings(client, "重庆")[0] != ("zhong4", "lexicon")
    client.post("/v1/lexicon", json={"word": "重庆", "reading": "zhong4 qing4"})
    assert _readings(client, "重庆") == [("zhong4", "lexicon"), ("qing4", "lexicon")]


def test_the_same_word_again(client: TestClient) -> None:
    client.post("/v1/lexicon", json=ENTRY)
    assert "重庆" in _refused(client.post("/v1/lexicon", json=ENTRY), 409, "entry_exists")
    replaced = client.post("/v1/lexicon", json={**ENTRY, "reading": "zhong4 qing4", "replace": True})
    assert replaced.status_code == 201 and client.get("/v1/lexicon").json()["total"] == 1


def test_search_and_pages(client: TestClient) -> None:
    client.post("/v1/lexicon/import", json=[{"word": f"w{n}", "reading": "x y"} for n in range(25)])
    page = client.get("/v1/lexicon", params={"search": "W1", "offset": 2, "limit": 3}).json()
    assert (page["total"], [entry["word"] for entry in page["entries"]]) == (11, ["w11", "w12", "w13"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"word": "重庆", "reading": "xyz9 qing4"}, 422, "bad_reading"),
        ({"word": "重庆", "reading": "chong2"}, 422, "bad_reading"),
        ({"word": "", "reading": "x"}, 422, "bad_entry"),
        ({"word": "x"}, 422, "bad_entry"),
        ({"word": ["x"], "reading": "y"}, 422, "bad_entry"),
        ({"word": "x", "reading": "y", "color": 1}, 422, "invalid_value"),
        ({"word": "x", "reading": "y", "replace": 1}, 422, "invalid_value"),
        ([], 400, "malformed"),
    ],
)
def test_bad_entries(client: TestClient, body: Any, status: int, code: str) -> None:
    _refused(client.post("/v1/lexicon", json=body), status, code)
    assert client.get("/v1/lexicon").json()["total"] == 0


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "offset=-1", "limit=x", "search=" + "x" * 101])
def test_bad_queries(client: TestClient, query: str) -> None:
    _refused(client.get(f"/v1/lexicon?{query}"), 422, "invalid_value")


@pytest.mark.parametrize(("file_format", "kind"), [("csv", "text/csv"), ("json", "application/json")])
def test_files_go_out_and_come_in(client: TestClient, file_format: str, kind: str) -> None:
    client.post("/v1/lexicon", json=ENTRY)
    sent = client.get(f"/v1/lexicon/export?format={file_format}")
    assert sent.headers["content-type"].startswith(kind)
    assert sent.headers["content-disposition"].endswith(f'lexicon.{file_format}"')
    before = client.get("/v1/lexicon").json()["entries"][0]
    client.delete(f"/v1/lexicon/{before['id']}")
    done = client.post("/v1/lexicon/import", content=sent.content, headers={"Content-Type": f"{kind}; charset=utf-8"})
    assert done.json() == {"added": 1, "changed": 0, "removed": 0}
    after = client.get("/v1/lexicon").json()["entries"][0]
    assert {**after, "id": 0} == {**before, "id": 0}


def test_a_large_file_is_taken(client: TestClient) -> None:
    rows = [{"word": f"w{n}", "reading": "x " + "y" * 60, "note": "z" * 100} for n in range(3000)]
    data = json.dumps(rows).encode()
    assert len(data) > client.app.state.config.server.max_body_bytes  # type: ignore[attr-defined]
    assert client.post("/v1/lexicon/import", content=data, headers={"Content-Type": "application/json"}).json()[
        "added"
    ] == len(rows)


def test_bad_imports(client: TestClient) -> None:
    bad = "word,reading\n重庆,chong2 qing4\n重,zhong9\n".encode()
    message = _refused(
        client.post("/v1/lexicon/import", content=bad, headers={"Content-Type": "text/csv", "Accept-Language": "zh"}),
        422,
        "bad_import",
    )
    assert "第 3 行" in message
    assert client.get("/v1/lexicon").json()["total"] == 0
    _refused(client.post("/v1/lexicon/import", content=bad, headers={"Content-Type": "text/plain"}), 415, "wrong_type")
    _refused(client.post("/v1/lexicon/import", files={"file": ("x.csv", bad)}), 415, "wrong_type")
    _refused(client.get("/v1/lexicon/export?format=xml"), 422, "invalid_value")


def test_bad_markup_is_told_over_http(client: TestClient) -> None:
    for path in ("/tts", "/v1/plan"):
        answer = client.post(path, json={"text": "银<行|xyz9>里"})
        assert "<行|xyz9>" in _refused(answer, 422, "bad_markup")
    answer = client.post("/v1/audio/speech", json={"input": "<speak>x", "voice": "default"})
    assert "</speak>" in _refused(answer, 422, "bad_markup")


def test_the_calls_are_documented(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths["/v1/lexicon"]) == {"get", "post"}
    assert set(paths["/v1/lexicon/{entry_id}"]) == {"get", "put", "delete"}
    assert {"/v1/lexicon/import", "/v1/lexicon/export"} <= set(paths)
