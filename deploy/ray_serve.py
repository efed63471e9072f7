"""The studio over several processes and machines, on Ray Serve: see docs/cluster.md.

pip install -r requirements/ray.txt
python deploy/ray_serve.py [--config FILE] [--host H] [--port N] [--address HEAD:6379]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from indextts.ops import ending

if __name__ == "__main__":
    ending.obey()  # from the first moment on: what follows takes a second to import

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import locale_language
from indextts.platform.config import Config, load_config
from indextts.server.logs import set_up


def main(arguments: list[str] | None = None) -> int:
    """0 after an order to stop; 1 with one clear sentence where it cannot begin."""
    parser = argparse.ArgumentParser(prog="python deploy/ray_serve.py", description=__doc__)
    parser.add_argument("--config")
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    parser.add_argument("--address", help="of a cluster that runs; without it one of this machine is started")
    options = parser.parse_args(arguments)
    try:
        config = _settings(load_config(options.config), options)
        set_up(config.log)
        from indextts.server.cluster.serving import run

        run(config)
    except StudioError as error:
        sys.stderr.write("\n".join(error.localise(locale_language())) + "\n")
        return 1
    return 0


def _settings(config: Config, options: argparse.Namespace) -> Config:
    server = {name: value for name in ("host", "port") if (value := getattr(options, name)) is not None}
    cluster = {"address": options.address} if options.address is not None else {}
    changed = {
        "server": config.server.model_copy(update=server),
        "cluster": config.cluster.model_copy(update=cluster),
    }
    return config.model_copy(update=changed)


if __name__ == "__main__":
    sys.exit(main())
