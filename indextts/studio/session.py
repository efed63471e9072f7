"""What one open page has going on: its run, and its last takes."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from indextts.run import Cancel, Progress
from indextts.studio.tabs.speak.takes import SHOWN, Take

MIN_STEP_S: Final = 0.08
"""Steps shown in less than this time are skipped: they could not be read."""

CANCELLING: Final = "cancelling"
"""The step that says that the run was asked to stop, and has not stopped yet."""


@dataclass
class Session:
    """Lives in Gradio's session state; one for each open page."""

    takes: list[str] = field(default_factory=list)
    """Ids, newest first."""
    shown: str = ""
    """Id of the take in the player."""
    page: str = ""
    """The open page's own name, as far as it is known."""
    cancel: Cancel | None = None
    """Of the run that is going on."""

    def begin(self) -> Cancel:
        """A run starts: the handle that stops it. A run that was still going is stopped."""
        self.stop()
        self.cancel = Cancel()
        return self.cancel

    def end(self, cancel: Cancel) -> None:
        """The run of that handle is over."""
        if self.cancel is cancel:
            self.cancel = None

    def stop(self) -> None:
        if self.cancel is not None:
            self.cancel.cancel()

    def remember(self, take: Take) -> None:
        """Put a take at the top of the list and into the player."""
        self.takes = [take.id, *(item for item in self.takes if item != take.id)][:SHOWN]
        self.shown = take.id

    def replace(self, old: str, new: str) -> None:
        """Put a take into the place of another one, and into the player."""
        self.takes = [new if item == old else item for item in self.takes]
        self.shown = new


Made = TypeVar("Made")
Told = TypeVar("Told")


async def in_thread(
    work: Callable[[Callable[[Progress], None]], Made], cancel: Cancel
) -> AsyncIterator[Progress | Made]:
    """Run ``work(on_progress)`` in a thread of its own; yields its steps as they come, its result last.

    What it raises is raised here. Leaving the iteration early cancels the work.
    """
    loop = asyncio.get_running_loop()
    # A step may take the place of one that was not seen yet. How the work ended has a place of its own, where
    # nothing that is told later can push it out.
    steps: list[Progress] = []
    endings: list[Made | BaseException] = []
    news, over = asyncio.Event(), asyncio.Event()

    def step_on(step: Progress) -> None:
        steps[:] = [step]
        news.set()

    def end(ending: Made | BaseException) -> None:
        endings.append(ending)
        news.set()
        over.set()

    def on_loop(call: Callable[[Told], None], told: Told) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is gone: the server is going down
            loop.call_soon_threadsafe(call, told)

    def run() -> None:
        try:
            ending: Made | BaseException = work(lambda step: on_loop(step_on, step))
        except BaseException as error:
            ending = error  # raised again on the other side
        on_loop(end, ending)

    cancel.on_cancel(lambda: on_loop(step_on, Progress(CANCELLING, 0, 0)))
    threading.Thread(target=run, name="studio-run", daemon=True).start()
    try:
        while not endings:
            await news.wait()
            news.clear()
            if steps and not endings:
                yield steps.pop()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), MIN_STEP_S)
        if isinstance(endings[0], BaseException):
            raise endings[0]
        yield endings[0]
    finally:
        cancel.cancel()
