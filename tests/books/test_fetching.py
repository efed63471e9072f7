"""Pages of the web: only public hosts, so many bytes, in so many seconds; and only what there is to read on them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address

import pytest

from indextts.books.fetching import FetchedPage, check_address, fetch, is_public
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript
from indextts.model.errors import StudioError

STORY = """<html lang="zh-CN"><head><title>夜行 - 小说网</title><meta property="og:title" content="夜行">
<meta name="author" content="无名"><style>p{color:red}</style></head><body>
<nav><a href="/">首页</a></nav><div class="side"><p><a href="/1">一个链接</a></p></div>
<article><h1>夜行</h1><h2>一</h2><p>天黑了，<b>老人</b>走出门。<br>风很大。</p><p>他说：“你好。”</p>
<h2>二</h2><p>天亮了，他才回来。</p><p><a href="/next">下一页</a></p><script>evil()</script></article>
<footer>版权所有</footer></body></html>"""


class Handler(BaseHTTPRequestHandler):
    """Answers as the path says."""

    def do_GET(self) -> None:
        match self.path.split("?")[0]:
            case "/story":
                self.answer(STORY.encode(), "text/html; charset=utf-8")
            case "/gbk":
                self.answer("<p>天气很好。</p>".encode("gbk"), "text/html; charset=gbk")
            case "/big":
                self.answer(b"x" * 300_000, "text/plain")
            case "/away":
                self.redirect("/story?page=1")
            case "/home":
                self.redirect("http://127.0.0.1:1/secret")
            case "/round":
                self.redirect("/round")
            case "/drip":
                self.send_response(200)
                self.end_headers()
                for _ in range(100):
                    try:
                        self.wfile.write(b"x")
                        self.wfile.flush()
                    except OSError:
                        return
                    time.sleep(0.05)
            case "/packed":
                self.answer(b"\x1f\x8b", "text/html", encoding="gzip")
            case _:
                self.send_error(404)

    def answer(self, data: bytes, kind: str, encoding: str = "") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(data)

    def redirect(self, place: str) -> None:
        self.send_response(302)
        self.send_header("Location", place)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def got(address: str, *, private: bool = True, within_s: float = 10.0) -> FetchedPage:
    return fetch(address, most_bytes=200_000, within_s=within_s, private=private)


def read_page(page: FetchedPage) -> Manuscript:
    return read_manuscript("a.example.html", page.data)


def refused(address: str, *, code: str = "bad_address", private: bool = True, within_s: float = 10.0) -> str:
    with pytest.raises(StudioError) as told:
        got(address, private=private, within_s=within_s)
    assert told.value.code == code
    return str(told.value)


def test_a_page_is_fetched_and_its_story_read_without_what_stands_around_it(url: str) -> None:
    book = read_page(got(f"{url}/away"))
    assert (book.title, book.author, book.language) == ("夜行", "无名", "zh")
    assert [(one.title, one.text) for one in book.chapters if one.on] == [
        *(("一", "天黑了，老人走出门。\n风很大。\n他说：“你好。”"), ("二", "天亮了，他才回来。"))
    ]


def test_a_page_in_another_encoding_is_read(url: str) -> None:
    assert read_page(got(f"{url}/gbk")).chapters[0].text == "天气很好。"


def test_what_is_too_large_too_slow_or_not_there_is_told(url: str) -> None:
    refused(f"{url}/big", code="body_too_large")
    began = time.monotonic()
    assert "too slowly" in refused(f"{url}/drip", within_s=0.5)
    assert time.monotonic() - began < 3
    assert "404" in refused(f"{url}/nothing")
    assert "compressed" in refused(f"{url}/packed")
    assert "too many times" in refused(f"{url}/round")


def test_no_host_of_this_network_is_asked_also_by_way_of_another(url: str) -> None:
    assert "internet" in refused(f"{url}/story", private=False)
    assert "internet" in refused(url.replace("127.0.0.1", "localhost"), private=False)
    asked: list[str] = []

    def resolve(host: str, _: int) -> Sequence[str]:
        asked.append(host)
        return ["93.184.216.34", "10.0.0.1"]

    with pytest.raises(StudioError, match="internet"):
        fetch("http://rebind.example/", most_bytes=10, within_s=5, resolve=resolve)
    assert asked == ["rebind.example"]


def test_a_redirect_into_this_network_is_not_followed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indextts.books.fetching.is_public", lambda ip: ip == "127.0.0.1" and not seen)
    seen: list[str] = []

    def resolve(host: str, _: int) -> Sequence[str]:
        if host == "127.0.0.1":
            seen.append(host)
        return ["127.0.0.1"]

    address = url.replace("127.0.0.1", "public.example")
    with pytest.raises(StudioError, match="internet"):
        fetch(f"{address}/home", most_bytes=1000, within_s=5, resolve=resolve)
    assert seen == ["127.0.0.1"]


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "ff02::1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "not an address", "192.0.0.9", "192.88.99.1", "3fff::7", "5f00::1"),
        *("fec0::1", "feff::8.8.8.8", "64:ff9b:1::808:808", "2001:0:a00:1::", "::8.8.8.8", "4000::1"),
    ],
)
def test_addresses_that_are_none_of_the_internets(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("form", ["::ffff:{}", "64:ff9b::{}", "2002:{}::1"])
@pytest.mark.parametrize("inner", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "192.0.0.170", "8.8.4.4"])
def test_an_ipv4_address_in_an_ipv6_one_counts_as_itself(form: str, inner: str) -> None:
    high, low = divmod(int(IPv4Address(inner)), 1 << 16)
    assert is_public(form.format(f"{high:x}:{low:x}")) == is_public(inner) == (inner == "8.8.4.4")


def _answering(how: Callable[[socket.socket], object]) -> int:
    """The port of a host that takes one connection and does that with it."""
    door = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        line, _ = door.accept()
        with door, line:
            line.recv(1000)
            how(line)

    threading.Thread(target=answer, daemon=True).start()
    return int(door.getsockname()[1])


def test_a_connection_that_breaks_is_told_in_both_languages_without_the_systems_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
    for address, english, chinese in (
        (f"http://127.0.0.1:{closed}/", "refuses the connection", "拒绝连接"),
        (f"http://127.0.0.1:{_answering(lambda line: None)}/", "ended the connection", "断开"),
        (f"http://127.0.0.1:{_answering(lambda line: line.sendall(half))}/", "ended the connection", "断开"),
        (f"http://127.0.0.1:{_answering(lambda line: line.sendall(b'no' * 9))}/", "as a website", "网站的响应"),
        (f"https://127.0.0.1:{_answering(lambda line: line.sendall(b'no' * 9))}/", "valid https", "https 连接"),
    ):
        with pytest.raises(StudioError) as told:
            got(address)
        assert english in str(told.value)
        assert chinese in told.value.localise("zh")[0]
        assert "rrno" not in str(told.value)


def test_addresses_of_the_internet() -> None:
    assert all(map(is_public, ("93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8")))


@pytest.mark.parametrize(
    "address",
    [
        *("", "story", "file:///etc/passwd", "ftp://a.example/", "http://", "http://a b/", "http://u:p@a.example/"),
        *(
            "http://a.example:99999/",
            "http://[::1/",
            "gopher://x",
            "http://a.example/\n",
            5,
            None,
            "http://" + "a" * 3000,
        ),
    ],
)
def test_what_is_no_address_of_a_page(address: object) -> None:
    with pytest.raises(StudioError) as told:
        check_address(address)
    assert told.value.code == "bad_address"


@pytest.mark.parametrize("data", [b"", b"<html><body><nav><p>menu</p></nav></body></html>", b"\0\0\0", b"<" * 50_000])
def test_a_page_without_words_is_told(data: bytes) -> None:
    page = FetchedPage("http://a.example/", "text/html", "utf-8", data)
    try:
        assert read_page(page).chapters  # a lone sign is text to some parsers
    except StudioError as error:
        assert error.code in ("book_empty", "book_unreadable")
