"""What a person keeps: entries of the dictionary, and jobs to a million. How long it takes to look into it."""

from __future__ import annotations

import sqlite3
import statistics
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.soaks.served import Client, Reply, served

_TEXT: Final = "清晨的阳光照进小镇，老人推开窗，看见门前的梧桐树长出了新叶。"
_TRIES: Final = 7
_AT_ONCE: Final = 50_000
_DONE_S: Final = 60.0


def dictionary(folder: Path, models: Path, counts: list[int]) -> dict[str, Any]:
    """By entries (at most 10,000 can be): to import them, to list a page, to find one, to read a sentence with them."""
    rows = []
    with served(folder, models, {}) as server, server.client() as client:
        for count in counts:
            every = range(count)
            words = [{"word": f"词{number:05d}条", "reading": f"第{number}条", "kind": "text"} for number in every]
            imported = client.post("/v1/lexicon/import?format=json&replace=true", words)
            if imported.status != 200:
                raise RuntimeError(f"{imported.status}: {imported.body[:300]!r}")
            client.post("/v1/plan", {"text": _TEXT})
            rows.append(
                {
                    "entries": count,
                    "import_s": imported.seconds,
                    "list_s": _looked(client, "/v1/lexicon?limit=100"),
                    "search_s": _looked(client, f"/v1/lexicon?search={count - 1:05d}"),
                    "plan_s": _median([client.post("/v1/plan", {"text": _TEXT}) for _ in range(_TRIES)]),
                    "file_mb": _size(folder / "hub" / "library.sqlite3"),
                    "rss_mb": server.rss_mb(),
                }
            )
    return {"rows": rows}


def measure(folder: Path, models: Path, counts: list[int]) -> dict[str, Any]:
    """By jobs in the history: its first page, one from the middle, a search, a job, the counters, the size on the disk.

    One sentence is spoken; the others are that job again, under other names and times, without its plan: 17 KB, which
    no list reads, and 17 GB of a million.
    """
    rows = []
    with served(folder, models, {}) as server, server.client() as client:
        name = _spoken(client)
        file = folder / "hub" / "works" / "works.sqlite3"
        there = 1
        for count in counts:
            began = time.perf_counter()
            _multiply(file, name, there, count)
            there, made_s = count, time.perf_counter() - began
            middle = f"{name}-{count // 2}"
            first = client.get("/v1/jobs?limit=50")
            if first.json()["total"] != count:
                raise RuntimeError(f"{first.json()['total']} jobs, {count} were made")
            rows.append(
                {
                    "jobs": count,
                    "made_s": made_s,
                    "first_page_s": _looked(client, "/v1/jobs?limit=50"),
                    "middle_page_s": _looked(client, f"/v1/jobs?limit=50&before={middle}"),
                    "one_job_s": _looked(client, f"/v1/jobs/{middle}"),
                    "search_s": _looked(client, "/v1/jobs?limit=50&search=nothing+like+it", 1),
                    "metrics_s": _looked(client, "/metrics"),
                    "file_mb": _size(file),
                    "rss_mb": server.rss_mb(),
                }
            )
    return {"rows": rows}


def _spoken(client: Client) -> str:
    made = client.post("/v1/jobs", {"text": _TEXT})
    name = str(made.json()["id"])
    ends = time.monotonic() + _DONE_S
    while client.get(f"/v1/jobs/{name}").json()["status"] != "done":
        if time.monotonic() > ends:
            raise TimeoutError(name)
        time.sleep(0.1)
    return name


def _multiply(file: Path, name: str, there: int, count: int) -> None:
    """As many jobs as ``count``, each a second older than the one before, some at a time: the server goes on."""
    with sqlite3.connect(file, timeout=60) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(job)")]
        made = {"id": "job.id || '-' || n", "created": "created - n", "updated": "updated - n"}
        made |= {"plan": "NULL", "segments": "NULL"}
        values = ", ".join(made.get(column, column) for column in columns)
        for begin in range(there, count, _AT_ONCE):
            connection.execute(
                f"WITH RECURSIVE numbers (n) AS (VALUES (?) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?)"
                f" INSERT INTO job ({', '.join(columns)}) SELECT {values} FROM numbers, job WHERE job.id = ?",
                [begin, min(begin + _AT_ONCE, count), name],
            )
            connection.commit()


def _looked(client: Client, path: str, tries: int = _TRIES) -> float:
    return _median([client.get(path) for _ in range(tries)])


def _median(answers: list[Reply]) -> float:
    if odd := [one for one in answers if not one.whole]:
        raise RuntimeError(f"{odd[0].status}: {odd[0].body[:300]!r} {odd[0].fault}")
    return statistics.median(one.seconds for one in answers)


def _size(file: Path) -> float:
    """With what SQLite keeps beside it."""
    return sum(one.stat().st_size for one in file.parent.glob(f"{file.name}*")) / 1e6
