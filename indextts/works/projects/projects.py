"""Projects: a text with settings and speakers, its takes, its edits, and words of its own, kept as they are changed.

    library = ProjectLibrary(database)
    project = library.create("local", text="今天天气很好。")
    library.change("local", project.id, revision=project.revision, text="今天天气真好。")
    library.delete("local", project.id)
    library.restore("local", project.id)

Every method takes the owner (:mod:`indextts.service.owner`); what belongs to another one is not there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.orm import Session, undefer

from indextts.model.errors import StudioError
from indextts.model.fields import check
from indextts.plan.editing_file import with_take
from indextts.reading.lexicon.entry import EntryDraft, from_fields
from indextts.works.db.database import JobRow, ProjectRow, WorksDatabase
from indextts.works.db.model import GONE_S, UNDER_WAY, new_id
from indextts.works.db.search import found
from indextts.works.projects.contents import ProjectChange, ProjectContents, title_of

MAX_PROJECTS: Final = 2_000
"""Of one owner."""
_CROWDED: Final = 0.9
MAX_EDITOR_BYTES: Final = 32 * 1024 * 1024

_BEGINNING_CHARS: Final = 240


@dataclass(frozen=True)
class Listed:
    """A project as a list shows it."""

    id: str
    name: str
    """As a person has named it; empty until then."""
    title: str
    """The name, else the text's beginning; empty where there is neither."""
    beginning: str
    favourite: bool
    created: float
    updated: float
    takes: int
    """Jobs that it has, in whatever state."""
    deleted: float | None


@dataclass(frozen=True)
class Project(Listed):
    """All of it but its takes and what the editor keeps."""

    text: str
    settings: Mapping[str, Any]
    """As the page shows them."""
    speakers: Mapping[str, str] | None
    dictionary: tuple[EntryDraft, ...]
    revision: int
    """Counts the changes of text, settings, speakers and dictionary."""


class ProjectLibrary:
    """All projects in the works' database. Thread-safe.

    All methods raise :class:`StudioError` where the file cannot be used, and ``no_project``.
    """

    def __init__(self, database: WorksDatabase, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def create(self, owner: str, /, **content: Any) -> Project:
        """A new project with ``name``, ``text``, ``settings``, ``speakers``, ``dictionary`` as far as they are given.

        Raises :class:`StudioError` ``projects_full``, or what is wrong with one of them.
        """
        fields = check(ProjectContents, content).given()
        with self._database.writing() as session:
            row = self.add(session, owner, fields)
            return _project(row, 0)

    def crowded(self, owner: str) -> StudioError | None:
        """That there will soon be too many of them, as ``projects_nearly_full``."""
        _, count = self.list(owner, limit=1)
        if count < _CROWDED * MAX_PROJECTS:
            return None
        return StudioError("projects_nearly_full", count=count, limit=MAX_PROJECTS)

    def add(self, session: Session, owner: str, fields: Mapping[str, Any]) -> ProjectRow:
        """The same inside a transaction that is going on; ``fields`` are those of :class:`ProjectContents`."""
        there = select(func.count()).where(ProjectRow.owner == owner, ProjectRow.deleted.is_(None))
        if session.scalar(there) >= MAX_PROJECTS:  # type: ignore[operator]
            raise StudioError("projects_full", limit=MAX_PROJECTS)
        now = self._clock()
        whole = {**ProjectContents().model_dump(), **fields}
        row = ProjectRow(id=new_id(), owner=owner, created=now, updated=now, revision=1, favourite=False, **whole)
        session.add(row)
        session.flush()
        return row

    def list(
        self,
        owner: str,
        *,
        search: str = "",
        favourite: bool | None = None,
        limit: int = 200,
        offset: int = 0,
        deleted: bool = False,
    ) -> tuple[list[Listed], int]:
        """Those whose name or text has ``search`` in it, the last changed first; and how many there are in all.

        With ``deleted`` those that can be put back instead, the last deleted first.
        """
        when = ProjectRow.deleted
        where = [ProjectRow.owner == owner, when.is_not(None) if deleted else when.is_(None)]
        if favourite is not None:
            where.append(ProjectRow.favourite == favourite)
        if wanted := search.strip():
            where.append(found(wanted, ProjectRow.name, ProjectRow.text))
        rows = (
            select(
                ProjectRow.id,
                ProjectRow.name,
                func.substr(ProjectRow.text, 1, _BEGINNING_CHARS).label("beginning"),
                ProjectRow.favourite,
                ProjectRow.created,
                ProjectRow.updated,
                ProjectRow.deleted,
                _takes().label("takes"),
            )
            .where(*where)
            .order_by((when if deleted else ProjectRow.updated).desc(), ProjectRow.id)
        )
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(ProjectRow).where(*where)) or 0
            return [_listed(row) for row in session.execute(rows.limit(limit).offset(offset))], total

    def get(self, owner: str, project: str) -> Project:
        with self._database.reading() as session:
            row = whole_row(session, owner, project)
            return _project(row, _count(session, project))

    def words(self, owner: str, project: str) -> tuple[EntryDraft, ...]:
        """The entries of its own dictionary that are in use."""
        with self._database.reading() as session:
            find_row(session, owner, project)
            kept = session.scalars(select(ProjectRow.dictionary).where(ProjectRow.id == project)).one()
        return tuple(draft for draft in map(from_fields, kept) if draft.enabled)

    def is_commercial(self, owner: str, project: str) -> bool:
        """Whether all that is spoken in it is for commercial use."""
        with self._database.reading() as session:
            return bool(find_row(session, owner, project).settings.get("commercial"))

    def change(self, owner: str, project: str, /, **fields: Any) -> Project:
        """Change what is given of a :class:`ProjectChange`; the rest stays.

        With a ``revision``, contents are written only over those that have it: raises :class:`StudioError`
        ``project_changed`` where another window was faster, unless it wrote the same.
        """
        given = check(ProjectChange, fields).given()
        favourite, revision = given.pop("favourite", None), given.pop("revision", None)
        name = given.pop("name", None)
        with self._database.writing() as session:
            row = whole_row(session, owner, project)
            new = {key: value for key, value in given.items() if getattr(row, key) != value}
            if new and revision is not None and revision != row.revision:
                raise StudioError("project_changed", name=row.name or title_of(row.text) or "—")
            for key, value in new.items():
                setattr(row, key, value)
            if new:
                row.revision += 1
                row.updated = self._clock()
            if name is not None and name != row.name:
                row.name, row.updated = name, self._clock()
            if favourite is not None:
                row.favourite = favourite
            session.flush()
            return _project(row, _count(session, project))

    def duplicate(self, owner: str, project: str, *, name: str | None = None) -> Project:
        """A second one with the same contents, takes and edits; takes that are being spoken wait in it."""
        with self._database.writing() as session:
            old = whole_row(session, owner, project)
            fields = {key: getattr(old, key) for key in (*ProjectContents.model_fields, "editor")}
            if name is not None:
                fields |= check(ProjectContents, {"name": name}).given()
            row = self.add(session, owner, fields)
            takes = select(JobRow).where(JobRow.project_id == project, JobRow.deleted.is_(None))
            takes = takes.options(undefer("*")).order_by(JobRow.created)
            copies = copied_jobs(session, session.scalars(takes).all(), owner, row.id)
            row.editor = _followed(row.editor, copies)
            return _project(row, len(copies))

    def delete(self, owner: str, project: str) -> None:
        """Take it and its takes away; for :data:`GONE_S` they can be put back."""
        with self._database.writing() as session:
            row = whole_row(session, owner, project)
            row.deleted = now = self._clock()
            takes = update(JobRow).where(JobRow.project_id == project, JobRow.deleted.is_(None))
            session.execute(takes.values(deleted=now))

    def restore(self, owner: str, project: str) -> Project:
        """Put back what was deleted. Raises :class:`StudioError` ``undo_gone`` where it is too late."""
        with self._database.writing() as session:
            row = session.get(ProjectRow, project)
            if row is None or row.owner != owner:
                raise StudioError("undo_gone")
            if row.deleted is not None:
                gone_with_it = update(JobRow).where(JobRow.project_id == project, JobRow.deleted == row.deleted)
                session.execute(gone_with_it.values(deleted=None))
                row.deleted = None
        return self.get(owner, project)

    def keep_editor(self, owner: str, project: str, data: bytes) -> None:
        """Keep what the editor works on. It is no content in the sense of ``revision``: the editor has its own."""
        if len(data) > MAX_EDITOR_BYTES:
            raise StudioError("body_too_large", limit=MAX_EDITOR_BYTES)
        with self._database.writing() as session:
            row = find_row(session, owner, project)
            row.editor, row.updated = data, self._clock()

    def editor(self, owner: str, project: str) -> bytes | None:
        """What :meth:`keep_editor` has kept last."""
        with self._database.reading() as session:
            return find_row(session, owner, project).editor

    def sweep(self, at: float | None = None) -> int:
        """Forget for good what was deleted long enough ago; how many projects that were."""
        before = (self._clock() if at is None else at) - GONE_S
        with self._database.writing() as session:
            gone = session.scalars(select(ProjectRow.id).where(ProjectRow.deleted < before)).all()
            if gone:
                session.execute(delete(JobRow).where(JobRow.project_id.in_(gone)))
                session.execute(delete(ProjectRow).where(ProjectRow.id.in_(gone)))
            return len(gone)


def find_row(session: Session, owner: str, project: str) -> ProjectRow:
    """The row of a project that is there. Raises :class:`StudioError` ``no_project``."""
    row = session.get(ProjectRow, project)
    if row is None or row.owner != owner or row.deleted is not None:
        raise StudioError("no_project")
    return row


def whole_row(session: Session, owner: str, project: str) -> ProjectRow:
    """The same with its text and dictionary."""
    find_row(session, owner, project)
    return session.scalars(
        select(ProjectRow)
        .where(ProjectRow.id == project)
        .options(undefer(ProjectRow.text), undefer(ProjectRow.dictionary))
    ).one()


def copied_jobs(session: Session, jobs: Sequence[JobRow], owner: str, project: str) -> dict[str, str]:
    """Copies of ``jobs`` for another project, under new ids; the new ids by the old ones."""
    ids = {job.id: new_id() for job in jobs}
    for job in jobs:
        fields = {column.key: getattr(job, column.key) for column in JobRow.__table__.columns}
        fields |= {"id": ids[job.id], "owner": owner, "project_id": project, "before": ids.get(job.before or "")}
        if job.state in UNDER_WAY:
            fields["state"] = "paused"
        session.add(JobRow(**fields))
    session.flush()
    return ids


def _followed(editor: bytes | None, ids: Mapping[str, str]) -> bytes | None:
    """What the editor keeps, with the take that it names under its new id; as it is where it is of another form."""
    try:
        return None if editor is None else with_take(editor, ids)
    except StudioError:
        return editor


def _takes() -> Any:
    of_it = (JobRow.project_id == ProjectRow.id, JobRow.deleted.is_not_distinct_from(ProjectRow.deleted))
    return select(func.count()).select_from(JobRow).where(*of_it).correlate(ProjectRow).scalar_subquery()


def _count(session: Session, project: str) -> int:
    of_it = (JobRow.project_id == project, JobRow.deleted.is_(None))
    return session.scalar(select(func.count()).select_from(JobRow).where(*of_it)) or 0


def _listed(row: Row[Any]) -> Listed:
    return Listed(
        id=row.id,
        name=row.name,
        title=row.name or title_of(row.beginning),
        beginning=row.beginning,
        favourite=row.favourite,
        created=row.created,
        updated=row.updated,
        takes=row.takes,
        deleted=row.deleted,
    )


def _project(row: ProjectRow, takes: int) -> Project:
    return Project(
        id=row.id,
        name=row.name,
        title=row.name or title_of(row.text),
        beginning=row.text[:_BEGINNING_CHARS],
        favourite=row.favourite,
        created=row.created,
        updated=row.updated,
        takes=takes,
        deleted=row.deleted,
        text=row.text,
        settings=row.settings,
        speakers=row.speakers,
        dictionary=tuple(from_fields(fields) for fields in row.dictionary),
        revision=row.revision,
    )
