"""``python -m indextts lexicon list|add|remove|import|export``: the dictionary on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indextts.cli import terminal
from indextts.cli.terminal import typed
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, locale_language

if TYPE_CHECKING:
    from indextts.reading.lexicon import Entry, Lexicon
    from indextts.reading.lexicon.lexicon import FileFormat

_FORMATS: Final = ("csv", "json")
_KINDS: Final = ("pinyin", "arpabet", "text")


def add_parser(command: argparse.ArgumentParser) -> None:
    """Give ``command`` its actions and their options."""
    add = terminal.add_actions(command)
    listing = add("list", _list, "Print the entries.")
    listing.add_argument("--search", metavar="TEXT", default="", help="only those with TEXT in word, reading or note")

    adding = add("add", _add, "Add an entry: a word, and its pinyin, its ARPAbet, or a text to say instead.")
    adding.add_argument("word", metavar="WORD")
    adding.add_argument("reading", metavar="READING")
    adding.add_argument("--kind", choices=_KINDS, help="found out from READING unless given")
    adding.add_argument("--note", metavar="TEXT", default="")
    adding.add_argument("--disabled", action="store_true", help="keep it without using it")
    adding.add_argument("--replace", action="store_true", help="take the place of the word's entry")

    removing = add("remove", _remove, "Remove the entry of a word.")
    removing.add_argument("word", metavar="WORD")

    importing = add("import", _import, "Take over a CSV or JSON file, all of it or nothing.")
    importing.add_argument("file", metavar="FILE", help="- reads stdin")
    importing.add_argument("--format", choices=_FORMATS, help="from FILE's extension unless given, else csv")
    importing.add_argument("--replace", action="store_true", help="remove what is not in the file")

    exporting = add("export", _export, "Write all entries as a file that import takes.")
    exporting.add_argument("-o", "--output", metavar="OUT", default=terminal.STANDARD, help="stdout unless given")
    exporting.add_argument("--format", choices=_FORMATS, help="from OUT's extension unless given, else csv")


def run(options: argparse.Namespace) -> int:
    """Do what was asked for, on the dictionary of the configuration."""
    from indextts.platform.config import load_config
    from indextts.reading.lexicon import Lexicon

    lexicon = Lexicon(load_config(options.config).library_path)
    try:
        options.action(options, lexicon)
    finally:
        lexicon.close()
    return 0


def _list(options: argparse.Namespace, lexicon: Lexicon) -> None:
    page = lexicon.page(search=typed(options.search), limit=-1)
    lines = [_line(entry) for entry in page.entries]
    terminal.report_lines(options, {"entries": [_fields(entry) for entry in page.entries], "total": page.total}, lines)


def _add(options: argparse.Namespace, lexicon: Lexicon) -> None:
    from indextts.reading.lexicon.entry import draft

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
    data = terminal.read_file(options.file)
    done = lexicon.import_file(data, _format(options.format, options.file), replace=options.replace)
    counts = {"added": done.added, "changed": done.changed, "removed": done.removed}
    line = Bilingual(
        "{added} added, {changed} changed, {removed} removed", "新增 {added} 条，修改 {changed} 条，删除 {removed} 条"
    ).of(locale_language())
    terminal.report_lines(options, counts, [line.format(**counts)])


def _export(options: argparse.Namespace, lexicon: Lexicon) -> None:
    terminal.check_target(options.output)
    data = lexicon.export_file(_format(options.format, options.output))
    terminal.write_bytes(options.output, data)
    if options.output != terminal.STANDARD:
        total = lexicon.page(limit=1).total
        line = Bilingual("{path}: {total} entries", "{path}：{total} 条").of(locale_language())
        values = {"output": options.output, "total": total}
        terminal.report_lines(options, values, [line.format(path=options.output, total=total)])


def _format(asked: FileFormat | None, name: str) -> FileFormat:
    return asked or ("json" if Path(name).suffix.lower() == ".json" else "csv")


def _fields(entry: Entry) -> dict[str, Any]:
    return {"id": entry.id, **entry.as_json()}


def _line(entry: Entry) -> str:
    parts = [entry.word, entry.reading, entry.kind, "" if entry.enabled else "off", entry.note]
    return "\t".join(parts).rstrip("\t")
