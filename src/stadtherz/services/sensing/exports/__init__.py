# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Measurements as files that planners open: tables for spreadsheets, Parquet for analysis, sites for maps."""
