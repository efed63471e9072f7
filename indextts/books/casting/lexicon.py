"""The tables of words that casting goes by: ``zh.yaml`` and ``en.yaml``."""

from __future__ import annotations

import functools
import re
from typing import Final

from indextts.model.people import Gender
from indextts.platform.tables import tables_beside
from indextts.voices.sexes import table

HIDDEN: Final = "\ufffc"  # Stands for what is quoted in the narrator's text, so that offsets stay


@functools.cache
def words(language: str, name: str) -> frozenset[str]:
    """A table of words."""
    return frozenset(tables_beside(__file__, f"{language}.yaml")[name].split())


@functools.cache
def signs(name: str) -> frozenset[str]:
    """A table of Chinese characters."""
    return frozenset("".join(tables_beside(__file__, "zh.yaml")[name].split()))


@functools.cache
def roles_zh() -> dict[str, Gender]:
    """Words for people, with the sex that they tell."""
    found: dict[str, Gender] = dict.fromkeys(words("zh", "roles_any"), "")
    found |= dict.fromkeys(table("zh", "roles_male"), "male")
    found |= dict.fromkeys(table("zh", "roles_female"), "female")
    return found


@functools.cache
def either(language: str, name: str) -> str:
    """The words of a table as alternatives, the longest first."""
    return "|".join(sorted(map(re.escape, words(language, name)), key=len, reverse=True))


@functools.cache
def owned_zh() -> re.Pattern[str]:
    """Behind a person, what makes the sentence one about somebody whom he or she has: 周婶|家的孙子, 王老师|班上的学生."""
    where = "家|家里|家中|班上?|班里|店里?|手下|身[边旁后]|隔壁|对面|旁边|单位|公司|[厂村队组府铺院科所][里上]?|门下|带来|请来"
    how = "[大小老长幼二三四五六七八九亲新]|年[轻幼]|唯一|独生|双胞胎|龙凤胎|[那这]个|贴身|得力|宝贝|[一二两三四五六七八九十]+岁|的"
    return re.compile(f"(?:{where})?的(?:{how}){{0,3}}(?P<kin>{either('zh', 'kindred')})")


@functools.cache
def titles_en() -> frozenset[str]:
    """What stands before English names."""
    return words("en", "titles") | table("en", "titles_male") | table("en", "titles_female")
