"""The tab with the models: what its script asks for, and what it is answered.

Fetching and verifying go on in the background, whether the page is open or not; the script asks how far they are.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from indextts.engines.registry import missing_packages
from indextts.i18n.messages import Language
from indextts.models import store
from indextts.models.catalogue import CatalogueEntry, load_catalogue
from indextts.models.store import ModelState
from indextts.studio.answers import Answer, Sent, answered, chosen, sentence
from indextts.studio.strings import STRINGS, say
from indextts.studio.tabs.dictionary.tab import UNDO_S, Undos

if TYPE_CHECKING:
    from indextts.models.jobs import Fetching
    from indextts.service.service import SpeechService



class Models:
    """Answers the tab's script over one service."""

    def __init__(self, service: SpeechService) -> None:
        self._config = service.config
        self._fetches = service.fetches
        self._undos = Undos()
        self._actions: dict[str, Callable[[Sent, Language], Answer]] = {
            "list": lambda sent, language: {},
            "fetch": lambda sent, language: self._do(self._fetches.start, sent),
            "verify": lambda sent, language: self._do(self._fetches.verify, sent),
            "stop": lambda sent, language: self._do(self._fetches.stop, sent),
            "remove": self._remove,
            "undo": self._undo,
        }

    def answer(self, sent: Sent, language: Language) -> Answer:
        """What was done, or why not (``error``), and the models as they are now."""
        return answered(
            sent, language, lambda: chosen(self._actions, sent)(sent, language), lambda: self._state(language)
        )

    def _state(self, language: Language) -> Answer:
        known = load_catalogue(self._config.catalogue_path)
        states = store.list_models(self._config, hashes=False)
        folder = self._config.models_path
        return {
            "models": [self._row(state, known.get(state.name), language) for state in states],
            "free": shutil.disk_usage(_existing(folder)).free,
            "folder": str(folder),
        }

    def _row(self, state: ModelState, entry: CatalogueEntry | None, language: Language) -> Answer:
        job = self._fetches.state(state.name)
        wrong = _wrong(state, job)
        title, about = _about(state.name, entry, language)
        row: Answer = {
            "name": state.name,
            "title": title,
            "about": about,
            "licence": state.licence,
            "state": _status(state, job, wrong),
            "bytes": state.bytes,
            "kept": state.kept,
            "wrong": wrong,
            "error": sentence(job.error, language) if job and job.error else "",
            "files": _files(entry),
            "sources": _sources(entry),
            "packages": missing_packages(entry.extra) if entry else [],
            "extra": entry.extra if entry else "",
        }
        if job and job.running and job.fetched:
            row |= {"file": job.fetched.file, "done": job.fetched.done, "total": job.fetched.total, "rate": job.rate}
        if job and job.states and not wrong:
            row["whole"] = len(job.states)
        return row

    # ------------------------------------------------------------------ what can be asked

    @staticmethod
    def _do(what: Callable[[str], None], sent: Sent) -> Answer:
        what(str(sent.get("name")))
        return {}

    def _remove(self, sent: Sent, language: Language) -> Answer:
        name = str(sent.get("name"))
        freed = self._fetches.remove(name)
        undo = self._undos.add(lambda: self._back(name, language))
        return {"removed": self._title(name, language), "freed": freed, "undo": undo, "undo_s": UNDO_S}

    def _undo(self, sent: Sent, language: Language) -> Answer:
        return {"said": self._undos.take(str(sent.get("undo")))()}

    def _back(self, name: str, language: Language) -> str:
        self._fetches.restore(name)
        return say("model_back", language, name=self._title(name, language))

    def _title(self, name: str, language: Language) -> str:
        return _about(name, load_catalogue(self._config.catalogue_path).get(name), language)[0]


def _status(state: ModelState, job: Fetching | None, wrong: list[str]) -> str:
    if job and job.running:
        if job.stopped:
            return "stopping"
        return "fetching" if job.task == "fetch" else "checking"
    if wrong:
        return "damaged"
    if state.installed:
        return "installed"
    if job and job.error:
        return "failed"
    return "stopped" if state.kept else "absent"


def _wrong(state: ModelState, job: Fetching | None) -> list[str]:
    """Files of an installed model that are missing or not as they should be, as far as anybody has looked."""
    checked = [one.name for one in job.states if one.state != "ok"] if job else []
    return list(dict.fromkeys([*state.wrong, *checked]))


def _about(name: str, entry: CatalogueEntry | None, language: Language) -> tuple[str, str]:
    if entry is not None:
        title, _, about = re.sub(r"\s*[:：]\s*", "\n", getattr(entry.about, language), count=1).partition("\n")
        return (title, about[:1].upper() + about[1:]) if about else (name, title)
    titled = f"model_title_{name}"
    return (say(titled, language), say(f"model_about_{name}", language)) if titled in STRINGS else (name, "")


def _files(entry: CatalogueEntry | None) -> list[str]:
    """What has to be put into a folder by hand."""
    return [part.place(path) for part in entry.parts for path in part.files] if entry else []


def _sources(entry: CatalogueEntry | None) -> str:
    """Where the files are published: the repositories' names."""
    parts = entry.parts if entry else ()
    return ", ".join(dict.fromkeys(part.huggingface or part.modelscope for part in parts))


def _existing(folder: Path) -> Path:
    """``folder`` or the nearest one above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())
