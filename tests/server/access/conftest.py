"""A server that is open to a network, for the tests of its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indextts.platform.config import Config
from indextts.platform.serving_config import AccessConfig
from tests.support.services import make_service
from tests.support.studio_keys import Studio


@pytest.fixture(scope="module")
def studio(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    file: Path = tmp_path_factory.mktemp("keys") / "keys.yaml"
    access = AccessConfig(keys_file=str(file))
    service = make_service(config.model_copy(update={"access": access}))
    yield Studio(service)
    service.close()


@pytest.fixture
def bearer(studio: Studio) -> Callable[[str], dict[str, str]]:
    return lambda name: {"Authorization": f"Bearer {studio.key(name)}"}
