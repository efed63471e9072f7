"""English verbalisers of the short forms of one field: verses, answers of servers, paths, box scores, flats, law."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text.en import tables as tables_en
from indextts.reading.text.en.measures import per_one
from indextts.reading.text.en.verbalizers import aircraft, bare_number, counted
from indextts.reading.text.numbers import (
    en_cardinal,
    en_digits,
    en_house,
    en_number,
    en_ordinal,
    en_plural,
    en_two_digits,
    roman,
)
from indextts.reading.text.tables import CURRENCIES, VULGAR_FRACTIONS
from indextts.reading.text.verbalizers import Match, compare, en_fraction, last_stop, spell_address

_AIRCRAFT: Final = re.compile(
    r"\b(?:Boeing|Airbus|fl(?:y|ies|ew|own|ying|ights?)|jets?|planes?|aircraft|airlin|airliner|airport|pilots?|seats?|aboard"
    r"|cockpit|Airlines|Airways|land(?:ed|ing)|take-?off|took off|wings?|runway)\b"
)
_CRICKET: Final = re.compile(r"\b(?:overs?|wickets?|innings|wkts|declared|cricket|chasing|chased|all out|bowled)\b")
_KITCHEN: Final = re.compile(r"\b(?:qts?|cups?|tsps?|tbsps?|cream|milk|stock|broth|flour|sugar|butter|strawberries)\b")
_TRIAL: Final = re.compile(
    r"\b(?:clinical trials?|enrol(?:l|led|s|ls)|randomi[sz]ed|placebo|cohort|clinic|hospitali[sz]ed)\b"
)
_EVERY: Final = {"h": "hour", "m": "minute", "d": "day", "w": "week"}
_MUSIC: Final = re.compile(
    r"\b(?:music|songs?|time|beats?|bars?|met(?:er|re)|BPM|bpm|measures?|waltz|jig|tempo|key|piece|rhythm|drum(?:s|mer)?"
    r"|tune|riff)\b"
)
_STEPS: Final = {"+": "plus", "-": "minus", "*": "times", "/": "divide", "%": "mod", "|": "or", "&": "and"}
_COPULA: Final = re.compile(
    r"\b(?:be|is|are|was|were|been|not|stays?|with|of|at|if|by|to|from|for|in|only|has|have|had|takes?|took|and|or|under"
    r"|needs?|costs|weighs|uses) ?$"
)
"""What stands before a comparison that has no verb."""


def verse(match: Match) -> str:
    """``1 Cor. 13``, ``Rev. 21:4``, ``Matt. 5:1-12``."""
    ahead = match["n"]
    number = f"{en_ordinal(int(ahead) if ahead.isdigit() else len(ahead))} " if ahead else ""
    book = "Exodus" if match["b"] == "Ex" else tables_en.BOOKS.get(match["b"], match["b"])
    verses = f" {en_cardinal(match['v'])}" if match["v"] else ""
    until = f" to {en_cardinal(match['e'])}" if match["e"] else ""
    return f"{number}{book} {en_cardinal(match['c'])}{verses}{until}"


def status(match: Match) -> str:
    """``a 404``, ``HTTP 502``: an answer of a server."""
    return en_house(match["n"])


def party(match: Match) -> str:
    """``(D-Calif.)``, ``(R-TX)``."""
    place = match["s"].rstrip(".")
    return f"{match['p']} {tables_en.STATES.get(place) or tables_en.OLD_STATES[place]}"


def old_state(match: Match) -> str:
    """``Worcester, Mass.``."""
    return tables_en.OLD_STATES[match["s"]] + last_stop(match)


def old_money(match: Match) -> str:
    """``£15 10s. 6d.``, ``10s. 6d.``: money before 1971."""
    pounds, shillings, pence = match.group("l", "s", "d")
    parts = [counted(pounds.replace(",", ""), "pound")] if pounds else []
    parts += [counted(shillings, "shilling")] if shillings and int(shillings) else []
    parts += [f"{en_cardinal(pence)}pence" if pence != "1" else "a penny"] if pence and int(pence) else []
    said = " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    return said + last_stop(match)


def score(match: Match) -> str:
    """``38 pts``, ``7 ast``: what a player or team has made."""
    one, many = tables_en.SCORES[match["u"].rstrip(".")]
    if match["u"] == "pts" and _KITCHEN.search(match.string):
        one, many = "pint", "pints"
    elif match["u"] == "pts" and _TRIAL.search(match.string):
        one, many = "patient", "patients"
    return counted(match["n"], one, many)


def short_unit(match: Match) -> str:
    """The unit of ``an hr``, ``per yr``."""
    return tables_en.PER[match["u"]]


def initials(match: Match) -> str:
    """``q.i.d.``, ``p.o.``: letters."""
    return match.group().replace(".", "").upper() + last_stop(match)


def plural_letter(match: Match) -> str:
    """``T&Cs``, ``B&Bs``."""
    return f" and {match['l']}'s"


def path(match: Match) -> str:
    """``./deploy.sh``, ``~/.bashrc``, ``/etc/hosts``."""
    return spell_address(match.group(), "en")


def warmth(match: Match) -> str:
    """``180C/350F``."""
    return f"{en_number(match['n'])} degrees {'Celsius' if match['u'] == 'C' else 'Fahrenheit'}"


def egg_size(match: Match) -> str:
    """``3 lg eggs``."""
    return {"lg": "large", "sm": "small", "med": "medium"}[match["u"]]


def rooms(match: Match) -> str:
    """``3BR/2BA``."""
    return f"{en_number(match['n'])} {'bath' if match['u'].lower() == 'ba' else 'bedroom'}"


def airliner(match: Match) -> str | None:
    """``a 787-9``, ``the 747`` where flying is spoken of."""
    if not _AIRCRAFT.search(match.string):
        return None
    return aircraft(match) + ("s" if match.group().endswith("s") else "")


def roman_part(match: Match) -> str:
    """``4(a)(ii)``."""
    return f" {en_cardinal(str(roman(match['r'].upper())))} "


def compare_as(match: Match) -> str:
    """``a < b``, ``must be < 10 MB``, ``has ≈5``."""
    said = compare(match, "en")
    joined = _COPULA.search(match.string, max(0, match.start() - 8), match.start())
    return said.replace(" is ", " ", 1) if joined else said


def statuses(match: Match) -> str:
    """``the 404s``."""
    return en_plural(en_house(match["n"]))


def wickets(match: Match) -> str | None:
    """``240/8`` in cricket."""
    if not _CRICKET.search(match.string) or match[0] == "24/7":
        return None
    return f"{en_house(match['a']) if len(match['a']) == 3 else en_number(match['a'])} for {en_number(match['b'])}"


def early(match: Match) -> str:
    """``departs at 0815``."""
    hour, minute = match.group("h", "m")
    return f"{en_digits(hour)} {'hundred' if minute == '00' else en_two_digits(int(minute))}"


def more_or_less(match: Match) -> str:
    """``>90%``, ``(<18)``."""
    return "less than " if "<" in match.group() else "more than "


def requests(match: Match) -> str:
    """``60 req/min``."""
    return f"requests{per_one(match)}"


def patient(match: Match) -> str:
    """``Pt. presents with``, ``pts were``."""
    word = "patient" if match["p"][0] == "p" else "Patient"
    return f"{word}{'s' if match['p'].endswith('s') else ''} "


def old_patient(match: Match) -> str:
    """``67 yo M``."""
    return f" year old {'male' if match['g'] == 'M' else 'female'}"


def every_hours(match: Match) -> str:
    """``q8h``, ``q4-6h``, ``q2wks``."""
    first, last = match.group("a", "b")
    name = _EVERY[match["u"][0]]
    stop = last_stop(match)
    if first == "1" and not last:
        return f"every {name}{stop}"
    return f"every {en_number(first)}{f' to {en_number(last)}' if last else ''} {name}s{stop}"


def short_sum(match: Match) -> str:
    """``$4.2 mil.``."""
    scale = {"m": "million", "b": "billion", "t": "trillion"}[match["q"][0]]
    return f"{bare_number(match['n'])} {scale} {CURRENCIES[match['c']][2]}"


def sum_and_part(match: Match) -> str:
    """``$31⅝``, ``£½``."""
    top, bottom = map(int, VULGAR_FRACTIONS[match["f"]])
    _, one, many, *_ = CURRENCIES[match["c"]]
    part = en_fraction(match["n"] or "", top, bottom)
    return f"{part} {many}" if match["n"] else f"{part} of a {one}"


def clock_run_on(match: Match) -> str:
    """``630 pm``; the figures of a station are said so too: ``1010 AM``."""
    hour, minute = match["n"][:-2], match["n"][-2:]
    said = en_cardinal(hour) + ("" if minute == "00" else f" {en_two_digits(int(minute))}")
    return f"{said} {match['p'][0].upper()}M{last_stop(match)}"


def latitude(match: Match) -> str:
    """``lat. 37.8°``."""
    return f"{match['w']}{'gitude' if match['w'].endswith('n') else 'itude'} "


def time_signature(match: Match) -> str | None:
    """``in 6/8 at 120 BPM``."""
    if not _MUSIC.search(match.string):
        return None
    return f"{en_cardinal(match['a'])} {en_cardinal(match['b'])}{' time' if match.group().endswith('time') else ''}"


def notes(match: Match) -> str:
    """``p. 312 n. 4``."""
    return "note " if match["n"] == "n" else "notes "


def toll_free(match: Match) -> str:
    """``1-888-GO-FEDEX``."""
    return f"{'one ' if match['a'] else ''}eight {'hundred' if match['n'] == '00' else en_digits(match['n'])} "


def roman_alone_behind(match: Match) -> str:
    """``GTA VI``: the number of a game."""
    return en_cardinal(str(roman(match["r"])))


def compound_formula(match: Match) -> str | None:
    """``H2SO4``, ``NaCl``, ``Ca(OH)2``: every letter by its name."""
    written = match.group()
    parts = re.findall(r"[A-Z][a-z]?|\d+", written)
    elements = [part for part in parts if part.isalpha()]
    if len(elements) < 2 or not tables_en.ELEMENTS.issuperset(elements):
        return None
    if not any(len(part) == 2 for part in elements) and not any(word in written for word in ("SO", "NO", "OH")):
        return None
    if not any(part.isdecimal() for part in parts) and written not in tables_en.SALTS:
        return None
    return " ".join(en_number(part) if part.isdecimal() else " ".join(part.upper()) for part in parts)


def science(match: Match) -> str:
    """``Comp. Sci.``."""
    return f"{'Computer' if match['w'] == 'Comp' else 'Political'} Science"


def step(match: Match) -> str:
    """``x += 1``."""
    return f" {_STEPS[match['o']]} equals "


def equality(match: Match) -> str:
    """``"a" != "b"``."""
    return " is not equal to " if match["o"][0] == "!" else " equals "


def scene(match: Match) -> str:
    """``Act ii``, ``scene iv``."""
    return f"{match['w']} {en_cardinal(str(roman(match['r'].upper())))}"
