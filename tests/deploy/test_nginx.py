"""nginx itself, with the very file of ``deploy/nginx/``, before a real server: nothing is held back or mistaken."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.server import connections
from indextts.works.jobs.jobs import Jobs
from tests.support.nginx import MISSING, NAME, Proxy, behind_nginx
from tests.support.ports import free_port
from tests.support.services import HeldEngine, application, held_voice, make_service, serving

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

TEXT = "今天天气很好。我们在重庆住了三天。明天去公园看花。"
CALLS = 20
"""So many in an hour may each client make."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> HeldEngine:
    return held_voice(tmp_path_factory.mktemp("cache_hub"))


@pytest.fixture(scope="module")
def proxy(engine: HeldEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    settings = {"hosts": (NAME,), "trusted_proxies": ("127.0.0.1",), "rate_limit": f"{CALLS}/hour"}
    service = make_service(engine.config, engine, **settings)  # type: ignore[attr-defined]
    options = connections.options(service.config.server)
    folder = tmp_path_factory.mktemp("nginx")
    with (
        serving(application(service, page=False), **options) as studio,
        behind_nginx("indextts.conf", studio, folder) as proxy,
    ):
        yield proxy


_number = count(10)


@pytest.fixture
def client(proxy: Proxy, engine: HeldEngine) -> Iterator[httpx.Client]:
    """Somebody else in each test: what one has asked for does not count for the next."""
    with proxy.client(f"198.51.100.{next(_number)}") as client:
        yield client
    engine.release()


def test_what_is_not_encrypted_is_sent_to_where_it_is(proxy: Proxy) -> None:
    answer = httpx.get(f"http://127.0.0.1:{proxy.plain_port}/v1/voices?a=b", headers={"Host": NAME}, trust_env=False)
    assert (answer.status_code, answer.headers["location"]) == (308, f"https://{NAME}/v1/voices?a=b")


def test_a_socket_passes_and_speaks_a_text_in_pieces(client: httpx.Client, proxy: Proxy) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    address = f"wss://{NAME}:{proxy.port}/v1/audio/stream"
    own = socket.create_connection(("127.0.0.1", proxy.port), timeout=60)
    with connect(address, sock=own, ssl=trusting, proxy=None, max_size=2**20) as told:
        for piece in ("今天天", "气很好。我"):
            told.send(json.dumps({"type": "text", "text": piece}))
        kinds = [json.loads(told.recv(60))["type"] for _ in range(3)]
    assert kinds == ["ready", "clause", "audio"], "before the text has ended"


def test_the_answer_begins_while_the_body_arrives(client: httpx.Client, proxy: Proxy) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with trusting.wrap_socket(socket.create_connection(("127.0.0.1", proxy.port), timeout=60)) as own:
        head = f"POST /v1/audio/stream?response_format=pcm HTTP/1.1\r\nHost: {NAME}:{proxy.port}\r\n"
        own.sendall(f"{head}Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        text = "今天天气很好。我".encode()
        own.sendall(b"%x\r\n%s\r\n" % (len(text), text))
        answer = http.client.HTTPResponse(own, method="POST")
        answer.begin()
        assert answer.status == 200 and any(answer.read(2_000))
        own.sendall(b"0\r\n\r\n")
        assert any(answer.read())


def test_events_come_one_by_one_while_the_next_sentence_is_still_to_be_spoken(
    client: httpx.Client, engine: HeldEngine
) -> None:
    engine.hold()
    job = client.post("/v1/jobs", json={"text": TEXT, "live": True}).json()
    with client.stream("GET", f"/v1/jobs/{job['id']}/events") as answer:
        lines = answer.iter_lines()
        for number in range(3):
            engine.let_through(1)
            assert next(line for line in lines if line == "event: segment")
            told = json.loads(next(line for line in lines if line.startswith("data: ")).removeprefix("data: "))
            assert told["index"] == number
    engine.release()


def test_sound_is_heard_before_all_of_it_is_spoken(client: httpx.Client, engine: HeldEngine) -> None:
    engine.hold()
    text = "春天来了，花开了。夏天来了，天热了。秋天来了，叶落了。"  # not what a job has spoken: that is kept
    body = {"model": "tts-1", "input": text, "voice": "default", "response_format": "pcm"}
    engine.let_through(1)
    with client.stream("POST", "/v1/audio/speech", json=body) as answer:
        assert answer.status_code == 200
        parts = answer.iter_raw()
        first = next(parts)
        spoken = len(engine.spoken)
        engine.release()
        whole = first + b"".join(parts)
    assert first and len(whole) > len(first)
    assert len(engine.spoken) == spoken + 2


def test_a_file_at_the_limit_arrives_and_one_beyond_it_is_refused_in_the_studios_own_words(
    client: httpx.Client, proxy: Proxy
) -> None:
    limit = Config().server.max_upload_bytes
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    fits = head + bytes(limit - len(head) - 9) + b"\r\n--b--\r\n"
    assert len(fits) == limit
    arrived = client.post("/v1/clones/import", content=fits, headers=kind)
    assert arrived.status_code in (400, 415, 422), arrived.text
    refused = client.post("/v1/clones/import", content=fits + b"\n", headers=kind)
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "body_too_large")


def test_a_client_is_who_nginx_says_and_not_who_it_claims_to_be(proxy: Proxy) -> None:
    codes = []
    with proxy.client("203.0.113.7") as busy, proxy.client("203.0.113.8") as polite:
        for number in range(CALLS + 1):
            claims = {"X-Forwarded-For": f"192.0.2.{number}", "X-Real-IP": "192.0.2.1", "Forwarded": "for=192.0.2.2"}
            codes.append(busy.post("/v1/plan", json={"text": "好"}, headers=claims).status_code)
        assert codes == [200] * CALLS + [429]
        assert polite.post("/v1/plan", json={"text": "好"}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Host": "evil.test"}, "host_not_allowed"),
        ({"Origin": "https://evil.test"}, "origin_not_allowed"),
        ({"Origin": f"https://{NAME}.evil.test"}, "origin_not_allowed"),
        ({"Origin": "null"}, "origin_not_allowed"),
        ({"Sec-Fetch-Site": "cross-site"}, "origin_not_allowed"),
        # What a page of evil.test would have to make nginx say; nginx leaves it out.
        ({"Origin": "https://evil.test", "X-Forwarded-Host": "evil.test"}, "origin_not_allowed"),
    ],
)
def test_strangers_are_refused_behind_nginx_too(client: httpx.Client, headers: dict[str, str], code: str) -> None:
    refused = client.post("/tts", json={"text": "好"}, headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, code)


def test_its_own_page_and_programs_are_let_in(client: httpx.Client, proxy: Proxy) -> None:
    page = {"Origin": proxy.url, "Sec-Fetch-Site": "same-origin"}
    for headers in (page, {}, {"X-Forwarded-Host": "evil.test"}):
        assert client.post("/tts", json={"text": "好"}, headers=headers).status_code == 200


def test_a_visitors_cookie_is_for_https_alone_and_nobody_counts_as_this_machine(client: httpx.Client) -> None:
    listed = client.get("/v1/jobs")
    assert listed.json()["jobs"] == [], "what others have made is theirs"
    assert "; Secure" in listed.headers["set-cookie"] and "HttpOnly" in listed.headers["set-cookie"]
    assert listed.headers["strict-transport-security"]


def test_every_configuration_passes_sockets_and_holds_nothing_back() -> None:
    for path in (Path(__file__).parents[2] / "deploy" / "nginx").glob("*.conf"):
        text = path.read_text(encoding="utf-8")
        assert "proxy_buffering off" in text and "proxy_set_header Upgrade $http_upgrade" in text, path.name


@pytest.fixture(scope="module", params=["indextts.conf", "indextts-prefix.conf"])
def before_nothing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """nginx before a studio that is being restarted: no socket is there."""
    studio = f"http://127.0.0.1:{free_port()}"
    with behind_nginx(request.param, studio, tmp_path_factory.mktemp("nginx")) as proxy:
        yield proxy


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(("language", "chinese"), [("en-GB,en", False), ("zh-CN,zh;q=0.9", True), ("", False)])
def test_a_program_is_told_in_the_studios_form_that_it_is_away(
    before_nothing: Proxy, method: str, language: str, chinese: bool
) -> None:
    with before_nothing.client() as client:
        headers = {"Accept": "application/json", "Accept-Language": language}
        told = client.request(method, "/studio/v1/audio/speech", content=b"{}" * 100_000, headers=headers)
    error = told.json()["error"]
    assert (told.status_code, error["code"], told.headers["retry-after"]) == (503, "loading", "5")
    assert ("服务" in error["message"]) is chinese and error["hint"] and len(told.json()["request_id"]) >= 16
    assert told.headers["content-type"].startswith("application/json")
    assert told.headers["cache-control"] == "no-store" and told.headers["strict-transport-security"]


def test_a_person_gets_a_page_that_tries_again(before_nothing: Proxy) -> None:
    with before_nothing.client() as client:
        told = client.get("/studio/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (told.status_code, told.headers["retry-after"]) == (503, "5")
    assert told.headers["content-type"].startswith("text/html")
    assert 'http-equiv="refresh"' in told.text and "自动重试" in told.text


def test_a_studio_that_is_silent_for_too_long_is_told_apart_from_one_that_is_away(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes the connection, and that is all
        studio = f"http://127.0.0.1:{silent.getsockname()[1]}"
        patient = [(r"proxy_read_timeout 900s", 1, "proxy_read_timeout 1s")]
        with behind_nginx("indextts.conf", studio, tmp_path, patient) as proxy, proxy.client() as client:
            told = client.post("/tts", json={"text": "好"})
    assert (told.status_code, told.json()["error"]["code"]) == (504, "deadline")
    assert told.headers["retry-after"] == "5"


def test_the_studios_own_503_passes_as_it_is(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StudioError("database_away", place="db.example", retry_after_s=7)

    monkeypatch.setattr(Jobs, "listed", full)
    told = client.get("/v1/jobs")
    assert (told.status_code, told.json()["error"]["code"], told.headers["retry-after"]) == (503, "database_away", "7")
