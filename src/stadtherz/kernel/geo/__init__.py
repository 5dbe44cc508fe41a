# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where things are: the base map, streets and addresses, districts, and a model town for those who have no extract yet."""
