"""Recorded text, answers of the emotion model and features of sound, against the front end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np

from indextts.engines.indextts2.frontend.normaliser import (
    Grammar,
    Normaliser,
    Tokeniser,
    corrected,
    is_chinese,
    spaced,
    split,
)
from indextts.engines.indextts2.reference.emotion import EMOTIONS, THINKING_ENDS, messages, parse
from indextts.engines.indextts2.reference.sound import (
    Bank,
    MelConfig,
    fbank,
    kaldi_basis,
    log_mel,
    mel_basis,
    semantic_features,
    sinc_resample,
)
from indextts.engines.parity.runner import Fixture, Row, compared, largest, same
from indextts.model.errors import StudioError
from indextts.platform.config import Config

_PLACEHOLDER: Final = re.compile(r"<(?:pinyin|n)_[^>]>")
_SETTING: Final = re.compile(r"max(\d+)_quick(\d+)")
_NOT_ASKED: Final = "\0"
_RATES: Final = {"8": 8000, "11": 11025, "16": 16000, "22": 22050, "24": 24000, "32": 32000, "44": 44100, "48": 48000}
_RESAMPLED: Final = re.compile(r"out\.resampled_(\d+)k_to_(\d+)k")
_FEATURES: Final = re.compile(r"out\.features_(?P<case>(?P<which>[ab])_pad(?P<padding>\d+))")
_HOP: Final = 160
_BANDS_TOLERANCE: Final = 1e-3


def text(fixture: Fixture, config: Config) -> Iterator[Row]:
    """Every case; the grammars' answers are the recorded ones, and only for what they were really asked."""
    about = fixture.about
    model = fixture.path.parent / about["bpe_model"]
    pieces = Tokeniser.open(model, Normaliser())
    yield same("vocab_size", len(pieces), about["vocab_size"])
    for number, case in enumerate(about["cases"]):
        for what, ours, theirs in _text_case(case, Tokeniser.open(model, _replayed(case)), _replayed(case)):
            yield same(f"case {number}: {what}", ours, theirs)
    for number, case in enumerate(about["glossary_cases"]):
        normaliser = _replayed(case, about["glossary"])
        yield same(f"glossary case {number}", normaliser(case["text"]), case["normalized"])
    for number, case in enumerate(about["synthetic_segmentation"]):
        segments = split(case["tokens"], case["max"], case["quick"])
        yield same(f"synthetic_segmentation {number}", segments, case["segments"])
    for syllable, expected in about["correct_pinyin"]:
        yield same(f"correct_pinyin {syllable}", corrected(syllable), expected)


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
                names = dict(zip(_PLACEHOLDER.findall(call["input"]), _PLACEHOLDER.findall(text), strict=True))
                return _PLACEHOLDER.sub(partial(_renamed, names), call["output"])
        return _NOT_ASKED

    return answer


def _renamed(names: Mapping[str, str], match: re.Match[str]) -> str:
    return names[match[0]]


def qwen_emotion(fixture: Fixture, config: Config) -> Iterator[Row]:
    """Answers are to be read exactly; one that the published system fails at must be refused."""
    about = fixture.about
    yield same("messages", messages("<text>"), about["messages"])
    yield same("thinking_end_token_id", THINKING_ENDS, about["thinking_end_token_id"])
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
    yield from compared(arrays, {"fbank": bands, "fbank_cmn": bands - bands.mean(axis=0)}, _BANDS_TOLERANCE)
    for match in filter(None, map(_RESAMPLED.fullmatch, arrays)):
        source, target = match.groups()
        audio = sinc_resample(arrays[f"in.wav{source}k"][0], _RATES[source], _RATES[target])
        yield from compared(arrays, {match[0].removeprefix("out."): audio[None]}, 1e-4)
        if target == "16" and source == "22" and "out.fbank_of_resampled" in arrays:
            yield from compared(arrays, {"fbank_of_resampled": fbank(audio, bank)}, _BANDS_TOLERANCE)


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
        yield from compared(fixture.arrays, {f"mel_basis{index}": mel_basis(config)}, 1e-4)
        yield from compared(fixture.arrays, {f"mel{index}": log_mel(audio[0], config)[None]}, _BANDS_TOLERANCE)


def seamless_features(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """Recording a is the whole wave, b the wave without its last hop; each with every padding value."""
    whole = fixture.arrays["in.wav16k"][0]
    for match in filter(None, map(_FEATURES.fullmatch, fixture.arrays)):
        rows, mask = semantic_features(whole if match["which"] == "a" else whole[:-_HOP], float(match["padding"]))
        found = {f"features_{match['case']}": rows[None], f"attention_mask_{match['case']}": mask[None]}
        yield from compared(fixture.arrays, found, _BANDS_TOLERANCE)
