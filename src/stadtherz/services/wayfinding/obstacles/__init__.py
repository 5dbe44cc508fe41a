# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Obstacles and outages of today: reported, confirmed, drawn or fed in, spread to every process, gone on time."""
