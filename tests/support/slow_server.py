"""A studio in a process of its own that takes its time for each segment, so that it can be killed in the middle.

python -m tests.support.slow_server FOLDER PORT SECONDS
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import uvicorn

from indextts.engines.base import Samples
from indextts.engines.embedded import engine as embedded
from indextts.model.utterance import Segment, Settings
from indextts.platform.config import Config
from indextts.platform.run import Run
from tests.support.services import HeldEngine, application, make_service


class SlowEngine(HeldEngine):
    """Waits before each segment."""

    wait_s = 0.0

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        ends = time.monotonic() + self.wait_s
        while time.monotonic() < ends:
            run.cancel.check()
            time.sleep(0.02)
        return super().speak(segment, settings, run)


def main(folder: str, port: str, seconds: str) -> None:
    config = Config(cache_dir=Path(folder))
    engine = SlowEngine(embedded.load(config))
    engine.wait_s = float(seconds)
    service = make_service(config, engine, rate_limit="100000/minute")
    uvicorn.run(application(service), port=int(port), log_config=None, proxy_headers=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
