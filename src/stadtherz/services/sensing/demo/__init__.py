# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Example data for trying out: invented stations with generated values, called so wherever they are seen."""
