"""Whatever text is to be seen can be read: WCAG 2's contrast, computed from what the browser really paints."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, settle, unfold

pytestmark = pytest.mark.browser

TOO_FAINT = """
() => {
  const parse = (colour) => {
    const [red, green, blue, alpha = 1] = colour.match(/[\\d.]+/g).map(Number);
    const unit = colour.startsWith("color(") ? 255 : 1;
    return [red * unit, green * unit, blue * unit, alpha];
  };
  const over = (top, below) => {
    const alpha = top[3] + below[3] * (1 - top[3]);
    const mixed = (i) => (alpha ? (top[i] * top[3] + below[i] * below[3] * (1 - top[3])) / alpha : 0);
    return [mixed(0), mixed(1), mixed(2), alpha];
  };
  const ground = (element) => {
    let colour = [0, 0, 0, 0];
    for (let at = element; at && colour[3] < 1; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage.includes("gradient")) return null;
      colour = over(colour, parse(style.backgroundColor));
    }
    return over(colour, [255, 255, 255, 1]);
  };
  const luminance = (colour) => {
    const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(colour[0]) + 0.7152 * part(colour[1]) + 0.0722 * part(colour[2]);
  };
  const opacity = (element) => {
    let value = 1;
    for (let at = element; at; at = at.parentElement) value *= Number(getComputedStyle(at).opacity);
    return value;
  };
  const judged = (element, colour, text) => {
    const below = ground(element);
    if (!below) return null;
    const ink = parse(colour);
    const seen = over([ink[0], ink[1], ink[2], ink[3] * opacity(element)], below);
    const [bright, dim] = [luminance(seen), luminance(below)].sort((a, b) => b - a);
    const ratio = (bright + 0.05) / (dim + 0.05);
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    return ratio >= (large ? 3 : 4.5) ? null : `${ratio.toFixed(2)} ${colour} “${text.slice(0, 30)}” ${path(element)}`;
  };
  const path = (element) => {
    const names = [];
    for (let at = element; at && names.length < 4; at = at.parentElement) {
      names.unshift(at.localName + (at.id ? `#${at.id}` : [...at.classList].slice(0, 1).map((name) => `.${name}`)));
    }
    return names.join(" > ");
  };
  const visible = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const off = (element) => element.closest(":disabled, [aria-disabled=true], .sr-only, [aria-hidden=true]");
  const faint = new Set();
  let looked = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!text || !element || element.closest("script, style") || !visible(element) || off(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    looked += 1;
    faint.add(judged(element, getComputedStyle(element).color, text));
  }
  for (const field of document.querySelectorAll("input, textarea, select")) {
    if (!visible(field) || off(field) || ["range", "checkbox", "radio", "file"].includes(field.type)) continue;
    if (field.value) faint.add(judged(field, getComputedStyle(field).color, field.value));
    if (field.placeholder && !field.value) {
      faint.add(judged(field, getComputedStyle(field, "::placeholder").color, field.placeholder));
    }
  }
  faint.delete(null);
  return { looked, faint: [...faint] };
}
"""


TABS = {
    "edit": "#editor svg.curve",
    "voices": "#voice-rows li",
    "dictionary": "#lexicon-rows > *",
    "history": "#history-rows > *",
    "models": "#model-rows > *",
    "system": "#system .system-chart",
}
"""What stands in each of the other tabs once it is filled."""


def faint(page: Page, where: str) -> list[str]:
    settle(page)
    found = page.evaluate(TOO_FAINT)
    assert found["looked"] > 10, where
    return [f"{where}: {one}" for one in found["faint"]]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_all_text_has_enough_contrast(open_page: Open, language: str, dark: bool) -> None:
    page = open_page(language=language, dark=dark)
    found = faint(page, "empty")
    page.fill("#text textarea", "今天天气很好，我们去公园。重庆有12座桥！Hello.")
    page.click("#generate")
    expect(page.locator("#notice .done")).to_be_visible()
    found += faint(page, "spoken")
    unfold(page, "advanced")
    expect(page.locator("#vocoder")).to_be_visible()
    found += faint(page, "settings")
    for tab, content in TABS.items():
        page.click(f"#header [data-tab={tab}]")
        expect(page.locator(content).first).to_be_visible()
        found += faint(page, f"tab {tab}")
    assert found == []
