"""A plan of ten sentences to two thousand in the editor, by REST: to open it, to change a place, to take that back."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.soaks.served import Client, Reply, served
from benchmarks.soaks.texts import sentences

_TRIES: Final = 5
_STEP: Final = 100
"""Lines that one edit brings."""


def measure(folder: Path, models: Path, counts: list[int]) -> dict[str, Any]:
    """By sentences: seconds, and the bytes of the whole plan's answer. The sentences are read, not spoken."""
    lines = sentences(max(counts) + 1, seed=7)
    rows = []
    with served(folder, models, {"max_text_chars": 60_000}) as server, server.client() as client:
        plan, revision = _opened(client, lines[0])
        there = 1
        for count in sorted(counts):
            began = time.perf_counter()
            while there < count:
                fresh = lines[there : min(there + _STEP, count)]
                added = {"action": "add", "segment": there, "text": "".join(fresh)}
                revision = _edited(client, plan, revision, added)[0]
                there += len(fresh)
            written = time.perf_counter() - began
            looks = [_whole(client.get(f"/v1/editor/{plan}")) for _ in range(_TRIES)]
            if len(looks[0].json()["all"]) != count:
                raise RuntimeError(f"{len(looks[0].json()['all'])} sentences, {count} were written")
            changes: dict[str, list[float]] = {"change_s": [], "line_s": [], "undo_s": []}
            for number in range(_TRIES):
                pitch = {"action": "pitch", "segment": count // 2, "token": 1, "value": 1.0 + number}
                line = {"action": "text", "segment": count // 2, "text": lines[-1]}
                for name, sent in (("change_s", pitch), ("undo_s", {"action": "undo"}), ("line_s", line)):
                    revision, seconds = _edited(client, plan, revision, sent)
                    changes[name].append(seconds)
                revision, _ = _edited(client, plan, revision, {"action": "undo"})
            rows.append(
                {
                    "sentences": count,
                    "written_s": written,
                    "open_s": statistics.median(one.seconds for one in looks),
                    "open_bytes": len(looks[0].body),
                    **{name: statistics.median(values) for name, values in changes.items()},
                    "rss_mb": server.rss_mb(),
                }
            )
    return {"rows": rows}


def _opened(client: Client, line: str) -> tuple[str, int]:
    answer = client.post("/v1/jobs", {"text": line})
    name = answer.json()["id"]
    while client.get(f"/v1/jobs/{name}").json()["status"] != "done":
        time.sleep(0.1)
    plan = _whole(client.post("/v1/editor", {"take": name})).json()
    return str(plan["id"]), int(plan["revision"])


def _edited(client: Client, plan: str, revision: int, sent: dict[str, Any]) -> tuple[int, float]:
    answer = _whole(client.post(f"/v1/editor/{plan}/edits", {"revision": revision, **sent}))
    if "revision" not in answer.json():
        raise RuntimeError(f"{sent}: {answer.body[:300]!r}")
    return int(answer.json()["revision"]), answer.seconds


def _whole(answer: Reply) -> Reply:
    if not answer.whole:
        raise RuntimeError(f"{answer.status}: {answer.body[:300]!r} {answer.fault}")
    return answer
