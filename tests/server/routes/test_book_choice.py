"""Which chapters of a book are spoken is said at once, for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from indextts.platform.config import Config
from tests.support.services import client_over_http

TEXT = "第一章 夜\n\n天黑了。\n\n第二章 昼\n\n天亮了。\n\n第三章 夜\n\n天又黑了。\n"


@pytest.fixture
def client(config: Config) -> Iterator[httpx.Client]:
    with client_over_http(config) as client:
        yield client


def test_the_chapters_that_are_spoken_are_chosen_by_their_numbers(client: httpx.Client) -> None:
    made = client.post("/v1/books", json={"text": TEXT, "title": "昼夜"}).json()
    path = f"/v1/books/{made['id']}"
    for numbers in ([2], [], [3, 1], [1, 2, 3]):
        revision = client.get(path).json()["revision"]
        book = client.patch(path, json={"on": numbers, "revision": revision}).json()
        assert [one["number"] for one in book["chapters"] if one["on"]] == sorted(numbers)
        assert book["revision"] == revision + 1
    # The same once more changes nothing, with a title it is one change.
    assert client.patch(path, json={"on": [1, 2, 3]}).json()["revision"] == book["revision"]
    both = client.patch(path, json={"on": [1], "title": "夜"}).json()
    assert (both["title"], both["revision"]) == ("夜", book["revision"] + 1)


def test_chapters_that_are_not_there_cannot_be_chosen(client: httpx.Client) -> None:
    made = client.post("/v1/books", json={"text": TEXT, "title": "昼夜"}).json()
    path = f"/v1/books/{made['id']}"
    for wrong, status in (([4], 404), ([True], 422), (["x"], 422), ("1", 422), ([1.5], 422)):
        assert client.patch(path, json={"on": wrong}).status_code == status, wrong
    old = client.patch(path, json={"on": [1], "revision": made["revision"]}).json()["revision"]
    assert old == made["revision"] + 1
    assert client.patch(path, json={"on": [2], "revision": made["revision"]}).status_code == 409
    assert client.get(path).json()["chapters"][0]["on"] is True


@pytest.mark.parametrize("number", [0, -3, 1.5, "2"])
def test_chapters_are_whole_numbers_from_1_on(client: httpx.Client, number: object) -> None:
    made = client.post("/v1/books", json={"text": TEXT, "title": "昼夜"}).json()
    refused = client.patch(f"/v1/books/{made['id']}", json={"on": [1, number]})
    assert refused.status_code in {400, 422}
    assert "from 1 on" in refused.text


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff\u200d", "\ufe0f", "\u202e \u202c", "\u3164", "\u2800"])
def test_a_name_has_something_that_can_be_seen(client: httpx.Client, unseen: str) -> None:
    made = client.post("/v1/books", json={"text": TEXT, "title": "昼夜"}).json()
    path = f"/v1/books/{made['id']}"
    for refused in (
        client.patch(f"{path}/cast", json={"roles": {unseen: {}}}),
        client.patch(f"{path}/chapters/1", json={"title": unseen}),
        client.patch(path, json={"title": unseen}),
        client.post("/v1/projects", json={"name": unseen, "text": "好。"}),
    ):
        assert refused.status_code in {400, 422}, refused.request.url
        assert "can be seen" in refused.text
    kept = client.patch(f"{path}/cast", json={"roles": {f"阿{unseen}禾": {}}})
    assert kept.status_code == 200
