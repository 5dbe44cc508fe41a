# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sensing: the town's measurements, taken in without loss, kept for good, served by the standard, understood at a glance."""
