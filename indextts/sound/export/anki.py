"""A deck for Anki: each sentence is a note with its sound and its reading, which stays hidden until it is asked for.

    with open("deck.apkg", "wb") as stream:
        write_deck(stream, "阿Q正传", cards, key=book_id, now=time.time())

The package is the one that every version of Anki reads: a zip of a SQLite collection (version 11) and its sounds. A
note is the same one in each package of the same ``key``: imported again, it is brought up to date, not doubled.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from indextts.platform import importing
from indextts.sound.encode import PCM_RATE
from indextts.sound.export.label import labelled, notice_text
from indextts.sound.export.subtitles import Subtitles

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from indextts.platform.config import LabelConfig
    from indextts.sound.resample import Resampler

soundfile = importing.lazy("soundfile")

FIELDS: Final = ("Sentence", "Reading", "Sound", "Source", "Number")
MODEL_ID: Final = 1_607_392_811_385
"""Of the notes' type: for ever the same, so that Anki knows it again."""

_FRONT: Final = '<div class="sentence">{{Sentence}}</div>{{Sound}}<div class="reading">{{hint:Reading}}</div>'
_BACK: Final = """\
<div class="sentence">{{Sentence}}</div><hr id="answer"><div class="reading">{{Reading}}</div>{{Sound}}
<div class="source">{{Source}} · {{Number}}</div>"""
_LOOK: Final = """\
.card { margin: 24px; color: #1c1f26; background: #fff; font: 20px/1.6 system-ui, sans-serif; text-align: center; }
.sentence { font-size: 28px; } .reading { color: #3b5bdb; } .source { color: #6b7280; font-size: 14px; }
.nightMode.card, .night_mode.card { color: #e6e8ec; background: #1c1f26; }
.nightMode .reading, .nightMode .reading a, .night_mode .reading, .night_mode .reading a { color: #9db2ff; }
.nightMode .source, .night_mode .source { color: #9aa3b2; }"""
_TABLES: Final = """
CREATE TABLE col (id integer PRIMARY KEY, crt integer, mod integer, scm integer, ver integer, dty integer, usn integer,
  ls integer, conf text, models text, decks text, dconf text, tags text);
CREATE TABLE notes (id integer PRIMARY KEY, guid text, mid integer, mod integer, usn integer, tags text, flds text,
  sfld text, csum integer, flags integer, data text);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer, did integer, ord integer, mod integer, usn integer,
  type integer, queue integer, due integer, ivl integer, factor integer, reps integer, lapses integer, left integer,
  odue integer, odid integer, flags integer, data text);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer, usn integer, ease integer, ivl integer, lastIvl integer,
  factor integer, time integer, type integer);
CREATE TABLE graves (usn integer, oid integer, type integer);
CREATE INDEX ix_notes_csum ON notes (csum);
CREATE INDEX ix_cards_nid ON cards (nid);
"""
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_EARLIEST: Final = 1_600_000_000_000
_IDS: Final = 10**11
"""Anki's ids are milliseconds since 1970; ours are numbers of that kind that lie in the past."""
_TITLE: Final = 40


@dataclass(frozen=True)
class AnkiCard:
    """A sentence as a note: plain text, and a whole MP3."""

    text: str
    reading: str
    sound: bytes
    source: str
    """Where it comes from: a title, or a chapter's."""
    chapter: int = 0
    """Number of the deck inside the deck, which is called as the source; 0 is the deck itself."""


def write_deck(stream: IO[bytes], title: str, cards: Iterable[AnkiCard], *, key: str, now: float) -> int:
    """Write a package of ``cards``, which are taken one by one; how many there were.

    ``key`` names the work for ever, ``now`` is when it is written, in seconds since 1970: Anki takes what is newer.
    """
    names: dict[str, str] = {}
    decks = {0: _deck(_plain(title), key, now)}
    seen: Counter[tuple[str, str]] = Counter()
    taken: set[int] = set()
    count = 0
    with zipfile.ZipFile(stream, "w") as archive, sqlite3.connect(":memory:") as base:
        base.executescript(_TABLES)
        for card in cards:
            count += 1
            if card.chapter not in decks:
                inner = f"{card.chapter:02d} {card.source}"
                decks[card.chapter] = _deck(f"{_plain(title)}::{_plain(inner)}", key, now)
            name = f"indextts-{hashlib.sha256(card.sound).hexdigest()[:24]}.mp3"
            if name not in names:
                _add(archive, str(len(names)), card.sound)
                names[name] = str(len(names))
            place = card.source if card.chapter else "", card.text  # chapters may come to stand elsewhere
            seen[place] += 1
            guid = _hash(key, *place, str(seen[place]))
            number = _number(guid)
            while number in taken:
                number += 1
            taken.add(number)
            fields = [*map(_escaped, (card.text, card.reading)), f"[sound:{name}]", _escaped(card.source), str(count)]
            told = (number, guid[:20], MODEL_ID, int(now), -1, "", "\x1f".join(fields), card.text, _checksum(card.text))
            base.execute("INSERT INTO notes VALUES (?,?,?,?,?,?,?,?,?,0,'')", told)
            made = (number, number, decks[card.chapter]["id"], int(now), count)
            base.execute("INSERT INTO cards VALUES (?,?,?,0,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')", made)
        base.execute("INSERT INTO col VALUES (1,?,?,?,11,0,0,0,?,?,?,?,'{}')", _collection([*decks.values()], now))
        base.commit()
        _add(archive, "collection.anki2", base.serialize(), zipfile.ZIP_DEFLATED)
        _add(archive, "media", json.dumps({at: name for name, at in names.items()}).encode())
    return count


def speech_cards(
    subtitles: Subtitles, sound: Callable[[float, float], bytes], *, source: str, chapter: int = 0
) -> Iterator[AnkiCard]:
    """The sentences of a speech; ``sound`` gives the MP3 between two times in seconds."""
    for one in subtitles.sentences:
        yield AnkiCard(one.text, one.reading, sound(one.start_s, one.end_s), source, chapter)


def speech_deck(
    samples: npt.NDArray[np.float32],
    rate: int,
    subtitles: Subtitles,
    label: LabelConfig,
    resampler: Resampler,
    *,
    now: float,
    title: str = "",
) -> bytes:
    """The package of one speech, from its ``samples`` (``[N]``, ±1) at ``rate`` Hz; every sound bears the label.

    Without a ``title`` it is called by how its text begins.
    """
    name = title or next((one.text[:_TITLE] for one in subtitles.sentences), "IndexTTS Studio")
    stream = io.BytesIO()

    def cut(start_s: float, end_s: float) -> bytes:
        return card_sound(samples[round(start_s * rate) : round(end_s * rate)], rate, label, resampler)

    write_deck(stream, name, speech_cards(subtitles, cut, source=name), key=name, now=now)
    return stream.getvalue()


def file_deck(sound: Path, times: bytes, label: LabelConfig, resampler: Resampler, *, now: float) -> bytes:
    """The package of a sound file, whose subtitles are given as JSON. Raises :class:`OSError`, ``LibsndfileError``."""
    raw = {"samplerate": PCM_RATE, "channels": 1, "subtype": "PCM_16", "format": "RAW", "endian": "LITTLE"}
    with sound.open("rb") as file:
        samples, rate = soundfile.read(file, dtype="float32", **(raw if sound.suffix == ".pcm" else {}))
    return speech_deck(samples, rate, Subtitles.from_json(times), label, resampler, now=now)


def card_sound(samples: npt.NDArray[np.float32], rate: int, label: LabelConfig, resampler: Resampler) -> bytes:
    """The MP3 of one sentence, with its label."""
    return labelled(label, samples, rate, "mp3", resampler)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _number(digits: str) -> int:
    return _EARLIEST + int(digits[:16], 16) % _IDS


def _checksum(text: str) -> int:
    """By which Anki finds notes that begin alike."""
    return int(hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:8], 16)


def _plain(name: str) -> str:
    """A deck's name in one line; two colons would part it."""
    return " ".join(name.replace("::", ":").split()) or "IndexTTS Studio"


def _escaped(text: str) -> str:
    """Text that Anki shows as it is: no element, no template, and nothing in brackets, which would be a sound."""
    return html.escape(text).replace("[", "&#91;").replace("{", "&#123;").replace("\x1f", " ")


def _deck(name: str, key: str, now: float) -> dict[str, object]:
    said = f"{notice_text('zh')} {notice_text('en')}"
    days = {f"{kind}Today": [0, 0] for kind in ("new", "rev", "lrn", "time")}
    about = {"name": name, "mod": int(now), "usn": -1, "desc": said, "dyn": 0, "conf": 1, "collapsed": False}
    return {"id": _number(_hash(key, name)), **about, **days, "extendNew": 0, "extendRev": 0}


def _collection(decks: list[dict[str, object]], now: float) -> tuple[object, ...]:
    fields = [
        {"name": name, "ord": at, "sticky": False, "rtl": False, "font": "Arial", "size": 20, "media": []}
        for at, name in enumerate(FIELDS)
    ]
    template = {"name": "Listen", "ord": 0, "qfmt": _FRONT, "afmt": _BACK, "bqfmt": "", "bafmt": "", "did": None}
    model = {
        **{"id": MODEL_ID, "name": "IndexTTS Studio", "type": 0, "mod": int(now), "usn": -1, "sortf": 0, "tags": []},
        **{"flds": fields, "tmpls": [template], "css": _LOOK, "latexPre": "", "latexPost": "", "vers": []},
        **{"did": decks[0]["id"], "req": [[0, "any", [0, 2]]]},
    }
    default = {**decks[0], "id": 1, "name": "Default", "desc": ""}
    learnt = {
        **{"id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": True, "timer": 0},
        "new": {"delays": [1, 10], "ints": [1, 4, 7], "initialFactor": 2500, "order": 1, "perDay": 20, "bury": False},
        "rev": {"perDay": 200, "ease4": 1.3, "ivlFct": 1, "maxIvl": 36500, "bury": False},
        "lapse": {"delays": [10], "mult": 0, "minInt": 1, "leechFails": 8, "leechAction": 0},
        "replayq": True,
    }
    conf = {"curDeck": decks[0]["id"], "activeDecks": [decks[0]["id"]], "curModel": str(MODEL_ID), "nextPos": 1}
    parts = (conf, {MODEL_ID: model}, {str(one["id"]): one for one in (default, *decks)}, {"1": learnt})
    return int(now), int(now * 1000), int(now * 1000), *(json.dumps(part, ensure_ascii=False) for part in parts)


def _add(archive: zipfile.ZipFile, name: str, data: bytes, packing: int = zipfile.ZIP_STORED) -> None:
    about = zipfile.ZipInfo(name, _DATE)
    about.compress_type = packing
    archive.writestr(about, data)
