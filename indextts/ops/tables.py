"""What a configuration needs to be of use, looked at before anything is made or replaced for it."""

from __future__ import annotations

from importlib.util import find_spec

from indextts.engines.delivery import load_delivery, load_emotions
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.service.access_keys import Keys
from indextts.voices.catalogue import load_voices


def check(config: Config) -> None:
    """Read what a server needs to speak, and the keys; a running server is better than one that cannot start.

    Raises :class:`StudioError` ``bad_config`` or ``bad_keys`` with what is wrong, ``dependency_missing`` where works
    are kept elsewhere and the clients for it are not here.
    """
    for elsewhere, package in ((config.works.database, "psycopg"), ("://" in config.works.sounds, "minio")):
        if elsewhere and find_spec(package) is None:
            raise StudioError("dependency_missing", package=package, command="./start_app.sh --with cluster")
    load_emotions(config.emotions_path)
    load_delivery(config.delivery_path)
    load_voices(config.voices_path)
    Keys(config)
