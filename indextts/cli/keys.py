"""``python -m indextts keys add|list|remove``: the access keys of a server that is open to others."""

from __future__ import annotations

import argparse
from typing import Any, Final

from indextts.cli import terminal
from indextts.cli.terminal import typed
from indextts.model.i18n.messages import Bilingual, locale_language
from indextts.platform.config import Config, load_config
from indextts.service import access_keys
from indextts.service.access_keys import AccessKey, Keys
from indextts.service.caller import CallerLimit


def run(options: argparse.Namespace) -> int:
    """Do what was asked for, with the keys of the configuration."""
    config = load_config(options.config)
    _ACTIONS[options.action](options, Keys(config), config)
    return 0


def _add(options: argparse.Namespace, keys: Keys, config: Config) -> None:
    limit = CallerLimit(typed(options.rate), options.at_once)
    key, secret = keys.add(typed(options.name), limit, admin=options.admin)
    terminal.report_lines(options, {**_fields(key), "key": secret}, [secret])
    if not options.json:
        note = Bilingual("Store it safely: it is not shown again.", "请妥善保存：它不会再次显示。")
        terminal.tell(note.of(locale_language()))


def _list(options: argparse.Namespace, keys: Keys, config: Config) -> None:
    found = keys.all()
    terminal.report_lines(options, {"keys": [_fields(key) for key in found]}, [_line(key) for key in found])


def _remove(options: argparse.Namespace, keys: Keys, config: Config) -> None:
    key = keys.remove(typed(options.name))
    access_keys.forget_first(config, key)
    terminal.report_lines(options, _fields(key), [f"- {_line(key)}"])


def _fields(key: AccessKey) -> dict[str, Any]:
    return {"name": key.name, "rate": key.limit.rate, "at_once": key.limit.at_once, "admin": key.admin}


def _line(key: AccessKey) -> str:
    at_once = f"{key.limit.at_once} at once" if key.limit.at_once else ""
    parts = [key.name, key.limit.rate, at_once, "admin" if key.admin else ""]
    return "\t".join(part for part in parts if part)


_ACTIONS: Final = {"add": _add, "list": _list, "remove": _remove}
