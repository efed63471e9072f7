"""One error type for everything a person can be told, in the person's own language.

Code raises ``StudioError("text_empty")``; the server, the page and the command line turn it into their
own form with :meth:`StudioError.localise`. The sentences are the catalogues ``indextts/model/i18n/words/*.yaml``.
"""

from __future__ import annotations

import errno
from typing import Final

from indextts.model.i18n.messages import Bilingual, Language, message

WATCHED: Final = frozenset({"database_away", "store_away"})
"""Codes that are logged in one place only (:mod:`indextts.works.db.presence`), however many run into them."""

_REFUSED: Final = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "系统不允许这样做",
    errno.EISDIR: "它是一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ELOOP: "链接绕回了自身",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.EBADF: "它没有打开，或不能这样使用",
}


class StudioError(Exception):
    """Something that a caller did, or a state of the machine, that one clear sentence explains.

    ``code`` names an entry of the catalogues; ``details`` fill its braces,
    those that are words in a sentence as :class:`indextts.model.i18n.messages.Bilingual`.
    ``retry_after_s`` says when it is worth asking again (HTTP's ``Retry-After``), where waiting helps.
    """

    def __init__(self, code: str, /, retry_after_s: int | None = None, **details: object) -> None:
        self.code = code
        self.details = details
        self.retry_after_s = retry_after_s
        super().__init__(" ".join(self.localise("en")))

    @property
    def status(self) -> int:
        """The HTTP status that fits: 4xx for the caller's mistakes, 5xx for ours."""
        return message(self.code).status

    def localise(self, language: Language) -> tuple[str, str]:
        """``(message, hint)`` in ``language``: what happened, and what to do next."""
        said = message(self.code)
        details = {
            name: value.of(language) if isinstance(value, Bilingual) else value for name, value in self.details.items()
        }
        details = {"retry_after_s": self.retry_after_s, **details}
        return said.happened.of(language).format(**details), said.hint.of(language).format(**details)


def because(code: str, english: str, chinese: str) -> StudioError:
    """The error ``code`` with its reason in words."""
    return StudioError(code, reason=Bilingual(english, chinese))


def reason_of(error: OSError) -> Bilingual:
    """Why the operating system has refused something, in a sentence; what is rare is said in its own English words."""
    said = error.strerror or str(error)
    return Bilingual(f"{said}.", f"{_REFUSED.get(error.errno or 0, said)}。")


def invalid(field: str, english: str, chinese: str) -> StudioError:
    """The refusal of a field's value, with what is wrong with it."""
    return StudioError("invalid_value", field=field, reason=Bilingual(english, chinese))


def printable(value: object, most: int = 40) -> str:
    """A foreign value as it may stand in a message: on one line, without what is not text, ``most`` characters."""
    text = " ".join(str(value).encode("utf-8", "replace").decode("utf-8").split())
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return text if len(text) <= most else f"{text[: most - 1]}…"
