# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of wayfinding: the way and what lies around it, obstacles, questions on the spot, tables for planners; and the routing interface."""
