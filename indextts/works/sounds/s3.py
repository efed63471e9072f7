"""Objects in an S3-compatible store, by the client of the extra ``cluster``."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from indextts.model.errors import StudioError
from indextts.platform.serving_config import S3Config
from indextts.works.db.presence import Presence

_AMAZON: Final = "https://s3.amazonaws.com"
_CONNECT_S: Final = 5.0
_READ_S: Final = 30.0
_TRIES: Final = 2
_AWAY_S: Final = 10


class S3Objects:
    """The objects below a prefix of a bucket, by their names. Thread-safe; all raise :class:`StudioError`."""

    def __init__(self, bucket: str, prefix: str, given: S3Config, presence: Presence | None = None) -> None:
        self.presence = presence or Presence("store of sounds")
        environment = os.environ.get
        endpoint = urlsplit(given.endpoint or environment("AWS_ENDPOINT_URL") or _AMAZON)
        self.place = f"s3://{bucket}/{prefix}"
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._client = Minio(
            endpoint.netloc,
            access_key=given.access_key or environment("AWS_ACCESS_KEY_ID"),
            secret_key=given.secret_key or environment("AWS_SECRET_ACCESS_KEY"),
            region=given.region or environment("AWS_REGION") or "us-east-1",
            secure=endpoint.scheme == "https",
            http_client=urllib3.PoolManager(
                timeout=urllib3.Timeout(connect=_CONNECT_S, read=_READ_S),
                maxsize=16,
                retries=urllib3.Retry(total=_TRIES, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504]),
            ),
        )

    def has(self, name: str) -> bool:
        with self._telling():
            return _unless_missing(lambda: self._client.stat_object(self._bucket, self._prefix + name)) is not None

    def get(self, name: str) -> bytes | None:
        """What is there under that name."""

        def read() -> bytes:
            answer = self._client.get_object(self._bucket, self._prefix + name)
            try:
                return bytes(answer.read())
            finally:
                answer.close()
                answer.release_conn()

        with self._telling():
            found: bytes | None = _unless_missing(read)
        return found

    def put(self, name: str, data: bytes) -> None:
        with self._telling():
            stream = io.BytesIO(data)
            self._client.put_object(self._bucket, self._prefix + name, stream, len(data), content_type="audio/flac")

    def remove(self, name: str) -> None:
        with self._telling():
            self._client.remove_object(self._bucket, self._prefix + name)

    def listed(self) -> Iterator[tuple[str, int, float]]:
        """The names of all, their sizes, and when they were put there."""
        with self._telling():
            for one in self._client.list_objects(self._bucket, prefix=self._prefix, recursive=True):
                changed = one.last_modified.timestamp() if one.last_modified else time.time()
                yield (one.object_name or "").removeprefix(self._prefix), one.size or 0, changed

    @contextmanager
    def _telling(self) -> Iterator[None]:
        since = self.presence.misses
        try:
            yield
        except (MinioException, HTTPError, OSError, ValueError) as error:
            reason = getattr(error, "code", None) or _reason(error)
            away = StudioError("store_away", retry_after_s=_AWAY_S, place=self.place, reason=reason)
            self.presence.missed(away)
            raise away from error
        self.presence.reached(since)


def _reason(error: BaseException) -> str:
    """Why, in the system's words where it has some: "Connection refused", and not what a client has made of it."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    inner = getattr(error, "reason", None) or error.__cause__
    return _reason(inner) if isinstance(inner, BaseException) else type(error).__name__


def _unless_missing(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except S3Error as error:
        if error.code in ("NoSuchKey", "NoSuchObject"):
            return None
        raise
