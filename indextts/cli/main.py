"""The command line: ``python -m indextts …``.

    python -m indextts say 你好，世界。 -o hello.wav
    python -m indextts book 红楼梦.epub -o 红楼梦.m4b
    python -m indextts analyze 重庆很重要 > plan.json
    python -m indextts render plan.json -o plan.flac
    echo 今天是2026年 | python -m indextts normalize
    python -m indextts lexicon add 重庆 'chong2 qing4'

The module of a command is loaded when it runs, so that ``--help`` costs nothing. A person's mistakes and the
machine's end in one or two lines on stderr in the language of the locale, with exit status 1 (2 for wrong usage).
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import Any, Final

from indextts.cli.hints import told
from indextts.cli.parser import build_parser, program
from indextts.cli.terminal import standard_output, tell
from indextts.model.errors import StudioError, reason_of
from indextts.model.i18n.messages import locale_language
from indextts.ops.ending import leave_at_exit
from indextts.platform.algebra import in_the_asking_thread

INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
"""What a shell reports for a program that its reader left (128 + SIGPIPE)."""
_OF_MODELS: Final = ("model_missing", "cloning_unavailable")
"""Codes of errors that also say where a missing model stands."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command of ``arguments``, or that of this process, whose threads then do not outlive it."""
    if arguments is not None:
        return _run(arguments)
    end = leave_at_exit()
    status = _run(None)
    end(status)
    return status


def _run(arguments: Sequence[str] | None) -> int:
    in_the_asking_thread()
    _speak_utf8()
    options = build_parser().parse_args(arguments)
    # What goes wrong is told once, by _fail; the server sets up its own log.
    logging.getLogger("indextts").addHandler(logging.NullHandler())
    try:
        status: int = _loaded(options.run)(options)
        if sys.stdout is not None:
            with standard_output() as out:
                out.flush()
        return status
    except StudioError as error:
        if error.code in _OF_MODELS:
            error = _loaded("models:explained")(error, options.config)
        return _fail(error)
    except ImportError as error:
        return _fail(StudioError("dependency_missing", package=error.name or str(error), command="./start_app.sh"))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; Python must not complain about that again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except OSError as error:
        return _fail(StudioError("bad_file", path=error.filename or "?", reason=reason_of(error)))


def _loaded(place: str) -> Callable[..., Any]:
    """What ``MODULE:FUNCTION`` below ``indextts.cli`` names. Only here are the modules of commands imported."""
    module, _, function = place.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(f"indextts.cli.{module}"), function)
    return loaded


def _fail(error: StudioError) -> int:
    for line in told(error, locale_language(), program()):
        tell(line)
    return 1


def _speak_utf8() -> None:
    """UTF-8 in and out, whatever the locale says; what cannot be written is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
