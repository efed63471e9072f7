"""The look that Gradio's own theme system can carry; ``lib/style.css`` does the rest.

Neutrals with one accent, hairlines instead of boxes, the system's own fonts. Nothing is fetched from anywhere.
"""

from __future__ import annotations

from typing import Final

import gradio as gr
from gradio.themes.utils import colors, fonts, sizes

ACCENT: Final = "#3B6EF6"
ACCENT_DARK: Final = "#7AA2FF"

FONTS: Final = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")
FONTS_MONO: Final = ("ui-monospace", "SF Mono", "Consolas", "Noto Sans Mono CJK SC", "monospace")

_BLUE: Final = colors.Color(
    name="studio-blue",
    c50="#F1F5FF",
    c100="#E2EAFF",
    c200="#C7D6FF",
    c300="#A3BDFF",
    c400=ACCENT_DARK,
    c500=ACCENT,
    c600="#2B5BE0",
    c700="#2349B8",
    c800="#1E3C92",
    c900="#1A3270",
    c950="#111F47",
)
_GREY: Final = colors.Color(
    name="studio-grey",
    c50="#FAFAFB",
    c100="#F4F5F7",
    c200="#E6E8EC",
    c300="#D3D7DE",
    c400="#9AA1AD",
    c500="#666E7C",
    c600="#4A515E",
    c700="#333944",
    c800="#22272F",
    c900="#181B21",
    c950="#101216",
)
_RADIUS: Final = sizes.Size(
    name="studio-radius", xxs="2px", xs="4px", sm="6px", md="8px", lg="10px", xl="10px", xxl="10px"
)
_TEXT: Final = sizes.Size(
    name="studio-text", xxs="13px", xs="13px", sm="13px", md="14px", lg="16px", xl="18px", xxl="24px"
)
_SPACE: Final = sizes.Size(
    name="studio-space", xxs="2px", xs="4px", sm="4px", md="8px", lg="8px", xl="16px", xxl="24px"
)


def studio_theme() -> gr.themes.Base:
    theme = gr.themes.Base(
        primary_hue=_BLUE,
        secondary_hue=_BLUE,
        neutral_hue=_GREY,
        radius_size=_RADIUS,
        text_size=_TEXT,
        spacing_size=_SPACE,
        font=[fonts.Font(name) for name in FONTS],
        font_mono=[fonts.Font(name) for name in FONTS_MONO],
    )
    theme.name = "studio"
    return theme.set(
        # Ground.
        body_background_fill="#F7F8FA",
        body_background_fill_dark="#101216",
        body_text_color="#1A1D23",
        body_text_color_dark="#E8EAEE",
        body_text_color_subdued="#5C6472",
        body_text_color_subdued_dark="#9BA3B1",
        background_fill_primary="#FFFFFF",
        background_fill_primary_dark="#181B21",
        background_fill_secondary="#F4F5F7",
        background_fill_secondary_dark="#1E222A",
        border_color_primary="#E3E6EB",
        border_color_primary_dark="#2A2F39",
        border_color_accent="*primary_500",
        border_color_accent_dark="*primary_400",
        color_accent=ACCENT,
        color_accent_soft="#EDF2FF",
        color_accent_soft_dark="#1C2740",
        link_text_color="*primary_600",
        link_text_color_dark="*primary_400",
        # Blocks carry no box of their own: the page's two cards do.
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_border_color="transparent",
        block_border_color_dark="transparent",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_label_border_width="0px",
        block_label_text_color="*body_text_color_subdued",
        block_label_text_color_dark="*body_text_color_subdued",
        block_label_text_size="13px",
        block_title_text_color="*body_text_color_subdued",
        block_title_text_color_dark="*body_text_color_subdued",
        block_title_text_size="13px",
        block_title_text_weight="500",
        block_info_text_color="*body_text_color_subdued",
        block_info_text_color_dark="*body_text_color_subdued",
        block_info_text_size="13px",
        block_padding="0px",
        block_radius="10px",
        block_shadow="none",
        block_shadow_dark="none",
        form_gap_width="0px",
        layout_gap="16px",
        panel_border_width="0px",
        shadow_drop="0 1px 2px rgb(16 18 22 / 4%), 0 4px 16px rgb(16 18 22 / 5%)",
        shadow_drop_lg="0 1px 2px rgb(16 18 22 / 6%), 0 8px 24px rgb(16 18 22 / 10%)",
        # Inputs.
        input_background_fill="#FFFFFF",
        input_background_fill_dark="#1E222A",
        input_border_color="#D9DDE4",
        input_border_color_dark="#333944",
        input_border_color_hover="#B9C0CC",
        input_border_color_hover_dark="#4A515E",
        input_border_color_focus="*primary_500",
        input_border_color_focus_dark="*primary_400",
        input_border_width="1px",
        input_padding="8px 12px",
        input_radius="8px",
        input_placeholder_color="#6B7280",
        input_placeholder_color_dark="#868F9E",
        input_shadow="none",
        input_shadow_focus="0 0 0 3px rgb(59 110 246 / 16%)",
        input_shadow_focus_dark="0 0 0 3px rgb(122 162 255 / 20%)",
        slider_color="*primary_500",
        slider_color_dark="*primary_400",
        loader_color="*primary_500",
        loader_color_dark="*primary_400",
        # Buttons: one loud, the rest quiet.
        button_border_width="1px",
        button_transition="background-color 120ms ease, border-color 120ms ease, color 120ms ease",
        button_transform_hover="none",
        button_transform_active="none",
        button_large_padding="10px 20px",
        button_large_radius="8px",
        button_large_text_size="16px",
        button_large_text_weight="600",
        button_medium_padding="8px 16px",
        button_medium_radius="8px",
        button_medium_text_size="14px",
        button_medium_text_weight="500",
        button_small_padding="4px 12px",
        button_small_radius="6px",
        button_small_text_size="13px",
        button_small_text_weight="500",
        button_primary_background_fill="#376AF2",  # the accent, as dark as white words on it need
        button_primary_background_fill_dark=ACCENT_DARK,
        button_primary_background_fill_hover="#2B5BE0",
        button_primary_background_fill_hover_dark="#95B5FF",
        button_primary_border_color="transparent",
        button_primary_border_color_dark="transparent",
        button_primary_text_color="#FFFFFF",
        button_primary_text_color_dark="#0D1426",
        button_secondary_background_fill="transparent",
        button_secondary_background_fill_dark="transparent",
        button_secondary_background_fill_hover="#EEF0F3",
        button_secondary_background_fill_hover_dark="#262B34",
        button_secondary_border_color="#D9DDE4",
        button_secondary_border_color_dark="#333944",
        button_secondary_border_color_hover="#B9C0CC",
        button_secondary_border_color_hover_dark="#4A515E",
        button_secondary_text_color="*body_text_color",
        button_secondary_text_color_dark="*body_text_color",
    )
