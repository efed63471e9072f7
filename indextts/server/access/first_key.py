"""The key of a server that is opened to a network for the first time, laid where its owner alone can read it."""

from __future__ import annotations

import logging
from pathlib import Path

from indextts.platform.config import Config
from indextts.platform.storage.files import write_file
from indextts.service.access_keys import FIRST, Keys, first_key_file
from indextts.service.owner import is_loopback

log = logging.getLogger(__name__)


def prepare(config: Config) -> Path | None:
    """Say how the server is kept, before it listens; make its first key where it needs one and has none.

    The file that was written then, else ``None``. Raises :class:`StudioError` where that cannot be done: a server
    that would be open to a network without a key does not start.
    """
    settings, here = config.access, is_loopback(config.server.host)
    place = f"{config.server.host}:{config.server.port}"
    if settings.keys == "never":
        if not here:
            log.warning("Open to the network at %s, without a key: access.keys is “never”", place)
        return None
    keys = Keys(config)
    made = None
    if not keys.all() and (settings.keys == "always" or not here):
        made = first_key_file(config)
        _, secret = keys.add(FIRST, admin=True)
        try:
            write_file(made, f"{secret}\n".encode(), mode=0o600)
        except BaseException:
            keys.remove(FIRST)
            raise
        log.warning("No key existed, so a first key was created in %s", made)
    if not here:
        log.warning("Open to the network at %s; requests need a key (python -m indextts keys list)", place)
    return made
