"""A book's spoken chapters as one file with chapters, as a file for each, or as subtitles.

    report = bind(chapters, Path("book.m4b"), "m4b", options=Binding(title="阿Q正传", norm="podcast"))
    report.chapters[2].lufs
    [check.said.zh for check in report.checks if check.state == "failed"]

Nothing is kept of a sound but what lies around the place being written. A file takes its place once it is whole, and
the same input makes the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from indextts.books.binding.ahead import AHEAD_FORMS, BoundAhead
from indextts.books.binding.model import (
    FORMS,
    SOUND_FORMS,
    TEXT_FORMS,
    Binding,
    BindingCheck,
    BindingReport,
    BoundChapter,
    BoundReport,
    Music,
    Norm,
)

__all__ = [
    "AHEAD_FORMS",
    "FORMS",
    "SOUND_FORMS",
    "TEXT_FORMS",
    "Binding",
    "BindingCheck",
    "BindingReport",
    "BoundAhead",
    "BoundChapter",
    "BoundReport",
    "Music",
    "Norm",
    "bind",
]


def bind(
    chapters: Sequence[BoundChapter],
    into: Path,
    form: str,
    *,
    options: Binding,
    label: Callable[[Path], None] | None = None,
    progress: Callable[[float], None] = lambda _: None,
    cancel: Callable[[], bool] = lambda: False,
    ahead: BoundAhead | None = None,
    mark: str = "",
) -> BindingReport:
    """Write ``chapters`` to ``into`` in ``form``, one of :data:`FORMS`.

    ``label`` is called on each finished sound file before anybody can see it, and changes it in place. ``progress``
    hears shares from 0 to 1; ``cancel`` is asked several times for each second of work. What
    is coded ``ahead`` of the same chapters is gone on with. ``mark`` is the label as text, for an EPUB itself.

    Raises :class:`StudioError` ``cancelled``, ``disk_full``, ``not_writable``, and what is wrong with a file of music;
    ``ValueError`` for other forms, for no chapters, and for a chapter that has not as many samples as it says.
    """
    from indextts.books.binding.binder import Binder

    if form not in FORMS:
        raise ValueError(f"unknown form: {form}")
    if not any(chapter.samples or form != "epub" for chapter in chapters):
        raise ValueError("no chapters")
    return Binder(chapters, form, options, label, progress, cancel, ahead, mark).bind(into)
