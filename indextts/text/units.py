"""Units and currencies: how they are written and what they are called. Data alone."""

from __future__ import annotations

from typing import Final

_LINES: Final = """
km 公里 kilometer
cm 厘米 centimeter
dm 分米 decimeter
mm 毫米 millimeter
μm 微米 micrometer
um 微米 micrometer
nm 纳米 nanometer
m 米 meter
mi 英里 mile|miles
ft 英尺 foot|feet
yd 码 yard
inch 英寸 inch|inches
inches 英寸 inch|inches
in 英寸 inch|inches
nmi 海里 nautical_mile
ly 光年 light_year
kg 千克 kilogram
KG 千克 kilogram
Kg 千克 kilogram
g 克 gram
mg 毫克 milligram
μg 微克 microgram
ug 微克 microgram
ng 纳克 nanogram
t 吨 ton
lb 磅 pound
lbs 磅 pound
oz 盎司 ounce
ct 克拉 carat
L 升 liter
l 升 liter
dL 分升 deciliter
mL 毫升 milliliter
ml 毫升 milliliter
ML 毫升 milliliter
μL 微升 microliter
μl 微升 microliter
gal 加仑 gallon
pt 品脱 pint
tsp 茶匙 teaspoon
tbsp 汤匙 tablespoon
Tbsp 汤匙 tablespoon
cc 毫升 cc|cc
ha 公顷 hectare
sqm 平方米 square_meter
sqft 平方英尺 square_foot|square_feet
㎡ 平方米 square_meter
h 小时 hour
hr 小时 hour
hrs 小时 hour
min 分钟 minute
mins 分钟 minute
s 秒 second
sec 秒 second
secs 秒 second
ms 毫秒 millisecond
μs 微秒 microsecond
ns 纳秒 nanosecond
kW 千瓦 kilowatt
KW 千瓦 kilowatt
MW 兆瓦 megawatt
GW 吉瓦 gigawatt
mW 毫瓦 milliwatt
W 瓦 watt
kWh 千瓦时 kilowatt_hour
KWh 千瓦时 kilowatt_hour
MWh 兆瓦时 megawatt_hour
GWh 吉瓦时 gigawatt_hour
Wh 瓦时 watt_hour
kV 千伏 kilovolt
V 伏 volt
mV 毫伏 millivolt
mA 毫安 milliampere
mAh 毫安时 milliampere_hour
Ah 安时 ampere_hour
A 安 ampere
Ω 欧 ohm
kΩ 千欧 kilohm
MΩ 兆欧 megohm
Hz 赫兹 hertz|hertz
kHz 千赫兹 kilohertz|kilohertz
KHz 千赫兹 kilohertz|kilohertz
MHz 兆赫兹 megahertz|megahertz
GHz 吉赫兹 gigahertz|gigahertz
THz 太赫兹 terahertz|terahertz
Pa 帕 pascal
hPa 百帕 hectopascal
kPa 千帕 kilopascal
MPa 兆帕 megapascal
bar 巴 bar
psi 磅每平方英寸 psi|psi
mmHg 毫米汞柱 millimeter_of_mercury|millimeters_of_mercury
N 牛 newton
kN 千牛 kilonewton
J 焦 joule
kJ 千焦 kilojoule
MJ 兆焦 megajoule
cal 卡 calorie
kcal 千卡 kilocalorie
eV 电子伏特 electron_volt
dB 分贝 decibel
dBm dBm dBm|dBm
mol 摩尔 mole
mmol 毫摩尔 millimole
K 开 kelvin
rpm 转每分钟 rpm|rpm
lm 流明 lumen
lx 勒克斯 lux|lux
cd 坎德拉 candela
Sv 希沃特 sievert
mSv 毫希沃特 millisievert
Bq 贝克勒尔 becquerel
px 像素 pixel
dpi dpi dpi|dpi
ppi ppi ppi|ppi
fps 帧每秒 frame_per_second|frames_per_second
ppm ppm ppm|ppm
mph 英里每小时 mile_per_hour|miles_per_hour
mpg 英里每加仑 mile_per_gallon|miles_per_gallon
kph 公里每小时 kilometer_per_hour|kilometers_per_hour
kmh 公里每小时 kilometer_per_hour|kilometers_per_hour
bps 比特每秒 bit_per_second|bits_per_second
kbps 千比特每秒 kilobit_per_second|kilobits_per_second
Kbps 千比特每秒 kilobit_per_second|kilobits_per_second
Mbps 兆比特每秒 megabit_per_second|megabits_per_second
Gbps 吉比特每秒 gigabit_per_second|gigabits_per_second
B 字节 byte
KB 千字节 kilobyte
kB 千字节 kilobyte
MB 兆字节 megabyte
GB 吉字节 gigabyte
TB 太字节 terabyte
PB 拍字节 petabyte
Mb 兆比特 megabit
Gb 吉比特 gigabit
°C 摄氏度 degree_Celsius|degrees_Celsius
℃ 摄氏度 degree_Celsius|degrees_Celsius
°F 华氏度 degree_Fahrenheit|degrees_Fahrenheit
℉ 华氏度 degree_Fahrenheit|degrees_Fahrenheit
° 度 degree
d 天 day
wk 周 week
wks 周 week
yr 年 year
yrs 年 year
mo 月 month
r 转 revolution
rad 弧度 radian
"""
"""Symbol, Chinese name, English name in the singular and, if it is not regular, in the plural."""


def _units() -> dict[str, tuple[str, str, str]]:
    table = {}
    for line in _LINES.split("\n"):
        if line:
            symbol, zh, en = line.split(" ")
            one, _, many = en.replace("_", " ").partition("|")
            table[symbol] = (zh, one, many or f"{one}s")
    return table


UNITS: Final[dict[str, tuple[str, str, str]]] = _units()
"""By symbol: Chinese name, English singular, English plural."""

RISKY: Final = frozenset({"A", "B", "K", "N", "J", "d", "r", "in", "mo", "cd", "ct", "pt", "ly", "bar", "l"})
"""Symbols that mean something else more often: read as units only in a compound."""

CURRENCIES: Final[dict[str, tuple[str, str, str, str, str]]] = {
    "¥": ("元", "yuan", "yuan", "fen", "fen"), "CN¥": ("元", "yuan", "yuan", "fen", "fen"),
    "RMB": ("元", "yuan", "yuan", "fen", "fen"), "CNY": ("元", "yuan", "yuan", "fen", "fen"),
    "JP¥": ("日元", "yen", "yen", "sen", "sen"), "JPY": ("日元", "yen", "yen", "sen", "sen"),
    "$": ("美元", "dollar", "dollars", "cent", "cents"), "US$": ("美元", "US dollar", "US dollars", "cent", "cents"),
    "USD": ("美元", "US dollar", "US dollars", "cent", "cents"),
    "HK$": ("港元", "Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    "HKD": ("港元", "Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    "NT$": ("新台币", "New Taiwan dollar", "New Taiwan dollars", "cent", "cents"),
    "TWD": ("新台币", "New Taiwan dollar", "New Taiwan dollars", "cent", "cents"),
    "A$": ("澳元", "Australian dollar", "Australian dollars", "cent", "cents"),
    "AU$": ("澳元", "Australian dollar", "Australian dollars", "cent", "cents"),
    "AUD": ("澳元", "Australian dollar", "Australian dollars", "cent", "cents"),
    "C$": ("加元", "Canadian dollar", "Canadian dollars", "cent", "cents"),
    "CA$": ("加元", "Canadian dollar", "Canadian dollars", "cent", "cents"),
    "CAD": ("加元", "Canadian dollar", "Canadian dollars", "cent", "cents"),
    "S$": ("新加坡元", "Singapore dollar", "Singapore dollars", "cent", "cents"),
    "SGD": ("新加坡元", "Singapore dollar", "Singapore dollars", "cent", "cents"),
    "NZ$": ("新西兰元", "New Zealand dollar", "New Zealand dollars", "cent", "cents"),
    "NZD": ("新西兰元", "New Zealand dollar", "New Zealand dollars", "cent", "cents"),
    "R$": ("雷亚尔", "real", "reais", "centavo", "centavos"), "BRL": ("雷亚尔", "real", "reais", "centavo", "centavos"),
    "€": ("欧元", "euro", "euros", "cent", "cents"), "EUR": ("欧元", "euro", "euros", "cent", "cents"),
    "£": ("英镑", "pound", "pounds", "penny", "pence"), "GBP": ("英镑", "pound", "pounds", "penny", "pence"),
    "₩": ("韩元", "won", "won", "jeon", "jeon"), "KRW": ("韩元", "won", "won", "jeon", "jeon"),
    "₽": ("卢布", "ruble", "rubles", "kopeck", "kopecks"), "RUB": ("卢布", "ruble", "rubles", "kopeck", "kopecks"),
    "₹": ("卢比", "rupee", "rupees", "paisa", "paise"), "INR": ("卢比", "rupee", "rupees", "paisa", "paise"),
    "฿": ("泰铢", "baht", "baht", "satang", "satang"), "THB": ("泰铢", "baht", "baht", "satang", "satang"),
    "₫": ("越南盾", "dong", "dong", "xu", "xu"), "VND": ("越南盾", "dong", "dong", "xu", "xu"),
    "₱": ("比索", "peso", "pesos", "centavo", "centavos"), "PHP": ("比索", "peso", "pesos", "centavo", "centavos"),
    "₺": ("里拉", "lira", "liras", "kurus", "kurus"), "TRY": ("里拉", "lira", "liras", "kurus", "kurus"),
    "₿": ("比特币", "bitcoin", "bitcoins", "satoshi", "satoshis"),
    "BTC": ("比特币", "bitcoin", "bitcoins", "satoshi", "satoshis"),
    "CHF": ("瑞士法郎", "Swiss franc", "Swiss francs", "rappen", "rappen"),
    "SEK": ("瑞典克朗", "Swedish krona", "Swedish kronor", "ore", "ore"),
    "NOK": ("挪威克朗", "Norwegian krone", "Norwegian kroner", "ore", "ore"),
    "DKK": ("丹麦克朗", "Danish krone", "Danish kroner", "ore", "ore"),
    "MYR": ("林吉特", "ringgit", "ringgit", "sen", "sen"), "IDR": ("印尼盾", "rupiah", "rupiah", "sen", "sen"),
    "ZAR": ("兰特", "rand", "rand", "cent", "cents"), "MXN": ("墨西哥比索", "Mexican peso", "Mexican pesos", "", ""),
}  # fmt: skip
"""By sign or code: Chinese name; English singular and plural; its hundredth part, singular and plural."""

SCALES: Final = {"k": 3, "K": 3, "m": 6, "M": 6, "mn": 6, "million": 6, "b": 9, "B": 9, "bn": 9, "billion": 9,
                 "thousand": 3, "trillion": 12, "T": 12}  # fmt: skip
"""Zeros that a letter or word after an amount of money stands for."""
