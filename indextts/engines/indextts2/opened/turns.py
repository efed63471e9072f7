"""Turns at the networks, and when their memory is released."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import torch

from indextts.engines.indextts2.opened.card import products
from indextts.engines.indextts2.opened.model_cache import Modules
from indextts.platform.beats import Beat, no_beat

_LOOK_S: Final = 0.1


class Turns:
    """One at a time; some time after the last one the networks are let go. Thread-safe."""

    def __init__(self, modules: Modules, threads: int, ttl_s: float, forget: Callable[[], None]) -> None:
        """``threads`` 0 takes as many as PyTorch has now; ``forget`` lets go what was made with the networks, before
        them.
        """
        self._modules = modules
        self.threads: Final = threads or torch.get_num_threads()
        """In every turn, whichever thread has it: PyTorch counts for each by itself and rounds sums by it."""
        self._ttl_s = ttl_s
        self._forget = forget
        self._turn = threading.Lock()
        self._timer: threading.Timer | None = None
        self._used = time.monotonic()

    @contextmanager
    def one(self, beat: Beat) -> Iterator[None]:
        """One's turn; ``beat`` is called while it is waited for and while networks are opened, and may raise."""
        while not self._turn.acquire(timeout=_LOOK_S):
            beat()
        try:
            torch.set_num_threads(self.threads)
            self._modules.beat = beat
            with torch.inference_mode(), products(self._modules.device, tf32=self._modules.tf32):
                yield
        finally:
            self._modules.beat = no_beat
            self._modules.published.forget()  # rows of tables, as far as they were looked at: they lie in the files
            self._used = time.monotonic()
            if self._timer is None:
                self._watch(self._ttl_s)
            self._turn.release()

    def release(self) -> None:
        """Release the networks once no turn uses them."""
        with self._turn:
            self._let_go()

    def _watch(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._release_idle)
        self._timer.daemon = True
        self._timer.start()

    def _release_idle(self) -> None:
        with self._turn:
            rest = self._used + self._ttl_s - time.monotonic()
            if rest > 0:
                self._watch(rest)
            else:
                self._timer = None
                self._let_go()

    def _let_go(self) -> None:
        self._forget()
        self._modules.release()
