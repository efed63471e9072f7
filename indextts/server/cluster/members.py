"""The processes and machines of a cluster as its studio process knows them: what each has measured, and which are lost.

Each process reports its own measurements every few seconds (:class:`Reporter`); the studio process publishes all of
them at ``/metrics``, each series with the process in its label ``process``. Ray tells which processes and machines
live, so that a process that is only slow is never taken for a lost one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from pydantic import BaseModel

from indextts.model.errors import StudioError
from indextts.platform.periodic import Periodic
from indextts.service import collected as of_service
from indextts.works import collected as of_works

log = logging.getLogger(__name__)

REPORT_S: Final = 5.0
SHARED: Final = of_service.SHARED | of_works.SHARED
"""Families that one process tells for all."""
STUDIO: Final = "studio"
_TOLD_S: Final = 300.0
"""How long a lost process is told of: by then Serve has long replaced it."""
_NODE_TOLD_S: Final = 86_400.0
"""How long a lost machine is told of that does not come back under its address."""
_SHORT_S: Final = 60.0
"""How long there may be fewer processes than are wanted: one that starts loads its models first."""


@dataclass(frozen=True)
class Report:
    """What a process says of itself."""

    group: str
    """``speech``, ``studio`` or ``door``."""
    name: str
    """As in the header X-Served-By."""
    node: str = ""
    """Address of its machine."""
    text: str = ""
    """Its measurements, as ``/metrics`` has them."""
    ended: bool = False
    """Whether it ends in order, with this as its last word."""


@dataclass(frozen=True)
class Node:
    """A machine that belongs to the cluster, or did."""

    id: str
    address: str
    alive: bool
    in_order: bool = False
    """Whether it was taken out on purpose."""


class ClusterNow(BaseModel):
    """The processes and machines of a cluster."""

    processes: dict[str, int]
    """Living ones by group: ``speech``, ``studio``, ``door``."""
    wanted: dict[str, int]
    """How many there are at least while all is well."""
    lost: dict[str, int]
    """How many have ended without an order since this studio process began."""
    nodes: int
    nodes_lost: list[str]
    """Addresses of machines that went away and have not come back."""


class Members:
    """Kept by the studio process. Thread-safe."""

    def __init__(
        self, name: str, wanted: Mapping[str, int], *, node: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``name`` is the studio process's own; ``wanted`` are the fewest processes of each group."""
        self._wanted = dict(wanted)
        self._clock = clock
        self._lock = threading.Lock()
        self._own = Report(STUDIO, name, node)
        self._reports = {name: self._own}
        self._lost: Counter[str] = Counter(dict.fromkeys(wanted, 0))
        self._lost_at: deque[tuple[float, str]] = deque(maxlen=1000)
        self._nodes = 0
        self._nodes_lost: dict[str, tuple[float, str]] = {}
        """By id: since when, and where."""
        self._settled: set[str] = set()
        """Ids of lost machines that are told of no more: another one lives at their address, or it is long ago."""
        self._full_at = clock()

    def report(self, report: Report) -> None:
        """Keep what a process says, until it ends."""
        with self._lock:
            if report.ended:
                self._reports.pop(report.name, None)
            else:
                self._reports[report.name] = report

    def lose(self, group: str) -> None:
        """Count a process that has ended without an order."""
        with self._lock:
            self._lose(group)

    def _lose(self, group: str) -> None:
        log.warning("A process of the cluster (%s) has ended without an order", group)
        self._lost[group] += 1
        self._lost_at.append((self._clock(), group))

    def see(self, nodes: Collection[Node], living: Collection[str]) -> None:
        """Compare with all machines that Ray knows, and with the names of all processes that live."""
        now = self._clock()
        with self._lock:
            for name, report in list(self._reports.items()):
                if name not in living and report is not self._own:
                    del self._reports[name]
                    self._lose(report.group)
            alive = {node.address for node in nodes if node.alive}
            self._nodes = len(alive)
            for node in nodes:
                if node.alive or node.in_order or node.id in self._settled:
                    continue
                since, _ = self._nodes_lost.setdefault(node.id, (now, node.address))
                if node.address in alive or now - since > _NODE_TOLD_S:
                    del self._nodes_lost[node.id]
                    self._settled.add(node.id)
            counts = self._counts()
            if all(counts[group] >= wanted for group, wanted in self._wanted.items()):
                self._full_at = now

    def _counts(self) -> Counter[str]:
        return Counter(report.group for report in self._reports.values())

    def now(self) -> ClusterNow:
        """How many there are and how many are lost."""
        with self._lock:
            counts = self._counts()
            return ClusterNow(
                processes={group: counts[group] for group in self._wanted},
                wanted=self._wanted,
                lost=dict(self._lost),
                nodes=self._nodes,
                nodes_lost=sorted({address for _, address in self._nodes_lost.values()}),
            )

    def warnings(self) -> list[StudioError]:
        """Sentences about what is lost or missing, the worst first; empty while all is well."""
        state, moment, found = self.now(), self._clock(), list[StudioError]()
        if state.nodes_lost:
            found.append(StudioError("cluster_node_lost", nodes=", ".join(state.nodes_lost), left=state.nodes))
        with self._lock:
            short_s = moment - self._full_at
            lately = Counter(group for at, group in self._lost_at if moment - at < _TOLD_S)
        for group, wanted in state.wanted.items():
            if short_s > _SHORT_S and state.processes[group] < wanted:
                found.append(StudioError("cluster_short", group=group, processes=state.processes[group], wanted=wanted))
        found += [
            StudioError("cluster_process_lost", group=group, count=count, minutes=round(_TOLD_S / 60))
            for group, count in lately.items()
        ]
        return found

    def written(self, own: str) -> str:
        """The measurements of all processes; ``own`` are the studio process's."""
        with self._lock:
            reports = list(self._reports.values())
        texts = {_label(report): report.text for report in reports if report is not self._own}
        registry = CollectorRegistry()
        registry.register(_Counts(self.now(), reports))
        return merged({_label(self._own): own, **texts}) + generate_latest(registry).decode()


def _label(report: Report) -> str:
    return f"{report.group}-{report.name}"


class _Counts:
    """How many processes and machines there are, for Prometheus."""

    def __init__(self, state: ClusterNow, reports: Collection[Report]) -> None:
        self._state = state
        self._reports = reports

    def collect(self) -> list[Metric]:
        """All of it."""
        state = self._state
        known = GaugeMetricFamily(
            "indextts_cluster_process", "1 for each living process.", labels=["group", "process", "node"]
        )
        for report in self._reports:
            known.add_metric([report.group, _label(report), report.node], 1)
        alive = GaugeMetricFamily("indextts_cluster_processes", "Living processes.", labels=["group"])
        wanted = GaugeMetricFamily("indextts_cluster_processes_wanted", "The fewest of them.", labels=["group"])
        lost = CounterMetricFamily(
            "indextts_cluster_processes_lost", "Processes that ended without an order.", labels=["group"]
        )
        for group in state.wanted:
            alive.add_metric([group], state.processes[group])
            wanted.add_metric([group], state.wanted[group])
            lost.add_metric([group], state.lost.get(group, 0))
        nodes = GaugeMetricFamily("indextts_cluster_nodes", "Living machines.", value=state.nodes)
        away = GaugeMetricFamily(
            "indextts_cluster_nodes_lost", "Machines that went away and did not return.", value=len(state.nodes_lost)
        )
        return [known, alive, wanted, lost, nodes, away]


def merged(texts: Mapping[str, str]) -> str:
    """Several processes' measurements as one text, each series with its process in the label ``process``.

    Facts about what all share, such as the jobs in the database, are taken from the first process alone.
    """
    heads: defaultdict[str, dict[str, str]] = defaultdict(dict)
    rows: defaultdict[str, list[str]] = defaultdict(list)
    first = next(iter(texts), "")
    for process, text in texts.items():
        family = ""
        for line in text.splitlines():
            if line.startswith("# "):
                _, kind, family, _ = f"{line} ".split(" ", 3)
                heads[family].setdefault(kind, line)
            elif line and (process == first or family not in SHARED):
                name, brace, rest = line.partition("{")
                if brace and " " not in name:
                    rows[family].append(f'{name}{{process="{process}",{rest}')
                else:
                    name, _, value = line.partition(" ")
                    rows[family].append(f'{name}{{process="{process}"}} {value}')
    whole = (line for family, head in heads.items() for line in (*head.values(), *rows[family]))
    return "".join(f"{line}\n" for line in whole)


class Reporter:
    """Sends the reports of one process while it lives, in a thread of its own."""

    def __init__(self, about: Report, text: Callable[[], str], send: Callable[[Report], object]) -> None:
        """``send`` may raise anything: the studio process is replaced now and then, and the next report reaches it."""
        self._about = about
        self._text = text
        self._send = send
        self._reports = Periodic("reports", self._report, REPORT_S)

    def start(self) -> None:
        """Begin in the background."""
        self._reports.start()

    def close(self) -> None:
        """Stop, and say that this was in order."""
        self._reports.close()
        self._sent(Report(self._about.group, self._about.name, ended=True))

    def _report(self) -> None:
        about = self._about
        self._sent(Report(about.group, about.name, about.node, self._text()))

    def _sent(self, report: Report) -> None:
        try:
            self._send(report)
        except Exception as error:  # Ray's and Serve's own, which only they import
            log.info("A report did not reach the studio process: %s", type(error).__name__)
