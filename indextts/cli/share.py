"""``python -m indextts share podcast|end|push|list``: a book's podcast feed, and Audiobookshelf."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlencode, urlsplit

from indextts.books.fetching import check_address
from indextts.cli import terminal
from indextts.cli.terminal import typed
from indextts.model.errors import StudioError, printable
from indextts.platform.config import load_config
from indextts.platform.storage.in_use import Occupied
from indextts.service.owner import LOCAL
from indextts.service.service import SpeechService
from indextts.works.books.book_rows import ListedBook
from indextts.works.books.feeds import Feeds
from indextts.works.works import Works

_MOST: Final = 500
_LOOK_S: Final = 0.2


def run(options: argparse.Namespace) -> int:
    """Do what was asked for, with the books of the configuration."""
    with _opened(options) as (works, feeds):
        _ACTIONS[options.action](options, works, feeds)
    return 0


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[tuple[Works, Feeds]]:
    config = load_config(options.config)
    holding = Occupied(config.cache_path)
    service = SpeechService(config)
    if options.action == "push":
        service.preloader.wait()  # sounds that were swept are spoken again
    try:
        yield Works(config, service), Feeds(config)
    finally:
        service.close()
        holding.close()


def _podcast(options: argparse.Namespace, works: Works, feeds: Feeds) -> None:
    base = typed(options.address).rstrip("/")
    check_address(base)
    if urlsplit(base).query or urlsplit(base).fragment:
        base = base.partition("?")[0].partition("#")[0].rstrip("/")
    book = _book(works, typed(options.book))
    address = f"{base}/v1/feeds/{book.id}?{urlencode({'key': feeds.open(LOCAL, book.id)})}"
    terminal.report_lines(options, {"book": book.id, "title": book.title, "address": address}, [address])


def _end(options: argparse.Namespace, works: Works, feeds: Feeds) -> None:
    book = _book(works, typed(options.book))
    feeds.end(LOCAL, book.id)
    terminal.report_lines(options, {"book": book.id, "title": book.title}, [f"- {book.title}"])


def _list(options: argparse.Namespace, works: Works, feeds: Feeds) -> None:
    books = works.books.listed(LOCAL, limit=_MOST)[0]
    rows = [{"book": one.id, "title": one.title, "podcast": feeds.of(LOCAL, one.id) is not None} for one in books]
    lines = [f"{one['book']}\t{one['title']}\t{'podcast' if one['podcast'] else ''}".rstrip() for one in rows]
    terminal.report_lines(options, {"books": rows}, lines)


def _book(works: Works, name: str) -> ListedBook:
    """The book of this id or title. Raises :class:`StudioError` ``no_book`` and ``several_books``."""
    listed = works.books.listed(LOCAL, limit=_MOST)[0]
    found = [one for one in listed if name == one.id] or [one for one in listed if name == one.title]
    if not found:
        raise StudioError("no_book")
    if len(found) > 1:
        raise StudioError("several_books", title=printable(name), ids=", ".join(one.id for one in found))
    return found[0]


def _push(options: argparse.Namespace, works: Works, feeds: Feeds) -> None:
    book = _book(works, typed(options.book))
    pushed = works.shelf.push(LOCAL, book.id, again=options.again)
    while pushed.state in ("making", "sending"):
        time.sleep(_LOOK_S)
        pushed = works.shelf.state(LOCAL, book.id) or pushed
    if pushed.error is not None:
        raise pushed.error
    told = {"book": book.id, "title": pushed.title, "library": pushed.library}
    terminal.report_lines(options, told, [f"{pushed.library}: {pushed.title}"])


_ACTIONS: Final = {"podcast": _podcast, "end": _end, "push": _push, "list": _list}
