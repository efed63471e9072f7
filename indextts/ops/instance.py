"""The running instances of this app, one for each port: which process it is, whether it is ready, how to end it.

``start_app.sh`` calls this; standard library only, so that it works before anything is installed.

    python -m indextts.ops.instance --run cache_hub/run end --port 7860

An instance is known by its pid *and* the moment that process began, written down when it was started. A pid that
another program has since been given is never touched. Nothing is looked for by name.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import http.client
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count, pairwise
from pathlib import Path
from typing import Final

from indextts.ops import logfile, port_owners

NOT_RUNNING: Final = 3
"""Exit status of ``status`` and ``end`` when there is nothing."""

READY_WITHIN_S: Final = 180.0
END_WITHIN_S: Final = 10.0
TAIL_LINES: Final = 50

LINK_WITHIN_S: Final = 20.0

_VARIABLES: Final = re.compile("INDEXTTS_(KEYS|SESSION_SECRET)$|AUDIOBOOKSHELF_|AWS_|HF_|OTEL_")

ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Instance:
    """A server that was started, as written down in ``<run>/<port>.json``."""

    pid: int
    began: str
    """Boot id and the process's start in clock ticks after that boot."""
    host: str
    port: int
    options: str = ""
    """What else it was started with, to tell whether a second start asks for the same."""
    stamp: str = ""
    """The code, settings and packages that it was started from (:func:`stamp`)."""

    @property
    def exists(self) -> bool:
        """Whether that very process still runs."""
        return began(self.pid) == self.began

    @property
    def alive(self) -> bool:
        """Whether that very process still runs and is our server."""
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{self.pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
            return ("indextts", "serve") in pairwise(words) and self.exists
        return False

    @property
    def address(self) -> str:
        """The URL to open on this machine."""
        host = _reachable(self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


class StartError(Exception):
    """The server that was started did not become ready; the message says why."""


def began(pid: int) -> str | None:
    """When a process began, unmistakably: boot id and clock ticks since; ``None`` when it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
    # The program's name may hold spaces and brackets: count from the last bracket. Field 3 comes first there.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else f"{boot} {fields[19]}"


def stamp(config: Path, *, root: Path = ROOT) -> str:
    """What a server runs from, as a hash: the program in ``root`` as it lies there, ``config``, and the packages."""
    digest = hashlib.sha256(str(config.resolve()).encode())
    files = sorted((root / "indextts").rglob("*")) + sorted((root / "configs").rglob("*"))
    for path in [*(path for path in files if path.is_file() and path.suffix != ".pyc"), config]:
        with contextlib.suppress(OSError):
            state = path.stat()
            digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    places = {Path(place) for place in sys.path if place.endswith("-packages")}
    packages = sorted(found.name for place in places for found in place.glob("*.dist-info"))
    digest.update("\n".join(packages).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def read(run: Path, port: int) -> Instance | None:
    """What was last started on ``port``, dead or alive; ``None`` when nothing was, or the note is unreadable."""
    try:
        return Instance(**json.loads(_path(run, port).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(run: Path, instance: Instance) -> None:
    """Note an instance down: aside, then renamed, so that a reader never sees half of it."""
    target = _path(run, instance.port)
    aside = target.with_suffix(f".{os.getpid()}")
    aside.write_text(json.dumps(asdict(instance)) + "\n", encoding="utf-8")
    aside.replace(target)


def forget(run: Path, instance: Instance) -> None:
    """Remove the note, unless a newer instance has taken its place."""
    if read(run, instance.port) == instance:
        _path(run, instance.port).unlink(missing_ok=True)


def end(instance: Instance, *, within_s: float = END_WITHIN_S) -> None:
    """End an instance: ask with TERM, and after ``within_s`` seconds KILL it with what it started."""
    if not instance.exists:
        return
    with contextlib.suppress(ProcessLookupError):
        try:
            os.kill(instance.pid, signal.SIGTERM)
        except PermissionError as error:
            raise StartError(f"Process {instance.pid} belongs to another user; only that user can stop it.") from error
    if _wait_until(lambda: not instance.exists, within_s):
        return
    with contextlib.suppress(ProcessLookupError):
        if os.getpgid(instance.pid) == instance.pid:
            os.killpg(instance.pid, signal.SIGKILL)
        else:
            os.kill(instance.pid, signal.SIGKILL)
    if not _wait_until(lambda: not instance.exists, 5.0):
        raise StartError(f"Process {instance.pid} could not be ended.")


def is_ready(instance: Instance) -> bool:
    return _get(instance, "/readyz")[0] == 200


def wait_until_ready(instance: Instance, *, within_s: float = READY_WITHIN_S) -> str:
    """Return when the server is ready, or when it speaks at least: with what is wrong then, such as a full disk.

    Raises :class:`StartError` when it ends, gives up, or takes too long.
    """
    limit = time.monotonic() + within_s
    for looks in count(1):
        if time.monotonic() > limit:
            break
        status, _ = _get(instance, "/readyz")
        if not instance.exists:
            raise StartError("The server ended while it was starting.")
        if status == 200:
            holders = port_owners.owners(instance.port)
            if holders and not any(_same_group(holder.pid, instance.pid) for holder in holders):
                named = f"pid {holders[0].pid} ({holders[0].program})"
                raise StartError(f"Port {instance.port} was taken by {named} in the meantime.")
            return ""
        if status and looks % 5 == 0:
            reason, speaks = _gave_up(instance)
            if reason and not speaks:
                raise StartError(f"The server cannot speak: {reason}")
            if reason:
                return reason
        time.sleep(0.2)
    raise StartError(f"The server was not ready within {within_s:g} s.")


def watch(run: Path, instance: Instance, log: Path, *, written: int = 0, within_s: float = READY_WITHIN_S) -> int:
    """Note a fresh instance down and see it through its start; on failure show the log and leave nothing behind.

    ``written``: bytes that the log had before the server was started, which may have said much by now.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        write(run, instance)
        if trouble := wait_until_ready(instance, within_s=within_s):
            _say(f"It speaks, but keeps nothing that it speaks: {trouble}")
        sys.stdout.writelines(f"{line}\n" for line in logfile.access_lines(log, written))
        if "--share" in instance.options.split():
            _wait_until(lambda: bool(logfile.share_lines(log, written)), LINK_WITHIN_S)
            sys.stdout.writelines(f"{line}\n" for line in logfile.share_lines(log, written)[:1])
    except (StartError, OSError) as error:
        end(instance)
        forget(run, instance)
        lines = logfile.tail(log, TAIL_LINES, written)
        _say(f"It did not start: {error}")
        _say(f"The last lines of {log}:" if lines else f"The log {log} is empty.")
        _say(*(f"  {line}" for line in lines))
        return 1
    except KeyboardInterrupt:
        end(instance)
        forget(run, instance)
        _say("Interrupted: nothing was left running.")
        return 130
    return 0


def configured(config: Path) -> tuple[str, int]:
    """Host and port that a configuration asks for; the defaults where it cannot be read (the server will say why)."""
    host, port = "127.0.0.1", 7860
    with contextlib.suppress(ImportError):
        import yaml

        with contextlib.suppress(OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError):
            server = yaml.safe_load(config.read_text(encoding="utf-8")).get("server") or {}
            host = server["host"] if isinstance(server.get("host"), str) else host
            port = int(server["port"]) if str(server.get("port")).strip().isdecimal() else port
    return host, port


def lock(descriptor: int, *, within_s: float) -> int:
    """Lock a file that the calling shell holds open: the lock stays with the shell until it closes it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return 0
    except BlockingIOError:
        _say("Another start is in progress; waiting for it …")
    limit = time.monotonic() + within_s
    while time.monotonic() < limit:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return 0
        time.sleep(0.1)
    _say(f"The other start has not finished in {within_s:g} s. Try again later.")
    return 1


def main(arguments: Sequence[str] | None = None) -> int:
    """The commands that ``start_app.sh`` uses; see the module's docstring."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except (StartError, OSError) as error:
        _say(str(error))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m indextts.ops.instance")
    parser.add_argument("--run", type=Path, default=Path("cache_hub/run"))
    commands = parser.add_subparsers(dest="command", required=True)
    for name in (*_COMMANDS, "address", "watch", "note"):
        command = commands.add_parser(name)
        command.add_argument("--port", type=int, default=7860)
        command.add_argument("--host", default="127.0.0.1")
        command.add_argument("--pid", type=int, default=0)
        command.add_argument("--options", default="")
        command.add_argument("--log", type=Path, default=Path(os.devnull))
        command.add_argument("--written", type=int, default=0)
        command.add_argument("--config", type=Path, default=Path("configs/config.yaml"))
        command.add_argument("--within", type=float, default=READY_WITHIN_S)
    locking = commands.add_parser("lock")
    locking.add_argument("descriptor", type=int)
    locking.add_argument("--within", type=float, default=1800.0)
    return parser


def _run(options: argparse.Namespace) -> int:
    if options.command == "lock":
        return lock(options.descriptor, within_s=options.within)
    if options.command == "address":
        host, port = configured(options.config)
        sys.stdout.write(f"{host} {port}\n")
        return 0
    if options.command in ("watch", "note"):
        moment, from_what = began(options.pid) or "", stamp(options.config)
        fresh = Instance(options.pid, moment, options.host, options.port, options.options, from_what)
        if options.command == "watch":
            return watch(options.run, fresh, options.log, written=options.written, within_s=options.within)
        write(options.run, fresh)
        return 0
    return _COMMANDS[options.command](options, read(options.run, options.port))


def _same(options: argparse.Namespace, known: Instance | None) -> int:
    """Whether what runs is what a start would make: well, with the same options, from the same code and settings.

    A variable that this start has and the other one had not is a setting too; one that it lacks takes nothing away.
    """
    wanted = (options.host, options.options, stamp(options.config))
    if known is None or (known.host, known.options, known.stamp) != wanted or not known.alive or not is_ready(known):
        return 1
    then, now = _variables(_environment(known.pid)), _variables(os.environ)
    if any(then.get(name) != value for name, value in now.items()):
        return 1
    more = ", ".join(sorted(then.keys() - now.keys()))
    without = f" without {more}, with which it was started" if more else ""
    said = f"Already running at {known.address} (pid {known.pid}); ./start_app.sh restart restarts it{without}."
    sys.stdout.write(f"{said}\n")
    return 0


def _environment(pid: int) -> dict[str, str]:
    """What a process was started with."""
    with contextlib.suppress(OSError):
        pairs = Path(f"/proc/{pid}/environ").read_bytes().decode("utf-8", "surrogateescape").split("\0")
        return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}
    return {}


def _variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Of an environment, what a server reads as settings."""
    return {name: value for name, value in environment.items() if value and _VARIABLES.match(name)}


def _stop(options: argparse.Namespace, known: Instance | None) -> int:
    result = _end(options, known)
    if result == NOT_RUNNING:
        elsewhere = _stranger(options.port) + _others(options.run)
        sys.stdout.write(f"Nothing was running on port {options.port}.{elsewhere}\n")
    return result


def _end(options: argparse.Namespace, known: Instance | None) -> int:
    was_alive = known is not None and known.alive
    if known is not None:
        if was_alive:
            end(known)
        forget(options.run, known)
    return 0 if was_alive else NOT_RUNNING


def _clear(options: argparse.Namespace, known: Instance | None) -> int:
    """Make the port free for a new start: our own old instance goes, a stranger's program stays and is named.

    To ``replace`` an instance that runs on another port was not meant: nothing is started beside it.
    """
    if reason := port_owners.problem(options.host, 0):  # a wrong address ends no instance that runs
        _say(reason)
        return 1
    if _end(options, known) == 0:
        _say(f"Stopped the instance that was running on port {options.port}.")
    elif others := _others(options.run):  # whoever meant that one is told
        _say(f"Nothing was running on port {options.port}.{others}")
        if options.command == "replace":
            return 1
    if reason := port_owners.problem(options.host, options.port):
        _say(reason)
        return 1
    logfile.rotate(options.log)
    return 0


def _status(options: argparse.Namespace, known: Instance | None) -> int:
    if known is None or not known.alive:
        ended = " The last one ended on its own; ./start_app.sh logs shows why." if known else ""
        elsewhere = _stranger(options.port) + _others(options.run)
        sys.stdout.write(f"Not running on port {options.port}.{ended}{elsewhere}\n")
        return NOT_RUNNING
    ready, (trouble, speaks) = is_ready(known), _gave_up(known)
    state = "ready" if ready else "loading" if not trouble else "speaks" if speaks else "cannot speak"
    sys.stdout.write(f"Running at {known.address} (pid {known.pid}, {state}).\n")
    if not ready and trouble:
        sys.stdout.write(f"{trouble}\n")
    if known.host not in ("127.0.0.1", "::1", "localhost"):
        sys.stdout.write(f"It listens on {known.host}: “python -m indextts doctor” shows the access rules.\n")
    return 0


_COMMANDS: Final = {"same": _same, "end": _stop, "clear": _clear, "replace": _clear, "status": _status}


def _stranger(port: int) -> str:
    """A program on the port that was started otherwise, for a command that leaves it alone."""
    with contextlib.suppress(ImportError):
        for holder in port_owners.owners(port):
            return f" What answers there, pid {holder.pid} ({holder.program}), was not started by ./start_app.sh."
    return ""


def _others(run: Path) -> str:
    """Servers of this folder on other ports, for a command about a port without a server."""
    notes = (read(run, int(note.stem)) for note in sorted(run.glob("*.json")) if note.stem.isdecimal())
    alive = (one for one in notes if one is not None and one.alive)
    return "".join(f" One runs at {one.address}: add --port {one.port}." for one in alive)


def _gave_up(instance: Instance) -> tuple[str, bool]:
    """What the server reports as wrong, empty while it is still loading; and whether it speaks all the same."""
    _, body = _get(instance, "/healthz")
    with contextlib.suppress(ValueError, AttributeError, KeyError, TypeError):
        health = json.loads(body)
        if health.get("status") == "error":
            said = health["error"]
            return " ".join(filter(None, (said["message"], said.get("hint")))), bool(health.get("model_loaded"))
    return "", False


def _get(instance: Instance, path: str) -> tuple[int, bytes]:
    """Status and body of one call; ``(0, b"")`` without an answer. Never through a proxy."""
    connection = http.client.HTTPConnection(_reachable(instance.host), instance.port, timeout=5.0)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read(65536)
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def _reachable(host: str) -> str:
    """An address to reach a server by: one that listens everywhere is reached on this machine."""
    return {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)


def _same_group(pid: int, leader: int) -> bool:
    try:
        return pid == leader or os.getpgid(pid) == leader
    except ProcessLookupError:
        return False


def _wait_until(condition: Callable[[], bool], within_s: float) -> bool:
    limit = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


def _path(run: Path, port: int) -> Path:
    return run / f"{port}.json"


def _say(*lines: str) -> None:
    for line in lines:
        sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
