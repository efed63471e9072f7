"""The dictionary's tab, and the way from a corrected reading into it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Request, Route, expect

from indextts.model.i18n.messages import Language
from indextts.reading.lexicon import Lexicon
from indextts.reading.lexicon.entry import draft
from indextts.studio.strings import STRINGS
from tests.browser.conftest import REFUSED, Open
from tests.browser.test_fix import TEXT, generate_anew, reading_of, token
from tests.browser.test_page import generate
from tests.support.services import HeldEngine

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def lexicon(engine: HeldEngine) -> Iterator[Lexicon]:
    """The server's own dictionary, empty before and after."""
    lexicon = Lexicon(engine.config.library_path)  # type: ignore[attr-defined]

    def clear() -> None:
        for entry in lexicon.entries():
            lexicon.remove(entry.id)

    clear()
    yield lexicon
    clear()
    lexicon.close()


def opened(page: Page) -> Page:
    page.click("#header [data-tab=dictionary]")
    expect(page.locator("#lexicon-rows > *").first).to_be_visible()
    return page


def add(page: Page, word: str, reading: str) -> None:
    page.fill("#lexicon-add [name=word]", word)
    page.fill("#lexicon-add [name=reading]", reading)
    page.keyboard.press("Enter")


def words(page: Page) -> list[str]:
    return page.locator("#lexicon .entry-word").all_inner_texts()


def test_a_corrected_reading_is_remembered_and_the_next_text_uses_it(open_page: Open) -> None:
    page = open_page()
    generate(page, TEXT)
    token(page, "重").click()
    page.click("#fix [data-choose=zhong4]")
    expect(page.locator("#fix .remember [name=word]")).to_have_value("重庆")
    expect(page.locator("#fix .remember [name=reading]")).to_have_value("zhòng qìng")
    page.click("#fix .remember button")
    expect(page.locator("#fix .remembered")).to_contain_text("已添加“重庆”")
    page.keyboard.press("Escape")
    # Another text: in sentences like those that were fixed, the fix would stay.
    page.fill("#text textarea", "明年夏天大家去重庆吃火锅吧。")
    generate_anew(page)
    assert reading_of(page, "重") == "zhòng"
    token(page, "重").click()
    expect(page.locator("#fix .fix-head")).to_contain_text("我的词典")
    page.keyboard.press("Escape")
    opened(page)
    assert words(page) == ["重庆"]
    page.click("#lexicon [data-do=remove]")
    expect(page.locator("#lexicon .empty")).to_be_visible()
    page.click("#header [data-tab=speak]")
    generate_anew(page)
    assert reading_of(page, "重") == "chóng"


def test_a_name_is_remembered_whole_whatever_of_it_was_fixed(open_page: Open) -> None:
    page = open_page()
    generate(page, "老师叫曾国强过来。")
    token(page, "曾").click()
    page.fill("#fix .fix-typed [name=reading]", "zēng")
    page.keyboard.press("Enter")
    expect(page.locator("#fix .remember [name=word]")).to_have_value("曾国强")
    expect(page.locator("#fix .remember [name=reading]")).to_have_value("zēng guó qiáng")
    page.fill("#fix .remember [name=word]", "曾国")
    expect(page.locator("#fix .remember [name=reading]")).to_have_value("zēng guó")


def test_remembering_can_be_undone_and_is_refused_in_its_place(
    open_page: Open, lexicon: Lexicon, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    page = open_page()
    generate(page, TEXT)
    token(page, "重").click()
    page.click("#fix [data-choose=zhong4]")
    reading = page.locator("#fix .remember [name=reading]")
    reading.fill("zhòng")
    page.keyboard.press("Enter")
    expect(page.locator("#fix .remember .told")).to_contain_text("2 个汉字")
    assert "ARPAbet" not in page.locator("#fix .remember .told").inner_text()
    assert lexicon.entries() == []
    reading.fill("")
    page.fill("#fix .remember [name=word]", "重庆市")
    expect(reading).to_have_value("zhòng qìng shì")
    page.fill("#fix .remember [name=word]", "重庆市人")
    page.keyboard.press("Enter")
    expect(page.locator("#fix .remembered")).to_be_visible()
    assert [(entry.word, entry.reading) for entry in lexicon.entries()] == [("重庆市人", "zhong4 qing4 shi4 ren2")]
    expect(page.locator("#fix [data-undo]")).to_be_visible()
    page.locator("#fix .remembered button").click()
    expect(page.locator("#fix .remembered")).to_have_text("已撤销。")
    assert lexicon.entries() == []


def test_entries_are_added_edited_switched_and_removed_with_undo(
    open_page: Open, lexicon: Lexicon, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    page = opened(open_page())
    expect(page.locator("#lexicon .empty button")).to_have_count(1)
    page.click("#lexicon .empty button")
    page.keyboard.type("重庆")
    page.keyboard.press("Tab")
    page.keyboard.type("chóng qìng")
    page.keyboard.press("Enter")
    expect(page.locator("#lexicon .entry-reading")).to_have_text("chóng qìng")
    expect(page.locator("#lexicon-add [name=word]")).to_be_focused()
    add(page, "GPU", "G P U")
    expect(page.locator("#lexicon .entry-word")).to_have_count(2)

    row = page.locator("#lexicon tr", has_text="重庆")
    row.locator("[data-do=edit]").focus()
    page.keyboard.press("Enter")
    page.fill("#lexicon .editing [name=reading]", "zhong4")
    page.keyboard.press("Enter")
    expect(page.locator("#lexicon .editing .told")).to_contain_text("2 个汉字应有同样多的音节")
    expect(page.locator("#lexicon .editing [name=reading]")).to_be_focused()
    page.fill("#lexicon .editing [name=reading]", "zhong4 qing4")
    page.keyboard.press("Enter")
    expect(row.locator(".entry-reading")).to_have_text("zhòng qìng")
    expect(row.locator("[data-do=edit]")).to_be_focused()
    page.click("#lexicon [data-do=undo]")
    expect(row.locator(".entry-reading")).to_have_text("chóng qìng")

    row.locator("[data-do=edit]").click()
    page.fill("#lexicon .editing [name=word]", "别的")
    page.keyboard.press("Escape")
    expect(row.locator(".entry-word")).to_have_text("重庆")

    row.locator("[data-do=toggle]").click()
    expect(page.locator("#lexicon .lexicon-said")).to_contain_text("“重庆”已停用")
    assert lexicon.match("重庆") == []
    row.locator("[data-do=remove]").click()
    expect(page.locator("#lexicon .entry-word")).to_have_count(1)
    page.click("#lexicon [data-do=undo]")
    expect(page.locator("#lexicon .entry-word")).to_have_count(2)
    entry = lexicon.find("重庆")
    assert entry is not None and not entry.enabled


def test_the_next_word_may_be_typed_while_one_is_saved(open_page: Open, lexicon: Lexicon) -> None:
    page = opened(open_page())
    page.click("#lexicon .empty button")
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile(r"/v1/lexicon"), hold)
    with page.expect_request(lambda request: request.method == "POST"):
        add(page, "重阳节", "chong2 yang2 jie2")
    page.fill("#lexicon-add [name=word]", "单于")
    for route in held:
        route.continue_()
    expect(page.locator("#lexicon .entry-word")).to_have_text(["重阳节"])
    expect(page.locator("#lexicon [data-do=undo]")).to_be_visible()
    expect(page.locator("#lexicon-add [name=word]")).to_have_value("单于")


def test_an_entry_is_heard_as_it_says_in_use_or_not(open_page: Open, url: str, lexicon: Lexicon) -> None:
    lexicon.add(draft("重庆", "chong2 qing4", enabled=False))
    lexicon.add(draft("CEO", "首席执行官"))
    page = opened(open_page())
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url == f"{url}/tts":
            asked.append(json.loads(request.post_data or "")["text"])

    page.on("request", note)
    heard: list[str | None] = []
    for word in ("重庆", "CEO"):
        page.get_by_role("button", name=f"试听“{word}”").click()
        page.wait_for_function(
            "(before) => (document.querySelector('.lexicon').dataset.heard || before) !== before",
            arg=heard[-1] if heard else "",
        )
        heard.append(page.get_attribute("#lexicon .lexicon", "data-heard"))
    assert asked == ["<重庆|chong2 qing4>", "首席执行官"]
    expect(page.locator("#lexicon [aria-busy]")).to_have_count(0)
    assert httpx.get(f"{url}{heard[0]}").content[:4] == b"RIFF"


def test_searching_shows_what_is_looked_for(open_page: Open, lexicon: Lexicon) -> None:
    for number in range(130):
        lexicon.add(draft(f"词{number:03}", f"替换{number}"))
    page = opened(open_page())
    expect(page.locator("#lexicon .entry-word")).to_have_count(100)
    page.click("#lexicon [data-do=more]")
    expect(page.locator("#lexicon .entry-word")).to_have_count(130)
    page.fill("#lexicon-search", "词01")
    expect(page.locator("#lexicon .entry-word")).to_have_count(10)
    expect(page.locator("#lexicon .lexicon-foot")).to_contain_text("找到 10 条，共 130 条")
    page.fill("#lexicon-search", "没有")
    expect(page.locator("#lexicon .nothing")).to_be_visible()
    page.fill("#lexicon-search", "")
    expect(page.locator("#lexicon .entry-word")).to_have_count(100)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_dictionary_goes_out_as_a_file_and_comes_back(
    open_page: Open, lexicon: Lexicon, tmp_path: Path, kind: str
) -> None:
    lexicon.add(draft("重庆", "chong2 qing4"))
    lexicon.add(draft("GPU", "G P U", note='say "it"'))
    page = opened(open_page())
    with page.expect_download() as download:
        page.click(f"#lexicon [data-do={kind}]")
    assert download.value.suggested_filename == f"dictionary.{kind}"
    file = tmp_path / f"words.{kind}"
    download.value.save_as(file)
    text = file.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text))) if kind == "csv" else json.loads(text)["entries"]
    assert {row["word"]: row["reading"] for row in rows} == {"重庆": "chong2 qing4", "GPU": "G P U"}
    for entry in lexicon.entries():
        lexicon.remove(entry.id)
    page.set_input_files("#lexicon-file", file)
    expect(page.locator("#lexicon .lexicon-said")).to_contain_text("新增 2 条")
    expect(page.locator("#lexicon .entry-word")).to_have_count(2)
    page.click("#lexicon [data-do=undo]")
    expect(page.locator("#lexicon .empty")).to_be_visible()


def test_a_file_from_a_chinese_spreadsheet_is_read_and_a_wrong_one_is_refused_by_row(
    open_page: Open, lexicon: Lexicon, tmp_path: Path, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    page = opened(open_page())
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes("词,读法\n单于,chan2 yu2\n".encode("gb18030"))
    page.click("#lexicon .empty button")
    add(page, "长江", "chang jiang")
    told = page.locator("#lexicon-add .told")
    expect(told).to_contain_text("缺声调")
    page.set_input_files("#lexicon-file", good)
    expect(page.locator("#lexicon .entry-word")).to_have_text("单于")
    expect(told).to_have_text("")
    bad.write_text("word,reading\n长江,chang2 jiang1\n黄河,zzz9 he2\n", encoding="utf-8")
    page.set_input_files("#lexicon-file", bad)
    expect(page.locator("#lexicon .lexicon-said.bad")).to_contain_text("第 3 行")
    assert [entry.word for entry in lexicon.entries()] == ["单于"]


def test_entries_cannot_put_markup_into_the_page(open_page: Open, lexicon: Lexicon) -> None:
    nasty = "<img src=x onerror='window.hit=1'>"
    lexicon.add(draft(nasty, "替换" + nasty, note=nasty))
    page = opened(open_page())
    assert words(page) == [nasty] and page.locator("#lexicon img").count() == 0
    assert page.evaluate("window.hit") is None


def test_the_open_tab_is_kept_and_both_tabs_keep_their_work(open_page: Open) -> None:
    page = open_page()
    page.fill("#text textarea", "还没写完")
    opened(page)
    expect(page.locator("#text")).to_be_hidden()
    expect(page.locator("#header [aria-current=page]")).to_have_attribute("data-tab", "dictionary")
    page.reload()
    expect(page.locator("#lexicon .empty")).to_be_visible()
    page.go_back()
    expect(page.locator("#text")).to_be_visible()
    expect(page.locator("#lexicon")).to_be_hidden()
    expect(page.locator("#text textarea")).to_have_value("还没写完")
    expect(page.locator("#header [aria-current=page]")).to_have_attribute("data-tab", "speak")


@pytest.mark.parametrize(("language", "other"), [("zh-CN", "en"), ("en-US", "zh")])
def test_the_tab_speaks_the_readers_language(open_page: Open, lexicon: Lexicon, language: str, other: Language) -> None:
    page = opened(open_page(language=language))
    lexicon.add(draft("GPU", "G P U"))
    page.reload()
    opened(page)
    page.click("#lexicon [data-do=edit]")
    seen = page.inner_text("body")
    wrong = [text for words in STRINGS.values() if len(text := words.of(other)) > 3 and text in seen]
    assert wrong == []


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_the_tab_fits_the_window(open_page: Open, lexicon: Lexicon, width: int) -> None:
    lexicon.add(draft("重庆" * 16, " ".join(["chong2"] * 32)))
    lexicon.add(draft("W" * 64, "V" * 300 + "v"))
    page = opened(open_page(width=width, height=844))
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
    page.locator("#lexicon [data-do=edit]").first.click()
    assert page.evaluate(overflow) == 0
    header = page.locator("#header header")
    assert header.evaluate("(it) => it.scrollWidth - it.clientWidth") == 0
    nameless = page.evaluate("""() => [...document.querySelectorAll("button, input, select")]
        .filter((part) => part.offsetParent && !part.getAttribute("aria-label") && !part.labels?.length
            && !part.textContent.trim()).map((part) => part.outerHTML)""")
    assert nameless == []
