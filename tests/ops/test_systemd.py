"""A service of systemd: its unit is for this folder, and installing it says what was done or why it was not."""

from __future__ import annotations

import os
import pwd
from collections.abc import Sequence
from pathlib import Path

import pytest

from indextts.ops import systemd
from indextts.ops.systemd import ServiceError, WantedUnit

SHIPPED = Path(__file__).parents[2] / "deploy"


class Systemctl:
    """Stands for systemctl: writes down what it is told, and fails where it is meant to."""

    def __init__(self, fails: str = "") -> None:
        self.told: list[list[str]] = []
        self._fails = fails

    def __call__(self, words: Sequence[str]) -> int:
        self.told.append([*words])
        return int(words[0] == self._fails)


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    root = tmp_path / "a studio 100% $HOME"
    (root / "cache_hub").mkdir(parents=True)
    (root / "deploy").symlink_to(SHIPPED)
    return root


def fields(unit: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in unit.splitlines() if "=" in line and not line.startswith("#"))
    return {key: value for key, _, value in pairs}


def test_the_unit_is_for_this_folder_user_address_and_port(studio: Path) -> None:
    config = Path("/etc/indextts/my config.yaml")
    unit = fields(WantedUnit(7861, "10.0.0.5", config, user="somebody", root=studio).unit())
    folder = str(studio).replace("%", "%%")
    assert (unit["User"], unit["WorkingDirectory"]) == ("somebody", folder)
    start = f'"{folder}/start_app.sh"'.replace("$", "$$")
    options = '--foreground --host 10.0.0.5 --port 7861 --config "/etc/indextts/my config.yaml"'
    assert unit["ExecStart"] == f"{start} {options}"
    assert f'"{folder}/cache_hub"' in unit["ReadWritePaths"]


def test_each_port_has_a_unit_of_its_own() -> None:
    assert [WantedUnit(port).name for port in (7860, 7861)] == ["indextts.service", "indextts-7861.service"]


@pytest.mark.parametrize(("place", "home", "private"), [("/tmp/x", None, "no"), ("/home/x", "read-only", "yes")])
def test_what_the_unit_hides_is_never_the_studio_itself(
    place: str, home: str | None, private: str, studio: Path
) -> None:
    wanted = WantedUnit(7860, config=Path(place) / "config.yaml", root=studio)
    unit = fields(wanted.unit())
    assert home is None or unit["ProtectHome"] == home
    assert unit["PrivateTmp"] == ("no" if str(studio).startswith("/tmp/") else private)


def test_a_users_own_unit_asks_for_nothing_that_only_root_could_give(studio: Path) -> None:
    unit = fields(WantedUnit(7860, user_mode=True, root=studio).unit())
    assert not {"User", "ProtectSystem", "CapabilityBoundingSet", "PrivateUsers"} & set(unit)
    assert unit["NoNewPrivileges"] == "yes" and unit["WantedBy"] == "default.target"


def test_it_is_written_enabled_and_started_and_taken_back_again(
    studio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    systemctl, units = Systemctl(), tmp_path / "units"
    wanted = WantedUnit(7860, user_mode=True, root=studio)
    systemd.install(wanted, folder=units, run=systemctl)
    assert (units / "indextts.service").read_text(encoding="utf-8") == wanted.unit()
    assert systemctl.told == [["daemon-reload"], ["enable", "indextts.service"], ["restart", "indextts.service"]]
    systemd.uninstall(wanted, folder=units, run=systemctl)
    assert ["disable", "--now", "indextts.service"] in systemctl.told
    assert [*units.iterdir()] == []
    said = capsys.readouterr().out
    assert "runs, and starts with the session" in said and "is stopped and removed" in said


def test_what_systemd_refuses_is_no_success(studio: Path, tmp_path: Path) -> None:
    wanted = WantedUnit(7860, user_mode=True, root=studio)
    with pytest.raises(ServiceError, match=r"restart indextts\.service failed"):
        systemd.install(wanted, folder=tmp_path, run=Systemctl(fails="restart"))
    with pytest.raises(ServiceError, match="left where it is"):
        systemd.uninstall(wanted, folder=tmp_path, run=Systemctl(fails="disable"))
    assert (tmp_path / "indextts.service").exists()


def test_removing_what_is_not_there_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    systemctl = Systemctl()
    systemd.uninstall(WantedUnit(7861), folder=tmp_path, run=systemctl)
    assert capsys.readouterr().out == "No service indextts-7861.service is installed.\n"
    assert systemctl.told == []


def test_without_systemd_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="systemd does not run this machine"):
        systemd.check(WantedUnit(7860), booted=tmp_path / "none")
    with pytest.raises(ServiceError, match="no systemd of its own"):
        systemd.check(WantedUnit(7860, user_mode=True), booted=tmp_path, run=Systemctl(fails="show-environment"))


def test_only_root_installs_for_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(ServiceError, match="sudo"):
        systemd.check(WantedUnit(7860), booted=tmp_path)


def test_it_never_runs_as_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    other = next(one.pw_name for one in pwd.getpwall() if one.pw_uid != 0)
    assert systemd.owner(tmp_path, other) == other
    for named in ("root", "nobody-of-that-name"):
        with pytest.raises(ServiceError, match="no user"):
            systemd.owner(tmp_path, named)
    monkeypatch.setattr(systemd, "_name", lambda _: "root")
    with pytest.raises(ServiceError, match="--as NAME"):
        systemd.owner(tmp_path, "")
    monkeypatch.setenv("SUDO_USER", other)
    assert systemd.owner(tmp_path, "") == other


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to somebody")
def test_its_user_gets_what_it_writes_and_not_the_program(studio: Path, tmp_path: Path) -> None:
    (studio / ".venv" / "bin").mkdir(parents=True)
    for name in ("start_app.sh", ".venv/bin/python"):
        (studio / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (studio / name).chmod(0o755)
    (studio / "cache_hub" / "kept").touch()
    other = next(one for one in pwd.getpwall() if one.pw_name == "nobody")
    wanted = WantedUnit(7860, user=other.pw_name, root=studio)
    closed = [folder for folder in studio.parents if not folder.stat().st_mode & 0o001]
    for folder in closed:
        folder.chmod(folder.stat().st_mode | 0o011)
    systemd.install(wanted, folder=tmp_path / "units", run=Systemctl())
    assert (studio / "cache_hub" / "kept").stat().st_uid == other.pw_uid
    assert (studio / "start_app.sh").stat().st_uid == 0
    studio.chmod(0o700)
    with pytest.raises(ServiceError, match="cannot reach"):
        systemd.install(wanted, folder=tmp_path / "units", run=Systemctl())
