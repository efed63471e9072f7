"""A real PostgreSQL server of the tests' own: in a temporary folder, on a socket there, without a port.

With ``INDEXTTS_TESTS_DATABASE=postgresql`` every database of works in the tests is a schema on it, one for each path.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "INDEXTTS_TESTS_DATABASE"
_RUNNING: Final = "INDEXTTS_TESTS_POSTGRES"
"""Tells child processes where the server is that their parent has started."""
_QUICK: Final = ("listen_addresses=''", "fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""What is lost with the machine's power is lost with the folder."""


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; ``None`` where it is not installed."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return places[-1].parent if places else None


def missing() -> str:
    """Why there can be no server; empty where there can."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed (requirements/cluster.txt)"
    return "" if programs() else "PostgreSQL is not installed (as root: apt-get install postgresql)"


@cache
def server() -> str:
    """The folder of the running server's socket; it is started once for all tests of this run."""
    if known := os.environ.get(_RUNNING):
        return known
    bin_folder = programs()
    assert bin_folder is not None
    folder = Path(tempfile.mkdtemp(prefix="studio-postgres-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # which PostgreSQL refuses
        user = next(name for name in ("postgres", "nobody") if _is_there(name))
        shutil.chown(folder, user)
        as_user = ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"]
    folder.chmod(0o755)

    def run(*command: str) -> None:
        done = subprocess.run([*as_user, *command], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    data = str(folder / "data")
    run(str(bin_folder / "initdb"), "-D", data, "-U", "studio", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    control = str(bin_folder / "pg_ctl")
    options = " ".join(f"-c {one}" for one in (*_QUICK, "max_connections=200"))
    run(control, "-D", data, "-w", "-l", str(folder / "log"), "-o", f"{options} -k {folder}", "start")
    owner = os.getpid()

    def stop() -> None:
        if os.getpid() == owner:
            subprocess.run([*as_user, control, "-D", data, "-m", "immediate", "stop"], capture_output=True, check=False)
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    os.environ[_RUNNING] = str(folder)
    return str(folder)


def address_for(place: Path) -> str:
    """The address of a database of its own for ``place``, always the same: a schema, made where it is missing."""
    import psycopg

    folder = server()
    name = "s" + hashlib.sha256(str(place.absolute()).encode()).hexdigest()[:24]
    with psycopg.connect(host=folder, user="studio", dbname="postgres", autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # the same one by two processes at the same moment
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}".encode())
    return f"postgresql+psycopg://studio@/postgres?host={folder}&options=-csearch_path%3D{name}"


def share_all() -> None:
    """From now on all works of this process are there, whatever path they are asked for at."""
    from indextts.works.db.database import WorksDatabase

    plain: Any = WorksDatabase.__init__

    def init(self: WorksDatabase, path: Path, *, address: str = "", **given: Any) -> None:
        plain(self, path, address=address or address_for(path), **given)

    WorksDatabase.__init__ = init  # type: ignore[method-assign]


def _is_there(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


if os.environ.get(VARIABLE) == "postgresql":
    server()  # before there are child processes, which inherit where it is
    share_all()
