# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every page knows: the municipality, the three doors, the menu, the visitor's choices. At most one query."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stadtherz.kernel.municipalities.models import Municipality
from stadtherz.kernel.people.rules import is_staff, may
from stadtherz.kernel.registry.declaration import Door, MenuEntry
from stadtherz.kernel.registry.services import kernel_menu, menu_entries
from stadtherz.kernel.ui.preferences import chosen_theme, reads_easy_language

DOORS: dict[Door, tuple[Any, Any, str, str]] = {
    Door.TAKE_PART: (
        pgettext_lazy("door", "Take part"),
        _("Where can I have a say now, and what became of it?"),
        "speak",
        "take-part",
    ),
    Door.KNOW: (pgettext_lazy("door", "Know"), _("What is measured, planned and happening near me?"), "bulb", "know"),
    Door.ARRIVE: (
        pgettext_lazy("door", "Arrive"),
        _("How do I get there my way, and what can I book or borrow?"),
        "signpost",
        "arrive",
    ),
}
"""Title, the resident's question, icon and address of each door."""


@dataclass(frozen=True, slots=True)
class Link:
    """A menu entry whose address is known."""

    title: Any
    url: str
    icon: str
    door: Door
    current: bool
    summary: Any = ""


@cache
def _address(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:  # a room that is not installed; a test holds every declared name against the routes
        return None


@cache
def _entries() -> tuple[tuple[str | None, MenuEntry], ...]:
    """All entries that are declared, with the key of their service (None: the kernel's own), in display order."""
    declared: list[tuple[str | None, MenuEntry]] = [(service.key, entry) for service, entry in menu_entries()]
    declared += [(None, entry) for entry in kernel_menu()]
    return tuple(sorted(declared, key=lambda pair: pair[1].order))


def menu(request: HttpRequest, municipality: Municipality) -> list[Link]:
    """All menu entries that this visitor may see in this municipality."""
    seen = [
        (entry, url)
        for service, entry in _entries()
        if (service is None or municipality.offers(service))
        and (entry.permission is None or may(request.user, entry.permission))
        and (url := _address(entry.url_name)) is not None
    ]
    here = max((url for _entry, url in seen if url != "/" and request.path.startswith(url)), key=len, default=None)
    links = []
    for entry, url in seen:
        links.append(Link(entry.title, url, entry.icon, entry.door, current=url == here, summary=entry.summary))
        here = None if url == here else here
    return links


@cache
def _door_address(slug: str) -> str:
    return reverse("ui-door", args=[slug])


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template. Pages outside a municipality get only the visitor's choices."""
    choices = {
        "theme": chosen_theme(request),
        "easy_language": reads_easy_language(request),
        "here": request.get_full_path() if request.method == "GET" else "/",
    }
    municipality: Municipality | None = getattr(request, "municipality", None)
    if municipality is None or not hasattr(request, "user"):
        return choices
    links = menu(request, municipality)
    doors = [
        {
            "key": door.value,
            "title": title,
            "question": question,
            "icon": icon,
            "url": _door_address(slug),
            "links": [link for link in links if link.door is door],
            "current": any(link.current for link in links if link.door is door),
        }
        for door, (title, question, icon, slug) in DOORS.items()
    ]
    return choices | {
        "municipality": municipality,
        "menu": links,
        "doors": doors,
        "staff_menu": [link for link in links if link.door is Door.STAFF],
        "own_menu": [link for link in links if link.door is Door.OWN],
        "is_staff": is_staff(request.user),
    }
