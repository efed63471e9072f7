"""The options of all commands; what runs them is named here and loaded by :mod:`indextts.cli.main` alone."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, get_args

from indextts import __version__
from indextts.books.binding.page import Clips, Ruby
from indextts.books.model import BookForm, SaidLanguage
from indextts.cli.terminal import STANDARD
from indextts.model.settings import SETTINGS, Sampling
from indextts.plan.request import FORMATS
from indextts.platform import paths as places
from indextts.voices.design import BOUNDS

COMMANDS: Final = {
    "say": "speak:say_it",
    "analyze": "speak:analyze",
    "render": "speak:render",
    "book": "book:run",
    "normalize": "line_tools:normalize_lines",
    "prosody": "line_tools:prosody_lines",
    "pinyin": "line_tools:pinyin_lines",
    "emotion": "line_tools:emotion_lines",
    "models": "models:run",
    "lexicon": "lexicon:run",
    "voices": "voices:run",
    "keys": "keys:run",
    "share": "share:run",
    "label": "label:run",
    "parity": "parity:run",
    "bench": "bench:run",
    "doctor": "doctor:run",
    "backup": "backup:make",
    "restore": "backup:bring_back",
    "speech-dispatcher": "speech_dispatcher:run",
    "serve": "serve:run",
}
"""Module below ``indextts.cli`` and function of each command."""
_BOOK_FORMATS: Final = (*get_args(BookForm), "apkg")
_LEXICON_FORMATS: Final = ("csv", "json")
_KINDS: Final = ("pinyin", "arpabet", "text")
_HELP: Final = {
    "tract": "factor on the resonances: below 1 deeper and darker, above 1 brighter",
    "pitch": "semitones of the median F0",
    "range": "factor on the F0 range: how lively",
    "rate": "factor on the speaking rate",
    "tilt": "decibels an octave: above 0 brighter, below 0 softer",
}


def program() -> str:
    """The command as a person of this installation gives it."""
    return "python -m indextts" if places.is_clone() else "indextts"


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program(), description="Mandarin and English text-to-speech.")
    parser.add_argument("--version", action="version", version=f"IndexTTS Studio {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, summary: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=summary, description=summary)
        command.set_defaults(run=COMMANDS[name])
        add_config(command)
        return command

    speak = add("say", "Speak a text into a file.")
    _add_text(speak)
    _add_output(speak)
    add_settings(speak, speakers=True)

    analyze = add("analyze", "Print how a text would be read, as JSON that can be edited and rendered.")
    _add_text(analyze)
    add_settings(analyze, speakers=True)

    book = add("book", "Speak a whole book into a file; the same command again resumes where it stopped.")
    _add_book(book)

    render = add("render", "Speak what analyze printed, edited or not.")
    render.add_argument("plan", metavar="PLAN.json", help="the file; - reads stdin")
    _add_output(render)

    normalize = add("normalize", "For each line of stdin, print it as it is spoken.")
    normalize.add_argument("--lang", choices=("zh", "en", "auto"), default="auto")
    for command in (
        add("prosody", "For each line of stdin, print it with its breaks, #1 to #4."),
        add("pinyin", "For each line of stdin, print the pinyin of its Chinese characters."),
    ):
        command.add_argument(
            "--prosody", metavar="X", default="default", help=f"{SETTINGS['prosody'].range}; as configured unless given"
        )

    add("emotion", "For each line of stdin, print the emotion of its text, a tab, and how sure that is.")

    models = add("models", "List, install, verify and remove the models.")
    actions = models.add_subparsers(metavar="ACTION", required=True)
    for action, summary in (
        ("list", "all models"),
        ("pull", "install one"),
        ("verify", "compare hashes"),
        ("remove", "delete one"),
    ):
        entry = actions.add_parser(action, help=summary)
        entry.set_defaults(action=action)
        if action != "list":
            entry.add_argument("name", metavar="NAME", nargs="?" if action == "verify" else None)
        if action == "pull":
            entry.add_argument(
                "--from", dest="source", metavar="PATH", type=Path, help="a folder or archive with its files"
            )
        entry.add_argument("--json", action="store_true")
        add_config(entry, default=argparse.SUPPRESS)

    lexicon = add("lexicon", "The dictionary: list, add, remove, import, export.")
    _add_lexicon(lexicon)

    voices = add("voices", "The voices: list them all, add one of your own, remove it.")
    _add_voices(voices)

    keys = add("keys", "Who may use a server that others can reach: add, list and remove keys.")
    _add_keys(keys)

    share = add("share", "Books for other programs: a podcast feed, Audiobookshelf.")
    _add_share(share)

    label = add("label", "Print the label of an audio file, by which it says that it is generated, as JSON.")
    label.add_argument("file", metavar="FILE", type=Path)

    parity = add("parity", "Run recorded inputs through this project's modules and compare the outputs.")
    parity.add_argument("folder", metavar="DIR", type=Path)
    add("bench", "Measure, and print the result as JSON.")
    add("doctor", "Say what is installed, what is missing, and what to do.").add_argument("--json", action="store_true")

    _add_backup(add("backup", "Back up everything that cannot be recreated; the server may keep running."))
    _add_restore(add("restore", "Bring a backup back; what is there is set aside."))

    _add_speech_dispatcher(add("speech-dispatcher", "Linux: let Orca, Firefox and spd-say speak with the studio."))

    serve = add("serve", "Run the server in the foreground.")
    serve.add_argument("--host", metavar="H")
    serve.add_argument("--port", metavar="N", type=_port)
    serve.add_argument("--share", action="store_true", help="a public link through Gradio")
    return parser


def _add_text(command: argparse.ArgumentParser) -> None:
    source = command.add_mutually_exclusive_group(required=True)
    source.add_argument("text", metavar="TEXT", nargs="?", help="the text; - reads stdin")
    source.add_argument("--file", metavar="F", help="read the text from a UTF-8 file")


def _add_output(command: argparse.ArgumentParser) -> None:
    command.add_argument("-o", "--output", metavar="OUT", required=True, help="the audio file; - writes to stdout")
    command.add_argument("--format", metavar="X", help=f"{', '.join(FORMATS)}; from OUT's extension unless given")
    command.add_argument("--subtitles", metavar="F", help="also write .srt, .vtt, .lrc, .json or, for Anki, .apkg")
    command.add_argument("--json", action="store_true", help="report as JSON")
    command.add_argument("--plot", metavar="OUT.png", help="also draw wave, mel, pitch and loudness into this file")


def _add_book(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file",
        metavar="FILE",
        help="TXT, Markdown, HTML, EPUB, FB2, DOCX, PDF with text, Fountain, JSON scripts, subtitles, LRC",
    )
    command.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        default="",
        help="what it is made into; unless given, FILE's name and .m4b, for subtitles .wav",
    )
    command.add_argument("--format", metavar="X", help=f"{', '.join(_BOOK_FORMATS)}; from OUT's extension unless given")
    command.add_argument(
        "--cast",
        metavar="F",
        help="a JSON file: roles by the names of the characters, '' the narrator; they stay for later runs",
    )
    command.add_argument("--title", metavar="T", help="its title; as before unless given, at first the file's own")
    command.add_argument(
        "--clips",
        choices=get_args(Clips),
        default=get_args(Clips)[0],
        help=f"what an EPUB marks while it is heard; {get_args(Clips)[0]} unless given",
    )
    command.add_argument(
        "--ruby",
        choices=get_args(Ruby),
        default=get_args(Ruby)[0],
        help=f"characters of an EPUB with their pinyin above them; {get_args(Ruby)[0]} unless given",
    )
    command.add_argument(
        "--length", metavar="S", type=float, help="of the film that subtitles belong to, in seconds; else their end"
    )
    command.add_argument("--sounds", action="store_true", help="say sounds in brackets and songs of subtitles as well")
    command.add_argument(
        "--said",
        metavar="X",
        choices=get_args(SaidLanguage),
        default="",
        help="for subtitles in two languages: first (the upper), second or both; else by the voice and by most lines",
    )
    command.add_argument(
        "--music",
        metavar="PLACE=F",
        action="append",
        default=[],
        help="a sound file of your own: intro=F, outro=F, or chime=F between chapters; PLACE= takes it away",
    )
    command.add_argument("--json", action="store_true", help="report as JSON")
    add_settings(command)


def _add_lexicon(command: argparse.ArgumentParser) -> None:
    add = add_actions(command)
    listing = add("list", "Print the entries.")
    listing.add_argument("--search", metavar="TEXT", default="", help="only those with TEXT in word, reading or note")

    adding = add("add", "Add an entry: a word, and its pinyin, its IPA, or a text to say instead.")
    adding.add_argument("word", metavar="WORD")
    adding.add_argument("reading", metavar="READING")
    adding.add_argument("--kind", choices=_KINDS, help="found out from READING unless given")
    adding.add_argument("--note", metavar="TEXT", default="")
    adding.add_argument("--disabled", action="store_true", help="keep it without using it")
    adding.add_argument("--replace", action="store_true", help="take the place of the word's entry")

    removing = add("remove", "Remove the entry of a word.")
    removing.add_argument("word", metavar="WORD")

    importing = add("import", "Take over a CSV or JSON file, all of it or nothing.")
    importing.add_argument("file", metavar="FILE", help="- reads stdin")
    importing.add_argument("--format", choices=_LEXICON_FORMATS, help="from FILE's extension unless given, else csv")
    importing.add_argument("--replace", action="store_true", help="remove what is not in the file")

    exporting = add("export", "Write all entries as a file that import takes.")
    exporting.add_argument("-o", "--output", metavar="OUT", default=STANDARD, help="stdout unless given")
    exporting.add_argument("--format", choices=_LEXICON_FORMATS, help="from OUT's extension unless given, else csv")


def _add_voices(command: argparse.ArgumentParser) -> None:
    add = add_actions(command)
    add("list", "Print all voices: id, name, and what each is like.")

    adding = add("add", "Make a voice of your own.")
    adding.add_argument("name", metavar="NAME")
    for name, (low, high) in BOUNDS.items():
        adding.add_argument(f"--{name}", metavar="X", type=float, help=f"{_HELP[name]}; from {low:g} to {high:g}")
    adding.add_argument("--mix", metavar="MIX", default="", help="natural voices with weights: af_bella(2)+af_sky(1)")

    nearest = add("nearest", "Find the natural voices that are most like a recording. Nothing is cloned.")
    nearest.add_argument("file", metavar="FILE")

    removing = add("remove", "Remove a voice of your own, or a cloned one with its recordings.")
    removing.add_argument("voice", metavar="ID|NAME")

    cloning = add("clone", "Make a voice of recordings: WAV, FLAC, MP3, OGG, M4A; 3 to 15 s each are best.")
    cloning.add_argument("name", metavar="NAME")
    cloning.add_argument("files", metavar="FILE", nargs="+")
    cloning.add_argument(
        "--consent", metavar="TEXT", required=True, help="statement of the speaker's consent: who agreed to what"
    )
    cloning.add_argument("--date", metavar="DATE", help="when: 2026-01-31; today if left out")
    cloning.add_argument("--tags", metavar="A,B", default="")
    cloning.add_argument("--weights", metavar="X,Y", help="how much each recording counts; alike if left out")

    exporting = add("export", "Write a cloned voice into one file.")
    exporting.add_argument("voice", metavar="ID|NAME")
    exporting.add_argument("-o", "--output", metavar="OUT.voice", required=True, help="- writes to stdout")

    importing = add("import", "Take a cloned voice from a file that export has written.")
    importing.add_argument("file", metavar="FILE.voice")
    importing.add_argument("--name", metavar="NAME", help="instead of its own")


def _add_keys(command: argparse.ArgumentParser) -> None:
    add = add_actions(command)
    adding = add("add", "Make a key and print it, this once: only its hash is kept.")
    adding.add_argument("name", metavar="NAME", help="whose it is; a new key under an old name finds the old works")
    adding.add_argument("--rate", metavar="N/minute", default="", help="instead of server.rate_limit")
    adding.add_argument("--at-once", metavar="N", type=int, default=0, help="texts spoken or waiting at the same time")
    adding.add_argument("--admin", action="store_true", help="may also fetch and remove models, and read the state")
    add("list", "Print the names of all keys, and what each may do.")
    removing = add("remove", "Void a key: it and its logins end within a second.")
    removing.add_argument("name", metavar="NAME")


def _add_share(command: argparse.ArgumentParser) -> None:
    add = add_actions(command)
    add("list", "Print the books: ids, titles, and which have a podcast feed.")
    opening = add("podcast", "Open the podcast feed of a book and print its address, this once; an older one is void.")
    opening.add_argument("book", metavar="BOOK", help="its id or title")
    opening.add_argument("--address", metavar="URL", required=True, help="of the server, as phones reach it")
    pushing = add("push", "Send a finished book to the configured Audiobookshelf.")
    pushing.add_argument("book", metavar="BOOK", help="its id or title")
    pushing.add_argument("--again", action="store_true", help="also where it is there already, beside it")
    ending = add("end", "End the podcast feed of a book.")
    ending.add_argument("book", metavar="BOOK", help="its id or title")


def _add_speech_dispatcher(command: argparse.ArgumentParser) -> None:
    add = add_actions(command)
    for action, summary in (
        ("install", "Write the module into this person's folders; again with other options, it is changed."),
        ("show", "Print what would be written."),
    ):
        entry = add(action, summary)
        entry.add_argument("--url", metavar="URL", default="", help="of the studio; the configured one at this machine")
        entry.add_argument("--key", metavar="KEY", default="", help="where the studio asks for one")
        entry.add_argument("--voice", metavar="ID", default="default", help="the voice where none is chosen")
    add("remove", "Take it away again.")
    running = add("run", "Speak for Speech Dispatcher, which starts this.")
    running.add_argument("--settings", metavar="F", type=Path, required=True)


def _add_backup(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", type=Path, help="a .tar.gz, or a .tar, outside of cache_hub")
    command.add_argument(
        "--without-sounds", action="store_true", help="leave the audio out; it is generated again on request"
    )
    command.add_argument("--with-models", action="store_true", help="also the models that could be fetched again")
    command.add_argument("--json", action="store_true", help="report as JSON")


def _add_restore(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", type=Path, help="what backup wrote; the server has to be stopped")
    command.add_argument("--json", action="store_true", help="report as JSON")


def add_config(command: argparse.ArgumentParser, **more: Any) -> None:
    """Give ``command`` the option that names the configuration."""
    command.add_argument("--config", metavar="F", help="another configuration than configs/config.yaml", **more)


def add_actions(
    command: argparse.ArgumentParser,
) -> Callable[[str, str], argparse.ArgumentParser]:
    """What gives ``command`` an action: its name, left in the option ``action``, and its summary."""
    actions = command.add_subparsers(metavar="ACTION", required=True)

    def add(name: str, summary: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=summary, description=summary)
        action.set_defaults(action=name)
        action.add_argument("--json", action="store_true", help="report as JSON")
        add_config(action, default=argparse.SUPPRESS)  # it may stand before the action, or last
        return action

    return add


def add_settings(command: argparse.ArgumentParser, *, speakers: bool = False) -> None:
    """An option for each setting of a request; with ``speakers`` also one for the voices of labels."""
    for name, row in SETTINGS.items():
        default = "as configured" if row.default is None else row.default
        text = row.help or f"{row.range}; {default} unless given".removeprefix("; ")
        if row.kind is bool:
            command.add_argument(f"--{name.replace('_', '-')}", action="store_true", help=text)
            continue
        kind = str if row.kind is Sampling else row.kind
        command.add_argument(f"--{name.replace('_', '-')}", metavar="X", type=kind, default=row.default, help=text)
    if speakers:
        help_ = "the voices of the labels that lines begin with; picked unless given"
        command.add_argument("--speakers", metavar="A=ID,B=ID", help=help_)


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 65535")
    return int(text)
