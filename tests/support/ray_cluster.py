"""A real cluster of Ray with two machines, both of them this one: the head, and a node that can be taken away.

Each has a loopback address of its own, little room for objects, no dashboard, and tells nobody of its use.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from indextts.platform.config import Config
from indextts.server.cluster import serving
from tests.support.ports import free_port

HEAD: Final = "127.0.0.2"
NODE: Final = "127.0.0.3"
STORE: Final = 100 * 2**20
SERVED_BY: Final = "x-served-by"
TRIES: Final = "x-tries"


class RunningCluster:
    """The application on two nodes; ``address`` is where it answers."""

    def __init__(self, config: Config, *, head_cpus: int = 1) -> None:
        serving.quiet()
        from ray.cluster_utils import Cluster

        from indextts.server.cluster import deployments

        head = {"num_cpus": head_cpus, "object_store_memory": STORE, "include_dashboard": False}
        self._cluster = Cluster(initialize_head=True, head_node_args={**head, "node_ip_address": HEAD})
        self._nodes: list[Any] = []
        self.add_node()
        cluster = config.cluster.model_copy(update={"address": self._cluster.address})
        server = config.server.model_copy(update={"port": free_port()})
        self.config = config.model_copy(update={"cluster": cluster, "server": server})
        try:
            deployments.connect(self.config)
            self.address = deployments.serve_on(self.config)
        except BaseException:
            self.close()  # else the next one is refused: a process knows one cluster at a time
            raise

    def replicas(self, group: str = "speech") -> dict[str, Any]:
        """The living processes of a group by the name that stands in their answers: where each is."""
        import ray
        from ray.util import list_named_actors

        found: dict[str, Any] = {}
        for actor in list_named_actors(all_namespaces=True):
            _, _, rest = actor["name"].partition(f"#{group}#")
            if rest:
                found[rest] = ray.get_actor(actor["name"], namespace=actor["namespace"])
        return found

    def kill_replica(self, name: str, group: str = "speech") -> None:
        """End a process as ``kill -9`` would."""
        import ray

        ray.kill(self.replicas(group)[name], no_restart=True)

    def add_node(self) -> None:
        """A second machine joins."""
        self._nodes.append(self._cluster.add_node(num_cpus=1, object_store_memory=STORE, node_ip_address=NODE))

    def kill_node(self) -> None:
        """End the second machine with all that runs there, without warning."""
        self._cluster.remove_node(self._nodes.pop(), allow_graceful=False)

    def close(self) -> None:
        """End everything."""
        import ray
        from ray import serve

        try:
            serve.shutdown()
            ray.shutdown()
        finally:
            self._cluster.shutdown()


@contextmanager
def running(config: Config, **options: Any) -> Iterator[RunningCluster]:
    """A cluster for as long as the block lasts."""
    cluster = RunningCluster(config, **options)
    try:
        yield cluster
    finally:
        cluster.close()


@dataclass
class Load:
    """What clients got that asked without a pause."""

    answered: Counter[int] = field(default_factory=Counter)
    by: Counter[str] = field(default_factory=Counter)
    again: int = 0
    """Answers that more than one process was asked for."""
    wrong: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Clients:
    """Several clients, each with an address of its own, that ask one after the other until they are told to stop."""

    def __init__(self, address: str, texts: dict[str, bytes], *, clients: int = 4) -> None:
        """``texts`` are asked for by turns; their bytes are what the sound has to be."""
        self._address = address
        self._texts = list(texts.items())
        self._stopped = False
        self.load = Load()
        self._pool = ThreadPoolExecutor(clients)
        self._began = time.monotonic()
        self._working = [self._pool.submit(self._ask, number) for number in range(clients)]

    def _ask(self, number: int) -> None:
        headers = {"X-Forwarded-For": f"192.0.2.{number + 1}"}
        with httpx.Client(base_url=self._address, headers=headers, timeout=120) as client:
            turn = number
            while not self._stopped:
                text, expected = self._texts[turn % len(self._texts)]
                turn += 1
                try:
                    answer = client.post("/v1/audio/speech", json={"input": text, "response_format": "wav"})
                except httpx.HTTPError as error:
                    self.load.broken.append(repr(error))
                    continue
                self.load.answered[answer.status_code] += 1
                self.load.by[answer.headers.get(SERVED_BY, "")] += 1
                self.load.again += TRIES in answer.headers
                if answer.status_code == 200 and answer.content != expected:
                    self.load.wrong.append(text)

    def wait_for(self, answers: int, *, at_most_s: float = 60.0) -> None:
        """Until so many more have come."""
        wanted, ends = self.load.answered.total() + answers, time.monotonic() + at_most_s
        while self.load.answered.total() < wanted:
            if time.monotonic() > ends:
                raise TimeoutError(f"{self.load.answered}, {wanted} wanted; {self.load.broken[:3]}")
            time.sleep(0.02)

    def stop(self) -> Load:
        """Let each end what it asks for; what they got."""
        self._stopped = True
        for one in self._working:
            one.result()
        self._pool.shutdown()
        self.load.seconds = time.monotonic() - self._began
        return self.load


def spoken(address: str, text: str) -> bytes:
    """One answer, undisturbed."""
    answer = httpx.post(
        f"{address}/v1/audio/speech", json={"input": text, "response_format": "wav"}, timeout=120
    ).raise_for_status()
    return answer.content
