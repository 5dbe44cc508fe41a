# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a connector is: it fetches answers of another system and reads them, without knowing how values are stored."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stadtherz.kernel.outside.client import Answer, fetch
from stadtherz.services.sensing.failures import is_page
from stadtherz.services.sensing.ingest.messages import DeviceMessage, NotAMessage
from stadtherz.services.sensing.ingest.strict_json import loads
from stadtherz.services.sensing.reasons import Explained


class BadAnswer(Explained):
    """What the other system answered cannot be believed; the message says why. Nothing of it is stored."""


class NothingToRead(BadAnswer):
    """There is no answer that could be read; the message says all of it."""


@dataclass(frozen=True, slots=True)
class SiteField:
    """A value of a site: key of the catalogue of quantities, the unit in which the system gives it, and a title if needed."""

    quantity: str
    unit: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """A station as the other system describes it. ``place``: longitude, latitude in degrees."""

    external_id: str
    name: str
    fields: Mapping[str, SiteField]
    place: tuple[float, float] | None = None
    description: str = ""
    expected_seconds: int | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """What was read: sites, and what they measured. ``notes`` say what was left out and why."""

    sites: tuple[Site, ...] = ()
    messages: tuple[DeviceMessage, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: Batch) -> Batch:
        return Batch(self.sites + other.sites, self.messages + other.messages, self.notes + other.notes)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a clerk fills in for a source of this connector. ``kind``: text, list, number or url."""

    key: str
    title: str | Promise
    kind: str = "text"
    help: str | Promise = ""
    required: bool = True
    default: str = ""


class Connector(ABC):
    """One other system. ``fetch`` speaks with it, ``parse`` is pure; both raise ``BadAnswer``."""

    key: ClassVar[str]
    title: ClassVar[str | Promise]
    attribution: ClassVar[str] = ""
    every_seconds: ClassVar[int] = 300
    settings: ClassVar[tuple[Setting, ...]] = ()
    max_bytes: ClassVar[int] = 20_000_000

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raises ``BadAnswer`` for settings with which nothing can be asked; asked before they are kept."""
        return

    @abstractmethod
    def fetch(self, settings: Mapping[str, Any], memory: dict[str, Any]) -> Batch:
        """Ask for what is new. ``memory`` is kept until the next time; changes are stored only if all went well."""

    def ask(self, url: str, memory: dict[str, Any] | None = None) -> Answer:
        """One answer through the guarded client. With ``memory``, what is unchanged since last time is not sent again."""
        known = (memory or {}).get("known", {}).get(url, {})
        answer = fetch(
            url, max_bytes=self.max_bytes, etag=known.get("etag", ""), modified=known.get("modified", ""), attempts=2
        )
        if is_page(answer.body):
            raise NothingToRead(
                _(
                    "A web page came instead of data. The other system may be under repair, or this is the address of a page."
                )
            )
        if memory is not None and not answer.unchanged:
            memory.setdefault("known", {})[url] = {"etag": answer.etag, "modified": answer.modified}
        return answer


def read_json(content: bytes) -> Any:
    """What the answer's JSON says. Raises ``BadAnswer``."""
    try:
        return loads(content)
    except NotAMessage as error:
        raise BadAnswer(error.reason) from None


def read_object(content: bytes) -> dict[str, Any]:
    """The same, where it is an object. Raises ``BadAnswer``."""
    found = read_json(content)
    if not isinstance(found, dict):
        raise BadAnswer(_("The answer is not an object."))
    return found


def number(text: Any, *, what: str = "value") -> float:
    """A number that is written as text. Raises ``BadAnswer``; a missing one is the caller's matter."""
    try:
        found = float(str(text).strip())
    except ValueError:
        raise BadAnswer(_("%(what)s: “%(text)s” is not a number."), what=what, text=str(text)[:40]) from None
    if not math.isfinite(found):
        raise BadAnswer(_("%(what)s: “%(text)s” is not a finite number."), what=what, text=text)
    return found


def utc(text: Any, *, what: str = "time") -> datetime:
    """A time that is given in UTC without saying so. Raises ``BadAnswer``."""
    found = _moment(text, what)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def zoned(text: Any, *, what: str = "time") -> datetime:
    """A time with its zone. Raises ``BadAnswer`` for one without."""
    found = _moment(text, what)
    if found.tzinfo is None:
        raise BadAnswer(_("%(what)s: “%(text)s” has no zone."), what=what, text=text)
    return found


def _moment(text: Any, what: str) -> datetime:
    try:
        return datetime.fromisoformat(str(text).strip())
    except ValueError:
        raise BadAnswer(_("%(what)s: “%(text)s” is not a time."), what=what, text=str(text)[:40]) from None


def listed(value: Any, what: str) -> Sequence[Any]:
    """``value`` if it is a list. Raises ``BadAnswer``."""
    if not isinstance(value, list):
        raise BadAnswer(_("%(what)s is not a list."), what=what)
    return value
