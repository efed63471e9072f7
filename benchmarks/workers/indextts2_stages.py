"""What ``benchmarks.indextts2_versions`` runs in a process of its own, in the folder of one version of this project.

    python benchmarks/workers/indextts2_stages.py '{"parts": ["flow"], "rows": [[172, 1]], …}' OUT.pt

Networks of the published size with random weights, drawn from the same seeds in every version and opened as that
version's engine opens them: what a version does not have yet, it does without. Prints the processor seconds of each
part as JSON and keeps what came out in ``OUT.pt``. Imports nothing of this version's benchmarks.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn

ENGINE: Final = "indextts.engines.indextts2"
FOLDERS: Final = (".reference", ".fast", ".speech", ".checkpoint", ".networks", "")
"""Of the engine, today's and those of earlier versions."""
CODES_PER_FRAME: Final = 50 / 86.13
STOP: Final = 8193
_TEXT: Final = 20
_WARM: Final = 32


@dataclass(frozen=True)
class Job:
    """What is to be done, as the command line says it."""

    parts: list[str]
    rows: list[tuple[int, int]]
    """Mel frames of a sentence, and how many such sentences."""
    precision: str
    """exact, fast, or auto: fast where that is clearly quicker."""
    prompt: int
    """Mel frames that the flow goes on from."""
    steps: int
    beams: int
    threads: int


Work = Callable[[int, int], list[Tensor]]
"""A part's results for so many frames of so many sentences."""


def main(told: str, out: str) -> None:
    job = Job(**json.loads(told))
    torch.set_num_threads(job.threads)
    torch.set_grad_enabled(False)
    found: dict[str, Any] = {"numbers": {}, "seconds": {}}
    kept: dict[str, list[Tensor]] = {}
    for part in job.parts:
        work, found["numbers"][part] = opened(part, job)
        work(_WARM, 1)
        for frames, count in job.rows:
            began = time.process_time()
            kept[f"{part} {frames} {count}"] = work(frames, count)
            found["seconds"][f"{part} {frames} {count}"] = time.process_time() - began
            sys.stderr.write(f"{part} {frames} x {count}: {time.process_time() - began:.1f} s\n")
        del work
    torch.save(kept, out)
    print(json.dumps(found))


def opened(part: str, job: Job) -> tuple[Work, str]:
    """A part's work, and the numbers that it computes with."""
    make = PARTS[part]
    fast = NEAR[part]
    if job.precision == "exact" or not native(fast):
        return make("float32", job), "float32"
    if job.precision == "fast":
        return make(fast, job), fast
    took = {numbers: _took(make(numbers, job)) for numbers in ("float32", fast)}
    chosen = fast if took[fast] <= 0.9 * took["float32"] else "float32"
    return make(chosen, job), chosen


def _took(work: Work) -> float:
    work(_WARM, 1)
    began = time.process_time()
    work(_WARM, 1)
    return time.process_time() - began


def native(numbers: str) -> bool:
    """Whether the processor has such numbers, within the limits of its environment."""
    limit = os.environ.get("ONEDNN_MAX_CPU_ISA", "").upper()
    able = torch.cpu.get_capabilities()
    has = any(able.get(flag) for flag in ("avx512_bf16", "amx_bf16", "arm_bf16"))
    return numbers != "bfloat16" or (has and (not limit or "BF16" in limit or "AMX" in limit or limit == "ALL"))


def of(module: str, name: str) -> Any:
    """What a version has of that name in a module of its engine, or None."""
    for folder in FOLDERS:
        try:
            return getattr(importlib.import_module(f"{ENGINE}{folder}.{module}"), name)
        except (ImportError, AttributeError):
            continue
    return None


def flow(numbers: str, job: Job) -> Work:
    """The mels of sentences, each by itself."""
    dit, solve = of("dit", "DiT"), of("acoustics", "solve")
    config = of("dit", "DiTConfig")()
    network = of("dit", "load_dit")(config, flow_weights(lambda: dit(config)), source="random")
    lay_out = of("accelerate", "lay_out") or of("dit", "lay_out")
    if lay_out is None:
        of("packed_linear", "pack")(network)
    else:
        lay_out(network, numbers)

    def work(frames: int, count: int) -> list[Tensor]:
        mels = []
        steps = job.steps if frames != _WARM else 1
        for number in range(count):
            draw = _drawing(number)
            prompt, style = draw(1, 80, job.prompt) * 2 - 4, draw(1, 192)
            condition = draw(1, job.prompt + frames, 512) * 0.5
            noise = draw(1, 80, job.prompt + frames)
            mels.append(solve(network, noise, prompt, style, condition, steps=steps)[0, :, job.prompt :])
        return mels

    return work


def flow_weights(make: Callable[[], nn.Module]) -> dict[str, Tensor]:
    """Drawn so that no layer is all but nothing: the published initial values leave most of them out."""
    with torch.device("meta"):
        wanted = make().state_dict()
    draw = _drawing(7)
    state: dict[str, Tensor] = {}
    for name, tensor in wanted.items():
        value = draw(*tensor.shape)
        if name.endswith("norm.weight"):
            value = 1 + 0.1 * value
        elif name.endswith("bias"):
            value *= 0.02
            if "project_layer" in name:
                value[: len(value) // 2] += 1
        else:
            value /= tensor[0].numel() ** 0.5
        state[f"estimator.{name}"] = value
    return state


def vocoder(numbers: str, _job: Job) -> Work:
    """The samples of sentences, each by itself."""
    torch.manual_seed(0)
    plain = of("bigvgan", "BigVGAN")(of("bigvgan", "BigVGANConfig")()).eval()
    plain.requires_grad_(False)
    for name, buffer in plain.named_buffers():
        if name.endswith("filter"):
            buffer.fill_(1.0 / buffer.shape[-1])
    packed = of("packed_vocoder", "PackedVocoder")
    network = plain if packed is None else packed(plain, half=numbers == "bfloat16")

    def work(frames: int, count: int) -> list[Tensor]:
        mels = (_drawing(number)(1, 80, frames) * 2 - 4 for number in range(count))
        return [torch.cat([chunk[0, 0] for chunk in network.chunks(mel)]) for mel in mels]

    return work


def codes(numbers: str, job: Job) -> Work:
    """The codes of sentences and what the acoustics need beside them; together where a version can do that."""
    config = of("config", "GptConfig")
    encoder = of("config", "EncoderConfig")
    size = config(
        layers=24, model_dim=1280, heads=20, max_text_tokens=600, max_mel_tokens=1815, number_text_tokens=12000,
        number_mel_codes=8194, start_text_token=0, stop_text_token=1, start_mel_token=8192, stop_mel_token=STOP,
        condition_num_latent=32, condition_module=encoder(512, 2048, 8, 6, 2.0),
        emo_condition_module=encoder(512, 1024, 4, 4, 2.0),
    )  # fmt: skip
    torch.manual_seed(0)
    voice = of("gpt", "UnifiedVoice")(size).eval().requires_grad_(False)
    projection = of("gpt", "Projection") or of("packed_linear", "Projection")
    for layer in voice.modules():
        if isinstance(layer, projection):
            nn.init.normal_(layer.weight, std=0.02)
    # Random weights must neither stop on their own nor hang between codes that are all but equal.
    voice.mel_head.bias[STOP] = -1e4
    voice.mel_head.weight *= 20.0
    lighten = of("light_linear", "lighten")
    if numbers != "float32" and lighten is not None:
        lighten(voice, numbers)
    of("packed_linear", "pack")(voice)
    search = of("decoding", "Search")
    together = of("writing", "write_lines")

    def work(frames: int, count: int) -> list[Tensor]:
        how = search(sample=False, num_beams=job.beams, max_tokens=round(frames * CODES_PER_FRAME))
        draws = [_drawing(number) for number in range(count)]
        vectors = [draw(1, 34, 1280) * 0.5 for draw in draws]
        texts = [torch.arange(2, 2 + _TEXT).add(number).tolist() for number in range(count)]
        if together is not None:
            line = of("writing", "LineToWrite")
            lines = [line(text, at, None, how, torch.Generator()) for text, at in zip(texts, vectors, strict=True)]
            return [torch.tensor(written.codes) for written in together(lines, voice, latents=True)]
        return [_alone(voice, how, text, at) for text, at in zip(texts, vectors, strict=True)]

    return work


def _alone(voice: Any, how: Any, text: list[int], vectors: Tensor) -> Tensor:
    writer = of("gpt", "Writer")(voice, voice.prompt(vectors, text))
    find = of("decoding", "find_codes")
    found = find(writer, how, stop=STOP, seen=voice.always_seen)
    voice.latent(vectors, text, found)
    return torch.tensor(found)


def _drawing(seed: int) -> Callable[..., Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return lambda *shape: torch.randn(*shape, generator=generator)


PARTS: Final[dict[str, Callable[[str, Job], Work]]] = {"flow": flow, "vocoder": vocoder, "codes": codes}
NEAR: Final = {"flow": "bfloat16", "vocoder": "bfloat16", "codes": "int8"}


if __name__ == "__main__":
    sys.path[0] = os.getcwd()
    main(*sys.argv[1:])
