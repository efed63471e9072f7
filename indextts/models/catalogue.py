"""Which models can be fetched, from where, and under which licence: ``configs/models.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from indextts.platform.config import load_table

HubName = Literal["huggingface", "modelscope", "release"]


def inside(path: str) -> str:
    """``path`` if it stays inside the folder that it is put into. Raises ``ValueError``."""
    parts = PurePosixPath(path).parts
    if path.startswith("/") or "\\" in path or ":" in path or ".." in parts or "\0" in path:
        raise ValueError("it should be a path inside the model's folder")
    return path


InnerPath = Annotated[str, Field(min_length=1), AfterValidator(inside)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class About(_Strict):
    """One line about a model, in both languages."""

    en: str
    zh: str


class Part(_Strict):
    """A repository and what is needed of it."""

    to: InnerPath = "."
    huggingface: str = ""
    modelscope: str = ""
    release: str = ""
    """A repository on GitHub whose release, named by ``revision``, has the files; each has its hash in ``sha256``."""
    revision: str | Mapping[HubName, str] = ""
    """Branch, tag or commit, of both hubs or by hub; empty for the hub's main branch."""
    files: Annotated[tuple[InnerPath, ...], Field(min_length=1)]
    """Names or patterns, all of which must be met."""
    optional: tuple[InnerPath, ...] = ()
    """Names or patterns of what is taken if it is there."""
    least: Mapping[str, Annotated[int, Field(ge=0)]] = {}
    """Bytes that a file has at least."""
    sha256: Mapping[InnerPath, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]] = {}
    """What a file must be, whatever a hub says of it."""
    sizes: Mapping[InnerPath, Annotated[int, Field(ge=0)]] = {}
    """Bytes that a file has, likewise."""
    also: tuple[InnerPath, ...] = ()
    """Folders in which another program keeps these files, where ``to`` does not have them."""
    named: Mapping[InnerPath, InnerPath] = {}
    """What it calls some of them there."""

    @model_validator(mode="after")
    def _somewhere(self) -> Part:
        if not (self.huggingface or self.modelscope or self.release):
            raise ValueError("a part needs a repository on one of the hubs")
        if self.release and not (self.revision_on("release") and {*self.files} <= {*self.sha256}):
            raise ValueError("a release needs its tag as revision, and the sha256 of each file")
        return self

    def repository(self, hub: str) -> str:
        return str(getattr(self, hub))

    def revision_on(self, hub: HubName) -> str:
        """What is asked for on a hub; empty for its main branch."""
        return self.revision if isinstance(self.revision, str) else self.revision.get(hub, "")

    def wants(self, path: str) -> bool:
        return any(fnmatchcase(path, pattern) for pattern in (*self.files, *self.optional))

    def missing(self, paths: Sequence[str]) -> list[str]:
        """What of ``files`` is met by none of ``paths``."""
        return [pattern for pattern in self.files if not any(fnmatchcase(path, pattern) for path in paths)]

    def is_other(self, path: str, size: int | None, digest: str | None) -> bool:
        """Whether a file is known to be another than the catalogue says; ``None`` is not known."""
        right_size, right_digest = self.sizes.get(path), self.sha256.get(path)
        return (None not in (right_size, size) and right_size != size) or (
            None not in (right_digest, digest) and right_digest != digest
        )

    def place(self, path: str) -> str:
        """Where a file of the repository goes, in the model's folder."""
        return str(PurePosixPath(self.to) / path)


class CatalogueEntry(_Strict):
    """A model that can be fetched."""

    about: About
    licence: str
    bytes: Annotated[int, Field(ge=0)]
    """Size, about."""
    extra: str
    """What has to be installed beside it."""
    unlike: Mapping[InnerPath, re.Pattern[str]] = {}
    """What stands in no file of this model, but in the file of that name of another version."""
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]


def load_catalogue(path: Path) -> dict[str, CatalogueEntry]:
    """Read the table, ``name → entry``. Raises :class:`StudioError` ``bad_config`` naming what is wrong."""
    return load_table(path, TypeAdapter(dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")], CatalogueEntry]))
