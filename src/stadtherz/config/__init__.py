# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings, addresses and entry points: the only room that knows every other."""
