"""The configuration file shows every setting, and slips are caught."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from indextts.model.errors import StudioError
from indextts.platform.config import DEFAULT_CONFIG, Config, load_config


def test_the_shipped_file_states_every_default() -> None:
    written = yaml.safe_load(DEFAULT_CONFIG.read_text(encoding="utf-8"))
    assert load_config() == Config()

    def names(value: object, prefix: str = "") -> set[str]:
        if not isinstance(value, dict):
            return {prefix}
        return {name for key, inner in value.items() for name in names(inner, f"{prefix}.{key}")}

    assert names(written) == names(Config().model_dump())


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("")
    assert load_config(tmp_path / "empty.yaml") == Config()


@pytest.mark.parametrize(
    ("text", "name"),
    [("lm", "lm"), ("causal", "causal"), ("rules", "rules"), ("{model: some/model}", "llm"), ("{model: ~/m}", "llm")],
)
def test_the_prosody_is_a_name_or_a_model(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / "mine.yaml").write_text(f"prosody: {text}\n")
    config = load_config(tmp_path / "mine.yaml")
    assert config.prosody_name == name


def test_the_environment_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yaml").write_text("vocoder: {type: griffin_lim, n_iter: 30, n_fft: 1024}\n")
    monkeypatch.setenv("INDEXTTS_CONFIG", str(tmp_path / "mine.yaml"))
    assert load_config().vocoder.type == "griffin_lim"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("colour: red", "colour"),
        ("server: {port: 99999}", "server.port"),
        ("audio: {loudness_lufs: .nan}", "audio.loudness_lufs"),
        ("server: {rate_limit: often}", "server.rate_limit"),
        ("server: {rate_limit: 0/minute}", "server.rate_limit"),
        ("server: {hosts: ['*']}", "server.hosts.0"),
        ("server: {hosts: ['studio.lan:80']}", "without a port"),
        ("server: {origins: [studio.lan]}", "server.origins.0"),
        ("server: {origins: ['https://studio.lan/page']}", "server.origins.0"),
        ("server: {trusted_proxies: ['*']}", "server.trusted_proxies.0"),
        ("- a list", "table"),
        ("1: 2", "1: Keys should be strings"),
        ("prosody: bert", "prosody.name"),
        ("prosody: llm", "prosody.name"),
        ("prosody: {model: ''}", "prosody.model.model"),
        ("prosody: {modell: x}", "prosody.model.model"),
        ("server: [", "server"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(StudioError, match=word) as caught:
        load_config(path)
    assert caught.value.code == "bad_config"
    assert str(path) in str(caught.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as caught:
        load_config(tmp_path / "none.yaml")
    assert caught.value.code == "bad_config"
