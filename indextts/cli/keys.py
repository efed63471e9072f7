"""``python -m indextts keys add|list|remove``: the access keys of a server that is open to others."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from indextts.cli import terminal
from indextts.cli.terminal import typed
from indextts.model.i18n.messages import Bilingual, locale_language

if TYPE_CHECKING:
    from indextts.platform.config import Config
    from indextts.service.access_keys import AccessKey, Keys


def add_parser(command: argparse.ArgumentParser) -> None:
    """Give ``command`` its actions and their options."""
    add = terminal.add_actions(command)
    adding = add("add", _add, "Make a key and print it, this once: only its hash is kept.")
    adding.add_argument("name", metavar="NAME", help="whose it is; a new key under an old name finds the old works")
    adding.add_argument("--rate", metavar="N/minute", default="", help="instead of server.rate_limit")
    adding.add_argument("--at-once", metavar="N", type=int, default=0, help="texts spoken or waiting at the same time")
    adding.add_argument("--admin", action="store_true", help="may also fetch and remove models, and read the state")
    add("list", _list, "Print the names of all keys, and what each may do.")
    removing = add("remove", _remove, "Void a key: it and its logins end within a second.")
    removing.add_argument("name", metavar="NAME")


def run(options: argparse.Namespace) -> int:
    """Do what was asked for, with the keys of the configuration."""
    from indextts.platform.config import load_config
    from indextts.service.access_keys import Keys

    config = load_config(options.config)
    options.action(options, Keys(config), config)
    return 0


def _add(options: argparse.Namespace, keys: Keys, config: Config) -> None:
    from indextts.service.caller import CallerLimit

    limit = CallerLimit(typed(options.rate), max(0, options.at_once))
    key, secret = keys.add(typed(options.name), limit, admin=options.admin)
    terminal.report_lines(options, {**_fields(key), "key": secret}, [secret])
    if not options.json:
        note = Bilingual("Store it safely: it is not shown again.", "请妥善保存：它不会再次显示。")
        terminal.tell(note.of(locale_language()))


def _list(options: argparse.Namespace, keys: Keys, config: Config) -> None:
    found = keys.all()
    terminal.report_lines(options, {"keys": [_fields(key) for key in found]}, [_line(key) for key in found])


def _remove(options: argparse.Namespace, keys: Keys, config: Config) -> None:
    from indextts.service import access_keys

    key = keys.remove(typed(options.name))
    access_keys.forget_first(config, key)
    terminal.report_lines(options, _fields(key), [f"- {_line(key)}"])


def _fields(key: AccessKey) -> dict[str, Any]:
    return {"name": key.name, "rate": key.limit.rate, "at_once": key.limit.at_once, "admin": key.admin}


def _line(key: AccessKey) -> str:
    at_once = f"{key.limit.at_once} at once" if key.limit.at_once else ""
    parts = [key.name, key.limit.rate, at_once, "admin" if key.admin else ""]
    return "\t".join(part for part in parts if part)
