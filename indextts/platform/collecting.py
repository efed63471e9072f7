"""Defers Python's cyclic garbage collection while a process begins.

What is imported and loaded then stays for good. Each search would look at all of it again and find next to nothing: a
fifth of the time that the server takes to begin.
"""

from __future__ import annotations

import gc


def put_off() -> None:
    """Search no more until :func:`take_up`."""
    gc.disable()


def take_up() -> None:
    """Search again, and never among what is there now."""
    gc.freeze()
    gc.enable()
