"""What is known of Kokoro before it is opened."""

from __future__ import annotations

import math
from collections.abc import Collection
from contextlib import closing
from functools import cache
from typing import Final, NamedTuple

from indextts.engines import pace as paces
from indextts.engines.info import EngineInfo, engine_of, installer_of
from indextts.model.i18n.messages import Bilingual, Language
from indextts.platform.config import Config
from indextts.platform.storage.manifest import ModelFolder
from indextts.voices import Voice
from indextts.voices.catalogue import OwnVoice, VoiceFamily

NAME: Final = "kokoro"
NAME_11: Final = "kokoro-v1.1-zh"
LICENCE: Final = "Apache-2.0 (hexgrad/Kokoro-82M): speech may be used commercially"


class VoiceFacts(NamedTuple):
    """The facts about a voice that its id does not tell."""

    english: str
    """Its name in English."""
    chinese: str
    """Its name in Chinese."""
    hz: float = 0.0
    """Median F0 that the model drew where four sentences in its own language can be heard; 0 where not measured."""
    grade: str = ""
    """Its authors' grade, from ``A`` to ``F``; empty where they gave none."""
    dnsmos: float = 0.0
    """Overall DNSMOS, mean of 6 Mandarin or 12 English sentences; 0 where it was not measured."""
    english_note: str = ""
    """Its peculiarity, in English."""
    chinese_note: str = ""
    """The same in Chinese."""


VOICES: Final[dict[str, VoiceFacts]] = {
    "zf_xiaoxiao": VoiceFacts("Xiaoxiao", "晓晓", 223.0, "D", 3.27),
    "zm_yunxi": VoiceFacts("Yunxi", "云希", 146.4, "D", 3.4),
    "zf_xiaobei": VoiceFacts("Xiaobei", "晓北", 223.7, "D", 3.22, "slow", "语速慢"),
    "zm_yunjian": VoiceFacts("Yunjian", "云健", 113.7, "D", 3.31),
    "zm_yunyang": VoiceFacts("Yunyang", "云扬", 110.4, "D", 3.34),
    "zf_xiaoyi": VoiceFacts("Xiaoyi", "晓伊", 280.9, "D", 3.06, "the clearest tones", "声调最清楚"),
    "zm_yunxia": VoiceFacts("Yunxia", "云夏", 273.8, "D", 3.15),
    "af_heart": VoiceFacts("Heart", "Heart", 184.0, "A", 3.38),
    "bf_emma": VoiceFacts("Emma", "Emma", 174.8, "B-", 3.39),
    "am_michael": VoiceFacts("Michael", "Michael", 105.7, "C+", 3.29),
    "af_bella": VoiceFacts("Bella", "Bella", 184.9, "A-", 3.12),
    "af_nicole": VoiceFacts("Nicole", "Nicole", 139.1, "B-", 0.0, "whispers", "耳语"),
    "am_fenrir": VoiceFacts("Fenrir", "Fenrir", 125.9, "C+"),
    "am_puck": VoiceFacts("Puck", "Puck", 108.4, "C+"),
    "af_aoede": VoiceFacts("Aoede", "Aoede", 170.6, "C+"),
    "af_kore": VoiceFacts("Kore", "Kore", 143.9, "C+"),
    "af_sarah": VoiceFacts("Sarah", "Sarah", 178.5, "C+"),
    "bf_isabella": VoiceFacts("Isabella", "Isabella", 198.4, "C"),
    "bm_george": VoiceFacts("George", "George", 135.2, "C"),
    "bm_fable": VoiceFacts("Fable", "Fable", 112.2, "C"),
    "af_alloy": VoiceFacts("Alloy", "Alloy", 133.3, "C"),
    "af_nova": VoiceFacts("Nova", "Nova", 149.0, "C"),
    "af_sky": VoiceFacts("Sky", "Sky", 150.4, "C-"),
    "bm_lewis": VoiceFacts("Lewis", "Lewis", 95.6, "D+"),
    "am_echo": VoiceFacts("Echo", "Echo", 102.0, "D"),
    "am_eric": VoiceFacts("Eric", "Eric", 148.7, "D"),
    "am_liam": VoiceFacts("Liam", "Liam", 112.5, "D"),
    "am_onyx": VoiceFacts("Onyx", "Onyx", 84.7, "D"),
    "af_jessica": VoiceFacts("Jessica", "Jessica", 195.8, "D"),
    "af_river": VoiceFacts("River", "River", 170.6, "D"),
    "bf_alice": VoiceFacts("Alice", "Alice", 200.1, "D"),
    "bf_lily": VoiceFacts("Lily", "Lily", 168.5, "D"),
    "bm_daniel": VoiceFacts("Daniel", "Daniel", 117.3, "D"),
    "am_santa": VoiceFacts("Santa", "Santa", 147.1, "D-"),
    "am_adam": VoiceFacts("Adam", "Adam", 108.0, "F+"),
    "zf_xiaoni": VoiceFacts(
        "Xiaoni (regional accent)",
        "晓妮（地方口音）",
        217.4,
        "D",
        3.31,
        "tones are not standard Mandarin",
        "声调不是标准普通话",
    ),
}
"""Mandarin and English voices, the best measured ones of each language first, then by their authors' grades."""
_NUMBERED: Final = {
    "zf": "001-008 017-019 021-024 026-028 032 036 038-040 042-044 046-049 051 059 060 067 070-079 083-088 090 092-094 "
    "099",
    "zm": "009-016 020 025 029-031 033-035 037 041 045 050 052-058 061-066 068 069 080-082 089 091 095-098 100",
}
"""Numbers of v1.1-zh's Mandarin voices, which have no names."""


def _numbered() -> dict[str, VoiceFacts]:
    found = {}
    for kind, runs in _NUMBERED.items():
        for first, _, last in (run.partition("-") for run in runs.split()):
            for number in range(int(first), int(last or first) + 1):
                found[f"{kind}_{number:03}"] = VoiceFacts(f"No. {number:03}", f"{number:03} 号")
    return found


VOICES_11: Final[dict[str, VoiceFacts]] = {
    **_numbered(),
    "af_maple": VoiceFacts("Maple", "Maple"),
    "af_sol": VoiceFacts("Sol", "Sol"),
    "bf_vale": VoiceFacts("Vale", "Vale"),
}
"""The voices of v1.1-zh, in no order of merit: they were not measured here."""
ALL_VOICES: Final = VOICES | VOICES_11
MODELS: Final = {NAME: ("1.0", tuple(VOICES)), NAME_11: ("1.1-zh", tuple(VOICES_11))}
"""Version and voices of each model."""
_AGES: Final = {"zm_yunxia": "boy", "am_santa": "old_man"}
"""The voices of children and old people; of the others no age is known."""
_NEVER_CAST: Final = frozenset({"zf_xiaoni", "af_nicole", "am_santa", "am_adam"})
"""Voices that a book or dialogue gets unasked only last of all: an accent, a whisper, the authors' lowest grades."""
_LANGUAGES: Final = {
    "z": Bilingual("Mandarin", "普通话"),
    "a": Bilingual("American English", "美式英语"),
    "b": Bilingual("British English", "英式英语"),
}
_SPEAKERS: Final = {
    "women": Bilingual("woman", "女声"),
    "men": Bilingual("man", "男声"),
    "boy": Bilingual("boy", "男孩"),
    "old_man": Bilingual("old man", "老人"),
}
PREFIXES: Final = ("zf_", "zm_", "af_", "am_", "bf_", "bm_")


def chosen(config: Config) -> str:
    """The model that speaks: of the version that is set, else v1.0 unless v1.1-zh alone is installed."""
    version = config.engines.kokoro.version
    if version == "auto":
        there = [name for name in MODELS if folder(config, name).identity() is not None]
        return next(iter(there), NAME)
    return next(name for name, (held, _) in MODELS.items() if held == version)


def folder(config: Config, model: str = "") -> ModelFolder:
    """The folder of a model's cut graphs and its voices' style vectors; of the one that speaks where none is named."""
    name = model or chosen(config)
    return ModelFolder(name, config.models_path / name)


def installed(config: Config) -> bool:
    """Whether it was set up; not whether its files are whole, which opening them tells."""
    return folder(config).identity() is not None


def pace(config: Config) -> float:
    """Seconds of work for each second of speech, measured on this machine; 0 where they were not."""
    return paces.known(config, NAME, folder(config).identity() or "")


def voices(config: Config) -> list[Voice]:
    """Every voice of the model that speaks whose file is installed, the best first, then a person's own mixtures."""
    there = folder(config).digests()
    with closing(VoiceFamily(config)) as family:
        return listed([name for name in ALL_VOICES if f"{name}.bin" in there], family)


def listed(names: Collection[str], family: VoiceFamily) -> list[Voice]:
    """The voices ``names`` as lists show them, the best first, then the mixtures of ``family`` made of them."""
    ready = [described(name) for name in ALL_VOICES if name in names]
    if not ready:
        return []
    hertz = {voice.id: voice.hz for voice in ready}
    mixed = [one for one in family.mixtures() if all(name in hertz for name, _ in one.mixture.shares)]
    return ready + [_own(one, one.mixture.hertz(hertz)) for one in mixed]


@cache
def described(name: str) -> Voice:
    """A voice as lists show it."""
    one = ALL_VOICES[name]
    age = _AGES.get(name, "")
    group = "children" if age == "boy" else "women" if name[1] == "f" else "men"
    about = [_about(name, age or group, one, language) for language in ("en", "zh")]
    cast = -1 if name in _NEVER_CAST else list(ALL_VOICES).index(name)
    return Voice(
        name, one.english, one.chinese, NAME, _spoken(name), LICENCE, group, _semitones(one.hz), one.hz, cast,
        about[0], about[1], one.grade, one.dnsmos, age,
    )  # fmt: skip


def _own(mine: OwnVoice, hertz: float) -> Voice:
    shares = [(ALL_VOICES[name], f" {100 * share:.0f} %") for name, share in mine.mixture.shares]
    shares = [(one, share if len(shares) > 1 else "") for one, share in shares]
    return Voice(
        mine.id, mine.name, mine.name, NAME, _spoken(mine.mixture.heaviest), LICENCE, "own", _semitones(hertz), hertz,
        about_en=" + ".join(f"{one.english}{share}" for one, share in shares),
        about_zh=" + ".join(f"{one.chinese}{share}" for one, share in shares),
    )  # fmt: skip


def _spoken(name: str) -> tuple[str, str]:
    return ("zh", "en") if name.startswith("z") else ("en", "zh")


def _semitones(hertz: float) -> float:
    first = next(iter(VOICES.values())).hz
    return round(12.0 * math.log2(hertz / first), 2) if hertz > 0 else 0.0


def _about(name: str, speaker: str, one: VoiceFacts, language: Language) -> str:
    """Language, sex or age, pitch, grade, quality and what else is to be known of a voice, on one line."""
    chinese = language == "zh"
    note = one.chinese_note if chinese else one.english_note
    parts = [
        _LANGUAGES[name[0]].of(language),
        _SPEAKERS[speaker].of(language),
        note,
        f"{one.hz:.0f} Hz" if one.hz else "",
    ]
    if one.grade:
        parts.append(f"作者评级 {one.grade}" if chinese else f"authors' grade {one.grade}")
    if one.dnsmos:
        parts.append(f"音质 {one.dnsmos:.2f}（DNSMOS）" if chinese else f"quality {one.dnsmos:.2f} (DNSMOS)")
    return " · ".join(filter(None, parts))


_PASS_S: Final = 0.5
"""Silence around each line and the small networks, as much work as so much speech."""

INFO: Final = EngineInfo(
    NAME,
    Bilingual("Natural (Kokoro)", "自然音色（Kokoro）"),
    LICENCE,
    installed,
    voices,
    engine_of(__name__),
    rtf=0.6,
    pace=pace,
    pass_s=lambda config, settings: _PASS_S,
    trusted=True,
    commercial="yes",
    id_prefixes=PREFIXES,
    models=tuple(MODELS),
    model=chosen,
    mixes=True,
    installer=installer_of(__name__),
)
