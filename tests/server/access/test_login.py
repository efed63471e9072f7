"""The login: a key once, a cookie from then on, until it expires or its key is gone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from indextts.platform.config import Config
from indextts.platform.serving_config import AccessConfig
from indextts.server.access.sessions import COOKIE, ENVIRONMENT, NAME_COOKIE, Sessions
from tests.support.services import make_service
from tests.support.studio_keys import HERE, Studio

BROWSER = {
    "Accept": "text/html,*/*",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "none",
    "Sec-Fetch-Dest": "document",
}


def log_in(client: TestClient, key: str, to: str = "/", **headers: str) -> Any:
    return client.post("/login", data={"key": key, "next": to}, headers=headers)


def cookie(answer: Any, name: str) -> str:
    return next(str(one) for one in answer.headers.get_list("set-cookie") if one.startswith(f"{name}="))


def test_a_browser_is_sent_to_the_login_and_comes_back_to_where_it_was(studio: Studio) -> None:
    client = studio.client()
    sent = client.get("/docs?part=1&q=%E5%A5%BD", headers=BROWSER)
    assert sent.status_code == 303
    assert sent.headers["Location"] == "/login?next=/docs%3Fpart%3D1%26q%3D%25E5%25A5%25BD"
    page = client.get(sent.headers["Location"], headers=BROWSER)
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    found = re.search(r'name="next" value="([^"]*)"', page.text)
    assert found is not None
    back = log_in(client, studio.key("anna"), found[1].replace("&amp;", "&"))
    assert (back.status_code, back.headers["Location"]) == (303, "/docs?part=1&q=%E5%A5%BD")
    assert client.get("/docs", headers=BROWSER).status_code == 200  # the client keeps the cookie, as a browser does


def test_calls_of_a_page_and_of_programs_are_no_visits(studio: Studio) -> None:
    client = studio.client()
    fetched = {"Accept": "text/html", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}
    assert client.get("/v1/voices", headers=fetched).status_code == 401
    assert client.get("/", headers={"Accept": "*/*"}).status_code == 401
    assert client.post("/tts", headers=BROWSER).status_code == 401


def test_the_cookie_is_for_this_server_alone_and_no_script_reads_it(studio: Studio) -> None:
    answer = log_in(studio.client(), studio.key("anna"))
    session, name = cookie(answer, COOKIE), cookie(answer, NAME_COOKIE)
    for part in ("HttpOnly", "SameSite=Lax", "Path=/;", f"Max-Age={30 * 24 * 3600}"):
        assert part in session
    assert "Secure" not in session and "HttpOnly" not in name
    assert studio.key("anna") not in session + name
    proxied = studio.client(studio.app(root_path="/studio"))
    answer = log_in(proxied, studio.key("anna"), Origin="https://testserver")
    assert "Secure" in cookie(answer, COOKIE) and "Path=/studio" in cookie(answer, COOKIE)
    assert answer.headers["Location"] == "/studio/"


def test_the_page_knows_its_languages_runs_no_script_and_says_where_the_key_is(studio: Studio) -> None:
    for language, tag, word in (("zh-CN", "zh-CN", "密钥"), ("en", "en", "Key")):
        page = studio.client().get("/login", headers={**BROWSER, "Accept-Language": language})
        assert f'<html lang="{tag}">' in page.text and word in page.text
        assert "python -m indextts keys add" in page.text and "first-key.txt" in page.text
        assert "prefers-color-scheme: dark" in page.text and "<script" not in page.text
        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'") and "script-src" not in policy and "unsafe" not in policy
        nonce = re.search(r"style-src 'nonce-([^']+)'", policy)
        assert nonce is not None and f'<style nonce="{nonce[1]}">' in page.text
        assert "{" not in re.sub(r"<style.*?</style>", "", page.text, flags=re.DOTALL)


def test_a_wrong_key_is_said_and_too_many_are_waited_for(studio: Studio) -> None:
    client = studio.client(studio.app(tries="2/hour"))
    answers = [log_in(client, "its_wrong", '/x"><script>alert(1)</script>') for _ in range(3)]
    assert [answer.status_code for answer in answers] == [403, 403, 429]
    assert "not valid on this server" in answers[0].text and 'role="alert"' in answers[0].text
    assert int(answers[2].headers["Retry-After"]) > 0
    assert "<script" not in answers[0].text
    assert log_in(studio.client(), "").status_code == 403
    assert studio.client().post("/login", content=b"&".join(b"a=b" for _ in range(99))).status_code == 403


@pytest.mark.parametrize(
    "to",
    [
        *("//evil.test", "/\\evil.test", "/\\/evil.test", "/a\\..\\\\evil.test", "https://evil.test/", "\\/evil.test"),
        *("x", "/a\nb", "/\t/e"),
    ],
)
def test_the_login_leads_to_no_other_website(studio: Studio, to: str) -> None:
    assert log_in(studio.client(), studio.key("anna"), to).headers["Location"] == "/"


def test_another_website_can_link_to_the_page_and_send_nothing(studio: Studio) -> None:
    client = studio.client()
    link = {**BROWSER, "Sec-Fetch-Site": "cross-site"}
    assert client.get("/", headers=link).headers["Location"] == "/login?next=/"
    assert client.get("/login?next=/", headers=link).status_code == 200
    form = client.post("/login", data={"key": studio.key("anna")}, headers={"Origin": "http://evil.test"})
    assert form.status_code == 403 and "set-cookie" not in form.headers
    assert client.post("/logout", headers={"Origin": "http://evil.test"}).status_code == 403


def test_logging_out_takes_the_cookie_away(studio: Studio) -> None:
    client = studio.client()
    log_in(client, studio.key("anna"))
    assert client.get("/v1/voices").status_code == 200
    out = client.post("/logout")
    assert (out.status_code, out.headers["Location"]) == (303, "/login")
    assert "Max-Age=0" in cookie(out, COOKIE) and "Max-Age=0" in cookie(out, NAME_COOKIE)
    assert client.get("/v1/voices").status_code == 401
    assert client.get("/logout").status_code == 405  # a link must not do it


def test_a_session_survives_a_restart_and_ends_with_its_key(studio: Studio) -> None:
    studio.key("dora")
    client = studio.client()
    session = cookie(log_in(client, studio.key("dora")), COOKIE).partition(";")[0]
    other = studio.client(studio.app())  # another start: all that is left is the file of the secret
    assert other.get("/v1/voices", headers={"Cookie": session}).status_code == 200
    for spoilt in (session[:-1], session.replace(".dora", ".anna"), f"{COOKIE}=9999999999.{'0' * 64}.dora", COOKIE):
        assert other.get("/v1/voices", headers={"Cookie": spoilt}).status_code == 401
    studio.keys.remove("dora")
    assert other.get("/v1/voices", headers={"Cookie": session}).status_code == 401
    studio.keys.add("dora")  # a new secret under the same name
    assert other.get("/v1/voices", headers={"Cookie": session}).status_code == 401


def test_a_session_expires(studio: Studio, tmp_path: Any) -> None:
    now = 1_000_000.0
    sessions = Sessions(studio.keys, tmp_path / "session.secret", 1.0, clock=lambda: now)
    studio.key("anna")
    key = studio.keys.find("anna")
    assert key is not None
    set_cookie, _ = sessions.cookies(key, {"scheme": "http", "headers": []})
    scope = {"headers": [(b"cookie", b"a=b; " + set_cookie.partition(";")[0].encode())]}
    assert sessions.key_of(scope) == key
    now += 24 * 3600
    assert sessions.key_of(scope) is None
    assert (tmp_path / "session.secret").stat().st_mode & 0o777 == 0o600


def test_a_login_is_the_key_with_its_works_and_limits(studio: Studio) -> None:
    by_key, by_login = studio.client(), studio.client()
    log_in(by_login, studio.key("anna"))
    header = {"X-API-Key": studio.key("anna")}
    made = by_key.post("/v1/projects", json={"name": "x"}, headers=header).json()["id"]
    assert by_login.get(f"/v1/projects/{made}").status_code == 200
    assert "set-cookie" not in by_login.get("/docs", headers=BROWSER).headers  # no second name for who has one


def test_who_need_not_log_in_goes_on(studio: Studio) -> None:
    client = studio.client()
    log_in(client, studio.key("anna"))
    assert client.get("/login?next=/docs").headers["Location"] == "/docs"
    # Here a key is not needed, and can be given all the same.
    assert studio.client(peer=HERE).get("/login").status_code == 200


def test_where_there_is_no_key_the_login_leads_on_and_where_there_is_one_it_asks(
    config: Config, tmp_path: Path
) -> None:
    service = make_service(config.model_copy(update={"access": AccessConfig(keys_file=str(tmp_path / "keys.yaml"))}))
    studio = Studio(service)

    def answer(host: str, keys: str) -> tuple[int, str | None]:
        given = studio.client(studio.app(host=host, keys=keys)).get("/login?next=/docs")
        return given.status_code, given.headers.get("Location")

    on, asks = (303, "/docs"), (200, None)
    assert [answer("127.0.0.1", keys) for keys in ("auto", "always", "never")] == [on, asks, on]
    assert [answer("0.0.0.0", keys) for keys in ("auto", "always", "never")] == [asks, asks, on]
    studio.key("anna")
    assert {answer(host, keys) for host in ("127.0.0.1", "0.0.0.0") for keys in ("auto", "always", "never")} == {asks}
    service.close()


# ---------------------------------------------------------------------- headers


def test_pages_answers_and_errors_bear_the_headers_that_keep_a_browser(studio: Studio) -> None:
    client = studio.client()
    given = {"X-API-Key": studio.key("anna")}
    answers = {
        "page": client.get("/docs", headers=given),
        "login": client.get("/login"),
        "wrong login": log_in(client, "its_x"),
        "redirect": client.get("/", headers=BROWSER),
        "answer": client.get("/v1/voices", headers=given),
        "no key": client.get("/v1/voices"),
        "wrong key": client.get("/v1/voices", headers={"X-API-Key": "its_x"}),
        "not found": client.get("/v1/nothing", headers=given),
        "invalid": client.post("/tts", json={}, headers=given),
        "wrong host": client.get("/v1/voices", headers={"Host": "evil.test"}),
        "probe": client.get("/healthz"),
    }
    for name, answer in answers.items():
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["Referrer-Policy"] == "same-origin", name
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", name
        assert "camera=()" in headers["Permissions-Policy"] and "microphone=(self)" in headers["Permissions-Policy"]
        assert headers["X-Frame-Options"] == ("SAMEORIGIN" if name == "page" else "DENY"), name
        policy = headers["Content-Security-Policy"]
        framed = "'self'" if name == "page" else "'none'"
        assert f"frame-ancestors {framed}" in policy, name
        assert "default-src 'none'" in policy or name == "page", name
        assert not [one for one in headers if one.startswith("access-control")], name
        assert "server" not in headers and "x-powered-by" not in headers, name
    for name in ("no key", "wrong key", "login", "wrong login", "redirect"):
        assert answers[name].headers["Cache-Control"] == "no-store", name
    assert answers["answer"].headers["Cache-Control"] == "private"


@pytest.mark.parametrize(("secret", "shared"), [("x", False), ("x" * 31, False), ("x" * 32, True), ("", False)])
def test_machines_share_a_secret_of_the_environment_that_is_long_enough(
    secret: str, shared: bool, studio: Studio, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT, secret)
    studio.key("anna")
    key = studio.keys.find("anna")
    assert key is not None
    here, there = (Sessions(studio.keys, tmp_path / name, 1.0) for name in ("here", "there"))
    set_cookie, _ = here.cookies(key, {"scheme": "http", "headers": []})
    scope = {"headers": [(b"cookie", set_cookie.partition(";")[0].encode())]}
    assert here.key_of(scope) == key
    assert there.key_of(scope) == (key if shared else None)
    assert (tmp_path / "here").exists() != shared


def test_a_secret_in_a_file_that_is_too_short_is_made_anew(studio: Studio, tmp_path: Any) -> None:
    studio.key("anna")
    key = studio.keys.find("anna")
    assert key is not None
    (tmp_path / "secret").write_bytes(b"x" * 31)
    Sessions(studio.keys, tmp_path / "secret", 1.0).cookies(key, {"scheme": "http", "headers": []})
    assert len((tmp_path / "secret").read_bytes()) == 64


def test_the_pages_policy_names_what_it_may_do_and_nothing_else(studio: Studio) -> None:
    policy = studio.client().get("/login", headers=BROWSER).headers["Content-Security-Policy"]
    assert re.sub("nonce-[^']+", "nonce-N", policy).split("; ") == [
        "default-src 'none'", "style-src 'nonce-N'", "img-src data:", "base-uri 'none'", "form-action 'self'",
        "frame-ancestors 'none'",
    ]  # fmt: skip


@pytest.mark.parametrize("to", ["/", "/!~", "/a/b?c=[1]&d=%2f#e", "/a//b"])
def test_every_address_of_this_server_is_gone_on_to(studio: Studio, to: str) -> None:
    assert log_in(studio.client(), studio.key("anna"), to).headers["Location"] == to
    assert log_in(studio.client(), f" {studio.key('anna')}\n", to).status_code == 303
    client = studio.client()
    log_in(client, studio.key("anna"))
    assert client.get("/login", params={"next": to}).headers["Location"] == to
    assert client.get("/login").headers["Cache-Control"] == "no-store"


def test_eight_fields_are_read_and_more_are_not(studio: Studio) -> None:
    more = [f"f{n}=x" for n in range(7)]
    answer = studio.client().post("/login", content="&".join([f"key={studio.key('anna')}", *more[:7]]))
    assert answer.status_code == 303 and answer.headers["Location"] == "/"
    assert (
        studio.client().post("/login", content="&".join([f"key={studio.key('anna')}", *more, "z=x"])).status_code == 403
    )


def test_a_page_is_told_what_is_wrong_where_something_is(studio: Studio) -> None:
    plain = studio.client().get("/login", headers=BROWSER).text
    wrong = log_in(studio.client(), "its_wrong", '/<"&>').text
    assert 'aria-describedby="where"' in plain and 'id="told"' not in plain
    assert 'aria-describedby="told where"' in wrong and 'id="told"' in wrong
    assert "Retry-After" not in log_in(studio.client(), "its_wrong").headers
