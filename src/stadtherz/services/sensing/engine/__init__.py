# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Algorithms of sensing. Pure: arrays in, arrays out; nothing of ours is imported."""
