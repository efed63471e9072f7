"""Whose work it is: this machine's person, or a visitor with a cookie of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from indextts.works.owner import COOKIE, LOCAL, cookie_for, owner_of_scope


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
