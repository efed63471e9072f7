"""What the hubs have: the files of a repository with their sizes, hashes and addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from indextts.models.catalogue import Part, inside


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


class Hub(Protocol):
    """A place where models are published."""

    name: str

    def files(self, part: Part) -> list[RemoteFile]:
        """What ``part`` needs, as the hub lists it now. Raises :class:`HubError`."""
        ...


class HuggingFace:
    """Hugging Face, or a mirror that answers like it."""

    name = "huggingface"

    def __init__(self, endpoint: str, timeout_s: float = 30.0) -> None:
        """``endpoint`` empty: what ``huggingface_hub`` takes by itself, ``$HF_ENDPOINT`` first."""
        self._endpoint = endpoint.rstrip("/") or None
        self._timeout_s = timeout_s

    def files(self, part: Part) -> list[RemoteFile]:
        """See :class:`Hub`."""
        import httpx2
        from huggingface_hub import HfApi, hf_hub_url
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled

        refusals = (HfHubHTTPError, HFValidationError, OfflineModeIsEnabled, httpx2.HTTPError, OSError, ValueError)

        repository = part.repository(self.name)
        revision = part.revision or "main"
        try:
            info = HfApi(endpoint=self._endpoint).model_info(
                repository, revision=revision, files_metadata=True, timeout=self._timeout_s
            )
        except refusals as error:
            raise HubError(f"{repository}: {one_line(error)}") from error
        # What was listed is what is fetched, also when the branch moves on meanwhile.
        commit = info.sha or revision
        listed = [
            (file.rfilename, file.size, file.lfs.sha256 if file.lfs else None) for file in info.siblings or []
        ]
        return _needed(
            part, repository, listed,
            lambda path: hf_hub_url(repository, path, revision=commit, endpoint=self._endpoint),
        )  # fmt: skip


class ModelScope:
    """ModelScope, over plain HTTPS."""

    name = "modelscope"

    def __init__(self, endpoint: str, timeout_s: float = 30.0) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._timeout_s = timeout_s

    def files(self, part: Part) -> list[RemoteFile]:
        """See :class:`Hub`."""
        import httpx2

        repository = part.repository(self.name)
        revision = part.revision or "master"
        base = f"{self._endpoint}/api/v1/models/{quote(repository)}"
        try:
            answer = httpx2.get(
                f"{base}/repo/files", params={"Revision": revision, "Recursive": "true"}, timeout=self._timeout_s,
                follow_redirects=True,
            )  # fmt: skip
            answer.raise_for_status()
            listed = [
                (str(entry["Path"]), int(entry["Size"]), entry.get("Sha256") or None)
                for entry in answer.json()["Data"]["Files"] if entry["Type"] == "blob"
            ]  # fmt: skip
        except (httpx2.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
            raise HubError(f"{repository}: {one_line(error)}") from error
        return _needed(
            part, repository, listed,
            lambda path: f"{base}/repo?Revision={quote(revision)}&FilePath={quote(path, safe='')}",
        )  # fmt: skip


def _needed(
    part: Part, repository: str, listed: Iterable[tuple[str, int | None, str | None]], url: Callable[[str], str]
) -> list[RemoteFile]:
    """What ``part`` wants of the names, sizes and hashes that a hub has ``listed``."""
    wanted = sorted(entry for entry in listed if part.wants(entry[0]))
    missing = part.missing([path for path, _, _ in wanted])
    if missing:
        raise HubError(f"{repository}: there is no {', '.join(missing)}")
    try:
        return [
            RemoteFile(part.place(inside(path)), url(path), size, digest.lower() if digest else None,
                       part.least.get(path, 0))
            for path, size, digest in wanted
        ]  # fmt: skip
    except ValueError as error:
        raise HubError(f"{repository}: {error}") from error


def one_line(error: Exception) -> str:
    """What an error says, short enough for a sentence."""
    said = " ".join(str(error).split()).partition(" For more information check")[0]
    return (said or type(error).__name__)[:200]
