"""The server as a process of its own: from the first answer to a clean end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import yaml

from indextts.platform.config import PROJECT_ROOT, Config
from tests.support.ports import free_port

HEAVY = {"torch", "transformers", "librosa", "scipy", "sklearn", "numba", "tensorflow", "pandas"}

SERVE = """
import gc, json, sys
from indextts.platform import collecting
collecting.put_off()
from indextts.platform.config import load_config
from indextts.server import run
assert not {"gradio", "onnxruntime", "numpy"} & set(sys.modules), "too early"
run(load_config(sys.argv[1]), port=int(sys.argv[2]))
print(gc.isenabled(), gc.get_freeze_count() > 100_000)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""

AT_THE_IMPORT = """
import os, signal, sys

class Order:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["STOP_AT"]:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGTERM)

sys.meta_path.insert(0, Order())
"""
"""A ``sitecustomize`` with which a process orders itself to stop when it begins to import a module."""

IN_NATIVE_CODE = """
import sys
from indextts.platform import importing
from indextts.platform.config import load_config
from indextts.service.preload import Preloader
from indextts.server import run

def load(self):
    with importing.alone():
        import onnxruntime
    path = str(next(self.config.models_path.rglob("*.onnx")))
    print("loading", flush=True)
    while True:
        onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])

Preloader._load = load
run(load_config(sys.argv[1]), port=int(sys.argv[2]))
"""
"""Loads for ever: whenever the order comes, a thread is in ONNX Runtime."""


def get(url: str) -> httpx.Response | None:
    try:
        return httpx.get(url, timeout=5)
    except httpx.TransportError:
        return None


def until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    ends = time.monotonic() + 90
    while not condition():
        assert process.poll() is None and time.monotonic() < ends
        time.sleep(0.02)


@pytest.fixture
def start(config: Config, tmp_path: Path) -> object:
    settings = tmp_path / "config.yaml"
    chosen = {"cache_dir": str(config.cache_dir), "server": {"max_text_chars": 60_000}}
    settings.write_text(yaml.safe_dump(chosen), encoding="utf-8")
    running: list[subprocess.Popen[str]] = []

    def begin(port: int, *more: str, program: str = SERVE, **variables: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", program, str(settings), str(port)]
        if more:
            command = [sys.executable, "-m", "indextts", "serve", "--config", str(settings), "--port", str(port), *more]
        # A proxy that is not there stands for a machine without internet.
        environment = {**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9", "PYTHONPATH": str(PROJECT_ROOT), **variables}
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_from_first_answer_to_clean_end(start: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(tmp_path / "manager"))
    manager.settimeout(60)
    process = start(port, NOTIFY_SOCKET=str(tmp_path / "manager"))
    until(lambda: get(f"{base}/healthz") is not None, process)
    first = httpx.get(f"{base}/healthz").json()
    assert (first["page"], first["model_loaded"]) == ("loading", False)
    # A service manager hears that it is ready when it is, and not before.
    with manager:
        assert b"Loading" in manager.recv(4096)
        while b"READY=1" not in manager.recv(4096):
            pass
    assert httpx.get(f"{base}/readyz").status_code == 200
    assert httpx.post(f"{base}/tts", json={"text": "今天是2026年，hello。"}, timeout=30).status_code == 200
    assert "<gradio-app" in httpx.get(base).text
    # The order to stop finds it in the middle of a long text.
    long = {"text": "今天天气很好，我们去公园。" * 4000}
    with ThreadPoolExecutor() as pool:
        running = pool.submit(httpx.post, f"{base}/tts", json=long, timeout=60)
        time.sleep(0.5)
        assert not running.done()
        process.send_signal(signal.SIGTERM)
        output, log = process.communicate(timeout=30)
        assert running.result().json()["error"]["code"] == "stopping"
    assert process.returncode == 0, log
    *_, collecting, brought = output.splitlines()
    assert collecting == "True True", "garbage is not looked for, or still among what was loaded"
    modules = set(json.loads(brought))
    assert {"gradio", "onnxruntime"} <= modules
    assert not modules & HEAVY
    for part in ("runtime", "text", "voice", "warm-up", "page"):
        assert f"Loaded {part} in" in log
    assert "Traceback" not in log


@pytest.mark.night
@pytest.mark.parametrize(
    "module",
    [
        "indextts.cli.main",
        "fastapi",
        "indextts.server.app",
        "onnxruntime",
        "gradio",
        "indextts.reading.prosody",
        "soundfile",
    ],
)
def test_an_order_to_stop_is_followed_at_every_stage_of_loading(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path, module: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(AT_THE_IMPORT, encoding="utf-8")
    places = f"{tmp_path}{os.pathsep}{PROJECT_ROOT}"
    process = start(free_port(), "--host", "127.0.0.1", PYTHONPATH=places, STOP_AT=module)
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0, log
    assert "Traceback" not in log


@pytest.mark.night
def test_a_thread_in_native_code_does_not_abort_the_end(start: Callable[..., subprocess.Popen[str]]) -> None:
    process = start(free_port(), program=IN_NATIVE_CODE)
    assert process.stdout is not None
    assert process.stdout.readline() == "loading\n"
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0, log


@pytest.mark.night
def test_a_port_in_use_is_an_exit_in_words(start: Callable[..., subprocess.Popen[str]]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(taken.getsockname()[1], "--host", "127.0.0.1")
        _, log = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"taken by pid {os.getpid()}" in log and "Traceback" not in log


@pytest.mark.night
def test_share_without_internet_is_one_line(start: Callable[..., subprocess.Popen[str]]) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    process = start(port, "--share")
    until(lambda: (answer := get(f"{base}/readyz")) is not None and answer.status_code == 200, process)
    lines: list[str] = []
    assert process.stderr is not None
    while not lines or "public link" not in lines[-1]:
        line = process.stderr.readline()
        assert line, "the log ended without a word about the link"
        lines.append(line)
    assert "goes on" in lines[-1]
    assert httpx.get(f"{base}/healthz").status_code == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0


FIRST = """
import json, sys, threading
import onnxruntime
from starlette.testclient import TestClient
from indextts.platform.config import load_config
from indextts.server import create_app
from indextts.service.service import SpeechService

class Imports:
    # Another thread looks for what an earlier process left undone, once the engine is ready, and sweeps old works.
    def find_spec(self, name, *_):
        if threading.current_thread().name != "works":
            asked.append(name)


asked = []
config = load_config(sys.argv[1])
with TestClient(create_app(config, service=SpeechService(config), page=False), base_url="http://localhost") as client:
    while client.get("/readyz").status_code != 200:
        pass
    opened = []
    init = onnxruntime.InferenceSession.__init__
    onnxruntime.InferenceSession.__init__ = lambda self, *a, **k: (opened.append(str(a[:1])), init(self, *a, **k))[1]
    before = set(sys.modules)
    sys.meta_path.insert(0, Imports())
    for body in ({"text": "你好，世界。"}, {"text": "Hello, 2 worlds.", "format": "mp3"}):
        assert client.post("/tts", json=body).status_code == 200
    imported = sorted({*asked}.intersection(sys.modules) - before)
    print(json.dumps({"imported": imported, "opened": opened}))
"""


@pytest.mark.night
def test_the_first_request_finds_everything_there(start: Callable[..., subprocess.Popen[str]]) -> None:
    output, log = start(0, program=FIRST).communicate(timeout=90)
    assert json.loads(output.splitlines()[-1]) == {"imported": [], "opened": []}, log


VISITED = """
import ast, json, sys, time
from starlette.testclient import TestClient
from indextts.platform.config import load_config
from indextts.server import create_app
from indextts.service.service import SpeechService

parsed = []
ast.get_source_segment = lambda *_, **__: parsed.append(1)
config = load_config(sys.argv[1])
with TestClient(create_app(config, service=SpeechService(config)), base_url="http://localhost") as client:
    while (health := client.get("/healthz").json())["page"] == "loading" or client.get("/readyz").status_code != 200:
        time.sleep(0.05)
    sources = len(parsed)
    assert client.post("/tts", json={"text": "你好，世界。"}).status_code == 200
    before = "av" in sys.modules
    assert client.get("/").status_code == 200
    until = time.monotonic() + 20
    while "av" not in sys.modules and time.monotonic() < until:
        time.sleep(0.05)
    found = {"page": health["page"], "sources parsed": sources, "before": before, "after": "av" in sys.modules}
    print(json.dumps(found))
"""


@pytest.mark.night
def test_the_page_comes_without_parsing_gradios_source_and_what_plays_sound_with_its_first_visitor(
    start: Callable[..., subprocess.Popen[str]],
) -> None:
    output, log = start(0, program=VISITED).communicate(timeout=90)
    found = json.loads(output.splitlines()[-1])
    assert found == {"page": "ready", "sources parsed": 0, "before": False, "after": True}, log
