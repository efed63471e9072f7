"""A real nginx before a real server, with a configuration of ``deploy/nginx/`` as it is shipped.

Only its addresses, its certificate and the address of the studio are replaced.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from tests.support.ports import free_port

ROOT: Final = Path(__file__).parents[2]
NAME: Final = "studio.example.com"
"""The name that the shipped configurations answer to."""
CLIENT: Final = "X-Test-Client"
"""The address that nginx takes for its client's in tests: all of them really come from this machine."""

NGINX: Final = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
OPENSSL: Final = shutil.which("openssl")
MISSING: Final = "nginx is not installed" if NGINX is None else "" if OPENSSL else "openssl is not installed"
"""Why tests with it are left out; empty where they are not."""

_AROUND: Final = """
{user}
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    set_real_ip_from 127.0.0.1;
    real_ip_header {client};
    include {folder}/studio.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """Where it listens."""

    port: int
    plain_port: int

    @property
    def url(self) -> str:
        """Its address under the name that it answers to."""
        return f"https://{NAME}:{self.port}"

    def client(self, address: str = "198.51.100.1", **headers: str) -> httpx.Client:
        """A client at ``address`` who knows the proxy by its name."""
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.port}",
            headers={"Host": f"{NAME}:{self.port}", CLIENT: address, **headers},
            verify=False,
            timeout=60,
            trust_env=False,
        )


@contextmanager
def behind_nginx(shipped: str, studio: str, folder: Path, more: Sequence[tuple[str, int, str]] = ()) -> Iterator[Proxy]:
    """nginx with ``deploy/nginx/SHIPPED`` before the server at the address ``studio``.

    ``more`` are patterns that are replaced in it, with how often they occur.
    """
    assert NGINX and OPENSSL
    certificate, key = folder / "cert.pem", folder / "key.pem"
    make = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", f"/CN={NAME}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([OPENSSL, *make, *names], check=True, capture_output=True)
    proxy = Proxy(free_port(), free_port())
    text = (ROOT / "deploy" / "nginx" / shipped).read_text(encoding="utf-8")
    for line, times, instead in (
        (r"server 127\.0\.0\.1:7860;", 1, f"server {studio.removeprefix('http://')};"),
        (r"listen 80;", 1, f"listen 127.0.0.1:{proxy.plain_port};"),
        (r"listen 443 ", 1, f"listen 127.0.0.1:{proxy.port} "),
        (r"listen \[::\]:\d+[^;]*;", 2, ""),
        (r"/etc/letsencrypt/live/studio\.example\.com/fullchain\.pem", 1, str(certificate)),
        (r"/etc/letsencrypt/live/studio\.example\.com/privkey\.pem", 1, str(key)),
        *more,
    ):
        text, replaced = re.subn(line, instead, text)
        assert replaced == times, line
    (folder / "studio.conf").write_text(text, encoding="utf-8")
    user = "user root;" if os.getuid() == 0 else ""  # its folders are this test's alone
    around = _AROUND.format(folder=folder, user=user, client=CLIENT)
    (folder / "nginx.conf").write_text(around, encoding="utf-8")
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"])
    try:
        ends = time.monotonic() + 30
        while not _listens(proxy.port):
            assert process.poll() is None and time.monotonic() < ends, "nginx did not start"
            time.sleep(0.02)
        yield proxy
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
