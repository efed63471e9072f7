"""``python -m indextts serve``: the server in the foreground."""

from __future__ import annotations

import argparse

from indextts import server
from indextts.cli.configured import config_of
from indextts.ops.ending import obey
from indextts.platform import collecting


def run(options: argparse.Namespace) -> int:
    obey()
    collecting.put_off()  # the server takes it up
    config = config_of(options)
    server.run(config, host=options.host, port=options.port, share=options.share)
    return 0
