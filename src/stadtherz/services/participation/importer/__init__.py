# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Takes over contributions from earlier platforms: reads a file, refuses bad lines with a reason, all or nothing."""
