"""Mixtures of ready voices: how they are written, their one spelling, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.model.utterance import Settings
from indextts.plan.request import RoleSpan, SpeechRequest
from indextts.platform.config import Config
from indextts.voices.catalogue import VoiceFamily
from indextts.voices.dialogue import check_speakers
from indextts.voices.mixture import check_voice, is_mixture, read_mixture

IDS = ["baker", "af_bella", "af_sky", "am_adam", "bf_emma", "zf_xiaoxiao"]
BOTH = "af_bella(0.667)+af_sky(0.333)"
NAMES = st.lists(st.sampled_from(IDS[1:]), min_size=1, max_size=4, unique=True)


@pytest.mark.parametrize(
    "written",
    ["af_bella(2)+af_sky(1)", "af_sky(1)+af_bella(2)", " af_bella (4) + af_sky( 2 ) ", "af_sky+af_bella(2.0)", BOTH],
)
def test_one_mixture_has_one_spelling(written: str) -> None:
    assert check_voice(written, IDS) == BOTH


@pytest.mark.parametrize("written", [" af_bella ", "af_bella\n", "\taf_bella", "　af_bella"])
def test_white_space_around_a_voice_does_not_count(written: str) -> None:
    assert check_voice(written, IDS) == "af_bella"


def test_one_voice_alone_is_that_voice_and_sliders_are_kept() -> None:
    assert check_voice("af_bella(3)", IDS) == check_voice("af_bella+af_bella", IDS) == "af_bella"
    assert check_voice("af_bella:rate=1.1,pitch=-2.0,tract=1", IDS) == "af_bella:pitch=-2,rate=1.1"


@given(NAMES, st.data())
def test_the_spelling_is_the_same_in_every_order_and_read_again(names: list[str], data: st.DataObject) -> None:
    weights = {name: data.draw(st.floats(0.1, 100.0).map(lambda one: round(one, 2))) for name in names}
    parts = [f"{name}({weight:.2f})" for name, weight in weights.items()]
    mixture = read_mixture("+".join(parts))
    written = mixture.written()
    assert read_mixture("+".join(data.draw(st.permutations(parts)))).written() == written
    assert read_mixture(written).written() == written
    shares = dict(mixture.shares)
    assert sum(shares.values()) == pytest.approx(1.0)
    for name, weight in weights.items():
        assert shares.get(name, 0.0) == pytest.approx(weight / sum(weights.values()), abs=0.001)


@pytest.mark.parametrize(
    ("written", "code", "reason"),
    [
        ("af_bella+af_sky+am_adam+bf_emma+zf_xiaoxiao", "bad_voice", "at most 4"),
        ("af_bella(2)+", "bad_voice", "should look like"),
        ("af_bella(two)+af_sky", "bad_voice", "should look like"),
        ("af_bella(0)+af_sky", "bad_voice", "weight"),
        ("af_bella(101)", "bad_voice", "weight"),
        ("af_bella(-1)+af_sky", "bad_voice", "should look like"),
        ("baker+af_sky", "bad_voice", "baker is none: choose among af_bella"),
        ("af_bella(2)+baker(1):pitch=1", "bad_voice", "baker is none"),
        ("af_bella:pitch=1,range=1.2,pitch=2", "bad_voice", "pitch is given twice"),
        ("af_bella+af_nobody", "unknown_choice", "af_nobody"),
        ("af_bella(2)+nobody(1)", "unknown_choice", "“nobody”"),
        ("盐工老头(0.5) + af_sky:pitch=1", "unknown_choice", "“盐工老头”"),
        ("af_bella+af_sky:pitch=99", "bad_voice", "pitch"),
        ("af_bella+af_sky:colour=1", "bad_voice", "colour"),
        ("af_bella(" * 100, "bad_voice", "characters"),
    ],
)
def test_what_is_written_wrongly_is_told_in_one_sentence(written: str, code: str, reason: str) -> None:
    assert is_mixture(written)
    with pytest.raises(StudioError) as caught:
        check_voice(written, IDS)
    assert caught.value.code == code
    assert reason in caught.value.localise("en")[0]
    assert caught.value.localise("zh") != caught.value.localise("en")


def test_without_the_natural_voices_there_is_nothing_to_mix() -> None:
    with pytest.raises(StudioError, match="not installed"):
        check_voice("af_bella(2)+af_sky(1)", ["baker", "young_man"])


@pytest.mark.parametrize("voice", ["baker", "design:pitch=-3", "ref-" + "0" * 64 + "+" + "1" * 64, "own-3", 7, None])
def test_other_voices_are_no_mixtures(voice: object) -> None:
    assert not is_mixture(voice)


def test_a_request_has_them_in_their_one_spelling_everywhere() -> None:
    request = SpeechRequest(
        "你好吗", Settings(voice="af_sky(1)+af_bella(2)"), literal=True, roles=(RoleSpan(0, 2, "af_sky+af_bella(2)"),)
    )
    checked = request.checked(voices=IDS, max_chars=100)
    assert checked.settings.voice == checked.roles[0].voice == BOTH
    assert check_speakers({"A": "af_sky+af_bella(2)"}, IDS) == {"A": BOTH}


def test_a_kept_mixture_is_there_after_a_restart_and_no_design(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path)
    family = VoiceFamily(config)
    made = family.add("混合", {"pitch": -2.0}, "af_sky+af_bella(2)")
    plain = family.add("老船长", {"pitch": -9.0})
    family.close()
    family = VoiceFamily(config)
    assert family.own() == [made, plain] and family.mixtures() == [made]
    assert made.mixture.written() == f"{BOTH}:pitch=-2"
    assert [voice.id for voice in family.voices("embedded", ("zh",), "")][-1] == plain.id
    with pytest.raises(StudioError, match=made.id):
        family.design(made.id)
    changed = family.change(made.id, None, {"rate": 1.1})
    assert changed.mixture.written() == f"{BOTH}:pitch=-2,rate=1.1"
    assert family.change(made.id, None, {}, "am_adam").mix == "am_adam"
    removed = family.remove(made.id)
    family.restore(removed.id)
    assert family.get(made.id) == removed
    with pytest.raises(StudioError, match="look like"):
        family.add("错", {}, "baker+af_sky")
    family.close()
