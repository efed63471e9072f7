"""What travels with the program is opened only where it is what was released."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indextts.engines.embedded.acoustic import english_network
from indextts.model.errors import StudioError
from indextts.platform.storage import assets as shipped
from indextts.platform.storage.manifest import MANIFEST
from indextts.reading.emotion.classifier import EmotionClassifier
from indextts.reading.phonemes.en import g2p, heteronyms, pronunciation
from indextts.reading.phonemes.zh import mandarin, polyphones
from indextts.reading.prosody import cohesion, fronted, together
from indextts.reading.text.en import compounds
from indextts.reading.text.zh import people
from indextts.reading.text.zh.words import WordCutter
from indextts.voices import likeness


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of all of it that the program takes for its own."""
    copy = shutil.copytree(shipped.ASSETS, tmp_path / "assets")
    for place in (
        "indextts.engines.embedded.acoustic.english_network.ENCODER",
        "indextts.engines.embedded.acoustic.english_network.DECODER",
        "indextts.engines.embedded.acoustic.english_motion.GAINS",
        "indextts.reading.phonemes.zh.mandarin.PHRASES", "indextts.reading.phonemes.zh.mandarin.STANDARD",
        "indextts.reading.text.zh.people.GIVEN_NAMES",
        "indextts.reading.phonemes.en.heteronyms.ASSET", "indextts.reading.phonemes.en.pronunciation.DICTIONARY",
        "indextts.reading.phonemes.zh.polyphones.CONTEXTS", "indextts.reading.phonemes.zh.polyphones.CLASSICAL",
        "indextts.reading.phonemes.zh.polyphones.ASSET",
        "indextts.reading.phonemes.en.g2p.WEIGHTS",
        "indextts.reading.prosody.together.COMPOUNDS",
        "indextts.reading.prosody.cohesion.WEIGHTS", "indextts.reading.prosody.fronted.WEIGHTS",
        "indextts.reading.text.en.compounds.COMPOUNDS",
        "indextts.voices.likeness.TABLE",
    ):  # fmt: skip
        module, _, name = place.rpartition(".")
        usual = getattr(importlib.import_module(module), name)
        monkeypatch.setattr(place, copy / usual.relative_to(shipped.ASSETS))
    monkeypatch.setattr(shipped, "ASSETS", copy)
    for kept in _KEPT:
        kept.cache_clear()
    yield copy
    for kept in _KEPT:
        kept.cache_clear()


_KEPT = (
    mandarin.own_phrases,
    mandarin.standard_readings,
    people.given_names,
    heteronyms.load,
    polyphones.contexts,
    polyphones.load,
    g2p.load,
    together.written_compounds,
    cohesion.weights,
    fronted.weights,
    compounds.written_compounds,
    likeness.table,
)
"""What is read once in a process."""


def _prosody(name: str) -> Callable[[Path], object]:
    from indextts.reading.prosody.causal import CausalProsody
    from indextts.reading.prosody.lm import LmProsody

    opens: dict[str, Callable[[Path], object]] = {"lm": LmProsody.open, "causal": CausalProsody.open}
    return lambda folder: opens[name](folder / "prosody")


OPENED: dict[str, Callable[[Path], object]] = {
    "prosody/lm.onnx": _prosody("lm"),
    "prosody/lm.json": _prosody("lm"),
    "prosody/vocabulary.json": _prosody("causal"),
    "prosody/causal.onnx": _prosody("causal"),
    "prosody/causal.json": _prosody("causal"),
    "prosody/cohesion.npz": lambda _: cohesion.weights(),
    "prosody/fronted.npz": lambda _: fronted.weights(),
    **{
        f"emotion/{lang}.{kind}": lambda folder: EmotionClassifier.open(folder / "emotion")
        for lang in ("zh", "en")
        for kind in ("json", "npz", "onnx")
    },
    "g2p.npz": lambda _: g2p.load(),
    "natural_voices.npz": lambda _: likeness.table(),
    "cmudict.dict.gz": lambda _: list(pronunciation.dictionary_entries()),
    "polyphones.json": lambda _: polyphones.load(),
    "phrases.txt": lambda _: mandarin.own_phrases(),
    "standard.txt": lambda _: mandarin.standard_readings(),
    "given_names.txt": lambda _: people.given_names(),
    "heteronyms.txt": lambda _: heteronyms.load(),
    "contexts.txt": lambda _: polyphones.contexts(),
    "compounds.txt": lambda _: together.written_compounds(),
    "compounds_en.txt": lambda _: compounds.written_compounds(),
    "segmenter/words.bin": lambda folder: WordCutter.open(folder / "segmenter"),
    "segmenter/tables.npz": lambda folder: WordCutter.open(folder / "segmenter"),
    "classical.txt": lambda _: polyphones.contexts(classical=True),
    "english/encoder.onnx": lambda _: english_network.load(),
    "english/decoder.onnx": lambda _: english_network.load(),
    "english/motion.npz": lambda _: english_network.load(),
}
"""What opens each file."""


def test_the_manifest_is_in_step_with_the_files() -> None:
    written = (shipped.ASSETS / MANIFEST).read_bytes()
    assert written == shipped.manifest(), "after a change of assets/: python -m indextts.platform.storage.assets"
    assert set(OPENED) == {
        path.relative_to(shipped.ASSETS).as_posix()
        for path in shipped.ASSETS.rglob("*")
        if path.is_file() and path.suffix != ".md" and path.name != MANIFEST
    }


@pytest.mark.parametrize("name", list(OPENED))
def test_a_file_that_is_another_by_one_byte_is_refused_by_name(assets: Path, name: str) -> None:
    path = assets / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(StudioError) as caught:
        OPENED[name](assets)
    assert caught.value.code == "model_corrupt" and name in str(caught.value)
    assert "models pull" not in str(caught.value), "no model can be fetched for it"


def test_whole_files_open(assets: Path) -> None:
    assert all(OPENED[name](assets) is not None for name in OPENED)


@pytest.mark.parametrize("manifest", [b"", b"{}", b'{"model": "assets", "identity": "x", "files": {}}'])
def test_without_a_usable_manifest_nothing_is_vouched_for(assets: Path, manifest: bytes) -> None:
    (assets / MANIFEST).write_bytes(manifest)
    with pytest.raises(StudioError) as caught:
        EmotionClassifier.open(assets / "emotion")
    assert caught.value.code == "model_corrupt"


def test_files_of_ones_own_need_no_manifest(tmp_path: Path) -> None:
    shutil.copytree(shipped.ASSETS / "emotion", tmp_path / "own")
    assert EmotionClassifier.open(tmp_path / "own").read(["我好开心！"])


def test_a_recipe_that_writes_what_is_shipped_renews_the_manifest(assets: Path) -> None:
    (assets / "phrases.txt").write_text("重庆 chong2 qing4\n", encoding="utf-8")
    shipped.renew(assets.parent / "elsewhere.txt")
    assert (assets / MANIFEST).read_bytes() != shipped.manifest(assets)
    shipped.renew(assets / "phrases.txt")
    assert (assets / MANIFEST).read_bytes() == shipped.manifest(assets)
    assert mandarin.own_phrases() == {"重庆": ("chong2", "qing4")}
