# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a contribution says, as moderators read it and as it is stored in a case: named fields, a place, pictures.

A copy, so that the decision is about exactly what was read, whatever the service does to its own tables meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.municipalities.active import active
from stadtherz.kernel.registry.declaration import Text

MAX_CHARACTERS = 100_000


class ContentTooLong(ValueError):
    """A contribution is longer than a moderator can be asked to read."""

    def __init__(self) -> None:
        super().__init__(_("The contribution is too long."))


@dataclass(frozen=True, slots=True)
class Field:
    """One named part. ``text`` is what is read; ``value`` what the service stores, where that differs (a category)."""

    key: str
    label: Text
    text: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Place:
    """A point in WGS 84 (degrees) with what people call it."""

    longitude: float
    latitude: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A contribution. ``pictures`` are primary keys of ``files.Picture``."""

    fields: tuple[Field, ...]
    place: Place | None = None
    pictures: tuple[int, ...] = ()

    def values(self) -> dict[str, Any]:
        """What hooks get: ``{field key: value or text, "place": {longitude, latitude, label} | None, "pictures": […]}``."""
        found: dict[str, Any] = {f.key: f.text if f.value is None else f.value for f in self.fields}
        place = self.place
        found["place"] = (
            {"longitude": place.longitude, "latitude": place.latitude, "label": place.label} if place else None
        )
        found["pictures"] = list(self.pictures)
        return found

    def stored(self) -> dict[str, Any]:
        """As JSON. Labels are stored in the municipality's first language, which its moderators read."""
        if sum(len(field.text) for field in self.fields) > MAX_CHARACTERS:
            raise ContentTooLong
        with translation.override(active().languages[0]):
            fields = [
                {"key": f.key, "label": str(f.label), "text": _clean(f.text)}
                | ({} if f.value is None else {"value": f.value})
                for f in self.fields
            ]
        place = self.values()["place"]
        return {"fields": fields, "place": place, "pictures": list(self.pictures)}


def read(stored: Mapping[str, Any]) -> Content:
    """The content of a case from its JSON."""
    place = stored.get("place")
    return Content(
        fields=tuple(Field(f["key"], f["label"], f["text"], f.get("value")) for f in stored.get("fields", ())),
        place=Place(place["longitude"], place["latitude"], place.get("label", "")) if place else None,
        pictures=tuple(stored.get("pictures", ())),
    )


def content_of(
    fields: Sequence[tuple[str, Text, str]], *, place: Place | None = None, pictures: Sequence[int] = ()
) -> Content:
    """Short form for contents whose fields are all texts: ``[("title", _("Title"), "…"), …]``."""
    return Content(tuple(Field(*field) for field in fields), place, tuple(pictures))


def _clean(text: str) -> str:
    """NUL cannot be stored by PostgreSQL; line ends are one character."""
    return text.replace("\x00", "").replace("\r\n", "\n")
