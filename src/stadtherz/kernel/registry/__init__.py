# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a service tells the kernel about itself, and how the kernel finds the services."""
