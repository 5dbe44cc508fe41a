# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Studies for planners: what stands in the way of how many trips, and what nobody knows."""
