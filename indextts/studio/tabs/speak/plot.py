"""The panel with the picture of the shown take, drawn by the Plotly that Gradio's page brings along.

The server sends the figure as data, so that the Python side of Plotly need not be installed. The panel is folded, and
nothing is measured or sent until it is opened.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import gradio as gr
import numpy as np

from indextts.i18n.messages import Language
from indextts.studio.session import Session
from indextts.studio.strings import label, say
from indextts.studio.tabs.speak.actions import Actions, language_of
from indextts.studio.tabs.speak.reading_html import printed

if TYPE_CHECKING:
    from indextts.export.plot import Floats, Picture, PlotSpan
    from indextts.studio import layout
    from indextts.studio.tabs.speak.takes import Take

MAX_S: Final = 300.0
"""Longer takes are drawn up to here: a page full of numbers draws slowly."""

SHOWN_S: Final = 5.0
"""Seconds that are seen at first; the rest is reached by dragging, or by zooming out."""

_LANES: Final = {"y": (0.80, 1.0), "y2": (0.46, 0.72), "y3": (0.22, 0.42), "y4": (0.0, 0.18)}
"""Which part of the height each lane takes: wave (with the words below it), mel, pitch, energy."""

_PRIVATE: Final[dict[str, Any]] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
_GREY, _ACCENT = "rgba(128, 136, 150, 0.28)", "#4f7df7"
_COLOURS: Final = (
    (0.0, "#0d1020"),
    (0.2, "#262e78"),
    (0.4, "#6e3ca0"),
    (0.6, "#d6566e"),
    (0.8, "#faaa50"),
    (1.0, "#fcfac8"),
)


def plots(parts: layout.Parts) -> None:
    parts["plots_open"] = gr.State(False)
    with gr.Accordion(label("plots"), open=False, elem_id="plots") as parts["plots"]:
        parts["plot"] = gr.Plot(show_label=False, container=False, elem_id="plot")


def wire_plots(parts: layout.Parts, actions: Actions) -> None:
    """Draw when the panel is opened, and again when another take is shown while it is open."""

    def draw(is_open: bool, session: Session, request: gr.Request) -> Any:
        take = actions.store.get(session.shown) if is_open else None
        if take is None or take.id not in session.takes or not take.audio.exists():
            return None
        from gradio.components.plot import PlotData

        return PlotData(type="plotly", plot=plot_of(take, language_of(request)))

    def opened(session: Session, request: gr.Request) -> tuple[bool, Any]:
        return True, draw(True, session, request)

    session, is_open, plot = parts["session"], parts["plots_open"], parts["plot"]
    parts["plots"].expand(opened, session, [is_open, plot], **_PRIVATE)
    parts["plots"].collapse(lambda: (False, None), None, [is_open, plot], **_PRIVATE)
    parts["player"].change(draw, [is_open, session], plot, **_PRIVATE)


def plot_of(take: Take, language: Language) -> str:
    """The figure of a take as JSON. Raises :class:`FileNotFoundError` when its sound was cleaned up. Blocks."""
    import soundfile

    from indextts.export.plot import picture_of

    with take.audio.open("rb") as file:
        samples, rate = soundfile.read(file, dtype="float32", frames=-1)
    picture = picture_of(samples[: round(MAX_S * rate)], rate, take.utterance, columns=1000)
    return json.dumps(plotly_figure(picture, language), ensure_ascii=False)


def plotly_figure(picture: Picture, language: Language) -> dict[str, Any]:
    """``{"data", "layout", "config"}`` as Plotly takes them: four lanes over one time axis."""
    seconds = say("plot_seconds", language)
    lanes = [
        _line("y", np.repeat(picture.wave_s, 2), np.stack([picture.low, picture.high], axis=1).ravel(), 4)
        | {"line": {"color": _ACCENT, "width": 1}, "hoverinfo": "skip"},
        {
            "type": "heatmap",
            "x": _numbers(picture.mel_s, 3),
            "y": _numbers(picture.mel_hz, 0),
            "z": [_numbers(row, 0) for row in picture.mel_db.T],
            "yaxis": "y2",
            "showscale": False,
            "colorscale": _COLOURS,
            "hovertemplate": f"%{{x:.2f}} {seconds} · %{{y:.0f}} Hz · %{{z:.0f}} dB<extra></extra>",
        },
        _line("y3", picture.pitch_s, picture.pitch_hz, 1, f"%{{x:.2f}} {seconds} · %{{y:.0f}} Hz<extra></extra>"),
        _line("y4", picture.energy_s, picture.energy_db, 1, f"%{{x:.2f}} {seconds} · %{{y:.1f}} dB<extra></extra>"),
    ]
    layout: dict[str, Any] = {
        "height": 620,
        "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": "#808896"},
        "margin": {"l": 56, "r": 8, "t": 8, "b": 40},
        "dragmode": "pan",
        "hovermode": "closest",
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": "#808896", "activecolor": _ACCENT},
        "xaxis": {
            "range": [0, round(min(picture.duration_s, SHOWN_S), 3)],
            "minallowed": 0,
            "maxallowed": round(picture.duration_s, 3),
            "anchor": "y4",
            "title": {"text": seconds},
            "showgrid": False,
            "zeroline": False,
        },
        "annotations": [_label(word) for word in picture.words],
        "shapes": [
            *(_edge(word.start_s, 0.0, 1.0) for word in picture.words),
            *(_edge(phone.start_s, 0.0, _LANES["y3"][1]) for phone in picture.phones),
        ],
    }
    titles = {"y": say("plot_wave", language), "y2": "Hz", "y3": f"{say('plot_pitch', language)} Hz", "y4": "dB"}
    for name, (low, high) in _LANES.items():
        layout["yaxis" + name[1:]] = {
            "domain": [low, high],
            "fixedrange": True,
            "zeroline": False,
            "gridcolor": _GREY,
            "title": {"text": titles[name], "standoff": 4},
            "showticklabels": name != "y",
            "nticks": 5,
        }
    layout["yaxis"] |= {"showgrid": False}
    layout["yaxis2"] |= {"type": "log", "showgrid": False, "tickvals": [200, 500, 1000, 2000, 4000]}
    config = {"displaylogo": False, "scrollZoom": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"]}
    return {"data": lanes, "layout": layout, "config": config}


def _line(axis: str, x: Floats, y: Floats, digits: int, hover: str | None = None) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _numbers(x, 4),
        "y": _numbers(y, digits),
        "yaxis": axis,
        "connectgaps": False,
        "line": {"color": _ACCENT, "width": 1.6},
        "hovertemplate": hover,
    }


def _numbers(values: Floats, digits: int) -> list[float | None]:
    """Rounded; ``None`` where there is no number, which JSON cannot say otherwise."""
    return [None if np.isnan(value) else round(float(value), digits) for value in values]


def _label(word: PlotSpan) -> dict[str, Any]:
    """A word below the wave, its reading under it."""
    text = _escaped(word.text)
    if not word.text.isascii():
        text += f"<br><sup>{_escaped(printed(word.reading))}</sup>"
    middle = round((word.start_s + word.end_s) / 2, 3)
    place = {"x": middle, "y": 0.795, "xref": "x", "yref": "paper", "yanchor": "top", "xanchor": "center"}
    return {**place, "text": text, "showarrow": False, "font": {"size": 14}}


def _escaped(text: str) -> str:
    """Plotly reads a few tags in its texts."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _edge(at: float, low: float, high: float) -> dict[str, Any]:
    return {
        "type": "line", "x0": round(at, 3), "x1": round(at, 3), "y0": low, "y1": high, "xref": "x", "yref": "paper",
        "line": {"color": _GREY, "width": 1}, "layer": "below",
    }  # fmt: skip
