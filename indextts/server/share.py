"""``--share``: Gradio's public link to the running port. Only when asked for."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

log = logging.getLogger(__name__)


def open_share_link(port: int, opened: Callable[[str], None]) -> None:
    """Open the link in the background, tell ``opened`` its address and log it.

    Without internet, log one line and leave it at that.
    """
    threading.Thread(target=_open, args=(port, opened), name="share", daemon=True).start()


def _open(port: int, opened: Callable[[str], None]) -> None:
    from gradio.networking import setup_tunnel

    try:
        address = setup_tunnel("127.0.0.1", port, secrets.token_urlsafe(32), None, None)
    except Exception as error:
        # Gradio raises whatever its download, its certificate or its helper program met with.
        reason = " ".join(str(error).split()) or type(error).__name__
        log.warning("No public link (%s); the studio goes on at this machine's own address", reason)
        return
    public = urlsplit(address)._replace(scheme="https").geturl()
    # Its visitors' requests come through the tunnel as they were sent, with the link's name in Host.
    opened(public)
    log.info("Public link, open to everyone who knows it: %s", public)
