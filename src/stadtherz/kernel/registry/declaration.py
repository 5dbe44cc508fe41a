# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a service declares in its ``service.py``. The kernel reads declarations; it never imports a service by name.

Functions of a service are named by dotted path ("stadtherz.services.participation.moderated:release_idea") so that
reading a declaration loads neither models nor heavy packages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from stadtherz.kernel.people.roles import Role

    Text = str | _StrPromise
else:
    Text = object


def resolve(path: str) -> Any:
    """The object that ``package.module:name`` points to."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


class Door(StrEnum):
    """The three doors of the home page (what a resident asks), the way in for staff, and what is one's own (under the name)."""

    TAKE_PART = "take_part"
    KNOW = "know"
    ARRIVE = "arrive"
    STAFF = "staff"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A link in the navigation. ``permission`` hides it from those who may not; ``summary`` is the sentence that the
    page behind the door says about it."""

    title: Text
    url_name: str
    door: Door
    icon: str = "circle"
    permission: str | None = None
    order: int = 100
    summary: Text = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Work that waits for staff, for the page where they begin their day.

    ``waiting`` names a function() -> iterable of ``DeskLine``, which asks the database once or twice; what has the
    count 0 is named there as done.
    """

    permission: str
    waiting: str
    order: int = 100


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One line of the desk: "7 ideas without an answer", since when the oldest waits, and whether that is too long.

    ``done`` is what is said when nothing waits: "Ideas without an answer".
    """

    count: int
    title: Text
    done: Text
    url: str
    since: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Permission:
    """Something a role may do, such as ``participation.answer``."""

    key: str
    title: Text
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Scope:
    """Something a key for programs may be issued for, such as ``sensing.read``."""

    key: str
    title: Text


class Place(StrEnum):
    """Where a block stands on the home page: inside its door, as the one line of news, as a band of full width below
    the doors, or as the one map. Of news and map, the first block in order is shown."""

    DOOR = "door"
    NEWS = "news"
    BAND = "band"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class HomeBlock:
    """A part of a municipality's home page: a template, which finds as ``data`` what function(request) gives."""

    key: str
    door: Door
    template: str
    context: str
    order: int = 100
    place: Place = Place.DOOR


@dataclass(frozen=True, slots=True)
class ModeratedKind:
    """A kind of public content that waits for a moderator.

    Each path names a function(*, object_id: int, content: dict, case) called in the deciding transaction;
    ``url`` names function(object_id: int) -> str for the place where the released content is seen.

    ``content`` is what ``moderation.content.Content.values`` says. ``on_release`` must be able to run again with an
    older content: so a released edit is undone. ``on_decline`` and ``on_return`` are not called for edits, since what is
    public stays as it is. ``on_wait``: the contribution waits again, because a decision was undone.
    """

    key: str
    title: Text
    on_release: str
    on_decline: str
    on_take_down: str
    url: str
    on_return: str = ""
    on_wait: str = ""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A table that holds data about people (GDPR Art. 30): why, how long, how it leaves.

    ``export``: function(person) -> list of dicts for "download my data"; ``erase``: function(person) that removes or
    anonymises; ``expire``: function(before: datetime) -> int that removes what is older than the retention.
    ``kept`` says in words how long, where neither the days nor "until the account is deleted" say it right.
    Empty paths mean that the table has nothing of the sort, and say so in ``purpose``. ``used`` is False for a table of a
    library that stays empty: the record of processing names it, pages for residents do not.
    """

    model: str
    purpose: Text
    retention_days: int | None
    kept: Text = ""
    export: str = ""
    erase: str = ""
    expire: str = ""
    used: bool = True


@dataclass(frozen=True, slots=True)
class Handler:
    """A function(event) that is called, in the same transaction, when an event of this type is published."""

    event: str
    function: str


@dataclass(frozen=True, slots=True)
class LiveTopic:
    """A stream of events at /live/<name>. ``name`` may end in ":*" for one stream per row ("participation.idea:17").

    ``access``: "public", "signed_in", or the key of a permission.
    """

    name: str
    access: str


@dataclass(frozen=True, slots=True)
class OwnErrors:
    """Addresses below ``path`` whose standard has a form of its own for errors, also where no view is reached.

    ``form`` names function(status: int, message: str) -> dict, the JSON object that is answered.
    """

    path: str
    form: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A busy address that a coroutine answers instead of a page (kernel/lanes, docs/adr/0008).

    ``path`` is a regular expression for the whole path; ``handler`` names a coroutine function(LaneRequest) that returns a
    LaneAnswer, or None to let the ordinary page at this address answer. It does its own authentication.
    """

    methods: frozenset[str]
    path: str
    handler: str
    most_bytes: int = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the town. ``key`` is its folder, its Django app label and its URL name space.

    ``search`` names function(query: str, *, limit: int) -> list of dicts with title, url and text, for the one search
    field of the home page. ``recorded`` says in words what the service writes into the record of decisions: its actions
    ("lending.lend_item"), the kinds of their subjects ("lending.item:"), and values of their details ("lending=damaged").
    """

    key: str
    title: Text
    summary: Text
    url_prefix: str = ""
    urls: str = ""
    api: str = ""
    menu: tuple[MenuEntry, ...] = ()
    permissions: tuple[Permission, ...] = ()
    scopes: tuple[Scope, ...] = ()
    home: tuple[HomeBlock, ...] = ()
    desk: tuple[Desk, ...] = ()
    moderated: tuple[ModeratedKind, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()
    handlers: tuple[Handler, ...] = ()
    jobs: str = ""
    demo: str = ""
    search: str = ""
    live: tuple[LiveTopic, ...] = ()
    lanes: tuple[Lane, ...] = ()
    own_errors: tuple[OwnErrors, ...] = ()
    recorded: Mapping[str, Text] = field(default_factory=dict, hash=False)
