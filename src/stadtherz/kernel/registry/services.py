# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds the services: the folders under ``stadtherz.services`` and other distributions' entry points.

A service is switched on per municipality (``Municipality.services``); being found here only makes it available.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from stadtherz.kernel.registry.declaration import (
    Desk,
    HomeBlock,
    Lane,
    LiveTopic,
    MenuEntry,
    ModeratedKind,
    OwnErrors,
    Permission,
    PersonalData,
    Service,
    Text,
)

GROUP = "stadtherz.services"


class UnknownService(LookupError):
    """No service with this key is installed."""


@cache
def service_packages() -> tuple[str, ...]:
    """Dotted names of all service packages, ours first; nothing is imported but the folder that holds ours."""
    folder = import_module("stadtherz.services")
    own = tuple(
        f"stadtherz.services.{found.name}"
        for found in sorted(pkgutil.iter_modules(folder.__path__), key=lambda found: found.name)
        if any((Path(path) / found.name / "service.py").exists() for path in folder.__path__)
    )
    return own + tuple(sorted(point.value for point in entry_points(group=GROUP)))


@cache
def services() -> tuple[Service, ...]:
    """All declarations, in the order of their packages."""
    return tuple(import_module(f"{package}.service").SERVICE for package in service_packages())


def service(key: str) -> Service:
    """The declaration with this key, or ``UnknownService``."""
    for found in services():
        if found.key == key:
            return found
    raise UnknownService(key)


def menu_entries() -> list[tuple[Service, MenuEntry]]:
    """All menu entries with their service, in display order."""
    return sorted(((s, entry) for s in services() for entry in s.menu), key=lambda pair: pair[1].order)


def kernel_menu() -> tuple[MenuEntry, ...]:
    """The kernel's own entries for staff, in display order; they belong to no service and are never switched off."""
    from stadtherz.kernel.registry.kernel_declarations import MENU

    return MENU


def home_blocks() -> list[tuple[Service, HomeBlock]]:
    """All blocks for the home page with their service, in display order."""
    return sorted(((s, block) for s in services() for block in s.home), key=lambda pair: pair[1].order)


def desks() -> list[tuple[str | None, Desk]]:
    """What waits for staff, each with the key of its service (None: the kernel's own), in display order."""
    from stadtherz.kernel.registry.kernel_declarations import DESKS

    declared: list[tuple[str | None, Desk]] = [(None, desk) for desk in DESKS]
    declared += [(s.key, desk) for s in services() for desk in s.desk]
    return sorted(declared, key=lambda pair: pair[1].order)


@cache
def permissions() -> dict[str, Permission]:
    """All permissions by key: the kernel's own and those of the services."""
    from stadtherz.kernel.registry.kernel_declarations import PERMISSIONS

    return {p.key: p for p in (*PERMISSIONS, *(p for s in services() for p in s.permissions))}


@cache
def moderated_kinds() -> dict[str, ModeratedKind]:
    """All kinds of moderated content by key."""
    return {kind.key: kind for s in services() for kind in s.moderated}


def personal_data() -> tuple[PersonalData, ...]:
    """What is kept about people: the kernel's own tables and those of the services."""
    from stadtherz.kernel.registry.kernel_declarations import PERSONAL_DATA

    return (*PERSONAL_DATA, *(data for s in services() for data in s.personal_data))


@cache
def live_topics() -> tuple[LiveTopic, ...]:
    """All streams of events: the kernel's own and those of the services."""
    from stadtherz.kernel.registry.kernel_declarations import LIVE

    return (*LIVE, *(topic for s in services() for topic in s.live))


@cache
def own_errors() -> tuple[OwnErrors, ...]:
    """All addresses with a form of their own for errors."""
    return tuple(each for s in services() for each in s.own_errors)


def lanes() -> list[tuple[str, Lane]]:
    """All busy addresses, each with the key of its service."""
    return [(s.key, lane) for s in services() for lane in s.lanes]


@cache
def recorded() -> dict[str, Text]:
    """The words for the record of decisions: the kernel's own and those of the services."""
    from stadtherz.kernel.registry.kernel_declarations import RECORDED

    return {**RECORDED, **{key: words for s in services() for key, words in s.recorded.items()}}
