"""Rights to use what a plan becomes: which engines and models made it, and whether all of them allow commercial use.

``Settings.commercial`` lets nothing speak or decide that does not. What an engine's licence says is its own to tell
(:class:`indextts.engines.info.EngineInfo`), that of the models stands here; a test holds both against
``configs/licences.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.settings import AUTO as AUTO_EMOTION
from indextts.model.sources import AUTO, KEPT_SOURCES, RULES, Commercial, not_free
from indextts.model.utterance import Segment, Settings, Utterance
from indextts.reading.emotion.classifier import sentences
from indextts.reading.text.sentences import language_of

POLYPHONES: Final = "polyphones"
MODELS: Final[Mapping[str, Commercial]] = {
    POLYPHONES: "no",
    "lm": "no",
    "causal": "no",
    "llm": "unclear",
    "emotion_zh": "unclear",
    "emotion_en": "yes",
}
"""The models that decide something in a plan, by their ids; ``llm`` is of a person's own choosing."""
PROSODY: Final = frozenset({"lm", "causal", "llm"})
"""Those that a request names as its ``prosody``."""

_BY_NAME: Final = Bilingual("Choose an emotion by name.", "请直接选定一种情感。")
_ANEW: Final = Bilingual("Analyse its text again with “Commercial use” on.", "请在开启“商用”后重新分析这段文字。")
_RULES: Final = Bilingual("Choose the prosody model “rules”, or none.", "韵律请选“rules”（规则），或不指定。")
_READS: Final = Bilingual("the model that detects emotions in Chinese text", "从中文文字判断情感的模型")
_DECIDES: Final = Bilingual("the model of polyphones and third tones", "多音字和三声模型")


def deciding(utterance: Utterance) -> dict[str, Commercial]:
    """The models that decided something in a plan, as it is now: what a person has set since is the person's own."""
    found = dict.fromkeys(name for segment in utterance.segments for name in _by_tokens(segment))
    found |= dict.fromkeys(_of_emotions(utterance))
    return {name: MODELS[name] for name in MODELS if name in found}


def is_barred(segment: Segment) -> bool:
    """Check whether a model that does not allow commercial use decided something in a segment."""
    read = {_reader(segment.text)} if segment.emotion_source == AUTO else set()
    return any(MODELS[name] != "yes" for name in read.union(_by_tokens(segment)))


def _by_tokens(segment: Segment) -> Iterable[str]:
    if segment.intonation_source in PROSODY:
        yield segment.intonation_source
    for token in segment.tokens:
        yield from PROSODY & {token.break_source, token.prominence_source}
        own = not token.reading or token.reading_source in KEPT_SOURCES
        if token.lang == "zh" and token.kind == "hanzi" and segment.readings_source != RULES and not own:
            yield POLYPHONES


def _of_emotions(utterance: Utterance) -> Iterable[str]:
    settings = utterance.settings
    for text, segments in sentences(utterance):
        if any(one.emotion_source == AUTO for one in segments):
            yield _reader(text)
        if settings.emotion_text and any(not one.emotion for one in segments):
            yield _reader(settings.emotion_text)


def _reader(text: str) -> str:
    return f"emotion_{language_of(text, 'zh')}"


def check_settings(settings: Settings) -> None:
    """Refuse models by whose settings a plan for commercial use would be decided.

    Raises :class:`StudioError` ``not_commercial`` for a prosody model that is named, and an emotion in Chinese words.
    """
    if not settings.commercial:
        return
    if settings.prosody in PROSODY:
        raise _refused(settings.prosody)
    if settings.emotion_text and MODELS[_reader(settings.emotion_text)] != "yes":
        raise StudioError("not_commercial", what=_READS, instead=_BY_NAME)


def check_emotions(utterance: Utterance) -> None:
    """The same for emotions that are still to be read out of sentences."""
    if not utterance.settings.commercial or utterance.settings.emotion != AUTO_EMOTION:
        return
    for text, segments in sentences(utterance):
        if MODELS[_reader(text)] != "yes" and any(not one.emotion for one in segments):
            raise StudioError("not_commercial", what=_READS, instead=_BY_NAME)


def check_decided(utterance: Utterance) -> None:
    """The same for a plan, decided before or elsewhere."""
    if not utterance.settings.commercial:
        return
    for name in not_free(deciding(utterance)):
        if name in PROSODY:
            raise _refused(name, _ANEW)
        raise StudioError("not_commercial", what=_DECIDES if name == POLYPHONES else _READS, instead=_ANEW)


def _refused(prosody: str, instead: Bilingual = _RULES) -> StudioError:
    what = Bilingual(f"the prosody model “{prosody}”", f"韵律模型“{prosody}”")
    return StudioError("not_commercial", what=what, instead=instead)
