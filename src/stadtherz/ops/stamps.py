# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fingerprints of a step's inputs, kept in files, so that nothing is done twice and nothing stale is trusted."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stadtherz.ops import places


@dataclass(frozen=True, slots=True)
class Stamps:
    """A folder of stamps: one file a step, with the fingerprint of the inputs it was last finished with."""

    folder: Path

    def fresh(self, name: str, fingerprint: str) -> bool:
        try:
            return (self.folder / name).read_text() == fingerprint
        except OSError:
            return False

    def keep(self, name: str, fingerprint: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(fingerprint)

    def forget(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)


OF_CHECKOUT = Stamps(places.ROOT / "var" / "stamps")  # what lies beside the source: packages, compiled translations
OF_DATA = Stamps(places.VAR / "stamps")  # what lies in the data folder: tables, collected static files


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
