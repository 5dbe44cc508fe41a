# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The documented CSV format: one contribution a row.

Columns: key, title, text (required); url, category, longitude, latitude, place, created_at (ISO 8601), status
(received, in_review, planned, done, declined), answer, supports.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from stadtherz.services.participation.importer.contribution import (
    TEXT_LENGTH,
    TITLE_LENGTH,
    Contribution,
    Reading,
    Refusal,
)
from stadtherz.services.participation.importer.table import rows

REQUIRED = frozenset({"key", "title", "text"})
KNOWN = REQUIRED | {"url", "category", "longitude", "latitude", "place", "created_at", "status", "answer", "supports"}
STATUSES = ("received", "in_review", "planned", "done", "declined")


class RefusedRow(ValueError):
    """A row that cannot be taken over; the message is the reason."""


def read(path: Path, *, encoding: str = "utf-8-sig") -> Reading:
    """Read the file at ``path``. Raises ``UnreadableFile``; bad rows become refusals."""
    reading, seen = Reading(), dict[str, int]()
    for line, row in rows(path, required=REQUIRED, known=KNOWN, encoding=encoding):
        key = row.get("key", "").strip()
        try:
            if row[""] != "0":
                raise RefusedRow(_("The number of cells differs from the header by %(count)s.") % {"count": row[""]})
            if key in seen:
                raise RefusedRow(_("The key already stands in line %(line)d.") % {"line": seen[key]})
            reading.contributions.append(_contribution(line, key, row))
            seen[key] = line
        except RefusedRow as refused:
            reading.refusals.append(Refusal(line, key, str(refused)))
    return reading


def check_words(key: str, title: str, text: str) -> None:
    """The rules that hold for every format. Raises ``RefusedRow``."""
    if not key or len(key) > 200:
        raise RefusedRow(_("The key is missing or longer than 200 characters."))
    if not title:
        raise RefusedRow(_("The title is missing."))
    if len(title) > TITLE_LENGTH:
        raise RefusedRow(
            _("The title has %(n)d characters, at most %(most)d fit.") % {"n": len(title), "most": TITLE_LENGTH}
        )
    if len(text) > TEXT_LENGTH:
        raise RefusedRow(
            _("The text has %(n)d characters, at most %(most)d fit.") % {"n": len(text), "most": TEXT_LENGTH}
        )
    if "\x00" in key + title + text:
        raise RefusedRow(_("There is a null character in the row."))


def check_url(url: str) -> str:
    """``url`` if it is empty or a link that a browser may follow. Raises ``RefusedRow``."""
    if not url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.netloc or len(url) > 500:
        raise RefusedRow(_("The link is not a web address."))
    return url


def _contribution(line: int, key: str, row: dict[str, str]) -> Contribution:
    title, text = row["title"].strip(), row["text"].strip()
    check_words(key, title, text)
    status = row.get("status", "").strip()
    if status and status not in STATUSES:
        raise RefusedRow(_("The status is none of %(known)s.") % {"known": ", ".join(STATUSES)})
    answer = row.get("answer", "").strip()
    if status == "declined" and not answer:
        raise RefusedRow(_("A declined contribution needs an answer with the reason."))
    return Contribution(
        line=line,
        key=key,
        title=title,
        text=text,
        url=check_url(row.get("url", "").strip()),
        category=row.get("category", "").strip(),
        place=_place(row.get("longitude", ""), row.get("latitude", "")),
        place_label=row.get("place", "").strip()[:200],
        created_at=_moment(row.get("created_at", "").strip()),
        status=status,
        answer=answer,
        supports=_count(row.get("supports", "").strip()),
    )


def _place(longitude: str, latitude: str) -> tuple[float, float] | None:
    if not longitude.strip() and not latitude.strip():
        return None
    try:
        place = float(longitude.replace(",", ".")), float(latitude.replace(",", "."))
    except ValueError:
        raise RefusedRow(_("Longitude and latitude are not both numbers.")) from None
    if not all(map(math.isfinite, place)) or abs(place[0]) > 180 or abs(place[1]) > 90:
        raise RefusedRow(_("Longitude and latitude are not degrees on earth."))
    return place


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RefusedRow(_("created_at is not a date like 2024-05-31 or 2024-05-31T16:30:00+02:00.")) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > datetime.now(tz=UTC):
        raise RefusedRow(_("created_at lies in the future."))
    return moment


def _count(text: str) -> int:
    if not text:
        return 0
    if not text.isdecimal() or len(text) > 7:
        raise RefusedRow(_("supports is not a whole number."))
    return int(text)
