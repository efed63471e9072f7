"""What set-up makes beyond the packages: the embedded voice and the compiled functions, each where it is missing.

python -m indextts.ops.prepare [--config F]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from indextts.config import Config, load_config
from indextts.errors import StudioError
from indextts.i18n.messages import locale_language
from indextts.ops import warm


def prepare(config: Config) -> None:
    """Build what is missing, with a line for each thing done. Raises :class:`StudioError` where that fails."""
    from indextts.models import store

    began: list[str] = []

    def tell(step: str) -> None:
        if not began:
            _say("Building the embedded voice (once) …")
        began.append(step)
        _say(f"  {step}")

    store.ensure(store.BUILT_IN, config, progress=tell)
    warm.ensure(config, progress=lambda step: _say(f"{step[0].upper()}{step[1:]} …"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Called by the set-up scripts; 1 with one clear sentence when something cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m indextts.ops.prepare")
    parser.add_argument("--config")
    options = parser.parse_args(arguments)
    try:
        prepare(load_config(options.config))
    except StudioError as error:
        sys.stderr.write("\n".join(error.localise(locale_language())) + "\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
