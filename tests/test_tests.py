"""Of the tests themselves: each has its tier, nothing is left out where all is installed, second attempts are fresh."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import MAY_BE_LEFT_OUT, MOST_RERUNS, WHOLE
from tests.tiers import FAST, NIGHT, SECOND_ATTEMPTS, Tier, by_night, is_in, may_hold

ROOT = Path(__file__).parent.parent
Finished = subprocess.CompletedProcess[str]


def of_its_own(folder: Path, hooks: str, files: Mapping[str, str], *options: str, whole: bool = False) -> Finished:
    """A run of pytest on those files, with our ``hooks``."""
    for name, text in {"conftest": hooks, **files}.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    for name in (WHOLE, "PYTEST_ADDOPTS"):  # what the run around it was given is not for this one
        environment.pop(name, None)
    if whole:
        environment[WHOLE] = "1"
    plugins = [f"-p{name}" for name in ("pytest_timeout", "pytest_rerunfailures", "no:cacheprovider")]
    command = [sys.executable, "-m", "pytest", "-q", *options, *plugins, "--rootdir", str(folder)]
    return subprocess.run([*command, str(folder)], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.night
@pytest.mark.parametrize(("whole", "outcome"), [(True, "1 failed, 1 passed, 1 error"), (False, "1 passed, 2 skipped")])
def test_a_missing_package_fails_where_nothing_may_be_missing(tmp_path: Path, whole: bool, outcome: str) -> None:
    hooks = "from tests.conftest import pytest_make_collect_report, pytest_runtest_makereport\n"
    missing = 'pytest.importorskip("no_such_package")\n'
    files = {
        "test_all": f"import pytest\n\n{missing}",
        "test_one": f"import pytest\n\n\ndef test_one():\n    {missing}\n\ndef test_two():\n    pass\n",
    }
    run = of_its_own(tmp_path, hooks, files, "--continue-on-collection-errors", whole=whole)
    assert outcome in run.stdout, run.stdout
    assert ("no_such_package" in run.stdout) == whole


def test_the_script_that_installs_everything_asks_for_it() -> None:
    assert f"{WHOLE}=1" in (ROOT / "run_tests.sh").read_text(encoding="utf-8")


TWICE = """
import pathlib

import pytest

TRIED = pathlib.Path(__file__).with_name("tried")


@pytest.fixture(scope="module")
def spoken():
    return []


def test_one(spoken):
    spoken.append("one")


@pytest.mark.flaky(reruns=1)
def test_two(spoken):
    if not TRIED.exists():
        TRIED.touch()
        raise AssertionError("held up by " + spoken[0])
    assert spoken == []


def test_three(spoken):
    assert spoken == []
"""


@pytest.mark.night
def test_a_second_attempt_has_an_engine_of_its_own_and_the_summary_says_why(tmp_path: Path) -> None:
    hooks = "from tests.conftest import pytest_runtest_setup, pytest_terminal_summary\n"
    run = of_its_own(tmp_path, hooks, {"test_all": TWICE})
    assert "3 passed, 1 rerun" in run.stdout, run.stdout
    assert "first attempt of test_all.py::test_two" in run.stdout and "held up by one" in run.stdout


HOOKS = "from tests.conftest import pytest_sessionfinish, pytest_terminal_summary\n"
HELD_UP = """
import pytest

TRIED = set()


@pytest.mark.flaky(reruns=1)
@pytest.mark.parametrize("number", range({count}))
def test_one(number):
    first = number not in TRIED
    TRIED.add(number)
    assert not first
"""


@pytest.mark.night
@pytest.mark.parametrize("more", [0, 1])
def test_more_second_attempts_than_a_few_fail_the_run(tmp_path: Path, more: int) -> None:
    count = MOST_RERUNS + more
    run = of_its_own(tmp_path, HOOKS, {"test_all": HELD_UP.format(count=count)})
    assert f"{count} passed, {count} rerun" in run.stdout, run.stdout
    assert f"second attempts: {count}" in run.stdout and "  test_all.py::test_one[0]" in run.stdout
    assert run.returncode == more


def test_a_test_that_hangs_is_named_with_its_stack(tmp_path: Path) -> None:
    hangs = "import threading\n\n\ndef test_it_hangs():\n    threading.Event().wait()\n"
    run = of_its_own(tmp_path, "", {"test_all": hangs}, "--timeout=1", "--timeout-method=signal")
    assert run.returncode == 1 and "test_all.py::test_it_hangs" in run.stdout, run.stdout
    assert "Timeout" in run.stdout and "threading.Event().wait()" in run.stdout


def test_every_test_has_a_limit(pytestconfig: pytest.Config) -> None:
    assert 0 < float(pytestconfig.getini("timeout")) <= 300


@pytest.mark.night
@pytest.mark.parametrize(
    ("reason", "fails"),
    [("flite is not installed", True), ("commit 0a0a0a0 is not in this clone", False), (MAY_BE_LEFT_OUT[0], False)],
)
@pytest.mark.parametrize("mark", [True, False])
def test_a_missing_tool_fails_where_nothing_may_be_missing(
    tmp_path: Path, reason: str, fails: bool, mark: bool
) -> None:
    hooks = "from tests.conftest import pytest_make_collect_report, pytest_runtest_makereport\n"
    left_out = f"@pytest.mark.skipif(True, reason={reason!r})\n" if mark else ""
    body = "pass" if mark else f"pytest.skip({reason!r})"
    run = of_its_own(
        tmp_path, hooks, {"test_all": f"import pytest\n\n\n{left_out}def test_one():\n    {body}\n"}, whole=True
    )
    assert ("1 failed" if fails else "1 skipped") in run.stdout or (fails and "1 error" in run.stdout), run.stdout
    assert run.returncode == fails


def test_only_files_that_drive_a_browser_have_second_attempts() -> None:
    for name in SECOND_ATTEMPTS:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert name.startswith("tests/browser/") and "pytest.mark.browser" in text


TIERS = """
import pytest

from tests.tiers import by_night


def test_unit(): pass


@pytest.mark.smoke
def test_smoke(): pass


@pytest.mark.night
def test_kill(): pass


@pytest.mark.gate
@pytest.mark.browser
def test_page(): pass


@pytest.mark.browser
def test_another_page(): pass


@pytest.mark.parametrize("number", by_night([1, 2]))
def test_variants(number): pass


def test_held_up(request):
    assert request.node.get_closest_marker("flaky") is None
"""


@pytest.mark.parametrize(
    ("options", "outcome"),
    by_night(
        [
            (["--tier", "full"], "5 passed, 3 deselected"),
            (["--tier", "fast"], "1 passed, 7 deselected"),
            (["--tier", "night"], "8 passed"),
            ([], "8 passed"),
        ],
    ),
)
def test_a_run_has_the_tests_of_its_tier(tmp_path: Path, options: list[str], outcome: str) -> None:
    hooks = "from tests.conftest import pytest_addoption, pytest_collection_modifyitems, pytest_terminal_summary\n"
    run = of_its_own(tmp_path, hooks, {"test_all": TIERS}, *options)
    assert outcome in run.stdout and run.returncode == 0, run.stdout
    assert "second attempts: 0" in run.stdout


EXAMPLES = """
import pytest
from hypothesis import given, settings, strategies as st

TRIED = {}


@pytest.mark.parametrize("name", ["one", "two"])
@given(st.integers())
def test_unsaid(name, number):
    TRIED[name] = TRIED.get(name, 0) + 1


@given(st.integers())
@settings(max_examples=60)
def test_said(number):
    TRIED["said"] = TRIED.get("said", 0) + 1


@settings(max_examples=12)
@given(st.integers())
def test_few(number):
    TRIED["few"] = TRIED.get("few", 0) + 1


@settings(max_examples=3)
@given(st.integers())
def test_fewest(number):
    TRIED["fewest"] = TRIED.get("fewest", 0) + 1


@pytest.mark.smoke
def test_all():
    print("tried", *TRIED.values())
"""


@pytest.mark.parametrize(
    ("tier", "tried"),
    [
        ("full", "25 25 15 10 3"),
        *(pytest.param(tier, "100 100 60 12 3", marks=pytest.mark.night) for tier in ("", "night")),
    ],
)
def test_before_the_night_a_property_has_a_quarter_of_its_examples(tmp_path: Path, tier: str, tried: str) -> None:
    hooks = "from tests.conftest import pytest_addoption, pytest_collection_modifyitems\n"
    run = of_its_own(tmp_path, hooks, {"test_all": EXAMPLES}, "-s", *(["--tier", tier] if tier else []))
    assert f"tried {tried}\n" in run.stdout and run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("file", "tiers"),
    [
        ("model/test_utterance.py", "fast full night"),
        ("server/test_guard.py", "full night"),
        ("browser/test_page.py", "fast full night"),
        ("browser/test_player.py", "full night"),
        ("browser/test_axe.py", "night"),
        ("server/test_away.py", "night"),
        ("fuzz/test_fuzz.py", "night"),
        ("browser/conftest.py", "fast full night"),
    ],
)
def test_a_file_without_tests_of_the_tier_is_not_even_imported(file: str, tiers: str) -> None:
    every: tuple[Tier, ...] = ("fast", "full", "night")
    assert [tier for tier in every if may_hold(ROOT / "tests" / file, ROOT, tier)] == tiers.split()
    assert may_hold(ROOT / "tests" / file, ROOT, None)


def test_what_drives_the_browser_says_so() -> None:
    """The tiers leave out what is in its folder, and the tests where there is none, by that mark."""
    for path in (ROOT / "tests" / "browser").glob("test_*.py"):
        assert re.search(r"^pytestmark = \[?pytest\.mark\.browser\b", path.read_text(encoding="utf-8"), re.M), path


def test_every_place_that_a_tier_names_is_there() -> None:
    for place in (*FAST, *NIGHT, *SECOND_ATTEMPTS):
        assert (ROOT / place).exists(), place
    assert is_in("tests/fuzz/test_fuzz.py::test_x", ("tests/fuzz",)) and not is_in("tests/fuzzy.py", ("tests/fuzz",))


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ([], "-n 2 --dist loadfile --no-loadscope-reorder --tier full"),
        (["--fast"], "-n 2 --dist loadfile --no-loadscope-reorder --tier fast"),
        (["--night", "-x"], "-n 2 --dist loadfile --no-loadscope-reorder --tier night -x"),
        (["tests/model", "-k", "a b"], "tests/model -k a b"),
    ],
)
def test_the_script_asks_for_the_tier(tmp_path: Path, given: list[str], asked: str) -> None:
    """The script itself, where everything is installed already: a python that tells what it was asked for."""
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\n[ "$2" != pytest ] || { shift 2; echo "ASKED $*"; }\n')
    python.chmod(0o755)
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/setup.sh").write_text(
        f"PY={python}; CACHE={tmp_path}; say() {{ :; }}; set_up() {{ :; }}; run_logged() {{ :; }}\n"
    )
    (tmp_path / "run_tests.sh").write_text((ROOT / "run_tests.sh").read_text(encoding="utf-8"))
    environment = {**os.environ, "INDEXTTS_TESTS_WITHOUT_RAY": "1"}
    run = subprocess.run(
        ["sh", "run_tests.sh", *given], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert f"ASKED {asked}\n" in run.stdout, run.stdout + run.stderr
