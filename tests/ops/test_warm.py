"""Compiling in advance: when it is needed, and that it leaves nothing to compile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from indextts.model.errors import StudioError
from indextts.ops import packages, warm
from indextts.platform.config import PROJECT_ROOT, Config


@pytest.fixture
def compiled(tmp_path: Path) -> Config:
    """A cache that looks made: one file, and its state."""
    config = Config(cache_dir=tmp_path)
    config.numba_path.mkdir()
    (config.numba_path / "function.nbi").write_bytes(b"index")
    state = {"identity": warm.identity(), "files": ["function.nbi"]}
    (config.numba_path / warm.STATE).write_text(json.dumps(state), encoding="utf-8")
    return config


def test_a_cache_is_warm_while_nothing_changes(compiled: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    assert warm.is_warm(compiled)
    assert not warm.ensure(compiled)
    real = packages.installed()
    monkeypatch.setattr(packages, "installed", lambda: {**real, "unrelated==1.0": next(iter(real.values()))})
    assert warm.is_warm(compiled)
    changed = {name: folder for name, folder in real.items() if not name.startswith("numba==")}
    monkeypatch.setattr(packages, "installed", lambda: changed)
    assert not warm.is_warm(compiled)


def test_a_missing_file_or_unreadable_state_is_cold(compiled: Config) -> None:
    state = compiled.numba_path / warm.STATE
    (compiled.numba_path / "function.nbi").unlink()
    assert not warm.is_warm(compiled)
    for content in ("", "[]", "{}", '{"identity": 1, "files": [[]]}'):
        state.write_text(content, encoding="utf-8")
        assert not warm.is_warm(compiled)
    state.unlink()
    assert not warm.is_warm(compiled)


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StudioError) as caught:
        warm.ensure(Config(cache_dir=tmp_path / "file"))
    assert caught.value.code == "not_writable"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"emotions": "{folder}/torn.yaml"}, "line 2 cannot be read"),
        ({"voices": "{folder}/torn.yaml"}, "torn.yaml"),
        ({"access": {"keys_file": "{folder}/torn.yaml"}}, "torn.yaml"),
        ({"works": {"database": "postgresql://host/name"}}, "./start_app.sh --with cluster"),
        ({"works": {"sounds": "s3://bucket/prefix"}}, "./start_app.sh --with cluster"),
        ({"works": {"database": "mysql://host/name"}}, "works.database"),
    ],
)
def test_what_cannot_serve_is_told_before_anything_is_made(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    settings: dict[str, object],
    told: str,
) -> None:
    for package in ("psycopg", "minio"):
        monkeypatch.setitem(sys.modules, package, None)
    (tmp_path / "torn.yaml").write_text("happy: [1,\n", encoding="utf-8")
    file, cache = tmp_path / "config.yaml", tmp_path / "cache"
    written = json.dumps({"cache_dir": str(cache), **settings}).replace("{folder}", str(tmp_path))
    file.write_text(written, encoding="utf-8")
    assert warm.main(["--config", str(file)]) == 1
    said = capsys.readouterr()
    assert told in said.err and "Traceback" not in said.err and said.out == ""
    assert not cache.exists()


def test_an_environment_that_names_a_cache_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "elsewhere")
    warm.use_cache(Config(cache_dir=tmp_path))
    assert os.environ["NUMBA_CACHE_DIR"] == "elsewhere"


@pytest.mark.night
@pytest.mark.slow
def test_after_set_up_nothing_is_left_to_compile(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path)
    assert warm.ensure(config)
    assert warm.is_warm(config)
    before = sorted(config.numba_path.rglob("*.nb*"))
    code = (
        "import numpy as np; from indextts.sound.resample import resample;"
        "resample(np.zeros(27_000, np.float32), 24000, 44100, resampler='resampy')"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(config.numba_path)}
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, env=environment, check=True)
    assert sorted(config.numba_path.rglob("*.nb*")) == before
