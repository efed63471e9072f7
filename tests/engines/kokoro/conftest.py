"""A tiny model of Kokoro's kind, installed and loaded."""

from __future__ import annotations

import pytest

from indextts.engines.kokoro import install
from indextts.engines.kokoro.engine import KokoroEngine, load
from indextts.platform.config import Config
from tests.support.tiny_kokoro import make_published


def never(folder: str, **_: object) -> None:
    raise AssertionError("nothing is to be fetched")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    home = tmp_path_factory.mktemp("kokoro")
    config = Config(cache_dir=home)
    assert install.ensure(config, local=make_published(home / "published"), fetch=never, say=lambda _: None)
    return config


@pytest.fixture(scope="module")
def engine(config: Config) -> KokoroEngine:
    return load(config)
