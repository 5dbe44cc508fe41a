# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Air stations of the states, through the Federal Environment Agency (UBA)."""
