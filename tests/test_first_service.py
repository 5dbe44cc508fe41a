# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The developer's handbook as a newcomer types it in: the service stands in a copy of the source, is migrated, and its tests pass."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from stadtherz.ops.databases import drop

ROOT = Path(__file__).resolve().parents[1]
HANDBOOK = ROOT / "docs" / "handbook" / "developer.md"
BLOCK = re.compile(r"((?:[^\n]+\n)+)\n```(?:python|html)\n(.*?)```", re.DOTALL)
NAME = re.compile(r"`([\w/]+\.(?:py|html))`")
DATABASE = "first_service"
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.mo")


def typed_in(folder: Path) -> set[str]:
    """Write the handbook's files below ``folder``, each named by the paragraph above it; returns their names."""
    found = set()
    for above, text in BLOCK.findall(HANDBOOK.read_text(encoding="utf-8")):
        if name := NAME.search(above):
            file = folder / name[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            found.add(name[1])
    return found


@pytest.fixture
def checkout(tmp_path: Path, django_db_setup: None) -> Iterator[tuple[Path, dict[str, str]]]:
    """A copy of what the service needs, and the environment to work in it, with databases of its own."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=LEFT_OUT)
    for name in ("conftest.py", "pyproject.toml", "requirements"):
        copy: Any = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    known = connection.settings_dict
    host, port = known["HOST"], known["PORT"]
    user = f"{known['USER']}:{known['PASSWORD']}" if known["PASSWORD"] else known["USER"]
    address = f"postgresql://{user}@/{DATABASE}?host={host}" + (f"&port={port}" if port else "")
    environment = os.environ | {
        "STADTHERZ_DATABASE_URL": address, "STADTHERZ_DATABASE_OWNER_URL": address,
        "STADTHERZ_DATA_DIR": str(tmp_path / "var"), "PYTHONPATH": f"{tmp_path / 'src'}:{tmp_path}",
        "DJANGO_SETTINGS_MODULE": "stadtherz.config.settings_test",
    }  # fmt: skip
    yield tmp_path, environment
    server = address.replace(f"/{DATABASE}", "/postgres")
    with psycopg.connect(server, autocommit=True) as own:
        like = f"test_{DATABASE}"
        for (name,) in own.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [like]).fetchall():
            drop(own, name)


def test_the_first_service_works_as_it_stands_in_the_handbook(checkout: tuple[Path, dict[str, str]]) -> None:
    folder, environment = checkout
    service = folder / "src" / "stadtherz" / "services" / "lost_property"
    assert typed_in(service) == {
        "__init__.py", "service.py", "models.py", "actions.py", "web/__init__.py", "web/urls.py", "web/pages.py",
        "templates/lost_property/list.html", "templates/lost_property/enter.html", "tests/test_lost_property.py",
    }  # fmt: skip
    (service / "tests" / "__init__.py").touch()
    for words in (
        ["django", "makemigrations", "lost_property"],
        ["pytest", "-q", "-p", "no:cacheprovider", "src/stadtherz/services/lost_property"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=280,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
