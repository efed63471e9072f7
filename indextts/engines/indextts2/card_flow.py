"""The flow on a graphics card: a step is hundreds of small works, told once and recorded for all that follow."""

from __future__ import annotations

import torch
from torch import Tensor

from indextts.engines.indextts2.card_graphs import Graphs, Record
from indextts.engines.indextts2.networks.acoustics import Velocity
from indextts.runtime.beats import Beat, no_beat


class FlowRecording:
    """Has the steps of each solve recorded, in a graph of its own: every segment has its own number of frames."""

    def __init__(self, record: Record) -> None:
        self._graphs = Graphs(record, "the flow")

    def __call__(self, velocity: Velocity) -> Velocity:
        """The velocities of a solve, recorded; the graph of the one before goes."""
        self._graphs.forget()
        return RecordedVelocity(velocity, self._graphs)


class RecordedVelocity:
    """The velocities of one solve. What comes out is where the next one will be."""

    def __init__(self, velocity: Velocity, graphs: Graphs) -> None:
        self._velocity, self._graphs = velocity, graphs
        self._places: tuple[Tensor, Tensor, Tensor] | None = None
        """The step's number, the mel and what is made of them, where a graph finds and leaves them."""

    @torch.inference_mode()
    def __call__(self, step: int | Tensor, mel: Tensor, check: Beat) -> Tensor:
        """``check`` is called within the first step, and before each of the others."""
        check()
        if self._places is None:
            made = self._velocity(step, mel, check)
            self._places = torch.zeros(1, dtype=torch.int64, device=mel.device), torch.empty_like(mel), made.clone()
            return made
        number, given, made = self._places
        number.fill_(step)
        given.copy_(mel)
        self._graphs.do(self, self._work)
        return made

    def _work(self) -> None:
        assert self._places is not None
        number, given, made = self._places
        made.copy_(self._velocity(number, given, no_beat))


def recorded(record: Record | None) -> FlowRecording | None:
    """What has steps recorded, where something records."""
    return None if record is None else FlowRecording(record)
