"""A book that another engine has read than was asked for says so, and is made again by the one that was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from indextts.platform.config import Config
from tests.support.faulty_engines import Raises, Slow, Tone, chain_service
from tests.support.services import client_here
from tests.support.waiting import until
from tests.support.whole import WholeService

TEXT = "第一章\n\n今天天气很好。\n\n第二章\n\n我们去公园散步。\n\n第三章\n\n晚上下了一场雨。"
FILM = "1\n00:00:00,200 --> 00:00:02,500\n天气很好。\n\n2\n00:00:03,000 --> 00:00:05,000\n走吧。\n"
LATE_S = 30


@pytest.fixture
def engine() -> Raises:
    return Raises(RuntimeError("away"), "sambert")


@pytest.fixture
def stand_in() -> Tone:
    return Tone("embedded")


@pytest.fixture
def service(tmp_path: Path, engine: Raises, stand_in: Tone) -> Iterator[WholeService]:
    service = chain_service(Config(cache_dir=tmp_path), engine, stand_in, failures=1000)
    yield service
    service.close()


@pytest.fixture
def client(service: WholeService) -> Iterator[TestClient]:
    with client_here(service) as client:
        yield client


def spoken(client: TestClient, book: str, language: str = "en") -> dict[str, Any]:
    """The book, once all that is not spoken yet was spoken."""
    assert client.post(f"/v1/books/{book}/speak").status_code == 202
    until(lambda: client.get(f"/v1/jobs/{book}").json()["status"] in ("done", "failed"), LATE_S)
    told: dict[str, Any] = client.get(f"/v1/books/{book}", headers={"Accept-Language": language}).json()
    assert told["job"]["status"] == "done", told["job"]["error"]
    return told


def by_another(book: dict[str, Any]) -> list[int]:
    """The chapters that another engine has read."""
    return [one["number"] for one in book["chapters"] if any(part["fallback"] for part in one["parts"])]


def jobs(book: dict[str, Any]) -> list[str]:
    return [part["job"] for one in book["chapters"] for part in one["parts"]]


def made(client: TestClient) -> str:
    book: str = client.post("/v1/books", json={"text": TEXT, "settings": {"voice": "zhitian_emo"}}).json()["id"]
    return book


@pytest.mark.parametrize(("language", "said"), [("en", "Sambert failed"), ("zh", "出错")])
def test_it_says_which_engine_why_and_what_keeps_it_from_being_sold(
    client: TestClient, language: str, said: str
) -> None:
    told = spoken(client, made(client), language)
    job = told["job"]
    assert (job["engine"], job["fallback"], job["not_free"]) == ("embedded", True, ["embedded"])
    assert said in job["reason"] and by_another(told) == [1, 2, 3]
    assert {part["engine"] for one in told["chapters"] for part in one["parts"]} == {"embedded"}
    assert not any(one["changed"] for one in told["chapters"])


def test_it_says_so_while_it_is_made(tmp_path: Path, engine: Raises) -> None:
    service = chain_service(Config(cache_dir=tmp_path), engine, Slow(0.4), failures=1000)
    with client_here(service) as client:
        book = made(client)
        assert client.post(f"/v1/books/{book}/speak").status_code == 202
        until(lambda: client.get(f"/v1/jobs/{book}").json()["fallback"], LATE_S)
        told = client.get(f"/v1/books/{book}").json()
        assert (told["job"]["status"], told["job"]["engine"], told["job"]["fallback"]) == ("running", "embedded", True)
        assert told["job"]["not_free"] == ["embedded"] and by_another(told)[:1] == [1]
    service.close()


def test_what_another_engine_read_and_nothing_else_is_made_again(client: TestClient, engine: Raises) -> None:
    engine.good = 4  # two chapters, each with its title
    book = made(client)
    first = spoken(client, book)
    assert by_another(first) == [3] and first["job"]["fallback"] and first["job"]["engine"] == "embedded"
    left = client.get(f"/v1/books/{book}/estimate").json()
    assert left["spoken_s"] == pytest.approx(sum(one["parts"][0]["duration_s"] for one in first["chapters"][:2]))
    before = [*engine.texts]

    engine.sick = False
    now = spoken(client, book)
    assert by_another(now) == [] and jobs(now)[:2] == jobs(first)[:2]
    assert (now["job"]["engine"], now["job"]["fallback"], now["job"]["reason"]) == ("sambert", False, "")
    assert now["job"]["not_free"] == []
    assert engine.texts[len(before) :] == ["第三章", "晚上下了一场雨。"]
    listed = client.get("/v1/jobs").json()["jobs"]
    assert [one["fallback"] for one in listed if one["id"] == book] == [False]

    heard = len(engine.texts)
    assert jobs(spoken(client, book)) == jobs(now) and len(engine.texts) == heard


def test_as_long_as_the_engine_fails_it_stays_so_and_costs_little(client: TestClient, stand_in: Tone) -> None:
    book = made(client)
    spoken(client, book)
    before = len(stand_in.texts)
    again = spoken(client, book)
    assert by_another(again) == [1, 2, 3] and again["job"]["fallback"]
    assert stand_in.texts[before:] == ["第一章", "第二章", "第三章"], "only that at which the engine was tried"


def test_a_fix_that_a_person_waits_to_hear_makes_no_other_chapter_again(client: TestClient, engine: Raises) -> None:
    book = made(client)
    first = spoken(client, book)
    engine.sick = False
    heard = client.get(f"/v1/books/{book}/parts/{jobs(first)[1]}").json()
    sentence = heard["sentences"][-1]
    at = f"{sentence['segment']}/{sentence['words'][0]['token']}"
    word = client.get(f"/v1/books/{book}/parts/{jobs(first)[1]}/words/{at}").json()["id"]
    fixed = client.post(f"/v1/books/{book}/fix", json={"word": word, "text": "他们", "scope": "here"})
    assert fixed.status_code == 200 and fixed.json()["parts"] == 1, fixed.text
    now = spoken(client, book)
    assert by_another(now) == [1, 3] and now["job"]["fallback"]
    assert by_another(spoken(client, book)) == []


def test_with_voices_of_the_engine_that_reads_nothing_stands_in(client: TestClient) -> None:
    book = made(client)
    assert spoken(client, book)["job"]["fallback"]
    assert client.patch(f"/v1/books/{book}", json={"settings": {"voice": "baker"}}).status_code == 200
    told = spoken(client, book)
    assert by_another(told) == [] and not told["job"]["fallback"] and told["job"]["not_free"] == []


def test_a_film_says_it_too_and_is_made_again(client: TestClient, engine: Raises) -> None:
    sent = client.post("/v1/books", data={"voice": "zhitian_emo"}, files={"file": ("film.srt", FILM.encode())})
    assert sent.status_code == 201, sent.text
    book = sent.json()["id"]
    assert client.patch(f"/v1/books/{book}", json={"options": {"fit": True}}).status_code == 200
    told = spoken(client, book)
    assert told["job"]["fallback"] and by_another(told) == [1]
    engine.sick = False
    now = spoken(client, book)
    assert by_another(now) == [] and not now["job"]["fallback"] and now["job"]["engine"] == "sambert"
