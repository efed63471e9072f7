"""The FastAPI application, routes, limits and errors put together; and its run under Uvicorn to a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import anyio
import uvicorn
from fastapi import FastAPI
from starlette.routing import Route

from indextts import __version__
from indextts.model.errors import StudioError
from indextts.models.jobs import Fetches
from indextts.ops import ending, logfile
from indextts.ops.installing import PackageInstaller
from indextts.ops.notify import Manager
from indextts.ops.port_owners import problem
from indextts.ops.warm import use_cache
from indextts.platform import collecting, importing
from indextts.platform.config import PROJECT_ROOT, Config, unknown_variables
from indextts.platform.memory import share_heaps
from indextts.platform.run import Cancel
from indextts.platform.storage.in_use import Occupied
from indextts.server import connections
from indextts.server.access import Access, KeyGate, first_key, login
from indextts.server.assistants.endpoint import PATH, Assistants
from indextts.server.calls import LIGHT_CALLS, SPARE_THREADS, Removed
from indextts.server.doors import azure, elevenlabs, gpt_sovits, legado, podcast, text_stream, voicevox
from indextts.server.doors.phones import Phones
from indextts.server.doors.written import Places, Served
from indextts.server.encodings import Utf8Queries
from indextts.server.guard import Guard
from indextts.server.handlers import add_handlers
from indextts.server.hosts import Hosts
from indextts.server.logs import LogRing, set_up
from indextts.server.middleware import BodyLimit, RequestContext
from indextts.server.observed import Arrived, Observed
from indextts.server.origins import SpeechOrigins
from indextts.server.page_gate import BuildPage, PageGate
from indextts.server.routes import (
    book_music,
    book_parts,
    book_proof,
    book_push,
    books,
    clones,
    docs,
    editor,
    health,
    job_sounds,
    jobs,
    lexicon,
    openai,
    projects,
    speech,
    store,
    system,
    voices,
)
from indextts.server.tracing import Tracing
from indextts.server.uploads import RecordingTurns
from indextts.service.rate_limit import RateLimit
from indextts.service.service import SpeechService
from indextts.works.books.feeds import Feeds
from indextts.works.works import Works

if TYPE_CHECKING:
    import gradio as gr

    from indextts.plan.request import SpeechRequest
    from indextts.server.doors.wyoming import WyomingDoor

log = logging.getLogger(__name__)

_DESCRIPTION = "Mandarin and English text-to-speech. Errors: `{error: {code, message, hint}, request_id}`."


def create_app(
    config: Config,
    *,
    service: SpeechService | None = None,
    works: Works | None = None,
    build_page: BuildPage | None = None,
    page: bool = True,
) -> FastAPI:
    """The application, nothing loaded yet: loading begins when it starts, and the port answers meanwhile.

    ``service`` and ``build_page`` default to the process's own and to the studio's page, and ``works`` to new ones,
    which join ``service``; without ``page`` there is the API alone.
    """
    service = service or SpeechService(config)
    works = works or Works(service.config, service)
    tracing = Tracing()
    gate = PageGate(
        service, (build_page or partial(_studio_page, works)) if page else None, root_path=config.server.root_path
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        logging.getLogger().addHandler(app.state.log_ring)
        tracing.start()
        service.start()
        page_life = asyncio.create_task(gate.live())
        wyoming = asyncio.create_task(_open_wyoming(app)) if config.wyoming.port else None
        try:
            yield
        finally:
            if wyoming is not None:
                await _close_wyoming(app, wyoming)
            service.close()
            app.state.fetches.close()
            app.state.packages.close()
            gate.stop()
            await app.state.assistants.close()
            if gate.state == "loading":
                page_life.cancel()
            await asyncio.gather(page_life, return_exceptions=True)
            tracing.close()
            logging.getLogger().removeHandler(app.state.log_ring)

    app = FastAPI(
        title="IndexTTS Studio",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url=None,  # it is answered in a thread, by docs.py
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        # What goes out is ours (tracing.py): the framework's own spans and logs would have addresses and sentences in.
        telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
    )
    app.state.config = config
    app.state.service = service
    app.state.works = works
    app.state.page = gate
    app.state.light_rate = RateLimit(config.server.rate_limit, times=LIGHT_CALLS, own=service.keys.rate_of)
    app.state.removed = Removed()
    app.state.threads = anyio.CapacityLimiter(service.places + SPARE_THREADS)
    app.state.recordings = RecordingTurns(config.server)
    app.state.fetches = Fetches(service.config, changed=service.preloader.pool.renew)
    app.state.packages = PackageInstaller(PROJECT_ROOT, cache=config.cache_path / "run")
    app.state.restart = None
    app.state.log_ring = LogRing()
    app.state.assistants = Assistants()
    app.state.served = Served(config, service, app.state.light_rate, app.state.threads)
    app.state.places = Places()
    app.state.wyoming = None
    app.state.warnings = []  # of ports beside this one's that stay closed
    app.state.cluster = None  # the studio process of a cluster knows its members
    made = (jobs, job_sounds, projects, books, book_music, book_parts, book_proof, book_push)
    doors = (legado, podcast, elevenlabs, azure, gpt_sovits, voicevox, text_stream)
    parts = (health, speech, openai, *doors, *made, editor, lexicon, voices, clones, store, system, docs, login)
    routes = [route for part in parts for route in part.router.routes]
    # Not by `include_router`, which makes every route a second time while the first request waits.
    app.router.routes += [*routes, Route(PATH, app.state.assistants)]
    app.router.default = gate  # what is no call of the API is the page's
    add_handlers(app, routes)
    app.add_middleware(Utf8Queries, gb18030=(legado.SPEAK, *gpt_sovits.PREFIXES))
    app.add_middleware(Arrived)
    app.add_middleware(BodyLimit, limits=config.server)
    app.state.hosts = Hosts(config.server)
    app.state.access = Access(config, service.keys, app.state.hosts)
    app.add_middleware(KeyGate, access=app.state.access)
    app.state.origins = SpeechOrigins(config)
    app.state.feeds = Feeds(config)
    app.state.phones = Phones(config, partial(_ahead_of_reader, service, works))
    app.add_middleware(Guard, server=config.server, hosts=app.state.hosts, origins=app.state.origins)
    app.add_middleware(RequestContext, root_path=config.server.root_path)
    app.add_middleware(Observed, meter=service.meter, root_path=config.server.root_path)  # added last, so outermost
    return app


def _ahead_of_reader(service: SpeechService, works: Works, request: SpeechRequest) -> None:
    """Speak what a reader comes to next, and keep it. Raises :class:`StudioError`."""
    for part in service.speak_ahead(request, cancel=Cancel(), whole=True):
        works.keep(part)


async def _open_wyoming(app: FastAPI) -> None:
    """Open the port for Home Assistant; HTTP's does not wait for what that imports."""
    try:
        app.state.wyoming = door = await anyio.to_thread.run_sync(_wyoming, app)
        await door.open()
    except Exception:
        # What open() does not tell is a fault of ours, which must not wait until the server ends to be seen.
        log.exception("The port for Home Assistant was not opened")


def _wyoming(app: FastAPI) -> WyomingDoor:
    with importing.alone():
        from indextts.server.doors.wyoming import WyomingDoor

    return WyomingDoor(app.state.served, app.state.warnings)


async def _close_wyoming(app: FastAPI, opening: asyncio.Task[None]) -> None:
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    if app.state.wyoming is not None:
        await app.state.wyoming.close()


def _studio_page(works: Works, service: SpeechService) -> tuple[gr.Blocks, dict[str, Any]]:
    with importing.alone():
        from indextts.studio import build_page, mount_options

    return build_page(service, works), mount_options()


_LOOK_AT_LOG_S: Final = 2.0
_BEGIN_S: Final = 120.0
"""Start-up limit in seconds; after it garbage collection is switched on regardless."""
GRACE_S: Final = 3
"""How long requests may go on after the order to stop; then they are cancelled."""


def run(config: Config, *, host: str | None = None, port: int | None = None, share: bool = False) -> None:
    """Serve until SIGTERM or SIGINT. ``host`` and ``port`` override the configuration.

    Raises :class:`StudioError` before anything is loaded: ``cannot_listen`` when the port cannot be had, and
    ``folder_restored``.
    """
    settings = config.server.model_copy(update={"host": host or config.server.host, "port": port or config.server.port})
    config = config.model_copy(update={"server": settings})
    if (reason := problem(settings.host, settings.port)) is not None:
        raise StudioError("cannot_listen", reason=reason)
    Occupied(config.cache_path).close()  # a backup that is being brought back is told in a sentence
    set_up(config.log)
    if unknown := unknown_variables(os.environ):
        log.warning("Not used, for settings stand in the configuration alone: %s", ", ".join(unknown))
    first_key.prepare(config)
    connections.raise_file_limit()
    use_cache(config)
    share_heaps()
    app = create_app(config)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,  # observed.py writes it, without what a person has put into an address
            proxy_headers=False,  # the application does it, for the proxies that are trusted
            timeout_graceful_shutdown=GRACE_S,
            server_header=False,
            **connections.options(settings),
        )
    )
    # Uvicorn raises the signal again after its clean end; an order that was followed should not look like a crash.
    ending.obey(lambda: server.should_exit)
    whole = ending.leave_at_exit()
    again = threading.Event()

    def restart() -> None:
        again.set()
        server.should_exit = True

    app.state.restart = restart
    asyncio.run(_serve(server, app, config.cache_path / "logs", settings.port if share else None))
    if again.is_set():
        ending.begin_anew()
    whole(0)


async def _serve(server: uvicorn.Server, app: FastAPI, logs: Path, share_port: int | None) -> None:
    connections.quieten_accept(asyncio.get_running_loop())

    async def bound_log() -> None:
        while True:  # it is set aside when it is long, where it is one of ``start_app.sh``
            logfile.rotate_own(logs)
            await asyncio.sleep(_LOOK_AT_LOG_S)

    bounding = asyncio.create_task(bound_log())
    beginning = asyncio.create_task(_collect_when_begun(app))
    telling = asyncio.create_task(Manager().attend(lambda: _is_ready(app)))
    sharing = asyncio.create_task(_share_when_mounted(app, share_port)) if share_port else None
    await server.serve()
    for task in (bounding, beginning, telling):
        task.cancel()
    if sharing is not None:
        sharing.cancel()


async def _collect_when_begun(app: FastAPI) -> None:
    """Take up the search for cycles once the voice and the page are there, or have failed."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_BEGIN_S):
            while "loading" in (app.state.service.preloader.state, app.state.page.state):
                await asyncio.sleep(0.1)
    collecting.take_up()


def _is_ready(app: FastAPI) -> bool:
    """What ``/readyz`` says."""
    with contextlib.suppress(StudioError):
        app.state.service.check_ready()
        return bool(app.state.page.state != "loading")
    return False


async def _share_when_mounted(app: FastAPI, port: int) -> None:
    while app.state.page.state == "loading":
        await asyncio.sleep(0.2)
    open_share_link(port, app.state.hosts.share)


def open_share_link(port: int, opened: Callable[[str], None]) -> None:
    """Open the link in the background, tell ``opened`` its address and log it.

    Without internet, log one line and leave it at that.
    """

    def work() -> None:
        from gradio.networking import setup_tunnel

        try:
            address = setup_tunnel("127.0.0.1", port, secrets.token_urlsafe(32), None, None)
        except Exception as error:
            # Gradio raises whatever its download, its certificate or its helper program met with.
            reason = " ".join(str(error).split()) or type(error).__name__
            log.warning("No public link (%s); the studio goes on at this machine's own address", reason)
            return
        public = urlsplit(address)._replace(scheme="https").geturl()
        # Its visitors' requests come through the tunnel as they were sent, with the link's name in Host.
        opened(public)
        log.info("Public link, open to everyone who knows it: %s", public)

    threading.Thread(target=work, name="share", daemon=True).start()
