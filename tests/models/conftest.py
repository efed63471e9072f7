"""A hub on loopback with one small model, and a configuration that knows it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub.constants
import pytest
import yaml

from indextts.platform.config import Config, ModelsConfig
from tests.support.hub import Hub, serving

WEIGHTS = random.Random(6).randbytes(3_000_000)
CODEC = random.Random(7).randbytes(70_000)
FILES = {
    "team/voice": {"config.yaml": b"dim: 4\n", "gpt.pth": WEIGHTS, "qwen/model.safetensors": CODEC, "README.md": b"no"},
    "team/codec": {"codec.bin": CODEC},
}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The hub, running."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    with serving({name: dict(files) for name, files in FILES.items()}) as running:
        yield running


@pytest.fixture
def config(hub: Hub, tmp_path: Path) -> Config:
    """Knows the model ``voice``, published on both hubs."""
    catalogue = tmp_path / "models.yaml"
    parts = [
        {"to": ".", "huggingface": "team/voice", "modelscope": "team/voice", "optional": ["extra.vocab"],
         "files": ["config.yaml", "gpt.pth", "qwen/*"], "least": {"gpt.pth": 1000}},
        {"to": "codec", "huggingface": "team/codec", "modelscope": "team/codec", "files": ["codec.bin"]},
    ]  # fmt: skip
    entry = {"about": {"en": "A voice", "zh": "一个声音"}, "licence": "MIT", "bytes": 5, "extra": "x", "parts": parts}
    catalogue.write_text(yaml.safe_dump({"voice": entry}, allow_unicode=True), encoding="utf-8")
    models = ModelsConfig(huggingface=hub.address, modelscope=hub.address)
    return Config(cache_dir=tmp_path / "cache", catalogue=catalogue, models=models)
