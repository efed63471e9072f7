"""An uploaded book cover, checked and scaled down where necessary."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from indextts.model.errors import StudioError, because
from indextts.platform.serving_config import MAX_COVER_BYTES

MAX_BYTES: Final = MAX_COVER_BYTES
"""Size of a picture that may be given: what is accepted is in every file of the book. The page knows it too."""
MAX_PIXELS: Final = {"JPEG": 10_000_000, "PNG": 8_000_000, "WEBP": 3_000_000}
"""By kind, so that no picture takes more than 60 MB beyond its own bytes: a WebP is unpacked several times over."""
_KEPT_SIDE: Final = 2_400
"""What players show; what has to be written anew is made no larger."""


def picture(data: bytes) -> bytes:
    """Return ``data`` as a JPEG or PNG that every player reads.

    Raises :class:`StudioError` ``bad_cover``.
    """
    if len(data) > MAX_BYTES:
        raise because("bad_cover", "it has more than 8 MB", "超过 8 MB")
    try:
        with Image.open(io.BytesIO(data), formats=list(MAX_PIXELS)) as image:
            kind, (width, height) = image.format or "", image.size
            most = MAX_PIXELS[kind] * 3 // max(3, len(image.getbands()) if kind == "JPEG" else 3)
            if width * height > most:
                raise because(
                    "bad_cover",
                    f"it has more than {most / 1e6:g} million pixels, the most for such a {kind}",
                    f"像素超过 {most / 1e4:g} 万，这是此类 {kind} 图片的上限",
                )
            if kind in ("JPEG", "PNG"):
                image.draft("RGB", (width // 8, height // 8))  # all of it is read, and little of it unpacked
                image.load()
                return data
            kept = image.convert("RGB")
        kept.thumbnail((_KEPT_SIDE, _KEPT_SIDE))
        into = io.BytesIO()
        ImageOps.exif_transpose(kept).save(into, "JPEG", quality=90)
        return into.getvalue()
    except StudioError:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise because("bad_cover", "it is not a picture", "这不是图片") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise because("bad_cover", "the picture is damaged", "图片已损坏") from error
