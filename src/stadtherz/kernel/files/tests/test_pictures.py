# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pictures as people and attackers hand them in."""

from __future__ import annotations

import io
import json
import resource
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.management import call_command
from PIL import Image

from stadtherz.kernel.files import actions, store
from stadtherz.kernel.files.encoding import MAX_BYTES, MAX_PIXELS, MAX_SIDE
from stadtherz.kernel.files.errors import (
    NotAPicture,
    PictureDamaged,
    PictureRefused,
    PictureTooLarge,
    StorageFull,
    TooManyPixels,
)
from stadtherz.kernel.files.models import Picture
from stadtherz.kernel.files.tests import pictures
from stadtherz.kernel.files.tests.pictures import upload
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.tests.factories import person


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def _town(town: Municipality) -> None:
    return


def stored(data: bytes, **claims: str) -> Picture:
    return actions.store_picture(upload=upload(data, **claims), owner=None, alternative_text="A bench")


def file_of(picture: Picture, width: int | None = None) -> bytes:
    return store.path_of(picture.sha256, width or picture.width).read_bytes()


def opened(picture: Picture, width: int | None = None) -> Image.Image:
    return Image.open(io.BytesIO(file_of(picture, width)))


@pytest.mark.parametrize(("format", "mode"), [
    ("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"),
    ("PNG", "LA"), ("WEBP", "RGB"), ("WEBP", "RGBA"),
])  # fmt: skip
def test_the_three_formats_in_all_colour_modes_become_webp(format: str, mode: str) -> None:
    made = stored(pictures.picture(format, mode=mode))
    image = opened(made)
    assert (image.format, image.size, made.width, made.height) == ("WEBP", (400, 300), 400, 300)
    red, blue = image.convert("RGB").getpixel((50, 150)), image.convert("RGB").getpixel((350, 150))
    if mode not in ("L", "LA", "1"):
        assert red[0] > red[2]
        assert blue[2] > blue[0]


def test_place_camera_and_comment_are_gone_and_the_picture_stands_upright() -> None:
    made = stored(pictures.with_gps())
    image = opened(made)
    assert (image.size, dict(image.getexif()), "exif" in image.info) == ((300, 400), {}, False)
    for width in made.widths:
        data = file_of(made, width)
        assert not any(trace in data for trace in (b"Secret", b"EXIF", b"Exif", b"private", b"XMP", b"ICCP"))
    top, bottom = image.convert("RGB").getpixel((150, 50)), image.convert("RGB").getpixel((150, 350))
    assert top[0] > top[2]  # turned right: the left half is on top
    assert bottom[2] > bottom[0]


def test_a_colour_profile_and_xmp_are_dropped() -> None:
    made = stored(pictures.picture("WEBP", icc_profile=b"x" * 200, xmp=b"<x>my home</x>", lossless=True))
    assert not any(trace in file_of(made) for trace in (b"ICCP", b"XMP ", b"my home"))


@pytest.mark.parametrize("make", [pictures.html_in_jpeg, pictures.jpeg_with_archive])
def test_a_second_file_glued_to_a_picture_does_not_survive(make: Any) -> None:
    data = file_of(stored(make(), name="harmless.html", kind="text/html"))
    assert not any(trace in data for trace in (b"script", b"PK\x03\x04", b"Applet"))


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a" + bytes(100), pictures.SVG, pictures.HTML, b"%PDF-1.7", b"\x00\x00\x00\x20ftypheic" + bytes(100),
     b"\xff\xd8\xff", b"RIFF\x00\x00\x00\x00WEBP" + bytes(40), b"PK\x03\x04" + bytes(60)],
)  # fmt: skip
def test_what_is_no_picture_by_content_is_refused_whatever_it_is_called(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        stored(data, name="bench.jpg", kind="image/jpeg")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_truncated_picture_is_refused(format: str) -> None:
    data = pictures.picture(format, size=(900, 700))
    with pytest.raises(PictureDamaged):
        stored(data[: len(data) // 2])


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_flipped_bytes_never_cause_anything_but_a_refusal(format: str) -> None:
    data = pictures.picture(format, size=(80, 60))
    for position in range(4, len(data), max(1, len(data) // 60)):
        hostile = bytearray(data)
        hostile[position] ^= 0xFF
        try:
            made = stored(bytes(hostile))
        except PictureRefused:
            continue
        assert opened(made).format == "WEBP"


@pytest.mark.parametrize(
    "data", [pictures.png_bomb(), pictures.webp_with_canvas(10_000, 10_000), pictures.webp_with_canvas(16_000, 16_000)]
)
def test_a_picture_of_a_hundred_megapixels_is_refused_without_memory_for_it(data: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    try:
        with pytest.raises(TooManyPixels):
            stored(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB


def test_a_header_that_lies_about_the_size_is_refused() -> None:
    data = bytearray(pictures.picture("WEBP", xmp=b"<x/>"))
    assert data[12:16] == b"VP8X"
    data[24:27] = (100).to_bytes(3, "little")
    with pytest.raises(PictureDamaged):
        stored(bytes(data))


def test_a_thousand_scans_are_refused_before_they_are_walked() -> None:
    with pytest.raises(PictureDamaged):
        stored(pictures.scan_bomb())


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(PictureTooLarge, match="10 MB"):
        stored(pictures.picture() + bytes(MAX_BYTES))


def test_a_photo_of_a_phone_gets_renditions_for_small_screens() -> None:
    made = stored(pictures.photo())
    assert (made.width, made.height, made.widths) == (MAX_SIDE, 1536, [320, 640, 1280, MAX_SIDE])
    assert [opened(made, width).size for width in made.widths] == [(320, 240), (640, 480), (1280, 960), (2048, 1536)]
    assert made.srcset.count(".webp") == 4


def test_a_picture_of_one_pixel_and_a_very_long_one_are_pictures() -> None:
    assert opened(stored(pictures.picture(size=(1, 1)))).size == (1, 1)
    assert opened(stored(pictures.picture(size=(9000, 2)))).size == (2048, 1)


def test_only_the_first_frame_of_an_animation_is_kept() -> None:
    image = opened(stored(pictures.animation()))
    assert (getattr(image, "n_frames", 1), image.size) == (1, (50, 40))


def test_sixteen_bits_are_scaled_to_eight() -> None:
    image = opened(stored(pictures.sixteen_bit())).convert("L")
    assert image.getpixel((5, 30)) < 20
    assert 110 < image.getpixel((128, 30)) < 146
    assert image.getpixel((250, 30)) > 235


def test_transparency_stays() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(out, "PNG")
    assert opened(stored(out.getvalue())).convert("RGBA").getpixel((3, 3))[3] == 0


def test_an_upload_that_lies_on_the_disk_is_read_the_same_way() -> None:
    data = pictures.picture()
    temporary = TemporaryUploadedFile("bench.jpg", "image/jpeg", len(data), None)
    temporary.write(data)
    temporary.seek(0)
    made = actions.store_picture(upload=temporary, owner=None, alternative_text="")
    assert made.sha256 == stored(data).sha256


def test_the_same_picture_lies_there_once_and_each_row_has_its_own_address(media: Path) -> None:
    first, second = stored(pictures.picture()), stored(pictures.picture())
    assert first.sha256 == second.sha256
    assert first.token != second.token
    assert len([path for path in media.rglob("*") if path.is_file()]) == len(first.widths)


def test_towns_keep_their_pictures_apart(media: Path, kusel: Municipality) -> None:
    stored(pictures.picture())
    with activate(kusel):
        stored(pictures.picture())
        assert Picture.objects.count() == 1
    assert sorted(path.name for path in media.iterdir()) == ["kaiserslautern", "kusel"]


def test_a_full_disk_leaves_nothing_behind(media: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, hard))  # small renditions fit, the large one does not
    try:
        with pytest.raises(StorageFull):
            stored(pictures.photo((1500, 1200)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path for path in media.rglob("*") if path.is_file()] == []
    assert Picture.objects.count() == 0


def test_the_sweep_removes_what_no_row_needs_and_nothing_else(media: Path) -> None:
    kept, lost = stored(pictures.picture()), stored(pictures.picture(size=(500, 500)))
    Picture.objects.filter(pk=lost.pk).delete()
    draft = store.path_of(kept.sha256, 1).parent / ".0123.part"
    draft.write_bytes(b"half")
    assert actions.sweep() == len(lost.widths) + 1
    assert actions.sweep() == 0
    assert actions.missing() == []
    assert {path.name.partition("-")[0] for path in media.rglob("*") if path.is_file()} == {kept.sha256}


def test_a_row_without_its_file_is_told_to_the_doctor() -> None:
    stored(pictures.picture())
    lost = stored(pictures.picture(size=(500, 500)))
    store.path_of(lost.sha256, 320).unlink()
    assert actions.missing() == [lost]
    out = io.StringIO()
    call_command("pictures", "missing", stdout=out)
    assert json.loads(out.getvalue()) == {"known": 2, "missing": [f"kaiserslautern:{lost.pk}"]}


def test_who_leaves_takes_what_was_never_public(media: Path, django_capture_on_commit_callbacks: Any) -> None:
    owner = person()
    private = actions.store_picture(upload=upload(pictures.picture()), owner=owner, alternative_text="My garden")
    public = actions.store_picture(
        upload=upload(pictures.picture(size=(500, 500))), owner=owner, alternative_text="The square"
    )
    actions.show_pictures([public.pk])
    assert [row["description"] for row in actions.export_pictures(owner)] == ["My garden", "The square"]
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase_pictures(owner)
    assert list(Picture.objects.values_list("sha256", "owner")) == [(public.sha256, None)]
    assert {path.name.partition("-")[0] for path in media.rglob("*") if path.is_file()} == {public.sha256}
    assert private.sha256 != public.sha256


def test_the_limits_are_what_the_messages_say() -> None:
    assert str(TooManyPixels(MAX_PIXELS["PNG"] // 1_000_000)).count("25") == 1
