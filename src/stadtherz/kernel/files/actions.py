# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verbs about pictures: store one, show it to everybody, hide it again, remove it, sweep up what is left over."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from stadtherz.kernel.files import store
from stadtherz.kernel.files.models import Picture
from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.people.models import Person


@transaction.atomic
def store_picture(*, upload: UploadedFile, owner: Person | None, alternative_text: str) -> Picture:
    """Check, re-encode and store a picture. It is visible to its owner and to moderators until it is shown.

    Side effects: files in the store, a row in this transaction; if that is rolled back, the sweep removes the files.
    Raises ``NotAPicture``, ``PictureTooLarge``, ``TooManyPixels``, ``PictureDamaged``, ``StorageFull``.
    """
    from stadtherz.kernel.files.encoding import encode

    encoded = encode(cast("BinaryIO", upload.file or upload), upload.size or 0)
    main = encoded.renditions[encoded.width]
    digest = hashlib.sha256(main).hexdigest()
    store.write(digest, encoded.renditions)
    return Picture.objects.create(
        owner=owner, sha256=digest, width=encoded.width, height=encoded.height, bytes=len(main),
        alternative_text=alternative_text.strip()[:300],
    )  # fmt: skip


def show_pictures(pictures: Sequence[int]) -> None:
    """Make pictures (primary keys) visible to everybody: their contribution was released."""
    if pictures:
        Picture.objects.filter(pk__in=pictures).update(is_public=True)


def hide_pictures(pictures: Sequence[int]) -> None:
    """Show pictures to their owner and to moderators only: their contribution is not public any more."""
    if pictures:
        Picture.objects.filter(pk__in=pictures).update(is_public=False)


@transaction.atomic
def remove_picture(*, picture: Picture) -> None:
    """Remove the row now and the files with the commit, unless the same picture was handed in elsewhere too."""
    digest = picture.sha256
    picture.delete()
    town = picture.municipality
    transaction.on_commit(lambda: _remove_files(digest, town), robust=True)


def _remove_files(digest: str, town: Any) -> None:
    with activate(town):
        store.lock(exclusive=True)
        if not Picture.objects.filter(sha256=digest).exists():
            store.remove(digest)


@transaction.atomic
def sweep() -> int:
    """Remove files that no row needs: of rolled back requests and killed processes. Returns how many."""
    store.lock(exclusive=True)
    needed = set(Picture.objects.values_list("sha256", flat=True))
    left_over = [path for path in store.stored() if path.name.partition("-")[0] not in needed]
    for path in left_over:
        path.unlink(missing_ok=True)
    return len(left_over)


def missing() -> list[Picture]:
    """Pictures whose files are not there, for the doctor: only a backup brings them back."""
    return [
        picture
        for picture in Picture.objects.order_by("pk").iterator()
        if not all(store.path_of(picture.sha256, width).exists() for width in picture.widths)
    ]


def export_pictures(person: Person) -> list[dict[str, Any]]:
    """The person's pictures, for "download my data"."""
    return [
        {"picture": p.url, "description": p.alternative_text, "handed_in": p.created_at.isoformat()}
        for p in Picture.objects.filter(owner=person).order_by("pk")
    ]


@transaction.atomic
def erase_pictures(person: Person) -> None:
    """Remove what only the person and moderators could see; what is public loses its owner, as contributions do."""
    for picture in Picture.objects.filter(owner=person, is_public=False).select_related("municipality"):
        remove_picture(picture=picture)
    Picture.objects.filter(owner=person).update(owner=None)


@transaction.atomic
def expire_pictures(before: datetime) -> int:
    """Remove pictures that never became public, with their files."""
    old = Picture.objects.filter(created_at__lt=before, is_public=False).select_related("municipality")
    for picture in old:
        remove_picture(picture=picture)
    return len(old)
