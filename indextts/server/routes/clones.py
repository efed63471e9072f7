"""``/v1/clones``: voices cloned from recordings, over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from indextts.model.errors import StudioError
from indextts.model.fields import Schema
from indextts.model.i18n.messages import caller_language
from indextts.platform.memory import telling_shortage
from indextts.platform.storage.bounded import ZIP
from indextts.server import field_schemas as shapes
from indextts.server.calls import (
    KEPT_S,
    StoredFile,
    T,
    attachment,
    in_thread,
    limit_light_rate,
    limit_rate,
    service_of,
    with_service,
)
from indextts.server.errors import GONE, STORED, ErrorDetail, refusals, told
from indextts.server.field_schemas import with_note
from indextts.server.parsing import check_fields, invalid, read_json
from indextts.server.schemas import BINARY, body_of, file_of, form_of, recordings_field
from indextts.server.uploads import FILES, FindingAnswer, findings, looked_at, prepared, recordings, sent_file
from indextts.voices.cloning.exchange import EXTENSION, MEDIA_TYPE, not_ours
from indextts.voices.cloning.library import CloneLibrary
from indextts.voices.cloning.voice import ClonedVoice, Prepared
from indextts.voices.names import MAX_REFERENCES, MAX_TAGS

_ERRORS: Final = refusals(400, 413, 415, missing="No such voice", conflict="The name is taken")

router = APIRouter(prefix="/v1/clones", tags=["clones"], dependencies=[Depends(limit_light_rate)], responses=_ERRORS)

_COSTLY: Final[Any] = [Depends(limit_rate)]
"""Of the calls that read recordings."""

_PACKED: Final = (MEDIA_TYPE, "application/octet-stream")
_FILE_NOTE: Final = f"1 to {MAX_REFERENCES} recordings: WAV, FLAC, MP3, OGG, M4A; 3 to 15 s each are best."
_WEIGHTS_NOTE: Final = "One for each recording, separated by commas."
_RECORDED: Final[dict[str, Any]] = {"files": recordings_field(_FILE_NOTE), "needed": [FILES]}
_RECORDINGS: Final = form_of(shapes.strict_fields({}, {}), **_RECORDED)
_NEW: Final = form_of(
    shapes.strict_fields(
        {"name": shapes.NAME, "consent": with_note(shapes.CONSENT, "Who agreed to what.")},
        {
            "consent_date": {"type": "string", "format": "date", "description": "A day that was; today if absent."},
            "tags": with_note(shapes.TAGS_TEXT, "Separated by commas."),
            "weights": with_note(shapes.WEIGHTS_TEXT, _WEIGHTS_NOTE),
        },
    ),
    **_RECORDED,
)
_WEIGHTED: Final = form_of(
    shapes.strict_fields({}, {"weights": with_note(shapes.WEIGHTS_TEXT, _WEIGHTS_NOTE)}), **_RECORDED
)
_CHANGE: Final[Schema] = shapes.fields(
    {},
    {
        "name": shapes.NAME,
        "tags": {"type": "array", "items": shapes.TAG, "maxItems": MAX_TAGS},
        "weights": with_note(shapes.WEIGHTS, "In the order of the references."),
    },
)


class ReferenceAnswer(BaseModel):
    """A prepared recording."""

    model_config = ConfigDict(from_attributes=True)

    sha256: str
    seconds: Annotated[float, AfterValidator(lambda seconds: round(seconds, 3))]
    sample_rate: int
    weight: float


class CloneAnswer(BaseModel):
    """A cloned voice."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    references: list[ReferenceAnswer]
    consent: str
    consent_date: str
    tags: list[str]
    pitch_hz: float
    """Median F0; 0 where none was found."""
    group: str
    """``women``, ``men`` or ``children``, by that pitch alone."""
    created: str


class NewCloneAnswer(CloneAnswer):
    """A voice that was made, and what its recordings were taken with."""

    findings: list[FindingAnswer]


class ClonesAnswer(BaseModel):
    """All cloned voices."""

    voices: list[CloneAnswer]
    warnings: list[ErrorDetail] = []
    """Why there may be more than are listed; left out where all is well."""


class LookedAt(BaseModel):
    """What was found in a recording."""

    file: str
    usable: bool
    seconds: float
    """Of the whole file."""
    start_s: float
    used_s: float
    """The part of it that would be used."""
    sample_rate: int
    """Of the file."""
    channels: int
    loudness_lufs: float
    snr_db: float
    pitch_hz: float
    findings: list[FindingAnswer]


class ChecksAnswer(BaseModel):
    """One for each recording that was sent."""

    recordings: list[LookedAt]


@router.get("", response_model_exclude_defaults=True)
async def voices(request: Request) -> ClonesAnswer:
    """All cloned voices, the oldest first."""
    try:
        listed, warnings = await _with(request, CloneLibrary.voices), []
    except StudioError as error:
        # A library that cannot be read has no voices to offer, which is no reason to list nothing else either.
        listed, warnings = [], told([error], caller_language(request.headers))
    return ClonesAnswer(voices=[CloneAnswer.model_validate(one) for one in listed], warnings=warnings)


@router.post("", status_code=201, openapi_extra=_NEW, dependencies=_COSTLY)
async def add(request: Request) -> NewCloneAnswer:
    """Make a voice of one or several recordings."""
    async with recordings(request) as (fields, files):
        given = _known(fields, "name", "consent", "consent_date", "tags", "weights")
        made = await prepared(request, files)

    def work(library: CloneLibrary) -> ClonedVoice:
        return library.add(
            _last(given, "name"),
            made,
            consent=_last(given, "consent"),
            consent_date=_last(given, "consent_date"),
            tags=split(given.get("tags", [])),
            weights=_weights(given.get("weights", [])),
        )

    return _new(request, await _with(request, work), made)


@router.post("/check", openapi_extra=_RECORDINGS, dependencies=_COSTLY)
async def check(request: Request) -> ChecksAnswer:
    """Say what is wrong with recordings, and keep nothing."""
    async with recordings(request) as (fields, files):
        _known(fields)
        found = await looked_at(request, files)
    answers: list[LookedAt] = []
    for one in found:
        recording, measures = one.recording, one.measures
        answers.append(
            LookedAt(
                file=recording.name,
                usable=one.usable,
                seconds=round(recording.seconds, 3),
                start_s=round(one.start / recording.sample_rate, 3),
                used_s=round((one.end - one.start) / recording.sample_rate, 3),
                sample_rate=recording.source_rate,
                channels=recording.channels,
                loudness_lufs=round(measures.level_lufs, 1),
                snr_db=round(measures.snr_db, 1),
                pitch_hz=round(measures.pitch_hz, 1),
                findings=findings(request, [(recording.name, finding) for finding in one.findings], named=False),
            )
        )
    return ChecksAnswer(recordings=answers)


@router.post("/recordings", status_code=201, openapi_extra=_RECORDINGS, dependencies=_COSTLY)
async def keep(request: Request) -> NewCloneAnswer:
    """Keep recordings for a while, as a voice without a name: ``id`` is a ``voice`` of requests."""
    async with recordings(request) as (fields, files):
        _known(fields)
        made = await prepared(request, files)
    return _new(request, await _with(request, lambda library: library.keep(made)), made)


@router.post("/import", status_code=201, openapi_extra=file_of(_PACKED), dependencies=_COSTLY)
async def import_file(
    request: Request, name: Annotated[str | None, Query(description="Instead of the file's own.")] = None
) -> CloneAnswer:
    """Store a voice from what ``export`` gave; its hashes are checked."""
    folder = service_of(request).config.cache_path
    async with sent_file(request, _PACKED, folder, begins=(ZIP, not_ours())) as file:

        def work(library: CloneLibrary) -> ClonedVoice:
            with telling_shortage("import_memory"):
                return library.import_(file, name or None)

        return await _answered(request, work)


@router.get("/{voice}")
async def voice(request: Request, voice: str) -> CloneAnswer:
    """One cloned voice; for a while also what ``recordings`` answered."""
    return await _answered(request, lambda library: library.get(voice))


@router.patch("/{voice}", openapi_extra=body_of(_CHANGE))
async def change(request: Request, voice: str) -> CloneAnswer:
    """Another name, other tags, other weights."""
    fields = {name: value for name, value in (await read_json(request)).items() if value is not None}
    _known(fields, "name", "tags", "weights")
    weights = fields.pop("weights", None)
    if weights is not None and not isinstance(weights, list):
        raise invalid("weights", "it should be a list.", "应是列表。")
    return await _answered(request, lambda library: library.change(voice, weights=weights, **fields))


@router.delete("/{voice}", status_code=204)
async def remove(
    request: Request,
    voice: str,
    restorable: Annotated[bool, Query(description="Keep its recordings for 30 s, so that `restore` works.")] = False,
) -> Response:
    """Delete a voice, and the recordings that no other one uses."""
    gone = await _with(request, lambda library: library.remove(voice, kept_s=KEPT_S if restorable else 0.0))
    if restorable:
        change = service_of(request).change_clones
        request.app.state.removed.add(gone.id, lambda: change(lambda library: library.restore(gone)))
    return Response(status_code=204)


@router.post("/{voice}/restore", responses=GONE)
async def restore(request: Request, voice: str) -> CloneAnswer:
    """Put back a voice that was deleted as ``restorable`` within the last 30 s, under its own id."""
    await in_thread(request, lambda: request.app.state.removed.put_back(voice))
    return await _answered(request, lambda library: library.get(voice))


@router.post("/{voice}/references", status_code=201, openapi_extra=_WEIGHTED, dependencies=_COSTLY)
async def add_references(request: Request, voice: str) -> NewCloneAnswer:
    """Give a voice more recordings."""
    await _with(request, lambda library: library.get(voice))
    async with recordings(request) as (fields, files):
        weights = _weights(_known(fields, "weights").get("weights", [])) or [1.0] * len(files)
        made = await prepared(request, files)

    stored = await _with(request, lambda library: library.add_references(voice, made, weights))
    return _new(request, stored, made)


@router.delete("/{voice}/references/{sha256}")
async def remove_reference(request: Request, voice: str, sha256: str) -> CloneAnswer:
    """Take a recording away from a voice; the last one stays."""
    return await _answered(request, lambda library: library.remove_reference(voice, sha256))


@router.get("/{voice}/export", response_class=Response, responses={200: {"content": {MEDIA_TYPE: BINARY}}})
async def export(request: Request, voice: str) -> Response:
    """The voice as one file: its recordings, its name, the consent."""
    stored, data = await _with(request, lambda library: (library.get(voice), library.export(voice)))
    return attachment(data, MEDIA_TYPE, stored.id + EXTENSION, stored.name + EXTENSION)


@router.get(
    "/{voice}/preview", response_class=FileResponse, responses={200: {"content": {"audio/flac": BINARY}}, **STORED}
)
async def preview(
    request: Request, voice: str, reference: Annotated[int, Query(ge=0, le=MAX_REFERENCES)] = 0
) -> Response:
    """A recording of the voice, as it was prepared: FLAC. Byte ranges work."""

    def work(library: CloneLibrary) -> Any:
        stored = library.get(voice)
        if reference >= len(stored.references):
            raise StudioError("not_found")
        return library.path(stored.references[reference].sha256)

    path = await _with(request, work)
    return StoredFile(path, media_type="audio/flac", headers={"Cache-Control": "private, max-age=60"})


async def _with(request: Request, work: Callable[[CloneLibrary], T]) -> T:
    return await with_service(request, lambda service: service.change_clones(work))


async def _answered(request: Request, work: Callable[[CloneLibrary], ClonedVoice]) -> CloneAnswer:
    return CloneAnswer.model_validate(await _with(request, work))


def split(values: Sequence[str]) -> list[str]:
    """The parts of comma-separated lists, empty ones left out."""
    return [part.strip() for value in values for part in value.replace("，", ",").split(",") if part.strip()]


def _weights(values: Sequence[str]) -> list[object] | None:
    weights: list[object] = []
    for part in split(values):
        try:
            weights.append(float(part))
        except ValueError as error:
            raise invalid("weights", "they should be numbers.", "应是数字。") from error
    return weights or None


def _known(fields: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    check_fields([name for name in fields if name not in names], (*names, FILES))
    return fields


def _last(fields: Mapping[str, Sequence[str]], name: str) -> str | None:
    return fields[name][-1] if name in fields else None


def _new(request: Request, stored: ClonedVoice, made: Sequence[Prepared]) -> NewCloneAnswer:
    found = [(one.name, finding) for one in made for finding in one.findings]
    return NewCloneAnswer(**dict(CloneAnswer.model_validate(stored)), findings=findings(request, found))
