"""The tab with the user's dictionary: what its script asks for, and what it is answered.

Everything that changes something can be undone: by the name that the answer gives, for a while.
"""

from __future__ import annotations

import secrets
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from indextts.errors import StudioError
from indextts.i18n.messages import Language
from indextts.lexicon.entry import Draft, Entry, draft
from indextts.studio.answers import Answer, Sent, answered, chosen
from indextts.studio.strings import say
from indextts.studio.tabs.speak.reading_html import printed

if TYPE_CHECKING:
    from indextts.lexicon import Lexicon


UNDO_S: Final = 10.0
"""How long the page offers to take a change back."""

MAX_ROWS: Final = 10_000
_SLACK_S: Final = 20.0
_MAX_UNDOS: Final = 32


class Undos:
    """The last changes, each with what takes it back, under a name that nobody can guess. Thread-safe."""

    def __init__(self, *, kept_s: float = UNDO_S + _SLACK_S) -> None:
        self._kept_s = kept_s
        self._known: OrderedDict[str, tuple[float, Callable[[], object]]] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, back: Callable[[], object]) -> str:
        """Remember how a change is taken back; the oldest is forgotten when there are many."""
        name = secrets.token_urlsafe(12)
        now = time.monotonic()
        with self._lock:
            self._known[name] = now + self._kept_s, back
            # All are kept for the same time, so those that are over stand first.
            while self._known and (len(self._known) > _MAX_UNDOS or next(iter(self._known.values()))[0] < now):
                self._known.popitem(last=False)
        return name

    def take(self, name: str) -> Callable[[], object]:
        """What takes that change back; once. Raises :class:`StudioError` ``undo_gone``."""
        with self._lock:
            ends, back = self._known.pop(name, (0.0, None))
        if back is None or time.monotonic() > ends:
            raise StudioError("undo_gone")
        return back


class Dictionary:
    """Answers the tab's script over one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._undos = Undos()
        self._actions: dict[str, Callable[[Sent, Language], Answer]] = {
            "list": lambda sent, language: {},
            "add": self._add,
            "change": self._change,
            "remove": self._remove,
            "import": self._import,
            "export": self._export,
            "undo": self._undo,
        }

    def answer(self, sent: Sent, language: Language) -> Answer:
        """What was done, or why not (``error``), and the entries that the tab should show now."""
        return answered(
            sent, language, lambda: chosen(self._actions, sent)(sent, language), lambda: self._rows(sent)
        )

    def _rows(self, sent: Sent) -> Answer:
        limit = sent.get("limit")
        limit = min(limit, MAX_ROWS) if isinstance(limit, int) and limit > 0 else 100
        search = str(sent.get("search") or "")
        page = self._lexicon.page(search=search, limit=limit)
        known = self._lexicon.page(limit=1).total if search.strip() else page.total
        return {"rows": [_row(entry) for entry in page.entries], "found": page.total, "known": known}

    def _done(self, key: str, language: Language, back: Callable[[], object], **details: object) -> Answer:
        return {"said": say(key, language, **details), "undo": self._undos.add(back), "undo_s": UNDO_S}

    # ------------------------------------------------------------------ what can be asked

    def _add(self, sent: Sent, language: Language) -> Answer:
        """A new entry, or another reading for a word that is there."""
        new = _draft(sent)
        before = self._lexicon.find(new.word)
        entry = self._lexicon.add(new, replace=True)
        if before is None:
            return self._done("entry_added", language, lambda: self._lexicon.remove(entry.id), word=entry.word)
        return self._done("entry_changed", language, lambda: self._lexicon.update(before.id, before), word=entry.word)

    def _change(self, sent: Sent, language: Language) -> Answer:
        before = self._lexicon.get(_id(sent))
        entry = self._lexicon.update(before.id, _draft(sent, before))
        key = "entry_changed" if entry.enabled == before.enabled else "entry_on" if entry.enabled else "entry_off"
        return self._done(key, language, lambda: self._lexicon.update(before.id, before), word=entry.word)

    def _remove(self, sent: Sent, language: Language) -> Answer:
        before = self._lexicon.get(_id(sent))
        self._lexicon.remove(before.id)
        return self._done("entry_removed", language, lambda: self._lexicon.add(before, replace=True), word=before.word)

    def _import(self, sent: Sent, language: Language) -> Answer:
        data = str(sent.get("data") or "").encode("utf-8", "replace")
        before = zlib.compress(self._lexicon.export_file("json"))
        done = self._lexicon.import_file(data, "json" if sent.get("format") == "json" else "csv")
        return self._done(
            "entries_imported",
            language,
            lambda: self._lexicon.import_file(zlib.decompress(before), "json", replace=True),
            added=done.added,
            changed=done.changed,
        )

    def _export(self, sent: Sent, language: Language) -> Answer:
        kind = "json" if sent.get("format") == "json" else "csv"
        data = self._lexicon.export_file("json" if kind == "json" else "csv")
        return {"file": data.decode("utf-8"), "name": f"dictionary.{kind}"}

    def _undo(self, sent: Sent, language: Language) -> Answer:
        self._undos.take(str(sent.get("undo")))()
        return {"said": say("entry_undone", language)}


def _draft(sent: Sent, before: Entry | None = None) -> Draft:
    """An entry from what was sent; what was not sent stays as ``before`` has it."""
    old: Answer = {} if before is None else before.as_json()
    # Another reading may be of another kind, unless the kind was sent with it.
    kind = sent["kind"] or None if "kind" in sent else None if "reading" in sent else old.get("kind")
    values = {name: sent.get(name, old.get(name, "")) for name in ("word", "reading", "note")}
    return draft(**values, kind=kind, enabled=sent.get("enabled", old.get("enabled", True)))


def _id(sent: Sent) -> int:
    value = sent.get("id")
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _row(entry: Entry) -> Answer:
    row = entry.as_json()
    shown = printed(entry.reading) if entry.kind == "pinyin" else entry.reading
    return {**row, "id": entry.id, "printed": shown}
