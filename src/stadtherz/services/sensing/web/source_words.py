# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where values come from and under which licence, below charts and in files."""

from __future__ import annotations

from stadtherz.services.sensing.models import Datastream


def source_of(datastream: Datastream) -> dict[str, str]:
    """Where the values come from and under which licence, as datastream or thing say it."""
    known = {**(datastream.thing.properties or {}), **(datastream.properties or {})}

    def told(*names: str) -> str:
        return next((str(known[name])[:300] for name in names if isinstance(known.get(name), str) and known[name]), "")

    link = told("license_url", "licence_url", "licenseUrl")
    return {
        "source": told("source", "attribution", "operator", "origin"), "licence": told("license", "licence", "lizenz"),
        "link": link if link.startswith("https://") else "",
    }  # fmt: skip


def source_line(datastream: Datastream) -> str:
    """Source and licence in one line, below charts and in exports."""
    told = source_of(datastream)
    return ", ".join(part for part in (told["source"] or datastream.sensor.name, told["licence"]) if part)
