"""The networks of a checkpoint, opened when they are needed and closed again.

What speaks (the language model; the acoustics) is kept, within a budget of memory: where the next one does not fit, the
one that was not used for longest goes. What listens to a recording is needed once for each recording, and what reads an
emotion from words once for each description: those are opened for that and freed at once.

Weights stay in their files, mapped into memory. Linear layers on a CPU are packed (``packed_linear``), one at a time,
and the pages that were read for it are given back.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar, cast

import torch
from torch import Tensor

from indextts.engines.indextts2.checkpoint.config import NAME, unusable
from indextts.engines.indextts2.checkpoint.folder import ONLY, PublishedFolder
from indextts.engines.indextts2.checkpoint.precision import EXACT, Precision
from indextts.engines.indextts2.checkpoint.weights import Mapped, State, part
from indextts.engines.indextts2.fast.accelerate import accelerate
from indextts.engines.indextts2.reference import conditioning, gpt
from indextts.engines.indextts2.reference.acoustics import Acoustics, RegulatorConfig, load_projection, load_regulator
from indextts.engines.indextts2.reference.bigvgan import BigVGANConfig, Vocoder, load_bigvgan
from indextts.engines.indextts2.reference.campplus import Campplus, CampplusConfig, load_campplus
from indextts.engines.indextts2.reference.conditioning import Block, Conditioning
from indextts.engines.indextts2.reference.dit import DiTConfig, load_dit
from indextts.engines.indextts2.reference.emotion import Exemplars, QwenEmotion
from indextts.engines.indextts2.reference.gpt import UnifiedVoice
from indextts.engines.indextts2.reference.semantic_codec import (
    CodecConfig,
    SemanticCodec,
    load_codec,
    load_enhanced_codec,
)
from indextts.engines.indextts2.reference.sound import Floats, MelConfig
from indextts.engines.indextts2.reference.w2vbert import LAYERS, SemanticEncoder, load_w2vbert, semantics
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.beats import Beat, no_beat
from indextts.platform.lru import Lru
from indextts.platform.memory import release

Held = TypeVar("Held")

_LOG: Final = logging.getLogger(__name__)
_SHARE: Final = {"float32": 1.0, "bfloat16": 0.55, "int8": 0.3}
"""Of the bytes of 32 bits: what is no large matrix stays in these."""
_MODEL: Final = "model."
"""Stands before every name where the language model's file has an entry of that name around it."""


class Modules:
    """The networks of one checkpoint on one device. Not thread-safe: its owner takes turns."""

    def __init__(
        self,
        published: PublishedFolder,
        *,
        device: torch.device,
        half: bool = False,
        budget_bytes: int = 0,
        precision: Precision = EXACT,
    ) -> None:
        """``half`` runs the language model in 16 bits; ``budget_bytes`` is for the weights, 0 for no limit."""
        self.published = published
        published.beat = lambda: self.beat()
        self.config = published.config
        self.device = device
        self.precision = precision
        self.tf32 = False
        """Whether a card may round what it multiplies in 32 bits."""
        self._half = (torch.bfloat16 if self.config.is_25 else torch.float16) if half else torch.float32
        self._kept: Lru[str, object] = Lru(budget_bytes or math.inf)
        self.beat: Beat = no_beat
        """Called now and then while networks are opened and recordings heard; raises to stop. Its owner sets it."""
        self._front: Conditioning | None = None
        self._exemplars: Exemplars | None = None

    @property
    def loaded(self) -> tuple[str, ...]:
        """What is in memory now, what was used last at the end."""
        return self._kept.keys()

    def compute_in(self, precision: Precision) -> None:
        """From now on with these numbers: what is open with others is let go."""
        if precision != self.precision:
            self.precision = precision
            self._kept.clear()
            self._let_go()

    def voice(self) -> UnifiedVoice:
        """The language model. Raises :class:`StudioError` as :meth:`PublishedFolder.tensors`, ``weights_mismatch``."""
        size = int(_bytes(self._gpt_state(), gpt.OWN) * _SHARE[self.precision.voice])
        return self._keep("voice", size, self._open_voice)

    def acoustics(self) -> Acoustics:
        """All that comes after the codes. Raises as :meth:`voice`."""
        flow = int(_bytes(self.published.tensors("s2mel")) * _SHARE[self.precision.flow])
        vocoder = int(_bytes(self.published.tensors("bigvgan")) * _SHARE[self.precision.vocoder])
        return self._keep("acoustics", _bytes(self._codec_file()) + flow + vocoder, self._open_acoustics)

    def front(self) -> Conditioning:
        """The encoders of speaker and emotion, in their file: for what stands in front of a text, which is little."""
        if self._front is None:
            self._front = conditioning.load(self._gpt_state(), self.config.gpt, source=self._name("gpt"))
            accelerate(self._front, laid_out=False)
        return self._front

    def exemplars(self) -> Exemplars:
        """The tables of ready-made emotions."""
        if self._exemplars is None:
            styles, vectors = (self.published.tensors(role)[ONLY].float() for role in ("styles", "emotions"))
            self._exemplars = Exemplars(styles, vectors, self.config.emotion_groups)
        return self._exemplars

    def mel(self) -> MelConfig:
        """The mel that the flow was trained on."""
        return self._section("s2mel", lambda: MelConfig.read(self.config.sections["s2mel"]["preprocess_params"]))

    def hear(self, recordings: Sequence[Floats]) -> list[Tensor]:
        """The semantic features ``[1, T, features]`` of 16 kHz recordings; :attr:`beat` is called before each layer.

        Opens the encoder for that, and lets it go.
        """

        def work() -> list[Tensor]:
            encoder = self._open_encoder()
            padding = float(self.published.read_json("w2vbert_frontend").get("padding_value", 0.0))
            return [semantics(samples, encoder, padding) for samples in recordings]

        return self._once(work, "w2vbert")

    def encode(self, work: Callable[[Conditioning, Campplus], Held]) -> Held:
        """What ``work`` makes with the encoders of speaker and emotion, and with that of the voice.

        Opens them for that, and lets them go.
        """

        def opened() -> Held:
            state, weights = self._gpt_state(), self.published.tensors("campplus")
            self._make_room(_bytes(state, conditioning.OWN))
            encoders = self.front()
            if self.device.type != "cpu":
                encoders = conditioning.load(state, self.config.gpt, source=self._name("gpt")).to(self.device)
            style = load_campplus(CampplusConfig.of_state(weights), weights, source=self._name("campplus"))
            blocks = [module for module in encoders.modules() if isinstance(module, Block)]
            hooks = [block.register_forward_pre_hook(lambda *_: self.beat()) for block in blocks]
            try:
                with torch.inference_mode():
                    return work(encoders, style.to(self.device))
            finally:
                for hook in hooks:
                    hook.remove()

        # Of the codec, what speaks needs the codebook alone.
        return self._once(opened, "gpt", "campplus", self._codec_role)

    def read_words(self, text: str) -> dict[str, float]:
        """The weights of the eight emotions in a description. Opens the model that reads them, and lets it go.

        The model draws its answer: always from the same seed. Raises as :class:`QwenEmotion` does.
        """
        folder = self.published.path("qwen")

        def work() -> dict[str, float]:
            self._make_room(sum(file.stat().st_size for file in folder.glob("*.safetensors")))
            with torch.random.fork_rng():
                torch.manual_seed(0)
                return QwenEmotion.open(folder).weights(text, self.beat)

        return self._once(work)

    def release(self) -> None:
        """Let everything go; it is opened again when it is needed again."""
        self._kept.clear()
        self._front = self._exemplars = None
        self.published.forget()
        self._let_go()

    def _once(self, work: Callable[[], Held], *roles: str) -> Held:
        """``work``, whose networks are gone with its own names when it ends; then what it read of files is let go."""
        try:
            return work()
        finally:
            if roles:
                self.published.forget(*roles)
            self._let_go()

    def _open_encoder(self) -> SemanticEncoder:
        state, about = self.published.tensors("w2vbert"), self.published.read_json("w2vbert_config")
        size = _bytes(state) * LAYERS // max(LAYERS, int(about.get("num_hidden_layers", LAYERS)))
        self._make_room(int(size * _SHARE[self.precision.hearing]))
        model = load_w2vbert(about, state, source=self._name("w2vbert"))
        for layer in model.encoder.layers:
            layer.register_forward_pre_hook(lambda *_: self.beat())
        statistics = self.published.tensors("statistics")
        if not {"mean", "var"} <= set(statistics):
            reason = Bilingual("its expected contents are missing.", "其中缺少应有的内容。")
            raise StudioError("model_unreadable", model=NAME, path=self.published.path("statistics"), reason=reason)
        encoder = SemanticEncoder(model, statistics["mean"].float(), statistics["var"].float()).to(self.device)
        if self.device.type == "cpu":
            accelerate(encoder, self.precision.hearing, lambda: self._read_on(state))
        return encoder

    def _open_voice(self) -> UnifiedVoice:
        voice = gpt.load(self._gpt_state(), self.config.gpt, source=self._name("gpt"))
        if self.device.type != "cpu":
            return voice.to(device=self.device, dtype=self._half)
        file = self.published.tensors("gpt")
        accelerate(voice, self.precision.voice, lambda: self._read_on(file))
        return voice

    def _open_acoustics(self) -> Acoustics:
        s2mel, said = self.published.tensors("s2mel"), self.config.sections
        name = self._name("s2mel")
        flow = load_dit(
            self._section("s2mel", lambda: DiTConfig.read(said["s2mel"])), part(s2mel, "net.cfm."), source=name
        )
        sizes = self._section("s2mel", lambda: RegulatorConfig.read(said["s2mel"]["length_regulator"]))
        regulator = load_regulator(sizes, part(s2mel, "net.length_regulator."), source=name)
        projection = None if self.config.is_25 else load_projection(part(s2mel, "net.gpt_layer."), source=name)
        numbers = self._section("semantic_codec", lambda: CodecConfig.read(said["semantic_codec"]))
        load_it = load_enhanced_codec if self.config.is_25 else load_codec
        state = part(self._codec_file(), _MODEL) if self.config.is_25 else self._codec_file()
        codec: SemanticCodec = load_it(numbers, state, source=self._name(self._codec_role))
        where = self.device
        flow = flow.to(where)
        accelerate(flow, self.precision.flow, lambda: self._read_on(s2mel))
        return Acoustics(
            codec.to(where),
            None if projection is None else projection.to(where),
            regulator.to(where),
            flow,
            self.vocoder().to(where),
        )

    def vocoder(self) -> Vocoder:
        """The vocoder by itself, opened anew. Raises as :meth:`voice`."""
        about = self.published.read_json("bigvgan_config")
        source = str(self.published.path("bigvgan_config"))
        shape = self._section("bigvgan", lambda: BigVGANConfig.read(about, source=source))
        file = self.published.tensors("bigvgan")
        plain = load_bigvgan(shape, part(file, "generator."), source=self._name("bigvgan"))
        if self.device.type != "cpu":
            return plain
        return cast(Vocoder, accelerate(plain, self.precision.vocoder, lambda: self._read_on(file)))

    def _read_on(self, file: Mapped) -> None:
        """What was read of ``file`` so far is in its new place."""
        file.forget()
        self.beat()

    def _gpt_state(self) -> State:
        state = self.published.tensors("gpt")
        return part(state, _MODEL) if any(name.startswith(_MODEL) for name in state) else state

    @property
    def _codec_role(self) -> str:
        return "codec_25" if self.config.is_25 else "codec"

    def _codec_file(self) -> Mapped:
        return self.published.tensors(self._codec_role)

    def _keep(self, name: str, size: int, make: Callable[[], Held]) -> Held:
        if name not in self._kept:
            self._make_room(size)
            began = time.perf_counter()
            self._kept.put(name, make(), size)
            release()  # laying weights out anew leaves as much again in the heap
            _LOG.info("Opened %s (%.0f MB) in %.1f s", name, size / 1e6, time.perf_counter() - began)
        return cast(Held, self._kept.get(name))

    def _make_room(self, size: int) -> None:
        if gone := self._kept.make_room(size):
            _LOG.info("Let go of %s for what comes", ", ".join(gone))
            self._let_go()

    def _let_go(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        release()

    def _name(self, role: str) -> str:
        return self.published.path(role).relative_to(self.published.folder).as_posix()

    def _section(self, name: str, read: Callable[[], Held]) -> Held:
        """What ``read`` makes of a settings file; what it lacks is said with its section's name."""
        try:
            return read()
        except (KeyError, TypeError, ValueError) as error:
            raise unusable(self.published.folder / "config.yaml", name, error) from error


def _bytes(state: State, prefixes: Iterable[str] = ("",)) -> int:
    """Of the tensors whose names begin with one of ``prefixes``, in 32 bits."""
    own = tuple(prefixes)
    return sum(tensor.numel() * 4 for name, tensor in state.items() if name.startswith(own))
