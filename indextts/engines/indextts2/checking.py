"""How far near-equal numbers are from 32 bits on a checkpoint: the same sentences in both, network by network.

Every network is given what the one before it made in 32 bits, so that each difference is its own. Nothing is kept.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import torch
from torch import Tensor

from indextts.engines.indextts2.checkpoint.model_cache import Modules
from indextts.engines.indextts2.decoding import Search, draws, find_codes
from indextts.engines.indextts2.frontend.tokens import open_front
from indextts.engines.indextts2.frontend.v25 import TokenLine
from indextts.engines.indextts2.nearness import nearness, read_along
from indextts.engines.indextts2.networks.acoustics import Flow, noise_for
from indextts.engines.indextts2.networks.gpt import TextPrompt, Writer
from indextts.engines.indextts2.networks.semantic_codec import EnhancedCodec
from indextts.engines.indextts2.precision import EXACT, NETWORKS, Network, Precision
from indextts.engines.indextts2.speaker import EncodedSpeaker, Listener, ReferenceSource, read
from indextts.engines.indextts2.synthesis import bounded
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.utterance import Segment, Token
from indextts.platform.beats import Beat, no_beat
from indextts.platform.storage.files import sha256_file

SENTENCES: Final = ("今天天气很好，我们一起去公园走走。", "This is a small voice that reads what you write.")

Measure = Literal["equal_codes", "features_db", "kl", "equal_choices", "mel_mean_db", "mel_p95_db", "sound_db"]

LIMITS: Final[dict[Measure, float]] = {
    "equal_codes": 0.95, "features_db": 30.0, "kl": 0.01, "equal_choices": 0.9, "mel_mean_db": 0.3, "mel_p95_db": 1.0,
    "sound_db": 30.0,
}  # fmt: skip
"""What is near enough. The first two, choices and the sound should be at least so much, the others at most."""
_AT_LEAST: Final = frozenset(("equal_codes", "features_db", "equal_choices", "sound_db"))
_DECIBELS: Final = 20.0 / math.log(10.0)
"""Of a mel, whose values are natural logarithms."""

Said = Callable[[Network, str, int, int], None]
"""Told which network is at work in which numbers, and which sentence of how many."""


@dataclass(frozen=True)
class Difference:
    """One figure of one network."""

    network: Network
    numbers: str
    measure: Measure
    value: float

    @property
    def limit(self) -> float:
        return LIMITS[self.measure]

    @property
    def ok(self) -> bool:
        return self.value >= self.limit if self.measure in _AT_LEAST else self.value <= self.limit


@dataclass(frozen=True)
class _Sentence:
    """What 32 bits made of a sentence."""

    line: TokenLine
    codes: list[int]
    scores: Tensor
    """Of its codes where those before were given, ``[codes, choices]``."""
    noise: Tensor
    condition: Tensor
    mel: Tensor
    sound: Tensor


@torch.inference_mode()
def differences(
    modules: Modules, near: Precision, recording: Path, *, say: Said = lambda *_: None, check: Beat = no_beat
) -> list[Difference]:
    """What ``near`` changes, of the networks that it gives other numbers. ``recording`` is a voice to speak with.

    Raises :class:`StudioError` as opening and listening do, and ``voice_stumbled`` where the voice says nothing.
    """
    lines = [open_front(modules.published).lines(_segment(text))[0] for text in SENTENCES]
    modules.compute_in(EXACT)
    with tempfile.TemporaryDirectory() as folder:
        source = ReferenceSource(recording, sha256_file(recording))
        say("hearing", "float32", 1, 1)
        speaker = Listener(modules, Path(folder)).speaker([source])
    changed = [network for network in NETWORKS if near.of(network) != "float32"]
    sentences = _exact(modules, speaker, lines, say, check)
    heard = _heard(modules, recording) if "hearing" in changed else None
    modules.compute_in(near)
    found: list[Difference] = []

    def add(network: Network, measure: Measure, value: float) -> None:
        found.append(Difference(network, near.of(network), measure, value))

    if heard is not None:
        say("hearing", near.hearing, 1, 1)
        features, codes = _heard(modules, recording)
        if codes is None or heard[1] is None:
            add("hearing", "features_db", _decibels(heard[0], features))
        else:
            add("hearing", "equal_codes", float((codes == heard[1]).float().mean()))
    if "voice" in changed:
        scores = []
        for number, one in enumerate(sentences):
            say("voice", near.voice, number + 1, len(sentences))
            check()
            scores.append(read_along(modules.voice(), _prompt(modules, speaker, one.line), one.codes))
        found_near = nearness([one.scores for one in sentences], scores)
        add("voice", "kl", found_near.divergence)
        add("voice", "equal_choices", found_near.equal)
    if "flow" in changed:
        apart = []
        for number, one in enumerate(sentences):
            say("flow", near.flow, number + 1, len(sentences))
            mel = modules.acoustics().mel(one.condition, speaker.prompt, one.noise, Flow(), check=check)
            apart.append((mel.float() - one.mel).abs().flatten() * _DECIBELS)
        whole = torch.cat(apart)
        add("flow", "mel_mean_db", float(whole.mean()))
        add("flow", "mel_p95_db", float(whole.quantile(0.95)))
    if "vocoder" in changed:
        sounds = []
        for number, one in enumerate(sentences):
            say("vocoder", near.vocoder, number + 1, len(sentences))
            sounds.append(modules.acoustics().samples(one.mel, check=check).float())
        add("vocoder", "sound_db", _decibels(torch.cat([one.sound for one in sentences]), torch.cat(sounds)))
    return found


def _exact(
    modules: Modules, speaker: EncodedSpeaker, lines: Sequence[TokenLine], say: Said, check: Beat
) -> list[_Sentence]:
    written = []
    for number, line in enumerate(lines):
        say("voice", "float32", number + 1, len(lines))
        written.append(_written(modules, speaker, line, check))
    made = []
    for number, (line, (codes, scores, latent)) in enumerate(zip(lines, written, strict=True)):
        say("flow", "float32", number + 1, len(lines))
        acoustics = modules.acoustics()
        condition = acoustics.condition(codes, latent)
        noise = noise_for(speaker.prompt, condition.shape[1], torch.Generator().manual_seed(number))
        mel = acoustics.mel(condition, speaker.prompt, noise, Flow(), check=check).float()
        made.append(_Sentence(line, codes, scores, noise, condition, mel, acoustics.samples(mel, check=check).float()))
    return made


def _written(
    modules: Modules, speaker: EncodedSpeaker, line: TokenLine, check: Beat
) -> tuple[list[int], Tensor, Tensor | None]:
    voice = modules.voice()
    prompt = _prompt(modules, speaker, line)
    codes = find_codes(
        Writer(voice, prompt),
        bounded(Search(), len(line.ids)),
        stop=voice.config.stop_mel_token,
        seen=voice.always_seen,
        draw=draws(torch.Generator().manual_seed(0)),
        on_token=lambda _: check(),
    )
    codes = [code for code in codes if code != voice.config.stop_mel_token]
    if not codes:
        raise StudioError("voice_stumbled", reason=Bilingual("it generated no codes", "没有写出任何语音编码"))
    tokens = modules.front().tokens(speaker.vectors, speaker.own_emotion)
    latent = None if modules.config.is_25 else voice.latent(tokens, line.ids, codes).float()
    return codes, read_along(voice, prompt, codes), latent


def _prompt(modules: Modules, speaker: EncodedSpeaker, line: TokenLine) -> TextPrompt:
    tokens = modules.front().tokens(speaker.vectors, speaker.own_emotion)
    return modules.voice().prompt(tokens, line.ids, line.language)


def _heard(modules: Modules, recording: Path) -> tuple[Tensor, Tensor | None]:
    """The features of a recording, and its codes where the version makes any of them."""
    (features,) = modules.hear([read(recording).speaker])
    codec = modules.acoustics().codec
    return features.float(), None if isinstance(codec, EnhancedCodec) else codec.quantize(features.float())[0]


def _decibels(own: Tensor, other: Tensor) -> float:
    """How far the difference lies below ``own``."""
    noise = float((own - other).square().mean())
    return math.inf if noise == 0 else 10.0 * math.log10(float(own.square().mean()) / noise)


def _segment(text: str) -> Segment:
    """A sentence as the front end takes it, its characters or words as tokens."""
    tokens: list[Token] = []
    for word, (begin, end) in enumerate(_words(text)):
        part = text[begin:end]
        if not part[0].isalpha():
            tokens.append(Token(part, "punctuation", tokens[-1].lang, begin, end, word))
        elif part.isascii():
            tokens.append(Token(part, "word", "en", begin, end, word))
        else:
            tokens.append(Token(part, "hanzi", "zh", begin, end, word))
    return Segment(text, 0, len(text), text, tokens)


def _words(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for at, char in enumerate(text):
        if char.isspace():
            continue
        joins = char.isascii() and char.isalpha() and at and text[at - 1].isascii() and text[at - 1].isalpha()
        if joins:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return spans
