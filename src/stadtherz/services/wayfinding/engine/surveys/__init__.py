# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For those who help: questions on the spot, what was answered, photos, and change files for OpenStreetMap."""
