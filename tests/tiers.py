"""Which tests run when.

    ./run_tests.sh --fast     before a commit: FAST folders, and tests that are marked ``smoke``
    ./run_tests.sh            before a merge, and in continuous integration: all but NIGHT, no second attempts;
                              of the browser's tests those that are marked ``smoke`` or ``gate``
    ./run_tests.sh --night    once a day and before a release: everything; a browser test has a second attempt

Every behaviour has a test in the full tier; what waits for the night is a variant, an extreme or a long run of it.
Before the night a property is tried with a quarter of its examples.

pytest itself runs whatever it is given, unless it is told ``--tier``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from hypothesis import is_hypothesis_test, settings

Tier = Literal["fast", "full", "night"]

FAST: Final = (
    *("tests/contracts", "tests/model", "tests/reading", "tests/plan", "tests/pipeline", "tests/sound", "tests/voices"),
    *("tests/engines", "tests/books", "tests/service", "tests/studio", "tests/test_layers.py", "tests/test_imports.py"),
)
"""Folders and files of units with tiny voices: nothing in them starts a server or another process for long."""

NIGHT: Final = (
    # Processes are killed and restarted, disks and databases go away.
    "tests/works/test_restart.py",
    "tests/works/test_away.py",
    "tests/works/db/test_sharing.py",
    "tests/server/test_away.py",
    "tests/server/test_faults.py",
    "tests/service/test_collected.py",
    "tests/pipeline/fallback/test_chaos.py",
    "tests/server/cluster/test_driver.py",
    "tests/scenarios/test_projects_survive.py",
    "tests/scenarios/test_upgrade.py",
    # Services of others: PostgreSQL, S3, nginx, Ray, Speech Dispatcher.
    "tests/server/test_speech_dispatcher.py",
    "tests/works/test_on_postgres.py",
    "tests/works/sounds/test_stores.py",
    "tests/deploy/test_nginx.py",
    "tests/deploy/test_logrotate.py",
    "tests/deploy/test_ray.py",
    "tests/deploy/test_ray_driver.py",
    # Soaks, fuzzing, and requests made from the description of the API.
    "tests/server/test_schema.py",
    "tests/server/test_under_load.py",
    "tests/studio/test_event_loop.py",
    "tests/studio/test_runs_end.py",
    "tests/fuzz",
    "tests/load",
    # Sets of sentences that were written before the rules, and voices as they are heard.
    "tests/reading/text/test_first_sight.py",
    "tests/reading/text/test_normalise_sets.py",
    "tests/engines/embedded/test_emotions_heard.py",
    "tests/engines/embedded/test_prosody_heard.py",
    "tests/engines/embedded/test_voices_heard.py",
    # What the shipped tables and networks were learned with.
    "tests/training",
)
"""Folders and files that wait for the night. Single tests of other files are marked ``night``.

A browser's test that is marked neither ``smoke`` nor ``gate`` waits as well.
"""

SECOND_ATTEMPTS: Final = frozenset(
    f"tests/browser/{name}.py"
    for name in (
        *("test_behind_nginx", "test_books", "test_books_making", "test_captions", "test_cloning", "test_editor"),
        *("test_editor_lines", "test_editor_typing", "test_history", "test_lost", "test_page", "test_player"),
        "test_runs",
    )
)
"""Files that drive Chromium whose tests get a second attempt at night, and only then."""
SHARE: Final = 4
"""Before the night, a property has one of so many of its examples: the first ones."""
LEAST: Final = 10
"""It has at least so many of them."""
LONG_S: Final = 1800
"""Seconds of a test that is marked ``slow``; pyproject.toml has those of all others."""


def add_option(parser: pytest.Parser) -> None:
    parser.addoption("--tier", choices=("fast", "full", "night"), help="leave out what another tier runs")


def by_night(values: Iterable[Any], first: int = 1) -> list[Any]:
    """Parameters of a test: the ``first`` of ``values`` in every tier, the others at night."""
    return [
        value
        if number < first
        else pytest.param(*(value if isinstance(value, tuple) else (value,)), marks=pytest.mark.night)
        for number, value in enumerate(values)
    ]


def is_in(nodeid: str, places: tuple[str, ...] | frozenset[str]) -> bool:
    """Whether the test is of one of these folders and files."""
    path = nodeid.partition("::")[0]
    return any(path == place or path.startswith(f"{place}/") for place in places)


def may_hold(path: Path, root: Path, tier: Tier | None) -> bool:
    """Whether the file may have tests of that tier: what it would import takes seconds, so others are not collected."""
    if tier in (None, "night") or path.suffix != ".py" or not path.name.startswith("test_"):
        return True
    place = path.relative_to(root).as_posix()
    if is_in(place, NIGHT):
        return False
    if tier == "full" and not is_in(place, ("tests/browser",)):
        return True
    text = path.read_text(encoding="utf-8")
    if tier == "full":
        return "mark.gate" in text or "mark.smoke" in text
    return is_in(place, FAST) or "mark.smoke" in text


def runs(item: pytest.Item, tier: Tier) -> bool:
    """Whether the test belongs to that tier."""
    if tier == "night":
        return True
    marks = {mark.name for mark in item.iter_markers()}
    if "night" in marks or is_in(item.nodeid, NIGHT) or ("browser" in marks and not marks & {"smoke", "gate"}):
        return False
    return tier == "full" or "smoke" in marks or is_in(item.nodeid, FAST)


def with_fewer_examples(items: Iterable[pytest.Item]) -> None:
    """Let Hypothesis try less of each property, whether it says how many examples it has or not."""
    for test in {getattr(item, "obj", None) for item in items}:  # one function for all parameters of a test
        if test is None or not is_hypothesis_test(test):
            continue
        whole: settings = test._hypothesis_internal_use_settings  # a second decorator would be refused
        few = min(whole.max_examples, max(LEAST, whole.max_examples // SHARE))
        test._hypothesis_internal_use_settings = settings(whole, max_examples=few)


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave in ``items`` those of the tier that was asked for, with the limits and attempts they have in it."""
    tier: Tier | None = config.getoption("tier", None)
    if tier is not None:
        left_out = [item for item in items if not runs(item, tier)]
        items[:] = [item for item in items if runs(item, tier)]
        config.hook.pytest_deselected(items=left_out)
        if tier != "night":
            with_fewer_examples(items)
    again, long = pytest.mark.flaky(reruns=1, reruns_delay=3), pytest.mark.timeout(LONG_S)
    for item in items:
        # A neighbour on the machine can hold a browser up at any point of a night.
        if tier == "night" and is_in(item.nodeid, SECOND_ATTEMPTS):
            item.add_marker(again)
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(long)
