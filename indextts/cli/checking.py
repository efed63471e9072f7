"""``models check``: how far the near-equal numbers of a cloned voice's model are from 32 bits, on this machine."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indextts.cli.terminal import report, tell
from indextts.engines.indextts2.precision import EXACT, PARTS, Network
from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual, locale_language

if TYPE_CHECKING:
    from indextts.engines.indextts2.checking import Difference
    from indextts.platform.config import Config

_MEASURES: Final = {
    "equal_codes": (Bilingual("share of identical codes", "编码相同的比例"), "{:.2%}"),
    "features_db": (Bilingual("features above the difference", "特征与差值之比"), "{:.1f} dB"),
    "kl": (Bilingual("divergence of the choices (KL)", "选择分布的偏差（KL）"), "{:.2e}"),
    "equal_choices": (Bilingual("share of identical first choices", "首选编码相同的比例"), "{:.2%}"),
    "mel_mean_db": (Bilingual("difference of the mel, mean", "梅尔谱差，平均"), "{:.3f} dB"),
    "mel_p95_db": (Bilingual("difference of the mel, 95 % below", "梅尔谱差，95% 低于"), "{:.3f} dB"),
    "sound_db": (Bilingual("sound above the difference", "声音与差值之比"), "{:.1f} dB"),
}
_SAME: Final = Bilingual(
    "All networks compute in 32 bits; there is nothing to compare.", "所有网络都以 32 位计算，无需比较。"
)
_NEAR: Final = Bilingual("Passed: every difference is within its limit.", "足够接近：每项差异都在限度之内。")
_FAR: Final = Bilingual(
    "The differences are too large. Set engines.indextts2.precision to exact.",
    "差异过大。请把 engines.indextts2.precision 设为 exact。",
)


def add_parser(entry: argparse.ArgumentParser) -> None:
    entry.add_argument(
        "--precision", choices=("exact", "fast", "auto"), help="the numbers to compare with 32 bits; as configured"
    )
    entry.add_argument("--reference", metavar="FILE", type=Path, help="a recording; the first cloned voice's if absent")


def run(options: argparse.Namespace, config: Config) -> int:
    """0 where the differences are within their limits, 1 where one is not."""
    from indextts.engines.indextts2.info import INFO

    if options.name not in INFO.models:
        field, given = Bilingual("NAME", "NAME"), printable(options.name)
        raise StudioError("unknown_choice", field=field, value=given, choices=", ".join(INFO.models))
    try:
        return _compared(options, config)
    except ModuleNotFoundError as error:
        command = f"./start_app.sh --with {INFO.name}"
        raise StudioError("dependency_missing", package=error.name or "", command=command) from error


def _compared(options: argparse.Namespace, config: Config) -> int:
    import torch

    from indextts.engines.indextts2.checking import differences
    from indextts.engines.indextts2.checkpoint.folder import Published
    from indextts.engines.indextts2.checkpoint.model_cache import Modules
    from indextts.engines.indextts2.choosing import PrecisionChooser
    from indextts.platform.beats import no_beat

    settings, language = config.engines.indextts2, locale_language()
    published = Published(config.models_path / options.name)
    published.check()
    recording = options.reference or _first_recording(config)
    published.convert()
    if settings.threads:
        torch.set_num_threads(settings.threads)
    modules = Modules(published, device=torch.device("cpu"), budget_bytes=int(settings.budget_gb * 1e9))
    setting = options.precision or settings.precision
    PrecisionChooser(config.cache_path, modules, settings.threads, setting).settle(no_beat)
    chosen = modules.precision

    def say(network: Network, numbers: str, number: int, total: int) -> None:
        tell(f"  {PARTS[network].of(language)}, {numbers} ({number}/{total})")

    found = [] if chosen == EXACT else differences(modules, chosen, recording, say=say)
    ok = all(one.ok for one in found)
    verdict = (_SAME if not found else _NEAR if ok else _FAR).of(language)
    told = {
        "model": options.name,
        "precision": str(chosen),
        "ok": ok,
        "differences": [
            {
                **{name: getattr(one, name) for name in ("network", "numbers", "measure", "limit", "ok")},
                "value": one.value if math.isfinite(one.value) else None,
            }
            for one in found
        ],
    }
    report(told, "\n".join([*(_line(one) for one in found), verdict]), as_json=options.json)
    return 0 if ok else 1


def _line(one: Difference) -> str:
    language = locale_language()
    title, form = _MEASURES[one.measure]
    what = f"{PARTS[one.network].of(language)} ({one.numbers}): {title.of(language)}"
    value = form.format(one.value) if math.isfinite(one.value) else "∞"
    mark = "✓" if one.ok else "✗"
    return f"{mark} {what} {value} [{form.format(one.limit)}]"


def _first_recording(config: Config) -> Path:
    """That of the first cloned voice. Raises :class:`StudioError` ``check_needs_voice`` where there is none."""
    from contextlib import closing

    from indextts.voices.cloning.library import CloneLibrary

    with closing(CloneLibrary(config)) as library:
        for voice in library.voices():
            for reference in voice.references:
                return library.path(reference.sha256)
    raise StudioError("check_needs_voice")
