"""Both versions, fetched or taken as they are published, verified, opened and spoken; which of them speaks."""

from __future__ import annotations

import shutil
from pathlib import Path

import huggingface_hub.constants
import numpy as np
import pytest
import yaml

from indextts.engines.indextts2.engine import IndexTts2Engine, open_engine
from indextts.engines.indextts2.info import INFO
from indextts.model.errors import StudioError
from indextts.model.utterance import Sampling, Settings
from indextts.models import store
from indextts.platform.config import Config, EnginesConfig, IndexTts2Config, ModelsConfig
from indextts.platform.run import Run
from tests.support.cloned import Library, segment
from tests.support.hub import serving
from tests.support.published import by_repository, cached, entry_of, official, small_catalogue
from tests.support.tiny_indextts2 import Version, make_checkpoint
from tests.tiers import by_night

MODELS: dict[Version, str] = {"2.0": "indextts2", "2.5": "indextts2.5"}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_catalogue(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture(scope="module")
def older(checkpoint: Path) -> dict[str, bytes]:
    """The files of version 2.0, by their places."""
    return files_of(checkpoint)


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Those of version 2.5, with what its published settings say."""
    folder = make_checkpoint(tmp_path_factory.mktemp("newer"), "2.5", qwen=False, manifest=False)
    settings = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    trained = {"gpt_checkpoint": "/train/checkpoint_5000.pth", "s2mel_checkpoint": "/train/flow_10000.pth"}
    settings |= {**trained, "version": 2.0, "dataset": {"bpe_model": "bpe.model"}}
    (folder / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return files_of(folder)


@pytest.fixture
def config(tmp_path: Path, catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("HF_HOME", raising=False)
    return configured(Config(cache_dir=tmp_path / "cache", catalogue=catalogue), version="auto")


def files_of(folder: Path) -> dict[str, bytes]:
    every = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    made = ("converted/", "manifest.json", ".verified.json")
    return {place: path.read_bytes() for place, path in every.items() if not place.startswith(made)}


def configured(config: Config, *, version: object) -> Config:
    own = IndexTts2Config.model_validate({"threads": 1, "version": version})
    return config.model_copy(update={"engines": EnginesConfig(indextts2=own)})


def opened(config: Config, home: Path) -> IndexTts2Engine:
    home.mkdir(exist_ok=True)
    library = Library(home)
    library.add((library.record(110.0), 1.0))
    return open_engine(config, library)


def spoken(config: Config, home: Path) -> dict[str, str]:
    """The fingerprints of what speaks, after it has spoken."""
    engine = opened(config, home)
    settings = Settings(voice="clone-1", sampling=Sampling(beams=1, steps=4))
    sound = engine.speak(segment(), settings, Run())
    assert sound.size > 0.3 * engine.sample_rate and np.isfinite(sound).all() and np.abs(sound).max() > 0
    return dict(engine.fingerprints("clone-1"))


@pytest.mark.parametrize("version", by_night(MODELS))
def test_a_version_is_fetched_from_a_hub_verified_opened_and_spoken(
    tmp_path: Path, config: Config, older: dict[str, bytes], newer: dict[str, bytes], version: Version,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    name, files = MODELS[version], older if version == "2.0" else newer
    assert not INFO.installed(config)
    with serving(by_repository(entry_of(config, name), files)) as hub:
        models = ModelsConfig(huggingface=hub.address, modelscope=hub.address)
        assert store.ensure(name, config.model_copy(update={"models": models}))
    assert {state.state for state in store.verify(name, config)} == {"ok"}
    assert INFO.installed(config)
    parts = spoken(config, tmp_path / "voices")
    assert ("indextts2/codec.pth" in parts) == (version == "2.5")
    damaged = config.models_path / name / "gpt.pth"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")
    with pytest.raises(StudioError, match=f"pull {name}”") as caught:
        spoken(config, tmp_path / "voices")
    assert caught.value.code == "model_corrupt"


def test_the_newest_version_that_is_there_speaks_unless_one_is_set(
    tmp_path: Path, config: Config, older: dict[str, bytes], newer: dict[str, bytes]
) -> None:
    store.ensure("indextts2", config, local=official(tmp_path / "checkpoints", older))
    newest = cached(tmp_path / "hub", entry_of(config, "indextts2.5"), newer)
    assert "indextts2/bpe.model" in opened(config, tmp_path / "voices").fingerprints("clone-1")
    store.ensure("indextts2.5", config, local=newest)
    for version, file in (("auto", "codec.pth"), (2.0, "bpe.model"), ("2.5", "codec.pth")):
        parts = opened(configured(config, version=version), tmp_path / "voices").fingerprints("clone-1")
        assert f"indextts2/{file}" in parts
    (config.models_path / "indextts2.5" / "codec.pth").unlink()
    assert INFO.installed(config) and not INFO.installed(configured(config, version="2.5"))
    shutil.rmtree(config.models_path / "indextts2")
    assert not INFO.installed(config)
