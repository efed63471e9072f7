"""A book on the page, from names and doubts to marks and files; and a server that dies while it is spoken."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, Locator, Page, Route, expect

from indextts.model.i18n.messages import Language
from indextts.sound.export.label import read_label
from tests.browser.conftest import REFUSED, WAIT_MS, Open, settle
from tests.browser.test_axe import AXE, DARK, MORE, RUN
from tests.browser.test_books import (
    choose,
    drop,
    engine,
    epub,
    made,
    no_books,
    opened,
    person,
    plays,
    shelf,
    told,
    unfolded,
)
from tests.browser.test_lost import Studio
from tests.support.bound import chapters_of
from tests.support.services import HeldEngine
from tests.support.waiting import until

__all__ = ["engine", "no_books"]

pytestmark = pytest.mark.browser

DOUBTFUL = epub(
    (
        ("第一章 夜", ("天黑了。", "“你好，”老人说。", "他们转了。")),
        ("第二章 昼", ("雨停了。", "她们转了。", "小明来了。", "小明说：“Kuberflux很大。”")),
        ("第三章 晨", ("Kuberflux呢？", "还是Kuberflux。", "“走吧。”")),
    )
)
# No other test speaks these: what is known is not held up.
SLOW = epub(
    (
        ("第一章 坡", ("坡上有羊。", "坡下有牛。", "牛不吃草。", "羊也不吃。")),
        ("第二章 河", ("河里有鱼。", "河边有鸭。", "鸭不下水。", "鱼也不跳。")),
    )
)
HEARD = epub(
    (
        ("第一章 夜", ("天黑了。", "“你好，”老人说。", "他们撒了。")),
        ("第二章 昼", ("雨停了。", "她们撒了。", "小明来了。", "小明说：“Kuberflux很大。”")),
        ("第三章 晨", ("Kuberflux呢？", "还是Kuberflux。", "“走吧。”")),
    )
)
PAUSED = epub(
    (
        ("第一章 网", ("岸上撒了网。",)),
        ("第二章 鱼", ("网里有鱼。", "鱼在网里。", "鱼很大。", "网很小。", "鱼走了。", "网破了。", "天黑了下来。")),
    )
)
CUES = (
    "1\n00:00:00,200 --> 00:00:02,500\n天气很好。\n\n"
    "2\n00:00:02,600 --> 00:00:02,900\n我们一起去公园里看看那些刚刚开放的花，好不好？\n\n"
    "3\n00:00:03,000 --> 00:00:05,000\n走吧。\n"
)


def spoken(url: str, book: str) -> str:
    httpx.post(f"{url}/v1/books/{book}/speak", json={}).raise_for_status()
    until(lambda: httpx.get(f"{url}/v1/jobs/{book}").json()["status"] == "done")
    return book


def ready(url: str, book: str, form: str) -> bool:
    files = told(url, book, "/files")["files"]
    return any((one["format"], one["status"]) == (form, "ready") for one in files)


def parts(url: str, book: str) -> set[str]:
    return {one["job"] for chapter in told(url, book)["chapters"] for one in chapter["parts"]}


def give_voice(page: Page, url: str, book: str, name: str, voice: str) -> None:
    person(page, name).get_by_role("combobox").first.click()
    page.locator(f"#picker-list [data-id={voice}]").click()
    until(lambda: told(url, book)["cast"][name]["voice"] == voice)


def check(page: Page, text: str) -> Locator:
    """The first place to check about ``text``."""
    return page.locator(".check", has=page.locator("mark", has_text=text)).first


def term(page: Page, word: str) -> Locator:
    return page.locator(f".term[data-word='{word}']")


def word(page: Page, chars: str, number: int = 0) -> Locator:
    """A word of the text that is heard."""
    return page.locator(".review-text .token").get_by_text(chars, exact=True).nth(number)


def job_of(url: str, book: str, chapter: int) -> str:
    """The part of a chapter; nothing while there is none."""
    return next((str(one["job"]) for one in told(url, book)["chapters"][chapter - 1]["parts"]), "")


def readings(url: str, book: str, chapter: int, char: str) -> list[str]:
    """How a character is spoken in a chapter; nothing while it is not."""
    job = job_of(url, book, chapter)
    answer = httpx.get(f"{url}/v1/jobs/{job}/result", params={"format": "json"})
    if not job or answer.status_code != 200:
        return []
    return [one["reading"] for part in answer.json()["segments"] for one in part["tokens"] if one["text"] == char]


def sounds(page: Page, job: str) -> None:
    """That job is heard."""
    page.wait_for_function(
        "(job) => { const p = indexttsStudio.player; return p.job?.id === job && p.now > 0; }", arg=job
    )


def section(page: Page, name: str) -> None:
    page.click(f".book-sections [data-section={name}]")


# -------------------------------------------------------------- files


@pytest.mark.gate
def test_a_book_is_made_into_files_that_can_be_downloaded_and_were_measured(
    open_page: Open, url: str, tmp_path: Path
) -> None:
    book = made(url)
    page = opened(open_page(), url, book, "files")
    expect(page.locator(".shop-word")).to_contain_text("点上方的“开始合成”")
    expect(page.locator(".shop .making-file")).to_have_count(3)
    expect(page.locator(".making-file[data-form=m4b] button")).to_be_disabled()
    unfolded(page, "making-settings")
    page.locator("[name=norm]").select_option("acx")
    page.locator("[name=chapter_pause_s]").fill("0.5")
    page.keyboard.press("Tab")
    until(lambda: told(url, book)["options"]["chapter_pause_s"] == 0.5)
    assert told(url, book)["options"]["norm"] == "acx"
    page.click(".book-do [data-do=speak]")
    expect(page.locator(".book-state[data-kind=done]")).to_be_visible()
    expect(page.locator(".shop-word")).to_be_empty()
    first = page.locator(".shop > :first-child")
    expect(first).to_have_attribute("data-form", "m4b")
    expect(first.locator(".making-what")).to_have_text(re.compile(r"2 章 · [\d.]+ 秒 · 1 MB"))
    with page.expect_download() as whole:
        first.locator("a").click()
    whole.value.save_as(tmp_path / "book.m4b")
    assert whole.value.suggested_filename == "夜与昼.m4b"
    assert [title for title, _, _ in chapters_of(tmp_path / "book.m4b")] == ["第一章 夜", "第二章 昼"]
    # What was measured is one line, and unfolds; ACX was asked for, so its demands stand there at once.
    expect(page.locator(".report > summary")).to_have_text(re.compile(r"响度 −[\d.]+ LUFS · 不符合 ACX 标准"))
    checks = page.locator(".report-check")
    expect(checks.first).to_be_hidden()
    unfolded(page, "report")
    expect(checks.filter(has_text="峰值")).to_contain_text("✓")
    expect(checks.filter(has_text="44.1 kHz")).to_contain_text("✗")
    expect(page.locator(".report-table tbody tr")).to_have_count(2)
    # A ZIP is measured by itself, and says so.
    expect(page.locator(".report > summary")).to_contain_text("M4B 文件")
    expect(page.locator(".report-zip")).to_be_hidden()
    page.click(".making-file[data-form=zip] button")
    expect(page.locator(".report-zip > summary")).to_have_text(re.compile("^ZIP 文件 · .* · 不符合 ACX 标准$"))
    own = page.locator(".report-zip .report-check")  # it has no spoken credits, but the rate that ACX wants
    expect(own.filter(has_text="44.1 kHz")).to_contain_text("✓")
    unfolded(page, "making-more")
    page.click(".making-file[data-form=mp3] button")
    with page.expect_download() as other:
        page.click(".making-file[data-form=mp3] a")
    other.value.save_as(tmp_path / "book.mp3")
    assert read_label(tmp_path / "book.mp3") is not None


def test_a_finished_book_offers_its_file_and_is_spoken_again_only_where_it_has_changed(
    open_page: Open, url: str, tmp_path: Path
) -> None:
    book = spoken(url, made(url))
    page = opened(open_page(), url, book)
    again = page.locator(".book-do [data-do=speak]")
    expect(again).to_have_text("更新音频")
    expect(again).to_be_disabled()
    with page.expect_download() as whole:
        page.get_by_role("button", name="下载 M4B").click()
    whole.value.save_as(tmp_path / "book.m4b")
    assert len(chapters_of(tmp_path / "book.m4b")) == 2
    section(page, "files")
    # Nobody has asked for ACX: what it would want is one folded line of a folded report.
    unfolded(page, "report")
    expect(page.locator(".report-acx > summary")).to_contain_text("ACX 要求：12 项里合格")
    expect(page.locator(".report-check").first).to_be_hidden()
    unfolded(page, "making-settings")
    page.locator("[name=titles]").uncheck()
    expect(again).to_be_enabled()
    expect(page.locator(".shop-word")).to_contain_text("有改动还没合成")
    expect(page.get_by_role("button", name="下载 M4B")).to_have_count(0)
    again.click()
    expect(page.get_by_role("button", name="下载 M4B")).to_be_visible()
    expect(again).to_be_disabled()


@pytest.mark.parametrize("name", ["chapters", "files"])
def test_a_file_that_is_not_there_any_more_is_made_and_downloaded_from_every_tab(
    open_page: Open, url: str, name: str
) -> None:
    book = spoken(url, made(url))
    page = opened(open_page(), url, book, "" if name == "chapters" else name)
    expect(page.get_by_role("button", name="下载 M4B")).to_be_visible()
    until(lambda: ready(url, book, "m4b"))
    httpx.patch(f"{url}/v1/books/{book}", json={"options": {"chapter_pause_s": 3}})  # as a new cover does
    until(lambda: not ready(url, book, "m4b"))
    with page.expect_download() as whole:
        page.get_by_role("button", name="下载 M4B").click()
    assert whole.value.suggested_filename == "夜与昼.m4b"
    expect(page.locator(".making-file[data-form=m4b] a")).to_have_text("下载")


def test_while_a_book_is_spoken_its_files_say_how_far_it_is(open_page: Open, url: str, engine: HeldEngine) -> None:
    page = opened(open_page(), url, made(url, SLOW), "files")
    engine.hold()
    page.click(".book-do [data-do=speak]")
    expect(page.locator(".shop-word")).to_have_text("正在合成，完成后在这里下载。")
    card = page.locator(".shop > :first-child")
    engine.let_through(3)
    # The same ring as of a text, on the name of its tab, wherever one looks.
    ring = page.locator("#header [data-tab=books] .run-sign")
    expect(ring).to_have_attribute("aria-label", re.compile("正在合成。 [1-9]"))
    page.click("#header [data-tab=voices]")
    expect(ring).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\([1-9]\d?%\) IndexTTS Studio$"))
    page.go_back()
    expect(card.locator(".making-state")).to_have_text(re.compile("正在合成，已完成 [1-9]"))
    expect(card.get_by_role("progressbar")).to_be_visible()
    expect(page.locator(".shop button:enabled")).to_have_count(0)
    page.click(".book-do [data-do=stop]")
    expect(page.locator(".book-state[data-kind=cancelled]")).to_be_visible()
    engine.release()
    expect(page.locator(".shop-word")).to_contain_text("点上方的“继续”")
    page.click(".book-do [data-do=speak]")
    expect(card.locator("a")).to_have_text("下载")


def _sea() -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.full(48_000, 0.1), 24_000, format="WAV")
    return file.getvalue()


def test_music_of_a_persons_own_is_chosen_heard_shaped_and_removed_and_a_chapter_is_downloaded(
    open_page: Open, url: str, tmp_path: Path, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    book = spoken(url, made(url))
    page = opened(open_page(), url, book, "files")
    unfolded(page, "making-settings")
    (tmp_path / "海.wav").write_bytes(_sea())
    intro = page.locator(".music[data-place=intro]")
    with page.expect_file_chooser() as chooser:
        intro.locator("[data-do=musicChoose]").click()
    chooser.value.set_files(tmp_path / "海.wav")
    expect(intro.locator(".music-name")).to_have_text("海.wav · 2.0 秒")
    with page.expect_response(lambda answer: answer.url.endswith("/music/intro")) as heard:
        intro.locator("[data-do=musicHear]").click()
    assert heard.value.headers["content-type"] == "audio/flac"
    intro.locator("[data-shape=alone_s]").fill("1.5")
    page.keyboard.press("Tab")
    until(lambda: told(url, book)["options"]["music"] == {"intro": {"alone_s": 1.5}})
    (tmp_path / "text.wav").write_text("no sound")
    with page.expect_file_chooser() as chooser:
        intro.locator("[data-do=musicChoose]").click()
    chooser.value.set_files(tmp_path / "text.wav")
    expect(page.get_by_text("“text.wav”").first).to_be_visible()
    expect(intro.locator(".music-name")).to_contain_text("海.wav")
    intro.locator("[data-do=musicRemove]").click()
    expect(intro.locator(".music-name")).to_have_text("未选择")
    expect(intro.locator("[data-do=musicHear]")).to_be_hidden()
    section(page, "chapters")
    page.locator(".chapter").nth(1).locator("[data-do=chapterMore]").click()
    with page.expect_download() as taken:
        page.get_by_role("menuitem", name="下载 MP3").click()
    taken.value.save_as(tmp_path / "chapter.mp3")
    assert read_label(tmp_path / "chapter.mp3") is not None


def test_music_that_is_refused_is_told_though_the_book_has_changed_meanwhile(
    open_page: Open, url: str, tmp_path: Path, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    book = made(url)
    held: list[Route] = []
    octets = {"content-type": "application/octet-stream"}
    kept = httpx.put(f"{url}/v1/books/{book}/music/intro?name=海.wav", content=_sea(), headers=octets, timeout=60)
    assert kept.status_code == 200
    page = opened(open_page(), url, book, "files")
    unfolded(page, "making-settings")
    page.route("**/music/outro?**", lambda route: held.append(route))
    (tmp_path / "text.wav").write_text("no sound")
    with page.expect_file_chooser() as chooser:
        page.locator(".music[data-place=outro] [data-do=musicChoose]").click()
    with page.expect_request("**/music/outro?**"):
        chooser.value.set_files(tmp_path / "text.wav")
    with page.expect_response(lambda answer: answer.url.endswith("/music") and answer.request.method == "GET"):
        page.fill(".music[data-place=intro] [data-shape=alone_s]", "1.5")
        page.keyboard.press("Tab")
    assert told(url, book)["options"]["music"] == {"intro": {"alone_s": 1.5}}
    held[0].continue_()
    expect(page.get_by_text("“text.wav”").first).to_be_visible()


def test_what_of_subtitles_is_said_is_chosen_before_they_are_brought(open_page: Open, url: str) -> None:
    film = "1\n00:00:01,000 --> 00:00:03,000\n船来了。\n[music] The ferry is here.\n"
    page = shelf(open_page())
    page.locator(".shelf-subtitles summary").click()
    page.get_by_label("也朗读括号里的声音说明和歌词").check()
    page.get_by_label("双语字幕朗读").select_option("second")
    drop(page, "双语.srt", film.encode())
    expect(page.locator(".book-warnings")).to_contain_text("只朗读英文")
    book = page.url.rpartition("/")[2]
    assert httpx.get(f"{url}/v1/books/{book}/chapters/1").json()["text"] == "[music] The ferry is here."


def test_a_dub_is_no_audiobook_and_tells_and_plays_the_subtitles_that_do_not_fit(open_page: Open, url: str) -> None:
    answer = httpx.post(f"{url}/v1/books", files={"file": ("影片.srt", CUES.encode())}, timeout=60)
    book = spoken(url, answer.json()["id"])
    page = opened(open_page(), url, book, "files")
    expect(page.get_by_role("button", name="下载 WAV")).to_be_visible()
    assert page.locator(".shop .making-file").evaluate_all("(all) => all.map((one) => one.dataset.form)") == [
        "wav", "srt", "vtt",
    ]  # fmt: skip
    expect(page.locator(".book-cover")).to_be_hidden()
    expect(page.locator(".book-author")).to_be_hidden()
    expect(page.locator(".report > summary")).to_contain_text("LUFS")
    expect(page.locator(".cues ~ .report")).to_be_visible()  # what is of use comes first
    unfolded(page, "report")
    expect(page.locator(".report")).not_to_contain_text("ACX")
    unfolded(page, "making-settings")
    expect(page.locator("[name=fit]")).to_be_checked()
    for name in ("chapter_pause_s", "titles", "notice"):
        expect(page.locator(f"[name={name}]")).to_be_hidden()
    assert page.locator("[name=norm] option:enabled").count() == 3
    unfolded(page, "making-more")
    expect(page.locator(".making-files .making-file")).to_have_count(4)
    expect(page.locator(".cues .hint").first).to_contain_text("3 条字幕里有 2 条不能按时读完")
    long, late = page.locator(".cue").all()
    expect(long).to_contain_text("使后面 1 条晚开始")
    # The one that is late names the one that made it so; each time is told once.
    expect(late).to_have_text(re.compile(r"^0:03\.0–0:05\.0走吧。因为“我们一起.*”（0:02\.6）太长，晚 [\d.]+ 秒才开始"))
    long.locator("[data-do=cue]").click()
    until(lambda: page.evaluate("indexttsStudio.player.now") > 2)
    # It is heard to its end, and no further.
    expect(page.locator("#player .player")).to_have_attribute("data-state", "paused")
    assert page.evaluate("indexttsStudio.player.now") < 9


# -------------------------------------------------------------- cast


def test_lines_of_subtitles_that_nobody_is_known_to_say_are_called_lines(open_page: Open, url: str) -> None:
    film = (
        "1\n00:00:00,200 --> 00:00:02,500\n- 你去不去？\n- 我不去。\n\n2\n00:00:03,000 --> 00:00:05,000\nTOM: 走吧。\n"
    )
    answer = httpx.post(f"{url}/v1/books", files={"file": ("影片.srt", film.encode())}, timeout=60)
    page = open_page(language="en-US")
    page.goto(f"{url}/#/books/{answer.json()['id']}/cast")
    expect(page.locator(".cast-nobody").last).to_have_text(re.compile("^[2-9] lines have no known speaker"))


def test_subtitles_without_names_are_given_to_people_by_a_click_or_by_a_name_before_a_line(
    open_page: Open, url: str
) -> None:
    lines = ("你回来了。", "嗯，刚到。", "吃饭了吗？")
    film = "\n".join(
        f"{at}\n00:00:0{2 * at},000 --> 00:00:0{2 * at + 1},500\n{one}\n" for at, one in enumerate(lines, 1)
    )
    book = httpx.post(f"{url}/v1/books", files={"file": ("回家.srt", film.encode())}, timeout=60).json()["id"]
    page = opened(open_page(), url, book, "cast")
    expect(page.locator(".cast-nobody")).to_have_text("字幕里没有写说话人，可以在“谁说了什么”里指定。")
    page.click("[data-view=saying]")
    expect(page.locator(".saying-head .hint")).to_contain_text("把名字写在这句前面")
    names = page.locator(".said-name")
    expect(names).to_have_text(["旁白"] * 3)
    expect(page.locator(".said").first).to_have_attribute("title", "没有写是谁说的。")
    page.locator(".said").first.click()
    choose(page, "新角色…")
    page.keyboard.type("妈妈")
    page.keyboard.press("Enter")
    expect(names).to_have_text(["妈妈", "旁白", "旁白"])
    page.click("[data-do=castAgain]")
    expect(page.locator("#project-said")).to_contain_text("已重新识别")
    expect(names).to_have_text(["妈妈", "旁白", "旁白"])
    page.click("[data-view=people]")
    expect(person(page, "妈妈")).to_be_visible()
    expect(person(page, "").locator(".hint").first).to_have_text("没有指定给别人的台词都由旁白读。")
    # In the chapter's text: its first line begins otherwise, a name stands before the next one.
    page.click(".book-sections [data-section=chapters]")
    page.locator("[data-do=chapterText]").first.click()
    page.locator(".chapter-text textarea").fill("都回来了。\n小明：嗯，刚到。\n吃饭了吗？")
    page.click("[data-do=textKeep]")
    expect(page.locator("#project-said")).to_contain_text("文字已保存")
    chapter = told(url, book, "/chapters/1")
    assert chapter["text"] == "都回来了。\n嗯，刚到。\n吃饭了吗？"
    assert [one["speaker"] for one in chapter["quotations"]] == ["妈妈", "小明", ""]
    assert told(url, book)["cast"]["小明"]["voice"]
    page.click("#project-said [data-do=undo]")
    until(lambda: page.evaluate("1") and told(url, book, "/chapters/1")["text"] == "\n".join(lines))
    assert [one["speaker"] for one in told(url, book, "/chapters/1")["quotations"]] == ["妈妈", "", ""]


def test_a_list_of_voices_stays_open_while_another_voice_is_saved(open_page: Open, url: str) -> None:
    book = made(url)
    page = opened(open_page(), url, book, "cast")
    held: list[Route] = []
    page.route(
        "**/v1/books/*/cast", lambda route: held.append(route) if route.request.method == "PATCH" else route.continue_()
    )
    person(page, "老人").get_by_role("combobox").first.click()
    page.locator("#picker-list [data-id=deep_man]").click()
    until(lambda: page.evaluate("1") and bool(held))
    person(page, "").get_by_role("combobox").first.click()
    expect(page.locator("#picker-list")).to_be_visible()
    with page.expect_response(lambda answer: answer.url.endswith("/cast") and answer.request.method == "GET"):
        held[0].continue_()
    page.wait_for_timeout(200)  # the page draws the cast anew
    assert told(url, book)["cast"]["老人"]["voice"] == "deep_man"
    page.locator("#picker-list [data-id=deep_man]").click()
    until(lambda: bool(page.evaluate("1")) and len(held) == 2)
    held[1].continue_()
    until(lambda: told(url, book)["cast"][""]["voice"] == "deep_man")


# -------------------------------------------------------------- review


def test_the_text_follows_the_sound_from_chapter_to_chapter_and_the_place_is_kept(open_page: Open, url: str) -> None:
    book = spoken(url, made(url, DOUBTFUL))
    page = opened(open_page(), url, book, "listening")  # as it was called once
    expect(page.locator(".book-sections [data-section=review]")).to_have_attribute("aria-current", "page")
    page.click("[data-do=listenAgain]")
    plays(page)
    expect(page.locator(".review-text .spoken")).to_be_visible()
    word(page, "转").dblclick()
    expect(word(page, "转")).to_have_class(re.compile(r"\bspoken\b"))
    # The chapter ends soon; the next one comes by itself.
    expect(page.locator(".review-text h3")).to_have_text("第二章 昼")
    expect(page.locator(".listen-chapter")).to_have_value("2")
    expect(page.locator(".review-text p .spoken")).to_be_visible()
    page.keyboard.press("m")
    note = page.locator(".mark input")
    expect(note).to_be_focused()
    page.keyboard.type("很美 m")
    page.keyboard.press("Enter")
    until(lambda: [one["note"] for one in told(url, book, "/notes")["marks"]] == ["很美 m"])
    expect(page.locator("[data-side=marks]")).to_have_text("书签1")
    section(page, "files")
    until(lambda: told(url, book, "/notes")["place"]["chapter"] == 2)
    place = told(url, book, "/notes")["place"]
    page.evaluate("indexttsStudio.player.pause()")
    assert place["job"] in parts(url, book) and place["text"] in told(url, book, "/chapters/2")["text"] + "第二章 昼"
    page.goto(f"{url}/#/books/{book}/review")
    page.reload()
    expect(page.locator("[data-do=listenAgain]")).to_have_text(re.compile(r"^接着听 \d+:\d\d：第二章 昼$"))
    expect(page.locator(".review-text h3")).to_have_text("第二章 昼")
    expect(page.locator(".review-text .spoken")).not_to_have_count(0)
    page.click("[data-side=marks]")
    expect(page.locator(".mark input")).to_have_value("很美 m")
    page.locator(".listen-chapter").select_option("1")
    expect(page.locator(".review-text h3")).to_have_text("第一章 夜")
    page.click(".mark .mark-go")
    plays(page)
    expect(page.locator(".review-text h3")).to_have_text("第二章 昼")
    page.click(".mark [data-do=markRemove]")
    expect(page.locator(".mark")).to_have_count(0)
    page.click("#project-said [data-do=undo]")
    expect(page.locator(".mark input")).to_have_value("很美 m")


def test_listening_begins_with_the_chapter_that_is_chosen(open_page: Open, url: str) -> None:
    book = spoken(url, made(url, DOUBTFUL))
    page = opened(open_page(), url, book, "review")
    page.locator(".listen-chapter").select_option("3")
    expect(page.locator(".review-text h3")).to_have_text("第三章 晨")
    page.click("[data-do=listenAgain]")
    sounds(page, job_of(url, book, 3))
    expect(page.locator(".listen-chapter")).to_have_value("3")


def test_listening_goes_on_in_the_new_sound_with_the_sentence_that_was_heard_or_near_it(
    open_page: Open, url: str
) -> None:
    book = spoken(url, made(url, HEARD))
    before, chapter = job_of(url, book, 2), told(url, book, "/chapters/2")
    text = f"大家都在院子里等着她们回来。\n{chapter['text']}"
    place = {"job": before, "at_s": 2.5, "chapter": 2, "text": "小明来了"}
    httpx.put(f"{url}/v1/books/{book}/notes", json={"place": place}).raise_for_status()
    change = {"text": text, "revision": chapter["revision"]}
    httpx.patch(f"{url}/v1/books/{book}/chapters/2", json=change).raise_for_status()
    spoken(url, book)
    fresh = job_of(url, book, 2)
    assert fresh not in ("", before)
    heard = told(url, book, f"/parts/{fresh}")["sentences"]
    (there,) = [one for one in heard if not one["in_title"] and one["words"][0]["start"] == text.index("小明来了")]
    begins = "(at) => { const { now } = indexttsStudio.player; return at <= now && now < at + 2; }"
    page = opened(open_page(), url, book, "review")
    page.click("[data-do=listenAgain]")
    sounds(page, fresh)
    page.wait_for_function(begins, arg=there["start_s"])
    page.evaluate("indexttsStudio.player.pause()")
    # Where the words are gone, the time is as near as one can know.
    with page.expect_response(lambda one: one.url.endswith("/notes") and one.request.method == "PUT"):
        section(page, "files")  # the place is kept once more
    httpx.put(f"{url}/v1/books/{book}/notes", json={"place": {**place, "text": "没有这一句"}}).raise_for_status()
    page.reload()
    section(page, "review")
    again = page.locator("[data-do=listenAgain]")
    expect(again).to_have_text("接着听 0:02：第二章 昼")
    again.click()
    sounds(page, fresh)
    page.wait_for_function(begins, arg=2.5)


def test_after_an_update_the_bar_plays_the_new_sound_and_says_until_then_that_it_is_an_old_one(
    open_page: Open, url: str
) -> None:
    book = spoken(url, made(url, DOUBTFUL))
    page = opened(open_page(), url, book, "review")
    page.click("[data-do=listenAgain]")
    plays(page)
    page.click("#player .player-play")
    before, whole = job_of(url, book, 1), page.locator("#player .player-all").text_content()
    note = page.locator("#player .player-note")
    expect(note).to_have_text("")
    section(page, "chapters")
    row = page.locator(".chapter[data-number='1']")
    row.locator("[data-do=chapterText]").click()
    row.locator("textarea").fill(f"{told(url, book, '/chapters/1')['text']}\n后来，院子里的人都回家去了，灯也灭了。")
    page.click("[data-do=textKeep]")
    expect(note).to_have_text("还是修改之前的音频")
    page.click(".book-do [data-do=speak]")
    until(lambda: job_of(url, book, 1) not in ("", before))
    fresh = job_of(url, book, 1)
    page.wait_for_function("(job) => indexttsStudio.player.job?.id === job", arg=fresh)
    expect(page.locator("#player .player")).to_have_attribute("data-state", "paused")
    expect(note).to_have_text("")
    expect(page.locator("#player .player-all")).not_to_have_text(str(whole))
    section(page, "review")
    page.click("#player .player-play")
    plays(page)
    expect(page.locator(".review-text .spoken")).to_be_visible()
    expect(page.locator("[data-do=listenMark]")).to_be_enabled()


def test_a_review_of_what_nobody_has_spoken_begins_with_the_first_chapter_that_will_be(
    open_page: Open, url: str
) -> None:
    book = made(url)
    revision = told(url, book)["revision"]
    httpx.patch(f"{url}/v1/books/{book}/chapters/1", json={"on": False, "revision": revision}).raise_for_status()
    page = open_page()
    page.goto(f"{url}/#/books/{book}/review")
    expect(page.locator(".review-text h3")).to_have_text("第二章 昼")


@pytest.mark.gate
def test_what_is_heard_wrong_is_fixed_there_and_that_sentence_alone_is_spoken_again_and_heard(
    open_page: Open, url: str
) -> None:
    book = spoken(url, made(url, HEARD))
    page = opened(open_page(), url, book, "review")
    expect(word(page, "撒")).to_have_class(re.compile(r"\bdoubt\b"))
    before = [job_of(url, book, number) for number in (1, 2, 3)]
    page.click("[data-do=listenAgain]")
    plays(page)
    word(page, "撒").click()
    dialog = page.locator("#fix")
    expect(dialog).to_contain_text("撒")
    expect(dialog.get_by_role("button", name="只改这里")).to_have_attribute("aria-pressed", "true")
    dialog.get_by_role("button", name="sǎ", exact=True).click()
    expect(dialog).to_have_count(0)
    # It is spoken again by itself, and the sentence is heard, and no more than that.
    until(lambda: job_of(url, book, 1) not in ("", before[0]))
    fresh = job_of(url, book, 1)
    sounds(page, fresh)
    expect(page.locator("#player .player")).to_have_attribute("data-state", "paused")
    expect(page.locator(".review-text p:last-child .spoken")).to_have_count(1)
    told_of = httpx.get(f"{url}/v1/jobs/{fresh}").json()
    assert told_of["segments_total"] - told_of["cached"] == 1
    assert [job_of(url, book, number) for number in (1, 2, 3)] == [fresh, *before[1:]]
    assert (readings(url, book, 1, "撒"), readings(url, book, 2, "撒")) == (["sa3"], ["sa1"])
    expect(word(page, "撒")).not_to_have_class(re.compile(r"\bdoubt\b"))
    expect(page.locator(".book-state[data-kind=done]")).to_be_visible()
    # And taken back.
    page.click("#project-said [data-do=undo]")
    until(lambda: readings(url, book, 1, "撒") == ["sa1"])
    expect(word(page, "撒")).to_have_class(re.compile(r"\bdoubt\b"))


def test_a_fix_in_a_book_that_is_paused_waits_and_says_so(open_page: Open, url: str, engine: HeldEngine) -> None:
    book = made(url, PAUSED)
    page = opened(open_page(), url, book, "review")
    engine.hold()
    expect(page.get_by_text("还没有合成")).not_to_have_count(0)
    page.click(".book-do [data-do=speak]")
    expect(page.get_by_text("还没有合成")).to_have_count(0)
    engine.let_through(4)
    expect(word(page, "撒")).to_be_visible()
    page.click(".book-do [data-do=pause]")
    expect(page.locator(".book-state")).to_contain_text("已暂停")
    engine.release()
    word(page, "撒").click()
    page.locator("#fix .fix-option[aria-pressed=false]").first.click()
    expect(page.locator("#project-said")).to_contain_text("点“继续”后重新合成")
    page.click(".book-do [data-do=speak]")
    expect(page.locator(".book-state[data-kind=done]")).to_be_visible()


def test_the_side_of_a_review_tells_how_far_the_book_is_as_its_head_does(
    open_page: Open, url: str, engine: HeldEngine
) -> None:
    lines = ("海面上起风了。", "渔船都回港了。", "岸边亮起灯来。", "孩子们睡着了。")
    page = opened(open_page(), url, made(url, epub((("第一章 海", lines),))), "review")
    engine.hold()
    page.click(".book-do [data-do=speak]")
    engine.let_through(3)
    page.wait_for_function("""() => {
      const [head, side] = [".book-state", ".review-side p.hint:has(+ .checks)"].map((one) =>
        document.querySelector(one)?.textContent);
      return /已完成 [1-9]/.test(head) && head === side;
    }""")
    engine.release()
    expect(page.locator(".book-state[data-kind=done]")).to_be_visible()


def test_a_word_clicked_while_its_chapter_is_spoken_again_is_opened_when_that_is_there(
    open_page: Open, url: str, engine: HeldEngine, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    book = spoken(url, made(url, epub((("第一章 谷", ("谷里下雪了。", "他转到谷外。", "谷外没有人。")),))))
    page = opened(open_page(), url, book, "review")
    before = job_of(url, book, 1)
    engine.hold()
    word(page, "转").click()
    page.locator("#fix .fix-option[aria-pressed=false]").first.click()
    expect(page.locator("#project-said")).to_contain_text("这里已改")
    until(lambda: job_of(url, book, 1) != before)
    word(page, "雪").click()
    expect(page.get_by_text("完成后打开这个字")).to_be_visible()
    expect(page.locator("#project-said")).to_contain_text("这里已改")
    engine.release()
    expect(page.locator("#fix strong")).to_have_text("雪")
    expect(page.get_by_text("完成后打开这个字")).to_have_count(0)
    # What is chosen in a dialog that stood open when its part went is kept as well.
    page.keyboard.press("Escape")
    word(page, "外").click()
    expect(page.locator("#fix strong")).to_have_text("外")
    page.route("**/fix", lambda route: route.fulfill(status=404, json={"error": {"code": "no_doubt"}}), times=1)
    page.fill("#fix input[name=reading]", "wǎi")
    page.keyboard.press("Enter")
    expect(page.locator("#fix")).to_have_count(0)
    until(lambda: "wai3" in readings(url, book, 1, "外"))


def test_a_word_is_opened_with_a_key_and_fixed_in_the_whole_book(
    open_page: Open, url: str, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    book = spoken(url, made(url, DOUBTFUL))
    page = opened(open_page(), url, book, "review")
    expect(page.locator("[data-side=checks]")).to_have_text(re.compile("待检查[1-9]"))
    check(page, "转").locator(".mark-go").click()
    dialog = page.locator("#fix")
    expect(dialog).to_contain_text("转")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(word(page, "转")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    dialog.locator("input").fill("zzz9")
    page.keyboard.press("Enter")
    expect(page.locator("#fix-told")).to_have_attribute("data-kind", "error")
    dialog.get_by_role("button", name="全书").click()
    dialog.locator("input").fill("zhuàn")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.locator("#project-said")).to_contain_text("全书 2 处已改")
    until(lambda: [readings(url, book, number, "转") for number in (1, 2)] == [["zhuan4"], ["zhuan4"]])
    expect(page.locator(".book-state[data-kind=done]")).to_be_visible()
    expect(check(page, "转")).to_have_count(0)
    # While it plays, E opens the word that is heard.
    word(page, "黑").dblclick()
    page.keyboard.press("e")
    expect(dialog).to_be_visible()


def test_who_says_a_sentence_is_decided_where_it_is_heard(open_page: Open, url: str) -> None:
    book = spoken(url, made(url, DOUBTFUL))
    page = opened(open_page(), url, book, "review")
    page.locator(".listen-chapter").select_option("3")
    word(page, "走").click()
    page.locator("#fix [data-who]").click()
    choose(page, "老人")
    until(lambda: told(url, book, "/chapters/3")["quotations"][0]["speaker"] == "老人")
    (said,) = told(url, book, "/chapters/3")["quotations"]
    assert said["source"] == "user"
    page.click("#project-said [data-do=undo]")
    until(lambda: told(url, book, "/chapters/3")["quotations"][0]["speaker"] != "老人")


def test_a_place_that_is_right_is_settled_and_comes_back(open_page: Open, url: str) -> None:
    page = opened(open_page(), url, spoken(url, made(url, DOUBTFUL)), "review")
    rows = page.locator(".check").filter(has_text="Kuberflux")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("生词 · 3 处")
    rows.get_by_role("button", name="都没错").click()
    expect(rows).to_have_count(0)
    page.click("#project-said [data-do=undo]")
    expect(rows).to_have_count(1)


def test_a_word_in_many_places_is_one_row_that_steps_through_them_and_is_fixed_at_once(
    open_page: Open, url: str
) -> None:
    book = spoken(url, made(url, DOUBTFUL))
    page = opened(open_page(), url, book, "review")
    row, dialog = page.locator(".check").filter(has_text="Kuberflux"), page.locator("#fix")
    at, on, back = row.locator(".check-steps span:not(.glyph)"), row.locator("[data-do=stepOn]"), "[data-do=stepBack]"
    expect(at).to_have_text("1 / 3")
    expect(row.locator(back)).to_be_disabled()
    for number, chapter in ((2, "第三章 晨"), (3, "第三章 晨")):
        on.click()
        expect(at).to_have_text(f"{number} / 3")
        expect(page.locator(".review-text h3")).to_have_text(chapter)
        expect(dialog).to_contain_text("Kuberflux")
    expect(on).to_be_disabled()
    row.locator(back).click()
    expect(at).to_have_text("2 / 3")
    expect(dialog.get_by_role("button", name="全书")).to_have_attribute("aria-pressed", "true")
    dialog.locator("input").fill("kuber")
    page.keyboard.press("Enter")
    expect(page.locator("#project-said")).to_contain_text("全书 3 处已改")
    expect(row).to_have_count(0)


def test_a_chapter_is_told_to_be_out_of_date_after_a_change_of_the_dictionary(open_page: Open, url: str) -> None:
    book = spoken(url, made(url, DOUBTFUL))
    entry = httpx.post(f"{url}/v1/lexicon", json={"word": "转了", "reading": "zhuan4 le5"}).json()["id"]
    page = opened(open_page(), url, book)
    expect(page.locator(".book-state")).to_contain_text("有改动还没合成")
    expect(page.locator(".chapter-state").nth(0)).to_contain_text("有改动还没合成")
    expect(page.locator(".chapter-state").nth(2)).not_to_contain_text("有改动还没合成")
    page.click(".book-do [data-do=speak]")
    expect(page.locator(".book-state[data-kind=done]")).to_be_visible()
    assert readings(url, book, 1, "转") == ["zhuan4"]
    httpx.delete(f"{url}/v1/lexicon/{entry}")


# -------------------------------------------------------------- names and terms


def test_names_and_terms_get_their_readings_before_anything_is_spoken(
    open_page: Open, url: str, forgiven: list[str]
) -> None:
    forgiven.append(REFUSED)
    book = made(url, DOUBTFUL)
    page = opened(open_page(), url, book, "names")
    row = term(page, "Kuberflux")
    expect(row).to_contain_text("3 次")
    expect(row).to_contain_text("存疑")
    field = row.locator("input")
    # What is in doubt can be said to be right.
    field.press("Enter")
    expect(row).to_contain_text("已指定")
    page.click("#project-said [data-do=undo]")
    expect(row).to_contain_text("存疑")
    row.locator(".chip").first.click()
    expect(row).to_contain_text("已指定")
    page.click("#project-said [data-do=undo]")
    expect(row).to_contain_text("存疑")
    field.fill("K UW2 B ER0 N EH1 T IY0 Z")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("已指定")
    expect(row.locator("input")).to_be_focused()
    (word,) = told(url, book, "/words")["words"]
    assert (word["word"], word["reading"], word["kind"]) == ("Kuberflux", "K UW2 B ER0 N EH1 T IY0 Z", "arpabet")
    row.locator("[data-do=termHear]").click()
    expect(row.locator("[data-do=termHear]")).not_to_have_attribute("aria-busy", "true")
    page.click("#project-said [data-do=undo]")
    expect(row).to_contain_text("存疑")
    until(lambda: told(url, book, "/words")["words"] == [])
    row.locator("input").fill("QQ9")
    page.keyboard.press("Enter")
    page.reload()
    search = page.locator(".terms-head [type=search]")
    search.fill("没有")
    expect(row).to_have_count(0)
    expect(page.locator(".terms")).to_have_text("文中没有“没有”。")
    search.fill("老人")
    expect(term(page, "老人")).to_contain_text("“老人”出现 1 次，读")
    expect(term(page, "老人").locator("input")).to_have_value("lǎo rén")
    term(page, "老人").locator("input").fill("lào rén")
    page.keyboard.press("Enter")
    expect(term(page, "老人")).to_contain_text("已指定")
    (word,) = told(url, book, "/words")["words"]
    assert (word["word"], word["reading"]) == ("老人", "lao4 ren2")


# -------------------------------------------------------------- the plug is pulled


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = Studio(tmp_path)
    yield studio
    studio.kill()


@pytest.fixture
def alone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def test_a_book_survives_a_server_that_is_killed_and_is_mended_and_downloaded(
    alone: Page, studio: Studio, tmp_path: Path
) -> None:
    page, url = alone, studio.url
    studio.start(0.7)
    page.goto(f"{url}/#/books")
    page.wait_for_selector("#status[data-state=ready]")
    expect(page.locator("#shelf-rows .empty")).to_be_visible()
    drop(page, "夜与昼.epub", DOUBTFUL)
    expect(page.locator("#book .book-title")).to_have_text("夜与昼")
    book = page.url.rsplit("/", 1)[1]
    section(page, "cast")
    for name, voice in (("小明", "child"), ("老人", "deep_man")):
        give_voice(page, url, book, name, voice)
        page.reload()
    section(page, "review")
    page.click(".book-do [data-do=speak]")
    until(lambda: told(url, book)["chapters"][1]["parts"])  # the first chapter is done, the second is not
    before = told(url, book)["chapters"][0]["parts"]
    studio.kill()
    studio.start(0.0)
    # Nobody presses anything: it goes on by itself, and so does the page.
    expect(page.locator(".book-state[data-kind=done]")).to_be_visible()
    assert told(url, book)["chapters"][0]["parts"] == before
    section(page, "review")
    third = told(url, book)["chapters"][2]["parts"]
    word(page, "转").click()
    page.locator("#fix").get_by_role("button", name="全书").click()
    page.locator("#fix").get_by_role("button", name="zhuàn", exact=True).click()
    until(lambda: told(url, book)["chapters"][1]["parts"] and readings(url, book, 2, "转") == ["zhuan4"])
    expect(page.locator(".book-state[data-kind=done]")).to_be_visible()
    assert told(url, book)["chapters"][2]["parts"] == third
    section(page, "files")
    with page.expect_download() as download:
        page.click(".making-file[data-form=m4b] a")
    file = tmp_path / "书.m4b"
    download.value.save_as(file)
    found = chapters_of(file)
    assert [title for title, _, _ in found] == ["第一章 夜", "第二章 昼", "第三章 晨"]
    assert all(end > begin for _, begin, end in found)
    label = read_label(file)
    assert label is not None
    assert label.label == "1"


# -------------------------------------------------------------- for everybody


@pytest.mark.parametrize(
    ("language", "locale", "width", "height"),
    [("zh", "zh-CN", 1366, 680), ("en", "en-US", 390, 844)],
    ids=["zh-desk", "en-phone"],
)
def test_axe_finds_nothing_in_the_sections_in_either_theme(
    open_page: Open, url: str, language: Language, locale: str, width: int, height: int
) -> None:
    book = made(url, DOUBTFUL)
    page = open_page(width=width, height=height, language=locale)
    page.evaluate(AXE)
    found: list[str] = []

    def look(where: str, *, covered: bool = False) -> None:
        for theme, only in (("light", None), ("dark", ["color-contrast"])):
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            page.wait_for_function(f"() => {'' if theme == 'dark' else '!'}({DARK})()")
            settle(page)
            for one in page.evaluate(RUN, {"only": only, "more": {} if covered else MORE}):
                found.extend(f"{where}, {theme}: {one['id']} ({one['help']}): {at}" for at in one["nodes"])
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    opened(page, url, book, "files")
    expect(page.locator(".making-file")).to_have_count(12)
    look("files, nothing is spoken")
    section(page, "review")
    expect(page.locator(".review-text")).to_be_visible()
    look("review, nothing is spoken")
    section(page, "names")
    expect(term(page, "Kuberflux")).to_be_visible()
    look("names")
    term(page, "Kuberflux").locator("input").fill("K UW1 B")
    page.keyboard.press("Enter")
    expect(page.locator("[data-do=termForget]")).to_be_visible()
    look("names, one is given")
    spoken(url, book)
    page.reload()
    page.evaluate(AXE)
    section(page, "files")
    for part in ("making-more", "report", "report-acx", "making-settings"):
        unfolded(page, part)
    expect(page.locator(".report-check").first).to_be_visible()
    look("files, with a report")
    section(page, "review")
    expect(page.locator(".token.doubt").first).to_be_visible()
    page.click("[data-do=listenAgain]")
    plays(page)
    page.evaluate("indexttsStudio.player.pause()")  # else it goes on to where there is no such word
    look("review, with places to check")
    word(page, "转").click()
    expect(page.locator("#fix")).to_be_visible()
    look("review, a word is open", covered=True)
    page.keyboard.press("Escape")
    page.click("[data-do=listenMark]")
    expect(page.locator(".mark")).to_have_count(1)
    look("review, with a mark")
    assert "\n".join(found) == ""


def test_what_is_heard_from_the_list_of_chapters_goes_on_there_too(open_page: Open, url: str) -> None:
    book = spoken(url, made(url, HEARD))
    mark = {"job": job_of(url, book, 1), "at_s": 1.0, "chapter": 1, "text": "", "note": "灯"}
    httpx.put(f"{url}/v1/books/{book}/notes", json={"marks": [mark]}).raise_for_status()
    page = opened(open_page(), url, book, "chapters")
    page.locator("[data-do=chapterPlay]").nth(1).click()
    sounds(page, job_of(url, book, 2))
    until(lambda: (told(url, book, "/notes")["place"] or {}).get("chapter") == 2)
    assert [one["note"] for one in told(url, book, "/notes")["marks"]] == ["灯"]
    section(page, "review")
    expect(page.locator(".review-text h3")).to_have_text("第二章 昼")


@pytest.mark.parametrize("tab", ["books", "voices", "speak"])
def test_a_book_plays_on_in_the_other_language_and_stands_where_it_was_paused(
    open_page: Open, url: str, tab: str
) -> None:
    lines = tuple(f"坡上走来了第{number}只羊，它慢慢地吃草。" for number in "一二三四五六七八九十")
    book = spoken(url, made(url, epub((("第一章 坡", lines),))))
    page = opened(open_page(width=390, height=844), url, book, "review")
    page.click("[data-do=listenAgain]")
    page.wait_for_function("indexttsStudio.player.now > 1")
    if tab != "books":
        page.click(f"#header [data-tab={tab}]")
    heard = page.evaluate("[indexttsStudio.player.job.id, indexttsStudio.player.now, window.before = true]")
    page.click("#language-switch")
    page.wait_for_function("!window.before")
    page.wait_for_function(
        """([job, at]) => {
          const player = window.indexttsStudio?.player;
          return player?.job?.id === job && player.playing && player.now >= at;
        }""",
        arg=heard,
    )
    bar = page.locator("#player .player")
    expect(bar).to_be_in_viewport()
    expect(bar.locator(".player-title")).to_contain_text("第一章 坡")
    assert page.evaluate("navigator.mediaSession.metadata.title").endswith("第一章 坡")
    page.click("#player .player-play")
    page.wait_for_function("!indexttsStudio.player.playing")
    at = page.evaluate("indexttsStudio.player.now")
    page.reload()
    page.wait_for_function("([job]) => window.indexttsStudio?.player.job?.id === job", arg=heard)
    expect(bar).to_be_in_viewport()
    page.wait_for_function("(at) => Math.abs(indexttsStudio.player.now - at) < 0.1", arg=at)
    assert not page.evaluate("indexttsStudio.player.playing")
    page.click("#player .player-close")
    page.reload()
    page.wait_for_selector("#status[data-state=ready]")
    expect(bar).not_to_be_in_viewport()


ALOUD = """() => {
  window.aloud = [];
  const told = new Map();
  const all = () => document.querySelectorAll("[role=status], [aria-live=polite]");
  for (const one of all()) told.set(one, one.textContent);
  new MutationObserver((changes) => {
    const places = new Set();
    for (const { target } of changes) {
      const place = (target.nodeType === 1 ? target : target.parentElement)?.closest("[role=status], [aria-live]");
      if (place && place.getAttribute("aria-live") !== "off") places.add(place);
    }
    for (const place of places) {
      const again = told.get(place) === place.textContent;
      told.set(place, place.textContent);
      window.aloud.push([place.className || place.id, place.textContent, again]);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
"""What a screen reader would say, and whether it is what it has said there before."""


@pytest.mark.parametrize("name", ["chapters", "files", "review"])
def test_while_a_book_is_spoken_its_states_are_read_aloud_when_they_change_and_not_at_each_step(
    open_page: Open, url: str, name: str
) -> None:
    lines = tuple(f"{name}里走过第{number}个人，他没有说话。" for number in "一二三四五六七八九十")
    page = opened(open_page(), url, made(url, epub((("甲", lines), ("乙", lines[::-1])))), name)
    expect(page.locator(f".book-sections [data-section={name}]")).to_have_attribute("aria-current", "page")
    page.evaluate(ALOUD)
    page.evaluate("""() => new MutationObserver(() =>
      (window.shares ??= new Set()).add(document.querySelector(".book-state").textContent)).observe(
        document.querySelector(".book-state"), { childList: true, characterData: true, subtree: true })""")
    page.click(".book-do [data-do=speak]")
    expect(page.locator(".book-state[data-kind=done]")).to_be_visible()
    seen = page.evaluate("[...window.shares]")
    aloud = page.evaluate("window.aloud")
    assert [told for told in aloud if told[2]] == []
    states = [text for place, text, _ in aloud if place == "book-state"]
    assert len(states) <= 3 <= len(seen), (states, seen)
    assert states[-1] == page.locator(".book-state").inner_text()


def test_a_file_on_its_way_can_be_stopped_by_a_key_however_far_it_is(open_page: Open) -> None:
    page = shelf(open_page())
    page.evaluate("""() => {
      window.sent = [];
      XMLHttpRequest.prototype.send = function () { window.sent.push(this); };
    }""")
    drop(page, "夜与昼.epub", epub())
    stop = page.locator(".shelf-taking [data-do=stop]")
    stop.focus()
    page.evaluate(ALOUD)
    for loaded in range(1, 9):
        page.evaluate(
            """(loaded) => window.sent[0].upload.dispatchEvent(
                 new ProgressEvent("progress", { lengthComputable: true, loaded, total: 9 }))""",
            loaded,
        )
        expect(page.locator(".shelf-taking")).to_contain_text(f"{100 * loaded // 9}%")
        expect(stop).to_be_focused()
    assert len(page.evaluate("window.aloud")) <= 1
    page.evaluate("window.sent[0].upload.dispatchEvent(new ProgressEvent('load'))")
    expect(stop).to_be_focused()
    assert len(page.evaluate("window.aloud")) <= 2
