r"""Lines of web novels that no story has: requests for votes, thanks to those who gave, the websites' own notices.

    text, left_out = without_adverts("他走了。\n（求月票！）\n")      # "他走了。", ["（求月票！）"]

A line is one where a phrase of such notices stands, and next to nothing but what goes with it, and nobody says it: it
has neither quotation marks nor a person who speaks. What websites put in is known wherever it stands; what a writer
asks for only in brackets, behind a label (``PS：``), or at an end of a chapter.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Final

from indextts.reading.text.normalise import simplified

_CLAUSE: Final = "[^，。！？；!?;]"
_ADDRESS: Final = (
    r"(?:https?:\s?/{0,2})?(?:[a-z0-9][a-z0-9-]*\s?[.·。]\s?){1,4}"
    r"(?:com|net|org|cc|la|info|xyz|top|cn|co|io|me|tv|vip|app|biz|us|tw|hk)(?![a-z])(?:/[\w./?=&%-]*)?"
)
_SITE: Final = re.compile(
    rf"(?:记住|牢记|收藏)(?:一下)?(?:本|我们的?)(?:站|书院|网)|天?才?(?:[一壹]秒|1秒|三秒)钟?(?:就能)?记住{_CLAUSE}{{0,12}}"
    r"|(?:本章|这一?章|章节)(?:还?未完|没完|没有结束)|点击?下一[页頁章]"
    rf"|(?:手机|移动端?|电脑|pc)(?:用户|端|书友)?(?:请|可)(?:浏览|访问|登录|登陆|移步|到)(?={_CLAUSE}*(?:阅读|看书|小说|{_ADDRESS}))"
    r"|(?:手机|移动|电脑|网页|wap|m)版?阅读(?:网址|地址|域名)"
    rf"|最[新快](?:的)?(?:章节|更新|全本)(?:小说|内容)?(?:{_CLAUSE}{{0,4}})(?:请到|请看|请去|请上|尽在|就在|首发于){_CLAUSE}{{1,16}}"
    rf"|(?:更新速度|更新)(?:全网)?最快|无弹窗{_CLAUSE}{{0,12}}|{_CLAUSE}{{0,12}}笔趣阁"
    rf"|(?:本书|本文|本章|本小说)(?:由|在)?{_CLAUSE}{{0,12}}?(?:首发|独家发布|手打)"
    rf"|喜欢{_CLAUSE}{{1,30}}?请?大家收藏|加入书签|(?:章节|内容)(?:错误|报错|缺失|有误)[^。！？]{{0,8}}举报"
    rf"|收藏{_CLAUSE}{{0,8}}(?:网址|域名)|(?:永久|最新)(?:地址|域名|网址)|(?:转码|畸形)(?:阅读)?模式"
    rf"|(?:阅读|看书|小说|章节|本站|更新){_CLAUSE}{{0,20}}{_ADDRESS}|{_ADDRESS}{_CLAUSE}{{0,12}}(?:小说|章节|更新|最快|无广告|掌上阅读)"
)  # fmt: skip
"""What websites put into chapters, in small letters of ordinary width …"""
_BESIDE: Final = re.compile(
    rf"{_ADDRESS}|(?:这个|本)?章节?后面(?:还|更)(?:有|精彩)|后面(?:更加?|还有更)精彩(?:内容)?|继续(?:阅读|观看)|小主"
    rf"|更优质的阅读体验|掌上阅读更方便|方便(?:您|你)?(?:下次|继续|随时)?阅读|为(?:您|你)提供{_CLAUSE}{{0,16}}|第一时间看?"
    rf"|百度(?:一下|搜索)?|{_CLAUSE}{{0,8}}(?:小说|中文|文学|书)(?:网|阁|院|屋|吧)(?:站)?|防(?:止)?(?:走丢|失联)|正版|(?:无|没有)广告|免注册|点此"
    r"|全文(?:免费)?阅读|在线阅读|txt下载|速度|掌上|全网|看完了|记得|下次|大家|精彩|手机|用户|移动端|转载|翻[页頁]|内容不全|退出|请勿|域名|网址|地址|浏览|访问"
)  # fmt: skip
"""… and what stands beside it."""
_GIFT: Final = r"(?:打赏|月票|推荐票|票票|盟主|舵主|堂主|万赏|百赏|书币|起点币)"
_WISH: Final = (
    r"(?:保底)?(?:月票|推荐票?|评价票|票票?|收藏|订阅|打赏|追读|首订|全订|自订|自动订阅|鲜花|催更|评论|好评|书评|加更)"
)
_ASK: Final = re.compile(
    rf"(?:再次?|继续|厚颜|跪|拜|弱弱地?)?求(?:一?[波下点些个张轮]|点儿)?{_WISH}(?:(?:[和与及、，,]|以及|求|，求)?{_WISH}){{0,6}}"
    rf"|(?:{_WISH}[、和与]){{1,5}}{_WISH}(?:都|统统)?(?:来|走|投)|(?:感谢|多谢|谢谢|鸣谢)[^。！？]{{0,60}}?{_GIFT}(?:了?\s?[的\d]+\s?[张个币点万]*(?:{_GIFT})?)?"
    rf"|(?:月票|推荐票){_CLAUSE}{{0,8}}?(?:投|砸|走起|翻倍|加更|拜托)|(?:月票双倍|(?:双倍|保底)月票)(?:活动)?(?:开始了?)?"
    rf"|(?:各位|大家|手里有|手上有|投|砸){_CLAUSE}{{0,10}}(?:月票|推荐票)"
    r"|(?:今[天日晚]|还有|本日|先)?(?:第[一二三四五六七八九十\d]{1,3}|[双三四五六两]|一)更(?:送到|送上|奉上|完毕|完|到)?(?=求|[，,！!。]?\s?求)"
    r"|^(?:今[天日晚])?还有[一两二三]更|^第[一二三四五六七八九十\d]{1,2}更[！!。]?$|(?:补|欠|加)更(?=求|感谢|完毕|奉上|送上|$)"
    r"|新书(?:期|上架|冲榜)(?:间|中)?|订阅正版|支持正版订阅|(?:点|加)个收藏|(?:书友|读者|粉丝|qq|企鹅)(?:交流|讨论)?群(?:号)?\s?[:：]?\s?\d{5,12}"
    rf"|更新{_CLAUSE}{{0,4}}(?:会?晚|推迟|不稳定|会少)|(?:今天|明天)(?:断更|停更|只有一更|请假)|^本章完$|^未完待续$|月票榜"
)  # fmt: skip
"""What a writer asks the readers for."""
_FILLER: Final = re.compile(
    r"感谢|谢谢|多谢|拜谢|叩谢|拜托|大家|各位|诸位|书友们?|读者(?:大大|老爷)?们?|兄弟(?:姐妹)?们|大佬们?|老板|的?支持|么么哒|爱你们|见谅|包涵|鞠躬"
    r"|[来求]?一波|一下|一点|一切|今[天日晚]|明[天日]|昨天|晚上|月底了?|最后一天了?|月初了?|家里|有事|可能|大概|左右|[一二三四五六七八九十]{1,2}点|[吧啦哦呀了呢都把给有]"
    r"|还有|继续|努力|码字|爆发|欢迎|加入|手里|本书|\d+\s?[张票个万千百字更点/]?|[一二两三四五]更|(?:月|推荐)?票|收藏|订阅|打赏|推荐|小说|更新|章节|阅读|本站|请|和|与|的|在|到"
)  # fmt: skip
_LABEL: Final = re.compile(
    r"\s*(?:p\.?\s?s\d?|作者的话|作者有话要?说|题外话|感谢名单)\s?[.。:：，,\s]\s?", re.IGNORECASE
)
_AROUND: Final = re.compile(
    r"(?:首页\s?[>»›→]\s?.{1,60}"
    r"|(?:[\s>»›→←|/\[\]()·<«-]*(?:首页|书库|上一?[章页节]|下一?[章页节]|(?:章节|返回)?目录|返回(?:书页|首页|列表)|[加放]入书[签架]|投?推荐票"
    r"|我的书架|书架|书签|字体|字号|关灯|护眼|举报|报错|没有了)){2,}"
    r"|(?=.*(?:chapter|page|contents|toc)\b)"
    r"(?:\W*(?:home|(?:previous|prev|next)(?: chapter| page)?|table of contents|toc|index|bookmark)\b){2,})\W*"
)  # fmt: skip
"""What leads from page to page of a website."""
_WHEN: Final = r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:\s?\d{1,2}:\d{2}(?::\d{2})?)?"
_STAMP: Final = re.compile(
    r"(?=.*(?:(?:更新|发布|发表|上传|提交|回复)(?:时间|日期|于)|字数|楼主))[\s|/·()\[\]【】-]*"
    r"(?:(?:(?:更新|发布|发表|上传|提交|回复|创建)(?:时间|日期|于)|(?:本章|章节|全文|总)?字数|作者|楼主|编辑|来源|时间|日期|点击"
    rf"|浏览|阅读|回复|评论|收藏|推荐)\s?[:：]?\s?(?:{_WHEN}|\d[\d.,]*\s?[万千字次条kw]{{0,2}}|(?<=:)\s?[^\s:,，。！？|]{{1,16}})"
    r"[\s|/·,()\[\]【】-]*){1,8}"
    r"|(?=.*\b(?:words|published|updated|reviews|votes):)(?:\W*(?:rated|language|genre|chapters|words"
    r"|reviews|fav(?:e|ourite|orite)?s|follows|views|reads|votes|comments|updated|published|posted|status|id)"
    r":\s?[\w/,. ]{1,24}?(?=\W*(?:$|[|·•–-]|\s\w+:))){2,}\W*"
)
"""What websites write below the name of a chapter: when it came, its length, how many have read it."""
_POSTER: Final = re.compile(
    r"[\s【\[]*(?:#?\d{1,5}\s?[楼#]\s?)?(?:作者|楼主|发帖人?|回复人?|层主|网友|posted by|author)\s?[:：]\s?"
    rf"(?P<who>[^\s:,，|]{{1,20}})(?=.{{0,40}}{_WHEN}).{{0,120}}",
    re.IGNORECASE,
)
"""Who wrote what stands below, in a forum."""
_COUNTS: Final = re.compile(r"\W*(\d[\d.,]*[km]?)\W+\d[\d.,]*[km]?\W+\d[\d.,]*[km]?\W*")
"""How many have read a chapter, voted for it and written about it, as the first line of a chapter."""
_POSTED: Final = re.compile(
    r"(?:点击|戳|按)?(?:上方|下方|上面|下面|文末)?的?(?:蓝(?:色)?字(?:体)?|名片|卡片)[,，]?\s?(?:轻松|一键|快速|即可)?关注(?:我们?|本号|公众号)?[~!！。]?"
    r"|(?:长按|扫描|扫一扫|识别|微信扫)[^。！？“”]{0,12}(?:二维码|[图码])[^。！？]{0,16}"
    r"|(?:点个?|点击|右下角)[“\"]?(?:在看|赞|分享|星标)[”\"]?[^。！？]{0,20}"
    r"|(?:微信)?扫一扫(?:关注(?:该公众号|我们)?)?|关注该公众号|继续滑动看下一个|轻触阅读原文|喜欢此内容的人还喜欢|预览时标签不可点"
    r"|阅读原文(?:阅读)?(?:\s?\d[\d.,万+]*)?|\W+(?:the )?end\W+|▼+|↓+"
    r"|(?:(?:封面|图片?|文字?|图源|编辑|责编|排版|校对|来源|出品|监制|审核|撰文|摄影|插画|配图)(?:来源)?\s?[|丨｜/]\s?[^|丨｜/。，]{1,24}[\s|丨｜/]*){1,6}"
)
"""Lines of posts on WeChat around and below the text, each a whole line."""
_NEXT_PART: Final = re.compile(
    r"(?:\W*\b(?:vote|comments?|share|add to library|follow)\b){2,}\W*"
    r"|\W*continue (?:reading )?(?:to )?(?:the )?next (?:part|chapter)\W*"
)
_AUTHOR_SAYS: Final = re.compile(
    r"\W*作者有[话話]要?[说說]\W*.{0,160}"
    r"|\W*(?:A/N|[Aa]uthor[’']?s? [Nn]otes?|AUTHOR[’']?S? NOTES?)\s?[*_]*\s?(?:[:：—–-].{0,600}|$)"
)
"""From here on a writer of Jinjiang or Wattpad speaks to the readers, until the chapter is over …"""
_MOST_SAID: Final = 0.25
"""… if that is no larger share of it: else the story goes on below."""
_PRAISED: Final = re.compile("(感谢|谢谢|多谢)(?:书友)?(?:[“「『][^“”「」『』]{1,14}[”」』][、，和\\s]*)+")
_ENGLISH: Final = re.compile(
    r"\W*(?:please )?(?:vote|drop|send|throw|give)\b[^.!?\"“”]{0,40}(?:power ?stones?|golden tickets?)"
    r"|\W*if you find any errors ?\([^)]{0,80}\)|\W*please let us know ?<? ?report chapter"
    r"|\W*(?:please )?(?:find|read|visit|follow|search)\b[^.!?\"“”]{0,60}"
    r"(?:authorized novels in webnovel|lightnovel|novel ?full|novel ?bin)"
    rf"|\W*(?:please )?(?:(?:read|find)\b[^!?\"“”]{{0,30}}chapters?\b|"
    rf"this chapter (?:is|was) (?:updated|uploaded|taken))[^!?\"“”]{{0,40}}?{_ADDRESS}"
    r"|\W*(?:please )?(?:support|join|follow) (?:me|us|our|my)\b[^.!?\"“”]{0,40}\b(?:patreon|discord|ko-?fi)\b"
    r"|\W*translators?: ?[^.,]{1,40}\beditors?: ?[^.,]{1,40}$",
    re.IGNORECASE,
)  # fmt: skip
_DOMAIN: Final = r"\s?(?:[cｃ][oｏ][mｍ]|net|org|cc|la|xyz|top)"
_HINT: Final = re.compile(
    r"月票|推[荐薦]票|求|打赏|收藏|订|訂|站|网|網|版|更|转码|轉码|本书|下一[页頁章]|未完|记住|記住|章节|本章|感谢|谢|弹窗|书签|永久|阅读|群|笔趣|新书"
    r"|手打|首发|首[页頁]|上一|目[录錄]|作者有|字[数數]|日期|提交|回交|发[布表]时|楼主|关注|二[维維]码|在看|扫一扫|滑动|喜欢此|\||丨|｜|▼|↓"
    rf"|prev|home|toc|\.{_DOMAIN}|．{_DOMAIN}|。{_DOMAIN}|·{_DOMAIN}|stones|tickets|patreon|discord|translator|novel|chapter"
    r"|a/n|author.{0,2} note|vote|next part|words:|updated:|end\b"
)
"""Of small letters. Each way begins with a character, not with a set: places are skipped that none begins with."""
_SPOKEN: Final = re.compile(
    '[“”「」『』"]|[他她它你我]|[^，。！？]{1,6}(?:[说道喊问叫答](?:[:：，,]|$)|(?:想|喊|说|问)着)'
)
"""Somebody speaks, or is told of."""
_BRACKETS: Final = re.compile(r"(?:\s*[（(【\[〖][^（()）【】\[\]〖〗]{2,120}[)）】\]〗]){1,6}\s*$")
_LETTERS: Final = re.compile(r"[^\W_]")
_LONGEST: Final = 160
"""Characters of such a line."""
_LAST: Final = 5
"""Lines at the end of a chapter where its writer speaks to the readers; the first is another such place."""


def without_adverts(text: str) -> tuple[str, list[str]]:
    """The text of a chapter without such lines, and without those in brackets at the end of a line; and what they are.

    Of a text of nothing else nothing is left.
    """
    small = text.casefold()
    if not (_HINT.search(small) or _COUNTS.match(small)):
        return text, []
    lines = text.split("\n")
    said = [at for at, line in enumerate(lines) if line]
    ends = {*said[:1], *said[1:][-_LAST:]}
    behind = _author_from(lines)
    by_readers = _by_readers(lines)
    kept: list[str] = []
    left_out: list[str] = []
    for at, line in enumerate(lines):
        if line and (at in by_readers or at >= behind or (at == said[0] and _begins_with(line))):
            left_out.append(line)
            continue
        if line and len(line) <= _LONGEST and _HINT.search(line.casefold()):
            if is_advert(line, at_end=at in ends):
                left_out.append(line)
                continue
            line, asked = without_request(line)
            left_out += asked
        kept.append(line)
    return ("\n".join(kept).strip("\n"), left_out) if left_out else (text, [])


def _begins_with(line: str) -> bool:
    """Whether the first line of a chapter is how often it was read, or a word of its writer to the readers."""
    counts = _COUNTS.fullmatch(_plain(line))
    return _AUTHOR_SAYS.fullmatch(line) is not None or bool(counts and (counts[1][-1] in "km" or len(counts[1]) > 2))


def _by_readers(lines: list[str]) -> set[int]:
    """Lines of a forum that others have written than who wrote most of it, and more than once."""
    posts = [(at, post["who"]) for at, line in enumerate(lines) if line and (post := _POSTER.fullmatch(line))]
    ends = (*(at for at, _ in posts[1:]), len(lines))
    found = [(who, range(at, end)) for (at, who), end in zip(posts, ends, strict=False)]
    sizes: Counter[str] = Counter()
    for who, post in found:
        sizes[who] += sum(len(lines[at]) for at in post)
    writer = max(sizes, key=lambda who: sizes[who], default="")
    if sum(who == writer for who, _ in found) < 2 or 2 * sizes[writer] < sum(sizes.values()):
        return set()
    return {at for who, post in found if who != writer for at in post}


def _author_from(lines: list[str]) -> int:
    """From which line on a chapter is its writer's word to the readers."""
    found = next((at for at, line in enumerate(lines) if at and _AUTHOR_SAYS.fullmatch(line)), len(lines))
    size = sum(map(len, lines[found:]))
    return found if size <= _MOST_SAID * sum(map(len, lines)) else len(lines)


def without_request(line: str) -> tuple[str, list[str]]:
    """A line, or a title, without what is asked for in brackets at its end: ``第三章 雾（求月票）``."""
    match = _BRACKETS.search(line)
    if match and match.start() and is_advert(match[0].strip(), at_end=True):
        return line[: match.start()].rstrip(), [match[0].strip()]
    return line, []


def is_advert(line: str, *, at_end: bool) -> bool:
    """Whether a line is such a notice; ``at_end``: it stands where a writer speaks to the readers."""
    if len(line) > _LONGEST:
        return False
    plain = _plain(line).strip()
    if _ENGLISH.match(plain) or any(one.fullmatch(plain) for one in (_AROUND, _STAMP, _POSTED, _NEXT_PART)):
        return True
    # Letters of another width hide an address from whoever takes such lines out.
    hidden = re.compile(_ADDRESS) if re.search("[ａ-ｚＡ-Ｚ]{2}", line) else _SITE
    if _covered(plain, hidden) and not _SPOKEN.search(
        re.sub("百度搜索“[^”]{1,12}”|记住『[^』]{1,16}』", "", _SITE.sub("", plain))
    ):
        return True
    bracketed = _BRACKETS.fullmatch(line)
    inner = plain.strip("()[]【】〖〗 ")
    label = _LABEL.match(inner)
    if label or bracketed:
        inner = _PRAISED.sub(r"\1", inner[label.end() if label else 0 :])
    return bool(at_end or bracketed or label) and not _SPOKEN.search(inner) and _covered(inner, _ASK)


def _plain(line: str) -> str:
    """In small letters of ordinary width and simplified characters."""
    return simplified(unicodedata.normalize("NFKC", line).casefold())


def _covered(plain: str, pattern: re.Pattern[str]) -> bool:
    """Whether there is next to nothing in a line beside what ``pattern`` finds and the words that go with it."""
    rest = pattern.sub("\0", plain)
    if rest == plain:
        return False
    left = _FILLER.sub("", _BESIDE.sub("\0", _ASK.sub("\0", rest)))
    return len(_LETTERS.findall(left)) <= max(1, len(_LETTERS.findall(plain)) // 5)
