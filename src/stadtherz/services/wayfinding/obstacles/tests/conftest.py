# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Kaiserslautern active, with the invented town as its map and the graph prepared; Kusel beside it."""

from __future__ import annotations

from stadtherz.services.wayfinding.tests.conftest import extract, prepared

__all__ = ["extract", "prepared"]
