"""``/v1/store``: the models on this machine, fetched, verified and removed over HTTP.

Fetching and verifying go on in the background; ``GET /v1/store`` says how far they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request

from indextts.engines.registry import missing_packages
from indextts.errors import StudioError
from indextts.i18n.messages import Language, caller_language
from indextts.models import store
from indextts.models.catalogue import CatalogueEntry, load_catalogue
from indextts.models.store import ModelState
from indextts.server.calls import T, limit_light_rate, with_service
from indextts.server.errors import GONE, ErrorDetail, refusals, told
from indextts.service.service import SpeechService

_ERRORS: Final = refusals(missing="No model has that name", conflict="Something is being done with the model")

router = APIRouter(prefix="/v1/store", tags=["models"], dependencies=[Depends(limit_light_rate)], responses=_ERRORS)


State = Literal["absent", "stopped", "failed", "fetching", "stopping", "checking", "installed", "damaged"]


class Progress(BaseModel):
    """How far a fetch or a check is."""

    file: str
    done: int
    """Bytes of all files."""
    total: int
    rate: float
    """Bytes a second of a fetch, 0 while that cannot be told."""


class StoredModel(BaseModel):
    """A model, whether it is here, and what is being done with it."""

    name: str
    state: State
    about: str
    """One line in the caller's language; empty for what the program builds itself."""
    licence: str
    bytes: int
    """On the disk; of a model that is not here, approximately what it takes."""
    kept: int
    """Bytes that an unfinished fetch has brought."""
    wrong: list[str]
    """Files of an installed model that are missing or damaged, as far as they were compared."""
    whole: int
    """Files that the last check found as they should be; 0 where there was none, or one is wrong."""
    files: list[str]
    """What has to be put into a folder to install it by hand."""
    sources: list[str]
    """Repositories that publish the files."""
    packages: list[str]
    """Packages of Python that the model needs and that are missing."""
    extra: str
    """What ``start_app.sh --with`` calls these packages."""
    progress: Progress | None
    error: ErrorDetail | None
    """Why the last fetch or check failed."""


class StoreAnswer(BaseModel):
    """All models that are known."""

    models: list[StoredModel]
    free: int
    """Bytes on the disk that holds them."""
    folder: str


class RemovedAnswer(BaseModel):
    """What removing a model set free."""

    freed: int
    """Bytes."""


@router.get("")
async def models(request: Request) -> StoreAnswer:
    """All models with their states; files are compared by name and size."""
    return await with_service(request, lambda service: _answer(service, caller_language(request.headers)))


@router.post("/{name}/pull", status_code=202)
async def pull(request: Request, name: str) -> StoreAnswer:
    """Begin to fetch a model, or go on; what is there and whole is not fetched again."""
    return await _changed(request, name, lambda service: service.fetches.start(name))


@router.post("/{name}/verify", status_code=202)
async def verify(request: Request, name: str) -> StoreAnswer:
    """Begin to compare a model's files with their hashes."""
    return await _changed(request, name, lambda service: service.fetches.verify(name))


@router.post("/{name}/stop", status_code=202)
async def stop(request: Request, name: str) -> StoreAnswer:
    """Stop fetching or verifying; what has come is kept."""
    return await _changed(request, name, lambda service: service.fetches.stop(name))


@router.post("/{name}/restore", responses=GONE)
async def restore(request: Request, name: str) -> StoreAnswer:
    """Bring back a model that was removed within the last 30 s."""
    return await _changed(request, name, lambda service: service.fetches.restore(name))


@router.delete("/{name}")
async def remove(request: Request, name: str) -> RemovedAnswer:
    """Delete a model's files, in 30 s; until then ``restore`` brings them back."""
    return RemovedAnswer(freed=await _of_model(request, name, lambda service: service.fetches.remove(name)))


async def _of_model(request: Request, name: str, work: Callable[[SpeechService], T]) -> T:
    """``work`` for a model that is known. Raises :class:`StudioError` ``not_found``."""

    def checked(service: SpeechService) -> T:
        try:
            store.folder(name, service.config)
        except StudioError as error:
            raise StudioError("not_found") if error.code == "unknown_choice" else error from error
        return work(service)

    return await with_service(request, checked)


async def _changed(request: Request, name: str, change: Callable[[SpeechService], None]) -> StoreAnswer:
    def work(service: SpeechService) -> StoreAnswer:
        change(service)
        return _answer(service, caller_language(request.headers))

    return await _of_model(request, name, work)


def _answer(service: SpeechService, language: Language) -> StoreAnswer:
    known = load_catalogue(service.config.catalogue_path)
    states = store.list_models(service.config, hashes=False)
    folder = service.config.models_path
    there: Path = next(path for path in (folder, *folder.parents) if path.exists())
    return StoreAnswer(
        models=[_model(service, state, known.get(state.name), language) for state in states],
        free=shutil.disk_usage(there).free,
        folder=str(folder),
    )


def _model(service: SpeechService, state: ModelState, entry: CatalogueEntry | None, language: Language) -> StoredModel:
    job = service.fetches.state(state.name)
    checked = job.states if job else ()
    wrong = list(dict.fromkeys([*state.wrong, *(one.name for one in checked if one.state != "ok")]))
    parts = entry.parts if entry else ()
    fetched = job.fetched if job and job.running else None
    return StoredModel(
        name=state.name,
        state=_status(service, state, damaged=bool(wrong)),
        about=getattr(entry.about, language) if entry else "",
        licence=state.licence,
        bytes=state.bytes,
        kept=state.kept,
        wrong=wrong,
        whole=0 if wrong else len(checked),
        files=[part.place(path) for part in parts for path in part.files],
        sources=list(dict.fromkeys(part.huggingface or part.modelscope for part in parts)),
        packages=missing_packages(entry.extra) if entry else [],
        extra=entry.extra if entry else "",
        progress=Progress(file=fetched.file, done=fetched.done, total=fetched.total, rate=job.rate)
        if job and fetched
        else None,
        error=told([job.error], language)[0] if job and job.error else None,
    )


def _status(service: SpeechService, state: ModelState, *, damaged: bool) -> State:
    job = service.fetches.state(state.name)
    if job and job.running:
        if job.stopped:
            return "stopping"
        return "fetching" if job.task == "fetch" else "checking"
    if damaged:
        return "damaged"
    if state.installed:
        return "installed"
    if job and job.error:
        return "failed"
    return "stopped" if state.kept else "absent"
