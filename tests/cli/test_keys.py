"""``python -m indextts keys``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from indextts.cli.main import main
from indextts.platform.config import load_config
from indextts.service.access_keys import Keys, first_key_file
from indextts.service.caller import CallerLimit


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"cache_dir": str(tmp_path / "cache")}), encoding="utf-8")
    monkeypatch.setenv("INDEXTTS_CONFIG", str(tmp_path / "config.yaml"))
    return tmp_path / "cache"


def test_a_key_is_printed_once_and_kept_as_a_hash_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "add", "anna", "--rate", "60/minute", "--at-once", "4", "--admin"]) == 0
    secret = capsys.readouterr().out.strip()
    assert len(secret) > 40 and secret not in (folder / "keys.yaml").read_text()
    assert (folder / "keys.yaml").stat().st_mode & 0o777 == 0o600
    key = Keys(load_config(), {}).match(secret)
    assert key is not None
    assert (key.name, key.limit, key.admin) == ("anna", CallerLimit("60/minute", 4), True)
    assert main(["keys", "list"]) == 0
    assert capsys.readouterr().out == "anna\t60/minute\t4 at once\tadmin\n"
    assert main(["keys", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["keys"][0]["name"] == "anna"


def test_a_removed_key_opens_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    main(["keys", "add", "anna", "--json"])
    secret = json.loads(capsys.readouterr().out)["key"]
    assert main(["keys", "remove", "anna"]) == 0
    assert Keys(load_config(), {}).match(secret) is None
    assert main(["keys", "remove", "anna"]) == 1
    assert "anna" in capsys.readouterr().err


def test_the_file_of_the_first_key_goes_with_it() -> None:
    config = load_config()
    _, secret = Keys(config, {}).add("first")
    first_key_file(config).write_text(f"{secret}\n")
    main(["keys", "add", "other"])
    main(["keys", "remove", "other"])
    assert first_key_file(config).exists()
    main(["keys", "remove", "first"])
    assert not first_key_file(config).exists()


@pytest.mark.parametrize(
    "wrong",
    [["a b"], ["../x"], ["anna", "--rate", "often"], [""], ["a", "--at-once", "-3"], ["a", "--at-once", "1025"]],
    ids=str,
)
def test_what_makes_no_key_is_told_and_nothing_is_written(wrong: list[str], folder: Path) -> None:
    assert main(["keys", "add", *wrong]) == 1
    assert not (folder / "keys.yaml").exists()


def test_two_keys_have_two_names() -> None:
    assert [main(["keys", "add", "anna"]), main(["keys", "add", "anna"])] == [0, 1]


@pytest.mark.parametrize("command", ["keys", "lexicon", "voices", "models"])
def test_the_configuration_may_be_named_before_the_action_or_last(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other, before = tmp_path / "missing.yaml", "before.yaml"
    for arguments in (["--config", str(other), "list"], ["list", "--config", str(other)]):
        assert main([command, *arguments]) == 1
        assert str(other) in capsys.readouterr().err, arguments
    assert main([command, "--config", before, "list", "--config", str(other)]) == 1
    assert str(other) in capsys.readouterr().err, "what is said last holds"
    assert main([command, "list"]) == 0
