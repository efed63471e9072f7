"""A project as one file, ``.idts``: a ZIP archive with ``project.json``, its takes, its sounds, and the editor's work.

    project.json        what it is, its contents, and the size and the hash of every other part
    jobs/ID.json        a take: what was asked for, the plan as it was spoken, the names of its sounds
    sounds/KEY.flac     the sound of a segment (:mod:`indextts.works.sounds.sounds`)
    editor.bin          what the editor keeps

Nothing in it is unpacked onto the disk under a name of its own. Of an archive from elsewhere the table of contents is
checked before anything is read: only these names, plain files, bounded sizes. Then each part is read up to the size
that it declares, and must have the hash that ``project.json`` gives it.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual
from indextts.platform.storage.bounded import BoundsError, check_table, read_json
from indextts.works.db.model import ID

EXTENSION: Final = ".idts"
MEDIA_TYPE: Final = "application/zip"
KIND: Final = "indextts-studio-project"
FORMAT: Final = 1
MANIFEST: Final = "project.json"
EDITOR: Final = "editor.bin"

UPGRADES: Final[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""Bring a manifest from the format that is the key to the next one."""

MAX_PARTS: Final = 60_000
"""Below what needs the larger form of ZIP, which is refused: its counts could not be trusted before they are read."""
MAX_BYTES: Final = 2**31 - 1
"""Of all parts together, unpacked."""
MAX_JOB_BYTES: Final = 32 * 1024 * 1024
MAX_SOUND_BYTES: Final = 32 * 1024 * 1024
MAX_EDITOR_BYTES: Final = 32 * 1024 * 1024
_MAX_MANIFEST_BYTES: Final = 16 * 1024 * 1024
_MANIFEST_VALUES: Final = 3 * MAX_PARTS + 50_000
_MANIFEST_TABLES: Final = MAX_PARTS + 2_000
"""Its parts, and the project: a dictionary of a thousand words, settings, speakers."""

_KEY: Final = "[0-9a-f]{64}"
_PARTS: Final[Mapping[re.Pattern[str], int]] = {
    re.compile(re.escape(MANIFEST)): _MAX_MANIFEST_BYTES,
    re.compile(rf"jobs/{ID}\.json"): MAX_JOB_BYTES,
    re.compile(rf"sounds/{_KEY}\.flac"): MAX_SOUND_BYTES,
    re.compile(re.escape(EDITOR)): MAX_EDITOR_BYTES,
}
"""The names that parts may have, and the bytes."""

_DATE: Final = (1980, 1, 1, 0, 0, 0)


def job_part(job: str) -> str:
    return f"jobs/{job}.json"


def sound_part(key: str) -> str:
    return f"sounds/{key}.flac"


class Writer:
    """Writes the file of a project part by part; the manifest last, with the hashes of the others.

    To be used with ``with``: at the end of the block nothing more is written.
    """

    def __init__(self, target: BinaryIO, name: str) -> None:
        self._archive = zipfile.ZipFile(target, "w", allowZip64=False)
        self._name = name
        self._parts: dict[str, dict[str, Any]] = {}
        self._total = 0

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def add(self, part: str, data: bytes) -> None:
        """Write one part. Raises :class:`StudioError` ``project_too_large``."""
        most = next(most for name, most in _PARTS.items() if name.fullmatch(part))
        self._total += len(data)
        if len(data) > most or self._total > MAX_BYTES - _MAX_MANIFEST_BYTES or len(self._parts) + 2 > MAX_PARTS:
            limit = f"{MAX_BYTES // 1024**2} MB"
            raise StudioError(
                "project_too_large",
                name=printable(self._name),
                reason=Bilingual(f"at most {limit} and {MAX_PARTS} parts", f"最多 {limit}、{MAX_PARTS} 个部分"),
            )
        self._parts[part] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        self._write(part, data)

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest, to which the list of the parts is added."""
        whole = {"kind": KIND, "format": FORMAT, **manifest, "parts": self._parts}
        self._write(MANIFEST, to_json(whole))

    def _write(self, part: str, data: bytes) -> None:
        about = zipfile.ZipInfo(part, _DATE)
        # Sound is packed already.
        about.compress_type = zipfile.ZIP_STORED if part.startswith("sounds/") else zipfile.ZIP_DEFLATED
        self._archive.writestr(about, data)


class Reader:
    """Reads such a file, from wherever it comes. Made by :func:`opened`, which raises what is wrong with it."""

    def __init__(self, archive: zipfile.ZipFile, listed: Mapping[str, zipfile.ZipInfo]) -> None:
        self._archive = archive
        self._listed = listed
        manifest = parsed(
            self._read(MANIFEST), MANIFEST, values=_MANIFEST_VALUES, tables=_MANIFEST_TABLES, keys=MAX_PARTS
        )
        self.manifest: dict[str, Any] = upgraded(manifest)
        parts = self.manifest.pop("parts", None)
        if not isinstance(parts, dict) or not all(isinstance(one, dict) for one in parts.values()):
            raise bad_file("its list of parts is missing", "其中缺少部件清单")
        self._hashes: dict[str, bytes] = {name: _hash(one.get("sha256")) for name, one in parts.items()}
        for name in sorted(parts.keys() ^ (listed.keys() - {MANIFEST})):
            if name in listed:
                raise bad_file(
                    f"{printable(name)} in it is not in its own list", f"其中的 {printable(name)} 不在清单里"
                )
            raise bad_file(f"{printable(name)} is missing in it", f"其中缺少 {printable(name)}")

    @property
    def jobs(self) -> list[str]:
        """The names of its takes."""
        return [name[len("jobs/") : -len(".json")] for name in self._listed if name.startswith("jobs/")]

    @property
    def sounds(self) -> list[str]:
        """The names of its sounds."""
        return [name[len("sounds/") : -len(".flac")] for name in self._listed if name.startswith("sounds/")]

    def has(self, part: str) -> bool:
        return part in self._listed

    def part(self, part: str) -> bytes:
        """The content of a part, with the hash that it should have. Raises :class:`StudioError`."""
        data = self._read(part)
        if self._hashes[part] != hashlib.sha256(data).digest():
            raise bad_file(f"{part} in it was changed: its hash does not match", f"其中的 {part} 被改动：校验值不符")
        return data

    def size(self, part: str) -> int:
        """Bytes of a part."""
        return self._listed[part].file_size

    def _read(self, part: str) -> bytes:
        if part not in self._listed:
            raise bad_file(f"{part} is missing in it", f"其中缺少 {part}")
        size = self._listed[part].file_size
        try:
            with self._archive.open(self._listed[part]) as stream:
                data = stream.read(size + 1)
        except _BROKEN as error:
            raise _damaged(part) from error
        if len(data) != size:
            raise _damaged(part)
        return data


_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What :mod:`zipfile` raises for what it cannot read."""


@contextmanager
def opened(file: BinaryIO) -> Iterator[Reader]:
    """The project's file in ``file``. Raises :class:`StudioError` ``bad_project_file``."""
    try:
        check_table(file, parts=MAX_PARTS)
    except BoundsError as error:
        if error.kind == "form":
            raise not_ours() from error
        english = f"it has more than {MAX_PARTS} parts, or contains hidden ones"
        raise bad_file(english, f"部件超过 {MAX_PARTS} 个，或有隐藏的部件") from error
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        raise not_ours() from error
    with archive:
        yield Reader(archive, _table_of(archive))


def upgraded(manifest: Any) -> dict[str, Any]:
    """A manifest in the present format. Raises :class:`StudioError` ``bad_project_file``."""
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
        raise not_ours()
    version = manifest.get("format")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= FORMAT:
        newer = isinstance(version, int) and version > FORMAT
        raise bad_file(
            f"its format is {printable(version)}, and this program reads up to {FORMAT}"
            + ("; a newer version of the program created it" if newer else ""),
            f"它的格式是 {printable(version)}，本程序最高能读 {FORMAT}" + ("；它由更新的版本生成" if newer else ""),
        )
    for step in range(version, FORMAT):
        manifest = UPGRADES[step](manifest)
    return dict(manifest)


def parsed(data: bytes, part: str, **bounds: int) -> Any:
    """The JSON in a part, within the ``bounds`` of :func:`read_json`.

    Raises :class:`StudioError` ``bad_project_file``.
    """
    try:
        return read_json(data, **bounds)
    except BoundsError as error:
        match error.kind:
            case "form":
                raise bad_file(f"{part} in it is not JSON", f"其中的 {part} 不是 JSON") from error
            case "depth":
                raise bad_file(f"{part} in it is nested too deeply", f"其中的 {part} 嵌套过深") from error
            case "count":
                raise bad_file(f"{part} in it holds too many values", f"其中的 {part} 数据项过多") from error


def to_json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def bad_file(english: str, chinese: str) -> StudioError:
    return StudioError("bad_project_file", reason=Bilingual(english, chinese))


def _table_of(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The parts by their names, each of which may be there and be so large as it says."""
    listed: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for about in archive.infolist():
        name = about.orig_filename
        shown = printable(name)
        most = next((most for known, most in _PARTS.items() if known.fullmatch(name)), None)
        if most is None:
            raise bad_file(f"{shown} does not belong into it", f"其中的 {shown} 不属于项目文件")
        mode = about.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG) or about.is_dir():
            raise bad_file(f"{shown} in it is a link, not a file", f"其中的 {shown} 是链接，不是文件")
        if name in listed:
            raise bad_file(f"{shown} stands in it twice", f"其中有两个 {shown}")
        if about.flag_bits & 1 or about.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise bad_file(
                f"{shown} in it is encrypted or packed in an unknown way", f"其中的 {shown} 已加密或压缩方式未知"
            )
        total += about.file_size
        if about.file_size > most or total > MAX_BYTES:
            raise bad_file(f"{shown} in it would be too large when unpacked", f"其中的 {shown} 解压后过大")
        listed[name] = about
    return listed


def _damaged(part: str) -> StudioError:
    return bad_file(f"{part} in it is damaged, or not as large as it says", f"其中的 {part} 已损坏，或大小与所写不符")


def _hash(written: object) -> bytes:
    """A hash as a list of parts has it; one that fits nothing for what is none."""
    try:
        return bytes.fromhex(written) if isinstance(written, str) and len(written) == 64 else b""
    except ValueError:
        return b""


def not_ours() -> StudioError:
    return bad_file("it is not a project's file", "它不是项目文件")
