"""Asking the hubs what they have, and fetching one file of it.

A fetch goes on where it was broken off, and a file is only ever there whole, with the right size and hash.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from indextts.models.catalogue import HubName, Part, inside
from indextts.platform.run import Cancel
from indextts.platform.storage.files import PART, own_folder, sha256_file, sync_folder, writing

if TYPE_CHECKING:
    from httpx2 import Client

_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which it is worth asking again."""
_MOST_UNTOLD: Final = 1024**3
"""Assumed bytes of a file of unknown size."""
_LARGEST: Final = 1 << 40
"""Bytes; no file of a model is larger."""
_ENDLESS: Final = "its list of files does not end"
_ERRNO: Final = re.compile(r"\[Errno -?\d+\] ")
_ODD: Final = "its list of files cannot be understood"

_Listed = tuple[list[tuple[Any, Any, Any]], Callable[[str], str]]
"""Names, sizes and hashes of files as a hub gives them, and the address of a name."""

log = logging.getLogger(__name__)


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
class HubPatience:
    """How long to wait for a hub, and for how much."""

    attempts: int = 6
    """Tries in a row that bring nothing new before a file is given up."""
    pause_s: float = 1.0
    """Before the second try; twice as long before each further one, at most half a minute."""
    timeout_s: float = 30.0
    """Without a byte."""
    list_s: float = 60.0
    """From the question for a list of files to the answer's last byte."""
    list_bytes: int = 16 * 1024**2
    list_entries: int = 20_000


@dataclass(frozen=True)
class Hub:
    """A place where models are published: Hugging Face, ModelScope, GitHub's releases, or a mirror of one of them."""

    name: HubName
    """As the catalogue calls it."""
    endpoint: str
    """Empty for Hugging Face: what ``huggingface_hub`` takes by itself, ``$HF_ENDPOINT`` first."""
    patience: HubPatience

    def files(self, part: Part) -> list[RemoteFile]:
        """What ``part`` needs, as the hub lists it now. Raises :class:`HubError`."""
        import httpx2

        repository = part.repository(self.name)
        if self.name == "release":
            place = f"{self.endpoint.rstrip('/')}/{repository}/releases/download/{part.revision_on(self.name)}/"
            return [_remote(part, path, place + quote(path), None, None) for path in part.files]
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
            raise HubError(f"{repository}: {_one_line(error)}") from error

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
        """What the hub answers, read no further than the patience goes."""
        import httpx2

        ends = time.monotonic() + self.patience.list_s
        read = bytearray()
        # Redirects go to http and https alone: the client knows nothing else.
        with httpx2.stream(
            "GET", url, params=question, headers=headers, timeout=self.patience.timeout_s, follow_redirects=True
        ) as answer:
            answer.raise_for_status()
            for piece in answer.iter_bytes():
                read += piece
                if len(read) > self.patience.list_bytes or time.monotonic() > ends:
                    raise HubError(_ENDLESS)
        said = json.loads(read)
        if not isinstance(said, Mapping):
            raise HubError(_ODD)
        return said

    def _few(self, entries: Any) -> list[Any]:
        if not isinstance(entries, list):
            raise HubError(_ODD)
        if len(entries) > self.patience.list_entries:
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


class Downloader:
    """Fetches files with one client. Thread-safe."""

    def __init__(
        self, client: Client, patience: HubPatience, cancel: Cancel, received: Callable[[str, int], None]
    ) -> None:
        """``received(path, bytes)`` hears of every change of what is there of a file, downwards as well."""
        self._client = client
        self._patience = patience
        self._cancel = cancel
        self._received = received

    def fetch(self, file: RemoteFile, folder: Path) -> str:
        """Put ``file`` into ``folder`` and answer with its SHA-256; what is there already and right is not fetched.

        Raises :class:`HubError` where it cannot be had, :class:`indextts.model.errors.StudioError` where it cannot be
        written or the fetching was cancelled.
        """
        target = folder / file.path
        part = target.with_name(target.name + PART)
        with writing(target):
            own_folder(target.parent)
            if target.is_file():
                digest, wrong = _looked_at(file, target)
                if not wrong:
                    self._received(file.path, target.stat().st_size)
                    return digest
                target.unlink()
            digest = self._complete(file, part)
            part.replace(target)
            _note(part).unlink(missing_ok=True)
            sync_folder(target.parent)
        return digest

    def _complete(self, file: RemoteFile, part: Path) -> str:
        """Fetch until ``part`` is whole; a whole file with a wrong hash is fetched once more from its beginning."""
        wrong = ""
        for _ in range(2):
            self._all_bytes(file, part)
            digest, wrong = _looked_at(file, part)
            if not wrong:
                return digest
            log.warning("%s: %s; once more", file.path, wrong)
            part.unlink()
            self._received(file.path, 0)
        raise HubError(f"{file.path}: {wrong}")

    def _all_bytes(self, file: RemoteFile, part: Path) -> None:
        import httpx2

        failures = 0
        while True:
            before = part.stat().st_size if part.exists() else 0
            try:
                self._bytes(file, part)
                return
            except httpx2.UnsupportedProtocol as error:
                raise HubError(f"{file.path}: {_one_line(error)}") from error
            except (httpx2.HTTPError, _PassingError) as error:
                # What brings the file forward is no failure: a line that breaks every minute gets there too.
                failures = 0 if part.exists() and part.stat().st_size > before else failures + 1
                if failures >= self._patience.attempts:
                    raise HubError(f"{file.path}: {_one_line(error)}") from error
                log.info("%s: %s; trying again", file.path, _one_line(error))
                self._wait(min(30.0, self._patience.pause_s * 2 ** max(0, failures - 1)))

    def _bytes(self, file: RemoteFile, part: Path) -> None:
        """One request: the rest of the file, or all of it where the hub does not go on."""
        there = part.stat().st_size if part.exists() else 0
        if there and (file.bytes is not None and there >= file.bytes):
            return
        headers, mark = {"Accept-Encoding": "identity"}, "W/"
        with contextlib.suppress(OSError, UnicodeDecodeError):
            mark = _note(part).read_text(encoding="utf-8")
        if there and file.sha256:  # Whatever comes, the hash decides in the end.
            headers["Range"] = f"bytes={there}-"
        elif there and mark and not mark.startswith("W/"):
            headers |= {"Range": f"bytes={there}-", "If-Range": mark}
        with self._client.stream("GET", file.url, headers=headers) as answer:
            if answer.status_code == 416:
                part.unlink()  # More is there than the hub has: another file.
                raise _PassingError("what is there does not fit")
            if answer.status_code in _PASSING:
                raise _PassingError(f"HTTP {answer.status_code}")
            if answer.status_code not in (200, 206):
                raise HubError(f"{file.path}: HTTP {answer.status_code}")
            start = there if answer.status_code == 206 else 0
            if start and not answer.headers.get("content-range", "").startswith(f"bytes {there}-"):
                part.unlink()
                raise _PassingError("the hub sent another piece than was asked for")
            length = answer.headers.get("content-length", "")
            said = start + int(length) if length.isdigit() else None
            size = file.bytes if file.bytes is not None else said
            most = _MOST_UNTOLD if size is None else size
            if said is not None and said > most:
                raise _too_much(file, part, most)
            _note(part).write_text(answer.headers.get("etag", ""), encoding="utf-8")
            with part.open("r+b" if start else "wb") as stream:
                stream.seek(start)
                stream.truncate()
                done = start
                try:
                    for chunk in answer.iter_raw():  # as they come: what waits for more is lost when the line breaks
                        self._cancel.check()
                        if done + len(chunk) > most:
                            raise _too_much(file, part, most)
                        stream.write(chunk)
                        done += len(chunk)
                        self._received(file.path, done)
                finally:
                    stream.flush()
                    os.fsync(stream.fileno())
        if size is not None and done < size:
            raise _PassingError(f"broken off at {done} of {size} bytes")

    def _wait(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._cancel.check()
            time.sleep(min(0.1, seconds))


class _PassingError(Exception):
    pass


def _looked_at(file: RemoteFile, path: Path) -> tuple[str, str]:
    """The hash of what has come, and what is wrong with it: empty where nothing is."""
    size = path.stat().st_size
    if file.bytes is not None and size != file.bytes:
        return "", f"{size} bytes came instead of {file.bytes}"
    if size < file.least:
        return "", f"only {size} bytes were received, too few for a model"
    digest = sha256_file(path)
    return digest, "" if file.sha256 in (None, digest) else "its hash is not the published one"


def _too_much(file: RemoteFile, part: Path, most: int) -> HubError:
    """More comes than a file has: what is there is nothing to go on with."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)
    return HubError(f"{file.path}: the hub sends more than the {most} bytes that it should have")


def _note(part: Path) -> Path:
    """Beside a part: which state of the file it is a part of (the hub's ETag)."""
    return part.with_name(f"{part.name}.etag")


def _one_line(error: Exception) -> str:
    """What an error says, short enough for a sentence."""
    said = _ERRNO.sub("", " ".join(str(error).split())).partition(" For more information check")[0]
    return (said or type(error).__name__)[:200]
