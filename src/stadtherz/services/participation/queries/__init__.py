# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of participation: the list and the map (``finding``), the page of an idea (``reading``), processes (``processes``)."""
