"""The keys by which callers are known: kept in a file, hashed, with names and limits; or given by the environment.

    keys = Keys(config)
    keys.match("its_…")     # the Key, or None
    keys.add("anna", rate="60/minute")   # (Key, secret): the secret is told once, and stands nowhere

A secret made here is 256 random bits, so its plain SHA-256 cannot be turned back by trying. The file is read again
whenever it has changed: a key that is removed is void within a second.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from indextts.model.errors import StudioError, because, printable
from indextts.platform.config import Config, load_kept
from indextts.platform.setting_files import RATE
from indextts.platform.storage.files import write_file
from indextts.platform.storage.shared_file import SharedFile, file_state
from indextts.service.caller import UNLIMITED, Caller, CallerLimit
from indextts.service.owner import owner_of_key

ENVIRONMENT: Final = "INDEXTTS_KEYS"
FIRST: Final = "first"
"""Name of the key that a start makes where one is needed and there is none."""

_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
_PREFIX: Final = "its_"
_LEAST_SECRET: Final = 16
"""Minimum characters of a secret chosen by a person: shorter ones can be found by trying."""
_LONGEST_SECRET: Final = 512
_MOST_AT_ONCE: Final = 1024


@dataclass(frozen=True)
class AccessKey:
    """One key, without its secret."""

    name: str
    hash: str
    """``sha256:`` and the digest of the secret."""
    limit: CallerLimit = UNLIMITED
    admin: bool = False

    def caller(self, *, by_login: bool = False) -> Caller:
        """The holder of the key."""
        return Caller("key", self.name, owner_of_key(self.name), self.limit, self.admin, by_login)


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=f"^{_NAME}$")]
    hash: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
    rate: Annotated[str, Field(pattern=f"{RATE}|^$")] = ""
    at_once: Annotated[int, Field(ge=0, le=_MOST_AT_ONCE)] = 0
    admin: bool = False


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: tuple[_Row, ...] = ()


_FORM: Final = TypeAdapter(_Table)


class Keys:
    """All keys of one configuration. Thread-safe."""

    def __init__(self, config: Config, environment: Mapping[str, str] = os.environ) -> None:
        """Raises :class:`StudioError` ``kept_damaged`` or ``bad_keys`` where they cannot be read as they stand."""
        self.path: Final = config.keys_path
        self._fixed = _from_environment(environment.get(ENVIRONMENT, ""))
        self._file = SharedFile(self.path, self._read)

    def all(self) -> tuple[AccessKey, ...]:
        """As they stand now, the file's first."""
        return tuple(self._file.value.values())

    def find(self, name: str) -> AccessKey | None:
        """The key of that name."""
        return self._file.value.get(name)

    def match(self, secret: str) -> AccessKey | None:
        """The key whose secret this is. It takes as long whichever it is, and where there is none."""
        given, found = hash_of(secret[:_LONGEST_SECRET]), None
        for key in self._file.value.values():
            if hmac.compare_digest(key.hash, given):
                found = key
        return found

    def rate_of(self, client: str) -> str:
        """The rate of a client as :func:`indextts.service.rate_limit.client_of` names it; empty for the usual one."""
        key = self.find(client.removeprefix("key:")) if client.startswith("key:") else None
        return "" if key is None else key.limit.rate

    def at_once_of(self, client: str) -> int:
        """How many texts of that client may be spoken or wait at the same time; 0 for as many as of anybody."""
        key = self.find(client.removeprefix("key:")) if client.startswith("key:") else None
        return 0 if key is None else key.limit.at_once

    # ------------------------------------------------------------------ changing the file

    def add(self, name: str, limit: CallerLimit = UNLIMITED, *, admin: bool = False) -> tuple[AccessKey, str]:
        """Make a key; itself, and its secret, which is kept nowhere. Raises :class:`StudioError` ``bad_keys``."""
        if not re.fullmatch(_NAME, name):
            raise because(
                "bad_keys",
                f"“{printable(name)}” is not a valid key name: use letters, digits, “_”, “.” and “-”",
                f"“{printable(name)}”不能作密钥名称，只能用字母、数字、“_”、“.”和“-”",
            )
        if limit.rate and not re.fullmatch(RATE, limit.rate):
            raise because(
                "bad_keys",
                f"“{printable(limit.rate)}” is not a rate such as 60/minute",
                f"“{printable(limit.rate)}”不是 60/minute 这样的频率",
            )
        if not 0 <= limit.at_once <= _MOST_AT_ONCE:
            raise because(
                "bad_keys",
                f"{limit.at_once} at once is not a number from 0 (no limit of its own) to {_MOST_AT_ONCE}",
                f"同时 {limit.at_once} 项不在 0（不单独限制）到 {_MOST_AT_ONCE} 之间",
            )
        secret = _PREFIX + secrets.token_urlsafe(32)
        with self._changing() as kept:
            if name in {**kept, **self._fixed}:
                raise because("bad_keys", f"there is a key “{name}” already", f"已有名为“{name}”的密钥")
            kept[name] = AccessKey(name, hash_of(secret), limit, admin)
        return kept[name], secret

    def remove(self, name: str) -> AccessKey:
        """Void a key. Raises :class:`StudioError` ``no_key``."""
        with self._changing() as kept:
            if name not in kept:
                raise StudioError("no_key", name=printable(name))
            return kept.pop(name)

    @contextmanager
    def _changing(self) -> Iterator[dict[str, AccessKey]]:
        """The file's keys, written back at the end."""
        with self._file.changing():
            kept = _from_file(self.path)
            yield kept
            rows = [_row(key) for key in kept.values()]
            text = yaml.safe_dump({"keys": rows}, sort_keys=False, allow_unicode=True)
            write_file(self.path, text.encode(), mode=0o600)

    def _read(self, path: Path) -> Mapping[str, AccessKey]:
        kept = _from_file(path)
        for name in kept.keys() & self._fixed.keys():
            raise because(
                "bad_keys",
                f"“{name}” is defined both in {path} and in {ENVIRONMENT}",
                f"“{name}”同时出现在 {path} 和 {ENVIRONMENT} 里",
            )
        return {**kept, **self._fixed}


def first_key_file(config: Config) -> Path:
    """Path of the secret of the key made on start, so that the operator can read it."""
    return config.cache_path / "first-key.txt"


def forget_first(config: Config, key: AccessKey) -> None:
    """Delete that file where ``key`` is what stands in it."""
    file = first_key_file(config)
    with suppress(OSError):
        if hash_of(file.read_text(encoding="utf-8").strip()) == key.hash:
            file.unlink()


def hash_of(secret: str) -> str:
    """What is kept of a secret."""
    return "sha256:" + hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _from_file(path: Path) -> dict[str, AccessKey]:
    if file_state(path) is None:
        return {}
    rows = load_kept(path, _FORM).keys
    keys = {row.name: AccessKey(row.name, row.hash, CallerLimit(row.rate, row.at_once), row.admin) for row in rows}
    if len(keys) < len(rows):
        raise because("bad_keys", f"a name occurs twice in {path}", f"{path} 里有重复的名称")
    return keys


def _from_environment(text: str) -> dict[str, AccessKey]:
    keys: dict[str, AccessKey] = {}
    for pair in text.split(","):
        name, colon, secret = pair.strip().partition(":")
        if not pair.strip():
            continue
        if not colon or not re.fullmatch(_NAME, name) or name in keys:
            raise because(
                "bad_keys",
                f"{ENVIRONMENT} should be name:secret,name:secret, with each name once",
                f"{ENVIRONMENT} 应写成 name:secret,name:secret，且名称不重复",
            )
        if len(secret) < _LEAST_SECRET:
            raise because(
                "bad_keys",
                f"the secret of “{name}” in {ENVIRONMENT} has less than {_LEAST_SECRET} characters",
                f"{ENVIRONMENT} 里“{name}”的密钥不足 {_LEAST_SECRET} 个字符",
            )
        keys[name] = AccessKey(name, hash_of(secret))
    return keys


def _row(key: AccessKey) -> dict[str, object]:
    given: dict[str, object] = {"rate": key.limit.rate, "at_once": key.limit.at_once, "admin": key.admin}
    return {"name": key.name, "hash": key.hash, **{name: value for name, value in given.items() if value}}
