"""The panel with the picture of the shown take, drawn by the Plotly that Gradio's page brings along.

The server sends the figure as data, so that the Python side of Plotly need not be installed. The panel is folded, and
nothing is measured or sent until it is opened.
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any, Final

import gradio as gr
import numpy as np

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Language
from indextts.platform.tables import tables_beside
from indextts.reading.phonemes.printed import printed
from indextts.service.owner import owner_of
from indextts.studio.strings import label, say
from indextts.studio.tabs.speak.actions import Actions, language_of

if TYPE_CHECKING:
    from indextts.sound.export.plot import Floats, Picture, PlotSpan
    from indextts.studio import layout
    from indextts.studio.takes import ShownTake

MAX_S: Final = 300.0
"""Longer takes are drawn up to here: a page full of numbers draws slowly."""

SHOWN_S: Final = 12.0
"""Seconds that are seen at first; the rest is reached by dragging, as the picture then says, or by zooming out."""

_PRIVATE: Final[dict[str, Any]] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}


def plots(parts: layout.Parts) -> None:
    with gr.Accordion(label("plots"), open=False, elem_id="plots", elem_classes="fold") as parts["plots"]:
        # Its scripts are fetched when it is first seen.
        parts["plot"] = gr.Plot(show_label=False, container=False, elem_id="plot", visible=False)


def wire_plots(parts: layout.Parts, actions: Actions) -> None:
    """Draw when the panel is opened, and again when another take is shown while it is open: the script says which."""

    def draw(shown: str, request: gr.Request) -> Any:
        take = actions.store.get(shown, owner_of(request))
        if take is None:
            return None
        from gradio.components.plot import PlotData

        try:
            return PlotData(type="plotly", plot=plot_of(take, language_of(request)))
        except StudioError:
            return None  # its sound is there no more

    def opened(shown: str, request: gr.Request) -> Any:
        return gr.update(value=draw(shown, request), visible=True)

    shown, plot = parts["shown"], parts["plot"]
    take = {"inputs": shown, "outputs": plot, "js": "() => indexttsStudio.plotted(true)", **_PRIVATE}
    parts["plots"].expand(opened, **take)
    parts["plots"].collapse(None, None, plot, js="() => (indexttsStudio.plotted(false), null)", **_PRIVATE)
    parts["takes"].apply(draw, **take)


def plot_of(take: ShownTake, language: Language) -> str:
    """The figure of a take as JSON. Raises :class:`StudioError` when its sound was cleaned up. Blocks."""
    from indextts.sound.export.plot import picture_of

    rate = take.job.sample_rate
    picture = picture_of(take.sound()[: round(MAX_S * rate)], rate, take.utterance, columns=1000)
    return json.dumps(plotly_figure(picture, language), ensure_ascii=False)


def plotly_figure(picture: Picture, language: Language) -> dict[str, Any]:
    """``{"data", "layout", "config"}`` as Plotly takes them: four lanes over one time axis."""
    look = tables_beside(__file__, "plot.yaml")
    seconds, more = say("plot_seconds", language), say("plot_more", language)

    def line(axis: str, x: Floats, y: Floats, digits: int, **more: Any) -> dict[str, Any]:
        return {**look["line"], "x": _numbers(x, 4), "y": _numbers(y, digits), "yaxis": axis, **more}

    def hover(value: str) -> dict[str, str]:
        return {"hovertemplate": f"%{{x:.2f}} {seconds} · {value}<extra></extra>"}

    def edge(at: float, high: float) -> dict[str, Any]:
        return {**look["edge"], "x0": round(at, 3), "x1": round(at, 3), "y0": 0.0, "y1": high}

    wave = np.repeat(picture.wave_s, 2), np.stack([picture.low, picture.high], axis=1).ravel()
    mel = {"x": _numbers(picture.mel_s, 3), "y": _numbers(picture.mel_hz, 0)}
    lanes = [
        line("y", *wave, 4, line={**look["line"]["line"], "width": 1}, hoverinfo="skip"),
        {**look["mel"], **mel, "z": [_numbers(row, 0) for row in picture.mel_db.T]}
        | hover("%{y:.0f} Hz · %{z:.0f} dB"),
        line("y3", picture.pitch_s, picture.pitch_hz, 1, **hover("%{y:.0f} Hz")),
        line("y4", picture.energy_s, picture.energy_db, 1, **hover("%{y:.1f} dB")),
    ]
    seen, whole = (round(length, 3) for length in (min(picture.duration_s, SHOWN_S), picture.duration_s))
    title = {"text": more if whole > seen else seconds}
    layout = look["layout"] | {
        "xaxis": {**look["xaxis"], "range": [0, seen], "maxallowed": whole, "title": title},
        "annotations": [look["word"] | _label(word) for word in picture.words],
        "shapes": [
            *(edge(word.start_s, 1.0) for word in picture.words),
            *(edge(phone.start_s, look["lanes"]["y3"][1]) for phone in picture.phones),
        ],
    }
    titles = {"y": say("plot_wave", language), "y2": "Hz", "y3": f"{say('plot_pitch', language)} Hz", "y4": "dB"}
    for name, domain in look["lanes"].items():
        layout["yaxis" + name[1:]] = {**look["yaxis"], "domain": domain, "title": {"text": titles[name], "standoff": 4}}
    layout["yaxis"] |= look["yaxis_wave"]
    layout["yaxis2"] |= look["yaxis_mel"]
    return {"data": lanes, "layout": layout, "config": look["config"]}


def _numbers(values: Floats, digits: int) -> list[float | None]:
    """Rounded; ``None`` where there is no number, which JSON cannot say otherwise."""
    return [None if np.isnan(value) else round(float(value), digits) for value in values]


def _label(word: PlotSpan) -> dict[str, Any]:
    """A word below the wave, its reading under it. Plotly reads a few tags in its texts."""
    text = escape(word.text, quote=False)
    if not word.text.isascii():
        text += f"<br><sup>{escape(printed(word.reading), quote=False)}</sup>"
    return {"x": round((word.start_s + word.end_s) / 2, 3), "text": text}
