# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Stadtherz: one platform for a municipality's digital services."""

__version__ = "0.1.0"
