"""The configuration: one YAML file, every setting with its default and its meaning.

``configs/config.yaml`` lists all of them. A key that is not known here is refused, so that a slip of the pen
does not pass for a setting. The environment variable ``INDEXTTS_CONFIG`` names another file.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationError,
)

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.settings import EngineName
from indextts.platform import paths as places
from indextts.platform.serving_config import (
    AccessConfig,
    AudiobookshelfConfig,
    BooksConfig,
    CacheConfig,
    ClusterConfig,
    DoorsConfig,
    LogConfig,
    OpenAIConfig,
    OutputConfig,
    ServerConfig,
    WorksConfig,
    WyomingConfig,
)
from indextts.platform.setting_files import Section, read_mapping, unread, what_is_wrong

PROJECT_ROOT: Final = places.ROOT
"""In a clone, the folder that holds ``app.py``, ``configs/`` and, by default, ``cache_hub/``."""

Table = TypeVar("Table")

DEFAULT_CONFIG: Final = places.placed(Path("configs/config.yaml"))


class VocoderConfig(Section):
    """``neural`` is the voice's own; ``griffin_lim`` needs no vocoder network and sounds thinner."""

    type: Literal["neural", "griffin_lim"] = "neural"
    n_iter: Annotated[int, Field(ge=1, le=500)] = 30
    n_fft: Annotated[int, Field(ge=640, le=8192)] = 1024


class AudioConfig(Section):
    """The finished sound."""

    loudness_lufs: Annotated[float, Field(ge=-40, le=-6)] = -16.0
    peak_dbtp: Annotated[float, Field(ge=-20, le=0)] = -1.0
    fade_ms: Annotated[float, Field(ge=0, le=50)] = 8.0
    resampler: Literal["soxr", "resampy"] = "soxr"
    """Changes the rate of what was spoken: where engines of two rates speak one text, and for formats with their own.

    Measurements, shifts of pitch and what networks hear keep soxr, or the way that a network was trained with.
    """


class LabelConfig(Section):
    """What files of generated speech say about themselves (``docs/legal.md``)."""

    enabled: bool = True
    producer: Annotated[str, Field(pattern=r"^[!#-\[\]-~]{0,200}$")] = ""
    """Name or code of the provider, in the characters of the standard; empty for the program and its version.
    """


class PauseConfig(Section):
    """Silence between segments, in seconds at normal speed, by what ends the segment."""

    paragraph: Annotated[float, Field(ge=0, le=10)] = 0.80
    turn: Annotated[float, Field(ge=0, le=10)] = 0.50
    """At the end of a line after which another voice goes on."""
    sentence: Annotated[float, Field(ge=0, le=10)] = 0.45
    question: Annotated[float, Field(ge=0, le=10)] = 0.50
    exclamation: Annotated[float, Field(ge=0, le=10)] = 0.45
    ellipsis: Annotated[float, Field(ge=0, le=10)] = 0.60
    semicolon: Annotated[float, Field(ge=0, le=10)] = 0.35
    colon: Annotated[float, Field(ge=0, le=10)] = 0.30
    comma: Annotated[float, Field(ge=0, le=10)] = 0.22
    phrase: Annotated[float, Field(ge=0, le=10)] = 0.12
    word: Annotated[float, Field(ge=0, le=10)] = 0.05


class TextConfig(Section):
    """How text is cut and read."""

    max_syllables: Annotated[int, Field(ge=8, le=60)] = 36
    """Longest stretch that is synthesised at once."""
    emoji: Literal["drop", "read"] = "drop"
    """Whether emoji are said by name."""
    code: Literal["skip", "say", "read"] = "say"
    """What becomes of fenced code: nothing is said, "code" in the language of the text around it, or its text."""
    pinyin: bool = True
    """Whether pinyin in the place of a character (做DE5很好) is read as such
    (:mod:`indextts.reading.markup.in_text`)."""

    @property
    def reads_emoji(self) -> bool:
        """``emoji`` as a yes or no."""
        return self.emoji == "read"


class EmbeddedConfig(Section):
    """The default voice."""

    threads: Annotated[int, Field(ge=1, le=64)] = 1
    """Threads inside one inference; one is fastest while several sentences are spoken at once."""
    pieces: Annotated[int, Field(ge=0, le=64)] = 0
    """Of a sentence, in the vocoder's last stage at the same time; 0 takes one for each core, up to four. Where other
    sentences have the cores, they go one after the other; the samples are the same."""
    precision: Literal["exact", "auto"] = "auto"
    """``exact`` is 32 bits; with ``auto`` the acoustic model computes in integers where the processor has
    instructions for them; the difference is inaudible."""


class KokoroConfig(Section):
    """The natural voices."""

    version: Annotated[Literal["auto", "1.0", "1.1-zh"], BeforeValidator(str)] = "auto"
    """Of the model that speaks; ``auto`` takes 1.0 unless 1.1-zh alone is installed."""
    weights: Literal["auto", "float32", "float16", "int8"] = "auto"
    """Of the graph that is taken at set-up where there are several; ``auto`` takes the one that this machine speaks
    fastest, which is measured."""


class IndexTts2Config(Section):
    """Cloned voices."""

    version: Annotated[Literal["auto", "2.0", "2.5"], BeforeValidator(str)] = "auto"
    """Of the model that speaks; ``auto`` takes the newest one that is installed."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """``auto`` takes a graphics card where there is one."""
    half: Literal["auto"] | bool = "auto"
    """16 bits for the language model; ``auto`` on a graphics card, never on a CPU."""
    threads: Annotated[int, Field(ge=0, le=256)] = 0
    """For each operation; 0 takes all cores."""
    ttl_s: Annotated[float, Field(gt=0)] = 300.0
    """The networks are let go when they have not spoken for so long; opening them again takes some seconds."""
    budget_gb: Annotated[float, Field(ge=0)] = 5.0
    """Memory for weights: what is needed least goes where the next does not fit; 0 is no limit."""
    pass_tokens: Annotated[int, Field(ge=0, le=120)] = 120
    """Neighbouring sentences are spoken in one pass up to so many tokens, as published; 0 speaks each by itself."""
    pages: Annotated[int, Field(ge=1, le=16)] = 4
    """So many passes of a text are written together, from the second on; 1 writes each by itself."""
    short_first: Literal["auto"] | bool = "auto"
    """For a waiting listener, a long first sentence is spoken in two passes, parted at a comma; ``auto`` where its
    beginning comes much sooner for little more work, ``true`` at any that leaves two long parts."""
    precision: Literal["exact", "fast", "auto"] = "auto"
    """``exact`` is 32 bits, ``fast`` fewer wherever they are near enough, ``auto`` what is measured to be worth it at
    the first opening, and on a graphics card the same as ``fast``."""
    quality: Literal["best", "balanced", "fast"] = "best"
    """Of requests that name none."""


class EspeakConfig(Section):
    """espeak-ng, for sentences in languages that nothing else speaks (``./start_app.sh --with espeak``)."""

    enabled: bool = False


class EnginesConfig(Section):
    """Which engine speaks, what happens when it cannot, and settings of each."""

    order: Annotated[tuple[EngineName, ...], Field(min_length=1)] = ("kokoro", "embedded", "sambert")
    """The engines to try, in order, where a request names neither an engine nor a voice of one; one that does not speak
    1.4 times faster than real time on this machine is passed over while another can speak."""
    fallback: bool = True
    """Whether another engine takes over when the one asked for cannot speak."""
    voice_may_change: bool = True
    """Whether it may do so in the middle of a text."""
    stand_in: Mapping[str, str] = {}
    """Which voice speaks in whose place, by ids; of those not named, one of the same sex and nearest in pitch."""
    stall_s: Annotated[float, Field(gt=0, le=3600)] = 30.0
    """Without a sign of life for so long an engine counts as hung; longer for sentences that usually take longer."""
    patience_s: Annotated[float, Field(gt=0, le=86400)] = 3600.0
    """Deadline of a request for an engine by name whose forecast is beyond half of ``server.deadline_s``."""
    idle_s: Annotated[float, Field(gt=0)] = 600.0
    """An engine that was not needed for so long is closed; the default one never is."""
    failures: Annotated[int, Field(ge=1, le=100)] = 3
    """Failures in a row after which an engine is asked only now and then whether it works again."""
    retry_s: Annotated[float, Field(gt=0, le=3600)] = 30.0
    """Seconds until the first such question; twice as many after each that fails."""
    memory_mb: Annotated[int, Field(ge=0)] = 0
    """Memory that the process may gain while a sentence is spoken, else its engine is left; 0 is no bound."""
    isolate: tuple[Literal["untrusted"] | EngineName, ...] = ("untrusted",)
    """Engines that run in processes of their own: names, or ``untrusted``, all whose info does not say otherwise."""
    isolated_processes: Annotated[int, Field(ge=1, le=64)] = 1
    """Processes of each such engine, as many as the segments that it speaks at once."""
    isolated_memory_mb: Annotated[int, Field(ge=0)] = 2048
    """What such a process may have in memory, else it ends; 0 is no bound."""
    kokoro: KokoroConfig = KokoroConfig()
    embedded: EmbeddedConfig = EmbeddedConfig()
    indextts2: IndexTts2Config = IndexTts2Config()
    espeak: EspeakConfig = EspeakConfig()


class ModelsConfig(Section):
    """Where models are fetched from."""

    hubs: tuple[Literal["huggingface", "modelscope", "release"], ...] = ("huggingface", "modelscope", "release")
    """Asked in this order."""
    huggingface: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    """Address of Hugging Face or a mirror of it; empty for ``$HF_ENDPOINT``, else the hub itself."""
    modelscope: Annotated[str, Field(pattern=r"^https?://\S+$")] = "https://www.modelscope.cn"
    release: Annotated[str, Field(pattern=r"^https?://\S+$")] = "https://github.com"
    """Address of the host whose repositories' releases have files."""
    parallel: Annotated[int, Field(ge=1, le=16)] = 3
    """Files that are fetched at the same time."""
    install_packages: bool = True
    """Whether a person at this machine may install an engine's packages from the page."""


class LlmConfig(Section):
    """An instruction-tuned language model that decides the prosody."""

    model: Annotated[str, Field(min_length=1)]
    """A folder, or the name of a model on the hub."""
    int8: bool = False
    """Whether a CPU multiplies by weights of 8 bits: less memory, and some decisions are others."""


def _prosody_kind(value: object) -> str:
    return "[model]" if isinstance(value, (dict, LlmConfig)) else "[name]"


class Config(Section):
    """All settings of one process."""

    cache_dir: Path = Path("cache_hub")
    """Models, numba's cache and generated audio; relative to the project's folder (:func:`places.home`)."""
    emotions: Path = Path("configs/emotions.yaml")
    delivery: Path = Path("configs/delivery.yaml")
    voices: Path = Path("configs/voices.yaml")
    prosody: Annotated[
        Annotated[Literal["lm", "causal", "rules"], Tag("[name]")] | Annotated[LlmConfig, Tag("[model]")],
        Discriminator(_prosody_kind),
    ] = "lm"
    """What decides breaks, prominence and intonation; a mapping with ``model`` is a language model of one's own."""
    server: ServerConfig = ServerConfig()
    access: AccessConfig = AccessConfig()
    openai: OpenAIConfig = OpenAIConfig()
    doors: DoorsConfig = DoorsConfig()
    wyoming: WyomingConfig = WyomingConfig()
    outputs: OutputConfig = OutputConfig()
    cache: CacheConfig = CacheConfig()
    works: WorksConfig = WorksConfig()
    books: BooksConfig = BooksConfig()
    audiobookshelf: AudiobookshelfConfig = AudiobookshelfConfig()
    vocoder: VocoderConfig = VocoderConfig()
    audio: AudioConfig = AudioConfig()
    label: LabelConfig = LabelConfig()
    pauses: PauseConfig = PauseConfig()
    text: TextConfig = TextConfig()
    engines: EnginesConfig = EnginesConfig()
    catalogue: Path = Path("configs/models.yaml")
    models: ModelsConfig = ModelsConfig()
    cluster: ClusterConfig = ClusterConfig()
    log: LogConfig = LogConfig()

    @property
    def prosody_name(self) -> str:
        """``prosody`` as one of the names that a request can give."""
        return self.prosody if isinstance(self.prosody, str) else "llm"

    @property
    def speaks_ahead(self) -> bool:
        """Whether a first sentence is spoken before it is asked for; it has to be kept somewhere."""
        return self.server.speaks_ahead and self.cache.segments_mb > 0

    @property
    def cache_path(self) -> Path:
        """``cache_dir`` as an absolute path."""
        return places.placed(self.cache_dir)

    @property
    def models_path(self) -> Path:
        return self.cache_path / "models"

    @property
    def outputs_path(self) -> Path:
        return self.cache_path / "outputs"

    @property
    def library_path(self) -> Path:
        """What a person keeps: the dictionary, and voices of their own."""
        return self.cache_path / "library.sqlite3"

    @property
    def works_path(self) -> Path:
        """What a person makes: projects, jobs and their sounds."""
        return self.cache_path / "works"

    @property
    def keys_path(self) -> Path:
        """Access keys: their names, hashes and limits."""
        return places.placed(Path(self.access.keys_file)) if self.access.keys_file else self.cache_path / "keys.yaml"

    @property
    def numba_path(self) -> Path:
        """Where numba keeps what it has compiled (``NUMBA_CACHE_DIR``)."""
        return self.cache_path / "numba"

    @property
    def emotions_path(self) -> Path:
        return places.placed(self.emotions)

    @property
    def catalogue_path(self) -> Path:
        return places.placed(self.catalogue)

    @property
    def delivery_path(self) -> Path:
        return places.placed(self.delivery)

    @property
    def voices_path(self) -> Path:
        return places.placed(self.voices)


_VARIABLES: Final = re.compile("INDEXTTS_(CONFIG|KEYS|SESSION_SECRET|TORCH_INDEX|TESTS_.*)")
"""Those of the environment that this program, its set-up and its tests read."""


def unknown_variables(environment: Iterable[str]) -> list[str]:
    """Names in the environment that look like settings, and are none."""
    return sorted(name for name in environment if name.startswith("INDEXTTS_") and not _VARIABLES.fullmatch(name))


_form = functools.cache(lambda: TypeAdapter(Config))


def load_config(path: Path | str | None = None) -> Config:
    """Read the configuration from ``path``, else ``$INDEXTTS_CONFIG``, else ``configs/config.yaml``.

    Raises :class:`StudioError` ``bad_config`` naming the first thing that is wrong, also a file that is not there, and
    ``database_address`` or ``store_address`` where works cannot be kept at all.
    """
    source = Path(path or os.environ.get("INDEXTTS_CONFIG") or DEFAULT_CONFIG)
    config = load_table(source, _form())
    if (wrong := _misplaced(config)) is not None:
        setting, said = wrong
        reason = Bilingual(f"{setting}: {said.en}", f"{setting}：{said.zh}")
        raise StudioError("bad_config", path=source, reason=reason)
    for address, known, code in (
        (config.works.database, r"postgresql(\+\w+)?://.*", "database_address"),
        (config.works.sounds, r"[^:]*|s3://[^/].*", "store_address"),
    ):
        if address and not re.fullmatch(known, address):
            raise StudioError(code)
    return config


def _misplaced(config: Config) -> tuple[str, Bilingual] | None:
    """The first setting that names a file where there is none, or a folder where there can be none."""
    for name in ("emotions", "delivery", "voices", "catalogue"):
        path = places.placed(getattr(config, name))
        if not path.is_file():
            return name, unread(path)
    if config.access.keys_file and config.keys_path.is_dir():
        return "access.keys_file", unread(config.keys_path)
    sounds = config.works.sounds
    folders = {"cache_dir": config.cache_path}
    if sounds and "://" not in sounds:
        folders["works.sounds"] = places.placed(Path(sounds))
    for name, folder in folders.items():
        if folder == places.home() or re.search(r"\$\w|\$\{", str(folder)):
            en = f"“{folder}” is no folder for data; write a path of its own, without variables."
            return name, Bilingual(en, f"“{folder}”不能用来存放数据，请写明一个单独的目录，不要用变量。")
        for path in (folder, *folder.parents):
            if path.is_file():
                said = Bilingual(f"{path} is a file; name a folder.", f"{path} 是文件，请指定目录。")
                return name, said
    return None


def load_table(path: Path, form: TypeAdapter[Table]) -> Table:
    """Read a YAML file that holds a mapping, checked against ``form``; an empty file is an empty mapping.

    Raises :class:`StudioError` ``bad_config`` naming the first thing that is wrong.
    """
    data = read_mapping(path)
    try:
        return form.validate_python(data)
    except ValidationError as error:
        raise StudioError("bad_config", path=path, reason=what_is_wrong(error)) from error


def load_kept(path: Path, form: TypeAdapter[Table]) -> Table:
    """The same for a file that the program writes itself. Raises :class:`StudioError` ``kept_damaged``."""
    try:
        return load_table(path, form)
    except StudioError as error:
        raise StudioError("kept_damaged", path=path, reason=error.details["reason"]) from error
