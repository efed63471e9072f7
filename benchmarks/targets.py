"""The figures that a change must not lose: asserted on the results, never in a timed test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

LIMITS: Final = (
    ("voice", ("real_time_factor", "ratio"), 0.6),
    ("http", ("wall", "ratio"), 0.5),
    ("http", ("processor", "ratio"), 0.5),
    ("http", ("clients", "one_to_eight"), 1 / 1.6),
    ("server", ("first_to_warm",), 1.3),
    ("server", ("healthz_to_gradio_import",), 1.0),
    ("server", ("readyz_to_gradio_import",), 1.5),
    ("server", ("page_to_gradio_import",), 1.5),
    ("server", ("rss_after_requests_mb", "ratio"), 0.7),
    ("server", ("import_indextts_s",), 0.1),
    ("server", ("installed_bytes",), 0.7e9),
    ("resampling", ("ratio_warm",), 1.0),
    ("editing", ("render_to_alone",), 1.3),
    ("editing", ("plan_and_render_to_alone",), 1.3),
    ("chain", ("decision_s",), 0.001),
    ("chain", ("death_to_usual",), 1.2),
)


def missed(results: dict[str, Any]) -> Iterator[str]:
    """One line for each measured figure above its limit."""
    for part, path, limit in LIMITS:
        if part not in results:
            continue
        value: Any = results[part]
        for name in path:
            value = value[name]
        if value > limit:
            yield f"{part}.{'.'.join(path)} is {value:.3g}, more than {limit:g}"
