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
from hypothesis.internal.conjecture import providers

from indextts.models.store import ensure
from indextts.platform.config import Config, load_config
from indextts.service import preload
from indextts.service.preload import Preloader
from tests import tiers
from tests.support import opened_once
from tests.support import postgres as postgres
from tests.support.tiny_voice import make_tiny_voice

TESTS = Path(__file__).parent
WHOLE = "INDEXTTS_TESTS_WHOLE"
"""Set by ``run_tests.sh``, which installs all that the tests need."""
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""Chromium without its windows takes a fifth less of the processor for the same pages."""
MOST_RERUNS = 5
"""Second attempts in a night; above that, it has failed. No other run has any."""
MAY_BE_LEFT_OUT = (
    # a card, a processor's instructions
    *("no graphics card here", "there is a card"),
    *("oneDNN multiplies no bfloat16 on this processor", "this processor has no bfloat16 of its own"),
    *(
        "this processor has no instructions for products of 8-bit integers",
        "this processor is not quicker with integers",
    ),
    # another system, or another user of it
    *("needs glibc", "needs /proc", "looks at /proc", "no table of this process's memory", "read from /proc"),
    *("there the time of change is that of creation", "needs a device that is always full"),
    "atheris has no build for this machine",
    *("by root alone", "only root can give files to somebody", "systemd runs this machine"),
    # a clone without its history, which run_tests.sh tells; nothing can be installed for it
    "is not in this clone",
    # a choice of the person
    "it says one segment at a time",  # an engine that has no passes
    *("INDEXTTS_TESTS_WITHOUT_RAY is set", "it is about a file", "all of them run there"),
)
"""What reasons say that may stand on any machine where nothing is missing."""


def pytest_addoption(parser: pytest.Parser) -> None:
    tiers.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    for name in ("INDEXTTS_CONFIG", "NUMBA_CACHE_DIR", "LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        os.environ.pop(name, None)
    # How long an example takes says how busy the machine is, nothing else. The same examples each time, so that a
    # change is judged by what it changes; --hypothesis-profile=explore looks for new ones.
    settings.register_profile("studio", deadline=None, derandomize=True)
    settings.register_profile("explore", deadline=None, max_examples=1000)
    settings.load_profile(config.getoption("--hypothesis-profile", default=None) or "studio")
    # Else the examples hang on the strings and numbers in every file that this process has imported so far.
    providers._get_local_constants = lambda: providers._local_constants
    for part in ("connect", "read", "write", "pool"):  # httpx gives up after 5 s, which a busy machine may take
        setattr(DEFAULT_TIMEOUT_CONFIG, part, 60.0)
    # Every client would read all the web's certificates anew, which takes it longer than to ask a local server.
    httpx_transports.create_ssl_context = functools.cache(httpx.create_ssl_context)  # type: ignore[attr-defined]
    opened_once.install()
    # Each service of a test warms up: by a few syllables, not by a sentence that touches all that a person may ask for.
    preload.WARM_UP = "你好2。"  # type: ignore[misc]
    os.environ.update(LANG="C.UTF-8", GRADIO_ANALYTICS_ENABLED="False", HF_HUB_OFFLINE="1")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return None if tiers.may_hold(collection_path, TESTS.parent, config.getoption("tier", None)) else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    tiers.choose(config, items)
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
    reruns = terminalreporter.stats.get("rerun", ())
    for report in reruns:
        terminalreporter.write_sep("_", f"first attempt of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)
    terminalreporter.write_line(f"second attempts: {len(reruns)}, at most {MOST_RERUNS} in a run")
    for report in reruns:
        terminalreporter.write_line(f"  {report.nodeid}")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run with more second attempts than :data:`MOST_RERUNS` has failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    reruns = reporter.stats.get("rerun", ()) if reporter else ()
    if len(reruns) > MOST_RERUNS and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


Report = TypeVar("Report", pytest.CollectReport, pytest.TestReport)


def nothing_missing(report: Report) -> Report:
    """Where :data:`WHOLE` is set, a test that was left out has failed, unless its reason is in
    :data:`MAY_BE_LEFT_OUT`: all that can be installed was to be installed.
    """
    if not os.environ.get(WHOLE) or not report.skipped or hasattr(report, "wasxfail"):
        return report
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
    if not any(allowed in reason for allowed in MAY_BE_LEFT_OUT):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was left out: {reason}"
    return report


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program, for Playwright's ``executable_path``."""
    assert CHROMIUM is not None
    return CHROMIUM


@pytest.fixture(scope="module", autouse=True)
def own_preloader() -> Generator[None]:
    """The models of one file's process are not the next file's, whichever of them this worker runs first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Preloader, "_shared", None)
        yield


@pytest.fixture(scope="session")
def real_config() -> Config:
    """The shipped configuration, with the published voice installed."""
    shipped = load_config()
    # Where the natural voices are set up as well, they would speak by default.
    engines = shipped.engines.model_copy(update={"order": ("embedded", "sambert")})
    config = shipped.model_copy(update={"engines": engines})
    ensure("embedded", config)
    return config


@pytest.fixture
def tiny_config(tmp_path: Path) -> Config:
    """A configuration whose voice is tiny and random: the real path in milliseconds."""
    config = Config(cache_dir=tmp_path)
    make_tiny_voice(config.models_path)
    return config
