"""Bylines of blogs and pages of news: they give the author and are not read."""
# ruff: noqa: E501

from __future__ import annotations

import pytest

from indextts.books import read_manuscript
from indextts.books.model import Manuscript

EN = (
    "The weir broke on a Sunday, when nobody was fishing, and the eels went down to the sea.",
    "By Tuesday the eels had the town hall, and nobody could say who had let them in.",
)
ZH = ("磨坊停了三天，水还在流，没有人知道为什么。", "第四天，来了一个不买面的人，在门口站了很久。")
ENGLISH = {
    "WordPress": "<header class='entry-header'>{h}<div class='entry-meta'>Posted on <time>March 3, 2021</time> by <span "
    "class='author vcard'><a class='url fn n' href='/author/ann'>Ann Other</a></span></div></header>{p}",
    "WordPress in blocks": "<main>{h}<div class='wp-block-post-author'><p class='wp-block-post-author__byline'>Written by"
    "</p><p class='wp-block-post-author__name'>Ann Other</p></div><div class='entry-content'>{p}</div></main>",
    "Ghost": "<header class='gh-article-header'>{h}<div class='gh-article-meta'><h4 class='gh-article-author-name'><a "
    "href='/author/ann/'>Ann Other</a></h4><div><time>Mar 3, 2021</time> <span>5 min read</span></div></div></header>{p}",
    "Ghost's older look": "<header>{h}<div class='article-byline'><h4 class='author-name'><a href='/author/ann/'>Ann Other"
    "</a></h4><div class='byline-meta-content'><time>3 Mar 2021</time></div></div></header><section>{p}</section>",
    "Medium": "{h}<div><a rel='author' href='/@ann'>Ann Other</a></div><div>5 min read · Mar 3, 2021</div><div>{p}</div>",
    "Medium by a test": "{h}<p><a data-testid='authorName' href='/x'>Ann Other</a></p><section>{p}</section>",
    "Substack": "{h}<div class='byline-wrapper'><div class='pencraft'><a href='https://x.substack.com/@ann'>Ann Other</a>"
    "</div><div class='pencraft'>Mar 03, 2021</div></div><div class='available-content'>{p}</div>",
    "a newspaper": "{h}<div class='article__meta'>By <span itemprop='author'>Ann Other</span>, Staff Writer</div>"
    "<time>March 3, 2021</time><div class='article__body'>{p}</div>",
    "a paragraph": "{h}<p class='c-byline'>By <a href='/a'>Ann Other</a> | Mar 3, 2021, 9:15am EST</p><div>{p}</div>",
    "Blogger": "{h}<div>{p}</div><div class='post-footer'><span class='post-author vcard'>Posted by Ann Other</span></div>",
}
CHINESE = {
    "WordPress": "<div class='entry-meta'>发表于 <time>2023年2月11日</time><span class='byline'> 作者：<span "
    "class='author vcard'><a href='/author/m'>慢船</a></span></span></div>",
    "WeChat": "<div id='meta_content'><span class='rich_media_meta'>原创</span><span><span id='js_author_name'>慢船</span>"
    "</span><span class='rich_media_meta_nickname'><a id='js_name'>河口夜读</a></span> <em>2023-02-11 20:15</em></div>",
    "Zhihu": "<div class='Post-Author'><div class='AuthorInfo' itemprop='author'><meta itemprop='name' content='慢船'><div>"
    "<span class='AuthorInfo-name'><a>慢船</a></span></div><div class='AuthorInfo-detail'>写字的人</div></div></div>",
    "Jianshu": "<div class='author'><a class='avatar'></a><div class='info'><span class='name'><a>慢船</a></span><div "
    "class='meta'><span>2019.03.04 11:20</span><span>字数 1203</span></div></div></div>",
    "a paragraph": "<p class='author'>作者：慢船</p>",
    "a paragraph with its date": "<p>作者：慢船　2023年2月11日</p>",
    "a source": "<div class='info'>来源：河口日报　作者：慢船　2021-03-04 09:15</div>",
    "a stroke": "<p>文 / 慢船</p>",
}


def page(body: str, head: str = "") -> Manuscript:
    whole = f"<html><head><title>Eels - A Blog</title>{head}</head><body><article>{body}</article></body></html>"
    return read_manuscript("a.html", whole.encode())


def spoken(book: Manuscript) -> list[str]:
    return [line for one in book.chapters if one.on for line in (one.title, *one.text.split("\n"))]


@pytest.mark.parametrize("look", ENGLISH.values(), ids=ENGLISH)
def test_an_english_byline_gives_the_author_and_is_not_read(look: str) -> None:
    book = page(look.format(h="<h1>Eels</h1>", p="".join(f"<p>{line}</p>" for line in EN * 3)))
    assert (book.author, spoken(book)) == ("Ann Other", ["Eels", *EN * 3])


@pytest.mark.parametrize("look", CHINESE.values(), ids=CHINESE)
def test_so_does_a_chinese_one(look: str) -> None:
    book = page(f"<h1>磨坊</h1>{look}<div class='content'>{''.join(f'<p>{line}</p>' for line in ZH * 3)}</div>")
    assert (book.author, spoken(book)) == ("慢船", ["磨坊", *ZH * 3])


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ("<meta name='author' content='Ann Other'>", "Ann Other"),
        ("<meta property='article:author' content='Ann Other'>", "Ann Other"),
        ("<meta property='article:author' content='https://www.facebook.com/ann'>", ""),
        ("<meta name='author' content='admin'>", ""),
    ],
)
def test_the_head_of_a_page_tells_a_name_and_no_address(head: str, author: str) -> None:
    assert page(f"<h1>Eels</h1>{''.join(f'<p>{line}</p>' for line in EN)}", head).author == author


@pytest.mark.parametrize(
    "beside",
    [
        "<ol class='comment-list'><li class='comment'><div class='comment-author vcard'><b class='fn'>Troll</b></div>"
        "<p>Nice words about eels, thank you.</p></li></ol>",
        "<p>The author is a man who keeps eels.</p>",
        "<p class='authority'>The county council</p>",
    ],
)
def test_who_writes_a_comment_and_who_is_told_of_is_not_the_author(beside: str) -> None:
    book = page(f"<h1>Eels</h1><div>{''.join(f'<p>{line}</p>' for line in EN * 3)}</div>{beside}")
    assert book.author == "" and spoken(book)[:7] == ["Eels", *EN * 3]


def test_the_authors_name_in_the_story_is_read() -> None:
    told = "<p>Ann Other</p><p>She signed it so.</p>"
    book = page(f"<h1>Eels</h1><p class='byline'>By Ann Other</p><p>{EN[0]}</p>{told}<p>{EN[1]}</p>")
    assert spoken(book) == ["Eels", EN[0], "Ann Other", "She signed it so.", EN[1]]


def test_a_page_all_in_elements_called_so_is_read() -> None:
    body = "".join(f"<p>{line}</p>" for line in EN * 9)
    book = page(f"<div class='author'><div class='author-page'><h1>Eels</h1>{body}</div></div>")
    assert (book.author, spoken(book)) == ("", ["Eels", *EN * 9])
