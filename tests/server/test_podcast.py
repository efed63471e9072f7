"""Podcast feeds of books: what a phone's program gets with the address alone, and what it does not."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import av
import pytest
from PIL import Image
from starlette.testclient import TestClient

from indextts.books.model import Chapter, Manuscript
from indextts.platform.config import Config
from indextts.platform.serving_config import DoorsConfig
from indextts.server.doors import podcast
from indextts.server.doors.podcast import Episode, rss_document
from indextts.service.owner import LOCAL
from tests.support.services import application, make_service
from tests.support.waiting import until
from tests.support.whole import WholeService

ENGLISH = {"Accept-Language": "en"}
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"


def cover() -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (60, 60), (120, 30, 30)).save(into, "PNG")
    return into.getvalue()


class Listener:
    """A server that listens to the network, its operator, and a phone without a key."""

    def __init__(self, config: Config, **doors: bool) -> None:
        self.service: WholeService = make_service(config, host="0.0.0.0", rate_limit="100000/minute")
        changed = self.service.config.model_copy(update={"doors": DoorsConfig(**doors)})
        self.app = application(self.service, changed, page=False)
        self.operator = TestClient(
            self.app,
            "http://127.0.0.1:7860",
            client=("127.0.0.1", 50_000),
            headers=ENGLISH,
            raise_server_exceptions=False,
        )
        self.phone = TestClient(self.app, "http://testserver:7860", client=("192.0.2.9", 50_000), headers=ENGLISH)
        self.service.keys.add("somebody")

    def book(self, title: str = "夜 & 昼", text: str = "天黑了。", **options: Any) -> str:
        """One that is spoken, of two chapters and one that is off."""
        chapters = (Chapter("版权", "略。", on=False), Chapter("第一章 <夜>", text), Chapter("第二章", "风停了。"))
        works = self.service.works
        book = works.books.create(
            LOCAL, Manuscript(title, chapters, author="某人", language="zh", cover=cover()), options=options
        )
        works.jobs.start_book(LOCAL, book.id)
        *_, last = works.jobs.follow(LOCAL, book.id)
        assert last.state == "done", last.error
        return book.id

    def open(self, book: str) -> str:
        """Path and query of a new feed."""
        answer = self.operator.post(f"/v1/books/{book}/feed")
        assert answer.status_code == 201, answer.text
        parts = urlsplit(answer.json()["address"])
        assert parts.hostname and not parts.hostname.startswith("127.") and "<svg" in answer.json()["svg"]
        return f"{parts.path}?{parts.query}"

    def channel(self, address: str) -> ElementTree.Element:
        answer = self.phone.get(address)
        assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/rss+xml")
        found = ElementTree.fromstring(answer.content).find("channel")
        assert found is not None
        return found


@pytest.fixture(scope="module")
def listener(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listener]:
    own = tmp_path_factory.mktemp("cache_hub")
    (own / "models").symlink_to(config.models_path)
    found = Listener(config.model_copy(update={"cache_dir": own}))
    found.service.preloader.wait(60)
    yield found
    found.service.close()


@pytest.fixture(scope="module")
def book(listener: Listener) -> str:
    return listener.book()


def place(url: str | None) -> str:
    parts = urlsplit(url or "")
    return f"{parts.path}?{parts.query}"


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_the_feed_lists_the_spoken_chapters_in_order(listener: Listener, book: str) -> None:
    address = listener.open(book)
    channel = listener.channel(address)
    assert (channel.findtext("title"), channel.findtext(f"{ITUNES}author")) == ("夜 & 昼", "某人")
    assert channel.findtext(f"{ITUNES}block") == "Yes" and "人工智能" in (channel.findtext("description") or "")
    items = channel.findall("item")
    assert [one.findtext("title") for one in items] == ["第一章 <夜>", "第二章"]
    dates = [parsedate_to_datetime(one.findtext("pubDate") or "") for one in items]
    assert dates == sorted(set(dates)) and [one.findtext(f"{ITUNES}episode") for one in items] == ["1", "2"]
    assert len({one.findtext("guid") for one in items}) == 2
    for one in items:
        enclosure = one.find("enclosure")
        assert enclosure is not None and enclosure.attrib["type"] == "audio/mpeg"
        sound = listener.phone.get(place(enclosure.attrib["url"]))
        assert sound.status_code == 200 and sound.headers["content-type"] == "audio/mpeg"
        assert len(sound.content) == int(enclosure.attrib["length"]) and urlsplit(
            enclosure.attrib["url"]
        ).path.endswith(".mp3")
    image = channel.find(f"{ITUNES}image")
    assert image is not None
    assert listener.phone.get(place(image.attrib["href"])).headers["content-type"] == "image/png"


def test_an_episode_is_told_as_long_as_its_file_with_its_silence(listener: Listener) -> None:
    channel = listener.channel(listener.open(listener.book("长书", "天亮了。", norm="acx")))
    for one in channel.findall("item"):
        enclosure = one.find("enclosure")
        assert enclosure is not None
        with av.open(io.BytesIO(listener.phone.get(place(enclosure.attrib["url"])).content), "r") as sound:
            heard_s = sum(frame.samples / frame.sample_rate for frame in sound.decode(audio=0))
        assert abs(float(one.findtext(f"{ITUNES}duration") or 0) - heard_s) < 0.6


def test_a_size_that_is_not_known_yet_is_none(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that take their time: no guess stands in the feed, and the exact size as soon as there is one."""
    may_go = threading.Event()
    make = type(listener.service.works.jobs).file

    def later(self: Any, *about: Any) -> Any:
        assert may_go.wait(60)
        return make(self, *about)

    slow = listener.book("慢书", "天亮了，鸟在叫。")
    monkeypatch.setattr(podcast, "_PATIENCE_S", 0.01)
    monkeypatch.setattr(type(listener.service.works.jobs), "file", later)
    address = listener.open(slow)

    def lengths() -> list[int]:
        return [int(one.attrib["length"]) for one in listener.channel(address).iterfind("item/enclosure")]

    assert lengths() == [0, 0]
    may_go.set()
    until(lambda: all(lengths()))
    urls = [place(one.attrib["url"]) for one in listener.channel(address).iterfind("item/enclosure")]
    assert lengths() == [len(listener.phone.get(url).content) for url in urls]


def test_a_player_asks_for_ranges_and_heads(listener: Listener, book: str) -> None:
    (first, *_) = listener.channel(listener.open(book)).iterfind("item/enclosure")
    url = place(first.attrib["url"])
    whole = listener.phone.get(url)
    head = listener.phone.head(url)
    assert head.status_code == 200 and head.headers["content-length"] == str(len(whole.content))
    assert head.headers["accept-ranges"] == "bytes"
    part = listener.phone.get(url, headers={"Range": "bytes=100-199"})
    assert part.status_code == 206 and part.content == whole.content[100:200]
    same = {"Range": "bytes=100-199", "If-Range": whole.headers["etag"]}
    assert listener.phone.get(url, headers=same).status_code == 206
    assert listener.phone.get(url, headers={**same, "If-Range": whole.headers["last-modified"]}).status_code == 206
    other = listener.phone.get(url, headers={**same, "If-Range": '"other"'})
    assert other.status_code == 200 and other.content == whole.content
    beyond = listener.phone.get(url, headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416


def test_what_a_player_has_is_not_sent_again(listener: Listener, book: str) -> None:
    address = listener.open(book)
    (first, *_) = listener.channel(address).iterfind("item/enclosure")
    url = place(first.attrib["url"])
    date = listener.phone.get(url).headers["last-modified"]
    earlier, later = "Tue, 01 Jan 2019 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 +0100"
    for since, status in (
        (date, 304),
        (later, 304),
        (earlier, 200),
        ("soon", 200),
        ("Mon, 01 Jan 99999 00:00:00", 200),
    ):
        answer = listener.phone.get(url, headers={"If-Modified-Since": since})
        assert (answer.status_code, bool(answer.content)) == (status, status == 200), since
        assert answer.headers["last-modified"] == date
    both = {"If-Modified-Since": later, "If-None-Match": '"other"'}
    assert listener.phone.get(url, headers=both).status_code == 200, "a tag says more than a date"
    feed = listener.phone.get(address)
    known = {"If-None-Match": feed.headers["etag"]}
    again = listener.phone.get(address, headers=known)
    assert again.status_code == 304 and not again.content and again.headers["etag"] == feed.headers["etag"]
    listener.service.works.books.change(LOCAL, book, title="另一个名字")
    try:
        assert listener.phone.get(address, headers=known).status_code == 200
    finally:
        listener.service.works.books.change(LOCAL, book, title="夜 & 昼")


def test_the_key_opens_this_book_and_nothing_else(listener: Listener, book: str) -> None:
    address = listener.open(book)
    (key,) = parse_qs(urlsplit(address).query)["key"]
    other = listener.book("另一本")
    listener.open(other)
    assert code(listener.phone.get(f"/v1/feeds/{other}?key={key}")) == (404, "no_feed")
    for path in (f"/v1/books/{book}", "/v1/books", f"/v1/jobs/{book}/result", f"/v1/books/{book}/feed"):
        assert listener.phone.get(f"{path}?key={key}").status_code == 401
        assert listener.phone.get(path, headers={"Authorization": f"Bearer {key}"}).status_code == 403
    for path in ("", "/cover", "/2.mp3"):
        for wrong in ("", "?key=", "?key=wrong", f"?key={key}x"):
            assert code(listener.phone.get(f"/v1/feeds/{book}{path}{wrong}")) == (404, "no_feed")
    assert code(listener.phone.get(f"/v1/feeds/nobody?key={key}")) == (404, "no_feed")
    assert listener.phone.get(f"/v1/feeds/{book}/1.mp3?key={key}").status_code == 409  # it is not spoken
    assert code(listener.phone.get(f"/v1/feeds/{book}/9.mp3?key={key}")) == (404, "no_chapter")
    assert listener.phone.post(f"/v1/feeds/{book}?key={key}").status_code == 401
    assert listener.phone.get(f"/v1/feeds/{book}/words?key={key}").status_code == 401
    website = {"Origin": "https://evil.example"}
    assert code(listener.phone.get(address, headers=website)) == (403, "origin_not_allowed")


def test_a_feed_that_is_ended_or_made_anew_is_void(listener: Listener, book: str) -> None:
    first = listener.open(book)
    second = listener.open(book)
    assert code(listener.phone.get(first)) == (404, "no_feed") and listener.phone.get(second).status_code == 200
    told = listener.operator.get(f"/v1/books/{book}/feed").json()
    assert told["open"] and told["address"] == "" and told["created"] > 0
    kept = (listener.service.config.cache_path / "feeds.yaml").read_text(encoding="utf-8")
    assert parse_qs(urlsplit(second).query)["key"][0] not in kept
    assert listener.operator.delete(f"/v1/books/{book}/feed").status_code == 204
    assert code(listener.phone.get(second)) == (404, "no_feed")
    assert not listener.operator.get(f"/v1/books/{book}/feed").json()["open"]


def test_a_book_that_is_deleted_is_heard_no_more(listener: Listener) -> None:
    book = listener.book("第三本")
    address = listener.open(book)
    assert listener.operator.delete(f"/v1/books/{book}").status_code == 204
    assert listener.phone.get(address).status_code == 404
    assert code(listener.operator.post("/v1/books/none/feed")) == (404, "no_book")


def test_a_closed_door_is_not_there(config: Config, tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.mktemp("closed")
    (own / "models").symlink_to(config.models_path)
    closed = Listener(config.model_copy(update={"cache_dir": own}), podcast=False)
    assert closed.phone.get("/v1/feeds/any?key=x").status_code == 404
    assert code(closed.operator.post("/v1/books/any/feed")) == (404, "not_found")
    closed.service.close()


def test_whatever_stands_in_a_title_the_feed_is_xml(listener: Listener, book: str) -> None:
    found = listener.service.works.books.get(LOCAL, book)
    bad = "a\x0b]]>&<\ufffe\"'"
    text = rss_document(found, [Episode(1, bad, 1.0, 10)], "https://a.example/x", "k&<")
    item = ElementTree.fromstring(text).find("channel/item")
    assert item is not None and item.findtext("title") == bad.replace("\x0b", "\ufffd").replace("\ufffe", "\ufffd")


@pytest.mark.parametrize("content", ["a: [b", "[]", "x: 1"])
def test_a_damaged_file_of_small_things_is_told_and_all_else_goes_on(config: Config, content: str) -> None:
    """Of podcasts, phones and allowed websites."""
    files = [config.cache_path / f"{name}.yaml" for name in ("feeds", "phones", "origins")]
    config.cache_path.mkdir(parents=True, exist_ok=True)
    for file in files:
        file.write_text(content)
    app = application(make_service(config), page=False)
    client = TestClient(app, "http://127.0.0.1:7860", client=("127.0.0.1", 50_000), headers=ENGLISH)
    made = client.post("/v1/books", json={"text": "天黑了。"}).json()["id"]
    until(lambda: client.get("/readyz").status_code == 200)
    health = client.get("/healthz").json()
    told = [one for one in health["warnings"] if one["code"] == "kept_damaged"]
    assert health["status"] == "degraded" and len(told) == 3
    assert all(any(str(file) in one["message"] for one in told) for file in files)
    assert client.get(f"/v1/books/{made}").status_code == 200
    answer = client.post("/v1/system/origins", json={"origin": "https://chat.example"})
    assert code(answer) == (503, "kept_damaged")
    assert [file.read_text() for file in files] == [content] * 3
    for file in files:
        file.unlink()
    until(lambda: not client.get("/healthz").json().get("warnings"))
    assert client.post("/v1/system/origins", json={"origin": "https://chat.example"}).status_code < 300
