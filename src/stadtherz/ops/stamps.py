# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fingerprints of a step's inputs, kept below var/stamps, so that nothing is done twice and nothing stale is trusted."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from stadtherz.ops import places


def of_files(files: Iterable[Path], *extra: str) -> str:
    """Fingerprint of the files' names and contents; a missing file counts as empty."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file}\0".encode())
        if file.is_file():
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    for text in extra:
        digest.update(f"\0{text}".encode())
    return digest.hexdigest()


def of_states(files: Iterable[Path], *extra: str) -> str:
    """Fingerprint of the files' names, sizes and times: for many or large files."""
    digest = hashlib.sha256()
    for file in sorted(files):
        state = file.stat()
        digest.update(f"{file}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    for text in extra:
        digest.update(f"\0{text}".encode())
    return digest.hexdigest()


def fresh(name: str, fingerprint: str) -> bool:
    """Whether the step was last finished with exactly these inputs."""
    try:
        return (places.STAMPS / name).read_text() == fingerprint
    except OSError:
        return False


def keep(name: str, fingerprint: str) -> None:
    places.STAMPS.mkdir(parents=True, exist_ok=True)
    (places.STAMPS / name).write_text(fingerprint)


def forget(name: str) -> None:
    (places.STAMPS / name).unlink(missing_ok=True)
