# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The archive recognises what is not its own, what was cut off, and what would lead out of its folder."""

from __future__ import annotations

import contextlib
import json
import zipfile
from pathlib import Path

import pytest

from stadtherz.ops import archive, places, restore
from stadtherz.ops.steps import Failure


def made(folder: Path) -> Path:
    file, text = folder / "made.zip", folder / "text"
    text.write_text("content" * 100_000)
    with archive.writing(file) as writer:
        writer.add_file(archive.FILES + "text", text)
        writer.finish({"migrations": []})
    return file


def test_what_is_written_can_be_verified(tmp_path: Path) -> None:
    with archive.reading(made(tmp_path)) as reader:
        reader.verify()
        assert [str(path) for path, _ in reader.files()] == ["text"]


@pytest.mark.parametrize("kept", [0, 1, 500, 700_000])
def test_a_cut_off_archive_is_refused(tmp_path: Path, kept: int) -> None:
    file = made(tmp_path)
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(Failure, match="not a complete archive"), archive.reading(file):
        pass


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    file = made(tmp_path)
    content = bytearray(file.read_bytes())
    content[350_000] ^= 1
    file.write_bytes(content)
    with archive.reading(file) as reader, pytest.raises(Failure, match="is damaged"):
        reader.verify()


def test_whatever_byte_is_altered_the_words_are_ours(tmp_path: Path) -> None:
    """Headers, too: they then claim another packing, a password or another length."""
    file, text = tmp_path / "small.zip", tmp_path / "text"
    text.write_text("content")
    with archive.writing(file) as writer:
        writer.add_file(archive.FILES + "text", text)
        writer.finish({"migrations": []})
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x59]) + whole[place + 1 :])
        with contextlib.suppress(Failure), archive.reading(file) as reader:
            reader.verify()  # a date or a name in the list of contents: what is stored is what was written


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{}", b'{"format": "something else", "version": 1}'])
def test_a_foreign_archive_is_refused(tmp_path: Path, manifest: bytes) -> None:
    file = tmp_path / "foreign.zip"
    with zipfile.ZipFile(file, "w") as foreign:
        foreign.writestr(archive.MANIFEST, manifest)
    with pytest.raises(Failure, match=r"was not written by \./stadtherz backup"), archive.reading(file):
        pass


def test_an_archive_of_a_later_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "later.zip"
    with zipfile.ZipFile(file, "w") as later:
        later.writestr(archive.MANIFEST, json.dumps({"format": archive.FORMAT, "version": archive.VERSION + 1}))
    with pytest.raises(Failure, match="newer Stadtherz"), archive.reading(file):
        pass


@pytest.mark.parametrize("name", ["../escape", "/etc/escape", "a/../../escape"])
def test_no_file_leads_out_of_its_folder(tmp_path: Path, name: str) -> None:
    file = tmp_path / "escape.zip"
    manifest = {"format": archive.FORMAT, "version": 1, "members": {archive.FILES + name: {}}}
    with zipfile.ZipFile(file, "w") as escape:
        escape.writestr(archive.MANIFEST, json.dumps(manifest))
    with archive.reading(file) as reader, pytest.raises(Failure, match="leads out of its folder"):
        list(reader.files())


@pytest.mark.parametrize(
    "facts",
    [{"version": "1"}, {"made": None}, {"migrations": None}, {"tables": {"public.people_person": {"rows": "x"}}}],
)
def test_a_manifest_that_somebody_has_edited_is_damaged(tmp_path: Path, facts: dict[str, object]) -> None:
    file = tmp_path / "edited.zip"
    whole = {"format": archive.FORMAT, "version": 1, "members": {}, "made": "", "postgresql": "", "migrations": []}
    with zipfile.ZipFile(file, "w") as edited:
        edited.writestr(archive.MANIFEST, json.dumps(whole | {"tables": {}, "sequences": {}} | facts))
    with pytest.raises(Failure, match=r"is damaged: its manifest\.json does not say"), archive.reading(file) as reader:
        restore._require_facts(reader)


def test_nothing_is_left_of_files_that_cannot_be_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "VAR", tmp_path / "var")
    places.VAR.mkdir()
    file = tmp_path / "escape.zip"
    manifest = {"format": archive.FORMAT, "version": 1, "members": {archive.FILES + "../escape": {}}}
    with zipfile.ZipFile(file, "w") as escape:
        escape.writestr(archive.MANIFEST, json.dumps(manifest))
    with archive.reading(file) as reader, pytest.raises(Failure, match="leads out"), restore._files_beside(reader):
        pass
    assert list(places.VAR.iterdir()) == []


def test_a_backup_never_replaces_an_older_one(tmp_path: Path) -> None:
    file = made(tmp_path)
    before = file.read_bytes()
    with pytest.raises(Failure, match="exists already"), archive.writing(file):
        pass
    assert file.read_bytes() == before


def test_nothing_is_left_of_an_archive_that_failed(tmp_path: Path) -> None:
    def fail() -> None:
        with archive.writing(tmp_path / "half.zip") as writer:
            writer.finish({})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []
