# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Translations: every text that is marked has a German one, nothing is fuzzy, placeholders agree."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import polib
import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "stadtherz"
MARKED = re.compile(
    r"\b(gettext|gettext_lazy|ngettext|ngettext_lazy|pgettext|pgettext_lazy|_)\(\s*[\"']|{% *(blocktrans|trans)"
)
ROOMS = sorted(
    {folder.parent for folder in PACKAGE.glob("kernel/*/__init__.py")}
    | {folder.parent for folder in PACKAGE.glob("services/*/__init__.py")}
)
FILES = sorted(PACKAGE.glob("**/locale/*/LC_MESSAGES/*.po"))


def speaking(room: Path) -> bool:
    """Whether a room marks any text for translation."""
    files = [*room.rglob("*.py"), *room.rglob("*.html"), *room.rglob("*.txt")]
    return any(
        MARKED.search(file.read_text(encoding="utf-8")) for file in files if "tests" not in file.relative_to(room).parts
    )


@pytest.mark.parametrize("room", [room for room in ROOMS if speaking(room)], ids=lambda room: room.name)
def test_every_marked_text_has_a_german_one(room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """makemessages on a copy finds nothing that the committed file does not have, nor does the file say what nothing asks for."""
    committed = room / "locale" / "de" / "LC_MESSAGES" / "django.po"
    assert committed.exists(), f"{room.name} speaks, and has no German words: {committed}"
    copy = tmp_path / room.name
    shutil.copytree(room, copy, ignore=shutil.ignore_patterns("tests", "migrations", "static", "*.mo", "__pycache__"))
    monkeypatch.chdir(copy)
    call_command("makemessages", locale=["de"], no_location=True, verbosity=0)
    there = {
        (entry.msgctxt, entry.msgid): entry
        for entry in polib.pofile(str(committed))
        if not entry.obsolete and entry.translated()
    }
    wanted = [
        (entry.msgctxt, entry.msgid)
        for entry in polib.pofile(str(copy / "locale" / "de" / "LC_MESSAGES" / "django.po"))
        if not entry.obsolete
    ]
    assert [text for text in wanted if text not in there] == []
    assert [text for text in there if text not in set(wanted)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_no_entry_is_fuzzy_empty_or_malformed(file: Path) -> None:
    entries = [entry for entry in polib.pofile(str(file)) if not entry.obsolete]
    assert [entry.msgid for entry in entries if entry.fuzzy or not entry.translated()] == []
    done = subprocess.run(
        ["msgfmt", "--check-format", "-o", "/dev/null", file], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
