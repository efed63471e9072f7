"""The editor's place on the page, and the one event of its script.

The script draws everything and asks ``/v1/editor``; only making a take of the whole is an event, and by what the script
is to name the open page: ``submit``.
"""

from __future__ import annotations

import json
from typing import Any, Final

import gradio as gr

from indextts.service.owner import owner_of
from indextts.service.rate_limit import client_of
from indextts.studio import layout, panels
from indextts.studio.tabs.edit.tab import Editor
from indextts.studio.tabs.speak.actions import Actions, language_of, sent_with

EVENTS: Final = """
element.addEventListener("studio:whole", (event) => trigger("submit", { sent: event.detail }));
"""

_PRIVATE: Final[dict[str, Any]] = {"api_visibility": "private", "show_progress": "hidden"}

_DONE: Final = "(answer) => { if (answer) indexttsStudio.answered(JSON.parse(answer)); }"


def editor(parts: layout.Parts) -> None:
    with gr.Column(elem_id="editor"):
        parts["editor"] = layout.html('<div class="editor"></div>', "editor-body", EVENTS)
        layout.html(panels.idle(), "edit-notice")
    # Text and no JSON, which Gradio would take apart and put together again in the event loop.
    parts["assembled"] = gr.Textbox(visible=False)


def wire_editor(parts: layout.Parts, actions: Actions) -> None:
    """Let the script ask and hear its answers."""
    desk = Editor(actions)
    actions.service.editor = desk

    def whole(event: gr.EventData, request: gr.Request) -> str:
        sent = sent_with(event)
        if "id" in sent:
            answer = desk.whole(sent, owner_of(request), language_of(request), client_of(request))
        else:  # by this name its plan is kept until the page is closed
            answer = {"number": sent.get("number"), "page": request.session_hash or ""}
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))

    assembled = parts["assembled"]
    parts["editor"].submit(whole, None, assembled, queue=False, **_PRIVATE).then(
        None, assembled, None, js=_DONE, **_PRIVATE
    )
