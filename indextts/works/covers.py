"""A picture that somebody gives as a book's cover, checked and, where it must be, made smaller."""

from __future__ import annotations

import io
from typing import Final

from indextts.errors import StudioError, because

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_SIDE: Final = 8_000
_KEPT_SIDE: Final = 2_400
"""What players show; larger ones are made so large."""
_KINDS: Final = ("JPEG", "PNG", "WEBP")


def picture(data: bytes) -> bytes:
    """``data`` as JPEG or PNG that every player reads. Raises :class:`StudioError` ``bad_cover``."""
    if len(data) > MAX_BYTES:
        raise because("bad_cover", "it has more than 10 MB", "超过 10 MB")
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=_KINDS) as image:
            if max(image.size) > MAX_SIDE:
                raise because("bad_cover", "it has too many pixels", "像素过多")
            kind, size = image.format, image.size
            image.load()
            if kind in ("JPEG", "PNG") and max(size) <= _KEPT_SIDE:
                return data
            kept = ImageOps.exif_transpose(image).convert("RGB")
            kept.thumbnail((_KEPT_SIDE, _KEPT_SIDE))
            into = io.BytesIO()
            kept.save(into, "JPEG", quality=90)
            return into.getvalue()
    except StudioError:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise because("bad_cover", "it is no picture", "这不是图片") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise because("bad_cover", "the picture is damaged", "图片已损坏") from error


def media_type(data: bytes) -> str:
    """Of what :func:`picture` gave."""
    return "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
