"""Finished books are sent to Audiobookshelf, and what keeps them from it is one clear sentence."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from indextts.books.model import Chapter, Manuscript
from indextts.model.errors import StudioError
from indextts.platform.serving_config import AudiobookshelfConfig
from indextts.works.books.shelf import BookShelf, Pushed
from tests.support.audiobookshelf import TOKEN, StandIn, stand_in
from tests.support.books import ended, manuscript
from tests.support.restarted import OWNER, make
from tests.support.waiting import until
from tests.support.whole import WholeService


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeService]:
    service = make(tmp_path_factory.mktemp("shelf"))
    yield service
    service.close()


@pytest.fixture(scope="module")
def book(service: WholeService) -> str:
    made = service.works.books.create(OWNER, manuscript(), title='夜 "昼"/一', author="某人")
    service.works.jobs.start_book(OWNER, made.id)
    assert ended(service, made.id).state == "done"
    return made.id


@pytest.fixture
def there() -> Iterator[StandIn]:
    with stand_in() as shelf:
        yield shelf


def shelf_of(service: WholeService, there: StandIn | str, **more: Any) -> BookShelf:
    url = there if isinstance(there, str) else there.url
    config = AudiobookshelfConfig(**{"url": url, "token": TOKEN, "timeout_s": 5.0, **more})
    return BookShelf(config, service.works.books.get, service.works.jobs.file, {})


def sent(shelf: BookShelf, book: str, **how: bool) -> Pushed:
    shelf.push(OWNER, book, **how)
    until(lambda: (one := shelf.state(OWNER, book)) is not None and one.state in ("done", "failed"))
    found = shelf.state(OWNER, book)
    assert found is not None
    return found


def refused(shelf: BookShelf, book: str) -> StudioError:
    with pytest.raises(StudioError) as error:
        shelf.push(OWNER, book)
    for message in (error.value.localise("en"), error.value.localise("zh")):
        assert TOKEN not in "".join(message)
    return error.value


def test_a_book_is_there_whole_with_title_and_author(service: WholeService, book: str, there: StandIn) -> None:
    shelf = shelf_of(service, there, library="有声书", folder="/more")
    found = sent(shelf, book)
    assert (found.state, found.progress, found.title, found.library) == ("done", 1.0, '夜 "昼"/一', "有声书")
    (item,) = there.items
    assert item == {"author": "某人", "title": '夜 "昼"/一', "library": "lib_1", "folder": "fol_2"}
    ((name, data),) = there.files
    assert name == "夜 昼 一.m4b" and data == service.works.jobs.file(OWNER, book, "m4b").read_bytes()
    assert ("POST", "/abs/api/libraries/lib_1/scan") in there.asked


def test_what_is_there_is_not_sent_again_unless_wanted(service: WholeService, book: str, there: StandIn) -> None:
    shelf = shelf_of(service, there)
    assert sent(shelf, book).state == "done" and there.items[0]["folder"] == "fol_1"
    assert refused(shelf, book).code == "shelf_has" and len(there.items) == 1
    assert sent(shelf, book, again=True).title == '夜 "昼"/一 (2)'
    assert [one["title"] for one in there.items] == ['夜 "昼"/一', '夜 "昼"/一 (2)']


@pytest.mark.night
def test_a_folder_that_is_there_without_being_listed_is_told_too(
    service: WholeService, book: str, there: StandIn
) -> None:
    shelf = shelf_of(service, there)
    assert sent(shelf, book).state == "done"
    there.unlisted = True
    found = sent(shelf, book)
    assert found.state == "failed" and found.error is not None and found.error.code == "shelf_has"


@pytest.mark.night
def test_wrong_settings_are_told_with_what_there_is(service: WholeService, book: str, there: StandIn) -> None:
    assert refused(shelf_of(service, there, token="wrong"), book).code == "shelf_token"
    missing = refused(shelf_of(service, there, library="Podcasts"), book)
    assert missing.code == "shelf_library" and "有声书" in missing.localise("en")[1]
    folder = refused(shelf_of(service, there, folder="/none"), book)
    assert folder.code == "shelf_folder" and "/audiobooks" in folder.localise("zh")[1]
    there.libraries.append({**there.libraries[0], "id": "lib_3", "name": "另一个"})
    assert refused(shelf_of(service, there), book).code == "shelf_library"
    assert refused(shelf_of(service, ""), book).code == "shelf_off"
    assert there.files == []


@pytest.mark.night
def test_a_user_who_may_not_upload_is_told(service: WholeService, book: str, there: StandIn) -> None:
    there.may_upload = False
    found = sent(shelf_of(service, there), book)
    assert found.error is not None and found.error.code in ("shelf_token", "shelf_away")


@pytest.mark.night
def test_a_connection_that_is_cut_is_told_and_nothing_is_kept(service: WholeService, book: str, there: StandIn) -> None:
    there.cut_at = 1000
    shelf = shelf_of(service, there)
    found = sent(shelf, book)
    assert found.state == "failed" and found.error is not None and found.error.code == "shelf_away"
    there.cut_at = None
    assert sent(shelf, book).state == "done"


@pytest.mark.night
def test_nobody_there_another_program_and_a_redirect(service: WholeService, book: str, there: StandIn) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert refused(shelf_of(service, f"http://127.0.0.1:{port}"), book).code == "shelf_away"
    there.broken = True
    assert refused(shelf_of(service, there), book).code == "shelf_refused"
    there.broken = False
    with stand_in() as other:
        there.redirect = f"{other.url}/api/libraries"
        assert refused(shelf_of(service, there), book).code == "shelf_refused"
        assert other.asked == [], "the token goes nowhere else"


def test_a_book_that_is_not_spoken_is_not_sent(service: WholeService, there: StandIn) -> None:
    book = service.works.books.create(OWNER, Manuscript("无", (Chapter("", "话。"),)))
    assert refused(shelf_of(service, there), book.id).code in ("job_empty", "not_found") and there.asked == []
    assert refused(shelf_of(service, there), "none").code == "no_book"


def test_the_token_stands_in_no_log_and_no_description(
    service: WholeService, book: str, there: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        there.cut_at = 10
        sent(shelf_of(service, there), book)
        refused(shelf_of(service, there, token=f"{TOKEN}x"), book)
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(AudiobookshelfConfig(token=TOKEN))
