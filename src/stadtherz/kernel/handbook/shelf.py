# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which pages the handbook has, in the language of the reader. They are read from the files of ``docs/handbook``, once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.handbook.marks import anchor, headings_of, title_of, to_html
from stadtherz.kernel.registry.declaration import Text

FOLDER: Final = Path(__file__).resolve().parents[4] / "docs" / "handbook"
TITLE: Final = _("Handbook")
#: what stands in the files for the address of a town
ANY_TOWN: Final = "https://your-town.example"
#: who reads what, in the order in which it is shown
SHELVES: Final[tuple[tuple[Text, tuple[str, ...]], ...]] = (
    (_("For clerks and moderators"), ("clerk", "obstacles", "lorawan", "publish-a-sensor", "alerts")),
    (_("For everybody, and for those who help"), ("profiles", "read-our-data", "residents")),
    (_("For the town's IT"), ("join", "maps", "import", "operator", "developer")),
)
NAMES: Final = frozenset(name for _title, names in SHELVES for name in names)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is shown. ``language``: in which it is written, which may be another than the reader's."""

    name: str
    title: str
    language: str
    headings: tuple[str, ...]
    body: SafeString

    @property
    def url(self) -> str:
        """Its address."""
        return reverse("handbook-page", args=[self.name])


def page(name: str) -> Page | None:
    """A page in the reader's language, in English where there is none; None if nobody has written it."""
    return _read(name, (get_language() or "de").partition("-")[0]) if name in NAMES else None


def shelves() -> list[tuple[Text, list[Page]]]:
    """All pages."""
    return [(title, [found for name in names if (found := page(name))]) for title, names in SHELVES]


def search(query: str, *, limit: int) -> list[dict[str, str]]:
    """Pages for the search over the whole site: those that have every word in their title or in one of their headings."""
    words = query.casefold().split()
    hits = []
    for name in sorted(NAMES):
        found = page(name)
        if found is None:
            continue
        heading = next(
            (each for each in (found.title, *found.headings) if all(word in each.casefold() for word in words)), ""
        )
        if heading:
            place = "" if heading == found.title else f"#{anchor(heading)}"
            hits.append(
                {"title": found.title, "url": found.url + place, "text": heading.replace("`", "") if place else ""}
            )
    return hits[:limit]


def at_town(body: SafeString, here: str) -> SafeString:
    """A page whose commands can be copied: the address that stands for any town's is that of the town that is asked."""
    return mark_safe(body.replace(ANY_TOWN, escape(here)))  # noqa: S308  both parts are escaped


@cache
def _read(name: str, language: str) -> Page | None:
    own = FOLDER / language / f"{name}.md"
    file = own if own.is_file() else FOLDER / f"{name}.md"
    if not file.is_file():
        return None
    text = file.read_text(encoding="utf-8")
    body = mark_safe(to_html(text, _address))  # noqa: S308  to_html escapes everything, and the page is one of ours
    return Page(name, title_of(text), language if file == own else "en", headings_of(text), body)


def _address(link: str) -> str:
    """Where a link of a file leads on the platform: to another page, outside, or (other files of the project) nowhere."""
    if "://" in link or link.startswith("#"):
        return link
    file, _hash, place = link.partition("#")
    name = file.rpartition("/")[2].removesuffix(".md")
    if name not in NAMES or not file.endswith(".md"):
        return ""
    return reverse("handbook-page", args=[name]) + (f"#{place}" if place else "")
