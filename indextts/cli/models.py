"""``models``: list, install, check and remove the models."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from indextts.cli.configured import config_of
from indextts.cli.terminal import report, tell
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, locale_language
from indextts.models import store
from indextts.models.store import ModelState
from indextts.platform.config import load_config


def run(options: argparse.Namespace) -> int:
    config = config_of(options)
    if options.action == "pull":
        if options.source is None:
            for one in store.list_models(config, hashes=False):
                if one.name == options.name and one.stands:
                    tell(_stands(one))
        changed = store.ensure(options.name, config, progress=lambda step: tell(f"  {step}"), local=options.source)
        done = Bilingual("installed", "已安装") if changed else Bilingual("is installed and intact", "已就绪")
        line = f"{options.name}: {done.of(locale_language())}"
        report({"name": options.name, "changed": changed}, line, as_json=options.json)
        return 0
    if options.action == "remove":
        freed = store.remove(options.name, config)
        gone = Bilingual("removed", "已删除").of(locale_language())
        line = f"{options.name}: {gone}, {freed / 1e6:.1f} MB"
        report({"name": options.name, "freed": freed}, line, as_json=options.json)
        return 0
    known = store.list_models(config)
    if options.action == "list":
        table = [f"{'NAME':<12}{'MB':>8}  {'STATE':<16}LICENCE"]
        table += [f"{m.name:<12}{m.bytes / 1e6:>8.1f}  {m.detail:<16}{m.licence}" for m in known]
        table += [_stands(model) for model in known if model.stands]
        report({"models": [asdict(model) for model in known]}, "\n".join(table), as_json=options.json)
        return 0
    names = [options.name] if options.name else [model.name for model in known if model.there]
    found = [(name, state) for name in names for state in store.verify(name, config)]
    whole = all(state.state == "ok" for _, state in found)
    files = [{"model": name, **asdict(state)} for name, state in found]
    lines = [f"{state.state:<9}{name}/{state.name}" for name, state in found]
    report({"ok": whole, "files": files}, "\n".join(lines), as_json=options.json)
    return 0 if whole else 1


def explained(error: StudioError, settings: str | None) -> StudioError:
    """``error`` of a missing model, with where one stands; ``settings`` is the configuration's file."""
    try:
        return store.explained(error, load_config(settings))
    except StudioError:
        return error


def _stands(model: ModelState) -> str:
    told = StudioError("model_stands", model=model.name, path=model.stands, command=model.order)
    return " ".join(told.localise(locale_language()))
