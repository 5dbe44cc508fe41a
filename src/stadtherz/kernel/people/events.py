# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What happens to people and concerns services. A service declares a ``Handler`` in its ``service.py``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PeopleMerged:
    """Two rows turned out to be one person: everything of ``gone`` belongs to ``kept`` from now on.

    A handler moves what its service stores, and drops what ``kept`` already has, so that a support counts once. It is
    called once per municipality in which ``gone`` took part, with that municipality active. Afterwards ``gone`` is
    removed; a reference that no handler moved makes the merge fail as a whole.
    """

    kept_id: int
    gone_id: int
