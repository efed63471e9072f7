"""Pages of the web as their programs write them: the text is read, and nothing of what stands around it or within."""

from __future__ import annotations

import pytest

from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

EN = ("The weir broke on a Sunday, when nobody was fishing.", "By Tuesday the eels had the town hall.")
ZH = ("磨坊停了三天，水还在流。", "第四天，来了一个不买面的人。")


def page(body: str, title: str = "") -> Manuscript:
    return read_manuscript("a.html", f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode())


def spoken(book: Manuscript) -> str:
    return "\n".join(f"{one.title}\n{one.text}" for one in book.chapters if one.on)


@pytest.mark.parametrize(
    "around",
    [
        # Told by links alone, with no name
        "<div><a href='/'>Front</a> <a href='/w'>Weather</a> <a href='/o'>Obituaries</a></div>{}",
        "{}<div class='k3'><a href='/1'>Ten walks along the weir</a><a href='/2'>Mayor weeps</a></div><p>Bye now.</p>",
        # By names
        "{}<div class='ArticleTags'><span>eels</span><span>weirs</span></div>",
        "<div class='postProfile'>eelman has written 41 pieces, all wet.</div>{}",
        "{}<div id='comments-area'><p>What a weir thing to happen, said my aunt, and she would know.</p></div>",
        "<div id='siteSub'>From an encyclopedia that all may write</div>{}",
        # By what stands on them
        "{}<div>Posts: 12</div><div>Joined: May 3, 2011</div>",
        "{}<div class='q'>4.9 from 88 votes</div>",
        "<div>Jump to Recipe Print Recipe</div>{}",
        "{}<div class='x'><h3>Most viewed</h3><div>Goose elected</div></div>",
        "<p>2.2K</p><p>Listen</p><p>Share</p>{}",
        "{}<div><a href='/r'>Reply</a></div>",
        # By what is in between
        "{}<div><a href='/a'>Eels</a> <a href='/b'>Weirs</a></div><p>I build small boats and write about them.</p>",
    ],
)
def test_furniture_of_a_page_is_not_spoken(around: str) -> None:
    text = "".join(f"<p>{line}</p>" for line in EN * 6)
    book = page(around.format(f"<h1>Eels</h1><div>{text}</div>"))
    assert spoken(book) == "\n".join(("Eels", *EN * 6))


@pytest.mark.parametrize(
    "within",
    [
        "<div>广告</div>",
        "<div class='bar'>2021年3月4日 09:15 来源：河口日报 评论(12) 字号：大 中 小</div>",
        "<div>关注者 12 被浏览 3,410</div>",
        "<div>编辑于 2021-03-04 11:20</div>",
        "<div>举报 来自Android客户端 3楼 2021-03-04 11:20 回复</div>",
        "<div>分享到：<a>微信</a><a>微博</a></div>",
        "<div>1.1 万 人赞同了该回答</div>",
    ],
)
def test_counters_within_a_text_are_not_spoken(within: str) -> None:
    book = page(f"<h1>磨坊</h1><div><p>{ZH[0]}</p>{within}<p>{ZH[1]}</p></div>")
    assert spoken(book) == "\n".join(("磨坊", *ZH))


def test_posts_of_a_thread_stay_with_their_writers_and_without_what_stands_on_each() -> None:
    post = (
        "<div class='p'><div class='info'><div class='username'><a href='/u'>{}</a></div><div>Messages: 7</div></div>"
        "<div>{}</div><div class='signature'>Keep your nets dry.</div>"
        "<ul><li><a>Quote</a></li><li><a>Report</a></li></ul></div>"
    )
    around = "<div class='who'><h3>Who is online</h3><p>No registered users and 3 guests are here.</p></div>"
    posts = post.format("ada", EN[0]) + post.format("moss", EN[1]) + post.format("ada", "So it goes.")
    said = spoken(page(f"<h2>Weir</h2>{posts}{around}", "Weir - Nets"))
    assert said.split("\n")[1:] == ["ada", EN[0], "moss", EN[1], "ada", "So it goes."]


@pytest.mark.parametrize(
    "line",
    [
        "<p>Reply</p>",
        "<p>“Share,” said the eel.</p>",
        "<p>3 comments were pencilled in the margin.</p>",
        "<p><a href='/l'>The whole letter is in the town hall, where anyone may read it.</a></p>",
        "<p>They had:</p><ul><li><a href='/1'>Nets</a></li><li><a href='/2'>Lamps</a></li></ul>",
        "<section id='related-work'><h2>Related work</h2><p>Two more weirs are planned.</p></section>",
        "<h2 id='comments'>Comments</h2><p>There were none.</p>",
        "<table><tr><td>Ada,</td><td>12 points</td></tr></table>",
        "<aside><p>Eels can wait.</p></aside>",
        "<p>分享</p>",
    ],
)
def test_the_words_of_buttons_and_links_within_a_text_are_read(line: str) -> None:
    said = spoken(page(f"<article><h1>Eels</h1><p>{EN[0]}</p>{line}<p>{EN[1]}</p></article>"))
    wanted = "".join(line.replace("<", "\0<").replace(">", ">\0").split("\0")[::2]).replace("\n", "")
    assert "".join(said.split()) == "".join(f"Eels{EN[0]}{wanted}{EN[1]}".split())


def test_what_was_left_out_of_a_page_can_be_turned_on() -> None:
    book = page(f"<div><a href='/'>Front</a> <a href='/w'>Weather</a></div><h1>Eels</h1><p>{EN[0]}</p><p>{EN[1]}</p>")
    assert [(one.title, one.text, one.on) for one in book.chapters[1:]] == [("Around the text", "Front Weather", False)]


@pytest.mark.parametrize(
    "within",
    [
        "<h2 class='anchor anchorTargetHideOnScrollNavbar_vjPI' id='nets'>Nets</h2>",
        "<h2 class='anchor anchorWithStickyNavbar_Fm2b'>Nets</h2>",
        "<h2 class='no_toc text-delta' id='nets'>Nets</h2>",
        "<h3 class='toc-anchor share-heading'>Nets</h3>",
        "<h2 class='widget'>Nets</h2>",
        "<div class='has-sidebar no-share'><h2>Nets</h2></div>",
        "<div class='widget-title-wrap'><div><h2>Nets</h2></div></div>",
        "<header class='toc-head'><h3>Nets</h3></header>",
        "<p class='share-quote lead'>{}</p>",
        "<p class='with-footer-note'>{}</p>",
        "<ul><li class='nav-hint'>{}</li></ul>",
        "<blockquote class='ad-hoc'>{}</blockquote>",
    ],
)
def test_a_heading_or_a_paragraph_is_no_furniture_by_a_word_in_its_class(within: str) -> None:
    line = "The nets were mended on the same day, and nobody asked who had cut them."
    text = f"<article><h1>Eels</h1><p>{EN[0]}</p>{within.format(line)}<p>{EN[1]}</p></article>"
    said = spoken(page(f"<nav><a href='/'>Front</a></nav>{text}<div class='share'>Pass it on</div>")).split("\n")
    assert said == ["Eels", EN[0], line if "{" in within else "Nets", EN[1]]


@pytest.mark.parametrize(
    "box",
    [
        "<div class='so-panel widget widget_sow-editor'>{}</div>",
        "<div class='elementor-element elementor-widget elementor-widget-text-editor'>{}</div>",
        "<section class='panel-toolbar'>{}</section>",
        "<div class='toc-section'>{}</div>",
        "<div class='page-with-menu'>{}</div>",
    ],
)
def test_a_name_that_holds_the_text_box_by_box_is_no_furniture(box: str) -> None:
    text = "".join(box.format(f"<h2>Part {at}</h2><p>{EN[0]}</p><p>{EN[1]}</p>") for at in range(1, 7))
    beside = "<div class='sidebar'><p>I build small boats, and write about them.</p></div>"
    said = spoken(page(f"<div><h1>Eels</h1>{text}</div>{beside}")).split("\n")
    assert said[said[0] == "Eels" :] == [line for at in range(1, 7) for line in (f"Part {at}", *EN)]


@pytest.mark.parametrize(
    "below",
    [
        "<dl class='refs'><dt>参考资料</dt><dd><ul><li>1^{}</li></ul></dd></dl>",
        "<p><b>参考文献</b></p><ol><li>{}</li><li>河志，第三页</li></ol>",
        "<div><span>引用文献：</span><ul><li>{}</li></ul></div><p>词条标签：磨坊，河</p>",
        "<div class='t'>References</div><ol><li>{}</li></ol>",
        "<dl><dt>主要参考文献</dt><dd>{}</dd><dd>河志，第三页</dd></dl><div>词条图册 更多图册</div>",
    ],
)
def test_what_a_page_refers_to_at_its_end_is_not_spoken_whatever_its_elements_are(below: str) -> None:
    note = "磨坊记．河口日报．2009-04-11[引用日期2015-03-02]"
    text = "".join(f"<div class='para'>{line}</div>" for line in ZH * 5)
    book = page(f"<div><h1>磨坊</h1><a class='edit'>编辑</a>{text}{below.format(note)}</div>")
    assert spoken(book) == "\n".join(("磨坊", *ZH * 5))
    assert any(note in one.text for one in book.chapters)


def test_a_line_like_the_head_of_references_above_a_list_that_the_text_follows_is_read() -> None:
    text = "".join(f"<p>{line}</p>" for line in ZH * 4)
    book = page(f"<div><h1>磨坊</h1><p>参考资料</p><ul><li>河志，第三页。</li></ul>{text}</div>")
    assert spoken(book).split("\n")[1:3] == ["参考资料", "河志，第三页。"]
