"""These networks are tiny: one thread is faster than two, and leaves the other core to others.

Where torch is not installed there is nothing to test.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

collect_ignore_glob = [] if find_spec("torch") else ["test_*.py"]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny checkpoint of version 2, for tests that leave it as it is."""
    from tests.support.tiny_indextts2 import make_checkpoint

    return make_checkpoint(tmp_path_factory.mktemp("published") / "indextts2")


@pytest.fixture(scope="session")
def checkpoint_25(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of version 2.5, without the network that reads emotions from words, for tests that leave it as it is."""
    from tests.support.tiny_indextts2 import make_checkpoint

    return make_checkpoint(tmp_path_factory.mktemp("published") / "indextts25", "2.5", qwen=False)
