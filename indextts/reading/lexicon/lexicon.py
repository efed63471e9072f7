"""The user's dictionary: how words are read, for all engines.

    lexicon = Lexicon(config.library_path)
    lexicon.add(draft("重庆", "chong2 qing4"))
    lexicon.match("我在重庆。")        # what Pipeline.analyse hands on to the text stage

In a text the longest word at each place is found, in time independent of the number of entries.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, get_args

from indextts.model.errors import StudioError
from indextts.model.sources import LEXICON
from indextts.platform.storage.database import Database
from indextts.reading.lexicon.entry import MAX_ENTRIES, Entry, EntryDraft, bad_entry, fold, key_of
from indextts.reading.lexicon.files import read_csv, read_json, write_csv, write_json
from indextts.reading.text.overrides import Override

FileFormat = Literal["csv", "json"]
FORMATS: Final[tuple[FileFormat, ...]] = get_args(FileFormat)

_COLUMNS: Final = "word, reading, kind, enabled, note, id"
_ENDING: Final = re.compile(r"(?<=[A-Za-z])['’][sS]|(?<=[A-Z]{2})s")
"""Of an English word: the possessive’s, and the plural’s of what is written in capitals."""


@dataclass(frozen=True)
class Page:
    """One page of a list of entries."""

    entries: list[Entry]
    total: int
    """How many there are on all pages."""


@dataclass(frozen=True)
class Imported:
    """How many entries an import added, changed and removed."""

    added: int
    changed: int
    removed: int


class Lexicon:
    """The dictionary in one file. Thread-safe; what other processes write is seen at once.

    All methods raise :class:`StudioError` when the file cannot be used: ``not_writable``, ``disk_full``,
    ``library_busy``, ``library_unusable``.
    """

    def __init__(self, path: Path, *, busy_s: float = 5.0) -> None:
        self._database = Database(path, busy_s=busy_s)
        self._lock = threading.Lock()
        self._matcher: Matcher | None = None
        self._matcher_state: object = None

    def close(self) -> None:
        self._database.close()

    def match(self, text: str) -> list[Override]:
        """The enabled words in ``text``: the longest at each place, from left to right and apart."""
        return self._current().match(text)

    def state(self) -> object:
        """Another one whenever an entry may have changed."""
        return self._database.state()

    def page(self, *, search: str = "", offset: int = 0, limit: int = 100) -> Page:
        """Entries in the order of their words; ``search`` keeps those with it in word, reading or note."""
        if not self._database.path.exists():
            return Page([], 0)
        where, values = "", []
        if search.strip():
            # instr takes what is looked for as it is: no wildcards to escape.
            where = "WHERE instr(key, ?) OR instr(lower(reading), ?) OR instr(lower(note), ?)"
            values = [fold(search.strip())] * 3
        with self._database.reading() as connection:
            total = connection.execute(f"SELECT count(*) FROM lexicon {where}", values).fetchone()[0]
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM lexicon {where} ORDER BY key LIMIT ? OFFSET ?", [*values, limit, offset]
            ).fetchall()
        return Page([_entry(row) for row in rows], total)

    def entries(self) -> list[Entry]:
        return self.page(limit=-1).entries

    def get(self, entry_id: int) -> Entry:
        """One entry. Raises :class:`StudioError` ``no_entry``."""
        found = self._one("id", entry_id) if abs(entry_id) < 2**63 else None
        if found is None:
            raise StudioError("no_entry", entry=entry_id)
        return found

    def find(self, word: str) -> Entry | None:
        """The entry of a word, whatever its case."""
        return self._one("key", key_of(word))

    def _one(self, column: Literal["id", "key"], value: object) -> Entry | None:
        if not self._database.path.exists():
            return None
        with self._database.reading() as connection:
            row = connection.execute(f"SELECT {_COLUMNS} FROM lexicon WHERE {column} = ?", [value]).fetchone()
        return _entry(row) if row else None

    def add(self, draft: EntryDraft, *, replace: bool = False) -> Entry:
        """Store a new entry; with ``replace``, in the place of the word's old one, which is written as it was.

        Raises :class:`StudioError` ``entry_exists``, or ``bad_entry`` when there are too many.
        """
        with self._database.writing() as connection:
            old = connection.execute("SELECT id, word FROM lexicon WHERE key = ?", [key_of(draft.word)]).fetchone()
            if old and not replace:
                raise StudioError("entry_exists", word=draft.word)
            if old:
                entry_id = int(old[0])
                _change(connection, entry_id, draft, str(old[1]))
            else:
                _check_room(connection, 1)
                entry_id = _insert(connection, draft)
        return self.get(entry_id)

    def update(self, entry_id: int, draft: EntryDraft) -> Entry:
        """Change an entry. Raises :class:`StudioError` ``no_entry``, or ``entry_exists`` if another has the word."""
        self.get(entry_id)
        with self._database.writing() as connection:
            other = connection.execute("SELECT id FROM lexicon WHERE key = ?", [key_of(draft.word)]).fetchone()
            if other and other[0] != entry_id:
                raise StudioError("entry_exists", word=draft.word)
            _change(connection, entry_id, draft)
        return self.get(entry_id)

    def remove(self, entry_id: int) -> None:
        """Delete an entry. Raises :class:`StudioError` ``no_entry``."""
        self.get(entry_id)
        with self._database.writing() as connection:
            connection.execute("DELETE FROM lexicon WHERE id = ?", [entry_id])

    def import_file(self, data: bytes, file_format: FileFormat, *, replace: bool = False) -> Imported:
        """Take over a CSV or JSON file, all of it or nothing. Words that are here already are changed.

        With ``replace``, entries that are not in the file are removed. Raises :class:`StudioError` ``bad_import``
        naming the rows that cannot be taken.
        """
        drafts = read_csv(data) if file_format == "csv" else read_json(data)
        new = {key_of(draft.word): draft for draft in drafts}
        if not new and not self._database.path.exists():
            return Imported(0, 0, 0)
        added = changed = removed = 0
        with self._database.writing() as connection:
            known = map(_entry, connection.execute(f"SELECT {_COLUMNS} FROM lexicon"))
            old = {key_of(entry.word): entry for entry in known}
            if replace:
                gone = [[key] for key in old if key not in new]
                connection.executemany("DELETE FROM lexicon WHERE key = ?", gone)
                removed = len(gone)
            for key, draft in new.items():
                before = old.get(key)
                if before is None:
                    _insert(connection, draft)
                    added += 1
                elif EntryDraft(before.word, before.reading, before.kind, before.enabled, before.note) != draft:
                    _change(connection, before.id, draft)
                    changed += 1
            _check_room(connection, 0)
        return Imported(added, changed, removed)

    def export_file(self, file_format: FileFormat) -> bytes:
        """All entries as a CSV or JSON file that :meth:`import_file` takes."""
        return write_csv(self.entries()) if file_format == "csv" else write_json(self.entries())

    def _current(self) -> Matcher:
        """The matcher of what is stored now, made anew only after a change."""
        state = self._database.state()
        with self._lock:
            if self._matcher is None or self._matcher_state != state:
                self._matcher, self._matcher_state = Matcher(self.entries()), state
            return self._matcher


def _entry(row: Sequence[object]) -> Entry:
    word, reading, kind, enabled, note, entry_id = row
    return Entry(str(word), str(reading), kind, bool(enabled), str(note), int(str(entry_id)))  # type: ignore[arg-type]


def _insert(connection: sqlite3.Connection, draft: EntryDraft) -> int:
    cursor = connection.execute(
        "INSERT INTO lexicon (key, word, reading, kind, enabled, note) VALUES (?, ?, ?, ?, ?, ?)",
        [key_of(draft.word), draft.word, draft.reading, draft.kind, draft.enabled, draft.note],
    )
    return int(cursor.lastrowid or 0)


def _change(connection: sqlite3.Connection, entry_id: int, draft: EntryDraft, word: str = "") -> None:
    connection.execute(
        "UPDATE lexicon SET key = ?, word = ?, reading = ?, kind = ?, enabled = ?, note = ? WHERE id = ?",
        [key_of(draft.word), word or draft.word, draft.reading, draft.kind, draft.enabled, draft.note, entry_id],
    )


def _check_room(connection: sqlite3.Connection, more: int) -> None:
    if connection.execute("SELECT count(*) FROM lexicon").fetchone()[0] + more > MAX_ENTRIES:
        raise bad_entry(f"it holds at most {MAX_ENTRIES} entries", f"词典最多 {MAX_ENTRIES} 条")


class Matcher:
    """Enabled entries, ready for look-up. Immutable, so that threads can share it."""

    def __init__(self, entries: Iterable[EntryDraft]) -> None:
        self._entries = {key_of(entry.word): entry for entry in entries if entry.enabled}
        lengths: dict[str, set[int]] = {}
        for key in self._entries:
            lengths.setdefault(key[0], set()).add(len(key))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def match(self, text: str) -> list[Override]:
        """What is to be read otherwise, from left to right and apart.

        A word that begins or ends with a letter or digit is found only where no letter touches it, by itself or with
        an apostrophe between, nor a digit its digit; Chinese characters need no such space. An English word is found
        with its possessive ’s, one in capitals with the s of its plural, which are then said with it.
        """
        if not self._entries:
            return []
        plain = fold(text)
        found: list[Override] = []
        at = 0
        for place, char in enumerate(plain):
            if place < at or char not in self._lengths or not _free(plain, place - 1, place):
                continue
            for length in self._lengths[char]:
                end = place + length
                entry = self._entries.get(plain[place:end])
                if entry is None or end > len(plain):
                    continue
                if _free(plain, end, end - 1):
                    found.append(_fixed(entry, place, end))
                    at = end
                    break
                tail = _ENDING.match(text, end)
                longer = _with_s(entry, place, tail) if tail and _free(plain, tail.end(), tail.end() - 1) else None
                if longer is not None:
                    found.append(longer)
                    at = longer.end
                    break
        return found


def together(first: Sequence[Override], others: Sequence[Override]) -> list[Override]:
    """``first``, and of ``others`` those that touch none of them, from left to right."""
    apart = [one for one in others if not any(one.start < own.end and own.start < one.end for own in first)]
    return sorted([*first, *apart], key=lambda one: one.start)


def _free(text: str, outside: int, inside: int) -> bool:
    """Whether a word may begin or end between two neighbouring places."""
    if not 0 <= outside < len(text) or not _is_wordlike(text[inside]):
        return True
    if text[outside] in "'’":
        beyond = 2 * outside - inside
        return not (0 <= beyond < len(text) and _is_wordlike(text[beyond]))
    return not _is_wordlike(text[outside]) or (text[outside].isdecimal() and not text[inside].isdecimal())


def _is_wordlike(char: str) -> bool:
    """Letters and digits of scripts that part their words by spaces."""
    return char < "\u2e80" and (char.isalnum() or char == "_")


def _with_s(entry: EntryDraft, start: int, tail: re.Match[str]) -> Override | None:
    """The word at ``start`` with the s of its ``tail``; ``None`` for pinyin, which has no such sound."""
    if entry.kind == "text":
        english = entry.reading[-1].isascii() and entry.reading[-1].isalnum()
        said = "'s" if english else "的" if len(tail[0]) > 1 else ""
        return Override(start, tail.end(), spoken=entry.reading + said, source=LEXICON)
    if entry.kind == "arpabet":
        from indextts.reading.phonemes.en.pronunciation import with_s  # not before an English word is found

        return Override(start, tail.end(), reading=with_s(entry.reading, "AH0"), source=LEXICON)
    return None


def inside(fixed: Override, words: Callable[[str], Sequence[Override]]) -> Override:
    """``fixed`` with the dictionary's words of its spoken form (the alias of a ``sub``), which ``words`` finds."""
    if not fixed.spoken or fixed.reading:
        return fixed
    pieces: list[str] = []
    readings: list[Override] = []
    done = length = 0
    for match in words(fixed.spoken):
        said = match.spoken or fixed.spoken[match.start : match.end]
        length += match.start - done
        if match.reading:
            readings.append(replace(match, start=length, end=length + len(said)))
        pieces += [fixed.spoken[done : match.start], said]
        length += len(said)
        done = match.end
    return replace(fixed, spoken="".join([*pieces, fixed.spoken[done:]]), inside=tuple(readings))


def _fixed(entry: EntryDraft, start: int, end: int) -> Override:
    if entry.kind == "text":
        return Override(start, end, spoken=entry.reading, source=LEXICON)
    return Override(start, end, reading=entry.reading, source=LEXICON)
