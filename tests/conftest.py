"""What holds for all tests: no settings from outside, no calls home, no browser tests where there is no browser."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import httpx
import httpx._transports.default as httpx_transports
import pytest
import pytest_rerunfailures
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from hypothesis import settings

from indextts.config import Config, load_config
from indextts.models.store import ensure
from tests.support import postgres as postgres
from tests.support.tiny_voice import make_tiny_voice

TESTS = Path(__file__).parent
WHOLE = "INDEXTTS_TESTS_WHOLE"
"""Set by ``run_tests.sh``, which installs all that the tests need."""
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""Chromium without its windows takes a fifth less of the processor for the same pages."""
DRIVEN = {
    *("browser", "cli", "deploy", "isolated", "load", "ops"),
    *("runtime", "scenarios", "server", "service", "shell", "works"),
}
"""Folders whose tests drive browsers, processes and threads."""


def pytest_configure(config: pytest.Config) -> None:
    for name in ("INDEXTTS_CONFIG", "NUMBA_CACHE_DIR", "LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        os.environ.pop(name, None)
    # How long an example takes says how busy the machine is, nothing else. The same examples each time, so that a
    # change is judged by what it changes; --hypothesis-profile=explore looks for new ones.
    settings.register_profile("studio", deadline=None, derandomize=True)
    settings.register_profile("explore", deadline=None, max_examples=1000)
    settings.load_profile(config.getoption("--hypothesis-profile", default=None) or "studio")
    for part in ("connect", "read", "write", "pool"):  # httpx gives up after 5 s, which a busy machine may take
        setattr(DEFAULT_TIMEOUT_CONFIG, part, 60.0)
    # Every client would read all the web's certificates anew, which takes it longer than to ask a local server.
    httpx_transports.create_ssl_context = functools.cache(httpx.create_ssl_context)  # type: ignore[attr-defined]
    os.environ.update(LANG="C.UTF-8", GRADIO_ANALYTICS_ENABLED="False", HF_HUB_OFFLINE="1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # A neighbour on the machine can hold such a test up at any point. It gets a second attempt, and the summary
    # says why; what computes gets none. `-p no:rerunfailures` gives nobody one.
    again = pytest.mark.flaky(reruns=1, reruns_delay=3)
    for item in items:
        if DRIVEN.intersection(item.path.relative_to(TESTS).parts[:-1]):
            item.add_marker(again)
    if CHROMIUM is None:
        left_out = pytest.mark.skip(reason="chromium is not installed")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(left_out)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return nothing_missing(report)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return nothing_missing(report)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A second attempt has servers and engines of its own: the first one's have spoken, and keep what they spoke."""
    if getattr(item, "execution_count", 1) > 1:
        pytest_rerunfailures._restore_suspended_finalizers(item)
        item.session._setupstate.teardown_exact(None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Why a test had a second attempt: what comes back has a cause that is to be found."""
    for report in terminalreporter.stats.get("rerun", ()):
        terminalreporter.write_sep("_", f"first attempt of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


Report = TypeVar("Report", pytest.CollectReport, pytest.TestReport)


def nothing_missing(report: Report) -> Report:
    """Where :data:`WHOLE` is set, a test that was left out because a package is not installed has failed."""
    if os.environ.get(WHOLE) and report.skipped and "could not import" in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was left out: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program, for Playwright's ``executable_path``."""
    assert CHROMIUM is not None
    return CHROMIUM


@pytest.fixture(scope="session")
def real_config() -> Config:
    """The shipped configuration, with the published voice installed."""
    config = load_config()
    ensure("embedded", config)
    return config


@pytest.fixture
def tiny_config(tmp_path: Path) -> Config:
    """A configuration whose voice is tiny and random: the real path in milliseconds."""
    config = Config(cache_dir=tmp_path)
    make_tiny_voice(config.models_path)
    return config
