"""Packages of an engine, installed by the real pip from a folder of tiny wheels into a folder of their own."""

from __future__ import annotations

import hashlib
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from indextts.model.errors import StudioError
from indextts.ops import packages
from indextts.ops.installing import Installing, PackageInstaller
from tests.support.waiting import until

Make = Callable[..., PackageInstaller]


def tiny_wheel(folder: Path, name: str = "tiny_engine", version: str = "1.0") -> Path:
    """A wheel with one module."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "SAYS = 'hello'\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    folder.mkdir(exist_ok=True)
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        for path, text in files.items():
            packed.writestr(zipfile.ZipInfo(path), text)
    return wheel


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes an installer whose pip has no network and leaves this environment as it is."""
    monkeypatch.setattr(packages, "mark_current", lambda path: None)
    monkeypatch.setattr(packages, "mend", lambda: [])
    folder = tmp_path / "project"
    (folder / "requirements").mkdir(parents=True)
    pin = f"tiny_engine==1.0 --hash=sha256:{hashlib.sha256(tiny_wheel(tmp_path / 'made').read_bytes()).hexdigest()}"
    (folder / "requirements" / "tiny.txt").write_text(f"# with: tiny other\n{pin}\n", encoding="utf-8")

    def made(**more: object) -> PackageInstaller:
        wheels, target = str(tmp_path / "wheels"), str(tmp_path / "site")
        options = ("--no-index", "--find-links", wheels, "--target", target)
        return PackageInstaller(folder, cache=tmp_path / "run", options=options, **more)  # type: ignore[arg-type]

    return made


def ended(installer: PackageInstaller, extra: str = "tiny") -> Installing:
    until(lambda: (state := installer.state(extra)) is not None and not state.running, 300.0)
    state = installer.state(extra)
    assert state is not None
    return state


def test_what_an_engine_needs_is_installed_and_then_goes_on(make: Make, tmp_path: Path) -> None:
    tiny_wheel(tmp_path / "wheels")
    installer, gone_on = make(), threading.Event()
    assert installer.state("tiny") is None
    installer.start("tiny", gone_on.set)
    state = ended(installer)
    assert gone_on.wait(10) and state.error is None and installer.changed
    assert "Successfully installed tiny_engine-1.0" in state.line.replace("tiny-engine", "tiny_engine")
    assert (tmp_path / "site" / "tiny_engine.py").exists()
    assert list((tmp_path / "run").iterdir()) == [], "nothing is left where pip put its downloads"


def test_a_name_that_no_file_knows_is_refused_and_reaches_no_pip(make: Make) -> None:
    installer = make(pip=("/nowhere/pip",))
    for name in ("", "requests", "tiny_engine", "../tiny", "--index-url"):
        with pytest.raises(StudioError) as refused:
            installer.start(name)
        assert refused.value.code == "packages_unknown"


@pytest.mark.night
def test_why_it_failed_is_told_and_it_can_be_tried_again(make: Make, tmp_path: Path) -> None:
    installer, gone_on = make(), threading.Event()
    (tmp_path / "wheels").mkdir()
    installer.start("tiny", gone_on.set)
    error = ended(installer).error
    assert error is not None and error.code == "packages_offline" and "tiny_engine==1.0" in error.localise("en")[0]
    assert not gone_on.is_set() and not installer.changed
    tiny_wheel(tmp_path / "wheels")
    installer.start("tiny")
    assert ended(installer).error is None


def test_it_can_be_stopped_and_another_one_waits_its_turn(make: Make, tmp_path: Path) -> None:
    slow = (sys.executable, "-c", "print('Downloading big-1.whl (2.5 MB)', flush=True); import time; time.sleep(600)")
    installer, gone_on = make(pip=slow), threading.Event()
    installer.start("tiny", gone_on.set)
    installer.start("tiny")  # it goes on
    until(lambda: (told := installer.state("tiny")) is not None and told.total, 300.0)
    state = installer.state("tiny")
    assert state is not None and state.total == 2_500_000 and state.running
    with pytest.raises(StudioError) as refused:
        installer.start("other")
    assert refused.value.code == "packages_busy"
    installer.stop("tiny")
    state = ended(installer)
    assert state.stopped and state.error is None and not gone_on.is_set() and not installer.changed


def test_a_file_that_is_not_the_one_that_was_pinned_is_not_installed(make: Make, tmp_path: Path) -> None:
    wheel = tiny_wheel(tmp_path / "wheels")
    with zipfile.ZipFile(wheel, "a") as packed:
        packed.writestr("tiny_engine_more.py", "import os\n")
    installer = make()
    installer.start("tiny")
    error = ended(installer).error
    assert error is not None and error.code == "packages_failed" and "HASHES" in error.localise("en")[0]
    assert not (tmp_path / "site").exists() and not installer.changed


@pytest.mark.night
def test_what_is_installed_apart_comes_after_the_others(make: Make, tmp_path: Path) -> None:
    tiny_wheel(tmp_path / "wheels")
    tiny_wheel(tmp_path / "wheels", "tiny_torch", "2.0+cpu")
    installer = make()
    pins = tmp_path / "project" / "requirements" / "tiny.txt"
    pins.write_text(f"{pins.read_text()}# apart: tiny_torch==2.0\n", encoding="utf-8")
    installer.start("tiny")
    state = ended(installer)
    assert state.error is None and "tiny-torch-2.0+cpu" in state.line.replace("_", "-")
    assert {path.stem for path in (tmp_path / "site").glob("*.py")} == {"tiny_engine", "tiny_torch"}
