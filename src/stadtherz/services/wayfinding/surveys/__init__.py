# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Surveys: residents and staff say on the spot what the map does not know."""
