"""The shipped units of systemd, judged by systemd itself."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from indextts.ops.instance import END_WITHIN_S, READY_WITHIN_S

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
ANALYZE = shutil.which("systemd-analyze")

needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")


def fields(name: str) -> dict[str, str]:
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(UNITS / name, encoding="utf-8")
    return {**parser["Unit"], **parser["Service"]}


@needs_systemd
@pytest.mark.parametrize(("name", "most"), [("indextts.service", 3.0), ("user/indextts.service", 6.5)])
def test_an_intruder_would_find_little(name: str, most: float) -> None:
    """3 is what is asked of a service of the machine; a user's own systemd cannot close what the rest is about."""
    command = [str(ANALYZE), "security", "--offline=true", "--no-pager", str(UNITS / name)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"Overall exposure level for indextts\.service: ([\d.]+)", told.stdout)
    assert found, told.stdout + told.stderr
    assert float(found[1]) <= most


@needs_systemd
@pytest.mark.parametrize("name", ["indextts.service", "user/indextts.service"])
def test_systemd_understands_every_line(name: str, tmp_path: Path) -> None:
    text = (UNITS / name).read_text(encoding="utf-8").replace("/opt/indextts-studio/start_app.sh", "/bin/true")
    unit = tmp_path / "indextts.service"
    unit.write_text(text, encoding="utf-8")
    told = subprocess.run([str(ANALYZE), "verify", str(unit)], capture_output=True, text=True, check=False)
    assert [line for line in told.stderr.splitlines() if "indextts" in line] == []


@pytest.mark.parametrize("name", ["indextts.service", "user/indextts.service"])
def test_it_is_waited_for_as_long_as_the_program_promises_and_not_started_for_ever(name: str) -> None:
    unit = fields(name)
    assert unit["Type"] == "notify"
    assert float(unit["TimeoutStopSec"]) > END_WITHIN_S
    assert float(unit["TimeoutStartSec"]) > READY_WITHIN_S
    assert unit["Restart"] == "on-failure"
    # Five starts that each take their whole time still count as one series.
    series = int(unit["StartLimitBurst"]) * (float(unit["TimeoutStartSec"]) + float(unit["RestartSec"]))
    assert float(unit["StartLimitIntervalSec"]) > series
