"""The flow on a graphics card: a step is hundreds of small works, told once and recorded for all that follow."""

from __future__ import annotations

import torch
from torch import Tensor

from indextts.engines.indextts2.card_graphs import Graphs, Record
from indextts.engines.indextts2.networks.acoustics import Velocity
from indextts.engines.indextts2.networks.dit import DiT, FlowField
from indextts.runtime.beats import Beat, no_beat


class CardFlow:
    """A flow whose steps are recorded, one graph for each solve: every segment has its own number of frames."""

    def __init__(self, network: DiT, record: Record) -> None:
        self._network = network
        self._record: Record | None = record
        """None once it was refused."""

    def field(
        self,
        times: Tensor,
        prompt: Tensor,
        style: Tensor,
        condition: Tensor,
        *,
        lengths: Tensor | None = None,
        known: int = 0,
        guided: bool = False,
    ) -> Velocity:
        """As :meth:`indextts.engines.indextts2.networks.dit.DiT.field`."""
        field = self._network.field(times, prompt, style, condition, lengths=lengths, known=known, guided=guided)
        return field if self._record is None else RecordedField(field, Graphs(self._record, "the flow", self._refused))

    def _refused(self) -> None:
        self._record = None


class RecordedField:
    """The velocities of one solve. What comes out is where the next one will be."""

    def __init__(self, field: FlowField, graphs: Graphs) -> None:
        self._field, self._graphs = field, graphs
        self._given: tuple[Tensor, Tensor, Tensor] | None = None
        """The step's number, the mel and the velocity, where a graph finds and leaves them."""

    @torch.inference_mode()
    def __call__(self, step: int, mel: Tensor, check: Beat = no_beat) -> Tensor:
        """As :meth:`FlowField.__call__`; ``check`` is called within the first step, and before each of the others."""
        check()
        if self._given is None:
            made = self._field(step, mel, check)
            self._given = torch.zeros(1, dtype=torch.int64, device=mel.device), torch.empty_like(mel), made.clone()
            return made
        number, given, velocity = self._given
        number.fill_(step)
        given.copy_(mel)
        self._graphs.do("velocity", self._work)
        return velocity

    def _work(self) -> None:
        assert self._given is not None
        number, given, velocity = self._given
        velocity.copy_(self._field(number, given))


def recorded(network: DiT, record: Record | None) -> CardFlow | None:
    """The flow with recorded steps, where something records."""
    return None if record is None else CardFlow(network, record)
