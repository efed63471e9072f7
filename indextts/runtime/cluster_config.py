"""The section ``cluster`` of the configuration."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator


class ClusterConfig(BaseModel):
    """The same server over several processes and machines, on Ray Serve (``deploy/ray_serve.py``)."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    address: str = ""
    """Of the cluster's head, such as ``10.0.0.1:6379``; empty starts one of this machine alone."""
    replicas_min: Annotated[int, Field(ge=1, le=1024)] = 1
    replicas_max: Annotated[int, Field(ge=1, le=1024)] = 4
    """Processes that speak; between these two there are as many as the queue asks for."""
    doors: Annotated[int, Field(ge=1, le=64)] = 1
    """Processes that take the requests and give them to those; each of them counts clients' rates by itself."""
    cores: Annotated[int, Field(ge=1, le=64)] = 1
    """Of one process that speaks: sentences that it synthesises at the same time."""
    ongoing: Annotated[int, Field(ge=1, le=256)] = 3
    """Requests that one process holds at the same time; what comes on top waits where any process can take it."""
    waiting: Annotated[int, Field(ge=1, le=100_000)] = 64
    """Requests that may wait for all processes together; the next one gets 429. One client may have half of them."""
    scale_at: Annotated[float, Field(gt=0)] = 2.0
    """Requests for each process, waiting ones included, from which on there are more processes."""
    scale_up_s: Annotated[float, Field(ge=0)] = 5.0
    scale_down_s: Annotated[float, Field(ge=0)] = 120.0
    """How long it has to be so before processes are added or taken away."""
    voices: Annotated[int, Field(ge=1, le=1024)] = 8
    """Cloned voices that one process is taken to have warm; requests for a voice go where it is."""
    retry_s: Annotated[float, Field(ge=0)] = 30.0
    """For so long a request whose process has died is given to others, before it fails with 503."""
    drain_s: Annotated[float, Field(ge=0)] = 30.0
    """For so long a process that is to end may finish what it has begun."""
    object_store_mb: Annotated[int, Field(ge=80)] = 100
    """Memory that Ray sets aside on this machine for what processes hand each other, where it is started here."""

    @model_validator(mode="after")
    def _in_order(self) -> ClusterConfig:
        if self.replicas_min > self.replicas_max:
            raise ValueError("replicas_min is more than replicas_max")
        return self
