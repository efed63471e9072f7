"""The configuration that a command works with."""

from __future__ import annotations

import argparse

from indextts.ops import warm
from indextts.platform.config import Config, load_config


def config_of(options: argparse.Namespace) -> Config:
    """The configuration that ``--config`` names, with what is compiled kept below its ``cache_dir``."""
    config = load_config(options.config)
    warm.use_cache(config)
    return config
