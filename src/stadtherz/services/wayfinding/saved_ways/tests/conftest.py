# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The invented town as the map of Kaiserslautern, its graph prepared."""

from __future__ import annotations

from stadtherz.services.wayfinding.tests.conftest import extract, prepared

__all__ = ["extract", "prepared"]
