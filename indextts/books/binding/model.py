"""What is bound, how, and what came of it. Plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from indextts.books.binding.page import ChapterPage, Clips, Ruby
from indextts.books.model import BookForm, ChapterKind
from indextts.model.i18n.messages import Bilingual

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pcm = npt.NDArray[np.int16]

Norm = Literal["none", "acx", "podcast", "ebu"]
Each = Literal["m4a", "mp3", "opus", "flac", "wav"]
"""What a chapter can be by itself."""
FileForm = Literal[BookForm, "srt", "vtt", "lrc"]
DECK: Final = "apkg"
"""A form of a file that is no binding: a package for Anki."""
MadeForm = Literal[FileForm, "apkg"]
SOUND_FORMS: Final = ("m4b", *get_args(Each))
FORMS: Final[tuple[str, ...]] = get_args(FileForm)
TEXT_FORMS: Final = tuple(form for form in FORMS if form not in (*SOUND_FORMS, "zip", "epub"))


@dataclass(frozen=True)
class BoundChapter:
    """A chapter that was spoken; its sound stays where it is and is read when it is needed, more than once."""

    title: str
    samples: int
    """How many there are in all ``parts()``."""
    parts: Callable[[], Iterator[Pcm]]
    """Its sound from the beginning, mono, piece by piece."""
    sentences: Callable[[], Iterable[tuple[float, float, str]]] = tuple
    """Each sentence with its begin and end in the sound, in seconds."""
    rate: int = 24_000
    kind: ChapterKind = "body"
    title_samples: int = 0
    """So many samples say the title; 0 where it is not said."""
    joints: tuple[int, ...] = ()
    """Samples at which a further part begins."""
    key: str = ""
    """Names all that decides how it sounds; only with one is it worth binding ahead."""
    page: Callable[[], ChapterPage] | None = None
    """What is read along; ``None`` for its sentences alone. An EPUB has also chapters without samples."""


@dataclass(frozen=True)
class Music:
    """The user's own sound beside the speech. A chime is heard by itself, once, and takes its level alone."""

    file: Path | bytes
    """A sound file, or what stands in one."""
    alone_s: float = 4.0
    """How long it is heard before the speech begins, or after the speech has ended."""
    under_s: float = 6.0
    """How long it goes on beneath the speech."""
    fade_in_s: float = 0.5
    fade_out_s: float = 3.0
    level_db: float = -3.0
    """Loudness relative to the speech, in dB, between speech."""
    duck_db: float = -14.0
    """Attenuation during speech, in dB."""
    name: str = ""
    """By which a person knows it."""

    def told(self, place: str) -> dict[str, Any]:
        """For a report: all but the sound."""
        about = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "file"}
        return {"place": place, **about}


@dataclass(frozen=True)
class Binding:
    """How a book becomes a file."""

    title: str = ""
    author: str = ""
    narrator: str = ""
    date: str = ""
    """A year, or a day as 2026-11-21."""
    description: str = ""
    publisher: str = ""
    language: str = ""
    """``zh`` or ``en``."""
    cover: bytes | None = None
    """JPEG or PNG; anything else is left out."""
    norm: Norm = "none"
    chapter_pause_s: float = 2.0
    """Between two chapters of one file."""
    title_pause_s: float = 0.0
    """More silence after a chapter's spoken title."""
    part_pause_s: float = 0.0
    """More silence between the parts of a chapter."""
    intro: Music | None = None
    outro: Music | None = None
    chime: Music | None = None
    """Between two chapters of one file."""
    each: Each = "mp3"
    """What the chapters in a ``zip`` are, and in an ``epub`` as far as its readers play it."""
    sample_rate: int = 0
    """0 is the highest of the chapters', or what the norm demands."""
    bit_rate: int = 0
    """Kilobits a second; 0 is the format's usual one, or what the norm demands."""
    # What follows decides an EPUB alone: the names of other files do not depend on it.
    clips: Clips = field(default="sentence", repr=False)
    ruby: Ruby = field(default="none", repr=False)
    identifier: str = field(default="", repr=False)
    """Names the book wherever it is made; empty: it follows from what it says of itself."""
    modified: str = field(default="", repr=False)
    """When the book was changed last, as 2026-11-21T08:00:00Z."""

    @property
    def music(self) -> dict[str, Music]:
        """By the names of the places."""
        named = {"intro": self.intro, "outro": self.outro, "chime": self.chime}
        return {place: one for place, one in named.items() if one is not None}


@dataclass(frozen=True)
class BoundReport:
    """What one chapter is like in the file: measured on what the encoder was given."""

    number: int
    title: str
    file: str
    """Its own file's name in a ``zip``, else empty."""
    begin_s: float
    """In its file."""
    duration_s: float
    gain_db: float
    limited: bool
    """Whether its peaks had to be held down."""
    rms_db: float
    peak_db: float
    true_peak_db: float
    lufs: float
    noise_floor_db: float | None
    """The quietest tenth of a second between its first and its last sound; ``None`` under five seconds."""
    head_s: float
    """Silence before the first sound."""
    tail_s: float
    bytes: int = 0
    """Of its own file."""


@dataclass(frozen=True)
class BindingCheck:
    """One demand of a norm, and whether the file meets it."""

    name: str
    state: Literal["passed", "failed", "unknown"]
    said: Bilingual
    """One sentence."""


@dataclass(frozen=True)
class BindingReport:
    """What was made."""

    form: str
    norm: Norm
    bytes: int
    duration_s: float = 0.0
    sample_rate: int = 0
    bit_rate: int = 0
    """Kilobits a second; 0 where the format keeps every sample."""
    lufs: float | None = None
    """Of all chapters together."""
    chapters: tuple[BoundReport, ...] = ()
    checks: tuple[BindingCheck, ...] = ()
    music: tuple[dict[str, Any], ...] = ()
    """The person's own that is heard in it (:meth:`Music.told`)."""

    def to_json(self) -> dict[str, Any]:
        """For ``json.dumps``; each check's ``said`` is ``{"en", "zh"}``."""
        data = asdict(self)
        data["checks"] = [{**asdict(check), "said": check.said._asdict()} for check in self.checks]
        return data
