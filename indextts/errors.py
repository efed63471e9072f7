"""One error type for everything a person can be told, in the person's own language.

Code raises ``StudioError("text_empty")``; the server, the page and the command line turn it into their
own form with :meth:`StudioError.localise`. The sentences live in :mod:`indextts.i18n.messages`.
"""

from __future__ import annotations

from indextts.i18n.messages import MESSAGES, Bilingual, Language


class StudioError(Exception):
    """Something that a caller did, or a state of the machine, that one clear sentence explains.

    ``code`` names an entry of :data:`indextts.i18n.messages.MESSAGES`; ``details`` fill its braces,
    those that are words in a sentence as :class:`indextts.i18n.messages.Bilingual`.
    ``retry_after_s`` says when it is worth asking again (HTTP's ``Retry-After``), where waiting helps.
    """

    def __init__(self, code: str, /, retry_after_s: int | None = None, **details: object) -> None:
        self.code = code
        self.details = details
        self.retry_after_s = retry_after_s
        message, hint = self.localise("en")
        super().__init__(f"{message} {hint}")

    @property
    def status(self) -> int:
        """The HTTP status that fits: 4xx for the caller's mistakes, 5xx for ours."""
        return MESSAGES[self.code].status

    def localise(self, language: Language) -> tuple[str, str]:
        """``(message, hint)`` in ``language``: what happened, and what to do next."""
        entry = MESSAGES[self.code]
        message, hint = entry.zh if language == "zh" else entry.en
        values: dict[str, object] = {"retry_after_s": self.retry_after_s}
        for name, value in self.details.items():
            values[name] = (value.zh if language == "zh" else value.en) if isinstance(value, Bilingual) else value
        return message.format(**values), hint.format(**values)


def shown(value: object) -> str:
    """A value as it may stand in a message: short, on one line, without characters that are not text."""
    text = str(value).encode("utf-8", "replace").decode("utf-8")
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return text if len(text) <= 40 else text[:39] + "…"
