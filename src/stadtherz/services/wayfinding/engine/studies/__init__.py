# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For planners: which barriers keep people from their trips, and which missing facts matter most."""
