"""A paragraph that another program reads aloud, spoken by the speakers of a project.

    passages = ProjectPassages(lambda: projects, loaded)
    request, following = passages.request("local", project, "“走吧。”老人说。", before=["天黑了。"])

A line of the project's text is spoken as the project has it: with its marks, and by the voice of the label that it
stands under. A paragraph that is no line of it has its speakers found with those before it, or by its own label.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from indextts.books.model import Chapter, Quotation, Role
from indextts.books.parts import Voicing, words_in
from indextts.model.errors import StudioError
from indextts.model.settings import SAMPLED, SETTINGS, settings_of
from indextts.plan.request import SpeechRequest
from indextts.reading.markup.parser import parse
from indextts.reading.text.sentences import main_language
from indextts.voices.turns import DialogueTurn, find_turns
from indextts.works.books.passages import FOLLOWING, MOST_INDICES, PassageIndex, attributed, spoken
from indextts.works.projects.projects import Project, ProjectLibrary

if TYPE_CHECKING:
    from indextts.pipeline.pipeline import Pipeline
    from indextts.voices import Voice

_OWN: Final = SETTINGS.keys() | SAMPLED.keys()
"""What of a project's settings is one of a request; the rest is the page's."""


@dataclass(frozen=True)
class _Script:
    """A project as it was at one revision."""

    voicing: Voicing
    lines: tuple[SpeechRequest, ...]
    """Those that have words and can be spoken by themselves."""
    index: PassageIndex


class ProjectPassages:
    """Thread-safe."""

    def __init__(self, projects: Callable[[], ProjectLibrary], loaded: Callable[[], Pipeline]) -> None:
        """``loaded`` gives the pipeline, whose voices the speakers have."""
        self._projects = projects
        self._loaded = loaded
        self._lock = threading.Lock()
        self._scripts: dict[tuple[str, str], _Script] = {}

    def request(
        self, owner: str, project: str, paragraph: str, before: Sequence[str] = ()
    ) -> tuple[SpeechRequest, list[SpeechRequest]]:
        """How ``paragraph`` is spoken, and the lines that follow it in the project.

        ``before`` are paragraphs that were read before it. Raises :class:`StudioError` ``no_project``, ``loading``, and
        ``text_unspeakable`` where it has no words.
        """
        found, pipeline = self._projects().get(owner, project), self._loaded()
        voices = pipeline.voices()
        with self._lock:
            script = self._script(owner, found, pipeline, voices)
            place = script.index.find(paragraph)
        if place is not None:
            line = place[1]
            return script.lines[line], list(islice(script.lines, line + 1, line + 1 + FOLLOWING))
        voicing = script.voicing
        named = {name: role.voice for name, role in voicing.cast.items()}
        turn = next(iter(find_turns(paragraph, voices, named)), None)
        if turn is not None and turn.label in named and not paragraph[: turn.start].strip():
            text = paragraph[turn.begin :]
            return spoken(Chapter("", text, quotations=(Quotation(0, len(text), turn.label),)), voicing), []
        return spoken(attributed(paragraph, before, voicing), voicing), []

    def _script(self, owner: str, project: Project, pipeline: Pipeline, voices: Sequence[Voice]) -> _Script:
        known = self._scripts.pop((owner, project.id), None)
        if known is None or known.index.revision != project.revision:
            known = _read(project, pipeline, voices)
        self._scripts[owner, project.id] = known
        while len(self._scripts) > MOST_INDICES:
            self._scripts.pop(next(iter(self._scripts)))
        return known


def _read(project: Project, pipeline: Pipeline, voices: Sequence[Voice]) -> _Script:
    """Who speaks each line, as where the whole text is spoken at once."""
    settings = settings_of({name: value for name, value in project.settings.items() if name in _OWN})
    lines = project.text.split("\n")
    plain = [_plain(line) for line in lines]
    whole = "\n".join(plain)
    language = main_language(whole, "zh")
    turns = find_turns(whole, voices, project.speakers)
    starts = [turn.start for turn in turns]
    cast = {**(project.speakers or {}), **pipeline.cast(whole, settings, project.speakers)}
    index, made, at = PassageIndex(project.revision), list[SpeechRequest](), 0
    for line, bare in zip(lines, plain, strict=True):
        turn = _covering(turns, starts, at)
        begin = turn.begin - at if turn is not None and turn.start == at else 0
        if any(map(str.isalnum, bare[begin:])):
            place = (0, len(made), 0)
            for read in {bare, bare[begin:]}:
                index.add(read, place)
            written = line if turn is None or begin else f"{turn.label}：{line.lstrip()}"
            by = {} if turn is None else {turn.label: cast[turn.label]}
            words = words_in(bare, project.dictionary)
            made.append(SpeechRequest(written, settings, by, words, language=language))
        at += len(bare) + 1
    roles = {name: Role(voice) for name, voice in cast.items()}
    voicing = Voicing(settings, roles, project.dictionary, titles=False, language=language)
    return _Script(voicing, tuple(made), index)


def _plain(line: str) -> str:
    """A line without its marks; nothing where they have their end on another one."""
    try:
        return parse(line).text.replace("\n", " ")
    except StudioError:
        return ""


def _covering(turns: Sequence[DialogueTurn], starts: Sequence[int], at: int) -> DialogueTurn | None:
    """The one that a line which begins at ``at`` belongs to."""
    number = bisect_right(starts, at) - 1
    return turns[number] if number >= 0 and at < turns[number].end else None
