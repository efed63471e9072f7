"""How much is kept of what was made: takes beyond a number, an age or a size go, the oldest first.

Favourites, what is kept by hand, what is not done, and the takes of favourite projects never go, and never count. What
is made at this machine has room of its own: visitors, all together, cannot take it away. Sounds have bounds of their
own (:mod:`indextts.works.sounds.sounds`); one that is missed is spoken again. All that was spoken of a book is one
take; where it goes, the book itself stays, to be spoken again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, cast, delete, func, or_, select
from sqlalchemy.orm import aliased

from indextts.model.errors import StudioError
from indextts.service.owner import LOCAL
from indextts.works.db.database import BookRow, JobRow, ProjectRow
from indextts.works.db.model import DAY_S, ENDED

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from indextts.platform.serving_config import CacheConfig
    from indextts.works.db.database import WorksDatabase

_AT_ONCE: Final = 500
_LEAST_BYTES: Final = 64 * 2**20
"""An import may take so much, also where sounds may take less."""
_WRITTEN: Final = ("request", "keys", "stages", "warnings", "error", "reason", "doubts", "cues")
"""The columns of a take whose size is a file's, or a text's."""


def trim(database: WorksDatabase, limits: CacheConfig, clock: Callable[[], float]) -> int:
    """Forget the takes that are too many, too old or too large, and projects with nothing in them; how many takes."""
    now = clock()
    gone: list[str] = []
    with database.reading() as session:
        for mine in (True, False):
            gone += _beyond(session, limits, now, mine=mine)
    if gone:
        with database.writing() as session:
            for begin in range(0, len(gone), _AT_ONCE):
                # Asked again: somebody may have kept one of them meanwhile.
                chosen = JobRow.id.in_(gone[begin : begin + _AT_ONCE])
                session.execute(delete(JobRow).where(chosen, ~JobRow.kept, ~JobRow.favourite))
            there = select(aliased(JobRow).id)
            session.execute(delete(JobRow).where(JobRow.book_id.is_not(None), JobRow.book_id.not_in(there)))
    _drop_empty(database, now)
    return len(gone)


def left_for_sounds(database: WorksDatabase, limits: CacheConfig) -> int:
    """Bytes that sounds may take: what the rows of the database leave of all that works may take on the disk."""
    return max(0, limits.works_mb * 2**20 - database.size())


def check_room(database: WorksDatabase, limits: CacheConfig, grows: int) -> None:
    """Raise :class:`StudioError` ``works_full`` where so many more bytes of rows and sounds would be too many."""
    most = max(limits.works_mb * 2**20, _LEAST_BYTES)
    if grows > (left := max(0, most - database.size())):
        raise StudioError("works_full", needed=-(-grows // 2**20), left=left // 2**20, limit=most // 2**20)


def _beyond(session: Session, limits: CacheConfig, now: float, *, mine: bool) -> list[str]:
    dear = select(ProjectRow.id).where(ProjectRow.favourite)
    dear_books = select(BookRow.id).where(BookRow.favourite)
    part = aliased(JobRow)
    of_parts = select(func.sum(_size(part))).where(part.book_id == JobRow.id).correlate(JobRow).scalar_subquery()
    size = _size(JobRow) + func.coalesce(of_parts, 0)
    loose = (
        select(JobRow.id, JobRow.created, size)
        .where(
            JobRow.owner == LOCAL if mine else JobRow.owner != LOCAL,
            JobRow.deleted.is_(None),
            JobRow.book_id.is_(None),
            JobRow.id.not_in(dear_books),
            JobRow.state.in_(ENDED),
            ~JobRow.favourite,
            ~JobRow.kept,
            or_(JobRow.project_id.is_(None), JobRow.project_id.not_in(dear)),
        )
        .order_by(JobRow.created.desc())
    )
    most_bytes, oldest = limits.takes_disk_mb * 2**20, now - limits.takes_days * DAY_S
    total, gone = 0, []
    for number, (name, created, taken) in enumerate(session.execute(loose)):
        total += taken
        too_old = limits.takes_days > 0 and created < oldest
        if number >= limits.takes_most or total > most_bytes or too_old:
            gone.append(name)
    return gone


def _size(job: Any) -> Any:
    """Bytes of a row, approximately: of every column that has no bound of its own."""
    packed = [func.coalesce(func.length(one), 0) for one in (job.plan, job.segments)]
    return sum((func.coalesce(func.length(cast(getattr(job, name), Text)), 0) for name in _WRITTEN), sum(packed))


def _drop_empty(database: WorksDatabase, now: float) -> None:
    """Seconds after which an empty project, without name, text or take, is removed."""
    has_takes = select(JobRow.id).where(JobRow.project_id == ProjectRow.id).exists()
    empty = (ProjectRow.name == "", ProjectRow.text == "", ProjectRow.editor.is_(None), ~ProjectRow.favourite)
    chosen = (*empty, func.json_array_length(ProjectRow.dictionary) == 0, ProjectRow.updated < now - DAY_S, ~has_takes)
    with database.writing() as session:
        session.execute(delete(ProjectRow).where(*chosen))
