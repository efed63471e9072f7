"""The configuration: one YAML file, every setting with its default and its meaning.

``configs/config.yaml`` lists all of them. A key that is not known here is refused, so that a slip of the pen
does not pass for a setting. The environment variable ``INDEXTTS_CONFIG`` names another file.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationError,
)

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.runtime import paths as places
from indextts.runtime.cluster_config import ClusterConfig
from indextts.utterance.settings import EngineName

PROJECT_ROOT: Final = places.ROOT
"""In a clone, the folder that holds ``app.py``, ``configs/`` and, by default, ``cache_hub/``."""

Table = TypeVar("Table")

DEFAULT_CONFIG: Final = places.placed(Path("configs/config.yaml"))

RATE: Final = r"^([1-9]\d*) ?(?:/|per) ?([1-9]\d* ?)?(second|minute|hour|day)s?$"
"""A rate in words: ``120/minute``, ``5 per 10 seconds``."""

PLAN_BYTES_FOR_EACH_CHAR: Final = 900
"""Of a plan without line breaks; measured: 770 where all is Chinese and has been spoken, 350 in English."""


def _host(name: str) -> str:
    """A name or an address without a port, ``*.`` before it for all names below. Raises :class:`ValueError`."""
    if not re.fullmatch(r"(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?", name):
        raise ValueError("this should be the name of a host without a port, such as studio.example.com or *.lan")
    return name


def _network(text: str) -> str:
    """An address or a network. Raises :class:`ValueError`."""
    return str(ipaddress.ip_network(text, strict=False))


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ServerConfig(_Section):
    """The HTTP side: limits that keep one client from taking everything."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 7860
    workers: Annotated[int, Field(ge=0, le=64)] = 0
    """Sentences synthesised at the same time; 0 takes one for each core."""
    queue_waiting: Annotated[int, Field(ge=0)] = 5
    """Requests of one client that may wait for a worker; the next one gets 429. As many again are kept for others."""
    streams: Annotated[int, Field(ge=1, le=1024)] = 16
    """Answers that are sent as they are made, at the same time; one client may have half of them."""
    stream_buffer_bytes: Annotated[int, Field(ge=64 * 1024)] = 4 * 1024 * 1024
    """Sound that one such answer makes ahead of its reader, in 32-bit samples: at 24 kHz 44 s."""
    deadline_s: Annotated[float, Field(gt=0)] = 120.0
    """A request that takes longer, waiting in the queue included, gets 504; waiting for a slow reader is left out."""
    deadline_chars: Annotated[int, Field(ge=1)] = 2_000
    """Characters up to which that holds; a text of twice as many gets twice the time."""
    rate_limit: Annotated[str, Field(pattern=RATE)] = "120/minute"
    """For each client: an IPv4 address, or an IPv6 network of 64 bits."""
    max_body_bytes: Annotated[int, Field(ge=1024)] = 256 * 1024
    max_upload_bytes: Annotated[int, Field(ge=1024)] = 32 * 1024 * 1024
    max_project_bytes: Annotated[int, Field(ge=1024, lt=2**31)] = 1024**3
    """Of a project that is imported: some 15 hours of sound."""
    max_book_bytes: Annotated[int, Field(ge=1024, lt=2**31)] = 64 * 1024 * 1024
    """Of a file that is to become a book."""
    max_connections: Annotated[int, Field(ge=8, le=32_768)] = 512
    """Open at the same time, never more than half of the files that the process may open; then the one that has been
    idle for longest goes."""
    header_s: Annotated[float, Field(gt=0, le=3600)] = 20.0
    """For the header of a request, from the connection on or, later, from its first byte on."""
    body_idle_s: Annotated[float, Field(gt=0, le=3600)] = 30.0
    """A body that brings less than a kilobyte in such a time, and does not end, gets 408."""
    reader_idle_s: Annotated[float, Field(gt=0, le=86_400)] = 120.0
    """A client that takes less than 16 KB of its answer in such a time, while more is there, is left."""
    max_uploads_bytes: Annotated[int, Field(ge=0)] = 256 * 1024 * 1024
    """Of all files together that wait in the page's folder."""
    max_text_chars: Annotated[int, Field(ge=1)] = 10_000
    speaks_ahead: bool = True
    """Whether the page may have the first sentence spoken while nobody has pressed anything yet."""
    root_path: str = ""
    """Prefix under which a reverse proxy publishes the app, such as ``/studio``."""
    hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    """Names under which the server answers, beside this machine's own; ``*.example.com`` is every name below it."""
    origins: tuple[Annotated[str, Field(pattern=r"^https?://[^/\s]+$")], ...] = ()
    """Addresses at which browsers open the page, where a proxy hides them from the server."""
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    """Addresses or networks of proxies whose forwarded headers are believed; those of others are ignored."""

    def deadline_for(self, chars: int) -> float:
        """Seconds that a request with a text of so many characters gets."""
        return self.deadline_s * max(1.0, chars / self.deadline_chars)

    @property
    def max_plan_bytes(self) -> int:
        """Of a plan: what the longest text's has, spoken and with room to spare."""
        return min(self.max_upload_bytes, max(self.max_body_bytes, PLAN_BYTES_FOR_EACH_CHAR * self.max_text_chars))


class AccessConfig(_Section):
    """Who may ask (``docs/security.md``)."""

    keys: Literal["auto", "always", "never"] = "auto"
    """Whether callers need a key: ``auto`` where the server listens beyond this machine, and where there are keys."""
    keys_file: str = ""
    """Where the keys are kept, hashed; empty for ``keys.yaml`` in ``cache_dir``."""
    local_needs_key: bool = False
    """Whether a person at this machine needs one too: where others have accounts on it, or a proxy hides itself."""
    share_needs_key: bool = False
    """Whether visitors of a ``--share`` link do; without it the link's address is the secret."""
    open_metrics: bool = False
    """Whether ``/metrics`` is read without one."""
    session_days: Annotated[float, Field(gt=0, le=400)] = 30.0
    """How long a browser stays logged in."""
    tries: Annotated[str, Field(pattern=RATE)] = "10/minute"
    """Wrong keys from one address."""


class OutputConfig(_Section):
    """Generated audio files: kept under unguessable names, cleaned by age and by total size."""

    max_age_s: Annotated[float, Field(gt=0)] = 3600.0
    max_total_bytes: Annotated[int, Field(ge=0)] = 1024**3
    sweep_every_s: Annotated[float, Field(gt=0)] = 60.0


class CacheConfig(_Section):
    """What is kept so that it need not be made twice."""

    segments_mb: Annotated[int, Field(ge=0, le=4096)] = 32
    """Finished segments, 16 bits a sample: about 11 minutes at 24 kHz. 0 keeps none."""
    edits_mb: Annotated[int, Field(ge=1, le=65536)] = 256
    """Plans that are being edited on the page, with what can be undone: some eight of 10,000 characters."""
    works_mb: Annotated[int, Field(ge=0)] = 4096
    """On the disk: sounds of jobs, some 70 hours; those of favourites, and of what is kept or not done, come on top."""
    takes_most: Annotated[int, Field(ge=1)] = 20_000
    """Takes that are listed, and their plans; favourites and what is kept by hand come on top, here and below."""
    takes_disk_mb: Annotated[int, Field(ge=1)] = 2048
    """Of their plans on the disk: some 20,000 pages of text."""
    takes_days: Annotated[float, Field(ge=0)] = 0.0
    """Days after which a take goes; 0 is never."""
    works_days: Annotated[float, Field(gt=0)] = 90.0
    """A sound that nobody asked for in so long goes as well; where it is asked for after all, it is spoken again."""
    works_copies: Annotated[int, Field(ge=0, le=9)] = 2
    """Of the works' database, beside it, a day apart: the newest takes its place when it is damaged. 0 makes none."""


class S3Config(_Section):
    """The S3-compatible store that ``works.sounds`` names."""

    endpoint: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    """Its address; empty for ``$AWS_ENDPOINT_URL``, else Amazon's."""
    region: str = ""
    """Empty for ``$AWS_REGION``."""
    access_key: str = ""
    """Empty for ``$AWS_ACCESS_KEY_ID`` …"""
    secret_key: str = Field(default="", repr=False)
    """… and ``$AWS_SECRET_ACCESS_KEY``: a file that others read is no place for it."""


class WorksConfig(_Section):
    """Where jobs, projects and books are kept; several processes that share them share their work."""

    database: str = ""
    """Empty: a file below ``cache_dir``; or the address of a PostgreSQL database (needs ``--with cluster``)."""
    sounds: str = ""
    """Empty: a folder below ``cache_dir``; another folder; or ``s3://bucket/prefix``."""
    lease_s: Annotated[float, Field(ge=0.5, le=600)] = 15.0
    """A process that was not heard of for so long has lost what it was speaking: another one goes on with it."""
    parts_ahead: Annotated[int, Field(ge=0, le=64)] = 16
    """So many parts of a book are offered to other processes while one is spoken; 0 is none."""
    sounds_cache_mb: Annotated[int, Field(ge=16)] = 1024
    """Of a store elsewhere: sounds that are kept on this disk as well."""
    s3: S3Config = S3Config()


class BooksConfig(_Section):
    """Long texts."""

    fetches_addresses: bool = False
    """Whether a book may be made of a page of the web whose address a caller gives: the server fetches it then."""
    private_addresses: bool = False
    """Whether also of one in this machine's own network."""
    page_bytes: Annotated[int, Field(ge=1024, lt=2**31)] = 16 * 1024 * 1024
    page_s: Annotated[float, Field(gt=0, le=600)] = 20.0
    """Seconds for all of it, redirects included."""


class VocoderConfig(_Section):
    """``neural`` is the voice's own; ``griffin_lim`` needs no vocoder network and sounds thinner."""

    type: Literal["neural", "griffin_lim"] = "neural"
    n_iter: Annotated[int, Field(ge=1, le=500)] = 30
    n_fft: Annotated[int, Field(ge=640, le=8192)] = 1024


class AudioConfig(_Section):
    """The finished sound."""

    loudness_lufs: Annotated[float, Field(ge=-40, le=-6)] = -16.0
    peak_dbtp: Annotated[float, Field(ge=-20, le=0)] = -1.0
    fade_ms: Annotated[float, Field(ge=0, le=50)] = 8.0
    resampler: Literal["soxr", "resampy"] = "soxr"
    """Changes the rate of what was spoken: where engines of two rates speak one text, and for formats with their own.

    Measurements, shifts of pitch and what networks hear keep soxr, or the way that a network was trained with.
    """


class LabelConfig(_Section):
    """What files of generated speech say about themselves (``docs/label.md``)."""

    enabled: bool = True
    producer: Annotated[str, Field(pattern=r"^[!#-\[\]-~]{0,200}$")] = ""
    """Name or code of who offers the speech, in the characters of the standard; empty for the program and its version.
    """


class PauseConfig(_Section):
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


class TextConfig(_Section):
    """How text is cut and read."""

    max_syllables: Annotated[int, Field(ge=8, le=60)] = 36
    """Longest stretch that is synthesised at once."""
    emoji: Literal["drop", "read"] = "drop"
    """Whether emoji are said by name."""

    @property
    def reads_emoji(self) -> bool:
        """``emoji`` as a yes or no."""
        return self.emoji == "read"


class EmbeddedConfig(_Section):
    """The default voice."""

    threads: Annotated[int, Field(ge=1, le=64)] = 1
    """Threads inside one inference; one is fastest while several sentences are spoken at once."""


class IndexTts2Config(_Section):
    """Cloned voices."""

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


class EspeakConfig(_Section):
    """espeak-ng, for sentences in languages that nothing else speaks (``./start_app.sh --with espeak``)."""

    enabled: bool = False


class EnginesConfig(_Section):
    """Which engine speaks, what happens when it cannot, and settings of each."""

    order: Annotated[tuple[EngineName, ...], Field(min_length=1)] = ("embedded", "sambert")
    """The engines to try, in order, where a request names neither an engine nor a voice of one."""
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
    embedded: EmbeddedConfig = EmbeddedConfig()
    indextts2: IndexTts2Config = IndexTts2Config()
    espeak: EspeakConfig = EspeakConfig()


class ModelsConfig(_Section):
    """Where models are fetched from."""

    hubs: tuple[Literal["huggingface", "modelscope"], ...] = ("huggingface", "modelscope")
    """Asked in this order."""
    huggingface: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    """Address of Hugging Face or a mirror of it; empty for ``$HF_ENDPOINT``, else the hub itself."""
    modelscope: Annotated[str, Field(pattern=r"^https?://\S+$")] = "https://www.modelscope.cn"
    parallel: Annotated[int, Field(ge=1, le=16)] = 3
    """Files that are fetched at the same time."""
    install_packages: bool = True
    """Whether a person at this machine may install an engine's packages from the page."""


class LlmConfig(_Section):
    """An instruction-tuned language model that decides the prosody."""

    model: Annotated[str, Field(min_length=1)]
    """A folder, or the name of a model on the hub."""


def _prosody_kind(value: object) -> str:
    return "model" if isinstance(value, (dict, LlmConfig)) else "name"


class LogConfig(_Section):
    """What goes to the log."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["text", "json"] = "text"
    """``json``: one object a line, for programs, without anything that a person wrote or named."""


class Config(_Section):
    """All settings of one process."""

    cache_dir: Path = Path("cache_hub")
    """Models, numba's cache and generated audio; relative to the project's folder (:func:`places.home`)."""
    emotions: Path = Path("configs/emotions.yaml")
    delivery: Path = Path("configs/delivery.yaml")
    voices: Path = Path("configs/voices.yaml")
    prosody: Annotated[
        Annotated[Literal["lm", "causal", "rules"], Tag("name")] | Annotated[LlmConfig, Tag("model")],
        Discriminator(_prosody_kind),
    ] = "lm"
    """What decides breaks, prominence and intonation; a mapping with ``model`` is a language model of one's own."""
    server: ServerConfig = ServerConfig()
    access: AccessConfig = AccessConfig()
    outputs: OutputConfig = OutputConfig()
    cache: CacheConfig = CacheConfig()
    works: WorksConfig = WorksConfig()
    books: BooksConfig = BooksConfig()
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
        """Who may ask: names, hashes and limits of keys."""
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


def load_config(path: Path | str | None = None) -> Config:
    """Read the configuration from ``path``, else ``$INDEXTTS_CONFIG``, else ``configs/config.yaml``.

    Raises :class:`StudioError` ``bad_config`` naming the first thing that is wrong.
    """
    source = Path(path or os.environ.get("INDEXTTS_CONFIG") or DEFAULT_CONFIG)
    return load_table(source, TypeAdapter(Config))


def load_table(path: Path, form: TypeAdapter[Table]) -> Table:
    """Read a YAML file that holds a mapping, checked against ``form``; an empty file is an empty mapping.

    Raises :class:`StudioError` ``bad_config`` naming the first thing that is wrong.
    """
    try:
        data: object = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        if data is not None and not isinstance(data, dict):
            reason = Bilingual("it should be a table of settings.", "内容应是一张设置表。")
            raise StudioError("bad_config", path=path, reason=reason)
        return form.validate_python({} if data is None else data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise StudioError("bad_config", path=path, reason=f"{place}: {first['msg']}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise StudioError("bad_config", path=path, reason=" ".join(str(error).split())) from error
