# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds the modules that declare jobs: ``jobs.py`` of each kernel room, and what each service names in ``Service.jobs``."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from importlib.util import find_spec

from stadtherz.kernel.registry.services import services


def load_jobs() -> tuple[str, ...]:
    """Import all of them, so that the worker knows every job; returns their names."""
    kernel = import_module("stadtherz.kernel")
    found = [
        module
        for room in sorted(pkgutil.iter_modules(kernel.__path__), key=lambda room: room.name)
        if find_spec(module := f"stadtherz.kernel.{room.name}.jobs") and room.name != "jobs"
    ]
    found += [service.jobs for service in services() if service.jobs]
    found.append("stadtherz.kernel.jobs.tidying")
    for module in found:
        import_module(module)
    return tuple(found)
