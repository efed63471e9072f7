"""``/v1/books/{id}/push``: who may order it, and what is told while a book goes to Audiobookshelf."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from indextts.books.model import Chapter, Manuscript
from indextts.platform.config import Config
from indextts.platform.serving_config import AudiobookshelfConfig
from indextts.service.owner import LOCAL
from tests.support.audiobookshelf import TOKEN, StandIn, stand_in
from tests.support.services import application, make_service
from tests.support.waiting import until
from tests.support.whole import WholeService

ENGLISH = {"Accept-Language": "en"}
LOCAL_CLIENT = ("127.0.0.1", 50_000)


@pytest.fixture(scope="module")
def there() -> Iterator[StandIn]:
    with stand_in() as shelf:
        yield shelf


@pytest.fixture(scope="module")
def service(config: Config, there: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeService]:
    own = tmp_path_factory.mktemp("push")
    (own / "models").symlink_to(config.models_path)
    shelf = AudiobookshelfConfig(url=there.url, token=TOKEN)
    changed = config.model_copy(update={"cache_dir": own, "audiobookshelf": shelf})
    service = make_service(changed, host="0.0.0.0", rate_limit="100000/minute")
    service.preloader.wait(60)
    yield service
    service.close()


@pytest.fixture(scope="module")
def operator(service: WholeService) -> TestClient:
    app = application(service, service.config, page=False)
    return TestClient(app, "http://127.0.0.1:7860", client=LOCAL_CLIENT, headers=ENGLISH)


@pytest.fixture(scope="module")
def book(service: WholeService) -> str:
    works = service.works
    made = works.books.create(LOCAL, Manuscript("夜", (Chapter("第一章", "天黑了。"),), author="某人", language="zh"))
    works.jobs.start_book(LOCAL, made.id)
    *_, last = works.jobs.follow(LOCAL, made.id)
    assert last.state == "done", last.error
    return made.id


def test_a_book_is_sent_told_about_and_not_sent_twice(operator: TestClient, book: str, there: StandIn) -> None:
    path = f"/v1/books/{book}/push"
    before = operator.get(path).json()
    assert before == {"set_up": True, "status": "", "progress": 0.0, "title": "", "library": "", "error": None}
    answer = operator.post(path, json={})
    assert answer.status_code == 202 and answer.json()["status"] in ("making", "sending", "done")
    until(lambda: operator.get(path).json()["status"] == "done")
    told = operator.get(path).json()
    assert (told["progress"], told["title"], told["library"], told["error"]) == (1.0, "夜", "有声书", None)
    twice = operator.post(path, json={})
    assert twice.status_code == 409 and twice.json()["error"]["code"] == "shelf_has" and len(there.items) == 1
    assert operator.post(path, json={"again": True}).status_code == 202
    until(lambda: operator.get(path).json()["status"] == "done")
    assert [one["title"] for one in there.items] == ["夜", "夜 (2)"]
    assert TOKEN not in operator.get(path).text + twice.text


def test_only_who_looks_after_the_server_sends_books(operator: TestClient, service: WholeService, book: str) -> None:
    phone = TestClient(operator.app, "http://testserver:7860", client=("192.0.2.9", 50_000), headers=ENGLISH)
    key = service.keys.add("reader")[1]
    for method in ("GET", "POST"):
        answer = phone.request(method, f"/v1/books/{book}/push", headers={"Authorization": f"Bearer {key}"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "system_forbidden")


def test_what_is_not_there_or_wrong_is_told(operator: TestClient, book: str, there: StandIn) -> None:
    assert operator.post("/v1/books/none/push", json={}).status_code == 404
    assert operator.post(f"/v1/books/{book}/push", json={"again": 7}).status_code == 422
    there.broken = True
    answer = operator.post(f"/v1/books/{book}/push", json={"again": True})
    there.broken = False
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "shelf_refused")
