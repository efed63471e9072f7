"""Files say of themselves that they are generated, and their sound stays what it was."""

from __future__ import annotations

import io
import json
import random
import struct
import subprocess
import sys
import time
import tracemalloc
import wave
import zlib
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import mutagen
import numpy as np
import pytest
import soundfile
from mutagen.id3 import ID3, TIT2, TXXX
from mutagen.mp4 import MP4

from indextts.model.errors import StudioError
from indextts.platform.config import Config, LabelConfig, load_config
from indextts.sound.encode import StreamEncoder, encode, wav_header
from indextts.sound.export.label import (
    LABELLED,
    PRODUCT,
    Label,
    label_bytes,
    label_of,
    label_text,
    notice_text,
    read_label,
    sound_label,
    write_label,
)

RATE = 24_000
SOUND = (0.3 * np.sin(np.arange(RATE * 2) / 20)).astype(np.float32)
OURS = ("wav", "mp3", "flac", "opus")
LABEL = Label("91110000MA01234567", "a1b2", propagator="91110000MA01234567", propagate_id="a1b2")


def decoded(data: bytes) -> np.ndarray:
    with av.open(io.BytesIO(data), "r") as file:
        return np.concatenate([frame.to_ndarray().ravel() for frame in file.decode(audio=0)])


def m4a(name: str = "mp4") -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=name) as container:
        stream: Any = container.add_stream("aac", RATE)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(SOUND.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return file.getvalue()


def read(data: bytes, folder: Path) -> Label | None:
    path = folder / "some.file"
    path.write_bytes(data)
    return read_label(path)


# ---------------------------------------------------------------------- what it says


def test_the_text_is_the_standards_json_with_its_names_in_its_order() -> None:
    items = json.loads(str(LABEL))["AIGC"]
    assert list(items) == [
        *("Label", "ContentProducer", "ProduceID", "ReservedCode1"),
        *("ContentPropagator", "PropagateID", "ReservedCode2"),
    ]
    assert all(isinstance(value, str) for value in items.values())
    assert items["Label"] == "1" and Label.parse(str(LABEL)) == LABEL
    assert str(Label("某公司", "1")).isascii() and Label.parse(str(Label("某公司", "1"))) == Label("某公司", "1")


def test_the_first_writer_is_also_the_first_who_spreads_it() -> None:
    label = label_of(LabelConfig(), b"sound")
    assert label is not None
    assert label.producer == label.propagator == PRODUCT
    assert label.produce_id == label.propagate_id
    assert not set(PRODUCT) - set(map(chr, range(0x21, 0x7F))) and not set(PRODUCT) & set('"\\')


def test_the_number_follows_from_the_content() -> None:
    config = LabelConfig()
    assert label_text(config, b"a") == label_text(config, b"a") != label_text(config, b"b")
    assert label_text(config, ["你好", 1.0]) == label_text(config, ("你好", 1.0)) != label_text(config, ["你好", 1.5])
    assert sound_label(config, SOUND) == label_text(config, encode(SOUND, RATE, "wav")[44:])
    assert sound_label(LabelConfig(enabled=False), SOUND) == label_text(LabelConfig(enabled=False), b"") == ""


@pytest.mark.parametrize(
    "wrong", [{"label": "4"}, {"label": ""}, {"producer": "a\nb"}, {"produce_id": "x" * 3000}, {"reserved1": 7}]
)
def test_what_a_label_cannot_say_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(StudioError) as error:
        Label(**{"producer": "a", "produce_id": "b", **wrong})
    assert error.value.code == "invalid_value"


@pytest.mark.parametrize("producer", ["某公司", "two words", 'a"b', "a\\b", "x" * 201])
def test_the_configuration_takes_the_characters_of_the_standard_alone(producer: str, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(json.dumps({"label": {"producer": producer}}), encoding="utf-8")
    with pytest.raises(StudioError, match=r"label\.producer"):
        load_config(path)
    assert Config().label.enabled and load_config().label == LabelConfig()


def test_the_spoken_notice_names_machine_and_making_in_both_languages() -> None:
    assert "人工智能" in notice_text("zh") and "合成" in notice_text("zh")
    assert "AI" in notice_text("en") and "generated" in notice_text("en")


# ---------------------------------------------------------------------- new sound


@pytest.mark.parametrize("form", [*OURS, "pcm"])
def test_sound_with_a_label_is_the_same_sound(form: str, tmp_path: Path) -> None:
    bare, labelled = encode(SOUND, RATE, form), encode(SOUND, RATE, form, label=str(LABEL))
    if form == "pcm":
        assert bare == labelled
        return
    assert read(bare, tmp_path) is None and read(labelled, tmp_path) == LABEL
    assert np.array_equal(decoded(bare), decoded(labelled))
    assert np.array_equal(soundfile.read(io.BytesIO(bare))[0], soundfile.read(io.BytesIO(labelled))[0])
    assert len(labelled) - len(bare) < 600
    if form != "opus":  # whose streams have a number by chance
        assert labelled == encode(SOUND, RATE, form, label=str(LABEL))


@pytest.mark.parametrize("form", OURS)
def test_a_stream_begins_with_its_label_and_has_the_same_sound(form: str, tmp_path: Path) -> None:
    streams, first = [], b""
    for label in ("", str(LABEL)):
        encoder = StreamEncoder(RATE, form, label=label)
        pieces = [encoder.feed(part) for part in np.array_split(SOUND, 8)]
        streams.append(b"".join(pieces) + encoder.finish())
        first = next((piece for piece in pieces if piece), streams[-1])
    assert read(first, tmp_path) == read(streams[1], tmp_path) == LABEL
    assert np.array_equal(decoded(streams[0]), decoded(streams[1]))


@pytest.mark.parametrize("form", ["mp3", "flac", "opus"])
def test_a_file_that_is_written_piece_by_piece_bears_it_too(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"whole.{form}"
    with path.open("wb") as file:
        encoder = StreamEncoder(RATE, form, into=file, label=str(LABEL))
        for part in np.array_split(SOUND, 8):
            encoder.write(part)
        encoder.close()
    assert read_label(path) == LABEL
    bare = encode(SOUND, RATE, form)
    assert np.array_equal(soundfile.read(path)[0], soundfile.read(io.BytesIO(bare))[0])
    assert form == "opus" or path.read_bytes() == encode(SOUND, RATE, form, label=str(LABEL))


@pytest.mark.parametrize("producer", ["a", "ab", "x" * 200])
def test_other_programs_find_the_label_under_its_name(producer: str) -> None:
    text = str(Label(producer, "1"))
    for form, key in (("mp3", "TXXX:AIGC"), ("flac", "AIGC"), ("opus", "AIGC")):
        tags = mutagen.File(io.BytesIO(encode(SOUND, RATE, form, label=text))).tags
        assert str(tags[key][0] if form != "mp3" else tags[key]).strip() == text
    for data in (encode(SOUND, RATE, form, label=text) for form in ("mp3", "flac", "opus")):
        with av.open(io.BytesIO(data), "r") as file:
            assert {**file.metadata, **file.streams[0].metadata}["AIGC"].strip() == text
    with wave.open(io.BytesIO(encode(SOUND, RATE, "wav", label=text))) as wav:
        assert wav.getnframes() == SOUND.size


def test_wav_mp3_and_streams_need_no_library_for_tags() -> None:
    program = (
        "import sys, numpy as np; from indextts.sound.encode import StreamEncoder, encode;"
        "from indextts.platform.config import LabelConfig;"
        "from indextts.sound.export.label import read_label, sound_label;"
        "from pathlib import Path; x = np.zeros(24000, np.float32); label = sound_label(LabelConfig(), x);"
        "[StreamEncoder(24000, f, label=label).feed(x) for f in ('wav', 'mp3', 'opus')];"
        "[encode(x, 24000, f, label=label) for f in ('wav', 'mp3', 'opus', 'flac')];"
        "read_label(Path(sys.argv[1])); print([m for m in sys.modules if 'mutagen' in m])"
    )
    done = subprocess.run([sys.executable, "-c", program, __file__], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---------------------------------------------------------------------- files that are there already


def a_file(form: str) -> bytes:
    return m4a() if form in ("m4a", "m4b", "mp4") else encode(SOUND, RATE, form)


@pytest.mark.parametrize("form", LABELLED)
def test_a_label_is_put_into_a_file_and_takes_the_place_of_an_older_one(form: str, tmp_path: Path) -> None:
    data = a_file(form)
    path = tmp_path / f"book.{form}"
    path.write_bytes(data)
    write_label(path, Label("older", "1"))
    write_label(path, LABEL)
    assert read_label(path) == LABEL and path.read_bytes().count(b"ContentProducer") == 1
    assert np.array_equal(decoded(path.read_bytes()), decoded(data))
    assert read(label_bytes(data, form, LABEL), tmp_path) == LABEL
    assert np.array_equal(decoded(label_bytes(data, form, LABEL)), decoded(data))


def test_a_wav_of_more_than_four_gigabytes_keeps_its_true_sizes(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    soundfile.write(path, np.sin(np.arange(2400) / 10), 24_000, format="RF64", subtype="PCM_16")
    before = soundfile.read(path, dtype="int16")[0]
    label = label_of(LabelConfig(), b"a book")
    assert label is not None
    write_label(path, label)
    data = path.read_bytes()
    assert data[:4] == b"RF64" and data[12:16] == b"ds64"
    assert struct.unpack_from("<Q", data, 20)[0] == len(data) - 8
    assert read_label(path) == label
    assert np.array_equal(soundfile.read(path, dtype="int16")[0], before)


def test_what_else_a_file_says_stays(tmp_path: Path) -> None:
    book, song = tmp_path / "a.m4b", tmp_path / "a.mp3"
    book.write_bytes(m4a())
    tags: Any = MP4(book)
    tags["\xa9nam"] = ["红楼梦"]
    tags.save()
    song.write_bytes(encode(SOUND, RATE, "mp3"))
    title: Any = ID3()
    title.add(TIT2(encoding=3, text=["红楼梦"]))
    title.save(song)
    for path in (book, song):
        write_label(path, LABEL)
        assert read_label(path) == LABEL
    after: Any = MP4(book)
    assert after["\xa9nam"] == ["红楼梦"] and str(ID3(song)["TIT2"]) == "红楼梦"


@pytest.mark.parametrize("form", ["wav", "mp3", "flac", "opus", "m4a"])
def test_what_is_no_file_of_its_format_is_told_in_one_sentence(form: str, tmp_path: Path) -> None:
    if form != "mp3":  # an MP3 has no sign of its own
        with pytest.raises(StudioError) as error:
            label_bytes(b"not sound at all" * 20, form, LABEL)
        assert error.value.code == "bad_file"
    with pytest.raises(StudioError, match="wav, mp3"):
        label_bytes(b"", "txt", LABEL)


# ---------------------------------------------------------------------- files of others


def id3(version: int, text: str, encoding: int = 3) -> bytes:
    tags: Any = ID3()
    tags.add(TIT2(encoding=3, text=["t" * 300]))
    tags.add(TXXX(encoding=encoding, desc="AIGC", text=[text]))
    file = io.BytesIO(b"\xff\xfb\x90\x64" + bytes(400))
    tags.save(file, v2_version=version)
    return file.getvalue()


def wav_with(chunk: bytes) -> bytes:
    data = wav_header(RATE, 8) + bytes(8) + chunk
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


def test_labels_that_other_programs_wrote_are_found_where_they_put_them(tmp_path: Path) -> None:
    inner = json.dumps(json.loads(str(LABEL))["AIGC"])
    for text in (str(LABEL), inner, f" {inner}\0"):
        for version, encoding in ((3, 0), (3, 1), (4, 0), (4, 1), (4, 2), (4, 3)):
            assert read(id3(version, text, encoding), tmp_path) == LABEL
        raw = text.encode()
        chunk = b"AIGC" + struct.pack("<I", len(raw)) + raw
        assert read(wav_with(chunk), tmp_path) == LABEL
        info = b"INFO" + b"INAM\1\0\0\0a\0" + chunk
        assert read(wav_with(b"LIST" + struct.pack("<I", len(info)) + info), tmp_path) == LABEL
        tag = id3(4, text)
        assert read(wav_with(b"id3 " + struct.pack("<I", len(tag)) + tag), tmp_path) == LABEL
        file = io.BytesIO()
        with av.open(file, "w", format="mp4", options={"movflags": "use_metadata_tags"}) as container:
            container.metadata["AIGC"] = text.strip(" \0")
            stream: Any = container.add_stream("aac", RATE)
            stream.layout = "mono"
            frame = av.AudioFrame.from_ndarray(SOUND.reshape(1, -1), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE, 0
            for packet in (*stream.encode(frame), *stream.encode(None)):
                container.mux(packet)
        assert read(file.getvalue(), tmp_path) == LABEL


def seven(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def id3_of(body: bytes, marks: int, tag_marks: int = 0) -> bytes:
    """An ID3v2.4 tag of one frame with those marks, as a program writes it that packs its frames."""
    frame = b"TXXX" + seven(len(body)) + bytes((0, marks)) + body
    return b"ID3\4\0" + bytes((tag_marks,)) + seven(len(frame)) + frame + b"\xff\xfb\x90\x64" + bytes(400)


def test_a_frame_that_tells_its_length_once_more_or_escapes_its_bytes_is_read(tmp_path: Path) -> None:
    body = b"\3AIGC\0" + str(LABEL).encode()
    wide = b"\1" + "AIGC\0".encode("utf-16") + str(LABEL).encode("utf-16")
    escaped = wide.replace(b"\xff", b"\xff\0")
    assert escaped != wide
    for content, plain in ((body, body), (escaped, wide)):
        marks = 0 if content == plain else 0x02
        assert read(id3_of(content, marks), tmp_path) == LABEL
        assert read(id3_of(seven(len(plain)) + content, marks | 0x01), tmp_path) == LABEL
    assert read(id3_of(escaped, 0, 0x80), tmp_path) == LABEL
    for packed in (0x08, 0x04):  # compressed, encrypted: not read, and no label
        assert read(id3_of(body, packed), tmp_path) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "1", "null", "{}", '{"AIGC":7}', '{"AIGC":{"Label":"1"}}'),
        *('{"Label":"9","ProduceID":"1"}', '{"Label":1,"ProduceID":"1"}', '{"Label":"1","ProduceID":["1"]}'),
        *("[" * 50_000, '{"AIGC":' * 9_000, "1" * 50_000, '{"Label":"1","ProduceID":"\\u0000"}'),
    ],
    ids=lambda text: text[:24],
)
def test_a_text_that_is_no_label_is_none(text: str, tmp_path: Path) -> None:
    assert Label.parse(text) is None
    assert read(id3(4, text), tmp_path) is None
    raw = text.encode()
    assert read(wav_with(b"AIGC" + struct.pack("<I", len(raw)) + raw + b"\0" * (len(raw) % 2)), tmp_path) is None


def hostile(seed: int) -> Iterator[bytes]:
    """Labelled files of every format, damaged at random; most often in their heads."""
    chance = random.Random(seed)
    files = [label_bytes(a_file(form), form, LABEL) for form in ("wav", "mp3", "flac", "opus", "m4a")]
    files += [id3(3, str(LABEL), 1), id3(4, str(LABEL))]
    sizes = [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\1", b"\1\0\0\0", b"\xff\xff\xff\x7f"]
    for _ in range(150):
        for whole in files:
            data = bytearray(whole)
            for _ in range(chance.randint(1, 6)):
                reach = min(len(data), chance.choice((64, 700, len(data))))
                # What describes an MP4 stands at its end.
                at = chance.randrange(reach) if chance.random() < 0.7 else len(data) - 1 - chance.randrange(reach)
                match chance.randrange(4):
                    case 0:
                        data[at] = chance.randrange(256)
                    case 1:
                        data[at : at + 4] = chance.choice(sizes)
                    case 2:
                        del data[at : at + chance.randint(1, 40)]
                    case 3:
                        data[at:at] = data[max(0, at - chance.randint(1, 60)) : at]
            yield bytes(data[: chance.randint(0, len(data))] if chance.random() < 0.2 else data)


def test_damaged_files_give_a_label_or_none_and_nothing_else(tmp_path: Path) -> None:
    began, found = time.process_time(), 0
    for data in hostile(14):
        found += read(data, tmp_path) is not None
        for form in ("wav", "mp3", "flac", "opus", "m4a")[:: 1 if found % 20 == 0 else 5]:
            with suppress(StudioError):
                label_bytes(data, form, LABEL)
    assert 0 < found < 150 * 7
    assert time.process_time() - began < 40


def bombs() -> Iterator[bytes]:
    zeros = zlib.compress(bytes(200_000_000), 9)
    frame = b"TXXX" + bytes((len(zeros) >> 21 & 127, len(zeros) >> 14 & 127, len(zeros) >> 7 & 127, len(zeros) & 127))
    yield b"ID3\4\0\0\x7f\x7f\x7f\x7f" + frame + b"\0\x09" + b"\x0b\x7a\x61\x40" + zeros
    yield b"fLaC\x04\xff\xff\xff" + b"\xff\xff\xff\x7f" * 100
    yield b"fLaC\x84\0\0\x0c" + b"\0\0\0\0\xff\xff\xff\xff" + b"\0\0\0\0"
    head = b"OggS\0\2" + bytes(8) + b"abcd" + bytes(8) + b"\1\1x"
    yield head + b"".join(
        b"OggS\0\0" + bytes(8) + b"abcd" + bytes(8) + b"\xff" + b"\xff" * 255 + bytes(65025) for _ in "a" * 300
    )
    yield struct.pack(">I4s", 16, b"ftyp") + bytes(8) + struct.pack(">I4s", 8, b"moov") * 100_000
    yield struct.pack(">I4s", 16, b"ftyp") + bytes(8) + struct.pack(">I4s", 0, b"moov") * 100_000
    yield struct.pack(">I4sQ", 1, b"ftyp", 2**63) + bytes(64)
    yield b"RIFF\xff\xff\xff\xffWAVE" + b"AAAA\0\0\0\0" * 200_000
    yield b"RIFF\xff\xff\xff\xffWAVEAIGC\xff\xff\xff\xff" + b"[" * 5_000_000


@pytest.mark.night
def test_no_lie_about_a_size_takes_memory_or_time(tmp_path: Path) -> None:
    for number, data in enumerate(bombs()):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(data)
        del data
        tracemalloc.start()
        began = time.process_time()
        assert read_label(path) is None
        took, most = time.process_time() - began, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert took < 2.0 and most < 50e6, (number, took, most)
