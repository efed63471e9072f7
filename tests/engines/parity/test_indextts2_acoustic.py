"""The recordings that come with the tests, through the same comparison as ``python -m indextts parity``."""

from __future__ import annotations

from pathlib import Path

import pytest

from indextts.engines.indextts2.fast.packed_linear import PackedLinear
from indextts.engines.parity.runner import load, runner
from indextts.platform.config import Config

FIXTURES = Path(__file__).parents[2] / "fixtures"
KINDS = (
    *("indextts2/bigvgan", "indextts2/campplus", "indextts2/cfm", "indextts2/dit", "indextts2/e2e"),
    *("indextts2/kaldi_fbank", "indextts2/length_regulator", "indextts2/mel22k", "indextts2/seamless_features"),
    *("indextts2/semantic_codec", "indextts2/w2vbert", "indextts25/enhanced_codec_v25"),
)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.night) if name.endswith("/e2e") else name for name in KINDS]
)
def test_what_the_official_modules_made_is_made_here(name: str) -> None:
    fixture = load(FIXTURES / f"{name}.json")
    results = list(runner(fixture)(fixture, Config()))
    outputs = [key for key in fixture.arrays if key.startswith("out.")]
    plain = [what for what, *_ in results if not what.endswith("(packed)")]
    assert len(plain) >= len(outputs) - unread(fixture.kind)
    assert {what: error for what, error, tolerance in results if error > tolerance} == {}


@pytest.mark.night
@pytest.mark.parametrize(
    ("name", "alike"),
    [
        ("indextts2/dit", ()),
        ("indextts2/cfm", ()),
        ("indextts2/w2vbert", ("hidden0",)),
        ("indextts2/gpt", ("codes",)),
        ("indextts2/e2e", ("codes",)),
        ("indextts25/gpt_v25", ("codes",)),
    ],
)
def test_a_fault_of_the_layers_that_serve_is_noticed(
    name: str, alike: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = PackedLinear.forward
    monkeypatch.setattr(PackedLinear, "forward", lambda self, x: 1.01 * real(self, x))
    fixture = load(FIXTURES / f"{name}.json")
    results = list(runner(fixture)(fixture, Config()))
    wrong = {what for what, error, tolerance in results if error > tolerance}
    assert wrong and all(what.endswith(("(packed)", "(in place)")) for what in wrong)
    # Codes may stay what they were, and what stands before the first layer does.
    unmoved = {what for what, *_ in results if what.endswith("(packed)")} - wrong
    assert all(any(word in what for word in (*alike, "probs", "wav")) for what in unmoved), unmoved


def unread(kind: str) -> int:
    """Outputs that need no comparison of their own."""
    # e2e records one case as floats too, and the tokens that go in.
    return {"e2e": 6}.get(kind, 0)
