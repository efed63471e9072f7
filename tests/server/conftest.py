"""A running service over a tiny voice, and clients for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from indextts.engines.embedded import engine as embedded
from indextts.platform.config import Config
from tests.support.services import HeldEngine, application, make_service
from tests.support.tiny_voice import make_tiny_voice
from tests.support.whole import WholeService


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder: Path = tmp_path_factory.mktemp("cache_hub")
    config = Config(cache_dir=folder)
    make_tiny_voice(config.models_path)
    server = config.server.model_copy(update={"workers": 2, "rate_limit": "100000/minute", "hosts": ("testserver",)})
    return config.model_copy(update={"server": server})


@pytest.fixture(scope="module")
def service(config: Config) -> Iterator[WholeService]:
    """For one file of tests alone: an application that ends closes its service for good."""
    service = make_service(config)
    yield service
    service.close()


@pytest.fixture(scope="module")
def client(service: WholeService) -> Iterator[TestClient]:
    """The API alone, ready."""
    with TestClient(application(service, page=False), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def held(config: Config) -> Iterator[HeldEngine]:
    engine = HeldEngine(embedded.load(config))
    yield engine
    engine.release()
