"""Who may ask: the names of this server, its own pages, programs, and trusted proxies; nobody else."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from indextts.pipeline.pipeline import Speech
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Cancel
from indextts.server.app import open_share_link
from tests.support.services import application, make_service, serving
from tests.support.whole import WholeService

Ask = Callable[..., Any]

PATHS = ("/", "/v1/voices", "/healthz", "/docs", "/openapi.json", "/metrics", "/audio/x.wav", "/nothing", "/static/x")
HERE = "http://127.0.0.1:7860"
EVIL = "http://evil.test:7860"


@pytest.fixture(scope="module")
def ask(service: WholeService) -> Iterator[Ask]:
    """One request to a server with ``settings``, named ``host``."""
    clients: dict[str, TestClient] = {}

    def one(method: str, path: str, host: str | None = "127.0.0.1:7860", **more: Any) -> Any:
        settings = more.pop("settings", {})
        key = str(settings)
        if key not in clients:
            server = service.config.server.model_copy(update={"hosts": (), **settings})
            config = service.config.model_copy(update={"server": server})
            app = application(service, config, page=False)
            peer = ("127.0.0.1", 50000)
            clients[key] = TestClient(app, HERE, raise_server_exceptions=False, client=peer, follow_redirects=False)
        headers = {"Accept-Language": "en", **more.pop("headers", {})}
        if host is not None:
            headers["Host"] = host
        return clients[key].request(method, path, headers=headers, **more)

    yield one


def code_of(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


# ---------------------------------------------------------------------- Host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:7860", "localhost", "LOCALHOST:1", "[::1]:7860", "127.9.9.9"])
def test_this_machines_own_names(ask: Ask, host: str) -> None:
    assert ask("GET", "/healthz", host).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.test",
        "evil.test:7860",
        "localhost.",
        "localhost.:7860",
        "x.localhost",
        "127.0.0.1.evil.test",
        "127.0.0.1.nip.io",
        "localhost.evil.test",
        "2130706433",
        "127.1",
        "0x7f.0.0.1",
        "0.0.0.0:7860",
        "[::]:7860",
        "10.0.0.1",
        "[2001:db8::1]",
    ],
)
def test_all_other_names_are_refused_everywhere(ask: Ask, host: str) -> None:
    for path in PATHS:
        answer = ask("GET", path, host)
        assert (answer.status_code, code_of(answer)) == (403, "host_not_allowed"), path
        assert "server.hosts" in answer.json()["error"]["hint"] and answer.json()["request_id"]
        assert not [name for name in answer.headers if name.startswith("access-control")]
    assert code_of(ask("POST", "/tts", host, json={"text": "你好"})) == "host_not_allowed"


def test_a_refusal_names_the_port_where_the_server_is(service: WholeService) -> None:
    client = TestClient(application(service, page=False), "http://127.0.0.1:7912", client=("127.0.0.1", 50000))
    for language in ("en", "zh"):
        answer = client.get("/healthz", headers={"Host": "evil.test", "Accept-Language": language})
        assert "http://127.0.0.1:7912" in answer.json()["error"]["hint"]


@pytest.mark.parametrize(
    "host", ["", "a b", "evil.test/", "user@127.0.0.1", "127.0.0.1:port", "127.0.0.1:99999", "[::1", "[zz]", "[1.2]:7"]
)
def test_what_is_no_host_is_malformed(ask: Ask, host: str) -> None:
    answer = ask("GET", "/healthz", host)
    assert (answer.status_code, code_of(answer)) == (400, "malformed")


@pytest.mark.parametrize("hosts", [(), ("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "evil.test")], ids=str)
def test_a_request_names_one_host(service: WholeService, hosts: tuple[str, ...]) -> None:
    app = application(service, page=False)
    headers = [(b"host", host.encode()) for host in hosts]
    scope: dict[str, Any] = {
        "type": "http", "method": "GET", "path": "/healthz", "raw_path": b"/healthz", "query_string": b"",
        "scheme": "http", "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 7860),
        "http_version": "1.0", "state": {},
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        raise AssertionError("nothing is read before the names are known")

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 400


def test_the_refusal_speaks_chinese(ask: Ask) -> None:
    answer = ask("GET", "/healthz", "evil.test", headers={"Accept-Language": "zh-CN"})
    assert "evil.test" in answer.json()["error"]["message"] and "服务器" in answer.json()["error"]["message"]


def test_names_of_the_configuration(ask: Ask) -> None:
    settings = {"hosts": ("Studio.example.com", "*.lan", "192.0.2.7", "[2001:DB8:0::1]")}
    for host in ("studio.EXAMPLE.com:8080", "a.lan", "b.a.lan", "192.0.2.7:1", "[2001:db8::1]:1"):
        assert ask("GET", "/healthz", host, settings=settings).status_code == 200, host
    others = ("example.com", "x.studio.example.com", "lan", ".lan.evil", "evillan", "192.0.2.8", "studio.example.com.")
    for host in others:
        assert ask("GET", "/healthz", host, settings=settings).status_code == 403, host


def test_the_address_that_it_listens_on(ask: Ask) -> None:
    for bound in ("192.0.2.7", "studio.lan"):
        assert ask("GET", "/healthz", f"{bound}:7860", settings={"host": bound}).status_code == 200
        assert ask("GET", "/healthz", "192.0.2.8", settings={"host": bound}).status_code == 403


@pytest.mark.parametrize(
    ("arrived", "host", "status"),
    [
        ("192.0.2.7", "192.0.2.7:7860", 200),
        ("::ffff:192.0.2.7", "192.0.2.7", 200),
        ("2001:db8::7", "[2001:db8::7]:7860", 200),
        ("192.0.2.7", "192.0.2.8", 403),
        ("192.0.2.7", "machine.lan", 403),
        ("192.0.2.7", "0.0.0.0", 403),
    ],
)
def test_with_all_addresses_the_one_that_was_reached(
    service: WholeService, arrived: str, host: str, status: int
) -> None:
    server = service.config.server.model_copy(update={"host": "0.0.0.0", "hosts": ()})
    app = application(service, service.config.model_copy(update={"server": server}), page=False)

    async def at_that_address(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "server": (arrived, 7860)}, receive, send)

    assert TestClient(at_that_address, HERE).get("/healthz", headers={"Host": host}).status_code == status


def test_sockets_are_closed_to_strangers(service: WholeService) -> None:
    app = application(service, page=False)
    for headers in ([(b"host", b"evil.test")], [(b"host", b"127.0.0.1"), (b"origin", b"http://evil.test")]):
        scope: dict[str, Any] = {
            "type": "websocket",
            "path": "/x",
            "headers": headers,
            "scheme": "ws",
            "client": None,
            "state": {},
        }
        sent: list[Any] = []

        async def send(message: Any, sent: list[Any] = sent) -> None:
            sent.append(message)

        asyncio.run(app(scope, None, send))  # type: ignore[arg-type]
        assert [message["type"] for message in sent] == ["websocket.close"]


def test_the_public_link_is_a_name_once_it_is_open(service: WholeService) -> None:
    server = service.config.server.model_copy(update={"hosts": ()})
    app = application(service, service.config.model_copy(update={"server": server}), page=False)
    client = TestClient(app, HERE)
    link = {"Host": "abc.gradio.live", "Origin": "https://abc.gradio.live", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/tts", json={"text": "你好"}, headers=link).status_code == 403
    app.state.hosts.share("https://abc.gradio.live")
    assert client.post("/tts", json={"text": "你好"}, headers=link).status_code == 200
    other = {**link, "Host": "other.gradio.live"}
    assert client.post("/tts", json={"text": "你好"}, headers=other).status_code == 403
    # A tunnel that names this machine to the server leaves the page's own address in Origin.
    assert client.post("/tts", json={"text": "你好"}, headers={**link, "Host": "127.0.0.1:7860"}).status_code == 200


def test_the_link_is_known_as_soon_as_it_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: queue.Queue[str] = queue.Queue()
    monkeypatch.setattr("gradio.networking.setup_tunnel", lambda *_: "http://abc.gradio.live")
    open_share_link(7860, opened.put)
    assert opened.get(timeout=60) == "https://abc.gradio.live"


# ---------------------------------------------------------------------- Origin

UNSAFE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("POST", "/tts", {"json": {"text": "你好"}}),
    ("POST", "/tts/generate", {"data": {"text": "你好"}}),
    ("POST", "/v1/audio/speech", {"json": {"input": "你好"}}),
    ("POST", "/v1/clones", {"data": {"name": "x"}, "files": {"reference": b"x"}}),
    ("POST", "/v1/clones/import", {"files": {"file": b"x"}}),
    ("POST", "/v1/lexicon", {"json": {}}),
    ("DELETE", "/v1/clones/clone-1", {}),
    ("PATCH", "/v1/voices/x", {"json": {}}),
    ("PUT", "/v1/lexicon/1", {"json": {}}),
    ("POST", "/gradio_api/upload", {"files": {"files": b"x"}}),
)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1:7860"},
        {"Origin": "http://127.0.0.1:3000"},
        {"Origin": "http://localhost:7860"},
        {"Origin": "http://127.0.0.1:7860.evil.test"},
        {"Origin": "file://"},
        {"Origin": "chrome-extension://abc"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
        {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
        {"Referer": f"{EVIL}/page"},
    ],
    ids=str,
)
def test_no_other_website_changes_anything(ask: Ask, headers: dict[str, str]) -> None:
    for method, path, body in UNSAFE:
        answer = ask(method, path, headers=headers, **body)
        assert (answer.status_code, code_of(answer)) == (403, "origin_not_allowed"), path
        assert "server.origins" in answer.json()["error"]["hint"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": HERE},
        {"Origin": HERE, "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Referer": f"{HERE}/"},
        {"User-Agent": "OpenAI/Python"},
    ],
    ids=str,
)
def test_programs_and_its_own_page_go_on(ask: Ask, headers: dict[str, str]) -> None:
    assert ask("POST", "/tts", headers=headers, json={"text": "你好"}).status_code == 200
    assert ask("POST", "/tts/generate", headers=headers, data={"text": "你好"}).status_code == 200


@pytest.mark.parametrize("mode", ["no-cors", "cors", "navigate"])
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_other_website_reads_or_embeds(ask: Ask, site: str, mode: str) -> None:
    dest = {"no-cors": "audio", "cors": "empty", "navigate": "iframe"}[mode]
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    for path in ("/v1/clones/clone-1/export", "/v1/voices", "/audio/x.wav", "/v1/lexicon/export", "/", "/metrics"):
        assert code_of(ask("GET", path, headers=headers)) == "origin_not_allowed", path
    referred = ask("GET", "/v1/voices", headers={"Referer": EVIL})
    assert code_of(referred) == "origin_not_allowed"  # where the browser says nothing else


def test_a_link_on_another_website_opens_the_page(ask: Ask) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert ask("GET", "/docs", headers=link).status_code == 200
    assert code_of(ask("GET", "/", headers=link)) == "not_found"  # there is no page here, but it would be shown
    assert code_of(ask("GET", "/audio/x.wav", headers=link)) == "not_found"
    assert code_of(ask("GET", "/v1/clones/clone-1/export", headers=link)) == "origin_not_allowed"


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "x.localhost:7860", "localhost.", "evil.test"])
def test_no_answer_lets_another_origin_in(ask: Ask, host: str) -> None:
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for origin in (EVIL, "null", "http://evil.test"):
        asked: dict[str, dict[str, str]] = {"GET": {}, "POST": {}, "OPTIONS": preflight}
        for method, more in asked.items():
            answer = ask(method, "/tts", host, headers={"Origin": origin, **more})
            assert answer.status_code == 403
            assert not [name for name in answer.headers if name.startswith("access-control")]


def test_origins_of_the_configuration(ask: Ask) -> None:
    settings = {"origins": ("https://studio.example.com",)}
    headers = {"Origin": "https://studio.example.com", "Sec-Fetch-Site": "same-origin"}
    answer = ask("POST", "/tts", headers=headers, settings=settings, json={"text": "你好"})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control")]
    other = {"Origin": "https://evil.example.com"}
    assert ask("POST", "/tts", headers=other, settings=settings, json={"text": "你好"}).status_code == 403


def test_a_configured_name_behind_tls_is_its_own_origin(ask: Ask) -> None:
    settings = {"hosts": ("studio.example.com", "*.lan")}
    for host, origin, status in (
        ("studio.example.com", "https://studio.example.com", 200),
        ("a.lan:8443", "https://a.lan:8443", 200),
        ("a.lan", "https://b.lan", 403),
        ("studio.example.com", "https://studio.example.com:9000", 403),
        ("studio.example.com", "http://studio.example.com:9000", 403),
    ):
        answer = ask("POST", "/tts", host, headers={"Origin": origin}, settings=settings, json={"text": "你好"})
        assert answer.status_code == status, (host, origin)


# ---------------------------------------------------------------------- proxies


def test_forwarded_headers_of_nobody_in_particular_are_ignored(ask: Ask) -> None:
    forged = {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.test"}
    assert ask("GET", "/healthz", headers=forged).status_code == 200
    refused = ask("POST", "/tts", headers={**forged, "Origin": "https://127.0.0.1:7860"}, json={"text": "你好"})
    assert refused.status_code == 403


def test_a_trusted_proxy_says_where_the_browser_is(ask: Ask) -> None:
    settings = {"trusted_proxies": ("127.0.0.0/8",), "hosts": ("studio.example.com",)}
    told = {"X-Forwarded-Host": "studio.example.com:8443", "X-Forwarded-Proto": "https"}
    for origin, status in (("https://studio.example.com:8443", 200), (HERE, 403), ("https://evil.test", 403)):
        answer = ask("POST", "/tts", headers={**told, "Origin": origin}, settings=settings, json={"text": "你好"})
        assert answer.status_code == status, origin
    for named in ("evil.test", "evil.test, studio.example.com", "studio.example.com, evil.test"):
        answer = ask("GET", "/healthz", headers={"X-Forwarded-Host": named}, settings=settings)
        assert code_of(answer) == "host_not_allowed", named


def test_a_header_does_not_avoid_the_rate(config: Config) -> None:
    for trusted, codes in ((), [200, 200, 429, 429]), (("127.0.0.1",), [200] * 4):
        limited = make_service(config, rate_limit="2/minute", trusted_proxies=trusted)
        with serving(application(limited, page=False)) as base:
            asked = [
                httpx.post(f"{base}/tts", json={"text": "你好"}, headers={"X-Forwarded-For": f"192.0.2.{number}"})
                for number in range(4)
            ]
            assert [answer.status_code for answer in asked] == codes
        limited.close()


def test_rate_and_queue_know_a_client_by_the_same_name(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = make_service(config, rate_limit="2/minute", trusted_proxies=("127.0.0.1",))
    speak, named = limited.speak, []

    def noting(request: SpeechRequest, *, cancel: Cancel) -> Speech:
        named.append(cancel.client)
        return speak(request, cancel=cancel)

    monkeypatch.setattr(limited, "speak", noting)
    asked = {"2001:db8::1": 200, "2001:db8::2": 200, "2001:db8::3": 429, "2001:db8:0:1::1": 200, "192.0.2.1": 200}
    with serving(application(limited, page=False)) as base:
        for address, status in asked.items():
            answer = httpx.post(f"{base}/tts", json={"text": "你好"}, headers={"X-Forwarded-For": address})
            assert answer.status_code == status, address
    assert named == ["2001:db8::/64", "2001:db8::/64", "2001:db8:0:1::/64", "192.0.2.1"]
    limited.close()


# ---------------------------------------------------------------------- what an answer may do


def test_data_runs_nothing_and_is_embedded_nowhere(ask: Ask) -> None:
    sound = ask("POST", "/tts", json={"text": "你好"}).json()["audio_url"]
    for path in ("/healthz", sound, "/openapi.json", "/nothing", "/v1/lexicon/export"):
        headers = ask("GET", path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; "), path
        assert "script" not in headers["content-security-policy"]
        assert headers["cross-origin-resource-policy"] == "same-origin"
    page = ask("GET", "/docs")
    policies = {page.headers["content-security-policy"], ask("GET", "/docs").headers["content-security-policy"]}
    assert len(policies) == 2  # no two pages bear the same mark
    (scripts,) = [part for part in page.headers["content-security-policy"].split("; ") if part.startswith("script-src")]
    assert "'unsafe-inline'" not in scripts
    nonce = scripts.split("'nonce-")[1].split("'")[0]
    assert page.text.count("<script") == page.text.count(f'<script nonce="{nonce}">') == 1
