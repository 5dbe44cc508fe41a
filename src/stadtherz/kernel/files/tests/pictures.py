# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files for tests: ordinary pictures, and hostile ones made byte by byte."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def upload(data: bytes, name: str = "picture.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    """What a form hands over. Name and type are claims of the sender."""
    return SimpleUploadedFile(name, data, content_type=kind)


def picture(format: str = "JPEG", size: tuple[int, int] = (400, 300), mode: str = "RGB", **options: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (size[0] // 2, 0, size[0], size[1]))
    out = io.BytesIO()
    image.convert(mode).save(out, format, **options)
    return out.getvalue()


def photo(size: tuple[int, int] = (4000, 3000), quality: int = 90) -> bytes:
    """As much detail as a photo has: noise, so that the encoder has work."""
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def with_gps() -> bytes:
    """Orientation 6 (turn right), a camera, and a place in Kaiserslautern in the EXIF block."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Secret Camera Maker"
    exif.get_ifd(0x8825).update({1: "N", 2: (49.0, 26.0, 40.0), 3: "E", 4: (7.0, 46.0, 8.0)})
    return picture(exif=exif, comment=b"my private comment")


def png_bomb(width: int = 10_000, height: int = 10_000) -> bytes:
    """A few kilobytes that decode to hundreds of megabytes: one colour, compressed."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = b"\x00" + bytes(width // 8)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def scan_bomb() -> bytes:
    """A progressive JPEG whose last scan is repeated a thousand times."""
    data = picture(progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 1000 + data[-2:]


def webp_with_canvas(width: int, height: int) -> bytes:
    """Only the extended header of a WebP, with a canvas of this size."""
    body = (
        b"VP8X"
        + struct.pack("<I", 10)
        + bytes(4)
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


HTML = b"<script>alert(document.domain)</script>"


def html_in_jpeg() -> bytes:
    """A valid JPEG that carries a script in its comment and behind its end."""
    return picture(comment=HTML) + HTML


def jpeg_with_archive() -> bytes:
    """GIFAR's relative: a picture with a ZIP archive (a JAR) behind it."""
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("Applet.class", b"\xca\xfe\xba\xbe")
    return picture() + out.getvalue()


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def animation() -> bytes:
    """Twenty frames; only the first one is kept."""
    frames = [Image.new("RGB", (50, 40), (12 * n, 0, 0)) for n in range(20)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=50)
    return out.getvalue()


def sixteen_bit() -> bytes:
    """A grey ramp of 16 bits: cut to eight bits it would be white nearly everywhere."""
    image = Image.new("I;16", (256, 1))
    for x in range(256):
        image.putpixel((x, 0), x * 257)
    out = io.BytesIO()
    image.resize((256, 64)).save(out, "PNG")
    return out.getvalue()
