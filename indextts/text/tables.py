"""Facts about how people write, as data: signs, abbreviations, words around numbers."""

from __future__ import annotations

from typing import Final

SIGNS: Final[dict[str, tuple[str, str]]] = {
    "%": ("百分号", "percent"), "‰": ("千分号", "per mille"), "&": ("和", "and"), "@": ("艾特", "at"),
    "°": ("度", "degrees"), "℃": ("摄氏度", "degrees Celsius"), "℉": ("华氏度", "degrees Fahrenheit"),
    "+": ("加", "plus"), "=": ("等于", "equals"), "×": ("乘", "times"), "÷": ("除以", "divided by"),
    "<": ("小于", "less than"), ">": ("大于", "greater than"), "≤": ("小于等于", "at most"),
    "≥": ("大于等于", "at least"), "≠": ("不等于", "is not"), "≈": ("约等于", "about"),
    "±": ("正负", "plus or minus"), "√": ("根号", "root"), "∞": ("无穷", "infinity"), "∑": ("求和", "sum"),
    "∫": ("积分", "integral"), "∈": ("属于", "in"), "∵": ("因为", "because"), "∴": ("所以", "therefore"),
    "∪": ("并", "union"), "∩": ("交", "intersection"), "∂": ("偏", "partial"), "¬": ("非", "not"), "→": ("到", "to"),
    "←": ("从", "from"), "~": ("到", "to"), "|": ("竖线", "bar"), "$": ("美元", "dollars"), "€": ("欧元", "euros"),
    "£": ("英镑", "pounds"), "¥": ("元", "yuan"), "₩": ("韩元", "won"), "₽": ("卢布", "rubles"),
    "₹": ("卢比", "rupees"), "฿": ("泰铢", "baht"), "₿": ("比特币", "bitcoin"), "¢": ("分", "cents"),
    "²": ("平方", "squared"), "³": ("立方", "cubed"), "№": ("号", "number"),
}  # fmt: skip
"""What a sign says, in Chinese and in English, where no rule has read it together with its neighbours."""

SILENT_SIGNS: Final = "~|<>=+→←"
"""Signs that are only read between two spoken neighbours; elsewhere they draw, as in ``===`` or ``-->``."""

VULGAR_FRACTIONS: Final[dict[str, tuple[int, int]]] = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5),
    "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip

ABBREVIATIONS: Final[dict[str, str]] = {
    "mr.": "mister", "mrs.": "missus", "ms.": "miz", "dr.": "doctor", "prof.": "professor", "jr.": "junior",
    "sr.": "senior", "vs.": "versus", "vs": "versus", "etc.": "et cetera", "e.g.": "for example", "i.e.": "that is",
    "st.": "street", "approx.": "approximately", "dept.": "department", "govt.": "government", "capt.": "captain",
    "gen.": "general", "col.": "colonel", "lt.": "lieutenant", "sgt.": "sergeant", "hon.": "honorable",
    "rev.": "reverend", "inc.": "incorporated", "ltd.": "limited", "co.": "company", "corp.": "corporation",
    "est.": "established", "ave.": "avenue", "blvd.": "boulevard", "rd.": "road", "mt.": "mount", "ft.": "feet",
    "fig.": "figure", "vol.": "volume", "w/o": "without", "a.m.": "AM", "p.m.": "PM",
}  # fmt: skip
"""English abbreviations, in small letters, and their words. Their full stop ends no sentence by itself."""

ENDING_ABBREVIATIONS: Final = frozenset({"etc.", "inc.", "ltd.", "co.", "corp.", "jr.", "sr.", "a.m.", "p.m.", "ave.",
                                         "blvd.", "rd.", "ft."})  # fmt: skip
"""Abbreviations that often stand last: with a capital letter behind them, they end the sentence after all."""

DIGITWISE_BEFORE: Final = (
    "房间", "航班", "车次", "编号", "学号", "工号", "代码", "密码", "验证码", "邮编", "尾号", "转", "房号", "门牌号",
    "卡号", "账号", "单号", "订单号", "证号", "QQ",
)  # fmt: skip
"""Chinese words behind which a number names something and is read digit by digit."""

PHONE_BEFORE: Final = ("电话", "拨打", "致电", "热线", "报警", "急救", "客服", "手机", "号码", "传真", "短信", "打")
"""Chinese words behind which a number is a telephone number (幺 for 1)."""

SCORE_AFTER: Final = (
    "战胜", "击败", "大胜", "险胜", "取胜", "获胜", "领先", "落后", "胜", "负", "平", "逼平", "完胜", "不敌",
)  # fmt: skip
"""Chinese words before which ``3-2`` is a score."""

SCORE_BEFORE: Final = ("比分", "比", "战胜", "击败", "大胜", "险胜", "胜", "负", "平", "以", "比例", "比例为")
"""Chinese words behind which ``3:2`` and ``3-2`` are a score or a ratio."""

EN_YEAR_BEFORE: Final = frozenset({
    "in", "since", "by", "until", "till", "from", "before", "after", "around", "circa", "year", "during", "of", "early",
    "late", "mid", "summer", "winter", "spring", "autumn", "fall", "and", "to",
})  # fmt: skip
"""English words behind which a four-digit number from 1100 to 2099 is a year."""

EN_FUNCTION_WORDS: Final = frozenset({
    "a", "an", "the", "is", "are", "was", "were", "am", "be", "been", "have", "has", "had", "do", "does", "did", "will",
    "would", "can", "could", "should", "i", "you", "he", "she", "it", "we", "they", "my", "your", "his", "her", "our",
    "their", "this", "that", "of", "to", "in", "on", "at", "for", "with", "from", "and", "or", "but", "not", "don't",
    "it's", "i'm", "by", "as",
})  # fmt: skip
"""Words that show that a stretch of Latin letters inside Chinese is an English clause, not a name."""

WORD_ACRONYMS: Final = frozenset({
    "NASA", "NATO", "AIDS", "OPEC", "ASEAN", "APEC", "UNESCO", "UNICEF", "RADAR", "LASER", "SARS", "MERS", "COVID",
    "ASCII", "SIM", "PIN", "RAM", "ROM", "JPEG", "BIOS", "LAN", "WAN",
})  # fmt: skip
"""Acronyms that are read as words."""

SHORT_WORDS: Final = frozenset({
    "THE", "AND", "FOR", "NOT", "YOU", "ALL", "CAN", "BIG", "NEW", "HOT", "OUT", "NOW", "YES", "NO", "BUT", "ARE",
    "TOP", "HAS", "HAD", "HIS", "HER", "SHE", "HE", "WE", "MY", "BE", "SO", "TO", "OF", "ON", "IN", "IS", "AT", "BY",
    "OR", "IF", "DO", "GO", "UP", "AS", "AN", "A", "I", "FUN", "SEX", "BYE", "WOW", "HEY",
})  # fmt: skip
"""Words of up to three letters that stay words when they are written in capitals."""
