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
from starlette.responses import Response

from indextts.engines.registry import engine_of_model, missing_packages
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Language, caller_language
from indextts.models import store
from indextts.models.catalogue import CatalogueEntry, load_catalogue
from indextts.models.jobs import Fetches, Fetching
from indextts.models.store import ModelState
from indextts.ops.installing import Installing, PackageInstaller
from indextts.server.calls import T, limit_light_rate, with_service
from indextts.server.errors import GONE, ErrorDetail, refusals, told
from indextts.service.caller import caller_in
from indextts.service.owner import is_local
from indextts.service.service import SpeechService

_ERRORS: Final = refusals(missing="No model has that name", conflict="Something is being done with the model")

router = APIRouter(prefix="/v1/store", tags=["models"], dependencies=[Depends(limit_light_rate)], responses=_ERRORS)


State = Literal["absent", "stopped", "failed", "fetching", "stopping", "checking", "installing", "installed", "damaged"]


class FetchProgress(BaseModel):
    """How far a fetch or a check is."""

    file: str
    done: int
    """Bytes of all files."""
    total: int
    rate: float
    """Bytes a second of a fetch, 0 while that cannot be told."""


class PartNumbers(BaseModel):
    """With which numbers a part of a model computes on this machine."""

    part: str
    """In the caller's language."""
    numbers: str
    seconds: dict[str, float]
    """What a piece of its work took, in each of the numbers that were tried; empty where nothing was measured."""


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
    stands: str
    """The folder in which another program of the server's machine has it, of a model that is not here; else empty."""
    order: str
    """The command that takes it from there."""
    files: list[str]
    """What has to be put into a folder to install it by hand."""
    sources: list[str]
    """Repositories that publish the files."""
    packages: list[str]
    """Packages of Python that the model needs and that are missing."""
    extra: str
    """What ``start_app.sh --with`` calls these packages."""
    computing: list[PartNumbers]
    """Of a model that has several to choose from and was opened before; else empty."""
    progress: FetchProgress | None
    error: ErrorDetail | None
    """Why the last fetch, check or installation failed."""


class StoreAnswer(BaseModel):
    """All models that are known."""

    models: list[StoredModel]
    restart: bool
    """Whether packages were installed that the server only takes up for certain when it is started again."""
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
    return await with_service(request, lambda service: _answer(request, service))


@router.post("/{name}/pull", status_code=202)
async def pull(request: Request, name: str) -> StoreAnswer:
    """Begin to fetch a model, or go on; what is there and whole is not fetched again."""
    return await _changed(request, name, lambda _: _fetches(request).start(name))


@router.post("/{name}/install", status_code=202)
async def install(request: Request, name: str) -> StoreAnswer:
    """Begin to install a model's packages, then fetch it, as far as either is not here.

    Only a person at the server's own machine may install packages.
    """

    def work(service: SpeechService) -> StoreAnswer:
        entry = load_catalogue(service.config.catalogue_path).get(name)
        if entry is None or not missing_packages(entry.extra):
            _fetches(request).start(name)
        else:
            if not (is_local(request.scope) and service.config.models.install_packages):
                raise StudioError("packages_forbidden", name=entry.extra, port=request.scope["server"][1])
            whole = any(one.name == name and one.installed for one in store.list_models(service.config, hashes=False))
            then = (lambda: service.preloader.pool.renew(name)) if whole else (lambda: _fetches(request).start(name))
            _installer(request).start(entry.extra, then)
        return _answer(request, service)

    return await _of_model(request, name, work)


@router.post("/restart", status_code=202)
async def restart(request: Request) -> Response:
    """Start the server again, by a person at its own machine: what runs is ended as by an order to stop."""
    if not is_local(request.scope):
        raise StudioError("packages_forbidden", name="", port=request.scope["server"][1])
    if request.app.state.restart is None:
        raise StudioError("cannot_restart")
    request.app.state.restart()
    return Response(status_code=202)


@router.post("/{name}/verify", status_code=202)
async def verify(request: Request, name: str) -> StoreAnswer:
    """Begin to compare a model's files with their hashes."""
    return await _changed(request, name, lambda _: _fetches(request).verify(name))


@router.post("/{name}/stop", status_code=202)
async def stop(request: Request, name: str) -> StoreAnswer:
    """Stop fetching, verifying or installing; what has come is kept."""

    def end(service: SpeechService) -> None:
        entry = load_catalogue(service.config.catalogue_path).get(name)
        if entry is not None:
            _installer(request).stop(entry.extra)
        _fetches(request).stop(name)

    return await _changed(request, name, end)


@router.post("/{name}/restore", responses=GONE)
async def restore(request: Request, name: str) -> StoreAnswer:
    """Bring back a model that was removed within the last 30 s."""
    return await _changed(request, name, lambda _: _fetches(request).restore(name))


@router.delete("/{name}")
async def remove(request: Request, name: str) -> RemovedAnswer:
    """Delete a model's files, in 30 s; until then ``restore`` brings them back."""
    return RemovedAnswer(freed=await _of_model(request, name, lambda _: _fetches(request).remove(name)))


async def _of_model(request: Request, name: str, work: Callable[[SpeechService], T]) -> T:
    """``work`` for a model that is known. Raises :class:`StudioError` ``not_found`` or ``admin_only``."""
    if not caller_in(request.scope).may_manage:
        raise StudioError("admin_only")

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
        return _answer(request, service)

    return await _of_model(request, name, work)


def _fetches(request: Request) -> Fetches:
    """The models that are being fetched or verified."""
    fetches: Fetches = request.app.state.fetches
    return fetches


def _installer(request: Request) -> PackageInstaller:
    installer: PackageInstaller = request.app.state.packages
    return installer


def _answer(request: Request, service: SpeechService) -> StoreAnswer:
    language, installer, fetches = caller_language(request.headers), _installer(request), _fetches(request)
    known = load_catalogue(service.config.catalogue_path)
    states = store.list_models(service.config, hashes=False)
    folder = service.config.models_path
    there: Path = next(path for path in (folder, *folder.parents) if path.exists())
    return StoreAnswer(
        models=[
            _model(service, installer, state, known.get(state.name), fetches.state(state.name), language)
            for state in states
        ],
        restart=installer.changed,
        free=shutil.disk_usage(there).free,
        folder=str(folder),
    )


def _model(
    service: SpeechService,
    installer: PackageInstaller,
    state: ModelState,
    entry: CatalogueEntry | None,
    job: Fetching | None,
    language: Language,
) -> StoredModel:
    packages = installer.state(entry.extra) if entry else None
    error = packages.error if packages and packages.error else job.error if job else None
    checked = job.states if job else ()
    wrong = list(dict.fromkeys([*state.wrong, *(one.name for one in checked if one.state != "ok")]))
    parts = entry.parts if entry else ()
    return StoredModel(
        name=state.name,
        state="installing" if packages and packages.running else _status(job, state, damaged=bool(wrong)),
        about=getattr(entry.about, language) if entry else "",
        licence=state.licence,
        bytes=state.bytes,
        kept=state.kept,
        wrong=wrong,
        whole=0 if wrong else len(checked),
        stands=state.stands,
        order=state.order,
        files=[part.place(path) for part in parts for path in part.files],
        sources=list(dict.fromkeys(part.huggingface or part.modelscope for part in parts)),
        packages=missing_packages(entry.extra) if entry else [],
        extra=entry.extra if entry else "",
        computing=_computing(service, state, language),
        progress=_progress(packages, job),
        error=told([error], language)[0] if error else None,
    )


def _computing(service: SpeechService, state: ModelState, language: Language) -> list[PartNumbers]:
    engine = engine_of_model(state.name)
    parts = engine.computing(service.config, state.name) if engine and state.installed else ()
    return [PartNumbers(part=one.part.of(language), numbers=one.numbers, seconds=dict(one.seconds)) for one in parts]


def _progress(packages: Installing | None, job: Fetching | None) -> FetchProgress | None:
    if packages and packages.running:
        return FetchProgress(file=packages.line, done=packages.done, total=packages.total, rate=0.0)
    fetched = job.fetched if job and job.running else None
    if job is None or fetched is None:
        return None
    return FetchProgress(file=fetched.file, done=fetched.done, total=fetched.total, rate=job.rate)


def _status(job: Fetching | None, state: ModelState, *, damaged: bool) -> State:
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
