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
        ("第一章 夜", ("天黑了。", "“你好，”老人说。", "他们拗了。")),
        ("第二章 昼", ("雨停了。", "她们拗了。", "小明来了。", "小明说：“Kuberflux很大。”")),
        ("第三章 晨", ("Kuberflux呢？", "还是Kuberflux。", "“走吧。”")),
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


def parts(url: str, book: str) -> set[str]:
    return {one["job"] for chapter in told(url, book)["chapters"] for one in chapter["parts"]}


def give_voice(page: Page, url: str, book: str, name: str, voice: str) -> None:
    person(page, name).get_by_role("combobox").first.click()
    page.locator(f"#picker-list [data-id={voice}]").click()
    until(lambda: told(url, book)["cast"][name]["voice"] == voice)


def doubt(page: Page, text: str) -> Locator:
    """The first place about ``text``."""
    return page.locator(".doubt", has=page.locator("mark", has_text=text)).first


def term(page: Page, word: str) -> Locator:
    return page.locator(f".term[data-word='{word}']")


def heard(page: Page, text: str) -> Locator:
    return page.locator(".listen-text .heard", has_text=text)


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
    unfolded(page, "making-more")
    page.click(".making-file[data-form=mp3] button")
    with page.expect_download() as other:
        page.click(".making-file[data-form=mp3] a")
    other.value.save_as(tmp_path / "book.mp3")
    assert read_label(tmp_path / "book.mp3") is not None


@pytest.mark.gate
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


def test_while_a_book_is_spoken_its_files_say_how_far_it_is(open_page: Open, url: str, engine: HeldEngine) -> None:
    page = opened(open_page(), url, made(url), "files")
    engine.hold()
    page.click(".book-do [data-do=speak]")
    expect(page.locator(".shop-word")).to_have_text("正在合成，完成后在这里下载。")
    card = page.locator(".shop > :first-child")
    engine.let_through(3)
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


@pytest.mark.gate
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


def test_what_is_begun_in_a_list_of_doubts_stays_when_it_is_drawn_anew(open_page: Open, url: str) -> None:
    page = opened(open_page(), url, spoken(url, made(url, DOUBTFUL)), "proof")
    expect(doubt(page, "Kuberflux")).to_be_visible()
    held: list[Route] = []
    page.route("**/doubts?**", lambda route: held.append(route))
    with page.expect_request("**/doubts?**"):
        page.click(".proof-kinds [data-kind='']")
    row = doubt(page, "拗")
    row.get_by_role("button", name="ào", exact=True).click()
    row.locator("[data-do=doubtHere]").click()
    expect(row).to_contain_text("改为“ào”")
    other = doubt(page, "Kuberflux").locator(".doubt-field")
    other.fill("K UW1 B")
    with page.expect_response("**/doubts?**"):
        held[0].continue_()
    page.wait_for_timeout(200)  # the list is drawn anew
    expect(doubt(page, "拗")).to_contain_text("改为“ào”")
    expect(other).to_have_value("K UW1 B")
    expect(other).to_be_focused()
    expect(doubt(page, "Kuberflux").locator("[data-do=doubtHere]")).to_be_enabled()


# -------------------------------------------------------------- cast


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


# -------------------------------------------------------------- listening


def test_the_text_follows_the_sound_from_chapter_to_chapter_and_the_place_is_kept(open_page: Open, url: str) -> None:
    book = spoken(url, made(url, DOUBTFUL))
    page = opened(open_page(), url, book, "listening")
    page.click("[data-do=listenAgain]")
    plays(page)
    expect(page.locator(".listen-text .spoken")).to_be_visible()
    heard(page, "他们拗了。").click()
    expect(heard(page, "他们拗了。")).to_have_class("heard spoken")
    # The chapter ends soon; the next one comes by itself.
    expect(page.locator(".listen-text h3")).to_have_text("第二章 昼")
    expect(page.locator(".listen-chapter")).to_have_value("2")
    expect(heard(page, "雨停了。")).to_have_class("heard spoken")
    page.keyboard.press("m")
    note = page.locator(".mark input")
    expect(note).to_be_focused()
    page.keyboard.type("很美 m")
    page.keyboard.press("Enter")
    until(lambda: [one["note"] for one in told(url, book, "/notes")["marks"]] == ["很美 m"])
    section(page, "files")
    place = told(url, book, "/notes")["place"]
    until(lambda: told(url, book, "/notes")["place"]["chapter"] == 2)
    assert place["job"] in parts(url, book)
    page.goto(f"{url}/#/books/{book}/listening")
    page.reload()
    expect(page.locator("[data-do=listenAgain]")).to_contain_text("接着听：第二章 昼")
    expect(page.locator(".listen-text h3")).to_have_text("第二章 昼")
    expect(page.locator(".mark input")).to_have_value("很美 m")
    page.locator(".listen-chapter").select_option("1")
    expect(page.locator(".listen-text h3")).to_have_text("第一章 夜")
    page.click(".mark-go")
    plays(page)
    expect(page.locator(".listen-text h3")).to_have_text("第二章 昼")
    page.click(".mark [data-do=markRemove]")
    expect(page.locator(".mark")).to_have_count(0)
    page.click("#project-said [data-do=undo]")
    expect(page.locator(".mark input")).to_have_value("很美 m")


# -------------------------------------------------------------- proof-listening


def test_doubtful_places_are_heard_and_settled_here_and_in_the_whole_book(open_page: Open, url: str) -> None:
    book = spoken(url, made(url, DOUBTFUL))
    page = opened(open_page(), url, book, "proof")
    kinds = page.locator(".proof-kinds")
    expect(kinds.locator("[data-kind=polyphone]")).to_contain_text("2")
    expect(kinds.locator("[data-kind=word]")).to_contain_text("3")
    again = page.locator("[data-do=speakAgain]")
    expect(again).to_be_disabled()
    kinds.locator("[data-kind=polyphone]").click()
    expect(page.locator(".doubt")).to_have_count(2)
    first = page.locator(".doubt").first
    first.locator("[data-do=doubtHear]").click()
    until(lambda: page.evaluate("indexttsStudio.player.now") > 0.5)
    part = told(url, book)["chapters"][0]["parts"][0]["job"]
    assert page.evaluate("indexttsStudio.player.job.id") == part
    expect(first.locator("[data-do=doubtBook]")).to_be_disabled()
    first.get_by_role("button", name="ào", exact=True).click()
    first.locator("[data-do=doubtBook]").click()
    expect(first).to_contain_text("全书 2 处改为“ào”")
    expect(page.locator(".doubt").nth(1)).to_contain_text("已随全书一起改")
    expect(again).to_have_text("重新合成 2 句")
    kinds.locator("[data-kind=word]").click()
    expect(page.locator(".doubt")).to_have_count(3)
    page.locator(".doubt").first.locator("[data-do=doubtRight]").click()
    expect(page.locator(".doubt").first).to_contain_text("没错，不改")
    page.locator(".doubt").first.locator("[data-do=doubtUndo]").click()
    expect(page.locator(".doubt").first).not_to_contain_text("没错，不改")
    expect(kinds.locator("[data-kind=word]")).to_contain_text("3")
    page.locator(".doubt").first.locator("[data-do=doubtRight]").click()
    expect(kinds.locator("[data-kind=word]")).to_contain_text("2")
    field = page.locator(".doubt").nth(1).locator("input")
    field.fill("K UW2 B ER0 N EH1 T IY0 Z")
    page.keyboard.press("Enter")
    expect(page.locator(".doubt").nth(1)).to_contain_text("这里改为")
    expect(again).to_have_text("重新合成 3 句")
    page.reload()
    expect(again).to_have_text("重新合成 3 句")
    before = parts(url, book)
    again.click()
    until(lambda: parts(url, book).isdisjoint(before))
    expect(page.locator(".book-state[data-kind=done]")).to_be_visible()
    expect(kinds.locator("[data-kind=polyphone]")).to_have_count(0)
    expect(again).to_have_text("合成改动")
    job = told(url, book)["chapters"][0]["parts"][0]["job"]
    plan = httpx.get(f"{url}/v1/jobs/{job}/result", params={"format": "json"}).json()
    readings = [one["reading"] for segment in plan["segments"] for one in segment["tokens"] if one["text"] == "拗"]
    assert readings == ["ao4"]


def test_a_reading_that_cannot_be_said_is_refused_in_its_row(open_page: Open, url: str, forgiven: list[str]) -> None:
    forgiven.append(REFUSED)
    page = opened(open_page(), url, spoken(url, made(url, DOUBTFUL)), "proof")
    row = doubt(page, "拗")
    row.locator("input").fill("zzz9")
    row.locator("[data-do=doubtHere]").click()
    expect(row.locator(".told")).not_to_be_empty()
    expect(row).to_have_attribute("data-settled", "false")
    expect(row.locator("input")).to_have_value("zzz9")


def test_who_speaks_is_settled_from_the_list(open_page: Open, url: str) -> None:
    book = made(url, DOUBTFUL)
    page = opened(open_page(), url, spoken(url, book), "proof")
    row = doubt(page, "走吧")
    expect(row.locator(".chapter-kind")).to_have_text("谁说的")
    row.locator("[data-do=doubtWho]").click()
    choose(page, "老人")
    row.locator("[data-do=doubtHere]").click()
    expect(row).to_contain_text("这里改为“老人”")
    (said,) = told(url, book, "/chapters/3")["quotations"]
    assert (said["speaker"], said["source"]) == ("老人", "user")


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
    page.locator(".terms-head [type=search]").fill("没有")
    expect(row).to_have_count(0)


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
    section(page, "listening")
    page.click(".book-do [data-do=speak]")
    until(lambda: told(url, book)["chapters"][1]["parts"])  # the first chapter is done, the second is not
    before = told(url, book)["chapters"][0]["parts"]
    studio.kill()
    studio.start(0.0)
    # Nobody presses anything: it goes on by itself, and so does the page.
    expect(page.locator(".book-state[data-kind=done]")).to_be_visible()
    assert told(url, book)["chapters"][0]["parts"] == before
    section(page, "proof")
    row = doubt(page, "拗")
    row.get_by_role("button", name="ào", exact=True).click()
    row.locator("[data-do=doubtBook]").click()
    expect(row).to_contain_text("全书 2 处改为“ào”")
    third = told(url, book)["chapters"][2]["parts"]
    page.click("[data-do=speakAgain]")
    expect(page.locator("[data-do=speakAgain]")).to_have_text("合成改动")
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
    for name in ("proof", "listening"):
        section(page, name)
        expect(page.locator(".book-section > *").first).to_be_visible()
        look(f"{name}, nothing is spoken")
    section(page, "names")
    expect(page.locator(".term")).to_have_count(1)
    look("names")
    page.locator(".term input").fill("K UW1 B")
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
    section(page, "proof")
    doubt(page, "拗").get_by_role("button", name="ào", exact=True).click()
    doubt(page, "拗").locator("[data-do=doubtHere]").click()
    expect(page.locator(".doubt[data-settled=true]")).to_have_count(1)
    look("proof-listening, one is settled")
    section(page, "listening")
    expect(page.locator(".heard").first).to_be_visible()
    page.click("[data-do=listenAgain]")
    plays(page)
    page.click("[data-do=listenMark]")
    expect(page.locator(".mark")).to_have_count(1)
    look("listening, with a mark")
    assert "\n".join(found) == ""
