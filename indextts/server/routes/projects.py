"""``/v1/projects``: what a person works on, kept on the disk, with words of its own and its takes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from indextts.model.errors import StudioError
from indextts.model.fields import OneLine
from indextts.model.i18n.messages import caller_language
from indextts.platform.memory import telling_shortage
from indextts.platform.run import Cancel
from indextts.platform.storage.bounded import ZIP
from indextts.platform.storage.files import temporary, writing
from indextts.server.calls import Deleted, T, disposition, in_thread, limit_light_rate, limit_rate, service_of, works_of
from indextts.server.errors import GONE, ErrorDetail, refusals, told
from indextts.server.parsing import read_json
from indextts.server.schemas import BINARY, body_of, file_of
from indextts.server.uploads import sent_file
from indextts.service.owner import owner_of
from indextts.works.projects.contents import MAX_NAME, ProjectChange, ProjectContents
from indextts.works.projects.exchange import not_ours
from indextts.works.works import Works

if TYPE_CHECKING:
    from indextts.works.projects.projects import Listed, Project

EXTENSION: Final = ".idts"
MEDIA_TYPE: Final = "application/zip"

_PACKED: Final = (MEDIA_TYPE, "application/octet-stream")
_PIECE: Final = 1024 * 1024

_NAMED: Final[Any] = {
    "max_length": MAX_NAME,
    "json_schema_extra": {"pattern": OneLine(MAX_NAME).schema()["pattern"]},
}
_MISSING: Final = "No such project, or it is somebody else's"
_ERRORS: Final = refusals(400, 413, 415, missing=_MISSING, conflict="Another window was faster")

router = APIRouter(
    prefix="/v1/projects", tags=["projects"], dependencies=[Depends(limit_light_rate)], responses=_ERRORS
)


class NewProject(ProjectContents):
    """A project that is begun."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "春游", "text": "今天天气很好。"}})


class WordEntry(BaseModel):
    """An entry of a project's own dictionary."""

    word: str
    reading: str
    kind: str
    lang: str
    enabled: bool
    note: str


class ListedProject(BaseModel):
    """A project as a list shows it."""

    id: str
    name: str
    title: str
    """The name, else the text's beginning."""
    beginning: str
    favourite: bool
    created: float
    """Seconds since 1970."""
    updated: float
    takes: int
    deleted: float | None
    """When it was, in a list of what was deleted."""


class ProjectAnswer(ListedProject):
    """A project."""

    text: str
    settings: dict[str, Any]
    speakers: dict[str, str] | None
    dictionary: list[WordEntry]
    revision: int


class ImportedProject(ProjectAnswer):
    """A project that came in with a file."""

    warnings: list[ErrorDetail]
    """What is to be known of it, such as a voice that is not in the file."""


class ProjectsAnswer(BaseModel):
    """Projects, the last changed first."""

    projects: list[ListedProject]
    total: int
    """On all pages."""
    newest: ProjectAnswer | None = None
    """The last changed of all of them, whole, where it was asked for."""


@router.get("", response_model_exclude_unset=True)
async def projects(
    request: Request,
    search: Annotated[str, Query(max_length=100)] = "",
    favourite: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    newest: Annotated[bool, Query(description="Also the last changed one as a whole.")] = False,
    deleted: Deleted = False,
) -> ProjectsAnswer:
    """Those with ``search`` in name or text."""

    def work(works: Works, owner: str) -> ProjectsAnswer:
        how: dict[str, Any] = {"search": search, "favourite": favourite, "limit": limit, "offset": offset}
        found, total = works.projects.list(owner, deleted=deleted, **how)
        answer = ProjectsAnswer(projects=[ListedProject(**_listed(one)) for one in found], total=total)
        if newest:
            last, _ = works.projects.list(owner, limit=1)
            answer.newest = _answer(works.projects.get(owner, last[0].id)) if last else None
        return answer

    return await _with(request, work)


@router.post("", status_code=201, openapi_extra=body_of(NewProject))
async def create(request: Request) -> ProjectAnswer:
    """Begin a project."""
    fields = await read_json(request)
    return await _answered(request, lambda works, owner: works.projects.create(owner, **fields))


@router.post("/import", status_code=201, openapi_extra=file_of(_PACKED), dependencies=[Depends(limit_rate)])
async def import_file(
    request: Request,
    name: Annotated[str | None, Query(**_NAMED, description="Instead of the file's own.")] = None,
) -> ImportedProject:
    """A new project from what ``export`` gave, its takes with it; all of it or nothing."""
    works, owner = works_of(request), owner_of(request)
    most, warnings = service_of(request).config.server.max_text_chars, list[StudioError]()
    async with sent_file(request, _PACKED, works.folder, begins=(ZIP, not_ours())) as file:

        def work(_: Cancel) -> Project:
            with telling_shortage("import_memory"):
                return works.transfer.import_(owner, file, max_chars=most, name=name, warnings=warnings)

        made = await request.app.state.recordings.do(request, work)
    said = told(warnings, caller_language(request.headers))
    return ImportedProject(**_answer(made).model_dump(), warnings=said)


@router.get("/{project}")
async def look(request: Request, project: str) -> ProjectAnswer:
    """One project; its takes are ``/v1/jobs?project=…``."""
    return await _answered(request, lambda works, owner: works.projects.get(owner, project))


@router.patch("/{project}", openapi_extra=body_of(ProjectChange))
async def change(request: Request, project: str) -> ProjectAnswer:
    """Change what is given; with ``revision``, only where no other window has changed the contents since."""
    fields = await read_json(request)
    return await _answered(request, lambda works, owner: works.projects.change(owner, project, **fields))


@router.delete("/{project}", status_code=204)
async def remove(request: Request, project: str) -> Response:
    """Delete a project with its takes; what is being spoken waits. For a day ``restore`` puts it back."""
    await _with(request, lambda works, owner: works.delete_project(owner, project))
    return Response(status_code=204)


@router.post("/{project}/restore", responses=GONE)
async def restore(request: Request, project: str) -> ProjectAnswer:
    """Put back what was deleted."""
    return await _answered(request, lambda works, owner: works.projects.restore(owner, project))


@router.post("/{project}/duplicate", status_code=201)
async def duplicate(
    request: Request,
    project: str,
    name: Annotated[str | None, Query(**_NAMED, description="Of the copy; the same unless given.")] = None,
) -> ProjectAnswer:
    """A second project with the same contents and takes."""
    return await _answered(request, lambda works, owner: works.duplicate_project(owner, project, name=name))


@router.get("/{project}/export", response_class=Response, responses={200: {"content": {MEDIA_TYPE: BINARY}}})
async def export(request: Request, project: str) -> Response:
    """The project as one file, which ``import`` takes. ``X-Warnings`` has ``mixed_rights`` where it is for commercial
    use and has takes that are not.
    """

    def work(works: Works, owner: str) -> tuple[IO[bytes], str, int, str]:
        warnings = works.export_warnings(owner, project)
        file = temporary(works.folder, elsewhere=True)
        try:
            with writing(works.folder):
                title = works.export_project(owner, project, file)
                size = file.seek(0, os.SEEK_END)
        except BaseException:
            with suppress(OSError):  # what is still to be written has no room either
                file.close()
            raise
        file.seek(0)
        return file, title, size, ", ".join(one.code for one in warnings)

    file, title, size, warned = await _with(request, work)
    headers = {"Content-Length": str(size), **disposition(f"project{EXTENSION}", f"{title or 'project'}{EXTENSION}")}
    if warned:
        headers["X-Warnings"] = warned
    return StreamingResponse(_pieces(file), media_type=MEDIA_TYPE, headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


async def _with(request: Request, work: Callable[[Works, str], T]) -> T:
    works, owner = works_of(request), owner_of(request)
    return await in_thread(request, lambda: work(works, owner))


async def _answered(request: Request, work: Callable[[Works, str], Project]) -> ProjectAnswer:
    return await _with(request, lambda works, owner: _answer(work(works, owner)))


def _answer(project: Project) -> ProjectAnswer:
    return ProjectAnswer(
        **_listed(project),
        text=project.text,
        settings=dict(project.settings),
        speakers=None if project.speakers is None else dict(project.speakers),
        dictionary=[WordEntry(**draft.as_json()) for draft in project.dictionary],
        revision=project.revision,
    )


def _listed(project: Listed) -> dict[str, Any]:
    return {name: getattr(project, name) for name in ListedProject.model_fields}
