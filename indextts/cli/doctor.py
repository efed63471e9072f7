"""``python -m indextts doctor``: what is installed, what is missing, and what to do."""

from __future__ import annotations

import argparse

from indextts.cli.terminal import say
from indextts.model.i18n.messages import locale_language
from indextts.ops import doctor


def run(options: argparse.Namespace) -> int:
    checks, stops = [*doctor.examine(options.config)], doctor.barred(options.config)
    say(doctor.as_json(checks, stops) if options.json else doctor.as_text(checks, locale_language(), stops))
    return 0 if doctor.healthy(checks) else 1
