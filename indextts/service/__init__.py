"""Speech for every caller of one process: loading, queueing, limits, keys, and generated files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indextts.model.lazy import face

if TYPE_CHECKING:
    from indextts.service.access_keys import AccessKey as AccessKey
    from indextts.service.access_keys import Keys as Keys
    from indextts.service.caller import Caller as Caller
    from indextts.service.caller import caller_in as caller_in
    from indextts.service.metrics import Meter as Meter
    from indextts.service.outputs import Outputs as Outputs
    from indextts.service.owner import LOCAL as LOCAL
    from indextts.service.owner import owner_of as owner_of
    from indextts.service.preload import Preloader as Preloader
    from indextts.service.queue import Admission as Admission
    from indextts.service.rate_limit import RateLimit as RateLimit
    from indextts.service.rate_limit import client_of as client_of
    from indextts.service.service import SpeechService as SpeechService

_HOMES: Final = {
    "LOCAL": "owner",
    "AccessKey": "access_keys",
    "Admission": "queue",
    "Caller": "caller",
    "Keys": "access_keys",
    "Meter": "metrics",
    "Outputs": "outputs",
    "Preloader": "preload",
    "RateLimit": "rate_limit",
    "SpeechService": "service",
    "caller_in": "caller",
    "client_of": "rate_limit",
    "owner_of": "owner",
}

__all__ = [*_HOMES]
__getattr__ = face(__name__, _HOMES)
