# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The archive that backup writes and restore reads: a ZIP file with the database's dump, the files, and a manifest.

The manifest comes last and names every member with its size and SHA-256, so that a cut-off or altered archive is
recognised before anything is changed.
"""

import errno
import hashlib
import json
import os
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from stadtherz.ops.steps import Failure

FORMAT, VERSION = "stadtherz-backup", 1
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files/"
PIECE = 1 << 20
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Writer:
    """Adds members to an archive and remembers what the manifest has to say about them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.members: dict[str, dict[str, Any]] = {}

    def add_stream(self, name: str, source: IO[bytes], *, compress: bool = False) -> None:
        digest, size = hashlib.sha256(), 0
        member = zipfile.ZipInfo(name)
        member.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        with self.archive.open(member, "w", force_zip64=True) as target:
            while piece := source.read(PIECE):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        self.members[name] = {"size": size, "sha256": digest.hexdigest()}

    def add_output_of(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        """Store what a program prints, without a copy on disk."""
        with tempfile.TemporaryFile() as complaints:
            running = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
            )
            assert running.stdout is not None
            try:
                self.add_stream(name, running.stdout)
            finally:
                running.stdout.close()
                code = running.wait()
            if code:
                complaints.seek(0)
                said = complaints.read().decode(errors="replace").strip()
                raise Failure(
                    "Database", f"{Path(command[0]).name} ended with {code}: {said[-800:]}", "./stadtherz doctor"
                )

    def add_file(self, name: str, file: Path) -> None:
        with file.open("rb") as source:
            self.add_stream(name, source)

    def finish(self, manifest: dict[str, Any]) -> None:
        whole = {"format": FORMAT, "version": VERSION, **manifest, "members": self.members}
        self.archive.writestr(MANIFEST, json.dumps(whole, indent=1, ensure_ascii=False))


@contextmanager
def writing(target: Path) -> Iterator[Writer]:
    """An archive that appears under its name when it is complete, readable by its owner only; else nothing is left."""
    if target.exists():
        raise Failure(
            "Archive", f"{target} exists already", "choose another name; a backup never replaces an older one"
        )
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
        _keep_name(target.parent)
    except OSError as problem:
        if problem.errno in NO_ROOM:
            raise Failure(
                "Archive",
                f"there is no room for it at {target.parent}",
                "make room, or name another disk; nothing was left behind",
            ) from problem
        raise Failure(
            "Archive",
            f"{target} cannot be written: {problem.strerror}",
            "name a file in a folder that you may write to",
        ) from problem
    finally:
        part.unlink(missing_ok=True)


def _keep_name(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# What zipfile raises for damaged bytes, according to where they lie: an altered header claims another packing or a password.
UNREADABLE = (KeyError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error, OSError, EOFError)


class Reader:
    """A recognised archive: its manifest, and its members with their checksums verified as they are read."""

    def __init__(self, archive: zipfile.ZipFile, manifest: dict[str, Any], name: str) -> None:
        self.archive, self.manifest, self.name = archive, manifest, name

    def verify(self) -> None:
        """Read every member once; Failure names the first that is not what the manifest says."""
        for name, expected in self.manifest["members"].items():
            digest, size = hashlib.sha256(), 0
            try:
                with self.archive.open(name) as source:
                    while piece := source.read(PIECE):
                        digest.update(piece)
                        size += len(piece)
            except UNREADABLE as problem:
                raise broken(self.name, f"{name} cannot be read ({problem})") from problem
            if {"size": size, "sha256": digest.hexdigest()} != expected:
                raise broken(self.name, f"{name} is not what was written")

    def files(self) -> Iterator[tuple[PurePosixPath, str]]:
        """The stored files: path below the folder of files, and the member's name."""
        for name in self.manifest["members"]:
            if name.startswith(FILES):
                path = PurePosixPath(name.removeprefix(FILES))
                if path.is_absolute() or ".." in path.parts:
                    raise broken(self.name, f"{name} leads out of its folder")
                yield path, name


def broken(name: str, what: str) -> Failure:
    """The refusal of an archive that is ours, but not as it was written."""
    return Failure("Archive", f"{name} is damaged: {what}", "use another backup; nothing was changed")


@contextmanager
def reading(file: Path) -> Iterator[Reader]:
    """Recognise an archive of ours; anything else is refused before anything is changed."""
    if not file.is_file():
        raise Failure("Archive", f"there is no file {file}", "name an archive that ./stadtherz backup has written")
    try:
        archive = zipfile.ZipFile(file)
    except UNREADABLE as problem:
        raise Failure(
            "Archive", f"{file} is not a complete archive ({problem})", "use another backup; nothing was changed"
        ) from problem
    with archive:
        try:
            manifest = json.loads(archive.read(MANIFEST))
            foreign = manifest["format"] != FORMAT
        except (zipfile.BadZipFile, zlib.error, EOFError) as problem:
            raise broken(str(file), f"its {MANIFEST} cannot be read ({problem})") from problem
        except (*UNREADABLE, TypeError) as problem:
            raise Failure(
                "Archive", f"{file} was not written by ./stadtherz backup", "use another file; nothing was changed"
            ) from problem
        if foreign:
            raise Failure(
                "Archive", f"{file} was not written by ./stadtherz backup", "use another file; nothing was changed"
            )
        if not isinstance(manifest.get("version"), int):
            raise broken(str(file), f"its {MANIFEST} does not say in which form it is")
        if manifest["version"] > VERSION:
            raise Failure(
                "Archive", f"{file} was written by a newer Stadtherz", "update this checkout first; nothing was changed"
            )
        if not isinstance(manifest.get("members"), dict):
            raise broken(str(file), f"its {MANIFEST} names no members")
        yield Reader(archive, manifest, str(file))
