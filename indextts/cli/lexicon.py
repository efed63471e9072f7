"""``python -m indextts lexicon list|add|remove|import|export``: the dictionary on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

from indextts.cli import files, terminal
from indextts.cli.terminal import typed
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, locale_language
from indextts.platform.config import load_config
from indextts.reading.lexicon import Entry, Lexicon
from indextts.reading.lexicon.entry import draft
from indextts.reading.lexicon.lexicon import FileFormat
from indextts.reading.phonemes import printed


def run(options: argparse.Namespace) -> int:
    """Do what was asked for, on the dictionary of the configuration."""
    lexicon = Lexicon(load_config(options.config).library_path)
    try:
        _ACTIONS[options.action](options, lexicon)
    finally:
        lexicon.close()
    return 0


def _list(options: argparse.Namespace, lexicon: Lexicon) -> None:
    page = lexicon.page(search=typed(options.search), limit=-1)
    lines = [_line(entry) for entry in page.entries]
    terminal.report_lines(options, {"entries": [_fields(entry) for entry in page.entries], "total": page.total}, lines)


def _add(options: argparse.Namespace, lexicon: Lexicon) -> None:
    made = draft(typed(options.word), typed(options.reading), options.kind, not options.disabled, typed(options.note))
    entry = lexicon.add(made, replace=options.replace)
    terminal.report_lines(options, _fields(entry), [_line(entry)])


def _remove(options: argparse.Namespace, lexicon: Lexicon) -> None:
    word = typed(options.word)
    entry = lexicon.find(word)
    if entry is None:
        raise StudioError("no_entry", entry=f"“{word}”")
    lexicon.remove(entry.id)
    terminal.report_lines(options, _fields(entry), [f"- {_line(entry)}"])


def _import(options: argparse.Namespace, lexicon: Lexicon) -> None:
    data = files.read_file(options.file)
    done = lexicon.import_file(data, _format(options.format, options.file), replace=options.replace)
    counts = {"added": done.added, "changed": done.changed, "removed": done.removed}
    line = Bilingual(
        "{added} added, {changed} changed, {removed} removed", "新增 {added} 条，修改 {changed} 条，删除 {removed} 条"
    ).of(locale_language())
    terminal.report_lines(options, counts, [line.format(**counts)])


def _export(options: argparse.Namespace, lexicon: Lexicon) -> None:
    output = files.check_target(options.output, options)
    data = lexicon.export_file(_format(options.format, output))
    files.write_bytes(output, data)
    if output != terminal.STANDARD:
        total = lexicon.page(limit=1).total
        line = Bilingual("{path}: {total} entries", "{path}：{total} 条").of(locale_language())
        terminal.report_lines(options, {"output": output, "total": total}, [line.format(path=output, total=total)])


def _format(asked: FileFormat | None, name: str) -> FileFormat:
    return asked or ("json" if Path(name).suffix.lower() == ".json" else "csv")


def _fields(entry: Entry) -> dict[str, Any]:
    return {"id": entry.id, **entry.as_json()}


def _line(entry: Entry) -> str:
    reading = printed.typed(entry.reading) if entry.kind == "arpabet" else entry.reading
    parts = [entry.word, reading, entry.kind, "" if entry.enabled else "off", entry.note]
    return "\t".join(parts).rstrip("\t")


_ACTIONS: Final = {"list": _list, "add": _add, "remove": _remove, "import": _import, "export": _export}
