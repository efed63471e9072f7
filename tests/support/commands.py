"""Commands of the program, run in this process."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from indextts.cli.main import main
from indextts.platform.config import Config
from indextts.service.preload import Preloader
from tests.support.tiny_voice import make_tiny_voice


@dataclass
class Answer:
    """What a command has left."""

    status: int
    out: str
    err: str
    raw: bytes
    """What went to stdout."""


Command = Callable[..., Answer]
"""Takes arguments, and ``stdin`` as bytes."""


@contextmanager
def tiny_settings(folder: Path) -> Iterator[Path]:
    """A configuration whose voice is the tiny one, and models of its own."""
    make_tiny_voice(Config(cache_dir=folder).models_path)
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump({"cache_dir": str(folder)}), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Preloader, "_shared", None)
        yield path


def commands(settings: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[bytes]) -> Command:
    """What runs a command with these settings."""
    patch.setenv("INDEXTTS_CONFIG", str(settings))

    def run(*arguments: str, stdin: bytes = b"") -> Answer:
        with patch.context() as inner:
            inner.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            try:
                status = main(arguments)
            except SystemExit as leaving:
                status = int(str(leaving.code))
        raw, err = capture.readouterr()
        return Answer(status, raw.decode("utf-8", "replace"), err.decode(), raw)

    return run
