"""Chinese verbalisers of what people write to each other: slang in figures, codes of shares, keys of telephones."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text.numbers import zh_digits
from indextts.reading.text.verbalizers import Match, after, before
from indextts.reading.text.zh.time import WORDS

_ANSWERS: Final = re.compile("状态码|错误码|返回码|响应码|HTTP|30[1278] ?(?:永久|临时|页面)?(?:跳转|重定向)")
_CARDS: Final = re.compile("显卡|光追|显存|架构|[RG]TX|TDP|DLSS|GPU|独显|矿卡|英伟达|[NA]卡|公版|满血|帧率?|功耗")
_PROGRAM: Final = re.compile(
    r"(?:[A-Za-z]{3,}|端口)(?:的?端口)?(?:默认)?[是为用占走:： ]{1,2}$|改[成为]$|换成$|监听$|\d{2,5}[或和、]$"
)
"""What a port's number follows."""
_DIALLED: Final = re.compile(
    r"人家|家人| ?(?:报警|求|急|电话|热线|投诉)|[了吧吗呢啊也就都没又说叫才不还后之求来让请找去]|[^\w%]|$"
)
"""What follows an emergency number that somebody has called, and no count."""
_COUNTED: Final = tuple({*WORDS["liang_after"], *WORDS["money_names"], *"多余来几户手字"} - {"打"})
_ANSWERED: Final = (*_COUNTED, "毫秒", "并发", "接口", "ms")


def shorthand(match: Match) -> str | None:
    """``TA``, ``客服MM``, ``颜色pp``, ``fan墙``: what letters stand for, where the words around them tell it."""
    rows = WORDS["chat_letters"].get(match["k"], [["他", "", ""]])
    return next((word for word, left, right in rows if _stands(match, left, right)), None)


def is_named(match: Match) -> bool:
    """Whether the words around figures make them a name: ``住的1205，``, ``高通660``, ``703路``."""
    rows = WORDS["named_figures"].values()
    return any(re.fullmatch(one, match.group()) and _stands(match, left, right) for left, one, right in rows)


def _stands(match: Match, left: str, right: str) -> bool:
    """Whether the match stands between the two patterns."""
    before, behind = match.string[max(0, match.start() - 32) : match.start()], match.string[match.end() :]
    return bool(re.search(f"(?:{left})$", before) and re.match(right, behind))


def slang(match: Match) -> str | None:
    """``666``, ``233``, ``hhh``, ``555``: praise, laughter and tears, where nothing shows that they count."""
    priced = before(match, WORDS["sum_before"], gap=" 了的") and not before(match, WORDS["slang_before"], gap="")
    sound = {"555": "呜", "hhh": "哈", "hh": "哈"}.get(match[0][:3].lower())
    if sound and not (sound == "呜" and priced):
        return sound * min(len(match[0]), 4) + "，" * match[0].endswith("~")
    return None if priced or after(match, _COUNTED) else zh_digits(match.group())


def share(match: Match) -> str | None:
    """``600519`` where shares are spoken of."""
    summed = before(match, WORDS["sum_before"], gap=" 了的")
    summed = summed and "代码" not in match.string[max(0, match.start() - 12) : match.start()]
    counted = summed or after(match, _COUNTED)
    return None if counted or not any(word in match.string for word in WORDS["of_shares"]) else zh_digits(match.group())


def socket(match: Match) -> str | None:
    """``3306`` in a sentence that speaks of ports."""
    named = "端口" in match.string and _PROGRAM.search(match.string[: match.start()])
    return zh_digits(match.group()) if named and not after(match, _COUNTED) else None


def status(match: Match) -> str | None:
    """``404`` where the answers of servers are spoken of, ``4090`` where cards for graphics are."""
    found = (_CARDS if len(match.group()) > 3 else _ANSWERS).search(match.string)
    told = found or (match.group() in WORDS["usual_answers"] and any(word in match.string for word in WORDS["served"]))
    return zh_digits(match.group()) if told and not after(match, _ANSWERED) else None


def hotline(match: Match) -> str | None:
    """``救护车119``: an emergency number beside the name of its service."""
    text = match.string
    around = text[max(0, match.start() - 9) : match.start()] + " " + text[match.end() : match.end() + 5]
    dialled = before(match, ("报", "打", "拨"), gap="了过 ") and _DIALLED.match(text, match.end())
    called = bool(dialled) and "价" not in around
    known = match.group() in WORDS["hotlines"]
    called = called or (known and any(word in around for word in WORDS["hotline_words"]))
    told = text[match.end() :].startswith(("人家", "家人"))
    called = called and (told or not after(match, (*WORDS["liang_after"], "发", "折", "多", "余", "来")))
    return zh_digits(match.group(), yao=True) + "，" * told if called else None
