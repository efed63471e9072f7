"""What is known of the Sambert voices before they are opened."""

from __future__ import annotations

import json
from typing import Any, Final

from indextts.engines.info import EngineInfo, engine_of, installer_of
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.config import Config
from indextts.platform.storage.manifest import ModelFolder
from indextts.voices import Voice

NAME: Final = "sambert"
LANGUAGES: Final = ("zh", "en")
LICENCE: Final = "Apache-2.0 (damo/speech_sambert-hifigan_tts_zh-cn_16k)"
NAMES: Final[dict[str, tuple[str, str]]] = {
    "zhitian_emo": ("Zhitian", "知甜"),
    "zhizhe_emo": ("Zhizhe", "知哲"),
    "zhibei_emo": ("Zhibei", "知贝"),
    "zhiyan_emo": ("Zhiyan", "知燕"),
}
"""Of the published voices, in English and Chinese."""
VOICE_FILE: Final = "voice.json"

_MEN_BELOW_HZ: Final = 165.0
_CHILDREN_ABOVE_HZ: Final = 280.0


def model_folder(config: Config, name: str) -> ModelFolder:
    return ModelFolder(f"{NAME}/{name}", config.models_path / NAME / name)


def voice_names(config: Config) -> list[str]:
    home = config.models_path / NAME
    if not home.is_dir():
        return []
    folders = sorted(path.name for path in home.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [name for name in folders if model_folder(config, name).identity() is not None]


def installed(config: Config) -> bool:
    """Whether there is a converted voice; not whether it is whole, which opening it tells."""
    return bool(voice_names(config))


def voices(config: Config) -> list[Voice]:
    return [described(name, _measured_hz(config, name)) for name in voice_names(config)]


def described(name: str, hz: float) -> Voice:
    """A voice by the name of its package; ``hz`` is its median F0, 0 where nothing was measured."""
    english, chinese = NAMES.get(name, (name, name))
    group = "" if hz <= 0 else "men" if hz < _MEN_BELOW_HZ else "children" if hz > _CHILDREN_ABOVE_HZ else "women"
    return Voice(name, english, chinese, NAME, LANGUAGES, LICENCE, group, hz=hz)


def _measured_hz(config: Config, name: str) -> float:
    """What the conversion measured. A voice whose facts cannot be read is listed without; opening it says why."""
    try:
        data: Any = json.loads(model_folder(config, name).read(VOICE_FILE))
        return float(data.get("pitch_hz", 0.0))
    except (StudioError, ValueError, AttributeError, TypeError):
        return 0.0


INFO: Final = EngineInfo(
    NAME,
    Bilingual("Sambert", "Sambert 引擎"),
    LICENCE,
    installed,
    voices,
    engine_of(__name__),
    rtf=0.3,
    trusted=True,
    commercial="yes",
    needs=("torch",),
    installer=installer_of(__name__),
)
