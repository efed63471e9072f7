"""The package that ``pip`` builds holds all that the program reads, and works from any folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from indextts.ops import packages
from indextts.platform import paths as places
from indextts.platform.config import PROJECT_ROOT
from indextts.platform.storage.manifest import MANIFEST
from tests.support.tiny_voice import make_tiny_voice

LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as ``pip wheel . --no-deps`` does, from a copy of the project, without a network."""
    source = tmp_path_factory.mktemp("source")
    for name in ("indextts", "configs", "LICENSES"):
        shutil.copytree(PROJECT_ROOT / name, source / name, ignore=LEFT_OUT, symlinks=True)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT_ROOT / name, source / name)
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*command, "-w", str(out)], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it is unpacked into a ``site-packages``."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder


def run(site: Path, folder: Path, *arguments: str, text: str = "", fails: bool = False) -> str:
    environment = {**os.environ, "PYTHONPATH": str(site), "XDG_DATA_HOME": str(folder / "data"), "LC_ALL": "C.UTF-8"}
    environment.pop("INDEXTTS_CONFIG", None)
    command = [sys.executable, "-m", "indextts", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, input=text, capture_output=True, text=True, check=False)
    assert (done.returncode != 0) is fails, done.stderr
    return done.stdout


def test_the_wheel_holds_all_that_is_read(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    code = (PROJECT_ROOT / "indextts").rglob("*")
    expected = {
        path.relative_to(PROJECT_ROOT).as_posix()
        for path in code
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    expected |= {f"indextts/_configs/{path.name}" for path in (PROJECT_ROOT / "configs").glob("*.yaml")}
    assert expected <= names, sorted(expected - names)
    assert f"indextts/assets/{MANIFEST}" in names
    assert not [name for name in names if not name.startswith(("indextts/", "indextts_studio-"))]


def test_the_texts_of_licences_travel_with_it(site: Path) -> None:
    (folder,) = site.glob("*.dist-info/licenses")
    for name in ("LICENSE", "LICENSES/NOTICE", "LICENSES/THIRD_PARTY.md"):
        assert (folder / name).read_bytes() == (PROJECT_ROOT / name).read_bytes(), name


def test_the_wheel_brings_the_command(site: Path) -> None:
    (points,) = site.glob("*.dist-info/entry_points.txt")
    assert "indextts = indextts.cli.main:main" in points.read_text(encoding="utf-8").splitlines()


@pytest.mark.night
def test_it_calls_itself_as_it_was_installed(site: Path, tmp_path: Path) -> None:
    assert run(site, tmp_path, "--help").startswith("usage: indextts ")
    told = run(site, tmp_path, "doctor", "--json", fails=True)
    assert "start_app.sh, which" not in told and "pip install" in told


@pytest.mark.night
def test_it_reads_texts_in_any_folder(site: Path, tmp_path: Path) -> None:
    make_tiny_voice(tmp_path / "data" / places.DISTRIBUTION / "cache_hub" / "models")
    plan = json.loads(run(site, tmp_path, "analyze", "重庆很重要，isn't it?"))
    assert plan["segments"][0]["tokens"][0]["reading"] == "chong2"
    assert "happy" in run(site, tmp_path, "emotion", text="太好了，我真开心！\n")
    assert [path.name for path in tmp_path.iterdir() if path.name != "data"] == []


def test_its_files_lie_in_the_persons_data_folder(site: Path, tmp_path: Path) -> None:
    code = "from indextts.platform.config import load_config as c; c = c(); print(c.cache_path); print(c.emotions_path)"
    environment = {**os.environ, "PYTHONPATH": str(site), "XDG_DATA_HOME": str(tmp_path)}
    environment.pop("INDEXTTS_CONFIG", None)

    def asked() -> list[str]:
        command = [sys.executable, "-c", code]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        ).stdout.splitlines()

    own = tmp_path / places.DISTRIBUTION
    assert asked() == [str(own / "cache_hub"), str(site / "indextts" / "_configs" / "emotions.yaml")]
    (own / "configs").mkdir(parents=True)
    shutil.copy(PROJECT_ROOT / "configs" / "emotions.yaml", own / "configs")
    assert asked()[1] == str(own / "configs" / "emotions.yaml"), "a table of one's own goes first"


@pytest.mark.night
def test_the_doctor_knows_what_the_package_asks_for(site: Path, tmp_path: Path) -> None:
    (metadata,) = site.glob("*.dist-info/METADATA")
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = packages.read_pins(metadata)
    assert len(pins) == len(project["dependencies"]) and "torch" not in pins
    assert pins.items() <= packages.read_pins(PROJECT_ROOT / "requirements.txt").items()
    text = metadata.read_text(encoding="utf-8")
    assert {*re.findall(r"^Provides-Extra: (.+)", text, re.M)} == {*project["optional-dependencies"]}
    asked = [line for line in metadata.read_text(encoding="utf-8").splitlines() if line.startswith("Requires-Dist: ")]
    assert asked and not [line for line in asked if "hash" in line or "\\" in line]
    environment = {**os.environ, "PYTHONPATH": str(site), "XDG_DATA_HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    environment.pop("INDEXTTS_CONFIG", None)
    command = [sys.executable, "-m", "indextts", "doctor", "--json"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["packages"]["state"] == "ok" and checks["voice"]["state"] == "missing"
