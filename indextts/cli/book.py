"""``python -m indextts book``: a whole book into a file, in one go or in as many as it takes.

    python -m indextts book 红楼梦.epub -o 红楼梦.m4b --cast cast.json
    python -m indextts book film.srt        # film.wav, as long as the film; other books become .m4b

The same file again goes on where it was: the book is kept under its content, and what is spoken is not spoken again.
A book that the page has made of the same file is another one.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any, Final, get_args

from indextts.books.binding.model import DECK
from indextts.books.dubbing import clock
from indextts.books.model import NARRATOR, BookForm
from indextts.cli.configured import config_of
from indextts.cli.files import bad_file, check_target, extension, is_stream, output_to, read_file, read_text
from indextts.cli.given import recording_of
from indextts.cli.terminal import STANDARD, report, tell, tell_engine
from indextts.model.errors import StudioError, invalid, printable
from indextts.model.fields import check
from indextts.model.i18n.messages import Bilingual, locale_language
from indextts.model.settings import SETTINGS, parse_sampling
from indextts.plan.request import check_choice
from indextts.platform.storage.in_use import Occupied
from indextts.service.owner import LOCAL
from indextts.service.service import SpeechService
from indextts.works.books.book_contents import BookOptions, CastChange, MusicShapes
from indextts.works.books.book_rows import Book
from indextts.works.books.intake import content_of
from indextts.works.db.model import Job
from indextts.works.works import Works

_FORMATS: Final = (*get_args(BookForm), DECK)
_BY: Final = "cli"
_EVERY_S: Final = 30.0
"""Seconds between two progress lines where the output is not a terminal."""
_WIDTH: Final = 78
_NAMED: Final = 10
"""Characters that a line names."""


def run(options: argparse.Namespace) -> int:
    """Make the book, or go on with it. Raises :class:`StudioError`, and what interrupts it once it is paused."""
    config = config_of(options)
    target: str = options.output and check_target(options.output, options)
    wished = options.format or ("" if target in ("", STANDARD) else extension(target))
    if wished:
        check_choice("format", wished, _FORMATS)
    if not target and options.file == STANDARD:
        raise invalid("-o", "what comes from stdin needs -o.", "从标准输入读取时要用 -o 指定文件。")
    data, roles, music = read_file(options.file), _read_roles(options.cast), _music(options.music)
    holding = Occupied(config.cache_path)
    service = SpeechService(config)
    works = Works(config, service)
    try:
        voices = [voice.id for voice in service.preloader.wait().voices()]
        _check_roles(options.cast, roles, voices)
        book = _book(works, options, data, wished, roles)
        form = wished or book.options.format
        output = target or _beside(options.file, form)
        if output != STANDARD and not extension(output) and not is_stream(output):
            output = check_target(f"{output}.{form}", options)
        for place, (name, sound) in music.items():
            if sound:
                works.music.keep(LOCAL, book.id, place, name, sound)
            else:
                works.music.remove(LOCAL, book.id, place)
        for english, chinese in book.warnings:
            tell(Bilingual(english, chinese).of(locale_language()))
        _tell_silent(works, book, roles, options.cast)
        job = _spoken(works, book)
        _deliver(works, output, job, form, as_json=options.json)
    finally:
        service.close()
        holding.close()
    return 0


def _book(works: Works, options: argparse.Namespace, data: bytes, form: str, roles: dict[str, Any]) -> Book:
    """The book of this file, as the options have it; the one that is there, if it was begun before."""
    settings = _settings(options)
    # What is not given is as the help says, whatever an earlier run was given.
    given: dict[str, Any] = {"length_s": options.length, "clips": options.clips, "ruby": options.ruby}
    if form not in ("", DECK):
        given["format"] = form
    subtitles = {"sounds": options.sounds, "said": options.said}
    known = works.books.of_content(LOCAL, content_of(data, subtitles, _BY))
    if known is None:
        fields: dict[str, Any] = {"options": given, "settings": settings, "cast": roles, "subtitles": subtitles}
        if options.title:
            fields["title"] = options.title
        name = "" if options.file == STANDARD else Path(options.file).name
        return works.intake.file(LOCAL, name, data, reader=locale_language(), by=_BY, **fields)
    if not form:
        given["format"] = "wav" if known.options.fit else BookOptions().format
    changed: dict[str, Any] = {
        "options": {name: one for name, one in given.items() if getattr(known.options, name) != one},
        "settings": settings,
    }
    if options.title:
        changed["title"] = options.title
    works.intake.check_settings(settings)
    if roles:
        works.casts.change(LOCAL, known.id, roles=roles)
    return works.books.change(LOCAL, known.id, **changed)


def _beside(file: str, form: str) -> str:
    """Where what has no name of its own goes: here, called as the file; nothing is overwritten unasked."""
    name = f"{Path(file).stem}.{form}"
    if Path(name).exists():
        raise bad_file(name, "it is there already; name the file with -o.", "文件已存在；请用 -o 指定文件名。")
    return name


def _spoken(works: Works, book: Book) -> Job:
    """The book's job once it is done. Raises what has stopped it."""
    jobs = works.jobs
    try:
        left = jobs.get(LOCAL, book.id)
    except StudioError:
        left = None  # never begun
    if left is not None and jobs.left_alone(LOCAL, book.id):
        jobs.pause(LOCAL, book.id)  # by a process that is no more
    line = _Line()
    try:
        jobs.start_book(LOCAL, book.id)
        for job in jobs.follow(LOCAL, book.id):
            line.show(job)
    except KeyboardInterrupt:
        jobs.pause(LOCAL, book.id)
        line.end()
        paused = Bilingual("Paused. Run the same command again to resume.", "已暂停。再运行同一条命令即可继续。")
        tell(paused.of(locale_language()))
        raise
    line.end()
    if job.state == "done":
        return job
    raise job.error or StudioError("cancelled")


def _deliver(works: Works, output: str, job: Job, form: str, *, as_json: bool) -> None:
    made = works.book_files.make(LOCAL, job.id, form)
    with made.open("rb") as source, output_to(output) as target:
        shutil.copyfileobj(source, target)
    book = works.books.get(LOCAL, job.id)
    chapters = book.summary()["chapters"]
    told = {**job.told(locale_language()), "book": book.summary()}
    data = {"output": output, **told, "format": form, "bytes": made.stat().st_size}
    if cues := works.doubts.cues(LOCAL, job.id):
        too_long = [
            f"{clock(one.cue.begin_s)} {one.said.of(locale_language())}" for one in cues if one.said is not None
        ]
        data |= {"cues": len(cues), "too_long": too_long}
        for sentence in too_long:
            tell(sentence)
    if job.reason is not None:
        tell_engine(job.engine, job.reason)
    minutes, hours = f"{job.duration_s / 60:.1f}", f"{job.duration_s / 3600:.1f}"
    long = job.duration_s >= 2 * 3600
    line = Bilingual(
        f"{output}: {chapters} chapters, {f'{hours} hours' if long else f'{minutes} minutes'}",
        f"{output}：{chapters} 章，{f'{hours} 小时' if long else f'{minutes} 分钟'}",
    ).of(locale_language())
    if output == STANDARD:
        tell(json.dumps(data, ensure_ascii=False) if as_json else line)
    else:
        report(data, line, as_json=as_json)


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    """Those that are given."""
    given = {name: getattr(options, name) for name, row in SETTINGS.items() if getattr(options, name) != row.default}
    if "sampling" in given:
        given["sampling"] = parse_sampling(given["sampling"], given.get("quality"))
    if "emotion_reference" in given:
        given["emotion_reference"] = recording_of(options.emotion_reference, options.config)
    return given


def _music(given: list[str]) -> dict[str, tuple[str, bytes]]:
    """Name and content of the files by their places; nothing where one is to go. Raises :class:`StudioError`."""
    found: dict[str, tuple[str, bytes]] = {}
    for one in given:
        place, equals, name = one.partition("=")
        if place not in MusicShapes.model_fields or not equals:
            forms = [f"{known}=FILE" for known in MusicShapes.model_fields]
            example = f"{next(iter(MusicShapes.model_fields))}="
            english = (
                f"“{printable(one)}” should look like {' or '.join(forms)}; without a file, {example}, it is removed."
            )
            chinese = f"“{printable(one)}”应写成 {' 或 '.join(forms)}；不写文件（{example}）则移除。"
            raise invalid("--music", english, chinese)
        found[place] = Path(name).name, read_file(name) if name else b""
    return found


def _read_roles(name: str | None) -> dict[str, Any]:
    """The cast of a file. Raises :class:`StudioError` ``bad_file``."""
    if name is None:
        return {}
    try:
        roles = json.loads(read_text(name))
    except (ValueError, RecursionError) as error:
        raise bad_file(name, "it is not valid JSON.", "不是有效的 JSON。") from error
    if not isinstance(roles, dict):
        raise bad_file(name, "it should be a table of names and roles.", "应是名字与角色的表。")
    for person, role in roles.items():
        if not isinstance(role, dict):
            form, said = '{"voice": "af_heart"}', json.dumps(printable(person), ensure_ascii=False)
            english = f"the role of {said} should be a table such as {form}."
            raise bad_file(name, english, f"{said} 的角色应写成 {form} 这样的表。")
    return roles


def _check_roles(name: str, roles: dict[str, Any], voices: list[str]) -> None:
    """Raises :class:`StudioError` ``bad_file`` for roles of that file with which nothing could be spoken."""
    try:
        check(CastChange, {"roles": roles}, lambda: voices)
    except StudioError as error:
        raise bad_file(name, " ".join(error.localise("en")), "".join(error.localise("zh"))) from error


def _tell_silent(works: Works, book: Book, roles: dict[str, Any], name: str) -> None:
    """Tell of roles that nobody in the book has, which as a rule are misspelt."""
    if not roles:
        return
    speaking = [one.name for one in works.casts.get(LOCAL, book.id).characters if one.name and one.quotations]
    for person in [one for one in roles if one not in (NARRATOR, *speaking)]:
        known, said = speaking[:_NAMED], printable(person)
        line = Bilingual(
            f"{name}: nobody called “{said}” speaks in this book; who speaks: {', '.join(known) or 'the narrator'}.",
            f"{name}：书中没有名叫“{said}”的说话人；说话人有：{'、'.join(known) or '旁白'}。",
        )
        tell(line.of(locale_language()))


class _Line:
    """Where a book is, on stderr: one line that changes, or, where that goes to a file, a line now and then."""

    def __init__(self) -> None:
        self._changes = sys.stderr.isatty()
        self._told_at = float("-inf")
        self._shown = ""

    def show(self, job: Job) -> None:
        if job.state not in ("queued", "running"):
            return
        line = _state(job)
        if self._changes and line != self._shown:
            sys.stderr.write(f"\r{line:<{_WIDTH}}")
            sys.stderr.flush()
            self._shown = line
        elif not self._changes and time.monotonic() - self._told_at >= _EVERY_S:
            tell(line)
            self._told_at = time.monotonic()

    def end(self) -> None:
        if self._shown:
            sys.stderr.write("\r" + " " * _WIDTH + "\r")
            sys.stderr.flush()


def _state(job: Job) -> str:
    percent, left = f"{100 * job.progress:.1f} %", job.eta_s
    en, zh = f"  {percent}, {job.duration_s / 60:.1f} min spoken", f"  {percent}，已生成 {job.duration_s / 60:.1f} 分钟"
    if left is not None:
        en, zh = f"{en}, {left / 60:.0f} min left", f"{zh}，约剩 {left / 60:.0f} 分钟"
    return Bilingual(en, zh).of(locale_language())
