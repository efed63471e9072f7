"""Projects and the history on the page: what is written is kept, found again, and never lost between windows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from indextts.model.i18n.messages import Language
from indextts.studio.strings import STRINGS
from tests.browser.conftest import REFUSED, Open, unfold
from tests.browser.test_page import generate
from tests.support.waiting import until

pytestmark = pytest.mark.browser

TEXT = "今天天气很好。我们去公园。"
PROJECTS = re.compile("/v1/projects")


def write(page: Page, text: str) -> None:
    page.fill("#text textarea", text)


def projects(url: str, **how: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{url}/v1/projects", params=how).json()["projects"]
    return found


def texts(url: str) -> list[str]:
    return [httpx.get(f"{url}/v1/projects/{one['id']}").json()["text"] for one in projects(url)]


def saved(page: Page, title: str) -> None:
    expect(page.locator("#project-switch .project-title")).to_have_text(title)
    expect(page.locator("#project-switch")).to_have_attribute("data-state", "saved")


def settled(page: Page) -> None:
    """The page knows its project."""
    expect(page.locator("html")).to_have_attribute("data-saving", "saved")


def spoken(url: str, text: str = TEXT, project: str | None = None) -> str:
    job: str = httpx.post(f"{url}/v1/jobs", json={"text": text, "project": project}).json()["id"]
    until(lambda: httpx.get(f"{url}/v1/jobs/{job}").json()["status"] == "done")
    return job


def made(url: str, **fields: Any) -> str:
    project: str = httpx.post(f"{url}/v1/projects", json=fields).json()["id"]
    return project


def gone_on(page: Page) -> Page:
    """A browser that is new goes on with the project that was there."""
    page.click("#notice [data-run=last]")
    expect(page.locator("#notice [data-run=last]")).to_have_count(0)
    return page


def history(page: Page) -> Page:
    page.click("#header [data-tab=history]")
    expect(page.locator("#history-rows > *").first).to_be_visible()
    return page


def choose(page: Page, button: str, item: str) -> None:
    page.click(button)
    page.get_by_role("menuitem", name=item, exact=True).click()


def test_a_project_makes_itself_of_what_is_written_and_keeps_it(open_page: Open, url: str) -> None:
    page = open_page()
    expect(page.locator("#project-switch .project-title")).to_have_text("未命名")
    assert projects(url) == []
    write(page, TEXT)
    saved(page, "今天天气很好")
    assert texts(url) == [TEXT]
    write(page, "别的文字。")
    saved(page, "别的文字")
    assert texts(url) == ["别的文字。"]
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.locator("#text textarea")).to_have_value("别的文字。")


def test_settings_and_speakers_belong_to_the_project(open_page: Open, url: str) -> None:
    page = open_page()
    write(page, TEXT)
    saved(page, "今天天气很好")
    unfold(page, "delivery")
    expect(page.locator("#speed input[type=number]")).to_have_value("1")
    page.locator("#speed input[type=number]").fill("1.5")
    page.keyboard.press("Tab")
    expect(page.locator("#speed input[type=number]")).to_have_value("1.5")
    until(lambda: projects(url) and settings_of(url).get("speed") == 1.5)
    other = open_page()
    other.get_by_role("button", name="继续上次的“今天天气很好”").click()
    expect(other.locator("#text textarea")).to_have_value(TEXT)
    unfold(other, "delivery")
    expect(other.locator("#speed input[type=number]")).to_have_value("1.5")


def settings_of(url: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{url}/v1/projects/{projects(url)[0]['id']}").json()["settings"]
    return found


def test_what_was_typed_a_moment_before_the_page_went_is_kept(open_page: Open, url: str) -> None:
    page = open_page()
    settled(page)
    write(page, TEXT)
    page.goto("about:blank")
    until(lambda: texts(url) == [TEXT])


def test_what_is_typed_before_the_page_is_ready_stands_there_once(open_page: Open, url: str) -> None:
    page = open_page()
    settled(page)
    page.add_init_script("""new MutationObserver((_, observer) => {
      const area = document.querySelector("#text textarea[data-watched]");
      if (!area) return;
      observer.disconnect();
      area.value = "早写的字。";
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }).observe(document, { childList: true, subtree: true, attributes: true });""")
    page.reload()
    settled(page)
    expect(page.locator("#text textarea")).to_have_value("早写的字。")
    until(lambda: texts(url) == ["早写的字。"])


def test_what_was_typed_into_a_page_that_went_before_it_knew_its_project_is_there_again(
    open_page: Open, url: str
) -> None:
    made(url, text="昨天的。")
    page = gone_on(open_page())
    settled(page)
    asked: list[Route] = []
    page.route(PROJECTS, lambda route: asked.append(route))
    page.reload()
    until(lambda: page.evaluate("1") and bool(asked))
    page.locator("#text textarea[data-watched]").type("明天呢？")
    page.goto("about:blank")
    found = page.context.new_page()
    found.goto(url)
    expect(found.locator("#text textarea")).to_have_value("明天呢？")
    saved(found, "明天呢？")
    assert sorted(texts(url)) == sorted(["昨天的。", "明天呢？"])


def test_what_the_server_has_not_got_outlives_a_page_that_goes_before_it_was_shown(
    open_page: Open, url: str, forgiven: list[str]
) -> None:
    forgiven.append("net::ERR_INTERNET_DISCONNECTED")
    page = open_page()
    settled(page)
    page.context.set_offline(True)
    write(page, TEXT)
    expect(page.locator("html")).to_have_attribute("data-saving", "unsaved")
    page.goto("about:blank")
    page.context.set_offline(False)
    page.route(PROJECTS, lambda route: None)
    page.goto(url)
    page.locator("#text textarea[data-watched]").wait_for()
    page.goto("about:blank")
    found = page.context.new_page()
    found.goto(url)
    expect(found.locator("#text textarea")).to_have_value(TEXT)
    saved(found, "今天天气很好")
    assert texts(url) == [TEXT]


def test_what_is_typed_before_an_older_project_has_come_stands_below_it(open_page: Open, url: str) -> None:
    page = open_page()
    write(page, TEXT)
    saved(page, "今天天气很好")
    asked: list[Route] = []
    page.route("**/v1/projects/*", lambda route: asked.append(route), times=1)
    page.reload()
    until(lambda: page.evaluate("1") and bool(asked))
    area = page.locator("#text textarea[data-watched]")
    area.type("明天呢？")
    asked.pop().continue_()
    expect(area).to_have_value(f"{TEXT}\n明天呢？")
    until(lambda: texts(url) == [f"{TEXT}\n明天呢？"])


def test_a_long_name_to_go_on_with_fits_beside_the_button(open_page: Open, url: str) -> None:
    page = open_page()
    write(page, "第十二期节目今天我们一起去江边的旧码头走一走看一看。")
    saved(page, "第十二期节目今天我们一起去江边的旧码头走一走看…")
    other = open_page(width=390, height=844)
    button = other.get_by_role("button", name="继续上次的“第十二期节目")
    expect(button).to_be_visible()
    shown, room = button.bounding_box(), other.locator("#notice").bounding_box()
    assert shown and room and shown["x"] + shown["width"] <= room["x"] + room["width"]


def test_another_browser_begins_a_project_of_its_own_and_may_go_on_with_the_last_one(open_page: Open, url: str) -> None:
    page = open_page()
    write(page, TEXT)
    saved(page, "今天天气很好")
    other = open_page(width=390, height=844)
    settled(other)
    expect(other.locator("#text textarea")).to_have_value("")
    write(other, "第二台机器。")
    saved(other, "第二台机器")
    assert sorted(texts(url)) == sorted([TEXT, "第二台机器。"])
    other.get_by_role("button", name="继续上次的“今天天气很好”").click()
    expect(other.locator("#text textarea")).to_have_value(TEXT)
    # The idle window is told of what is written there, and shows it.
    write(other, f"{TEXT}明天再来。")
    expect(page.locator("#project-said")).to_contain_text("在别处改过")
    expect(page.locator("#text textarea")).to_have_value(f"{TEXT}明天再来。")


def test_a_text_that_has_nothing_of_the_one_before_is_a_project_of_its_own(open_page: Open, url: str) -> None:
    page = open_page()
    write(page, TEXT)
    saved(page, "今天天气很好")
    other = "城市议会昨天开会，决定今年秋天再修三座桥。"
    write(page, other)
    expect(page.locator("#project-said")).to_contain_text("已为新的文字新建项目，“今天天气很好”在历史里。")
    until(lambda: sorted(texts(url)) == sorted([TEXT, other]))


def test_a_second_window_has_a_project_of_its_own(open_page: Open, url: str) -> None:
    page = open_page()
    write(page, TEXT)
    saved(page, "今天天气很好")
    second = page.context.new_page()
    second.goto(url)
    second.wait_for_selector("#licence .licence")
    expect(second.locator("#text textarea")).to_have_value("")
    write(second, "第二个窗口。")
    saved(second, "第二个窗口")
    page.reload()
    expect(page.locator("#text textarea")).to_have_value(TEXT)
    second.reload()
    expect(second.locator("#text textarea")).to_have_value("第二个窗口。")
    assert sorted(texts(url)) == sorted([TEXT, "第二个窗口。"])


def test_a_second_window_shows_no_take_of_the_first_and_a_later_one_that_of_its_project(
    open_page: Open, url: str
) -> None:
    page = open_page()
    generate(page, TEXT)
    take = page.get_attribute("#take-data", "data-take")
    second = page.context.new_page()
    second.goto(url)
    second.wait_for_selector("#licence .licence")
    expect(second.locator("#takes .take")).to_have_count(1)  # the list is everybody's
    expect(second.locator("html")).to_have_attribute("data-saving", "saved")
    expect(second.locator("#take-data")).to_have_count(0)
    assert second.evaluate("() => indexttsStudio.player.job?.id ?? null") is None
    second.close()
    page.reload()
    expect(page.locator("#take-data")).to_have_attribute("data-take", take or "")
    context = page.context
    page.close()
    later = context.new_page()
    later.goto(url)
    expect(later.locator("#text textarea")).to_have_value(TEXT)
    expect(later.locator("#take-data")).to_have_attribute("data-take", take or "")


@pytest.mark.parametrize("mine", [True, False], ids=["mine", "theirs"])
def test_where_another_window_was_faster_both_versions_are_kept(
    open_page: Open, url: str, forgiven: list[str], mine: bool
) -> None:
    forgiven.append(REFUSED)
    page = open_page()
    write(page, "一。")
    saved(page, "一")
    project = projects(url)[0]["id"]
    httpx.patch(f"{url}/v1/projects/{project}", json={"text": "那边的。"})
    write(page, "这里的。")
    expect(page.locator("#project-said")).to_contain_text("另一个窗口改过这个项目")
    page.click(f"#project-said [data-keep={'mine' if mine else 'theirs'}]")
    expect(page.locator("#project-said")).to_contain_text("另一版本已存为")
    here, aside = ("这里的。", "那边的。") if mine else ("那边的。", "这里的。")
    expect(page.locator("#text textarea")).to_have_value(here)
    until(lambda: httpx.get(f"{url}/v1/projects/{project}").json()["text"] == here)
    assert sorted(texts(url)) == sorted([here, aside])
    write(page, "接着写。")
    until(lambda: httpx.get(f"{url}/v1/projects/{project}").json()["text"] == "接着写。")


def test_what_could_not_be_saved_stays_in_the_browser_until_it_can(
    open_page: Open, url: str, forgiven: list[str]
) -> None:
    forgiven += [REFUSED, "Failed to load resource"]
    page = open_page()
    page.route("**/v1/projects**", lambda route: route.abort())
    write(page, TEXT)
    expect(page.locator("#project-switch")).to_have_attribute("data-state", "unsaved")
    page.unroute("**/v1/projects**")
    page.reload()
    expect(page.locator("#text textarea")).to_have_value(TEXT)
    until(lambda: texts(url) == [TEXT])


def test_the_menu_begins_names_duplicates_and_deletes(open_page: Open, url: str) -> None:
    page = open_page()
    write(page, TEXT)
    saved(page, "今天天气很好")
    choose(page, "#project-switch", "改名…")
    page.locator(".sheet input").fill("春游")
    page.keyboard.press("Enter")
    saved(page, "春游")
    choose(page, "#project-switch", "复制一份")
    expect(page.locator("#project-said")).to_contain_text("春游（副本）")
    choose(page, "#project-switch", "新建项目")
    expect(page.locator("#text textarea")).to_have_value("")
    write(page, "新的。")
    saved(page, "新的")
    choose(page, "#project-switch", "删除")
    expect(page.locator("#text textarea")).to_have_value("")
    expect(page.locator("#project-said")).to_contain_text("已删除“新的”")
    page.click("#project-said [data-do=undo]")
    expect(page.locator("#text textarea")).to_have_value("新的。")
    assert {one["title"] for one in projects(url)} == {"新的", "春游", "春游（副本）"}


def test_the_menu_is_walked_with_keys_and_escape_goes_back(open_page: Open) -> None:
    page = open_page()
    page.focus("#project-switch")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="新建项目")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="删除")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".sheet")).to_have_count(0)
    expect(page.locator("#project-switch")).to_be_focused()


def test_a_project_goes_out_as_a_file_and_comes_in(open_page: Open, url: str, tmp_path: Path) -> None:
    project = made(url, text=TEXT, name="春游")
    spoken(url, project=project)
    page = gone_on(open_page())
    saved(page, "春游")
    with page.expect_download() as download:
        choose(page, "#project-switch", "导出为文件")
    assert download.value.suggested_filename == "春游.idts"
    file = tmp_path / "春游.idts"
    download.value.save_as(file)
    httpx.delete(f"{url}/v1/projects/{project}")
    history(page)
    with page.expect_file_chooser() as chooser:
        page.click("#history [data-do=import]")
    chooser.value.set_files(file)
    expect(page.locator("#project-said")).to_contain_text("已导入“春游”")
    expect(page.locator("#history .history-take")).to_have_count(1)
    page.click("#header [data-tab=speak]")
    expect(page.locator("#text textarea")).to_have_value(TEXT)


def test_a_file_that_is_none_is_refused_in_one_sentence(open_page: Open, tmp_path: Path, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)
    page = history(open_page())
    file = tmp_path / "x.idts"
    file.write_bytes(b"no archive")
    with page.expect_file_chooser() as chooser:
        page.click("#history [data-do=import]")
    chooser.value.set_files(file)
    expect(page.locator("#project-said.bad")).to_contain_text("它不是项目文件")


def test_an_empty_history_teaches_with_one_button(open_page: Open) -> None:
    page = history(open_page())
    expect(page.locator("#history .empty button")).to_have_count(1)
    page.click("#history .empty button")
    expect(page.locator("#text textarea")).to_be_focused()


def test_takes_stand_under_their_projects_the_newest_first_and_are_searched(open_page: Open, url: str) -> None:
    one, two = made(url, text="春天来了。", name="春"), made(url, text="秋天到了。", name="秋")
    spoken(url, "春天来了。", one)
    spoken(url, "秋天到了。", two)
    spoken(url, "秋风很凉。", two)
    page = history(open_page())
    expect(page.locator("#history h3")).to_have_text(["秋", "春"])
    expect(page.locator("#history .history-title")).to_have_text(["秋风很凉。", "秋天到了。", "春天来了。"])
    page.fill("#history-search", "秋风")
    expect(page.locator("#history .history-title")).to_have_text(["秋风很凉。"])
    page.fill("#history-search", "没有这样的")
    expect(page.locator("#history .nothing")).to_be_visible()
    page.fill("#history-search", "")
    row = page.locator(".history-take", has_text="春天来了")
    row.locator("[data-do=favour]").click()
    expect(row.locator("[data-do=favour]")).to_have_attribute("aria-pressed", "true")
    page.click("#history [data-do=favourites]")
    expect(page.locator("#history .history-title")).to_have_text(["春天来了。"])


def test_a_take_of_another_project_says_whose_it_is_and_leads_there(open_page: Open, url: str) -> None:
    take = spoken(url, "别处的话。", made(url, name="别处", text="别处的话。"))
    page = open_page()
    write(page, TEXT)
    saved(page, "今天天气很好")
    history(page).click("#history [data-do=play]")
    expect(page.locator("#take-data")).to_have_attribute("data-take", take)
    expect(page.locator("#text textarea")).to_have_value(TEXT)
    expect(page.locator("#notice")).to_contain_text("这条结果属于“别处”。")
    page.get_by_role("button", name="打开所在项目").click()
    expect(page.locator("#text textarea")).to_have_value("别处的话。")
    expect(page.locator("#notice")).not_to_contain_text("这条结果属于")


def test_a_take_is_heard_renamed_kept_saved_and_deleted_with_undo(open_page: Open, url: str) -> None:
    project = made(url, text=TEXT, name="春游")
    job = spoken(url, project=project)
    page = history(open_page())
    page.evaluate("document.addEventListener('studio:open-take', (event) => { window.heard = event.detail; })")
    page.click("#history [data-do=play]")
    assert page.evaluate("window.heard") == {"job": job, "play": True}
    history(page)
    more = ".history-take [data-do=more]"
    choose(page, more, "改名…")
    page.locator(".sheet input").fill("第一遍")
    page.keyboard.press("Enter")
    expect(page.locator("#history .history-title")).to_have_text("第一遍")
    choose(page, more, "长期保留")
    expect(page.locator(".history-take")).to_contain_text("已保留")
    with page.expect_download() as download:
        choose(page, ".history-take [data-do=download]", "MP3")
    assert download.value.suggested_filename.endswith(".mp3")
    choose(page, more, "删除")
    expect(page.locator(".history-take")).to_have_count(0)
    page.click("#project-said [data-do=undo]")
    expect(page.locator(".history-take")).to_have_count(1)
    assert httpx.get(f"{url}/v1/jobs/{job}").json()["kept"]


def test_another_project_is_opened_from_the_history(open_page: Open, url: str) -> None:
    page = open_page()
    write(page, "正在写的。")
    saved(page, "正在写的")
    made(url, text=TEXT, name="春游", settings={"speed": 1.25})
    history(page)
    page.locator(".history-project", has_text="春游").locator("[data-do=open]").click()
    expect(page.locator("#text textarea")).to_have_value(TEXT)
    saved(page, "春游")
    write(page, TEXT + "再写一句。")
    saved(page, "春游")
    assert sorted(texts(url)) == sorted(["正在写的。", TEXT + "再写一句。"])


def test_names_cannot_put_markup_into_the_page(open_page: Open, url: str) -> None:
    nasty = "<img src=x onerror='window.hit=1'>"
    project = made(url, text=nasty, name=nasty)
    spoken(url, f"你好{nasty}", project)
    page = history(gone_on(open_page()))
    expect(page.locator("#history h3")).to_have_text(nasty)
    assert page.locator("#history img").count() == 0
    page.click("#header [data-tab=speak]")
    page.click("#project-switch")
    assert page.locator("#history img, .sheet img, #header img").count() == 0
    assert page.evaluate("window.hit") is None


@pytest.mark.parametrize(("language", "other"), [("zh-CN", "en"), ("en-US", "zh")])
def test_the_tab_speaks_the_readers_language(open_page: Open, url: str, language: str, other: Language) -> None:
    spoken(url, "Good morning.", made(url, text="Good morning.", name="One"))
    page = history(open_page(language=language))
    page.click(".history-take [data-do=more]")
    seen = page.inner_text("body")
    wrong = [text for words in STRINGS.values() if len(text := words.of(other)) > 4 and text in seen]
    assert wrong == []


@pytest.mark.parametrize("width", [390, 1024, 1366])
def test_header_and_tab_fit_the_window(open_page: Open, url: str, width: int) -> None:
    spoken(url, "很长" * 50, made(url, text=TEXT, name="很长的名字" * 20))
    for language in ("zh-CN", "en-US"):
        page = history(gone_on(open_page(width=width, height=800, language=language)))
        expect(page.locator(".history-take")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        expect(page.locator("#project-switch")).to_be_hidden()
        page.click("#header [data-tab=speak]")
        parts = {"#project-switch": "speak", "#theme-switch": "speak", ".history-take [data-do=more]": "history"}
        for part, tab in parts.items():
            page.click(f"#header [data-tab={tab}]")
            expect(page.locator(part)).to_be_visible()
            # At once: the list is drawn anew when its answer comes.
            box = page.evaluate("part => document.querySelector(part).getBoundingClientRect().toJSON()", part)
            assert box["x"] >= 0 and box["x"] + box["width"] <= width and box["height"] >= 36, part
        page.click("#header [data-tab=speak]")
        page.click("#project-switch")
        box = page.locator(".sheet").bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width


NAMES = """() => [...document.querySelectorAll("li, tr, .history-project-head")].flatMap((row) =>
  [...row.querySelectorAll("button, a[href]")].filter((one) =>
    one.closest("li, tr, .history-project-head") === row && one.checkVisibility()).map((one) =>
      one.ariaLabel || one.textContent.trim()))"""
"""The names of all that can be pressed in the rows of lists."""


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_of_the_buttons_in_a_list_no_two_have_the_same_name(open_page: Open, url: str, language: str) -> None:
    page = open_page(language=language)
    words = (
        "今天天气很好。",
        "码头的早晨很安静。",
        "Nobody was on the pier.",
        "今天天气很好，我们一起去公园散步，好不好？" * 3,
    )
    for word in words:
        generate(page, word)
        expect(page.locator("#takes .take").first).to_contain_text(word[:6])
    project = httpx.get(f"{url}/v1/projects").json()["projects"][0]["id"]
    for name in ("一", "二"):
        httpx.post(f"{url}/v1/projects", json={"name": name, "text": name}).raise_for_status()
    for number in (1, 2):  # of no project, and of the same one
        asked = {"text": f"第{number}条。", **({"project": project} if number == 1 else {})}
        httpx.post(f"{url}/v1/jobs", json=asked).raise_for_status()
    page.reload()
    for tab, row in {"speak": "#takes .take", "history": ".history-take", "voices": ".voice-row"}.items():
        page.click(f"#header [data-tab={tab}]")
        expect(page.locator(row).nth(3)).to_be_visible()
        names = page.evaluate(NAMES)
        assert len(names) > 6, names
        twice = {name for name in names if names.count(name) > 1}
        assert twice == set(), tab
