"""Everything a person makes and keeps: jobs, projects and books, and the sounds and rows that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indextts.model.lazy import face

if TYPE_CHECKING:
    from indextts.works.books.library import BookLibrary as BookLibrary
    from indextts.works.db.database import WorksDatabase as WorksDatabase
    from indextts.works.db.model import ENDED as ENDED
    from indextts.works.db.model import UNDER_WAY as UNDER_WAY
    from indextts.works.db.model import Job as Job
    from indextts.works.db.model import Wanted as Wanted
    from indextts.works.db.records import Records as Records
    from indextts.works.jobs.jobs import Jobs as Jobs
    from indextts.works.projects.projects import Project as Project
    from indextts.works.projects.projects import ProjectLibrary as ProjectLibrary
    from indextts.works.running.runner import Speaker as Speaker
    from indextts.works.works import Works as Works

_HOMES: Final = {
    "ENDED": "db.model",
    "UNDER_WAY": "db.model",
    "BookLibrary": "books.library",
    "Job": "db.model",
    "Jobs": "jobs.jobs",
    "Project": "projects.projects",
    "ProjectLibrary": "projects.projects",
    "Records": "db.records",
    "Speaker": "running.runner",
    "Wanted": "db.model",
    "Works": "works",
    "WorksDatabase": "db.database",
}

__all__ = [*_HOMES]
__getattr__ = face(__name__, _HOMES)
