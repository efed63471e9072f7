"""The one command, with nothing doubled: the project's own start_app.sh, server and voice."""

from __future__ import annotations

import subprocess

import httpx
import pytest

from tests.shell.conftest import ROOT
from tests.support.ports import free_port


@pytest.mark.night
@pytest.mark.slow
def test_one_command_speaks() -> None:
    port = str(free_port())

    def script(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["sh", str(ROOT / "start_app.sh"), *arguments, "--port", port]
        environment = {"PATH": "/usr/bin:/bin"}
        return subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False)

    try:
        started = script("start")
        assert started.returncode == 0, started.stderr
        address = f"http://127.0.0.1:{port}"
        assert address in started.stdout
        assert httpx.get(f"{address}/readyz", trust_env=False).status_code == 200
        spoken = httpx.post(f"{address}/tts", json={"text": "你好，世界。"}, timeout=60, trust_env=False).json()
        audio = httpx.get(f"{address}{spoken['audio_url']}", trust_env=False)
        assert audio.content.startswith(b"RIFF")
        assert httpx.get(address, follow_redirects=True, trust_env=False).status_code == 200
        assert script("status").returncode == 0
    finally:
        stopped = script("stop")
        (ROOT / "cache_hub" / "logs" / f"{port}.log").unlink(missing_ok=True)
    assert stopped.stdout == "Stopped.\n"
    assert script("status").returncode == 3
