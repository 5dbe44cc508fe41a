# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of the participation service. Each module is one place in the service; none of them writes by itself."""
