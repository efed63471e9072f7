"""The way to the cluster on Ray Serve: ``run(load_config())`` serves until it is told to stop."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

from indextts.model.errors import StudioError

if TYPE_CHECKING:
    from indextts.platform.config import Config


def run(config: Config) -> None:
    """As :func:`indextts.server.cluster.deployments.run`; without Ray it raises :class:`StudioError` ``no_ray``."""
    check_installed()
    quiet()
    from indextts.server.cluster import deployments

    deployments.run(config)


def check_installed() -> None:
    """Raises :class:`StudioError` ``no_ray``."""
    if find_spec("ray") is None:
        raise StudioError("no_ray")


def quiet() -> None:
    """Before Ray is imported: it sends no usage statistics, trusts no forwarded header by itself, logs no dumps of its
    state, and gives its proxy and its control store time to start: on a busy machine they need more than Ray's 5 s;
    the proxy would be ended again and again. What speaks runs at the server's own priority: at Ray's (15) any program
    that is busy beside it would leave it three hundredths of a core.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_SERVE_ENABLE_SCALING_LOGS"] = "0"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "warning")
    os.environ.setdefault("FORWARDED_ALLOW_IPS", "")
    os.environ.setdefault("RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S", "120")
    os.environ.setdefault("RAY_gcs_rpc_server_connect_timeout_s", "60")
    os.environ.setdefault("RAY_worker_niceness", "0")
