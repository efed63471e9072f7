"""The files of a model laid out as other programs keep them: as its own one does, and as a hub's cache.

Every layout is made from the same files by their places in the model's own folder here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import yaml

from indextts.models.catalogue import CatalogueEntry, load_catalogue
from indextts.platform.config import Config

Files = Mapping[str, bytes]


def small_catalogue(folder: Path) -> Path:
    """The shipped catalogue, for models that are too small to be published ones."""
    known = yaml.safe_load(Config().catalogue_path.read_text(encoding="utf-8"))
    for entry in known.values():
        for part in entry["parts"]:
            part.pop("least", None)
    path = folder / "models.yaml"
    path.write_text(yaml.safe_dump(known, allow_unicode=True), encoding="utf-8")
    return path


def entry_of(config: Config, name: str) -> CatalogueEntry:
    return load_catalogue(config.catalogue_path)[name]


def written(folder: Path, files: Files) -> Path:
    """As the model's folder is laid out here."""
    for place, data in files.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def by_repository(entry: CatalogueEntry, files: Files) -> dict[str, dict[str, bytes]]:
    """``repository → path → content``, as a hub has it."""
    every: dict[str, dict[str, bytes]] = {}
    for part in entry.parts:
        start = "" if part.to == "." else f"{part.to}/"
        inner = {place[len(start) :]: data for place, data in files.items() if place.startswith(start)}
        every.setdefault(part.huggingface, {}).update({path: data for path, data in inner.items() if part.wants(path)})
    return every


FLAT = {
    "w2v-bert-2.0/": "hf_cache/w2v-bert-2.0/",
    "semantic_codec/model.safetensors": "hf_cache/semantic_codec_model.safetensors",
    "campplus/": "hf_cache/",
    "bigvgan/": "hf_cache/bigvgan/",
}
"""Where the newest official program keeps what does not come with its own files."""


def official(folder: Path, files: Files) -> Path:
    """As the official program leaves its ``checkpoints``."""
    for place, data in files.items():
        moved = next((to + place[len(start) :] for start, to in FLAT.items() if place.startswith(start)), place)
        written(folder, {moved: data})
    # What a download leaves beside the files.
    return written(folder, {".cache/huggingface/download/gpt.pth.metadata": b"c0ffee", "README.md": b"read me"})


def cached(cache: Path, entry: CatalogueEntry, files: Files, *, without: str = "") -> Path:
    """As the hub's own client keeps it, the repository ``without`` left out."""
    for repository, held in by_repository(entry, files).items():
        if repository != without:
            snapshot(cache, repository, "aaaa", held, branch=True)
    return cache


def snapshot(cache: Path, repository: str, revision: str, files: Files, *, branch: bool = False) -> Path:
    """One revision of a repository in a cache: links to its blobs."""
    home = cache / f"models--{repository.replace('/', '--')}"
    folder = home / "snapshots" / revision
    for path, data in files.items():
        blob = home / "blobs" / hashlib.sha256(data).hexdigest()
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(data)
        link = folder / path
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blob, link.parent))
    if branch:
        (home / "refs").mkdir(exist_ok=True)
        (home / "refs" / "main").write_text(revision, encoding="ascii")
    return folder
