"""One look of what is moved, chosen, ticked and unfolded, on whatever tab it stands and whoever draws it."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, settle, unfold
from tests.browser.test_page import choose, generate

pytestmark = pytest.mark.browser

Colour = tuple[int, int, int]

DIALOGUE = "小明：今天去哪里？\n小红：我们去公园。"
LOOK = """(all) => [...new Set(all.filter((one) => one.checkVisibility()).map((one) => {
  const is = getComputedStyle(one);
  return [is.appearance, is.backgroundImage, is.height].join(" ");
}))]"""
SIGN = """(all) => all.filter((one) => one.checkVisibility()).map((one) => {
  const after = getComputedStyle(one, "::after"), { display, listStyleType } = getComputedStyle(one);
  return [after.backgroundImage.slice(0, 20), after.width, after.height, listStyleType, display].join(" ");
})"""


def looks(page: Page, what: str) -> list[str]:
    found: list[str] = page.eval_on_selector_all(what, LOOK)
    return found


def coloured(slider: Locator) -> dict[str, Colour]:
    """The colours of a slider's picture: its track on either side, the thumb's edge and inside, the ground."""
    slider.scroll_into_view_if_needed()
    picture = Image.open(io.BytesIO(slider.screenshot())).convert("RGB")
    share: float = slider.evaluate("(one) => (one.value - one.min) / (one.max - one.min)")
    middle, at = picture.height // 2, round(8 + share * (picture.width - 16))

    def most(columns: range, rows: range) -> Colour:
        return Counter(picture.getpixel((x, y)) for x in columns for y in rows).most_common(1)[0][0]  # type: ignore[return-value]

    track = range(middle - 1, middle + 1)
    return {
        "left": most(range(2, at - 10), track),
        "right": most(range(at + 10, picture.width - 2), track),
        "edge": most(range(at - 1, at + 1), range(middle - 7, middle - 6)),
        "inside": most(range(at - 3, at + 3), track),
        "ground": most(range(at + 10, picture.width - 2), range(middle - 6, middle - 5)),
    }


def is_blue(colour: Colour) -> bool:
    return colour[2] - colour[0] > 30


def is_far(colour: Colour, other: Colour) -> bool:
    return max(abs(one - two) for one, two in zip(colour, other, strict=True)) > 20


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_slider_looks_the_same_and_a_double_click_puts_it_back(open_page: Open, dark: bool) -> None:
    page = open_page(dark=dark)
    generate(page, "天气很好。")
    choose(page, "emotion", "混合…")
    unfold(page, "delivery")
    sliders = [f"#{name} input[type=range]" for name in ("speed", "pitch", "energy")]
    for slider in map(page.locator, (*sliders, "#share-happy", ".player-level")):
        before = slider.input_value()
        slider.evaluate("""(one) => {
          one.value = Number(one.min) + 0.75 * (one.max - one.min);
          one.dispatchEvent(new Event("input", { bubbles: true }));
        }""")
        page.mouse.move(0, 0)
        settle(page)
        of = coloured(slider)
        assert is_blue(of["left"]) and is_blue(of["edge"]), "the thumb has an edge"
        assert not is_far(of["inside"], of["ground"]) and not is_blue(of["right"])
        assert is_far(of["right"], of["ground"]), "the rest of the track is seen as well"
        slider.dblclick()
        expect(slider).to_have_value(before)
    page.click("#header [data-tab=voices]")
    designed = page.locator("#voice-pitch")
    assert is_blue(coloured(designed)["edge"])
    designed.fill("3")
    designed.dblclick()
    expect(designed).to_have_value("0")
    assert len(looks(page, "input[type=range]")) == 1


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_list_has_the_same_thin_arrow(open_page: Open, dark: bool) -> None:
    page = open_page(dark=dark)
    page.fill("#text textarea", DIALOGUE)
    expect(page.locator("#speakers select")).to_have_count(2)
    unfold(page, "advanced")
    lists = "select:not(.player-speed), .picker input, #settings [role=combobox]:read-only"
    arrows = {one.split(" ", 1)[1].rsplit(" ", 1)[0] for one in looks(page, lists)}
    assert len(arrows) == 1 and "svg" in arrows.pop()
    expect(page.locator("#settings .icon-wrap >> visible=true")).to_have_count(0)
    left = "(all) => all.map((one) => Number.parseFloat(getComputedStyle(one).paddingLeft))"
    assert set(page.eval_on_selector_all("#engine input, #vocoder input", left)) == {12}, "none is indented"
    for tab, there in {"system": "#system select", "books": "#shelf-rows > *"}.items():
        page.click(f"#header [data-tab={tab}]")
        expect(page.locator(there).first).to_be_visible()
        assert all("svg" in one and one.startswith("none") for one in looks(page, "select:not(.player-speed)"))


def test_every_fold_has_its_arrow_at_the_right(open_page: Open) -> None:
    page = open_page()
    generate(page, "天气很好。")
    folds = "details > summary, #delivery > button, #advanced > button, #plots > button"
    found: list[str] = page.eval_on_selector_all(folds, SIGN)
    for tab, there in {"models": "#model-rows .model-row", "system": "#system summary", "books": "#shelf"}.items():
        page.click(f"#header [data-tab={tab}]")
        expect(page.locator(there).first).to_be_visible()
        found += page.eval_on_selector_all("details > summary", SIGN)
    assert len(found) > 6 and set(found) == {'url("data:image/svg+ 10px 6px none flex'}
    expect(page.locator(".fold > button > .icon >> visible=true")).to_have_count(0)


@pytest.mark.parametrize(("width", "inset"), [(1440, 24), (1000, 24), (390, 16)])
def test_the_settings_stand_in_the_middle_of_their_panel_which_shows_that_it_scrolls(
    open_page: Open, width: int, inset: int
) -> None:
    page = open_page(width=width, height=700)
    if width < 720:
        page.click("#settings-open")
    for name in ("delivery", "advanced"):
        unfold(page, name)
    insets: list[list[float]] = page.evaluate("""() => {
      const panel = document.querySelector("#settings"), { left, width } = panel.getBoundingClientRect();
      return [...panel.children].filter((one) => one.checkVisibility()).map((one) => {
        const box = one.getBoundingClientRect();
        return [box.left - left, left + width - box.right];
      });
    }""")
    assert insets and all(one == [inset, inset] for one in insets), insets
    fade = """() => {
      const panel = document.querySelector("#settings"), { bottom, left } = panel.getBoundingClientRect();
      const last = [...panel.children].at(-1).getBoundingClientRect();
      return [panel.scrollHeight - panel.clientHeight - panel.scrollTop, bottom - last.bottom];
    }"""
    assert page.evaluate(fade)[0] > 100
    page.evaluate("document.querySelector('#settings').scrollTop = 1e6")
    left, below = page.evaluate(fade)
    assert left < 1 and below >= 20, "the last one is not under what fades"
