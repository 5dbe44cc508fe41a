# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The handbook is true: what it quotes of screens stands there so, both languages say the same, commands can be typed in."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import polib
import pytest

from stadtherz.kernel.handbook.marks import anchor

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = ROOT / "docs" / "handbook"
GERMAN = sorted(HANDBOOK.glob("de/*.md"))
#: pages on which bold type means: this stands on a screen
QUOTING = [file for german in GERMAN for file in (german, HANDBOOK / german.name)]
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|…")


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def words_of(file: Path) -> str:
    return FENCE.sub("", text_of(file))


def ids(file: Path) -> str:
    return str(file.relative_to(HANDBOOK))


@cache
def screens(german: bool) -> frozenset[str]:
    """Every text of the platform's screens in one of its languages."""
    found = set()
    for file in (ROOT / "src" / "stadtherz").glob("**/locale/de/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(file)):
            texts = [entry.msgstr, *entry.msgstr_plural.values()] if german else [entry.msgid, entry.msgid_plural]
            found |= {PLACEHOLDER.sub("…", text) for text in texts if text and not entry.obsolete}
    return frozenset(found)


@pytest.mark.parametrize("file", QUOTING, ids=ids)
def test_what_is_quoted_of_a_screen_stands_on_one(file: Path) -> None:
    quoted = set(re.findall(r"\*\*(.+?)\*\*", words_of(file)))
    assert sorted(quoted - screens(file in GERMAN)) == []


def shape(file: Path) -> list[str]:
    """The blocks of a page in their order, with what is the same in every language."""
    found = []
    for line in words_of(file).splitlines():
        if mark := re.match(r"#+ |\| ?|- |\d+\. ", line):
            columns = line.count(" | ") if line.startswith("|") else 0
            found.append(f"{mark[0].strip()}{columns or ''}")
    return found


@pytest.mark.parametrize("file", GERMAN, ids=ids)
def test_both_languages_say_as_much(file: Path) -> None:
    english = HANDBOOK / file.name
    assert shape(file) == shape(english)
    for pattern in (r"`([^`]+)`", r"\]\(([^)#]+)[^)]*\)"):
        there = [each.lstrip("./") for each in re.findall(pattern, words_of(file))]
        assert sorted(there) == sorted(each.lstrip("./") for each in re.findall(pattern, words_of(english)))


@pytest.mark.parametrize("file", sorted(HANDBOOK.rglob("*.md")), ids=ids)
def test_every_link_into_a_page_meets_a_heading(file: Path) -> None:
    for name, place in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", words_of(file)):
        there = text_of(file.parent / name if name else file)
        assert place in {anchor(heading) for heading in re.findall(r"^#+ (.+)$", there, re.MULTILINE)}


@pytest.mark.parametrize("file", GERMAN, ids=ids)
def test_both_languages_have_the_same_commands_and_programs(file: Path) -> None:
    """But for remarks."""
    blocks = [
        [re.sub(r" *#.*", "", body) for _indent, _kind, body in FENCE.findall(text_of(each))]
        for each in (file, HANDBOOK / file.name)
    ]
    assert blocks[0] == blocks[1]


@pytest.mark.parametrize("file", sorted(HANDBOOK.glob("*.md")), ids=ids)
def test_every_command_is_one_for_a_shell(file: Path) -> None:
    """A bracket or a quote that the shell takes for its own breaks a line that is copied."""
    bash = shutil.which("bash")
    assert bash
    for _indent, kind, body in FENCE.findall(text_of(file)):
        if kind or not re.match(r"\s*(curl|mosquitto_|\./stadtherz manage \w+ (create|load))", body):
            continue
        tried = subprocess.run([bash, "-n"], input=body, capture_output=True, text=True, check=False)
        assert tried.returncode == 0, f"{body}\n{tried.stderr}"
