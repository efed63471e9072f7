"""The page: its layout, and which event calls which action.

page = build_page(service, works)
gr.mount_gradio_app(app, page, path="/", allowed_paths=[str(service.outputs.folder)], **mount_options())
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import gradio as gr
from starlette.middleware import Middleware

from indextts.model.utterance import Settings
from indextts.service.rate_limit import client_of
from indextts.studio import layout
from indextts.studio.form import FIELDS, PUBLIC
from indextts.studio.gradio_styles import sheets
from indextts.studio.shell import CompletePage, PageFiles, ServePageFiles
from indextts.studio.strings import i18n
from indextts.studio.tabs.edit.page import editor, wire_editor
from indextts.studio.tabs.speak.actions import Actions, language_of, left_of
from indextts.studio.tabs.speak.plot import plots, wire_plots

if TYPE_CHECKING:
    from indextts.platform.config import Config
    from indextts.service.service import SpeechService
    from indextts.works.works import Works

_PRIVATE: Final[dict[str, Any]] = {"api_visibility": "private", "show_progress": "hidden"}


def build_page(service: SpeechService, works: Works) -> gr.Blocks:
    """The page over ``service`` and its ``works``, ready to be mounted with :func:`mount_options`."""
    page: gr.Blocks
    with gr.Blocks(title=layout.TITLE, fill_width=True, analytics_enabled=False, delete_cache=(600, 3600)) as page:
        _Page(Actions(service, works), service.config)
    page.i18n_instance = i18n()
    return page


def mount_options() -> dict[str, Any]:
    """The page's own keyword arguments for :func:`gradio.mount_gradio_app`: how it looks, and its languages.

    The mounting side adds ``allowed_paths=[service.outputs.folder]``: the page serves its audio from there.
    """
    files = PageFiles(gradios=sheets(Path(gr.__file__).parent / "templates" / "frontend" / "assets"))
    middleware = [Middleware(ServePageFiles, files=files), Middleware(CompletePage, files=files)]
    return {"theme": layout.studio_theme(), "i18n": i18n(), "app_kwargs": {"middleware": middleware}}


class _Page:
    """Holds the parts while the page is put together; runs inside ``with gr.Blocks()``."""

    def __init__(self, actions: Actions, config: Config) -> None:
        self._actions = actions
        self._defaults = Settings(
            vocoder=config.vocoder.type, prosody=config.prosody_name, quality=config.engines.indextts2.quality
        )
        self._parts: layout.Parts = {}
        parts = self._parts
        layout.html(layout.header(), "header")
        with gr.Row(elem_id="workbench"):
            with gr.Column(elem_id="writing", scale=1, min_width=0):
                examples = layout.writing(parts, config)
            with gr.Column(elem_id="settings", scale=0, min_width=0):
                layout.settings(parts, self._defaults, config)
        editor(parts)
        with gr.Column(elem_id="result"):
            downloads = layout.result(parts)
            plots(parts)
        parts["takes"] = layout.html('<div class="takes-place"></div>', "takes", layout.TAKE_EVENTS)
        layout.cards(parts)
        layout.hidden(parts, self._defaults, actions.folder)
        self._wire_text(examples)
        self._wire_run()
        self._wire_downloads(downloads)
        wire_editor(parts, actions)
        wire_plots(parts, actions)
        self._public()

    # ------------------------------------------------------------------ events

    def _get(self, *names: str) -> list[Any]:
        return [self._parts[name] for name in names]

    def _wire_text(self, examples: Sequence[tuple[gr.Button, str]]) -> None:
        text, undo = self._parts["text"], self._parts["undo"]
        for button, example in examples:
            button.click(None, None, text, js=f"() => indexttsStudio.example('{example}')", **_PRIVATE)
        undo.click(None, text, text, js="(text) => indexttsStudio.undo(text)", **_PRIVATE)
        settings = self._get(*FIELDS)
        gr.on(
            [part.change for part in settings],
            None,
            settings,
            None,
            js="(...values) => indexttsStudio.onSettings(...values)",
            **_PRIVATE,
        )
        self._parts["commercial"].input(
            None,
            self._get("commercial", "prosody"),
            self._parts["prosody"],
            js="(...values) => indexttsStudio.prosodyFor(...values)",
            **_PRIVATE,
        )
        # What is chosen in the page's own lists goes into the values that are sent.
        self._parts["picks"].submit(None, None, settings, js="() => indexttsStudio.picked()", **_PRIVATE)
        _root().load(
            None,
            [text, *settings],
            [text, *settings],
            js="(...values) => indexttsStudio.restoreInputs(...values)",
            **_PRIVATE,
        )

        # Another project was opened.
        self._parts["history"].apply(
            None,
            [text, *settings],
            [text, *settings],
            js="(...values) => indexttsStudio.restoreInputs(...values)",
            **_PRIVATE,
        )

    def _wire_run(self) -> None:
        """A text is spoken by the script (tabs/speak/run.js), over /v1/jobs; here it gets what stands in the form."""
        parts = self._parts
        parts["generate"].click(
            None, self._get("text", *FIELDS), None, js="(...values) => indexttsStudio.generate(...values)", **_PRIVATE
        )
        parts["cancel"].click(None, None, None, js="() => indexttsStudio.cancel()", **_PRIVATE)

        def left(request: gr.Request) -> None:
            self._actions.leave(request.session_hash or "")

        _root().unload(left)

    def _wire_downloads(self, downloads: Sequence[tuple[gr.Button, str]]) -> None:
        for button, kind in downloads:
            button.click(None, None, None, js=f"() => indexttsStudio.download('{kind}')", **_PRIVATE)

    def _public(self) -> None:
        """The one endpoint for Gradio's clients: hidden inputs with plain names and defaults, the audio first."""
        actions, default = self._actions, self._defaults
        trigger = gr.Button(visible=False)
        inputs: list[Any] = [gr.Textbox(label="text", visible=False)]
        for name in PUBLIC:
            value = getattr(default, name)
            kind = gr.Textbox if isinstance(value, str) else gr.Number
            inputs.append(kind(value, label=name, visible=False))

        async def synthesize(
            text: str,
            emotion: str,
            voice: str,
            intensity: float,
            speed: float,
            pitch: float,
            energy: float,
            vocoder: str,
            prosody: str,
            engine: str,
            seed: float,
            request: gr.Request,
        ) -> str:
            """Speech from text: the path of a wav file."""
            values = (emotion, voice, intensity, speed, pitch, energy, vocoder, prosody, engine, seed)
            settings = dict(zip(PUBLIC, values, strict=True))
            language, client = language_of(request), client_of(request)
            return await actions.synthesize(text, settings, language, client, left_of(request))

        trigger.click(
            synthesize,
            inputs,
            self._parts["audio"],
            preprocess=False,  # what is no text must not be read aloud as if it were
            api_name="synthesize",
            api_visibility="public",
            concurrency_limit=None,
            concurrency_id="speak",
        )


def _root() -> gr.Blocks:
    """The page that is being put together."""
    return cast(gr.Blocks, gr.context.Context.root_block)
