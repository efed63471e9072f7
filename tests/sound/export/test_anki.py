"""A deck for Anki holds each sentence with its sound and its reading, and is brought up to date, not doubled."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.engines.embedded.engine import load
from indextts.pipeline.pipeline import Pipeline, Speech
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config, LabelConfig
from indextts.sound.encode import encode
from indextts.sound.export.anki import FIELDS, AnkiCard, file_deck, speech_deck, write_deck
from indextts.sound.export.label import read_label
from indextts.sound.export.subtitles import Subtitles
from tests.support.decks import Package, opened
from tests.support.tiny_voice import make_tiny_voice

TEXT = "我们在重庆住了三天。A minute passed. 再见！再见！"
NOW = 1_780_000_000.0


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Speech:
    config = Config(cache_dir=tmp_path_factory.mktemp("deck"))
    make_tiny_voice(config.models_path)
    return Pipeline(config, load(config)).speak(SpeechRequest(TEXT))


def packed(speech: Speech, now: float = NOW, title: str = "旅行") -> bytes:
    subtitles = Subtitles.of(speech.utterance)
    return speech_deck(speech.samples, speech.sample_rate, subtitles, LabelConfig(), "soxr", now=now, title=title)


def written(cards: list[AnkiCard], title: str = "书", key: str = "1", now: float = NOW) -> bytes:
    stream = io.BytesIO()
    assert write_deck(stream, title, cards, key=key, now=now) == len(cards)
    return stream.getvalue()


def card(text: str, source: str = "", chapter: int = 0) -> AnkiCard:
    return AnkiCard(text, "reading", text.encode("utf-8", "surrogatepass"), source, chapter)


def test_each_sentence_is_a_note_with_its_reading(speech: Speech) -> None:
    package = opened(packed(speech))
    assert [note.fields[:2] + note.fields[3:] for note in package.notes] == [
        ["我们在重庆住了三天。", "wǒmen zài chóngqìng zhù le sāntiān.", "旅行", "1"],
        ["A minute passed.", "ə ˈmɪnət pæst.", "旅行", "2"],
        ["再见！", "zàijiàn!", "旅行", "3"],
        ["再见！", "zàijiàn!", "旅行", "4"],
    ]
    assert {note.deck for note in package.notes} == {"旅行"}
    assert [field["name"] for field in package.model["flds"]] == list(FIELDS)


def test_the_reading_is_hidden_in_front_and_both_lights_have_colours(speech: Speech) -> None:
    model = opened(packed(speech)).model
    (template,) = model["tmpls"]
    assert "{{hint:Reading}}" in template["qfmt"] and "{{Reading}}" not in template["qfmt"]
    assert "{{Reading}}" in template["afmt"] and "{{Sound}}" in template["qfmt"]
    assert ".nightMode" in model["css"] and ".night_mode" in model["css"]


def test_a_sound_is_cut_at_the_times_of_its_sentence(speech: Speech, tmp_path: Path) -> None:
    subtitles = Subtitles.of(speech.utterance).sentences
    for note, sentence in zip(opened(packed(speech)).notes, subtitles, strict=True):
        path = tmp_path / "one.mp3"
        path.write_bytes(note.sound)
        heard, rate = soundfile.read(path, dtype="float32")
        assert rate == speech.sample_rate
        assert heard.size / rate == pytest.approx(sentence.end_s - sentence.start_s, abs=0.5 / rate + 1e-6)
        meant = speech.samples[round(sentence.start_s * rate) : round(sentence.end_s * rate)]
        assert np.corrcoef(heard, meant)[0, 1] > 0.5, "a noise of the same place"
        assert read_label(path) is not None


def test_any_sound_file_with_its_times_makes_the_same_deck(speech: Speech, tmp_path: Path) -> None:
    times = Subtitles.of(speech.utterance).to_json().encode()
    for form in ("wav", "flac", "mp3", "opus", "pcm"):
        path = tmp_path / f"sound.{form}"
        path.write_bytes(encode(speech.samples, speech.sample_rate, form))
        package = opened(file_deck(path, times, LabelConfig(), "soxr", now=NOW))
        assert [note.text for note in package.notes] == ["我们在重庆住了三天。", "A minute passed.", "再见！", "再见！"]
        assert {note.deck for note in package.notes} == {"我们在重庆住了三天。"}, "called as it begins"


def test_the_same_work_has_the_same_notes_and_another_one_others(speech: Speech) -> None:
    first, again, other = packed(speech), packed(speech, NOW + 60), packed(speech, title="别的")
    assert first == packed(speech), "to the byte, but for the time"
    keys = [[(note.id, note.guid) for note in opened(one).notes] for one in (first, again, other)]
    assert keys[0] == keys[1] and not {*keys[0]} & {*keys[2]}


def test_a_sentence_stays_the_same_note_where_others_come_and_go() -> None:
    before = {note.text: note.guid for note in opened(written([card("一。"), card("二。")])).notes}
    after = {note.text: note.guid for note in opened(written([card("新。"), card("二。"), card("一。")])).notes}
    assert {text: after[text] for text in before} == before


def test_chapters_are_decks_inside_the_books_deck() -> None:
    cards = [card("好。", "第一章::夜", 1), card("好。", "第二章", 2), card("完。", "第二章", 2)]
    package = opened(written(cards, title="昼::夜"))
    assert [note.deck for note in package.notes] == ["昼:夜::01 第一章:夜", "昼:夜::02 第二章", "昼:夜::02 第二章"]
    assert "昼:夜" in package.decks and "AI" in package.decks["昼:夜"]["desc"]
    moved = opened(written([card("好。", "序", 1), card("好。", "第一章::夜", 2)], title="昼::夜"))
    assert moved.notes[1].guid == package.notes[0].guid, "a chapter may come to stand elsewhere"


@pytest.mark.parametrize("count", [0, 1, 1000])
def test_as_many_sentences_as_there_are(count: int) -> None:
    package = opened(written([card(f"第{number}句。") for number in range(count)]))
    assert [note.fields[4] for note in package.notes] == [str(number + 1) for number in range(count)]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=5))
@settings(max_examples=50)
def test_no_text_becomes_an_element_a_template_or_a_sound(texts: list[str]) -> None:
    hard = [
        *texts,
        "<img src=x onerror=alert(1)>",
        "[sound:other.mp3]",
        "{{Sound}}",
        "[anki:tts lang=en_US]a[/anki:tts]",
    ]
    for note in opened(written([card(text, text, 1) for text in hard])).notes:
        assert len(note.fields) == len(FIELDS)
        for field in (note.fields[0], note.fields[3]):
            assert not {*"<>[{"} & {*field}


def test_anki_itself_takes_it_in_and_brings_it_up_to_date(speech: Speech, tmp_path: Path) -> None:
    """With Anki's own library, in a process's own collection."""
    anki = pytest.importorskip("anki.collection")
    collection = anki.Collection(str(tmp_path / "collection.anki2"))
    given: list[Any] = []
    for number, data in enumerate([packed(speech), packed(speech), packed(speech, NOW + 60), written([])]):
        path = tmp_path / f"{number}.apkg"
        path.write_bytes(data)
        log = collection.import_anki_package(anki.ImportAnkiPackageRequest(package_path=str(path))).log
        given.append((len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting)))
    assert given == [(4, 0, 0, 0), (0, 0, 4, 0), (0, 4, 0, 0), (0, 0, 0, 0)]
    assert collection.note_count() == collection.card_count() == 4
    package: Package = opened(packed(speech))
    for note in package.notes:
        (found,) = collection.find_notes(f"nid:{note.id}")
        (shown,) = collection.get_note(found).cards()
        assert collection.decks.name(shown.did) == "旅行"
        front = shown.question()
        assert note.text in front and front.index(note.fields[1]) > front.index("display: none")
        assert note.fields[1] in shown.answer() and "display: none" not in shown.answer()
        (tag,) = shown.question_av_tags()
        assert (Path(collection.media.dir()) / tag.filename).read_bytes() == note.sound
    assert collection.fix_integrity()[1]
    collection.close()
