# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of sensing: what is measured, for residents and planners; what needs care, for clerks."""
