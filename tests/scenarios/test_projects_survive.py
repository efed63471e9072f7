"""Projects outlive the process: after a kill -9 in the middle of writing they open as they were told to be kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from indextts.works.db.database import WorksDatabase
from indextts.works.projects.projects import ProjectLibrary

WRITER = """
import sys
from pathlib import Path
from indextts.works.db.database import WorksDatabase
from indextts.works.projects.projects import ProjectLibrary

library = ProjectLibrary(WorksDatabase(Path(sys.argv[1])))
rows, _ = library.list("local")
project = library.get("local", rows[0].id) if rows else library.create("local", text="0")
number = int(project.text)
while True:
    number += 1
    project = library.change("local", project.id, revision=project.revision, text=str(number), name=f"n{number}",
                             settings={"speed": number / 8})
    library.keep_editor("local", project.id, str(number).encode())
    print(number, flush=True)
"""
TIMES = 20


def test_after_twenty_kills_every_project_opens_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "works" / "works.sqlite3"
    for _ in range(TIMES):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(3):
            told = process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        told = [told, *process.stdout.read().splitlines()][-1]
        process.wait()
        database = WorksDatabase(path)
        library = ProjectLibrary(database)
        rows, total = library.list("local")
        project = library.get("local", rows[0].id)
        written = int(project.text)
        # What was told is there; what was being written is there whole or not at all.
        assert total == 1 and int(told) <= written <= int(told) + 1
        assert (project.name, project.settings) == (f"n{written}", {"speed": written / 8})
        assert int(library.editor("local", project.id) or b"0") in (written, written - 1)
        database.close()
