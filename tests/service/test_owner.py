"""Whose work it is: this machine's person, or a visitor with a cookie of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from indextts.service.owner import COOKIE, LOCAL, cookie_for, is_loopback, owner_of_key, owner_of_scope


def asked(peer: str, host: str, *, forwarded: bool = False, **headers: str) -> dict[str, Any]:
    given: Mapping[str, str] = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    pairs = [(name.encode(), value.encode()) for name, value in given.items()]
    return {"type": "http", "client": (peer, 1), "headers": pairs, "state": {"forwarded": True} if forwarded else {}}


@pytest.mark.parametrize(
    ("peer", "host"),
    [("127.0.0.1", "localhost:7860"), ("::1", "[::1]:7860"), ("::ffff:127.0.0.1", "127.0.0.1"), ("::1", "LOCALHOST")],
)
def test_whoever_asks_at_this_machine_by_its_own_name_is_its_person(peer: str, host: str) -> None:
    scope = asked(peer, host)
    assert owner_of_scope(scope) == LOCAL
    assert cookie_for(scope, page=True) is None


@pytest.mark.parametrize(
    "scope",
    [
        asked("192.168.1.7", "localhost:7860"),
        asked("127.0.0.1", "0a1b.gradio.live"),
        asked("127.0.0.1", "127.0.0.1:7860", forwarded=True),
    ],
    ids=["another machine", "a public link", "a proxy"],
)
def test_others_are_strangers_until_they_have_a_cookie_and_are_known_by_it_then(scope: dict[str, Any]) -> None:
    owner = owner_of_scope(scope)
    cookie = cookie_for(scope, page=False)
    assert owner != LOCAL and owner == owner_of_scope(scope)
    assert cookie is not None and "HttpOnly" in cookie and "SameSite=Strict" in cookie
    name = cookie.partition(";")[0]
    known = {**scope, "headers": [*scope["headers"], (b"cookie", f"a=b; {name}".encode())]}
    known["state"] = {key: value for key, value in scope["state"].items() if key == "forwarded"}
    assert owner_of_scope(known) == owner
    assert cookie_for(known, page=True) is None
    assert name.partition("=")[2] not in owner


def test_a_page_gives_the_cookie_but_not_to_one_who_follows_a_link_and_may_have_one() -> None:
    assert cookie_for(asked("127.0.0.1", "x.gradio.live", sec_fetch_site="none"), page=True) is not None
    assert cookie_for(asked("127.0.0.1", "x.gradio.live", sec_fetch_site="cross-site"), page=True) is None
    assert cookie_for(asked("127.0.0.1", "x.gradio.live", sec_fetch_site="none"), page=False) is None


def test_a_cookie_of_another_form_is_none() -> None:
    first, second = (asked("10.0.0.2", "x", cookie=f"{COOKIE}=short") for _ in range(2))
    assert owner_of_scope(first) != owner_of_scope(second)


@pytest.mark.parametrize("second", ["evil.test", "localhost", ""])
def test_who_names_two_hosts_or_none_is_not_this_machines_person(second: str) -> None:
    scope = asked("127.0.0.1", "localhost:7860")
    scope["headers"].append((b"host", second.encode()))
    assert owner_of_scope(scope) != LOCAL
    nameless = asked("127.0.0.1", "localhost:7860")
    nameless["headers"].clear()
    assert owner_of_scope(nameless) != LOCAL


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost", True), ("127.0.0.2", True), ("::1", True), ("::ffff:127.0.0.1", True), ("0.0.0.0", False),
        ("127.0.0.1.evil.test", False), ("localhost.evil.test", False), ("", False), ("::2", False),
        ("10.0.0.1", False),
    ],
)  # fmt: skip
def test_only_loopback_is_this_machine(host: str, own: bool) -> None:
    assert is_loopback(host) is own
    written = [f"[{host}]:7860", f"[{host}]"] if ":" in host else [host, f"{host}:7860", f" {host.upper()} "]
    assert [owner_of_scope(asked("127.0.0.1", one)) == LOCAL for one in written] == [own] * len(written)
    assert (owner_of_scope(asked(host, "localhost")) == LOCAL) is own


def test_a_request_without_a_client_is_not_this_machines() -> None:
    assert owner_of_scope({**asked("127.0.0.1", "localhost"), "client": None}) != LOCAL


@pytest.mark.parametrize(
    ("site", "page", "given"),
    [("none", True, True), ("same-origin", True, True), ("same-site", True, False), ("cross-site", True, False),
     ("", True, False), ("same-origin", False, False)],
)  # fmt: skip
def test_a_new_visitors_page_gives_a_cookie(site: str, page: bool, given: bool) -> None:
    scope = asked("10.0.0.2", "x.test", sec_fetch_site=site) if site else asked("10.0.0.2", "x.test")
    assert (cookie_for(scope, page=page) is not None) is given
    known = asked("10.0.0.2", "x.test", sec_fetch_site="none", cookie=f"a=b; {COOKIE}={'n' * 43}")
    assert cookie_for(known, page=True) is None


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("root", ["", "/studio"])
def test_the_cookie_says_where_and_how_long_it_holds(scheme: str, root: str) -> None:
    scope = {**asked("10.0.0.2", "x.test", sec_fetch_site="none"), "scheme": scheme, "root_path": root}
    name, *rest = (cookie_for(scope, page=True) or "").split("; ")
    assert len(name.partition("=")[2]) == 43
    secure = ["Secure"] if scheme == "https" else []
    assert rest == [f"Path={root or '/'}", "Max-Age=34560000", "HttpOnly", "SameSite=Strict", *secure]


@pytest.mark.parametrize("name", ["n" * 42, "n" * 44, "n" * 42 + "!", "-_" + "A9z" * 13 + "ab"])
def test_a_name_has_its_form_or_is_none(name: str) -> None:
    first, second = (owner_of_scope(asked("10.0.0.2", "x", cookie=f"{COOKIE}={name}")) for _ in range(2))
    assert (first == second) is (name[0] == "-") and len(first) == 32
    assert len(owner_of_key("a")) == 32 and owner_of_key("a") not in (owner_of_key("b"), first)
