"""The diagnostic bundle: everything needed to find a fault, without anything that a person wrote or named.

A zip of small files. Texts, recordings, names of projects and voices, and keys are in none of the places that it reads;
the configuration's secrets and the name of this machine's person are taken out.
"""

from __future__ import annotations

import io
import json
import platform
import re
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from indextts import __version__
from indextts.model.i18n.messages import Language
from indextts.ops import doctor, packages
from indextts.platform import paths as places
from indextts.platform.config import Config
from indextts.service.collected import written
from indextts.service.service import SpeechService

if TYPE_CHECKING:
    from indextts.server.logs import LogRing

NAME: Final = "indextts-diagnosis"
_HIDDEN: Final = "…"
_SECRET: Final = re.compile(r"key|secret|password|token|credential", re.IGNORECASE)
_IN_ADDRESS: Final = re.compile(r"(?<=://)[^/@\s]+@|\?\S+")
"""A name and a password, or a signature, in an address."""
_PRIVATE: Final = ("hosts", "url", "origins", "trusted_proxies", "clients", "stand_in", "producer", "host")
"""Settings that name people, voices or machines."""
_WORDS: Final[dict[Language, str]] = {
    "en": (
        "What is in here, for whoever looks for what is wrong:\n\n"
        "versions.json   the program, Python, the system, the packages\n"
        "doctor.txt      what “python -m indextts doctor” says\n"
        "config.yaml     the settings; keys, passwords, and names of hosts and voices are left out\n"
        "state.json      the state of the engines\n"
        "metrics.txt     what was counted and timed since the start\n"
        "hour.json       the last hour, a line for each half minute\n"
        "log.jsonl       the last lines of the log\n\n"
        "No texts, recordings, names of projects, books or voices, and no keys.\n"
    ),
    "zh": (
        "本诊断包的内容，供查找问题使用：\n\n"
        "versions.json   程序、Python、系统和各软件包的版本\n"
        "doctor.txt      python -m indextts doctor 的检查结果\n"
        "config.yaml     各项设置；密钥、密码、主机名和音色名已去除\n"
        "state.json      各引擎的状态\n"
        "metrics.txt     启动以来的计数与耗时\n"
        "hour.json       最近一小时，每半分钟一行\n"
        "log.jsonl       最近的日志\n\n"
        "不含任何文本、录音，也不含项目、书籍、音色的名称和密钥。\n"
    ),
}


def bundle(service: SpeechService, log: LogRing, language: Language) -> bytes:
    """All of it as a zip. Takes a second or two: the packages and the voice are checked."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in _parts(service, log, language):
            packed.writestr(f"{NAME}/{name}", without_person(text))
    return file.getvalue()


def _parts(service: SpeechService, log: LogRing, language: Language) -> Iterator[tuple[str, str]]:
    yield "README.txt", _WORDS[language]
    yield "versions.json", _as_json(_versions())
    yield "doctor.txt", doctor.as_text(list(doctor.examine_here(service.config)), language)
    yield "config.yaml", yaml.safe_dump(settings_of(service.config), allow_unicode=True, sort_keys=False)
    yield "state.json", _as_json(_state(service))
    yield "metrics.txt", written(service).decode()
    yield "hour.json", _as_json([asdict(sample) for sample in service.observer.hour()])
    yield "log.jsonl", "".join(f"{line}\n" for line in log.lines())


def _versions() -> dict[str, Any]:
    return {
        "program": __version__,
        "python": sys.version,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "libc": " ".join(platform.libc_ver()),
        "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "packages": sorted(packages.installed()),
    }


def _state(service: SpeechService) -> dict[str, Any]:
    """Of reasons only which engine has one: what they say may have a person's words in."""
    health = service.health()
    return {
        "status": health.status,
        "engines": health.engines,
        "load_times": health.load_times,
        "error": health.error.code if health.error is not None else "",
        "warnings": [one.code for one in health.warnings],
        "failing": {name: service.router.last[name].code for name in health.reasons if name in service.router.last},
        "findings": [one.code for one in service.observer.findings(health)],
    }


def settings_of(config: Config) -> Any:
    """The settings without secrets, and without names that are a person's."""
    return _open(config.model_dump(mode="json"), "")


def _open(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        if name in _PRIVATE:
            return {str(number): _HIDDEN for number in range(len(value))}
        return {key: _open(one, str(key)) for key, one in value.items()}
    if isinstance(value, list):
        return [_HIDDEN if name in _PRIVATE else _open(one, name) for one in value]
    if not isinstance(value, str) or not value:
        return value
    if _SECRET.search(name) or (name in _PRIVATE and value not in ("127.0.0.1", "0.0.0.0", "::1", "::")):
        return _HIDDEN
    return _IN_ADDRESS.sub(f"{_HIDDEN}@", value)


def without_person(text: str) -> str:
    """``text`` without the folders that bear the name of this machine's person, and without the machine's own."""
    for folder, sign in ((str(places.ROOT), "STUDIO"), (str(places.home()), "STUDIO"), (str(Path.home()), "~")):
        if len(folder) > 1:
            text = text.replace(folder, sign)
    if len(node := platform.node()) > 3:
        text = text.replace(node, _HIDDEN)
    return text


def _as_json(what: Any) -> str:
    return json.dumps(what, ensure_ascii=False, indent=1)
