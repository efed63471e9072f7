"""The recordings that come with the tests, through the same comparison as ``python -m indextts parity``."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from indextts.config import Config
from indextts.parity import load

FIXTURES = Path(__file__).parents[2] / "fixtures"
KINDS = (
    *("indextts2/bigvgan", "indextts2/campplus", "indextts2/cfm", "indextts2/dit", "indextts2/e2e"),
    *("indextts2/kaldi_fbank", "indextts2/length_regulator", "indextts2/mel22k", "indextts2/seamless_features"),
    *("indextts2/semantic_codec", "indextts2/w2vbert", "indextts25/enhanced_codec_v25"),
)


@pytest.mark.parametrize("name", KINDS)
def test_what_the_official_modules_made_is_made_here(name: str) -> None:
    fixture = load(FIXTURES / f"{name}.json")
    module = importlib.import_module(f"indextts.engines.indextts2.parity.{fixture.kind}")
    results = list(module.compare(fixture, Config()))
    outputs = [key for key in fixture.arrays if key.startswith("out.")]
    assert len(results) >= len(outputs) - unread(fixture.kind)
    assert {what: error for what, error, tolerance in results if error > tolerance} == {}


def unread(kind: str) -> int:
    """Outputs that need no comparison of their own."""
    # e2e records one case as floats too, and the tokens that go in.
    return {"e2e": 6}.get(kind, 0)
