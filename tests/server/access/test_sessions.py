"""The cookies of a login, character by character."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indextts.server.access.sessions import COOKIE, NAME_COOKIE, Sessions, cookies_in, forgetting
from tests.support.studio_keys import Studio


def scope(scheme: str = "http", root: str = "", **headers: str) -> dict[str, Any]:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"scheme": scheme, "root_path": root, "headers": pairs}


@pytest.mark.parametrize(
    ("asked", "more"),
    [
        (scope(), ""), (scope("https"), "; Secure"), (scope(origin="https://x.test"), "; Secure"),
        (scope(origin="http://x.test"), ""), (scope(referer="https://x.test"), ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("root", ["", "/studio"])
def test_what_sets_and_what_takes_a_cookie_says_where_it_holds(
    asked: dict[str, Any], more: str, root: str, studio: Studio, tmp_path: Path
) -> None:
    studio.key("anna")
    key = studio.keys.find("anna")
    assert key is not None
    asked = {**asked, "root_path": root}
    session, name = Sessions(studio.keys, tmp_path / "secret", 1.5, clock=lambda: 1000.9).cookies(key, asked)
    where = f"Path={root or '/'}"
    assert session.startswith(f"{COOKIE}={1000 + 129_600}.") and ".anna; " in session
    assert session.partition("; ")[2] == f"{where}; Max-Age=129600; SameSite=Lax; HttpOnly{more}"
    assert name == f"{NAME_COOKIE}=anna; {where}; Max-Age=129600; SameSite=Lax{more}"
    assert forgetting(asked) == (
        f"{COOKIE}=; {where}; Max-Age=0; SameSite=Lax; HttpOnly{more}",
        f"{NAME_COOKIE}=; {where}; Max-Age=0; SameSite=Lax{more}",
    )


def test_the_first_good_cookie_of_several_counts_and_odd_ones_are_none(studio: Studio, tmp_path: Path) -> None:
    studio.key("anna")
    key = studio.keys.find("anna")
    assert key is not None
    now = [5000.0]
    sessions = Sessions(studio.keys, tmp_path / "secret", 1.0, clock=lambda: now[0])
    good = sessions.cookies(key, scope())[0].partition(";")[0].partition("=")[2]
    ends, _, rest = good.partition(".")
    odd = [
        "",
        "x",
        f"²{good}",
        f"-{good}",
        f"x{good}",
        f".{rest}",
        f" .{rest}",
        f"1e9.{rest}",
        f"0x10.{rest}",
        f"{'9' * 5000}.{rest}",
        f"{int(ends) + 1}.{rest}",
        good[:-1],
        f"{ends}.{'é' * 64}.anna",
    ]
    for one in odd:
        given = {"headers": [(b"cookie", f"{COOKIE}={one}".encode("latin-1"))]}
        assert sessions.key_of(given) is None
        both = {"headers": [(b"cookie", f"{COOKIE}={one}; {COOKIE}={good}".encode("latin-1"))]}
        assert sessions.key_of(both) == key
    now[0] = float(ends) - 0.5
    assert sessions.key_of(scope(cookie=f"{COOKIE}={good}")) == key
    now[0] = float(ends)
    assert sessions.key_of(scope(cookie=f"{COOKIE}={good}")) is None


def test_cookies_are_found_in_every_header_of_theirs() -> None:
    found = {"headers": [(b"cookie", b"a=1; b=2=3;a=4"), (b"other", b"a=5"), (b"cookie", b"a=")]}
    assert cookies_in(found, "a") == ["1", "4", ""] and cookies_in(found, "b") == ["2=3"]


def test_a_secret_in_a_file_is_kept_from_32_characters_on(studio: Studio, tmp_path: Path) -> None:
    studio.key("anna")
    key = studio.keys.find("anna")
    assert key is not None
    (tmp_path / "secret").write_bytes(b"x" * 32)
    Sessions(studio.keys, tmp_path / "secret", 1.0).cookies(key, scope())
    assert (tmp_path / "secret").read_bytes() == b"x" * 32


@pytest.mark.parametrize(("length", "used"), [(0, False), (31, False), (32, True), (33, True)])
def test_a_secret_of_the_environment_signs_from_32_characters_on(
    length: int, used: bool, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    studio.key("anna")
    key = studio.keys.find("anna")
    assert key is not None
    monkeypatch.setenv("INDEXTTS_SESSION_SECRET", "s" * length)
    caplog.clear()
    clock = lambda: 1000.0  # noqa: E731
    one, other = (Sessions(studio.keys, tmp_path / name, 1.0, clock=clock).cookies(key, scope()) for name in ("a", "b"))
    assert (one == other) is used, "two machines agree by it alone"
    assert (tmp_path / "a").exists() is not used
    assert ("is not used" in caplog.text) is (0 < length < 32)


@pytest.mark.parametrize(("length", "kept"), [(31, False), (33, True)])
def test_a_short_secret_in_a_file_is_made_anew_for_its_owner_alone(
    length: int, kept: bool, studio: Studio, tmp_path: Path
) -> None:
    studio.key("anna")
    key = studio.keys.find("anna")
    assert key is not None
    file = tmp_path / "secret"
    file.write_bytes(b"x" * length)
    Sessions(studio.keys, file, 1.0).cookies(key, scope())
    assert (file.read_bytes() == b"x" * length) is kept
    assert len(file.read_bytes()) == (length if kept else 64)
    assert kept or file.stat().st_mode & 0o777 == 0o600


def test_where_no_secret_can_be_kept_a_login_holds_until_the_restart(
    studio: Studio, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    studio.key("anna")
    key = studio.keys.find("anna")
    assert key is not None
    (tmp_path / "file").write_bytes(b"")
    sessions = Sessions(studio.keys, tmp_path / "file" / "secret", 1.0)
    good = sessions.cookies(key, scope())[0].partition(";")[0]
    assert sessions.key_of(scope(cookie=good)) == key
    assert caplog.text.count("log in again after a restart") == 1
    assert Sessions(studio.keys, tmp_path / "file" / "secret", 1.0).key_of(scope(cookie=good)) is None


@pytest.mark.parametrize(("now", "good"), [(9 * 10**14, True), (9 * 10**15, False)])
def test_a_time_of_sixteen_digits_is_none(now: int, good: bool, studio: Studio, tmp_path: Path) -> None:
    studio.key("anna")
    key = studio.keys.find("anna")
    assert key is not None
    sessions = Sessions(studio.keys, tmp_path / "secret", 1.0, clock=lambda: now)
    cookie = sessions.cookies(key, scope())[0].partition(";")[0]
    assert sessions.key_of(scope(cookie=cookie)) == (key if good else None)
