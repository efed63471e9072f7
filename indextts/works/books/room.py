"""All that is done with books: :class:`indextts.works.works.Works` opens it when books are first needed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Final

from indextts.pipeline.pipeline import Pipeline
from indextts.platform.config import Config
from indextts.reading.lexicon.lexicon import Lexicon
from indextts.works.books.book_files import BookFiles
from indextts.works.books.book_runner import BookRunner, Desk
from indextts.works.books.book_terms import BookTerms
from indextts.works.books.casts import Casts
from indextts.works.books.fixing import Fixing
from indextts.works.books.heard import HeardText
from indextts.works.books.intake import Intake
from indextts.works.books.library import BookLibrary
from indextts.works.books.music import BookMusic
from indextts.works.books.passages import Passages
from indextts.works.books.project_passages import ProjectPassages
from indextts.works.books.proofing import DoubtList
from indextts.works.books.script import BookScript
from indextts.works.db.records import Records
from indextts.works.projects.projects import ProjectLibrary
from indextts.works.running.playback import Playback


class BookRoom:
    """Thread-safe."""

    def __init__(
        self,
        config: Config,
        records: Records,
        loaded: Callable[[], Pipeline],
        playback: Callable[[], Playback],
        projects: Callable[[], ProjectLibrary],
        desk: Desk,
        lexicon: Lexicon,
    ) -> None:
        """``loaded`` gives the pipeline that speaks books, ``playback`` what is spoken of them.

        Parts are spoken at the ``desk``, and read with the ``lexicon``.
        """
        database = records.database

        def voices() -> Sequence[str]:
            return [voice.id for voice in loaded().voices()]

        self._config = config
        self._records = records
        self._playback = playback
        self.library: Final = BookLibrary(database, voices)
        self.music: Final = BookMusic(database)
        """What is heard in them beside the voices."""
        self.intake: Final = Intake(config, self.library, loaded)
        """What makes them."""
        self.casts: Final = Casts(database, voices, newcomers=self.intake.newcomers)
        self.script: Final = BookScript(config, records, self.library, lexicon)
        """What is to be spoken of them."""
        self.runner: Final = BookRunner(config, records, self.library, self.script, lambda: self.files, desk, loaded)
        """What speaks them."""
        self.doubts: Final = DoubtList(database, self.library, self.script.voicing)
        """What a person should listen to."""
        self.heard: Final = HeardText(records, self.library, self.script, playback, desk)
        """What is heard of them, word by word."""
        self.fixing: Final = Fixing(database, self.library, self.casts, self.doubts, self.heard, self.script)
        """What is decided about it."""
        self.passages: Final = Passages(self.library, self.script)
        """What other programs read of them, …"""
        self.project_passages: Final = ProjectPassages(projects, loaded)
        """… and with the speakers of projects."""
        self.terms: Final = BookTerms(self.library, self.script, loaded)
        """Their names and terms."""

    @functools.cached_property
    def files(self) -> BookFiles:
        """What books are made into. Raises :class:`StudioError` where the store of sounds is set up wrongly."""
        return BookFiles(self._config, self._records, self.library, self._playback(), self.music)

    def close(self) -> None:
        """Stop what is being put together."""
        if "files" in vars(self):
            self.files.close()
