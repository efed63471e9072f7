"""What lessons of languages speak of: the letters of pinyin by their names in it, *bo po mo fo*, and little words of
German, Spanish, French and Italian as these say them; and the English ending of a Chinese name, 小明's.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any, Final

from indextts.platform.tables import tables_beside

SOURCE: Final = "name"
"""``reading_source`` of what is read here: as of other names whose reading is decided with the tokens."""
_NOTHING: Final[Mapping[str, str]] = {}


def readings(text: str) -> Mapping[str, str]:
    """Words in small letters that a sentence has as the object of a lesson → pinyin or ARPAbet; most sentences have
    none.
    """
    found = _NOTHING
    for told, said in _lessons():
        if told.search(text):
            found = {**found, **said}
    return found


@functools.cache
def _lessons() -> tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]:
    """What tells of a lesson, and how its words are said."""
    lessons: dict[str, Any] = tables_beside(__file__, "lessons.yaml")
    return tuple((re.compile("".join(each["told"])), each["said"]) for each in lessons.values())
