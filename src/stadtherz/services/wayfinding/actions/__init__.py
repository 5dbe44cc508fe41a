# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The verbs of wayfinding, one module per matter. Nothing else writes to the tables of this service."""
