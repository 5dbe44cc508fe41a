# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Questions as the interface takes them, and answers in the form of openrouteservice. ``answers.Town`` begins it."""
