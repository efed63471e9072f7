"""Facts about how people write, as data: signs, abbreviations, words around numbers."""

from __future__ import annotations

from typing import Final


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


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
    "²": ("平方", "squared"), "³": ("立方", "cubed"), "№": ("号", "number"), "^": ("次方", "caret"),
    "©": ("版权", "copyright"), "®": ("注册商标", "registered"), "§": ("节", "section"), "⁻": ("负", "minus"),
    "⁺": ("正", "plus"),
    "₫": ("越南盾", "dong"), "₱": ("比索", "pesos"), "₺": ("里拉", "lira"), "〇": ("零", "zero"),
    "⇒": ("推出", "implies"), "∠": ("角", "angle"), "⊥": ("垂直于", "perpendicular to"), "∥": ("平行于", "parallel to"),
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
    "fig.": "figure", "vol.": "volume", "w/o": "without", "w/": "with",
    "sen.": "senator", "pres.": "president", "a.k.a.": "also known as",
    "aka": "also known as", "a.m.": "AM", "p.m.": "PM",
    "ext.": "extension", "messrs.": "messieurs", "maj.": "major", "adm.": "admiral", "cmdr.": "commander",
    "gov.": "governor",     "dist.": "district", "univ.": "university", "assn.": "association", "bros.": "brothers",
    "ln.": "lane", "ct.": "court",
    "hwy.": "highway",
    "pkwy.": "parkway", "sq.": "square", "apt.": "apartment", "bldg.": "building", "cf.": "compare",
    "eds.": "editors", "pp.": "pages", "incl.": "including",
    "excl.": "excluding", "avg.": "average",     "misc.": "miscellaneous", "tel.": "telephone", "esq.": "esquire",
    "m.d.": "MD", "ph.d.": "PhD", "b.c.": "BC",
    "jan.": "January", "feb.": "February", "aug.": "August", "sept.": "September", "oct.": "October",
    "nov.": "November", "dec.": "December", "tues.": "Tuesday", "thurs.": "Thursday",
    "fri.": "Friday", "viz.": "namely",
}  # fmt: skip
"""English abbreviations, in small letters, and their words. Their full stop ends no sentence by itself."""

ENDING_ABBREVIATIONS: Final = frozenset({"etc.", "inc.", "ltd.", "co.", "corp.", "jr.", "sr.", "a.m.", "p.m.", "ave.",
                                         "blvd.", "rd.", "ft.", "b.c.", "ph.d.", "m.d.", "bros.", "esq."})  # fmt: skip
"""Abbreviations that often stand last: with a capital letter after them, they end the sentence after all."""

DIGITWISE_BEFORE: Final = (
    "房间", "房间号", "航班", "航班号", "车次", "编号", "学号", "工号", "代码", "密码", "验证码", "邮编", "邮政编码",
    "尾号", "端口", "端口号",
    "房号", "门牌号", "卡号", "账号", "帐号", "单号", "订单号", "订单", "证号", "身份证号", "身份证", "身份证号码",
    "护照号", "QQ", "QQ号", "QQ群",
    "ID", "id", "群号", "序列号", "流水号", "发票号", "车牌号", "车牌", "口令", "校验码", "识别码", "邀请码",
    "兑换码", "取件码", "提货码",
    "快递单号", "会员号", "股票代码", "基金代码", "条形码", "警号", "批号", "编码", "型号", "病历号", "准考证号",
    "微信号",
    "微信", "会议号", "机号", "频道号", "编号为", "代号", "波音", "空客", "空中客车", "标致", "法拉利", "诺基亚",
)  # fmt: skip
"""Chinese words right after which a number names something and is read digit by digit."""

PHONE_BEFORE: Final = (
    "电话", "电话号码", "拨打", "拨", "致电", "热线", "报警", "报警电话", "急救", "急救电话", "客服", "客服电话",
    "手机", "手机号",
    "手机号码", "号码", "传真", "短信", "请打", "拨通", "座机", "分机", "分机号", "转", "火警", "匪警", "查号台",
    "固话", "联系方式",
    "联系电话", "咨询电话", "投诉电话", "服务热线", "打", "Tel", "tel", "TEL", "hotline", "Hotline",
)  # fmt: skip
"""Chinese words right after which a number is a telephone number (幺 for 1)."""

HOTLINES: Final = (
    "110", "114", "119", "120", "122", "10000", "10010", "10086", "12110", "12119", "12120", "12122", "12123", "12301",
    "12305", "12306", "12309", "12310", "12313", "12315", "12316", "12318", "12319", "12320", "12321", "12328",
    "12329", "12333", "12337", "12338", "12339", "12345", "12348", "12355", "12356", "12358", "12363", "12365",
    "12366", "12369", "12371", "12377", "12378", "12380", "12381", "12388", "12389", "12393", "12395", "11185", "95518",
    "95588",
)  # fmt: skip
"""Service numbers that everybody knows."""

ROUND_HOTLINES: Final = ("10000", "10010", "12110", "12120", "12310", "12320", "12345", "12380")
"""Those of them that count things as often."""

HOTLINE_AFTER: Final = (
    "热线", "电话", "客服", "报警", "投诉", "举报", "平台", "急救", "指挥中心", "接警", "专线", "便民", "服务台",
    "接线",
)  # fmt: skip
"""Chinese words before which such a number is one, and not a count."""

SPELT_NUMBERS: Final = ("985", "211", "996", "618", "1024", "1688", "360", "404", "502", "007", "126", "163", "12306",
                        "315", "911", "958", "955", "597", "520", "521",
                        "1314", "666")  # fmt: skip
"""Numbers that are names when one of :data:`SPELT_AFTER` follows."""

SALE: Final = "618"
"""The sale in the middle of the year: what counts as many has a word for it after or one of these before it."""

SUM_BEFORE: Final = words(
    "价 钱 到 至 约 近 花 卖 要 才 只 共 计 是 为 分 减 省 第 号 满 涨 达 超过 超 = - + / 有 买 收"
)

COUNT_BEFORE: Final = words("价 钱 花 卖 共 满 减 达 超 约 近 第 涨")
"""After these ``2019`` counts."""

SPELT_AFTER: Final = (
    "高校", "大学", "院校", "工程", "工作制", "大促", "购物节", "活动", "邮箱", "晚会", "事件", "浏览器", "安全",
    "杀毒", "错误",
    "胶水", "软件", "网站", "程序员", "旗舰店", "特工", "促销", "购物", "大战", "预售", "期间", "狂欢",
    "那天", "表白", "情人节",
)  # fmt: skip

MODEL_BEFORE: Final = (
    "歼", "运", "轰", "直", "武直", "东风", "长征", "神舟", "嫦娥", "天宫", "天问", "鹰击", "红旗", "巨浪", "苏",
    "米格", "图",
    "北斗", "萨德", "伊尔", "安", "快舟", "翼龙", "彩虹", "九", "教", "舰",
)  # fmt: skip
"""Chinese names after which a hyphen before a number is not spoken."""

DURATION_BEFORE: Final = (
    "用时", "时长", "耗时", "历时", "成绩", "片长", "全长", "长度", "纪录", "记录", "跑出", "游出", "配速", "视频",
    "录音", "音频",
    "全程", "倒计时", "计时", "净时", "枪声", "完赛", "时间为", "总时间", "花费", "花了", "持续", "节目", "歌曲",
    "总用时",
)  # fmt: skip
"""Chinese words after which ``2:16:00`` is a length of time."""

DAY_HALVES: Final = ((5, "凌晨"), (12, "上午"), (18, "下午"), (24, "晚上"))
"""Up to which hour (of 24) which part of the day is said for AM and PM."""

DAY_PARTS: Final = words("凌晨 清晨 早上 早晨 上午 中午 下午 傍晚 晚上 夜里 半夜 今晚 明早 今早 明晚")
"""After these no part of the day is said for AM and PM."""

SCORE_AFTER: Final = (
    "战胜", "击败", "大胜", "险胜", "取胜", "获胜", "领先", "落后", "胜", "负", "平", "逼平", "完胜", "不敌", "战平",
    "战",
    "击溃", "横扫", "逆转", "告负", "绝杀", "淘汰", "力克", "轻取", "爆冷", "惜败", "憾负", "握手",
)  # fmt: skip
"""Chinese words before which ``3-2`` is a score."""

SCORE_BEFORE: Final = (
    "比分", "比分为", "比分是", "总比分", "战胜", "击败", "大胜", "险胜", "胜", "负", "平", "以", "比例", "比例为",
    "比例尺", "半场", "全场",
    "战平", "完胜", "逼平", "宽高比", "之比", "比例是", "比率", "比率为", "配比", "打成", "扳成", "改写为", "为比",
    "按", "不敌", "输", "赢",
    "局分", "盘分", "小分", "局比分",
    "领先", "落后", "轻取", "力克", "惜败", "横扫", "屏幕比例", "男女比", "兑换比例", "赔率", "比值", "比为",
)  # fmt: skip
"""Chinese words after which ``3:2`` and ``3-2`` are a score or a ratio."""

LIANG_AFTER: Final = words(
    "个 人 天 点 斤 年 周 本 只 条 张 次 位 名 辆 台 件 杯 瓶 碗 块 元 家 座 层 间 套 把 支 枝 根 颗 粒 片 朵 "
    "棵 株 头 匹 群 双 对 副 种 类 样 场 遍 趟 回 倍 步 句 段 篇 首 幅 部 集 章 节 页 项 份 批 组 箱 盒 袋 包 "
    "桶 罐 盘 盆 壶 勺 口 声 小时 分 秒 刻 代人 届 轮 艘 架 枚 门 扇 面 道 顶 床 顿 笔 封 公 千 万 亿 米 厘 "
    "毫 升 吨 克 英 平方 立方 摄氏 度 美元 欧元 港 日元 韩元 澳元 加元 股 成 滴 堆 串 束 栋 幢 所 户 岁 晚 夜 "
    "局 盏 具 尊 泰铢 卢 瑞 纳米 微 兆 吉 里 海里 时 餐 单 款 角 毛 宗 例 起 处 圈 下 磅 盎 加仑 票 帧 侧 岸 "
    "国 地 省 市 县 校 厂 边 腿 眼 手 脚 分钟 百 用户 大类 大块 小块 大杯 小杯 栏 趟 拨 出 折 桌 席 板 针 剂 "
    "码 坛 缸 顷 打 株 畦 牛顿 赫兹 光年 转 平米"
)
"""Before these, a bare 2 is 两, unless one of :data:`ER_AFTER` is longer or :data:`ER_BEFORE` stands before it."""

ER_AFTER: Final = words(
    "月 日 号 楼 级 班 线 路 两 年级 单元 区 分之 等 中 季度 次方 手房 手车 手烟 手货 维 进制 胎 战 环 期 代 "
    "者 人转 人世界 分法 分之一 度创业 点五 次元 年生 年制级 次世界 次函数 次曲线 次污染 级市 百二 年度 年级"
)
"""Before these it is 二: names and numbers in a row."""

ER_BEFORE: Final = words("第 初 星期 周 礼拜 老 高 小 大 十 百 千 点 数字 号码 等于 加 减 乘 除以 编号 正 负 版本 型 /")
"""After these a bare 2 is 二."""

PER_AFTER: Final = (
    "平方米", "立方米", "平米", "平", "分钟", "分",
    "小时", "公里", "千克", "公斤", "毫升", "人次", "人", "天", "月", "年", "日",
    "周", "斤", "个", "次", "件", "亩",
    "吨", "克", "升", "股", "瓶", "张", "位", "晚", "米", "套", "桶", "杯", "盒", "台", "只", "辆", "户", "季", "度",
    "份", "条", "箱", "袋", "包",
    "盎司", "磅", "加仑", "英里", "英尺", "克拉",
    "笔", "单", "支", "根", "车", "局", "集", "篇", "首", "颗", "朵", "盘", "票", "家", "双", "对", "组", "批", "听",
    "罐", "粒", "片", "棵", "株", "公顷", "平方公里", "学期", "平方", "工时", "席", "把", "幅", "层", "注", "手", "枚",
    "块", "间", "夜", "场", "页", "字", "秒", "时", "桌", "碗", "本", "门", "课时", "节", "美元", "元",
)  # fmt: skip
"""What may stand after the stroke of ``15元/斤``."""

ZH_ROMAN_BEFORE: Final = (
    "路易", "亨利", "查理", "查理曼", "爱德华", "伊丽莎白", "乔治", "威廉", "理查", "詹姆斯", "拿破仑", "腓力",
    "菲利普", "凯瑟琳", "保罗", "本笃",
    "庇护", "格里高利", "亚历山大", "尼古拉", "尼古拉斯", "拉美西斯", "彼得", "腓特烈", "利奥", "托勒密", "约翰保罗",
    "约翰·保罗", "克莱门特",
    "最终幻想", "生化危机", "勇者斗恶龙", "文明", "暗黑破坏神", "世界大战", "阶段", "因子", "附录", "卷", "部分",
    "类型", "分型", "第",
)  # fmt: skip
"""Chinese words after which Roman numerals are numbers."""

NUMBER_NAMES: Final = {"7-11": "七十一", "24/7": "二十四七"}
"""What is written in digits and has a name of its own, before a Chinese word."""

NO_NAME_AFTER: Final = words("月 日 号 岁 天 人 页 点 年 章 个 周 楼 层 折")
"""Before these it is a range or a fraction after all."""

STANDARDS: Final = words(
    "GB ISO IEC ISO/IEC DB JB QB YY HJ SH NB DL CJJ JGJ AQ TB YD JTG CECS GBZ GA SB NY JJG JJF SJ HG ASTM DIN EN"
)
"""What the numbers of standards begin with."""

YEAR_MONTH_AFTER: Final = words("入 出生 毕业 至今 参加 加入 起 任 离 结婚 生于 考入 转 晋升")
"""Before these ``1972.10`` is a month."""

DAY_BEFORE: Final = (
    *words("在 于 至 截止 从 由 到 日期 时间 时间： 日期："),
    *(f"周{day}{mark}" for day in "一二三四五六日天" for mark in ("", "(", "（")),
)
"""After these ``12/20`` is a day."""

MONEY_NAMES: Final = words("元 块 美元 美金 欧元 英镑 日元 港元 港币 人民币 万元 亿元")
"""Before these, a sum's ``.00`` is not said."""

PLATES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
"""What a Chinese number plate begins with."""

GREEK: Final[dict[str, tuple[str, str]]] = {
    "α": ("阿尔法", "alpha"), "β": ("贝塔", "beta"), "γ": ("伽马", "gamma"), "δ": ("德尔塔", "delta"),
    "ε": ("艾普西龙", "epsilon"), "ζ": ("泽塔", "zeta"), "η": ("伊塔", "eta"), "θ": ("西塔", "theta"),
    "ι": ("约塔", "iota"), "κ": ("卡帕", "kappa"), "λ": ("兰姆达", "lambda"), "μ": ("缪", "mu"), "ν": ("纽", "nu"),
    "ξ": ("克西", "xi"), "ο": ("奥密克戎", "omicron"), "π": ("派", "pi"), "ρ": ("柔", "rho"), "σ": ("西格马", "sigma"),
    "ς": ("西格马", "sigma"), "τ": ("陶", "tau"), "υ": ("宇普西龙", "upsilon"), "φ": ("斐", "phi"), "χ": ("希", "chi"),
    "ψ": ("普西", "psi"), "ω": ("欧米伽", "omega"),
}  # fmt: skip
"""Greek letters that stand by themselves, in Chinese and English."""

SPELT_MODELS: Final = frozenset({"N95", "KN95", "P95", "R15"})
"""Model names of which the two digits are read one by one."""

MATH_SUPERS: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))
"""Raised digits and their plain forms."""

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

EMOJI_ZH: Final[dict[str, str]] = {
    "😀": "笑脸", "😁": "露齿笑", "😂": "笑哭", "🤣": "笑翻了", "😃": "大笑", "😄": "开心", "😅": "苦笑", "😆": "大笑",
    "😉": "眨眼", "😊": "微笑", "😋": "馋嘴", "😎": "墨镜", "😍": "花痴", "😘": "飞吻", "🥰": "爱心脸", "😗": "亲亲",
    "🙂": "微笑", "🤗": "拥抱", "🤩": "星星眼", "🤔": "思考", "😐": "面无表情", "😑": "无语", "😶": "沉默",
    "🙄": "白眼",
    "😏": "坏笑", "😣": "难受", "😥": "失望", "😮": "惊讶", "🤐": "闭嘴", "😯": "惊讶", "😪": "困", "😫": "累",
    "😴": "睡觉",
    "😌": "放松", "😛": "吐舌", "😜": "调皮", "😝": "吐舌", "🤤": "流口水", "😒": "不屑", "😓": "汗", "😔": "失落",
    "😕": "困惑", "🙃": "倒脸", "🤑": "财迷", "😲": "震惊", "🙁": "不开心", "😖": "纠结", "😞": "失望", "😟": "担心",
    "😤": "哼", "😢": "流泪", "😭": "大哭", "😦": "吃惊", "😨": "害怕", "😩": "疲惫", "🤯": "爆炸头", "😬": "尴尬",
    "😰": "冷汗", "😱": "尖叫", "🥺": "可怜", "😳": "脸红", "🤪": "疯癫", "😵": "晕", "😡": "愤怒", "😠": "生气",
    "🤬": "骂人", "😷": "口罩", "🤒": "发烧", "🤕": "受伤", "🤢": "恶心", "🤮": "呕吐", "🤧": "打喷嚏", "😇": "天使",
    "🥳": "庆祝", "🤡": "小丑", "👻": "鬼", "💀": "骷髅", "👽": "外星人", "🤖": "机器人", "💩": "便便", "👍": "赞",
    "👎": "踩", "👌": "好的", "✌": "胜利", "🤞": "祈愿", "🤝": "握手", "👏": "鼓掌", "🙌": "欢呼", "🙏": "合十",
    "💪": "加油",
    "👋": "挥手", "👊": "拳头", "✊": "握拳", "☝": "食指", "👉": "指右", "👈": "指左", "👆": "指上", "👇": "指下",
    "❤": "红心", "🧡": "橙心", "💛": "黄心", "💚": "绿心", "💙": "蓝心", "💜": "紫心", "🖤": "黑心", "💔": "心碎",
    "💕": "爱心",
    "💖": "爱心", "💯": "一百分", "🔥": "火", "✨": "闪光", "⭐": "星星", "🌟": "星星", "💥": "爆炸", "💦": "水滴",
    "🎉": "撒花",
    "🎊": "彩球", "🎁": "礼物", "🎂": "蛋糕", "🎄": "圣诞树", "🎈": "气球", "🌹": "玫瑰", "🌸": "樱花", "🌺": "花",
    "🌻": "向日葵",
    "☀": "太阳", "🌞": "太阳", "🌙": "月亮", "☁": "云", "🌧": "下雨", "⛄": "雪人", "❄": "雪花", "🌈": "彩虹",
    "⚡": "闪电",
    "🐶": "狗", "🐱": "猫", "🐼": "熊猫", "🐷": "猪", "🐭": "老鼠", "🐮": "牛", "🐯": "老虎", "🐰": "兔子",
    "🐲": "龙", "🐍": "蛇",
    "🐴": "马", "🐑": "羊", "🐵": "猴", "🐔": "鸡", "🍎": "苹果", "🍉": "西瓜", "🍺": "啤酒", "☕": "咖啡",
    "🍵": "茶", "🍜": "面条",
    "🍚": "米饭", "🍰": "蛋糕", "🚗": "汽车", "🚀": "火箭", "✈": "飞机", "🚄": "高铁", "🏠": "房子", "📱": "手机",
    "💻": "电脑",
    "📚": "书", "📝": "备忘", "📌": "图钉", "📢": "喇叭", "🔔": "铃铛", "⏰": "闹钟", "💰": "钱袋", "💡": "灯泡",
    "✅": "对勾",
    "❌": "叉", "⚠": "警告", "❓": "问号", "❗": "感叹号", "🎵": "音乐", "⚽": "足球", "🏀": "篮球", "🏆": "奖杯",
    "🥇": "金牌",
    "👀": "眼睛", "💤": "睡觉", "🙈": "捂眼", "🤷": "耸肩", "🤦": "捂脸", "💃": "跳舞", "🏃": "跑步", "👶": "宝宝",
    "👨": "男人",
    "👩": "女人", "👦": "男孩", "👧": "女孩",
}  # fmt: skip
"""Chinese names of the emoji that people use most; the others are called by what they are."""

RATE_UNITS: Final = frozenset(words("km m mi g kg mg ml mL L min h s d ㎡ m² m³"))
"""Units that so much of something else may come to: ``6.5L/100km``, but not ``220V/50Hz``."""
