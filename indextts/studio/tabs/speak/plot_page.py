"""The panel with the plots of the shown take: it is folded, and nothing is measured or sent until it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from indextts.studio.session import Session
from indextts.studio.strings import label
from indextts.studio.tabs.speak.actions import Actions, language_of
from indextts.studio.tabs.speak.plot import plot_of

if TYPE_CHECKING:
    from indextts.studio import layout

_PRIVATE: Final[dict[str, Any]] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}


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
