"""Processes that share a database and sounds, each with files of its own, and an engine that is plain noise."""

from __future__ import annotations

import time
from pathlib import Path

from indextts.platform.serving_config import WorksConfig
from tests.support import postgres
from tests.support.restarted import make
from tests.support.whole import WholeService

LEASE_S = 1.5


def works_of(folder: Path, database: str) -> WorksConfig:
    """Where the processes of ``folder`` keep their works: on the server, or in a file."""
    if database == "sqlite":
        return WorksConfig(lease_s=LEASE_S)
    return WorksConfig(database=postgres.address_for(folder), sounds=str(folder / "sounds"), lease_s=LEASE_S)


def join(folder: Path, name: str, works: WorksConfig, segment_s: float = 0.0) -> WholeService:
    """The service of one process; on a file all have the same folder."""
    own = folder / (name if works.database else "all")
    own.mkdir(parents=True, exist_ok=True)
    return make(own, segment_s, works)


def serve(folder: Path, name: str, works: WorksConfig, segment_s: float) -> None:
    """Share the work until somebody kills this process."""
    service = join(folder, name, works, segment_s)
    service.works.start()
    (folder / f"{name}.ready").write_text(service.works.records.leases.worker)
    time.sleep(600)


def spoken(folder: Path) -> list[str]:
    """What all of them were asked to say, titles and warm-ups left out."""
    lines = [line for log in folder.glob("*/spoken.txt") for line in log.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if "故事" in line]
