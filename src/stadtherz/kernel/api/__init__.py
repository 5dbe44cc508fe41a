# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The programming interface at /api/: its root, errors, paging, keys and limits. Operations stand in the services' api.py."""
