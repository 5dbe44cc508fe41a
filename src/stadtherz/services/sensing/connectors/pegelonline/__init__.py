# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""River gauges of the federal waterways (PegelOnline)."""
