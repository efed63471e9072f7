"""What the hubs have: the files of a repository with their sizes, hashes and addresses."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from indextts.models.catalogue import HubName, Part, inside

_LARGEST: Final = 1 << 40
"""Bytes; no file of a model is larger."""
_ENDLESS: Final = "its list of files does not end"
_ODD: Final = "its list of files cannot be understood"

_Listed = tuple[list[tuple[Any, Any, Any]], Callable[[str], str]]
"""Names, sizes and hashes of files as a hub gives them, and the address of a name."""


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


@dataclass(frozen=True)
class Hub:
    """A place where models are published: Hugging Face, ModelScope, or a mirror that answers like one of them."""

    name: HubName
    """As the catalogue calls it."""
    endpoint: str
    """Empty for Hugging Face: what ``huggingface_hub`` takes by itself, ``$HF_ENDPOINT`` first."""
    bounds: Bounds = Bounds()

    def files(self, part: Part) -> list[RemoteFile]:
        """What ``part`` needs, as the hub lists it now. Raises :class:`HubError`."""
        import httpx2

        repository = part.repository(self.name)
        ask = self._huggingface if self.name == "huggingface" else self._modelscope
        try:
            listed, url = ask(repository, part.revision_on(self.name))
            checked = [_checked(*entry) for entry in listed]
            wanted = {path: (size, digest) for path, size, digest in checked if part.wants(path)}
            if missing := part.missing(list(wanted)):
                raise HubError(f"there is no {', '.join(missing)}")
            return [_remote(part, path, url(path), *wanted[path]) for path in sorted(wanted)]
        except HubError as error:
            raise HubError(f"{repository}: {error}") from error
        except (KeyError, TypeError, AttributeError) as error:
            raise HubError(f"{repository}: {_ODD}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, RecursionError) as error:
            raise HubError(f"{repository}: {one_line(error)}") from error

    def _huggingface(self, repository: str, revision: str) -> _Listed:
        from huggingface_hub import constants, get_token, hf_hub_url

        if constants.HF_HUB_OFFLINE:
            raise HubError("HF_HUB_OFFLINE is set")
        revision, endpoint = revision or "main", self.endpoint.rstrip("/") or constants.ENDPOINT
        url = f"{endpoint}/api/models/{quote(repository)}/revision/{quote(revision, safe='')}"
        # Asked here and not by huggingface_hub, which would read an answer of any length.
        token = get_token()
        said = self._asked(url, {"blobs": "true"}, {"Authorization": f"Bearer {token}"} if token else {})
        listed = [
            (file["rfilename"], file.get("size"), (file.get("lfs") or {}).get("sha256"))
            for file in self._few(said["siblings"])
        ]
        # What was listed is what is fetched, also when the branch moves on meanwhile.
        commit = str(said.get("sha") or revision)
        return listed, lambda path: hf_hub_url(repository, path, revision=commit, endpoint=endpoint)

    def _modelscope(self, repository: str, revision: str) -> _Listed:
        revision, base = revision or "master", f"{self.endpoint.rstrip('/')}/api/v1/models/{quote(repository)}"
        said = self._asked(f"{base}/repo/files", {"Revision": revision, "Recursive": "true"}, {})
        listed = [
            (entry["Path"], entry["Size"], entry.get("Sha256"))
            for entry in self._few(said["Data"]["Files"])
            if entry["Type"] == "blob"
        ]
        place = f"{base}/repo?Revision={quote(revision, safe='')}&FilePath="
        return listed, lambda path: place + quote(path, safe="")

    def _asked(self, url: str, question: Mapping[str, str], headers: Mapping[str, str]) -> Mapping[str, Any]:
        """What the hub answers, read no further than the bounds."""
        import httpx2

        ends = time.monotonic() + self.bounds.seconds
        read = bytearray()
        # Redirects go to http and https alone: the client knows nothing else.
        with httpx2.stream(
            "GET", url, params=question, headers=headers, timeout=self.bounds.silence_s, follow_redirects=True
        ) as answer:
            answer.raise_for_status()
            for piece in answer.iter_bytes():
                read += piece
                if len(read) > self.bounds.bytes or time.monotonic() > ends:
                    raise HubError(_ENDLESS)
        said = json.loads(read)
        if not isinstance(said, Mapping):
            raise HubError(_ODD)
        return said

    def _few(self, entries: Any) -> list[Any]:
        if not isinstance(entries, list):
            raise HubError(_ODD)
        if len(entries) > self.bounds.entries:
            raise HubError(_ENDLESS)
        return entries


def _checked(path: Any, size: Any, digest: Any) -> tuple[str, int | None, str | None]:
    """What a hub says of a file."""
    known = isinstance(size, int) and not isinstance(size, bool) and 0 <= size <= _LARGEST
    digest = digest.lower() if isinstance(digest, str) and digest else None
    odd = digest is not None and not re.fullmatch("[0-9a-f]{64}", digest)
    if odd or not isinstance(path, str) or not (size is None or known):
        raise HubError(_ODD)
    return path, size, digest


def _remote(part: Part, path: str, url: str, size: int | None, digest: str | None) -> RemoteFile:
    if part.is_other(path, size, digest):
        raise HubError(f"{path} is another file there than the catalogue says")
    size, digest = part.sizes.get(path, size), part.sha256.get(path, digest)
    return RemoteFile(part.place(inside(path)), url, size, digest, part.least.get(path, 0))


def one_line(error: Exception) -> str:
    """What an error says, short enough for a sentence."""
    said = " ".join(str(error).split()).partition(" For more information check")[0]
    return (said or type(error).__name__)[:200]
