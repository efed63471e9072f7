"""The page's layout: functions that make the parts and put them into place.

Each runs inside ``with gr.Blocks()`` and puts the parts that events need into the table ``parts``, by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import gradio as gr
from gradio.themes.utils import colors, fonts, sizes

from indextts.model.settings import QUALITIES, RANGES, SAMPLED, SETTINGS, Setting
from indextts.model.utterance import Settings
from indextts.platform.tables import tables_beside
from indextts.studio import panels
from indextts.studio.strings import label
from indextts.studio.tabs.speak.actions import DOWNLOADS, SUBTITLES
from indextts.voices.design import BOUNDS

if TYPE_CHECKING:
    from indextts.platform.config import Config

TITLE: Final = "IndexTTS Studio"

_DESIGNED: Final = " ".join(
    f'data-{name}="{BOUNDS[name][0]:g} {BOUNDS[name][1]:g}"' for name in ("tract", "pitch", "range", "rate")
)
"""The numbers of a designed voice that its tab offers; a voice keeps the others that it has."""

TABS: Final[dict[str, dict[str, str]]] = {
    "speak": {},
    "edit": {},
    "voices": {"voicebook": f'<div class="voicebook" {_DESIGNED}></div>', "clonebook": '<div class="voicebook"></div>'},
    "dictionary": {"lexicon": '<div class="lexicon"></div>'},
    "books": {"books": '<div class="books"></div>'},
    "history": {"history": '<div class="history"></div>'},
    "models": {"models": '<div class="models"></div>'},
    "system": {"system": '<div class="system"></div>'},
}
"""The tabs in their order, each with the cards that its scripts draw over REST, by their ids."""

RESTORE_EVENTS: Final = """
element.addEventListener("studio:restore", () => trigger("apply", {}));
"""
"""A tab's script tells when the fields are to show another project: the text and the settings are Gradio's."""

TAKE_EVENTS: Final = """
element.addEventListener("studio:takes", () => trigger("apply", {}));
"""
"""The page's script tells that another take is shown, while its pictures are to be seen."""

PICK_EVENTS: Final = """
element.addEventListener("studio:picked", () => trigger("submit", {}));
"""
"""The page's script tells when something was chosen in one of its own lists."""

LINES: Final = 5
"""Of an empty text; it grows with what is written."""

PICKED: Final = ("engine", "voice", "emotion")
"""The settings that are chosen in lists of the page's own (tabs/speak/choices.js)."""

Parts = dict[str, Any]


EXAMPLES: Final = ("news", "story", "mixed", "numbers", "dialogue")
"""Texts that show what the studio can do, by the names of their words."""


def studio_theme() -> gr.themes.Base:
    """The look that Gradio's own theme system can carry: the table ``theme.yaml``."""
    table = tables_beside(__file__, "theme.yaml")
    theme = gr.themes.Base(
        primary_hue=colors.Color(**table["blue"]),
        secondary_hue=colors.Color(**table["blue"]),
        neutral_hue=colors.Color(**table["grey"]),
        radius_size=sizes.Size(**table["radius"]),
        text_size=sizes.Size(**table["text"]),
        spacing_size=sizes.Size(**table["space"]),
        font=[fonts.Font(name) for name in table["font"]],
        font_mono=[fonts.Font(name) for name in table["font_mono"]],
    )
    theme.name = "studio"
    return theme.set(**table["set"])


def writing(parts: Parts, config: Config) -> list[tuple[gr.Button, str]]:
    """The text with its meter, the examples, the notice, Cancel and Generate; returns the examples with their names."""
    parts["text"] = gr.Textbox(
        elem_id="text",
        label=label("text"),
        show_label=False,
        placeholder=label("text_placeholder"),
        lines=LINES,
        max_lines=400,  # the style sheet says from which height on it scrolls
        container=False,
        autofocus=True,
    )
    with gr.Row(elem_id="under-text"):
        with gr.Row(elem_id="examples"):
            html(panels.bilingual("examples", classes="row-label"), "examples-label")
            examples = [
                (gr.Button(label(f"example_{name}"), size="sm", min_width=0, scale=0), name) for name in EXAMPLES
            ]
            parts["undo"] = gr.Button(label("undo"), elem_id="undo", size="sm", min_width=0, scale=0)
        html('<div class="inserts"></div>', "inserts")
        html(_meter(config), "meter")
    html(_fold(), "settings-fold")
    with gr.Row(elem_id="actions"):
        html(panels.idle(), "notice")
        html(panels.play_as_made(), "play-as-made")
        parts["cancel"] = gr.Button(label("cancel"), elem_id="cancel", interactive=False, min_width=0, scale=0)
        parts["generate"] = gr.Button(label("generate"), elem_id="generate", variant="primary", min_width=0, scale=0)
    return examples


def settings(parts: Parts, default: Settings, config: Config) -> None:
    """The voice, the emotion and its strength; the rest folded away."""
    html(_settings_head(), "settings-head")
    html(_list("voice"), "voice")
    html('<div class="licence-place"></div>', "licence")
    qualities = {name: f"quality_{name}" for name in QUALITIES}
    parts["quality"] = _dropdown("quality", qualities, default, info=label("quality_info"))
    html('<ul class="hint quality-takes"></ul>', "quality-takes")
    parts["commercial"] = gr.Checkbox(
        default.commercial, label=label("commercial"), info=label("commercial_info"), elem_id="commercial"
    )
    html('<div class="speakers"></div>', "speakers")
    html(_list("emotion"), "emotion")
    html('<div class="mixture"></div>', "mixture")
    parts["emotion_text"] = gr.Textbox(
        default.emotion_text,
        label=label("emotion_words"),
        placeholder=label("emotion_words_example"),
        lines=2,
        max_lines=4,
        max_length=SETTINGS["emotion_text"].longest,
        elem_id="emotion-text",
    )
    html('<div class="recording"></div>', "emotion-recording")
    parts["intensity"] = _slider("intensity", default)
    html('<p class="hint" id="intensity-word"></p>', "intensity-hint")
    with gr.Accordion(label("delivery"), open=False, elem_id="delivery", elem_classes="fold"):
        parts["speed"] = _slider("speed", default)
        parts["pitch"] = _slider("pitch", default)
        parts["energy"] = _slider("energy", default)
    html('<div class="note-place"></div>', "engine-note")
    with gr.Accordion(label("advanced"), open=False, elem_id="advanced", elem_classes="fold"):
        html(_list("engine"), "engine")
        vocoders = {name: f"vocoder_{name}" for name in SETTINGS["vocoder"].choices}
        parts["vocoder"] = _dropdown("vocoder", vocoders, default, info=label("vocoder_info"))
        # A model of one's own can be chosen where the configuration names it.
        known = SETTINGS["prosody"].choices
        models = {name: f"prosody_{name}" for name in known if name != "llm" or default.prosody == "llm"}
        parts["prosody"] = _dropdown("prosody", models, default, info=label("prosody_info"))
        registers = {name: f"register_{name}" for name in SETTINGS["register"].allowed}
        parts["register"] = _dropdown("register", registers, default, info=label("register_info"))
        parts["seed"] = _number(SETTINGS["seed"], value=default.seed, info=label("seed_info"), precision=0)
        with gr.Row(elem_id="levels"):
            for name, value in {"loudness": config.audio.loudness_lufs, "peak": config.audio.peak_dbtp}.items():
                parts[name] = _number(SETTINGS[name], placeholder=f"{value:g}", min_width=0)
        _sampling(parts)


def _sampling(parts: Parts) -> None:
    """How an engine draws its tokens: numbers that are as published where they are left empty."""
    with gr.Column(elem_id="sampling", min_width=0):
        html(panels.bilingual("sampling", classes="row-label"), "sampling-label")
        for name, row in SAMPLED.items():
            if row.kind is bool:
                parts[name] = gr.Checkbox(row.default, label=label(name), elem_id=name)
            else:
                parts[name] = _number(row, name, placeholder=f"{row.default:g}", min_width=0)


def result(parts: Parts) -> list[tuple[gr.Button, str]]:
    """The player's place, what can be taken along, how it was read, how long it took.

    The player itself is the page's own (``lib/player.js``). Returns the download buttons with their formats.
    """
    with gr.Row(elem_id="listen"):
        html('<div class="player-place"></div>', "player")
    with gr.Row(elem_id="captions"):
        html('<p id="caption-text" lang="zh-CN"></p>', "caption")
        html('<p class="hint" role="status" hidden></p>', "not-free")
        with gr.Row(elem_id="downloads"):
            html(panels.bilingual("download", classes="row-label"), "downloads-label")
            downloads = _downloads(DOWNLOADS)
        with gr.Row(elem_id="subtitles"):
            html(panels.bilingual("subtitles", classes="row-label"), "subtitles-label")
            downloads += _downloads(SUBTITLES)
    html(panels.empty_result(), "reading")
    return downloads


def _downloads(kinds: Iterable[str]) -> list[tuple[gr.Button, str]]:
    return [
        (
            gr.Button("Anki" if kind == "apkg" else kind, size="sm", min_width=0, scale=0, elem_id=f"download-{kind}"),
            kind,
        )
        for kind in kinds
    ]


def cards(parts: Parts) -> None:
    """How long the last run took, and the containers of the other tabs."""
    html('<div class="timings-place"></div>', "timings")
    for tab in TABS.values():
        parts.update({name: html(place, name, RESTORE_EVENTS) for name, place in tab.items()})


def hidden(parts: Parts, default: Settings, folder: Path) -> None:
    """What is not shown: values that travel between the page's script and the server.

    ``folder`` is where the audio lies.
    """
    parts["shown"] = gr.Textbox("", visible=False)  # the take below the player, by its id
    parts["emotion_reference"] = gr.Textbox("", visible=False)
    for name in PICKED:  # seen by the browser, so that a change is told
        parts[name] = gr.Textbox(getattr(default, name), elem_id=f"{name}-value", visible="hidden")
    parts["picks"] = html('<div class="pick"></div>', "picks", PICK_EVENTS)
    parts["audio"] = gr.Audio(label="audio", visible=False, type="filepath")
    # What it serves lies in the outputs' folder already: no second copy of it.
    parts["audio"].GRADIO_CACHE = str(folder)


def html(value: str, elem_id: str, script: str | None = None) -> gr.HTML:
    """A piece of HTML with nothing of Gradio's own look; ``script`` runs once, when it is drawn."""
    return gr.HTML(value, elem_id=elem_id, js_on_load=script, apply_default_css=False)


def _dropdown(name: str, choices: Mapping[str, str], default: Settings, **look: Any) -> gr.Dropdown:
    """A list for the setting ``name``: its values, with the keys of what each is called."""
    rows = [(label(key), value) for value, key in choices.items()]
    return gr.Dropdown(rows, value=getattr(default, name), label=label(name), filterable=False, elem_id=name, **look)


def _list(name: str) -> str:
    """The place of a list that the page's script draws."""
    return f'<div class="picker" data-setting="{name}"></div>'


def _settings_head() -> str:
    """On a narrow screen the settings are a sheet, which is closed here; and the presets of all of them."""
    return (
        f'<div class="sheet-head">{panels.bilingual("settings", tag="h2")}'
        f'<button type="button" class="icon-button" data-sheet="close">'
        f'<span class="glyph glyph-close" aria-hidden="true"></span>{panels.bilingual("close", classes="sr-only")}'
        f'</button></div><div class="presets"></div>'
    )


def _fold() -> str:
    """What stands for the settings on a narrow screen."""
    return (
        '<button type="button" id="settings-open" aria-expanded="false" aria-controls="settings" data-sheet="open">'
        f'{panels.bilingual("settings")}<span class="settings-now"></span></button>'
    )


def _slider(name: str, default: Settings) -> gr.Slider:
    (low, high), step = RANGES[name], SETTINGS[name].step
    return gr.Slider(low, high, getattr(default, name), step=step, label=label(name), elem_id=name, buttons=["reset"])


def _number(row: Setting, name: str = "", *, value: float | None = None, **look: Any) -> gr.Number:
    """A field for a number, called ``name`` where that is not the setting's own; empty without a ``value``."""
    (low, high), name = row.bounds or (None, None), name or row.name
    return gr.Number(value, label=label(name), minimum=low, maximum=high, step=row.step, elem_id=name, **look)


def _meter(config: Config) -> str:
    ahead = str(config.speaks_ahead).lower()
    return f'<p id="meter-text" data-max="{config.server.max_text_chars}" data-ahead="{ahead}"></p>'


def header() -> str:
    """Name, tabs, state of the server, switches for language and theme, the way out, in both languages."""
    tabs = "".join(
        f'<a href="#/{"" if name == "speak" else name}" data-tab="{name}">{panels.bilingual(f"tab_{name}")}</a>'
        for name in TABS
    )
    return (
        f'<header><h1>{TITLE}</h1><nav class="tabs">{tabs}</nav>'
        f'<button type="button" id="project-switch" aria-haspopup="menu" aria-expanded="false">'
        f'<span class="glyph glyph-project" aria-hidden="true"></span><span class="project-title"></span></button>'
        f'<div class="header-end">'
        f'<p id="status" role="status"><span class="dot" aria-hidden="true"></span>'
        f'<span class="status-text">{panels.bilingual("status_connecting")}</span></p>'
        f'<button type="button" class="icon-button" id="help-switch"><span aria-hidden="true">?</span>'
        f"{panels.bilingual('help_open', classes='sr-only')}</button>"
        f'<button type="button" class="icon-button" id="language-switch"><span aria-hidden="true">文/A</span>'
        f"{panels.bilingual('switch_language', classes='sr-only')}</button>"
        f'<button type="button" class="icon-button" id="theme-switch">'
        f'<span class="glyph glyph-theme" aria-hidden="true"></span>'
        f"{panels.bilingual('switch_theme', classes='sr-only')}</button>"
        f'<form method="post" action="./logout" id="log-out" hidden><button class="icon-button">'
        f'<span class="glyph glyph-leave" aria-hidden="true"></span>'
        f"{panels.bilingual('log_out', classes='sr-only')}</button></form></div></header>"
    )
