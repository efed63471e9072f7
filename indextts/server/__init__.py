"""HTTP: the API, and the page mounted on it. ``run(load_config())`` serves until it is told to stop."""

from indextts.server.app import create_app, run

__all__ = ["create_app", "run"]
