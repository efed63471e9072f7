"""Where files grow before they are whole, and names that every system takes."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from indextts.platform.storage.files import PART, own_folder, sync_folder, writing

_NEVER: Final = (1980, 1, 1, 0, 0, 0)  # The date of all members of an archive: the earliest that it can say
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*]')
_MOST_BYTES: Final = 160  # of a name without its number: some systems count bytes, at most 255 of them


@contextmanager
def growing(path: Path) -> Iterator[Path]:
    """Give an empty folder; its file named as ``path`` takes the place of ``path`` when the block ends well.

    In there a file has its own name, by whose ending those that write it know its format.
    """
    with writing(path):
        own_folder(path.parent)
        aside = path.parent / f".{path.name}.{secrets.token_hex(4)}{PART}"
        aside.mkdir()
        try:
            yield aside
            whole = aside / path.name
            with whole.open("rb") as stream:
                os.fsync(stream.fileno())
            whole.replace(path)
            sync_folder(path.parent)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def zip_member(name: str) -> zipfile.ZipInfo:
    """A member of an archive that says nothing of when and where it was made."""
    about = zipfile.ZipInfo(name, _NEVER)
    about.external_attr = 0o644 << 16
    about.create_system = 3
    return about


def copied(path: Path) -> Iterator[bytes]:
    """What stands in a file, piece by piece."""
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            yield piece


def safe_name(number: int, count: int, title: str) -> str:
    """A chapter's name as a file, without ending: its number first, so that no name is one that a system keeps."""
    text = unicodedata.normalize("NFC", title)
    # Control characters, those that turn others around, and halves of one are not shown.
    unseen = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    text = _FORBIDDEN.sub(" ", "".join(" " if unicodedata.category(char) in unseen else char for char in text))
    text = " ".join(text.split()).strip(". ")
    data = text.encode("utf-8")[:_MOST_BYTES]
    text = data.decode("utf-8", "ignore").rstrip(". ")
    return f"{number:0{max(2, len(str(count)))}d} {text}".rstrip()
