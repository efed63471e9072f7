"""Why an engine does not speak: a name for programs, and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from indextts.engines.registry import title
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.memory import is_short

Code = Literal[
    "absent", "loading", "error", "open", "late", "raised", "hung", "memory", "nan", "silent", "length", "shape",
    "crowded", "voiceless", "uncut",
]  # fmt: skip


class Reason(NamedTuple):
    """One reason."""

    code: Code
    text: Bilingual


def _says(code: Code, en: str, zh: str) -> Callable[..., Reason]:
    """Makes an engine's reason from what follows its name; places in braces are filled by keyword."""

    def of(engine: str, **values: object) -> Reason:
        name = title(engine)
        return Reason(code, Bilingual(f"{name.en} {en.format(**values)}", f"{name.zh}{zh.format(**values)}"))

    return of


absent: Final = _says("absent", "is not installed", "尚未安装")
loading: Final = _says("loading", "is still being opened", "还在打开")
no_sound: Final = _says("nan", "returned invalid sample values", "返回了无效的采样值")
silence: Final = _says("silent", "returned silence", "返回的是静音")
shape: Final = _says("shape", "returned something that is not audio", "返回的不是音频")
voiceless: Final = _says("voiceless", "has no voice yet", "还没有音色")
crowded: Final = _says("crowded", "is already stuck in too many requests", "已有太多请求卡住")
late: Final = _says(
    "late", "would need about {needs:.0f} s, but only {left:.0f} s are left", "约需 {needs:.0f} 秒，只剩 {left:.0f} 秒"
)
unfinished: Final = _says(
    "late",
    "was not finished after {worked:.0f} s, with {left:.0f} s left",
    "{worked:.0f} 秒后仍未完成，只剩 {left:.0f} 秒",
)
"""It was not done when the next one had to begin."""
hung: Final = _says("hung", "did not respond for {seconds:.0f} s", "{seconds:.0f} 秒没有响应")
memory: Final = _says("memory", "took more than {limit} MB of memory", "占用内存超过 {limit} MB")
length: Final = _says(
    "length",
    "generated {said:.1f} s of speech instead of about {due:.1f} s",
    "合成了 {said:.1f} 秒，而应约 {due:.1f} 秒",
)
uncut: Final = _says("uncut", "found no safe place to split the sentences", "未找到句子间可靠的切分点")
_short: Final = _says("memory", "ran out of memory", "内存不足")
_closed: Final = _says("error", "could not be opened: {en}", "无法打开：{zh}")
_failed: Final = _says("raised", "failed: {en}", "出错：{zh}")
_broke: Final = _says("raised", "failed ({kind})", "出错（{kind}）")


OF_THE_PASS: Final = frozenset(("uncut", "raised", "memory", "nan", "silent", "length", "shape"))
"""Codes of what may be wrong with one pass over several segments alone: its engine is asked for each by itself then."""


def error(engine: str, cause: StudioError) -> Reason:
    return _closed(engine, **_sentences(cause))


def raised(engine: str, cause: BaseException) -> Reason:
    if is_short(cause):
        return _short(engine)
    if isinstance(cause, StudioError):
        return _failed(engine, **_sentences(cause))
    # Its words are for the log: they may tell of files and other people's texts.
    return _broke(engine, kind=type(cause).__name__)


def tripped(engine: str, last: Reason | None) -> Reason:
    """Its breaker is open since ``last``."""
    name = title(engine)
    if last is None:
        return Reason("open", Bilingual(f"{name.en} failed a moment ago", f"{name.zh}刚刚出过错"))
    return Reason("open", Bilingual(f"{last.text.en} a moment ago", f"{last.text.zh}（刚才）"))


def together(reasons: list[Reason]) -> Bilingual:
    """All of them in one sentence."""
    return Bilingual("; ".join(one.text.en for one in reasons) + ".", "；".join(one.text.zh for one in reasons) + "。")


def _sentences(cause: StudioError) -> dict[str, str]:
    return {"en": cause.localise("en")[0].rstrip(".。"), "zh": cause.localise("zh")[0].rstrip(".。")}
