"""What is being edited as bytes, to be kept on disk: the plan, its versions and locks, and the way back and forth.

    data = packed(session)
    session = unpacked(data, max_chars=10_000)      # of another process, or another day

Compressed JSON. Sentences that several states share are there once, and shared again afterwards. Sounds are not in it:
they are made anew, or found in the segment cache.
"""

from __future__ import annotations

import functools
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import TypeAdapter, ValidationError

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.settings import Strict
from indextts.model.utterance import FirstMistake, Segment, Utterance
from indextts.plan import versions
from indextts.plan.check import check_plan
from indextts.plan.editing import MAX_STEPS, EditSession, History
from indextts.plan.request import check_settings
from indextts.plan.versions import Plan, Sentence, Version
from indextts.platform.storage.bounded import BoundsError, check_counts

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT: Final = 1
MAX_KEPT: Final = 48 * 2**20
"""Bytes of the objects whose steps are kept, approximately; the plan as it is is kept in any case."""
_JSON_BESIDE: Final = MAX_KEPT
_JSON_EACH: Final = 2_000
"""Bytes that kept data may unfold to: of the steps, and of each character of the plan and of the take behind it."""
_VALUES_BESIDE, _TABLES_BESIDE = 1_500_000, 300_000
_VALUES_EACH, _TABLES_EACH = 60, 14
"""Values in it, and lists and tables, so reckoned."""
_PIECE: Final = 2**20
_HEAD: Final = re.compile(rb'\{"format":[0-9]{1,4},"take":"([A-Za-z0-9_-]{0,64})"')
_HEAD_BYTES: Final = 200
_OWN_VOICE: Final = re.compile(rb':\s?\\?"(own-[0-9]{1,18})(?=\\?")')  # a plan may stand in a text
_OWN_VOICE_BYTES: Final = 40
_ANY_CHARS: Final = 100_000
"""Where the longest text is not known: a project that is copied was bounded when it came in."""


@dataclass
class _Version(Strict):
    name: str
    segment: int


@dataclass
class _Sentence(Strict):
    versions: Annotated[list[_Version], FirstMistake()]
    chosen: int = 0
    locked: bool = False
    named: int = 1
    lead: str = ""
    body: str = ""
    tail: str = ""
    cast: bool = False


@dataclass
class _Plan(Strict):
    """A plan as what differs from the one before it in the list."""

    base: int
    first: int
    """Sentences that it begins with as the one before does …"""
    last: int
    """… and those that it ends with."""
    sentences: Annotated[list[int], FirstMistake()]
    """What stands between."""


@dataclass
class _Saved(Strict):
    format: int
    take: str
    made: bool
    segments: Annotated[list[Segment], FirstMistake()]
    sentences: Annotated[list[_Sentence], FirstMistake()]
    bases: Annotated[list[Utterance], FirstMistake()]
    plans: Annotated[list[_Plan], FirstMistake()]
    """What was, what is, and what was taken back, in this order; the take's own last."""
    past: int
    """How many were."""
    future: int


@dataclass
class _Table:
    """Objects by identity, each once."""

    places: dict[int, int] = field(default_factory=dict)
    rows: list[Any] = field(default_factory=list)
    held: list[object] = field(default_factory=list)
    """So that no identity is given away."""

    def place(self, of: object) -> int | None:
        return self.places.get(id(of))

    def add(self, of: object, row: object) -> int:
        self.places[id(of)] = len(self.rows)
        self.rows.append(row)
        self.held.append(of)
        return len(self.rows) - 1


def packed(session: EditSession, most: int = MAX_KEPT) -> bytes:
    """All of it, with as many of the last steps as fit in ``most`` bytes of objects, approximately."""
    with session.lock:
        past, future = session.history.past, session.history.future
        present, assembled, take, made = session.plan, session.assembled_plan, session.take_id, session.made
    seen: set[int] = set()
    room = most - versions.weight(present, seen) - versions.weight(assembled, seen)
    kept: list[list[Plan]] = []
    for states in (future, past):
        count = 0
        for state in reversed(states):
            room -= versions.weight(state, seen)
            if room < 0:
                break
            count += 1
        kept.append([*states[len(states) - count :]])
    future, past = kept
    segments, sentences, bases = _Table(), _Table(), _Table()
    plans, before = [], Plan(present.base, ())
    for plan in (*past, present, *reversed(future), assembled):
        plans.append(_difference(before, plan, segments, sentences, bases))
        before = plan
    saved = _Saved(
        FORMAT, take, made, segments.rows, sentences.rows, bases.rows, plans, len(past), len(future)
    )  # fmt: skip
    return zlib.compress(_adapter().dump_json(saved, exclude_defaults=True), 3)


def unpacked(data: bytes, *, max_chars: int) -> EditSession:
    """What :func:`packed` wrote, under a new id.

    Raises :class:`StudioError` ``bad_editor`` for what it did not write, and ``bad_plan`` for a plan that could not
    be spoken.
    """
    saved = _read(data, max_chars)
    try:
        plans = _plans(saved)
    except (IndexError, ValueError) as error:
        raise _unreadable("its parts do not fit together", "各部分对不上") from error
    present = plans[saved.past]
    utterance = present.utterance()
    named = [utterance.settings.voice, *(segment.voice for segment in utterance.segments if segment.voice)]
    check_settings(utterance.settings, voices=named)
    check_plan(utterance, voices=named, max_chars=max_chars)
    behind = len(plans) - 1
    history = History.of(plans[: saved.past], present, [*reversed(plans[saved.past + 1 : behind])])
    return EditSession.resumed(history, plans[behind], saved.take, made=saved.made)


def _difference(before: Plan, plan: Plan, segments: _Table, sentences: _Table, bases: _Table) -> _Plan:
    base = bases.place(plan.base)
    if base is None:
        base = bases.add(plan.base, plan.base)
    old, new = before.sentences, plan.sentences
    shorter = min(len(old), len(new))
    first = next((place for place in range(shorter) if old[place] is not new[place]), shorter)
    last = next((step for step in range(shorter - first) if old[-1 - step] is not new[-1 - step]), shorter - first)
    between = [_row(one, segments, sentences) for one in new[first : len(new) - last]]
    return _Plan(base, first, last, between)


def _row(sentence: Sentence, segments: _Table, sentences: _Table) -> int:
    known = sentences.place(sentence)
    if known is not None:
        return known
    said = []
    for version in sentence.versions:
        place = segments.place(version.segment)
        said.append(
            _Version(version.name, segments.add(version.segment, version.segment) if place is None else place)
        )  # fmt: skip
    rest = {name: getattr(sentence, name) for name in ("chosen", "locked", "named", "lead", "body", "tail", "cast")}
    return sentences.add(sentence, _Sentence(said, **rest))


def with_voices(pieces: Iterable[bytes], voices: dict[str, str]) -> Iterator[bytes]:
    """JSON in ``pieces``, with a person's own voices under the ids that ``voices`` have for theirs; others are added
    to ``voices``, and stay.
    """
    held = b""
    for piece in pieces:
        held, last, done = held + piece, 0, []
        for found in _OWN_VOICE.finditer(held):
            done += [held[last : found.start(1)], voices.setdefault(found[1].decode(), found[1].decode()).encode()]
            last = found.end(1)
        keep = max(last, len(held) - _OWN_VOICE_BYTES)  # it may be cut
        yield b"".join((*done, held[last:keep]))
        held = held[keep:]
    yield held


def with_take(
    data: bytes, ids: Mapping[str, str], *, max_chars: int = _ANY_CHARS, voices: dict[str, str] | None = None
) -> bytes:
    """What :func:`packed` wrote, with its take under the new id that ``ids`` have for it; another one stays.

    Nothing but the head and the voices is read, and a piece at a time is in memory. Raises :class:`StudioError`
    ``bad_editor``.
    """
    unfolder, folder = zlib.decompressobj(), zlib.compressobj(3)
    left = _most_bytes(max_chars)
    try:
        head = unfolder.decompress(data, _HEAD_BYTES)
        found = _HEAD.match(head)
        if found is None:
            raise _unreadable("it is damaged, or from another version", "它已损坏，或来自别的版本")
        take = found[1].decode()
        if take not in ids:
            ids = {take: take}
        begin, end = found.span(1)

        def pieces() -> Iterator[bytes]:
            yield b"".join((head[:begin], ids[take].encode(), head[end:]))
            room = left - len(head)
            while not unfolder.eof:
                piece = unfolder.decompress(unfolder.unconsumed_tail, _PIECE)
                room -= len(piece)
                if room < 0 or not (piece or unfolder.eof):
                    raise _unreadable("it is cut off, or too large", "它不完整，或过大")
                yield piece

        done = [folder.compress(piece) for piece in with_voices(pieces(), {} if voices is None else voices)]
    except zlib.error as error:
        raise _unreadable("it is damaged, or from another version", "它已损坏，或来自别的版本") from error
    return b"".join((*done, folder.flush()))


def _most_bytes(max_chars: int) -> int:
    return _JSON_BESIDE + _JSON_EACH * max_chars


def _read(data: bytes, max_chars: int) -> _Saved:
    unfolder = zlib.decompressobj()
    values, tables = _VALUES_BESIDE + _VALUES_EACH * max_chars, _TABLES_BESIDE + _TABLES_EACH * max_chars
    try:
        text = unfolder.decompress(data, _most_bytes(max_chars))
        if not unfolder.eof:
            raise _unreadable("it is cut off, or too large", "它不完整，或过大")
        check_counts(text, values=values, tables=tables)
        saved = _adapter().validate_json(text, strict=True)
    except BoundsError as error:
        raise _unreadable("it holds too many values", "其中的数据项过多") from error
    except (zlib.error, ValidationError) as error:
        raise _unreadable("it is damaged, or from another version", "它已损坏，或来自别的版本") from error
    if saved.format != FORMAT:
        raise _unreadable(f"its format is {saved.format}, not {FORMAT}", f"它的格式是 {saved.format}，而不是 {FORMAT}")
    return saved


def _plans(saved: _Saved) -> list[Plan]:
    """Raises :class:`ValueError` or :class:`IndexError` where the parts do not fit together."""
    sentences = [_sentence(row, saved.segments) for row in saved.sentences]
    if len(saved.plans) != saved.past + saved.future + 2 or min(saved.past, saved.future) < 0:
        raise ValueError
    if len(saved.plans) > 2 * MAX_STEPS + 2 or any(base.segments for base in saved.bases):
        raise ValueError
    plans: list[Plan] = []
    before: tuple[Sentence, ...] = ()
    for row in saved.plans:
        if min(row.first, row.last, row.base, *row.sentences) < 0 or row.first + row.last > len(before):
            raise ValueError
        between = tuple(sentences[number] for number in row.sentences)
        before = before[: row.first] + between + before[len(before) - row.last :]
        if not before:
            raise ValueError
        plans.append(Plan(saved.bases[row.base], before))
    return plans


def _sentence(row: _Sentence, segments: Sequence[Segment]) -> Sentence:
    if not 0 <= row.chosen < len(row.versions) or any(version.segment < 0 for version in row.versions):
        raise ValueError
    said = tuple(Version(version.name, segments[version.segment]) for version in row.versions)
    if any(one.segment.start > 0 or one.segment.start != said[0].segment.start for one in said):
        raise ValueError
    rest = {name: getattr(row, name) for name in ("chosen", "locked", "named", "lead", "body", "tail", "cast")}
    return replace(Sentence(said), **rest)


def _unreadable(reason: str, reason_zh: str) -> StudioError:
    return StudioError("bad_editor", reason=Bilingual(reason, reason_zh))


@functools.cache
def _adapter() -> TypeAdapter[_Saved]:
    return TypeAdapter(_Saved)
