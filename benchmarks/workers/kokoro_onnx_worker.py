"""The ``kokoro-onnx`` package as its own documentation uses it, in an environment of its own.

``KOKORO_PUBLISHED`` is a folder with the published graph and ``NAME.bin``, the voices.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Load, then answer orders until standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    begin = time.perf_counter()
    import kokoro_onnx
    import numpy as np

    published = Path(os.environ["KOKORO_PUBLISHED"])
    graph = min(published.rglob("*.onnx"), key=lambda path: path.stat().st_size)
    with tempfile.TemporaryDirectory() as folder:
        voices = Path(folder) / "voices.npz"
        packs = {path.stem: np.fromfile(path, np.float32).reshape(-1, 1, 256) for path in published.rglob("*_*.bin")}
        np.savez(voices, **packs)  # type: ignore[arg-type]
        tts = kokoro_onnx.Kokoro(str(graph), str(voices))
        print(json.dumps({"load_s": time.perf_counter() - begin}), file=answers, flush=True)
        for line in sys.stdin:
            order = json.loads(line)
            begin = time.perf_counter()
            audio, rate = tts.create(order["say"], voice=order["voice"], speed=1.0, lang="en-us")
            told = {"seconds": time.perf_counter() - begin, "duration_s": len(audio) / rate}
            print(json.dumps(told), file=answers, flush=True)


main()
