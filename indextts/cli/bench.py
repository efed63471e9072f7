"""``python -m indextts bench``: measurements as JSON."""

from __future__ import annotations

import argparse

from benchmarks.__main__ import main as measure


def run(options: argparse.Namespace) -> int:
    return measure(["--no-table"])
