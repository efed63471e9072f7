"""What IndexTTS-2's weights take in memory while it speaks, at their published size, with random weights, on a CPU.

    python -m benchmarks.indextts2_memory                       # each choice of numbers, one after the other
    python -m benchmarks.indextts2_memory --numbers int8        # one of them

Weights are written into a folder for temporary files (3 GB) as the model's own files are, and opened from there by
what opens those. A process of its own hears a recording as far as its weights stay open, and speaks a second in one
step. What it holds more than before it opened anything is said, in MB: once all is open, while it speaks, between two
sentences; last, how much of that is gone when the networks are let go. Needs ``requirements/torch.txt`` and 4 GB of
memory.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

import torch
from torch import Tensor, nn

from benchmarks.indextts2 import GPT
from indextts.engines.indextts2.checkpoint.config import ModelConfig
from indextts.engines.indextts2.checkpoint.folder import PublishedFolder
from indextts.engines.indextts2.checkpoint.precision import EXACT, Precision
from indextts.engines.indextts2.checkpoint.weights import Mapped, write
from indextts.engines.indextts2.fast import digit_kernels, snake_kernel
from indextts.engines.indextts2.opened.model_cache import Modules
from indextts.engines.indextts2.reference.acoustics import (
    AcousticPrompt,
    Flow,
    LatentProjection,
    LengthRegulator,
    RegulatorConfig,
    noise_for,
)
from indextts.engines.indextts2.reference.bigvgan import BigVGAN, BigVGANConfig
from indextts.engines.indextts2.reference.dit import DiT, DiTConfig
from indextts.engines.indextts2.reference.gpt import CodeWriter, UnifiedVoice
from indextts.engines.indextts2.reference.semantic_codec import CodecConfig, SemanticCodec
from indextts.engines.indextts2.speech.decoding import Search, find_codes
from indextts.platform.memory import release

NUMBERS: Final = {
    "float32": EXACT,
    "int8": Precision(voice="int8"),
    "bfloat16": Precision("bfloat16", "int8", "bfloat16", "bfloat16"),
}
_CODES: Final = 50
_PROMPT: Final = 517


class RandomModel:
    """Stands for the folder of a published model."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        about = {"s2mel": {"length_regulator": {"channels": 512, "in_channels": 1024, "sampling_ratios": [1] * 4}}}
        self.config = ModelConfig("2.0", GPT, (), about)
        self._maps: dict[str, Mapped] = {}

    def path(self, role: str) -> Path:
        return self.folder / role

    def read_json(self, role: str) -> dict[str, Any]:
        return {}

    def tensors(self, role: str) -> Mapped:
        if role not in self._maps:
            self._maps[role] = Mapped(self.path(role))
        return self._maps[role]

    def forget(self, *roles: str) -> None:
        for role in roles or self._maps:
            if role in self._maps:
                self._maps[role].forget()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.indextts2_memory", description="Weights in memory.")
    parser.add_argument("--numbers", choices=[*NUMBERS], help="one choice of numbers")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.folder is not None:
        print(json.dumps(held(options.folder, NUMBERS[options.numbers])))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        write_model(Path(folder))
        for numbers in [options.numbers] if options.numbers else NUMBERS:
            command = [sys.executable, "-m", __spec__.name, "--numbers", numbers, "--folder", folder]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            print(f"{numbers:10} {told.strip()}")
    return 0


def write_model(folder: Path) -> None:
    torch.manual_seed(0)

    def state_of(make: Callable[[], nn.Module], prefix: str = "") -> dict[str, Tensor]:
        network = make()
        for tensor in network.parameters():
            nn.init.uniform_(tensor, -0.02, 0.02)
        return {f"{prefix}{name}": tensor for name, tensor in network.state_dict().items()}

    write(folder / "gpt", state_of(lambda: UnifiedVoice(GPT)))
    write(folder / "codec", state_of(lambda: SemanticCodec(CodecConfig())))
    write(folder / "bigvgan", state_of(lambda: BigVGAN(BigVGANConfig()), "generator."))
    flow = state_of(lambda: DiT(DiTConfig()), "net.cfm.estimator.")
    flow |= state_of(lambda: LengthRegulator(RegulatorConfig()), "net.length_regulator.")
    write(folder / "s2mel", flow | state_of(LatentProjection, "net.gpt_layer."))


class OpenedModules(Modules):
    """Whose settings are the published ones, which the program's own defaults are too."""

    def _section(self, name: str, read: Callable[[], Any]) -> Any:
        known = {"semantic_codec": CodecConfig, "bigvgan": BigVGANConfig}
        if name in known:
            return known[name]()
        try:
            return read()
        except KeyError:
            return DiTConfig()


@torch.inference_mode()
def held(folder: Path, precision: Precision) -> dict[str, float]:
    torch.set_num_threads(1)
    model = RandomModel(folder)
    modules = OpenedModules(cast(PublishedFolder, model), device=torch.device("cpu"), precision=precision)
    snake_kernel.compiled()  # code, not weights
    digit_kernels.compiled()
    before = resident()
    voice, acoustics = modules.voice(), modules.acoustics()
    told = {"opened_mb": resident() - before}
    features = torch.randn(1, 300, 1024)
    prompt = AcousticPrompt(
        torch.zeros(1, 80, _PROMPT), acoustics.prompt_condition(features, _PROMPT), torch.zeros(1, 192)
    )
    model.forget("codec")  # as hearing does
    vectors, text = torch.randn(1, 34, GPT.model_dim), [*range(2, 22)]
    writer, search = CodeWriter(voice, voice.prompt(vectors, text)), Search(sample=False, max_tokens=_CODES)
    codes = find_codes(writer, search, stop=GPT.stop_mel_token, seen=voice.always_seen)
    spoken = [code % 8192 for code in codes]
    condition = acoustics.condition(spoken, voice.latent(vectors, text, spoken))
    noise = noise_for(prompt, condition.shape[1], torch.Generator().manual_seed(0))
    acoustics.samples(acoustics.mel(condition, prompt, noise, Flow(1)))
    release()
    told["speaking_mb"] = resident() - before
    model.forget()  # as Turns does
    told["between_mb"] = between = resident() - before
    del voice, acoustics, writer
    modules.release()
    return {**told, "let_go_mb": between - (resident() - before)}


def resident() -> float:
    """Megabytes (10⁶) that the process holds."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    [kilobytes] = (int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return round(kilobytes * 1024 / 1e6)


if __name__ == "__main__":
    sys.exit(main())
