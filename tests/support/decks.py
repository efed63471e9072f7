"""What is in a package for Anki, read as its tables and its sounds."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Note:
    """A note with its one card."""

    id: int
    guid: str
    fields: list[str]
    deck: str
    sound: bytes

    @property
    def text(self) -> str:
        return self.fields[0]


@dataclass(frozen=True)
class Package:
    """A package that was opened."""

    notes: list[Note]
    decks: dict[str, dict[str, Any]]
    model: dict[str, Any]


def opened(data: bytes) -> Package:
    """All that a package holds; checks what Anki relies on."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = {f"[sound:{name}]": at for at, name in json.loads(archive.read("media")).items()}
        sounds = {tag: archive.read(at) for tag, at in names.items()}
        assert {*archive.namelist()} == {"collection.anki2", "media", *names.values()}
        base = sqlite3.connect(":memory:")
        base.deserialize(archive.read("collection.anki2"))
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    version, models, decks = base.execute("SELECT ver, models, decks FROM col").fetchone()
    assert version == 11
    (model,) = json.loads(models).values()
    all_decks = json.loads(decks)
    rows = base.execute(
        "SELECT notes.id, guid, flds, did FROM notes JOIN cards ON cards.nid = notes.id WHERE mid = ? ORDER BY due",
        [model["id"]],
    ).fetchall()
    base.close()
    notes = [
        Note(number, guid, (fields := flds.split("\x1f")), all_decks[str(did)]["name"], sounds[fields[2]])
        for number, guid, flds, did in rows
    ]
    assert len({note.guid for note in notes}) == len({note.id for note in notes}) == len(notes)
    return Package(notes, {one["name"]: one for one in all_decks.values()}, model)
