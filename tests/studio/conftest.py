"""The page's actions over a tiny voice."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from indextts.engines.embedded import engine as embedded
from indextts.platform.config import Config
from indextts.studio.tabs.speak.actions import Actions
from tests.support.services import HeldEngine, make_service
from tests.support.tiny_voice import make_tiny_voice
from tests.support.whole import WholeService


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    config = Config(cache_dir=tmp_path_factory.mktemp("cache_hub"))
    make_tiny_voice(config.models_path)
    return config


@pytest.fixture(scope="module")
def engine(config: Config) -> HeldEngine:
    return HeldEngine(embedded.load(config))


@pytest.fixture(scope="module")
def service(config: Config, engine: HeldEngine) -> Iterator[WholeService]:
    service = make_service(config, engine, max_text_chars=2000)
    yield service
    service.close()


@pytest.fixture
def somebody() -> str:
    """An owner who has nothing yet."""
    return secrets.token_hex(8)


@pytest.fixture
def actions(service: WholeService, engine: HeldEngine) -> Iterator[Actions]:
    yield Actions(service, service.works)
    engine.release()
