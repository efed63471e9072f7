"""When a server that starts makes its first key, and what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from indextts.platform.config import Config
from indextts.platform.serving_config import AccessConfig
from indextts.server.access import first_key
from indextts.service.access_keys import Keys


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
@pytest.mark.parametrize("keys", ["auto", "always", "never"])
@pytest.mark.parametrize("there", [False, True])
def test_a_first_key_is_made_where_one_is_needed_and_none_is_there(
    host: str,
    keys: Literal["auto", "always", "never"],
    there: bool,
    config: Config,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = config.server.model_copy(update={"host": host, "port": 7000})
    config = config.model_copy(update={"cache_dir": tmp_path, "server": server, "access": AccessConfig(keys=keys)})
    if there:
        Keys(config).add("anna")
    caplog.clear()
    made = first_key.prepare(config)
    far = host == "0.0.0.0"
    wanted = not there and keys != "never" and (far or keys == "always")
    assert (made is not None) is wanted
    assert [key.name for key in Keys(config).all()] == (["anna"] if there else ["first"] if wanted else [])
    assert (f"Open to the network at {host}:7000" in caplog.text) is far
    assert ("without a key" in caplog.text) is (far and keys == "never")
    assert ("need a key" in caplog.text) is (far and keys != "never")
    assert all(key.admin for key in Keys(config).all() if key.name == "first")
    if made is not None:
        assert made.stat().st_mode & 0o777 == 0o600
