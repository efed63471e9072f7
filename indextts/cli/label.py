"""``python -m indextts label``: what an audio file says of itself."""

from __future__ import annotations

import argparse

from indextts.cli.terminal import say
from indextts.model.errors import StudioError
from indextts.sound.export.label import read_label


def run(options: argparse.Namespace) -> int:
    label = read_label(options.file)
    if label is None:
        raise StudioError("no_label", path=options.file)
    say(str(label))
    return 0
