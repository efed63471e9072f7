"""Rights to use engines, voices, models and packages commercially: ``commercial`` in ``configs/licences.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from indextts.model.i18n.messages import Bilingual
from indextts.model.sources import Commercial
from indextts.platform import paths as places
from indextts.platform.config import load_table

TABLE: Final = Path("configs/licences.yaml")

Kind = Literal["engine", "voice", "model", "package"]

_Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Words(_Strict):
    en: _Text
    zh: _Text


class Right(_Strict):
    """An engine, voice, model or package, and whether it may be used commercially."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    kind: Kind
    commercial: Commercial
    brought_by: Annotated[str, Field(alias="with")] = ""
    """The extra or model that brings it; empty for the default installation."""
    files: tuple[_Text, ...] = ()
    """Files in ``assets/`` that it is."""
    name_in: Annotated[_Words, Field(alias="name")]
    reason_in: Annotated[_Words, Field(alias="reason")]
    instead_in: Annotated[_Words | None, Field(alias="instead")] = None

    @property
    def name(self) -> Bilingual:
        """The name of the thing in both languages."""
        return Bilingual(self.name_in.en, self.name_in.zh)

    @property
    def reason(self) -> Bilingual:
        """Why it may be used so, or may not."""
        return Bilingual(self.reason_in.en, self.reason_in.zh)

    @property
    def instead(self) -> Bilingual:
        """Another way for a commercial user; empty where the thing may be used."""
        return Bilingual(self.instead_in.en, self.instead_in.zh) if self.instead_in else Bilingual("", "")

    @model_validator(mode="after")
    def _has_another_way(self) -> Right:
        if (self.commercial == "yes") == (self.instead_in is not None):
            raise ValueError("what may not be used says what to do instead, and nothing else does")
        return self


class _Licences(BaseModel):
    commercial: tuple[Right, ...]

    @model_validator(mode="after")
    def _once_each(self) -> _Licences:
        if len({right.id for right in self.commercial}) < len(self.commercial):
            raise ValueError("each id stands once")
        return self


def rights() -> tuple[Right, ...]:
    """All rows, in their order. Raises :class:`StudioError` ``bad_config`` naming what is wrong."""
    form: TypeAdapter[Any] = TypeAdapter(_Licences)
    return tuple(load_table(places.placed(TABLE), form).commercial)
