"""This project's own pipeline with its default voice, in a bare process."""

import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    """Load, then answer orders until standard input ends."""
    begin = time.perf_counter()
    from indextts.engines.embedded.engine import load
    from indextts.pipeline.pipeline import Pipeline
    from indextts.plan.request import SpeechRequest
    from indextts.platform.config import load_config
    from indextts.platform.serving_config import CacheConfig
    from indextts.reading.phonemes.en import pronunciation
    from indextts.reading.phonemes.zh import mandarin
    from indextts.reading.text import frontend
    from indextts.sound.encode import encode

    # What is measured is speaking: nothing is kept from the round before.
    config = load_config().model_copy(update={"cache": CacheConfig(segments_mb=0)})
    for load_tables in (frontend.warm, pronunciation.load, mandarin.load):
        load_tables()
    pipeline = Pipeline(config, load(config))
    print(json.dumps({"load_s": time.perf_counter() - begin}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        answer: dict[str, float] = {}
        if "say" in order:
            begin = time.perf_counter()
            speech = pipeline.speak(SpeechRequest(order["say"]))
            answer = {"seconds": time.perf_counter() - begin, "duration_s": speech.duration_s}
            if "wav" in order:
                Path(order["wav"]).write_bytes(encode(speech.samples, speech.sample_rate, "wav"))
        if "memory" in order:
            statm = Path("/proc/self/statm").read_text().split()
            answer["rss_bytes"] = int(statm[1]) * os.sysconf("SC_PAGE_SIZE")
            answer["modules"] = len(sys.modules)
        print(json.dumps(answer), flush=True)


main()
