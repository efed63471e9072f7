"""Reading and writing where the command line was called: files, stdin, stdout and stderr; and what was spoken."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any, Final

STANDARD: Final = "-"
"""The name of stdin and stdout."""


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def tell(line: str) -> None:
    """One line on stderr, at once."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def report(data: dict[str, Any], line: str, *, as_json: bool) -> None:
    """A result, for programs or for people."""
    say(json.dumps(data, ensure_ascii=False) if as_json else line)


def report_lines(options: argparse.Namespace, data: dict[str, Any], lines: list[str]) -> None:
    """The same, with any number of lines for people, as ``options.json`` asks."""
    if options.json or lines:
        report(data, "\n".join(lines), as_json=options.json)


def typed(argument: str) -> str:
    """What was typed, taken as the UTF-8 that terminals send, whatever the locale."""
    return os.fsencode(argument).decode("utf-8", "surrogateescape")
