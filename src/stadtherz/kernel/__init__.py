# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every service needs. The kernel knows no service; it is extended through kernel.registry."""
