"""``python -m indextts speech-dispatcher install|remove|show|run``: Orca, Firefox and ``spd-say`` speak with us.

``install`` writes the module that Speech Dispatcher starts, and its settings, into the folders of this person; where
its configuration names its modules one by one, a line for this one too. ``remove`` takes all of it away again.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
from pathlib import Path
from typing import Final

from indextts.cli import terminal
from indextts.cli.speech_module import Address, Module
from indextts.cli.terminal import typed
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, locale_language
from indextts.platform import paths as places
from indextts.platform.config import load_config
from indextts.platform.storage.files import write_file

NAME: Final = "indextts"
"""Of the module, as in ``spd-say -o indextts``."""
_SYSTEM: Final = Path("/etc/speech-dispatcher/speechd.conf")
_LINE: Final = f'AddModule "{NAME}" "sd_{NAME}" "{NAME}.conf"'
_OURS: Final = re.compile(rf'^# IndexTTS Studio\nAddModule "{NAME}" .*\n', re.MULTILINE)
_ANY_MODULE: Final = re.compile(r"^[ \t]*AddModule\b", re.MULTILINE | re.IGNORECASE)
_SETTING: Final = re.compile(r'^(Address|Key|Voice)[ \t]+"([^"\n]*)"', re.MULTILINE)


def run(options: argparse.Namespace) -> int:
    """Do what was asked for."""
    if options.action == "run":
        Module(_read(options.settings), sys.stdin.buffer, sys.stdout.buffer).serve()
    else:
        {"install": _install, "remove": _remove, "show": _show}[options.action](options)
    return 0


def _install(options: argparse.Namespace) -> None:
    program, settings, configuration = _program(), _settings(), _configuration()
    settings_text = _settings_text(_address(options))
    # Speech Dispatcher goes by way of the folder of data to that of programs, so that both must be there.
    for folder in (_data(), program.parent, settings.parent):
        folder.mkdir(parents=True, exist_ok=True)
    write_file(settings, settings_text.encode(), mode=0o600)
    write_file(program, _program_text(settings).encode(), mode=0o755)
    written = [program, settings]
    named = _ANY_MODULE.search(_OURS.sub("", _text(configuration)))
    if named and configuration.is_file():
        _change(configuration, f"# IndexTTS Studio\n{_line(program)}\n")
        written.append(configuration)
    lines = [f"+ {path}" for path in written]
    terminal.report_lines(options, {"name": NAME, "files": list(map(str, written))}, lines)
    if options.json:
        return
    if not named and configuration.is_file():
        _change(configuration, "")
    elif not configuration.is_file() and _ANY_MODULE.search(_text(_SYSTEM)):
        # A configuration of this person's own would take the place of all of the system's.
        terminal.tell(
            Bilingual(
                f"{_SYSTEM} names its modules one by one: add this line there: {_line(program)}",
                f"{_SYSTEM} 逐个列出了模块，请在其中加上这一行：{_line(program)}",
            ).of(locale_language())
        )
    terminal.tell(
        Bilingual(
            "Speech Dispatcher knows the module after its next start (killall speech-dispatcher ends it). "
            f"Try: spd-say -o {NAME} -l zh 你好",
            "重启 Speech Dispatcher 后生效（killall speech-dispatcher 可结束它）。"
            f"试一试：spd-say -o {NAME} -l zh 你好",
        ).of(locale_language())
    )


def _remove(options: argparse.Namespace) -> None:
    gone = [path for path in (_program(), _settings()) if path.is_file()]
    for path in gone:
        path.unlink()
    configuration = _configuration()
    if _OURS.search(_text(configuration)):
        _change(configuration, "")
        gone.append(configuration)
    terminal.report_lines(options, {"name": NAME, "files": list(map(str, gone))}, [f"- {path}" for path in gone])


def _show(options: argparse.Namespace) -> None:
    program, settings = _program(), _settings()
    files = {program: _program_text(settings), settings: _settings_text(_address(options))}
    told = {"name": NAME, "files": {str(path): text for path, text in files.items()}, "line": _line(program)}
    lines = [line for path, text in files.items() for line in (f"# {path}", text)]
    terminal.report_lines(options, told, [*lines, f"# {_configuration()}", _line(program)])


# ---------------------------------------------------------------------- the files


def _of_person(variable: str, usual: str) -> Path:
    given = os.environ.get(variable, "")
    return Path(given) if given.startswith("/") else Path.home() / usual


def _data() -> Path:
    return _of_person("XDG_DATA_HOME", ".local/share")


def _program() -> Path:
    """Where Speech Dispatcher finds the modules of a person by itself."""
    return _data().parent / "libexec" / "speech-dispatcher-modules" / f"sd_{NAME}"


def _folder() -> Path:
    return _of_person("XDG_CONFIG_HOME", ".config") / "speech-dispatcher"


def _settings() -> Path:
    return _folder() / "modules" / f"{NAME}.conf"


def _configuration() -> Path:
    """What this person has written; where there is none, the system's holds."""
    return _folder() / "speechd.conf"


def _program_text(settings: Path) -> str:
    """A script that runs this installation, wherever it is started."""
    root = f"cd {shlex.quote(str(places.home()))} || exit 1\n" if places.is_clone() else ""
    command = shlex.join([sys.executable, "-m", "indextts", "speech-dispatcher", "run", "--settings", str(settings)])
    return f"#!/bin/sh\n# The module of IndexTTS Studio for Speech Dispatcher.\n{root}exec {command}\n"


def _line(program: Path) -> str:
    return _LINE.replace(f'"sd_{NAME}"', f'"{program}"')


def _settings_text(address: Address) -> str:
    return (
        "# Where the studio answers, the key that it asks for (empty: none), and the voice where none is chosen.\n"
        f'Address "{address.url}"\nKey "{address.key}"\nVoice "{address.voice}"\n'
    )


def _address(options: argparse.Namespace) -> Address:
    """What is to be written: what was given, else the studio of the configuration, at this machine."""
    server = load_config(options.config).server
    url = typed(options.url) if options.url else f"http://127.0.0.1:{server.port}{server.root_path}"
    if not re.fullmatch(r'https?://[^\s"/?#]+[^\s"?#]*', url):
        raise StudioError(
            "bad_address", reason=Bilingual("it should be like http://host:7860", "应类似 http://host:7860")
        )
    for field, value in (("key", options.key), ("voice", options.voice)):
        if re.search(r'["\n\\]', value):
            reason = Bilingual("it may have no quotation mark.", "不能含引号。")
            raise StudioError("invalid_value", field=field, reason=reason)
    return Address(url.rstrip("/"), typed(options.key), typed(options.voice))


def _read(path: Path) -> Address:
    """The settings as they are in the file. Raises :class:`OSError`."""
    found = dict(_SETTING.findall(path.read_text(encoding="utf-8")))
    return Address(found.get("Address", ""), found.get("Key", ""), found.get("Voice") or "default")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="surrogateescape") if path.is_file() else ""


def _change(path: Path, ours: str) -> None:
    """Put ``ours`` at the end of a configuration, in the place of what was there before."""
    text = _text(path)
    rest = _OURS.sub("", text)
    new = rest if not ours else rest + ("" if rest.endswith("\n") or not rest else "\n") + ours
    if new != text:
        path = path.resolve()  # it may be a link to where a person keeps such files
        write_file(path, new.encode("utf-8", "surrogateescape"), mode=path.stat().st_mode & 0o777)
