# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Decodes what was handed in and encodes it anew, so that nothing but pixels survives: no EXIF, no place, no comment, no
second file glued to the first."""

from __future__ import annotations

import io
import threading
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from stadtherz.kernel.files.errors import NotAPicture, PictureDamaged, PictureTooLarge, TooManyPixels
from stadtherz.kernel.files.header import Header, read_header
from stadtherz.kernel.files.models import WIDTHS

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES = 10 * 1024 * 1024
# What a decoder needs at most, about 200 MB: JPEG decodes at a fraction of its size, WebP holds its canvas three times.
MAX_PIXELS = {"JPEG": 64_000_000, "PNG": 25_000_000, "WEBP": 16_000_000}
MAX_SIDE = 2048
MAX_SCANS = 64  # a progressive JPEG of a camera has about ten; each costs a walk over all its pixels
QUALITY = 80
_one_at_a_time = threading.Lock()  # bounds the memory of a process to one decoded picture


@dataclass(frozen=True, slots=True)
class Encoded:
    """WebP renditions by width; the widest is the picture itself."""

    width: int
    height: int
    renditions: dict[int, bytes]


def encode(file: BinaryIO, size: int) -> Encoded:
    """Check, decode, turn upright, encode. Raises the refusals of ``errors``."""
    if size > MAX_BYTES:
        raise PictureTooLarge(MAX_BYTES // 1024 // 1024)
    header = read_header(file)
    if header is None:
        raise NotAPicture
    if header.width * header.height > MAX_PIXELS[header.format] or max(header.width, header.height) > 30_000:
        raise TooManyPixels(MAX_PIXELS[header.format] // 1_000_000)
    if header.format == "JPEG" and _scans(file) > MAX_SCANS:
        raise PictureDamaged
    with _one_at_a_time:
        return _encode(file, header)


def _scans(file: BinaryIO) -> int:
    """Start-of-scan markers (T.81 B.2.3). In coded data FF is always followed by 00, so that none is counted there."""
    file.seek(0)
    found, last = 0, b""
    while chunk := file.read(256 * 1024):
        found += (last + chunk).count(b"\xff\xda")
        last = chunk[-1:] if chunk.endswith(b"\xff") else b""
    file.seek(0)
    return found


def _encode(file: BinaryIO, header: Header) -> Encoded:
    image = _decode(file, header)
    widths = [*(width for width in WIDTHS if width < image.width), image.width]
    renditions = {width: _webp(image, width) for width in widths}
    return Encoded(image.width, image.height, renditions)


def _decode(file: BinaryIO, header: Header) -> Image:
    """First frame, at most ``MAX_SIDE`` wide and high, upright, as RGB or RGBA.

    Whatever a decoder trips over is a damaged picture. Made small first, so that turning and converting cost little.
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # broken metadata; it is dropped anyway
            image: Image.Image = Image.open(file, formats=[header.format])
            if image.size != (header.width, header.height):
                raise PictureDamaged
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))  # JPEG: decode at an eighth, a quarter or half, if that is enough
            image.load()
            if image.mode not in ("RGB", "RGBA", "L", "LA", "CMYK", "YCbCr"):
                exif = image.info.get("exif")
                image = _plain(image)
                image.info["exif"] = exif or b""
            image.thumbnail((MAX_SIDE, MAX_SIDE))
            return _plain(ImageOps.exif_transpose(image))
    except MemoryError:
        raise TooManyPixels(MAX_PIXELS[header.format] // 1_000_000) from None
    except PictureDamaged:
        raise
    except Exception as error:  # decoders raise a dozen types, also struct.error and SyntaxError
        raise PictureDamaged from error


def _plain(image: Image) -> Image:
    """Eight bits a channel in RGB, with alpha where there is some. 16-bit greys are scaled, not cut."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        _low, high = image.getextrema()
        top = 65535 if high > 255 else 255  # type: ignore[operator]
        return image.convert("F").point(lambda value: value * (255 / top)).convert("L").convert("RGB")
    has_alpha = image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def _webp(image: Image, width: int) -> bytes:
    """Encode without any metadata; Pillow writes EXIF, ICC and XMP only when told to, or when left in ``info``."""
    if width < image.width:
        image = image.resize((width, max(1, round(image.height * width / image.width))))
    image.info.clear()
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()
