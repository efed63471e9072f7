"""The editor's place on the page, and the one event of its script.

The script draws everything and asks ``/v1/editor``; only what makes a take, which goes into Gradio's player with its
reading and the list of takes, is an event: ``submit``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, Final, cast

import gradio as gr

from indextts.service.rate_limit import client_of
from indextts.studio import layout, panels
from indextts.studio.session import Session
from indextts.studio.tabs.edit.tab import Answer, Editor
from indextts.studio.tabs.speak.actions import Actions, Update, language_of, sent_with

EVENTS: Final = """
element.addEventListener("studio:whole", (event) => trigger("submit", { sent: event.detail }));
"""

_PRIVATE: Final[dict[str, Any]] = {"api_visibility": "private", "show_progress": "hidden"}

_DONE: Final = "(answer) => { if (answer) indexttsStudio.edited(JSON.parse(answer)); }"


def written(answer: Answer) -> str:
    """An answer as the script reads it. To be called in a thread: that of a long text's plan has megabytes."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def editor(parts: layout.Parts) -> None:
    with gr.Column(elem_id="editor"):
        parts["editor"] = layout.html('<div class="editor"></div>', "editor-body", EVENTS)
        parts["edit_notice"] = layout.html(panels.idle(), "edit-notice")
    # Text and no JSON, which Gradio would take apart and put together again in the event loop.
    parts["assembled"] = gr.Textbox(visible=False)
    parts["page_name"] = gr.Textbox(visible=False)


def wire_editor(parts: layout.Parts, actions: Actions, changes: Callable[[Update], Any]) -> None:
    """Let the script ask and hear its answers."""
    desk = Editor(actions)
    actions.service.editor = desk
    session, page_name = parts["session"], parts["page_name"]

    def named(request: gr.Request) -> str:
        """By what the script is to name the open page, so that its plan is kept until the page is closed."""
        return request.session_hash or ""

    cast(gr.Blocks, gr.context.Context.root_block).load(named, None, page_name, queue=False, **_PRIVATE).then(
        None, page_name, None, js="(name) => indexttsStudio.named(name)", **_PRIVATE
    )

    async def whole(session: Session, event: gr.EventData, request: gr.Request) -> AsyncIterator[dict[Any, Any]]:
        sent, language, tab = sent_with(event), language_of(request), request.session_hash or ""
        work = desk.assemble if sent.get("action") == "assemble" else desk.open
        async for update in work(sent, session, language, tab, client_of(request)):
            if "assembled" in update:
                update = {**update, "assembled": await asyncio.to_thread(written, update["assembled"])}
            yield changes(update)

    shown = ("edit_notice", "cancel", "generate", "player", "reading", "timings", "takes", "assembled")
    parts["editor"].submit(
        whole,
        session,
        [parts[name] for name in shown],
        concurrency_limit=None,
        concurrency_id="speak",
        **_PRIVATE,
    ).then(None, parts["assembled"], None, js=_DONE, **_PRIVATE)
