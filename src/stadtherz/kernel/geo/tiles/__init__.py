# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The base map: made from an extract once, kept in one archive, drawn in our own quiet style."""
