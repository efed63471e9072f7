"""A process that reads files from outside one after the other and tells what each took: ``python -m`` with a folder.

On standard input comes a line for each, ``KIND PATH``; on standard output goes one of JSON: ``code`` and ``said`` of
the refusal or nothing, ``peak`` (megabytes of memory beyond those before), ``grown`` (of the database), ``listed``
(bytes that a list of takes shows of it).
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from pathlib import Path

from indextts.model.errors import StudioError
from indextts.ops.restore import restore
from indextts.plan.editing_file import unpacked
from indextts.platform.config import Config
from indextts.platform.memory import release
from indextts.reading.lexicon.files import read_csv, read_json
from indextts.voices.catalogue import VoiceFamily
from indextts.voices.cloning.exchange import unpack
from indextts.works.db.model import Wanted
from indextts.works.db.records import Records
from indextts.works.projects.projects import ProjectLibrary
from indextts.works.projects.transfer import Transfer
from indextts.works.sounds.sounds import SoundStore

OWNER = "local"


def memory(name: str) -> float:
    """A line of this process's own account of its memory, in megabytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def main(folder: Path) -> None:
    """Read until there is no further line."""
    records = Records(folder / "works" / "works.sqlite3")
    family, sounds = VoiceFamily(Config(cache_dir=folder)), SoundStore(folder / "works" / "sounds")
    transfer = Transfer(ProjectLibrary(records.database), records, sounds, lambda work: work(family))
    listed = 0

    def project(path: Path) -> None:
        nonlocal listed
        with path.open("rb") as file:
            made = transfer.import_(OWNER, file)
        found, _ = records.listed(OWNER, Wanted(project=made.id, limit=1000))
        listed = sum(len(json.dumps(one.told("zh"))) for one in found)

    def voice(path: Path) -> None:
        with path.open("rb") as file:
            unpack(file)

    def backup(path: Path) -> None:
        restore(Config(cache_dir=folder / "restored"), path)

    kinds: dict[str, Callable[[Path], object]] = {
        "project": project,
        "voice": voice,
        "csv": lambda path: read_csv(path.read_bytes()),
        "json": lambda path: read_json(path.read_bytes()),
        "edits": lambda path: unpacked(path.read_bytes(), max_chars=10_000),
        "backup": backup,
    }
    for line in sys.stdin:
        kind, path = line.rstrip("\n").split(" ", 1)
        listed, code, said = 0, "", ""
        size = records.database.size()
        gc.collect()
        release()
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before = memory("VmRSS:")
        try:
            kinds[kind](Path(path))
        except StudioError as error:
            code, said = error.code, error.localise("en")[0]
        peak = memory("VmHWM:") - before
        grown = (records.database.size() - size) / 2**20
        answer = json.dumps({"code": code, "said": said, "peak": peak, "grown": grown, "listed": listed})
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
