"""Ids of voices become numbers: the table's, a person's own, and designs that are their own name."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.platform.config import Config, load_config
from indextts.voices.catalogue import VoiceFamily, load_voices
from indextts.voices.design import BOUNDS, PLAIN, Design, design, read_inline

NUMBERS = st.fixed_dictionaries({}, optional={name: st.floats(*bounds) for name, bounds in BOUNDS.items()})


@pytest.fixture
def family(tmp_path: Path) -> VoiceFamily:
    return VoiceFamily(Config(cache_dir=tmp_path))


def refused(code: str, work: object, *values: object) -> StudioError:
    with pytest.raises(StudioError) as caught:
        work(*values)  # type: ignore[operator]
    assert caught.value.code == code
    assert caught.value.localise("zh") != caught.value.localise("en")
    return caught.value


def test_the_shipped_voices_are_apart_and_the_default_is_as_recorded() -> None:
    table = load_voices(load_config().voices_path)
    assert table.voices[0].id == "baker" and table.voices[0].design == PLAIN
    made = sorted(voice.design.pitch for voice in table.voices[1:])
    assert len(made) >= 6 and made[-1] - made[0] >= 9
    assert all(after - before >= 1.5 for before, after in itertools.pairwise(made))
    assert set(table.cast) <= {voice.id for voice in table.voices}
    assert len({voice.name_zh for voice in table.voices}) == len(table.voices)


def test_every_voice_is_listed_with_the_licence_of_the_one_it_is_made_of(family: VoiceFamily) -> None:
    mine = family.add("老船长", {"tract": 0.86, "pitch": -9})
    listed = family.voices("embedded", ("zh", "en"), "as hers")
    assert [voice.id for voice in listed] == [*(voice.id for voice in family.named), mine.id]
    assert {voice.licence for voice in listed} == {"as hers"}
    assert listed[-1].group == "own" and listed[-1].name_zh == listed[-1].name_en == "老船长"
    assert listed[-1].pitch == -9 and listed[-1].cast < 0


def test_an_id_has_its_numbers(family: VoiceFamily) -> None:
    assert family.design("default") == family.design("baker") == PLAIN
    assert family.design("deep_man").pitch < -9
    mine = family.add("我的", {"tract": 0.9})
    assert family.design(mine.id) == Design(tract=0.9)
    assert family.change(mine.id, None, {"pitch": -2}).design == family.design(mine.id) == Design(0.9, -2.0)
    assert family.design("design:tract=0.9, pitch=-2") == family.design(mine.id)
    refused("unknown_choice", family.design, "nobody")
    refused("bad_voice", family.design, "design:size=3")


@given(NUMBERS)
def test_a_design_is_its_own_name(values: dict[str, float]) -> None:
    made = design(values)
    again = read_inline(made.inline())
    assert all(abs(getattr(again, name) - getattr(made, name)) < 1e-6 for name in BOUNDS)


@pytest.mark.parametrize(
    "values",
    [
        {"tract": 0.79},
        {"pitch": 13},
        {"range": float("nan")},
        {"rate": True},
        {"tilt": "2"},
        {"size": 1},
        {"tract": None},
    ],
)
def test_numbers_that_cannot_be(values: dict[str, object]) -> None:
    error = refused("bad_voice", design, values)
    assert next(iter(values)) in str(error)


@pytest.mark.parametrize(
    "name", ["design:tract", "design:tract=x", "design:tract=1,tract=1", "design:=1", "design:nan=nan"]
)
def test_names_that_are_no_design(name: str) -> None:
    refused("bad_voice", read_inline, name)


def test_the_files_voices_cannot_be_changed_nor_their_names_taken(family: VoiceFamily) -> None:
    refused("voice_fixed", family.change, "baker", "x", {})
    refused("voice_fixed", family.remove, "deep_man")
    for name in ("低沉男声", "DEEP MAN", "Deep_Man"):
        refused("voice_exists", family.add, name, {})


def test_a_library_that_cannot_be_read_leaves_the_other_voices(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path)
    config.library_path.write_bytes(b"no database at all, but long enough to be looked at")
    family = VoiceFamily(config)
    assert [voice.id for voice in family.voices("embedded", (), "")] == [voice.id for voice in family.named]
    assert family.design("child").pitch > 0
    refused("library_unusable", family.design, "own-1")


ROW = "{id: one, name_zh: 一, name_en: One, group: women}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("voices: []", "voices"),
        ("voices: 3", "voices"),
        (f"voices: [{ROW}]\nmore: 1", "more"),
        ("voices: [{id: One, name_zh: 一, name_en: One, group: women}]", "id"),
        ("voices: [{id: one, name_zh: 一, name_en: One, group: robots}]", "group"),
        ("voices: [{id: one, name_zh: 一, name_en: One, group: women, design: {tract: 2}}]", "tract"),
        ("voices: [{id: one, name_zh: 一, name_en: One, group: women, design: {size: 2}}]", "size"),
        (f"voices: [{ROW}, {ROW}]", "one"),
        (f"voices: [{ROW.replace('id: one', 'id: default')}]", "default"),
        (f"voices: [{ROW}]\ncast: [two]", "two"),
        ("voices: [", "line"),
    ],
)
def test_a_table_that_is_wrong_names_what_is(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "voices.yaml"
    path.write_text(text, encoding="utf-8")
    error = refused("bad_config", load_voices, path)
    assert told in str(error) and "voices.yaml" in str(error)
