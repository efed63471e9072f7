"""A book out of what a person has: a file, a text, the address of a page; with its characters found at once.

book = works.intake.file("local", "红楼梦.epub", data)
book = works.intake.address("local", "https://example.com/story")
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from indextts.books.casting import Chooser, attribute, suggest
from indextts.books.casting.llm import chooser_of
from indextts.books.fetching import check_address, fetch
from indextts.books.model import NARRATOR, UNKNOWN, Chapter, Manuscript, Role
from indextts.books.pages import HTML_TYPES, read_page
from indextts.books.reading import read_manuscript
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Language
from indextts.plan.request import SpeechRequest, check_text
from indextts.works.books.book_contents import (
    MAX_CHARS,
    checked_book_settings,
    plain_text,
    role,
    settings_of,
    speaker,
)
from indextts.works.projects.contents import table, wrong

if TYPE_CHECKING:
    from indextts.pipeline.pipeline import Pipeline
    from indextts.platform.config import Config
    from indextts.works.books.book_rows import Book
    from indextts.works.books.library import BookLibrary

_NAME: Final = "text.txt"


class Intake:
    """Makes books. Reading a long one takes seconds and blocks the caller's thread."""

    def __init__(self, config: Config, library: BookLibrary, loaded: Callable[[], Pipeline]) -> None:
        """``loaded`` gives the pipeline that will speak them, and raises :class:`StudioError` while there is none."""
        self._config = config
        self._library = library
        self._loaded = loaded

    def file(self, owner: str, name: str, data: bytes, *, reader: Language = "en", **fields: Any) -> Book:
        """Of a file by its name and content; ``fields`` as :meth:`BookLibrary.create` has them, ``cast`` as a table.

        ``reader`` is the uploader's language. Raises :class:`StudioError`: what keeps it from being read, and
        what is wrong with a field.
        """
        if len(data) > self._config.server.max_book_bytes:
            raise StudioError("body_too_large", limit=self._config.server.max_book_bytes)
        roles = self._look_at(fields)
        content = hashlib.sha256(data).hexdigest()
        return self._make(owner, read_manuscript(name, data, language=reader), name, content, roles, fields)

    def text(self, owner: str, text: object, *, reader: Language = "en", **fields: Any) -> Book:
        """Of a text, whose headings make chapters."""
        plain = plain_text(text, MAX_CHARS)
        check_text(plain, max_chars=MAX_CHARS, emoji=self._config.text.reads_emoji)
        roles = self._look_at(fields)
        data = plain.encode()
        return self._make(
            owner, read_manuscript(_NAME, data, language=reader), "", hashlib.sha256(data).hexdigest(), roles, fields
        )

    def address(self, owner: str, address: object, *, reader: Language = "en", **fields: Any) -> Book:
        """Of what stands at an address. Raises :class:`StudioError` ``addresses_off``, ``bad_address``."""
        books = self._config.books
        if not books.fetches_addresses:
            raise StudioError("addresses_off")
        check_address(address)
        roles = self._look_at(fields)
        page = fetch(str(address), most_bytes=books.page_bytes, within_s=books.page_s, private=books.private_addresses)
        content = hashlib.sha256(page.data).hexdigest()
        if page.media_type in HTML_TYPES:
            return self._make(owner, read_page(page), page.address, content, roles, fields)
        name = unquote(urlsplit(page.address).path).rpartition("/")[2] or _NAME
        return self._make(
            owner, read_manuscript(name, page.data, language=reader), page.address, content, roles, fields
        )

    def _voices(self) -> Sequence[str]:
        return [voice.id for voice in self._loaded().voices()]

    def _chooser(self) -> Chooser | None:
        """The language model that is configured, where one is."""
        if isinstance(self._config.prosody, str):
            return None
        return chooser_of(self._config, self._loaded().prosody_models)

    def check_settings(self, settings: object) -> None:
        """Raises :class:`StudioError` for settings that nothing here could speak with."""
        kept = checked_book_settings(settings, self._voices)
        if kept:
            self._loaded().check(SpeechRequest("一", settings_of(kept)))

    def who_speaks(
        self, chapters: Sequence[Chapter], settings: Mapping[str, Any]
    ) -> tuple[Sequence[Chapter], Mapping[str, Role]]:
        """The chapters with the speakers of their quotations, and a role for each character.

        Their voices are of the engine that the book's ``settings`` ask for, and of its language.

        Raises :class:`StudioError` ``loading`` where there are characters and the list of voices is not known yet.
        """
        casting = attribute(chapters, chooser=self._chooser())
        if not casting.characters:
            return casting.chapters, {}
        # The narrator is left to the book's own settings.
        voices = self._loaded().pickable(commercial=bool(settings.get("commercial")))
        leading, engine = str(settings.get("voice") or "default"), settings.get("engine")
        if leading == "default":
            leading = next((voice.id for voice in voices if voice.engine == engine), "")
        roles = suggest(casting.characters, voices, narrator="default", leading=leading, language=casting.language)
        return casting.chapters, {name: one for name, one in roles.items() if name != NARRATOR}

    def _look_at(self, fields: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
        """The roles that are given, once settings and roles are known to be good: before anything takes long."""
        if "settings" in fields:
            self.check_settings(fields["settings"])
        roles: dict[str, Mapping[str, Any]] = {}
        for given, one in table("cast", fields.get("cast") or {}).items():
            if (name := speaker(given, anybody=True)) == UNKNOWN:
                raise wrong("cast", "“?” is not a name.", "“?”不是名字。")
            role(Role(), one, self._voices)
            roles[name] = one
        return roles

    def _make(
        self,
        owner: str,
        manuscript: Manuscript,
        source: str,
        content: str,
        roles: Mapping[str, Mapping[str, Any]],
        fields: Mapping[str, Any],
    ) -> Book:
        chapters, cast = self.who_speaks(manuscript.chapters, fields.get("settings") or {})
        cast = {NARRATOR: Role(), **cast}
        cast |= {name: role(cast.get(name, Role()), one, self._voices) for name, one in roles.items()}
        given = {name: value for name, value in fields.items() if name != "cast" and value is not None}
        if any(chapter.timed for chapter in chapters):
            given["options"] = {"fit": True, **table("options", given.get("options", {}))}
        whole = Manuscript(**{**vars(manuscript), "chapters": tuple(chapters)})
        return self._library.create(owner, whole, source=source, content=content, cast=cast, **given)
