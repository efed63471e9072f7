"""The editor's place on the page, and which event of its script asks what.

The script draws everything; it sends events as the reading's popover does: ``apply`` for what is answered at once,
``play`` for the sound of one sentence, ``submit`` for what takes as long as a whole text.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import gradio as gr

from indextts.service.rate_limit import client_of
from indextts.studio import layout, panels
from indextts.studio.session import Session
from indextts.studio.tabs.edit.tab import Answer, Editor
from indextts.studio.tabs.speak.actions import Actions, Update, language_of, sent_with

EVENTS: Final = """
for (const [name, kind] of [["studio:edit", "apply"], ["studio:sound", "play"], ["studio:whole", "submit"]]) {
  element.addEventListener(name, (event) => trigger(kind, { sent: event.detail }));
}
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
    parts["edited"] = gr.Textbox(visible=False)
    parts["sounded"] = gr.Textbox(visible=False)
    parts["assembled"] = gr.Textbox(visible=False)


def wire_editor(parts: layout.Parts, actions: Actions, changes: Callable[[Update], Any]) -> None:
    """Let the script ask and hear its answers."""
    desk = Editor(actions)
    session, edited, sounded = parts["session"], parts["edited"], parts["sounded"]

    def answer(session: Session, event: gr.EventData, request: gr.Request) -> str:
        session.page = request.session_hash or ""
        return written(desk.answer(sent_with(event), session, language_of(request)))

    async def speak(event: gr.EventData, request: gr.Request) -> AsyncIterator[str]:
        async for given in desk.speak(sent_with(event), language_of(request), request.session_hash or ""):
            yield await asyncio.to_thread(written, given)

    async def whole(session: Session, event: gr.EventData, request: gr.Request) -> AsyncIterator[dict[Any, Any]]:
        sent, language, tab = sent_with(event), language_of(request), request.session_hash or ""
        work = desk.assemble if sent.get("action") == "assemble" else desk.open
        async for update in work(sent, session, language, tab, client_of(request)):
            if "assembled" in update:
                update = {**update, "assembled": await asyncio.to_thread(written, update["assembled"])}
            yield changes(update)

    parts["editor"].apply(answer, session, edited, queue=False, **_PRIVATE).then(
        None, edited, None, js=_DONE, **_PRIVATE
    )
    parts["editor"].play(
        speak, None, sounded, concurrency_limit=None, concurrency_id="speak", trigger_mode="multiple", **_PRIVATE
    ).then(None, sounded, None, js=_DONE, **_PRIVATE)
    shown = ("edit_notice", "cancel", "generate", "player", "reading", "timings", "takes", "assembled")
    parts["editor"].submit(
        whole,
        session,
        [parts[name] for name in shown],
        concurrency_limit=None,
        concurrency_id="speak",
        **_PRIVATE,
    ).then(None, parts["assembled"], None, js=_DONE, **_PRIVATE)
