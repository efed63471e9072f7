"""What is being edited survives as bytes, and bytes that are something else are refused."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.plan import lines, versions
from indextts.plan.editing import EditSession
from indextts.plan.editing_file import packed, unpacked
from indextts.plan.edits import Shift, VoiceEdit
from tests.support.lines import read

TEXT = "今天天气很好。重庆好！我们走吧？"


def edited() -> EditSession:
    session = EditSession(read(TEXT), "take")
    session.step(lambda plan: versions.edited(plan, Shift(1, 0, "pitch_shift", 3.0)))
    session.step(lambda plan: versions.read_again(plan, 0))
    session.step(lambda plan: lines.moved(plan, 2, 0))
    session.step(lambda plan: versions.edited(plan, VoiceEdit(0, "baker")))
    session.step(lambda plan: versions.locked(plan, 1, True))
    session.undo()
    return session


def opened(data: bytes) -> EditSession:
    return unpacked(data, max_chars=1000)


def test_the_plan_its_history_and_what_states_share_come_back() -> None:
    before = edited()
    after = opened(packed(before))
    assert after.id != before.id and after.take_id == "take" and after.assembled == before.assembled
    assert after.plan == before.plan and after.plan.signature(after.plan.sentences[0].version)
    assert after.history.past == before.history.past and after.history.future == before.history.future
    assert after.history.past[-1].sentences[2].versions is after.plan.sentences[2].versions
    after.redo()
    assert after.plan.sentences[1].locked
    for _ in range(5):
        after.undo()
    assert not after.history.can_undo and after.plan.text == TEXT and after.assembled
    assert packed(opened(packed(before))) == packed(before)


def test_the_oldest_steps_go_where_there_is_no_room_and_the_plan_never() -> None:
    before = edited()
    after = opened(packed(before, most=0))
    assert after.plan == before.plan and not after.history.can_undo and not after.history.can_redo
    assert len(packed(before, most=0)) < len(packed(before))


def changed(**fields: Any) -> bytes:
    data = json.loads(zlib.decompress(packed(edited())))
    data.update(fields)
    return zlib.compress(json.dumps(data).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zlib",
        packed(edited())[:-10],
        zlib.compress(b"[]"),
        zlib.compress(b"\xff"),
        changed(format=2),
        changed(past=99),
        changed(future=-1),
        changed(plans=[]),
        changed(sentences=[]),
        changed(segments=[]),
        changed(bases=[]),
        changed(more=1),
        changed(sentences=[{"versions": []}] * 9),
        changed(sentences=[{"versions": [{"name": "A", "segment": -1}]}] * 9),
    ],
)
def test_what_was_not_written_here_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(StudioError) as caught:
        opened(data)
    assert caught.value.code == "bad_editor" and all(caught.value.localise("zh"))


def test_a_plan_that_nobody_could_speak_is_refused_by_its_field() -> None:
    data = json.loads(zlib.decompress(packed(edited())))
    for segment in data["segments"]:
        segment["tokens"][0]["duration_scale"] = 99
    with pytest.raises(StudioError, match="duration_scale"):
        opened(zlib.compress(json.dumps(data).encode()))


@settings(deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_damaged_bytes_are_refused_or_read_and_never_a_fault(at: int, junk: bytes) -> None:
    text = bytearray(zlib.decompress(WHOLE))
    at %= len(text)
    text[at : at + len(junk)] = junk
    try:
        read = opened(zlib.compress(bytes(text)))
    except StudioError as error:
        assert error.code and str(error)
    else:
        assert read.plan.sentences


WHOLE = packed(edited())
