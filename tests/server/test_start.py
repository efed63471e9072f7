"""A start never fails by the order in which its threads import: each package is held up in turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from indextts.platform.config import PROJECT_ROOT
from tests.support.tiny_voice import make_tiny_voice


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache = tmp_path_factory.mktemp("cache_hub")
    make_tiny_voice(cache / "models")
    return cache


def started(cache: Path, *delayed: str, held: str = "") -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.started", str(cache)],
        cwd=PROJECT_ROOT,
        env=os.environ | {"DELAYED": ",".join(delayed), "HELD": held},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert (found["models"], found["page"]) == ("ok", "ready"), (delayed, found["reason"], done.stderr[-3000:])
    return found


@pytest.mark.night
@pytest.mark.slow
def test_an_import_that_takes_long_keeps_no_thread_from_starting(cache: Path) -> None:
    extensions = started(cache)["extensions"]
    assert {"numpy", "onnxruntime", "soxr", "PIL"} <= set(extensions)
    for name in extensions:
        started(cache, name)


@pytest.mark.night
@pytest.mark.parametrize(
    "delayed",
    [
        *(("numpy._core",), ("numpy._core.multiarray",)),
        *(("numpy.linalg", "onnxruntime.capi"), ("gradio.blocks", "numpy")),
    ],
    ids=",".join,
)
def test_a_package_whose_parts_come_late_is_met_whole(cache: Path, delayed: tuple[str, ...]) -> None:
    started(cache, *delayed)


@pytest.mark.night
@pytest.mark.parametrize("held", ["numpy", "gradio"])
def test_it_says_how_it_is_while_packages_are_being_imported(cache: Path, held: str) -> None:
    health = started(cache, held=held)["health"]
    assert health, "it waited for the import"
    assert health["page"] == "loading" and health["status"] in ("loading", "ok")
