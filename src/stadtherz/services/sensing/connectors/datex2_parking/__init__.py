# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Car parks in DATEX II version 2, as the national access point (Mobilithek) passes them on."""
