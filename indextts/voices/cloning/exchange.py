"""A cloned voice as one file: a ZIP archive with ``manifest.json`` and a FLAC file for each recording.

Nothing in it is unpacked onto the disk. Of an archive from elsewhere only the names are read that the manifest must
have, each up to a bound, and each recording must have the hash that is its name.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, Final

from indextts.model.errors import StudioError, because, printable
from indextts.platform.storage.bounded import BoundsError, check_table, read_json
from indextts.voices import names
from indextts.voices.cloning.voice import MAX_FLAC_BYTES, ClonedVoice, Prepared, is_hash

EXTENSION: Final = ".voice"
FORMAT: Final = "indextts-studio-voice"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
MEDIA_TYPE: Final = "application/zip"
MAX_FILE_BYTES: Final = 64 * 1024 * 1024

_bad = partial(because, "bad_voice_file")

_MAX_MANIFEST_BYTES: Final = 64 * 1024
_MAX_MANIFEST_VALUES: Final = 1_000
_MAX_PARTS: Final = 64  # Files in an archive, those among them that are not looked at
_DATE: Final = (1980, 1, 1, 0, 0, 0)  # Of every entry, so that the same voice gives the same bytes


@dataclass(frozen=True)
class VoiceArchive:
    """The content of a voice's file."""

    name: str
    consent: str
    consent_date: str
    tags: tuple[str, ...]
    recordings: tuple[Prepared, ...]
    weights: tuple[float, ...]


def not_ours() -> StudioError:
    """The error for a file of another kind."""
    return _bad("it is not a voice's file", "它不是音色文件（.voice）")


def pack(voice: ClonedVoice, recordings: Mapping[str, bytes]) -> bytes:
    """The file of a voice; ``recordings`` are its references' files by their hash."""
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "name": voice.name,
        "consent": voice.consent,
        "consent_date": voice.consent_date,
        "tags": list(voice.tags),
        "created": voice.created,
        "references": [{"sha256": one.sha256, "weight": one.weight} for one in voice.references],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        archive.writestr(zipfile.ZipInfo(MANIFEST, _DATE), text.encode())
        for one in voice.references:
            archive.writestr(zipfile.ZipInfo(f"{one.sha256}.flac", _DATE), recordings[one.sha256])
    return out.getvalue()


def unpack(file: BinaryIO) -> VoiceArchive:
    """What :func:`pack` has made, from wherever.

    Raises :class:`StudioError` ``bad_voice_file``, or what its fields raise.
    """
    if file.seek(0, io.SEEK_END) > MAX_FILE_BYTES:
        raise _too_large()
    recordings: list[Prepared] = []
    try:
        check_table(file, parts=_MAX_PARTS)
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(_entry(archive, MANIFEST, _MAX_MANIFEST_BYTES))
            hashes, weights = _references(manifest)
            for sha in hashes:
                recordings.append(_recording(_entry(archive, f"{sha}.flac", MAX_FLAC_BYTES), sha))
                if sum(len(one.data) for one in recordings) > MAX_FILE_BYTES:
                    raise _too_large()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise not_ours() from error
    return VoiceArchive(
        name=names.clone_name(manifest.get("name")),
        consent=names.checked_consent(manifest.get("consent")),
        consent_date=names.checked_date(manifest.get("consent_date")),
        tags=names.checked_tags(manifest.get("tags", [])),
        recordings=tuple(recordings),
        weights=tuple(names.checked_weights(weights, len(recordings))),
    )


def _too_large() -> StudioError:
    return _bad(f"it is larger than {MAX_FILE_BYTES} bytes", f"超过 {MAX_FILE_BYTES} 字节")


def _entry(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """The content of one entry, of ``most`` bytes at most, whatever the archive says of its size."""
    try:
        with archive.open(name) as stream:
            data = stream.read(most + 1)
    except KeyError as error:
        raise _bad(f"{printable(name)} is missing in it", f"其中缺少 {printable(name)}") from error
    if len(data) > most:
        raise _bad(f"{printable(name)} in it is larger than {most} bytes", f"其中的 {printable(name)} 超过 {most} 字节")
    return data


def _manifest(data: bytes) -> dict[str, Any]:
    try:
        manifest: Any = read_json(data, values=_MAX_MANIFEST_VALUES, tables=_MAX_MANIFEST_VALUES)
    except BoundsError as error:
        raise _bad(f"{MANIFEST} in it is not JSON", f"其中的 {MANIFEST} 不是 JSON") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise not_ours()
    version = manifest.get("version")
    if version != VERSION:
        raise _bad(
            f"its version is {printable(version)}, and this program reads {VERSION}",
            f"它的版本是 {printable(version)}，本程序能读的是 {VERSION}",
        )
    return manifest


def _references(manifest: Mapping[str, Any]) -> tuple[list[str], Sequence[object]]:
    rows = manifest.get("references")
    if not isinstance(rows, list) or not 0 < len(rows) <= names.MAX_REFERENCES:
        raise _bad(
            f"it should list 1 to {names.MAX_REFERENCES} recordings", f"它应列出 1 到 {names.MAX_REFERENCES} 个录音"
        )
    hashes: list[str] = []
    weights: list[object] = []
    for row in rows:
        sha = row.get("sha256") if isinstance(row, dict) else None
        if not isinstance(sha, str) or not is_hash(sha) or sha in hashes:
            raise _bad("a recording in it has no hash of its own", "其中有录音缺少自己的校验值")
        hashes.append(sha)
        weights.append(row.get("weight", 1.0))
    return hashes, weights


def _recording(data: bytes, sha: str) -> Prepared:
    from indextts.voices.cloning.prepare import read_prepared

    if hashlib.sha256(data).hexdigest() != sha:
        raise _bad("a recording in it was changed: its hash is another", "其中有录音被改动：校验值不符")
    prepared = read_prepared(data)
    if prepared is None:
        raise _bad("a recording in it is not one that this program has prepared", "其中有录音不是由本程序处理的")
    return prepared
