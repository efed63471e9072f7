"""The cluster on Ray Serve: ``run(load_config())`` serves until it is told to stop.

Three deployments. ``speech``: as many processes as the queue asks for, on any machine. ``studio``: one process with
the page, projects and jobs; ``door``, light, before both: these two are on the head, without which Ray is at its end
anyway. Each process is the whole application; what they share is the folder ``cache_dir`` and the database of works.
Ray is imported in here alone.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import AsyncGenerator, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from indextts.config import Config
from indextts.errors import StudioError
from indextts.ops.warm import use_cache
from indextts.runtime.memory import share_heaps
from indextts.server.access import first_key
from indextts.server.cluster.calls import Call, Group
from indextts.server.cluster.door import Door, WorkerLostError, WorkersBusyError
from indextts.server.cluster.hosted import Hosted, NotStartedError
from indextts.server.logs import set_up

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

APPLICATION: Final = "indextts"
_STUDIO_CALLS: Final = 4096
"""What the page's process holds at the same time: most of it are open pages and players that listen to their jobs."""
_READY_S: Final = 600.0
_LOOK_S: Final = 0.2
_HEAD: Final = {"node:__internal_head__": 0.001}
"""What only the cluster's head has."""


class Replica:
    """One process with the whole application."""

    async def __init__(self, config: Config, group: Group) -> None:  # type: ignore[misc]
        from ray import serve

        from indextts.server import connections
        from indextts.server.app import create_app

        set_up(config.log)
        connections.raise_file_limit()
        use_cache(config)
        share_heaps()
        app = create_app(config, page=group == "studio")
        self._service = app.state.service
        self._hosted = Hosted(app, serve.get_replica_context().replica_id.unique_id)
        await self._hosted.start()
        await self._speaks(needed=group == "speech")

    async def _speaks(self, *, needed: bool) -> None:
        """Wait until the engine is ready: only then does Serve give requests to this process.

        One without an engine is of no use where that is ``needed``; else it says what is wrong.
        """
        async with asyncio.timeout(_READY_S):
            while True:
                try:
                    self._service.check_ready()
                    return
                except StudioError as error:
                    if error.code != "loading":
                        if needed:
                            raise
                        return
                await asyncio.sleep(_LOOK_S)

    async def voice(self, key: str) -> str:
        """Called for the first request of a voice; its engine warms it up as it speaks."""
        return key

    async def answer(self, call: Call, key: str) -> AsyncGenerator[list[Message], None]:
        """The answer to ``call``; the voice of ``key`` is warm here afterwards."""
        if key:
            await self.voice(key)
        messages = self._hosted.answer(call)
        try:
            async for batch in messages:
                yield batch
        finally:
            await messages.aclose()

    async def check_health(self) -> None:
        """Raises where this process should be replaced: its loop answers, but its application has ended."""
        if not self._hosted.alive:
            raise NotStartedError("the application has ended")

    async def __del__(self) -> None:
        if hasattr(self, "_hosted"):
            await self._hosted.stop()


class RayWorkers:
    """The processes behind the door, by Serve's handles."""

    def __init__(self, handles: Mapping[Group, Any]) -> None:
        self._handles = {name: handle.options(stream=True, method_name="answer") for name, handle in handles.items()}

    async def answer(self, group: Group, call: Call, key: str) -> AsyncGenerator[list[Message], None]:
        """As :class:`indextts.server.cluster.door.Workers` says."""
        from ray import exceptions as ray_errors
        from ray.serve import exceptions as serve_errors

        handle = self._handles[group]
        if key:
            handle = handle.options(multiplexed_model_id=key)
        answer = handle.remote(call, key)
        try:
            async for batch in answer:
                yield batch
        except (GeneratorExit, asyncio.CancelledError):  # the client has gone
            answer.cancel()
            raise
        except serve_errors.BackPressureError as error:
            raise WorkersBusyError(error.args[0]) from error
        except serve_errors.DeploymentUnavailableError as error:
            raise StudioError("loading", retry_after_s=5) from error
        except ray_errors.RayTaskError as error:
            if isinstance(error, (ray_errors.RayActorError, ray_errors.TaskCancelledError)):
                raise WorkerLostError(_line(error)) from error
            raise
        except (ray_errors.RayError, serve_errors.RayServeException) as error:
            raise WorkerLostError(_line(error)) from error


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


class DoorHost:
    """The door's process."""

    def __init__(self, config: Config, speech: Any, studio: Any) -> None:
        set_up(config.log)
        self._door = Door(config, RayWorkers({"speech": speech, "studio": studio}))

    def __serve_build_asgi_app__(self) -> ASGIApp:
        """Serve asks for it once this process is there."""
        return _with_one_id(self._door)


def _with_one_id(app: ASGIApp) -> ASGIApp:
    """``app`` without the header that Serve's proxy adds to each answer, with the same id."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def once(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message.get("headers", ()) if pair[0].lower() != b"x-request-id"]
                message = {**message, "headers": kept}
            await send(message)

        await app(scope, receive, once)

    return answer


def application(config: Config) -> Any:
    """What ``serve.run`` takes. Raises :class:`StudioError` ``no_ray``."""
    check_installed()
    from ray import serve

    wanted = config.cluster
    changed = {"workers": wanted.cores, "queue_waiting": max(config.server.queue_waiting, wanted.ongoing)}
    config = config.model_copy(update={"server": config.server.model_copy(update=changed)})
    speaking = type("SpeechReplica", (Replica,), {"__module__": __name__})
    speaking.voice = serve.multiplexed(max_num_models_per_replica=wanted.voices)(Replica.voice)  # type: ignore[attr-defined]
    common = {"graceful_shutdown_timeout_s": wanted.drain_s, "health_check_period_s": 5, "health_check_timeout_s": 30}
    size: dict[str, Any] = {"num_replicas": wanted.replicas_min}
    if wanted.replicas_max > wanted.replicas_min:
        scaling = {
            "min_replicas": wanted.replicas_min,
            "max_replicas": wanted.replicas_max,
            "target_ongoing_requests": wanted.scale_at,
            "upscale_delay_s": wanted.scale_up_s,
            "downscale_delay_s": wanted.scale_down_s,
        }
        size = {"autoscaling_config": scaling}
    speech = serve.deployment(
        speaking,
        name="speech",
        max_ongoing_requests=wanted.ongoing,
        max_queued_requests=wanted.waiting,
        ray_actor_options={"num_cpus": wanted.cores},
        **common,
        **size,
    )
    studio = serve.deployment(
        Replica,
        name="studio",
        max_ongoing_requests=_STUDIO_CALLS,
        max_queued_requests=_STUDIO_CALLS,
        # Without a core of Ray's: where processes that speak have taken all of the head's, the page must come back.
        ray_actor_options={"num_cpus": 0, "resources": _HEAD},
        **common,
    )
    door = serve.deployment(
        serve.ingress()(DoorHost),
        name="door",
        num_replicas=wanted.doors,
        max_ongoing_requests=2 * _STUDIO_CALLS,
        ray_actor_options={"num_cpus": 0, "resources": _HEAD},
        **common,
    )
    return door.bind(config, speech.bind(config, "speech"), studio.bind(config, "studio"))


def check_installed() -> None:
    """Raises :class:`StudioError` ``no_ray``."""
    if find_spec("ray") is None:
        raise StudioError("no_ray")


def quiet() -> None:
    """Before Ray is imported: it tells nobody of its use, believes no forwarded header by itself, and gives its proxy
    and its control store time to start: on a busy machine they need more than Ray's 5 s; the proxy would be ended again
    and again.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_SERVE_ENABLE_SCALING_LOGS"] = "0"
    os.environ.setdefault("FORWARDED_ALLOW_IPS", "")
    os.environ.setdefault("RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S", "120")
    os.environ.setdefault("RAY_gcs_rpc_server_connect_timeout_s", "60")


def connect(config: Config) -> None:
    """Join the cluster that the configuration names, or start one of this machine alone.

    Raises :class:`StudioError` ``no_ray`` or ``no_cluster``.
    """
    check_installed()
    quiet()
    import ray

    options: dict[str, Any] = {"log_to_driver": False, "logging_level": config.log.level}
    if config.cluster.address:
        options["address"] = config.cluster.address
    else:
        store = config.cluster.object_store_mb * 2**20
        options |= {"address": "local", "include_dashboard": False, "object_store_memory": store}
        options["_node_ip_address"] = "127.0.0.1"
    try:
        ray.init(**options)
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        raise StudioError("no_cluster", reason=_line(error)) from error


def serve_on(config: Config) -> str:
    """Put the application on the cluster that this process has joined; returns its address once it speaks."""
    from ray import serve

    first_key.prepare(config)
    server = config.server
    serve.start(http_options={"host": server.host, "port": server.port, "location": "HeadOnly"})
    serve.run(application(config), name=APPLICATION, route_prefix="/")
    return f"http://{server.host}:{server.port}{server.root_path}"


def run(config: Config) -> None:
    """Serve until SIGTERM or SIGINT; what has begun may end. Raises as :func:`connect`."""
    import signal

    stopped = threading.Event()
    connect(config)
    import ray
    from ray import serve

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    try:
        log.info("Serving at %s", serve_on(config))
        stopped.wait()
    finally:
        serve.shutdown()
        ray.shutdown()
