"""The FastAPI application: routes, limits and errors put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from indextts import __version__
from indextts.config import Config
from indextts.server.body_limit import BodyLimit
from indextts.server.errors import ALWAYS, add_handlers
from indextts.server.guard import Guard, Hosts
from indextts.server.middleware import RequestContext
from indextts.server.page_gate import BuildPage, PageGate
from indextts.server.rate_limit import LIGHT_CALLS
from indextts.server.removed import Removed
from indextts.server.routes import audio, clones, docs, editor, health, lexicon, openai, plan, speech, store, voices
from indextts.server.threads import make_limiter
from indextts.server.uploads import RecordingTurns
from indextts.service.rate_limit import RateLimit
from indextts.service.service import SpeechService

if TYPE_CHECKING:
    import gradio as gr

_DESCRIPTION = "Mandarin and English text-to-speech. Errors: `{error: {code, message, hint}, request_id}`."


def create_app(
    config: Config, *, service: SpeechService | None = None, build_page: BuildPage | None = None, page: bool = True
) -> FastAPI:
    """The application, nothing loaded yet: loading begins when it starts, and the port answers meanwhile.

    ``service`` and ``build_page`` default to the process's own and to the studio's page; without ``page`` there
    is the API alone.
    """
    service = service or SpeechService(config)
    gate = PageGate(service, (build_page or _studio_page) if page else None, root_path=config.server.root_path)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.start()
        page_life = asyncio.create_task(gate.live())
        try:
            yield
        finally:
            service.close()
            gate.stop()
            if gate.state == "loading":
                page_life.cancel()
            await asyncio.gather(page_life, return_exceptions=True)

    app = FastAPI(
        title="IndexTTS Studio",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url=None,  # it is answered in a thread, by docs.py
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        responses=ALWAYS,
    )
    app.state.config = config
    app.state.service = service
    app.state.page = gate
    app.state.light_rate = RateLimit(config.server.rate_limit, times=LIGHT_CALLS)
    app.state.removed = Removed()
    app.state.threads = make_limiter(service.places)
    app.state.recordings = RecordingTurns(config.server)
    parts = (health, speech, openai, plan, editor, lexicon, voices, clones, store, audio, docs)
    for part in parts:
        app.include_router(part.router)
    app.router.default = gate  # what is no call of the API is the page's
    add_handlers(app, [route for part in parts for route in part.router.routes])
    app.add_middleware(BodyLimit, limits=config.server)
    app.state.hosts = Hosts(config.server)
    app.add_middleware(Guard, server=config.server, hosts=app.state.hosts)
    app.add_middleware(RequestContext, root_path=config.server.root_path)  # added last, so outermost
    return app


def _studio_page(service: SpeechService) -> tuple[gr.Blocks, dict[str, Any]]:
    from indextts.studio import build_page, mount_options

    return build_page(service), mount_options()
