"""The sections of the configuration about serving: the server, access, caches, logs, the cluster."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from indextts.model.fields import said
from indextts.platform.setting_files import RATE, Section

PLAN_BYTES_FOR_EACH_CHAR: Final = 900
"""Of a plan without line breaks; measured: 770 where all is Chinese and has been spoken, 350 in English."""

MAX_COVER_BYTES: Final = 8 * 1024**2
"""Bytes of a book's cover: the largest picture that fits into every format of its files."""


def _host(name: str) -> str:
    """A name or an address without a port, ``*.`` before it for all names below."""
    if not re.fullmatch(r"(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?", name):
        raise said(
            "it should be the name of a host without a port, such as studio.example.com or *.lan.",
            "应是不带端口的主机名，如 studio.example.com 或 *.lan。",
        )
    return name


ORIGIN: Final = (
    r"^(https?://([a-z0-9_.-]{1,255}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?|(?!https?:)[a-z][a-z0-9+.-]*://[a-z0-9._~:-]*)$"
)
"""An origin as browsers write it, of any scheme, without a path."""


def _origin(text: str) -> str:
    """An origin in small or large letters."""
    if not re.fullmatch(ORIGIN, text.lower()):
        raise said(
            "it should be an origin without a path, such as https://example.com or app://obsidian.md.",
            "应是不带路径的来源，如 https://example.com 或 app://obsidian.md。",
        )
    return text


OriginName = Annotated[str, AfterValidator(_origin)]


def _network(text: str) -> str:
    """An address or a network."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise said(
            "it should be an address or a network, such as 127.0.0.1 or 192.168.1.0/24.",
            "应是地址或网段，如 127.0.0.1 或 192.168.1.0/24。",
        ) from None


class ServerConfig(Section):
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
    """Whether the page may generate the first sentence before Generate is pressed."""
    root_path: str = ""
    """Prefix under which a reverse proxy publishes the app, such as ``/studio``."""
    hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    """Names under which the server answers, beside this machine's own; ``*.example.com`` is every name below it."""
    origins: tuple[OriginName, ...] = ()
    """Addresses at which browsers open the page, where a proxy hides them from the server. Those that no page can have,
    such as ``chrome-extension://…``, count as ``openai.origins``."""
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    """Addresses or networks of proxies whose forwarded headers are believed; those of others are ignored."""

    def deadline_for(self, chars: int) -> float:
        """Seconds that a request with a text of so many characters gets."""
        return self.deadline_s * max(1.0, chars / self.deadline_chars)

    @property
    def max_plan_bytes(self) -> int:
        """Of a plan: what the longest text's has, spoken and with room to spare."""
        return min(self.max_upload_bytes, max(self.max_body_bytes, PLAN_BYTES_FOR_EACH_CHAR * self.max_text_chars))


class OpenAIConfig(Section):
    """OpenAI's calls (``/v1/audio/…``)."""

    strict: bool = False
    """Whether a model, a voice, a format or a speed that is not known here is refused, and all but JSON bodies, in
    place of being replaced and told."""
    origins: tuple[OriginName, ...] = ()
    """Other websites, browser extensions and programs whose pages may call them, each with a key; none may call
    anything else."""


class DoorsConfig(Section):
    """Calls of other programs (``docs/api.md``), each of which can be closed."""

    legado: bool = True
    """The reading app Legado (阅读)."""
    elevenlabs: bool = True
    """ElevenLabs' clients."""
    azure: bool = True
    """Programs that speak through Azure's REST calls."""
    gpt_sovits: bool = True
    """Programs that speak through GPT-SoVITS."""
    voicevox: bool = True
    """Programs that speak through VOICEVOX."""
    podcast: bool = True
    """Podcast programs with the feed that somebody has opened for a book of theirs."""
    text_stream: bool = True
    """Speech of a text that is still being written: a WebSocket, and a call with a long body."""


class WyomingConfig(Section):
    """The port for Home Assistant's voice protocol, Wyoming (``docs/operations.md``)."""

    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Usually 10200; 0 is off."""
    host: str = ""
    """Where it listens; empty for ``server.host``."""
    clients: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    """Addresses or networks that may use it without a key, beside this machine; needed beyond this machine, unless
    ``access.keys`` is ``never``."""
    announce: bool = False
    """Whether the local network is told of it, so that Home Assistant finds it (needs ``--with wyoming``)."""


class AccessConfig(Section):
    """Access control (``docs/security.md``)."""

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


class OutputConfig(Section):
    """Generated audio files: kept under unguessable names, cleaned by age and by total size."""

    max_age_s: Annotated[float, Field(gt=0)] = 3600.0
    max_total_bytes: Annotated[int, Field(ge=0)] = 1024**3
    sweep_every_s: Annotated[float, Field(gt=0)] = 60.0


class CacheConfig(Section):
    """What is kept so that it need not be made twice."""

    segments_mb: Annotated[int, Field(ge=0, le=4096)] = 16
    """Finished segments, 16 bits a sample: about 5 minutes at 24 kHz. 0 keeps none."""
    edits_mb: Annotated[int, Field(ge=1, le=65536)] = 256
    """Plans that are being edited on the page, with what can be undone: some eight of 10,000 characters."""
    works_mb: Annotated[int, Field(ge=0)] = 4096
    """On the disk: the database, and sounds of jobs and for Legado, some 70 hours in all; those of favourites, and of
    what is kept or not done, come on top."""
    takes_most: Annotated[int, Field(ge=1)] = 20_000
    """Takes that are listed, and their plans; favourites and what is kept by hand come on top, here and below."""
    takes_disk_mb: Annotated[int, Field(ge=1)] = 2048
    """Of their plans on the disk: some 20,000 pages of text."""
    takes_days: Annotated[float, Field(ge=0)] = 0.0
    """Days after which a take goes; 0 is never."""
    works_days: Annotated[float, Field(gt=0)] = 90.0
    """Seconds after which an unused sound is deleted; it is spoken again when it is requested."""
    works_copies: Annotated[int, Field(ge=0, le=9)] = 2
    """Of the works' database, beside it, a day apart: the newest takes its place when it is damaged. 0 makes none."""


class S3Config(Section):
    """The S3-compatible store that ``works.sounds`` names."""

    endpoint: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    """Its address; empty for ``$AWS_ENDPOINT_URL``, else Amazon's."""
    region: str = ""
    """Empty for ``$AWS_REGION``."""
    access_key: str = ""
    """Empty for ``$AWS_ACCESS_KEY_ID`` …"""
    secret_key: str = Field(default="", repr=False)
    """… and ``$AWS_SECRET_ACCESS_KEY``: a file that others read is no place for it."""


class WorksConfig(Section):
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


class BooksConfig(Section):
    """Long texts."""

    fetches_addresses: bool = False
    """Whether a book may be made of a page of the web whose address a caller gives: the server fetches it then."""
    private_addresses: bool = False
    """Whether also of one in this machine's own network."""
    page_bytes: Annotated[int, Field(ge=1024, lt=2**31)] = 16 * 1024 * 1024
    page_s: Annotated[float, Field(gt=0, le=600)] = 20.0
    """Seconds for all of it, redirects included."""


class AudiobookshelfConfig(Section):
    """The Audiobookshelf that finished books are sent to (``docs/books.md``)."""

    url: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    """Its address; empty: there is none."""
    token: str = Field(default="", repr=False)
    """An API key of a user who may upload; empty for ``$AUDIOBOOKSHELF_TOKEN``: a file that others read is no place."""
    library: str = ""
    """Id or name; may be empty where there is one for books alone."""
    folder: str = ""
    """Id or path of a folder of the library; empty for its first."""
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 30.0
    """How long it may be silent."""


class LogConfig(Section):
    """What goes to the log."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["text", "json"] = "text"
    """``json``: one object a line, for programs, without anything that a person wrote or named."""


class ClusterConfig(Section):
    """The same server over several processes and machines, on Ray Serve (``deploy/ray_serve.py``)."""

    address: str = ""
    """Of the cluster's head, such as ``10.0.0.1:6379``; empty starts one of this machine alone."""
    replicas_min: Annotated[int, Field(ge=1, le=1024)] = 1
    replicas_max: Annotated[int, Field(ge=1, le=1024)] = 4
    """Processes that speak; between these two there are as many as the queue asks for."""
    doors: Annotated[int, Field(ge=1, le=64)] = 1
    """Processes that take the requests and give them to those; each of them counts clients' rates by itself."""
    cores: Annotated[int, Field(ge=1, le=64)] = 1
    """Of one process that speaks: sentences that it synthesises at the same time."""
    ongoing: Annotated[int, Field(ge=1, le=256)] = 3
    """Requests that one process holds at the same time; what comes on top waits where any process can take it."""
    waiting: Annotated[int, Field(ge=1, le=100_000)] = 64
    """Requests that may wait for all processes together; the next one gets 429. One client may have half of them."""
    scale_at: Annotated[float, Field(gt=0)] = 2.0
    """Requests for each process, waiting ones included, from which on there are more processes."""
    scale_up_s: Annotated[float, Field(ge=0)] = 5.0
    scale_down_s: Annotated[float, Field(ge=0)] = 120.0
    """How long it has to be so before processes are added or taken away."""
    voices: Annotated[int, Field(ge=1, le=1024)] = 8
    """Cloned voices that one process is taken to have warm; requests for a voice go where it is."""
    retry_s: Annotated[float, Field(ge=0)] = 30.0
    """For so long a request whose process has died is given to others, before it fails with 503."""
    drain_s: Annotated[float, Field(ge=0)] = 30.0
    """For so long a process that is to end may finish what it has begun."""
    object_store_mb: Annotated[int, Field(ge=80)] = 100
    """Memory that Ray sets aside on this machine for what processes hand each other, where it is started here."""

    @model_validator(mode="after")
    def _in_order(self) -> ClusterConfig:
        if self.replicas_min > self.replicas_max:
            raise said("replicas_min is more than replicas_max.", "replicas_min 大于 replicas_max。")
        return self
