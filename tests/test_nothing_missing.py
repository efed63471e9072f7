"""Where everything was installed for the tests, what cannot be imported fails instead of being left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import WHOLE

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(("whole", "outcome"), [(True, "1 failed, 1 passed, 1 error"), (False, "1 passed, 2 skipped")])
def test_a_missing_package_fails_where_nothing_may_be_missing(tmp_path: Path, whole: bool, outcome: str) -> None:
    hooks = "from tests.conftest import pytest_make_collect_report, pytest_runtest_makereport\n"
    (tmp_path / "conftest.py").write_text(hooks, encoding="utf-8")
    missing = 'pytest.importorskip("no_such_package")\n'
    (tmp_path / "test_all.py").write_text(f"import pytest\n\n{missing}", encoding="utf-8")
    (tmp_path / "test_one.py").write_text(
        f"import pytest\n\n\ndef test_one():\n    {missing}\n\ndef test_two():\n    pass\n", encoding="utf-8"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop(WHOLE, None)
    if whole:
        environment[WHOLE] = "1"
    options = ["-q", "--continue-on-collection-errors", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    command = [sys.executable, "-m", "pytest", *options, str(tmp_path)]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert outcome in run.stdout, run.stdout
    assert ("no_such_package" in run.stdout) == whole


def test_the_script_that_installs_everything_asks_for_it() -> None:
    assert f"{WHOLE}=1" in (ROOT / "run_tests.sh").read_text(encoding="utf-8")
