"""What the tests of the editor's calls speak with: a tiny voice that can be held, and one browser's desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indextts.engines.embedded import engine as embedded
from indextts.platform.config import Config
from indextts.studio.tabs.speak.actions import Actions
from tests.support.editing import Desk
from tests.support.services import HeldEngine, make_service
from tests.support.whole import WholeService


@pytest.fixture(scope="module")
def engine(config: Config) -> HeldEngine:
    return HeldEngine(embedded.load(config))


@pytest.fixture(scope="module")
def speaking(config: Config, engine: HeldEngine) -> Iterator[WholeService]:
    service = make_service(config, engine, max_text_chars=2000)
    yield service
    service.close()


@pytest.fixture
def actions(speaking: WholeService, engine: HeldEngine) -> Iterator[Actions]:
    yield Actions(speaking, speaking.works)
    engine.release()


@pytest.fixture
def desk(actions: Actions) -> Desk:
    return Desk(actions)
