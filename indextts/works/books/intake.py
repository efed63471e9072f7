"""A book out of what a person has: a file, a text, the address of a page; with its characters found at once.

book = works.intake.file("local", "红楼梦.epub", data)
book = works.intake.address("local", "https://example.com/story")
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import unquote, urlsplit

from indextts.books.casting import Character, Chooser, attribute, language_of, suggest
from indextts.books.casting.llm import chooser_of
from indextts.books.fetching import check_address, fetch
from indextts.books.model import MAX_CHARACTERS, NARRATOR, Chapter, Manuscript, Role, SubtitleChoice
from indextts.books.reading import read_manuscript
from indextts.books.shaping import quoted
from indextts.model.errors import StudioError
from indextts.model.fields import Given, Text, check
from indextts.model.i18n.messages import Language
from indextts.plan.request import SpeechRequest, check_text
from indextts.voices.sexes import age_of, sex_of
from indextts.works.books.book_contents import NewBook, settings_of
from indextts.works.projects.contents import title_of

if TYPE_CHECKING:
    from indextts.pipeline.pipeline import Pipeline
    from indextts.platform.config import Config
    from indextts.works.books.book_rows import Book
    from indextts.works.books.library import BookLibrary

_STEM: Final = "text"
_UNQUOTED: Final = str.maketrans("", "", '“”「」『』"')
_NAME: Final = f"{_STEM}.txt"
_HEADING: Final = re.compile(r"^ {0,3}#{1,6}[ \t]+[^\s#].*$(?!\s*\n(?: {4}|\t))", re.MULTILINE)
"""One of Markdown, but above a paragraph that is set in: Markdown would take that for code and leave it out."""


class _GivenText(Given):
    text: Annotated[str, Text(MAX_CHARACTERS, plain=True)]


def content_of(data: bytes, subtitles: Mapping[str, Any] | None = None, by: str = "") -> str:
    """The hash of a file, by which its book is found again; one for each wish of what of its ``subtitles`` is said, and
    for each ``by`` whom books are made that do not know those of others.
    """
    wished = {name: one for name, one in {**(subtitles or {}), "by": by}.items() if one}
    return hashlib.sha256(data + (repr(sorted(wished.items())).encode() if wished else b"")).hexdigest()


def _named(manuscript: Manuscript) -> Manuscript:
    """What was pasted has no name of a file: it is called by its beginning, and a part without a heading by nothing."""
    if manuscript.title != _STEM:
        return manuscript
    chapters = tuple(one.changed(title="") if one.title == _STEM else one for one in manuscript.chapters)
    heading, first = next(((one.title, one.text) for one in chapters if one.text.strip()), ("", ""))
    # Its beginning may be said by somebody.
    title = title_of(first.translate(_UNQUOTED)) or title_of(first)
    title = heading if heading and sum(map(str.isalnum, title)) < 2 else title  # “好。” tells no book from another
    return replace(manuscript, title=title or _STEM, chapters=chapters)


class Intake:
    """Makes books. Reading a long one takes seconds and blocks the caller's thread."""

    def __init__(self, config: Config, library: BookLibrary, loaded: Callable[[], Pipeline]) -> None:
        """``loaded`` gives the pipeline that will speak them, and raises :class:`StudioError` while there is none."""
        self._config = config
        self._library = library
        self._loaded = loaded

    def file(self, owner: str, name: str, data: bytes, *, reader: Language = "en", by: str = "", **fields: Any) -> Book:
        """Of a file by its name and content; ``fields`` are those of :class:`NewBook`.

        ``reader`` is the uploader's language, ``by`` what makes the book (:func:`content_of`). Raises
        :class:`StudioError`: what keeps it from being read, and what is wrong with a field.
        """
        if len(data) > self._config.server.max_book_bytes:
            raise StudioError("body_too_large", limit=self._config.server.max_book_bytes)
        given = self._checked(fields)
        manuscript = read_manuscript(name, data, language=reader, subtitles=self._choice(given))
        return self._make(owner, manuscript, name, content_of(data, given.given().get("subtitles"), by), given)

    def text(self, owner: str, text: object, *, reader: Language = "en", **fields: Any) -> Book:
        """Of a text, whose headings make chapters."""
        plain = check(_GivenText, {"text": text}).text
        check_text(plain, max_chars=MAX_CHARACTERS, emoji=self._config.text.reads_emoji)
        given = self._checked(fields)
        data = plain.encode()
        content = hashlib.sha256(data).hexdigest()
        name = f"{_STEM}.md" if len(_HEADING.findall(plain)) > 1 else _NAME
        return self._make(owner, _named(read_manuscript(name, data, language=reader)), "", content, given)

    def address(self, owner: str, address: object, *, reader: Language = "en", **fields: Any) -> Book:
        """Of what stands at an address. Raises :class:`StudioError` ``addresses_off``, ``bad_address``."""
        books = self._config.books
        if not books.fetches_addresses:
            raise StudioError("addresses_off")
        check_address(address)
        given = self._checked(fields)
        page = fetch(str(address), most_bytes=books.page_bytes, within_s=books.page_s, private=books.private_addresses)
        content = hashlib.sha256(page.data).hexdigest()
        parts = urlsplit(page.address)
        name, data = unquote(parts.path).rpartition("/")[2] or _NAME, page.data
        if page.media_type in ("text/html", "application/xhtml+xml"):
            name = f"{parts.hostname}.html"
            with suppress(LookupError, ValueError):  # the host knows how it is encoded
                data = data.decode(page.charset or "ascii").encode()
        manuscript = read_manuscript(name, data, language=reader, subtitles=self._choice(given))
        told = {**manuscript.metadata, "identifier": page.address}
        return self._make(owner, replace(manuscript, metadata=told), page.address, content, given)

    def _choice(self, given: NewBook) -> SubtitleChoice:
        """What of subtitles is said: what is wished for, else in the language of the voice that is asked for."""
        wished = given.given()
        name, voice = wished.get("settings", {}).get("voice", "default"), ""
        if name != "default" and not wished.get("subtitles", {}).get("said"):
            languages = (one.languages for one in self._loaded().voices() if one.id == name)
            voice = next(languages, ("",))[0]
        return SubtitleChoice(**wished.get("subtitles", {}), voice=voice)

    def _voices(self) -> Sequence[str]:
        return [voice.id for voice in self._loaded().voices()]

    def _chooser(self) -> Chooser | None:
        """The language model that is configured, where one is."""
        if isinstance(self._config.prosody, str):
            return None
        return chooser_of(self._config, self._loaded().prosody_models)

    def check_settings(self, settings: object) -> None:
        """Raises :class:`StudioError` for settings that nothing here could speak with."""
        self._checked({"settings": settings})

    def who_speaks(
        self, chapters: Sequence[Chapter], settings: Mapping[str, Any], cast: Mapping[str, Role]
    ) -> tuple[Sequence[Chapter], Mapping[str, Role]]:
        """The chapters with the speakers of their quotations, and roles for characters without a voice in ``cast``.

        Those of the ``cast`` are known by all of their names. Voices are of the engine that the book's ``settings`` ask
        for, and of its language.

        Raises :class:`StudioError` ``loading`` where there are characters and the list of voices is not known yet.
        """
        casting = attribute(chapters, chooser=self._chooser(), cast=cast)
        new = [one for one in casting.characters if not cast.get(one.name, Role()).voice]
        return [quoted(one) for one in casting.chapters], self._roles(new, casting.chapters, settings, cast)

    def newcomers(
        self, names: Sequence[str], chapters: Sequence[Chapter], settings: Mapping[str, Any], cast: Mapping[str, Role]
    ) -> Mapping[str, Role]:
        """Roles for people whom a person adds to the ``cast``, or changes: of their sex, else what the name tells.

        Raises :class:`StudioError` ``loading`` as :meth:`who_speaks`.
        """
        new = []
        for one in names:
            old = cast.get(one, Role())
            new.append(Character(one, (), old.gender or sex_of(one), age=age_of([one, *old.others]), voice=old.voice))
        return self._roles(new, chapters, settings, cast)

    def _roles(
        self, new: Sequence[Character], said: Sequence[Chapter], settings: Mapping[str, Any], cast: Mapping[str, Role]
    ) -> Mapping[str, Role]:
        if not new:
            return {}
        # The narrator is left to the book's own settings.
        voices = self._loaded().pickable(commercial=bool(settings.get("commercial")))
        leading, engine = str(settings.get("voice") or "default"), settings.get("engine")
        if leading == "default":
            leading = next((voice.id for voice in voices if voice.engine == engine), "")
        roles = suggest(new, voices, leading=leading, language=language_of(said), known=cast, chapters=said)
        return {name: one for name, one in roles.items() if name != NARRATOR}

    def _checked(self, fields: Mapping[str, Any]) -> NewBook:
        """What is given, where something here could speak with it: known before anything takes long."""
        given = check(NewBook, fields, self._voices)
        if given.settings:
            self._loaded().check(SpeechRequest("一", settings_of(given.settings)))
        return given

    def _make(self, owner: str, manuscript: Manuscript, source: str, content: str, given: NewBook) -> Book:
        given_cast = {name: one.change(Role()) for name, one in (given.cast or {}).items()}
        chapters, found = self.who_speaks(manuscript.chapters, given.settings or {}, given_cast)
        cast = {NARRATOR: Role(), **found}
        cast |= {name: one.change(cast.get(name, Role())) for name, one in (given.cast or {}).items()}
        fields = {name: value for name, value in given.given().items() if name not in ("cast", "subtitles")}
        if any(chapter.timed for chapter in chapters):
            # A dub goes under a film: sound alone, without chapters and cover.
            fields["options"] = {"fit": True, "format": "wav", **fields.get("options", {})}
        whole = Manuscript(**{**vars(manuscript), "chapters": tuple(chapters)})
        return self._library.create(owner, whole, source=source, content=content, cast=cast, **fields)
