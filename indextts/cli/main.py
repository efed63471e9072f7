"""The command line: ``python -m indextts …``.

    python -m indextts say 你好，世界。 -o hello.wav
    python -m indextts book 红楼梦.epub -o 红楼梦.m4b
    python -m indextts analyze 重庆很重要 > plan.json
    python -m indextts render plan.json -o plan.flac
    echo 今天是2026年 | python -m indextts normalize
    python -m indextts lexicon add 重庆 'chong2 qing4'

Each command imports what it needs when it runs, so that ``--help`` costs nothing. A person's mistakes and the
machine's end in one or two lines on stderr in the language of the locale, with exit status 1 (2 for wrong usage).
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indextts import __version__
from indextts.cli import backup as backup_command
from indextts.cli import book as book_command
from indextts.cli import keys as keys_command
from indextts.cli import lexicon as lexicon_command
from indextts.cli import models as models_command
from indextts.cli import voices as voices_command
from indextts.cli.terminal import STANDARD, Target, add_config, add_settings, read_file, say, tell, typed
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import locale_language
from indextts.model.settings import SETTINGS, parse_sampling
from indextts.model.utterance import Settings, Utterance
from indextts.plan.request import FORMATS, SpeechRequest
from indextts.platform import paths as places
from indextts.platform.algebra import in_the_asking_thread

if TYPE_CHECKING:
    from indextts.pipeline.pipeline import Pipeline
    from indextts.platform.config import Config
    from indextts.reading.prosody import ProsodyModel
    from indextts.reading.text.overrides import Override

INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
"""What a shell reports for a program that its reader left (128 + SIGPIPE)."""


def main(arguments: Sequence[str] | None = None) -> int:
    in_the_asking_thread()
    _speak_utf8()
    options = build_parser().parse_args(arguments)
    # What goes wrong is told once, by _fail; the server sets up its own log.
    logging.getLogger("indextts").addHandler(logging.NullHandler())
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except StudioError as error:
        return _fail(models_command.explained(error, options.config))
    except ImportError as error:
        return _fail(StudioError("dependency_missing", package=error.name or str(error), command="./start_app.sh"))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; Python must not complain about that again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except OSError as error:
        return _fail(StudioError("bad_file", path=error.filename or "?", reason=error.strerror or str(error)))


def _program() -> str:
    """The command as a person of this installation gives it."""
    return "python -m indextts" if places.is_clone() else "indextts"


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=_program(), description="Mandarin and English text-to-speech.")
    parser.add_argument("--version", action="version", version=f"IndexTTS Studio {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=summary, description=summary)
        command.set_defaults(run=run)
        add_config(command)
        return command

    speak = add("say", _say, "Speak a text into a file.")
    _add_text(speak)
    _add_output(speak)
    add_settings(speak, speakers=True)

    analyze = add("analyze", _analyze, "Print how a text would be read, as JSON that can be edited and rendered.")
    _add_text(analyze)
    add_settings(analyze, speakers=True)

    book = add("book", _book, "Speak a whole book into a file; the same command again goes on where it was.")
    book_command.add_parser(book)

    render = add("render", _render, "Speak what analyze printed, edited or not.")
    render.add_argument("plan", metavar="PLAN.json", help="the file; - reads stdin")
    _add_output(render)

    normalize = add("normalize", _normalize, "For each line of stdin, print it as it is spoken.")
    normalize.add_argument("--lang", choices=("zh", "en", "auto"), default="auto")
    for command in (
        add("prosody", _prosody, "For each line of stdin, print it with its breaks, #1 to #4."),
        add("pinyin", _pinyin, "For each line of stdin, print the pinyin of its Chinese characters."),
    ):
        command.add_argument(
            "--prosody", metavar="X", default="default", help=f"{SETTINGS['prosody'].range}; as configured unless given"
        )

    add("emotion", _emotion, "For each line of stdin, print the emotion of its text, a tab, and how sure that is.")

    models = add("models", _models, "List, install, verify and remove the models.")
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

    lexicon = add("lexicon", lexicon_command.run, "The dictionary: list, add, remove, import, export.")
    lexicon_command.add_parser(lexicon)

    voices = add("voices", voices_command.run, "The voices: list them all, add one of your own, remove it.")
    voices_command.add_parser(voices)

    keys = add("keys", keys_command.run, "Who may ask a server that is open to others: add, list and remove keys.")
    keys_command.add_parser(keys)

    label = add("label", _label, "Print the label of an audio file, by which it says that it is generated, as JSON.")
    label.add_argument("file", metavar="FILE", type=Path)

    parity = add("parity", _parity, "Run recorded inputs through this project's modules and compare the outputs.")
    parity.add_argument("folder", metavar="DIR", type=Path)
    add("bench", _bench, "Measure, and print the result as JSON.")
    add("doctor", _doctor, "Say what is installed, what is missing, and what to do.").add_argument(
        "--json", action="store_true"
    )

    backup_command.add_backup(add("backup", _backup, "Write what would be missed into one file, also while it runs."))
    backup_command.add_restore(add("restore", _restore, "Bring a backup back; what is there is set aside."))

    serve = add("serve", _serve, "Run the server in the foreground.")
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
    command.add_argument("--subtitles", metavar="F", help="also write subtitles; .srt, .vtt, .lrc or .json")
    command.add_argument("--json", action="store_true", help="report as JSON")
    command.add_argument("--plot", metavar="OUT.png", help="also draw wave, mel, pitch and loudness into this file")


def _say(options: argparse.Namespace) -> int:
    target = Target(options)
    request = _request(options)
    config = _config(options)
    target.write(_pipeline(config).speak(request), config)
    return 0


def _analyze(options: argparse.Namespace) -> int:
    request = _request(options)
    say(_pipeline(_config(options)).analyse(request).to_json(indent=2))
    return 0


def _book(options: argparse.Namespace) -> int:
    return book_command.run(options, _config(options))


def _render(options: argparse.Namespace) -> int:
    from indextts.platform.run import Run

    target = Target(options)
    utterance = Utterance.from_json(read_file(options.plan))
    config = _config(options)
    pipeline = _pipeline(config)
    target.write(pipeline.collect(pipeline.accept(utterance), Run()), config)
    return 0


def _normalize(options: argparse.Namespace) -> int:
    from indextts.reading.text.normalise import normalise_line

    config = _config(options)
    words = _words(config)
    return _each_line(lambda line: normalise_line(line, options.lang, emoji=config.text.reads_emoji, words=words))


def _prosody(options: argparse.Namespace) -> int:
    from indextts.cli.line_tools import mark_line

    model = _prosody_model(options)
    return _each_line(lambda line: mark_line(line, model))


def _pinyin(options: argparse.Namespace) -> int:
    from indextts.cli.line_tools import pinyin_line

    model, words = _prosody_model(options), _words(_config(options))
    return _each_line(lambda line: pinyin_line(line, words(line), model))


def _emotion(options: argparse.Namespace) -> int:
    from indextts.reading.emotion.classifier import AutoEmotion

    return _each_line(AutoEmotion().line)


def _models(options: argparse.Namespace) -> int:
    return models_command.run(options, _config(options))


def _label(options: argparse.Namespace) -> int:
    from indextts.sound.export.label import read_label

    label = read_label(options.file)
    if label is None:
        raise StudioError("no_label", path=options.file)
    say(str(label))
    return 0


def _parity(options: argparse.Namespace) -> int:
    from indextts.engines.parity.runner import run_fixtures

    # The recorded networks are tiny: on a busy machine, threads would wait for each other most of the time.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    agreed = True
    for result in run_fixtures(options.folder, _config(options)):
        say(result.to_json())
        agreed = agreed and result.ok
    return 0 if agreed else 1


def _bench(options: argparse.Namespace) -> int:
    from benchmarks.__main__ import main as measure

    return measure(["--no-table"])


def _backup(options: argparse.Namespace) -> int:
    return backup_command.make(options, _config(options))


def _restore(options: argparse.Namespace) -> int:
    return backup_command.bring_back(options, _config(options))


def _doctor(options: argparse.Namespace) -> int:
    from indextts.ops import doctor

    checks, stops = [*doctor.examine(options.config)], doctor.barred(options.config)
    say(doctor.as_json(checks, stops) if options.json else doctor.as_text(checks, locale_language(), stops))
    return 0 if doctor.healthy(checks) else 1


def _serve(options: argparse.Namespace) -> int:
    from indextts.ops.ending import obey
    from indextts.platform import collecting

    obey()
    collecting.put_off()  # the server takes it up
    config = _config(options)
    from indextts.server import run

    run(config, host=options.host, port=options.port, share=options.share)
    return 0


def _config(options: argparse.Namespace) -> Config:
    from indextts.ops import warm
    from indextts.platform.config import load_config

    config = load_config(options.config)
    warm.use_cache(config)
    return config


def _words(config: Config) -> Callable[[str], list[Override]]:
    from indextts.reading.lexicon import Lexicon
    from indextts.reading.markup import in_text

    match = Lexicon(config.library_path).match
    return (lambda line: in_text.beside(match(line), line)) if config.text.pinyin else match


def _pipeline(config: Config) -> Pipeline:
    from indextts.service.preload import Preloader

    return Preloader.shared(config).wait()


def _prosody_model(options: argparse.Namespace) -> ProsodyModel:
    from indextts.reading import prosody

    config = _config(options)
    SETTINGS["prosody"].check(options.prosody)
    return prosody.load(config.prosody_name if options.prosody == "default" else options.prosody, config)


def _request(options: argparse.Namespace) -> SpeechRequest:
    if options.file is not None:
        text = _decode(read_file(options.file))
    elif options.text == STANDARD:
        text = _decode(read_file(STANDARD))
    else:
        text = typed(options.text)
    given = {name: getattr(options, name) for name in SETTINGS}
    given["sampling"] = parse_sampling(options.sampling, options.quality)
    given["emotion_reference"] = voices_command.recording_of(options.emotion_reference, options.config)
    settings = Settings(**given)
    return SpeechRequest(text, settings, voices_command.speakers(options.speakers))


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StudioError("not_utf8", line=data.count(b"\n", 0, error.start) + 1) from error


def _each_line(change: Callable[[str], str]) -> int:
    """Print ``change(line)`` for each line of stdin as soon as it is read, one line for one line."""
    for line in _lines():
        say(" ".join(change(line).splitlines()))
        sys.stdout.flush()
    return 0


def _lines() -> Iterator[str]:
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise StudioError("not_utf8", line=number) from error
        yield line.removesuffix("\n").removesuffix("\r")


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise ValueError(text)
    return port


def _fail(error: StudioError) -> int:
    for line in error.localise(locale_language()):
        tell(line)
    return 1


def _speak_utf8() -> None:
    """UTF-8 in and out, whatever the locale says; what cannot be written is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
