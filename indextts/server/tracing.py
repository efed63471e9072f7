"""Traces with OpenTelemetry, where the extra ``otel`` is installed and the environment names an exporter.

    OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 ./start_app.sh

The standard variables hold: ``OTEL_TRACES_EXPORTER`` (``otlp``, ``console``, ``none``), ``OTEL_SERVICE_NAME``,
``OTEL_TRACES_SAMPLER``, ``OTEL_RESOURCE_ATTRIBUTES``, ``OTEL_BSP_*``, ``OTEL_SDK_DISABLED``. A span has names, numbers
and codes, never a text; of an error its code.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Final

from indextts.platform.spans import SPANS

if TYPE_CHECKING:
    from indextts.server.tracing_sdk import Exporting

log = logging.getLogger(__name__)

_ADDRESSES: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


def wanted() -> str:
    """The exporter that the environment asks for; empty where it asks for none."""
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return ""
    named = os.environ.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if named == "none":
        return ""
    # The standard says that spans go to this machine where nothing is said; here somebody has to ask for it.
    return named or ("otlp" if any(os.environ.get(name) for name in _ADDRESSES) else "")


class Tracing:
    """Traces while the server runs. For the thread that starts and stops it."""

    def __init__(self) -> None:
        self._exporting: Exporting | None = None

    def start(self) -> None:
        """Begin, if the environment asks for it. What keeps it from that is logged: the server goes on without it."""
        exporter = wanted()
        if not exporter or SPANS.tracer is not None:
            return
        try:
            from indextts.server.tracing_sdk import Exporting

            self._exporting = Exporting(exporter)
        except ImportError:
            log.warning("Traces are wanted, but their packages are not installed: ./start_app.sh --with otel")
        except ValueError as error:
            log.warning("No traces: %s", error)
        else:
            log.info("Traces go out by %s", exporter)

    def close(self) -> None:
        """Stop; what is left still goes out."""
        if self._exporting is not None:
            self._exporting.close()
            self._exporting = None
