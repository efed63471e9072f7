"""Books on the page: a file is dropped, its chapters and its cast are changed, it is spoken and heard, and undone."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from indextts.engines.embedded import engine as embedded
from indextts.model.i18n.messages import Language
from indextts.platform.config import Config
from indextts.studio.strings import STRINGS
from tests.browser.conftest import REFUSED, Open, settle
from tests.browser.test_axe import AXE, DARK, MORE, RUN
from tests.support.services import HeldEngine
from tests.support.waiting import until

pytestmark = pytest.mark.browser

CHAPTERS = (
    ("第一章 夜", ("天黑了。", "“你好，”老人说。", "“再见。”小明说。", "老人笑了。“明天来。”他说。")),
    ("第二章 昼", ("天亮了。", "小明问：“老人呢？”", "“他走了。”小红说。")),
    ("版权", ("版权所有。",)),
)
OPF = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">'
    '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">x</dc:identifier>'
    "<dc:title>夜与昼</dc:title><dc:creator>无名</dc:creator><dc:language>zh</dc:language></metadata>"
    "<manifest>{items}</manifest><spine>{refs}</spine></package>"
)
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="c.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
PAGE = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{title}</title></head>'
    "<body><h1>{title}</h1>{lines}</body></html>"
)


def epub(chapters: Sequence[tuple[str, Sequence[str]]] = CHAPTERS) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        ids = range(len(chapters))
        items = "".join(f'<item id="c{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in ids)
        archive.writestr("c.opf", OPF.format(items=items, refs="".join(f'<itemref idref="c{n}"/>' for n in ids)))
        for number, (title, lines) in enumerate(chapters):
            text = "".join(f"<p>{line}</p>" for line in lines)
            archive.writestr(f"{number}.xhtml", PAGE.format(title=title, lines=text))
    return into.getvalue()


@pytest.fixture(scope="module")
def engine(real_config: Config, tmp_path_factory: pytest.TempPathFactory) -> HeldEngine:
    """The published voice: what is heard of a book is speech."""
    engine = HeldEngine(embedded.load(real_config))
    cache = tmp_path_factory.mktemp("cache_hub")
    engine.config = real_config.model_copy(update={"cache_dir": cache, "prosody": "rules"})  # type: ignore[attr-defined]
    return engine


@pytest.fixture(autouse=True)
def no_books(url: str) -> Iterator[None]:
    def clear() -> None:
        for one in httpx.get(f"{url}/v1/books", params={"limit": 200}).json()["books"]:
            httpx.post(f"{url}/v1/jobs/{one['id']}/cancel", json={})
            httpx.delete(f"{url}/v1/books/{one['id']}")

    clear()
    yield
    clear()


def made(url: str, data: bytes | None = None) -> str:
    answer = httpx.post(f"{url}/v1/books", files={"file": ("夜与昼.epub", data or epub())}, timeout=60)
    assert answer.status_code == 201, answer.text
    book: str = answer.json()["id"]
    return book


def told(url: str, book: str, rest: str = "") -> dict[str, Any]:
    answer: dict[str, Any] = httpx.get(f"{url}/v1/books/{book}{rest}").json()
    return answer


def shelf(page: Page) -> Page:
    page.click("#header [data-tab=books]")
    expect(page.locator("#shelf-rows > *").first).to_be_visible()
    return page


def opened(page: Page, url: str, book: str, section: str = "") -> Page:
    page.goto(f"{url}/#/books/{book}{section and f'/{section}'}")
    expect(page.locator("#book .book-title")).to_be_visible()
    return page


def unfolded(page: Page, part: str) -> None:
    """A folded part of an open book: ``making-more``, ``making-settings``, ``report`` …"""
    page.click(f"#book .{part} > summary")
    expect(page.locator(f"#book .{part}")).to_have_attribute("open", "")


def drop(page: Page, name: str, data: bytes, onto: str = "#shelf") -> None:
    """As a person does it: over the page first."""
    build = """([name, text]) => {
      const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0)), carried = new DataTransfer();
      carried.items.add(new File([bytes], name));
      return carried;
    }"""
    carried = page.evaluate_handle(build, [name, base64.b64encode(data).decode()])
    page.dispatch_event(onto, "dragover", {"dataTransfer": carried})
    expect(page.locator("#drop-over")).to_be_visible()
    page.dispatch_event(onto, "drop", {"dataTransfer": carried})
    expect(page.locator("#drop-over")).to_be_hidden()


def chapter(page: Page, number: int) -> Locator:
    return page.locator(f".chapter[data-number='{number}']")


def titles(page: Page) -> list[str]:
    return page.locator(".chapter-title").all_inner_texts()


def person(page: Page, name: str) -> Locator:
    return page.locator(f".person[data-name='{name}']")


def choose(page: Page, item: str) -> None:
    page.get_by_role("menuitem", name=item, exact=True).click()


def plays(page: Page) -> None:
    expect(page.locator("#player .player")).to_have_attribute("data-state", "playing")
    until(lambda: page.evaluate("indexttsStudio.player.now") > 0.2)


@pytest.mark.smoke
def test_a_dropped_file_becomes_a_book_that_a_reload_finds_again(open_page: Open, url: str) -> None:
    page = shelf(open_page())
    expect(page.locator("#shelf-rows .empty")).to_contain_text("把书拖到这里")
    drop(page, "夜与昼.epub", epub())
    expect(page.locator("#book .book-title")).to_have_text("夜与昼")
    expect(page.locator("#book .book-author")).to_have_text("无名")
    assert titles(page) == ["第一章 夜", "第二章 昼", "版权"]
    expect(chapter(page, 3).locator(".chapter-kind")).to_have_text("正文后")
    expect(page.locator(".chapter-number")).to_have_text(["1", "2", ""])
    expect(chapter(page, 3).locator(".chapter-on")).not_to_be_checked()
    expect(page.locator(".chapters-chosen")).to_have_text("选中 2/3 章 · 65 字")
    expect(page.locator(".chapters-expected")).to_contain_text("成书约")
    page.click(".book-sections [data-section=cast]")
    expect(person(page, "老人")).to_be_visible()
    page.reload()
    expect(person(page, "老人")).to_be_visible()
    page.go_back()
    expect(page.locator(".chapter")).to_have_count(3)
    page.click(".book-back")
    expect(page.locator(".shelf-row")).to_have_count(1)
    expect(page.locator(".shelf-row .book-state")).to_have_text("还没开始合成")


def test_a_file_that_is_no_book_is_refused_in_the_servers_words(open_page: Open, url: str, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)
    page = shelf(open_page())
    drop(page, "声音.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x21" + bytes(200))
    wrong = httpx.post(
        f"{url}/v1/books",
        files={"file": ("声音.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x21" + bytes(200))},
        headers={"Accept-Language": "zh-CN"},
    ).json()["error"]
    expect(page.locator(".book-refused")).to_have_text(f"{wrong['message']}{wrong['hint']}")
    expect(page.locator(".shelf-row")).to_have_count(0)


def test_title_author_and_chapters_are_changed_in_their_places(open_page: Open, url: str) -> None:
    book = made(url)
    page = opened(open_page(), url, book)
    for action, value in (("title", "长夜"), ("author", "我")):
        page.click(f".book-head [data-do={action}]")
        page.keyboard.type(value)
        page.keyboard.press("Enter")
        expect(page.locator(f".book-{action}")).to_have_text(value)
        expect(page.locator(f".book-head [data-do={action}]")).to_be_focused()
    chapter(page, 2).locator(".chapter-on").uncheck()
    expect(page.locator(".chapters-chosen")).to_contain_text("选中 1/3 章")
    chapter(page, 1).locator(".chapter-title").click()
    page.keyboard.type("一")
    page.keyboard.press("Enter")
    expect(chapter(page, 1).locator(".chapter-title")).to_have_text("一")
    expect(chapter(page, 1).locator(".chapter-title")).to_be_focused()
    found = told(url, book)
    assert (found["title"], found["author"]) == ("长夜", "我")
    assert [(one["title"], one["on"]) for one in found["chapters"]] == [
        *(("一", True), ("第二章 昼", False), ("版权", False))
    ]
    page.locator(".chapters-all").check()
    expect(page.locator(".chapter-on:checked")).to_have_count(3)
    page.click("#project-said [data-do=undo]")
    expect(page.locator(".chapter-on:checked")).to_have_count(1)
    assert [one["on"] for one in told(url, book)["chapters"]] == [True, False, False]


def test_a_text_is_written_cut_in_two_and_joined_again(open_page: Open, url: str) -> None:
    book = made(url)
    page = opened(open_page(), url, book)
    before = told(url, book, "/chapters/1")["text"]
    chapter(page, 1).locator("[data-do=chapterText]").click()
    area = chapter(page, 1).locator("textarea")
    expect(area).to_have_value(before)
    area.fill(f"{before}\n下雪了。")
    page.click("[data-do=textKeep]")
    expect(area).to_have_count(0)
    assert told(url, book, "/chapters/1")["text"] == f"{before}\n下雪了。"
    chapter(page, 1).locator("[data-do=chapterText]").click()
    area.evaluate("(area) => { const at = area.value.indexOf('老人笑'); area.setSelectionRange(at, at); }")
    page.click("[data-do=textCut]")
    expect(page.locator(".chapter")).to_have_count(4)
    assert titles(page)[:2] == ["第一章 夜", "第一章 夜（下）"]
    assert told(url, book, "/chapters/2")["text"].startswith("老人笑了。")
    page.click("#project-said [data-do=undo]")
    expect(page.locator(".chapter")).to_have_count(3)
    until(lambda: told(url, book, "/chapters/1")["text"] == f"{before}\n下雪了。")
    chapter(page, 1).locator("[data-do=chapterMore]").click()
    choose(page, "与下一章合并")
    expect(page.locator(".chapter")).to_have_count(2)
    assert "天亮了" in told(url, book, "/chapters/1")["text"]
    page.click("#project-said [data-do=undo]")
    expect(page.locator(".chapter")).to_have_count(3)
    until(lambda: told(url, book, "/chapters/2")["text"].startswith("天亮了"))
    assert titles(page) == ["第一章 夜", "第二章 昼", "版权"]


def test_what_is_written_in_a_chapter_is_there_after_a_look_elsewhere(open_page: Open, url: str) -> None:
    page = opened(open_page(), url, made(url))
    chapter(page, 2).locator("[data-do=chapterText]").click()
    chapter(page, 2).locator("textarea").fill("另一段文字。")
    page.click(".book-sections [data-section=cast]")
    expect(page.locator(".person").first).to_be_visible()
    page.click(".book-sections [data-section=chapters]")
    chapter(page, 2).locator("[data-do=chapterText]").click()
    expect(chapter(page, 2).locator("textarea")).to_have_value("另一段文字。")


def test_what_is_written_in_a_chapter_outlives_the_page_and_stands_open_again(open_page: Open, url: str) -> None:
    book = made(url)
    page = opened(open_page(), url, book)
    chapter(page, 2).locator("[data-do=chapterText]").click()
    area = chapter(page, 2).locator("textarea")
    area.fill("还没存的文字。")
    page.reload()
    expect(area).to_have_value("还没存的文字。")
    page.click("[data-do=textLeave]")
    page.reload()
    expect(chapter(page, 2)).to_be_visible()
    expect(area).to_have_count(0)
    chapter(page, 2).locator("[data-do=chapterText]").click()
    expect(area).to_have_value(told(url, book, "/chapters/2")["text"])


def test_a_text_that_was_pasted_outlives_a_reload_until_a_book_is_made_of_it(open_page: Open) -> None:
    page = open_page()
    page.click("#header [data-tab=books]")
    page.click("#shelf [data-do=paste]")
    page.fill("#shelf-paste [name=title]", "The Road")
    page.fill("#shelf-paste [name=text]", "Chapter 1\n\nHello.")
    page.reload()
    expect(page.locator("#shelf-paste [name=text]")).to_have_value("Chapter 1\n\nHello.")
    expect(page.locator("#shelf-paste [name=title]")).to_have_value("The Road")
    page.click("#shelf-paste [type=submit]")
    expect(page.locator("#book .book-title")).to_have_text("The Road")
    page.reload()
    page.click("#book .book-back")
    expect(page.locator("#shelf .shelf-row")).to_have_count(1)
    expect(page.locator("#shelf-paste")).to_be_hidden()


def rewritten(url: str, book: str, number: int, **given: Any) -> None:
    """By another window."""
    revision = told(url, book)["revision"]
    answer = httpx.patch(f"{url}/v1/books/{book}/chapters/{number}", json={**given, "revision": revision})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("reload", [False, True])
def test_of_two_versions_of_a_chapter_both_can_be_seen_and_one_is_saved(
    open_page: Open, url: str, forgiven: list[str], reload: bool
) -> None:
    forgiven.append(REFUSED)
    book = made(url)
    page = opened(open_page(), url, book)
    chapter(page, 1).locator("[data-do=chapterText]").click()
    area = chapter(page, 1).locator("textarea")
    area.fill("我的文字。")
    rewritten(url, book, 1, text="别处的文字。")
    if reload:
        page.reload()
    else:
        page.click("[data-do=textKeep]")
    expect(area).to_have_value("别处的文字。")
    expect(page.locator(".chapter-text [role=alert]")).to_have_text(STRINGS["chapter_changed_elsewhere"].zh)
    page.click("[data-do=textKeep]")  # saves what is shown, and that is there already
    expect(area).to_have_count(0)
    assert told(url, book, "/chapters/1")["text"] == "别处的文字。"
    chapter(page, 1).locator("[data-do=chapterText]").click()
    page.click("[data-do=textOther]")
    expect(area).to_have_value("我的文字。")
    page.click("[data-do=textOther]")
    expect(area).to_have_value("别处的文字。")
    page.click("[data-do=textOther]")
    page.click("[data-do=textKeep]")
    expect(area).to_have_count(0)
    assert told(url, book, "/chapters/1")["text"] == "我的文字。"
    page.click("#project-said [data-do=undo]")
    until(lambda: told(url, book, "/chapters/1")["text"] == "别处的文字。")


def test_what_else_was_changed_in_a_book_is_no_matter_to_a_text(open_page: Open, url: str, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)
    book = made(url)
    page = opened(open_page(), url, book)
    chapter(page, 1).locator("[data-do=chapterText]").click()
    chapter(page, 1).locator("textarea").fill("我的文字。")
    rewritten(url, book, 2, title="改了名")
    page.click("[data-do=textKeep]")
    expect(chapter(page, 1).locator("textarea")).to_have_count(0)
    assert told(url, book, "/chapters/1")["text"] == "我的文字。"
    assert told(url, book)["chapters"][1]["title"] == "改了名"


def test_characters_get_voices_and_other_names(open_page: Open, url: str) -> None:
    book = made(url)
    page = opened(open_page(), url, book, "cast")
    expect(page.locator(".person")).to_have_count(4)
    assert sorted(page.locator(".person strong").all_inner_texts()) == sorted(["旁白", "小明", "老人", "小红"])
    for name, voice in (("小明", "child"), ("老人", "deep_man")):
        person(page, name).get_by_role("combobox").first.click()
        page.locator(f"#picker-list [data-id={voice}]").click()
    until(lambda: [told(url, book)["cast"][name]["voice"] for name in ("小明", "老人")] == ["child", "deep_man"])
    person(page, "小红").get_by_role("combobox").nth(1).click()
    page.locator("#picker-list [data-id=sad]").click()
    person(page, "小红").locator("[data-role=speed]").select_option("1.2")
    until(lambda: told(url, book)["cast"]["小红"]["speed"] == 1.2)
    cast = told(url, book)["cast"]
    assert cast["小红"]["emotion"] == "sad"
    page.reload()
    field = person(page, "老人").get_by_role("combobox").first
    expect(field).to_have_value("低沉男声")
    person(page, "老人").locator("[data-do=personHear]").click()
    expect(person(page, "老人").locator("[data-do=personHear]")).not_to_have_attribute("aria-busy", "true")
    person(page, "老人").locator("[data-do=personMore]").click()
    choose(page, "改名…")
    page.keyboard.type("张大爷")
    page.keyboard.press("Enter")
    expect(person(page, "张大爷")).to_be_visible()
    page.click("#project-said [data-do=undo]")
    expect(person(page, "老人")).to_be_visible()
    person(page, "小红").locator("[data-do=personMore]").click()
    choose(page, "和谁是同一个人…")
    choose(page, "小明")
    expect(page.locator(".person")).to_have_count(3)
    assert told(url, book)["cast"]["小明"]["others"] == ["小红"]


def test_a_voice_that_nobody_chose_follows_the_sex_and_is_told(open_page: Open, url: str) -> None:
    book = made(url)
    page = opened(open_page(), url, book, "cast")
    field, before = person(page, "老人").get_by_role("combobox").first, told(url, book)["cast"]["老人"]["voice"]
    expect(field).not_to_have_value("")
    shown = field.input_value()
    gender = person(page, "老人").locator("[data-role=gender]")
    gender.select_option("male" if "女" in shown else "female")
    expect(page.locator("#project-said")).to_contain_text("“老人”的音色现在是")
    after = told(url, book)["cast"]["老人"]["voice"]
    assert after != before and field.input_value() != shown
    expect(page.locator("#project-said")).to_contain_text(field.input_value())


def test_voices_that_could_not_be_had_while_the_service_starts_are_asked_for_again(
    open_page: Open, url: str, forgiven: list[str]
) -> None:
    forgiven.append("ERR_FAILED")
    book = made(url)
    page = open_page()
    asked = re.compile("/v1/audio/voices$")
    page.route(asked, lambda route: route.abort())
    opened(page, url, book, "cast")
    field = person(page, "小明").get_by_role("combobox").first
    expect(field).to_be_visible()
    assert re.fullmatch(r"[a-z_]+", field.input_value()), "the voice's id, as long as nothing is known of it"
    page.unroute(asked)
    expect(field).to_have_value(re.compile(r"[\u4e00-\u9fff]"), timeout=20_000)


def test_a_click_on_a_quotation_gives_it_to_somebody_else(open_page: Open, url: str) -> None:
    book = made(url)
    page = opened(open_page(), url, book, "cast")
    page.click("[data-view=saying]")
    names = page.locator(".said-name")
    expect(names).to_have_text(["老人", "小明", "老人"])
    expect(page.locator(".said").first).to_have_attribute("title", re.compile("依据“老人说”"))
    page.locator(".said").first.focus()
    page.keyboard.press("Enter")
    choose(page, "小红")
    expect(names).to_have_text(["小红", "小明", "老人"])
    expect(page.locator(".said").first).to_be_focused()
    expect(page.locator(".said").first).to_have_attribute("title", "由你指定。")
    page.click("#project-said [data-do=undo]")
    expect(names).to_have_text(["老人", "小明", "老人"])
    page.locator(".said").first.click()
    choose(page, "“老人”的 2 句全部改…")
    choose(page, "新角色…")
    page.keyboard.type("爷爷")
    page.keyboard.press("Enter")
    expect(names).to_have_text(["爷爷", "小明", "爷爷"])
    found = told(url, book, "/chapters/1")["quotations"]
    assert [one["speaker"] for one in found] == ["爷爷", "小明", "爷爷"]
    page.locator(".said").nth(1).click()
    choose(page, "不确定")
    expect(page.locator(".said.unsure .said-name")).to_have_text("不确定?")
    page.locator(".saying-chapter").select_option("2")
    expect(names).to_have_text(["小明", "小红?"])  # a name that the book has once
    page.click("[data-do=sayingNext]")
    expect(page.locator(".said.unsure")).to_be_focused()


def test_what_is_only_quoted_is_given_to_somebody_in_the_cast_and_in_the_review(open_page: Open, url: str) -> None:
    lines = ("小明回来了，老人站着。", "“你好，”老人说。", "石碑上刻着“永不忘记”四个大字。", "“再见。”小明说。")
    book = made(url, epub((("第一章 夜", lines),)))
    page = opened(open_page(), url, book, "cast")
    expect(person(page, "小明")).to_be_visible()
    page.click("[data-view=saying]")
    names, sign = page.locator(".said-name"), page.locator(".said").nth(1)
    expect(names).to_have_text(["老人", "小明"])
    expect(sign).to_have_text("“永不忘记”")
    sign.click()
    choose(page, "老人")
    expect(names).to_have_text(["老人", "老人", "小明"])
    page.click("#project-said [data-do=undo]")
    expect(names).to_have_text(["老人", "旁白", "小明"])
    # Who has no line left leaves the cast, and comes back with one.
    page.locator(".said").nth(2).click()
    choose(page, "旁白")
    expect(names).to_have_text(["老人", "旁白", "旁白"])
    page.click("[data-view=people]")
    expect(person(page, "老人")).to_be_visible()
    expect(person(page, "小明")).to_have_count(0)
    page.click("#project-said [data-do=undo]")
    expect(person(page, "小明")).to_be_visible()
    page.click(".book-do [data-do=speak]")
    expect(page.locator(".book-state[data-kind=done]")).to_be_visible()
    page.click(".book-sections [data-section=review]")
    page.locator(".review-text .token").get_by_text("忘", exact=True).click()
    expect(page.locator("#fix [data-who]")).to_have_text("旁白 ▾")
    page.locator("#fix [data-who]").click()
    choose(page, "老人")
    until(lambda: told(url, book, "/chapters/1")["quotations"][1]["speaker"] == "老人")


def test_the_next_doubt_is_another_one_each_time(open_page: Open, url: str) -> None:
    book = made(url)
    page = opened(open_page(), url, book, "cast")
    page.click("[data-view=saying]")
    for at in (0, 2):
        page.locator(".said").nth(at).click()
        choose(page, "不确定")
        expect(page.locator(".said").nth(at)).to_have_class(re.compile("unsure"))
    places = []
    for _ in range(4):
        page.click("[data-do=sayingNext]")
        expect(page.locator(".said.unsure:focus")).to_be_visible()
        here = page.locator(".said.unsure:focus").get_attribute("data-at")
        places.append((page.locator(".saying-chapter").input_value(), here))
    assert places == [("1", "0"), ("1", "2"), ("2", "1"), ("1", "0")]


def test_a_book_is_spoken_and_heard_and_a_reload_does_not_stop_it(
    open_page: Open, url: str, engine: HeldEngine
) -> None:
    book = made(url)
    page = opened(open_page(), url, book)
    engine.hold()
    page.click(".book-do [data-do=speak]")
    expect(page.locator(".book-state")).to_contain_text("正在合成")
    expect(page.locator(".book-do [data-do=pause]")).to_be_visible()
    page.reload()
    expect(page.locator(".book-state")).to_contain_text("正在合成")
    page.click(".book-do [data-do=pause]")
    engine.release()
    expect(page.locator(".book-state")).to_contain_text("已暂停")
    page.click(".book-do [data-do=speak]")
    expect(page.locator(".book-state[data-kind=done]")).to_contain_text("已完成")
    expect(chapter(page, 1).locator(".chapter-state")).to_contain_text("已合成")
    chapter(page, 1).locator("[data-do=chapterPlay]").click()
    plays(page)
    parts = [one["job"] for one in told(url, book)["chapters"][0]["parts"]]
    assert page.evaluate("indexttsStudio.player.job.id") in parts
    # What is changed is said, and only that is spoken.
    chapter(page, 2).locator(".chapter-title").click()
    page.keyboard.type("第二章 天亮")
    page.keyboard.press("Enter")
    expect(page.locator(".book-state")).to_contain_text("有改动还没合成")
    page.click(".book-do [data-do=speak]")
    expect(page.locator(".book-state[data-kind=done]")).to_be_visible()
    assert [one["job"] for one in told(url, book)["chapters"][0]["parts"]] == parts
    # It goes on beside the text, in a bar of its own, until that is closed.
    page.click("#header [data-tab=speak]")
    expect(page.locator("#player .player-title")).to_have_text("夜与昼 · 第一章 夜")
    expect(page.locator("#player .player")).to_be_in_viewport()
    page.click("#player .player-close")
    until(lambda: page.evaluate("indexttsStudio.player.job?.id ?? null") is None)
    expect(page.locator("#player .player-title")).to_be_hidden()


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_what_the_search_of_the_shelf_is_for_can_be_read_whole(open_page: Open, url: str, language: str) -> None:
    made(url)
    page = shelf(open_page(language=language))
    wanted, there = page.evaluate("""() => {
      const field = document.querySelector("#shelf-search"), style = getComputedStyle(field);
      const pen = document.createElement("canvas").getContext("2d");
      pen.font = style.font;
      const inside = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      return [pen.measureText(field.placeholder).width, inside];
    }""")
    assert wanted + 16 <= there, "also where the cross that empties it stands"


def test_a_book_is_deleted_from_the_shelf_and_put_back(open_page: Open, url: str) -> None:
    book = made(url)
    page = shelf(open_page())
    page.click(".shelf-row [data-do=more]")
    choose(page, "删除")
    expect(page.locator(".shelf-row")).to_have_count(0)
    assert httpx.get(f"{url}/v1/books/{book}").status_code == 404
    page.click("#project-said [data-do=undo]")
    expect(page.locator(".shelf-title")).to_have_text("夜与昼")
    assert told(url, book)["title"] == "夜与昼"


def test_where_another_window_was_faster_the_book_is_shown_as_it_is(
    open_page: Open, url: str, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    book = made(url)
    page = opened(open_page(), url, book)
    expect(page.locator(".chapter")).to_have_count(3)
    httpx.patch(f"{url}/v1/books/{book}", json={"title": "那边的书名"})
    # uncheck() would look at the box afterwards, when the refusal may have set it back.
    chapter(page, 1).locator(".chapter-on").click()
    expect(page.locator("#project-said")).to_contain_text("另一个窗口改过")
    expect(page.locator(".book-title")).to_have_text("那边的书名")
    expect(chapter(page, 1).locator(".chapter-on")).to_be_checked()
    chapter(page, 1).locator(".chapter-on").uncheck()
    until(lambda: not told(url, book)["chapters"][0]["on"])


def test_a_text_becomes_a_book_on_a_phone_in_english(open_page: Open, url: str) -> None:
    page = shelf(open_page(width=390, height=844, language="en-US"))
    page.click("#shelf [data-do=paste]")
    page.fill("#shelf-paste [name=title]", "The Road")
    page.fill("#shelf-paste [name=text]", "Chapter 1\n\n“Hello,” said Anna.\n\nChapter 2\n\n“Well,” said Tom.")
    page.click("#shelf-paste [type=submit]")
    expect(page.locator(".book-title")).to_have_text("The Road")
    expect(page.locator(".chapter")).to_have_count(2)
    for section, drawn in (("cast", ".person"), ("chapters", ".chapter")):
        page.click(f".book-sections [data-section={section}]")
        expect(page.locator(drawn).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click(".book-do [data-do=speak]")
    expect(page.locator(".book-state[data-kind=done]")).to_contain_text("Done")
    chapter(page, 2).locator("[data-do=chapterPlay]").click()
    plays(page)
    expect(page.locator("#player .player-play")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("language", "locale", "width", "height"),
    [("zh", "zh-CN", 1366, 680), ("en", "en-US", 390, 844)],
    ids=["zh-desk", "en-phone"],
)
def test_axe_finds_nothing_in_the_tab_in_either_theme(
    open_page: Open, url: str, language: Language, locale: str, width: int, height: int
) -> None:
    book = made(url)
    httpx.patch(f"{url}/v1/books/{book}/chapters/1/quotations/1", json={"speaker": "?"})
    page = open_page(width=width, height=height, language=locale)
    page.evaluate(AXE)
    found: list[str] = []

    def look(where: str, *, covered: bool = False) -> None:
        themes: tuple[tuple[Literal["light", "dark"], list[str] | None], ...]
        themes = (("light", None), ("dark", ["color-contrast"]))
        for theme, only in themes:
            page.emulate_media(color_scheme=theme)
            page.wait_for_function(f"dark => ({DARK})() === dark", arg=theme == "dark")
            settle(page)
            for one in page.evaluate(RUN, {"only": only, "more": {} if covered else MORE}):
                found.extend(f"{where}, {theme}: {one['id']} ({one['help']}): {at}" for at in one["nodes"])

    def word(key: str) -> str:
        return STRINGS[key].of(language)

    shelf(page)
    page.click("#shelf [data-do=paste]")
    look("shelf, a text is pasted")
    page.click(".shelf-row [data-do=more]")
    look("shelf, menu", covered=True)
    page.keyboard.press("Escape")
    page.click(".shelf-open")
    expect(page.locator(".chapter")).to_have_count(3)
    chapter(page, 1).locator("[data-do=chapterText]").click()
    expect(page.locator(".chapter-text")).to_be_visible()
    look("chapters, one is written")
    chapter(page, 2).locator("[data-do=chapterMore]").click()
    look("chapters, menu", covered=True)
    page.keyboard.press("Escape")
    page.click(".book-sections [data-section=cast]")
    expect(page.locator(".person")).to_have_count(4)
    look("cast")
    page.locator(".person").nth(1).locator("[data-do=personMore]").click()
    choose(page, word("project_rename"))
    look("cast, a name is asked for", covered=True)
    page.keyboard.press("Escape")
    page.click("[data-view=saying]")
    expect(page.locator(".said.unsure")).to_be_visible()
    look("who says what")
    page.locator(".said").first.click()
    look("who says what, menu", covered=True)
    assert found == []


def test_the_focus_goes_with_the_reader_into_a_book_and_back(open_page: Open, url: str, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)
    first = made(url)
    page = shelf(open_page(language="en-US"))
    title = page.locator("#book .book-title")
    # A file is chosen by a key.
    with page.expect_file_chooser() as chooser:
        page.press("#shelf .shelf-head [data-do=choose]", "Enter")
    chooser.value.set_files({"name": "夜.txt", "mimeType": "text/plain", "buffer": "第一章\n\n天黑了。".encode()})
    expect(title).to_be_focused()
    second = page.url.rpartition("/")[2]
    page.go_back()
    expect(page.locator(f"[data-id='{second}'] .shelf-open")).to_be_focused()
    # A row, and the book's own way back.
    page.focus(f"[data-id='{first}'] .shelf-open")
    page.keyboard.press("Enter")
    expect(title).to_be_focused()
    page.focus("#book .book-back")
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-id='{first}'] .shelf-open")).to_be_focused()
    # To one that is not there any more.
    httpx.delete(f"{url}/v1/books/{first}")
    page.go_back()
    expect(page.locator("#book .empty a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#shelf-rows .shelf-row")).to_have_count(1)
    # Whoever has the focus elsewhere keeps it.
    page.focus("#header [data-tab=books]")
    page.evaluate("(id) => { location.hash = `#/books/${id}`; }", second)
    expect(title).to_be_visible()
    expect(page.locator("#header [data-tab=books]")).to_be_focused()


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_of_an_open_book_a_long_title_can_be_read_whole(open_page: Open, url: str, width: int) -> None:
    title = "风雪夜归人与一封永远没有寄出的信：关于码头、灯塔和一条老船的二十四个故事（修订增补纪念版）" * 2
    author = "Bartholomew Featherstonehaugh-Cholmondeley-Worthington of Wolverhampton and " * 2
    book = httpx.post(f"{url}/v1/books", json={"text": "第一章\n\n天黑了。", "title": title}).json()
    answer = httpx.patch(f"{url}/v1/books/{book['id']}", json={"author": author, "revision": book["revision"]})
    answer.raise_for_status()
    page = opened(open_page(width=width, height=844), url, book["id"])
    for part in (".book-title", ".book-author"):
        cut = "(part) => part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight + 1"
        assert page.locator(f"#book {part}").evaluate(cut) is False, part
        expect(page.locator(f"#book .book-line:has({part}) button")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
