"""Recorded text, answers of the emotion model and features of sound, against the front end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np

from indextts.config import Config
from indextts.engines.indextts2.frontend.normaliser import Grammar, Normaliser, corrected, is_chinese
from indextts.engines.indextts2.frontend.pieces import Tokeniser, spaced, split
from indextts.engines.indextts2.frontend.sound import (
    Bank,
    MelConfig,
    fbank,
    kaldi_basis,
    log_mel,
    mel_basis,
    semantic_features,
    sinc_resample,
)
from indextts.engines.indextts2.networks.emotion import EMOTIONS, THINKING_ENDS, messages, parse
from indextts.errors import StudioError
from indextts.parity.runner import Fixture, Row, largest, unequal

_PLACEHOLDER: Final = re.compile(r"<(?:pinyin|n)_[^>]>")
_SETTING: Final = re.compile(r"max(\d+)_quick(\d+)")
_NOT_ASKED: Final = "\0"
_RATES: Final = {"8": 8000, "11": 11025, "16": 16000, "22": 22050, "24": 24000, "32": 32000, "44": 44100, "48": 48000}
_RESAMPLED: Final = re.compile(r"out\.resampled_(\d+)k_to_(\d+)k")
_FEATURES: Final = re.compile(r"out\.features_([ab])_pad(\d+)")
_HOP: Final = 160


def text(fixture: Fixture, config: Config) -> Iterator[Row]:
    """Every case; the grammars' answers are the recorded ones, and only for what they were really asked."""
    about = fixture.about
    model = fixture.path.parent / about["bpe_model"]
    pieces = Tokeniser.open(model, Normaliser())
    yield "vocab_size", unequal(len(pieces), about["vocab_size"]), 0.0
    for number, case in enumerate(about["cases"]):
        for what, ours, theirs in _text_case(case, Tokeniser.open(model, _replayed(case)), _replayed(case)):
            yield f"case {number}: {what}", unequal(ours, theirs), 0.0
    for number, case in enumerate(about["glossary_cases"]):
        normaliser = _replayed(case, about["glossary"])
        yield f"glossary case {number}", unequal(normaliser(case["text"]), case["normalized"]), 0.0
    for number, case in enumerate(about["synthetic_segmentation"]):
        segments = split(case["tokens"], case["max"], case["quick"])
        yield f"synthetic_segmentation {number}", unequal(segments, case["segments"]), 0.0
    for syllable, expected in about["correct_pinyin"]:
        yield f"correct_pinyin {syllable}", unequal(corrected(syllable), expected), 0.0


def _text_case(case: Mapping[str, Any], tokeniser: Tokeniser, normaliser: Normaliser) -> Iterator[tuple[str, Any, Any]]:
    if "<" not in case["text"]:  # annotations are taken out before the language is chosen
        yield "use_chinese", is_chinese(case["text"]), case["use_chinese"]
    normalised = normaliser(case["text"])
    yield "normalized", normalised, case["normalized"]
    yield "cjk_spaced", spaced(normalised), case["cjk_spaced"]
    tokens = tokeniser.tokens(case["text"])
    yield "tokens", tokens, case["tokens"]
    yield "ids", tokeniser.ids(tokens), case["ids"]
    for setting, segments in case["segments"].items():
        numbers = _SETTING.fullmatch(setting)
        longest, quick = (int(number) for number in numbers.groups()) if numbers else (0, 0)
        yield setting, split(tokens, longest, quick), segments


def _replayed(case: Mapping[str, Any], glossary: Mapping[str, Any] | None = None) -> Normaliser:
    calls = case["tn_calls"]
    zh, en = (_grammar([call for call in calls if call["lang"] == language]) for language in ("zh", "en"))
    return Normaliser(glossary, zh=zh, en=en)


def _grammar(calls: Sequence[Mapping[str, str]]) -> Grammar:
    """Answers what was recorded, whichever letters the placeholders had then."""

    def answer(text: str) -> str:
        for call in calls:
            if _PLACEHOLDER.sub("<>", call["input"]) == _PLACEHOLDER.sub("<>", text):
                pairs = zip(_PLACEHOLDER.findall(call["input"]), _PLACEHOLDER.findall(text), strict=True)
                names = dict(pairs)
                return _PLACEHOLDER.sub(partial(_renamed, names), call["output"])
        return _NOT_ASKED

    return answer


def _renamed(names: Mapping[str, str], match: re.Match[str]) -> str:
    return names[match[0]]


def qwen_emotion(fixture: Fixture, config: Config) -> Iterator[Row]:
    """Answers are to be read exactly; one that the published system fails at must be refused."""
    about = fixture.about
    yield "messages", unequal(messages("<text>"), about["messages"]), 0.0
    yield "thinking_end_token_id", unequal(THINKING_ENDS, about["thinking_end_token_id"]), 0.0
    for number, case in enumerate(about["cases"]):
        yield f"case {number}", _answer_error(case), 0.0


def _answer_error(case: dict[str, Any]) -> float:
    result = case["result"]
    try:
        ours = parse(case["input_text"], case["model_output"])
    except StudioError:
        return 0.0 if "error" in result else 1.0
    if "error" in result or set(ours) != set(result):
        return 1.0
    return largest([ours[name] for name in EMOTIONS], np.array([result[name] for name in EMOTIONS], float))


def kaldi_fbank(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """Every filterbank that is recorded, and every change of rate."""
    said, arrays = fixture.about["args"], fixture.arrays
    rate = said["sample_frequency"]
    high = said["high_freq"]
    bank = Bank(
        sample_rate=rate,
        frame=round(rate * said["frame_length_ms"] / 1000),
        hop=round(rate * said["frame_shift_ms"] / 1000),
        bands=said["num_mel_bins"],
        low_hz=float(said["low_freq"]),
        high_hz=rate / 2 if high == "nyquist" else float(high),
        preemphasis=said["preemphasis"],
    )
    # The recording leaves out the bin of half the rate, which no triangle reaches.
    yield "mel_basis", largest(kaldi_basis(bank)[:, :-1], arrays["out.mel_basis"]), 1e-4
    bands = fbank(arrays["in.wav16k"][0], bank)
    yield "fbank", largest(bands, arrays["out.fbank"]), 1e-3
    yield "fbank_cmn", largest(bands - bands.mean(axis=0), arrays["out.fbank_cmn"]), 1e-3
    for name in arrays:
        match = _RESAMPLED.fullmatch(name)
        if match:
            source, target = match.groups()
            audio = sinc_resample(arrays[f"in.wav{source}k"][0], _RATES[source], _RATES[target])
            yield name.removeprefix("out."), largest(audio[None], arrays[name]), 1e-4
            if target == "16" and source == "22" and "out.fbank_of_resampled" in arrays:
                yield "fbank_of_resampled", largest(fbank(audio, bank), arrays["out.fbank_of_resampled"]), 1e-3


def mel22k(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """One comparison for each analysis that ``args`` lists."""
    audio = fixture.arrays["in.wav22k"]
    for index, said in enumerate(fixture.about["args"]):
        high = said["fmax"]
        config = MelConfig(
            sample_rate=said["sampling_rate"],
            n_fft=said["n_fft"],
            window=said["win_size"],
            hop=said["hop_size"],
            bands=said["num_mels"],
            low_hz=float(said["fmin"]),
            high_hz=None if high is None else float(high),
        )
        yield f"mel_basis{index}", largest(mel_basis(config), fixture.arrays[f"out.mel_basis{index}"]), 1e-4
        yield f"mel{index}", largest(log_mel(audio[0], config)[None], fixture.arrays[f"out.mel{index}"]), 1e-3


def seamless_features(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """Recording a is the whole wave, b the wave without its last hop; each with every padding value."""
    whole = fixture.arrays["in.wav16k"][0]
    for name, recorded in fixture.arrays.items():
        match = _FEATURES.fullmatch(name)
        if match:
            which, padding = match.groups()
            rows, mask = semantic_features(whole if which == "a" else whole[:-_HOP], float(padding))
            yield f"features_{which}_pad{padding}", largest(rows[None], recorded), 1e-3
            recorded_mask = fixture.arrays[f"out.attention_mask_{which}_pad{padding}"]
            yield f"attention_mask_{which}_pad{padding}", unequal(mask[None], recorded_mask), 0.0
