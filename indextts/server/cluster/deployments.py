"""The application's deployments on Ray Serve, and how they are served: see :func:`run`.

Three deployments. ``speech``: as many processes as the queue asks for, on any machine. ``studio``: one process with
the page, projects and jobs; ``door``, light, before both: these two are on the head, without which Ray is at its end
anyway. Each process is the whole application; what they share is the folder ``cache_dir`` and the database of works.
Ray is imported in here alone, and this module by :mod:`indextts.server.cluster.serving`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import ray
from ray import exceptions as ray_errors
from ray import serve
from ray.serve import exceptions as serve_errors
from ray.util import get_node_ip_address, list_named_actors

from indextts.model.errors import StudioError
from indextts.ops.warm import use_cache
from indextts.platform.config import Config
from indextts.platform.memory import share_heaps
from indextts.platform.periodic import Periodic
from indextts.platform.serving_config import WyomingConfig
from indextts.platform.storage.files import writing
from indextts.server.access import first_key
from indextts.server.cluster.calls import Call, Group
from indextts.server.cluster.door import Door, WorkerLostError, WorkersBusyError
from indextts.server.cluster.driver import Driver
from indextts.server.cluster.hosted import Hosted, NotStartedError, drop
from indextts.server.cluster.members import REPORT_S, STUDIO, Members, Node, Report, Reporter
from indextts.server.logs import set_up
from indextts.service.collected import written

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
_ENDED_IN_ORDER: Final = (1, 4)
"""Ray's reasons for the intended end of a node: it was asked to stop, or was idle."""


class Replica:
    """One process with the whole application."""

    async def __init__(self, config: Config, group: Group, studio: Any = None) -> None:  # type: ignore[misc]
        """``studio`` is the handle of the studio process, for all others."""
        from indextts.server import connections
        from indextts.server.app import create_app

        set_up(config.log)
        connections.raise_file_limit()
        use_cache(config)
        share_heaps()
        if group != "studio":  # one process of a machine can have the port
            config = config.model_copy(update={"wyoming": WyomingConfig()})
        app = create_app(config, page=group == "studio")
        self._service = app.state.service
        name = serve.get_replica_context().replica_id.unique_id
        self._hosted = Hosted(app, name)
        await self._hosted.start()
        if studio is None:
            self._membership: Membership | Reporter = Membership(config, name)
            app.state.cluster = self._membership.members
        else:
            self._membership = _reporter(group, name, studio, lambda: written(self._service).decode())
        self._membership.start()
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

    async def report(self, report: Report) -> None:
        """Take what another process says of itself; only the studio process is asked."""
        assert isinstance(self._membership, Membership)
        self._membership.members.report(report)

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
        if hasattr(self, "_membership"):
            await asyncio.to_thread(self._membership.close)
        if hasattr(self, "_hosted"):
            await self._hosted.stop()


class Membership:
    """The members of the cluster, watched by its studio process."""

    def __init__(self, config: Config, name: str) -> None:
        wanted = {"speech": config.cluster.replicas_min, STUDIO: 1, "door": config.cluster.doors}
        self.members = Members(name, wanted, node=_own_address())
        self._mark = config.cache_path / "run" / "cluster-studio"
        self._looks = Periodic("cluster", lambda: self.members.see(*_living()), REPORT_S)

    def start(self) -> None:
        """Begin to watch. A mark that the studio process before this one has left behind says that it was lost."""
        if self._mark.exists():
            self.members.lose(STUDIO)
        with writing(self._mark):
            self._mark.parent.mkdir(parents=True, exist_ok=True)
            self._mark.touch()
        self._looks.start()

    def close(self) -> None:
        """Stop, in order."""
        self._looks.close()
        drop(self._mark)


def _reporter(group: str, name: str, studio: Any, text: Callable[[], str]) -> Reporter:
    handle = studio.options(method_name="report")
    about = Report(group, name, _own_address())
    return Reporter(about, text, lambda report: handle.remote(report).result(timeout_s=REPORT_S))


def _own_address() -> str:
    return str(get_node_ip_address())


def _living() -> tuple[list[Node], set[str]]:
    """All machines that Ray knows, and the names of all of the application's processes that live."""
    nodes = [
        Node(one["NodeID"], one["NodeManagerAddress"], one["Alive"], one["DeathReason"] in _ENDED_IN_ORDER)
        for one in ray.nodes()
    ]
    actors = [one["name"] for one in list_named_actors(all_namespaces=True)]
    return nodes, {name.rpartition("#")[2] for name in actors if f"::{APPLICATION}#" in name}


class RayWorkers:
    """The processes behind the door, by Serve's handles."""

    def __init__(self, handles: Mapping[Group, Any]) -> None:
        self._handles = {name: handle.options(stream=True, method_name="answer") for name, handle in handles.items()}

    async def answer(self, group: Group, call: Call, key: str) -> AsyncGenerator[list[Message], None]:
        """As :class:`indextts.server.cluster.door.Workers` says."""
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
        name = serve.get_replica_context().replica_id.unique_id
        self._reporter = _reporter("door", name, studio, self._door.meter.written)
        self._reporter.start()

    def __serve_build_asgi_app__(self) -> ASGIApp:
        """Serve asks for it once this process is there."""
        return _with_one_id(self._door)

    async def __del__(self) -> None:
        if hasattr(self, "_reporter"):
            await asyncio.to_thread(self._reporter.close)


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
    """What ``serve.run`` takes."""
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
    page = studio.bind(config, "studio")
    return door.bind(config, speech.bind(config, "speech", page), page)


def connect(config: Config) -> None:
    """Join the cluster that the configuration names, or start one of this machine alone.

    Raises :class:`StudioError` ``no_cluster``.
    """
    # Without a handler of Ray's own, its lines are in the form that the configuration asks for, as all others.
    options: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
    logging.getLogger("ray").setLevel(config.log.level)
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
    """Put the application on the cluster that this process has joined; returns its address once it speaks.

    Raises :class:`StudioError` ``cluster_not_served`` where none of its processes can.
    """
    for handler in (told := logging.getLogger("ray.serve")).handlers[:]:
        told.removeHandler(handler)
    told.propagate = True  # in the form that the configuration asks for
    first_key.prepare(config)
    server = config.server
    try:
        serve.start(http_options={"host": server.host, "port": server.port, "location": "HeadOnly"})
        serve.run(application(config), name=APPLICATION, route_prefix="/")
    except (RuntimeError, TimeoutError) as error:
        raise StudioError("cluster_not_served", reason=_why() or _line(error)) from error
    return f"http://{server.host}:{server.port}{server.root_path}"


def _why() -> str:
    """The reason that Serve keeps of a process that did not start: the last line of its traceback."""
    about = serve.status().applications.get(APPLICATION)
    lines = [one.message.strip().splitlines()[-1] for one in about.deployments.values() if one.message] if about else []
    return lines[0].rpartition("StudioError: ")[2] if lines else ""


def run(config: Config) -> None:
    """Serve until SIGTERM or SIGINT; what has begun may end. Raises as :func:`connect` and :func:`serve_on`."""

    def withdraw() -> None:
        serve.shutdown()

    def close() -> None:
        ray.shutdown()

    # Ray says in every start that it takes no orders in this thread: they are the driver's.
    logging.getLogger("ray._private.worker").addFilter(lambda record: "main thread" not in record.getMessage())
    driver = Driver(lambda: connect(config), lambda: log.info("Serving at %s", serve_on(config)), withdraw, close)
    driver.run(config.cluster.drain_s)
