"""The studio as a service of systemd: the unit of ``deploy/systemd/`` written for this folder, and taken back.

    python -m indextts.ops.systemd install --port 7860 [--user] [--as NAME] [--print]

Called by ``start_app.sh``; standard library only. What cannot be done is said in a sentence, with exit status 1.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pwd
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from indextts.ops.instance import ROOT

SHOWN: Final = 10
"""Exit status of ``check`` when all that was asked for has been done by it."""
BOOTED: Final = Path("/run/systemd/system")
"""Is there where systemd runs this machine."""

_PRIVATE: Final = (Path("/home"), Path("/root"), Path("/run/user"))
"""What ``ProtectHome`` hides."""
_TEMPORARY: Final = (Path("/tmp"), Path("/var/tmp"))

Run = Callable[[Sequence[str]], int]


class ServiceError(Exception):
    """It cannot be done; the message says why and what to do."""


@dataclass(frozen=True)
class WantedUnit:
    """The service that was asked for."""

    port: int
    host: str = "127.0.0.1"
    config: Path | None = None
    user_mode: bool = False
    user: str = ""
    root: Path = ROOT

    @property
    def name(self) -> str:
        """Of the unit: one for each port."""
        return "indextts.service" if self.port == 7860 else f"indextts-{self.port}.service"

    @property
    def folder(self) -> Path:
        """Where units of its kind lie."""
        if not self.user_mode:
            return Path("/etc/systemd/system")
        own = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
        return Path(own).expanduser() / "systemd" / "user"

    def unit(self) -> str:
        """The shipped unit with this folder, user, address and port."""
        shipped = self.root / "deploy" / "systemd" / ("user" if self.user_mode else "") / "indextts.service"
        needed = [self.root, Path(sys.base_prefix), *([self.config] if self.config else [])]
        writable = self.writable()
        start = [str(self.root / "start_app.sh"), "--foreground", "--host", self.host, "--port", str(self.port)]
        start += ["--config", str(self.config)] if self.config else []
        values = {
            "User": self.user,
            "WorkingDirectory": _escaped(str(self.root)),
            "ExecStart": " ".join(_word(word).replace("$", "$$") for word in start),
            "ReadWritePaths": " ".join(_word(str(path)) for path in writable),
            "ProtectHome": "read-only" if _any_below([*needed, *writable], _PRIVATE) else "yes",
            "PrivateTmp": "no" if _any_below([*needed, *writable], _TEMPORARY) else "yes",
        }
        lines = shipped.read_text(encoding="utf-8").splitlines()
        lines = [line for line in lines if not line.startswith("#")]
        made = [f"{key}={values[key]}" if (key := line.partition("=")[0]) in values else line for line in lines]
        return "\n".join(["# Written by ./start_app.sh install-service; uninstall-service removes it.", *made, ""])

    def writable(self) -> list[Path]:
        """What the service writes to: what ``start_app.sh`` does, and where the configuration puts what is kept."""
        places = {self.root / "cache_hub": None}
        with contextlib.suppress(Exception):  # whatever is wrong with the configuration: the server will say so
            from indextts.platform.config import load_config

            places[load_config(self.config).cache_path] = None
        return [*places]


def check(wanted: WantedUnit, *, booted: Path = BOOTED, run: Run | None = None) -> None:
    """Raise :class:`ServiceError` unless there is a systemd that a unit of this kind can be given to, by this user."""
    run = run or _systemctl(wanted)
    if not booted.is_dir():
        raise ServiceError(
            "systemd does not run this machine, so there is no service to install or remove.\n"
            "./start_app.sh starts the studio without it; --print shows the unit."
        )
    if wanted.user_mode:
        if run(["show-environment"]) != 0:
            raise ServiceError(
                "This user has no systemd of its own here: log in as that user (not through su or sudo) and try again."
            )
    elif os.geteuid() != 0:
        raise ServiceError(
            "A service of the machine is installed and removed by root: sudo ./start_app.sh …\n"
            "For you alone, without root: ./start_app.sh install-service --user"
        )


def owner(root: Path, named: str) -> str:
    """The user of the service: the named one, the caller of sudo, or the folder's owner; never root.

    Raises :class:`ServiceError` where there is none.
    """
    candidates = [named] if named else [os.environ.get("SUDO_USER", ""), _name(root.stat().st_uid)]
    for name in candidates:
        with contextlib.suppress(KeyError):
            if name and pwd.getpwnam(name).pw_uid != 0:
                return name
    if named:
        raise ServiceError(f"There is no user “{named}”, or it is root. The studio should not run as root.")
    raise ServiceError(
        "This folder belongs to root, as whom the studio should not run. Name a user with --as NAME;\n"
        "one of its own is made with: useradd --system --shell /usr/sbin/nologin indextts"
    )


def install(wanted: WantedUnit, *, folder: Path | None = None, run: Run | None = None) -> None:
    """Write the unit, and have systemd start it now and with the machine. Raises :class:`ServiceError`."""
    run = run or _systemctl(wanted)
    if not wanted.user_mode and os.geteuid() == 0:
        _give(wanted)
    path = (folder or wanted.folder) / wanted.name
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}")
    aside.write_text(wanted.unit(), encoding="utf-8")
    aside.replace(path)
    log = f"journalctl {'--user ' if wanted.user_mode else ''}-u {wanted.name}"
    for what in (["daemon-reload"], ["enable", wanted.name], ["restart", wanted.name]):
        if run(what) != 0:
            raise ServiceError(
                f"The unit is written to {path}, but systemctl {' '.join(what)} failed.\nWhat it says: {log}"
            )
    _say(f"{wanted.name} runs, and starts with the {'session' if wanted.user_mode else 'machine'}. Its log: {log}")
    if wanted.user_mode:
        _say("So that it also runs while you are not logged in: loginctl enable-linger")


def uninstall(wanted: WantedUnit, *, folder: Path | None = None, run: Run | None = None) -> None:
    """Stop it and remove its unit. Raises :class:`ServiceError`."""
    run = run or _systemctl(wanted)
    path = (folder or wanted.folder) / wanted.name
    if not path.exists():
        _say(f"No service {wanted.name} is installed.")
        return
    if run(["disable", "--now", wanted.name]) != 0:
        raise ServiceError(f"systemctl disable --now {wanted.name} failed; {path} is left where it is.")
    path.unlink()
    run(["daemon-reload"])
    run(["reset-failed", wanted.name])
    _say(f"{wanted.name} is stopped and removed. What it has made stays in {wanted.root / 'cache_hub'}.")


def main(arguments: Sequence[str] | None = None) -> int:
    """The commands that ``start_app.sh`` uses; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m indextts.ops.systemd")
    parser.add_argument("step", choices=["check", "install", "uninstall"])
    parser.add_argument("what", nargs="?", choices=["install", "uninstall"])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--user", action="store_true")
    parser.add_argument("--as", dest="named", default="")
    parser.add_argument("--print", action="store_true")
    options = parser.parse_args(arguments)
    config = options.config.resolve() if options.config else None
    wanted = WantedUnit(options.port, options.host, config, options.user)
    try:
        return _obey(options, wanted)
    except (ServiceError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _obey(options: argparse.Namespace, wanted: WantedUnit) -> int:
    removes = "uninstall" in (options.step, options.what)
    if not removes and not wanted.user_mode:
        named = options.named
        if options.print:  # what it would be, also for who may not install it
            with contextlib.suppress(ServiceError):
                named = owner(wanted.root, named)
            named = named or "indextts"
        elif options.step == "install":
            named = owner(wanted.root, named)
        wanted = WantedUnit(wanted.port, wanted.host, wanted.config, user=named)
    if options.print and not removes:
        sys.stdout.write(wanted.unit())
        return SHOWN
    if options.step == "check":
        check(wanted)
        if not removes and not wanted.user_mode:
            owner(wanted.root, options.named)
        return 0
    (uninstall if removes else install)(wanted)
    return 0


def _give(wanted: WantedUnit) -> None:
    """Give the service's user the files that it writes, and leave the program to the folder's owner.

    Raises :class:`ServiceError` where that user cannot reach the folder.
    """
    user, folder = pwd.getpwnam(wanted.user), wanted.root.stat()
    for top, uid, gid in (
        *((place, user.pw_uid, user.pw_gid) for place in wanted.writable()),
        (wanted.root / ".venv", folder.st_uid, folder.st_gid),
    ):
        if top.is_symlink():  # somebody else's
            continue
        for where, folders, files in os.walk(top):
            for name in [".", *folders, *files]:
                path = os.path.join(where, name)
                if os.lstat(path).st_uid != uid:
                    os.lchown(path, uid, gid)
    reach = 'test -r "$0/start_app.sh" && test -x "$0/.venv/bin/python" && test -w "$0/cache_hub"'
    groups = os.getgrouplist(user.pw_name, user.pw_gid)
    words = ["/bin/sh", "-c", reach, str(wanted.root)]
    if subprocess.run(words, user=user.pw_uid, group=user.pw_gid, extra_groups=groups, cwd="/").returncode != 0:
        raise ServiceError(
            f"The user {wanted.user} cannot reach {wanted.root}: a folder above it is closed to others.\n"
            "Move the studio to a place such as /opt, or name its owner with --as NAME."
        )


def _systemctl(wanted: WantedUnit) -> Run:
    mode = ["--user"] if wanted.user_mode else []

    def run(words: Sequence[str]) -> int:
        quiet = subprocess.DEVNULL if words[0] in ("show-environment", "reset-failed") else None
        try:
            return subprocess.run(["systemctl", *mode, *words], stdout=quiet, stderr=quiet, check=False).returncode
        except FileNotFoundError:
            return 127

    return run


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _word(text: str) -> str:
    """One word of a list in a unit."""
    text = _escaped(text)
    if all(letter.isalnum() or letter in "/._-:%*" for letter in text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _any_below(paths: Sequence[Path], tops: Sequence[Path]) -> bool:
    return any(path.resolve().is_relative_to(top) for path in paths for top in tops)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return ""


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
