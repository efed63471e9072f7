"""What the works' tests say of a file holds on PostgreSQL, too: a chosen few of them here, all of them by hand with
``INDEXTTS_TESTS_DATABASE=postgresql``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import postgres

ROOT = Path(__file__).resolve().parents[2]
CHOSEN = (
    "db/test_database.py",
    "projects/test_projects.py",
    "db/test_quota.py",
    "jobs/test_jobs.py::test_a_job_is_followed_to_its_end_and_gives_its_sound_and_its_plan",
    "jobs/test_jobs.py::test_a_fault_fails_a_job_with_its_reason_and_resuming_goes_on_from_there",
    "jobs/test_jobs.py::test_what_is_swept_is_nothing_that_a_kept_or_unfinished_job_names",
    "test_restart.py::test_a_job_that_somebody_waited_for_is_paused_after_a_kill_and_goes_on_when_asked",
    "books/test_book_runner.py::test_a_book_is_spoken_part_by_part_and_each_part_is_a_job",
    "books/test_book_runner.py::test_after_a_change_only_the_changed_sentence_is_spoken",
    "projects/test_transfer.py",
)


@pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())
@pytest.mark.skipif(bool(os.environ.get(postgres.VARIABLE)), reason="all of them run there")
def test_works_are_kept_on_postgresql_as_in_a_file() -> None:
    postgres.server()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/works/{one}" for one in CHOSEN)],
        cwd=ROOT,
        env={**os.environ, postgres.VARIABLE: "postgresql"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
