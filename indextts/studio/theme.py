"""The look that Gradio's own theme system can carry: the table ``theme.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
import yaml
from gradio.themes.utils import colors, fonts, sizes


def studio_theme() -> gr.themes.Base:
    path = Path(__file__).parent / "theme.yaml"
    table: dict[str, Any] = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
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
