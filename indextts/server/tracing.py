"""Traces with OpenTelemetry, where the extra ``otel`` is installed and the environment names an exporter.

    OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 ./start_app.sh

The standard variables hold: ``OTEL_TRACES_EXPORTER`` (``otlp``, ``console``, ``none``), ``OTEL_SERVICE_NAME``,
``OTEL_TRACES_SAMPLER``, ``OTEL_RESOURCE_ATTRIBUTES``, ``OTEL_BSP_*``, ``OTEL_SDK_DISABLED``. A span has names, numbers
and codes, never a text; of an error its code.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from indextts import __version__
from indextts.model.errors import StudioError
from indextts.platform.spans import SPANS, Attribute

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

log = logging.getLogger(__name__)

SERVICE: Final = "indextts-studio"
_ADDRESSES: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_OVER_HTTP: Final = "http/protobuf"


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
        self._provider: TracerProvider | None = None

    def start(self) -> None:
        """Begin, if the environment asks for it. What keeps it from that is logged: the server goes on without it."""
        exporter = wanted()
        if not exporter or SPANS.tracer is not None:
            return
        try:
            made = _exporter(exporter)
        except ImportError:
            log.warning("Traces are wanted, but their packages are not installed: ./start_app.sh --with otel")
            return
        except ValueError as error:
            log.warning("No traces: %s", error)
            return
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._provider = provider()
        self._provider.add_span_processor(BatchSpanProcessor(made))
        SPANS.tracer = SdkTracer(self._provider)
        log.info("Traces go out by %s", exporter)

    def close(self) -> None:
        """Send what is left, in the background: a collector that does not answer holds up no stop."""
        if self._provider is not None:
            SPANS.tracer = None
            threading.Thread(target=self._provider.shutdown, name="traces", daemon=True).start()
            self._provider = None


def provider() -> TracerProvider:
    """One of our own: the process's common one would have other libraries write their spans, with addresses in them."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    resource = Resource.create({"service.version": __version__})
    if str(resource.attributes.get("service.name", "")).startswith("unknown_service"):
        resource = resource.merge(Resource({"service.name": SERVICE}))
    return TracerProvider(resource=resource)


def _exporter(name: str) -> SpanExporter:
    """Raises :class:`ImportError` without the extra, :class:`ValueError` for one that is not known here."""
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter

    if name == "console":
        return ConsoleSpanExporter()
    if name != "otlp":
        raise ValueError(f"OTEL_TRACES_EXPORTER is {name}; otlp, console and none are known")
    protocol = next((value for one in _PROTOCOLS if (value := os.environ.get(one))), _OVER_HTTP)
    if protocol != _OVER_HTTP:
        raise ValueError(f"the protocol of OTLP is {protocol}; {_OVER_HTTP} is known")
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


class SdkTracer:
    """See :class:`indextts.platform.spans.Tracer`."""

    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = provider.get_tracer("indextts", __version__)

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, Attribute], parent: str | None) -> Iterator[_SdkSpan]:
        """What is done within; nothing of what is raised is kept but its code."""
        from opentelemetry.trace import SpanKind

        kind = SpanKind.SERVER if "http.request.method" in attributes else SpanKind.INTERNAL
        around = None if parent is None else _context(parent)
        with self._tracer.start_as_current_span(
            name, around, kind, attributes, record_exception=False, set_status_on_exception=False
        ) as made:
            seen = _SdkSpan(made)
            try:
                yield seen
            except BaseException as error:
                seen.fail(error.code if isinstance(error, StudioError) else type(error).__name__)
                raise

    def here(self) -> str:
        """In W3C's form."""
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        carrier: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(carrier)
        return carrier.get("traceparent", "")


class _SdkSpan:
    """See :class:`indextts.platform.spans.Seen`."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def note(self, name: str, value: Attribute) -> None:
        self._span.set_attribute(name, value)

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def fail(self, why: str) -> None:
        from opentelemetry.trace import Status, StatusCode

        self._span.set_status(Status(StatusCode.ERROR))
        self._span.set_attribute("error.type", why)


def _context(parent: str) -> Context:
    """The one that a ``traceparent`` names; with an empty one a span begins a trace."""
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": parent}, Context())
