# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything that is kept about one person, table by table (GDPR Art. 15 and 20), and the archive to take away."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone

from stadtherz.kernel.municipalities.active import activate
from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.models import Person
from stadtherz.kernel.privacy import words
from stadtherz.kernel.privacy.declarations import Declared, declared
from stadtherz.kernel.registry.declaration import resolve


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one table about one person. ``municipality`` is empty for what belongs to the whole installation."""

    key: str
    title: str
    purpose: str
    municipality: str
    rows: list[dict[str, Any]]


def export_person(person: Person) -> list[Table]:
    """All tables with rows about the person, of all municipalities in which the person took part."""
    entries = [entry for entry in declared() if entry.data.export]
    tables = [_table(entry, person, "") for entry in entries if not entry.of_town]
    for municipality in Municipality.objects.order_by("name"):
        with activate(municipality):
            tables += [_table(entry, person, municipality.name) for entry in entries if entry.of_town]
    return [table for table in tables if table.rows]


def _table(entry: Declared, person: Person, municipality: str) -> Table:
    return Table(
        key=entry.data.model,
        title=words.table(entry.data.model, entry.model._meta.verbose_name_plural),
        purpose=str(entry.data.purpose),
        municipality=municipality,
        rows=resolve(entry.data.export)(person),
    )


def archive(person: Person) -> bytes:
    """A ZIP with ``data.json`` for programs, ``data.html`` to read, and the person's pictures."""
    tables = export_person(person)
    now = timezone.localtime()
    content = {
        "made": now.isoformat(),
        "tables": [
            {
                "table": table.key,
                "title": table.title,
                "municipality": table.municipality,
                "why": table.purpose,
                "rows": table.rows,
            }
            for table in tables
        ],
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.json", json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        page = render_to_string("privacy/archive.html", {"tables": tables, "person": person, "made": now})
        packed.writestr("data.html", page)
        for name, data in _pictures(person):
            packed.writestr(f"pictures/{name}", data)
    return buffer.getvalue()


def _pictures(person: Person) -> list[tuple[str, bytes]]:
    from stadtherz.kernel.files import store
    from stadtherz.kernel.files.models import Picture

    found = []
    for municipality in Municipality.objects.order_by("name"):
        with activate(municipality):
            for picture in Picture.objects.filter(owner=person).order_by("pk"):
                path = store.path_of(picture.sha256, picture.width)
                if path.exists():
                    found.append((f"{municipality.key}-{picture.pk}{path.suffix}", path.read_bytes()))
    return found
