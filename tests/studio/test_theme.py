from __future__ import annotations

import re
from importlib import resources

import pytest

from indextts.studio.layout import studio_theme


def luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def variables(dark: bool) -> dict[str, str]:
    """The colours that the style sheet and the theme give their variables, resolved."""
    sheet = resources.files("indextts.studio").joinpath("lib", "style.css").read_text(encoding="utf-8")
    block = re.search(r":root\.dark \{(.*?)\n\}" if dark else r":root \{(.*?)\n\}", sheet, re.DOTALL)
    assert block is not None
    found = re.findall(r"--([\w-]+): (?:var\([\w-]+, )?(#[0-9a-f]{3,6})", block[1])
    return {name: value if len(value) == 7 else "#" + "".join(2 * char for char in value[1:]) for name, value in found}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_can_be_read(dark: bool) -> None:
    colours = variables(dark)
    for ground in ("surface", "sunken", "ground"):
        for ink in ("ink", "quiet", "accent-ink", "bad", "good", "warn"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    assert contrast(colours["accent-ink"], colours["accent-soft"]) >= 4.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_style_sheets_fallbacks_are_the_themes_own_colours(dark: bool) -> None:
    theme, colours, end = studio_theme(), variables(dark), "_dark" if dark else ""
    same = {
        "ground": "body_background_fill",
        "surface": "background_fill_primary",
        "sunken": "background_fill_secondary",
        "ink": "body_text_color",
        "quiet": "body_text_color_subdued",
        "hairline": "border_color_primary",
    }
    for name, attribute in same.items():
        assert getattr(theme, attribute + end).lower() == colours[name], name


@pytest.mark.parametrize("end", ["", "_dark", "_hover", "_hover_dark"])
def test_the_loud_button_can_be_read(end: str) -> None:
    theme = studio_theme()
    text = theme.button_primary_text_color_dark if end.endswith("dark") else theme.button_primary_text_color
    ground = getattr(theme, f"button_primary_background_fill{end}")
    assert contrast(text.upper(), ground.upper()) >= 4.5


def test_the_theme_fetches_nothing() -> None:
    theme = studio_theme()
    assert theme._stylesheets == [] and theme._font_css == []
    css = theme._get_theme_css()
    assert all(address.startswith("data:") for address in re.findall(r"url\([\"']?(.*?)\)", css))
    assert "@import" not in css and "PingFang SC" in css
