"""The commands that set-up and the server give to pip, and what they say and take away afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from indextts.ops import packages, pip_commands
from indextts.platform.config import PROJECT_ROOT

PINS, TORCH = PROJECT_ROOT / "requirements.txt", PROJECT_ROOT / "requirements/torch.txt"


def after(command: list[str], option: str) -> list[str]:
    """The values that follow each ``option``."""
    return [command[place + 1] for place, part in enumerate(command) if part == option]


def test_all_that_has_a_hash_comes_with_it_in_one_step() -> None:
    (command,) = pip_commands.commands([PINS], pip=["pip"], environment={})
    assert command[:2] == ["pip", "install"] and "--require-hashes" in command
    assert after(command, "-r") == [str(PINS)] and "--extra-index-url" not in command


@pytest.mark.parametrize(
    ("environment", "index"),
    [
        ({}, pip_commands.TORCH_INDEX),
        ({pip_commands.SETTING: ""}, pip_commands.TORCH_INDEX),
        ({pip_commands.SETTING: " https://packages.example/cu130 "}, "https://packages.example/cu130"),
    ],
)
def test_pytorch_comes_last_by_its_version_from_the_index_that_is_chosen(
    environment: dict[str, str], index: str
) -> None:
    files = [PINS, TORCH]
    first, last = pip_commands.commands(files, pip=["pip"], options=["--quiet"], environment=environment)
    assert "--require-hashes" in first and after(first, "-r") == [str(file) for file in files]
    assert not [part for part in first if "torch==" in part]
    assert last[-1] == f"torch=={packages.read_pins(TORCH)['torch']}" and "--require-hashes" not in last
    assert after(last, "--extra-index-url") == [index]
    assert int(after(last, "--timeout")[0]) <= 15 and int(after(last, "--retries")[0]) <= 1
    assert "--quiet" in first and "--quiet" in last


def test_all_that_pytorch_needs_has_a_pin() -> None:
    pinned = packages.read_pins(PINS) | packages.read_pins(TORCH)
    needed = {"filelock", "typing-extensions", "setuptools", "sympy", "mpmath", "networkx", "jinja2", "fsspec"}
    assert needed <= {*pinned}
    assert tuple(map(int, pinned["setuptools"].split("."))) >= (78, 1, 1)
    pip = packages.read_pins(PROJECT_ROOT / "requirements/pip.txt")["pip"]
    assert tuple(map(int, pip.split("."))) >= (26,)


@pytest.mark.parametrize(("version", "left"), [("65.5.0", ["setuptools==65.5.0"]), ("84.2.1", []), (None, [])])
def test_of_what_venv_brings_only_what_the_lock_does_not_pin_goes(
    tmp_path: Path, version: str | None, left: list[str]
) -> None:
    site, lock = tmp_path / "site", tmp_path / "lock.txt"
    lock.write_text("setuptools==84.2.1\n", encoding="utf-8")
    for name in ("pip-26.3", *([f"setuptools-{version}"] if version else ())):
        (site / f"{name}.dist-info").mkdir(parents=True)
        (site / f"{name}.dist-info" / "INSTALLER").write_text("pip\n", encoding="utf-8")
    assert pip_commands.left_over(lock, site) == left


@pytest.mark.parametrize(
    ("lines", "card", "said"),
    [
        ("cuda: Optional[str] = '13.0'", False, True),
        ("cuda = '12.6'", False, True),
        ("cuda: Optional[str] = '13.0'", True, False),
        ("cuda: Optional[str] = None", False, False),
        (None, False, False),
    ],
)
def test_a_build_for_cards_where_there_is_none_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str | None, card: bool, said: bool
) -> None:
    monkeypatch.setattr(pip_commands, "_has_card", lambda: card)
    if lines is not None:
        (tmp_path / "torch").mkdir()
        (tmp_path / "torch" / "version.py").write_text(f"__version__ = '2.13.0'\n{lines}\nhip = None\n")
    told = pip_commands.advice(tmp_path)
    assert ("CUDA 1" in told and pip_commands.TORCH_INDEX in told and "\n" not in told) if said else told == ""
