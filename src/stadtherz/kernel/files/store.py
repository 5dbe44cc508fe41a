# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The file store: ``MEDIA_ROOT/<municipality>/pictures/ab/<digest>-<width>.webp``.

Files are named after what they hold, so that the same picture lies there once and a file is never changed. The advisory
lock keeps the sweep away from files whose row is not committed yet.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from stadtherz.kernel.files.errors import StorageFull
from stadtherz.kernel.municipalities.active import active, active_id

_LOCK = 0x46494C45  # "FILE": the first half of the advisory lock's key; the second is the municipality
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}


def folder() -> Path:
    """Where the active municipality's pictures lie."""
    return Path(settings.MEDIA_ROOT) / active().key / "pictures"


def path_of(sha256: str, width: int) -> Path:
    """The file of one rendition."""
    return folder() / sha256[:2] / f"{sha256}-{width}.webp"


def lock(*, exclusive: bool) -> None:
    """Until the end of the transaction: many may store at a time, one alone may sweep."""
    kind = "" if exclusive else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{kind}(%s, %s)", [_LOCK, active_id()])


def write(sha256: str, renditions: dict[int, bytes]) -> None:
    """Put all renditions there, each on the disk before it gets its name. Raises ``StorageFull``, then nothing new is left."""
    lock(exclusive=False)
    written: list[Path] = []
    try:
        for width, data in renditions.items():
            path = path_of(sha256, width)
            if not path.exists():
                _write_one(path, data)
                written.append(path)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        if error.errno in _FULL:
            raise StorageFull from error
        raise


def _write_one(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.parent / f".{secrets.token_hex(8)}.part"
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def remove(sha256: str) -> None:
    """Remove all renditions of a digest; the caller has seen that no row needs them."""
    for path in (folder() / sha256[:2]).glob(f"{sha256}-*.webp"):
        path.unlink(missing_ok=True)


def stored() -> Iterator[Path]:
    """All files in the active municipality's store, drafts of killed processes too."""
    if folder().exists():
        yield from (path for path in folder().rglob("*") if path.is_file())
