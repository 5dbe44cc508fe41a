# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The documentation is complete: every setting, verb and service is described, and no link leads nowhere."""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import subprocess
from pathlib import Path

import pytest

from stadtherz.config.options import OPTIONS
from stadtherz.kernel.registry import declaration
from stadtherz.ops.verbs import VERBS, Verb, parser_of

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = ROOT / "docs" / "configuration.md"
OPERATOR = ROOT / "docs" / "handbook" / "operator.md"
DECLARATION = ROOT / "docs" / "declaration.md"
PARTS = [part for part in vars(declaration).values() if isinstance(part, type) and dataclasses.is_dataclass(part)]
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
SERVICES = sorted(file.parent for file in (ROOT / "src" / "stadtherz" / "services").glob("*/service.py"))


def rows(file: Path) -> dict[str, list[str]]:
    """Tables of a page: the first cell, without its ticks, to the other cells."""
    found = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            name, *cells = (cell.strip() for cell in line.strip("|").split(" | "))
            found[name.strip("` ")] = cells
    return found


def test_every_setting_is_documented_and_no_other() -> None:
    documented = {name for name in rows(CONFIGURATION) if name.islower()}
    assert documented == {option.name for option in OPTIONS}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_the_kind_of_each_setting_is_said(option: object) -> None:
    kinds = {"str": "text", "bool": "yes or no", "int": "number", "list": "list", "Path": "folder"}
    assert rows(CONFIGURATION)[option.name][0] == kinds[option.kind.__name__]  # type: ignore[attr-defined]


def test_every_verb_is_documented_and_no_other() -> None:
    headings = re.findall(r"^### `\./stadtherz (\w+)", OPERATOR.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(verb.name for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_option_of_a_verb_is_documented(verb: Verb) -> None:
    text = OPERATOR.read_text(encoding="utf-8")
    section = text.partition(f"### `./stadtherz {verb.name}")[2].partition("\n### ")[0]
    actions = [action for action in parser_of(verb)._actions if action.help != argparse.SUPPRESS]
    options = [
        name for action in actions for name in action.option_strings if name.startswith("--") and name != "--help"
    ]
    assert [option for option in options if option not in section] == []


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_service_says_what_it_is_for(service: Path) -> None:
    assert (service / "README.md").exists()


def pages() -> list[Path]:
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-co", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return [ROOT / name for name in listed.stdout.splitlines()]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_nowhere(page: Path) -> None:
    if not page.exists():
        pytest.skip("removed, not yet committed")
    links = [
        link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link and "mailto:" not in link
    ]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_part_of_a_declaration_is_explained(part: type) -> None:
    """What a service declares is how it hooks into the kernel."""
    section = DECLARATION.read_text(encoding="utf-8").partition(f"\n## `{part.__name__}`\n")[2].partition("\n## ")[0]
    explained = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert explained == [field.name for field in dataclasses.fields(part)]


def test_every_end_point_says_what_it_does() -> None:
    described = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    silent = [
        f"{method} {path}"
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if not (operation.get("summary") and operation.get("description"))
    ]
    assert silent == []


def test_every_decision_record_stands_in_the_list() -> None:
    records = {file.name: file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
               for file in (ROOT / "docs" / "adr").glob("0*.md")}  # fmt: skip
    listed = re.findall(
        r"^- \[(.+?)\]\((0\S+)\)", (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {name: title for title, name in listed} == records
