"""What web novels ask for and their websites put in is not spoken; what a novel's people say is."""

from __future__ import annotations

import pytest

from benchmarks.book_files import STORY, epub_of
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

PROSE = "\n".join(STORY * 4)
ANYWHERE = """
请记住本站域名：www.qingzhu.la
本章未完，请点击下一页继续阅读
（本章未完，请翻页）
手机用户请浏览 m.qingzhu.la 阅读，掌上阅读更方便。
手机用户请到m.moyun.cc阅读。
最新章节请到青竹小说网阅读
天才一秒记住本站地址：[青竹阁] https://www.qingzhu.la/最快更新！无广告！
天才壹秒記住『墨雲閣小說網』，為您提供精彩小說閱讀。
喜欢雾港请大家收藏：(www.qingzhu.la)雾港青竹小说网更新速度全网最快。
小主，这个章节后面还有哦，请点击下一页继续阅读，后面更精彩！
章节错误，点此举报(免注册)
ｗｗｗ．ｑｉｎｇｚｈｕ．ｃｏｍ
手机版阅读网址：m.qingzhu.la
转码阅读模式下内容不全，请退出转码阅读模式。
本书由墨云阁首发，请勿转载！
大家看完了记得收藏一下网址，方便下次阅读
☆本书由青竹网（www.qingzhu.com）提供下载，更多好书请登录青竹网☆
本书由墨云阁提供下载
★更多全本TXT小说下载尽在 www.qingzhu.la★
更多精彩好书，请登录青竹书屋
==更多精校小说请访问：青竹书吧==
本电子书由青竹论坛整理制作，仅供试读，请下载后24小时内删除。
感谢在2020-01-01 00:00:00~2020-01-02 18:00:00期间为我投出霸王票或灌溉营养液的小天使哦~
感谢灌溉营养液的小天使：青竹 10瓶；墨云 5瓶；
一秒记住【青竹楼】ｗｗｗ．ｑｉｎｇｚｈｕ．ｃｏｍ，精彩小说无弹窗免费阅读！
更新最快的小说网，ｗｗｗ．ｍｏｙｕｎ．ｎｅｔ，手机阅读更方便！
天才一秒记住本站地址：【墨云阁】ｍ．ｍｏｙｕｎ．ｃｃ最快更新！
『加入书签，方便阅读』
『章节错误，点此举报』
『求月票，求推荐票！』
『本章由书友整理上传』
【未完待续，请搜索墨云文学，小说更好更新更快！】
热门推荐：
推荐阅读：《雾港》、《渡船人》
猜你喜欢：《雾港》 《渡船人》
&lt;a href=http://www.moyun.cc&gt;墨云中文网欢迎广大书友光临阅读，最新、最快、最火的连载作品尽在墨云！&lt;/a&gt;
本书最新章节首发ｗｗｗ．ｍｏｙｕｎ．ｃｃ，百度直接搜索“墨云阁”即可
（求月票！）
【求月票】【求订阅】
【第三更，求订阅求月票！】
（感谢书友“老茶馆”打赏的500起点币，加更奉上！）
（三更完毕，求保底月票）
PS：求推荐票
ps2：感谢大家的打赏和月票。
PS：明天家里有事，更新可能会晚一点，请大家见谅。
作者有话说：求评论求收藏，么么哒~
Find authorized novels in Webnovel, faster updates, better experience
*** Please vote for this book with Power Stones ***
Translator: Inkpot Editor: Harbour
Join our Discord: discord.gg/ink
备案号:YX01Abq3Zn
发布于 2020-07-19 23:05 · 著作权归作者所有
更多精校TXT请加QQ群：612345678
电报频道 @qingzhu_books 每日分享好书
加群 87654321 免费领取完整版电子书
关注微信公众号【青竹夜读】，回复书名领取全文
-----请注意休息，保护眼睛，青竹网推荐-----
热度(87) 推荐(12)
This book is available in print at most online retailers.
Also available as an audiobook
The series is now available in paperback and hardcover
This title is also available on Kindle.
Now available from all good bookshops
If you stumble upon this tale on Amazon, it has been taken without the author's consent. Report it.
This chapter was pirated from Scribble Hub. Please read it on the original site.
Unauthorized use of content: if you find this story on Amazon, report the violation.
Support your favourite writers by reading this novel on Royal Road.
Enjoying this tale? Seek out the original site so that its author gets credit.
""".strip().split("\n")
AT_THE_END = """
感谢书友风中的沙的打赏
新书期，求收藏，求推荐票，求一切！
月底了，各位手里有月票的投一下吧，拜谢！
推荐票、月票、收藏都来一波吧
今天还有一更，晚上十点左右。
书友交流群：876543210
赞同 860 · 评论 42 · 收藏 117
青竹文库扫校
墨香论坛【雪舟】录入校对
本作品来自互联网，版权归原作者所有，仅供学习交流
转载请保留制作者信息，谢谢
请勿用于商业用途，尊重译者的劳动成果
扫图：阿雾 录入：小桥 修图：灯灯
译者：海棠｜校对：阿桥
附：本书来自网络，请支持正版
""".strip().split("\n")
STORIES = """
求你投我一票吧，村长就差这一票了。
请记住我的名字，我叫沈砚。
请大家记住今天，记住这座桥。
她求他收藏好那封信，别让任何人看见。
“求月票！”主播对着镜头大喊。
“感谢老板打赏的火箭！”女主播笑得很甜。
他在网上写小说，每天求推荐票，却没有几个人看。
没有人给他投推荐票，他的书扑了。
编辑说，月票榜第一名的奖金是一万块。
弹幕里飘过一行字：求更新！
这本书还没有写完，请你继续写下去。
他翻到下一页，那里什么也没有。
本站到了，请乘客从左侧车门下车。
月票涨价了，她只好改骑自行车。
第三更，山门外忽然有人敲门。
今天的票不多，各位请回吧。
求一个公道。
求推荐一家好吃的面馆。
感谢各位乡亲的支持，我一定把路修好。
感谢诸位兄弟，今日我们一醉方休！
PS：我爱你。
PS：你的照片我会好好收藏。
P.S. 记得把钥匙放在花盆下面。
（这是后话）
（未完的信就夹在书里）
【恭喜您获得新手礼包，请点击领取】
【系统提示：恭喜宿主获得一张推荐票】
打赏下人的银子，她从来不省。
手机用户名忘了，他只好打电话给客服。
手机用户越来越多，报纸的订阅却越来越少。
请访问 www.python.org 下载安装程序。
海报上写着：更多好书请登录奇书网。
本书由三个部分组成，书后附有地图。
本书由我的学生李明整理，前后历时三年，谨此致谢。
更多的人来到了车站。
更多好书堆在阁楼里，落满了灰。
医生给每个孩子发了一瓶营养液。
感谢老乡们送来的手榴弹！
作者的话让她想了很久。
https://docs.python.org/zh-cn/3/
浏览器里只有一个书签。
本书首先讨论的是语言的起源。
这一章没完没了，她合上了书。
感谢您对本酒店的支持！
Please vote for me, she whispered.
He joined our Discord that night and never said a word.
Find me the novel I left here.
“Visit freewebnovel.com,” the screen said.
小周把这件事发在了QQ群里，一百多个读者都看见了。
老刘加入书友群的那天，群里正吵得厉害。
版权归谁所有，几家人争了三年。
著作权归作者所有，律师念完这一条就合上了本子。
图书馆收藏旧书，也收藏旧地图。
图书馆的人把旧书一本本扫描、录入、校对。
收藏家在网上下载小说。
请勿转载的牌子挂在墙上。
微信群里没有人回复。
编辑于是把稿子退了回来。
河就是两国的分割线。
返回目录的路上，他想起了什么。
收藏、推荐、评论，样样都要钱。
请读者休息一下眼睛。
翻译：那个词怎么念？
作者分享了翻译的经验
The story had been stolen from the author, and nobody would report it.
The book was licensed to a publisher in Boston, and the author never saw the permission.
Read the story of the author again, and the platform is still empty.
Find the book, the author of the letter wrote, and bring it to the site.
The novel was published without permission in 1904, and the author died poor.
Skip to the content of the letter.
""".strip().split("\n")


def novel(first: str) -> Manuscript:
    return read_manuscript("a.txt", f"第一章 雾\n{first}\n第二章 风\n{PROSE}\n".encode())


def spoken(book: Manuscript) -> list[str]:
    return [line for chapter in book.chapters if chapter.on for line in chapter.text.split("\n")]


@pytest.mark.parametrize("line", ANYWHERE)
def test_a_notice_is_not_spoken_wherever_it_stands(line: str) -> None:
    book = novel(f"{PROSE}\n{line}\n{PROSE}")
    assert spoken(book) == PROSE.split("\n") * 3
    last = book.chapters[-1]
    assert (last.text, last.kind, last.on) == (line, "back", False)
    english, chinese = book.warnings[0]
    assert line[:20] in english and line[:20] in chinese


@pytest.mark.parametrize("line", AT_THE_END)
def test_what_a_writer_asks_for_is_not_spoken_at_the_end_of_a_chapter(line: str) -> None:
    assert line not in spoken(novel(f"{PROSE}\n{line}"))
    assert line in spoken(novel(f"{PROSE}\n{line}\n{PROSE}"))


@pytest.mark.parametrize("line", STORIES)
def test_what_people_say_in_a_story_is_spoken_wherever_it_stands(line: str) -> None:
    for text in (f"{PROSE}\n{line}\n{PROSE}", f"{PROSE}\n{line}", f"{line}\n{PROSE}"):
        book = novel(text)
        assert line in spoken(book) and book.warnings == ()


def test_a_request_behind_a_title_or_a_sentence_goes_and_the_rest_stays() -> None:
    book = read_manuscript(
        "a.txt", f"第一章 雾（求月票！）\n{PROSE}\n他走了。（求推荐票）\n第二章 风\n{PROSE}".encode()
    )
    assert [one.title for one in book.chapters if one.on] == ["第一章 雾", "第二章 风"]
    assert "他走了。" in spoken(book)
    assert book.chapters[-1].text == "（求月票！）\n（求推荐票）"


def test_a_notice_of_every_chapter_is_told_once_and_one_that_fills_a_part_switches_that_off() -> None:
    line = "请记住本站域名：www.qingzhu.la"
    bodies = [f"<body><p>{one}</p></body>" for one in (line, f"{STORY[0]}</p><p>{line}", f"{STORY[2]}</p><p>{line}")]
    book = read_manuscript("a.epub", epub_of(bodies, names=["感言", "第一章 雾", "第二章 风"]))
    assert [(one.title, one.kind, one.on) for one in book.chapters] == [
        ("感言", "back", False),
        ("第一章 雾", "body", True),
        ("第二章 风", "body", True),
        ("广告与求票", "back", False),
    ]
    assert book.chapters[-1].text == line


@pytest.mark.parametrize(
    "line",
    [
        *(
            "上一章 下一章",
            "上一页 | 目录 | 下一页",
            "首页 > 雾港 > 第三章",
            "Previous Chapter | Table of Contents | Next",
        ),
        *("返回目录 上一篇 下一篇", "上一回 下一回", "返回顶部", "跳转到导航", "Skip to main content"),
        "Prev Story | Contents",
    ],
)
def test_what_leads_from_page_to_page_is_not_spoken(line: str) -> None:
    assert line not in spoken(novel(f"{PROSE}\n{line}\n{PROSE}"))


@pytest.mark.parametrize("line", ["他看了看上一页，又看下一页。", "Home. Home.", "大大小小", "Next!", "书签"])
def test_words_that_also_lead_from_page_to_page_are_spoken(line: str) -> None:
    assert line in spoken(novel(f"{PROSE}\n{line}\n{PROSE}"))


def test_who_made_a_file_is_not_spoken_above_its_first_chapter_nor_is_its_licence() -> None:
    made = (
        "译者：白鸟\n录入：小桥\n青竹之国 http://qingzhu.example\n禁止商业用途\n请尊重翻译和录入的劳动，转载请注明出处"
    )
    book = read_manuscript("a.txt", f"雾港\n作者：阿雾\n{made}\n\n序章 风\n{PROSE}\n第一章 雾\n{PROSE}".encode())
    assert (book.author, [one.title for one in book.chapters if one.on]) == ("阿雾", ["序章 风", "第一章 雾"])
    licence = "Inkpot Edition, License Notes\n\nThis ebook is licensed for your own use. It may not be resold."
    chapters = "".join(f"Chapter {at}\n\n{'The snow fell on the old bridge. ' * 9}\n\n" for at in (1, 2, 3))
    book = read_manuscript("a.txt", f"The Fog\n\nby A. Reed\n\n{licence}\n\n{chapters}".encode())
    assert [one.title for one in book.chapters if one.on] == ["Chapter 1", "Chapter 2", "Chapter 3"]


def test_a_writers_word_to_the_readers_goes_to_the_end_of_the_chapter_and_not_over_the_story() -> None:
    book = novel(f"{PROSE}\n---- 作者有话要说 ----\n今天写得很累。\n大家晚安。")
    assert spoken(book) == PROSE.split("\n") * 2
    assert book.chapters[-1].text == "---- 作者有话要说 ----\n今天写得很累。\n大家晚安。"
    asked = "新文开坑啦！求收藏求评论，么么哒！\n感谢扔霸王票的小天使们，谢谢大家的地雷和营养液！"
    for label in ("作者有话要说：", "作者的话", "【作者有话说】", "作话：", "作者留言："):
        assert spoken(novel(f"雪夜。\n雪停了。\n{label}\n{asked}")) == ["雪夜。", "雪停了。", *PROSE.split("\n")]
    thanks = "Chapter End Notes\nThank you so much for reading! Kudos and comments keep me going!"
    assert spoken(novel(f"It snowed.\n{thanks}"))[:2] == ["It snowed.", PROSE.split("\n")[0]]
    above = spoken(novel(f"雪夜。\n作者有话要说：晚安\n{PROSE}"))
    assert above[-2 * len(PROSE.split("\n")) :] == PROSE.split("\n") * 2


DECLARED = [
    "-----------用户上传之内容开始-----------",
    "======网友上传内容======",
    "***以下内容由用户上传***",
    "————正文开始————",
    "==========正文==========",
    "声明:本书为青竹网(txt123.net)的用户上传至其在本站的存储空间,本站只提供TXT存储服务以及下载服务,以下作品内容之版权与本站无任何关系。",
    "【下载说明】本书由青竹网友制作上传，请于24小时内删除",
    "声明：本站所有电子书由网友上传，版权归原作者所有\n--------用户上传之内容开始--------",
]


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.parametrize("title", ["《雾港》", "雾港"])
def test_what_a_site_declares_above_a_book_is_neither_title_nor_chapter(declared: str, title: str) -> None:
    text = f"{declared}\n\n{title}\n作者：沈一舟\n\n第一章 雾\n{PROSE}\n第二章 港\n{PROSE}\n"
    book = read_manuscript("雾港.txt", text.encode())
    assert (book.title, book.author) == ("雾港", "沈一舟")
    assert [one.title for one in book.chapters if one.on] == ["第一章 雾", "第二章 港"]


@pytest.mark.parametrize(
    "declared",
    [
        "-----------用户上传之内容结束-----------",
        "=====正文结束=====",
        "—— 全文结束 ——",
        "声明:本书为青竹网(txt123.net)的用户上传至其在本站的存储空间,本站只提供TXT存储服务以及下载服务,以上作品内容之版权与本站无任何关系。",
        "免责声明：本站内容均由会员上传，仅提供存储空间服务，与本站无关",
    ],
)
def test_what_a_site_declares_below_a_book_is_not_spoken(declared: str) -> None:
    book = read_manuscript("a.txt", f"第一章 雾\n{PROSE}\n第二章 港\n{PROSE}\n{declared}\n".encode())
    assert [one.text for one in book.chapters if one.on] == [PROSE, PROSE]


@pytest.mark.parametrize(
    "line",
    [
        "『别走，求你了。』",
        "『欢迎光临』",
        "推荐阅读这本书的人是我的老师。",
        "热门推荐：老板娘的酸菜鱼。",
        "正文开始之前，先说一件旧事。",
        "用户上传的照片里有一座塔。",
        "The room was available in winter.",
        "This book is available to her only at night, and she knows it.",
        "未完待续，他在信尾写道。",
        "电台里说，欢迎广大听众收听。",
    ],
)
def test_a_story_that_has_such_words_is_spoken(line: str) -> None:
    book = read_manuscript("a.txt", f"第一章 雾\n{PROSE}\n{line}\n{PROSE}\n第二章 港\n{PROSE}\n".encode())
    assert line in book.chapters[0].text
