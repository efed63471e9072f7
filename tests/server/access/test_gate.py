"""Who is let in: a key opens, nothing else does, and this machine's person needs none."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from indextts.engines.embedded import engine as embedded
from indextts.model.errors import StudioError
from indextts.models.jobs import Fetches
from indextts.platform.config import Config
from indextts.platform.serving_config import AccessConfig
from indextts.server.access import first_key
from indextts.server.access.gate import OPEN
from indextts.server.page_gate import mounted
from indextts.service.access_keys import Keys, first_key_file
from indextts.service.caller import CallerLimit, caller_in
from indextts.service.owner import owner_of_key
from indextts.service.service import SpeechService
from tests.support.services import HeldEngine, application, make_service
from tests.support.studio_keys import HERE, Studio, routes_of

Bearer = Callable[[str], dict[str, str]]


def code_of(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


FEEDS = ("/v1/feeds/x", "/v1/feeds/x/cover")


def small_page(_: SpeechService) -> tuple[Any, dict[str, Any]]:
    import gradio as gr

    with gr.Blocks() as page:
        gr.Textbox()
    return page, {}


# ---------------------------------------------------------------------- what is closed


def test_every_address_of_the_api_and_of_gradio_is_behind_the_key(studio: Studio) -> None:
    app = studio.app()
    inner = mounted(small_page, studio.service)
    found = [*routes_of(app.routes), *routes_of(inner.routes)]
    calls = {(method, re.sub(r"\{[^}]*\}", "x", path)) for method, path in found}
    more = ("/", "/page/x/lib/studio.js", "/nothing", "/gradio_api/mcp")
    calls |= {(method, path) for path in more for method in ("GET", "HEAD", "POST", "DELETE", "OPTIONS")}
    assert len(calls) > 150
    assert {("GET", "/v1/jobs/x/events"), ("GET", "/gradio_api/queue/data"), ("POST", "/tts")} <= calls
    stranger, closed = studio.client(app), 0
    for method, path in sorted(calls):
        if path in OPEN:
            continue
        answer = stranger.request(method, path)
        if method in ("GET", "HEAD") and path in FEEDS:  # these have a key of their own
            assert answer.status_code == 404, (method, path)
            continue
        assert answer.status_code == 401, (method, path)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        if method != "HEAD":
            assert code_of(answer) == "key_needed" and answer.json()["request_id"]
        closed += 1
    assert closed > 150


@pytest.mark.parametrize(
    "mode", ["forwarded", *(pytest.param(mode, marks=pytest.mark.night) for mode in ("never", "share"))]
)
def test_a_visitor_may_do_at_most_what_a_plain_key_may(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """Every route of the application is asked; nothing is fetched or installed."""
    for name in ("start", "verify", "stop", "remove", "restore"):
        monkeypatch.setattr(Fetches, name, lambda *_: 0)
    plain, admin = studio.key("anna"), studio.key("boss", admin=True)
    keyed = studio.app()
    shared = mode == "share"
    open_to_all = studio.app(host="127.0.0.1" if shared else "0.0.0.0", keys="auto" if shared else "never")
    headers = {}
    if mode == "forwarded":
        headers = {"X-Forwarded-For": "203.0.113.9"}
    if mode == "share":
        open_to_all.state.hosts.share("https://abc.gradio.live")
        headers = {"Host": "abc.gradio.live"}
    peer = ("198.51.100.4", 50_000) if mode == "never" else HERE
    visitor = studio.client(open_to_all, peer, **headers)
    clients = {
        "visitor": visitor,
        "plain": studio.client(keyed, Authorization=f"Bearer {plain}"),
        "admin": studio.client(keyed, Authorization=f"Bearer {admin}"),
        "local": studio.client(keyed, HERE),
    }
    calls = set()
    for method, path in routes_of(keyed.routes):
        calls.add((method, re.sub(r"\{[^}]*\}", "embedded" if path.startswith("/v1/store") else "x", path)))
    calls = {(method, path) for method, path in calls if method != "HEAD" and path not in ("/login", "/logout")}
    assert len(calls) > 80
    refused: dict[str, set[tuple[str, str]]] = {name: set() for name in clients}
    for method, path in sorted(calls):
        for name, client in clients.items():
            if client.request(method, path).status_code in (401, 403):
                refused[name].add((method, path))
    assert refused["local"] <= refused["admin"] <= refused["plain"] <= refused["visitor"]
    store = {("POST", f"/v1/store/embedded/{what}") for what in ("pull", "install", "verify", "stop", "restore")}
    store |= {("DELETE", "/v1/store/embedded"), ("GET", "/v1/system")}
    assert store <= refused["plain"] and not refused["admin"] & (store - {("POST", "/v1/store/embedded/install")})


def test_sockets_are_closed_too(studio: Studio) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), studio.client().websocket_connect("/gradio_api/queue/join"):
        pass


def test_a_probe_needs_no_key_and_measurements_need_one_unless_they_are_open(studio: Studio, bearer: Bearer) -> None:
    stranger = studio.client()
    assert [stranger.get(path).status_code for path in ("/healthz", "/health")] == [200, 200]
    assert stranger.get("/readyz").status_code == 200
    assert stranger.get("/metrics").status_code == 401
    assert stranger.get("/metrics", headers=bearer("anna")).status_code == 200
    assert studio.client(studio.app(open_metrics=True)).get("/metrics").status_code == 200


def test_gradios_page_is_told_in_its_own_form_as_well(studio: Studio) -> None:
    answer = studio.client().post("/gradio_api/queue/join", json={}).json()
    assert answer["detail"].startswith(answer["error"]["message"])


# ---------------------------------------------------------------------- what opens


def test_a_key_opens_in_either_header_and_a_wrong_one_is_refused(studio: Studio, bearer: Bearer) -> None:
    client = studio.client()
    assert client.get("/v1/voices", headers=bearer("anna")).status_code == 200
    assert client.get("/v1/voices", headers={"X-API-Key": studio.key("anna")}).status_code == 200
    assert client.get("/v1/voices", headers={"Authorization": f"bearer  {studio.key('anna')} "}).status_code == 200
    for wrong in ("Bearer its_wrong", f"Bearer {studio.key('anna')}x", f"Bearer {studio.key('anna')[:-1]}"):
        answer = client.get("/v1/voices", headers={"Authorization": wrong})
        assert (answer.status_code, code_of(answer)) == (403, "key_wrong")
    empty = {"Authorization": "Bearer", "X-API-Key": " "}
    for name in ("X-API-Key", "xi-api-key", "Ocp-Apim-Subscription-Key"):
        assert client.get("/v1/voices", headers={**empty, name: studio.key("anna")}).status_code == 200
        assert code_of(client.get("/v1/voices", headers={**empty, name: "wrong"})) == "key_wrong"
    for none in ("Basic YTpi", "Bearer", "Bearer ", studio.key("anna")):
        assert client.get("/v1/voices", headers={"Authorization": none}).status_code == 401


def test_programs_that_know_a_base_address_alone_show_the_key_there(studio: Studio) -> None:
    client, key = studio.client(), studio.key("anna")
    query = ("POST", "/voicevox/audio_query?text=hi&speaker=0")
    for method, path in (("GET", "/gpt-sovits?text=hi"), ("GET", "/gpt-sovits/tts?text=hi"), query):
        for user in ("x", ""):
            assert client.request(method, path, auth=(user, key)).status_code == 200, path
        assert code_of(client.request(method, path, auth=("x", f"{key}x"))) == "key_wrong"
        for none in ("Basic", "Basic ////", "Basic é", "Basic eA=="):
            answer = client.request(method, path, headers=[(b"Authorization", none.encode())])
            assert answer.status_code in (401, 403), none
    for path in ("/tts", "/gpt-sovits", "/gpt-sovits/tts"):
        assert client.get(f"{path}?text=hi&key={key}").status_code == 200
        assert code_of(client.get(f"{path}?text=hi&key=wrong")) == "key_wrong"
    assert code_of(client.post(f"/tts?key={key}", json={"text": "hi"})) == "key_needed"
    assert code_of(client.get("/v1/voices", auth=("x", key))) == "key_needed", "a proxy's password is no key"


def test_this_machines_person_needs_none_unless_the_configuration_says_so(studio: Studio, bearer: Bearer) -> None:
    studio.key("anna")
    for app in (studio.app(), studio.app(host="127.0.0.1"), studio.app(keys="always")):
        assert studio.client(app, HERE).get("/v1/voices").status_code == 200
        # What clients send that have to send something.
        assert studio.client(app, HERE).get("/v1/voices", headers={"X-API-Key": "unused"}).status_code == 200
        through = studio.client(app, HERE).get("/v1/voices", headers={"X-Forwarded-For": "198.51.100.2"})
        assert through.status_code == 401
    strict = studio.client(studio.app(local_needs_key=True), HERE)
    assert strict.get("/v1/voices").status_code == 401
    assert strict.get("/v1/voices", headers=bearer("anna")).status_code == 200


def test_a_server_of_this_machine_alone_asks_for_keys_once_there_are_some(config: Config, tmp_path: Path) -> None:
    service = make_service(config.model_copy(update={"access": AccessConfig(keys_file=str(tmp_path / "keys.yaml"))}))
    studio = Studio(service)
    client = studio.client(studio.app(host="127.0.0.1"))
    never = studio.client(studio.app(keys="never"))
    assert client.get("/v1/voices").status_code == 200
    studio.key("ben")
    assert client.get("/v1/voices").status_code == 401
    studio.keys.remove("ben")
    assert client.get("/v1/voices").status_code == 401  # it does not open again because the last key is gone
    assert never.get("/v1/voices").status_code == 200
    service.close()


def test_the_public_link_is_open_to_who_knows_it_unless_it_needs_a_key(studio: Studio) -> None:
    for needs, status in ((False, 200), (True, 401)):
        app = studio.app(host="127.0.0.1", share_needs_key=needs)
        studio.key("anna")
        app.state.hosts.share("https://abc.gradio.live")
        link = {"Host": "abc.gradio.live"}
        assert studio.client(app, HERE).get("/v1/voices", headers=link).status_code == status
        # Its name helps nobody who comes another way.
        assert studio.client(app).get("/v1/voices", headers=link).status_code == 401


# ---------------------------------------------------------------------- wrong keys


def test_wrong_keys_are_bounded_by_address_and_a_known_key_goes_on(studio: Studio, bearer: Bearer) -> None:
    client = studio.client(studio.app(tries="3/hour"))
    assert client.get("/v1/voices", headers=bearer("anna")).status_code == 200
    wrong = [client.get("/v1/voices", headers={"X-API-Key": f"its_{number}"}) for number in range(5)]
    assert [answer.status_code for answer in wrong] == [403, 403, 403, 429, 429]
    assert code_of(wrong[-1]) == "key_tries" and int(wrong[-1].headers["Retry-After"]) > 0
    assert client.get("/v1/voices", headers=bearer("anna")).status_code == 200
    # Whoever tries is not told that this one would have been right.
    assert client.get("/v1/voices", headers=bearer("carl")).status_code == 429
    other = studio.client(client.app, ("198.51.100.9", 1))
    assert other.get("/v1/voices", headers=bearer("carl")).status_code == 200


# ---------------------------------------------------------------------- limits, owners, admins


def test_a_key_counts_by_its_own_rate_wherever_it_is_used(studio: Studio) -> None:
    secret = studio.key("slow", "2/hour")
    app = studio.app()
    first, second = studio.client(app), studio.client(app, ("198.51.100.9", 1))
    said = {"text": "你好"}

    def ask(client: Any, key: str) -> int:
        return int(client.post("/v1/plan", json=said, headers={"X-API-Key": key}).status_code)

    assert [ask(first, secret), ask(second, secret), ask(first, secret)] == [200, 200, 429]
    assert ask(first, studio.key("anna")) == 200


def test_a_key_has_no_more_texts_at_once_than_it_may(config: Config, tmp_path: Path) -> None:
    held = HeldEngine(embedded.load(config))
    access = AccessConfig(keys_file=str(tmp_path / "keys.yaml"))
    studio = Studio(make_service(config.model_copy(update={"access": access}), held))
    headers = {"X-API-Key": studio.key("one", at_once=1)}
    client = studio.client()
    while held.started.acquire(blocking=False):
        pass  # the warm-up's
    held.hold()
    first: list[int] = []
    asking = threading.Thread(
        target=lambda: first.append(client.post("/tts", json={"text": "你好。"}, headers=headers).status_code)
    )
    asking.start()
    held.begun()
    refused = client.post("/tts", json={"text": "再见。"}, headers=headers)
    assert (refused.status_code, code_of(refused)) == (429, "key_busy")
    assert int(refused.headers["Retry-After"]) > 0
    held.release()
    asking.join(60)
    assert first == [200]
    assert client.post("/tts", json={"text": "再见。"}, headers=headers).status_code == 200
    studio.service.close()


def test_each_key_has_works_of_its_own_and_a_new_secret_finds_them_again(studio: Studio, bearer: Bearer) -> None:
    client = studio.client()
    made = client.post("/v1/projects", json={"name": "Anna's"}, headers=bearer("anna")).json()

    def names(headers: dict[str, str]) -> list[str]:
        return [one["id"] for one in client.get("/v1/projects", headers=headers).json()["projects"]]

    assert made["id"] in names(bearer("anna"))
    assert made["id"] not in names(bearer("carl"))
    assert client.get(f"/v1/projects/{made['id']}", headers=bearer("carl")).status_code == 404
    studio.keys.remove("anna")
    del studio.secrets["anna"]
    assert made["id"] in names(bearer("anna"))


def test_only_an_admins_key_changes_what_all_share(studio: Studio, bearer: Bearer) -> None:
    client = studio.client()
    answer = client.post("/v1/store/indextts2/stop", headers=bearer("carl"))
    assert (answer.status_code, code_of(answer)) == (403, "admin_only")
    assert client.get("/v1/store", headers=bearer("carl")).status_code == 200
    admin = {"X-API-Key": studio.key("boss", admin=True)}
    assert client.post("/v1/store/indextts2/stop", headers=admin).status_code == 202


def test_what_stands_behind_the_gate_is_told_who_asks(studio: Studio) -> None:
    app = studio.app()

    def who(request: Request) -> dict[str, Any]:
        caller = caller_in(request.scope)
        return {"kind": caller.kind, "name": caller.name, "owner": caller.owner, "rate": caller.limit.rate}

    app.add_api_route("/who", who)  # as others add theirs
    given = {"X-API-Key": studio.key("slow", "2/hour")}
    told = studio.client(app).get("/who", headers=given).json()
    assert told == {"kind": "key", "name": "slow", "owner": owner_of_key("slow"), "rate": "2/hour"}
    assert studio.client(app, HERE).get("/who").json()["owner"] == "local"


# ---------------------------------------------------------------------- the start


def test_a_start_on_another_address_without_a_key_makes_one_that_no_log_shows(
    config: Config, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = config.server.model_copy(update={"host": "0.0.0.0"})
    config = config.model_copy(update={"cache_dir": tmp_path, "server": server})
    file = first_key.prepare(config)
    assert file is not None and file == first_key_file(config)
    secret = file.read_text().strip()
    assert str(file) in caplog.text and secret not in caplog.text
    for path in (file, config.keys_path):
        assert path.stat().st_mode & 0o777 == 0o600
    assert secret not in config.keys_path.read_text()
    found = Keys(config).match(secret)
    assert found is not None and found.admin
    assert first_key.prepare(config) is None  # the next start finds it


def test_a_start_on_this_machines_own_address_makes_none(config: Config, tmp_path: Path) -> None:
    config = config.model_copy(update={"cache_dir": tmp_path})
    assert first_key.prepare(config) is None
    assert not config.keys_path.exists()
    always = config.model_copy(update={"access": AccessConfig(keys="always")})
    assert first_key.prepare(always) is not None


def test_a_server_that_could_not_keep_its_first_key_does_not_start(config: Config, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    server = config.server.model_copy(update={"host": "0.0.0.0"})
    config = config.model_copy(update={"cache_dir": tmp_path / "file" / "cache", "server": server})
    with pytest.raises(StudioError) as refused:
        first_key.prepare(config)
    assert refused.value.code == "not_writable"


def test_a_first_key_that_nobody_could_read_is_none(config: Config, tmp_path: Path) -> None:
    server = config.server.model_copy(update={"host": "0.0.0.0"})
    config = config.model_copy(update={"cache_dir": tmp_path, "server": server})
    first_key_file(config).mkdir()
    with pytest.raises(StudioError) as refused:
        first_key.prepare(config)
    assert refused.value.code == "not_writable"
    assert not Keys(config).all()
    first_key_file(config).rmdir()
    assert first_key.prepare(config) == first_key_file(config)  # the next start makes one


# ---------------------------------------------------------------------- the file


def test_a_key_that_is_removed_elsewhere_is_void_while_the_server_runs(studio: Studio, bearer: Bearer) -> None:
    client = studio.client()
    given = bearer("gone")
    assert client.get("/v1/voices", headers=given).status_code == 200
    Keys(studio.service.config).remove("gone")  # as the command line does, in a process of its own
    ends = time.monotonic() + 60
    while client.get("/v1/voices", headers=given).status_code == 200:
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_a_file_that_is_spoilt_while_the_server_runs_changes_nothing(config: Config, tmp_path: Path) -> None:
    config = config.model_copy(update={"cache_dir": tmp_path})
    keys = Keys(config, {})
    _, secret = keys.add("anna", CallerLimit("5/minute"))
    config.keys_path.write_text("keys: [{name: ???}]")
    time.sleep(0.6)  # it is looked at twice a second
    assert keys.match(secret) is not None
    with pytest.raises(StudioError) as refused:
        Keys(config, {})
    assert refused.value.code == "kept_damaged"


def test_keys_of_the_environment_open_and_short_ones_are_refused(config: Config, tmp_path: Path) -> None:
    config = config.model_copy(update={"cache_dir": tmp_path})
    keys = Keys(config, {"INDEXTTS_KEYS": "anna:correct-horse-battery, ben:correct:horse:staple"})
    assert [key.name for key in keys.all()] == ["anna", "ben"]
    for secret, name in (("correct-horse-battery", "anna"), ("correct:horse:staple", "ben")):
        found = keys.match(secret)
        assert found is not None and found.name == name
    assert keys.match("correct-horse-batterx") is None
    for wrong in ("anna:short", "anna", "a b:correct-horse-battery", f"{'x:' + 'y' * 20},{'x:' + 'z' * 20}"):
        with pytest.raises(StudioError) as refused:
            Keys(config, {"INDEXTTS_KEYS": wrong})
        assert refused.value.code == "bad_keys"
    keys.add("carl")
    with pytest.raises(StudioError, match="is defined both in"):
        Keys(config, {"INDEXTTS_KEYS": "carl:correct-horse-battery"})


def test_the_description_of_the_api_names_the_keys_where_they_are_needed(studio: Studio, bearer: Bearer) -> None:
    described = studio.client().get("/openapi.json", headers=bearer("anna")).json()
    assert {one["type"] for one in described["components"]["securitySchemes"].values()} == {"http", "apiKey"}
    assert {"key": []} in described["security"]
    answers = described["paths"]["/tts"]["post"]["responses"]
    assert {"401", "403"} <= answers.keys()


def test_nobody_is_asked_where_no_page_of_this_server_is(config: Config, tmp_path: Path) -> None:
    """A server on this machine's own address and without keys is as open as it always was."""
    config = config.model_copy(update={"access": AccessConfig(keys_file=str(tmp_path / "keys.yaml"))})
    service = make_service(config)
    app = application(service, page=False)
    assert Studio(service).client(app).get("/v1/voices").status_code == 200
    described = Studio(service).client(app).get("/openapi.json").json()
    assert "security" not in described
    service.close()
