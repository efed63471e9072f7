"""Traces: where the spans of a request hang, what is in them, and that nothing of it is there without the extra."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from indextts.engines.embedded import engine as embedded
from indextts.model.errors import StudioError
from indextts.platform.config import PROJECT_ROOT, Config
from indextts.platform.spans import SPANS, span, traceparent
from tests.server.test_observed import Listening, finished
from tests.support.services import application, client_here, make_service
from tests.support.whole import WholeService

sdk = pytest.importorskip("opentelemetry.sdk.trace")

SECRET = "红烧肉的秘密配方"
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture(scope="module")
def engine(config: Config) -> Listening:
    return Listening(embedded.load(config))


@pytest.fixture(scope="module")
def service(config: Config, engine: Listening) -> WholeService:
    return make_service(config, engine)


@pytest.fixture(scope="module")
def client(service: WholeService) -> Iterator[TestClient]:
    with client_here(service) as client:
        yield client


@pytest.fixture
def spans() -> Iterator[Any]:
    """What is traced within the test."""
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from indextts.server.tracing_sdk import SdkTracer, provider

    exporter, made = InMemorySpanExporter(), provider()
    made.add_span_processor(SimpleSpanProcessor(exporter))
    SPANS.tracer = SdkTracer(made)
    yield exporter
    SPANS.tracer = None
    made.shutdown()


def ended(spans: Any, name: str) -> list[Any]:
    """The spans of that name, once there is one."""
    ends = time.monotonic() + 30
    while not (found := [one for one in spans.get_finished_spans() if one.name == name]):
        assert time.monotonic() < ends, [one.name for one in spans.get_finished_spans()]
        time.sleep(0.01)
    return found


def test_a_requests_spans_hang_below_the_callers(client: TestClient, spans: Any) -> None:
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-ID": "order-9"}
    assert client.post("/tts", json={"text": f"{SECRET}。"}, headers=headers).status_code == 200
    (request,) = ended(spans, "POST /tts")
    assert f"{request.context.trace_id:032x}" == TRACE and f"{request.parent.span_id:016x}" == PARENT
    assert request.kind.name == "SERVER"
    assert dict(request.attributes) == {
        "http.request.method": "POST",
        "http.route": "/tts",
        "http.response.status_code": 200,
        "indextts.request_id": "order-9",
    }
    mine = {one.context.span_id: one for one in spans.get_finished_spans()}
    names = {one.name for one in mine.values()}
    assert {"queue", "normalise", "prosody", "phonemes", "engine", "acoustic", "vocoder", "audio"} <= names
    assert {f"{one.context.trace_id:032x}" for one in mine.values()} == {TRACE}
    (acoustic,) = [one for one in mine.values() if one.name == "acoustic"]  # in the engine's own thread
    above = mine[acoustic.parent.span_id]
    assert above.name == "engine" and above.attributes["indextts.engine"] == "embedded"
    assert mine[above.parent.span_id] is request


def test_a_jobs_spans_hang_below_the_request_that_began_it(client: TestClient, spans: Any) -> None:
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
    job = client.post("/v1/jobs", json={"text": f"{SECRET}！", "title": SECRET}, headers=headers).json()["id"]
    finished(client, job)
    (spoken,), (request,) = ended(spans, "job"), ended(spans, "POST /v1/jobs")
    assert spoken.parent.span_id == request.context.span_id and f"{spoken.context.trace_id:032x}" == TRACE
    assert spoken.attributes["indextts.job"] == job
    mine = [one for one in spans.get_finished_spans() if one.parent is not None]
    below = {one.name for one in mine if one.parent.span_id == spoken.context.span_id}
    assert {"queue", "engine", "store.get", "store.keep"} <= below


@pytest.mark.parametrize("given", ["", "nonsense", f"00-{'0' * 32}-{PARENT}-01", f"00-{TRACE}-{PARENT}"])
def test_a_broken_traceparent_begins_a_trace(client: TestClient, spans: Any, given: str) -> None:
    assert client.get("/v1/voices", headers={"traceparent": given}).status_code == 200
    (request,) = ended(spans, "GET /v1/voices")
    assert request.parent is None


def test_a_span_has_no_words_of_a_person(client: TestClient, engine: Listening, spans: Any) -> None:
    engine.fails = True
    try:
        assert client.post("/tts", json={"text": f"{SECRET}？", "voice": "default"}).status_code == 500
    finally:
        engine.fails = False
    client.post("/tts", json={"text": "好。", "voice": SECRET})
    client.get(f"/audio/{SECRET}.wav", params={"key": SECRET})
    failed = ended(spans, "POST /tts")
    assert {one.attributes.get("error.type") for one in failed} == {"internal", None}
    assert {one.status.status_code.name for one in failed} == {"ERROR", "UNSET"}
    (engines,) = ended(spans, "engine")
    assert engines.attributes["error.type"] == "raised"
    for one in spans.get_finished_spans():
        assert not one.events
        assert SECRET not in one.to_json(indent=None).encode().decode("unicode_escape")


def test_a_503_is_an_error_of_the_server_and_a_probe_is_no_trace(
    client: TestClient, service: WholeService, spans: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loading() -> None:
        raise StudioError("loading", retry_after_s=2)

    monkeypatch.setattr(service.preloader, "pipeline", loading)
    for path in ("/healthz", "/readyz", "/metrics"):
        client.get(path)
    assert client.post("/tts", json={"text": "好。"}).status_code == 503
    (request,) = ended(spans, "POST /tts")
    assert (request.status.status_code.name, request.attributes["error.type"]) == ("ERROR", "loading")
    assert [one.name for one in spans.get_finished_spans() if one.kind.name == "SERVER"] == ["POST /tts"]


def test_without_a_tracer_nothing_is_traced() -> None:
    assert traceparent() == ""
    with span("anything") as seen:
        seen.note("x", 1)
        seen.rename("y")
        seen.fail("z")
        assert traceparent() == ""


PROGRAM = """
import sys
from indextts.platform.config import Config
from starlette.testclient import TestClient
from pathlib import Path
from indextts.server import create_app
app = create_app(Config(cache_dir=Path(sys.argv[1])), page=False)
with TestClient(app, "http://localhost", client=("127.0.0.1", 5)) as client:
    print(client.get("/healthz").status_code, any(name.startswith("opentelemetry.sdk") for name in sys.modules))
"""


@pytest.mark.night
def test_the_sdk_is_imported_only_where_it_is_asked_for(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=PROJECT_ROOT,
        env={"PATH": "/usr/bin:/bin", "OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["200", "False"]


class Collector(BaseHTTPRequestHandler):
    """Takes what is exported, as a collector does."""

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        self.server.taken.append((self.path, data))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def collector() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    server.taken = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_collector_gets_the_spans_when_the_server_ends(
    service: WholeService, collector: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.server_port}")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test")
    app = application(make_service(service.config), page=False)
    with TestClient(app, "http://localhost", client=("127.0.0.1", 5)) as client:
        client.get("/v1/voices")
    ends = time.monotonic() + 60
    while not collector.taken:
        assert time.monotonic() < ends
        time.sleep(0.02)
    path, data = collector.taken[0]
    (sent,) = ExportTraceServiceRequest.FromString(data).resource_spans
    about = {one.key: one.value.string_value for one in sent.resource.attributes}
    assert path == "/v1/traces" and about["service.name"] == "indextts-studio"
    assert about["deployment.environment"] == "test"
    assert "GET /v1/voices" in {one.name for scope in sent.scope_spans for one in scope.spans}
    assert SPANS.tracer is None


@pytest.mark.parametrize(
    "variables",
    [
        {"OTEL_TRACES_EXPORTER": "zipkin"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
    ],
)
def test_what_cannot_be_exported_is_said_and_the_server_goes_on(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from indextts.server.tracing import Tracing

    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    tracing = Tracing()
    tracing.start()
    assert SPANS.tracer is None and "No traces" in caplog.text
    tracing.close()


def test_a_missing_extra_is_said_with_its_command(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from indextts.server.tracing import Tracing

    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    for name in [
        one
        for one in sys.modules
        if one.startswith(("opentelemetry.sdk", "opentelemetry.exporter", "indextts.server.tracing_sdk"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk", None)
    Tracing().start()
    assert SPANS.tracer is None and "./start_app.sh --with otel" in caplog.text
