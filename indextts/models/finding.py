"""Where a model's files are in what a person gives: laid out as here, as its own program does, or as a hub's cache.

The cache of Hugging Face's hub has a folder ``models--OWNER--NAME`` for each repository, and in it ``snapshots`` with a
folder of links for each revision that was fetched, wholly or in part; ``refs/main`` names the newest.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from indextts.model.i18n.messages import Bilingual
from indextts.models.catalogue import CatalogueEntry, Part
from indextts.models.trees import FileTree, FolderTree, FoundFile, joined
from indextts.platform import paths as places

_CHECKPOINTS: Final = "checkpoints"
_CACHES: Final = ("hf_cache", "", "hub")
"""Where a cache is below a folder: that of the program, the folder itself, that of ``HF_HOME``."""
_WILD: Final = re.compile(r"[*?\[]")

Based = tuple[FileTree, Sequence[str]]
"""A tree, and the folders in it that may be a model's."""


@dataclass(frozen=True)
class HeldModel:
    """What of a model was found: files by their place in the model's folder, and why they are not all of it."""

    files: Mapping[str, FoundFile] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    faults: tuple[Bilingual, ...] = ()

    @property
    def whole(self) -> bool:
        return not (self.missing or self.faults)

    @property
    def lack(self) -> Bilingual:
        """What is not right, in a sentence's words."""
        names = ", ".join(self.missing)
        told = ([Bilingual(f"there is no {names}", f"其中没有 {names}")] if names else []) + list(self.faults)
        return Bilingual("; ".join(one.en for one in told), "；".join(one.zh for one in told))


def hub_caches() -> list[Path]:
    """The folders in which the programs of this machine keep what they fetched of Hugging Face."""
    said = [os.environ.get(name, "") for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")]
    homes = [os.environ.get("HF_HOME", ""), joined(os.environ.get("XDG_CACHE_HOME", "") or "~/.cache", "huggingface")]
    every = [Path(one) for one in said if one] + [Path(one, "hub") for one in homes if one]
    return _distinct(every)


def usual_places() -> list[Path]:
    """Where a checkpoint stands that another program uses, as far as there is anything."""
    own = [Path(_CHECKPOINTS), places.home() / _CHECKPOINTS]
    return [folder for folder in [*_distinct(own), *hub_caches()] if os.path.isdir(folder)]


def standing(entry: CatalogueEntry) -> Path | None:
    """The first of the usual places that has the whole of a model; its files' content is not looked at."""
    return next((place for place in usual_places() if held(entry, FolderTree(place, trusted(place))).whole), None)


def trusted(source: Path) -> list[Path]:
    """Where the links of a folder may lead to: the caches of this machine, and its own repository in a cache."""
    return [*hub_caches(), *_repository(source)]


def held(entry: CatalogueEntry, tree: FileTree) -> HeldModel:
    """The files of a model in ``tree``: at least its first part.

    Of a folder, the others may also be in the cache that it belongs to, or in those of this machine.
    """
    own: list[Based] = [_based(tree)]
    caches: list[Based] = []
    if isinstance(tree, FolderTree):
        own += [(FolderTree(home.parent), ("",)) for home in _repository(tree.root)]
        caches = [(FolderTree(folder), ("",)) for folder in hub_caches()]
    files: dict[str, FoundFile] = {}
    missing: list[str] = []
    faults: list[Bilingual] = []
    for number, part in enumerate(entry.parts):
        best = _best(part, own if number == 0 else [*own, *caches])
        files |= best.files
        missing += best.missing
        faults += best.faults
    faults += [] if missing or faults else _other_version(entry, files)
    return HeldModel(files, tuple(missing), tuple(faults))


def _distinct(folders: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for folder in folders:
        with contextlib.suppress(OSError):  # the folder in which one was may be gone
            found.append(Path(os.path.abspath(os.path.expanduser(folder))))
    return list(dict.fromkeys(found))


def _based(tree: FileTree) -> Based:
    """The tree itself, the checkpoints of a program, and the one folder that all may lie in."""
    inner = tree.folders("")
    return tree, tuple(dict.fromkeys(["", _CHECKPOINTS, *(inner if len(inner) == 1 else ())]))


def _repository(source: Path) -> list[Path]:
    """The repository's folder in a cache of which ``source`` is a part, if it is one."""
    real = source.resolve()
    return [one for one in (real, *real.parents) if one.name.startswith("models--")][:1]


def _best(part: Part, trees: Sequence[Based]) -> HeldModel:
    """The part where it is whole, else where most of it is."""
    best: HeldModel | None = None
    for files in _spots(part, trees):
        looked_at = _looked_at(part, files)
        if looked_at.whole:
            return looked_at
        if best is None or len(looked_at.files) > len(best.files):
            best = looked_at
    return best or _looked_at(part, {})


def _looked_at(part: Part, files: Mapping[str, FoundFile]) -> HeldModel:
    faults: list[Bilingual] = []
    for path, found in files.items():
        place = part.place(path)
        if found.outside is not None:
            faults.append(
                Bilingual(
                    f"{place} is a link that leads out of the folder, to {found.outside}",
                    f"{place} 是指向目录之外（{found.outside}）的链接",
                )
            )
        elif found.size < part.least.get(path, 0):
            faults.append(
                Bilingual(
                    f"{place} has only {found.size} bytes, too few for a model",
                    f"{place} 只有 {found.size} 字节，不是模型",
                )
            )
        elif part.is_other(path, found.size, None):
            faults.append(other_file(place))
    missing = tuple(part.place(path) for path in part.missing(list(files)))
    return HeldModel({part.place(path): found for path, found in files.items()}, missing, tuple(faults))


def other_file(place: str) -> Bilingual:
    return Bilingual(f"{place} is not the file that the catalogue lists", f"{place} 与目录中记载的不是同一个文件")


def _spots(part: Part, trees: Sequence[Based]) -> Iterator[dict[str, FoundFile]]:
    """The part's files, by their names in its repository, in one place after the other."""
    for tree, bases in trees:
        for base in bases:
            yield _files(tree, joined(base, part.to), part)
            for folder in part.also:
                yield _files(tree, joined(base, folder), part, part.named)
        for base in bases:
            for cache in _CACHES:
                yield from _snapshots(tree, joined(base, cache), part)


def _files(
    tree: FileTree, folder: str, part: Part, named: Mapping[str, str] | None = None, within: str = ""
) -> dict[str, FoundFile]:
    found: dict[str, FoundFile] = {}
    for pattern in (*part.files, *part.optional):
        wild = _WILD.search(pattern)
        if wild is None:
            names = {pattern: (named or {}).get(pattern, pattern)}
        else:
            start = len(joined(folder, ""))
            inner = [path[start:] for path in tree.below(joined(folder, pattern[: wild.start()].rpartition("/")[0]))]
            names = {path: path for path in inner if fnmatchcase(path, pattern)}
        for path, name in names.items():
            if file := tree.file(joined(folder, name), within):
                found[path] = file
    return found


def _snapshots(tree: FileTree, cache: str, part: Part) -> Iterator[dict[str, FoundFile]]:
    """The revisions of the part's repository in a cache: the one that the branch names, then the newest ones."""
    if not part.huggingface:
        return
    home = joined(cache, "models--" + part.huggingface.replace("/", "--"))
    there = list(tree.folders(joined(home, "snapshots")))
    asked = part.revision_on("huggingface")
    branch = tree.file(joined(home, "refs", asked or "main"), home) if there else None
    named = branch.beginning().strip() if branch is not None and branch.outside is None else asked
    others = [] if asked else there
    for revision in dict.fromkeys([*(one for one in [named] if one in there), *others]):
        yield _files(tree, joined(home, "snapshots", revision), part, within=home)


def _other_version(entry: CatalogueEntry, files: Mapping[str, FoundFile]) -> list[Bilingual]:
    return [
        Bilingual(f"its {place} belongs to another version", f"其中的 {place} 属于另一个版本")
        for place, pattern in entry.unlike.items()
        if place in files and pattern.search(files[place].beginning())
    ]
