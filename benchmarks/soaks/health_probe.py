"""Asks ``/healthz`` until its input ends, and tells how long each answer took.

python -m benchmarks.soaks.health_probe PORT
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Final

from benchmarks.soaks.served import Client

EVERY_S: Final = 0.05


def main(port: int) -> None:
    """Print JSON at the end."""
    ended = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    seconds: list[float] = []
    failed = 0
    with Client(port, timeout=30) as client:
        client.get("/healthz")  # its connection is not what is measured
        print("begun", flush=True)
        while not ended.wait(EVERY_S):
            answer = client.get("/healthz")
            seconds.append(answer.seconds)
            failed += not answer.whole
    print(json.dumps({"seconds": seconds, "failed": failed}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
