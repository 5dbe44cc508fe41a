# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Content of the demonstration town: written for it, with the public facts of the programme and no real person."""
