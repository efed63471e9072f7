"""The spans of OpenTelemetry's own packages, which the extra ``otel`` brings: imported where traces are wanted."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from indextts import __version__
from indextts.model.errors import StudioError
from indextts.platform.spans import SPANS, Attribute

SERVICE: Final = "indextts-studio"
_PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_OVER_HTTP: Final = "http/protobuf"


class Exporting:
    """Spans that go out by an exporter of this name until it is closed. Raises :class:`ValueError` as told below."""

    def __init__(self, exporter: str) -> None:
        made = _exporter(exporter)
        self._provider = provider()
        self._provider.add_span_processor(BatchSpanProcessor(made))
        SPANS.tracer = SdkTracer(self._provider)

    def close(self) -> None:
        """Send what is left, in the background: a collector that does not answer holds up no stop."""
        SPANS.tracer = None
        threading.Thread(target=self._provider.shutdown, name="traces", daemon=True).start()


def provider() -> TracerProvider:
    """One of our own: the process's common one would have other libraries write their spans, with addresses in them."""
    resource = Resource.create({"service.version": __version__})
    if str(resource.attributes.get("service.name", "")).startswith("unknown_service"):
        resource = resource.merge(Resource({"service.name": SERVICE}))
    return TracerProvider(resource=resource)


def _exporter(name: str) -> SpanExporter:
    """Raises :class:`ValueError` for one that is not known here."""
    if name == "console":
        return ConsoleSpanExporter()
    if name != "otlp":
        raise ValueError(f"OTEL_TRACES_EXPORTER is {name}; otlp, console and none are known")
    protocol = next((value for one in _PROTOCOLS if (value := os.environ.get(one))), _OVER_HTTP)
    if protocol != _OVER_HTTP:
        raise ValueError(f"the protocol of OTLP is {protocol}; {_OVER_HTTP} is known")
    return OTLPSpanExporter()


class SdkTracer:
    """See :class:`indextts.platform.spans.Tracer`."""

    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = provider.get_tracer("indextts", __version__)

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, Attribute], parent: str | None) -> Iterator[_SdkSpan]:
        """What is done within; nothing of what is raised is kept but its code."""
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
        self._span.set_status(Status(StatusCode.ERROR))
        self._span.set_attribute("error.type", why)


def _context(parent: str) -> Context:
    """The one that a ``traceparent`` names; with an empty one a span begins a trace."""
    return TraceContextTextMapPropagator().extract({"traceparent": parent}, Context())
