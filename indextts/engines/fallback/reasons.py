"""Why an engine does not speak: a name for programs, and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple, get_args

from indextts.engines.registry import title
from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.runtime.memory import is_short

Code = Literal[
    "absent", "loading", "error", "open", "late", "raised", "hung", "memory", "nan", "silent", "length", "shape",
    "crowded", "voiceless",
]  # fmt: skip
CODES: Final[tuple[Code, ...]] = get_args(Code)


class Reason(NamedTuple):
    """One reason."""

    code: Code
    text: Bilingual


def _say(code: Code, en: str, zh: str) -> Callable[[str], Reason]:
    def of(engine: str) -> Reason:
        name = title(engine)
        return Reason(code, Bilingual(f"{name.en} {en}", f"{name.zh}{zh}"))

    return of


absent: Final = _say("absent", "is not installed", "尚未安装")
loading: Final = _say("loading", "is still being opened", "还在打开")
no_sound: Final = _say("nan", "returned numbers that are no sound", "返回的数值不是声音")
silence: Final = _say("silent", "returned silence", "返回的是静音")
shape: Final = _say("shape", "returned something that is no sound", "返回的不是声音")
voiceless: Final = _say("voiceless", "has no voice yet", "还没有声音")
crowded: Final = _say("crowded", "hangs in too many requests already", "已在太多请求中停住")


def error(engine: str, cause: StudioError) -> Reason:
    (en, _), (zh, _) = cause.localise("en"), cause.localise("zh")
    return _say("error", f"could not be opened: {_bare(en)}", f"无法打开：{_bare(zh)}")(engine)


def tripped(engine: str, last: Reason | None) -> Reason:
    """Its breaker is open since ``last``."""
    name = title(engine)
    if last is None:
        return Reason("open", Bilingual(f"{name.en} failed a moment ago", f"{name.zh}刚刚出过错"))
    return Reason("open", Bilingual(f"{last.text.en} a moment ago", f"{last.text.zh}（刚才）"))


def late(engine: str, needs_s: float, left_s: float) -> Reason:
    needs, left = f"{needs_s:.0f}", f"{max(0.0, left_s):.0f}"
    return _say("late", f"would need about {needs} s, {left} s are left", f"约需 {needs} 秒，只剩 {left} 秒")(engine)


def unfinished(engine: str, seconds: float, left_s: float) -> Reason:
    """It was not done when the next one had to begin."""
    worked, left = f"{seconds:.0f}", f"{max(0.0, left_s):.0f}"
    en, zh = f"was not done after {worked} s, with {left} s left", f"{worked} 秒后仍未完成，只剩 {left} 秒"
    return _say("late", en, zh)(engine)


def raised(engine: str, cause: BaseException) -> Reason:
    """It raised ``cause``."""
    if is_short(cause):
        return _say("memory", "ran out of memory", "内存不足")(engine)
    if isinstance(cause, StudioError):
        (en, _), (zh, _) = cause.localise("en"), cause.localise("zh")
        return _say("raised", f"failed: {_bare(en)}", f"出错：{_bare(zh)}")(engine)
    # Its words are for the log: they may tell of files and other people's texts.
    return _say("raised", f"failed ({type(cause).__name__})", f"出错（{type(cause).__name__}）")(engine)


def hung(engine: str, seconds: float) -> Reason:
    return _say("hung", f"gave no sign of life for {seconds:.0f} s", f"{seconds:.0f} 秒没有动静")(engine)


def memory(engine: str, limit_mb: int) -> Reason:
    return _say("memory", f"took more than {limit_mb} MB of memory", f"占用内存超过 {limit_mb} MB")(engine)


def length(engine: str, seconds: float, predicted_s: float) -> Reason:
    said, due = f"{seconds:.1f}", f"{predicted_s:.1f}"
    return _say("length", f"said {said} s where about {due} s were due", f"念了 {said} 秒，而应约 {due} 秒")(engine)


def together(reasons: list[Reason]) -> Bilingual:
    """All of them in one sentence."""
    return Bilingual("; ".join(one.text.en for one in reasons) + ".", "；".join(one.text.zh for one in reasons) + "。")


def _bare(sentence: str) -> str:
    return sentence.rstrip(".。")
