# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a map file to a graph: what the map says, squares crossed straight, pavements and crossings, names, and slopes of an
elevation model. ``assembling.import_map`` begins it.
"""
