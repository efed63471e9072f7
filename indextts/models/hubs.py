"""What the hubs have: the files of a repository with their sizes, hashes and addresses."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import quote

from indextts.models.catalogue import HubName, Part, inside

_LARGEST: Final = 1 << 40
"""Bytes; no file of a model is larger."""
_ENDLESS: Final = "its list of files does not end"
_ODD: Final = "its list of files cannot be understood"


class HubError(Exception):
    """A hub that cannot be asked, or that has not what is asked for; the text is one line for a person."""


@dataclass(frozen=True)
class RemoteFile:
    """One file to be fetched."""

    path: str
    """Where it goes, in the model's folder."""
    url: str
    bytes: int | None
    """Its size, where the hub tells it."""
    sha256: str | None
    """Its hash, where the hub tells it."""
    least: int = 0
    """Bytes that it has at least."""


@dataclass(frozen=True)
class Bounds:
    """Where a hub's list of files ends, whatever the hub thinks."""

    bytes: int = 16 * 1024**2
    entries: int = 20_000
    seconds: float = 60.0
    """From the question to the answer's last byte."""
    silence_s: float = 30.0
    """Without a byte."""


class Hub(Protocol):
    """A place where models are published."""

    @property
    def name(self) -> HubName:
        """As the catalogue calls it."""
        ...

    def files(self, part: Part) -> list[RemoteFile]:
        """What ``part`` needs, as the hub lists it now. Raises :class:`HubError`."""
        ...


class HuggingFace:
    """Hugging Face, or a mirror that answers like it."""

    name: Final = "huggingface"

    def __init__(self, endpoint: str, bounds: Bounds = Bounds()) -> None:
        """``endpoint`` empty: what ``huggingface_hub`` takes by itself, ``$HF_ENDPOINT`` first."""
        self._endpoint = endpoint.rstrip("/")
        self._bounds = bounds

    def files(self, part: Part) -> list[RemoteFile]:
        from huggingface_hub import constants, get_token, hf_hub_url

        repository = part.repository(self.name)
        if constants.HF_HUB_OFFLINE:
            raise HubError(f"{repository}: HF_HUB_OFFLINE is set")
        revision = part.revision_on(self.name) or "main"
        endpoint = self._endpoint or constants.ENDPOINT
        url = f"{endpoint}/api/models/{quote(repository)}/revision/{quote(revision, safe='')}"
        # Asked here and not by huggingface_hub, which would read an answer of any length.
        token = get_token()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        said = _asked(repository, url, {"blobs": "true"}, headers, self._bounds)
        with _readable(repository):
            listed = [
                (file["rfilename"], file.get("size"), (file.get("lfs") or {}).get("sha256"))
                for file in _few(said["siblings"], self._bounds)
            ]
            # What was listed is what is fetched, also when the branch moves on meanwhile.
            commit = str(said.get("sha") or revision)
        return _needed(
            part, repository, listed, lambda path: hf_hub_url(repository, path, revision=commit, endpoint=endpoint)
        )


class ModelScope:
    """ModelScope, over plain HTTPS."""

    name: Final = "modelscope"

    def __init__(self, endpoint: str, bounds: Bounds = Bounds()) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._bounds = bounds

    def files(self, part: Part) -> list[RemoteFile]:
        repository = part.repository(self.name)
        revision = part.revision_on(self.name) or "master"
        base = f"{self._endpoint}/api/v1/models/{quote(repository)}"
        asked = {"Revision": revision, "Recursive": "true"}
        said = _asked(repository, f"{base}/repo/files", asked, {}, self._bounds)
        with _readable(repository):
            listed = [
                (entry["Path"], entry["Size"], entry.get("Sha256"))
                for entry in _few(said["Data"]["Files"], self._bounds)
                if entry["Type"] == "blob"
            ]
        return _needed(
            part, repository, listed,
            lambda path: f"{base}/repo?Revision={quote(revision, safe='')}&FilePath={quote(path, safe='')}",
        )  # fmt: skip


def _asked(
    repository: str, url: str, question: Mapping[str, str], headers: Mapping[str, str], bounds: Bounds
) -> Mapping[str, Any]:
    """What a hub answers, read no further than ``bounds``. Raises :class:`HubError`."""
    import httpx2

    ends = time.monotonic() + bounds.seconds
    read = bytearray()
    # Redirects go to http and https alone: the client knows nothing else.
    try:
        with httpx2.stream(
            "GET", url, params=question, headers=headers, timeout=bounds.silence_s, follow_redirects=True
        ) as answer:
            answer.raise_for_status()
            for piece in answer.iter_bytes():
                read += piece
                if len(read) > bounds.bytes or time.monotonic() > ends:
                    raise HubError(f"{repository}: {_ENDLESS}")
        said = json.loads(read)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, RecursionError) as error:
        raise HubError(f"{repository}: {one_line(error)}") from error
    if not isinstance(said, Mapping):
        raise HubError(f"{repository}: {_ODD}")
    return said


def _few(entries: Any, bounds: Bounds) -> list[Any]:
    if not isinstance(entries, list):
        raise TypeError(_ODD)
    if len(entries) > bounds.entries:
        raise HubError(_ENDLESS)
    return entries


@contextmanager
def _readable(repository: str) -> Iterator[None]:
    """Turns an answer that is not as it should be into a :class:`HubError`."""
    try:
        yield
    except HubError as error:
        raise HubError(f"{repository}: {error}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise HubError(f"{repository}: {_ODD}") from error


def _needed(
    part: Part, repository: str, listed: Iterable[tuple[Any, Any, Any]], url: Callable[[str], str]
) -> list[RemoteFile]:
    """What ``part`` wants of the names, sizes and hashes that a hub has ``listed``."""
    try:
        checked = [_entry(*entry) for entry in listed]
        wanted = {path: (size, digest) for path, size, digest in checked if part.wants(path)}
        missing = part.missing(list(wanted))
        if missing:
            raise ValueError(f"there is no {', '.join(missing)}")
        return [_remote(part, path, url(path), *wanted[path]) for path in sorted(wanted)]
    except ValueError as error:
        raise HubError(f"{repository}: {error}") from error


def _entry(path: Any, size: Any, digest: Any) -> tuple[str, int | None, str | None]:
    """What a hub says of a file, checked. Raises ``ValueError``."""
    known = isinstance(size, int) and not isinstance(size, bool) and 0 <= size <= _LARGEST
    if not isinstance(path, str) or not (size is None or known):
        raise ValueError(_ODD)
    digest = digest.lower() if isinstance(digest, str) and digest else None
    if digest is not None and not re.fullmatch("[0-9a-f]{64}", digest):
        raise ValueError(_ODD)
    return path, size, digest


def _remote(part: Part, path: str, url: str, size: int | None, digest: str | None) -> RemoteFile:
    if part.is_other(path, size, digest):
        raise ValueError(f"{path} is another file there than the catalogue says")
    return RemoteFile(
        part.place(inside(path)), url, part.sizes.get(path, size), part.sha256.get(path, digest),
        part.least.get(path, 0),
    )  # fmt: skip


def one_line(error: Exception) -> str:
    """What an error says, short enough for a sentence."""
    said = " ".join(str(error).split()).partition(" For more information check")[0]
    return (said or type(error).__name__)[:200]
