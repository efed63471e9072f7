"""Lines made of addresses, of words of sites, of requests, or of names of other books are not spoken."""

from __future__ import annotations

import pytest

from indextts.books import read_manuscript
from indextts.books.model import Manuscript

PROSE = "\n".join(("雨下了一整夜，巷口的灯也亮了一整夜。", "“你还走吗？”她问。", "没有人知道他后来去了哪里。") * 4)
SITES = """
(墨云文学 www.moyun.org 首发)
【全文字阅读】
(https://www.moyun55.com/book/38211/20031.html)
（http://m.moyun.cc/123/456.html）
《www.moyun99.com》
＜ http://moyun.cc/12/34.html ＞
[ 青竹书院 - www.qingzhu.la ]
（全文字更新，更快更稳定）
【纯文字在线阅读】
（无错章节 手打首发）
墨云文学 www.moyun.cc
墨云阁（www.moyun.cc）
【青竹文学 更新快 qingzhu.net】
{青竹吧 www.qingzhu.la}
〖青竹小说 无弹窗 全文字〗
""".strip().split("\n")
OTHER_BOOKS = """
推荐阅读：大河、渡船往事
热门小说：雾港、渡船人、大河
好书推荐：雾港 / 渡船人 / 大河
新书推荐: 雾港 渡船人 老街旧事
本站推荐：雾港｜渡船人｜大河
书友正在看：雾港、渡船人
其他人还看了：《雾港》《渡船人》
""".strip().split("\n")
REQUESTS = """
求收藏，求推荐，新人新书，请多多支持！
新书求支持，求收藏求评论！
各位大大求票票啦~~~
喜欢本书的朋友请收藏支持一下，谢谢！
新人不易，跪求推荐收藏！
新书起航，推荐票月票砸过来吧！
看官们，收藏点一点，推荐投一投
喜欢的朋友请点击收藏，您的支持是我最大的动力！
觉得好看的话，请加入书架并投推荐票哦
动动手指收藏一下吧，万分感谢！
收藏收藏收藏！推荐推荐推荐！
新书上传，请大家多多收藏、推荐，拜谢！
""".strip().split("\n")
TOLD = """
【更新完毕】
【请点击阅读】
【免费领取】
【本店首发】
（无错）
（他在网上看小说。）
（墨云书院的院长）
推荐阅读：这本书的第三章，我反复读了很多遍。
推荐人：老周、阿南
推荐信：一封、两封、三封
好书推荐：她在黑板上写下三个书名，《雾港》、《大河》、《渡船人》。
出场人物：老周、阿南、小桥
他推荐了三本书：雾港、大河、渡船人
新书三本，请多多支持她。
新人新气象，请多多关照！
请大家多多支持新人！
求财，求子，求平安！
喜欢就收藏起来吧，反正你有的是地方。
公司网站是 www.moyun.cc
Python 的官网（https://www.python.org）
警方查封了墨云小说网。
新书在桌上，票在抽屉里。
她把收藏的邮票一张张点给他看。
求评论家手下留情。
手打的铁锅，全村首发。
求支持，求理解，求一句真话！
热门小说：一种商品的历史
“请收藏，请推荐！”他喊。
""".strip().split("\n")


def novel(first: str) -> Manuscript:
    return read_manuscript("a.txt", f"第一章 雾\n{first}\n第二章 风\n{PROSE}\n".encode())


def spoken(book: Manuscript) -> list[str]:
    return [line for chapter in book.chapters if chapter.on for line in chapter.text.split("\n")]


@pytest.mark.parametrize("line", [*SITES, *OTHER_BOOKS])
def test_what_a_site_puts_into_a_chapter_is_not_spoken(line: str) -> None:
    book = novel(f"{PROSE}\n{line}\n{PROSE}")
    assert spoken(book) == PROSE.split("\n") * 3
    assert book.chapters[-1].text == line


@pytest.mark.parametrize("line", OTHER_BOOKS)
def test_names_of_other_books_in_a_page_of_the_web_are_not_spoken(line: str) -> None:
    below = "".join(f"<p>{one}</p>" for one in PROSE.split("\n"))
    head = "<title>第一章 雾</title></head><body><h1>第一章 雾</h1>"
    page = f"<html><head>{head}<div id='l'>{line}</div>{below}</body></html>"
    assert spoken(read_manuscript("a.html", page.encode())) == PROSE.split("\n")


@pytest.mark.parametrize("line", REQUESTS)
def test_what_a_writer_asks_for_at_the_end_of_a_chapter_is_not_spoken(line: str) -> None:
    assert spoken(novel(f"{PROSE}\n{line}")) == PROSE.split("\n") * 2


@pytest.mark.parametrize("line", TOLD)
def test_a_story_that_tells_of_sites_and_requests_is_spoken(line: str) -> None:
    for text in (f"{PROSE}\n{line}\n{PROSE}", f"{PROSE}\n{line}", f"{line}\n{PROSE}"):
        book = novel(text)
        assert line in spoken(book) and book.warnings == ()


def test_an_address_in_brackets_goes_from_a_title_and_from_behind_a_sentence_that_is_over() -> None:
    told = f"{PROSE}\n他走了。（墨云文学 www.moyun.cc）"
    text = f"第一章 雾（www.moyun.cc）\n{told}\n第二章 风（墨云 www.moyun.cc 首发）\n{PROSE}"
    book = read_manuscript("a.txt", text.encode())
    assert [one.title for one in book.chapters if one.on] == ["第一章 雾", "第二章 风"]
    assert "他走了。" in spoken(book) and "moyun" not in "".join(spoken(book))
