"""``python -m indextts parity``: recorded inputs through the modules of the project."""

from __future__ import annotations

import argparse
import os

from indextts.cli.configured import config_of
from indextts.cli.terminal import say
from indextts.engines.parity.runner import run_fixtures


def run(options: argparse.Namespace) -> int:
    # The recorded networks are tiny: on a busy machine, threads would wait for each other most of the time.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    agreed = True
    for result in run_fixtures(options.folder, config_of(options)):
        say(result.to_json())
        agreed = agreed and result.ok
    return 0 if agreed else 1
