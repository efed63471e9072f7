"""Keys that may manage see the server's state, others do not; and a caller's name, never its key, is in the log."""

from __future__ import annotations

import logging

import pytest

from indextts.server.logs import JsonLines
from tests.support.studio_keys import HERE, Studio


@pytest.mark.parametrize("path", ["/v1/system", "/v1/system/bundle"])
def test_who_may_manage_sees_the_state(studio: Studio, path: str) -> None:
    def status(key: str = "") -> int:
        client = studio.client(Authorization=f"Bearer {key}") if key else studio.client()
        return client.get(path).status_code

    keys = {name: studio.key(name, admin=name == "keeper") for name in ("keeper", "reader")}
    assert {name: status(key) for name, key in keys.items()} == {"keeper": 200, "reader": 403}
    assert status() == 401
    assert studio.client(peer=HERE).get(path).status_code == 200


def test_the_log_names_the_key_that_asks_and_does_not_show_it(studio: Studio, caplog: pytest.LogCaptureFixture) -> None:
    key = studio.key("reader")
    with caplog.at_level(logging.INFO, "indextts.server.observed"):
        studio.client(Authorization=f"Bearer {key}").get("/v1/voices", params={"key": key})
        studio.client(Authorization=f"Bearer {key}x").get("/v1/voices")
    lines = [JsonLines().format(record) for record in caplog.records if record.name == "indextts.server.observed"]
    assert '"caller": "reader"' in lines[0] and '"status": 200' in lines[0]
    assert "key_wrong" in lines[1] and "reader" not in lines[1]
    assert key not in caplog.text and not any(key in line for line in lines)
