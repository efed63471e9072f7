"""``models check``: what a model's faster numbers change, on a tiny checkpoint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from indextts.platform.config import Config
from tests.support.commands import Command, commands

torch = pytest.importorskip("torch")

from indextts.engines.indextts2.checkpoint.model_cache import Modules  # noqa: E402
from indextts.engines.indextts2.precision import EXACT  # noqa: E402
from indextts.engines.indextts2.processor import Processor  # noqa: E402
from tests.support.cloned import Library  # noqa: E402
from tests.support.tiny_indextts2 import make_checkpoint  # noqa: E402


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model that is set to 32 bits, and a recording."""
    home = tmp_path_factory.mktemp("home")
    config = Config(cache_dir=home / "cache_hub")
    make_checkpoint(config.models_path / "indextts2", qwen=False)
    settings = {"cache_dir": str(config.cache_dir), "engines": {"indextts2": {"threads": 1, "precision": "exact"}}}
    (home / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    library = Library(home)
    library.path(library.record(110.0)).rename(home / "anna.wav")
    return home


@pytest.fixture
def cli(home: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    """On a processor that has numbers of 16 bits."""
    modern = Processor("Modern", ("avx512_bf16",))
    monkeypatch.setattr("indextts.engines.indextts2.choosing.this_processor", lambda: modern)
    monkeypatch.setattr("indextts.engines.indextts2.choosing.can_lighten", lambda _: True)
    return commands(home / "config.yaml", monkeypatch, capfdbinary)


def test_each_network_says_how_far_it_is_from_32_bits(cli: Command, home: Path) -> None:
    answer = cli("models", "check", "indextts2", "--precision", "fast", "--reference", str(home / "anna.wav"), "--json")
    told: dict[str, Any] = json.loads(answer.out)
    found = {(one["network"], one["measure"]): one for one in told["differences"]}
    assert set(found) == {
        ("hearing", "equal_codes"),
        *(("voice", name) for name in ("kl", "equal_choices")),
        *(("flow", name) for name in ("mel_mean_db", "mel_p95_db")),
        ("vocoder", "sound_db"),
    }
    assert "voice int8" in told["precision"]
    assert answer.status == (0 if told["ok"] else 1)
    assert told["ok"] == all(one["ok"] for one in told["differences"])
    assert 0 <= found["voice", "equal_choices"]["value"] <= 1 and found["voice", "kl"]["value"] < 1


def test_a_network_that_came_out_wrong_is_named_and_the_status_tells(
    cli: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Modules.voice

    def spoilt(self: Modules) -> Any:
        voice = opened(self)
        if self.precision != EXACT:
            voice.final_norm.bias.data += torch.linspace(-3, 3, len(voice.final_norm.bias))
        return voice

    monkeypatch.setattr(Modules, "voice", spoilt)
    reference = str(home / "anna.wav")
    answer = cli("models", "check", "indextts2", "--precision", "fast", "--reference", reference)
    assert answer.status == 1 and "✗ language model (int8)" in answer.out and "differences are too large" in answer.out


def test_in_32_bits_there_is_nothing_to_compare(cli: Command, home: Path) -> None:
    answer = cli("models", "check", "indextts2", "--reference", str(home / "anna.wav"))
    assert answer.status == 0 and "32 bits" in answer.out


@pytest.mark.parametrize(
    ("given", "said"),
    [(["embedded"], "indextts2.5"), (["indextts2"], "--reference"), (["indextts2.5"], "is missing")],
)
def test_what_cannot_be_compared_is_told(cli: Command, given: list[str], said: str) -> None:
    answer = cli("models", "check", *given, "--precision", "fast")
    assert answer.status == 1 and said in answer.err
