# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The municipalities of an installation: which one a request belongs to, and the locks between their data."""
