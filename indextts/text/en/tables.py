"""Facts about how people write English, as data."""

from __future__ import annotations

from typing import Final

from indextts.text.tables import words

DIGITWISE_BEFORE: Final = frozenset({
    "flight", "zip", "pin", "code", "number", "isbn", "ssn", "ext", "ext.", "extension", "serial", "id", "account",
    "order", "call", "dial", "phone", "hotline", "passport", "password", "licence", "license", "invoice", "tracking",
    "postcode", "port", "boeing", "airbus", "passcode", "text", "sku", "imei", "tel", "fax", "confirmation",
    "reference", "case",
})  # fmt: skip
"""English words after which three digits or more are read one by one."""

ROOM_BEFORE: Final = frozenset({"room", "suite", "apartment", "apt", "unit", "gate", "building", "error"})
"""English words after which ``302`` is said ``three oh two``."""

DAYS: Final[dict[str, str]] = {
    "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday", "Thur": "Thursday",
    "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip
"""Days of the week as they are shortened."""

NUMBERED: Final[dict[str, str]] = {
    "Ch": "Chapter", "ch": "chapter", "Chap": "Chapter", "chap": "chapter", "Sec": "Section", "Art": "Article",
    "Eq": "Equation", "eq": "equation", "Ex": "Example", "Pt": "Part", "Para": "Paragraph", "para": "paragraph",
    "Ver": "Version", "ver": "version", "Ref": "Reference", "ref": "reference", "Tab": "Table", "Figs": "Figures",
    "figs": "figures", "Vols": "Volumes", "vols": "volumes", "Ep": "Episode", "ep": "episode", "Bldg": "Building",
    "Rm": "Room", "rm": "room", "Rte": "Route", "Lv": "Level", "Lvl": "Level", "Gr": "Grade", "Iss": "Issue",
}  # fmt: skip
"""English abbreviations before a number, which mean something else elsewhere."""

NAMES: Final[dict[str, str]] = {
    "WWI": "World War One", "WWII": "World War Two", "WWIII": "World War Three", "WW1": "World War One",
    "WW2": "World War Two", "WW3": "World War Three", "401(k)": "four oh one K", "401k": "four oh one K",
    "403(b)": "four oh three B",
}  # fmt: skip
"""Names that are said otherwise than they are written."""

NAMED_BEFORE: Final = ROOM_BEFORE | frozenset(words(
    "exit seat row section block class flat floor no no. number route highway bus line lot grade form type model track "
    "platform level pier dock hall stand page figure table question item step bay"
))  # fmt: skip
"""English words after which a letter after a number belongs to a name: ``exit 23B``."""

AIRLINES: Final = words("UA AA DL WN BA LH AF KL EK QR SQ CX NH JL KE OZ CA MU CZ HU ZH FM MF 3U TK EY VS AC AS B6 IB")
"""After these codes the number of a flight is read one by one."""

STREETS: Final = words("St Ave Blvd Rd Dr Ln Ct Pl Hwy Street Avenue Boulevard Road Drive Lane Way Highway Park")
"""What the names of streets end with."""

PRONOUNS: Final = words("he she his her hers him himself herself they them their it its you yours we us our")
"""Between two of these a stroke is ``or``."""

PER: Final[dict[str, str]] = {
    **{word: word for word in words(
        "second minute hour day night week month quarter year person head user seat item piece unit share game lesson "
        "class session copy page word line bottle pack box bag can cup glass plate slice serving dozen pair set pound "
        "ounce kilo ton gallon liter litre barrel mile acre room family household capita cent vehicle trip ride ticket"
    )},
    "sec": "second", "min": "minute", "hr": "hour", "h": "hour", "wk": "week", "mo": "month", "mth": "month",
    "yr": "year", "lb": "pound", "oz": "ounce", "kg": "kilogram", "gal": "gallon", "mi": "mile", "km": "kilometer",
    "pc": "piece", "ea": "each", "pp": "person", "ft": "foot", "sqft": "square foot", "L": "liter",
    "kWh": "kilowatt hour", "MWh": "megawatt hour", "GB": "gigabyte", "g": "gram", "bbl": "barrel",
}  # fmt: skip
"""What may stand after the stroke of ``$20/hr``."""

ROMAN_BEFORE: Final = frozenset({
    "chapter", "part", "act", "section", "volume", "book", "phase", "type", "war", "bowl", "title", "article",
    "appendix", "episode", "stage", "grade", "class", "level", "mark", "apollo", "scene", "figure", "table", "step",
    "category", "division", "group", "unit", "factor", "lesson", "verse", "canto", "round", "area", "schedule", "tier",
    "fantasy", "rocky", "olympiad", "vol.", "zone", "quadrant", "annex", "exhibit", "session", "module",
})  # fmt: skip
"""English words after which Roman numerals count."""

ROMAN_NAMES: Final = frozenset({
    "henry", "louis", "elizabeth", "george", "edward", "william", "richard", "james", "charles", "philip", "paul",
    "pius", "benedict", "john", "gregory", "leo", "clement", "innocent", "urban", "alexander", "nicholas", "peter",
    "catherine", "ivan", "frederick", "wilhelm", "francis", "ferdinand", "napoleon", "ramesses", "ramses", "ptolemy",
    "cleopatra", "mary", "victoria", "otto", "leopold", "albert", "alfonso", "gustav", "carl", "christian", "olav",
    "harald", "haakon", "margrethe", "rama", "murad", "mehmed", "suleiman", "selim", "abdul", "hamid", "joseph",
    "maria", "rudolf", "maximilian", "sigismund", "boniface", "celestine", "stephen", "sixtus", "julius", "adrian",
    "xerxes", "darius", "cyrus", "thutmose", "amenhotep", "seti", "constantine", "justinian", "theodosius", "felipe",
    "carlos", "juan", "umberto", "vittorio", "emmanuel", "baudouin", "beatrix", "wilhelmina", "robert", "david",
    "malcolm", "kenneth", "donald", "jordan", "abdullah", "hussein", "hassan", "mohammed", "faisal", "fuad", "farouk",
})  # fmt: skip
"""English names after which Roman numerals are ordinals."""

YEAR_BEFORE: Final = frozenset({
    "in", "since", "by", "until", "till", "from", "before", "after", "around", "circa", "year", "during", "of", "early",
    "late", "mid", "summer", "winter", "spring", "autumn", "fall", "and", "to",
})  # fmt: skip
"""English words after which a four-digit number from 1100 to 2099 is a year."""

FUNCTION_WORDS: Final = frozenset({
    "a", "an", "the", "is", "are", "was", "were", "am", "be", "been", "have", "has", "had", "do", "does", "did", "will",
    "would", "can", "could", "should", "i", "you", "he", "she", "it", "we", "they", "my", "your", "his", "her", "our",
    "their", "this", "that", "of", "to", "in", "on", "at", "for", "with", "from", "and", "or", "but", "not", "don't",
    "it's", "i'm", "by", "as",
})  # fmt: skip
"""Words that show that a stretch of Latin letters inside Chinese is an English clause, not a name."""
