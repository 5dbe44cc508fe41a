# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ways that somebody keeps: their owner hears when one breaks, gets much longer, or is free again."""
